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


@pytest.fixture(scope="module")
def looked_at(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A county that tests only look at: what one asked, the next one finds in the caches."""
    own = tmp_path_factory.mktemp("looked at") / "county.duckdb"
    shutil.copyfile(demo_database, own)
    with pytest.MonkeyPatch.context() as patch, served(own, patch):
        yield own
