"""Packages of a draw: sealed for auditors, who can re-run it with tools of their own; public for everybody.

*Sealed*: the frozen pool with classes, seed, nonces, terms, drawn list, inspectors, a verifier that needs nothing but
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
import re
import shlex
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd

from inspections.draws import recompute, ticket, verifier
from inspections.draws.matching import PEOPLE
from inspections.store.database import ask, log_change, transaction
from inspections.words.classes import EVERY, NONE
from inspections.words.errors import InspectionsError
from inspections.words.plain import csv_cell, line, visible
from inspections.words.wording import FIRST, LANGUAGES, say, say_in, speaking

MIDNIGHT = (1980, 1, 1, 0, 0, 0)
DRAWS = Path(__file__).parent
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
    steps = [
        {"done_at": done_at, **json.loads(matching or "{}")}
        for _, done_at, matching in ask(connection, "draw_steps", draw_id=draw_id).itertuples(index=False)
    ]
    then = {person: number for step in steps for number, person in step.pop(PEOPLE, {}).items()}
    inspectors["certificate_no"] = [
        then.get(person, number)
        for person, number in zip(inspectors["inspector_id"], inspectors["certificate_no"], strict=True)
    ]
    if drawn.empty:
        raise InspectionsError("draw_open", draw_id=draw_id)
    wanted = {
        str(row["class"]) if facts["stratified"] else "*": {"pool": int(row["pool"]), "quota": int(row["quota"])}
        for row in quotas.to_dict("records")
    }
    members = {
        "draw.json": [_json(_sealed_facts(facts, wanted, inspectors, steps))],
        "drawn.csv": [_drawn_csv(drawn, str(facts["seed"]))],
        "frame.csv": _frame_csv(connection, draw_id, bool(facts["rotation"])),
        "verify.py": [verify_py().encode()],
    }
    if facts["terms"]:
        members["terms.json"] = [str(facts["terms"]).encode()]
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
        "commitments": {name: facts[f"{name}_commitment"] for name in ("terms", "seed", "frame")},
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


@cache
def verify_py() -> str:
    """The verifier as one file that needs nothing else: what it imports of ours stands in the imports' place."""
    text = (DRAWS / "verifier.py").read_text("utf-8")
    for name in ("recompute", "sealed"):
        body = (DRAWS / f"{name}.py").read_text("utf-8").partition("from __future__ import annotations\n")[2]
        line_of_ours = re.compile(rf"^from inspections\.draws\.{name} import .*\n", re.MULTILINE)
        before, after = line_of_ours.split(text, maxsplit=1)
        text = before + body + after
    return text


def difference_in_words(difference: verifier.Difference) -> str:
    """One difference as one line: file, row or object, field, expected, found."""
    row = difference.row.replace("\n", " ")
    place = say("commands.verify.place", file=difference.file, row=row) if row else difference.file
    shown = {"expected": difference.expected, "found": difference.found}
    one_line = {name: " ".join(value.split()) or '""' for name, value in shown.items()}
    return say("commands.verify.difference", place=place, field=difference.field, **one_line)


def told(outcome: verifier.Outcome, known: LookedUp | None) -> list[str]:
    """What a re-run package says beside its verdict: kind, quotas, what was not settled before, what was not checked.

    `known`: what a database knows of it, None where none was asked.
    """
    draw = outcome.draw
    quotas = [
        say("commands.verify.quota_all", **part)
        if stratum == "*"
        else say("commands.verify.quota_class", stratum=_stratum(stratum), **part)
        for stratum, part in draw["quotas"].items()
    ]
    sentences = [say("commands.verify.trial")] if draw["kind"] != "official" else []
    sentences += [say("commands.verify.synthetic")] if draw.get("synthetic") else []
    sentences.append(say("commands.verify.quotas", quotas=say("frame.list_comma").join(quotas)))
    if outcome.terms is not None:
        sentences.append(_rule(outcome.terms["rule"]))
    sentences += [say(f"commands.verify.remarks.{code}", what=what) for code, what in outcome.remarks]
    unchecked = list(outcome.unchecked)
    if known is not None:
        state = known.state if known.state != "found" else "logged" if known.log_seq else "unlogged"
        sentences.append(say(f"commands.verify.known.{state}", seq=known.log_seq, at=str(known.logged_at or "")))
        if known.steps_since:
            sentences.append(say("commands.verify.known.gone_on", count=known.steps_since))
        if state == "logged":
            unchecked.remove("before")
    sentences += [say(f"commands.verify.unchecked.{code}") for code in unchecked]
    names = ("terms", "seed", "frame")
    commitments = {name: draw.get(f"{name}_commitment") for name in names}
    return [*sentences, say("commands.verify.commitments", **commitments)]


def _stratum(code: str) -> str:
    return say(f"codes.class_name.{code}") if code in (*EVERY, NONE) else code


def _rule(rule: Mapping[str, Any]) -> str:
    """What the quotas rest on. Of a stranger's package nothing but its commitment is known to be right."""

    def amount(part: Mapping[str, Any]) -> str:
        if "count" in part:
            return say("commands.verify.rule_count", count=int(part["count"]))
        words = {">=": "at_least", ">": "more_than"}.get(part["op"], "exactly")
        return say(f"commands.verify.rule_{words}", rate=float(Fraction(part["rate"])))

    try:
        parts = [say("commands.verify.rule_whole", amount=amount(rule["whole"]))] if rule.get("whole") else []
        parts += [say("commands.verify.rule_rising")] if rule.get("rising") else []
        parts += [
            say("commands.verify.rule_class", stratum=_stratum(code), amount=amount(part))
            for code, part in rule.get("classes", {}).items()
        ]
    except (TypeError, KeyError, ValueError, AttributeError, ZeroDivisionError, OverflowError):
        parts = [json.dumps(rule, ensure_ascii=False)]
    known = "plan" if rule.get("from") == "plan" else "asked"
    return say(f"commands.verify.rule_{known}", parts=say("frame.list_comma").join(parts))


@dataclass(frozen=True)
class LookedUp:
    """What a database knows of the draw of a package.

    `state`: found; missing (its bureau's year is here, the draw is not); elsewhere (nothing of that bureau's year is).
    `log_seq` and `logged_at`: the entry of the change log with the same commitments, None where there is none.
    `differences`: from the package that this database gives; where the draw has gone on since (`steps_since`), only
    of what was there already.
    """

    state: str
    log_seq: int | None = None
    logged_at: datetime.datetime | None = None
    steps_since: int = 0
    differences: tuple[verifier.Difference, ...] = ()


def looked_up(connection: duckdb.DuckDBPyConnection, package: Any, outcome: verifier.Outcome) -> LookedUp:
    """Hold a sealed package (a path, or a file opened for reading bytes) against the draw in the database."""
    given = outcome.draw
    names = {name: given["task"].get(name) for name in ("plan_kind", "seq")}
    names |= {name: given.get(name) for name in ("bureau", "year", "kind", "ordinal")}
    kinds = {name: int if name in {"year", "seq", "ordinal"} else str for name in names}
    # A stranger's package may say anything here; of what is no name and no number this database knows nothing.
    if any(type(names[name]) is not kind for name, kind in kinds.items()):
        return LookedUp("elsewhere")
    found = ask(connection, "packaged_draw", **names)
    if found.empty:
        known = connection.execute(
            "select count(*) from plan inner join bureau using (bureau_id) where name = ? and year = ?",
            [given.get("bureau"), given.get("year")],
        ).fetchone()
        return LookedUp("missing" if known and known[0] else "elsewhere")
    row = found.iloc[0]
    buffer = io.BytesIO()
    write_sealed(connection, int(row["draw_id"]), buffer)
    buffer.seek(0)
    ours = verifier.verify(buffer).draw
    steps_since = len(ours.get("steps") or ()) - len(given.get("steps") or ())
    differences: list[verifier.Difference] = []
    for name in sorted(set(ours) | set(given)):
        one, other = ours.get(name), given.get(name)
        if name == "steps" and one and steps_since > 0:
            one = one[: len(other or ())]
        if name in {"quotas", "inspectors_per_object"} and steps_since > 0:
            continue
        if one != other and name != "version":
            differences.append(verifier.difference("draw.json", "", name, one, other))
    for name in ("drawn.csv", "inspectors.csv"):
        mine, theirs = (verifier.rows_of(one, name) for one in (buffer, package))
        differences += [verifier.difference(name, line, "-", None, line) for line in sorted(theirs - mine)]
        if steps_since <= 0:
            differences += [verifier.difference(name, line, "-", line, None) for line in sorted(mine - theirs)]
    logged = None if pd.isna(row["log_seq"]) else int(row["log_seq"])
    at = None if logged is None else row["logged_at"].to_pydatetime()
    return LookedUp("found", logged, at, max(steps_since, 0), tuple(differences[: verifier.MOST_DIFFERENCES]))


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


def _sealed_facts(
    facts: dict[str, Any], wanted: dict[str, Any], inspectors: pd.DataFrame, steps: list[dict[str, Any]]
) -> dict[str, Any]:
    key = recompute.task_key(str(facts["doc_no"] or ""), str(facts["plan_kind"] or ""), int(facts["seq"] or 0))
    ours = str(facts["seed"]).endswith(f"-{key}-{facts['ordinal']}")
    replaces = None
    if facts["replaced_ordinal"] is not None:
        replaces = {"ordinal": int(facts["replaced_ordinal"])}
        replaces |= {name: facts[f"replaced_{name}"] for name in ("seed_commitment", "terms_commitment")}
        # Master and key are the same, so this opens nothing that the seed of this draw does not open.
        if str(facts["replaced_seed"]).endswith(f"-{key}-{replaces['ordinal']}"):
            replaces |= {"seed": facts["replaced_seed"], "seed_nonce": facts["replaced_seed_nonce"]}
    what = _what(facts)
    what["task"]["key"] = key if ours else None
    if facts["terms"]:
        # As they were settled, whatever the plan has been corrected to since.
        what |= {
            name: value for name, value in json.loads(facts["terms"]).items() if name in ("bureau", "year", "task")
        }
    return {
        "format": verifier.FORMAT,
        "version": verifier.VERSION,
        **what,
        "method": facts["method"],
        **{name: facts[name] for name in ("frozen_at", "drawn_at")},
        **{name: bool(facts[name]) for name in ("stratified", "rotation")},
        "frame_size": int(facts["frame_size"]),
        "quotas": wanted,
        **{name: facts[name] for name in ("seed", "seed_nonce", "frame_nonce", "terms_nonce")},
        **{name: facts[name] for name in ("terms_commitment", "seed_commitment", "frame_commitment")},
        "steps": steps,
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
    terms = ""
    if facts["terms"]:
        terms = say_in("en", "packages.recipe_terms", nonce=shlex.quote(str(facts["terms_nonce"])))
    recipe = say_in(
        "en",
        "packages.recipe_rotation" if facts["rotation"] else "packages.recipe",
        seed=shlex.quote(str(facts["seed"])),
        seed_nonce=shlex.quote(str(facts["seed_nonce"])),
        frame_nonce=shlex.quote(str(facts["frame_nonce"])),
        terms=terms,
        numbers=numbers,
        stratum="$class" if facts["stratified"] else "*",
    )
    text = say(
        "packages.sealed_readme",
        **{key: facts[key] for key in ("bureau", "year", "task", "ordinal", "seed_commitment", "frame_commitment")},
        terms_commitment=facts["terms_commitment"] if facts["terms"] else None,
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
