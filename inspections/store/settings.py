"""Rules, limits and habits that an office can change: what there is (`settings.toml`), what a value may be, saving it.

A rule belongs to a year: it holds from the first day of a year on, and a change never reaches earlier years. Limits and
backups belong to the machine: they hold for everybody from the moment they are saved.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal

import duckdb

from inspections.store.database import ask, log_change, question, transaction
from inspections.store.limits import Limits, read_limits
from inspections.words.classes import EVERY
from inspections.words.errors import InspectionsError

# Four classes, or five (some provinces add one above the highest).
SCHEMES = tuple(",".join(EVERY[:count]) for count in (4, 5))
LONGEST_LABEL, LONGEST_FOLDER = 12, 500
# Settings that belong to no year are kept under this day, from which on they have always held.
ALWAYS = datetime.date(2000, 1, 1)

Type = Literal["number", "month_day", "scheme", "labels", "folder", "yes_no"]


@dataclass(frozen=True)
class Setting:
    """One row of `settings.toml`: what its fields say is said there."""

    key: str
    group: str
    type: Type
    default: str
    dated: bool
    bureau: bool
    assumption: bool
    optional: bool = False
    least: int = 0
    most: int = 0


@cache
def settings() -> dict[str, Setting]:
    """Every setting there is, by key, in the order of the page."""
    text = resources.files("inspections.store").joinpath("settings.toml").read_text("utf-8")
    return {key: Setting(key, **fields) for key, fields in tomllib.loads(text).items()}


def value_of(in_force: Mapping[str, str], key: str) -> str:
    """The value of a setting among those in force (rows of `queries/settings_in_force.sql`), else its default."""
    return in_force.get(key, settings()[key].default)


def checked(key: str, value: str, classes: tuple[str, ...] = EVERY) -> str:
    """`value` as it is kept, blanks around it taken off. `classes`: the scheme that labels are for.

    Raises InspectionsError `setting_unknown`, `setting_number` (with the range), `setting_missing`, `setting_day`,
    `setting_scheme`, `setting_labels`, `setting_folder` or `setting_yes_no`: what the value should look like.
    """
    if key not in settings():
        raise InspectionsError("setting_unknown", key=key)
    setting, value = settings()[key], value.strip()
    if value:
        return CHECKS[setting.type](setting, value, classes)
    if not setting.optional:
        raise InspectionsError("setting_missing", key=key)
    return ""


def _number(setting: Setting, value: str, _: tuple[str, ...]) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", value) or not setting.least <= int(value) <= setting.most:
        raise InspectionsError("setting_number", value=value, least=setting.least, most=setting.most)
    return str(int(value))


def _month_day(_: Setting, value: str, __: tuple[str, ...]) -> str:
    try:
        # A year without 29 February: a rule holds every year.
        datetime.date.fromisoformat(f"2023-{value}")
    except ValueError:
        raise InspectionsError("setting_day", value=value) from None
    return value


def _scheme(_: Setting, value: str, __: tuple[str, ...]) -> str:
    if value not in SCHEMES:
        raise InspectionsError("setting_scheme", value=value)
    return value


def _labels(_: Setting, value: str, classes: tuple[str, ...]) -> str:
    labels = [label.strip() for label in re.split("[,，]", value)]
    fit = all(0 < len(label) <= LONGEST_LABEL and label.isprintable() for label in labels)
    if not fit or len(labels) != len(classes) or len(set(labels)) < len(labels):
        raise InspectionsError("setting_labels", value=value, count=len(classes), longest=LONGEST_LABEL)
    return ",".join(labels)


def _folder(_: Setting, value: str, __: tuple[str, ...]) -> str:
    whole = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    if not whole or len(value) > LONGEST_FOLDER or not value.isprintable():
        raise InspectionsError("setting_folder", value=value)
    return value


def _yes_no(_: Setting, value: str, __: tuple[str, ...]) -> str:
    if value not in {"true", "false"}:
        raise InspectionsError("setting_yes_no", value=value)
    return value


CHECKS = {
    "number": _number,
    "month_day": _month_day,
    "scheme": _scheme,
    "labels": _labels,
    "folder": _folder,
    "yes_no": _yes_no,
}


def save_setting(
    connection: duckdb.DuckDBPyConnection,
    key: str,
    value: str,
    bureau_id: int | None,
    valid_from: datetime.date | None,
    actor: str,
) -> None:
    """Keep a value: from the year of `valid_from` on for a dated setting, at once for any other.

    A rule is in force for a year when it is on the year's first day, so that `valid_from` is moved to the first of
    January of its year. What held in earlier years stays. The same value again changes nothing and logs nothing.
    Raises what `checked` raises, `setting_not_per_bureau`, and `class_in_use` where a scheme would leave out a class
    that objects have.
    """
    with connection.cursor() as cursor, transaction(cursor):
        since = ALWAYS
        if key in settings() and settings()[key].dated:
            since = (valid_from or datetime.date.today()).replace(month=1, day=1)
        value = checked(key, value, tuple(_in_force(cursor, "class_scheme", bureau_id, since.year).split(",")))
        if bureau_id is not None and not settings()[key].bureau:
            raise InspectionsError("setting_not_per_bureau", key=key)
        if key == "class_scheme":
            _check_classes(cursor, value, bureau_id, since)
        # A value for everywhere has no bureau, and the table's key does not hold two rows without one apart.
        same = "key = ? and bureau_id is not distinct from ? and valid_from = ?"
        where = [key, bureau_id, since]
        row = cursor.execute(f"select value from setting where {same}", where).fetchone()  # noqa: S608 - our own text
        if row == (value,):
            return
        if row:
            cursor.execute(f"update setting set value = ? where {same}", [value, *where])  # noqa: S608 - our own text
        else:
            cursor.execute("insert into setting (key, value, bureau_id, valid_from) values (?, ?, ?, ?)",
                           [key, value, bureau_id, since])  # fmt: skip
        log_change(
            cursor,
            actor=actor,
            action="setting",
            subject=f"setting {key}" if bureau_id is None else f"setting {key} bureau {bureau_id}",
            before={"value": row[0], "valid_from": since} if row else None,
            after={"value": value, "valid_from": since},
        )


def drop_setting(
    connection: duckdb.DuckDBPyConnection, key: str, bureau_id: int | None, valid_from: datetime.date, actor: str
) -> None:
    """Take back one saved value, so that what held before (or everywhere) holds again.

    Raises InspectionsError `setting_unknown`; where there is no such value nothing happens: somebody was faster.
    """
    if key not in settings():
        raise InspectionsError("setting_unknown", key=key)
    where = [key, bureau_id, valid_from]
    with connection.cursor() as cursor, transaction(cursor):
        row = cursor.execute(
            "delete from setting where key = ? and bureau_id is not distinct from ? and valid_from = ? returning value",
            where,
        ).fetchone()
        if row is None:
            return
        if key == "class_scheme":
            _check_classes(cursor, _in_force(cursor, key, bureau_id, valid_from.year), bureau_id, valid_from)
        log_change(
            cursor,
            actor=actor,
            action="setting",
            subject=f"setting {key}" if bureau_id is None else f"setting {key} bureau {bureau_id}",
            before={"value": row[0], "valid_from": valid_from},
        )


def _in_force(cursor: duckdb.DuckDBPyConnection, key: str, bureau_id: int | None, year: int) -> str:
    rows = cursor.execute(question("settings_in_force"), {"bureau_id": bureau_id, "year": year}).fetchall()
    return value_of(dict(rows), key)


def _check_classes(cursor: duckdb.DuckDBPyConnection, scheme: str, bureau_id: int | None, since: datetime.date) -> None:
    """A scheme holds every class that an object of the bureau (of any bureau: None) has on its first day or later."""
    found = cursor.execute(
        """
        select cast(risk_class.class as varchar), count(distinct risk_class.object_id)
        from risk_class
        where (risk_class.valid_to is null or risk_class.valid_to > $since)
            and not list_contains($scheme, cast(risk_class.class as varchar))
            and ($bureau_id is null or risk_class.object_id in (
                select object_scope.object_id
                from object_scope inner join scope on object_scope.scope_id = scope.scope_id
                where scope.bureau_id = $bureau_id
            ))
        group by risk_class.class order by risk_class.class
        """,
        {"since": since, "scheme": scheme.split(","), "bureau_id": bureau_id},
    ).fetchone()
    if found:
        raise InspectionsError("class_in_use", risk_class=found[0], count=found[1])


def limits_in_force(connection: duckdb.DuckDBPyConnection) -> Limits:
    """How much a file may hold before it is refused unread, today."""
    rows = ask(connection, "settings_in_force", bureau_id=None, year=datetime.date.today().year)
    return read_limits(dict(zip(rows["key"], rows["value"], strict=True)))
