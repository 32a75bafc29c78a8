"""An official paper as docx in the layout of GB/T 9704-2012: its lines and tables in the styles of a template.

Page, margins, fonts, sizes, headers and page numbers are the template's (`inspections.papers.template`): A4 with a text
block of 156 mm × 225 mm, 22 lines of 28 characters, or whatever an office has made of it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Pt

from inspections.papers import template
from inspections.words.errors import InspectionsError
from inspections.words.plain import LONGEST_PROPERTY, shortened, xml
from inspections.words.wording import language

GRID = "Table Grid"
# Points between the text and a table without caption or note.
ABOVE_TABLE, BELOW_TABLE = 4, 8
# Tables of so many rows are not parted between pages.
WHOLE_ROWS = 16
# Longer ones have smaller letters.
LONG = 40


class Style(StrEnum):
    """The paragraph styles that a template has, by their names in Word (those that come with Word read translated)."""

    MARK = "Data Mark"
    HEADER = "Header"
    TITLE = "Title"
    UNDER_TITLE = "Subtitle"
    SALUTATION = "Salutation"
    HEADING_1 = "Heading 1"
    HEADING_2 = "Heading 2"
    HEADING_3 = "Heading 3"
    BODY = "Body Text"
    CAPTION = "Caption"
    TABLE_HEAD = "Table Head"
    TABLE_TEXT = "Table Text"
    SMALL_HEAD = "Table Head Small"
    SMALL_TEXT = "Table Text Small"
    NOTE = "Table Note"
    PICTURE = "Picture"
    ATTACHMENTS = "Attachments"
    SIGNATURE = "Signature"
    DATE = "Date"
    ANNEX = "Annex"


@dataclass(frozen=True)
class Paper:
    """A paper being written: `document` is python-docx's; `chinese`, or else set as Latin papers are.

    styles: the template's style behind each name. width: that of the text block.
    """

    document: Any
    chinese: bool
    styles: Mapping[Style, Any]
    width: Length


def new_paper(title: str, author: str, mark: str | None = None, own: Path | None = None) -> Paper:
    """An empty paper. `mark` stands at the head of every page (synthetic data); title and author are its properties.

    own: the folder of the office's own templates. Raises InspectionsError `template_style_missing` (with the names) and
    those of `template.opened`.
    """
    chinese = language().chinese
    file = template.chosen("report.zh.docx" if chinese else "report.en.docx", own)
    document = template.opened(file, docx.Document)
    there = {style.name: style for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    tables = {style.name for style in document.styles if style.type == WD_STYLE_TYPE.TABLE}
    missing = [*(str(name) for name in Style if name not in there), *({GRID} - tables)]
    if missing:
        raise InspectionsError("template_style_missing", file=file, names=tuple(missing))
    if not document.sections:
        raise InspectionsError("template_unreadable", file=file, format="docx")
    page = document.sections[-1]
    width = Emu(page.page_width - page.left_margin - page.right_margin)
    paper = Paper(document, chinese, {name: there[name] for name in Style}, width)
    properties = document.core_properties
    joined = title.replace("\n", "" if chinese else " ")
    properties.title = shortened(xml(joined), LONGEST_PROPERTY)
    properties.author = properties.last_modified_by = shortened(xml(author), LONGEST_PROPERTY)
    properties.language = language().tag
    properties.comments = properties.keywords = ""
    _without_empty_end(document)
    if mark:
        _mark_pages(paper, mark)
    return paper


def save(paper: Paper) -> bytes:
    """The finished file."""
    buffer = io.BytesIO()
    paper.document.save(buffer)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------------- the text


def mark_line(paper: Paper, text: str) -> None:
    """The first line of the text: that the data are synthetic."""
    _paragraph(paper, Style.MARK, text)


def title(paper: Paper, text: str, under: str | None = None) -> None:
    """The title, with a line under it if wanted; one empty line follows."""
    _paragraph(paper, Style.TITLE, text)
    if under:
        _paragraph(paper, Style.UNDER_TITLE, under)
    paper.document.add_paragraph()


def salutation(paper: Paper, text: str) -> None:
    """Whom the paper is for."""
    _paragraph(paper, Style.SALUTATION, text)


def heading(paper: Paper, level: int, text: str) -> None:
    """A numbered heading of level 1, 2 or 3, its number in `text`."""
    _paragraph(paper, (Style.HEADING_1, Style.HEADING_2, Style.HEADING_3)[level - 1], text)


def body(paper: Paper, text: str) -> None:
    """A paragraph of the text."""
    _paragraph(paper, Style.BODY, text)


def table(
    paper: Paper,
    caption: str | None,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    names: Sequence[int] = (0,),
    strong: Sequence[int] = (),
    note: str | None = None,
) -> None:
    """A table over the whole width: the heading row on every page, no row parted between pages.

    widths: relative; names: columns that hold words, set from the left, the others are centred; strong: rows set as the
    heading is; note: a small line below.
    """
    if caption:
        _paragraph(paper, Style.CAPTION, caption)
    else:
        _gap(paper, ABOVE_TABLE).keep_with_next = True
    grid = paper.document.add_table(rows=0, cols=len(headings), style=GRID)
    grid.autofit = False
    whole = sum(widths)
    sizes = [Emu(round(paper.width * width / whole)) for width in widths]
    for column, width in zip(grid.columns, sizes, strict=True):
        column.width = width
    # Without a caption it stands in a short paper; many columns and many rows need room.
    large = caption and len(headings) <= 6 and len(rows) <= LONG
    head, text = (Style.TABLE_HEAD, Style.TABLE_TEXT) if large else (Style.SMALL_HEAD, Style.SMALL_TEXT)
    kept = len(rows) if caption and len(rows) <= WHOLE_ROWS else 1
    for i, texts in enumerate([headings, *rows]):
        row = grid.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if i == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for j, (cell, words) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = sizes[j]
            cell.vertical_alignment = 1  # in the middle
            paragraph = _styled(paper, cell.paragraphs[0], head if i == 0 or i - 1 in strong else text, words)
            if i and j in names:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            # A short table stays on one page, a long one keeps its heading with its first row.
            paragraph.paragraph_format.keep_with_next = i < kept or bool(note and i == len(rows))
    if note:
        _paragraph(paper, Style.NOTE, note)
    else:
        _gap(paper, BELOW_TABLE)


def picture(paper: Paper, caption: str | None, png: bytes, alt: str) -> None:
    """A picture over the whole width with words for those who cannot see it."""
    if caption:
        _paragraph(paper, Style.CAPTION, caption)
    shape = _paragraph(paper, Style.PICTURE).add_run().add_picture(io.BytesIO(png), width=paper.width)
    shape._inline.docPr.set("descr", xml(alt))
    shape._inline.docPr.set("title", caption or "")


def attachments(paper: Paper, word: str, names: Sequence[str]) -> None:
    """The list of annexes under the text: the word 附件 and numbered names, without a mark at their ends."""
    paper.document.add_paragraph()
    chinese = paper.chinese
    for i, name in enumerate(names):
        number = f"{i + 1}. " if len(names) > 1 else ""
        lead = (word if i == 0 else "　" * len(word)) if chinese else f"{word if i == 0 else ''}\t"
        paragraph = _paragraph(paper, Style.ATTACHMENTS, f"{lead}{number}{name}")
        # Two characters in; a name that needs a second line goes on under its own first character.
        hanging = (4 if number else 3) if chinese else 5
        _characters(paper, paragraph, Style.ATTACHMENTS, left=(2 if chinese else 0) + hanging, hanging=hanging)


def signature(paper: Paper, unit: str, day: str) -> None:
    """Who issues the paper, centred over the date, which ends four characters before the right edge."""
    paper.document.add_paragraph().paragraph_format.keep_with_next = True
    end = max(2.0, 4 + (_width(day) - _width(unit)) / 2)
    _characters(paper, _paragraph(paper, Style.SIGNATURE, unit), Style.SIGNATURE, right=end)
    _paragraph(paper, Style.DATE, day)


def annex(paper: Paper, label: str, text: str) -> None:
    """An annex on a page of its own: 附件 and its number at the left, its title two lines lower."""
    _paragraph(paper, Style.ANNEX, label)
    paper.document.add_paragraph().paragraph_format.keep_with_next = True
    title(paper, text)


# ---------------------------------------------------------------------------------------------------- the parts


def _paragraph(paper: Paper, style: Style, text: str = "") -> Any:
    return _styled(paper, paper.document.add_paragraph(), style, text)


def _styled(paper: Paper, paragraph: Any, style: Style, text: str) -> Any:
    # By its id: python-docx looks a name up in all styles, for every cell of a long table.
    paragraph._p.style = paper.styles[style].style_id
    if text:
        run = paragraph.add_run(xml(text))
        if paper.chinese:
            # Quotation marks, dashes and dots are in both kinds of font: in a Chinese text they take the Chinese one.
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    return paragraph


def _gap(paper: Paper, points: float) -> Any:
    """The format of an empty line so high."""
    spacing = paper.document.add_paragraph().paragraph_format
    spacing.line_spacing = Pt(points)
    return spacing


def _characters(
    paper: Paper, paragraph: Any, style: Style, *, left: float = 0, right: float = 0, hanging: float = 0
) -> None:
    """Indents in characters; beside them in points for programs that do not count characters."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, count in (("left", left), ("right", right), ("hanging", hanging)):
        if count:
            indent.set(qn(f"w:{side}Chars"), str(round(count * 100)))
            indent.set(qn(f"w:{side}"), str(round(count * _points(paper.styles[style]) * 20)))


def _points(style: Any) -> float:
    """The size of a style's letters, its own or that of the one it is based on; ten points where none says."""
    while style is not None:
        if style.font.size:
            return float(style.font.size.pt)
        style = style.base_style
    return 10.0


def _width(text: str) -> float:
    """About how many Chinese characters wide a text is."""
    return sum(1.0 if ord(one) > 0x2E7F else 0.5 for one in text)


def _without_empty_end(document: Any) -> None:
    """A template may begin with a letterhead; the empty lines that Word leaves after it are no part of the paper."""
    for paragraph in reversed(document.element.body.findall(qn("w:p"))):
        if not _empty(paragraph) or paragraph.getnext().tag != qn("w:sectPr"):
            break
        document.element.body.remove(paragraph)


def _empty(paragraph: Any) -> bool:
    """Whether a paragraph's element shows nothing and ends no section."""
    unseen = {qn(f"w:{kind}") for kind in ("pPr", "bookmarkStart", "bookmarkEnd", "proofErr")}
    return all(node.tag in unseen for node in paragraph) and not paragraph.xpath("./w:pPr/w:sectPr")


def _mark_pages(paper: Paper, mark: str) -> None:
    """The mark in every header there is: in its empty line, or in a line of its own below a letterhead."""
    for number, section in enumerate(paper.document.sections):
        headers = [section.header]
        if paper.document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        for header in headers:
            if number == 0 or not header.is_linked_to_previous:
                header.is_linked_to_previous = False
                last = header.paragraphs[-1] if header.paragraphs else header.add_paragraph()
                _styled(paper, last if _empty(last._p) else header.add_paragraph(), Style.HEADER, mark)
