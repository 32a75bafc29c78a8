"""Which engine answers, what the embedded one never loads, and what is said where Spark cannot be had."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from inspections.lake import engine
from inspections.server.access import everything, who_only_reads
from inspections.server.health import health_of_lake
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from tests.served import visited
from tests.spoken import spoken_in

ROOT = Path(__file__).resolve().parents[2]


def test_the_embedded_engine_never_loads_spark() -> None:
    """Every module of the product but those of Spark, and a question answered: nothing of Spark, SQLGlot or Java."""
    told = subprocess.run(
        [
            sys.executable, "-c",
            """import importlib, pkgutil, sys, inspections
for module in pkgutil.walk_packages(inspections.__path__, "inspections."):
    if not module.name.startswith(("inspections.lake.spark", "inspections.__main__")):
        importlib.import_module(module.name)
import app
from inspections.lake import engine
assert not engine.on_spark()
print(sorted({name.split(".")[0] for name in sys.modules} & {"pyspark", "py4j", "sqlglot", "grpc"}))""",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip().splitlines()[-1] == "[]"


def test_an_unknown_engine_and_a_missing_lake_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(engine.ENGINE, "oracle")
    with pytest.raises(InspectionsError, match="engine_unknown"):
        engine.on_spark()
    monkeypatch.setenv(engine.ENGINE, "spark")
    monkeypatch.delenv(engine.LAKE, raising=False)
    with pytest.raises(InspectionsError, match="engine_without_lake"):
        engine.open_spark()
    pytest.importorskip("sqlglot")
    monkeypatch.setenv(engine.LAKE, str(tmp_path / "none"))
    with pytest.raises(InspectionsError, match="lake_missing"):
        engine.open_spark()


def test_nobody_at_the_address_is_one_sentence_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("sqlglot")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    monkeypatch.setenv(engine.ENGINE, "spark")
    monkeypatch.setenv(engine.LAKE, str(tmp_path))
    monkeypatch.setenv(engine.ADDRESS, address)
    with pytest.raises(InspectionsError, match="engine_unreachable"):
        engine.open_spark()
    app: AppTest = visited("monitor/coverage", lang="en")
    assert not app.exception
    (sentence,) = app.error
    assert str(port) in sentence.value


def test_whoever_reads_a_lake_changes_nothing() -> None:
    assert who_only_reads(everything("局长")).rights == {"classes", "seeds", "log"}


def test_the_health_of_a_lake_tells_what_is_wrong() -> None:
    def gone() -> None:
        raise InspectionsError("engine_unreachable", address="spark://x:1")

    assert health_of_lake(lambda: None)["status"] == "ok"
    assert health_of_lake(gone)["status"] == "down"
    assert health_of_lake(gone)["database"] == "engine_unreachable"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_trouble_has_its_sentence(language: str) -> None:
    given = {"address": "spark://x:1", "setting": "S", "value": "v", "reason": "r", "seconds": 5}
    for code in (
        "engine_unknown", "engine_without_lake", "engine_not_installed", "engine_no_java", "engine_unreachable",
        "engine_failed", "engine_slow", "lake_read_only",
    ):  # fmt: skip
        assert "{" not in spoken_in(language, say_error, InspectionsError(code, **given))


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("local[*]", []),
        ("spark://a:1", [("a", 1)]),
        ("spark://a:1,b:2", [("a", 1), ("b", 2)]),
        ("sc://a/;token=x", [("a", 15002)]),
        ("sc://a:7/;user_id=x", [("a", 7)]),
    ],
)
def test_addresses(address: str, known: list[tuple[str, int]]) -> None:
    pytest.importorskip("sqlglot")
    from inspections.lake.spark import hosts  # noqa: PLC0415 - not everybody has its packages

    assert hosts(address) == known
