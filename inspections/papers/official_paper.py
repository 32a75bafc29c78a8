"""An official paper as docx in the layout of GB/T 9704-2012: margins, fonts, lines, headings, page numbers, annexes.

A4 with a text block of 156 mm × 225 mm, 22 lines of 28 characters. The standard is for Chinese; a paper in English
keeps the page and takes sizes that English readers expect.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Length, Mm, Pt, RGBColor

from inspections.words.plain import LONGEST_PROPERTY, shortened, xml
from inspections.words.wording import language

TITLE_FONT, HEAD_FONT, SECOND_FONT, BODY_FONT, NUMBER_FONT = (
    "方正小标宋简体",
    "黑体",
    "楷体_GB2312",
    "仿宋_GB2312",
    "宋体",
)
# What stands in for a font that an office does not have, best first.
STAND_INS = {
    TITLE_FONT: ("华文中宋", "宋体"),
    BODY_FONT: ("仿宋", "华文仿宋"),
    SECOND_FONT: ("楷体", "华文楷体"),
    HEAD_FONT: ("微软雅黑",),
    NUMBER_FONT: ("SimSun",),
}
LATIN_FONT = "Times New Roman"
TEXT_WIDTH = Mm(156)
# Points: body, its line; title, its line; table, note under it; footer.
BODY, LINE = {True: 16, False: 12}, {True: 28, False: 18}
# 156 mm hold 27.6 characters of 16 points: each gives up a quarter of a point, so that a line holds its 28. A character
# grid would say the same, but not every program that opens such a file keeps to one.
TIGHTER = -0.25
TITLE, TITLE_LINE = {True: 22, False: 18}, {True: 34, False: 26}
TABLE = {True: 12, False: 10}
SMALL_TABLE = {True: 10.5, False: 9}
NOTE = {True: 10.5, False: 9}
FOOTER = 14
# Tables of so many rows are not parted between pages.
WHOLE_ROWS = 16
# Longer ones have smaller letters.
LONG = 40
# The dashes of the page number stand 7 mm below the text block: half a line of it lies lower still.
FOOTER_DISTANCE = Mm(35 - 7) - Pt(FOOTER / 2)
GREY = "808080"


@dataclass(frozen=True)
class Paper:
    """A paper being written: `document` is python-docx's; `chinese`, or else set as Latin papers are."""

    document: Any
    chinese: bool


def new_paper(title: str, author: str, mark: str | None = None) -> Paper:
    """An empty paper. `mark` stands at the head of every page (synthetic data); title and author are its properties."""
    document = docx.Document()
    paper = Paper(document, language().chinese)
    properties = document.core_properties
    joined = " ".join(title.split("\n")) if not language().chinese else title.replace("\n", "")
    properties.title = shortened(xml(joined), LONGEST_PROPERTY)
    properties.author = properties.last_modified_by = shortened(xml(author), LONGEST_PROPERTY)
    properties.language = language().tag
    properties.comments = properties.keywords = ""
    _styles(paper)
    _fonts(document)
    settings = document.settings
    settings.odd_and_even_pages_header_footer = True
    for name, value in (("compatibilityMode", "15"), ("characterSpacingControl", "compressPunctuation")):
        for element in settings.element.iter(qn("w:compatSetting"), qn("w:characterSpacingControl")):
            if element.get(qn("w:name")) == name or element.tag == qn(f"w:{name}"):
                element.set(qn("w:val"), value)
    for element in settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:eastAsia"), "zh-CN")
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), FOOTER_DISTANCE
    for footer, outer in ((section.footer, "right"), (section.even_page_footer, "left")):
        _page_number(footer, outer)
    if mark:
        for header in (section.header, section.even_page_header):
            paragraph = _emptied(header)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paper, paragraph, mark, HEAD_FONT, 10.5, colour=GREY)
    return paper


def save(paper: Paper) -> bytes:
    """The finished file."""
    buffer = io.BytesIO()
    paper.document.save(buffer)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------------- the text


def mark_line(paper: Paper, text: str) -> None:
    """The first line of the text, centred: that the data are synthetic."""
    paragraph = _paragraph(paper, WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.space_after = Pt(LINE[paper.chinese] / 2)
    _run(paper, paragraph, text, HEAD_FONT, NOTE[paper.chinese])


def title(paper: Paper, text: str, under: str | None = None) -> None:
    """The title in 小标宋 二号, centred, with a line of 楷体 under it if wanted; one empty line follows."""
    paragraph = _paragraph(paper, WD_ALIGN_PARAGRAPH.CENTER, line=TITLE_LINE[paper.chinese])
    paragraph.paragraph_format.keep_with_next = True
    _outline(paragraph, 1)
    _run(paper, paragraph, text, TITLE_FONT, TITLE[paper.chinese], bold=not paper.chinese)
    if under:
        below = _paragraph(paper, WD_ALIGN_PARAGRAPH.CENTER)
        _run(paper, below, under, SECOND_FONT, BODY[paper.chinese])
    _paragraph(paper)


def salutation(paper: Paper, text: str) -> None:
    """Whom the paper is for, from the left edge."""
    _run(paper, _paragraph(paper), text, BODY_FONT, BODY[paper.chinese])


def heading(paper: Paper, level: int, text: str) -> None:
    """A numbered heading of level 1 (黑体), 2 (楷体) or 3 (仿宋 bold), its number in `text`."""
    paragraph = _paragraph(paper)
    paragraph.paragraph_format.keep_with_next = True
    _indent(paragraph)
    if not paper.chinese:
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(8), Pt(3)
    _outline(paragraph, level + 1)
    font = {1: HEAD_FONT, 2: SECOND_FONT, 3: BODY_FONT}[level]
    _run(paper, paragraph, text, font, BODY[paper.chinese], bold=level == 3 or not paper.chinese)


def body(paper: Paper, text: str) -> None:
    """A paragraph of the text, its first line two characters in."""
    paragraph = _paragraph(paper, WD_ALIGN_PARAGRAPH.JUSTIFY if paper.chinese else None)
    _indent(paragraph)
    if not paper.chinese:
        paragraph.paragraph_format.space_after = Pt(6)
    _run(paper, paragraph, text, BODY_FONT, BODY[paper.chinese])


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

    widths: relative; names: columns that hold words, set from the left, the others are centred; strong: rows in 黑体;
    note: a small line below.
    """
    if caption:
        _caption(paper, caption)
    else:
        _paragraph(paper, line=4).paragraph_format.keep_with_next = True
    grid = paper.document.add_table(rows=0, cols=len(headings))
    grid.style = "Table Grid"
    grid.autofit = False
    _cell_margins(grid)
    whole = sum(widths)
    sizes = [Emu(round(TEXT_WIDTH * width / whole)) for width in widths]
    for column, width in zip(grid.columns, sizes, strict=True):
        column.width = width
    # Without a caption it stands in a short paper; many columns and many rows need room.
    size = (TABLE if caption and len(headings) <= 6 and len(rows) <= LONG else SMALL_TABLE)[paper.chinese]
    kept = len(rows) if caption and len(rows) <= WHOLE_ROWS else 1
    for i, texts in enumerate([headings, *rows]):
        row = grid.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if i == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for j, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = sizes[j]
            cell.vertical_alignment = 1  # in the middle
            paragraph = cell.paragraphs[0]
            _set(paragraph, None if i and j in names else WD_ALIGN_PARAGRAPH.CENTER, size * 1.35)
            # A short table stays on one page, a long one keeps its heading with its first row.
            paragraph.paragraph_format.keep_with_next = i < kept or bool(note and i == len(rows))
            head = i == 0 or i - 1 in strong
            font = HEAD_FONT if head else BODY_FONT
            _run(paper, paragraph, text, font, size, bold=head and not paper.chinese)
    below = _paragraph(paper, line=NOTE[paper.chinese] * 1.5 if note else 8)
    if note:
        below.paragraph_format.space_before, below.paragraph_format.space_after = Pt(3), Pt(8)
        _run(paper, below, note, BODY_FONT, NOTE[paper.chinese])


def picture(paper: Paper, caption: str | None, png: bytes, alt: str, width: Length = TEXT_WIDTH) -> None:
    """A picture over the whole width with words for those who cannot see it."""
    if caption:
        _caption(paper, caption)
    paragraph = paper.document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=width)
    shape._inline.docPr.set("descr", xml(alt))
    shape._inline.docPr.set("title", caption or "")
    # The body's exact line would cut the picture off.
    spacing = paragraph.paragraph_format
    spacing.line_spacing_rule, spacing.space_after = WD_LINE_SPACING.SINGLE, Pt(6)


def attachments(paper: Paper, word: str, names: Sequence[str]) -> None:
    """The list of annexes under the text: the word 附件 and numbered names, without a mark at their ends."""
    _paragraph(paper)
    chinese = paper.chinese
    for i, name in enumerate(names):
        paragraph = _paragraph(paper)
        number = f"{i + 1}. " if len(names) > 1 else ""
        # Two characters in; a name that needs a second line goes on under its own first character.
        hanging = (4 if number else 3) if chinese else 5
        _characters(paragraph, left=(2 if chinese else 0) + hanging, hanging=hanging)
        lead = (word if i == 0 else "　" * len(word)) if chinese else f"{word if i == 0 else ''}\t"
        _run(paper, paragraph, f"{lead}{number}{name}", BODY_FONT, BODY[paper.chinese])


def signature(paper: Paper, unit: str, day: str) -> None:
    """Who issues the paper, centred over the date, which ends four characters before the right edge."""
    _paragraph(paper).paragraph_format.keep_with_next = True
    right = 4.0
    for text, end in ((unit, max(2.0, right + (_width(day) - _width(unit)) / 2)), (day, right)):
        paragraph = _paragraph(paper, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.keep_with_next = text is unit
        _characters(paragraph, right=end)
        _run(paper, paragraph, text, BODY_FONT, BODY[paper.chinese])


def annex(paper: Paper, label: str, text: str) -> None:
    """An annex on a page of its own: 附件 and its number in 黑体 at the left, its title centred two lines lower."""
    paragraph = _paragraph(paper)
    paragraph.paragraph_format.page_break_before = True
    paragraph.paragraph_format.keep_with_next = True
    _run(paper, paragraph, label, HEAD_FONT, BODY[paper.chinese], bold=not paper.chinese)
    _paragraph(paper).paragraph_format.keep_with_next = True
    title(paper, text)


# ---------------------------------------------------------------------------------------------------- the parts


def write(run: Any, font: str, size: float, latin: str | None = None) -> None:
    """A run's font for Chinese (`font`) and for the rest (`latin`, the same where None), and its size in points."""
    run.font.size = Pt(size)
    run.font.name = latin or font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _run(
    paper: Paper, paragraph: Any, text: str, font: str, size: float, *, bold: bool = False, colour: str | None = None
) -> Any:
    run = paragraph.add_run(xml(text))
    write(run, font, size, LATIN_FONT)
    fonts = run._element.rPr.rFonts
    if paper.chinese:
        # Quotation marks, dashes and dots are in both kinds of font: in a Chinese text they take the Chinese one.
        fonts.set(qn("w:hint"), "eastAsia")
    if bold:
        run.bold = True
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    if paper.chinese and size == BODY[True]:
        tighter = OxmlElement("w:spacing")
        tighter.set(qn("w:val"), str(round(TIGHTER * 20)))
        run._element.rPr.insert_element_before(tighter, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
    return run


def _paragraph(paper: Paper, alignment: Any = None, line: float | None = None) -> Any:
    paragraph = paper.document.add_paragraph()
    _set(paragraph, alignment, line or LINE[paper.chinese])
    return paragraph


def _set(paragraph: Any, alignment: Any, line: float) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if alignment is not None:
        paragraph.alignment = alignment


def _caption(paper: Paper, text: str) -> None:
    paragraph = _paragraph(paper, WD_ALIGN_PARAGRAPH.CENTER, line=TABLE[paper.chinese] * 1.8)
    paragraph.paragraph_format.space_before = Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    _run(paper, paragraph, text, HEAD_FONT, TABLE[paper.chinese], bold=not paper.chinese)


def _outline(paragraph: Any, level: int) -> None:
    """The level at which the paragraph stands in the navigation pane, from 1."""
    mark = OxmlElement("w:outlineLvl")
    mark.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(mark)


def _indent(paragraph: Any) -> None:
    if language().chinese:
        _indentation(paragraph).set(qn("w:firstLineChars"), "200")
        _indentation(paragraph).set(qn("w:firstLine"), str(2 * BODY[True] * 20))


def _characters(paragraph: Any, *, left: float = 0, right: float = 0, hanging: float = 0) -> None:
    """Indents in characters; beside them in points for programs that do not count characters."""
    indent = _indentation(paragraph)
    for side, count in (("left", left), ("right", right), ("hanging", hanging)):
        if count:
            indent.set(qn(f"w:{side}Chars"), str(round(count * 100)))
            indent.set(qn(f"w:{side}"), str(round(count * BODY[language().chinese] * 20)))


def _indentation(paragraph: Any) -> Any:
    return paragraph._p.get_or_add_pPr().get_or_add_ind()


def _width(text: str) -> float:
    """About how many Chinese characters wide a text is."""
    return sum(1.0 if ord(one) > 0x2E7F else 0.5 for one in text)


def _cell_margins(grid: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 30), ("left", 60), ("bottom", 30), ("right", 60)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(width))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = grid._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _emptied(part: Any) -> Any:
    """The one paragraph of a header or footer of its own."""
    part.is_linked_to_previous = False
    paragraph = part.paragraphs[0]
    paragraph.style = "Normal"
    _set(paragraph, None, FOOTER)
    return paragraph


def _page_number(footer: Any, outer: str) -> None:
    """— 1 — in 四号 宋体 on the outer side, one character in: right on odd pages, left on even ones."""
    paragraph = _emptied(footer)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if outer == "right" else WD_ALIGN_PARAGRAPH.LEFT
    indent = _indentation(paragraph)
    indent.set(qn(f"w:{outer}Chars"), "100")
    indent.set(qn(f"w:{outer}"), str(FOOTER * 20))
    for kind, text in (
        ("", "— "),
        ("begin", ""),
        ("code", " PAGE "),
        ("separate", ""),
        ("", "1"),
        ("end", ""),
        ("", " —"),
    ):
        run = paragraph.add_run(text if not kind else "")
        write(run, NUMBER_FONT, FOOTER)
        if language().chinese:
            run._element.rPr.rFonts.set(qn("w:hint"), "eastAsia")
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._element.append(code)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


def _styles(paper: Paper) -> None:
    """The document's ground: body font and size without space between paragraphs, Chinese as its language."""
    styles = paper.document.styles
    normal = styles["Normal"]
    normal.font.size = Pt(BODY[paper.chinese])
    normal.font.name = LATIN_FONT
    defaults = styles.element.find(qn("w:docDefaults"))
    for fonts in (normal.element.rPr.rFonts, defaults.find(f".//{qn('w:rFonts')}")):
        for name in list(fonts.attrib):
            if name.endswith("Theme"):
                del fonts.attrib[name]
        for name in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{name}"), LATIN_FONT)
        fonts.set(qn("w:eastAsia"), BODY_FONT)
    tags = defaults.find(f".//{qn('w:lang')}")
    tags.set(qn("w:val"), "en-US" if paper.chinese else language().tag)
    tags.set(qn("w:eastAsia"), "zh-CN")
    spacing = defaults.find(f".//{qn('w:pPrDefault')}//{qn('w:spacing')}")
    spacing.set(qn("w:after"), "0")
    spacing.set(qn("w:line"), "240")


def _fonts(document: Any) -> None:
    """The font table, in which every Chinese font names those that may stand in for it."""
    wide = {HEAD_FONT, SECOND_FONT, BODY_FONT}
    families = {name: "modern" if name in wide else "roman" for name in STAND_INS}
    entries = [
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(','.join(others))}/>"
        f'<w:charset w:val="86"/><w:family w:val="{families[name]}"/><w:pitch w:val="variable"/></w:font>'
        for name, others in STAND_INS.items()
    ]
    entries.append(f'<w:font w:name="{LATIN_FONT}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>')
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts xmlns:w="{space}">{"".join(entries)}</w:fonts>'
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = text.encode()
