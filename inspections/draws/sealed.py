"""A sealed package opened: a zip file or an unzipped folder, names checked, members read with a limit.

Nothing but Python's standard library (3.8 and later): the package carries this as part of verify.py.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Iterator  # noqa: UP035 - Python 3.8 has them here

REQUIRED = ("README.en.txt", "README.zh.txt", "SHA256SUMS", "draw.json", "drawn.csv", "frame.csv", "verify.py")
# Packages of the first version have no terms.
OPTIONAL = ("inspectors.csv", "terms.json")
# No honest package comes near these: they keep a damaged or hostile one from filling memory or disk.
LARGEST = {"frame.csv": 2**31, "drawn.csv": 2**30, "inspectors.csv": 2**30}
LARGEST_OTHER = 2**24
MOST_EXPANSION = 250
LONGEST_LINE = 2**16

TROUBLES = {
    "not_found": ("找不到文件或无法读取", "cannot be found or read"),
    "not_a_zip": ("不是 zip 文件，或已损坏", "is no zip file, or damaged"),
    "public": ("是公开包，没有种子和类别，无法复算", "is a public package: it has no seed and no classes to re-run"),
    "foreign": ("不是本系统的封存包", "is no sealed package of this product"),
    "version": ("封存包格式版本不受支持", "has a format version that this program does not know"),
    "missing": ("缺少成员", "lacks a member"),
    "duplicate": ("成员重复", "holds a member twice"),
    "unexpected": ("含有不应有的成员或路径", "holds a member or path that does not belong there"),
    "too_large": ("成员过大或压缩比异常", "holds a member that is too large or expands too far"),
    "encrypted": ("成员设有密码", "holds a member with a password"),
    "damaged": ("成员已损坏，无法读出", "holds a member that is damaged and cannot be read"),
    "encoding": ("成员不是 UTF-8 文本", "holds a member that is not UTF-8 text"),
    "format": ("成员的格式不符", "holds a member that is not in the form it should have"),
}  # fmt: skip


UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError)


class PackageError(Exception):
    """The file is no sealed package or cannot be read. `code` is a key of TROUBLES; `detail` names the member."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Package:
    """A sealed package as a zip file or an unzipped folder: names checked, members read with a limit."""

    def __init__(self, source: Any) -> None:
        """`source`: a path, or a file opened for reading bytes. Raises PackageError."""
        self._folder: Path | None = None
        if isinstance(source, (str, Path)) and Path(source).is_dir():
            self._folder = Path(source)
            self._names = [name for name in (*REQUIRED, *OPTIONAL) if (self._folder / name).is_file()]
            self._check_names()
            return
        try:
            self._zip = zipfile.ZipFile(source)
            infos = self._zip.infolist()
        except OSError as error:
            raise PackageError("not_found") from error
        except UNREADABLE as error:
            raise PackageError("not_a_zip") from error
        self._names = [info.filename for info in infos]
        if any(name in ("draw.public.json", "public.json") for name in self._names):
            raise PackageError("public")
        if not any(name in self._names for name in ("draw.json", "frame.csv", "SHA256SUMS")):
            raise PackageError("foreign")
        self._check_names()
        for info in infos:
            if info.flag_bits & 1:
                raise PackageError("encrypted", info.filename)
            most = LARGEST.get(info.filename, LARGEST_OTHER)
            if info.file_size > most or info.file_size > MOST_EXPANSION * info.compress_size + LARGEST_OTHER:
                raise PackageError("too_large", info.filename)

    def _check_names(self) -> None:
        for name in sorted(set(self._names)):
            if name not in REQUIRED and name not in OPTIONAL:
                raise PackageError("unexpected", repr(name)[1:-1])
            if self._names.count(name) > 1:
                raise PackageError("duplicate", name)
        for name in REQUIRED:
            if name not in self._names:
                raise PackageError("missing", name)

    @property
    def names(self) -> list[str]:
        """The members that are there, in order of name."""
        return sorted(self._names)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, piece by piece."""
        left = LARGEST.get(name, LARGEST_OTHER)
        try:
            with self._open(name) as stream:
                while True:
                    piece = stream.read(2**20)
                    if not piece:
                        return
                    left -= len(piece)
                    if left < 0:
                        raise PackageError("too_large", name)
                    yield piece
        except UNREADABLE as error:
            raise PackageError("damaged", name) from error

    def _open(self, name: str) -> IO[bytes]:
        if self._folder is not None:
            return (self._folder / name).open("rb")
        return self._zip.open(name)

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a member without their line feeds."""
        rest = b""
        for piece in self.chunks(name):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield decoded(line, name)
            if len(rest) > LONGEST_LINE:
                raise PackageError("format", name)
        if rest:
            yield decoded(rest, name)

    def whole(self, name: str) -> bytes:
        """All of a small member."""
        return b"".join(self.chunks(name))


def decoded(line: bytes, name: str) -> str:
    """UTF-8 text. Raises PackageError `encoding`, with the member's name."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageError("encoding", name) from error
