"""A register, draw or result file as one table of text: headings, rows with their numbers, and what is no row.

Title lines above the headings, sums and notes below them, headings repeated at page breaks and blank lines are no
rows; whatever is left out is listed, so that nothing disappears unseen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd

from inspections.files.bounds import Bounds, of_register
from inspections.files.opening import content_of, naming, open_book
from inspections.files.worksheets import EXACT_DIGITS, Block, Book, Worksheet, is_blank, shown
from inspections.intake.kinds import (
    JOINED,
    LONGEST_HEADING,
    SUMS,
    familiarity,
    folded,
)
from inspections.intake.no_rows import is_instruction, is_note_row, is_sums, may_stand_over, stands_over
from inspections.store.limits import DEFAULTS, Limits
from inspections.words.errors import InspectionsError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x000D_")
# Bytes of no character, and a code that a spreadsheet turned into a number before it was saved as text: 9.14E+17.
_SUSPICIOUS = (
    ("\ufffd", "character_unreadable", re.compile("\ufffd")),
    ("E+", "number_rounded", re.compile(r"^\s*\d(?:\.\d+)?E\+\d{2}\s*$")),
    ("e+", "number_rounded", re.compile(r"^\s*\d(?:\.\d+)?e\+\d{2}\s*$")),
)
# At most so many lines below a table are looked at as sums and notes.
_TAIL = 15


@dataclass(frozen=True)
class Remark:
    """Something that befell cells before anybody read them: a code of the section `issues`, the column, the rows.

    `number_rounded`: a code stored as a number has lost its last digits; `character_unreadable`: bytes of no character;
    `row_too_long`: a row has more cells than there are headings (column None), so its cells may have slipped;
    those of `LeftOut` (column None): what the file hides or strikes through is not read, `parameters` say how much.
    """

    code: str
    column: int | None
    rows: tuple[int, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    `rows` has integer columns 0..n-1 of `str` ("" for an empty cell), n = len(headers); its index is the row number as
    a spreadsheet shows it. `titles` are the lines above the headings, `left_out` (row, text) the sums, notes and
    repeated headings that are no rows. `worksheet` is "" where the format has none; `others` are further worksheets with
    headings that somebody knows, and the file has `several` tables where there are any. `sha256` is the file's, of a
    worksheet that is not the one whose headings say most one of its own.
    """

    name: str
    sha256: str
    format: str
    worksheet: str
    worksheets: tuple[str, ...]
    headers: tuple[str, ...]
    rows: pd.DataFrame
    titles: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    others: tuple[str, ...] = ()
    several: bool = False

    @property
    def called(self) -> str:
        """The file's name; of a file of several tables with that of the worksheet."""
        return f"{self.name} · {self.worksheet}" if self.several else self.name


@dataclass(frozen=True)
class _Heading:
    """Where the headings stand among the first rows: from `first`, `depth` rows of them; how many words are known."""

    first: int
    depth: int
    headers: tuple[str, ...]
    known: int


def read_sheet(
    path: Path,
    name: str | None = None,
    worksheet: str | None = None,
    limits: Limits = DEFAULTS,
    known: frozenset[str] = frozenset(),
) -> Sheet:
    """Read an xlsx, xls, CSV or text file, or a web page or XML saved as .xls.

    `name` is the name to show (default: the path's); `worksheet` the one a user chose (default: the one whose headings
    say most); `known` are headings that the bureau saved as its own. Raises InspectionsError, naming the file:
    `file_missing`, `file_empty`, `file_broken`, `file_encrypted`, `save_as_xlsx`, `sheet_format_unknown`,
    `encoding_unknown`, `sheet_too_large`, `sheet_too_long`, `sheet_too_wide`, `cell_too_long`, `quote_unclosed`,
    `formula_without_value`, `worksheet_unknown`, `sheet_without_heading`.
    """
    name = name or path.name
    bounds = of_register(limits)
    with naming(name):
        content = content_of(path, bounds)
        folded_known = frozenset(map(folded, known))
        with open_book(content, name, bounds, partial(_most_familiar, folded_known)) as book:
            tables = _tables(book, folded_known)
            if worksheet and worksheet not in _names(book):
                raise InspectionsError("worksheet_unknown", worksheet=worksheet, known="、".join(_names(book)))
            best = max(tables, key=lambda pair: pair[1].known, default=None)
            chosen = next((pair for pair in tables if pair[0].name == worksheet), None) if worksheet else best
            if best is None or chosen is None:
                raise InspectionsError("sheet_without_heading")
            sha256 = hashlib.sha256(content).hexdigest()
            if chosen is not best:
                sha256 = hashlib.sha256(f"{sha256}\n{chosen[0].name}".encode()).hexdigest()
            sheet = _read(name, sha256, book, *chosen, bounds)
    # A cover or a list of choices has no headings that anybody knows.
    alike = [source.name for source, heading in tables if heading.known * 2 > best[1].known]
    others = tuple(one for one in alike if one != sheet.worksheet)
    sheet = replace(sheet, others=others, several=len({*alike, sheet.worksheet}) > 1)
    return sheet if worksheet else _telling(sheet, others, _passed_over(book, {*others, sheet.worksheet}))


def _telling(sheet: Sheet, unread: Sequence[str], passed_over: Sequence[str]) -> Sheet:
    """The sheet with what is said of worksheets that nobody read."""
    first = tuple(map(int, sheet.rows.index[:1]))
    told = (("worksheets_unread", unread), ("worksheets_passed_over", passed_over))
    more = (Remark(code, None, first, {"sheets": "、".join(names)}) for code, names in told if names)
    return replace(sheet, remarks=(*sheet.remarks, *more))


def without_other_worksheets(sheet: Sheet, read: Collection[str]) -> Sheet:
    """The sheet of a file of which other worksheets are `read` too: only the rest is said to be unread."""
    rest = [name for name in sheet.others if name not in read]
    kept = replace(sheet, remarks=tuple(one for one in sheet.remarks if one.code != "worksheets_unread"))
    return _telling(kept, rest, ())


def _tables(book: Book, known: frozenset[str]) -> list[tuple[Worksheet, _Heading]]:
    """The worksheets that have headings, and those."""
    found = ((source, find_heading([_texts(cells) for _, cells in source.head()], known)) for source in book.worksheets)
    return [(source, heading) for source, heading in found if heading is not None]


def _passed_over(book: Book, read: Collection[str]) -> list[str]:
    """Worksheets without headings that anybody knows and with more than a few words beside each other in them."""
    return [
        source.name
        for source in book.worksheets
        if source.name not in read and sum(_cells(cells) > 1 for _, cells in source.head()) > 1
    ]


def _most_familiar(known: frozenset[str], rows: Sequence[Sequence[str]]) -> int:
    return max((familiarity(row, known) for row in rows), default=0)


def _cells(cells: Sequence[object]) -> int:
    return sum(not is_blank([cell]) for cell in cells)


def _names(book: Book) -> tuple[str, ...]:
    return tuple(source.name for source in book.worksheets)


def _texts(cells: Sequence[object]) -> list[str]:
    return [_CONTROL.sub("", shown(cell)).strip() for cell in cells]


# ---------------------------------------------------------------------------------------------------- headings
def find_heading(rows: Sequence[Sequence[str]], known: frozenset[str] = frozenset()) -> _Heading | None:
    """The headings among the first rows: the first row (or pair of rows) with the most known words.

    A table nobody knows the words of has its headings in the first row of short, different words without figures.
    """
    best: _Heading | None = None
    for index, row in enumerate(rows):
        if len({cell for cell in row if cell}) < 2:
            continue
        one = familiarity(row, known)
        found = _Heading(index, 1, tuple(row), one)
        if index + 1 < len(rows):
            joined = _joined(row, rows[index + 1], known)
            if joined is not None and (familiarity(joined, known) > one or _stands_below(row, rows[index + 1])):
                found = _Heading(index, 2, joined, familiarity(joined, known))
        if best is None or found.known > best.known:
            best = found
    if best is not None and best.known >= 2:
        return best
    return next(
        (
            _Heading(index, 1, tuple(row), 0)
            for index, row in enumerate(rows)
            if _may_be_heading(row, rows[index + 1 :])
        ),
        None,
    )


def _may_be_heading(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    cells = [cell for cell in row if cell]
    width = max((sum(map(bool, other)) for other in below), default=0)
    return (
        len(cells) >= 2
        and len(cells) * 2 > width
        and len(set(cells)) == len(cells)
        and all(len(cell) <= LONGEST_HEADING // 3 and not re.search(r"\d{2}", cell) for cell in cells)
    )


def _joined(top: Sequence[str], below: Sequence[str], known: frozenset[str]) -> tuple[str, ...] | None:
    """Each column's heading when `below` is the lower line of a heading in two rows, else None."""
    width = max(len(top), len(below))
    upper = [*top, *[""] * (width - len(top))]
    lower = [*below, *[""] * (width - len(below))]
    own = [i for i in range(width) if lower[i] and lower[i] != upper[i]]
    words = [*filter(None, upper), *(lower[i] for i in own)]
    if not own or any(len(word) > LONGEST_HEADING // 3 or re.search(r"\d{2}|[:：]", word) for word in words):
        return None
    group, joined = "", []
    for i in range(width):
        group = upper[i] or (group if i in own else "")
        if i not in own or not group:
            joined.append(upper[i] or lower[i])
        else:
            joined.append(f"{group}{JOINED}{lower[i]}")
    words = [joined[i] for i in own]
    known_words = familiarity(words, known) * 2 >= len(words)
    return tuple(joined) if known_words or _stands_below(upper, lower) else None


def _stands_below(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row says something only below headings that reach over several columns: the names below them.

    All other cells are the rest of the heading above (merged downwards) or blank, which no row of data is.
    """
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    over, group = [""] * width, ""
    for i, cell in enumerate(upper):
        group = cell or group
        over[i] = group
    reaches = {cell for i, cell in enumerate(over) if cell and i + 1 < width and over[i + 1] == cell}
    own = [i for i in range(width) if lower[i] and lower[i] != upper[i]]
    return len(own) >= 2 and bool(reaches) and own[0] > 0 and all(over[i] in reaches for i in own)


# ---------------------------------------------------------------------------------------------------- rows
@dataclass
class _Gathered:
    """Rows gathered block by block into columns of text, but for those that are no rows."""

    width: int
    bounds: Bounds
    delimiter: str | None
    no_rows: frozenset[tuple[str, ...]]
    frames: list[pd.DataFrame] = field(default_factory=list)
    remarks: dict[tuple[str, int | None], list[int]] = field(default_factory=dict)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def remark(self, code: str, column: int | None, row: int) -> None:
        self.remarks.setdefault((code, column), []).append(row)

    def block(self, block: Block) -> None:
        if not block:
            return
        widest = max(self.width, *(len(cells) for _, cells in block))
        if min(len(cells) for _, cells in block) < widest:
            self._check_quotes(block)
            block = [(number, [*cells, *[""] * (widest - len(cells))]) for number, cells in block]
        if widest > self.width:
            for number, cells in block:
                if not is_blank(cells[self.width :]):
                    self.remark("row_too_long", None, number)
        block = self._without_strangers(block, widest)
        if not block:
            return
        numbers = [number for number, _ in block]
        self.count += len(numbers)
        if self.count > self.bounds.rows:
            raise self.bounds.too_long()
        columns = {
            column: pd.array(self._column(column, numbers, cells), dtype="str")
            for column, cells in enumerate(zip(*(cells for _, cells in block), strict=True))
        }
        self.frames.append(pd.DataFrame(columns, index=numbers))

    def _without_strangers(self, block: Block, width: int) -> Block:
        """Rows that are not blank and that repeat neither headings nor titles, as they do after a page break."""
        suspects = {""}
        for key in self.no_rows:
            suspects.add(next(filter(None, key), ""))
        # Only a row whose first cell is blank, begins a heading or may stand over or sum up others is looked at whole.
        found = [
            i
            for i, (_, cells) in enumerate(block)
            if width and ((begins := _begins(cells[0])) in suspects or begins[-2:] in SUMS or may_stand_over(cells))
        ]
        out: set[int] = set()
        for i in found:
            number, cells = block[i]
            if is_blank(cells):
                out.add(i)
            elif _key(cells) in self.no_rows or stands_over(cells) or is_sums([shown(cell) for cell in cells]):
                out.add(i)
                self.left_out.append((number, _line(cells)))
        first = 0
        while not self.count and first < len(block) and (first in out or is_instruction(block[first][1])):
            if first not in out:
                out.add(first)
                self.left_out.append((block[first][0], _line(block[first][1])))
            first += 1
        return [row for i, row in enumerate(block) if i not in out] if out else block

    def _check_quotes(self, block: Block) -> None:
        """Raise `quote_unclosed` when a cell of a text file has swallowed the rows below it."""
        for number, cells in block:
            if self.delimiter and len(cells) < self.width:
                for cell in cells:
                    if type(cell) is str and "\n" in cell and cell.count(self.delimiter) >= max(1, self.width - 1):
                        raise InspectionsError("quote_unclosed", row=number)

    def _column(self, column: int, numbers: list[int], cells: Sequence[object]) -> list[str]:
        if set(map(type, cells)) != {str}:
            for number, cell in zip(numbers, cells, strict=True):
                if isinstance(cell, int | float) and abs(cell) >= EXACT_DIGITS:
                    self.remark("number_rounded", column, number)
            cells = [cell if type(cell) is str else shown(cell) for cell in cells]
        texts: list[str] = list(cells)  # type: ignore[arg-type]  # all of them are texts by now
        # Most columns repeat themselves: what is to be seen in any of the texts is looked for in the different ones.
        different = set(texts)
        together = "".join(different)
        if len(together) > self.bounds.cell_characters and max(map(len, different)) > self.bounds.cell_characters:
            longest = max(range(len(texts)), key=lambda i: len(texts[i]))
            raise InspectionsError("cell_too_long", row=numbers[longest], limit=self.bounds.cell_characters)
        if not together.isprintable() and _CONTROL.search(together):
            texts = [_CONTROL.sub("", text) for text in texts]
        for sign, code, pattern in _SUSPICIOUS:
            if sign in together:
                at_fault = {text for text in different if pattern.search(text)}
                for number, text in zip(numbers, texts, strict=True) if at_fault else ():
                    if text in at_fault:
                        self.remark(code, column, number)
        return texts

    def frame(self) -> pd.DataFrame:
        if not self.frames:
            return pd.DataFrame({column: pd.array([], dtype="str") for column in range(self.width)})
        return pd.concat(self.frames) if len(self.frames) > 1 else self.frames[0]


def _begins(cell: object) -> str:
    return "" if cell is None else "".join(cell.split()) if type(cell) is str else "\x00"


def _read(name: str, sha256: str, book: Book, source: Worksheet, heading: _Heading, bounds: Bounds) -> Sheet:
    headers = _without_blank_end(heading.headers)
    blocks = source.blocks()
    lines: list[tuple[int, list[str]]] = []
    rest: Block = []
    depth = heading.first + heading.depth
    while len(lines) < depth:
        block = [row for row in next(blocks) if not is_blank(row[1])]
        rest = block[depth - len(lines) :]
        lines += [(number, _texts(cells)) for number, cells in block[: depth - len(lines)]]
    gathered = _Gathered(len(headers), bounds, book.delimiter, frozenset(_key(cells) for _, cells in lines))
    for block in chain([rest], blocks):
        gathered.block(block)
    frame, below = _without_tail(gathered.frame(), headers)
    frame, headers = _one_width(frame, headers)
    last = int(frame.index[-1]) if len(frame) else 0
    return Sheet(
        name=name,
        sha256=sha256,
        format=book.format,
        worksheet=source.name,
        worksheets=_names(book),
        headers=headers,
        rows=frame,
        titles=tuple(" ".join(dict.fromkeys(filter(None, cells))) for _, cells in lines[: heading.first]),
        left_out=tuple(sorted((*gathered.left_out, *below))),
        remarks=tuple(
            Remark(code, column, kept)
            for (code, column), numbers in gathered.remarks.items()
            if (kept := tuple(row for row in numbers if row <= last))
        )
        + _not_read(book, source, lines[-1][0]),
    )


def _not_read(book: Book, source: Worksheet, header_row: int) -> tuple[Remark, ...]:
    """What the worksheet hides or strikes through, and the worksheets that the file hides."""
    return tuple(
        Remark(told.code, None, (told.row or header_row,), {"count": told.count}) for told in source.left_out()
    ) + tuple(Remark("hidden_sheet", None, (header_row,), {"sheet": name}) for name in book.hidden)


def _key(cells: Sequence[object]) -> tuple[str, ...]:
    """By which a row is known again: its different texts in order (a merged title says the same in every cell)."""
    return tuple(dict.fromkeys(filter(None, ("".join(shown(cell).split()) for cell in cells))))


def _without_blank_end(cells: Sequence[str]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(" ".join(cell.split()) for cell in cells[:end])


def _line(cells: Sequence[object]) -> str:
    return " ".join(dict.fromkeys(text for cell in cells if (text := " ".join(shown(cell).split()))))[:200]


def _without_tail(frame: pd.DataFrame, headers: Sequence[str]) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """The rows without the sums and notes below them, and those."""
    left_out: list[tuple[int, str]] = []
    end = len(frame)
    while end and len(left_out) < _TAIL:
        cells = [str(cell) for cell in frame.iloc[end - 1]]
        if not (is_sums(cells) or is_note_row(cells, len(headers))):
            break
        left_out.append((int(frame.index[end - 1]), _line(cells)))
        end -= 1
    return frame.iloc[:end], left_out[::-1]


def _one_width(frame: pd.DataFrame, headers: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """As many headings as columns: columns without heading and content at the end are dropped, blocks made alike."""
    if frame.isna().to_numpy().any():
        frame = frame.fillna("")
    width = frame.shape[1]
    while width > len(headers) and not frame[width - 1].str.strip().ne("").any():
        width -= 1
    headers = (*headers, *[""] * (width - len(headers)))
    return frame[list(range(width))], headers
