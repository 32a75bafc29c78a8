"""How much is to be drawn, as a cell of a plan says it: shares, numbers of objects, visits a year, class by class.

Pure functions over text. None of them raises on any text: what cannot be read comes back as None with a remark
(`Remark`), so that the row around it is kept and the words stay verbatim beside the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from inspections.files.characters import squeezed
from inspections.files.counts import COUNTED, LARGEST_COUNT, as_count
from inspections.notice.amount_words import ALL, FIGURE, rewritten
from inspections.notice.frequencies import OF_TIMES, ONCE_EACH, times_per_year
from inspections.notice.left_over import unread
from inspections.notice.remarks import Remark
from inspections.notice.vocabulary import says_nothing, vocabulary

# Proportions are DECIMAL(9, 6) in the data contract.
_STEP = Decimal("0.000001")


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


# The longer word decides ("不低于" holds "低于"), so the order matters.
_AT_LEAST = (
    r"下限|大于或?等于|高于或?等于|不得?低于|不得?少于|不得?小于|不应低于|不应少于|不应小于|至少|最低|最少|起码"
    r"|≥|>=|=>|⩾|≧|达到|达"
)
_AT_MOST = (
    r"上限|小于或?等于|低于或?等于|不得?超过|不得?高于|不得?大于|不得?多于|不应超过|不应高于|至多|最多|最高"
    r"|≤|<=|=<|⩽|≦|低于|小于|少于|<"
)
_MORE_THAN = r"大于|超过|高于|多于|>"
# What may stand between a bound and its figure: 不低于(总数的)5%, 至少对5%, 最低抽查(比例为)5%.
_GAP = (
    r"(?:(?:(?![低高大小少多]于|超过|至少|最[低少多高])[^\d%,;。、()]){0,8}的)?"
    r"(?:随机)?(?:抽查|抽取|检查|抽检)?(?:比例|数量)?[对按]?[为:]?"
)
# What is not less than says itself so plainly that more may stand between: 不低于名录库中市场主体6%.
_GAP = (
    r"(?:(?:(?<=不低于)|(?<=不少于)|(?<=不小于)|(?<=至少))(?:(?![低高大小少多]于|超过|至少)[^\d%,;。、()]){0,14}?"
    rf"|{_GAP})"
)
_BEFORE = rf"(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST})|(?P<more>{_MORE_THAN}))?{_GAP}"
_AFTER = r"(?:(?P<least_after>\(?含?\)?[及或]?以上|起步?|\+)|(?P<most_after>\(?含?\)?[及或]?(?:以下|以内|之内)))?"
_SHARE = re.compile(rf"{_BEFORE}(?P<figure>{FIGURE})(?P<sign>[%‰]){_AFTER}")
_RANGE = re.compile(rf"(?P<low>{FIGURE})[%‰]?(?:-|至|到|~)(?P<high>{FIGURE})(?P<sign>[%‰])")
_COUNT = re.compile(rf"{_BEFORE}(?P<figure>\d{{1,12}}){COUNTED}(?!月|季|工作日){_AFTER}")
_COUNT_RANGE = re.compile(rf"(?P<low>\d{{1,9}}){COUNTED}?(?:-|至|到|~)(?P<high>\d{{1,9}}){COUNTED}")
# A number alone, which its heading explains, and bounds and words for all of them without one.
_BARE = re.compile(
    rf"^(?:{_AT_LEAST}|{_AT_MOST}|{_MORE_THAN}|{_GAP})*{FIGURE}$|{_AT_LEAST}|{_AT_MOST}|{_MORE_THAN}|{ALL}|以上|以下|以内|之内|含"
)
_POOL = re.compile(
    rf"(?:(?:(?:共有?|总数|基数)[为:]?|(?:现有|共有|在册|在库)[^\d,;。()]{{0,20}}?)约?(?P<figure>\d{{1,9}}){COUNTED}?(?:中|[,;。()]|$)"
    rf"|(?<![\d.])(?P<of>\d{{1,9}}){COUNTED}[^\d,;。()]{{0,12}}中(?=随机|抽|按|选|\s)"
    rf"|从约?(?P<from>\d{{1,9}}){COUNTED}?[^\d,;。()]{{0,30}}?(?:中|里|内|[,;。()]|$))"
)
# "每县2家，共20家": the sum is the number.
_EACH_AND_ALL = re.compile(
    rf"每[^\d,;。]{{1,6}}\d{{1,6}}{COUNTED}?[,;。(]*(?:合计|总计|一?共计?)(?:抽查|抽取)?(?P<sum>\d{{1,9}}{COUNTED})"
)
# "每县（市、区）2所", "各乡镇抽查5户": so many at each place; how many in all depends on how many places there are.
_EACH_OF = re.compile(
    rf"[每各]个?(?:县|市|区|旗|州|省|乡|镇|街道|社区|村|片区|辖区|[^\d,;。每各]{{0,8}}?[所科股队站局])[^\d,;。%]{{0,12}}\d{{1,6}}{COUNTED}"
)


@cache
def _class_words() -> dict[str, str]:
    words = vocabulary()["classes"]
    return {word: words[word] for word in sorted(words, key=lambda w: -len(w))}


@cache
def _class_of_rule() -> re.Pattern[str]:
    """A risk class with the words that go with one."""
    return re.compile(rf"{_class_pattern()}|(?:信用|风险|等级|分类|类别|结果|根据|级别|[A-E]类?)+")


@cache
def _class_pattern() -> str:
    # AA is a credit rating, not a class; "D类(高风险)" says the class twice.
    letters = (
        r"(?P<letters>(?<![A-Za-z])(?!AA|BB|CC|DD|EE)[A-E](?:[类级]?[、,/和及]?[A-E])*(?:[类级]|(?=[:为≥>=<\d不])))"
        r"(?:\((?:信用)?(?:[低中高]|一般|较低|较高|中低|中高)?风险\))?"
    )
    # "从乡镇中抽取": one character is a class only where no other word ends with it.
    alone = r"(?:(?<![\u4e00-\u9fff])|(?<=[对按为和及级险]))"
    words = "|".join(rf"{alone}{word}" if len(word) == 1 else re.escape(word) for word in _class_words())
    return rf"(?:(?<![最提不得其])(?P<words>(?:{words})(?:[、,/和及](?:{words}))*)(?!于)(?:\([A-E]类?\))?|{letters})"


def _as_share(figure: str, sign: str = "%") -> Decimal:
    return (Decimal(figure) / (1000 if sign == "‰" else 100)).quantize(_STEP)


def _direction(found: re.Match[str]) -> str:
    """'>=', '>', '<=' or '=' for one match of `_SHARE` or `_COUNT`."""
    if found["least"] or found["least_after"]:
        return ">="
    if found["most"] or found["most_after"]:
        return "<="
    return ">" if found["more"] else "="


def class_rates(text: str) -> dict[str, ClassRate]:
    """Proportions said class by class ("A类1%、B类2%", "低风险1户"): class -> what was planned."""
    return _by_class(rewritten(text))[0]


def _by_class(words: str) -> tuple[dict[str, ClassRate], str]:
    """Per-class proportions in rewritten `words`, and the words that are left without them."""
    words = _one_by_one(re.sub(rf"(?<!%)(?:{ALL})", "100%", words))
    # The number beside the proportion, in brackets or behind a comma: 2%(1户), 5户(1%).
    beside = (
        rf"(?:[,(、即或约为]{{0,3}}(?:(?P<count_too>\d{{1,9}}){COUNTED}|(?P<share_too>{FIGURE})%)\)?(?!以上|以下))?"
    )
    value = rf"(?P<value>{_BEFORE}(?:(?P<figure>{FIGURE})(?P<sign>%|‰)|(?P<count>\d{{1,9}}){COUNTED}){_AFTER}{beside})"
    holders = "(?:信用)?(?:风险)?(?:企业|主体|对象|单位|户|经营者|市场主体|经营主体)*(?:的|按|抽查|抽取|比例|检查)*"
    and_beyond = "(?:及(?:其)?(?P<beyond>以下|以上))?"
    for pattern in (
        rf"{_class_pattern()}{and_beyond}{holders}{value}",
        rf"{value}\({_class_pattern()}{and_beyond}{holders}\)",
    ):
        rates: dict[str, ClassRate] = {}
        matches = list(re.finditer(pattern, words))
        for index, found in enumerate(matches):
            if found["letters"]:
                codes = re.findall("[A-E]", found["letters"])
            elif len(matches) == 1 and "风险" not in found["words"] and not found["beyond"]:
                continue
            else:
                codes = [_class_words()[word] for word in re.split("[、,/和及]", found["words"])]
            codes = _and_beyond(codes, found["beyond"])
            rest = words[found.end() : matches[index + 1].start() if index + 1 < len(matches) else len(words)]
            times, _ = times_per_year(rest) if "次" in rest else (None, ())
            planned = _of_class(found, times)
            if planned is None:
                continue
            if any(code in rates and rates[code] != planned for code in codes):
                # One class twice is no class: the words are another scheme's.
                return {}, words
            rates |= {code: planned for code in codes if code not in rates}
        if rates:
            return rates, re.sub(pattern, "", words)
    return {}, words


def _and_beyond(codes: list[str], beyond: str | None) -> list[str]:
    """A class with those below or above it ("一般及以下"), A being the lowest risk of four."""
    if not beyond or len(codes) != 1 or codes[0] not in "ABCD":
        return codes
    at = "ABCD".index(codes[0])
    return list("ABCD"[: at + 1] if beyond == "以下" else "ABCD"[at:])


def _of_class(found: re.Match[str], times: int | None) -> ClassRate | None:
    """What one match of a class says: a proportion, a number, or both; None where the proportion cannot be."""
    count = found["count"] or found["count_too"]
    figure, sign = found["figure"] or found["share_too"], found["sign"] or "%"
    quota = as_count(int(count)) if count else None
    share = _as_share(figure, sign) if figure else None
    if share is None or share > 1:
        return ClassRate(quota=quota, times_per_year=times) if quota is not None else None
    # "不超过1%" for a class: the contract has no upper bound per class, the bound itself is planned.
    direction = _direction(found) if found["figure"] else "="
    return ClassRate(share, "=" if direction == "<=" else direction, quota, times)


def _one_by_one(words: str) -> str:
    """Each class with its own share: "A、B、C类企业分别按1%、2%、10%" as "A类1%、B类2%、C类10%"."""
    names = "|".join(map(re.escape, _class_words()))
    classes = rf"(?P<classes>[A-E](?:类?[、,/和及][A-E])+[类级]?|(?:{names})(?:[、,/和及](?:{names}))+)"
    shares = rf"(?P<shares>{FIGURE}%(?:[、,/和及]{FIGURE}%)+)"
    found = re.search(rf"{classes}(?:信用|风险)*[^\d%;。]{{0,12}}?(?:分别|依次|各)[^\d%;。]{{0,8}}?{shares}", words)
    if not found:
        return words
    codes = re.findall(rf"[A-E]|{names}", found["classes"])
    values = re.findall(rf"{FIGURE}%", found["shares"])
    if len(codes) != len(values):
        return words
    letters = [code if len(code) == 1 and code.isascii() else _class_words()[code] for code in codes]
    if "none" in letters or len(set(letters)) != len(letters):
        return words
    each = "、".join(f"{letter}类{value}" for letter, value in zip(letters, values, strict=True))
    return f"{words[: found.start()]}{each}{words[found.end() :]}"


def _told_by_header(words: str, *, percent: bool, count: bool) -> str:
    """Rewritten words with the sign or the counter that the header says and they leave out."""
    if percent and re.fullmatch(rf"{FIGURE}(?:-|至|到|~){FIGURE}", words):
        return f"{words}%"
    # "17(10%)", "10%(17)": what the sign does not make a share is the number.
    behind = r"^(\d{1,9})(?=[(,、/]\d)|(?<=%[(,、/])(\d{1,9})(?=\)?$)"
    return re.sub(behind, r"\g<0>家", words) if count else words


def proportion(text: str, *, percent_header: bool = False, count_header: bool = False) -> Proportion:
    """What a proportion cell says.

    `percent_header`: the header says %, so a bare number is a percentage; `count_header`: it (also) says 数量, so a
    bare whole number is a number of objects.
    """
    if says_nothing(text):
        return Proportion()
    said = _read(text, percent_header=percent_header, count_header=count_header)
    if said.remarks:
        return said
    words = _told_by_header(rewritten(text), percent=percent_header, count=count_header)
    # What was read, and whatever else there is: the words that are neither are said.
    known = (_class_of_rule(), _RANGE, _SHARE, _EACH_AND_ALL, _COUNT_RANGE, _COUNT, _POOL, _BARE, *OF_TIMES)
    return replace(said, remarks=unread(text, words, known))


def _read(text: str, *, percent_header: bool, count_header: bool) -> Proportion:
    words = _told_by_header(rewritten(text), percent=percent_header, count=count_header)
    times, remarks_of_times = _how_often(words, text)
    words = _EACH_AND_ALL.sub(lambda found: found["sum"], words)
    words = _OF_THEM.sub(r"\1", _sum_of_parts(words))
    # "按10%抽取，共12家": behind what is drawn the sum is of that.
    words = re.sub(rf"(?<=[抽选][取查])([,(])共计?(?=\d{{1,9}}{COUNTED})", r"\1", words)
    words = re.sub(rf"(\d{COUNTED}[^\d,;。()]{{0,12}}中[^\d,;。]{{0,6}}{FIGURE}%[,(])共计?(?=\d)", r"\1", words)
    stated = _POOL.search(words)
    pool = (
        as_count(int(stated["figure"] or stated["from"] or stated["of"]))
        if stated and not _is_quota(stated, words)
        else None
    )
    unread = _left_over(words, text)
    # "不足10户的全部抽查" is a condition, not the proportion.
    words = re.sub(r"(?:不足|不到|未达到?|不满)\d+[^,;。]*", "", words)
    remarks = [*remarks_of_times, *unread]
    of_classes = _of_classes(words, text, times)
    if of_classes is not None:
        if all(planned.times_per_year for planned in of_classes.class_rates.values()):
            remarks = [remark for remark in remarks if remark.code != "frequency_several"]
        return replace(of_classes, remarks=(*remarks, *of_classes.remarks), pool=pool)
    bare = re.fullmatch(rf"(?P<before>[^\d.]*?)(?P<figure>{FIGURE})", words)
    if bare and re.fullmatch(_BEFORE, bare["before"]):
        figure = Decimal(bare["figure"])
        whole = figure == figure.to_integral_value()
        if count_header and whole:
            return Proportion(quota=as_count(int(figure)), remarks=_too_many(int(figure), text))
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
        words = re.sub(ALL, "100%", words, count=1)
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


# "3家，其中小型屠宰点1家": what is among them is no other number.
_OF_THEM = re.compile(rf"^([^\d%‰]*\d{{1,9}}{COUNTED})[,;(]其中[^\d%‰;。]*\d{{1,9}}{COUNTED}\)?。?$")


def _sum_of_parts(words: str) -> str:
    """The sum alone, where words name it first or last among the numbers that add up to it (30家: 一季度5家, …)."""
    counts = [int(number) for number in re.findall(rf"(?<![\d.])(\d{{1,9}}){COUNTED}", words)]
    whole = next((n for n in (counts[:1] + counts[-1:]) if len(counts) > 2 and 2 * n == sum(counts)), None)
    return words if whole is None or "%" in words or "‰" in words else f"{whole}家"


_OFTEN_AS_NEEDED = re.compile(r"(?:频次|频率|次数)[^,;。\d]{0,8}(?:根据|按|视|结合|由|另|待|依)")


def _how_often(words: str, text: str) -> tuple[int | None, tuple[Remark, ...]]:
    """Visits a year that rewritten `words` of an amount say besides, and what is off in that."""
    if "次" not in words and not any(pattern.search(words) for pattern, _ in ONCE_EACH):
        return None, ()
    times, remarks = times_per_year(words)
    # Whatever stands beside how often is told of the whole.
    remarks = tuple(remark for remark in remarks if remark.code != "words_unread")
    if times is None and not remarks and _OFTEN_AS_NEEDED.search(words):
        remarks = (Remark("frequency_unreadable", "note", {"text": text.strip()}),)
    return times, remarks


# Words of a credit scheme, whose steps differ from place to place.
_OF_CREDIT = re.compile("守信|警示|失信|信用(?:良好|优良|一般|较差|较好|差|好)|(?:良好|一般|较差)信用")


def _of_classes(words: str, text: str, times: int | None) -> Proportion | None:
    """What rewritten `words` say class by class and for all beside it; None where they name no class."""
    by_class, left = _by_class(words)
    # AAA, AA and A are credit ratings, and so is B beside them.
    if not by_class or re.search("(?<![A-Z])AA", words):
        return None
    lower, lower_op, upper, _ = _shares(left, text)
    quota, remarks = _quota(left, text, has_rate=True)
    if all(planned.times_per_year for planned in by_class.values()) and len(by_class) > 1:
        times = None
    limited = re.search(
        rf"{_class_pattern()}[^\d;。、]{{0,6}}(?<!不)(?<!不得)(?<!不应)(?:{_AT_MOST}){_GAP}{FIGURE}%", words
    )
    remarks = [remark for remark in remarks if remark.code == "amount_unread"]
    if limited:
        remarks.append(Remark("class_upper_limit", "note", {"text": text.strip()}))
    if _OF_CREDIT.search(words) and not re.search("[A-E][类级]|风险", words):
        remarks.append(Remark("class_by_credit", "note", {"text": text.strip()}))
    return Proportion(lower, lower_op, upper, quota, times, by_class, tuple(remarks))


def _is_quota(stated: re.Match[str], words: str) -> bool:
    """Whether "共20家" is all that is said of a number, without a proportion to take of it."""
    others = re.search(
        rf"[%‰中]|全部|全覆盖|(?:抽|查)[^,;。]{{0,8}}\d|\d{COUNTED}", words[: stated.start()] + words[stated.end() :]
    )
    return stated[0].startswith("共") and others is None


# What a condition or a kind of its own has no place in the contract for: a ratio, another number, another share.
_RATIO = re.compile(r"\d{1,4}(?:\.\d{1,3})?:\d{1,4}(?:\.\d{1,3})?")


def _left_over(words: str, text: str) -> list[Remark]:
    """A remark about figures of an amount that no field holds (1:10, a condition), once the others are taken out."""
    ratio = _RATIO.search(words)
    unless = re.search(r"(?:不足|不到|未达到?|不满)\d+[^,;。]*", words)
    found = ratio or unless
    return [Remark("amount_unread", "warning", {"text": text.strip(), "part": found[0]})] if found else []


def _shares(words: str, text: str) -> tuple[Decimal | None, str | None, Decimal | None, list[Remark]]:
    """Lower bound, its operator, upper bound and remarks from the percentages in rewritten `words`."""
    shown = text.strip()
    found_range = _RANGE.search(words)
    if found_range:
        low, high = (_as_share(found_range[end], found_range["sign"]) for end in ("low", "high"))
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
        return as_count(int(found_range["low"])), [Remark("quota_bound", "note", {"text": shown})]
    counts = list(_COUNT.finditer(words))
    if not counts:
        return None, []
    if len({found["figure"] for found in counts}) > 1:
        part = "、".join(found[0] for found in counts)
        unread_too = Remark("amount_unread", "warning", {"text": shown, "part": part})
        return None, [unread_too if has_rate else Remark("rate_ambiguous", "warning", {"text": shown})]
    if each := _EACH_OF.search(words):
        return None, [Remark("quota_each", "warning", {"text": shown, "part": each[0]})]
    count, bounded = int(counts[0]["figure"]), _direction(counts[0]) != "="
    if count > LARGEST_COUNT or not bounded:
        return as_count(count), list(_too_many(count, text))
    return count, [Remark("quota_bound", "note", {"text": shown})]


def _too_many(count: int, text: str) -> tuple[Remark, ...]:
    """A remark about a number that the data contract cannot hold."""
    return (Remark("count_too_large", "warning", {"text": text.strip()}),) if count > LARGEST_COUNT else ()


def rises_by_class(text: str) -> bool:
    """Whether words ask for proportions that rise with the risk class (递加比例)."""
    return any(word in squeezed(text) for word in vocabulary()["rising"]["words"])
