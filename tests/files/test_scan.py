"""Scans are read where text recognition is installed, laid out like pdf pages; else a sentence says what to do."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from inspections.files.content import LeftOut
from inspections.files.opening import read_document
from inspections.files.scan import MOST_PAGES
from inspections.notice.reading import read_notice
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from tests.files.recognition import HIGH, ROWS, TITLE, WIDE
from tests.files.refusal import library, refused


def picture(lean: float = 0.0) -> Image.Image:
    """A page with the ruled lines of the table, and dots of dirt."""
    drawn = Image.new("RGB", (WIDE, HIGH), "#F4F1EA")
    pen = ImageDraw.Draw(drawn)
    for n in range(4):
        pen.line([(100, 400 + 100 * n), (1540, 400 + 100 * n)], fill="#333333", width=3)
    for n in range(7):
        pen.line([(100 + 240 * n, 400), (100 + 240 * n, 700)], fill="#333333", width=3)
    for x, y in np.random.default_rng(1).integers(0, WIDE, (400, 2)).tolist():
        pen.point((x, y), fill="black")
    return drawn.rotate(lean, fillcolor="#F4F1EA", resample=Image.Resampling.BILINEAR)


@pytest.fixture
def recognition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with the library."""
    library(tmp_path, monkeypatch, "from tests.files.recognition import RapidOCR")


@pytest.fixture
def no_recognition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the library."""
    library(tmp_path, monkeypatch, "raise ImportError")


def as_pdf_scan(pages: list[Image.Image], path: Path) -> Path:
    """A pdf of pictures."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    for page in pages:
        canvas.drawImage(ImageReader(page), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return path


@pytest.mark.usefixtures("recognition")
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp", "pdf"])
@pytest.mark.parametrize("lean", [0.0, 0.4])
def test_a_scan_is_read_with_its_tables_and_says_that_it_was_recognised(
    tmp_path: Path, suffix: str, lean: float
) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "pdf":
        as_pdf_scan([picture(lean)], path)
    else:
        picture(lean).save(path)
    document = read_document(path)
    assert [list(row.cells) for row in document.tables[0].rows] == ROWS
    assert [paragraph.text for paragraph in document.paragraphs] == [TITLE]
    assert document.left_out == (LeftOut("recognised", 1),)
    notice = read_notice(document)
    assert [task.name for task in notice.plans[0].tasks] == ["测绘检查", "矿产检查"]
    assert "recognised" in {issue.code for issue in notice.issues}


@pytest.mark.usefixtures("no_recognition")
def test_without_recognition_a_sentence_says_what_is_missing(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.png")
    assert refused(tmp_path / "a.png") == "pdf_without_text"
    assert refused(as_pdf_scan([picture()], tmp_path / "a.pdf")) == "pdf_without_text"
    with pytest.raises(InspectionsError) as caught:
        read_document(tmp_path / "a.png")
    assert "requirements-scans.txt" in say_error(caught.value)


def as_mixed_pdf(path: Path, *, with_table: bool = False) -> Path:
    """A letter with a text layer, and the plan behind it as a scan that bears a page number."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(100, 700, "某县自然资源局关于印发二〇二四年度随机抽查工作计划的通知，请各股室认真执行。")
    if with_table:
        canvas.grid([100, 150, 300, 400], [500, 530, 560])
        for place, word in (((110, 540), "序号"), ((160, 540), "任务名称"), ((110, 510), "1"), ((160, 510), "任务")):
            canvas.drawString(*place, word)
    canvas.showPage()
    canvas.drawImage(ImageReader(picture()), 0, 0, 595, 842)
    canvas.drawString(300, 20, "2")
    canvas.save()
    return path


@pytest.mark.usefixtures("recognition")
def test_a_scanned_page_among_others_is_read_too(tmp_path: Path) -> None:
    document = read_document(as_mixed_pdf(tmp_path / "a.pdf"))
    assert "关于印发" in document.paragraphs[0].text
    assert (document.tables[0].page, len(document.tables[0].rows)) == (2, 3)
    assert document.left_out == (LeftOut("recognised", 1),)


@pytest.mark.usefixtures("no_recognition")
def test_a_scanned_page_that_nobody_can_read_is_said(tmp_path: Path) -> None:
    assert refused(as_mixed_pdf(tmp_path / "a.pdf")) == "pdf_without_text"
    document = read_document(as_mixed_pdf(tmp_path / "b.pdf", with_table=True))
    assert [row.cells for row in document.tables[0].rows] == [("序号", "任务名称", ""), ("1", "任务", "")]
    assert document.left_out == (LeftOut("pictures", 1),)


@pytest.mark.usefixtures("recognition")
def test_blank_broken_and_hostile_pictures_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (800, 800), "white").save(tmp_path / "blank.png")
    assert refused(tmp_path / "blank.png") == "no_words"
    whole = io.BytesIO()
    picture().save(whole, "PNG")
    (tmp_path / "half.png").write_bytes(whole.getvalue()[:4000])
    assert refused(tmp_path / "half.png") == "file_broken"
    Image.new("1", (8_000, 8_000)).save(tmp_path / "bomb.png")  # more than is looked at, less than PIL refuses
    assert refused(tmp_path / "bomb.png") == "file_too_large"
    blank = Image.new("1", (100, 100), 1)
    blank.save(tmp_path / "long.tif", save_all=True, append_images=[blank] * MOST_PAGES)
    assert refused(tmp_path / "long.tif") == "too_many_rows"
