"""The county that a test's pages read and may change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import served


@pytest.fixture
def database(demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    own = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, own)
    with served(own, monkeypatch):
        yield own
