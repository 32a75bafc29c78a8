"""A file as a notice reader sees it: lines of text and tables of text cells, whatever the format."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from inspections.files.bounds import Bounds, of_notice


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
class LeftOut:
    """What of a file is not read, or read with doubt: it is said how much of it there is and where.

    `code` is a key of the section `issues`. Struck through or hidden: `struck_out` (cells or lines), `hidden_rows`,
    `hidden_columns`, `hidden_text` (places), `hidden_sheet`. Pages that are but pictures: `recognised` where they were
    read by text recognition, `pictures` where they were not; pages of tables without ruled lines: `unruled`. `row` is
    the first of them; `table` and the rest as in `Table`.
    """

    code: str
    count: int = 1
    row: int | None = None
    sheet: str | None = None
    page: int | None = None
    table: int | None = None


@dataclass(frozen=True)
class Document:
    """A whole file; `left_out` is what it holds and does not show, or shows struck through."""

    name: str
    sha256: str
    format: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def _no_limit(_: int) -> None:
    """Nobody waits for this reader."""


@dataclass
class Collector:
    """Lines and rows in the order of the file, gathered into paragraphs and tables, within the bounds of a notice.

    `more_time` is asked for seconds of processor by a reader to whom a small file may be honest work.
    """

    bounds: Bounds = field(default_factory=of_notice)
    more_time: Callable[[int], None] = _no_limit
    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    left_out: dict[tuple[object, ...], LeftOut] = field(default_factory=dict)
    _titles: list[str] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)
    _sheet: str | None = None
    _page: int | None = None
    _cells: int = 0
    _prose: int = 0

    def place(self, *, sheet: str | None = None, page: int | None = None) -> None:
        """From here on everything stands on this sheet or page; a table ends here."""
        self.end_table()
        self._sheet, self._page = sheet, page

    def line(self, number: int, text: str) -> None:
        """A line of text; it ends the table before it. Raises InspectionsError `too_many_rows`."""
        text = text.strip()
        self.end_table()
        if text:
            self._prose += len(text)
            if len(self.paragraphs) >= self.bounds.lines or self._prose > self.bounds.prose:
                raise self.bounds.too_long(self.bounds.lines)
            self.paragraphs.append(Paragraph(number, text))
            self._titles.append(text)

    def row(self, row: Row) -> None:
        """A row of the current table. Raises InspectionsError `too_many_rows` or `too_many_columns`."""
        if len(row.cells) > self.bounds.columns:
            raise self.bounds.too_wide(len(row.cells))
        self._cells += len(row.cells)
        if self._cells > self.bounds.cells or len(self._rows) >= self.bounds.rows:
            raise self.bounds.too_long()
        if any(cell.strip() for cell in row.cells):
            self._rows.append(replace(row, cells=tuple(map(_without_markup, row.cells))))

    def leave_out(self, code: str, row: int | None = None, count: int = 1, *, in_table: bool = False) -> None:
        """Note that something is not read here (`LeftOut.code`); what befalls one sheet, page or table is one note."""
        table = len(self.tables) + 1 if in_table else None
        key = code, self._sheet, self._page, table
        before = self.left_out.get(key, LeftOut(code, 0, row, self._sheet, self._page, table))
        self.left_out[key] = replace(before, count=before.count + count)

    def grid(self, rows: Sequence[Row]) -> None:
        """Rows of a sheet, a CSV file or a drawn table: lines of one cell among them are titles and notes, not rows."""
        in_table = False
        for row in rows:
            filled = [i for i, cell in enumerate(row.cells) if cell.strip() and i not in row.merged_down]
            texts = {row.cells[i] for i in filled}
            own_line = (
                not row.split
                and len(texts) == 1
                and (
                    (not in_table and not row.merged_down)
                    or len(filled) > 2
                    or (filled[0] == 0 and not _is_number(row.cells[0]) and not row.merged_down)
                )
            )
            if own_line:
                for text in texts.pop().split("\n"):
                    self.line(row.number, text)
                in_table = False
            elif filled or row.split:
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
        left_out = tuple(self.left_out.values())
        return Document(name, sha256, kind, tuple(self.paragraphs), tuple(self.tables), left_out)


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
