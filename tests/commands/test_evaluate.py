"""`evaluate` as a script sees it: JSON, docx, what goes wrong, and its work beside a holder of the database."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest
from click.testing import CliRunner

from inspections.__main__ import main
from inspections.papers.template import OURS
from inspections.store import database
from inspections.store.database import snapshot
from inspections.store.upgrade import opened
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error

ROOT = Path(__file__).resolve().parents[2]
BUREAU = "阳城县自然资源局"
HOLDER = """
    import sys, duckdb
    from pathlib import Path
    from inspections.store.database import open_database
    connection = open_database(Path(sys.argv[1]))
    # Committed and not yet in the file: it stands in the write-ahead log.
    connection.execute("update setting set value = 'false' where key = 'synthetic'")
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def county(demo_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, path)
    return path


@pytest.fixture
def held(county: Path) -> Iterator[Path]:
    """The demo, held by another process that has changed it since it was opened."""
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(county)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        yield county
        holder.communicate("\n")


def evaluate(out: Path, database: Path, *more: str, bureau: str = BUREAU, year: int = 2023) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    arguments = ["evaluate", "--bureau", bureau, "--year", str(year), "--db", str(database), "--out", str(out), *more]
    done = CliRunner().invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_the_json_says_every_units_score_grade_and_counts(county: Path, tmp_path: Path) -> None:
    code, stdout, stderr = evaluate(tmp_path / "e.json", county)
    assert (code, stdout) == (0, "")
    assert "2023 年度" in stderr
    said: dict[str, Any] = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert {key: said[key] for key in ("synthetic", "bureau", "year", "as_of")} == {
        "synthetic": True,
        "bureau": BUREAU,
        "year": 2023,
        "as_of": "2023-12-31",
    }
    assert set(said["rubric"]) == {"name", "version"}
    assert said["units"]
    for unit in (said["whole"], *said["units"]):
        assert unit["grade"] in {"优", "良", "中", "差", "不适用"}
        assert (unit["score"] is None) == (unit["suggested"] == "不适用")
        earned = sum(mark["points"] or 0 for mark in unit["indicators"])
        assert earned == pytest.approx(unit["score"], abs=0.006)
        assert all(
            {"code", "numerator", "denominator", "points", "available"} == set(mark) for mark in unit["indicators"]
        )


def test_grades_are_the_fields_words_in_any_language(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_LANG", "en")
    assert evaluate(tmp_path / "e.json", county)[0] == 0
    assert {unit["grade"] for unit in json.loads((tmp_path / "e.json").read_text("utf-8"))["units"]} <= set("优良中差")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ((), "情况报告"),
        (("--as-of", "2023-10-20"), "情况的通报"),
        (("--as-of", "2023-10-20", "--report"), "情况报告"),
        (("--circular",), "情况的通报"),
    ],
)
def test_the_docx_is_a_circular_while_the_year_runs_and_a_report_after_it(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], kind: str
) -> None:
    monkeypatch.setenv("INSPECTIONS_BROWSER", "no-such-browser")  # pictures have tests of their own
    code, _, stderr = evaluate(tmp_path / "r.docx", county, *options)
    assert code == 0
    document = docx.Document(io.BytesIO((tmp_path / "r.docx").read_bytes()))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0].startswith("演示数据")
    assert document.core_properties.title.endswith(kind)
    assert ("没有图" in stderr) == (kind == "情况报告")


def test_an_own_letterhead_beside_the_database_is_used_and_one_that_cannot_be_is_told(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_BROWSER", "no-such-browser")
    own = county.parent / "templates" / "report.zh.docx"
    own.parent.mkdir()
    letterhead = docx.Document(str(OURS / own.name))
    letterhead.sections[0].header.paragraphs[0].text = "本局文件"
    letterhead.save(str(own))
    assert evaluate(tmp_path / "r.docx", county)[0] == 0
    header = docx.Document(str(tmp_path / "r.docx")).sections[0].header
    assert header.paragraphs[0].text == "本局文件"
    own.write_bytes((OURS / "slides.pptx").read_bytes())
    code, _, stderr = evaluate(tmp_path / "s.docx", county)
    assert code == 1
    assert stderr.strip() == say_error(InspectionsError("template_unreadable", file=own, format="docx"))
    assert not (tmp_path / "s.docx").exists()


def test_a_scheme_of_ones_own_is_used_and_named(county: Path, tmp_path: Path) -> None:
    scheme = tmp_path / "own.toml"
    shipped = (ROOT / "inspections" / "evaluation" / "rubric.toml").read_text("utf-8")
    scheme.write_text(shipped.replace("默认评分标准（假设）", "自定标准").replace("good = 80", "good = 89"), "utf-8")
    assert evaluate(tmp_path / "e.json", county, "--rubric", str(scheme))[0] == 0
    said = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert said["rubric"]["name"] == "自定标准"
    assert "良" not in {unit["grade"] for unit in said["units"]}


def test_it_works_beside_a_program_that_holds_the_database_and_sees_its_changes(held: Path, tmp_path: Path) -> None:
    with pytest.raises(InspectionsError, match="database_held"):
        database.open_database(held)
    code, _, stderr = evaluate(tmp_path / "e.json", held)
    assert code == 0, stderr
    said = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert said["units"]
    assert said["synthetic"] is False


def test_a_snapshot_is_removed_and_never_touches_the_file(county: Path) -> None:
    before = county.read_bytes()
    with snapshot(county) as place, database.open_database(place) as connection:
        (copy,) = connection.execute("select path from duckdb_databases() where not internal").fetchall()[0]
        assert Path(copy) != county
        connection.execute("delete from change_log")
    assert not Path(copy).parent.exists()
    assert county.read_bytes() == before


def test_a_copy_counts_only_where_the_file_stood_still(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SNAPSHOT_PAUSE", 0)
    copies, real = [], shutil.copyfile

    def copy(source: Path, target: Path) -> None:
        copies.append(source)
        real(source, target)
        if len(copies) < restless:
            os.utime(county, ns=(len(copies), len(copies)))

    monkeypatch.setattr(shutil, "copyfile", copy)
    restless = 3
    with snapshot(county) as place, database.open_database(place) as connection:
        assert connection.execute("select count(*) from bureau").fetchone() != (0,)
    assert len(copies) == 3
    restless = 1000
    with pytest.raises(InspectionsError, match="database_busy"), snapshot(county):
        pass


def test_where_nobody_holds_the_file_it_is_opened_itself(county: Path) -> None:
    with opened(county) as connection:
        assert connection.execute("select path from duckdb_databases() where not internal").fetchall() == [
            (str(county),)
        ]
    duckdb.connect(county).close()  # and closed afterwards


@pytest.mark.parametrize(
    ("out", "options", "told"),
    [
        ("e.pdf", {}, ".json .docx .xlsx"),
        ("e.json", {"bureau": "乙局"}, BUREAU),
        ("e.json", {"year": 1999}, "2023"),
        ("no/such/folder/e.json", {}, "--out"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_and_leaves_no_file(
    county: Path, tmp_path: Path, out: str, options: dict[str, Any], told: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    code, stdout, stderr = evaluate(folder / out, county, **options)
    assert (code, stdout) == (1, "")
    assert told in stderr
    assert len(stderr.strip().splitlines()) == 1
    assert list(folder.iterdir()) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.duckdb"
    code, _, stderr = evaluate(tmp_path / "e.json", missing)
    assert code == 1
    assert "找不到数据库" in stderr
    assert not missing.exists()


def test_a_file_that_stood_there_stays_whole_when_writing_fails(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "e.json"
    out.parent.mkdir()
    out.write_text("earlier", "utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    code, _, stderr = evaluate(out, county)
    assert code == 1
    assert "No space left on device" in stderr
    assert out.read_text("utf-8") == "earlier"
    assert list(out.parent.iterdir()) == [out]
