"""The day or the moment that a whole cell or line names, in every way that people and programs write one."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from inspections.files.characters import DASHES, folded, with_digits

FIRST_YEAR, LAST_YEAR = 2000, 2100
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_SEPARATOR = r"\s*[-/.、]\s*"
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_TIME = (
    r"(?:\s*T?\s*(?P<half>上午|下午|晚上?|凌晨|早上|中午|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?::|时|点)\s*(?P<minute>\d{1,2}|半)?"
    r"\s*(?::|分)?\s*(?:(?P<second>\d{1,2})(?:\.\d{1,9})?秒?)?\s*(?P<after>AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?\s*"
)
_SPOKEN = re.compile(rf"(?i)(?P<y>\d{{4}}|\d{{2}})\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日?{_TIME}")
_ISO = re.compile(rf"(?i)(?P<y>\d{{4}}){_SEPARATOR}(?P<m>\d{{1,2}}){_SEPARATOR}(?P<d>\d{{1,2}})日?{_TIME}")
_RUN = re.compile(rf"(?i)(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}")
_RUN_ON = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?")
_SHORT = re.compile(rf"(?i)(?P<a>\d{{1,2}}){_SEPARATOR}(?P<b>\d{{1,2}}){_SEPARATOR}(?P<c>\d{{4}}|\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(?i)(?P<d>\d{{1,2}})[-/ ](?P<name>{_MONTHS})[a-z]*[-/ ,]+(?P<y>\d{{4}}|\d{{2}}){_TIME}")
_MONTH_FIRST = re.compile(rf"(?i)(?P<name>{_MONTHS})[a-z]*\.?[- ](?P<d>\d{{1,2}})[-, ]+(?P<y>\d{{4}}){_TIME}")
_NO_YEAR = re.compile(rf"(?i)(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日?{_TIME}")
_SERIAL = re.compile(r"(?P<day>\d{5})(?:\.(?P<part>\d{1,17}))?")
_NO_DAY = re.compile(
    rf"(?:\d{{4}}|\d{{2}})(?:年|{_SEPARATOR})\d{{1,2}}月?|\d{{4}}年|\d{{6}}|\d{{4}}年?(?:第?[1-4]季度?|[上下]半年)"
)
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
# Half a day behind a day, without an hour: the day is meant.
_HALF_DAY = re.compile(r"(?<=\d|日|号)\s*[(（]?(?:上午|下午|全天)[)）]?$")
_EXCEL_DAY_0 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a clerk's file tells local time
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


@dataclass(frozen=True)
class Moment:
    """A moment without zone, midnight where only a day is named; else `fault`, a code of the section `issues`."""

    at: datetime.datetime | None = None
    fault: str | None = None


def date_words(text: str) -> str:
    """`text` as dates are read from it: half-width, digits for numerals, one sign for dashes, no day of the week."""
    words = _HALF_DAY.sub("", _WEEKDAY.sub(" ", folded(text).strip()))
    words = with_digits(words, r"\s*[年月日号时点分]")
    words = re.sub(f"[{DASHES}]", "-", words.replace("号", "日"))
    return " ".join(words.strip("'‘’`\" ").split())


def moment(words: str, *, year: int | None = None, spelled_out: bool = False) -> Moment:
    """The moment that `date_words` name.

    `year` is the one that a date without a year means. `spelled_out`: only a full year, month and day with words or
    signs between them (a number alone, in the middle of a text, is a number). Faults: `date_unreadable`,
    `date_ambiguous`, `date_incomplete`, `date_year_missing`, `day_impossible`, `date_out_of_range`.
    """
    forms = (_SPOKEN, _ISO) if spelled_out else (_SPOKEN, _ISO, _RUN, _RUN_ON, _DAY_FIRST, _MONTH_FIRST)
    for pattern in forms:
        if found := pattern.fullmatch(words):
            group = found.groupdict()
            if spelled_out and len(group["y"]) == 2:
                break
            month = _MONTHS.split("|").index(group["name"].casefold()) + 1 if group.get("name") else int(group["m"])
            return _at(group, _full_year(group["y"]), month, int(group["d"]))
    return Moment(fault="date_unreadable") if spelled_out else _short_moment(words, year)


def _short_moment(words: str, year: int | None) -> Moment:
    """What leaves something out or says it by a number alone."""
    if found := _SHORT.fullmatch(words):
        return _in_some_order(found.groupdict())
    if found := _NO_YEAR.fullmatch(words):
        return _at(found.groupdict(), year, int(found["m"]), int(found["d"]))
    if found := _SERIAL.fullmatch(words):
        part = datetime.timedelta(seconds=round(float(f"0.{found['part'] or 0}") * 86_400))
        return _in_range(_EXCEL_DAY_0 + datetime.timedelta(days=int(found["day"])) + part)
    return Moment(fault="date_incomplete" if _NO_DAY.fullmatch(words) else "date_unreadable")


_BETWEEN = re.compile(r"\s*(?:至|到|[~～]|-+|[、,，;；]|和|及)\s*|\s+")
_REST_OF_DAY = re.compile(r"(?:(?:(?P<y>\d{4})[年./-])?(?P<m>\d{1,2})[月./-])?(?P<d>\d{1,2})日?")
_HOUR = re.compile(r"(?:上午|下午)?\d{1,2}[:时点]\d{0,2}分?(?::\d{2})?")


def first_and_last(words: str, *, year: int | None = None) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last of several days that `date_words` name ("3月1日至3日"), the year of one being the other's.

    None where they name no two, or the later one first.
    """
    words = re.sub(r"^(?:从|自)|止$", "", words)
    for sign in _BETWEEN.finditer(words):
        left, right = words[: sign.start()], words[sign.end() :]
        ends = moment(right).at
        begins = moment(left, year=ends.year if ends else year).at
        if not begins or not left or left.isdigit() != right.isdigit():
            continue
        last = ends.date() if ends else None
        if last is None and _HOUR.fullmatch(right):
            last = begins.date()
        elif last is None and (rest := _REST_OF_DAY.fullmatch(right)):
            numbers = (int(rest["y"] or begins.year), int(rest["m"] or begins.month), int(rest["d"]))
            last = day(*numbers)
        if last and begins.date() <= last:
            return begins.date(), last
    return None


def day(year: int, month: int, day: int) -> datetime.date | None:
    """The day of these numbers, or None where the calendar has none."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def plain_moment(text: str) -> datetime.datetime | None:
    """The moment written as a database writes it, read at once: of a million moments nearly all are."""
    if _PLAIN.fullmatch(text) and str(FIRST_YEAR) <= text[:4] <= str(LAST_YEAR):
        with contextlib.suppress(ValueError):
            return datetime.datetime.fromisoformat(text)
    return None


def _full_year(digits: str) -> int:
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _in_some_order(group: dict[str, str | None]) -> Moment:
    """Three short numbers: the year comes last (month or day first), or it has two digits and comes first."""
    first, last = group["a"] or "", group["c"] or ""
    a, b, c = int(first), int(group["b"] or 0), int(last)
    if len(last) == 4:
        orders = [(c, a, b), (c, b, a)]
    else:
        orders = [(2000 + a, b, c)] if len(first) == 2 else [(2000 + c, b, a)]
        orders = orders if len(last) == 1 else [*orders, (2000 + c, a, b)]
    if len(first) == len(last) == 1:
        return Moment(fault="date_unreadable")
    possible = {order for order in orders if day(*order)}
    if len(possible) > 1:
        return Moment(fault="date_ambiguous")
    return _at(group, *(possible.pop() if possible else orders[0]))


def _at(group: Mapping[str, str | None], year: int | None, month: int, number: int) -> Moment:
    if year is None:
        return Moment(fault="date_year_missing")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Moment(fault="date_out_of_range")
    if day(year, month, number) is None:
        return Moment(fault="day_impossible")
    hour, half = int(group["hour"] or 0), (group.get("half") or group.get("after") or "").upper()
    if (half in {"下午", "晚", "晚上", "PM"} and hour < 12) or (half == "中午" and hour < 11):
        hour += 12
    elif half in {"上午", "凌晨", "AM"} and hour == 12:
        hour = 0
    minute = 30 if group["minute"] == "半" else int(group["minute"] or 0)
    second = int(group["second"] or 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return Moment(fault="date_unreadable")
    at = datetime.datetime(year, month, number) + datetime.timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
    # Without seconds "-11:00" is no zone: an inspection took from nine to eleven.
    if (zone := group.get("zone")) and (group["second"] or not zone.startswith("-")):
        # An export in universal time: 16:00 of the day before is midnight here.
        ahead = datetime.timedelta(0)
        if zone not in {"Z", "z"}:
            ahead = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
        if abs(ahead) >= datetime.timedelta(hours=24):
            return Moment(fault="date_unreadable")
        at = at.replace(tzinfo=datetime.timezone(ahead)).astimezone(_CHINA).replace(tzinfo=None)
    return _in_range(at)


def _in_range(at: datetime.datetime) -> Moment:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return Moment(fault="date_out_of_range")
    return Moment(at)
