"""Packages: the sealed one re-runs with Python alone and with coreutils, says where it differs, fears no bad zip."""

from __future__ import annotations

import ast
import csv
import datetime
import hashlib
import io
import itertools
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from inspections.__main__ import main
from inspections.draws import freezing, packages, recording, verifier
from inspections.draws import sealed as opening
from inspections.draws.recompute import match_teams, text_commitment
from inspections.draws.sealed import PackageError
from inspections.draws.ticket import draw_in_database
from inspections.draws.verifier import verify
from inspections.store.database import open_database
from inspections.words.errors import InspectionsError
from tests.draw_world import NOON, add_bureau, add_inspectors, add_task, empty_world, pool_of

SIZES = {"A": 9, "B": 6, "C": 4, "D": 3, "none": 3}
DAY = datetime.date(2024, 12, 31)
RULE = "-" * 64


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_world() as connection:
        add_inspectors(connection, *(f"P{number}" for number in range(6)))
        yield connection


def recorded(world: duckdb.DuckDBPyConnection, wanted: freezing.Wanted, **more: Any) -> int:
    """A drawn trial of a task of its own, with a substitute; awkward ids among the objects."""
    mark = f"t{world.execute('select count(*) from task').fetchall()[0][0]} "
    awkward = {f"{mark}A,1": "A", f'{mark}A"2': "A", f"{mark}A\\3 $(ls)": "A", f"{mark}阳城县'某矿": "A"}
    task = add_task(world, pool_of(SIZES, mark) | awkward)
    draw_id = freezing.freeze(world, task, wanted, actor="测试", now=NOON, **more)
    recording.draw_frozen(world, draw_id, actor="测试", now=NOON)
    ((first,),) = world.execute(
        "select object_id from draw_object where draw_id = ? order by class, place limit 1", [draw_id]
    ).fetchall()
    recording.call_substitute(world, draw_id, first, reason='已停业，"换"', actor="测试")
    return draw_id


def sealed(world: duckdb.DuckDBPyConnection, draw_id: int) -> bytes:
    buffer = io.BytesIO()
    packages.write_sealed(world, draw_id, buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def package(world: duckdb.DuckDBPyConnection) -> bytes:
    return sealed(world, recorded(world, {"A": 4, "B": 2, "C": 1, "D": 1, "none": 1}))


@pytest.fixture(scope="module", params=["by class", "whole pool", "rotation", "rotation over the whole pool"])
def any_package(world: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest) -> tuple[int, bytes]:
    wanted: freezing.Wanted = 9 if "whole" in request.param else {"A": 4, "B": 2, "C": 1, "D": 1, "none": 1}
    draw_id = recorded(world, wanted, rotation="rotation" in request.param)
    if "rotation" in request.param:
        ((task,),) = world.execute("select task_id from draw where draw_id = ?", [draw_id]).fetchall()
        later = NOON + datetime.timedelta(days=1)
        draw_id = freezing.freeze(world, task, wanted, rotation=True, actor="测试", now=later)
        recording.draw_frozen(world, draw_id, actor="测试", now=later)
    return draw_id, sealed(world, draw_id)


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], sums: bool = True) -> io.BytesIO:
    """The members as a package; with right SHA256SUMS, as a forger would make them."""
    if sums:
        listed = (
            f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in sorted(parts) if name != "SHA256SUMS"
        )
        parts = {**parts, "SHA256SUMS": "".join(listed).encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


# The same draw in every way


def test_database_verifier_and_coreutils_give_the_same_list(any_package: tuple[int, bytes], tmp_path: Path) -> None:
    _, package = any_package
    zipfile.ZipFile(io.BytesIO(package)).extractall(tmp_path)
    listed = pd.read_csv(tmp_path / "drawn.csv", dtype=str, keep_default_na=False)
    facts = json.loads((tmp_path / "draw.json").read_text("utf-8"))
    # DuckDB, from the packaged frame (its lines are not quoted: an id may hold a comma, a class may not).
    fields = 2 if facts["rotation"] else 1
    lines = [line.rsplit(",", fields) for line in (tmp_path / "frame.csv").read_text("utf-8").splitlines()[1:]]
    frame = pd.DataFrame(lines, columns=["object_id", "class", "passed_over"][: fields + 1])
    if facts["rotation"]:
        frame["passed_over"] = frame["passed_over"] == "1"
        assert frame["passed_over"].any()
    counts = listed["class"].replace("", "none").value_counts() if facts["stratified"] else {"": len(listed)}
    with duckdb.connect() as connection:
        connection.register("pool", frame)
        quotas = {str(code): int(number) for code, number in counts.items()} if facts["stratified"] else len(listed)
        rows = draw_in_database(connection, "pool", quotas, facts["seed"])
    expected = sorted((str(place), name, its_ticket) for place, name, _, its_ticket in rows.to_numpy().tolist())
    assert sorted(zip(listed["place"], listed["object_id"], listed["ticket"], strict=True)) == expected
    # The packaged verifier, isolated from every library that is installed.
    for arguments in ([str(tmp_path / "verify.py")], [str(tmp_path / "verify.py"), str(tmp_path)]):
        done = subprocess.run([sys.executable, "-I", "-S", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{len(listed)} of {len(frame)} objects" in done.stdout
    # sha256sum and sort, as either README says.
    for name in ("README.zh.txt", "README.en.txt"):
        recipe = (tmp_path / name).read_text("utf-8").split(RULE)[1]
        done = subprocess.run(["bash", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=False)
        *hashes, verdict = done.stdout.splitlines()
        assert [one[:64] for one in hashes] == [facts[f"{name}_commitment"] for name in ("seed", "frame", "terms")]
        assert verdict == "OK"
        assert (tmp_path / "recomputed.txt").read_text().split() == sorted(listed["ticket"])
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert checked.returncode == 0


def test_the_recipe_notices_a_list_that_was_changed(package: bytes, tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(package)).extractall(tmp_path)
    rows = (tmp_path / "drawn.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "drawn.csv").write_text("".join(rows[:-1]), "utf-8")
    recipe = (tmp_path / "README.en.txt").read_text("utf-8").split(RULE)[1]
    done = subprocess.run(["bash", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "OK" not in done.stdout


def test_the_same_draw_gives_the_same_bytes_and_the_verifier_is_ours(
    world: duckdb.DuckDBPyConnection, any_package: tuple[int, bytes]
) -> None:
    draw_id, package = any_package
    assert sealed(world, draw_id) == package
    parts = members(package)
    assert parts["verify.py"].decode() == packages.verify_py()
    assert list(parts) == [*sorted(set(parts) - {"SHA256SUMS"}), "SHA256SUMS"]
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(package)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for name in ("README.zh.txt", "README.en.txt"):
        assert ("试抽" if "zh" in name else "Trial draw") in parts[name].decode()


def test_every_recorded_draw_of_the_demonstration_agrees(demo_connection: duckdb.DuckDBPyConnection) -> None:
    ids = [one for (one,) in demo_connection.execute("select draw_id from draw where seed is not null").fetchall()]
    assert len(ids) > 20
    for draw_id in ids:
        buffer = io.BytesIO()
        packages.write_sealed(demo_connection, draw_id, buffer)
        assert verify(buffer).differences == []


def test_draws_without_seed_or_not_yet_drawn_have_no_package(
    world: duckdb.DuckDBPyConnection, demo_connection: duckdb.DuckDBPyConnection
) -> None:
    ((complaint,),) = demo_connection.execute("select min(draw_id) from draw where basis = 'complaint'").fetchall()
    task = add_task(world, {"only": "A"})
    frozen = freezing.freeze(world, task, 1, actor="测试")
    for connection, draw_id, code in (
        (demo_connection, complaint, "package_impossible"), (world, frozen, "draw_open"), (world, 999, "draw_unknown")
    ):  # fmt: skip
        with pytest.raises(InspectionsError, match=code):
            packages.write_sealed(connection, draw_id, io.BytesIO())
    with pytest.raises(InspectionsError, match="draw_open"):
        packages.write_public(world, frozen, io.BytesIO(), as_of=DAY)


def test_every_export_is_in_the_change_log(world: duckdb.DuckDBPyConnection, any_package: tuple[int, bytes]) -> None:
    draw_id, package = any_package
    content = packages.export_package(world, draw_id, sealed=True, as_of=DAY, actor="审计")
    packages.export_package(world, draw_id, sealed=False, as_of=DAY, actor="审计")
    public, last = world.execute("select subject, after from change_log order by seq desc limit 2").fetchall()
    assert (public[0], last[0]) == (f"draw {draw_id} public package", f"draw {draw_id} sealed package")
    assert json.loads(last[1])["sha256"] == hashlib.sha256(content).hexdigest() == hashlib.sha256(package).hexdigest()


# What a forger changes, and where the verifier says so


def edited(name: str, change: Callable[[list[list[str]]], object]) -> Callable[[dict[str, bytes]], None]:
    """A change to the rows of a CSV member."""

    def apply(parts: dict[str, bytes]) -> None:
        rows = list(csv.reader(io.StringIO(parts[name].decode())))
        change(rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        parts[name] = text.getvalue().encode()

    return apply


def lines_of_frame(change: Callable[[list[str]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(parts: dict[str, bytes]) -> None:
        rows = parts["frame.csv"].decode().splitlines(keepends=True)
        change(rows)
        parts["frame.csv"] = "".join(rows).encode()

    return apply


def facts_of(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(parts: dict[str, bytes]) -> None:
        facts = json.loads(parts["draw.json"])
        change(facts)
        parts["draw.json"] = json.dumps(facts, ensure_ascii=False).encode()

    return apply


def put(row: int, column: int, value: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[row][column] = value

    return change


def terms_of(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(parts: dict[str, bytes]) -> None:
        terms = json.loads(parts["terms.json"])
        change(terms)
        parts["terms.json"] = json.dumps(terms, ensure_ascii=False).encode()

    return apply


def both(*changes: Callable[[dict[str, bytes]], None]) -> Callable[[dict[str, bytes]], None]:
    def apply(parts: dict[str, bytes]) -> None:
        for change in changes:
            change(parts)

    return apply


def _no_d(facts: dict[str, Any]) -> None:
    facts["quotas"]["D"]["quota"] = 0


def drawn_less(risk_class: str) -> Callable[[dict[str, bytes]], None]:
    """Nobody of a class drawn: list, inspectors and quotas made to agree, as a careful forger would."""

    def apply(parts: dict[str, bytes]) -> None:
        rows = list(csv.reader(io.StringIO(parts["drawn.csv"].decode())))
        gone = {row[1] for row in rows[1:] if row[2] == risk_class}
        for name, place in (("drawn.csv", 1), ("inspectors.csv", 0)):
            edited(
                name,
                lambda old, place=place: old.__setitem__(slice(None), [one for one in old if one[place] not in gone]),
            )(parts)  # type: ignore[misc]
        facts_of(_no_d)(parts)

    return apply


# What is changed -> file and field of a difference that must be among those told.
FORGED: dict[str, tuple[Callable[[dict[str, bytes]], None], tuple[str, str]]] = {
    "another object in the list": (edited("drawn.csv", put(1, 1, "t0 B6")), ("drawn.csv", "object_id")),
    "a stranger in the list": (edited("drawn.csv", put(1, 1, "nobody")), ("drawn.csv", "object_id")),
    "another class in the list": (edited("drawn.csv", put(1, 2, "D")), ("drawn.csv", "object_id")),
    "another ticket": (edited("drawn.csv", put(1, 3, "0" * 64)), ("drawn.csv", "ticket")),
    "another place": (edited("drawn.csv", put(1, 0, "9")), ("drawn.csv", "place 1")),
    "a place that is no number": (edited("drawn.csv", put(1, 0, "first")), ("drawn.csv", "place")),
    "a row left out": (edited("drawn.csv", lambda rows: rows.pop(2)), ("drawn.csv", "place 2")),
    "a row twice": (edited("drawn.csv", lambda rows: rows.append(rows[1])), ("drawn.csv", "object_id")),
    "a row too many": (
        edited("drawn.csv", lambda rows: rows.append(["99", "t0 C4", "C", "0" * 64, "", ""])), ("drawn.csv", "quota")
    ),
    "a substitute passed off as drawn": (
        edited("drawn.csv", lambda rows: [row.__setitem__(4, "") for row in rows[1:]]), ("drawn.csv", "quota")
    ),
    "a substitute without a reason": (
        edited("drawn.csv", lambda rows: [row.__setitem__(5, "") for row in rows[1:]]), ("drawn.csv", "reason")
    ),
    "a substitute for itself": (
        edited("drawn.csv", lambda rows: [row.__setitem__(4, row[1]) for row in rows if row[4] and row[0] != "place"]),
        ("drawn.csv", "substitute_for"),
    ),
    "an object left out of the frame": (lines_of_frame(lambda rows: rows.pop(3)), ("draw.json", "frame_commitment")),
    "an object slipped into the frame": (
        lines_of_frame(lambda rows: rows.append("zzz,A\n")), ("draw.json", "quotas.A.pool")
    ),
    "the frame in another order": (lines_of_frame(lambda rows: rows.insert(1, rows.pop(4))), ("frame.csv", "object_id")),
    "another class in the frame": (
        lines_of_frame(lambda rows: rows.__setitem__(-1, rows[-1].rpartition(",")[0] + ",D\n")),
        ("draw.json", "frame_commitment"),
    ),
    "a frame with another heading": (lines_of_frame(lambda rows: rows.__setitem__(0, "id,class\n")), ("frame.csv", "heading")),
    "another seed": (facts_of(lambda facts: facts.update(seed="x" + facts["seed"][1:])), ("draw.json", "seed_commitment")),
    "another ordinal": (facts_of(lambda facts: facts.update(ordinal=2)), ("draw.json", "seed")),
    "another task": (facts_of(lambda facts: facts["task"].update(seq=77)), ("draw.json", "task.key")),
    "a larger quota": (facts_of(lambda facts: facts["quotas"]["A"].update(quota=5)), ("drawn.csv", "quota")),
    "a smaller frame": (facts_of(lambda facts: facts.update(frame_size=3)), ("draw.json", "frame_size")),
    "a re-draw with another master seed": (
        facts_of(
            lambda facts: facts.update(
                reason="x", replaces={"ordinal": 1, "seed": "m-k-1", "seed_nonce": "n", "seed_commitment": "c"}
            )
        ),
        ("draw.json", "replaces.seed"),
    ),
    "a re-draw without a reason": (facts_of(lambda facts: facts.update(replaces={"ordinal": 1})), ("draw.json", "reason")),
    "one inspector alone": (
        # At every object, for a replaced one need not have any.
        edited("inspectors.csv", lambda rows: rows.__setitem__(slice(None), list({row[0]: row for row in rows}.values()))),
        ("inspectors.csv", "certificate_no"),
    ),
    "an inspector twice": (edited("inspectors.csv", lambda rows: rows.append(rows[-1])), ("inspectors.csv", "certificate_no")),
    "an inspector exchanged": (
        edited("inspectors.csv", lambda rows: rows.__setitem__(-1, [rows[-1][0], f"P{'012345'.strip(rows[-1][1][1:])[0]}"])),
        ("inspectors.csv", "certificate_no"),
    ),
    "a class drawn less": (drawn_less("D"), ("draw.json", "quotas")),
    "a class drawn less, by the terms too": (both(drawn_less("D"), terms_of(_no_d)), ("draw.json", "terms_commitment")),
    "another name of the task": (facts_of(lambda facts: facts["task"].update(name="别的任务")), ("draw.json", "task")),
    "another bureau": (facts_of(lambda facts: facts.update(bureau="乙局")), ("draw.json", "bureau")),
    "another time of freezing": (facts_of(lambda facts: facts.update(frozen_at="2024-05-01 09:00:00")), ("draw.json", "frozen_at")),
    "passed off as official": (facts_of(lambda facts: facts.update(kind="official")), ("draw.json", "kind")),
    "a demonstration passed off as real": (facts_of(lambda facts: facts.update(synthetic=True)), ("draw.json", "synthetic")),
    "another rule": (terms_of(lambda terms: terms.update(rule={"from": "plan"})), ("draw.json", "terms_commitment")),
    "other inspectors to choose from": (
        terms_of(lambda terms: terms["inspectors"]["teams"]["甲局"].pop()), ("draw.json", "terms_commitment")
    ),
    "without its terms": (lambda parts: parts.pop("terms.json"), ("terms.json", "-")),
    "numbers raised without a reason": (
        facts_of(lambda facts: facts["steps"][-1].update(quotas={"D": 2})), ("draw.json", "steps.quotas.D")
    ),
    "an inspector of nobody": (
        edited("inspectors.csv", lambda rows: rows.append(["nobody", "P1"])), ("inspectors.csv", "object_id")
    ),
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_the_verifier_says_where_a_forged_package_differs(package: bytes, forged: str) -> None:
    change, where = FORGED[forged]
    parts = members(package)
    change(parts)
    outcome = verify(zipped(parts))
    assert where in {(one.file, one.field) for one in outcome.differences}
    assert not [one for one in outcome.differences if one.field == "sha256"], "the forger has mended SHA256SUMS"


def test_one_exchanged_object_is_one_difference(package: bytes) -> None:
    parts = members(package)
    rows = list(csv.reader(io.StringIO(parts["drawn.csv"].decode())))
    right = rows[2][1]
    facts = json.loads(parts["draw.json"])
    rows[2][1], rows[2][3] = "t0 A9x", verifier.ticket(facts["seed"], "t0 A9x")
    edited("drawn.csv", lambda old: old.__setitem__(2, rows[2]))(parts)
    parts["inspectors.csv"] = parts["inspectors.csv"].replace(right.encode(), b"t0 A9x")
    differences = [one for one in verify(zipped(parts)).differences if one.file == "drawn.csv"]
    assert [(one.row, one.field, one.expected, one.found) for one in differences] == [
        ("3", "object_id", right, "t0 A9x")
    ]


def test_a_member_changed_without_mending_the_sums_is_told_by_its_fingerprint(package: bytes) -> None:
    parts = members(package)
    parts["README.en.txt"] += b"!"
    (difference,) = verify(zipped(parts, sums=False)).differences
    assert (difference.file, difference.field) == ("README.en.txt", "sha256")


# What is no sealed package


def with_members(change: Callable[[dict[str, bytes]], object]) -> Callable[[bytes], io.BytesIO]:
    def make(package: bytes) -> io.BytesIO:
        parts = members(package)
        change(parts)
        return zipped(parts)

    return make


def twice(package: bytes) -> io.BytesIO:
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("drawn.csv", b"place\n")
    return buffer


def bomb(package: bytes) -> io.BytesIO:
    return zipped({**members(package), "frame.csv": bytes(60 * 2**20)})


def long_line(package: bytes) -> io.BytesIO:
    return zipped({**members(package), "frame.csv": b"object_id,class\n" + b"\xe7\x9f\xbf" * 2**20})


def corrupt(package: bytes) -> io.BytesIO:
    broken = bytearray(package)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        start = archive.getinfo("frame.csv").header_offset
    broken[start + 60 : start + 90] = bytes(30)
    return io.BytesIO(bytes(broken))


NO_PACKAGE: dict[str, tuple[Callable[[bytes], io.BytesIO], str]] = {
    "no zip": (lambda _: io.BytesIO(b"place,object_id\n"), "not_a_zip"),
    "an empty file": (lambda _: io.BytesIO(b""), "not_a_zip"),
    "half a zip": (lambda package: io.BytesIO(package[: len(package) // 2]), "not_a_zip"),
    "another zip": (lambda _: zipped({"letter.txt": b"x"}, sums=False), "foreign"),
    "a zip of json": (with_members(lambda parts: parts.update({"draw.json": b"[]"})), "foreign"),
    "a member missing": (with_members(lambda parts: parts.pop("frame.csv")), "missing"),
    "a member twice": (twice, "duplicate"),
    "a path out of the folder": (with_members(lambda parts: parts.update({"../evil.py": b""})), "unexpected"),
    "an absolute path": (with_members(lambda parts: parts.update({"/etc/passwd": b""})), "unexpected"),
    "a zip bomb": (bomb, "too_large"),
    "a line without end": (long_line, "format"),
    "a damaged member": (corrupt, "damaged"),
    "GBK instead of UTF-8": (
        with_members(lambda parts: parts.update({"frame.csv": parts["frame.csv"].decode().encode("gb18030")})),
        "encoding",
    ),
    "UTF-16 json": (with_members(lambda parts: parts.update({"draw.json": "{}".encode("utf-16")})), "encoding"),
    "json that is none": (with_members(lambda parts: parts.update({"draw.json": b"{"})), "format"),
    "deep json": (with_members(lambda parts: parts.update({"draw.json": b"[" * 100_000})), "format"),
    "json without a seed": (with_members(facts_of(lambda facts: facts.pop("seed"))), "format"),
    "a quota that is no number": (with_members(facts_of(lambda facts: facts["quotas"]["A"].update(quota="3"))), "format"),
    "a newer version": (with_members(facts_of(lambda facts: facts.update(version=3))), "version"),
    "an unclosed quotation mark": (
        with_members(lambda parts: parts.update({"drawn.csv": parts["drawn.csv"] + b'"'})), "format"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_PACKAGE)
def test_what_is_no_package_is_refused_in_one_sentence_and_little_memory(
    package: bytes, case: str, tmp_path: Path
) -> None:
    make, code = NO_PACKAGE[case]
    path = tmp_path / "package.zip"
    path.write_bytes(make(package).getvalue())
    tracemalloc.start()
    with pytest.raises(PackageError) as error:
        verify(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.value.code == code
    assert peak < 16 * 2**20
    for language in ("zh", "en"):
        done = CliRunner(env={"INSPECTIONS_LANG": language}).invoke(main, ["verify", str(path)])
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert str(path) in done.stderr
    out = io.StringIO()
    assert verifier.report(str(path), out) == 2
    assert len(out.getvalue().splitlines()) == 1


def test_members_of_just_the_most_bytes_are_read(
    package: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(package)
    sizes = {name: len(content) for name, content in members(package).items()}
    largest = {name: sizes[name] for name in opening.LARGEST if name in sizes}
    other = max(size for name, size in sizes.items() if name not in largest)
    monkeypatch.setattr(opening, "LARGEST", largest)
    monkeypatch.setattr(opening, "LARGEST_OTHER", other)
    assert not verify(path).differences
    for name, size in largest.items():
        monkeypatch.setattr(opening, "LARGEST", largest | {name: size - 1})
        with pytest.raises(PackageError, match=name):
            verify(path)
    monkeypatch.setattr(opening, "LARGEST", largest)
    monkeypatch.setattr(opening, "LARGEST_OTHER", other - 1)
    with pytest.raises(PackageError, match="too_large"):
        verify(path)


def test_memory_does_not_grow_with_the_frame(tmp_path: Path) -> None:
    path = tmp_path / "frame.zip"
    rows = 60_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in opening.REQUIRED:
            if name == "frame.csv":
                lines = "".join(f"91999999{number:010d},{'ABCD'[number % 4]}\n" for number in range(rows))
                archive.writestr(name, "object_id,class\n" + lines)
            elif name == "drawn.csv":
                archive.writestr(name, ",".join(verifier.DRAWN_HEADING) + "\n")
            elif name == "draw.json":
                facts = dict.fromkeys(("seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment"), "00")
                facts |= {
                    "format": verifier.FORMAT,
                    "method": verifier.METHOD,
                    "kind": "trial",
                    "seed": "s",
                }
                quotas = {code: {"pool": rows // 4, "quota": 3} for code in "ABCD"}
                more = {
                    "version": 1,
                    "stratified": True,
                    "rotation": False,
                    "ordinal": 1,
                    "frame_size": rows,
                    "task": {},
                }
                archive.writestr(name, json.dumps({**facts, **more, "quotas": quotas}))
            else:
                archive.writestr(name, "")
    del lines
    tracemalloc.start()
    outcome = verify(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.pool == rows
    assert peak < 8 * 2**20


# What was settled before the draw, and what a database knows


def altered(package: bytes, *changes: Callable[[dict[str, bytes]], object]) -> io.BytesIO:
    parts = members(package)
    for change in changes:
        change(parts)
    return zipped(parts)


def test_a_package_of_the_first_version_is_read_and_told_to_bind_less(package: bytes) -> None:
    def older(facts: dict[str, Any]) -> None:
        for name in ("steps", "terms_nonce", "terms_commitment"):
            facts.pop(name)
        facts["version"] = 1

    outcome = verify(altered(package, facts_of(older), lambda parts: parts.pop("terms.json")))
    assert outcome.differences == []
    assert outcome.unchecked == ["before", "pool", "terms", "match"]
    assert verify(io.BytesIO(package)).unchecked == ["before", "pool", "rule"]


def test_what_was_not_settled_before_the_draw_is_remarked(world: duckdb.DuckDBPyConnection) -> None:
    task = add_task(world, pool_of(SIZES, "later "))
    draw_id = freezing.freeze(world, task, {"A": 2, "D": 1}, most_objects=9, actor="测试")
    add_inspectors(world, "P9")
    world.execute(
        "insert into recusal select inspector_id, 'later A1', '亲属' from inspector where certificate_no = 'P1'"
    )
    recording.draw_frozen(world, draw_id, most_objects=20, actor="测试")
    recording.top_up(world, draw_id, {"A": 3}, reason="不足", actor="测试")
    outcome = verify(io.BytesIO(sealed(world, draw_id)))
    assert outcome.differences == []
    told = dict(outcome.remarks)
    assert told["raised"] == "A: 2 -> 3"
    assert "+P9" in told["teams"]
    assert "+P1 / later A1" in told["recusals"]
    assert "most_objects: 20" in told["bound"]
    world.execute("delete from recusal; delete from draw_inspector where inspector_id in (select inspector_id from"
                  " inspector where certificate_no = 'P9'); ")  # fmt: skip


def test_a_step_that_hostile_json_describes_is_refused(package: bytes) -> None:
    for facts in ({"steps": 3}, {"steps": ["x"]}, {"steps": [{"per_object": 2, "most_objects": "many"}]}):
        with pytest.raises(PackageError, match="format"):
            verify(altered(package, facts_of(lambda old, facts=facts: old.update(facts))))  # type: ignore[misc]
    for terms in ({"quotas": []}, {"inspectors": None}, {"replaces": 7}, {"rule": "x"}, {"format": "?"}):
        changed = altered(package, terms_of(lambda old, terms=terms: old.update(terms)))  # type: ignore[misc]
        with pytest.raises(PackageError, match="format"):
            verify(changed)


def forged_throughout(parts: dict[str, bytes]) -> None:
    """Nobody of class D, in every member, with a commitment made anew: nothing inside the package tells."""
    both(drawn_less("D"), terms_of(_no_d))(parts)
    nonce = json.loads(parts["draw.json"])["terms_nonce"]
    commitment = text_commitment(parts["terms.json"], nonce)
    facts_of(lambda facts: facts.update(terms_commitment=commitment))(parts)
    facts, terms = (json.loads(parts[name]) for name in ("draw.json", "terms.json"))
    drawn = [row[1] for row in list(csv.reader(io.StringIO(parts["drawn.csv"].decode())))[1:]]
    settled = terms["inspectors"]
    pairs = match_teams(drawn, settled["teams"], [], facts["seed"], settled["per_object"])
    edited("inspectors.csv", lambda rows: rows.__setitem__(slice(1, None), sorted(map(list, pairs))))(parts)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Path, bytes, int]]:
    """A database file with a drawn trial, its path, the sealed package and the draw."""
    path = tmp_path / "office.duckdb"
    with open_database(path) as connection:
        add_bureau(connection)
        add_inspectors(connection, *(f"P{number}" for number in range(6)))
        task = add_task(connection, pool_of(SIZES, "t0 "))
        draw_id = freezing.freeze(connection, task, {"A": 4, "B": 2, "C": 1, "D": 1, "none": 1}, actor="测试", now=NOON)
        recording.draw_frozen(connection, draw_id, actor="测试", now=NOON)
        package = sealed(connection, draw_id)
    return path, package, draw_id


def verified(package: bytes, database: Path, tmp_path: Path) -> tuple[int, str, str]:
    path = tmp_path / "package.zip"
    path.write_bytes(package)
    done = CliRunner(env={"INSPECTIONS_LANG": "en"}).invoke(main, ["verify", str(path), "--db", str(database)])
    return done.exit_code, done.stdout, done.stderr


def test_the_database_tells_a_package_that_was_forged_throughout(
    office: tuple[Path, bytes, int], tmp_path: Path
) -> None:
    path, package, _ = office
    code, out, said = verified(package, path, tmp_path)
    assert (code, out) == (0, ""), said
    assert "entry 1 of its change log" in said
    assert "C 较高" not in said
    assert "D" in next(line for line in said.splitlines() if line.startswith("Quotas"))
    forged = altered(package, forged_throughout).getvalue()
    assert verify(io.BytesIO(forged)).differences == [], "a package alone proves nothing about when it was settled"
    code, out, said = verified(forged, path, tmp_path)
    assert code == 1
    assert "terms_commitment" in out
    assert "draw.json quotas" in out


def test_a_draw_that_has_gone_on_since_and_one_that_was_never_made_here(
    office: tuple[Path, bytes, int], tmp_path: Path
) -> None:
    path, package, draw_id = office
    with open_database(path) as connection:
        recording.top_up(connection, draw_id, {"A": 5}, reason="不足", actor="测试")
    code, out, said = verified(package, path, tmp_path)
    assert (code, out) == (0, ""), said
    assert "was 1 top-up or substitute" in said
    stranger = altered(package, facts_of(lambda facts: facts.update(ordinal=4))).getvalue()
    code, _, said = verified(stranger, path, tmp_path)
    assert code == 1
    assert "not this draw" in said
    elsewhere = altered(package, facts_of(lambda facts: facts.update(bureau="乙局"))).getvalue()
    assert "could not be looked up" in verified(elsewhere, path, tmp_path)[2]
    # Behind the log: the draw's commitments are no longer those of the entry.
    with duckdb.connect(path) as connection:
        connection.execute("update change_log set after = replace(after, 'terms_commitment', 'terms')")
    assert "no entry with these commitments" in verified(package, path, tmp_path)[2]


def test_a_database_that_cannot_be_opened_hides_no_verdict_unless_it_was_asked_for(
    package: bytes, tmp_path: Path
) -> None:
    (tmp_path / "other.duckdb").write_bytes(b"x" * 9_000)
    path = tmp_path / "package.zip"
    path.write_bytes(package)
    told = CliRunner(env={"INSPECTIONS_LANG": "en", "INSPECTIONS_DB": str(tmp_path / "other.duckdb")})
    done = told.invoke(main, ["verify", str(path)])
    assert done.exit_code == 0
    assert "other.duckdb" in done.stderr
    assert "Not checked: whether the commitments were written down before" in done.stderr
    code, _, said = verified(package, tmp_path / "other.duckdb", tmp_path)
    assert code == 1
    assert "agrees" not in said


def test_whatever_a_package_says_of_itself_is_looked_up_without_a_fault(office: tuple[Path, bytes, int]) -> None:
    path, package, _ = office
    strange = (None, {}, [[]], {"a": []}, True, 1.5, "x", 7, 10**30)
    with open_database(path) as connection:
        for named, value in itertools.product(("bureau", "year", "kind", "ordinal", "plan_kind", "seq"), strange):
            outcome = verify(io.BytesIO(package))
            (outcome.draw["task"] if named in outcome.draw["task"] else outcome.draw)[named] = value
            known = packages.looked_up(connection, io.BytesIO(package), outcome)
            assert known.state in {"elsewhere", "missing"}, (named, value)


# The verb


def test_the_verb_agrees_differs_and_takes_a_folder(package: bytes, tmp_path: Path) -> None:
    path = tmp_path / "封存包.zip"
    path.write_bytes(package)
    zipfile.ZipFile(path).extractall(tmp_path / "folder")
    for place in (path, tmp_path / "folder"):
        done = CliRunner(env={"INSPECTIONS_LANG": "zh"}).invoke(main, ["verify", str(place)])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "全部复算相同" in done.stderr
        assert "试抽" in done.stderr
    parts = members(package)
    edited("drawn.csv", put(1, 3, "f" * 64))(parts)
    path.write_bytes(zipped(parts).getvalue())
    done = CliRunner(env={"INSPECTIONS_LANG": "en"}).invoke(main, ["verify", str(path)])
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("drawn.csv [")
    assert "ticket: expected " in line
    assert line.endswith("f" * 64)
    assert CliRunner().invoke(main, ["verify", str(tmp_path / "nothing.zip")]).exit_code == 2


def test_a_public_package_cannot_be_verified(world: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    draw_id = recorded(world, 5)
    path = tmp_path / "public.zip"
    path.write_bytes(packages.export_package(world, draw_id, sealed=False, as_of=DAY, actor="测试"))
    done = CliRunner(env={"INSPECTIONS_LANG": "en"}).invoke(main, ["verify", str(path)])
    assert done.exit_code == 2
    assert "public package" in done.stderr
    assert verifier.main([str(path), "x"]) == 2


def test_the_verifier_is_python_3_8_and_knows_the_standard_library_alone() -> None:
    tree = ast.parse(packages.verify_py(), feature_version=(3, 8))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert imported <= set(sys.stdlib_module_names)
    assert "__future__" in imported, "annotations must not be evaluated: 3.8 cannot"
