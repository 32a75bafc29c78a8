"""The columns of a plan table as the cells below their headers tell them too: shares, ticks, departments, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

from inspections.files.columns import ALIKE, PART, SHARP, WHOLE, Wanted, assigned, readings, sample
from inspections.files.content import Row
from inspections.files.counts import whole_number
from inspections.notice import units as unit_names
from inspections.notice.header_words import (
    LONGEST_HEADER,
    NUMBER_OF_OBJECTS,
    OVER,
    column_code,
    normalised,
    said_by,
    two_numbers,
    without_brackets,
)
from inspections.notice.headers import Header, header_of
from inspections.notice.ticks import says_role, tick_says, ticked
from inspections.notice.vocabulary import vocabulary


@cache
def _wanted() -> tuple[Wanted, ...]:
    """The columns of a plan table and how their cells read (`[cells]` of `headers.toml`)."""
    known = vocabulary()["cells"]
    # Its share and its number may stand in a column each.
    classes = [
        Wanted(f"class:{letter}", frozenset({"rate", "count", "number"}), many=True) for letter in (*"ABCDE", "none")
    ]
    return (
        *(
            Wanted(
                code,
                frozenset(entry["reads"]),
                entry["reads"][0] if entry.get("by_cells") else "",
                entry.get("many", False),
                frozenset(entry.get("neutral", ())),
            )
            for code, entry in known.items()
        ),
        *classes,
    )


def with_cells(header: Header, body: Iterable[Row]) -> Header:
    """`header` with its columns told by the cells of the rows below it too."""
    rows = list(body)
    width = len(header.headings)
    columns = [
        sample(row.cells[i] for row in rows if i < len(row.cells) and len(set(row.cells)) > 1) for i in range(width)
    ]
    ticks = {i: meant for i in range(width) if (meant := ticked(header.headings[i], columns[i]))}
    roles = frozenset(i for i in range(width) if i not in ticks and columns[i] and all(map(says_role, columns[i])))
    checks = _checked_by(header.headings, columns)
    parts = _of_parts(header.headings, columns)
    ticks |= dict.fromkeys(checks, ("items", "")) | dict.fromkeys(parts, ("quota", ""))
    # What says which part the department beside it has is no name.
    ticks |= dict.fromkeys(roles, ("lead_unit", ""))
    fixed = dict.fromkeys(ticks, "")
    if "seq" not in header.columns.values():
        # Figures that count from one number the rows, whatever they are called.
        fixed |= {i: "seq" for i in range(width) if i not in header.columns and _counts(columns[i])}
    fixed |= dict.fromkeys(_items_of_helpers(header), "partner_items") | _of_levels(header) | _with_their_items(header)
    fixed |= {
        i: both[0]
        for i, heading in enumerate(header.headings)
        if (both := two_numbers(heading)) and _in_pairs(columns[i])
    }
    fixed |= dict.fromkeys(_periods_of_batches(header, columns), "period")
    fixed |= {
        i: "scope"
        for i, heading in enumerate(header.headings)
        if _names_and_numbers(heading, columns[i]) and i not in ticks
    }
    fixed |= {} if parts else _of_kinds(header, columns) | _sums(header, rows)
    if parts:
        fixed |= {
            i: "quota" for i, heading in enumerate(header.headings) if re.fullmatch("合计|总计|小计", heading.strip())
        }
    words = [f"{i}\x00{heading}" if heading.strip() else "" for i, heading in enumerate(header.headings)]
    given = {word: header.columns.get(i) for i, word in enumerate(words)}

    def speaks_for(word: str) -> dict[str, float]:
        (index, header), code = word.split("\x00", 1), given[word]
        cells, said = columns[int(index)], said_by(header)
        if code is not None and OVER in header:
            # What two lines of a header say together was worked out where they were joined.
            also = dict.fromkeys(vocabulary()["also"].get(code, ()), WHOLE / 4)
            said = {**also, **{other: value / 2 for other, value in said.items()}, code: WHOLE}
        return _as_cells_read(said, cells)

    found = assigned(words, columns, _wanted(), speaks_for, fixed)
    if any(code.startswith("class:") for code in found.fields.values()):
        # Shares under a heading nobody knows, beside those of classes, may be of a class too.
        for i in [i for i in found.told_by_cells if found.fields.get(i) == "rate"]:
            del found.fields[i]
    for i in [i for i, codes in found.doubts.items() if set(codes) in ({"rate", "quota"}, {"rate", "method"})]:
        # Some of its cells are shares and some are numbers, or how it is drawn: each says which it is.
        found.fields[i] = "rate"
        del found.doubts[i]
    for i in [i for i, codes in found.doubts.items() if set(codes) <= _CALLED]:
        # Either way it is what the tasks are called by, where nothing else is.
        if not _CALLED & set(found.fields.values()):
            found.fields[i] = "name"
            del found.doubts[i]
    for i in _no_better_than_others(found.told_by_cells, found.fields, header, columns):
        del found.fields[i]
    projects = _items_called_projects(header, found.fields, columns)
    for i in [i for i, code in found.fields.items() if code == "partner_items"]:
        # "联合检查事项" beside no other items are those of all who take part.
        if not {"items", "content"} & set(found.fields.values()) and not _HELPING.search(header.headings[i]):
            found.fields[i] = "items"
    projects += _objects_called_units(header, found.fields, columns)
    projects += _bare_beside_leads(header, found.fields)
    by_cells = [*found.told_by_cells, *projects, *_names_of_their_own(header, found.fields, columns, fixed)]
    told = tuple((header.headings[i], found.fields[i]) for i in by_cells if i in found.fields)
    doubts = tuple((header.headings[i], *codes) for i, codes in found.doubts.items())
    again = header_of(header.headings, found.fields, header.depth)
    known = {header.headings[i] for i in ticks} | {heading for heading, *_ in doubts}
    return replace(
        again,
        unread=tuple(name for name in again.unread if name not in known),
        ticks=ticks,
        roles=roles,
        checks=checks,
        parts=parts,
        by_cells=told,
        doubts=doubts,
    )


_CALLED = {"name", "plan_name", "field"}


def _no_better_than_others(
    by_cells: Iterable[int], fields: dict[int, str], header: Header, columns: Sequence[Sequence[str]]
) -> list[int]:
    """The columns whose cells alone told a field that others beside them, which nobody knows, tell as well.

    Four columns of frequencies, one of each level of risk, are not one frequency.
    """
    tells = {wanted.code: wanted.tells for wanted in _wanted()}
    many = {wanted.code for wanted in _wanted() if wanted.many}
    unknown = [i for i, cells in enumerate(columns) if i not in fields and cells and header.headings[i].strip()]
    return [
        i
        for i in by_cells
        if (code := fields.get(i)) is not None
        and code not in many
        and any(all(tells[code] in readings(cell) for cell in columns[j]) for j in unknown if i != j)
    ]


def _items_called_projects(header: Header, fields: dict[int, str], columns: Sequence[Sequence[str]]) -> list[int]:
    """The column called 项目, where none has the items: they are its items or its tasks, as its cells read.

    It is the items where its cells are lists, or where another column names the tasks and they read as items do.
    """
    if {"items", "content"} & set(fields.values()):
        return []
    naming = [i for i, code in fields.items() if code in _CALLED]
    projects = [i for i in naming if re.search("(?:^|检查|抽查|监管|监督)项目$", normalised(header.headings[i]))]
    if len(projects) != 1 or not columns[projects[0]]:
        return []
    (project,), cells = projects, columns[projects[0]]
    lists = sum(_LIST.search(cell) is not None for cell in cells)
    as_items = lists or sum(_AS_ITEM.search(cell) is not None for cell in cells) * 2 > len(cells)
    if lists * 2 > len(cells) or (len(naming) > 1 and as_items):
        fields[project] = "items"
    return projects if len(naming) > 1 or fields[project] == "items" else []


_LIST = re.compile(r"[；;：:\n①-⑳]|\d[.、．]|[\u4e00-\u9fff]\s+[\u4e00-\u9fff]")
_AS_ITEM = re.compile("^对.+的|的(?:监督|行政|执法)?(?:检查|抽查|监管|核查)$|(?:情况|行为)$")


_BARE_UNIT = re.compile("(?:检查|抽查|监管|监督)?(?:单位|机构|主体)(?:名称)?")


def _objects_called_units(header: Header, fields: dict[int, str], columns: Sequence[Sequence[str]]) -> list[int]:
    """The column called 单位 alone, given to `fields` as the objects, where none has them and some do not inspect."""
    units = [
        i
        for i, code in fields.items()
        if code in {"lead_unit", "checking_body"} and _BARE_UNIT.fullmatch(normalised(header.headings[i]))
    ]
    if "scope" in fields.values() or len(units) != 1 or all("unit" in readings(cell) for cell in columns[units[0]]):
        return []
    fields[units[0]] = "scope"
    return units


def _bare_beside_leads(header: Header, fields: dict[int, str]) -> list[int]:
    """The columns called 单位 or 部门 alone that were read as who leads, where another column says who does."""
    leads = [i for i, code in fields.items() if code in {"lead_unit", "initiating_unit"}]
    bare = [
        i
        for i in leads
        if fields[i] == "lead_unit"
        and re.fullmatch("单位|部门|机构", normalised(header.headings[i].rpartition(OVER)[2]))
    ]
    return bare if len(leads) > len(bare) else []


def _names_of_their_own(
    header: Header, fields: dict[int, str], columns: Sequence[Sequence[str]], fixed: Iterable[int]
) -> list[int]:
    """The first column of words before the objects, given to `fields` as the names, where no column names the tasks."""
    before = next((i for i, code in sorted(fields.items()) if code == "scope"), 0)
    if {"name", "field", "items", "content", "plan_name"} & set(fields.values()):
        return []
    for i in range(before):
        words = [cell for cell in columns[i] if not readings(cell) & SHARP and len(cell) <= LONGEST_HEADER]
        called = words == list(columns[i]) and not all("unit" in readings(cell) for cell in words)
        if i not in fields and i not in set(fixed) and header.headings[i].strip() and called:
            fields[i] = "name"
            return [i]
    return []


_BARE_MONTHS = re.compile(r"(?:1[0-2]|[1-9])(?:[\-—–~～至、,，](?:1[0-2]|[1-9]))*")
_ONLY_SHARE = re.compile(r"[每季度月半年全个不低于少超过≥>=≤<]*\d+(?:\.\d+)?[%％‰](?:以上|以下)?")


def _as_cells_read(said: dict[str, float], cells: Sequence[str]) -> dict[str, float]:
    """What a header says, where the cells leave no doubt: bare numbers are no shares, 重点 and 一般 are classes."""
    if said.get("rate", 0.0) < said.get("quota", 0.0) and not any("rate" in readings(cell) for cell in cells):
        said = {code: value for code, value in said.items() if code != "rate"}
    if "scope" in said and cells and all(_ONLY_SHARE.fullmatch("".join(cell.split())) for cell in cells):
        # Shares below the name of a kind of objects are none of its objects.
        said = {code: value for code, value in said.items() if code != "scope"}
    if (
        said.get("period", 0.0) >= PART
        and cells
        and all(_BARE_MONTHS.fullmatch("".join(cell.split())) for cell in cells)
    ):
        # "1—12" and "3、9" below 实施月份.
        said = {**said, "period": WHOLE + ALIKE}
    told = [code for code in ("item_class", "draw_type") if said.get(code) and all(code in readings(c) for c in cells)]
    return {**said, **dict.fromkeys(told if cells else (), WHOLE + ALIKE)}


# The objects come first, how many there are behind them.
_NUMBER_ALONE = "共计|抽取|抽查|检查|随机|不少于|不低于|全部|全覆盖|每年|户次|家次"


def _names_and_numbers(heading: str, cells: Sequence[str]) -> bool:
    """Whether objects stand with their number below a heading that says so ("在建工程26个"), not the number alone."""
    if not NUMBER_OF_OBJECTS.search(without_brackets(normalised(heading))):
        return False
    named = [re.search(r"[\u4e00-\u9fff]{2,}", re.sub(_NUMBER_ALONE, "", normalised(cell))) for cell in cells]
    return bool(cells) and sum(found is not None for found in named) * 2 > len(cells)


def _of_parts(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Two or more columns of numbers, each below a part of the year (一季度, 3月) and none a proportion."""
    found = {}
    for i, heading in enumerate(headings):
        group, _, lower = heading.rpartition(OVER)
        # "上半年" over "月份" and "家数".
        said = tick_says(group if group and column_code(lower) == "quota" else heading)
        numbers = bool(columns[i]) and all(readings(cell) & {"number", "count"} for cell in columns[i])
        if said and said[0] == "period" and numbers and not re.search("[比率%％]|次", heading):
            found[i] = said[1]
    return found if len(found) > 1 else {}


def _of_kinds(header: Header, columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Two or more columns of numbers below one group that says how many are drawn (企业（家）, 网点（处）).

    Where a row has one number it is the task's; a second one is said.
    """
    groups: dict[str, list[int]] = {}
    for i, heading in enumerate(header.headings):
        group, _, lower = heading.rpartition(OVER)
        numbers = bool(columns[i]) and all(readings(cell) & {"number", "count"} for cell in columns[i])
        if group and numbers and column_code(group) == "quota" and column_code(lower) in {None, "quota"}:
            groups.setdefault(group, []).append(i)
    return {i: "quota" for own in groups.values() if len(own) > 1 for i in own}


_SUM = re.compile("(?:合计|总计|小计|共计|总数|总量)(?:[(（]|$)")


def _sums(header: Header, rows: Sequence[Row]) -> dict[int, str]:
    """A column called a sum, where in every row it is the sum of the numbers beside it: what these are all together.

    Its parts (国家任务数, 省级任务数) are no fields of their own.
    """
    width = len(header.headings)
    rows = [row for row in rows if len(set(row.cells)) > 1]
    cells = [[row.cells[i] if i < len(row.cells) else "" for row in rows] for i in range(width)]
    numbers = {
        i: [whole_number(cell) or 0 for cell in column]
        for i, column in enumerate(cells)
        if any(cell.strip() for cell in column)
        and all(whole_number(cell) is not None or cell.strip() in {"", "/", "-", "—"} for cell in column)
    }
    for i in (i for i in numbers if _SUM.search(normalised(header.headings[i].rpartition(OVER)[2]))):
        for beside in (range(i - 1, -1, -1), range(i + 1, width)):
            own: list[int] = []
            for j in beside:
                if j not in numbers:
                    break
                own.append(j)
                if (
                    len(own) > 1
                    and [sum(parts) for parts in zip(*(numbers[j] for j in own), strict=True)] == numbers[i]
                ):
                    return _sum_and_parts(header, i, own)
        # The parts may stand apart from it.
        counted = [j for j in numbers if j != i and header.columns.get(j) != "seq"][:_MOST_PARTS]
        for count in range(2, len(counted) + 1):
            for parts in combinations(counted, count):
                if [sum(one) for one in zip(*(numbers[j] for j in parts), strict=True)] == numbers[i] != []:
                    return _sum_and_parts(header, i, parts)
    return {}


_MOST_PARTS = 6


def _sum_and_parts(header: Header, whole: int, parts: Sequence[int]) -> dict[int, str]:
    words = [header.headings[j] for j in (whole, *parts)]
    of_all = any(column_code(word.replace(OVER, "")) == "pool" for word in words)
    drawn = any(re.search("任务|抽|拟|计划", word) for word in words)
    # What the offices of a bureau have to do each is drawn ("其中：城关所").
    drawn |= all(re.search("[所队站局]$", normalised(header.headings[j])) for j in parts)
    return {whole: "pool" if of_all and not drawn else "quota", **dict.fromkeys(parts, "")}


def _checked_by(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Columns of words below the names of two departments or more: column -> department.

    The names stand under one group, or each with the word for what is checked behind it (县公安局检查内容).
    """
    found: dict[int, str] = {}
    groups: dict[str, int] = {}
    for i, heading in enumerate(headings):
        group, _, lower = heading.rpartition(OVER)
        name = "".join(lower.split())
        words = [cell for cell in columns[i] if not readings(cell) & SHARP and not says_role(cell)]
        below = bool(group) and unit_names.is_unit_name(name) and column_code(lower) is None
        with_items = _UNIT_AND_ITEMS.fullmatch(name)
        if with_items and unit_names.is_unit_name(with_items["unit"]):
            group, name = "", with_items["unit"]
        elif not below:
            continue
        if words == list(columns[i]) != []:
            found[i] = name
            groups[group] = groups.get(group, 0) + 1
    several = {group for group, number in groups.items() if number > 1}
    return {i: name for i, name in found.items() if (_group_of(headings[i], name)) in several}


# "县公安局检查内容" names the department and says that what it checks stands below.
_UNIT_AND_ITEMS = re.compile("(?P<unit>.{2,}?)的?(?:检查|抽查|监管|执法)*(?:内容|事项|项目|重点)")


def _group_of(heading: str, name: str) -> str:
    group, _, lower = heading.rpartition(OVER)
    return group if "".join(lower.split()) == name else ""


def _with_their_items(header: Header) -> dict[int, str]:
    """The columns of departments that also hold what each checks (发起部门及抽查事项)."""
    found = {}
    for i, heading in enumerate(header.headings):
        said = re.fullmatch(
            "(?P<who>.*(?:部门|单位|机关|机构))[及和与]其?(?:抽查|检查|监管)?(?:事项|内容|项目)", normalised(heading)
        )
        plays_part = said and re.search("发起|牵头|主办|责任|配合|参与|参加|联合|协同|协助", said["who"])
        code = column_code(said["who"]) if said and plays_part else None
        if code in {"lead_unit", "initiating_unit", "partners"}:
            found[i] = code
    return found


def _of_levels(header: Header) -> dict[int, str]:
    """The columns of who leads at each level of government, under one group: read together, the first leads."""
    groups: dict[str, list[int]] = {}
    for i, heading in enumerate(header.headings):
        group, _, lower = heading.rpartition(OVER)
        if re.fullmatch("(?:省|市|县|区|乡镇?|州|盟|旗|本)(?:[、/（(区市旗)）]*)级", normalised(lower)):
            groups.setdefault(group, []).append(i)
    leads = {"initiating_unit", "lead_unit"}
    return {
        i: "lead_unit" for group, own in groups.items() if len(own) > 1 and column_code(group) in leads for i in own
    }


def _periods_of_batches(header: Header, columns: Sequence[Sequence[str]]) -> list[int]:
    """The columns of the period of one batch each (第一批抽查时间, 第二批抽查时间): read together.

    "第一轮" and "第二轮" alone are such columns where days stand below them.
    """
    alike: dict[str, list[int]] = {}
    for i, heading in enumerate(header.headings):
        group, _, lower = heading.rpartition(OVER)
        of_part = group and tick_says(group) is not None and column_code(lower) == "period"
        bare = re.sub(r"第?[一二三四\d]{1,2}[批次轮]次?", "", heading := normalised(lower))
        if of_part:
            alike.setdefault("\x00", []).append(i)
            continue
        days = bool(columns[i]) and all(re.search("月|季度|半年|全年", cell) for cell in columns[i])
        if bare != heading and (days if not bare else column_code(bare) == "period"):
            alike.setdefault(bare, []).append(i)
    return [i for own in alike.values() if len(own) > 1 for i in own]


_HELPING = re.compile("(?:配合|参与|协同|协助|协办|参加|联合|联查|会同)(?:部门|单位|机构|方|主体|科室|股室|处室)")


def _items_of_helpers(header: Header) -> list[int]:
    """The columns that are called as those of the items are and stand with the helpers: what these check.

    They stand under a group that names the helpers, or right behind the helpers' own column.
    """
    called: set[str] = set()
    found = []
    for i, heading in enumerate(header.headings):
        group, _, lower = heading.rpartition(OVER)
        if column_code(lower) not in {"items", "content"}:
            continue
        behind = (
            i > 0 and header.columns.get(i - 1) == "partners" and group == header.headings[i - 1].rpartition(OVER)[0]
        )
        if lower in called and (behind or _HELPING.search(group)):
            found.append(i)
        called.add(lower)
    return found


def _in_pairs(cells: Sequence[str]) -> bool:
    """Whether cells are two numbers with a slash between them (5/48)."""
    return bool(cells) and all(re.fullmatch(r"\d[^/／]*[/／]\s*\d[^/／]*", cell.strip()) for cell in cells)


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells are 1, 2, 3 … in their order."""
    return len(cells) > 1 and [cell.strip() for cell in cells] == [str(i + 1) for i in range(len(cells))]
