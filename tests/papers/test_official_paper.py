"""Official papers as docx: the layout of GB/T 9704-2012, read back from the file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from inspections.papers import official_paper
from tests.spoken import spoken_in

TITLE_FONT, HEAD_FONT, SECOND_FONT, BODY_FONT, NUMBER_FONT = (
    "方正小标宋简体",
    "黑体",
    "楷体_GB2312",
    "仿宋_GB2312",
    "宋体",
)
LATIN_FONT = "Times New Roman"
# What stands in for a font that an office does not have, best first.
STAND_INS = {
    TITLE_FONT: ["华文中宋", "宋体"],
    BODY_FONT: ["仿宋", "华文仿宋"],
    SECOND_FONT: ["楷体", "华文楷体"],
    HEAD_FONT: ["微软雅黑"],
    NUMBER_FONT: ["SimSun"],
}
MARK = "演示数据，不是真实情况"


def _png(width: int, height: int) -> bytes:
    """A white picture."""
    rows = (b"\x00" + b"\xff" * width) * height
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _made(language: str = "zh") -> bytes:
    paper = spoken_in(language, official_paper.new_paper, "某局\n关于某事的报告", "某局", MARK)
    official_paper.mark_line(paper, "演示数据")
    official_paper.title(paper, "某局\n关于某事的报告", "（截至2023年7月1日）")
    official_paper.salutation(paper, "各单位：")
    official_paper.heading(paper, 1, "一、总体情况")
    official_paper.heading(paper, 2, "（一）计划")
    official_paper.heading(paper, 3, "1.细目")
    official_paper.body(paper, "共抽查 12 户“企业”。")
    official_paper.table(paper, "表1　指标", ["指标", "比率"], [["完成率", "50.0%"]] * 40, [2, 1], note="注：无。")
    official_paper.picture(paper, "图1　比率", _png(1800, 300), "比率的条形图")
    official_paper.attachments(paper, "附件：", ["甲股", "乙股"])
    official_paper.signature(paper, "某局", "2023年12月31日")
    official_paper.annex(paper, "附件1", "甲股")
    return official_paper.save(paper)


@pytest.fixture(scope="module")
def made() -> bytes:
    return _made()


@pytest.fixture(scope="module")
def document(made: bytes) -> Any:
    return docx.Document(io.BytesIO(made))


def _paragraph(document: Any, text: str) -> Any:
    return next(paragraph for paragraph in document.paragraphs if paragraph.text == text)


def _in_force(document: Any, paragraph: Any, name: str, attribute: str = "val", run: Any = None) -> str | None:
    """What holds for a paragraph, or for a run in it: said there, by its style, by those below it, or by the document.

    name and attribute: of the element of Word that says it, as "rFonts" and "eastAsia". None where nobody says it.
    """
    kind = qn("w:pPr" if run is None else "w:rPr")
    styles = document.styles.element
    said = [(paragraph._p if run is None else run._r).find(kind)]
    style = paragraph.style.element
    while style is not None:
        said.append(style.find(kind))
        below = style.find(qn("w:basedOn"))
        style = None if below is None else styles.get_by_id(below.get(qn("w:val")))
    said.append(styles.find(f"{qn('w:docDefaults')}//{kind}"))
    for properties in said:
        element = None if properties is None else properties.find(qn(f"w:{name}"))
        value = None if element is None else element.get(qn(f"w:{attribute}"), "1" if attribute == "val" else None)
        if value is not None:
            return str(value)
    return None


def _font(document: Any, paragraph: Any, run: Any) -> tuple[str | None, float]:
    """The Chinese font of a run and its size in points."""
    size = _in_force(document, paragraph, "sz", run=run)
    return _in_force(document, paragraph, "rFonts", "eastAsia", run), float(size or 0) / 2


def test_the_text_block_has_its_standard_place_on_a4(document: Any) -> None:
    section = document.sections[0]
    measures = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length.mm, 1) for length in measures] == [210, 297, 37, 28]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (156, 225)


def test_twenty_two_lines_of_twenty_eight_characters_fit_the_text_block(document: Any) -> None:
    paragraph = _paragraph(document, "共抽查 12 户“企业”。")
    line = int(_in_force(document, paragraph, "spacing", "line") or 0) / 20
    assert (line, _in_force(document, paragraph, "spacing", "lineRule")) == (28, "exact")
    assert 22 <= Mm(225).pt / line < 23
    run = paragraph.runs[0]
    _, size = _font(document, paragraph, run)
    assert size == 16
    pitch = size + int(_in_force(document, paragraph, "spacing", run=run) or 0) / 20
    assert 28 <= Mm(156).pt / pitch < 28.5
    assert _in_force(document, paragraph, "ind", "firstLineChars") == "200"


@pytest.mark.parametrize(
    ("text", "font", "size", "bold"),
    [
        ("某局\n关于某事的报告", TITLE_FONT, 22, None),
        ("一、总体情况", HEAD_FONT, 16, None),
        ("（一）计划", SECOND_FONT, 16, None),
        ("1.细目", BODY_FONT, 16, True),
        ("共抽查 12 户“企业”。", BODY_FONT, 16, None),
        ("附件1", HEAD_FONT, 16, None),
    ],
)
def test_each_kind_of_line_has_its_font_and_size(
    document: Any, text: str, font: str, size: int, bold: bool | None
) -> None:
    paragraph = _paragraph(document, text)
    (run,) = paragraph.runs
    assert _font(document, paragraph, run) == (font, size)
    assert _in_force(document, paragraph, "b", run=run) == ("1" if bold else None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_run_has_a_font_for_chinese_and_for_latin_letters(language: str) -> None:
    document = docx.Document(io.BytesIO(_made(language)))
    section = document.sections[0]
    edges = (section.header, section.even_page_header, section.footer, section.even_page_footer)
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    runs = 0
    for place in (document, *edges, *cells):
        for paragraph in place.paragraphs:
            for run in paragraph.runs:
                ascii_, other, chinese = (
                    _in_force(document, paragraph, "rFonts", kind, run) for kind in ("ascii", "hAnsi", "eastAsia")
                )
                assert ascii_ == other
                assert ascii_ in {LATIN_FONT, NUMBER_FONT}
                assert chinese in STAND_INS
                runs += 1
    assert runs > 100


def test_the_ground_of_the_document_is_set_in_the_same_fonts_without_themes(document: Any) -> None:
    normal = document.styles["Normal"].element.rPr.rFonts
    assert (normal.get(qn("w:ascii")), normal.get(qn("w:eastAsia"))) == (LATIN_FONT, BODY_FONT)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert not any("Theme" in name for fonts in defaults.iter(qn("w:rFonts")) for name in fonts.attrib)
    assert {language.get(qn("w:eastAsia")) for language in defaults.iter(qn("w:lang"))} == {"zh-CN"}


def test_every_chinese_font_names_a_stand_in(made: bytes) -> None:
    table = etree.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("word/fontTable.xml"))
    named = {
        font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val")).split(",")
        for font in table
        if font.find(qn("w:altName")) is not None
    }
    assert named == STAND_INS


def test_page_numbers_stand_on_the_outer_side_below_the_text_block(document: Any) -> None:
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert [code.text.strip() for code in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph._p.pPr.jc.val.name.lower() == side
        assert paragraph._p.pPr.ind.get(qn(f"w:{side}Chars")) == "100"
        assert {_font(document, paragraph, run) for run in paragraph.runs} == {(NUMBER_FONT, 14)}
        # The middle of its line, where the dashes are, 7 mm below the text block.
        line = Pt(int(_in_force(document, paragraph, "spacing", "line") or 0) / 20)
        above_edge = section.footer_distance + line / 2
        assert (section.bottom_margin - above_edge) / Mm(1) == pytest.approx(7, abs=0.1)


def test_synthetic_data_are_marked_on_odd_and_even_pages(document: Any) -> None:
    section = document.sections[0]
    assert [part.paragraphs[0].text for part in (section.header, section.even_page_header)] == [MARK, MARK]


def test_a_table_repeats_its_heading_and_never_parts_a_row(document: Any) -> None:
    (table,) = document.tables
    rows = [row._tr.trPr for row in table.rows]
    assert [i for i, row in enumerate(rows) if row.find(qn("w:tblHeader")) is not None] == [0]
    assert all(row.find(qn("w:cantSplit")) is not None for row in rows)
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(156), rel=1e-3)
    head, text = (table.rows[i].cells[0].paragraphs[0] for i in (0, 1))
    assert _font(document, head, head.runs[0]) == (HEAD_FONT, 12)
    assert _font(document, text, text.runs[0]) == (BODY_FONT, 12)


def test_a_picture_is_crisp_and_says_what_it_shows(document: Any) -> None:
    (shape,) = document.inline_shapes
    assert 1800 / shape.width.inches >= 200
    assert shape._inline.docPr.get("descr") == "比率的条形图"


def test_the_signature_is_centred_over_a_date_four_characters_from_the_edge(document: Any) -> None:
    unit, day = _paragraph(document, "某局"), _paragraph(document, "2023年12月31日")
    assert [_in_force(document, line, "jc") for line in (unit, day)] == ["right", "right"]
    assert _in_force(document, day, "ind", "rightChars") == "400"
    # The date is seven characters wide, the name two: its middle is two and a half characters further in.
    assert _in_force(document, unit, "ind", "rightChars") == "650"


def test_the_file_says_what_it_is(document: Any, made: bytes) -> None:
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == ("某局关于某事的报告", "某局", "zh-CN")
    assert "python-docx" not in zipfile.ZipFile(io.BytesIO(made)).read("docProps/core.xml").decode()
