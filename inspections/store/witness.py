"""The witness: what the change log's newest entry was, in a small file beside the database.

The chain of the log shows an altered entry, but not that its end was cut off, nor that all of it was made anew. The
witness does: whoever cuts or rebuilds the log has to rewrite this file too, and cannot where it is signed with a key
that they do not have. It also tells what a damaged write-ahead log has lost.

It is JSON: `origin`, the hash of the log's first entry; `seq`, `hash` and `logged_at` of the newest; `since`, the first
entry that was witnessed when it was made; `backups`, where backups are; `days`, day -> number and hash of its last
entry, for the last `DAYS` days.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.store.whole_files import WITNESS, built_beside, give_to_owner_of, move_into_place
from inspections.words.errors import InspectionsError

PRODUCT, FORMAT = "double-random-inspections", 1
DAYS = 400
KEY = "INSPECTIONS_SIGNING_KEY"
# Shorter keys can be tried out.
SHORTEST_KEY = 32
# Nobody's log is longer; what claims to be was made up.
MOST_ENTRIES = 10**12
# A witness of four hundred days is a tenth of it; what is larger was made up.
MOST_BYTES = 1_000_000
HASH = re.compile("[0-9a-f]{64}")

# Number and hash of an entry.
Head = tuple[int, str]


@dataclass(frozen=True)
class Witness:
    """What a witness file, or a head written for an auditor, says.

    `signature`: see `signature_of`; `backups`: the folder that the settings name for backups, "" where they name none.
    """

    origin: str
    head: Head
    logged_at: str
    since: int
    days: Mapping[str, Head]
    signature: str
    backups: str = ""


@dataclass(frozen=True)
class Comparison:
    """How the log stands to a witness.

    `state`: "whole"; "missing" (there is no witness); "unreadable"; "other" (it is of another database); "cut" (the
    log ends before the witnessed entry); "rebuilt" (the entry has another hash); "forged" (its signature is wrong, or
    missing though there is a key); "empty" (no log yet). `signature`: as `Witness`; without one "wanted" where there is
    a key, so that the witness was taken away, else "". `head` is the witnessed entry, `since` the first one witnessed,
    `holds` the newest witnessed one that is still in the log, `missing` how many entries the log lacks at its end.
    """

    state: str
    signature: str = ""
    head: Head = (0, "")
    since: int = 0
    holds: int = 0
    missing: int = 0

    @property
    def differs(self) -> bool:
        """Whether somebody has to look into it."""
        return self.state in {"unreadable", "other", "cut", "rebuilt", "forged"} or self.signature == "wanted"


# ------------------------------------------------------------------------------------------------------------ signing


def signing_key() -> bytes | None:
    """What `INSPECTIONS_SIGNING_KEY` names, None where it names nothing. Raises InspectionsError `signing_key`."""
    named = os.environ.get(KEY)
    if not named:
        return None
    try:
        key = Path(named).expanduser().read_bytes().strip()
    except OSError as error:
        raise InspectionsError("signing_key", setting=KEY, path=named, least=SHORTEST_KEY) from error
    if len(key) < SHORTEST_KEY:
        raise InspectionsError("signing_key", setting=KEY, path=named, least=SHORTEST_KEY)
    return key


def signed(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its signature, HMAC-SHA256 over all of it, where there is a key. Raises as `signing_key`."""
    key = signing_key()
    return {**told, "signature": _signature(told, key)} if key else dict(told)


def signature_of(told: Mapping[str, Any]) -> str:
    """Whether it is "signed", "forged" or "unsigned"; "unchecked" where there is no key. Raises as `signing_key`."""
    key, found = signing_key(), told.get("signature")
    if found is None:
        return "unsigned"
    if key is None:
        return "unchecked"
    return "signed" if hmac.compare_digest(str(found).encode(), _signature(told, key).encode()) else "forged"


def _signature(told: Mapping[str, Any], key: bytes) -> str:
    text = json.dumps({name: told[name] for name in told if name != "signature"}, sort_keys=True, ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


# ------------------------------------------------------------------------------------------------------------ the file


def witness_path(database: Path) -> Path:
    """Where the witness of a database lies."""
    return database.with_name(database.name + WITNESS)


def read_witness(path: Path) -> Witness | None:
    """What the file says, None where there is none. Raises InspectionsError `witness_unreadable` and `signing_key`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(path)
        told = json.loads(path.read_text("utf-8"))
        if told["product"] != PRODUCT or told["format"] != FORMAT:
            raise ValueError(told["format"])
        return Witness(
            _hash(told["origin"]),
            _head([told["seq"], told["hash"]]),
            str(told["logged_at"])[:19],
            _head([told["since"], told["hash"]])[0],
            {str(day): _head(head) for day, head in told["days"].items()},
            signature_of(told),
            str(told["backups"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InspectionsError("witness_unreadable", path=path) from error


def write_witness(path: Path, witness: Witness) -> None:
    """Write the file whole or not at all, for its owner alone. Raises OSError and InspectionsError `signing_key`."""
    told = {
        "product": PRODUCT,
        "format": FORMAT,
        "origin": witness.origin,
        "seq": witness.head[0],
        "hash": witness.head[1],
        "logged_at": witness.logged_at,
        "since": witness.since,
        "backups": witness.backups,
        "days": {day: list(witness.days[day]) for day in sorted(witness.days)[-DAYS:]},
    }
    with built_beside(path.absolute()) as building:
        building.touch(mode=0o600)
        building.write_text(json.dumps(signed(told), indent=1) + "\n", "utf-8")
        give_to_owner_of(path.parent.absolute(), building)
        move_into_place(building, path)


def _hash(text: Any) -> str:
    if not isinstance(text, str) or not HASH.fullmatch(text):
        raise ValueError(text)
    return text


def _head(told: Any) -> Head:
    number, found = told
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_ENTRIES:
        raise ValueError(number)
    return number, _hash(found)


# --------------------------------------------------------------------------------------------------- beside a database


def file_of(connection: duckdb.DuckDBPyConnection) -> Path | None:
    """The file of the connection's current database, None in memory."""
    row = connection.execute("select path from duckdb_databases() where database_name = current_database()").fetchone()
    return Path(row[0]) if row and row[0] else None


def log_head(connection: duckdb.DuckDBPyConnection) -> Witness | None:
    """The log as it is now, None where it is empty."""
    first = connection.execute("select hash from change_log order by seq limit 1").fetchone()
    last = connection.execute("select seq, hash, logged_at from change_log order by seq desc limit 1").fetchone()
    if not first or not last:
        return None
    day = str(last[2])
    return Witness(first[0], (last[0], last[1]), day, last[0], {day[:10]: (last[0], last[1])}, "unsigned")


def write_head(connection: duckdb.DuckDBPyConnection, path: Path) -> Witness | None:
    """Write the newest entry of the log to a file that an auditor keeps; None where the log is empty.

    Raises OSError and InspectionsError `signing_key`.
    """
    now = log_head(connection)
    if now:
        write_witness(path, now)
    return now


def follow(connection: duckdb.DuckDBPyConnection, entries: int = 1) -> None:
    """Witness the newest entry of the log, after a transaction that wrote so many of its `entries`.

    A witness that contradicts the log stays as it is: it is the only evidence. Where there is none, one is begun with
    the first entry of the transaction. Raises OSError, duckdb.Error and InspectionsError as `read_witness`.
    """
    path, now = file_of(connection), log_head(connection)
    if path is None or now is None:
        return
    place = witness_path(path)
    known = read_witness(place)
    if known is None:
        known = Witness(now.origin, now.head, now.logged_at, now.head[0] - entries + 1, {}, now.signature)
    elif compared(connection, known).differs:
        return
    folder = connection.execute(
        "select value from setting where key = 'backup_folder' order by valid_from desc limit 1"
    ).fetchone()
    days = {**known.days, **now.days}
    backups = str(folder[0] or "") if folder else ""
    write_witness(place, Witness(now.origin, now.head, now.logged_at, known.since, days, "", backups))


def compare(connection: duckdb.DuckDBPyConnection) -> Comparison:
    """The log of a database beside its witness. Raises InspectionsError `signing_key`."""
    path = file_of(connection)
    try:
        known = read_witness(witness_path(path)) if path else None
    except InspectionsError as error:
        if error.code == "signing_key":
            raise
        return Comparison("unreadable")
    if known is None:
        if log_head(connection) is None:
            return Comparison("empty")
        return Comparison("missing", "wanted" if signing_key() else "")
    return compared(connection, known)


def compared(connection: duckdb.DuckDBPyConnection, known: Witness) -> Comparison:
    """The log beside a witness, or beside a head that an auditor kept. Raises InspectionsError `signing_key`."""
    now = log_head(connection)
    heads = [*known.days.values(), known.head]
    numbers = [number for number, _ in heads]
    there = set(
        connection.execute("select seq, hash from change_log where seq in (select unnest(?))", [numbers]).fetchall()
    )
    holds = max((number for number, found in heads if (number, found) in there), default=0)
    missing = max(0, known.head[0] - (now.head[0] if now else 0))
    if known.signature == "forged" or (known.signature == "unsigned" and signing_key()):
        state = "forged"
    elif now and now.origin != known.origin and not holds:
        state = "other"
    elif missing:
        state = "cut"
    else:
        state = "whole" if there.issuperset(heads) else "rebuilt"
    return Comparison(state, known.signature, known.head, known.since, holds, missing)
