"""A notice as plain text or Markdown: lines, and rows where tabs or pipes part them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from inspections.files.content import Collector, Row
from inspections.words.errors import InspectionsError


def is_list(text: str) -> bool:
    """Whether a plain text is a list parted by commas rather than lines of words and rows."""
    lines = _lines(text)
    has_rows = any("\t" in line.strip() or _is_piped(line) for line in lines)
    # A sentence has commas too, and ends with a full stop, or is one of a list (…；).
    signs = [line.count(",") + (0 if re.search("。|[；;]\\s*$", line) else line.count("，")) for line in lines[:50]]
    return not has_rows and sum(count >= 3 for count in signs) >= 2


# What ends a sentence, or one of a list of them.
SENTENCE_ENDS = ("。", "；", ";", "：", ":", "！")
# No piece of a heading is longer.
_LONGEST_HEADING = 14


def is_prose(text: str) -> bool:
    """Whether a text that is called a table holds nothing but sentences: no line heads others of as many pieces."""
    lines = [line.strip().rstrip(",，;\t|") for line in _lines(text) if line.strip(" \t,，;|")][:_LINES_SEEN]
    if not any(_ends_sentence(line) for line in lines):
        return False
    for sign in ",，;\t|":
        try:
            records = [[piece.strip() for piece in record] for record in csv.reader(lines, delimiter=sign)]
        except csv.Error:
            return False
        for place, record in enumerate(records):
            heads = len(record) > 1 and all(0 < len(piece) <= _LONGEST_HEADING for piece in record)
            if heads and not _ends_sentence(record[-1]) and any(_is_below(one, record) for one in records[place + 1 :]):
                return False
    return True


_LINES_SEEN = 200


def _is_below(record: Sequence[str], heading: Sequence[str]) -> bool:
    return len(record) == len(heading) and (len(heading) > 2 or not _ends_sentence(record[-1]))


def _ends_sentence(line: str) -> bool:
    return line.rstrip('" ').endswith(SENTENCE_ENDS)


def read_prose(text: str, collector: Collector) -> None:
    """Sentences in the cells of a table, each line as one; what parted it is put back.

    Raises InspectionsError `cell_too_long`.
    """
    records = csv.reader(io.StringIO(text, newline=""))
    try:
        for record in records:
            line = ",".join(cell.strip() for cell in record).strip(",")
            if line:
                collector.line(records.line_num, line)
    except csv.Error as error:
        # The usual cause is a quotation mark that is never closed.
        limit = collector.bounds.cell_characters
        raise InspectionsError("cell_too_long", row=records.line_num, limit=limit) from error


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_text(text: str, collector: Collector) -> None:
    """Plain text or Markdown: lines with tabs, or with pipes, are rows. Raises what `Collector.row` raises."""
    lines = _lines(text)
    spaced = _in_columns(lines)
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if line.count("\t") > collector.bounds.columns:
            raise collector.bounds.too_wide(line.count("\t") + 1)
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
        elif first in spaced:
            collector.row(Row(first + 1, tuple(_WIDE_GAP.split(line.strip()))))
        elif line.strip():
            collector.line(first + 1, re.sub(_MARKS, "", line.strip()).strip())
        else:
            collector.end_table()


# What Markdown puts before headings, quotations and the points of a list, and around strong words.
_MARKS = re.compile(r"^#{1,6}\s+|\*\*|^>\s*|^[-*+•·●▪]\s+(?=[\u4e00-\u9fff])")
# What parts two cells where blanks do: a wide blank, or two of the others.
_WIDE_GAP = re.compile(r"[ \t]*\u3000[ \u3000]*|[ \t]{2,}")
# So many lines below one another, each of so many cells, are a table.
_FEWEST_LINES, _FEWEST_CELLS = 3, 4


def _in_columns(lines: list[str]) -> set[int]:
    """The lines that blanks part into the same number of cells as those around them."""
    found: set[int] = set()
    start = 0
    for number in range(len(lines) + 1):
        count = len(_WIDE_GAP.split(lines[number].strip())) if number < len(lines) else 0
        if number == start or (count and count == len(_WIDE_GAP.split(lines[start].strip()))):
            continue
        if number - start >= _FEWEST_LINES and len(_WIDE_GAP.split(lines[start].strip())) >= _FEWEST_CELLS:
            found |= set(range(start, number))
        start = number
    return found


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _is_piped(line: str) -> bool:
    line = line.strip()
    return line.startswith("|") and line.count("|") >= 3
