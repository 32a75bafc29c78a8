"""The year that most papers are made of."""

from __future__ import annotations

import functools

import duckdb
import pytest

from inspections.evaluation import facts
from inspections.store.database import ask

YANGCHENG = "阳城县自然资源局"


@pytest.fixture(scope="module")
def county(demo_connection: duckdb.DuckDBPyConnection) -> facts.Facts:
    return facts.find(functools.partial(ask, demo_connection), YANGCHENG, 2023)
