"""A file of registers, draws or results, read: which kind it is, which column means what, every cell as a value."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from inspections.files.characters import squeezed
from inspections.files.columns import ColumnUse, sample
from inspections.intake import cells
from inspections.intake.cell import CellSettings
from inspections.intake.coded_words import measure_beside
from inspections.intake.columns_kept import columns_of, without_personal
from inspections.intake.days import DAY_YEAR, Years, settled, years_of_rows
from inspections.intake.decisions import Chosen, layout_of, remembered
from inspections.intake.kinds import KINDS, Field
from inspections.intake.recognising import Recognised, missing_fields, recognise
from inspections.intake.rows_apart import Apart, apart
from inspections.intake.several import ITEM, Column, answered, by_item, together, unread_beside
from inspections.intake.sheet import Sheet, read_sheet
from inspections.intake.told_above import basis_told, day_told, not_told, task_told
from inspections.intake.unknown_tables import kind_unknown
from inspections.store.database import ask
from inspections.words.classes import scheme_of
from inspections.words.errors import InspectionsError, Term
from inspections.words.wording import FIRST, say_in

# Between the parts of a cell that holds several names: no cell holds it.
PARTS = "\x1f"
LONGEST_SHOWN = 40
_ROWS_LOOKED_AT = 500


@dataclass(frozen=True)
class Incoming:
    """A file as rows of values.

    `frame`: column `row` (its number in the file) and one column for every field of the kind, empty where the file has
    none; codes of the data contract, dates, numbers, truth values; several names in one text, parted by `PARTS`.
    `issues`: row, field, code, severity, parameters (JSON) of the cells that could not be read. `day` is the day from
    which classes hold where the file says none, `pool` a pool that all its objects belong to; with `replace_pools` the
    file decides over memberships that people set by hand. `chosen` are decisions made for this file, `remembered` those
    made for earlier ones of its layout: (code, subject) -> value. `columns` say what became of every column.
    `by_item`: row, item and outcome, where results of single items have a column each. `days_asked`: days without a year
    that nothing in the file tells.

    A row of several objects or departments is several rows of `frame` (`rows_apart.py`), each with a number of its own.
    """

    sheet: Sheet
    kind: str
    mapping: dict[str, int]
    unread: tuple[str, ...]
    bureau_id: int
    bureau: str
    frame: pd.DataFrame
    issues: pd.DataFrame
    year: int | None = None
    day: datetime.date | None = None
    pool: str | None = None
    chosen: Chosen = dataclasses.field(default_factory=dict)
    remembered: Chosen = dataclasses.field(default_factory=dict)
    columns: tuple[ColumnUse, ...] = ()
    replace_pools: bool = False
    by_item: pd.DataFrame | None = None
    days_asked: int = 0

    @property
    def layout(self) -> str:
        """By what the files of one platform are known again."""
        return layout_of(self.kind, self.sheet.headers)

    @property
    def name(self) -> str:
        """The file's name; of a file of several tables with that of the worksheet."""
        return self.sheet.called


def recognised(
    connection: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    kind: str | None = None,
    mapping: Mapping[str, int] | None = None,
) -> Recognised:
    """Which kind of file it is and which column means which field; `mapping` is a user's own and wins as it is."""
    # The first rows say how a column reads; a million more say it again.
    columns = [sample(sheet.rows[index].head(_ROWS_LOOKED_AT)) for index in range(len(sheet.headers))]
    found = recognise(sheet.headers, saved_mapping(connection), kind, columns, _items(connection))
    if mapping is None or found.kind is None:
        return found
    beside = {
        index: (field, part)
        for index, (field, part) in found.beside.items()
        if index not in mapping.values() and mapping.get(field) == found.mapping.get(field)
    }
    unread = tuple(
        header
        for index, header in enumerate(sheet.headers)
        if index not in mapping.values() and index not in beside and header and header not in found.personal
    )
    # What the cells told stays so where the user agrees; a column the user gave to a field is in doubt no more.
    agreed = {(index, field) for field, index in found.mapping.items()} & {(i, field) for field, i in mapping.items()}
    by_cells = tuple(index for index in found.by_cells if index in {place for place, _ in agreed})
    doubts = {index: fields for index, fields in found.doubts.items() if index not in mapping.values()}
    return Recognised(
        found.kind, dict(mapping), unread, missing_fields(found.kind, mapping), found.personal, by_cells, doubts, beside
    )


def _items(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of items, without blanks: a column may be called by one."""
    with connection.cursor() as cursor:
        return frozenset(squeezed(name) for (name,) in cursor.execute("select name from item").fetchall())


def saved_mapping(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """(kind, heading) -> field, as users have assigned them before."""
    with connection.cursor() as cursor:
        rows = cursor.execute('select kind, header, "column" from column_mapping').fetchall()
    return {(kind, header): column for kind, header, column in rows}


def bureau_named(connection: duckdb.DuckDBPyConnection, name: str | None) -> tuple[int, str]:
    """The bureau a file is imported for: the one named, else the only one there is.

    Raises InspectionsError `bureau_not_found`, `bureau_needed` (several) and `bureau_missing` (none yet).
    """
    with connection.cursor() as cursor:
        known = {str(row[1]): int(row[0]) for row in cursor.execute("select bureau_id, name from bureau").fetchall()}
    if name is not None:
        if name not in known:
            raise InspectionsError("bureau_not_found", bureau=name, known="、".join(known) or "—")
        return known[name], name
    if not known:
        raise InspectionsError("bureau_missing")
    if len(known) > 1:
        raise InspectionsError("bureau_needed", known="、".join(known))
    return next((number, called) for called, number in known.items())


def read_incoming(
    connection: duckdb.DuckDBPyConnection,
    source: Path | Sheet,
    *,
    bureau: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    mapping: Mapping[str, int] | None = None,
    day: datetime.date | None = None,
    pool: str | None = None,
    chosen: Chosen | None = None,
    basis: str | None = None,
    replace_pools: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Incoming:
    """Read a file, or a sheet that is read already. `mapping` (field -> column) replaces what the headings say.

    Raises InspectionsError: what `read_sheet` and `bureau_named` raise, `kind_unknown` (with the columns),
    `columns_missing` (a required field is said nowhere) and `sheet_without_rows`.
    """
    sheet = read_sheet(source) if isinstance(source, Path) else source
    found = recognised(connection, sheet, kind, mapping)
    if found.kind is None:
        raise kind_unknown(sheet)
    told = None if basis else basis_told(sheet, found.kind, found.mapping)
    basis = basis or told
    task = None if basis else task_told(sheet, found.kind, found.mapping)
    missing = not_told(sheet, found.kind, found.mapping, basis)
    if missing:
        raise InspectionsError(
            "columns_missing",
            file=sheet.called,
            kind=Term(f"codes.import_kind.{found.kind}"),
            columns=tuple(Term(f"intake.fields.{found.kind}.{code}") for code in missing),
        )
    if not len(sheet.rows):
        raise InspectionsError("sheet_without_rows", file=sheet.called)
    bureau_id, bureau_name = bureau_named(connection, bureau)
    columns = columns_of(sheet, found)
    sheet = without_personal(sheet, found)
    settings = _settings(connection, bureau_id, year)
    parted = apart(connection, sheet, found)
    years = years_of_rows(parted.sheet, parted.found, (chosen or {}).get(DAY_YEAR))
    frame, issues, asked = _values(parted, settings, years, bureau_name, progress)
    items, wrong = _by_item(parted.sheet, parted.found, settings)
    issues = pd.concat([issues, wrong], ignore_index=True) if len(wrong) else issues
    first, parts = pd.Index(frame["row"].head(1)), [issues]
    if told:
        word = say_in(FIRST, f"codes.basis.{told}")
        parts.append(_issues(first, "basis", "basis_by_title", "note", json.dumps({"basis": word}, ensure_ascii=False)))
    if basis and "basis" in frame:
        frame["basis"] = frame["basis"].fillna(basis)
    drawn_on = day_told(sheet, found.kind, found.mapping)
    if drawn_on:
        day_read = cells.one("date_time", drawn_on, settings).value
        frame["drawn_at"] = _typed("date_time", pd.Series([day_read] * len(frame), dtype="object"))
        words = json.dumps({"text": drawn_on}, ensure_ascii=False)
        parts.append(_issues(first, "drawn_at", "day_by_title", "note", words))
    if task:
        frame["task"] = pd.Series([task] * len(frame), dtype="str")
        parts.append(
            _issues(first, "task", "task_by_title", "note", json.dumps({"text": _short(task)}, ensure_ascii=False))
        )
    issues = pd.concat(parts, ignore_index=True)
    with connection.cursor() as cursor:
        known = remembered(cursor, bureau_id, layout_of(found.kind, sheet.headers))
    return Incoming(
        sheet, found.kind, found.mapping, found.unread, bureau_id, bureau_name, frame, issues, year, day, pool,
        chosen or {}, known, columns, replace_pools, items if len(items) else None, asked,
    )  # fmt: skip


def _settings(connection: duckdb.DuckDBPyConnection, bureau_id: int, year: int | None) -> CellSettings:
    rows = ask(connection, "settings_in_force", bureau_id=bureau_id, year=year or datetime.date.today().year)
    known = dict(zip(rows["key"], rows["value"], strict=True))
    scheme = tuple(scheme_of(known))
    labels = tuple(known["class_labels"].split(",")) if known.get("class_labels") else ()
    return CellSettings(classes=scheme, labels=labels, year=year)


def _values(
    parted: Apart,
    settings: CellSettings,
    years: Years,
    bureau: str,
    progress: Callable[[float], None] | None,
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The values, the issues of their cells, and how many days have no year that anything in the file tells."""
    sheet, found, asked = parted.sheet, parted.found, 0
    fields = KINDS[str(found.kind)].fields
    frame = pd.DataFrame({"row": pd.Series(sheet.rows.index, dtype="int64")})
    issues = [_no_issues()]
    for number, (code, field) in enumerate(fields.items()):
        columns = _columns_of(sheet, found, field)
        if not columns:
            frame[code] = _typed(field.type, pd.Series([None] * len(frame), dtype="object"))
            continue
        texts = together(field.type, columns, bureau)
        unread = unread_beside(field.type, columns, texts)
        if len(unread):
            told = _issues(unread.index, code, "beside_unread", "warning", "{}")
            told["parameters"] = [json.dumps({"text": _short(text)}, ensure_ascii=False) for text in unread]
            issues.append(told)
        read = cells.read(field.type, texts, settings)
        if field.type in {"date", "date_time"}:
            read, counts = settled(field, texts, read, years, settings.year)
            asked += counts["decided"] + counts["asked"]
            if counts["told"]:
                told_years = json.dumps({"count": counts["told"]}, ensure_ascii=False)
                issues.append(_issues(texts.index[:1], code, "year_taken", "note", told_years))
        frame[code] = _typed(field.type, read.values.reset_index(drop=True))
        issues.append(_cell_issues(code, texts, read))
        if field.required and not field.unless:
            empty = read.values.isna() & read.codes.isna()
            issues.append(_issues(texts.index[empty.to_numpy()], code, "required_missing", "error", "{}"))
        if progress:
            progress((number + 1) / len(fields))
    if {"outcome", "follow_up"} <= fields.keys() and "outcome" in found.mapping:
        issues.append(_measures_beside(frame, sheet.rows[found.mapping["outcome"]]))
    for code, field in fields.items():
        if field.joins and code in found.mapping and field.joins in found.mapping:
            both = frame[field.joins].notna() & frame[code].notna() & (frame[field.joins] != frame[code])
            frame[field.joins] = frame[field.joins].where(~both, frame[field.joins] + "：" + frame[code])
    issues += [
        _issues(
            sheet.rows.index[frame[codes].isna().all(axis=1).to_numpy()], codes[0], "required_missing", "error", "{}"
        )
        for codes in _alternatives(fields)
    ]
    issues += _remarks(sheet, found)
    issues += [
        _issues(pd.Index([row]), at, code, TOLD_APART[code], json.dumps(dict(parameters), ensure_ascii=False))
        for row, at, code, parameters in parted.told
    ]
    return frame, pd.concat(issues, ignore_index=True), asked


def _columns_of(sheet: Sheet, found: Recognised, field: Field) -> list[Column]:
    """The columns that say a field, its own first; none for a field that the file does not have."""
    own = found.mapping.get(field.code)
    columns = [
        Column(sheet.headers[index], answered(sheet.headers[index], field.type, sheet.rows[index]), part)
        for index, (code, part) in sorted(found.beside.items())
        if code == field.code and part != ITEM
    ]
    if own is None:
        return columns
    return [Column(sheet.headers[own], answered(sheet.headers[own], field.type, sheet.rows[own])), *columns]


def _by_item(sheet: Sheet, found: Recognised, settings: CellSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the columns of single items say, and the issues of their cells."""
    columns = [
        Column(sheet.headers[index], sheet.rows[index], part)
        for index, (_, part) in sorted(found.beside.items())
        if part == ITEM
    ]
    told, wrong = by_item(columns, settings)
    issues = _issues(pd.Index(wrong["row"]), "outcome", "", "", "{}")
    issues["code"], issues["parameters"] = wrong["code"], wrong["parameters"]
    issues["severity"] = wrong["code"].map(cells.SEVERITY)
    return told, issues


def _measures_beside(frame: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """Fill the empty follow-ups of `frame` from cells of results that name one too; a note for each."""
    codes = texts.map({text: measure_beside(text) for text in texts.unique()}).reset_index(drop=True)
    filled = codes.notna() & frame["follow_up"].isna() & frame["outcome"].notna()
    frame["follow_up"] = frame["follow_up"].where(~filled, codes).astype("str")
    part = _issues(texts.index[filled.to_numpy()], "follow_up", "follow_up_in_outcome", "note", "{}")
    told = zip(texts[filled.to_numpy()], codes[filled], strict=True)
    part["parameters"] = [
        json.dumps({"text": _short(text), "measure": say_in(FIRST, f"codes.follow_up.{code}")}, ensure_ascii=False)
        for text, code in told
    ]
    return part


def _alternatives(fields: Mapping[str, Field]) -> list[list[str]]:
    """Fields of which every row needs one."""
    groups = dict.fromkeys(field.one_of for field in fields.values() if field.one_of)
    return [[code for code, field in fields.items() if field.one_of == group] for group in groups]


# What is said of rows that were taken apart, or could not be.
TOLD_APART = {
    "objects_in_one_cell": "note",
    "items_in_one_cell": "note",
    "objects_and_codes_differ": "error",
    "results_by_unit": "note",
    "outcome_of_units_first": "note",
}
_WORTH_A_NOTE = {"hidden_sheet", "contact_removed", "worksheets_passed_over"}
# Kinds of cells that are useless when a digit is lost.
EXACT = {"object_id", "certificate"}


def _remarks(sheet: Sheet, found: Recognised) -> list[pd.DataFrame]:
    """What befell cells before anybody read them, as issues of the fields they belong to."""
    fields = KINDS[str(found.kind)].fields
    at = {index: code for code, index in found.mapping.items()}
    parts = []
    for remark in sheet.remarks:
        if remark.column is not None and remark.column not in at:
            continue
        code = at[remark.column] if remark.column is not None else ""
        severity = "note" if remark.code in _WORTH_A_NOTE else "warning"
        if remark.column is not None and fields[code].type in EXACT:
            severity = "error"
        parameters = json.dumps(dict(remark.parameters), ensure_ascii=False)
        part = _issues(pd.Index(remark.rows), code, remark.code, severity, parameters)
        if remark.column is not None:
            texts = sheet.rows[remark.column].reindex(list(remark.rows)).fillna("")
            part["parameters"] = [json.dumps({"text": _short(text)}, ensure_ascii=False) for text in texts]
        parts.append(part)
    return parts


def _typed(kind: str, values: pd.Series) -> pd.Series:
    """One type a column, so that the database need not guess."""
    if kind in {"date", "date_time"}:
        return pd.to_datetime(values, errors="coerce").astype("datetime64[s]")
    if kind == "yes_no":
        return values.astype("boolean")
    if kind in {"number", "year"}:
        return values.astype("Int64")
    if kind in {"names", "outcomes"}:
        return values.map(PARTS.join, na_action="ignore").astype("str")
    return values.astype("str")


def _no_issues() -> pd.DataFrame:
    return _issues(pd.Index([], dtype="int64"), "", "", "", "{}")


def _issues(rows: pd.Index, field: str, code: str, severity: str, parameters: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": pd.Series(rows, dtype="int64"),
            "field": pd.Series([field] * len(rows), dtype="str"),
            "code": pd.Series([code] * len(rows), dtype="str"),
            "severity": pd.Series([severity] * len(rows), dtype="str"),
            "parameters": pd.Series([parameters] * len(rows), dtype="str"),
        }
    )


def _cell_issues(field: str, texts: pd.Series, read: cells.Cells) -> pd.DataFrame:
    at_fault = read.codes.notna()
    codes = read.codes[at_fault]
    frame = _issues(texts.index[at_fault.to_numpy()], field, "", "", "{}")
    frame["code"] = codes.astype("str").to_numpy()
    frame["severity"] = codes.map(cells.SEVERITY).astype("str").to_numpy()
    frame["parameters"] = [
        json.dumps(dict(parameters or {}), ensure_ascii=False, default=str) for parameters in read.parameters[at_fault]
    ]
    return frame


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
