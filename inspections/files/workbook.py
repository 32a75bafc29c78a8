"""Reading .xlsx and .xls: what is visible, in blocks of rows, merged cells filled, percentages as they are shown."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import openpyxl
import python_calamine

from inspections.files import old_excel
from inspections.files.bounds import Bounds
from inspections.files.extent import check_size
from inspections.files.hidden import Hidden, hidden_in
from inspections.files.number_formats import format_kind, shown_as
from inspections.files.worksheets import Block, Book, Cells, MergedDown, Worksheet, in_blocks
from inspections.words.errors import InspectionsError

_MOST_FILLED_BY_MERGING = 3_000_000
_Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
# Sheet -> (row, column), both from 0 -> how the number or day there is shown (`number_formats`).
_Formats = dict[str, dict[tuple[int, int], str]]


def workbook(content: bytes, kind: str, bounds: Bounds, *, percentages: bool = False) -> Book:
    """The visible worksheets of a workbook; `kind` is xlsx or xls.

    With `percentages` a share is the text it is shown as (25%): a plan says at which proportion it draws, and 0.25 of a
    column of percentages is not 0.25%; so is a day that is shown without its year, and a month without its day. It
    costs a second pass, so registers, which have no shares, go without. Raises
    InspectionsError `file_encrypted`, `file_broken`; the blocks raise the refusals of `bounds`.
    """
    with told_by_calamine():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    formats: _Formats = {}
    if percentages:
        formats = _formats(content) if kind == "xlsx" else old_excel.shown_otherwise(content)
    unseen = hidden_in(content) if kind == "xlsx" else old_excel.hidden_in(content)
    sheets = _Sheets(book, bounds)
    worksheets = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    visible = python_calamine.SheetVisibleEnum.Visible
    return Book(
        kind,
        tuple(
            Worksheet(
                sheet.name,
                _reader(sheets, sheet.name, formats.get(sheet.name, {}), unseen.get(sheet.name, Hidden())),
                _merged_down(sheets, sheet.name),
                partial(unseen.get(sheet.name, Hidden()).left_out, sheet.name),
            )
            for sheet in worksheets
            if sheet.visible == visible
        ),
        hidden=tuple(sheet.name for sheet in worksheets if sheet.visible != visible),
    )


@contextmanager
def told_by_calamine() -> Iterator[None]:
    """Turns what calamine raises into `file_encrypted` or `file_broken`; on some broken files its parser panics."""
    try:
        yield
    except python_calamine.PasswordError as error:
        raise InspectionsError("file_encrypted") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise InspectionsError("file_encrypted" if "assword" in str(error) else "file_broken") from error
    except BaseException as error:
        # A panic is no Exception, and its class has no module to import it from.
        if type(error).__name__ == "PanicException":
            raise InspectionsError("file_broken") from error
        raise


class _Sheets:
    """The worksheets of a workbook; the one read last is kept: to read one twice costs as much as all the rest."""

    def __init__(self, book: python_calamine.CalamineWorkbook, bounds: Bounds) -> None:
        self._book = book
        self._bounds = bounds
        self._last: tuple[str, python_calamine.CalamineSheet] | None = None

    def read(self, name: str) -> tuple[python_calamine.CalamineSheet, _Merged]:
        """A worksheet and its merged areas. Raises InspectionsError `file_broken` and the refusals of the bounds."""
        with told_by_calamine():
            if self._last is None or self._last[0] != name:
                self._last = None
                self._last = name, self._book.get_sheet_by_name(name)
            sheet = self._last[1]
            check_size(sheet.total_height, sheet.total_width, self._bounds)
            merged = sheet.merged_cell_ranges or []
        if len(merged) > self._bounds.merged:
            raise self._bounds.too_long()
        return sheet, merged

    def too_long(self) -> InspectionsError:
        """The refusal of a worksheet whose merged areas fill too many cells."""
        return self._bounds.too_long()


def _reader(
    sheets: _Sheets, name: str, formats: dict[tuple[int, int], str], hidden: Hidden
) -> Callable[[], Iterator[Block]]:
    def rows() -> Iterator[tuple[int, Cells]]:
        sheet, merged = sheets.read(name)
        with told_by_calamine():
            _, first_column = sheet.start or (0, 0)
            before: Cells = [""] * first_column
            lines: Iterator[Cells] = sheet.iter_rows()  # type: ignore[assignment]  # values are objects
            # The rows above the first filled one come along, the columns left of it do not.
            numbered: Iterable[tuple[int, Cells]] = enumerate(lines, start=1)
        if formats:
            numbered = _as_shown(numbered, formats, first_column)
        if hidden.struck:
            numbered = _without_struck(numbered, hidden, first_column)
        for number, cells in _filled(numbered, merged, first_column, sheets.too_long):
            if number in hidden.rows:
                continue
            whole = before + cells if first_column else cells
            for column in hidden.columns:
                if column < len(whole):
                    whole[column] = ""
            yield number, whole

    return lambda: in_blocks(rows())


def _as_shown(
    rows: Iterable[tuple[int, Cells]], formats: dict[tuple[int, int], str], first: int
) -> Iterator[tuple[int, Cells]]:
    for number, cells in rows:
        for column, value in enumerate(cells):
            if (kind := formats.get((number - 1, first + column))) is not None:
                cells[column] = shown_as(value, kind)
        yield number, cells


def _without_struck(rows: Iterable[tuple[int, Cells]], hidden: Hidden, first: int) -> Iterator[tuple[int, Cells]]:
    rest: dict[int, dict[int, str]] = {}
    for (row, column), kept in hidden.struck.items():
        rest.setdefault(row, {})[column - first] = kept
    for number, cells in rows:
        for column, kept in rest.get(number, {}).items():
            if 0 <= column < len(cells):
                cells[column] = kept
        yield number, cells


def _filled(
    rows: Iterable[tuple[int, Cells]], merged: _Merged, first: int, too_long: Callable[[], InspectionsError]
) -> Iterator[tuple[int, Cells]]:
    """Rows, every merged area filled with its first cell. `first`: how many columns are left out on the left."""
    if not merged:
        yield from rows
        return
    beginning: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in merged:
        if left >= first:
            beginning.setdefault(top + 1, []).append((left - first, bottom + 1, right - first))
    standing: dict[int, tuple[int, object]] = {}
    budget = _MOST_FILLED_BY_MERGING
    for number, cells in rows:
        for column, (bottom, text) in list(standing.items()):
            if bottom < number:
                del standing[column]
            else:
                cells[column] = text
        for left, bottom, right in beginning.get(number, ()):
            for column in range(left, min(right, len(cells) - 1) + 1):
                cells[column] = cells[left]
                if bottom > number:
                    standing[column] = bottom, cells[left]
            budget -= max(0, min(right, len(cells)) - left)
        if budget < 0:
            raise too_long()
        yield number, cells


def _merged_down(sheets: _Sheets, name: str) -> Callable[[], MergedDown]:
    def merged_down() -> MergedDown:
        sheet, merged = sheets.read(name)
        last_row, last_column = sheet.end or (0, 0)
        down: dict[int, set[int]] = {}
        for (top, left), (bottom, right) in merged:
            columns = range(left, min(right, last_column) + 1)
            for row in range(top + 1, min(bottom, last_row) + 1):
                down.setdefault(row + 1, set()).update(columns)
        return {number: frozenset(columns) for number, columns in down.items()}

    return merged_down


def _formats(content: bytes) -> _Formats:
    """Only openpyxl tells the format of a cell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            found = {}
            for sheet in book.worksheets:
                found[sheet.title] = {
                    (cell.row - 1, cell.column - 1): kind
                    for row in sheet.iter_rows()
                    for cell in row
                    if isinstance(cell.value, int | float | datetime.date)
                    and (kind := format_kind(str(cell.number_format)))
                }
    # A file that calamine reads and openpyxl does not still has its numbers, only without their format.
    except Exception:  # noqa: BLE001 - openpyxl raises many kinds for an odd style sheet
        return {}
    return found
