"""Rows among the tasks of a table that are none: sums, notes, headings of what follows; and what they still say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from inspections.files.characters import chinese_number, squeezed
from inspections.files.content import Row, Table
from inspections.files.counts import whole_number
from inspections.notice.header_words import OVER
from inspections.notice.headers import Header
from inspections.notice.prose import NUMBERED, days_alone
from inspections.notice.windows import single_date

# What a row below the headings says of how to fill them in.
_HOW_TO_FILL = re.compile("填写|填报|必填|选填|下拉|格式[如为]")
_EXAMPLE = re.compile("(?:填写|填报)(?:说明|要求|示例)[：:]?|示例[：:]?|样例[：:]?")


def is_aside(row: Row) -> bool:
    """Whether a row is a total or a note under the table."""
    filled = [squeezed(cell) for cell in row.cells if cell.strip()]
    first = filled[0] if filled else ""
    if re.match(r"(?:合计|总计|小计|共计)", first) or _is_sum(filled):
        return True
    if len(filled) > 1 and re.fullmatch("(?:注|备注|说明|填表说明)[：:]?", first):
        return True
    if sum(_HOW_TO_FILL.search(cell) is not None for cell in set(filled)) > 1 or _EXAMPLE.fullmatch(first):
        return True
    return len(set(filled)) == 1 and bool(re.match(r"(?:注|备注|说明|填表说明|联系人|填报)[：:1-9一]?", first))


_SAYS_SUM = re.compile("(?:合计|总计|小计|共计)[：:]?")


def _is_sum(cells: Sequence[str]) -> bool:
    """Whether the cells of a row say that it is a sum, wherever, and hold nothing else but numbers."""
    others = [cell for cell in cells if not _SAYS_SUM.fullmatch(cell)]
    return len(others) < len(cells) and (
        _SAYS_SUM.fullmatch(cells[1]) is not None
        or all(whole_number(cell) is not None or not re.search(r"[\w]", cell) for cell in others)
    )


def is_rest_of_heading(row: Row, header: Header) -> bool:
    """Whether a row is the lower line of the heading: most of its cells are those of the heading itself."""
    again = [
        i
        for i in row.merged_down
        if i < len(header.headings) and squeezed(row.cells[i]) == squeezed(header.headings[i].split(OVER)[0])
    ]
    again = [i for i in again if row.cells[i].strip()]
    return len(again) > 1 and len(again) * 2 >= sum(1 for cell in row.cells if cell.strip())


def is_heading(row: Row, below: Row | None, header: Header) -> bool:
    """Whether a row only heads the rows below it ("一 | 建筑市场类" over 1.1, 1.2 … or over 1, 2 …)."""
    filled = {i: squeezed(cell) for i, cell in enumerate(row.cells) if cell.strip() and i not in row.merged_down}
    seq = next((i for i, code in header.columns.items() if code == "seq"), None)
    if below is None or seq is None or seq not in filled or len(set(filled.values())) != 2:
        return False
    number = re.sub(r"[、.．()（）]", "", filled[seq])
    under = squeezed(below.cells[seq]) if seq < len(below.cells) else ""
    full = sum(1 for cell in below.cells if cell.strip()) > 3
    spoken = chinese_number(number) is not None
    part_of = re.match(rf"{re.escape(number)}[.．\-—]\d", under)
    return full and (part_of is not None or (spoken and re.match(r"[（(]?\d", under) is not None))


def days_of_section(row: Row) -> str:
    """The days that a row across the table names for those below it ("第一批（5月—6月）"); "" where it names none."""
    filled = {cell.strip() for cell in row.cells if cell.strip()}
    across = len(filled) == 1 and len(row.cells) > 2 and bool(row.cells[0].strip()) and not row.merged_down
    return days_alone(filled.pop()) if across else ""


_SAYS_ALL = re.compile(
    r"(?P<rate>(?:不低于|不少于|至少)?\d{1,3}(?:\.\d+)?[%％‰](?:以上)?|全覆盖|全部(?:抽查|检查))|(?P<draw_type>不?定向)(?=抽查|检查|任务)"
    r"|(?P<item_class>重点|一般)(?=(?:检查|抽查)?(?:事项|任务))|由(?P<lead_unit>[\u4e00-\u9fff]{2,16}?[局委办股科室队])(?:负责|承办|实施|牵头)"
)


def told_by_section(row: Row) -> dict[str, str] | None:
    """What a row across the table says for all the tasks below it, by column ("二、按10%抽取的任务"); else None."""
    filled = {cell.strip() for cell in row.cells if cell.strip()}
    across = len(filled) == 1 and len(row.cells) > 2 and bool(row.cells[0].strip()) and not row.merged_down
    return _told_by_heading(filled.pop()) if across else None


def told_above(table: Table) -> dict[str, str]:
    """The same of the line right above a table, which may have parted a table that goes on below it."""
    return (_told_by_heading(table.titles[-1]) if table.titles else None) or {}


def _told_by_heading(words: str) -> dict[str, str] | None:
    if len(words) > _LONGEST_SECTION or not _NUMBERED.match(words) or not _OF_TASKS.search(words):
        return None
    return {code: value for one in _SAYS_ALL.finditer(words) for code, value in one.groupdict().items() if value}


# A heading of tasks or of who is inspected, unlike a demand ("三、实现监管全覆盖").
_OF_TASKS = re.compile("(?:任务|事项|抽查|检查|项目|类|企业|单位|对象|主体|机构)(?:[（(][^（()）]*[)）])?$")
_LONGEST_SECTION = 40
_NUMBERED = re.compile(rf"{NUMBERED}|第[一二三四五六七八九十]+[类批部]")


def days_above(table: Table, *, goes_on: bool) -> str:
    """The days that the line right above a table names for its rows; "" where it names none.

    `goes_on`: the line parted a table that goes on below it, so that whatever days it names are of its rows; above a
    table with headings of its own a day is rather the one of issue.
    """
    line = table.titles[-1] if table.titles else ""
    of_part = goes_on or re.search("批|季度|半年|阶段", line) is not None
    return days_alone(line) if of_part and single_date(line) is None else ""


_SUM_OF_ALL = re.compile(r"(?:合\s*计|总\s*计|共\s*计)[:：（(]?")


def sum_that_differs(row: Row, header: Header, numbers: Sequence[str]) -> dict[str, object] | None:
    """What the sum below the numbers of a table says, where they do not add up to it: `header`, `stated`, `added`.

    `numbers` are the cells of the tasks above it; None where it agrees, or where one of them is more than a number. A
    number that stands once for several tasks is added once.
    """
    at = next((i for i, code in header.columns.items() if code == "quota"), None)
    says_sum = any(_SUM_OF_ALL.match(cell.strip()) for cell in row.cells)
    stated = whole_number(row.cells[at]) if at is not None and says_sum and at < len(row.cells) else None
    read = [whole_number(number) if number.strip() else 0 for number in numbers]
    if at is None or stated is None or not read or None in read:
        return None
    counts = [number or 0 for number in read]
    once = [number for number, _ in groupby(counts)]
    if stated in (sum(counts), sum(once)):
        return None
    return {"header": header.headings[at].replace(OVER, " / "), "stated": stated, "added": sum(counts)}
