"""Meeting slides as pptx: native charts and tables that the office can edit, speaker notes, fonts it has.

Everything stands where the module `layout` puts it: one pixel there is 6350 EMU here, half a point of type.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlsxwriter
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

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
from inspections.words.look import LIGHT
from inspections.words.plain import LONGEST_PROPERTY, shortened, xml
from inspections.words.wording import language, say

EMU = 6350
# Latin and East Asian faces that every Windows office has, and others have the like of.
SANS, SERIF = ("Arial", "Microsoft YaHei"), ("Times New Roman", "SimSun")
_BLANK_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_TITLE_ONLY = 5


def to_pptx(deck: Deck) -> bytes:
    """The deck as a 16:9 presentation. Raises ValueError for a slide that holds more than it may."""
    show = Presentation()
    show.slide_width, show.slide_height = Emu(WIDTH * EMU), Emu(HEIGHT * EMU)
    layout = show.slide_layouts[_TITLE_ONLY]
    _tidy(show, layout)
    core = show.core_properties
    core.title = core.subject = shortened(xml(deck.subject), LONGEST_PROPERTY)
    core.author = core.last_modified_by = core.keywords = ""
    comments = " · ".join(part for part in (deck.source, deck.synthetic) if part)
    core.comments = shortened(xml(comments), LONGEST_PROPERTY)
    core.language = language().tag
    for number, slide in enumerate(deck.slides, start=1):
        _draw(show.slides.add_slide(layout), deck, number)
        _notes(show.slides[number - 1], slide.notes)
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _tidy(show: Any, layout: Any) -> None:
    """One layout in the new width instead of eleven in the old one; the theme's fonts are the deck's."""
    for other in [other for other in show.slide_layouts if other is not layout]:
        show.slide_layouts.remove(other)
    scale = show.slide_width / Emu(9144000)
    for holder in (show.slide_master, layout):
        for shape in list(holder.placeholders):
            if holder is layout and shape.placeholder_format.idx != 0:
                shape._element.getparent().remove(shape._element)
            else:
                left, top, width, height = (shape.left, shape.top, shape.width, shape.height)
                shape.left, shape.top = Emu(round(left * scale)), top
                shape.width, shape.height = Emu(round(width * scale)), height
    master = show.slide_master.part
    theme = next(rel.target_part for rel in master.rels.values() if rel.reltype.endswith("/theme"))
    tree = etree.fromstring(theme.blob)
    for kind, faces in (("majorFont", SERIF), ("minorFont", SANS)):
        for script, face in zip(("latin", "ea"), faces, strict=True):
            tree.find(f".//{qn(f'a:{kind}')}/{qn(f'a:{script}')}").set("typeface", face)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _draw(page: Any, deck: Deck, number: int) -> None:
    at = placed(deck, number)
    title = page.shapes.title
    title.left, title.top, title.width, title.height = _emu(at.title.box)
    _write(title.text_frame, at.title, colour=LIGHT.ink, bold=True, faces=SERIF, anchor=MSO_ANCHOR.MIDDLE)
    for figure in at.figures:
        _figure(page, figure)
    if at.chart:
        _chart(page, at.chart)
    if at.table:
        _table(page, at.table, deck.slides[number - 1].title)
    if at.points:
        _points(page, at.points)
    if at.remark:
        _text(page, at.remark, colour=LIGHT.muted)
    _area(page, at.line, LIGHT.line)
    one_line = len({words.box.y for words in at.foot}) == 1
    for i, words in enumerate(at.foot):
        _text(page, words, colour=LIGHT.muted, align=PP_ALIGN.RIGHT if i and one_line else PP_ALIGN.LEFT)
    _page_number(_text(page, at.page, align=PP_ALIGN.RIGHT), number)


def _emu(box: Box) -> tuple[Emu, Emu, Emu, Emu]:
    x, y, width, height = (Emu(round(value * EMU)) for value in (box.x, box.y, box.width, box.height))
    return x, y, width, height


def _area(page: Any, box: Box, colour: str) -> Any:
    shape = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(colour[1:])
    shape.line.fill.background()
    style = shape._element.find(qn("p:style"))
    shape._element.remove(style)
    # Rules, marks and grounds say nothing to a screen reader.
    _decorative(shape)
    return shape


def _decorative(shape: Any) -> None:
    properties = shape._element._nvXxPr.cNvPr
    properties.set("descr", "")


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
    _write(box.text_frame, words, colour=colour, bold=bold, align=align, spacing=spacing, anchor=anchor)
    return box


def _write(
    frame: Any,
    words: Words,
    *,
    colour: str,
    bold: bool = False,
    align: Any = PP_ALIGN.LEFT,
    faces: tuple[str, str] = SANS,
    spacing: float = 1.25,
    anchor: Any = MSO_ANCHOR.TOP,
) -> None:
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = anchor
    paragraph = frame.paragraphs[0]
    paragraph.alignment = align
    # An exact distance, because faces differ in what they call a line.
    paragraph.line_spacing = Pt(round(words.size * spacing / 2, 1))
    run = paragraph.add_run()
    run.text = xml(words.text)
    _face(run, words.size / 2, colour, bold, faces)


def _face(run: Any, points: float, colour: str, bold: bool = False, faces: tuple[str, str] = SANS) -> None:
    run.font.size, run.font.bold = Pt(points), bold
    run.font.color.rgb = RGBColor.from_string(colour[1:])
    properties = run._r.get_or_add_rPr()
    properties.set("lang", language().tag)
    _typefaces(properties, faces)


def _typefaces(properties: Any, faces: tuple[str, str]) -> None:
    """The faces for Latin and for East Asian text of run properties, in the order the schema wants them."""
    for script in ("latin", "ea"):
        for old in properties.findall(qn(f"a:{script}")):
            properties.remove(old)
    after = [child for child in properties if child.tag in {qn("a:ln"), qn("a:solidFill"), qn("a:effectLst")}]
    place = properties.index(after[-1]) + 1 if after else 0
    for i, (script, face) in enumerate(zip(("latin", "ea"), faces, strict=True)):
        element = etree.SubElement(properties, qn(f"a:{script}"))
        element.set("typeface", face)
        properties.insert(place + i, element)


def _page_number(box: Any, number: int) -> None:
    """Turns the number in "2 / 7" into a field, so that it stays right when slides are moved."""
    run = box.text_frame.paragraphs[0].runs[0]
    text = run.text
    field = etree.Element(qn("a:fld"), id="{5B1F0A3C-6C0D-4D55-9F0E-2A7B8C9D0E1F}", type="slidenum")
    field.append(etree.fromstring(etree.tostring(run._r.rPr)))
    etree.SubElement(field, qn("a:t")).text = str(number)
    run._r.addprevious(field)
    run.text = text.removeprefix(str(number))


def _figure(page: Any, figure: PlacedFigure) -> None:
    _area(page, figure.rule, LIGHT.ink)
    _text(page, figure.value, bold=True, spacing=1.15).text_frame.word_wrap = False
    _text(page, figure.label, colour=LIGHT.muted)


def _points(page: Any, points: tuple[Words, ...]) -> None:
    """One native list, so that a point that grows moves those below it."""
    first, last = points[0], points[-1].box
    inset = 36
    whole = Box(first.box.x - inset, first.box.y, first.box.width + inset, last.y + last.height - first.box.y)
    frame = _text(page, Words(first.text, whole, first.size), spacing=1.35).text_frame
    for point in points[1:]:
        paragraph = frame.add_paragraph()
        paragraph.line_spacing = Pt(round(point.size * 1.35 / 2, 1))
        run = paragraph.add_run()
        run.text = xml(point.text)
        _face(run, point.size / 2, LIGHT.text)
    for paragraph in frame.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", str(inset * EMU))
        properties.set("indent", str(-inset * EMU))
        paragraph.space_after = Pt(round(gap_of(points) / 2, 1))
        colour = etree.SubElement(properties, qn("a:buClr"))
        etree.SubElement(colour, qn("a:srgbClr"), val=LIGHT.ink[1:])
        etree.SubElement(properties, qn("a:buSzPct"), val="70000")
        etree.SubElement(properties, qn("a:buFont"), typeface="Arial")
        etree.SubElement(properties, qn("a:buChar"), char="▪")


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
    native.font.color.rgb = RGBColor.from_string(LIGHT.text[1:])
    _typefaces(native.font._rPr, SANS)
    plot = native.plots[0]
    thick, row = at.bars[0].ground.height, at.box.height / len(at.bars)
    plot.overlap, plot.gap_width = 100, round((row - thick) / thick * 100)
    value, rest = plot.series
    for series, colour in ((value, LIGHT.ink), (rest, LIGHT.pale)):
        series.invert_if_negative = False
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour[1:])
    for i, bar in enumerate(at.bars):
        fill = value.points[i].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(bar_colour(bar.colour, LIGHT)[1:])
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
        _text(page, bar.text, spacing=1.15, anchor=MSO_ANCHOR.MIDDLE)
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
    frame = page.shapes.add_table(len(at.rows), len(at.columns), *_emu(at.box))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", title)
    table = frame.table
    properties = table._tbl.tblPr
    properties.find(qn("a:tableStyleId")).text = _BLANK_STYLE
    table.horz_banding = False
    for column, width in zip(table.columns, at.columns, strict=True):
        column.width = Emu(round(width * EMU))
    for i, (height, cells) in enumerate(zip(at.rows, at.cells, strict=True)):
        table.rows[i].height = Emu(round(height * EMU))
        for j, text in enumerate(cells):
            _cell(table.cell(i, j), text, at.size, heading=i == 0, name=j == 0)


def _cell(cell: Any, text: str, size: int, *, heading: bool, name: bool) -> None:
    cell.margin_left = cell.margin_right = Emu(15 * EMU)
    cell.margin_top = cell.margin_bottom = Emu(3 * EMU)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT if name else PP_ALIGN.RIGHT
    paragraph.line_spacing = Pt(round(size * 1.2 / 2, 1))
    run = paragraph.add_run()
    run.text = xml(text)
    _face(run, size / 2, LIGHT.muted if heading else LIGHT.text)
    _border(cell, LIGHT.ink if heading else LIGHT.line, 3 if heading else 2)
    if heading:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(LIGHT.panel[1:])
    else:
        cell.fill.background()


def _border(cell: Any, colour: str, width: int) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = etree.SubElement(properties, qn("a:lnB"), w=str(width * EMU), cap="flat", cmpd="sng", algn="ctr")
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr"), val=colour[1:])
    etree.SubElement(line, qn("a:prstDash"), val="solid")


def _notes(page: Any, notes: str) -> None:
    """The speaker notes. Placeholders that would stay empty are dropped."""
    if not notes:
        return
    sheet = page.notes_slide
    for shape in list(sheet.placeholders):
        if shape.placeholder_format.type not in {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SLIDE_IMAGE}:
            shape._element.getparent().remove(shape._element)
    frame = sheet.notes_text_frame
    for i, line in enumerate(notes.split("\n")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = xml(line)
        _face(run, 12, LIGHT.text)
