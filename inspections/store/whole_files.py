"""Files and folders that are there whole or not at all: built beside their place and moved there in one step."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = ".building."
# What the file beside a database is called that tells the end of its log (inspections/store/witness.py).
WITNESS = ".witness"
# What this process is building, so that a second builder in another thread leaves it alone.
_at_work: set[str] = set()


@contextlib.contextmanager
def built_beside(path: Path, family: str | None = None) -> Iterator[Path]:
    """A free name beside `path` to build a file or folder under; what still bears it afterwards is removed.

    What killed builders left is removed first: of `path`, or of every file whose name fits the pattern `family`.
    A builder still at work keeps its own. Raises OSError where the folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path.parent, family or glob.escape(path.name))
    building = path.with_name(f"{path.name}{MARK}{os.getpid()}.{uuid.uuid4().hex[:8]}")
    _at_work.add(building.name)
    try:
        yield building
    finally:
        _at_work.discard(building.name)
        # DuckDB keeps a log beside a database and spills into a folder beside it.
        for suffix in ("", ".wal", ".tmp", WITNESS):
            with contextlib.suppress(OSError):
                remove(building.with_name(building.name + suffix))


def move_into_place(building: Path, path: Path) -> None:
    """Give what was built its name, once it is on the disk itself. An existing file is replaced in one step.

    A new database brings the witness of its own log, which goes first: the one that lies there would accuse it.
    """
    witness = building.with_name(building.name + WITNESS)
    if witness.exists():
        witness.replace(path.with_name(path.name + WITNESS))
    sync(building)
    building.replace(path)
    sync(path.parent)


def give_to_owner_of(place: Path, file: Path) -> None:
    """`file` belongs to whom `place` does, though an administrator may have made it."""
    if os.name == "posix":
        state = place.stat()
        with contextlib.suppress(PermissionError):
            os.chown(file, state.st_uid, state.st_gid)


def sync(path: Path) -> None:
    """Have the system write a file, or a folder's list of names, to the disk itself."""
    if os.name != "posix" and path.is_dir():  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(leftover: Path) -> None:
    """Remove a file or a whole folder; nothing there is fine."""
    if leftover.is_dir() and not leftover.is_symlink():
        shutil.rmtree(leftover)
    else:
        leftover.unlink(missing_ok=True)


def _remove_leftovers(folder: Path, family: str) -> None:
    for leftover in folder.glob(f"{family}{MARK}*"):
        building = leftover.name.removesuffix(".wal").removesuffix(".tmp").removesuffix(WITNESS)
        owner = building.rpartition(MARK)[2].split(".")[0]
        if building in _at_work or (owner.isdigit() and _runs(int(owner))):
            continue
        # On Windows the file of a builder at work is open and cannot be removed.
        with contextlib.suppress(OSError):
            remove(leftover)


def _runs(process: int) -> bool:
    # Signal 0 asks without doing anything on POSIX; on Windows it would end the process.
    if os.name != "posix" or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
