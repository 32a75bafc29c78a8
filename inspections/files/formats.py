"""What a file is: told by its content first and by its name second, so that a renamed file is read as what it is."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

import olefile

from inspections.files.bounds import Bounds
from inspections.files.encodings import encoding_of, looks_like_text
from inspections.files.extent import check_parts
from inspections.words.errors import InspectionsError

# Endings of programs whose files only they can open, and of those that are read.
OLD_WORD = frozenset({".doc", ".dot", ".wps", ".wpt", ".rtf"})
OLD_SHEET = frozenset({".et", ".ett"})
SHEETS = frozenset({".xls", ".xlsx", ".xlsm"})
_DOCUMENTS = frozenset({".docx", ".docm", ".pdf", ".ofd"})
# Formats that are read once LibreOffice has turned them into today's, and what it makes of them.
OFFICE = {"doc": "docx", "rtf": "docx", "odt": "docx", "et": "xlsx", "ods": "xlsx"}
_MOST_MEMBERS = 2_000
# PNG, JPEG, TIFF in either order of bytes.
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
# Of the flags in the twelfth byte of an old Word file.
_ENCRYPTED = 0x01
# A text is a web page when it begins like this; Markdown may begin with the others.
_PAGE = r"<!doctype html|<html|<table|<\?xml"
_PART_OF_A_PAGE = r"<head|<meta|<!--|<style|<body|<div"
_SPREADSHEET_2003 = "urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(frozen=True)
class Format:
    """`name`: docx, pdf, ofd, picture, xlsx, xls, xml (Excel 2003), html, mht, text or one of `OFFICE`.

    `encoding` is that of a text.
    """

    name: str
    encoding: str = ""


def format_of(content: bytes, suffix: str, bounds: Bounds) -> Format:
    """What a file is; `suffix` is the end of its name, in small letters, with the point.

    An archive is unpacked once for its size: what it says about itself is not believed.

    Raises InspectionsError `file_broken`, `file_encrypted`, `formula_without_value`, `encoding_unknown`,
    `save_as_docx`, `save_as_xlsx` and the refusals of `bounds`.
    """
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format(_in_zip(content, suffix, bounds))
    if b"%PDF-" in content[:1024]:
        return Format("pdf")
    if content.startswith(olefile.MAGIC):
        return Format(_in_ole(content, suffix, bounds))
    if content.startswith(b"{\\rtf"):
        return Format("rtf")
    if content.startswith(_PICTURES) or (suffix == ".bmp" and content.startswith(b"BM")):
        return Format("picture")
    if not looks_like_text(content):
        raise _unreadable(suffix, bounds)
    return _text_format(content, suffix)


def _unreadable(suffix: str, bounds: Bounds) -> InspectionsError:
    """The refusal of bytes that are nothing known, by what their name says they are."""
    if suffix in OLD_WORD:
        return InspectionsError("save_as_docx")
    if suffix in OLD_SHEET:
        return InspectionsError("save_as_xlsx")
    return InspectionsError("file_broken") if suffix in SHEETS | _DOCUMENTS else bounds.unknown()


def _text_format(content: bytes, suffix: str) -> Format:
    encoding = encoding_of(content)
    start = content[:4096].decode(encoding, errors="replace").lstrip("\ufeff \r\n\t").lower()
    if re.match(r"<\?xml|<workbook|<ss:workbook", start) and _SPREADSHEET_2003 in start:
        return Format("xml", encoding)
    if re.match(r"[a-z-]+:", start) and _is_web_archive(start):
        return Format("mht", encoding)
    if re.match(_PAGE if suffix == ".md" else f"{_PAGE}|{_PART_OF_A_PAGE}", start):
        return Format("html", encoding)
    # A web page is often called .doc; plain words never are.
    if suffix in OLD_WORD:
        raise InspectionsError("save_as_docx")
    return Format("text", encoding)


def _is_web_archive(start: str) -> bool:
    """Whether a file begins as browsers and Word save a page in one file: the head of a mail (.mht, .mhtml)."""
    head = re.split(r"\r?\n\r?\n", start, maxsplit=1)[0]
    fields = {line.split(":")[0].strip() for line in re.split(r"\r?\n(?![ \t])", head) if ":" in line}
    return "mime-version" in fields and "content-type" in fields


def _in_zip(content: bytes, suffix: str, bounds: Bounds) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                raise InspectionsError("file_broken")
            check_parts(archive, bounds)
            declared = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error, RuntimeError) as error:
        raise InspectionsError("file_broken") from error
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if b"spreadsheet" in declared or suffix == ".ods":
        return "ods"
    if suffix in OLD_SHEET:
        raise InspectionsError("save_as_xlsx")
    if declared or "content.xml" in names:
        return "odt"
    if suffix in OLD_WORD:
        raise InspectionsError("save_as_docx")
    raise bounds.unknown()


def _in_ole(content: bytes, suffix: str, bounds: Bounds) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            streams = {path[0].lower() for path in ole.listdir() if path}
            beginning = ole.openstream("WordDocument").read(12) if "worddocument" in streams else b""
    except Exception as error:  # olefile raises whatever a damaged file makes it raise
        if suffix in OLD_WORD:
            raise InspectionsError("save_as_docx") from error
        raise InspectionsError("save_as_xlsx" if suffix in OLD_SHEET else "file_broken") from error
    if streams & {"encryptedpackage", "encryptioninfo"}:
        raise InspectionsError("file_encrypted")
    if beginning[11:12] and beginning[11] & _ENCRYPTED:
        raise InspectionsError("file_encrypted")
    if "worddocument" in streams:
        return "doc"
    if suffix in OLD_WORD:
        raise InspectionsError("save_as_docx")
    if streams & {"workbook", "book"}:
        return "xls"
    if suffix in OLD_SHEET:
        return "et"
    if suffix in SHEETS:
        raise InspectionsError("save_as_xlsx")
    raise bounds.unknown()
