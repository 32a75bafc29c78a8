"""Reading .xlsx and .xls: visible sheets as grids, merged cells filled, percentages and dates as they are shown."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import openpyxl
import python_calamine

from inspections.files import old_excel
from inspections.files.content import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Collector, Row
from inspections.words.errors import InspectionsError

# A cell with something in it: an empty one that only carries a colour does not widen a sheet.
_MAX_FILLED = 300_000
_MAX_MERGED = 20_000
_FILLED_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')


def read_workbook(content: bytes, collector: Collector) -> None:
    """All visible sheets.

    Raises InspectionsError `file_encrypted`, `file_broken`, `too_many_rows`, `too_many_columns`.
    """
    is_zip = content.startswith(b"PK")
    if is_zip:
        _check_extent(content)
    with told_by_calamine():
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    percentages = _percentages(content) if is_zip else old_excel.percentages(content)
    for sheet in workbook.sheets_metadata:
        if (
            sheet.visible != python_calamine.SheetVisibleEnum.Visible
            or sheet.typ != python_calamine.SheetTypeEnum.WorkSheet
        ):
            continue
        with told_by_calamine():
            read = workbook.get_sheet_by_name(sheet.name)
            if read.total_width > MAX_COLUMNS:
                raise InspectionsError("too_many_columns", columns=read.total_width, limit=MAX_COLUMNS)
            if read.total_height > MAX_ROWS or read.total_width * read.total_height > MAX_CELLS:
                raise InspectionsError("too_many_rows", limit=MAX_ROWS)
            grid = read.to_python(skip_empty_area=False)
            merged = read.merged_cell_ranges or []
        collector.place(sheet=sheet.name)
        formats = percentages.get(sheet.name, frozenset())
        cells = [[_shown(value, (r, c) in formats) for c, value in enumerate(row)] for r, row in enumerate(grid)]
        collector.grid(_filled(cells, merged))
    collector.end_table()


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


def _check_extent(content: bytes) -> None:
    """Refuse a sheet whose far corner would make a reader fill billions of cells in between."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
                continue
            widest = tallest = 1
            filled = merged = 0
            with archive.open(info) as part:
                rest = b""
                while block := part.read(1 << 20):
                    filled += len(re.findall(rb"<c\b[^>]*(?<!/)>", block))
                    merged += block.count(b"<mergeCell ")
                    if filled > _MAX_FILLED or merged > _MAX_MERGED:
                        raise InspectionsError("too_many_rows", limit=MAX_ROWS)
                    block = rest + block
                    for found in _FILLED_CELL.finditer(block):
                        column = 0
                        for letter in found[1]:
                            column = column * 26 + letter - 64
                        widest, tallest = max(widest, column), max(tallest, int(found[2]))
                    if widest > MAX_COLUMNS:
                        raise InspectionsError("too_many_columns", columns=widest, limit=MAX_COLUMNS)
                    if tallest > MAX_ROWS or widest * tallest > MAX_CELLS:
                        raise InspectionsError("too_many_rows", limit=MAX_ROWS)
                    rest = block[-200:]


def _percentages(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Sheet -> (row, column) of the numbers that are shown as percentages; only openpyxl tells a cell's format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            found = {}
            for sheet in book.worksheets:
                found[sheet.title] = frozenset(
                    (cell.row - 1, cell.column - 1)
                    for row in sheet.iter_rows()
                    for cell in row
                    if isinstance(cell.value, int | float) and "%" in str(cell.number_format)
                )
    # A file that calamine reads and openpyxl does not still has its numbers, only without their format.
    except Exception:  # noqa: BLE001 - openpyxl raises many kinds for an odd style sheet
        return {}
    return found


def _shown(value: object, percentage: bool) -> str:
    """A cell as its user sees it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        if percentage:
            return f"{round(value * 100, 6):g}%"
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _filled(cells: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[Row]:
    """Rows with every merged area filled with the text of its first cell."""
    down: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in merged:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        text = cells[top][left]
        for r in range(top, min(bottom, len(cells) - 1) + 1):
            for c in range(left, min(right, len(cells[r]) - 1) + 1):
                cells[r][c] = text
                if r > top:
                    down.setdefault(r, set()).add(c)
    return [Row(r + 1, tuple(row), frozenset(down.get(r, ()))) for r, row in enumerate(cells)]
