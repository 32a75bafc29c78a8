"""What a source publishes in a lake: its manifest, replaced in one step; files that none names any more are removed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import time
from pathlib import Path
from typing import Any

from inspections.lake.source import FORMAT, MOST_SOURCES, Part, Source, manifests, read_source
from inspections.store.backup import sha256_of
from inspections.store.whole_files import MARK, built_beside, move_into_place
from inspections.words.errors import InspectionsError

# Readers may hold files that no manifest names any more: they stay for so many seconds.
KEPT_SECONDS = 3600
_IDENTITY = re.compile(rb'"identity": "([0-9a-f]{64})"')


def own_manifest(directory: Path, identity: str) -> Path:
    """The manifest of this database, made to reserve its number where there is none yet."""
    mode = make_folder(directory, directory / "sources")
    for manifest in manifests(directory):
        if _identity_in(manifest) == identity:
            return manifest
    for number in range(1, MOST_SOURCES):
        manifest = directory / "sources" / f"{number}.json"
        reserved = {"format": FORMAT, "number": number, "identity": identity, "written_at": None, "schema": None}
        if _made_first(manifest, json.dumps(reserved), mode) or _identity_in(manifest) == identity:
            return manifest
    raise InspectionsError("lake_full", folder=directory)


def _identity_in(manifest: Path) -> str | None:
    """Whose manifest it is, by its beginning: there may be thousands, each long."""
    with contextlib.suppress(FileNotFoundError), manifest.open("rb") as stream:
        found = _IDENTITY.search(stream.read(200))
        return found[1].decode() if found else None
    return None


def _made_first(manifest: Path, text: str, mode: int) -> bool:
    """Make the file with its text, unless somebody was faster."""
    if manifest.exists():
        return False
    with built_beside(manifest) as building:
        building.write_text(text, "utf-8")
        open_like(building, mode & 0o666)
        try:
            # In one step with its text: a file that others could see empty would not tell them whose it is.
            os.link(building, manifest)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}:
                raise
            return _made_exclusively(manifest, text)
    return True


def _made_exclusively(manifest: Path, text: str) -> bool:
    """The same where the system knows no second name of a file."""
    try:
        with manifest.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    return True


def published(manifest: Path) -> Source | None:
    """What this database published last; of another release or damaged, it is written anew as a whole."""
    try:
        return read_source(manifest)
    except InspectionsError:
        return None


def damaged(source: Source) -> list[str]:
    """The files that are not there as they were written, by size and checksum. Raises OSError."""
    parts = (part for parts in source.tables.values() for part in parts)
    return [part.path for part in parts if not is_as_written(source.folder / part.path, part)]


def is_as_written(file: Path, part: Part) -> bool:
    """Whether a file is the one that a manifest names. Raises OSError."""
    # Altered at equal size it would be read as if nothing had happened.
    return size_of(file) == part.bytes and part.sha256 in {"", sha256_of(file)}


def size_of(file: Path) -> int | None:
    """Bytes of a file, None where there is none."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return None


def make_folder(directory: Path, folder: Path) -> int:
    """Make a folder of the lake, to be opened by whoever may open the lake itself; comes back with its mode."""
    mode = stat.S_IMODE(directory.stat().st_mode)
    for one in (*reversed(folder.relative_to(directory).parents), folder.relative_to(directory)):
        if not (directory / one).is_dir():
            (directory / one).mkdir(exist_ok=True)
            open_like(directory / one, mode)
    return mode


def open_like(file: Path, mode: int) -> None:
    """Let those read and write a file whom `mode` lets."""
    with contextlib.suppress(PermissionError):  # somebody else's folder already
        file.chmod(mode)


def _as_json(source: Source) -> str:
    told: dict[str, Any] = {
        "format": FORMAT,
        "number": source.number,
        "identity": source.identity,
        "schema": source.schema,
        "data_version": source.data_version,
        "log": source.log,
        "written_at": source.written_at.isoformat(sep=" "),
        "bureaus": [{"bureau_id": bureau_id, "name": name} for bureau_id, name in source.bureaus],
        "tables": {table: [vars(part) for part in parts] for table, parts in source.tables.items()},
        "folders": source.folders,
    }
    return json.dumps(told, ensure_ascii=False) + "\n"


def publish(manifest: Path, source: Source) -> None:
    """Put a new manifest in the place of the last one, in one step."""
    mode = stat.S_IMODE(manifest.stat().st_mode)
    with built_beside(manifest) as building:
        building.write_text(_as_json(source), "utf-8")
        open_like(building, mode)
        move_into_place(building, manifest)


def retire(before: Source | None, source: Source) -> None:
    """Note the moment from which a file is no longer named: readers of the old manifest keep it for a while."""
    named = {part.path for parts in source.tables.values() for part in parts}
    for parts in (before.tables if before else {}).values():
        for part in parts:
            if part.path not in named:
                with contextlib.suppress(OSError):
                    os.utime(source.folder / part.path)


def remove_retired(source: Source) -> None:
    """Remove what this source wrote, names no more and has kept long enough, leftovers of killed runs included."""
    named = {source.folder / part.path for parts in source.tables.values() for part in parts}
    oldest = time.time() - KEPT_SECONDS
    for folder in source.folders:
        for file in (source.folder / folder).glob(f"{source.number}-*"):
            if file not in named and (file.suffix == ".parquet" or MARK in file.name):
                with contextlib.suppress(OSError):
                    if file.stat().st_mtime < oldest:
                        file.unlink()
