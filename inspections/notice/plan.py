"""What a notice says: plans, their tasks, the items of a task and the units that take part."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from inspections.files.columns import ColumnUse
from inspections.files.content import Table
from inspections.notice.proportions import ClassRate
from inspections.notice.revised import Revision
from inspections.notice.units import Bureau, Unit


@dataclass(frozen=True)
class Issue:
    """Something off: where (`row` as the user sees it, `field` as column code), what (`code`), how bad (`severity`).

    `parameters` fill the sentence `issues.<code>` of the text files and hold where the row stands (sheet, table, page).
    """

    row: int | None
    field: str | None
    code: str
    severity: str
    parameters: Mapping[str, object] = dataclasses.field(default_factory=dict)


def where(table: Table) -> dict[str, object]:
    """Where a table stands, as parameters of an issue: sheet, page and its number, as far as the format has them."""
    return {
        key: value for key, value in (("sheet", table.sheet), ("page", table.page), ("table", table.ordinal)) if value
    }


@dataclass(frozen=True)
class Item:
    """One inspection item of a task and the unit that checks it."""

    name: str
    unit: Unit
    item_class: str | None = None
    legal_basis: str | None = None


@dataclass(frozen=True)
class Task:
    """One task: what the notice said, numbers read and words verbatim; None where it said nothing."""

    row: int
    seq: int
    name: str
    plan_name: str | None
    field: str | None
    draw_type: str | None
    item_class: str | None
    scope: str | None
    scope_text: str | None
    rate: Decimal | None
    rate_op: str | None
    rate_max: Decimal | None
    rate_text: str | None
    quota: int | None
    times_per_year: int | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    period_text: str | None
    pool_stated: int | None
    risk_rule: str | None
    initiating_unit: Unit
    lead_unit: Unit
    partners: tuple[Unit, ...]
    checking_body: str | None
    items: tuple[Item, ...]
    class_rates: Mapping[str, ClassRate]


@dataclass(frozen=True)
class Plan:
    """One plan of a notice; `kind` is 'internal' or 'joint'."""

    kind: str
    year: int
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Told:
    """What a notice tells of one task: the columns it has for it and those that say something, and its own name there.

    In a notice that changes a plan, `mark` is what befalls the task, `called` what it was called, `sentence` that no
    table says it, and `was` its values before by the codes of columns, as written (`notice.revised`).
    """

    listed: frozenset[str]
    filled: frozenset[str]
    name: str = ""
    called: str = ""
    mark: str | None = None
    sentence: bool = False
    was: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """A whole notice. `units` are the units in scope; `aliases` are other names the notice uses for one of them.

    `columns` say what became of every column of its tables, `set_aside` which rows are no tasks: (row, text). `told`:
    (kind, year, number) of a task -> what is told of it; `revision` where the notice says that it changes a plan.
    """

    bureau: Bureau
    doc_no: str | None
    issued_on: datetime.date | None
    plans: tuple[Plan, ...]
    units: tuple[Unit, ...]
    aliases: tuple[tuple[str, Unit], ...]
    issues: tuple[Issue, ...]
    rows_read: int
    rows_kept: int
    columns: tuple[ColumnUse, ...] = ()
    set_aside: tuple[tuple[int, str], ...] = ()
    told: Mapping[tuple[str, int, int], Told] = dataclasses.field(default_factory=dict)
    revision: Revision | None = None
