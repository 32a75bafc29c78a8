"""A file as a notice reader sees it: lines of text and tables of text cells, whatever the format.

The format is told by content first and by the file's name second: a renamed file is read as what it is.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import charset_normalizer
import olefile

from inspections.errors import InspectionsError
from inspections.limits import DEFAULTS, Limits

# A notice is a few pages. These limits keep a register, a dump or a bomb from being read into memory.
MAX_BYTES = 40_000_000
MAX_UNPACKED_BYTES = 150_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 400
MAX_CELLS = 2_000_000
MAX_CELL_CHARACTERS = 200_000
MAX_PAGES = 400
MAX_PARTS = 2_000


@dataclass(frozen=True)
class Row:
    """One row of a table: its number as the user sees it, its cells as text, merged cells filled in.

    `merged_down` are the columns whose text comes from a cell that began in a row above; `split` says that the row
    is the rest of the row above, parted by a page break.
    """

    number: int
    cells: tuple[str, ...]
    merged_down: frozenset[int] = frozenset()
    split: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One line of text outside tables and its line number (or, in a sheet, its row number)."""

    line: int
    text: str


@dataclass(frozen=True)
class Table:
    """Rows that stand together; `titles` are the lines between them and the table before, nearest last.

    `ordinal` counts the tables of the file from 1; `sheet` and `page` say where it stands, where the format has them.
    """

    rows: tuple[Row, ...]
    titles: tuple[str, ...] = ()
    ordinal: int = 1
    sheet: str | None = None
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """A whole file."""

    name: str
    sha256: str
    format: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass
class Collector:
    """Lines and rows in the order of the file, gathered into paragraphs and tables."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    _titles: list[str] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)
    _sheet: str | None = None
    _page: int | None = None
    _cells: int = 0

    def place(self, *, sheet: str | None = None, page: int | None = None) -> None:
        """From here on everything stands on this sheet or page; a table ends here."""
        self.end_table()
        self._sheet, self._page = sheet, page

    def line(self, number: int, text: str) -> None:
        """A line of text; it ends the table before it."""
        text = text.strip()
        self.end_table()
        if text:
            self.paragraphs.append(Paragraph(number, text))
            self._titles.append(text)

    def row(self, row: Row) -> None:
        """A row of the current table. Raises InspectionsError `file_too_large` or `too_many_columns`."""
        if len(row.cells) > MAX_COLUMNS:
            raise InspectionsError("too_many_columns", columns=len(row.cells), limit=MAX_COLUMNS)
        self._cells += len(row.cells)
        if self._cells > MAX_CELLS or len(self._rows) >= MAX_ROWS:
            raise InspectionsError("too_many_rows", limit=MAX_ROWS)
        if any(cell.strip() for cell in row.cells):
            self._rows.append(replace(row, cells=tuple(map(_without_markup, row.cells))))

    def grid(self, rows: Sequence[Row]) -> None:
        """Rows of a sheet, a CSV file or a drawn table: lines of one cell among them are titles and notes, not rows."""
        in_table = False
        for row in rows:
            filled = [i for i, cell in enumerate(row.cells) if cell.strip() and i not in row.merged_down]
            texts = {row.cells[i] for i in filled}
            own_line = len(texts) == 1 and (
                not in_table
                or len(filled) > 2
                or (filled[0] == 0 and not _is_number(row.cells[0]) and not row.merged_down)
            )
            if own_line:
                for text in texts.pop().split("\n"):
                    self.line(row.number, text)
                in_table = False
            elif filled:
                in_table = True
                self.row(row)

    @property
    def in_table(self) -> bool:
        """Whether the last thing read was a row."""
        return bool(self._rows)

    def end_table(self) -> None:
        """Close the current table, if there is one."""
        if self._rows:
            self.tables.append(
                Table(tuple(self._rows), tuple(self._titles), len(self.tables) + 1, self._sheet, self._page)
            )
            self._rows, self._titles = [], []

    def document(self, name: str, sha256: str, kind: str) -> Document:
        """Everything gathered."""
        self.end_table()
        return Document(name, sha256, kind, tuple(self.paragraphs), tuple(self.tables))


_BREAK = re.compile(r"</?(?:p|br|div|li|tr)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:span|b|i|u|strong|em|font|sub|sup|a|td|th|table|tbody|ul|ol|o:p|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE
)


def _without_markup(cell: str) -> str:
    """A cell as a browser would show it: "<span>5%</span>" is 5%, not more than 5%."""
    if "&" in cell:
        cell = html.unescape(cell).replace("\xa0", " ")
    if "<" in cell:
        cell = _TAG.sub("", _BREAK.sub("\n", cell)).strip()
    return cell


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\s*[\d.]+\s*", text) is not None


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
        from inspections.notice.pdf import read_pdf  # noqa: PLC0415 - a format loads its library when it is met

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


def looks_like_text(content: bytes) -> bool:
    """Whether bytes are text in some encoding: control characters are rare once the NULs of UTF-16 are set aside."""
    sample = content[:20_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if _wide_encoding(sample) is not None:
        return True
    control = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x00\x1a")
    return control * 50 <= len(sample)


def _zip_reader(content: bytes, suffix: str) -> tuple[str, Callable[[bytes, Collector], None]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            _check_unpacked_size(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, zlib.error) as error:
        raise InspectionsError("file_broken") from error
    if any(name.startswith("word/") for name in names):
        from inspections.notice.word import read_docx  # noqa: PLC0415 - a format loads its library when it is met

        return "docx", read_docx
    if any(name.startswith("xl/") for name in names):
        from inspections.notice.workbook import read_workbook  # noqa: PLC0415 - a format loads its library when it is met

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
        from inspections.notice.workbook import read_workbook  # noqa: PLC0415 - a format loads its library when it is met

        return "xls", read_workbook
    raise InspectionsError("save_as_xlsx" if suffix in {".et", ".xls"} else "format_unknown")


# ---------------------------------------------------------------------------------------------------- text


def decoded(content: bytes) -> str:
    """Text of unknown encoding, NULs dropped. Raises InspectionsError `encoding_unknown`."""
    return content.decode(encoding_of(content), errors="replace").replace("\x00", "")


def encoding_of(content: bytes) -> str:
    """UTF-8 and UTF-16 with or without a mark, GB18030, then what the bytes look like; to be decoded with "replace".

    Raises InspectionsError `encoding_unknown`.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    wide = _wide_encoding(content)
    if wide is not None:
        return wide
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(content, encoding):
            return encoding
    # One damaged byte must not cost the whole file, nor have it taken for Korean.
    for encoding in ("utf-8-sig", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if text.count("\ufffd") * 100 < len(text):
            return encoding
    guess = charset_normalizer.from_bytes(content[:200_000]).best()
    if guess is None:
        raise InspectionsError("encoding_unknown")
    return guess.encoding


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether all bytes are valid in an encoding; block by block, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(content: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, or None when bytes are something else."""
    sample = content[:20_000]
    sample = sample[: len(sample) // 2 * 2]
    if b"\x00" not in sample:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if "\x00" not in text and "\ufffd" not in text[:-1] and _is_familiar(text):
            return encoding
    return None


def _is_familiar(text: str) -> bool:
    """Whether most letters are ASCII or everyday Chinese (a wrong byte order gives rare ones)."""
    letters = [c for c in text if not c.isspace()]
    usual = sum(
        c.isascii() or "\u4e00" <= c <= "\u9fa5" or c in "，。、；：？！“”‘’（）《》〔〕【】—－…％～①②③④⑤"
        for c in letters
    )
    return usual > 0.8 * len(letters)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_text(content: bytes, collector: Collector) -> None:
    """Plain text or Markdown: lines with tabs, or with pipes, are rows; if there are none, a list parted by commas."""
    text = decoded(content)
    lines = _lines(text)
    has_rows = any("\t" in line.strip() or _is_piped(line) for line in lines)
    if not has_rows and sum(line.count(",") + line.count("，") >= 3 for line in lines[:50]) >= 2:
        read_csv(content, collector)
        return
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if line.count("\t") > MAX_COLUMNS:
            raise InspectionsError("too_many_columns", columns=line.count("\t") + 1, limit=MAX_COLUMNS)
        if "\t" in line.strip() or (line.startswith("\t") and collector.in_table):
            # A cell with a line break, as copied from a spreadsheet, stands in quotation marks.
            while line.count('"') % 2 and '\t"' in line and number < len(lines) and number - first < 30:
                line += "\n" + lines[number]
                number += 1
            collector.row(Row(first + 1, tuple(_unquoted(cell) for cell in line.split("\t"))))
        elif _is_piped(line):
            cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
            if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in cells):
                collector.row(
                    Row(
                        first + 1, tuple(re.sub(r"<br\s*/?>", "\n", cell.replace("\\|", "|")).strip() for cell in cells)
                    )
                )
        elif line.strip():
            collector.line(first + 1, re.sub(r"^#{1,6}\s+|\*\*|^>\s*", "", line.strip()).strip())
        else:
            collector.end_table()


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _is_piped(line: str) -> bool:
    line = line.strip()
    return line.startswith("|") and line.count("|") >= 3


def read_csv(content: bytes, collector: Collector) -> None:
    """A CSV file; the delimiter is the one that parts most lines into most cells. Row numbers count records from 1."""
    text = decoded(content)
    delimiter = _delimiter(text)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if len(cells) > MAX_COLUMNS:
                raise InspectionsError("too_many_columns", columns=len(cells), limit=MAX_COLUMNS)
            if number > MAX_ROWS:
                raise InspectionsError("too_many_rows", limit=MAX_ROWS)
            rows.append(Row(number, tuple(cell.strip() for cell in cells)))
    except csv.Error as error:
        raise InspectionsError("file_broken") from error
    collector.grid(rows)


def _delimiter(text: str) -> str:
    sample = text[:100_000]

    def parted(delimiter: str) -> int:
        counts = [len(cells) for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)]
        return sum(count for count in counts if count >= 3)

    try:
        return max(",\t;|，", key=parted)
    except csv.Error:
        return ","
