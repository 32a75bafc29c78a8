"""The period of a task as a cell of a plan names it, and the years and days that lines name.

Like `proportions`, nothing here raises on any text: what cannot be read comes back as None with a remark.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from itertools import pairwise

from inspections.files.characters import DASHES, folded, printable, squeezed, with_digits
from inspections.files.counts import COUNTED
from inspections.files.dates import date_words, moment
from inspections.notice.left_over import unread
from inspections.notice.remarks import LONGEST_VALUE, Remark
from inspections.notice.vocabulary import says_nothing


@dataclass(frozen=True)
class Window:
    """The first and last day of a period, both inclusive; None where it cannot be told.

    `parts` are the periods that it lists (3、6、9、12月: four), `apart` whether all of them stand apart.
    """

    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    remarks: tuple[Remark, ...] = ()
    parts: int = 1
    apart: bool = False


_QUARTERS = {"一": 1, "二": 4, "三": 7, "四": 10, "1": 1, "2": 4, "3": 7, "4": 10}
_WHOLE_YEAR = "全年度?|年内|全年内|常年|长期|年度内|本年度|贯穿全年|每个?月|每个?季度?|每半年|每年|按季度?|按月|按半年"
_DATE_TOKEN = re.compile(
    r"(?P<iso_y>(?:19|20)\d{2})(?P<sep>[-/.])(?P<iso_m>\d{1,2})(?P=sep)(?P<iso_d>\d{1,2})(?:日|(?!\d))"
    r"|(?<!\d)(?P<run_y>20\d{2})(?P<run_m>\d{2})(?P<run_d>\d{2})(?!\d)"
    r"|(?:(?P<q_y>(?:20)?\d{2})年)?(?P<q_next>次年|明年|翌年)?第?(?P<q>[一二三四1-4])季度?(?P<q_end>[末底])?"
    r"|(?:(?P<h_y>(?:20)?\d{2})年)?(?P<h_next>次年|明年|翌年)?(?P<h>[上下])半年"
    rf"|(?:(?P<y>(?:20)?\d{{2}})年)?(?P<next>次年|明年|翌年)?(?P<m>\d{{1,2}})月份?(?:(?P<d>\d{{1,2}})(?:日|(?!{COUNTED}|%))(?!\d|月)|(?P<part>月?(?:底|末|初|上旬|中下旬|上中旬|中旬|下旬)))?"
    r"|(?P<ym_y>20\d{2})[-/.](?P<ym_m>\d{1,2})(?![\d])"
    r"|(?<![\d.])(?P<md_m>\d{1,2})[./](?P<md_d>\d{1,2})(?![\d.])"
    r"|(?P<end_y>(?:20\d{2})?)年(?P<end>底|末|终)"
    rf"|(?P<whole_y>20\d{{2}})年度?(?!\d)(?:{_WHOLE_YEAR})?"
    rf"|(?P<whole>{_WHOLE_YEAR})"
    r"|(?<![\d月])(?P<only_d>\d{1,2})日"
)


_EVERY_OTHER = {"单": "1、3、5、7、9、11月", "双": "2、4、6、8、10、12月"}


def _two_quarters(found: re.Match[str]) -> str:
    """Two quarters as one period (二、三季度; 二至四季度) or, with a gap between them, as two (一季度、三季度)."""
    first, sign, second = found.groups()
    together = sign in {"", "-"} or _QUARTERS[second] - _QUARTERS[first] == 3
    return f"{first}季度{'-' if together else '、'}{second}季度"


def _month_span(year: int, month: int, part: str | None) -> tuple[datetime.date, datetime.date]:
    last = calendar.monthrange(year, month)[1]
    first_day, last_day = {
        "初": (1, 10),
        "上旬": (1, 10),
        "上中旬": (1, 20),
        "中旬": (11, 20),
        "中下旬": (11, last),
        "下旬": (21, last),
        "底": (last, last),
        "末": (last, last),
    }.get((part or "").removeprefix("月"), (1, last))
    return datetime.date(year, month, first_day), datetime.date(year, month, last_day)


def _full_year(text: str | None, default: int) -> int:
    if not text:
        return default
    return 2000 + int(text) if len(text) == 2 else int(text)


def _ascii_dates(text: str) -> str:
    """A window's text without blanks, with digits for numerals and one sign for every kind of dash."""
    # The hour behind a day goes before the blank between them does.
    text = re.sub(r"(?<=[\d日号])[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)", " ", folded(text))
    text = "".join(text.split())[:LONGEST_VALUE]
    text = re.sub(r"(\d{4}-\d{1,2}-\d{1,2})00:00(?::00)?(?:\.0+)?", r"\1", text)
    text = re.sub(r"(?<=[月日号])一(?=\d|[一二三四五六七八九十]+月)", "-", text)
    text = with_digits(text, "[年月日号]")
    text = text.replace("号", "日")
    # "逢双月": six months of the year.
    text = re.sub("[逢每]?([单双])月份?", lambda found: _EVERY_OTHER[found[1]], text)
    text = re.sub(rf"[{DASHES}~〜一](?=\d)|[{DASHES}~〜]+|-{{2,}}|起?至|起?到", "-", text)
    text = re.sub(r"上[、,和及]?下半年", "上半年、下半年", text)
    # "3、6、9、12月" and "一、二、三季度": the earlier numbers borrow their unit from the last.
    text = re.sub(
        r"(?<![\d月./-])(1[0-2]|[1-9])月?(?=(?:[、,和及](?:1[0-2]|[1-9])月?)*[、,和及](?:1[0-2]|[1-9])月)",
        r"\1月",
        text,
    )
    text = re.sub(
        r"第?([一二三四1-4])季?度?(?=(?:[、,和及]第?[一二三四1-4]季?度?)+[、,和及]第?[一二三四1-4]季)", r"\1季度", text
    )
    text = re.sub(r"第?([一二三四1-4])(?:季度?)?([、,和及\-]?)第?([一二三四1-4])季度?", _two_quarters, text)
    # "2024.4-6" and "9月-11": the last number borrows its unit from the first.
    text = re.sub(r"(20\d{2})([-/.])(\d{1,2})-(\d{1,2})(?![\d./月日-])", r"\1\2\3-\4月", text)
    text = re.sub(r"(?<=月)-(\d{1,2})(?![\d月日./-])", r"-\1月", text)
    # "3-6月" and "3月1-15日": the first number borrows its unit from the second.
    text = re.sub(r"(?<![\d月./-])(\d{1,2})(?=-\d{1,2}月)", r"\1月", text)
    return re.sub(r"(\d{1,2})月(\d{1,2})-(\d{1,2})日", r"\1月\2日-\1月\3日", text)


@dataclass(frozen=True)
class _Span:
    first: datetime.date
    last: datetime.date
    start: int
    end: int


def _spans(text: str, year: int) -> tuple[list[_Span], list[Remark], bool]:
    """The date spans in `text`, remarks, and whether something in it only looks like a date."""
    spans: list[_Span] = []
    remarks: list[Remark] = []
    broken = False
    current = year
    for found in _DATE_TOKEN.finditer(text):
        group = found.groupdict()
        if group["only_d"] and not spans:
            continue
        current, month, last_month, day = _parts(group, year, current, spans[-1].last.month if spans else 1)
        if not 1 <= month <= 12 or not 1 <= current <= 9998 or (day is not None and not 1 <= day <= 31):
            broken = True
            continue
        if day is None:
            first, last = (
                _month_span(current, month, group["part"])[0],
                _month_span(current, last_month, group["part"])[1],
            )
        else:
            longest = calendar.monthrange(current, month)[1]
            first = last = datetime.date(current, month, min(day, longest))
            if day > longest:
                remarks.append(Remark("date_impossible", "warning", {"text": found[0], "used": first.isoformat()}))
        spans.append(_Span(first, last, found.start(), found.end()))
    return spans, remarks, broken


def _parts(group: dict[str, str | None], year: int, current: int, month: int) -> tuple[int, int, int, int | None]:
    """Year, first month, last month and day (None for whole months) of one match of `_DATE_TOKEN`.

    `year` is the plan's, `current` and `month` those of the date before: what a date leaves out it borrows from them.
    """

    def number(name: str) -> int:
        return int(group[name] or 0)

    later = group["q_next"] or group["h_next"] or group["next"]
    named = year + 1 if later else _full_year(group["q_y"] or group["h_y"] or group["y"], current)
    parts: tuple[int, int, int, int | None] = named, number("m"), number("m"), number("d") if group["d"] else None
    if group["iso_y"] or group["run_y"]:
        full = "iso" if group["iso_y"] else "run"
        parts = number(f"{full}_y"), number(f"{full}_m"), number(f"{full}_m"), number(f"{full}_d")
    elif group["ym_y"]:
        parts = number("ym_y"), number("ym_m"), number("ym_m"), None
    elif group["md_m"]:
        parts = current, number("md_m"), number("md_m"), number("md_d")
    elif group["only_d"]:
        parts = current, month, month, number("only_d")
    elif group["end"]:
        parts = _full_year(group["end_y"], current), 12, 12, 31
    elif group["whole_y"] or group["whole"]:
        parts = _full_year(group["whole_y"], current), 1, 12, None
    elif group["q"]:
        last = _QUARTERS[group["q"]] + 2
        parts = (
            (named, last, last, calendar.monthrange(named, last)[1])
            if group["q_end"]
            else (named, last - 2, last, None)
        )
    elif group["h"]:
        parts = (named, 1, 6, None) if group["h"] == "上" else (named, 7, 12, None)
    return parts


def _finest(spans: list[_Span], words: str) -> list[_Span]:
    """`spans` without whole years that only say which year the months beside them are in ("2024年（3-11月）")."""
    whole = [(s.first.month, s.first.day, s.last.month, s.last.day) == (1, 1, 12, 31) for s in spans]
    if len(spans) < 2 or not any(whole) or all(whole):
        return spans
    kept = []
    for index, span in enumerate(spans):
        after = words[span.end : spans[index + 1].start] if index + 1 < len(spans) else ""
        before = words[spans[index - 1].end : span.start] if index else ""
        inside = any(span.first <= other.first and other.last <= span.last for other in spans if other is not span)
        if not (whole[index] and inside and "-" not in after + before):
            kept.append(span)
    return kept


_BEFORE_IT = re.compile(r"\(?含?\)?(?:之?以?前(?!后)|止|完成|办结|结束)")
_AFTER_IT = re.compile(r"\(?含?\)?(?:起|之?以?后|开始|-$)")

_MONTHS_ALONE = re.compile(r"(?:1[0-2]|[1-9])(?:[-、,](?:1[0-2]|[1-9]))+")
# Words around a day that say of which end it is, which were read, or of what of it.
_AROUND = re.compile(
    r"第[一二三四五六\d]{1,2}(?:轮|批次?|阶段)|之?以?前|之?以?后|起|止|始|至|到|截至|截止|不晚于|不迟于|最迟|最晚|[上中下]旬|每个?(?:季度?|半年|月)|第[一二三四\d]个?月?|末|底|初|首个?月?"
    r"|最后|自|[一二三四两\d]{1,3}次|\d{1,2}日"
)

# "汛期(6-9月)": what stands before the days calls them by a name.
_NAMED_SEASON = re.compile(r"[\u4e00-\u9fff]{1,10}\([^\u4e00-\u9fff()]*(?:[年月日号季度旬上下半底初至\-、\d]+)\)")


def _of_one(
    span: _Span, words: str, *, deadline: bool
) -> tuple[datetime.date, datetime.date, tuple[datetime.date, ...]]:
    """The first and the last day that one span of `words` means, and the end that it leaves open, where it does."""
    starts, ends, before, after = span.first, span.last, words[: span.start], words[span.end :]
    whole = (span.last - span.first).days > 31
    end_only = deadline and not whole and not _AFTER_IT.match(after)
    end_only |= re.search("[底末终]$", words[span.start : span.end]) is not None and not _AFTER_IT.match(after)
    by_then = _BEFORE_IT.match(after) or re.search(r"(?:截至|截止|截止到|不晚于|不迟于|最迟|于?-)$", before)
    if end_only or (by_then and not (whole and re.match("完成|办结|结束", after))):
        starts = datetime.date(ends.year, 1, 1)
        return starts, ends, (starts,)
    if _AFTER_IT.match(after) or (re.search(r"自$", before) and not after.startswith("-")):
        ends = datetime.date(starts.year, 12, 31)
        return starts, ends, (ends,)
    return starts, ends, ()


def window(text: str, year: int, *, deadline: bool = False) -> Window:
    """The period a cell names; a year it does not say is `year`; months and quarters run from first to last day.

    `deadline`: its header asks by when (完成时限), so a month or a day alone is the end of a period that begins with
    the year. The end of a month or of the year (10月底, 年底) is that under any header.
    """
    if says_nothing(text):
        return Window(remarks=(Remark("window_missing", "warning"),))
    shown = " ".join(printable(text).split())
    words = _ascii_dates(text)
    # Under the heading of a period "2-11" and "3、6、9" can only be months.
    assumed = []
    if _MONTHS_ALONE.fullmatch(words):
        words = re.sub(r"\d+", r"\g<0>月", words)
        assumed = [Remark("window_months_assumed", "note", {"text": shown})]
    spans, remarks, broken = _spans(words, year)
    remarks += assumed
    if not spans or broken:
        return Window(remarks=(*remarks, Remark("window_unreadable", "warning", {"text": shown})))
    each = re.search(r"每个?(?:季度?|半年|月)", words)
    if each and re.match(r"[^,;。]{0,4}(?:第|末|底|初|首|最后|前|后|\d)(?!一?次|\d*次)", words[each.end() :]):
        # "每季度末月", "每个季度第一个月的15日内": several windows in a year.
        starts, ends = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        note = Remark("window_several", "note", {"text": shown, "starts": str(starts), "ends": str(ends)})
        return Window(starts, ends, (note,))
    spans = _finest(spans, words)
    first, last = spans[0], spans[-1]
    starts, ends = first.first, last.last
    after = words[first.end :]
    if len(spans) == 1:
        starts, ends, one_sided = _of_one(first, words, deadline=deadline)
        remarks += [Remark("window_one_sided", "note", {"text": shown, "used": day.isoformat()}) for day in one_sided]
    gaps = [words[a.end : b.start] for a, b in pairwise(spans)]
    listed = [bool(re.search("[、,;和及]", gap)) for gap in gaps]
    apart = [(b.first - a.last).days > 1 for a, b in pairwise(spans)]
    if any(listed):
        starts, ends = min(s.first for s in spans), max(s.last for s in spans)
        if _BEFORE_IT.match(after):
            # "6月30日前完成第一批，11月30日前完成第二批": what is due first has no beginning either.
            starts = datetime.date(starts.year, 1, 1)
        if any(apart):
            remarks.append(Remark("window_several", "note", {"text": shown, "starts": str(starts), "ends": str(ends)}))
    if ends < starts:
        return Window(remarks=(*remarks, Remark("window_reversed", "warning", {"text": shown})))
    if ends.year > starts.year and re.search("次年|明年|翌年", words):
        remarks.append(Remark("window_next_year", "note", {"text": shown, "ends": ends.isoformat()}))
    # Months, quarters and half years of a list are times; days by which something is due are none.
    plain = all(s.first.day == 1 and (s.last + datetime.timedelta(days=1)).day == 1 for s in spans)
    several = bool(listed) and all(listed) and plain and not _BEFORE_IT.match(after)
    if not remarks and not _NAMED_SEASON.fullmatch(words):
        remarks = list(unread(shown, words, (_DATE_TOKEN, _AROUND)))
    return Window(starts, ends, tuple(remarks), len(spans) if several else 1, several and all(apart))


_YEAR = re.compile(r"(?<!\d)((?:20)\d{2})(?=\s*(?:年|度|版))")


def years_named(text: str) -> tuple[int, ...]:
    """The years (2000–2099) that words name with 年 or 年度, in order, each once."""
    words = with_digits("".join(folded(text).split())[:LONGEST_VALUE], "年")
    return tuple(dict.fromkeys(int(found) for found in _YEAR.findall(words)))


def year_of(text: str) -> int | None:
    """The first year that words name, or None."""
    named = years_named(text)
    return named[0] if named else None


_AROUND_A_DATE = re.compile(
    r"^[•·●▪*]\s*|^(?:发布|成文|发文|印发|公开|公示|公布)?\s*(?:日期|时间)\s*:?\s*|\s*(?:印发|发布)$"
    # What a page says beside the day on which it was put there.
    r"|\s+(?:信息|文章|稿件)?(?:来源|作者|编辑|责任编辑|浏览|点击|阅读|访问|字号|字体)[^,。;]*$"
)


def single_date(text: str) -> datetime.date | None:
    """The day that a whole line is ("2023 年 2 月 8 日", "二〇二三年二月八日印发", "2023-02-08"), else None."""
    words = _AROUND_A_DATE.sub("", re.sub(r"^\((.*)\)$", r"\1", folded(text)[:120].strip()))
    # Blanks part the figures of a line that is set wide, and the hour from the day.
    found = moment(date_words(words if ":" in words else squeezed(words)), spelled_out=True).at
    return found.date() if found else None
