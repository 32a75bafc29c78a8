"""What the product is built on is recorded: versions, hashes, licences; advisories are asked without a network."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.docs.dependencies import LICENCES, PAGE, licence_of, locked, named, needed, told_by

LOCKED = {package.name: package for package in locked()}


def test_the_lock_names_everything_the_product_needs_in_the_versions_installed_here() -> None:
    needs = needed()
    assert set(LOCKED) == set(needs), "run python -m tests.docs.dependencies --refresh"
    assert {name: version for name, version in needs.items() if version} == {
        name: LOCKED[name].version for name, version in needs.items() if version
    }
    assert {name: LOCKED[name].version for name in named()} == named()
    assert all(package.hashes for package in LOCKED.values())


def test_the_page_tells_version_licence_and_what_is_known_of_each() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][2:]
    assert {(name, version) for name, version, *_ in rows} == {(one.name, one.version) for one in LOCKED.values()}
    for name, _, licence, known in rows:
        assert LICENCES.search(licence), f"{name}: may the product be built on {licence}?"
        assert known in {"none", "not told"}, f"{name}: {known}"
        if needed()[name]:
            assert licence == licence_of(name)


def advisory(name: str, **affected: Any) -> dict[str, Any]:
    return {"id": "X-1", "affected": [{"package": {"name": name, "ecosystem": "PyPI"}, **affected}]}


def span(*events: dict[str, str]) -> list[dict[str, Any]]:
    return [{"type": "ECOSYSTEM", "events": list(events)}]


@pytest.mark.parametrize(
    ("told", "is_told"),
    [
        (advisory("DuckDB", versions=[LOCKED["duckdb"].version]), True),
        (advisory("duckdb", versions=["0.0.1"]), False),
        (advisory("duckdb", ranges=span({"introduced": "0"})), True),
        (advisory("duckdb", ranges=span({"introduced": "0"}, {"fixed": LOCKED["duckdb"].version})), False),
        (advisory("duckdb", ranges=span({"introduced": "0"}, {"last_affected": LOCKED["duckdb"].version})), True),
        (advisory("duckdb", ranges=span({"introduced": "0"}, {"last_affected": "0.9"})), False),
        (advisory("duckdb", ranges=span({"introduced": "0"}, {"fixed": "0.9"}, {"introduced": "1"})), True),
        (advisory("something-else", ranges=span({"introduced": "0"})), False),
        (advisory("duckdb", ranges=span({"introduced": "0"})) | {"withdrawn": "2026-01-01"}, False),
    ],
)
def test_advisories_are_held_against_the_lock_without_a_network(
    told: dict[str, Any], is_told: bool, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X-1.json", json.dumps(told))
    expected = [("duckdb", LOCKED["duckdb"].version, "X-1")] if is_told else []
    assert list(told_by(path, locked())) == expected


def test_the_command_names_the_advisory_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X-1.json", json.dumps(advisory("duckdb", ranges=span({"introduced": "0"}))))
    command = [sys.executable, "-m", "tests.docs.dependencies", "--advisories", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"duckdb {LOCKED['duckdb'].version}: X-1" in done.stdout
