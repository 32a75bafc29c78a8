"""What the columns of a plan table mean: by their headers (`headers.toml`) and by how their cells read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from inspections.files.columns import ALIKE, PART, SHARP, WHOLE, Wanted, alike, assigned, readings, sample
from inspections.files.content import Row
from inspections.notice import units as unit_names
from inspections.notice.vocabulary import vocabulary

# A header is a few words; longer cells are content, whatever words they contain.
_LONGEST_HEADER = 40
_LONGEST_UNDER = 14
# Between the upper and the lower line of a header in two rows: no cell holds it.
OVER = "\x1f"
# These say that a row describes tasks, not a register of firms or people.
_TELLING = {
    "items",
    "scope",
    "rate",
    "quota",
    "period",
    "period_start",
    "draw_type",
    "name",
    "field",
    "item_class",
    "content",
}


@dataclass(frozen=True)
class Header:
    """The header of one table: column index -> code; `percent` holds the columns whose header says %.

    `counts` holds the proportion columns whose header also says 数量 or 户数, `months` the periods given in months;
    `unread` are the headers nobody knows, `details` those that only say more about a column that is read. `headings`
    are all headers; `ticks` the columns that say by a tick what stands in their header: index -> (code, word).
    `checks` are the columns below a department's name that hold what it checks, `roles` those that say who leads and
    who helps, `parts` those of how many in one part of the year: column -> 一季度.
    `by_cells` are headers that alone would not have told the column, with its code, `doubts` those of two meanings.
    """

    columns: dict[int, str]
    depth: int
    percent: frozenset[int]
    counts: frozenset[int]
    unread: tuple[str, ...]
    months: bool = False
    details: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    ticks: dict[int, tuple[str, str]] = field(default_factory=dict)
    roles: frozenset[int] = frozenset()
    checks: dict[int, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    by_cells: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str, str], ...] = ()


def normalised(header: str) -> str:
    """A header without blanks and signs, full-width forms folded, brackets kept."""
    folded = unicodedata.normalize("NFKC", header)
    return re.sub(r"[\s:*#、,，.。/\\_\-—–'\"“”‘’]|[\x00-\x1f]", "", folded)


def without_brackets(header: str) -> str:
    """A normalised header without brackets and what stands in them."""
    return re.sub(r"[(\[【〔{<《].*?(?:[)\]】〕}>》]|$)", "", header).replace("%", "")


def _too_long(header: str) -> bool:
    """Whether words are no header for their length; what stands in brackets only says more about it."""
    return len(header) > _LONGEST_HEADER and (
        len(header) > 2 * _LONGEST_HEADER or len(without_brackets(normalised(header))) > _LONGEST_HEADER // 2
    )


@cache
def _exact() -> dict[str, str]:
    return {normalised(word): code for code, words in vocabulary()["exact"].items() for word in words}


@cache
def _rank() -> dict[str, int]:
    """The place of a word among those of its column: the first says most, where two headers name one column."""
    return {normalised(word): rank for words in vocabulary()["exact"].values() for rank, word in enumerate(words)}


@cache
def column_code(header: str) -> str | None:
    """The column a header means (`rate`, `class:A`, …), or None. Blanks, brackets, full-width forms do not matter."""
    if _too_long(header):
        return None
    full = normalised(header)
    bare = without_brackets(full)
    for form in (full, bare):
        if form in _exact():
            return _exact()[form]
    risk_class = _class_column(full)
    if risk_class:
        return f"class:{risk_class}"
    if not bare or re.search(r"\d{2}|[;%。]", bare):
        return None
    return next(iter(_parts(bare)), "quota" if _COUNTED_IN.search(full) else None)


# A heading that names the unit of what it counts: 抽取（户）, 计划检查（家）.
_COUNTED_IN = re.compile(r"[(\[](?:单位:?)?(?:户次?|家次?|个|件|批次?|台|辆|人|所|宗)[)\]]$")


# The objects come first, how many there are behind them.
_NUMBER_ALONE = "共计|抽取|抽查|检查|随机|不少于|不低于|全部|全覆盖|每年|户次|家次"
_OBJECTS_AND_NUMBER = re.compile("对象(?:名称|范围|类型)?[及和与、](?:数量|户数|家数)$")


def _names_and_numbers(heading: str, cells: Sequence[str]) -> bool:
    """Whether objects stand with their number below a heading that says so ("在建工程26个"), not the number alone."""
    if not _OBJECTS_AND_NUMBER.search(without_brackets(normalised(heading))):
        return False
    named = [re.search(r"[\u4e00-\u9fff]{2,}", re.sub(_NUMBER_ALONE, "", normalised(cell))) for cell in cells]
    return bool(cells) and sum(found is not None for found in named) * 2 > len(cells)


def _parts(bare: str) -> list[str]:
    """The columns that words in a header speak for, the strongest first."""
    found = [str(code) for word, code in vocabulary()["containing"]["words"] if word in bare]
    # Who does something together with somebody helps, whatever it is they do (联合检查单位, 会同部门, 参检单位).
    if re.match("(?:联合|会同|协|共同|参)(?!.*(?:发起|牵头)).*(?:单位|部门|机构|主体|[股科处]室)$", bare):
        found.insert(0, "partners")
    if _OBJECTS_AND_NUMBER.search(bare):
        found.insert(0, "scope")
    # Kinds of those who are inspected (抽查单位类别, 污染源类型) are no departments.
    if re.search("(?:单位|企业|主体|机构|场所|污染源|对象|项目)(?:类别|类型|种类|分类|性质)(?:名称)?$", bare):
        found.insert(0, "scope")
    # "抽取日期起", "抽取日期至": one end each.
    end = re.search("(?:时间|日期|期限)(?:(?P<first>起|始|自|从)|(?P<last>至|止|迄))$", bare)
    if end:
        found.insert(0, "period_start" if end["first"] else "period_end")
    if re.search("(?:抽查|抽取|抽检|检查|查|受检)[户家]?数$", bare):
        found.append("quota")
    return list(dict.fromkeys(found))


@cache
def _speaks_for(header: str) -> dict[str, float]:
    """What a header says for each column: whole words most, then parts of it, then what it has in common with words."""
    if _too_long(header):
        return {}
    known = column_code(header)
    if known == "contact":
        return {known: WHOLE}
    full = normalised(header)
    bare = without_brackets(full)
    whole = _exact().get(full) or _exact().get(bare) or (known if known and known.startswith("class:") else None)
    rank = _rank().get(full, _rank().get(bare, 0))
    found: dict[str, float] = {whole: WHOLE - 0.001 * rank} if whole else {}
    for place, code in enumerate(_parts(bare)):
        found.setdefault(code, PART - 0.1 * place)
    if "quota" in found and re.search("月均|季均|日均|平均|每月|每季|每日", bare):
        # What is planned for a month gives way to what is planned for the year.
        found["quota"] -= 0.3
    if not whole and _OBJECTS_AND_NUMBER.search(bare):
        found["scope"] = WHOLE
    if not found and _COUNTED_IN.search(full):
        found["quota"] = PART
    # A header that is known needs no likeness; what goes unread is only what is known to.
    for code, words in vocabulary()["exact"].items() if not whole else ():
        if code != "note":
            found[code] = max(found.get(code, 0.0), alike(bare, words))
    for code, words in vocabulary()["weak"].items():
        if any(word in bare for word in words):
            found[code] = max(found.get(code, 0.0), ALIKE)
    for code, others in vocabulary()["also"].items():
        for other in others if found.get(code, 0.0) >= PART else ():
            found[other] = max(found.get(other, 0.0), found[code] / 2)
    if not whole and "quota" in found and re.search("(?:抽查|抽取|抽检|检查)(?:户|家)?数|拟|计划", bare):
        # What is drawn is not what it is drawn of.
        found.pop("pool", None)
    return {code: value for code, value in found.items() if value}


@cache
def _wanted() -> tuple[Wanted, ...]:
    """The columns of a plan table and how their cells read (`[cells]` of `headers.toml`)."""
    known = vocabulary()["cells"]
    classes = [Wanted(f"class:{letter}", frozenset({"rate", "count", "number"})) for letter in (*"ABCDE", "none")]
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
    ticks = {i: meant for i in range(width) if (meant := _ticked(header.headings[i], columns[i]))}
    roles = frozenset(i for i in range(width) if columns[i] and all(map(says_role, columns[i])))
    checks = _checked_by(header.headings, columns)
    parts = _of_parts(header.headings, columns)
    ticks |= dict.fromkeys(checks, ("items", "")) | dict.fromkeys(parts, ("quota", ""))
    # What says which part the department beside it has is no name.
    ticks |= dict.fromkeys(roles, ("lead_unit", ""))
    fixed = dict.fromkeys(ticks, "")
    if "seq" not in header.columns.values():
        # Figures that count from one number the rows, whatever they are called.
        fixed |= {i: "seq" for i in range(width) if i not in header.columns and _counts(columns[i])}
    fixed |= dict.fromkeys(_items_of_helpers(header), "partner_items") | _of_levels(header)
    fixed |= {
        i: "scope"
        for i, heading in enumerate(header.headings)
        if _names_and_numbers(heading, columns[i]) and i not in ticks
    }
    if parts:
        fixed |= {
            i: "quota" for i, heading in enumerate(header.headings) if re.fullmatch("合计|总计|小计", heading.strip())
        }
    words = [f"{i}\x00{heading}" if heading.strip() else "" for i, heading in enumerate(header.headings)]
    given = {word: header.columns.get(i) for i, word in enumerate(words)}

    def speaks_for(word: str) -> dict[str, float]:
        (index, header), code = word.split("\x00", 1), given[word]
        cells, said = columns[int(index)], _speaks_for(header)
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
    told = tuple((header.headings[i], found.fields[i]) for i in found.told_by_cells if i in found.fields)
    doubts = tuple((header.headings[i], *codes) for i, codes in found.doubts.items())
    again = _header(header.headings, found.fields, header.depth)
    doubtful = {heading for heading, *_ in doubts}
    ticked = {header.headings[i] for i in ticks}
    return replace(
        again,
        unread=tuple(name for name in again.unread if name not in doubtful | ticked),
        ticks=ticks,
        roles=roles,
        checks=checks,
        parts=parts,
        by_cells=told,
        doubts=doubts,
    )


def _as_cells_read(said: dict[str, float], cells: Sequence[str]) -> dict[str, float]:
    """What a header says, where the cells leave no doubt: bare numbers are no shares, 重点 and 一般 are classes."""
    if said.get("rate", 0.0) < said.get("quota", 0.0) and not any("rate" in readings(cell) for cell in cells):
        said = {code: value for code, value in said.items() if code != "rate"}
    told = [code for code in ("item_class", "draw_type") if said.get(code) and all(code in readings(c) for c in cells)]
    return {**said, **dict.fromkeys(told if cells else (), WHOLE + ALIKE)}


def _of_parts(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Two or more columns of numbers, each below a part of the year (一季度, 3月) and none a proportion."""
    found = {}
    for i, heading in enumerate(headings):
        said = _tick_says(heading)
        numbers = bool(columns[i]) and all(readings(cell) & {"number", "count"} for cell in columns[i])
        if said and said[0] == "period" and numbers and not re.search("[比率%％]|次", heading):
            found[i] = said[1]
    return found if len(found) > 1 else {}


def _checked_by(headings: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Columns of words below the names of two departments or more under one group: column -> department."""
    found: dict[int, str] = {}
    groups: dict[str, int] = {}
    for i, heading in enumerate(headings):
        group, _, lower = heading.rpartition(OVER)
        name = "".join(lower.split())
        words = [cell for cell in columns[i] if not readings(cell) & SHARP and not says_role(cell)]
        if group and unit_names.is_unit_name(name) and column_code(lower) is None and words == list(columns[i]) != []:
            found[i] = name
            groups[group] = groups.get(group, 0) + 1
    return {i: name for i, name in found.items() if groups[headings[i].rpartition(OVER)[0]] > 1}


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


# What says in a column of ticks that there is none.
_CROSS = re.compile(r"\s*[×✗✘xX否无/\-—]\s*")


_ROLE = re.compile("(?P<leads>牵头|发起|主办|主责)|(?P<helps>配合|参与|协助|协同|协办|联合|会同)")


def says_role(cell: str) -> str | None:
    """'leads' or 'helps' where a cell says no more than that (发起, 配合部门), else None."""
    found = re.fullmatch(rf"(?:{_ROLE.pattern})(?:部门|单位|机构|科室|股室)?", "".join(cell.split()))
    return found.lastgroup if found else None


def sign_role(sign: str, legend: str) -> str | None:
    """'leads' or 'helps' where a legend ("●为牵头，√为配合") says so of a sign, else None."""
    found = re.search(rf"{re.escape(sign)}[”\"』」]?\s*(?:[为是:：]|代表|表示)?\s*(?:{_ROLE.pattern})", legend)
    return found.lastgroup if found else None


def is_tick(cell: str) -> bool:
    """Whether a cell is a tick, not a cross or a dash."""
    return "tick" in readings(cell)


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells are 1, 2, 3 … in their order."""
    return len(cells) > 1 and [cell.strip() for cell in cells] == [str(i + 1) for i in range(len(cells))]


def _ticked(header: str, cells: Sequence[str]) -> tuple[str, str] | None:
    """What a column of ticks says by its header: (code of a column, the word that a tick stands for)."""
    ticks = [is_tick(cell) for cell in cells]
    if not any(ticks) or not all(tick or _CROSS.fullmatch(cell) for tick, cell in zip(ticks, cells, strict=True)):
        return None
    return _tick_says(header)


@cache
def _tick_says(header: str) -> tuple[str, str] | None:
    """What a tick below a header would say: (code of a column, the word that it stands for); None for other headers."""
    group, _, lower = header.rpartition(OVER)
    lower = "".join(lower.split())
    for code in ("item_class", "draw_type"):
        if any(word in lower for word in vocabulary()[code]) and not re.search("是否|或", lower):
            return code, lower
    if any(word in lower for words in vocabulary()["plan_kind"].values() for word in words) and "是否" not in lower:
        return "plan_type", lower
    if re.fullmatch(r"(?:1[0-2]|[1-9])月份?|第?[一二三四]季度|[上下]半年", lower):
        return "period", lower
    for numbers, of in (("1[0-2]|[1-9]", "月"), ("[一二三四1-4]", "季")):
        if re.fullmatch(numbers, lower) and of in group:
            return "period", f"{lower}{of}"
    if unit_names.is_unit_name(lower) or unit_names.is_generic(lower):
        # "牵头部门" over names of departments: who leads; any other group: who takes part.
        over = column_code(group) if group else None
        return over if over in {"lead_unit", "initiating_unit", "checking_body"} else "partners", lower
    return None


def _class_column(header: str) -> str | None:
    """The risk class that a header such as "A类抽查比例" or "高风险企业" stands for."""
    letter = re.fullmatch(
        r"(?:抽查|抽取)?(?:比例)?\(?(?:(?:信用)?(?:风险)?(?:等级|类别|级别))?([A-E])(?:类|级)?(?:信用)?(?:风险)?(?:企业|主体|对象)?\)?"
        r"(?:抽查|抽取)?(?:比例)?\(?%?\)?",
        header,
    )
    if letter:
        return letter[1]
    classes = vocabulary()["classes"]
    words = sorted((word for word in classes if "风险" in word or classes[word] == "none"), key=len, reverse=True)
    for word in words:
        if re.fullmatch(
            rf"(?:抽查|抽取)?(?:比例)?{word}(?:\([A-E]类?\))?(?:企业|主体|对象)?(?:抽查|抽取)?(?:比例)?\(?%?\)?", header
        ):
            return str(vocabulary()["classes"][word])
    return None


def _codes(headers: Sequence[str]) -> dict[int, str]:
    return {index: code for index, header in enumerate(headers) if header.strip() and (code := column_code(header))}


def _distinct(cells: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(cell for cell in cells if cell.strip()))


def _tells_tasks(cells: Sequence[str], codes: dict[int, str]) -> bool:
    # Months and departments that stand for ticks below them are no headers by themselves, and no cells either.
    may_tick = [bool((said := _tick_says(cell)) and said[0] in {"period", "partners"}) for cell in cells]
    filled = _distinct([cell for cell, tick in zip(cells, may_tick, strict=True) if not tick])
    known = {cells[index] for index in codes}
    # What is drawn of each class tells tasks as the rate of all does.
    kinds = {"rate" if code.startswith("class:") else code for code in codes.values()}
    return (
        len(kinds) >= 3
        and len(kinds & _TELLING) >= 2
        and len(known) * 2 >= len(filled)
        and not any(re.search(r"\d\s*[%％]|\d{1,2}月", cell) for cell in filled)
    )


def find_header(rows: Sequence[Row], start: int) -> Header | None:
    """The header that begins at `rows[start]`, one or two rows deep, or None when that row is none."""
    top = rows[start].cells
    below = rows[start + 1] if start + 1 < len(rows) else None
    if below is not None:
        joined = _joined(top, below)
        if joined is not None:
            codes = {i: code for i, header in enumerate(joined) if (code := _joined_code(header))}
            if _tells_tasks([f"{a}{OVER}{b}" if b else a for a, b in joined], codes):
                return _header([f"{a}{OVER}{b}" if b else a for a, b in joined], codes, 2)
    codes = _codes(top)
    return _header(top, codes, 1) if _tells_tasks(top, codes) else None


def _joined(top: Sequence[str], below: Row) -> list[tuple[str, str]] | None:
    """Each column's (group, lower header) when `below` is the lower line of a two-row header; else None."""
    own = {i for i, cell in enumerate(below.cells) if cell.strip() and i not in below.merged_down}
    if not own or (len(own) == len(below.cells) and not below.merged_down):
        return None
    if any(len(below.cells[i]) > _LONGEST_UNDER for i in own):
        return None
    if 0 in own and top and top[0].strip():
        return None
    groups, last = [], ""
    for i in range(max(len(top), len(below.cells))):
        cell = top[i] if i < len(top) else ""
        if cell.strip():
            last = cell
        groups.append(last if i in own else cell)
    joined = [(group, below.cells[i] if i in own else "") for i, group in enumerate(groups)]
    ticks = {i for i in own if _tick_says(OVER.join(joined[i]))}
    if any(re.search(r"\d", below.cells[i]) for i in own - ticks):
        return None
    known = [pair for i, pair in enumerate(joined) if pair[1] and (i in ticks or _joined_code(pair))]
    return joined if len(known) * 2 >= len(own) else None


_BARE_UNIT = re.compile("(?:部门|单位|机构|科室|股室|处室)(?:名称)?")


def _joined_code(pair: tuple[str, str]) -> str | None:
    group, lower = pair
    if not lower:
        return column_code(group)
    over = column_code(group)
    if over == "contact":
        return over
    if over in {"partners", "initiating_unit", "lead_unit"} and _BARE_UNIT.fullmatch(normalised(lower)):
        # "配合单位" over "部门" and "事项": what the group says of the department is what it is.
        return over
    under = vocabulary()["under"].get(normalised(lower)) or _exact().get(normalised(group + lower))
    return under or column_code(lower) or column_code(group + lower) or over


def _header(cells: Sequence[str], codes: dict[int, str], depth: int) -> Header:
    texts = {index: unicodedata.normalize("NFKC", cells[index]) for index in codes}
    unread = tuple(_distinct([cell for i, cell in enumerate(cells) if i not in codes]))
    codes, details = _one_column_each(codes, cells)
    texts = {index: text for index, text in texts.items() if index in codes}
    return Header(
        columns=codes,
        depth=depth,
        percent=frozenset(i for i, text in texts.items() if "%" in text or "百分比" in text),
        counts=frozenset(i for i, text in texts.items() if codes[i] == "rate" and re.search("数量|户数|家数", text)),
        unread=unread,
        months=any("月" in text for i, text in texts.items() if codes[i] == "period"),
        details=details,
        headings=tuple(cells),
    )


def _one_column_each(codes: dict[int, str], cells: Sequence[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """The columns when two of them could mean one thing, and the headers that are left out for it.

    What is looked at (检查内容) makes the items where no column names them; of several columns that could name the
    lead unit, 牵头 is stronger than 责任, and who carries it out (实施主体) is the checking body.
    """
    codes, details = dict(codes), []
    names_items = "items" in codes.values()
    for index in [i for i, code in codes.items() if code == "content"]:
        if names_items:
            details.append(cells[index])
            del codes[index]
        else:
            codes[index] = "items"
    leads = {index: _lead_rank(cells[index]) for index, code in codes.items() if code == "lead_unit"}
    if len(set(leads.values())) > 1:
        first = min(leads.values())
        free = "checking_body" not in codes.values()
        for index, rank in leads.items():
            if rank > first:
                codes[index] = "checking_body" if free else "note"
                free = False
    return codes, tuple(_distinct(details))


def _lead_rank(header: str) -> int:
    for rank, words in enumerate(vocabulary()["lead_words"]["strongest_first"]):
        if re.search(words, header):
            return rank
    return len(vocabulary()["lead_words"]["strongest_first"])


def says_other_kind(cells: Sequence[str]) -> bool:
    """Whether a row reads like the header of a register, a draw or a result file."""
    words = vocabulary()["other_kinds"]["words"]
    return any(word in normalised(cell) for cell in cells for word in words if len(cell) <= _LONGEST_HEADER)
