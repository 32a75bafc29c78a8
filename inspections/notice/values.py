"""What one cell of a plan table says: proportions, windows, dates, document numbers, items and unit names.

Pure functions over text. None of them raises on any text: what cannot be read comes back as None with a remark
(`Remark`), so that the row around it is kept and the words stay verbatim beside the numbers.
"""

from __future__ import annotations

import calendar
import datetime
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import pairwise

from inspections.notice.headers import vocabulary

# Proportions are DECIMAL(9, 6) in the data contract, counts INTEGER.
_STEP = Decimal("0.000001")
_LARGEST_COUNT = 2_000_000_000
# Longer cells are not read for numbers: no notice has them, and a hostile file could.
_LONGEST_VALUE = 2_000


@dataclass(frozen=True)
class Remark:
    """Something off in one value: a code of the section `issues` in the text files, and its parameters."""

    code: str
    severity: str
    parameters: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassRate:
    """What a notice plans for one risk class: a proportion or a number of objects, and visits a year."""

    rate: Decimal | None = None
    rate_op: str | None = None
    quota: int | None = None
    times_per_year: int | None = None


@dataclass(frozen=True)
class Proportion:
    """Everything a proportion cell can say: `rate` in [0, 1], `rate_op` '=', '>=' or '>'; None where it is silent."""

    rate: Decimal | None = None
    rate_op: str | None = None
    rate_max: Decimal | None = None
    quota: int | None = None
    times_per_year: int | None = None
    class_rates: dict[str, ClassRate] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    pool: int | None = None


@dataclass(frozen=True)
class Window:
    """The first and last day of a period, both inclusive; None where it cannot be told."""

    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class ItemText:
    """One item of an items cell and the department that the cell says checks it (as written there), else None."""

    name: str
    department: str | None = None


# ---------------------------------------------------------------------------------------------------- characters


def printable(text: str) -> str:
    """`text` without control characters (NUL among them), line breaks and tabs kept."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def folded(text: str) -> str:
    """`text` printable, with full-width letters, digits and signs made half-width."""
    return printable(unicodedata.normalize("NFKC", text))


def squeezed(text: str) -> str:
    """`text` printable and without any blank; the characters themselves stay as written."""
    return "".join(printable(text).split())


def says_nothing(text: str) -> bool:
    """Whether a cell is empty or holds one of the words for "nothing" (无, /, —)."""
    return squeezed(text) in vocabulary()["nothing"]["words"]


_DIGIT = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_PLACE = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇○一二两三四五六七八九十百千]"


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below 10,000 (三十五) or of digits read out (二〇二三); None otherwise."""
    if not text or len(text) > 9 or any(c not in _DIGIT and c not in _PLACE for c in text):
        return None
    if not any(c in _PLACE for c in text):
        return int("".join(str(_DIGIT[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _PLACE:
            total += (digit or 1) * _PLACE[c]
            digit = 0
        else:
            digit = _DIGIT[c]
    return total + digit


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else chinese_number(text)


def _in_digits(text: str, before: str) -> str:
    """Chinese numerals that stand before one of `before` (a regular expression), written as digits."""
    return re.sub(f"{_NUMERAL}{{1,9}}(?={before})", lambda found: str(_number(found[0])), text)


# ---------------------------------------------------------------------------------------------------- proportions

_FIGURE = r"(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})"
# The longer word decides ("不低于" holds "低于"), so the order matters.
_AT_LEAST = (
    r"大于或?等于|高于或?等于|不得?低于|不得?少于|不得?小于|不应低于|不应少于|不应小于|至少|最低|最少|起码"
    r"|≥|>=|=>|⩾|≧|达到|达"
)
_AT_MOST = (
    r"小于或?等于|低于或?等于|不得?超过|不得?高于|不得?大于|不得?多于|不应超过|不应高于|至多|最多|最高"
    r"|≤|<=|=<|⩽|≦|低于|小于|少于|<"
)
_MORE_THAN = r"大于|超过|高于|多于|>"
# What may stand between a bound and its figure: 不低于(总数的)5%, 至少对5%, 最低抽查(比例为)5%.
_GAP = r"(?:[^\d%,;。、()]{0,8}的)?(?:随机)?(?:抽查|抽取|检查|抽检)?(?:比例|数量)?[对按]?[为:]?"
_BEFORE = rf"(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST})|(?P<more>{_MORE_THAN}))?{_GAP}"
_AFTER = r"(?:(?P<least_after>\(?含?\)?[及或]?以上|起步?|\+)|(?P<most_after>\(?含?\)?[及或]?(?:以下|以内|之内)))?"
_SHARE = re.compile(rf"{_BEFORE}(?P<figure>{_FIGURE})(?P<sign>[%‰]){_AFTER}")
_RANGE = re.compile(rf"(?P<low>{_FIGURE})%?(?:-|至|到|~)(?P<high>{_FIGURE})%")
_COUNTED = r"(?:户次|家次|户|家|个|件|宗|起|处|批次|批|名|人|所|座|项|辆|艘|台|例|幅|条|栋|片|块)"
_COUNT = re.compile(rf"{_BEFORE}(?P<figure>\d{{1,9}}){_COUNTED}(?!月|季|工作日){_AFTER}")
_COUNT_RANGE = re.compile(rf"(?P<low>\d{{1,9}}){_COUNTED}?(?:-|至|到|~)(?P<high>\d{{1,9}}){_COUNTED}")
_POOL = re.compile(rf"(?:共有?|总数|基数|从)[为:]?约?(?P<figure>\d{{1,9}}){_COUNTED}?(?:中|[,;。()]|$)")
_VERB = r"(?:至少|不少于|不低于|开展|抽查|检查|抽取|各|随机|原则上|进行|组织|实施)*"
_TIMES = (
    (re.compile(rf"每?半年度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?半年"), 2),
    (re.compile(rf"每?个?月度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?个?月"), 12),
    (re.compile(rf"每?个?季度?{_VERB}(\d{{1,3}})次|(\d{{1,3}})次/每?个?季度?"), 4),
)
# "每季度抽查5%", "2家/季度", a frequency column that says "按季度": once in each of them.
_ONCE_EACH = (
    (re.compile("(?:每|按)个?季度?|/季"), 4),
    (re.compile("(?:每|按)个?月度?|/月"), 12),
    (re.compile("每半年|/半年"), 2),
)
_EVERY_SO_MANY_YEARS = re.compile(rf"每?[2-9]年{_VERB}\d{{1,3}}次|\d{{1,3}}次/[2-9]年")
_EVERY_FEW_DAYS = re.compile(r"每[周日天]|次/[周日天]|不定期|随时|按需")
_TIMES_A_YEAR = re.compile(r"(\d{1,3})次")
_ALL = "全覆盖|全面覆盖|全部|全数|全面检查|全面抽查|全量|逐户|逐一"


@cache
def _class_words() -> dict[str, str]:
    words = vocabulary()["classes"]
    return {word: words[word] for word in sorted(words, key=lambda w: -len(w))}


@cache
def _class_pattern() -> str:
    # AA is a credit rating, not a class; "D类(高风险)" says the class twice.
    letters = (
        r"(?P<letters>(?<![A-Za-z])(?!AA|BB|CC|DD|EE)[A-E](?:[类级]?[、,/和及]?[A-E])*(?:[类级]|(?=[:为≥>=<\d不])))"
        r"(?:\((?:信用)?(?:[低中高]|一般|较低|较高|中低|中高)?风险\))?"
    )
    words = "|".join(map(re.escape, _class_words()))
    return rf"(?:(?<![最提不])(?P<words>(?:{words})(?:[、,/和及](?:{words}))*)(?:\([A-E]类?\))?|{letters})"


def _rewritten(text: str) -> str:
    """A proportion text with every way of saying a share turned into a percentage and every numeral into digits."""
    text = "".join(folded(text).split())[:_LONGEST_VALUE]
    text = re.sub(r"[—–\u2212―─~～〜﹣]+|-{2,}", "-", text)

    def spoken(found: re.Match[str]) -> str:
        parts, whole, decimals = found["parts"], found["whole"], found["decimals"] or ""
        value: Decimal | int | None = Decimal(whole) if re.fullmatch(_FIGURE, whole) else chinese_number(whole)
        if value is None:
            return found[0]
        value = Decimal(value)
        if decimals and all(c in _DIGIT for c in decimals):
            value += Decimal("0." + "".join(str(_DIGIT[c]) for c in decimals))
        return f"{value}{'%' if parts == '百' else '‰'}"

    def fraction(found: re.Match[str]) -> str:
        above, below = _number(found["above"]), _number(found["below"])
        if not below or above is None or above > below:
            return found[0]
        return f"{Decimal(above) * 100 / Decimal(below):.4f}%"

    text = re.sub(
        rf"(?P<parts>[百千])分之(?P<whole>{_FIGURE}|{_NUMERAL}{{1,9}})(?:点(?P<decimals>{_NUMERAL}{{1,6}}))?",
        spoken,
        text,
    )
    text = re.sub(rf"(?P<below>\d{{1,4}}|{_NUMERAL}{{1,5}})分之(?P<above>\d{{1,4}}|{_NUMERAL}{{1,5}})", fraction, text)
    text = re.sub(r"(?<![\d./])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d./年月%])", fraction, text)
    text = re.sub(r"(?<!分)一半|半数", "50%", text)
    text = re.sub(r"(\d|[一二两三四五六七八九])成(?![果立员为本])", lambda m: f"{_number(m[1])}0%", text)
    text = re.sub(r"百分百", "100%", text)
    return _in_digits(text, rf"次|年|{_COUNTED}")


def _as_share(figure: str, sign: str = "%") -> Decimal:
    return (Decimal(figure) / (1000 if sign == "‰" else 100)).quantize(_STEP)


def _as_count(figure: str) -> int | None:
    value = int(figure)
    return value if value <= _LARGEST_COUNT else None


def _direction(found: re.Match[str]) -> str:
    """'>=', '>', '<=' or '=' for one match of `_SHARE` or `_COUNT`."""
    if found["least"] or found["least_after"]:
        return ">="
    if found["most"] or found["most_after"]:
        return "<="
    return ">" if found["more"] else "="


def times_per_year(text: str) -> tuple[int | None, tuple[Remark, ...]]:
    """Visits a year said by "1次/年", "每季度一次", "每年不少于2次", "2"; None where nothing is said."""
    text = _rewritten(text)
    bare = re.fullmatch(r"(?:[≥>=约]|至少|不少于|不低于)*(\d{1,3})(?:\.0+)?", text)
    if bare:
        return (int(bare[1]) or None), ()
    if _EVERY_SO_MANY_YEARS.search(text) or _EVERY_FEW_DAYS.search(text):
        return None, (Remark("frequency_unreadable", "note", {"text": text}),)
    for pattern, factor in _TIMES:
        found = pattern.search(text)
        if found:
            count = int(found[1] or found[2]) * factor
            return (count or None), ()
    counts = [int(number) for number in _TIMES_A_YEAR.findall(text)]
    if counts:
        return (max(counts) or None), ()
    return next((factor for pattern, factor in _ONCE_EACH if pattern.search(text)), None), ()


def class_rates(text: str) -> dict[str, ClassRate]:
    """Proportions said class by class ("A类1%、B类2%", "低风险1户"): class -> what was planned."""
    return _by_class(_rewritten(text))[0]


def _by_class(words: str) -> tuple[dict[str, ClassRate], str]:
    """Per-class proportions in rewritten `words`, and the words that are left without them."""
    words = re.sub(rf"(?<!%)(?:{_ALL})", "100%", words)
    value = rf"(?P<value>{_BEFORE}(?:(?P<figure>{_FIGURE})(?P<sign>%|‰)|(?P<count>\d{{1,9}}){_COUNTED}){_AFTER})"
    holders = "(?:信用)?(?:风险)?(?:企业|主体|对象|单位|户|经营者|市场主体|经营主体)*(?:的|按|抽查|抽取|比例|检查)*"
    for pattern in (rf"{_class_pattern()}{holders}{value}", rf"{value}\({_class_pattern()}{holders}\)"):
        rates: dict[str, ClassRate] = {}
        matches = list(re.finditer(pattern, words))
        for index, found in enumerate(matches):
            if found["letters"]:
                codes = re.findall("[A-E]", found["letters"])
            elif len(matches) == 1 and "风险" not in found["words"]:
                continue
            else:
                codes = [_class_words()[word] for word in re.split("[、,/和及]", found["words"])]
            rest = words[found.end() : matches[index + 1].start() if index + 1 < len(matches) else len(words)]
            times, _ = times_per_year(rest) if "次" in rest else (None, ())
            direction = _direction(found)
            for code in codes:
                if found["count"]:
                    rates.setdefault(code, ClassRate(quota=_as_count(found["count"]), times_per_year=times))
                    continue
                share = _as_share(found["figure"], found["sign"])
                if share <= 1:
                    # "不超过1%" for a class: the contract has no upper bound per class, the bound itself is planned.
                    operator = "=" if direction == "<=" else direction
                    rates.setdefault(code, ClassRate(rate=share, rate_op=operator, times_per_year=times))
        if rates:
            return rates, re.sub(pattern, "", words)
    return {}, words


def proportion(text: str, *, percent_header: bool = False, count_header: bool = False) -> Proportion:
    """What a proportion cell says.

    `percent_header`: the header says %, so a bare number is a percentage; `count_header`: it (also) says 数量, so a
    bare whole number is a number of objects.
    """
    if says_nothing(text):
        return Proportion()
    words = _rewritten(text)
    says_how_often = "次" in words or any(pattern.search(words) for pattern, _ in _ONCE_EACH)
    times, remarks_of_times = times_per_year(words) if says_how_often else (None, ())
    stated = _POOL.search(words)
    pool = _as_count(stated["figure"]) if stated else None
    # "不足10户的全部抽查" is a condition, not the proportion.
    words = re.sub(r"(?:不足|不到|未达到?|不满)\d+[^,;。]*", "", words)
    remarks = list(remarks_of_times)
    by_class, left = _by_class(words)
    if by_class:
        lower, lower_op, upper, _ = _shares(left, text)
        return Proportion(lower, lower_op, upper, None, times, by_class, tuple(remarks), pool)
    bare = re.fullmatch(rf"(?P<before>[^\d.]*?)(?P<figure>{_FIGURE})", words)
    if bare and re.fullmatch(_BEFORE, bare["before"]):
        figure = Decimal(bare["figure"])
        whole = figure == figure.to_integral_value()
        if count_header and whole:
            return Proportion(quota=_as_count(str(int(figure))))
        if percent_header:
            words += "%"
        elif figure <= 1:
            words = f"{bare['before']}{figure * 100}%"
            if whole:
                remarks.append(Remark("rate_unit_assumed", "warning", {"text": text.strip()}))
        else:
            words += "%"
            remarks.append(Remark("rate_unit_assumed", "note", {"text": text.strip()}))
    if "%" not in words and "‰" not in words:
        words = re.sub(_ALL, "100%", words, count=1)
    lower, lower_op, upper, more_remarks = _shares(words, text)
    remarks += more_remarks
    quota, more_remarks = _quota(words, text, has_rate=lower is not None)
    remarks += more_remarks
    if lower is None and quota is None and not remarks:
        if upper is not None:
            remarks.append(Remark("rate_only_maximum", "warning", {"text": text.strip()}))
        elif times is None or any(word in words for word in vocabulary()["vague"]["words"]):
            remarks.append(Remark("rate_without_number", "warning", {"text": text.strip()}))
    return Proportion(lower, lower_op, upper, quota, times, {}, tuple(remarks), pool)


def _shares(words: str, text: str) -> tuple[Decimal | None, str | None, Decimal | None, list[Remark]]:
    """Lower bound, its operator, upper bound and remarks from the percentages in rewritten `words`."""
    shown = text.strip()
    found_range = _RANGE.search(words)
    if found_range:
        low, high = _as_share(found_range["low"]), _as_share(found_range["high"])
        if high > 1 or low > high:
            return None, None, None, [Remark("rate_out_of_range", "warning", {"text": shown})]
        return low, ">=", high, []
    lower: tuple[Decimal, str] | None = None
    upper: Decimal | None = None
    conflict = False
    for found in _SHARE.finditer(words):
        share, direction = _as_share(found["figure"], found["sign"]), _direction(found)
        if share > 1:
            return None, None, None, [Remark("rate_out_of_range", "warning", {"text": shown})]
        if direction == "<=":
            conflict |= upper is not None and upper != share
            upper = share
        else:
            conflict |= lower is not None and lower[0] != share
            lower = lower or (share, direction)
    if conflict or (lower and upper is not None and upper < lower[0]):
        return None, None, None, [Remark("rate_ambiguous", "warning", {"text": shown})]
    return (lower[0], lower[1], upper, []) if lower else (None, None, upper, [])


def _quota(words: str, text: str, *, has_rate: bool) -> tuple[int | None, list[Remark]]:
    """A number of objects in rewritten `words` ("20户", "不少于3户")."""
    shown = text.strip()
    words = _POOL.sub("", _SHARE.sub(" ", words))
    found_range = _COUNT_RANGE.search(words)
    if found_range:
        return _as_count(found_range["low"]), [Remark("quota_bound", "note", {"text": shown})]
    counts = list(_COUNT.finditer(words))
    if not counts:
        return None, []
    if len({found["figure"] for found in counts}) > 1:
        return None, ([] if has_rate else [Remark("rate_ambiguous", "warning", {"text": shown})])
    bounded = _direction(counts[0]) != "="
    return _as_count(counts[0]["figure"]), ([Remark("quota_bound", "note", {"text": shown})] if bounded else [])


def whole_number(text: str) -> int | None:
    """The whole number a cell holds ("1,336", "52户", "52.0"), or None."""
    found = re.fullmatch(
        rf"[^\d]{{0,4}}(\d{{1,9}})(?:\.0+)?{_COUNTED}?", "".join(folded(text).split()).replace(",", "")
    )
    return _as_count(found[1]) if found else None


def rises_by_class(text: str) -> bool:
    """Whether words ask for proportions that rise with the risk class (递加比例)."""
    return any(word in squeezed(text) for word in vocabulary()["rising"]["words"])


# ---------------------------------------------------------------------------------------------------- dates

_QUARTERS = {"一": 1, "二": 4, "三": 7, "四": 10, "1": 1, "2": 4, "3": 7, "4": 10}
_WHOLE_YEAR = "全年度?|年内|全年内|常年|长期|年度内|本年度|贯穿全年|每月|每季度|每季|按季度?|按月"
_DATE_TOKEN = re.compile(
    r"(?P<iso_y>(?:19|20)\d{2})(?P<sep>[-/.])(?P<iso_m>\d{1,2})(?P=sep)(?P<iso_d>\d{1,2})(?:日|(?!\d))"
    r"|(?<!\d)(?P<run_y>20\d{2})(?P<run_m>\d{2})(?P<run_d>\d{2})(?!\d)"
    r"|(?:(?P<q_y>(?:20)?\d{2})年)?(?P<q_next>次年|明年|翌年)?第?(?P<q>[一二三四1-4])季度?"
    r"|(?:(?P<h_y>(?:20)?\d{2})年)?(?P<h_next>次年|明年|翌年)?(?P<h>[上下])半年"
    r"|(?:(?P<y>(?:20)?\d{2})年)?(?P<next>次年|明年|翌年)?(?P<m>\d{1,2})月份?(?:(?P<d>\d{1,2})日?(?!\d|月)|(?P<part>月?(?:底|末|初|上旬|中旬|下旬)))?"
    r"|(?P<ym_y>20\d{2})[-/.](?P<ym_m>\d{1,2})(?![\d])"
    r"|(?<![\d.])(?P<md_m>\d{1,2})[./](?P<md_d>\d{1,2})(?![\d.])"
    r"|(?P<end_y>(?:20\d{2})?)年(?P<end>底|末|终)"
    rf"|(?P<whole_y>20\d{{2}})年度?(?!\d)(?:{_WHOLE_YEAR})?"
    rf"|(?P<whole>{_WHOLE_YEAR})"
    r"|(?<![\d月])(?P<only_d>\d{1,2})日"
)


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
        "中旬": (11, 20),
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
    text = "".join(folded(text).split())[:_LONGEST_VALUE]
    text = re.sub(r"(\d{4}-\d{1,2}-\d{1,2})(?:T|)?00:00(?::00)?(?:\.0+)?", r"\1", text)
    text = re.sub(r"(?<=[月日号])一(?=\d|[一二三四五六七八九十]+月)", "-", text)
    text = _in_digits(text, "[年月日号]")
    text = text.replace("号", "日")
    text = re.sub(r"[—–\u2212―─~～〜﹣一](?=\d)|[—–\u2212―─~～〜﹣]+|-{2,}|起?至|起?到", "-", text)
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
        parts = named, _QUARTERS[group["q"]], _QUARTERS[group["q"]] + 2, None
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


def window(text: str, year: int) -> Window:
    """The period a cell names; a year it does not say is `year`; months and quarters run from first to last day."""
    if says_nothing(text):
        return Window(remarks=(Remark("window_missing", "warning"),))
    shown = " ".join(printable(text).split())
    words = _ascii_dates(text)
    spans, remarks, broken = _spans(words, year)
    if not spans or broken:
        return Window(remarks=(*remarks, Remark("window_unreadable", "warning", {"text": shown})))
    spans = _finest(spans, words)
    first, last = spans[0], spans[-1]
    starts, ends = first.first, last.last
    if len(spans) == 1:
        after = words[first.end :]
        before = words[: first.start]
        if re.match(r"\(?含?\)?(?:之?以?前|止)", after) or re.search(r"(?:截至|截止|截止到|不晚于|于?-)$", before):
            starts = datetime.date(ends.year, 1, 1)
            remarks.append(Remark("window_one_sided", "note", {"text": shown, "used": starts.isoformat()}))
        elif re.match(r"\(?含?\)?(?:起|之?以?后|开始|-$)", after) or (
            re.search(r"自$", before) and not after.startswith("-")
        ):
            ends = datetime.date(starts.year, 12, 31)
            remarks.append(Remark("window_one_sided", "note", {"text": shown, "used": ends.isoformat()}))
    gaps = [words[a.end : b.start] for a, b in pairwise(spans)]
    if any(re.search("[、,;和及]", gap) for gap in gaps):
        starts, ends = min(s.first for s in spans), max(s.last for s in spans)
        if any((b.first - a.last).days > 1 for a, b in pairwise(spans)):
            remarks.append(Remark("window_several", "note", {"text": shown, "starts": str(starts), "ends": str(ends)}))
    if ends < starts:
        return Window(remarks=(*remarks, Remark("window_reversed", "warning", {"text": shown})))
    return Window(starts, ends, tuple(remarks))


_YEAR = re.compile(r"(?<!\d)((?:20)\d{2})(?=\s*(?:年|度))")


def years_named(text: str) -> tuple[int, ...]:
    """The years (2000–2099) that words name with 年 or 年度, in order, each once."""
    words = _in_digits("".join(folded(text).split())[:_LONGEST_VALUE], "年")
    return tuple(dict.fromkeys(int(found) for found in _YEAR.findall(words)))


def year_of(text: str) -> int | None:
    """The first year that words name, or None."""
    named = years_named(text)
    return named[0] if named else None


def single_date(text: str) -> datetime.date | None:
    """The date that a whole line is ("2023 年 2 月 8 日", "二〇二三年二月八日印发", "2023-02-08"), else None."""
    words = _in_digits("".join(folded(text).split())[:60], "[年月日]")
    words = re.sub(r"^(?:发布|成文|发文|印发|公开|发布)?(?:日期|时间):?", "", words)
    found = re.fullmatch(r"(?P<y>\d{4})(?:年|-|/|\.)(?P<m>\d{1,2})(?:月|-|/|\.)(?P<d>\d{1,2})日?(?:印发|发布)?", words)
    if not found:
        return None
    try:
        return datetime.date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None


_DOC_NO = re.compile(
    r"(?P<word>[\u4e00-\u9fffA-Za-z×]{2,20})[〔\[【({\uff3b〖](?P<year>20\d{2})[〕\]】)}\uff3d〗](?:第)?(?P<number>\d{1,5})号"
)


def document_number(text: str, *, alone: bool = True) -> str | None:
    """The document number (文号) a line is, written with 〔〕 and without blanks; None when there is none.

    `alone`: the line must be nothing else (a notice quotes other documents' numbers in its sentences).
    """
    words = "".join(folded(text).split())[:400].replace("〔", "[").replace("〕", "]")
    if alone:
        words = re.sub(r"^(?:发文字号|文号|文件编号|发文号)[::]?|签发人.*$", "", words)
        words = re.sub(r"^[((](.*)[))]$", r"\1", words)
        found = _DOC_NO.fullmatch(words)
    else:
        found = _DOC_NO.search(words)
    return f"{found['word']}〔{found['year']}〕{int(found['number'])}号" if found else None


# ---------------------------------------------------------------------------------------------------- items

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ENUMERATOR = re.compile(
    r"(?:(?<![\d.〔\[])\d{1,2}(?:[.．、]|[)）])(?!\d)|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳⑴-⒇]|(?:(?<=\n)|^)[一二三四五六七八九十]{1,3}、)\s*"
)
_ORGAN = r"[\u4e00-\u9fff]{1,18}?(?:分局|局|委员会|委|厅|大队|支队|总队|中心|部门|股|科)"
_SAYS_WHO = re.compile(rf"(?P<who>{_ORGAN})(?P<sign>[：:]|(?=对|负责)|负责)")
_CHECK_END = r"(?:检查|抽查|核查|督查|巡查)"
_CLAUSE_END = r"(?:检查|抽查|监管|情况|行为|核查|督查|管理|监督)"


def split_items(text: str, departments: Sequence[str] = ()) -> tuple[ItemText, ...]:
    """The items of one cell, one by one, each with the department that the cell says checks it.

    Items are told apart by ；, line breaks, `<p>`, 。 and enumerators. A department counts when it stands before ：,
    对 or 负责, or when it is one of `departments` at the start of a part; it holds until the next one (after ：) or to
    the end of its line (otherwise).
    """
    words = html.unescape(_TAG.sub("\n", printable(text)))
    known = sorted({squeezed(name) for name in departments if len(squeezed(name)) > 1}, key=len, reverse=True)
    if known:
        # "…的行为。 区市场监管局（登记证）…": a blank before a known department parts as well as a full stop.
        names = "|".join(map(re.escape, known))
        words = re.sub(rf"(?<=[\s。；;])\s*(?=(?:{names}))", "\n", words)
    words = _ENUMERATOR.sub("\x00", words)
    items: list[ItemText] = []
    standing: str | None = None
    for line in words.split("\n"):
        of_line: str | None = None
        for part in re.split(r"[;；。\x00]", line):
            name = " ".join(part.split()).strip(" 、，,.:：※★●■◆▲")
            if not name:
                continue
            who, rest, sign = _department_of(part, known)
            if who is not None:
                if sign in {":", "："}:
                    standing, of_line = who, None
                else:
                    of_line = who
                name = rest
                if not name:
                    standing = who
                    continue
            items.append(ItemText(name, of_line or standing))
    if len(items) == 1:
        items = _by_clauses(items[0])
    return tuple(dict.fromkeys(items))


def _department_of(part: str, known: Sequence[str]) -> tuple[str | None, str, str]:
    """(department, the rest, the sign between) of one part of an items cell."""
    words = " ".join(part.split()).lstrip(" 、，,")
    for name in known:
        if words.startswith(name) and len(words) >= len(name):
            rest = words[len(name) :].lstrip()
            sign = rest[:1] if rest[:1] in {":", "："} else ""
            return name, re.sub(r"^负责", "", rest.lstrip(":： ，,")).strip(" 、，,.:："), sign
    found = _SAYS_WHO.match(words)
    if found and not re.match("对|由|是否|被", found["who"]):
        rest = words[found.end() :]
        return found["who"], rest.strip(" 、，,.:：").removeprefix("负责"), found["sign"]
    return None, words, ""


def _by_clauses(item: ItemText) -> list[ItemText]:
    """One part that is really several clauses, parted by blanks or 、 ("登记事项检查、公示信息检查")."""
    parts = item.name.split()
    if len(parts) > 1 and all(len(part) >= 4 and re.search(_CLAUSE_END + "$", part) for part in parts):
        return [ItemText(part, item.department) for part in parts]
    parts = item.name.split("、")
    if len(parts) > 1 and all(len(part) >= 4 and re.search(_CHECK_END + "$", part) for part in parts):
        return [ItemText(part, item.department) for part in parts]
    return [item]


# ---------------------------------------------------------------------------------------------------- people

_PHONE = (
    r"(?<![\dA-Za-z])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
    r"|(?<![\dA-Za-z])\(?0\d{2,3}\)?[\s\-－—–]?\d{7,8}(?:[\s\-－转]\d{1,5})?(?!\d)"
)
# Two to four characters beside a number are a person, unless they end like a unit (信访股 0374-…).
_NAME = r"[\u4e00-\u9fff·]{2,4}(?<![股科室所站队局委办处院])"
_CONTACT = re.compile(
    rf"[(（]?(?:业务|工作)?(?:联系人|联络员|负责人|责任人|经办人|填报人|联系方式|联系电话|手机号?码?|电话号?码?|电话|手机|邮箱)(?:及(?:联系)?(?:电话|方式))?"
    rf"\s*[:：]\s*(?:{_PHONE}|\d{{3,4}}-?\d{{3,5}}|[\w.+-]{{1,64}}@[\w.-]{{1,100}}|{_NAME})?(?:[\s,，、/]*(?:{_PHONE}|(?<!\d)\d{{7,8}}(?!\d)))*\s*[)）]?"
    rf"|[(（]\s*(?:{_NAME})?[\s,，、:：]*(?:{_PHONE})\s*(?:{_NAME})?\s*[)）]"
    rf"|(?:(?<=[\s,，、;；:：/])|^)(?:{_NAME})[\s,，、:：]*(?:{_PHONE})"
    rf"|(?:{_PHONE})\s*[(（]\s*{_NAME}\s*[)）]"
    rf"|(?:{_PHONE})"
    r"|(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)


def without_contacts(text: str) -> tuple[str, bool]:
    """`text` without names and numbers of contacts (phones, e-mail, "联系人：…"), and whether there were any."""
    if not re.search(r"\d{7}|\d[\s-]\d{4}|@|联系|联络|电话|手机|负责人|责任人|经办人|填报人|邮箱", text):
        return text, False
    half = unicodedata.normalize("NFKC", text) if re.search("[０-９]", text) else text
    cleaned = _CONTACT.sub(" ", half)
    return (cleaned.strip(" \t,，、;；"), True) if cleaned != half else (text, False)
