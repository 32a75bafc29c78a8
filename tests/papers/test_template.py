"""Templates: an office's own are used, and what they lack or may not hold is said in one sentence."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Emu

from inspections.papers import official_paper
from inspections.papers.slides.powerpoint import LAYOUTS, new_show, to_pptx
from inspections.papers.template import OURS
from inspections.store.database import own_templates
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from tests.made_up_deck import made_up

REPORT, SLIDES = "report.zh.docx", "slides.pptx"
NAMES = ("report.zh.docx", "report.en.docx", "slides.pptx")


def own_report(folder: Path, change: Callable[[Any], object]) -> None:
    """Our template, changed as in Word, in an office's folder."""
    document = docx.Document(str(OURS / REPORT))
    change(document)
    document.save(str(folder / REPORT))


def own_slides(folder: Path, change: Callable[[Any], object]) -> None:
    """The same for slides."""
    show = Presentation(str(OURS / SLIDES))
    change(show)
    show.save(str(folder / SLIDES))


def with_part(folder: Path, name: str, part: str, change: Callable[[str], str]) -> None:
    """Our template `name` in an office's folder, the text of one of its parts changed; a new part begins empty."""
    with zipfile.ZipFile(OURS / name) as ours, zipfile.ZipFile(folder / name, "w") as own:
        for one in {*ours.namelist(), part}:
            text = ours.read(one) if one in ours.namelist() else b""
            own.writestr(one, change(text.decode()) if one == part else text)


def paper(folder: Path, mark: str | None = None) -> Any:
    """A short paper from the office's folder, read again."""
    made = official_paper.new_paper("某局\n报告", "某局", mark, folder)
    official_paper.title(made, "某局\n报告")
    official_paper.body(made, "共抽查 12 户。")
    official_paper.table(made, "表1", ["指标", "比率"], [["完成率", "50.0%"]], [2, 1])
    official_paper.signature(made, "某局", "2023年12月31日")
    return docx.Document(io.BytesIO(official_paper.save(made)))


def refusal(name: str, folder: Path) -> InspectionsError:
    """What is said against the office's template, in a sentence that names the file and leaves nothing unfilled."""
    begin: Callable[[], object] = partial(new_show, folder)
    if name != SLIDES:
        begin = partial(official_paper.new_paper, "", "", own=folder)
    with pytest.raises(InspectionsError) as caught:
        begin()
    sentence = say_error(caught.value)
    assert str(folder / name) in sentence
    assert "{" not in sentence
    return caught.value


# ---------------------------------------------------------------- an office's own
def test_an_own_letterhead_font_and_margin_show_up_in_the_report(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        section = document.sections[0]
        for header in (section.header, section.even_page_header):
            header.paragraphs[0].text = "阳城县自然资源局文件"
        body = document.styles["Body Text"].element.rPr
        body.rFonts.set(qn("w:eastAsia"), "方正仿宋_GBK")
        section.left_margin = section.right_margin = Mm(35)
        document.styles["Signature"].font.size = Pt(14)

    own_report(tmp_path, change)
    document = paper(tmp_path, "演示数据")
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        assert [line.text for line in header.paragraphs] == ["阳城县自然资源局文件", "演示数据"]
    said = next(line for line in document.paragraphs if line.text == "共抽查 12 户。")
    assert said.style.element.rPr.rFonts.get(qn("w:eastAsia")) == "方正仿宋_GBK"
    assert said.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) is None
    assert sum(column.width for column in document.tables[0].columns) == pytest.approx(Mm(140), rel=1e-3)
    unit = next(line for line in document.paragraphs if line.text == "某局")
    assert unit._p.pPr.ind.get(qn("w:right")) == str(round(6.5 * 14 * 20))


def test_what_stands_on_the_page_of_an_own_template_comes_first_without_the_empty_lines_after_it(
    tmp_path: Path,
) -> None:
    def change(document: Any) -> None:
        document.paragraphs[0].add_run("红头")
        document.add_paragraph()
        document.add_paragraph()

    own_report(tmp_path, change)
    assert [line.text for line in paper(tmp_path).paragraphs[:3]] == ["红头", "某局\n报告", ""]


def test_a_first_page_of_its_own_is_marked_too(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.sections[0].different_first_page_header_footer = True
        document.sections[0].first_page_header.paragraphs[0].text = "首页版头"

    own_report(tmp_path, change)
    header = paper(tmp_path, "演示数据").sections[0].first_page_header
    assert [line.text for line in header.paragraphs] == ["首页版头", "演示数据"]


def test_an_own_master_gives_the_slides_its_ground_its_colours_and_the_place_of_the_title(tmp_path: Path) -> None:
    def change(show: Any) -> None:
        master = show.slide_master
        master.background.fill.solid()
        master.background.fill.fore_color.rgb = RGBColor(0x10, 0x20, 0x30)
        master.placeholders[0].top = Emu(500_000)
        # What stands on a slide of the file is left out.
        show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = "首页"

    own_slides(tmp_path, change)
    content = to_pptx(made_up(), tmp_path)
    show = Presentation(io.BytesIO(content))
    assert len(show.slides) == len(made_up().slides)
    assert show.slide_master.background.fill.fore_color.rgb == RGBColor(0x10, 0x20, 0x30)
    slide = show.slides[0]
    assert slide.follow_master_background
    assert slide.shapes.title.top == Emu(500_000)
    boxes = [shape for shape in slide.shapes if shape.has_text_frame and not shape.is_placeholder and shape.text]
    assert boxes
    for shape in boxes:
        assert shape.text_frame.paragraphs[0].runs[0].font.color.theme_color == MSO_THEME_COLOR.TEXT_1
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not [name for name in package.namelist() if "首页".encode() in package.read(name)]


def test_without_own_files_ours_are_used(tmp_path: Path) -> None:
    official_paper.new_paper("", "", own=tmp_path)
    official_paper.new_paper("", "", own=tmp_path / "nowhere")
    assert set(new_show(tmp_path)[1]) == set(LAYOUTS)


def test_own_templates_lie_beside_the_database_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_templates(tmp_path / "county.duckdb") == tmp_path / "templates"
    monkeypatch.setenv("INSPECTIONS_DB", str(tmp_path / "other" / "county.duckdb"))
    assert own_templates() == tmp_path / "other" / "templates"
    monkeypatch.setenv("INSPECTIONS_TEMPLATES", str(tmp_path))
    assert own_templates() == tmp_path
    monkeypatch.setenv("INSPECTIONS_TEMPLATES", str(tmp_path / "nowhere"))
    with pytest.raises(InspectionsError) as caught:
        own_templates()
    assert str(tmp_path / "nowhere") in say_error(caught.value)


# ---------------------------------------------------------------- what an own one lacks
@pytest.mark.parametrize("language", ["zh", "en"])
def test_missing_styles_are_named_all_at_once(language: str, tmp_path: Path) -> None:
    name = f"report.{language}.docx"
    document = docx.Document(str(OURS / name))
    for style in ("Body Text", "Table Note", "Table Grid"):
        document.styles[style].delete()
    document.save(str(tmp_path / name))
    error = refusal(name, tmp_path)
    assert error.code == "template_style_missing"
    assert all(style in say_error(error) for style in ("Body Text", "Table Note", "Table Grid"))
    assert "Heading 1" not in say_error(error)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missing_layout_or_placeholder_is_named(language: str, tmp_path: Path) -> None:
    def change(show: Any) -> None:
        (layout,) = (one for one in show.slide_layouts if one._element.get("type") == "titleOnly")
        number = layout.placeholders[-1]._element
        number.getparent().remove(number)

    own_slides(tmp_path, change)
    error = refusal(SLIDES, tmp_path)
    assert error.code == "template_layout_missing"
    wanted, there = ("Title Only", "Title and Content") if language == "en" else ("仅标题", "标题和内容")
    assert wanted in say_error(error)
    assert there not in say_error(error)


def test_a_master_without_styles_of_tables_and_with_more_placeholders_is_filled_all_the_same(tmp_path: Path) -> None:
    def change(show: Any) -> None:
        (styles,) = (key for key, one in show.part.rels.items() if one.reltype.endswith("/tableStyles"))
        show.part.rels.pop(styles)
        for layout in show.slide_layouts:
            more = copy.deepcopy(layout.placeholders[0]._element)
            more.ph.set("type", "pic")
            more.ph.set("idx", "77")
            layout.shapes._spTree.append(more)

    own_slides(tmp_path, change)
    for slide in Presentation(io.BytesIO(to_pptx(made_up(), tmp_path))).slides:
        assert all(holder.text_frame.text for holder in slide.placeholders)


def test_notes_need_a_place_in_the_notes_master(tmp_path: Path) -> None:
    def change(show: Any) -> None:
        for holder in list(show.notes_master.placeholders):
            holder._element.getparent().remove(holder._element)

    own_slides(tmp_path, change)
    error = refusal(SLIDES, tmp_path)
    assert error.code == "template_layout_missing"
    assert "备注母版" in say_error(error)


def test_slides_of_another_size_are_refused(tmp_path: Path) -> None:
    own_slides(tmp_path, lambda show: setattr(show, "slide_width", Emu(9_144_000)))
    assert refusal(SLIDES, tmp_path).code == "template_slide_size"


# ---------------------------------------------------------------- what an own one may not be or hold
@pytest.mark.parametrize("name", NAMES[::2])
@pytest.mark.parametrize("content", [b"", b"plain text", (OURS / "report.en.docx").read_bytes()[:4000], None])
def test_what_is_no_such_file_is_said(name: str, content: bytes | None, tmp_path: Path) -> None:
    other = OURS / (REPORT if name == SLIDES else SLIDES)
    (tmp_path / name).write_bytes(other.read_bytes() if content is None else content)
    assert refusal(name, tmp_path).code == "template_unreadable"


def test_a_folder_or_a_bomb_in_place_of_a_template_is_said(tmp_path: Path) -> None:
    (tmp_path / REPORT).mkdir()
    assert refusal(REPORT, tmp_path).code == "template_unreadable"
    with zipfile.ZipFile(tmp_path / SLIDES, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("ppt/presentation.xml", b" " * 110_000_000)
    assert refusal(SLIDES, tmp_path).code == "template_unreadable"


RELATION = '<Relationship Id="rId99" Type="{}" Target="{}"{}/></Relationships>'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        (REPORT, "word/_rels/document.xml.rels"),
        (REPORT, "word/_rels/settings.xml.rels"),
        (SLIDES, "ppt/slideMasters/_rels/slideMaster1.xml.rels"),
    ],
)
@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "hyperlink"])
def test_nothing_outside_the_file_is_reached(name: str, part: str, kind: str, tmp_path: Path) -> None:
    relation = RELATION.format(KINDS + kind, "http://elsewhere.example/logo.png", ' TargetMode="External"')
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    with_part(tmp_path, name, part, lambda text: (text or empty).replace("</Relationships>", relation))
    error = refusal(name, tmp_path)
    assert error.code == "template_outside"
    assert "http://elsewhere.example/logo.png" in say_error(error)


@pytest.mark.parametrize("parts", [("INCLUDEPICTURE",), ("INCLUDE", "PICTURE"), ("DDE", "AUTO")])
def test_fields_that_fetch_are_refused(parts: tuple[str, ...], tmp_path: Path) -> None:
    runs = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in parts)
    with_part(tmp_path, REPORT, "word/header1.xml", lambda text: text.replace("</w:hdr>", f"<w:p>{runs}</w:p></w:hdr>"))
    assert refusal(REPORT, tmp_path).code == "template_outside"


def test_a_simple_field_that_fetches_is_refused(tmp_path: Path) -> None:
    field = '<w:p><w:fldSimple w:instr=" INCLUDETEXT \\\\elsewhere\\a.docx "/></w:p></w:hdr>'
    with_part(tmp_path, REPORT, "word/header1.xml", lambda text: text.replace("</w:hdr>", field))
    assert refusal(REPORT, tmp_path).code == "template_outside"


@pytest.mark.parametrize("kind", ["oleObject", "package", "control", "aFChunk"])
def test_other_files_and_programs_inside_are_refused(kind: str, tmp_path: Path) -> None:
    relation = RELATION.format(KINDS + kind, "embeddings/thing.bin", "")
    with_part(tmp_path, REPORT, "word/_rels/document.xml.rels", lambda text: text.replace("</Relationships>", relation))
    assert refusal(REPORT, tmp_path).code == "template_macros"


@pytest.mark.parametrize(
    ("name", "plain", "with_macros"),
    [
        (REPORT, "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"),
        (
            SLIDES,
            "openxmlformats-officedocument.presentationml.presentation.main",
            "ms-powerpoint.template.macroEnabled.main",
        ),
    ],
)
def test_macros_are_refused(name: str, plain: str, with_macros: str, tmp_path: Path) -> None:
    with_part(tmp_path, name, "[Content_Types].xml", lambda text: text.replace(f"vnd.{plain}", f"vnd.{with_macros}"))
    assert refusal(name, tmp_path).code == "template_macros"
    relation = RELATION.format(
        "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin", ""
    )
    part = "word/_rels/document.xml.rels" if name == REPORT else "ppt/_rels/presentation.xml.rels"
    with_part(tmp_path, name, part, lambda text: text.replace("</Relationships>", relation))
    assert refusal(name, tmp_path).code == "template_macros"


@pytest.mark.parametrize("name", NAMES)
def test_ours_hold_no_names_and_nothing_but_styles(name: str) -> None:
    with zipfile.ZipFile(OURS / name) as package:
        everything = b"".join(package.read(one) for one in package.namelist())
        assert not [one for one in package.namelist() if one.endswith((".bin", ".jpeg", ".vml"))]
    assert b"External" not in everything
    assert b"python-docx" not in everything
    assert b"Steve Canny" not in everything
