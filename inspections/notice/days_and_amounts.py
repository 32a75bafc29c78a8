"""Days and amounts that stand together in one cell ("3—5月，10家"), parted to a column each."""

from __future__ import annotations

import re

from inspections.files.characters import folded
from inspections.files.counts import COUNTED
from inspections.notice.headers import Header
from inspections.notice.remarks import Remark

_PERIODS = {"period", "period_start", "period_end"}
_DRAWN = r"(?:共计?|分别|各|计划|拟|约|随机|抽查|抽取|抽检|检查|不少于|不低于|至少)*"
# "10个项目", "抽取5%": months, stages, inspectors and the number of a batch are counted alike and are no amounts.
_AMOUNT = re.compile(
    rf"{_DRAWN}(?<![第\d.])\d{{1,9}}(?!批|名|人|个(?:工作日|小时|学期|季|月|阶段|环节|步骤|[\u4e00-\u9fff]?组|方面|部门|批)){COUNTED}"
    r"[^\d第上下全，,；;、。：:（）()\n]{0,12}"
    rf"|{_DRAWN}(?<![\d.])\d{{1,3}}(?:\.\d+)?[%％‰](?:以上)?"
)
_DAYS = re.compile(
    "(?:20\\d\\d年)?(?:\\d{1,2}\\s*[-—–~～至、]+\\s*)?\\d{1,2}月|第?[一二三四1-4]季度|[上下]半年|全年|年底|20\\d\\d年"
)
# What objects and ways of drawing say of how many is read there.
_ELSEWHERE = re.compile(r"\d\s*[%％‰]|抽[^\d]{0,6}\d|全覆盖")
_EACH = re.compile("每个?(?:季|月|半年|年|次|批)")


def part_days_and_amounts(cells: dict[str, str], header: Header) -> tuple[Remark, ...]:
    """Give a row's days and amounts to a column each, where one cell holds both; returns what is off in its number.

    Only where nothing else says the other: a number beside the days of a table that has a column of numbers is left.
    """
    columns = {*header.columns.values(), *(code for code, _ in header.ticks.values())}
    amounts = any(cells.get(code) for code in ("rate", "quota")) or any(c.startswith("class:") for c in columns)
    amounts |= any(_ELSEWHERE.search(cells.get(code, "")) for code in ("scope", "method", "draw_type", "frequency"))
    for code in ("period", "quota", "rate", "frequency"):
        text = cells.get(code, "")
        if (amounts if code == "period" else _PERIODS & columns) or not _DAYS.search(text):
            continue
        found = [] if _EACH.search(text) else list(_AMOUNT.finditer(text))
        days = _without(text, found)
        if not found or not _DAYS.search(days):
            continue
        into = "rate" if any(re.search("[%％‰]", one[0]) for one in found) else "quota"
        if code != "period":
            cells[code] = ""
        cells["period"] = days
        cells[into], remarks = _together([one[0].strip() for one in found], text, header, days)
        return remarks
    return ()


def _without(text: str, amounts: list[re.Match[str]]) -> str:
    """A cell without its amounts and the signs that stood between them and the days."""
    for one in reversed(amounts):
        text = f"{text[: one.start()]}\x00{text[one.end() :]}"
    text = re.sub(r"[（(]\s*\x00\s*[)）]", "", text)
    return re.sub(r"[，,、：:\s]*\x00", "", text).strip(" ，,、；;。：:\n")


def _together(amounts: list[str], text: str, header: Header, days: str) -> tuple[str, tuple[Remark, ...]]:
    """The amounts of a cell as one: the sum of its parts of the year, or each round's own, which may be the same."""
    numbers = [re.fullmatch(rf"[^\d]*(\d+)({COUNTED}).*", folded(amount)) for amount in amounts]
    if len(amounts) == 1 or not all(numbers) or len(_DAYS.findall(days)) < len(amounts):
        return "；".join(amounts), ()
    headings = "".join(header.headings[i] for i, code in header.columns.items() if code in _PERIODS)
    if "轮" in text + headings:
        return "；".join(amounts), (Remark("quota_by_period", "note", {"text": text, "part": "轮"}),)
    total = sum(int(number[1]) for number in numbers if number)
    unit = numbers[0][2] if numbers[0] else ""
    return f"{total}{unit}", (Remark("quota_summed", "note", {"text": text, "used": total}),)
