"""The verb brief: slides without the dashboard, a file whole or not at all, one clear sentence where it cannot be."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pptx import Presentation
from pptx.dml.color import RGBColor

from inspections.__main__ import main
from inspections.papers.briefing import SLIDES
from inspections.papers.template import OURS
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error

BUREAU = "阳城县自然资源局"


@pytest.fixture(scope="module")
def county(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("brief") / "county.duckdb"
    shutil.copyfile(demo_database, own)
    return own


def brief(county: Path, out: Path, bureau: str = BUREAU, year: str = "2023") -> Result:
    order = ["brief", "--bureau", bureau, "--year", year, "--db", str(county), "--out", str(out)]
    return CliRunner().invoke(main, order)


def test_a_year_becomes_slides_and_replaces_an_older_file(county: Path, tmp_path: Path) -> None:
    out = tmp_path / "会议汇报.pptx"
    out.write_text("older")
    done = brief(county, out)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    show = Presentation(io.BytesIO(out.read_bytes()))
    assert len(show.slides) == len(SLIDES)
    assert all(
        "演示数据" in "".join(s.text_frame.text for s in page.shapes if s.has_text_frame) for page in show.slides
    )
    assert list(tmp_path.iterdir()) == [out]


def test_an_own_master_is_used_and_one_that_cannot_be_is_told(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, out = tmp_path / "ours" / "slides.pptx", tmp_path / "a.pptx"
    own.parent.mkdir()
    monkeypatch.setenv("INSPECTIONS_TEMPLATES", str(own.parent))
    show = Presentation(str(OURS / "slides.pptx"))
    show.slide_master.background.fill.solid()
    show.slide_master.background.fill.fore_color.rgb = RGBColor(1, 2, 3)
    show.save(str(own))
    assert brief(county, out).exit_code == 0
    assert Presentation(str(out)).slide_master.background.fill.fore_color.rgb == RGBColor(1, 2, 3)
    own.write_text("no slides")
    failed = brief(county, tmp_path / "b.pptx")
    assert failed.exit_code == 1
    assert failed.stderr.strip() == say_error(InspectionsError("template_unreadable", file=own, format="pptx"))
    assert not (tmp_path / "b.pptx").exists()


@pytest.mark.parametrize(
    ("bureau", "year", "name", "words"),
    [
        ("没有的局", "2023", "a.pptx", "没有的局"),
        (BUREAU, "2031", "a.pptx", "2031"),
        (BUREAU, "2023", "a.docx", "a.docx"),
        (BUREAU, "2023", "nowhere/a.pptx", "nowhere"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_and_nothing_is_written(
    county: Path, tmp_path: Path, bureau: str, year: str, name: str, words: str
) -> None:
    failed = brief(county, tmp_path / name, bureau, year)
    assert failed.exit_code == 1
    assert words in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_browser_an_older_pdf_stays(county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "a.pdf"
    out.write_text("older")
    monkeypatch.setenv("INSPECTIONS_BROWSER", "no-such-browser")
    failed = brief(county, out)
    assert failed.exit_code == 1
    assert failed.stderr.strip() == say_error(InspectionsError("browser_unknown", path="no-such-browser"))
    assert out.read_text() == "older"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    failed = brief(tmp_path / "none.duckdb", tmp_path / "a.pptx")
    assert failed.exit_code == 1
    assert list(tmp_path.iterdir()) == []
