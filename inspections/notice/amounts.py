"""How much is to be drawn for a task, as its columns say it together: proportion, number, pool, frequency, classes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from inspections.files.characters import folded, number, squeezed
from inspections.files.counts import COUNTED, as_count, whole_number
from inspections.notice.frequencies import times_per_year
from inspections.notice.header_words import NUMBER_OF_OBJECTS, normalised, without_brackets
from inspections.notice.left_over import says_no_more, unread_beside_number
from inspections.notice.proportions import ClassRate, Proportion, proportion
from inspections.notice.remarks import Remark
from inspections.notice.task_rows import Record, in_one_line
from inspections.notice.windows import Window, window

# Called with the column that something is off in, and what.
Remarks = Callable[[str, Sequence[Remark]], None]


def planned_amounts(record: Record, year: int, risk_rule: str | None, remarks: Remarks) -> Proportion:
    """What the columns of proportion, number, frequency and classes say together; what was off goes to `remarks`."""
    columns = record.header.columns
    remarks = _of_no_other_cell(record, remarks)
    said = proportion(
        record.get("rate"),
        percent_header=any(columns[i] == "rate" for i in record.header.percent),
        count_header=bool(record.header.counts),
    )
    if not record.get("rate") and not record.get("quota"):
        # Nothing else says how many: what is said of the objects may.
        said = proportion(_of_objects(record.get("scope")) or _behind_objects(record, remarks) or _of_method(record))
    remarks("rate", said.remarks)
    own = [in_one_line(record.header.headings[i]) for i, code in columns.items() if code == "rate"]
    if said.rate and len(own) == 1 and (part := re.search("每?个?(?:季度|月|半年)", own[0])) and "年度" not in own[0]:
        remarks("rate", [Remark("quota_by_period", "note", {"text": record.get("rate"), "part": part[0]})])
    by_part = [record.header.headings[i] for i, code in columns.items() if code == "rate"]
    by_part = [heading for heading in by_part if re.search("季度|半年|月", heading)]
    if len(by_part) > 1:
        remarks("rate", [Remark("rate_by_period", "warning", {"text": "、".join(map(in_one_line, by_part))})])
    quota, times, rates = said.quota, said.times_per_year, dict(said.class_rates)
    if record.get("quota"):
        counted = proportion(record.get("quota"), count_header=True)
        exact = whole_number(record.get("quota"))
        remarks("quota", counted.remarks if exact is None else unread_beside_number(record.get("quota")))
        quota = exact if exact is not None else counted.quota if counted.quota is not None else quota
        times = times or counted.times_per_year
        if said.pool is None and counted.pool is not None and exact is None:
            # "从38家企业中抽取8家" under 抽查数量.
            said = dataclasses.replace(said, pool=counted.pool)
        said = counted if said.rate is None and exact is None and counted.rate is not None else said
        if quota is not None and (each := _each_heading(record)):
            times = times or times_per_year(each)[0]
            remarks("quota", [Remark("quota_by_period", "note", {"text": record.get("quota"), "part": each})])
    if record.get("frequency"):
        often, found = _how_often(record, year)
        remarks("frequency", found)
        said = dataclasses.replace(said, remarks=(*said.remarks, *found))
        times = often or times
        more = re.search(rf"%|\d{COUNTED}(?!次)", folded(record.get("frequency")))
        if said.rate is None and quota is None and more:
            said = proportion(record.get("frequency"))
            remarks("frequency", said.remarks)
            quota = said.quota
    rates |= _of_class_columns(record, remarks)
    if risk_rule and not rates:
        rule = proportion(risk_rule)
        rates = rule.class_rates
        if rates:
            remarks("risk_rule", rule.remarks)
            beside = {rule.rate: said.rate, rule.quota: quota}
            if any(own is not None and own != of_all for own, of_all in beside.items()):
                # "C类25%、D类67%，个体按5%": what no class has and the task does not say either.
                remarks("risk_rule", [Remark("amount_unread", "warning", {"text": risk_rule, "part": risk_rule})])
        else:
            said, quota = _of_no_class(rule, risk_rule, said, quota, remarks)
            times = times or rule.times_per_year
    quota, pool = _number_and_pool(record, said, quota, bool(rates), remarks)
    return dataclasses.replace(said, quota=quota, times_per_year=times, class_rates=rates, pool=pool)


# Words that hold an amount which no field could take.
_AMOUNT_LOST = {"rate_ambiguous", "rate_out_of_range", "quota_each", "amount_unread", "frequency_several"}


def _of_method(record: Record) -> str:
    """The amount that words about how objects are drawn hold ("按20%随机抽取", "随机抽取3个")."""
    words = (record.get(code) for code in ("method", "draw_type"))
    return next((text for text in words if re.search(rf"抽[^\d]{{0,6}}\d+{COUNTED}|\d[%％]|全覆盖", text)), "")


def _of_no_class(
    rule: Proportion, text: str, said: Proportion, quota: int | None, remarks: Remarks
) -> tuple[Proportion, int | None]:
    """The amount that a rule of classes says without naming a class: the task's own where nothing else says one."""
    amounts = (rule.rate, said.rate), (rule.rate_max, said.rate_max), (rule.quota, quota)
    if all(own is None for own, _ in amounts):
        remarks("risk_rule", [remark for remark in rule.remarks if remark.code in _AMOUNT_LOST])
    elif all(other is None for _, other in amounts):
        remarks("risk_rule", rule.remarks)
        return rule, rule.quota
    elif any(own not in (None, other) for own, other in amounts):
        remarks("risk_rule", [Remark("amount_unread", "warning", {"text": text, "part": text})])
    return said, quota


def _how_often(record: Record, year: int) -> tuple[int | None, tuple[Remark, ...]]:
    """Visits a year that the column of the frequency says, and what is off in it."""
    text = record.get("frequency")
    often, found = times_per_year(text)
    listed = window(text, year)
    about_days = {remark.code for remark in listed.remarks} <= {"words_unread"} or listed.parts > 1
    if listed.starts_on and about_days and [remark.code for remark in found] == ["words_unread"]:
        # Days among the words are none of a frequency; those that the period does not know either are left.
        found = tuple(remark for remark in listed.remarks if remark.code == "words_unread")
    if listed.parts > 1 and "各" in text:
        often, found = times_named(text, listed)
    if often is None and not found and "%" not in folded(text):
        found = (Remark("frequency_unreadable", "note", {"text": text.strip()}),)
    if often is not None and _is_limit(record):
        return None, (Remark("frequency_upper_limit", "note", {"text": text.strip()}),)
    return often, found


def _of_no_other_cell(record: Record, remarks: Remarks) -> Remarks:
    """`remarks` without those about words that another cell of the task says too, which is read there."""
    others = squeezed("".join(record.cells.get(code, "") for code in ("name", "scope", "items", "field", "plan_name")))

    def told(column: str, found: Sequence[Remark]) -> None:
        remarks(column, [one for one in found if one.code != "words_unread" or not says_no_more(one, others)])

    return told


def _number_and_pool(
    record: Record, said: Proportion, quota: int | None, by_class: bool, remarks: Remarks
) -> tuple[int | None, int | None]:
    """(how many are drawn, of how many): a number may stand under the other's heading or behind the objects."""
    pool = said.pool
    if (said.rate or by_class) and quota is not None and (heading := _may_be_pool(record)):
        # Of the two the likelier: a proportion says already how many are drawn.
        quota, pool = None, quota
        remarks("quota", [Remark("quota_or_pool", "warning", {"text": record.get("quota"), "header": heading})])
    elif quota is not None and (heading := _may_be_pool(record, of_drawn=bool(said.rate or by_class))):
        remarks("quota", [Remark("quota_may_be_pool", "note", {"text": record.get("quota"), "header": heading})])
    if quota is None and (heading := _may_be_number(record)):
        remarks("quota", [Remark("quota_or_pool", "warning", {"text": record.get("pool"), "header": heading})])
    if pool is None and any((said.rate, said.rate_max, quota, by_class)):
        pool = _number_of_objects(record.get("scope")) or _base_in_brackets(record)
        if pool is not None:
            remarks(
                "pool", [Remark("pool_of_objects", "note", {"text": in_one_line(record.get("scope")), "used": pool})]
            )
    return quota, pool


def _may_be_pool(record: Record, *, of_drawn: bool = False) -> str:
    """The heading of a number where it leaves open whether it is drawn or drawn of (检查对象数量), else "".

    `of_drawn`: where it rather says that it is drawn, and yet may be of all that can be (抽查对象数量).
    """
    columns = record.header.columns.items()
    heading = next((in_one_line(record.header.headings[i]) for i, code in columns if code == "quota"), "")
    said = re.search("(?:检查|监管|监督|被检)?(?:对象|单位|企业|主体)(?:总?数量?|户数|家数)", heading)
    grouped = re.search("对象 / (?:数量|户数|家数|总数)", heading)
    alone = said is not None and not re.search("抽|拟|计划", heading)
    alone |= re.fullmatch("(?:总数|总量|总户数)(?:[（(].*[)）])?", heading) is not None
    if of_drawn and not re.match("总", heading):
        alone = re.search("^抽查(?:检查)?(?:对象|企业|单位|主体)(?:总?数量?|户数|家数)", heading) is not None
    return heading if (alone or grouped) and not record.get("pool") else ""


def _may_be_number(record: Record) -> str:
    """The heading of a pool where it does not say that it is of all there are (检查对象数), else ""."""
    columns = record.header.columns.items()
    heading = next((in_one_line(record.header.headings[i]) for i, code in columns if code == "pool"), "")
    return heading if record.get("pool") and not re.search("总|基数|底数|现有|名录|全部|库", heading) else ""


def _is_limit(record: Record) -> bool:
    """Whether the heading of the frequency says that it is the most that is allowed (检查频次上限)."""
    columns = record.header.columns.items()
    heading = next((in_one_line(record.header.headings[i]) for i, code in columns if code == "frequency"), "")
    return re.search("(?<![和及与、])(?:上限|最高|不超过)", heading) is not None


def _each_heading(record: Record) -> str:
    """The words in the heading of a number that say it is one of several a year (每季度抽查家数), else ""."""
    columns = record.header.columns.items()
    heading = next((in_one_line(record.header.headings[i]) for i, code in columns if code == "quota"), "")
    found = re.search("(?:每个?|按)(?:季度?|月|半年|批次?|次|期)", heading)
    return found[0] if found else ""


def _of_class_columns(record: Record, remarks: Remarks) -> dict[str, ClassRate]:
    """What the columns of one risk class each say: class -> what is planned."""
    rates: dict[str, ClassRate] = {}
    for index, code in record.header.columns.items():
        if code.startswith("class:") and record.get(code):
            of_class = proportion(
                record.get(code),
                percent_header=index in record.header.percent,
                count_header=re.search("数量|[户家]数|[户家][)）]", record.header.headings[index]) is not None,
            )
            if of_class.rate is None and of_class.rate_max is not None:
                # The contract has no upper bound per class: the bound itself is what was planned.
                of_class = dataclasses.replace(of_class, rate=of_class.rate_max, rate_op="=", remarks=())
            remarks("rate", of_class.remarks)
            if of_class.rate is not None or of_class.quota is not None:
                rates[code.removeprefix("class:")] = ClassRate(
                    of_class.rate, of_class.rate_op, of_class.quota, of_class.times_per_year
                )
    return rates


# "工业企业（86家，抽查10%）": how many there are and how many are drawn.
_IN_BRACKETS = re.compile(
    r"[（(](?P<amount>[^（()）]{0,40}(?:%|‰|％|全覆盖|全部|\d[家户个所])[^（()）]{0,40})[)）]\s*$"
)


# "国有企业，从中随机抽取12户": who they are, then how many of them.
_DRAWN_OF_THEM = re.compile(
    r"[，,；;](?:从?其?中)?(?P<amount>(?:随机|拟|计划|统一)*(?:按照?|抽取|抽查|选取)[^，,；;]{0,12}\d[^，,；;]{0,20})[。]?$"
)
# "非煤矿山共58家，随机抽取6家": the same without brackets; "在建工程26个" where something else says how many.
_AND_DRAWN = re.compile(
    rf"(?P<pool>\d{{1,9}}){COUNTED}[,、;:。(\s]{{0,3}}(?P<rest>[^\d]{{0,12}}(?:抽|查|比例|随机|按)[^\d]{{0,12}}\d.*)$"
)
_ONLY_NUMBER = re.compile(
    rf"[^\d]*[\u4e00-\u9fff\"”)](?:\(?(?:共计?有?|现有|约|计|总数|合计))?\(?(?P<pool>\d{{1,9}}){COUNTED}[)。]?"
)


def _of_objects(scope: str) -> str:
    """The amount that words about objects hold, where a number before a share is the pool's, or drawn of a list."""
    words = folded(scope)
    if DRAWN_FROM.search(words) or re.match("从.{2,40}(?:抽|查)|全部|全覆盖", words):
        return scope
    found = _IN_BRACKETS.search(scope)
    amount = folded(found["amount"]) if found else ""
    if re.search(r"^(?:共有?)?\d+[家户个所].*(?:%|‰|全覆盖|全部|抽)", amount):
        return f"基数{amount.removeprefix('共').removeprefix('有')}"
    drawn = None if amount else _AND_DRAWN.search(words)
    if drawn:
        return f"基数{drawn['pool']}家，{drawn['rest']}"
    of_them = None if amount else _DRAWN_OF_THEM.search(scope)
    return of_them["amount"] if of_them else amount


def _behind_objects(record: Record, remarks: Remarks) -> str:
    """The amount behind the objects, where their heading says that it stands there ("旅行社12家" under 对象及数量)."""
    columns = record.header.columns.items()
    headings = [record.header.headings[i] for i, code in columns if code == "scope"]
    heading = next((one for one in headings if NUMBER_OF_OBJECTS.search(without_brackets(normalised(one)))), "")
    amount = _LAST_AMOUNT.search(folded(record.get("scope"))) if heading else None
    if amount is None or any(code in {"rate", "quota", "pool"} or code.startswith("class:") for _, code in columns):
        return ""
    if "%" not in amount[0]:
        said: dict[str, object] = {"text": in_one_line(record.get("scope")), "header": in_one_line(heading)}
        remarks("quota", [Remark("quota_may_be_pool", "note", said)])
    return amount[0]


_LAST_AMOUNT = re.compile(rf"(?:\d{{1,9}}{COUNTED}|\d{{1,3}}(?:\.\d+)?%)[)。]?$")


def _number_of_objects(scope: str) -> int | None:
    """The pool in "在建工程26个", where another column says how many are drawn of it."""
    words = "".join(folded(scope).split())
    found = None if re.search("抽|检查|随机", words) else _ONLY_NUMBER.fullmatch(words)
    return as_count(int(found["pool"])) if found else None


def _base_in_brackets(record: Record) -> int | None:
    """The pool in "零售药店（126）", where the heading says that it stands behind the objects (抽查对象（底数）)."""
    headings = [record.header.headings[i] for i, code in record.header.columns.items() if code == "scope"]
    said = any(re.search("[（(及和与].*(?:[底基总]数|总量|户数|数量|家数)", heading) for heading in headings)
    found = re.search(r"[（(]\s*共?(\d{1,9})\s*[)）]\s*$", record.get("scope")) if said else None
    return as_count(int(found[1])) if found else None


# "从100家零售企业名录库中按10%随机抽取10家": the pool stands in the words of what is drawn of it.
DRAWN_FROM = re.compile(
    r"从(?:全[县市区省州])?约?\d{1,9}(?:家|户|个|所|处)(?P<pool>[\u4e00-\u9fff、]{2,30}?)(?:名录库|名单|库|之)?[中里内]"
)


def times_named(text: str, period: Window) -> tuple[int | None, tuple[Remark, ...]]:
    """How often a year the words of a period (or of a frequency) ask for: each part of a list, every quarter, once.

    "3、6、9、12月" are four times, "上、下半年各一次" two, "每季度一次" four; a period alone says nothing.
    """
    said, remarks = times_per_year(text) if re.search("[次每按]|隔年", text) else (None, ())
    remarks = tuple(remark for remark in remarks if remark.code != "words_unread")
    each = re.search(r"各[^\d一二两三四五六七八九十]{0,6}([\d一二两三四五六七八九十]{1,2})?\s*次", text)
    if each and period.parts > 1:
        return ((number(each[1]) or 1) if each[1] else 1) * period.parts, ()
    if said is not None or remarks:
        return said, remarks
    if not period.apart:
        return None, ()
    return period.parts, (Remark("frequency_by_periods", "note", {"text": text.strip(), "used": period.parts}),)
