"""Columns of a file that say one field together: a second inspector, the section beside the bureau, a tick for each result.

Platforms give a field one column; offices spread it. What the columns say together is one cell of the field; results of
single items, which have a column each, are the rows that a file of one row per item would have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from inspections.files.characters import squeezed
from inspections.files.columns import fit, readings
from inspections.intake import cells
from inspections.intake.cell import CellSettings
from inspections.intake.kinds import JOINED, KINDS, folded, is_idle, is_personal, is_word_of, last_part, says, wanted
from inspections.notice import units as unit_names

# Column -> the field that it says together with others, and its part in it (`MORE`, `TICK`, `ITEM`, `UNIT`).
Beside = Mapping[int, tuple[str, str]]
# What a column says beside others: one more of the same, a tick for the result that its heading names, one item's
# result, what the one department found that its heading names.
MORE, TICK, ITEM, UNIT = "more", "tick", "item", "unit"
# What departments say for themselves, where each has columns of its own.
_OF_UNITS = ("outcome", "inspected_on", "entered_on", "published_on", "follow_up", "handled_on", "closed_on")
_FOUND = re.compile(r"(?:的)?(?:检查|抽查|核查)?(?:结果|结论|情况)$")
# A heading with only characters in common with the field's words needs cells of which so many read as the field.
_READ = 0.6
_OK = CellSettings()
_COUNTS_PROBLEMS = re.compile(r"(?:发现|存在|查出)?(?:的)?(?:问题|隐患|违法行为)(?:总|个|处|项)?数量?(?:[（(]|$)")


def fixed_columns(
    kind: str, headings: Sequence[str], columns: Sequence[Sequence[str]], items: frozenset[str]
) -> Beside:
    """Columns that no field may have for itself: ticks below the name of a result, and results of one item each."""
    if "outcome" not in KINDS[kind].fields:
        return {}
    found: dict[int, tuple[str, str]] = {}
    for index, heading in enumerate(headings):
        own = last_part(heading)
        if not own.strip():
            continue
        if _is_outcome(own):
            if all(cells.one("yes_no", cell, _OK).value is not None for cell in columns[index]):
                found[index] = ("outcome", TICK)
        elif columns[index] and all(map(_reads_as_outcome, columns[index])):
            group = heading.split(JOINED, 1)[0] if JOINED in heading else ""
            below_results = group and says(kind, group).get("outcome") and not any(says(kind, own).values())
            if below_results or squeezed(own) in items:
                found[index] = ("outcome", ITEM)
    return found


def unit_of_heading(heading: str) -> str | None:
    """The one department that the heading of a column names: 县能源局, 县能源局检查结果, 县能源局 over 检查结果."""
    group = heading.split(JOINED, 1)[0] if JOINED in heading else _FOUND.sub("", heading.strip())
    return group if "unit" in readings(group) and not is_personal(heading) else None


def unit_columns(kind: str, headings: Sequence[str], columns: Sequence[Sequence[str]]) -> Beside:
    """Columns of what one department found, did or when: in a list of results that has such a column for each."""
    if kind != "results":
        return {}
    found: dict[int, tuple[str, str]] = {}
    for index, heading in enumerate(headings):
        if unit_of_heading(heading) is None:
            continue
        if JOINED in heading:
            field = next((code for code in _OF_UNITS if is_word_of(kind, code, heading)), None)
        elif columns[index] and all(map(_reads_as_outcome, columns[index])):
            field = None if any(says(kind, heading).values()) and _FOUND.sub("", heading) == heading else "outcome"
        else:
            field = None
        if field:
            found[index] = (field, UNIT)
    results = {unit_of_heading(headings[index]) for index, (field, _) in found.items() if field == "outcome"}
    # A group of headings is of one department only if it says what that one found.
    return {index: use for index, use in found.items() if unit_of_heading(headings[index]) in results}


def _reads_as_outcome(cell: str) -> bool:
    read = cells.one("outcomes", cell, _OK)
    return read.value is not None or read.code == "outcome_not_checked"


def _is_outcome(heading: str) -> bool:
    return len(folded(heading)) > 2 and cells.one("outcomes", heading, _OK).value is not None


# Which end of several days a heading asks for; both in one (检查起止日期) over two columns.
_FIRST_DAY, _LAST_DAY = "开始|起始|起|始|自", "结束|终止|截止|完成|止|至|终"
_AN_END = re.compile(rf"(?:(?P<first>{_FIRST_DAY})|(?P<last>{_LAST_DAY}))(?=(?:日期|时间)?$)")


def day_columns(kind: str, headings: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[int, tuple[str, int]]:
    """The columns of the last of several days: column -> (field, the column of the first day).

    检查起止日期 over 起 and 止 or over two columns, or 检查开始日期 beside 检查结束日期.
    """
    spanned = [field.code for field in KINDS[kind].fields.values() if field.span]
    found: dict[int, tuple[str, int]] = {}
    for field in spanned:
        firsts = [i for i, heading in enumerate(headings) if _asks_for_end(kind, field, heading) == "first"]
        lasts = [i for i, heading in enumerate(headings) if _asks_for_end(kind, field, heading) == "last"]
        if len(firsts) == len(lasts) == 1:
            found[lasts[0]] = (field, firsts[0])
            continue
        for i, heading in enumerate(headings[:-1]):
            both = re.search("起止|起讫", heading) and is_word_of(kind, field, re.sub("起止|起讫", "", heading))
            days = [*columns[i], *columns[i + 1]]
            if both and headings[i + 1].strip() in {"", heading.strip()} and days and all(map(_reads_as_day, days)):
                found[i + 1] = (field, i)
    return found


def _reads_as_day(cell: str) -> bool:
    return bool(readings(cell) & {"date", "window"})


def _asks_for_end(kind: str, field: str, heading: str) -> str | None:
    """'first' or 'last' where a heading asks for that end of a field's days (检查开始日期, 检查起止日期 over 起), else None."""
    words = re.sub("起止|起讫", "", heading).replace(JOINED, "")
    end = _AN_END.search(folded(words))
    bare = _AN_END.sub("", folded(words)) if end else ""
    of_field = end and (is_word_of(kind, field, bare) or is_word_of(kind, field, f"{bare}日期"))
    return end.lastgroup if end and of_field and not is_word_of(kind, field, heading) else None


def more_columns(
    kind: str,
    headings: Sequence[str],
    columns: Sequence[Sequence[str]],
    fields: Mapping[int, str],
    passed_over: Collection[int],
) -> Beside:
    """Columns left over that say more of a field that has one already, where the field may be said by several."""
    taken = set(fields.values())
    found: dict[int, tuple[str, str]] = {}
    for index, heading in enumerate(headings):
        if index in fields or index in passed_over or is_personal(heading) or is_idle(heading):
            continue
        for field in KINDS[kind].fields.values():
            if field.type == "outcomes" and _asks_outcome(heading, columns[index]):
                # It says the result beside another column, or alone.
                found[index] = (field.code, MORE)
                break
            if field.code not in taken or field.more is None:
                continue
            if field.more and not any(word in folded(heading) for word in field.more):
                continue
            strength = says(kind, heading).get(field.code)
            alike = strength is False and (
                field.type == "names" or fit(columns[index], wanted(kind)[field.code]) >= _READ
            )
            if strength or alike:
                found[index] = (field.code, MORE)
                break
    return found


# The other of two words, where it is not made with 不.
CONTRARY = {
    "重点": "一般",
    "重点事项": "一般",
    "重点检查事项": "一般",
    "问题": "未发现问题",
    "违法行为": "未发现违法行为",
}
# Types whose cells may be yes or no to what the heading asks (是否合格, 是否重点事项).
_ASKED = frozenset({"outcomes", "item_class", "basis", "object_status"})


def answered(heading: str, kind: str, texts: pd.Series) -> pd.Series:
    """The cells of a column that asks (是否合格) as answers: yes is what it asks (合格), no the contrary (不合格)."""
    if kind == "outcomes" and _COUNTS_PROBLEMS.search(heading):
        counted = cells.read("number", texts).values
        found: pd.Series = counted.map(lambda number: "未发现问题" if number == 0 else "发现问题", na_action="ignore")
        return found.where(found.notna(), texts)
    asked = re.match(r"\s*是否(?:属于|为|存在|有)?(.+)", heading)
    if kind not in _ASKED or not asked:
        return texts
    words = cells.read("yes_no", texts).values
    about = re.sub(r"[(（].*", "", asked[1]).strip()
    contrary = CONTRARY.get(about, f"未{about}" if about.startswith("发现") else f"不{about}")
    answered: pd.Series = words.map({True: about, False: contrary})
    return answered.where(answered.notna(), texts)


@dataclass(frozen=True)
class Column:
    """One of the columns that say a field: its heading, its cells and its part in it (None: the field's own column)."""

    heading: str
    texts: pd.Series
    part: str | None = None


def _asks_outcome(heading: str, column: Sequence[str]) -> bool:
    """Whether a column asks for a result and is answered (是否发现问题: 是)."""
    asked = re.match(r"\s*是否", heading) or _COUNTS_PROBLEMS.search(heading)
    return bool(asked and column) and all(
        cells.one("outcomes", text, _OK).value
        for text in answered(heading, "outcomes", pd.Series(list(column), dtype="str"))
    )


def together(kind: str, columns: Sequence[Column], bureau: str) -> pd.Series:
    """The cells of a field of type `kind` that several columns say, the field's own column first."""
    texts = columns[0].texts if columns[0].part != TICK else _ticked(columns[0])
    sign = "至" if kind in {"date", "date_time"} else "；"
    for column in columns[1:]:
        more = _ticked(column) if column.part == TICK else column.texts
        if kind == "unit":
            texts = texts.where(~(_names_bureau(texts, bureau) & more.str.strip().ne("")), more)
        elif kind == "follow_up":
            texts = texts.where(~(_says_no_measure(texts) & _readable(kind, more)), more)
        else:
            both = texts.str.strip().ne("") & more.str.strip().ne("") & (texts != more)
            texts = texts.where(more.str.strip().eq("") | both, more).where(~both, texts + sign + more)
    return texts


def _ticked(column: Column) -> pd.Series:
    """The result that the heading names, where the cell is ticked."""
    ticked = cells.read("yes_no", column.texts).values.map(lambda value: value is True)
    return pd.Series("", index=column.texts.index, dtype="str").where(~ticked, last_part(column.heading))


def _names_bureau(texts: pd.Series, bureau: str) -> pd.Series:
    named = unit_names.bureau_named(bureau)
    own = unit_names.identity(unit_names.unit_called(named.name, named, internal=True))
    known = {
        text: not text.strip() or unit_names.identity(unit_names.unit_called(text, named, internal=True)) == own
        for text in texts.unique()
    }
    return texts.map(known).astype(bool)


def _says_no_measure(texts: pd.Series) -> pd.Series:
    read = cells.read("follow_up", texts)
    says_none: pd.Series = read.values.isna() | (read.codes == "follow_up_general")
    return says_none


def _readable(kind: str, texts: pd.Series) -> pd.Series:
    return cells.read(kind, texts).values.notna()


def unread_beside(kind: str, columns: Sequence[Column], taken: pd.Series) -> pd.Series:
    """Texts of columns of measures that nobody can read and that another column stands in for (`taken`): they are said."""
    if kind != "follow_up" or len(columns) < 2:
        return pd.Series([], dtype="str")
    parts = []
    for column in columns:
        read = cells.read(kind, column.texts)
        unread = read.values.isna() & read.codes.notna() & (read.codes != "follow_up_open") & (column.texts != taken)
        parts.append(column.texts[unread.to_numpy()])
    unread_ones: pd.Series = pd.concat(parts)
    return unread_ones


def by_item(columns: Sequence[Column], settings: CellSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(row, item, outcome of every cell of a result of one item; row, code, parameters of those that cannot be read)."""
    told, wrong = [], []
    for column in columns:
        read = cells.read("outcomes", column.texts, settings)
        item = last_part(column.heading)
        for row, value, code, parameters in zip(
            column.texts.index, read.values, read.codes, read.parameters, strict=True
        ):
            told += [(int(row), item, outcome) for outcome in value or ()]
            if code is not None and value is None:
                wrong.append((int(row), code, json.dumps(dict(parameters or {}), ensure_ascii=False)))
    return (
        pd.DataFrame(told, columns=["row", "item", "outcome"]).astype({"item": "str", "outcome": "str"}),
        pd.DataFrame(wrong, columns=["row", "code", "parameters"]),
    )
