"""The Chinese working calendar: holidays off, shifted weekends on, Monday to Friday where no calendar is published."""

from __future__ import annotations

import datetime

import chinese_calendar
import pytest

from inspections.store.working_days import FIRST_YEAR, LAST_YEAR, working_days

DAYS = working_days().set_index("day")


def between(first: str, last: str) -> int:
    ordinals = DAYS["ordinal"]
    return int(ordinals[datetime.date.fromisoformat(last)] - ordinals[datetime.date.fromisoformat(first)])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2023-01-20", True),  # the Friday before Spring Festival
        ("2023-01-21", False),
        ("2023-01-27", False),  # its last day off
        ("2023-01-28", True),  # Saturday, worked instead
        ("2023-01-29", True),  # Sunday, worked instead
        ("2023-09-29", False),  # Mid-Autumn
        ("2023-10-02", False),  # Monday of National Day
        ("2023-10-06", False),
        ("2023-10-07", True),  # Saturday, worked instead
        ("2023-10-08", True),
        ("2024-02-04", True),  # Sunday before Spring Festival 2024, worked
        ("2024-02-09", True),  # New Year's Eve was a working day in 2024
        ("2024-03-09", False),  # a plain Saturday
        ("2024-03-11", True),
    ],
)
def test_published_days(day: str, works: bool) -> None:
    row = DAYS.loc[datetime.date.fromisoformat(day)]
    assert (bool(row["is_working"]), bool(row["is_published"])) == (works, True)


def test_ordinals_count_working_days_across_holidays() -> None:
    assert between("2023-01-20", "2023-01-30") == 3  # 28, 29 and 30 January
    assert between("2023-09-28", "2023-10-09") == 3  # 7, 8 and 9 October
    assert between("2024-03-08", "2024-03-10") == 0
    assert between("2024-04-08", "2024-05-08") == 20


def test_years_nobody_published_are_monday_to_friday_and_say_so() -> None:
    last = max(chinese_calendar.holidays).year
    unknown = DAYS[[day.year > last for day in DAYS.index]]
    assert not unknown["is_published"].any()
    assert [bool(works) for works in unknown["is_working"]] == [day.weekday() < 5 for day in unknown.index]
    assert DAYS.loc[datetime.date(last, 12, 31), "is_published"]


def test_every_day_of_the_range_is_there_once_and_ordinals_never_jump() -> None:
    assert DAYS.index.is_unique
    assert len(DAYS) == (datetime.date(LAST_YEAR, 12, 31) - datetime.date(FIRST_YEAR, 1, 1)).days + 1
    assert (DAYS["ordinal"].diff().iloc[1:] == DAYS["is_working"].iloc[1:].astype(int)).all()
