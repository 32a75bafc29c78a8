"""Meeting slides as pptx on the master of a template: native charts and tables, to be edited, and speaker notes.

Everything stands where the module `layout` puts it: one pixel there is 6350 EMU here, half a point of type. Ground,
fonts, colours, the look of titles, points and tables and the place of the page number are the template's.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from inspections.papers import template
from inspections.papers.slides.deck import Deck
from inspections.papers.slides.layout import (
    HEIGHT,
    WIDTH,
    Box,
    PlacedChart,
    PlacedFigure,
    PlacedTable,
    Words,
    gap_of,
    halved,
    placed,
)
from inspections.papers.slides.web_page import bar_colour
from inspections.words.errors import InspectionsError, Term
from inspections.words.look import LIGHT
from inspections.words.plain import LONGEST_PROPERTY, shortened, xml
from inspections.words.wording import language, say

EMU = 6350
# Pixels from the edge of a list to its words, as the layout reckons.
INSET = 36
# Layouts by what they are for, whatever an office's language calls them, and the placeholders that each has.
TITLE_ONLY, WITH_POINTS = "titleOnly", "obj"
LAYOUTS = {
    TITLE_ONLY: {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.SLIDE_NUMBER},
    WITH_POINTS: {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.SLIDE_NUMBER},
}
# What the product's colours are among those of a master, how much lighter, and how much of the colour is kept: so they
# stay readable on another ground. Colours of classes and grades are no decoration and stay what they are.
THEME = {
    LIGHT.text: (MSO_THEME_COLOR.TEXT_1, 0.0, None),
    LIGHT.muted: (MSO_THEME_COLOR.TEXT_1, 0.27, "43000"),
    LIGHT.ink: (MSO_THEME_COLOR.TEXT_2, 0.0, None),
    LIGHT.pale: (MSO_THEME_COLOR.BACKGROUND_2, -0.047, None),
}


def to_pptx(deck: Deck, own: Path | None = None) -> bytes:
    """The deck as a 16:9 presentation. own: the folder of the office's own templates.

    Raises ValueError for a slide that holds more than it may, InspectionsError as `new_show` does.
    """
    show, layouts = new_show(own)
    core = show.core_properties
    core.title = core.subject = shortened(xml(deck.title or deck.subject), LONGEST_PROPERTY)
    core.author = core.last_modified_by = core.keywords = ""
    comments = " · ".join(part for part in (deck.source, deck.synthetic) if part)
    core.comments = shortened(xml(comments), LONGEST_PROPERTY)
    core.language = language().tag
    for number, slide in enumerate(deck.slides, start=1):
        page = show.slides.add_slide(layouts[WITH_POINTS if slide.points else TITLE_ONLY])
        _draw(page, deck, number)
        _notes(page, slide.notes)
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def new_show(own: Path | None = None) -> tuple[Any, dict[str, Any]]:
    """The template as a presentation without slides, and its layouts by the keys of `LAYOUTS`.

    Raises InspectionsError `template_layout_missing` (with the layouts), `template_slide_size` and those of
    `template.opened`.
    """
    file = template.chosen("slides.pptx", own)
    show = template.opened(file, Presentation)
    if (show.slide_width, show.slide_height) != (WIDTH * EMU, HEIGHT * EMU):
        raise InspectionsError("template_slide_size", file=file)
    found: dict[str, Any] = {}
    for layout in (layout for master in show.slide_masters for layout in master.slide_layouts):
        kind = layout._element.get("type")
        if kind in LAYOUTS and all(_held(layout, needed) for needed in LAYOUTS[kind]):
            found.setdefault(kind, layout)
    missing = [kind for kind in LAYOUTS if kind not in found]
    if not _held(show.notes_master, PP_PLACEHOLDER.BODY):
        missing.append("notes")
    if missing:
        names = tuple(Term(f"slides.layouts.{kind}") for kind in missing)
        raise InspectionsError("template_layout_missing", file=file, names=names)
    # Of an office's file the master counts, not what stands on its slides.
    for entry in list(show.slides._sldIdLst):
        show.part.drop_rel(entry.rId)
        show.slides._sldIdLst.remove(entry)
    return show, found


def _held(page: Any, kind: Any) -> list[Any]:
    """The placeholders of a kind on a slide, a layout or a master."""
    return [holder for holder in page.placeholders if holder.placeholder_format.type == kind]


def _draw(page: Any, deck: Deck, number: int) -> None:
    at = placed(deck, number)
    lists = _held(page, PP_PLACEHOLDER.OBJECT)[:1] if at.points else []
    filled = [holder._element for holder in (page.shapes.title, *lists)]
    for holder in list(page.placeholders):
        if holder._element not in filled:
            holder._element.getparent().remove(holder._element)
    _write(page.shapes.title.text_frame.paragraphs[0], at.title)
    if at.lines:
        title = page.shapes.title
        title.left, title.top, title.width, title.height = _emu(at.title.box)
        _area(page, at.line, LIGHT.ink)
        for words in at.lines:
            _text(page, words, colour=LIGHT.muted)
    for figure in at.figures:
        _figure(page, figure)
    if at.chart:
        _chart(page, at.chart)
    if at.table:
        _table(page, at.table, deck.slides[number - 1].title)
    for holder in lists:
        _points(holder, at.points)
    if at.remark:
        _text(page, at.remark, colour=LIGHT.muted)
    for words, align in zip(at.foot, (PP_ALIGN.LEFT, PP_ALIGN.RIGHT), strict=False):
        _text(page, words, colour=LIGHT.muted, align=align)
    if at.page:
        _page_number(page, at.page, number)


def _emu(box: Box) -> tuple[Emu, Emu, Emu, Emu]:
    x, y, width, height = (Emu(round(value * EMU)) for value in (box.x, box.y, box.width, box.height))
    return x, y, width, height


def _area(page: Any, box: Box, colour: str) -> Any:
    shape = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(box))
    _fill(shape.fill, colour)
    shape.line.fill.background()
    style = shape._element.find(qn("p:style"))
    shape._element.remove(style)
    # Rules, marks and grounds say nothing to a screen reader.
    _decorative(shape)
    return shape


def _decorative(shape: Any) -> None:
    properties = shape._element._nvXxPr.cNvPr
    properties.set("descr", "")


def _fill(fill: Any, colour: str) -> None:
    fill.solid()
    _colour(fill.fore_color, colour)


def _colour(of: Any, colour: str) -> None:
    if colour not in THEME:
        of.rgb = RGBColor.from_string(colour[1:])
        return
    of.theme_color, of.brightness, kept = THEME[colour]
    if kept:
        etree.SubElement(of._color._xClr, qn("a:satMod"), val=kept)


def _text(
    page: Any,
    words: Words,
    *,
    colour: str = LIGHT.text,
    bold: bool = False,
    align: Any = PP_ALIGN.LEFT,
    spacing: float = 1.25,
    anchor: Any = MSO_ANCHOR.TOP,
) -> Any:
    box = page.shapes.add_textbox(*_emu(words.box))
    frame = box.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.paragraphs[0].alignment = align
    font = _write(frame.paragraphs[0], words, spacing).font
    font.bold = bold
    _colour(font.color, colour)
    return box


def _write(paragraph: Any, words: Words, spacing: float = 1.25) -> Any:
    """The words as the one run of a paragraph, in the size that the layout gives them."""
    # An exact distance, because faces differ in what they call a line.
    paragraph.line_spacing = Pt(round(words.size * spacing / 2, 1))
    run = paragraph.add_run()
    run.text, run.font.size = xml(words.text), Pt(words.size / 2)
    run.font.language_id = MSO_LANGUAGE_ID.from_xml(language().tag)
    return run


def _page_number(page: Any, words: Words, number: int) -> None:
    """The number as in "2 / 7" where the master wants it: a field, so that it stays right when slides are moved."""
    page.shapes.clone_placeholder(_held(page.slide_layout, PP_PLACEHOLDER.SLIDE_NUMBER)[0])
    run = _write(page.shapes[-1].text_frame.paragraphs[0], words)
    field = etree.Element(qn("a:fld"), id="{5B1F0A3C-6C0D-4D55-9F0E-2A7B8C9D0E1F}", type="slidenum")
    field.append(copy.deepcopy(run._r.rPr))
    etree.SubElement(field, qn("a:t")).text = str(number)
    run._r.addprevious(field)
    run.text = words.text.removeprefix(str(number))


def _figure(page: Any, figure: PlacedFigure) -> None:
    _area(page, figure.rule, LIGHT.ink)
    _text(page, figure.value, bold=True, spacing=1.15).text_frame.word_wrap = False
    _text(page, figure.label, colour=LIGHT.muted)


def _points(holder: Any, points: tuple[Words, ...]) -> None:
    """One native list, so that a point that grows moves those below it."""
    first, last = points[0].box, points[-1].box
    whole = Box(first.x - INSET, first.y, first.width + INSET, last.y + last.height - first.y)
    holder.left, holder.top, holder.width, holder.height = _emu(whole)
    frame = holder.text_frame
    frame.auto_size = MSO_AUTO_SIZE.NONE
    for i, point in enumerate(points):
        paragraph = frame.add_paragraph() if i else frame.paragraphs[0]
        paragraph.space_after = Pt(round(gap_of(points) / 2, 1))
        _write(paragraph, point, 1.35)


class _NamesStay(CategoryWorkbookWriter):
    """The workbook behind a chart, whose names are texts whatever they look like."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        as_texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(xlsx_file, {"in_memory": True, **as_texts}) as book:
            yield book, book.add_worksheet()


def _chart(page: Any, at: PlacedChart) -> None:
    """A native chart of stacked bars, value and rest, whose names are its own axis; words and marks stand on it."""
    chart = at.chart
    data = CategoryChartData()
    # Programs differ in how they break a long name, and some move the bars to make room: the break is ours.
    data.categories = [xml(bar.label.text if bar.label.lines == 1 else halved(bar.label.text)) for bar in at.bars]
    data.add_series(say("slides.value"), [bar.value for bar in chart.bars])
    data.add_series(say("slides.rest"), [max(bar.whole - bar.value, 0) for bar in chart.bars])
    frame = page.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *_emu(at.box), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", xml(chart.alt))
    native = frame.chart
    # The workbook behind it, as python-pptx writes it, would take a name that begins with "=" for a formula.
    native.part.chart_workbook.update_from_xlsx_blob(_NamesStay(data).xlsx_blob)  # type: ignore[no-untyped-call]
    native.has_legend = native.has_title = False
    native.font.size = Pt(min(bar.label.size for bar in at.bars) / 2)
    _colour(native.font.color, LIGHT.text)
    plot = native.plots[0]
    thick, row = at.bars[0].ground.height, at.box.height / len(at.bars)
    plot.overlap, plot.gap_width = 100, round((row - thick) / thick * 100)
    value, rest = plot.series
    for series, colour in ((value, LIGHT.ink), (rest, LIGHT.pale)):
        series.invert_if_negative = False
        _fill(series.format.fill, colour)
    for i, bar in enumerate(at.bars):
        _fill(value.points[i].format.fill, bar_colour(bar.colour, LIGHT))
    names, numbers = native.category_axis, native.value_axis
    names.reverse_order = True
    names.format.line.fill.background()
    names.major_tick_mark = names.minor_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    numbers.minimum_scale, numbers.maximum_scale = 0, at.scale
    numbers.has_major_gridlines = numbers.visible = False
    _every_name(names)
    _inner_plot(native, at)
    for bar in at.bars:
        _text(page, bar.text, spacing=1.1, anchor=MSO_ANCHOR.MIDDLE)
        if bar.mark:
            _area(page, bar.mark, LIGHT.text)
    if at.mark and at.mark_label:
        _area(page, at.mark, LIGHT.text)
        _text(page, at.mark_label, colour=LIGHT.muted)


def _every_name(axis: Any) -> None:
    """No name is left out for want of room: the layout has seen to the room."""
    element = axis._element
    skip = etree.Element(qn("c:tickLblSkip"), val="1")
    follower = element.find(qn("c:noMultiLvlLbl"))
    if follower is None:
        element.append(skip)
    else:
        follower.addprevious(skip)


def _inner_plot(native: Any, at: PlacedChart) -> None:
    """The bars stand exactly where the layout has them; names take the room to their left."""
    area = native._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    shares = {
        "x": (at.plot.x - at.box.x) / at.box.width,
        "y": (at.plot.y - at.box.y) / at.box.height,
        "w": at.plot.width / at.box.width,
        "h": at.plot.height / at.box.height,
    }
    for name, value in (("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"), *shares.items()):
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value if isinstance(value, str) else f"{value:.5f}")
    area.insert(0, layout)


def _table(page: Any, at: PlacedTable, title: str) -> None:
    """A native table in the style that the template takes for tables."""
    frame = page.shapes.add_table(len(at.rows), len(at.columns), *_emu(at.box))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", title)
    table = frame.table
    # A file without any has PowerPoint's own.
    for relation in page.part.package.presentation_part.rels.values():
        if relation.reltype == RT.TABLE_STYLES:
            table._tbl.tblPr.find(qn("a:tableStyleId")).text = etree.fromstring(relation.target_part.blob).get("def")
    table.horz_banding = False
    for column, width in zip(table.columns, at.columns, strict=True):
        column.width = Emu(round(width * EMU))
    for i, (height, cells) in enumerate(zip(at.rows, at.cells, strict=True)):
        table.rows[i].height = Emu(round(height * EMU))
        for j, text in enumerate(cells):
            cell = table.cell(i, j)
            cell.margin_left = cell.margin_right = Emu(15 * EMU)
            cell.margin_top = cell.margin_bottom = Emu(3 * EMU)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if j else PP_ALIGN.LEFT
            _write(paragraph, Words(text, at.box, at.size), 1.2)


def _notes(page: Any, notes: str) -> None:
    """The speaker notes. Placeholders that would stay empty are dropped."""
    if not notes:
        return
    sheet = page.notes_slide
    for shape in list(sheet.placeholders):
        if shape.placeholder_format.type not in {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SLIDE_IMAGE}:
            shape._element.getparent().remove(shape._element)
    sheet.notes_text_frame.text = xml(notes)
