"""Packages of a draw: sealed for auditors, who can re-run it with tools of their own; public for everybody.

*Sealed*: the frozen pool with classes, seed, nonces, quotas, drawn list, inspectors, a verifier that needs nothing but
Python, and a README with a recipe for `sha256sum`. *Public*: who was drawn and what was found, the commitments, totals;
no class, seed, nonce, ticket or place, and nothing whose order or size depends on a class.

The same draw gives the same bytes: fixed times, sorted members, no compression level that a library might change its
mind about within one version.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import shlex
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd

from inspections.draws import ticket, verifier
from inspections.store.database import ask, log_change, transaction
from inspections.words.classes import NONE
from inspections.words.errors import InspectionsError
from inspections.words.plain import csv_cell, line, visible
from inspections.words.wording import FIRST, LANGUAGES, say, say_in, speaking

MIDNIGHT = (1980, 1, 1, 0, 0, 0)
# Excel and WPS take a CSV without it for GBK; the sealed package has none, because shells take it for text.
BOM = "\ufeff"


def write_sealed(connection: duckdb.DuckDBPyConnection, draw_id: int, target: IO[bytes]) -> None:
    """Write the sealed package of a recorded draw to `target`, a file opened for writing bytes.

    Raises InspectionsError `draw_unknown`, `draw_open` (frozen, not yet drawn) and `package_impossible` (drawn
    elsewhere: without seed, nonces or frame nothing can be re-run).
    """
    facts = _facts(connection, draw_id)
    if facts["method"] != verifier.METHOD or not all(
        facts[name] for name in ("seed", "seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment")
    ):
        raise InspectionsError("package_impossible", draw_id=draw_id)
    quotas = ask(connection, "draw_quotas", draw_id=draw_id)
    drawn = ask(connection, "draw_list", draw_id=draw_id)
    inspectors = ask(connection, "draw_team", draw_id=draw_id)
    if drawn.empty:
        raise InspectionsError("draw_open", draw_id=draw_id)
    wanted = {
        str(row["class"]) if facts["stratified"] else "*": {"pool": int(row["pool"]), "quota": int(row["quota"])}
        for row in quotas.to_dict("records")
    }
    members = {
        "draw.json": [_json(_sealed_facts(facts, wanted, inspectors))],
        "drawn.csv": [_drawn_csv(drawn, str(facts["seed"]))],
        "frame.csv": _frame_csv(connection, draw_id, bool(facts["rotation"])),
        "verify.py": [Path(verifier.__file__).read_bytes()],
    }
    if not inspectors.empty:
        rows = zip(inspectors["object_id"], map(line, inspectors["certificate_no"]), strict=True)
        members["inspectors.csv"] = [_csv(verifier.INSPECTORS_HEADING, rows)]
    for language in LANGUAGES:
        with speaking(language):
            members[f"README.{language}.txt"] = [_sealed_readme(facts, wanted, drawn)]
    _write_zip(members, target)


def write_public(
    connection: duckdb.DuckDBPyConnection,
    draw_id: int,
    target: IO[bytes],
    *,
    as_of: datetime.date,
) -> None:
    """Write the public package of a recorded draw, with the results published by `as_of`.

    Who was drawn is who stands: whom a substitute stands in for is left out, and so is who came as a substitute,
    because both have the same class. Reasons are free text and stay inside, and so do totals per class: the lists of a
    year that differ by one firm would tell its class. Raises InspectionsError `draw_unknown`, `draw_open`.
    """
    facts = _facts(connection, draw_id)
    drawn = ask(connection, "public_list", draw_id=draw_id)
    results = ask(connection, "public_results", draw_id=draw_id, as_of=as_of)
    if drawn.empty:
        raise InspectionsError("draw_open", draw_id=draw_id)
    results = results.assign(
        result=["" if pd.isna(code) else say_in(FIRST, f"codes.outcome.{code}") for code in results["outcome"]],
        published_on=results["published_on"].dt.date.astype(str),
    )
    public = {
        "format": verifier.PUBLIC_FORMAT,
        "version": verifier.VERSION,
        **_what(facts),
        "drawn_on": facts["drawn_at"].date(),
        "replaces_ordinal": facts["replaced_ordinal"],
        "commitments": {"seed": facts["seed_commitment"], "frame": facts["frame_commitment"]},
        "totals": {
            "pool": int(facts["frame_size"]),
            "drawn": len(drawn),
            "published": int(results["object_id"].nunique()),
        },
        "as_of": as_of,
    }
    members = {
        "public.json": [_json(public)],
        "drawn.csv": [_csv(["object_id", "name"], zip(drawn["object_id"], drawn["object"], strict=True), BOM)],
        "results.csv": [_csv(list(results.columns), results.itertuples(index=False, name=None), BOM)],
    }
    words = {key: facts[key] for key in ("bureau", "year", "task", "ordinal")}
    words |= {"as_of": as_of, "drawn": len(drawn)}
    for language in LANGUAGES:
        with speaking(language):
            members[f"README.{language}.txt"] = [_lines(say("packages.public_readme", **words, marks=_marks(facts)))]
    _write_zip(members, target)


def export_package(
    connection: duckdb.DuckDBPyConnection,
    draw_id: int,
    *,
    sealed: bool,
    as_of: datetime.date,
    actor: str,
) -> bytes:
    """The bytes of a package, its hand-over written into the change log. Raises what the writers raise."""
    buffer = io.BytesIO()
    if sealed:
        write_sealed(connection, draw_id, buffer)
    else:
        write_public(connection, draw_id, buffer, as_of=as_of)
    content = buffer.getvalue()
    with connection.cursor() as cursor, transaction(cursor):
        log_change(
            cursor,
            actor=actor,
            action="export",
            subject=f"draw {draw_id} {'sealed' if sealed else 'public'} package",
            after={"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "as_of": as_of},
        )
    return content


def difference_in_words(difference: verifier.Difference) -> str:
    """One difference as one line: file, row or object, field, expected, found."""
    row = difference.row.replace("\n", " ")
    place = say("commands.verify.place", file=difference.file, row=row) if row else difference.file
    shown = {"expected": difference.expected, "found": difference.found}
    one_line = {name: " ".join(value.split()) or '""' for name, value in shown.items()}
    return say("commands.verify.difference", place=place, field=difference.field, **one_line)


def _facts(connection: duckdb.DuckDBPyConnection, draw_id: int) -> dict[str, Any]:
    found = ask(connection, "draw_facts", draw_id=draw_id)
    if found.empty:
        raise InspectionsError("draw_unknown", draw_id=draw_id)
    return {str(key): None if pd.isna(value) else value for key, value in found.to_dict("records")[0].items()}


def _what(facts: dict[str, Any]) -> dict[str, Any]:
    """What a package is about, in the sealed and in the public one alike."""
    return {
        **{name: facts[name] for name in ("bureau", "year", "kind", "basis", "ordinal")},
        "synthetic": bool(facts["synthetic"]),
        "task": {"name": facts["task"], **{name: facts[name] for name in ("doc_no", "plan_kind", "seq")}},
    }


def _sealed_facts(facts: dict[str, Any], wanted: dict[str, Any], inspectors: pd.DataFrame) -> dict[str, Any]:
    key = ticket.task_key(str(facts["doc_no"] or ""), str(facts["plan_kind"] or ""), int(facts["seq"] or 0))
    ours = str(facts["seed"]).endswith(f"-{key}-{facts['ordinal']}")
    replaces = None
    if facts["replaced_ordinal"] is not None:
        replaces = {"ordinal": int(facts["replaced_ordinal"]), "seed_commitment": facts["replaced_seed_commitment"]}
        # Master and key are the same, so this opens nothing that the seed of this draw does not open.
        if str(facts["replaced_seed"]).endswith(f"-{key}-{replaces['ordinal']}"):
            replaces |= {"seed": facts["replaced_seed"], "seed_nonce": facts["replaced_seed_nonce"]}
    what = _what(facts)
    return {
        "format": verifier.FORMAT,
        "version": verifier.VERSION,
        **what,
        "task": {**what["task"], "key": key if ours else None},
        "method": facts["method"],
        **{name: facts[name] for name in ("frozen_at", "drawn_at")},
        **{name: bool(facts[name]) for name in ("stratified", "rotation")},
        "frame_size": int(facts["frame_size"]),
        "quotas": wanted,
        **{name: facts[name] for name in ("seed", "seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment")},
        "replaces": replaces,
        "reason": facts["reason"],
        "inspectors_per_object": None if inspectors.empty else 2,
    }


def _drawn_csv(drawn: pd.DataFrame, seed: str) -> bytes:
    rows = (
        (
            row["place"],
            row["object_id"],
            "" if row["class"] == NONE else row["class"],
            ticket.ticket(seed, str(row["object_id"])),
            "" if pd.isna(row["substitute_for"]) else row["substitute_for"],
            "" if pd.isna(row["reason"]) else csv_cell(line(str(row["reason"]))),
        )
        for row in drawn.to_dict("records")
    )
    return _csv(verifier.DRAWN_HEADING, rows)


def _frame_csv(connection: duckdb.DuckDBPyConnection, draw_id: int, rotation: bool) -> Iterator[bytes]:
    yield b"object_id,class,passed_over\n" if rotation else b"object_id,class\n"
    with connection.cursor() as cursor:
        yield from ticket.frame_text(cursor, f"from frame where draw_id = {int(draw_id)}", rotation)


def _sealed_readme(facts: dict[str, Any], wanted: dict[str, Any], drawn: pd.DataFrame) -> bytes:
    counted = drawn["class"].value_counts() if facts["stratified"] else {"*": len(drawn)}
    numbers = " ".join(
        f'k["{"" if stratum == NONE else stratum}"]={int(counted.get(stratum, 0))};' for stratum in wanted
    )
    recipe = say_in(
        "en",
        "packages.recipe_rotation" if facts["rotation"] else "packages.recipe",
        seed=shlex.quote(str(facts["seed"])),
        seed_nonce=shlex.quote(str(facts["seed_nonce"])),
        frame_nonce=shlex.quote(str(facts["frame_nonce"])),
        numbers=numbers,
        stratum="$class" if facts["stratified"] else "*",
    )
    text = say(
        "packages.sealed_readme",
        **{key: facts[key] for key in ("bureau", "year", "task", "ordinal", "seed_commitment", "frame_commitment")},
        marks=_marks(facts),
        drawn=len(drawn),
        pool=int(facts["frame_size"]),
        frozen_at=str(facts["frozen_at"] or "—"),
        drawn_at=str(facts["drawn_at"]),
        recipe=recipe,
    )
    return _lines(text)


def _marks(facts: dict[str, Any]) -> str:
    marks = [say("packages.trial")] if facts["kind"] == "trial" else []
    return "\n".join(marks + ([say("packages.synthetic")] if facts["synthetic"] else []))


def _lines(text: str) -> bytes:
    """Text of a README: blank lines never in threes, one line feed at the end, no byte order mark (shells choke)."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return f"{text.strip()}\n".encode()


def _json(facts: dict[str, Any]) -> bytes:
    return f"{json.dumps(facts, ensure_ascii=False, indent=2, default=str)}\n".encode()


def _csv(heading: list[str], rows: Iterable[Iterable[Any]], mark: str = "") -> bytes:
    """A table; what is for people begins with a `mark` for their spreadsheet, and nothing in it becomes a formula.

    What is recomputed from stays as it is, to the byte: its ids are checked when they are imported.
    """
    text = io.StringIO()
    text.write(mark)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    if mark:
        rows = ([csv_cell(visible(one)) if isinstance(one, str) else one for one in row] for row in rows)
    writer.writerows(rows)
    return text.getvalue().encode()


def _write_zip(members: Mapping[str, Iterable[bytes]], target: IO[bytes]) -> None:
    """Members in order of name, all of one day, with SHA256SUMS of the others in the form of `sha256sum -c`."""
    sums: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members):
            digest = hashlib.sha256()
            with archive.open(_entry(name), "w", force_zip64=True) as member:
                for piece in members[name]:
                    digest.update(piece)
                    member.write(piece)
            sums.append(f"{digest.hexdigest()}  {name}\n")
        with archive.open(_entry("SHA256SUMS"), "w", force_zip64=True) as member:
            member.write("".join(sums).encode())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MIDNIGHT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
