"""Opening a file as a notice reader sees it: the format is told by content first and by the file's name second.

A renamed file is read as what it is.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import olefile

from inspections.files.content import MAX_BYTES, MAX_PARTS, MAX_UNPACKED_BYTES, Collector, Document
from inspections.files.text import looks_like_text, read_csv, read_text
from inspections.store.limits import DEFAULTS, Limits
from inspections.words.errors import InspectionsError


def read_document(path: Path, name: str | None = None, limits: Limits = DEFAULTS) -> Document:
    """Read any supported file; `name` is the one to show (default: the path's).

    A notice may hold what `limits` allow, and never more than a notice does.

    Raises InspectionsError: `file_missing`, `file_empty`, `file_too_large`, `too_many_rows`, `too_many_columns`,
    `file_encrypted`, `file_broken`, `pdf_without_text`, `save_as_docx`, `save_as_xlsx`, `format_unknown`,
    `encoding_unknown`; each names the file.
    """
    try:
        if not path.is_file():
            raise InspectionsError("file_missing")
        size = path.stat().st_size
        if size == 0:
            raise InspectionsError("file_empty")
        most = min(MAX_BYTES, limits.upload_bytes)
        if size > most:
            raise InspectionsError("file_too_large", megabytes=size // 1_000_000, limit=most // 1_000_000)
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        kind, read = _reader(content, path.suffix.lower())
        collector = Collector()
        read(content, collector)
    except InspectionsError as error:
        raise InspectionsError(error.code, **{"file": name or path.name, **error.parameters}) from error
    except OSError as error:
        raise InspectionsError("file_missing", file=name or path.name) from error
    return collector.document(name or path.name, sha256, kind)


def _reader(content: bytes, suffix: str) -> tuple[str, Callable[[bytes, Collector], None]]:
    """The format of a file and the function that reads it."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_reader(content, suffix)
    if content[:1024].lstrip().startswith(b"%PDF-") or b"%PDF-" in content[:1024]:
        from inspections.files.pdf import read_pdf  # noqa: PLC0415 - a format loads its library when it is met

        return "pdf", read_pdf
    if content.startswith(olefile.MAGIC):
        return _ole_reader(content, suffix)
    if suffix in {".doc", ".wps", ".dot", ".wpt", ".rtf"} or content.startswith(b"{\\rtf"):
        raise InspectionsError("save_as_docx")
    if suffix in {".et", ".ett"} or (suffix in {".xls", ".xlsx"} and not looks_like_text(content)):
        raise InspectionsError("save_as_xlsx" if suffix in {".et", ".ett"} else "file_broken")
    if suffix in {".docx", ".pdf", ".xlsm", ".docm"} and not looks_like_text(content):
        raise InspectionsError("file_broken")
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<table|<\?xml)", content[:400], re.IGNORECASE):
        raise InspectionsError("save_as_xlsx" if suffix in {".xls", ".xlsx", ".et"} else "format_unknown")
    if not looks_like_text(content):
        raise InspectionsError("format_unknown")
    return ("csv", read_csv) if suffix in {".csv", ".tsv"} else ("text", read_text)


def _zip_reader(content: bytes, suffix: str) -> tuple[str, Callable[[bytes, Collector], None]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            _check_unpacked_size(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, zlib.error) as error:
        raise InspectionsError("file_broken") from error
    if any(name.startswith("word/") for name in names):
        from inspections.files.word import read_docx  # noqa: PLC0415 - a format loads its library when it is met

        return "docx", read_docx
    if any(name.startswith("xl/") for name in names):
        from inspections.files.workbook import read_workbook  # noqa: PLC0415 - a format loads its library when it is met

        return "xlsx", read_workbook
    if "mimetype" in names or "content.xml" in names:
        raise InspectionsError("save_as_xlsx" if suffix in {".ods", ".et"} else "save_as_docx")
    raise InspectionsError("save_as_docx" if suffix in {".doc", ".wps"} else "format_unknown")


def _check_unpacked_size(archive: zipfile.ZipFile) -> None:
    """Unpack every part for its length alone: what an archive claims about itself is not believed."""
    total = 0
    if len(archive.infolist()) > MAX_PARTS:
        raise InspectionsError("file_broken")
    for info in archive.infolist():
        if info.flag_bits & 1:
            raise InspectionsError("file_encrypted")
        if not info.filename.endswith((".xml", ".rels", ".bin")):
            continue
        total += info.file_size
        if total > MAX_UNPACKED_BYTES:
            raise InspectionsError(
                "file_too_large", megabytes=total // 1_000_000, limit=MAX_UNPACKED_BYTES // 1_000_000
            )
        # zipfile stops at the claimed size and then finds the check sum wrong, so a lie ends as a broken file.
        with archive.open(info) as part:
            while part.read(1 << 20):
                pass


def _ole_reader(content: bytes, suffix: str) -> tuple[str, Callable[[bytes, Collector], None]]:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            streams = {name[0].lower() for name in ole.listdir() if name}
    except Exception as error:  # olefile raises whatever a damaged file makes it raise
        if suffix in {".doc", ".wps"}:
            raise InspectionsError("save_as_docx") from error
        if suffix == ".et":
            raise InspectionsError("save_as_xlsx") from error
        raise InspectionsError("file_broken") from error
    if "encryptedpackage" in streams or "encryptioninfo" in streams:
        raise InspectionsError("file_encrypted")
    if "worddocument" in streams or suffix in {".doc", ".wps"}:
        raise InspectionsError("save_as_docx")
    if "workbook" in streams or "book" in streams:
        from inspections.files.workbook import read_workbook  # noqa: PLC0415 - a format loads its library when it is met

        return "xls", read_workbook
    raise InspectionsError("save_as_xlsx" if suffix in {".et", ".xls"} else "format_unknown")
