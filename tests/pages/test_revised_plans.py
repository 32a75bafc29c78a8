"""The plans page of a revised plan: how often, by what, and every change with its values before and after."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from inspections.store.database import log_change, open_database, transaction
from tests.pages.test_pages import BROKEN, run, words
from tests.queries.revised import Said, revise
from tests.served import served


@pytest.mark.parametrize(("language", "said"), [("zh", "已调整 1 次"), ("en", "revised once")])
def test_a_revised_plan_says_so_and_what_changed(
    demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    own = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, own)
    with open_database(own) as connection:
        (task,) = connection.execute(
            "select min(task_id) from task inner join plan using (plan_id) where bureau_id = 1 and year = 2023"
        ).fetchone() or (0,)
        revise(connection, datetime.date(2023, 6, 1), {task: Said({"ends_on": datetime.date(2023, 12, 24)})})
        with transaction(connection):
            log_change(connection, actor="测试", action="import", subject="notice")
    with served(own, monkeypatch):
        app = run("monitor/plans", lang=language, bureau="阳城县自然资源局", year=2023)
        told = words(app)
    assert not app.exception
    assert any(said in text for text in told)
    assert any("2023-12-24" in text for text in told)
    assert not [text for text in told if BROKEN.search(text)]
