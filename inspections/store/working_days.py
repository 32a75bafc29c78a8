"""Chinese working days: the calendar behind deadlines such as "within 20 working days"."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import chinese_calendar
import duckdb

if TYPE_CHECKING:
    import pandas as pd

FIRST_YEAR, LAST_YEAR = 2015, 2035


def working_days() -> pd.DataFrame:
    """One row per day: `day`, `is_working`, `is_published` and `ordinal`, the number of working days up to and with it.

    The State Council publishes holidays and the weekends worked instead a year ahead; `is_published` is False where
    that year is not known to the installed calendar, and Monday to Friday are assumed. The difference of two ordinals
    is the number of working days between two days, so a deadline is a subtraction in SQL.
    """
    import pandas as pd  # noqa: PLC0415 - only a new database needs it, and it takes half of a command's start

    days = pd.date_range(datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31)).date
    last_published = max(chinese_calendar.holidays).year
    known = [day.year <= last_published for day in days]
    working = [
        chinese_calendar.is_workday(day) if published else day.weekday() < 5
        for day, published in zip(days, known, strict=True)
    ]
    frame = pd.DataFrame({"day": days, "is_working": working, "is_published": known})
    frame["ordinal"] = frame["is_working"].cumsum().astype("int32")
    return frame


def store_working_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the table `working_day`, inside the caller's transaction."""
    days = working_days()
    connection.register("days", days)
    connection.execute("insert into working_day select day, is_working, is_published, ordinal from days")
    connection.unregister("days")
