"""Rows that say several things at once, taken apart: several objects in one cell, a column of results for each department.

Such a row becomes as many rows as it has objects, or departments that were there. Until a file has been looked at each
of them has a number of its own, `PART` apart, so that everything said of it stands beside it; then they have their
file's number again (`in_file`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from inspections.files.characters import squeezed
from inspections.files.columns import readings
from inspections.intake.kinds import KINDS
from inspections.intake.names import clean_name, split_names
from inspections.intake.recognising import Recognised
from inspections.intake.several import UNIT, unit_of_heading
from inspections.intake.sheet import Sheet

# No file has so many rows.
PART = 10_000_000
# A cell longer than this may hold several codes.
_LONGEST_CODE = 30
_PARTING = "、，,；;\n\r"
_PARTED = re.compile(f"[{_PARTING}]")
_NUMBERING = re.compile(r"(?:^|(?<=[\s、；;]))(?:[（(]?\d{1,2}[、.．)）]|[①-⑳])\s*(?=\D)")
_AND_SO_ON = re.compile(r"等(?:\d{1,3}[家户个]?(?:企业|单位|公司|主体)?)?$")
_CODE = re.compile(r"[0-9A-Z]{15,20}")


@dataclass(frozen=True)
class Apart:
    """A sheet taken apart: its rows by part, what its columns mean now, and what is to be said.

    `told`: row, field, code and parameters of notes and errors.
    """

    sheet: Sheet
    found: Recognised
    told: tuple[tuple[int, str, str, Mapping[str, object]], ...] = ()


def in_file(rows: pd.Series) -> pd.Series:
    """The numbers that rows have in their file."""
    return rows % PART


def apart(connection: duckdb.DuckDBPyConnection, sheet: Sheet, found: Recognised) -> Apart:
    """The sheet with one row for each object and department that a row names."""
    told: list[tuple[int, str, str, Mapping[str, object]]] = []
    rows, mapping = _by_unit(sheet.rows, found, sheet.headers, told)
    rows = _by_object(connection, rows, str(found.kind), mapping, told)
    rows = _by_item(connection, rows, str(found.kind), mapping, told)
    if rows is sheet.rows:
        return Apart(sheet, found, tuple(told))
    width = len(sheet.headers)
    headers = (*sheet.headers, *[""] * (rows.shape[1] - width))
    remarks = tuple(
        replace(one, rows=tuple(map(int, rows.index[pd.Index(rows.index % PART).isin(one.rows)])))
        if one.column is not None
        else one
        for one in sheet.remarks
    )
    beside = {index: use for index, use in found.beside.items() if use[1] != UNIT}
    return Apart(
        replace(sheet, rows=rows, headers=headers, remarks=remarks),
        replace(found, mapping=mapping, beside=beside),
        tuple(told),
    )


def _numbered(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The parts as one table, those of a row beside each other, each with a number of its own."""
    rows = pd.concat(parts)
    rows.index = pd.Index(rows.index % PART)
    rows = rows.sort_index(kind="stable")
    place = rows.groupby(level=0).cumcount()
    rows.index = pd.Index(rows.index + PART * place.to_numpy())
    return rows


# ---------------------------------------------------------------------------------------------------- departments
def _by_unit(
    rows: pd.DataFrame,
    found: Recognised,
    headers: Sequence[str],
    told: list[tuple[int, str, str, Mapping[str, object]]],
) -> tuple[pd.DataFrame, dict[str, int]]:
    """A row for every department whose columns say something in it; a row of which none does stays as it is."""
    mapping = dict(found.mapping)
    units: dict[str, dict[str, int]] = {}
    for index, (field, part) in found.beside.items():
        if part == UNIT:
            units.setdefault(str(unit_of_heading(headers[index])), {}).setdefault(field, index)
    if not units:
        return rows, mapping
    rows = rows.copy(deep=False)
    for field in ("unit", *dict.fromkeys(field for columns in units.values() for field in columns)):
        if field not in mapping:
            mapping[field] = rows.shape[1]
            rows[rows.shape[1]] = pd.Series("", index=rows.index, dtype="str")
    parts: list[pd.DataFrame] = []
    left = pd.Series(True, index=rows.index)
    for unit, columns in units.items():
        filled = pd.concat([rows[index].str.strip().ne("") for index in columns.values()], axis=1).any(axis=1)
        own_rows = rows[filled].copy()
        own_rows[mapping["unit"]] = unit
        for field, index in columns.items():
            # A day that a department leaves blank is that of the row; a result is its own.
            blank = own_rows[index].str.strip().eq("") & (field != "outcome")
            own_rows[mapping[field]] = own_rows[index].where(~blank, own_rows[mapping[field]])
        parts.append(own_rows)
        left &= ~filled
    # What the row says for itself beside the departments stays where it names another one.
    own = rows[mapping["unit"]].str.strip()
    outcome = rows[mapping["outcome"]].str.strip() if "outcome" in mapping else own
    stays = left | (own.ne("") & ~own.isin(list(units)) & outcome.ne(""))
    over = int((~stays & outcome.ne("") & ("outcome" in found.mapping)).sum())
    first = int(rows.index[0]) if len(rows) else 0
    if over:
        told.append((first, "outcome", "outcome_of_units_first", {"count": over}))
    told.append((first, "unit", "results_by_unit", {"units": "、".join(units), "count": sum(map(len, parts))}))
    return _numbered([rows[stays], *parts]), mapping


# ---------------------------------------------------------------------------------------------------- objects
def _by_object(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    kind: str,
    mapping: Mapping[str, int],
    told: list[tuple[int, str, str, Mapping[str, object]]],
) -> pd.DataFrame:
    """A row for every object that a cell of names or of codes names; lines beside them go to the object of their line."""
    fields = KINDS[kind].fields
    name, code = (mapping.get(field) if "object_id" in fields else None for field in ("name", "object_id"))
    suspects = pd.Series(False, index=rows.index)
    if name is not None:
        suspects |= rows[name].str.contains(_PARTED, regex=True)
    if code is not None:
        suspects |= rows[code].str.len() > _LONGEST_CODE
    if not suspects.any():
        return rows
    known = {squeezed(str(one)) for (one,) in connection.execute("select name from object").fetchall()}
    whole, split, objects = ~suspects, [], 0
    for row in rows.index[suspects]:
        cells = rows.loc[row]
        names = _names(cells[name], known) if name is not None else ()
        codes = tuple(dict.fromkeys(_CODE.findall(_half_width(cells[code])))) if code is not None else ()
        count = max(len(names), len(codes))
        if len(names) > 1 and codes and len(codes) != len(names):
            told.append((int(row), "name", "objects_and_codes_differ", {"names": len(names), "codes": len(codes)}))
        if count < 2 or (len(names) > 1 and codes and len(codes) != len(names)):
            whole[row] = True
            continue
        objects += count
        for place in range(count):
            part = cells.map(lambda text, place=place, count=count: _line(text, place, count))
            # A team that stands in several lines is of every object.
            for field, index in mapping.items():
                if fields[field].type in {"names", "outcomes"} and "、" in str(cells[index]):
                    part[index] = cells[index]
            if name is not None:
                part[name] = names[place] if len(names) > 1 else "" if codes else cells[name]
            if code is not None:
                part[code] = codes[place] if codes else cells[code]
            split.append(part)
    if not split:
        return rows
    parted = pd.DataFrame(split).astype("str")
    parted.index = pd.Index([int(part.name) for part in split])
    first = int(parted.index[0])
    told.append((first, "name", "objects_in_one_cell", {"count": int((~whole).sum()), "objects": objects}))
    return _numbered([rows[whole], parted])


# ---------------------------------------------------------------------------------------------------- items
def _by_item(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    kind: str,
    mapping: Mapping[str, int],
    told: list[tuple[int, str, str, Mapping[str, object]]],
) -> pd.DataFrame:
    """A row for every item that a cell of a result names; lines beside them go to the item of their line."""
    column = mapping.get("item") if kind == "results" else None
    if column is None:
        return rows
    known = {squeezed(str(one)) for (one,) in connection.execute("select name from item").fetchall()}
    listed = {text: _items(str(text), known) for text in rows[column].unique()}
    several = rows[column].map({text: len(names) > 1 for text, names in listed.items()}).astype(bool)
    if not several.any():
        return rows
    split = []
    for row in rows.index[several]:
        names = listed[rows.loc[row, column]]
        count = len(names)
        for place, name in enumerate(names):
            part = rows.loc[row].map(lambda text, place=place, count=count: _line(text, place, count))
            part[column] = name
            split.append(part)
    parted = pd.DataFrame(split).astype("str")
    parted.index = pd.Index([int(part.name) for part in split])
    told.append((int(parted.index[0]), "item", "items_in_one_cell", {"count": int(several.sum()), "items": len(split)}))
    return _numbered([rows[~several], parted])


def _items(text: str, known: set[str]) -> tuple[str, ...]:
    """The items that a cell names; several only where one of them is known and the whole is none itself."""
    if squeezed(text) in known or (not _PARTED.search(text) and not _NUMBERING.search(text)):
        return (text,)
    parts = split_names(_NUMBERING.sub("\n", text), _PARTING)
    return parts if any(squeezed(part) in known for part in parts) else (text,)


def _half_width(text: str) -> str:
    return text.translate({place: place - 0xFEE0 for place in range(0xFF01, 0xFF5F)}).upper()


def _names(text: str, known: set[str]) -> tuple[str, ...]:
    """The names of a cell, several only where it is sure: one of them is in the directory, or all read as firms."""
    whole = clean_name(text)
    if squeezed(text) in known or squeezed(whole) in known:
        return (whole,)
    parts = split_names(_NUMBERING.sub("\n", text), _PARTING)
    parts = tuple(one for part in parts if (one := _AND_SO_ON.sub("", part)))
    if len(parts) < 2:
        return (whole,)
    sure = any(squeezed(part) in known for part in parts) or all("firm" in readings(part) for part in parts)
    return parts if sure else (whole,)


def _line(text: str, place: int, count: int) -> str:
    """The line of an object in a cell of as many lines as there are objects; any other cell is of all of them."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return lines[place] if len(lines) == count else str(text)
