"""Text files: of which encoding, and their lines and rows."""

from __future__ import annotations

import codecs
import csv
import io
import re

import charset_normalizer

from inspections.files.content import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, Collector, Row
from inspections.words.errors import InspectionsError


def looks_like_text(content: bytes) -> bool:
    """Whether bytes are text in some encoding: control characters are rare once the NULs of UTF-16 are set aside."""
    sample = content[:20_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if _wide_encoding(sample) is not None:
        return True
    control = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x00\x1a")
    return control * 50 <= len(sample)


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
