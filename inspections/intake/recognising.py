"""Which kind of file it is and which of its columns is which field: by the headings, and by what the cells say."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from inspections.files.columns import Assigned, assigned, readings
from inspections.files.content import Row
from inspections.intake.kinds import KINDS, folded, is_idle, is_personal, is_word_of, says, speaks_for, wanted
from inspections.intake.several import MORE, UNIT, Beside, day_columns, fixed_columns, more_columns, unit_columns
from inspections.notice.headers import find_header, says_other_kind

# A field that tells the kind counts for more than one that every file has; a column without a field speaks against.
_TELLING, _PLAIN, _MISSING, _UNEXPLAINED = 3, 1, 1.5, 0.75


@dataclass(frozen=True)
class Recognised:
    """What the headings of a file mean.

    `mapping` is field -> column index; `unread` are the headings of no field; `missing` the required fields without a
    column; `personal` the headings about people who can be reached, whose columns are dropped; `by_cells` the columns
    whose heading did not say what they are, `doubts` those (unread) that may be two fields; `beside` those that say a
    field together with its own column, or without one (`several.py`).
    """

    kind: str | None
    mapping: dict[str, int]
    unread: tuple[str, ...]
    missing: tuple[str, ...]
    personal: tuple[str, ...] = ()
    by_cells: tuple[int, ...] = ()
    doubts: Mapping[int, tuple[str, str]] = dataclasses.field(default_factory=dict)
    beside: Beside = dataclasses.field(default_factory=dict)


def _assigned(
    kind: str,
    headings: Sequence[str],
    saved: Mapping[tuple[str, str], str],
    columns: Sequence[Sequence[str]],
    items: frozenset[str],
) -> tuple[Assigned, Beside]:
    """Columns given to the fields of a kind: saved words first, then all others at once (`files/columns.py`).

    Beside them those that say a field together (`several.py`).
    """
    own = {(of, folded(heading)): field for (of, heading), field in saved.items()}
    fixed: dict[int, str] = {}
    of_units, former = unit_columns(kind, headings, columns), _of_former_years(headings)
    for index, heading in enumerate(headings):
        unused = is_personal(heading) or _of_one_unit(kind, heading, columns[index]) or index in former
        if unused or index in of_units:
            fixed[index] = ""
            continue
        field = own.get((kind, folded(heading)))
        if field is not None and folded(heading):
            fixed[index] = field if field in KINDS[kind].fields and field not in fixed.values() else ""
    ends = {last: said for last, said in day_columns(kind, headings, columns).items() if last not in fixed}
    for last, (field, first) in ends.items():
        fixed[last] = ""
        fixed.setdefault(first, field)
    apart = {index: use for index, use in fixed_columns(kind, headings, columns, items).items() if index not in fixed}
    given = {**fixed, **dict.fromkeys(apart, "")}
    found = assigned(headings, columns, list(wanted(kind).values()), partial(speaks_for, kind), given)
    more = more_columns(kind, headings, columns, found.fields, {*given, *found.doubts})
    of_days = {last: (field, MORE) for last, (field, _) in ends.items()}
    return found, {**apart, **more, **of_units, **of_days}


def _of_former_years(headings: Sequence[str]) -> set[int]:
    """Columns beside one of a later year and the same words (2023年分类, 2024年分类): what they say held before."""
    years: dict[str, dict[int, int]] = {}
    for index, heading in enumerate(headings):
        told = _YEAR.findall(heading)
        if len(told) == 1:
            years.setdefault(_YEAR.sub("", folded(heading)), {})[index] = int(told[0])
    return {index for group in years.values() for index, year in group.items() if year < max(group.values())}


def _of_one_unit(kind: str, heading: str, cells: Sequence[str]) -> bool:
    """Whether a column has the results of the one unit that its heading names: no field of the whole row."""
    results = bool(cells) and all(readings(cell) & {"outcome", "follow_up"} for cell in cells)
    return results and "unit" in readings(heading) and not any(says(kind, heading).values())


def missing_fields(kind: str, mapping: Mapping[str, int]) -> tuple[str, ...]:
    """The required fields of a kind that have no column; of fields of which one is enough, the first."""
    fields = KINDS[kind].fields.values()
    missing = [
        field.code for field in fields if field.required and field.code not in mapping and field.unless not in mapping
    ]
    groups = {field.one_of for field in fields if field.one_of}
    for group in groups:
        members = [field.code for field in fields if field.one_of == group]
        if not any(code in mapping for code in members):
            missing.append(members[0])
    return tuple(missing)


def _score(kind: str, mapping: Mapping[str, int]) -> float:
    fields = KINDS[kind].fields
    return sum(_TELLING if fields[code].telling else _PLAIN for code in mapping) - _MISSING * len(
        missing_fields(kind, mapping)
    )


# Kinds whose objects may be told by a name that only one of them bears; not a list that says what objects there are.
BY_NAME = frozenset({"draws", "results", "class_list"})
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
# Fields that only lists of draws and results have, where their cells are days: a plan has windows.
_OF_LISTS = (("draws", "drawn_at"), ("results", "entered_on"), ("results", "published_on"))


def _says_days(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether a column tells the day of a draw, of an entry or of a publication, row by row."""
    return any(
        cells and is_word_of(kind, field, heading) and all("date" in readings(cell) for cell in cells)
        for heading, cells in zip(headings, columns, strict=False)
        for kind, field in _OF_LISTS
    )


def looks_like_notice(headings: Sequence[str], columns: Sequence[Sequence[str]] = ()) -> bool:
    """Whether headings are those of a plan table (a notice), which `inspections.notice` reads.

    An item list has items and a legal basis too, and may have a proportion: only what has tasks in time is a plan.
    `columns` are samples of each column's cells.
    """
    cells = tuple(headings)
    if says_other_kind(cells) or _says_days(headings, columns):
        return False
    header = find_header((Row(1, cells),), 0)
    if header is None:
        return False
    codes = set(header.columns.values())
    timed = bool(codes & {"period", "period_start", "period_end"})
    tasks = bool(codes & {"name", "plan_name"})
    amount = bool(codes & {"rate", "quota"}) or any(code.startswith("class:") for code in codes)
    return (timed and (tasks or amount)) or (tasks and amount)


def recognise(
    headings: Sequence[str],
    saved: Mapping[tuple[str, str], str] | None = None,
    kind: str | None = None,
    columns: Sequence[Sequence[str]] | None = None,
    items: frozenset[str] = frozenset(),
) -> Recognised:
    """Which kind of file has these columns, and which column is which field.

    `saved` are a bureau's own words, (kind, heading) -> field ("" for a column that is left out); `kind` is the kind a
    user chose; `columns` are samples of each column's cells, `items` the names of the bureau's items without blanks. Without `kind` it is None when nothing fits, when two fit
    equally well, and for a plan table.
    """
    saved = saved or {}
    columns = columns or [()] * len(headings)
    personal = tuple(heading for heading in headings if is_personal(heading))
    if kind is None:
        kind = None if looks_like_notice(headings, columns) else _kind_of(headings, saved, columns, items)
    if kind is None:
        unread = tuple(heading for heading in headings if heading.strip() and heading not in personal)
        return Recognised(None, {}, unread, (), personal)
    found, beside = _assigned(kind, headings, saved, columns, items)
    mapping = {field: index for index, field in found.fields.items()}
    unread = tuple(
        heading
        for index, heading in enumerate(headings)
        if index not in found.fields and index not in beside and heading.strip() and heading not in personal
    )
    return Recognised(
        kind, mapping, unread, missing_fields(kind, mapping), personal, found.told_by_cells, dict(found.doubts), beside
    )


def _kind_of(
    headings: Sequence[str],
    saved: Mapping[tuple[str, str], str],
    columns: Sequence[Sequence[str]],
    items: frozenset[str],
) -> str | None:
    scores: dict[str, float] = {}
    for kind, known in KINDS.items():
        given, beside = _assigned(kind, headings, saved, columns, items)
        of_units = {field: index for index, (field, part) in beside.items() if part == UNIT}
        mapping = {**of_units, **{field: index for index, field in given.fields.items()}}
        needed = [field for field in known.fields.values() if field.required]
        by_name = {"object_id"} if kind in BY_NAME else set()
        # An object may be told by its name alone.
        found = [field for field in needed if field.code in mapping or (field.code in by_name and "name" in mapping)]
        tells = any(known.fields[code].telling for code in mapping)
        without = unexplained(headings, mapping, beside)
        if tells and (len(found) * 2 >= len(needed) or not without):
            scores[kind] = _score(kind, mapping) - _UNEXPLAINED * without
    if not scores:
        return None
    best = max(scores.values())
    winners = [kind for kind, score in scores.items() if score == best]
    return winners[0] if len(winners) == 1 else None


def unexplained(headings: Sequence[str], mapping: Mapping[str, int], beside: Collection[int] = ()) -> int:
    """How many columns say something that is no field, nor idle or personal."""
    used = set(mapping.values())
    return sum(
        index not in used
        and index not in beside
        and bool(heading.strip())
        and not is_personal(heading)
        and not is_idle(heading)
        for index, heading in enumerate(headings)
    )
