"""The sources of a lake as they lie there: manifests and parts, and how the ids of sources are kept apart."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inspections.store.backup import whole_number
from inspections.store.database import SCHEMA_NUMBER, disk_trouble
from inspections.store.rows import shapes, table_order
from inspections.words.errors import InspectionsError

FORMAT = 1
# Numbers of sources are smaller than this: a shifted id is then a whole number in a double, too.
MOST_SOURCES = 1 << 20
MOST_ID = (MOST_SOURCES << 32) - 1


FOLDER = r"tables/([a-z_]+)/(?:source=[0-9]+|year=[0-9]+/bureau=[0-9]+)"
PATH = re.compile(FOLDER + r"/[0-9]+-[0-9a-f]{16}\.parquet")
# A province's manifest is a hundredth of it; what is larger was made up.
MOST_BYTES = 100_000_000


@dataclass(frozen=True)
class Part:
    """One file of a table: its place below the lake's folder, rows, bytes, fingerprint of the rows, and whose they are.

    `bureau` is shifted; year and bureau are None where rows belong to none. `sha256` is that of the file, "" where an
    earlier release wrote the manifest.
    """

    path: str
    rows: int
    bytes: int
    fingerprint: str
    year: int | None
    bureau: int | None
    sha256: str = ""


@dataclass(frozen=True)
class Source:
    """What one database has published.

    `identity`: the hash of the first entry of its change log; `schema`: the number its tables follow; `log`: the hash
    of the newest entry; `bureaus`: pairs of shifted id and name; `folders`: every folder it ever wrote to.
    """

    folder: Path
    number: int
    identity: str
    schema: int
    data_version: str
    log: str
    written_at: datetime.datetime
    bureaus: tuple[tuple[int, str], ...]
    tables: Mapping[str, tuple[Part, ...]]
    folders: tuple[str, ...]

    def files(self, table: str) -> list[Path]:
        """The files of a table; none where it has no rows."""
        return [self.folder / part.path for part in self.tables.get(table, ())]


@dataclass(frozen=True)
class Found:
    """A partition as it is in the database, with what its file is to be called."""

    table: str
    year: int | None
    bureau: int | None
    rows: int
    fingerprint: str
    path: str


def shift(number: int) -> int:
    """What is added to every surrogate id of source `number`."""
    return number << 32


@cache
def relations() -> dict[str, dict[str, str]]:
    """Table -> column -> type, as they are in the lake: ids BIGINT, codes VARCHAR."""
    return {
        table: {column: _lake_type(column, kind) for column, kind in shapes()[table].types.items()}
        for table in table_order()
    }


def is_id(column: str, kind: str) -> bool:
    """Whether a column of the data contract holds a surrogate id; natural keys are texts."""
    return column.endswith("_id") and kind in {"INTEGER", "BIGINT"}


def _lake_type(column: str, kind: str) -> str:
    if is_id(column, kind):
        return "BIGINT"
    return "VARCHAR" if kind.startswith("ENUM") else kind


# ------------------------------------------------------------------------------------------------------------ reading


def read_sources(directory: Path) -> tuple[Source, ...]:
    """All sources of a lake, by number; a database that has only reserved its number is none yet.

    Raises InspectionsError `lake_missing`, `lake_unreadable` (a manifest is damaged or somebody else's) and
    `lake_other_schema` (written by another release).
    """
    found = [read_source(manifest) for manifest in manifests(directory)]
    sources = tuple(source for source in found if source is not None)
    if not sources:
        raise InspectionsError("lake_missing", folder=directory)
    return sources


def read_source(manifest: Path) -> Source | None:
    """What one manifest says, None where it only reserves a number. Raises as `read_sources`."""
    try:
        if manifest.stat().st_size > MOST_BYTES:
            raise ValueError(manifest)
        told = json.loads(manifest.read_text("utf-8"))
        if whole_number(told["format"]) > FORMAT:
            schema = whole_number(told["schema"])
            raise InspectionsError("lake_other_schema", path=manifest, number=schema, known=SCHEMA_NUMBER)
        number = whole_number(told["number"], 1, MOST_SOURCES - 1)
        if f"{number}.json" != manifest.name or not re.fullmatch("[0-9a-f]{64}", told["identity"]):
            raise ValueError(number)
        if told["written_at"] is None:
            return None
        source = Source(
            manifest.parent.parent,
            number,
            told["identity"],
            whole_number(told["schema"]),
            str(told["data_version"]),
            str(told["log"]),
            datetime.datetime.fromisoformat(told["written_at"]),
            tuple((whole_number(one["bureau_id"], 1, MOST_ID), str(one["name"])) for one in told["bureaus"]),
            {str(table): tuple(_part(table, one) for one in parts) for table, parts in told["tables"].items()},
            tuple(_folder(folder) for folder in told["folders"]),
        )
    except OSError as error:
        trouble = disk_trouble(error, manifest)
        raise trouble or InspectionsError("lake_unreadable", path=manifest) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise InspectionsError("lake_unreadable", path=manifest) from error
    if source.schema != SCHEMA_NUMBER:
        raise InspectionsError("lake_other_schema", path=manifest, number=source.schema, known=SCHEMA_NUMBER)
    return source


def _part(table: str, told: Mapping[str, Any]) -> Part:
    """One file; its place goes into statements and may not lead out of the lake."""
    place = PATH.fullmatch(told["path"])
    if not place or place[1] != table:
        raise ValueError(told["path"])
    year, bureau = told["year"], told["bureau"]
    return Part(
        told["path"],
        whole_number(told["rows"]),
        whole_number(told["bytes"]),
        str(told["fingerprint"]),
        None if year is None else whole_number(year),
        None if bureau is None else whole_number(bureau, 0, MOST_ID),
        str(told.get("sha256", "")),
    )


def _folder(told: str) -> str:
    """A folder of the lake: what no manifest names any more is removed there, and nowhere else."""
    if not re.fullmatch(FOLDER, told):
        raise ValueError(told)
    return told


def manifests(directory: Path) -> list[Path]:
    """The manifests of a lake, by the numbers of their sources."""
    files = (directory / "sources").glob("*.json")
    return sorted((file for file in files if file.stem.isdecimal()), key=lambda file: int(file.stem))
