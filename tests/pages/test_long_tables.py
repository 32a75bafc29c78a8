"""Tables of more rows than a screen shows: the first ones with a note, all of them to take along."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from inspections.words.wording import say
from tests.served import html_texts, served

ROOT = Path(__file__).resolve().parents[2]
BUREAU = "阳城县自然资源局"


def test_a_long_table_shows_its_first_rows_and_hands_over_all(
    demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.frame import shown  # noqa: PLC0415 - its caches want the database of this test
    from pages.registry.parts import objects  # noqa: PLC0415 - its caches want the database of this test

    own = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, own)
    taken: dict[str, bytes] = {}

    def keep(_label: str, write, *, file_name: str, **_look: object) -> None:
        taken[file_name] = write()

    monkeypatch.setattr(shown, "MOST_ROWS", 5)
    monkeypatch.setattr(objects, "MOST_ROWS", 5)
    monkeypatch.setattr(shown, "download", keep)
    with served(own, monkeypatch):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in {"lang": "zh", "bureau": BUREAU, "year": 2023}.items():
            app.session_state[key] = value
        app.switch_page("pages/registry/registers.py").run()
        assert not app.exception
        objects = app.dataframe[0].value
        app.switch_page("pages/monitor/completion.py").run()
        assert not app.exception
        overdue = app.dataframe[0].value
        notes = html_texts(app)
    assert len(objects) == len(overdue) == 5
    rows = {name: _rows(content) for name, content in taken.items()}
    listed = rows[f"{BUREAU}2023-objects.xlsx"]
    assert len(listed) > 5
    assert [row[0] for row in listed[:5]] == list(objects.iloc[:, 0])
    late = rows[f"{BUREAU}2023-overdue.xlsx"]
    assert say("frame.table_cut", shown=5, count=len(late)) in notes


def test_a_column_is_as_wide_as_its_heading_or_as_a_value_that_the_browser_would_leave_out() -> None:
    from pages.frame.shown import WIDEST, width_of  # noqa: PLC0415 - its module asks for a running page

    days = pd.Series(["94.9%"] * 6 + ["14.4 working days"])
    assert 120 < (width_of("value", "Value", days) or 0) < 180
    assert width_of("value", "Value", days.tail(5)) is None
    assert width_of("item", "Item", pd.Series(["a task of this name"] * 9)) is None
    assert width_of("how", "How", pd.Series(["x"] * 9 + ["tasks drawn at random from a pool " * 9])) == WIDEST
    assert 110 < (width_of("last_score", "Last year's score", pd.Series([97.37, 82.5])) or 0) < 155


def _rows(content: bytes) -> list[tuple[object, ...]]:
    """The rows below the headings, which stand in the fifth row."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return list(sheet.iter_rows(min_row=6, values_only=True))
