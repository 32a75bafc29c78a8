"""A notice that changes a plan issued before (调整计划): whether it is one, and what it says of which task.

Offices write the whole list anew, a list of what changes, columns of before and after, a column of what befalls each
task (新增, 取消), or sentences. Each is turned into tables with the headings of a plan and the values that hold from
now on, so that everything behind reads them as any other; what a task was called and what befalls it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from inspections.files.characters import folded, squeezed
from inspections.files.columns import SHARP, ColumnUse, readings
from inspections.files.content import Document, Row, Table
from inspections.notice.contacts import shown_example, without_contacts
from inspections.notice.header_words import OVER, column_code
from inspections.notice.headers import find_header
from inspections.notice.revised_sentences import Sentences, as_tables, heading_for
from inspections.notice.revision_words import ADDED, CHANGED, EMPTIED, KEPT, WITHDRAWN, Said, any_of
from inspections.notice.vocabulary import says_nothing

# The columns of a revision's tables that are read here and by no reader of plans.
BEFORE_COLUMN, MARK_COLUMN = "before", "change"

_LONGEST_TITLE = 80
_HEADED_WITHIN = 4
_NAMING = ("name", "field", "plan_name", "items", "scope")


@dataclass(frozen=True)
class Revision:
    """A notice that changes a plan.

    `document` is what is read as a plan, `title` what it calls itself; `said`: (number of the table, number of the row)
    -> what stands beside; `withdrawn` are tasks that sentences cancel, (line, name as written). `partial`: it lists no
    more than what changes; `whole`: it is titled as the plan itself; `voids`: it ends the plan before. `unread` are
    sentences that say a change nobody can read, `columns` what became of the columns that are read here alone.
    """

    document: Document
    title: str = ""
    said: Mapping[tuple[int, int], Said] = field(default_factory=dict)
    withdrawn: tuple[tuple[int, str], ...] = ()
    partial: bool = False
    whole: bool = False
    voids: bool = False
    unread: tuple[tuple[int, str], ...] = ()
    columns: tuple[ColumnUse, ...] = ()


# ---------------------------------------------------------------------------------------------------- is it one
_HEADS = re.compile("计划|任务|安排|方案|清单|一览表")


def revision_of(document: Document) -> Revision | None:
    """What a notice changes, where its title, its sentences or its columns say that it changes a plan; else None."""
    titles = [*_titles(document)]
    verbs = any_of("verbs")
    body = [squeezed(paragraph.text) for paragraph in document.paragraphs]
    says = heads_revision(titles)
    says |= any(re.search(rf"(?:{verbs})(?:如下|情况如下)|(?:如下|以下)(?:{verbs})", line) for line in body)
    voids = any(re.search(rf"原[^。；]{{0,40}}计划[^。；]{{0,40}}(?:{any_of('voids')})", line) for line in body)
    tables = _Tables()
    for table in document.tables:
        tables.take(table, says=says or voids)
    if not (says or voids or tables.sided):
        return None
    sentences = Sentences()
    for paragraph in document.paragraphs:
        sentences.take(paragraph.line, paragraph.text)
    ordinal = max((table.ordinal for table in tables.tables), default=0)
    ahead = tuple(title for title in titles[:6])
    cards = list(as_tables(sentences.cards, ahead, ordinal))
    said = {**tables.said, **{(t.ordinal, row.number): card for t, row, card in cards}}
    kept = tuple(p for p in document.paragraphs if p.line not in sentences.lines)
    shaped = replace(document, paragraphs=kept, tables=(*tables.tables, *dict.fromkeys(t for t, _, _ in cards)))
    whole = any(_WHOLE.search(title) for title in titles)
    only_some = any(re.search("部分|个别|补充|增补", title) for title in titles)
    listed = bool(tables.plain)
    heading = next((title for title in titles if re.search(verbs, title) and _is_about_plan(title)), "")
    return Revision(
        shaped,
        " ".join(without_contacts(heading)[0].split()),
        said,
        tuple(sentences.withdrawn),
        partial=not voids and (only_some or not listed),
        whole=(whole or voids) and listed,
        voids=voids,
        unread=(*sentences.unread, *((n, without_contacts(cell)[0]) for n, cell in tables.unread)),
        columns=tuple(tables.columns),
    )


def heads_revision(titles: Iterable[str]) -> bool:
    """Whether one of the lines that head a file says that it changes a plan."""
    return any(re.search(any_of("verbs"), title) and _HEADS.search(title) and _is_about_plan(title) for title in titles)


# "…计划（调整版）", "调整后的…计划", "关于印发《…计划（修订）》的通知": the plan itself, as it is from now on.
_WHOLE = re.compile(
    r"(?:计划|方案|安排|任务表|清单|一览表)(?:表)?[（(](?:\d{4}年)?(?:第?[一二三四五\d]次)?(?:调整|修订|变更|修改)[后版稿]?[)）]"
    r"|(?:计划|方案)(?:表)?(?:调整|修订|修改)[版稿]|(?:调整|修订|变更|修改)后的?[^。]{0,40}(?:计划|任务|清单|安排)"
    r"|[（(](?:调整|修订|变更|修改)[后版稿]?[)）]\s*$"
)


def _is_about_plan(title: str) -> bool:
    """Whether a title changes a plan, and does not only speak of changes that are inspected (变更登记)."""
    verbs = any_of("verbs")
    words = squeezed(folded(title))
    return bool(
        _WHOLE.search(words)
        or re.search(rf"关于(?:进一步|做好|再次)?(?:{verbs}|对[^。]{{0,50}}(?:{verbs}))", words)
        or re.search(rf"(?:计划|任务|安排)[^。]{{0,8}}(?:{verbs})(?:表|方案|情况|的?通知|的?公告|清单|通告|$)", words)
        or (re.match(rf"[^。]{{0,34}}(?:{verbs})(?:的)?(?:抽查)?(?:任务|计划|表)", words) and "登记" not in words)
    )


def _titles(document: Document) -> Iterator[str]:
    """What heads a notice and its tables: its short lines, the names of its sheets and its own name."""
    for paragraph in document.paragraphs[:40]:
        if len(paragraph.text) <= _LONGEST_TITLE and not re.search("[。；]", paragraph.text):
            yield paragraph.text
    for table in document.tables:
        yield from (title for title in (*table.titles[-6:], table.sheet or "") if 0 < len(title) <= _LONGEST_TITLE)
    yield Path(document.name).stem


# ---------------------------------------------------------------------------------------------------- tables
@cache
def _sides() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a heading says that below it stands what was before, and what is after."""
    verbs = any_of("verbs")
    before = rf"(?:{verbs})之?前(?:的|内容|计划)?|原(?!因|料|始|则)(?:来|定|有|先)?(?:计划|安排)?(?:内容)?"
    after = (
        rf"(?:{verbs})之?后(?:的|内容|计划)?|(?:拟)?(?:{verbs})为|(?:现(?!场|状)|新(?!增|设|建|型)|拟(?!抽|检|定))"
        r"(?:行|定|有)?(?:计划|安排)?(?:内容)?"
    )
    form = r"[（(]?(?:{side})[)）]?[:：]?(?P<rest>.*)|(?P<front>.+?)[（(]?(?:{end})[)）]?"
    ends = (rf"(?:{verbs})之?前", rf"(?:{verbs})之?后")
    one, other = (re.compile(form.format(side=side, end=end)) for side, end in zip((before, after), ends, strict=True))
    return one, other


def _side(heading: str) -> tuple[str | None, str]:
    """('before' | 'after' | None, the heading without it)."""
    words = squeezed(heading)
    for side, pattern in zip(("before", "after"), _sides(), strict=True):
        found = pattern.fullmatch(words)
        if found:
            return side, (found["rest"] or found["front"] or "").strip("的")
    return None, heading


def mark_of(cell: str) -> str | None:
    """What a cell says befalls a task: added, withdrawn, kept, changed; None where it says nothing of that."""
    said = squeezed(cell)
    if says_nothing(said) or len(said) > _LONGEST_TITLE:
        return None
    for mark in (ADDED, WITHDRAWN, KEPT):
        whole = rf"(?:拟|本次|予以|建议|为|系)?(?:{any_of(mark)})(?:该|本|此)?(?:项)?(?:抽查|检查)?(?:任务|计划|项目)?"
        if re.match(rf"{whole}(?=$|[，,。；;:：（(])", said):
            return mark
    return CHANGED if re.search(rf"{any_of('verbs')}|{any_of(ADDED)}|{any_of(WITHDRAWN)}", said) else None


# What befalls a task and is none of the kinds above.
_NO_KIND = re.compile("暂停|暂缓|中止|推迟|延后|顺延|合并|并入|拆分")
# Columns of a plan that are known and kept nowhere, so that a change of them changes nothing.
_UNKEPT = frozenset({"legal_basis", "method", "note", "plan_type", "year"})


def _is_unkept(heading: str, text: str) -> bool:
    code = column_code(heading)
    return code in _UNKEPT and not (code == "method" and "draw_type" in readings(text))


_WHAT = re.compile("(?:{verbs})(?:的)?(?:内容|事项|项目|要素|类别|字段|项)$")


class _Tables:
    """The tables of a notice, those of a revision with the columns of what holds from now on."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.said: dict[tuple[int, int], Said] = {}
        self.columns: list[ColumnUse] = []
        # Whether columns of before and after tell a revision; the tables that list tasks as a plan does.
        self.sided = False
        self.plain: list[Table] = []
        # Cells of a column of kinds that say a change of no kind known.
        self.unread: list[tuple[int, str]] = []

    def take(self, table: Table, *, says: bool) -> None:
        """Take a table over; `says`: the notice says that it changes a plan."""
        for start in range(min(_HEADED_WITHIN, len(table.rows))):
            for depth in (2, 1):
                headed = _headings(table.rows, start, depth)
                if headed is not None and self._shaped(table, start, depth, headed, says=says):
                    return
        self.tables.append(table)
        if says or self.plain:
            headed_at = any(find_header(table.rows, i) for i in range(min(_HEADED_WITHIN, len(table.rows))))
            self.plain += [table] if headed_at else []

    def _shaped(self, table: Table, start: int, depth: int, headings: Sequence[str], *, says: bool) -> bool:
        """Whether a table's heading, `depth` rows from `start`, is one of a revision; then it is turned."""
        sides = [_side(heading) for heading in headings]
        after = {i for i, (side, _) in enumerate(sides) if side == "after"}
        before = {i for i, (side, _) in enumerate(sides) if side == "before"}
        # "现场检查" or "原产地" alone is no side.
        sided = bool(after and before)
        if not sided:
            after, before = set(), set()
        body = table.rows[start + depth :]
        marks = [i for i in range(len(headings)) if i not in after | before and _is_mark(headings[i], i, body)]
        codes = {i: column_code(sides[i][1] if i in after | before else headings[i]) for i in range(len(headings))}
        names = [i for i, code in codes.items() if code in _NAMING and i not in marks]
        if not names or not (sided or (says and (marks or _is_short_list(table.rows, headings, codes)))):
            return False
        if depth == 2 and not sided:
            return False
        self.sided |= sided
        said = {row.number: self._said(row, sides, before, after, marks) for row in body}
        cells_of_kinds = [(row.number, row.cells[i]) for row in body for i in marks if i < len(row.cells)]
        self.unread += [(n, cell) for n, cell in cells_of_kinds if mark_of(cell) is None and _NO_KIND.search(cell)]
        mixed = [i for i in after if codes[i] is None and not sides[i][1].strip()]
        for i in sorted(after - set(mixed)):
            self._unkept(body, i, sides[i][1], {j for j in before if sides[j][1] == sides[i][1]})
        for i in sorted({*before, *marks}):
            cells = [row.cells[i] for row in body if i < len(row.cells) and row.cells[i].strip()]
            code = MARK_COLUMN if i in marks else BEFORE_COLUMN
            heading = headings[i].replace(OVER, " / ")
            self.columns.append(ColumnUse(heading, code, len(cells), shown_example(cells)))
        if mixed:
            self._mixed(table, body, headings, codes, said, (before, after, marks, mixed))
            return True
        kept = [i for i in range(len(headings)) if i not in before and i not in marks]
        shown = [sides[i][1] if i in after else headings[i] for i in kept]
        self._add(table, shown, [(row, [_now(row, i, after=i in after) for i in kept]) for row in body], said)
        if not sided and (not marks or any(one.mark in (KEPT, None) for one in said.values())):
            self.plain.append(table)
        return True

    def _unkept(self, body: Sequence[Row], index: int, heading: str, before: set[int]) -> None:
        """Say the changes of a column that no plan of ours has a place for."""
        for row in body:
            cell = dict(enumerate(row.cells))
            text = cell.get(index, "")
            if says_nothing(text) or mark_of(text) is not None or not _is_unkept(heading, text):
                continue
            if squeezed(text) not in {squeezed(cell.get(i, "")) for i in before}:
                self.unread.append((row.number, f"{heading}：{text}"))

    def _said(
        self,
        row: Row,
        sides: Sequence[tuple[str | None, str]],
        before: set[int],
        after: set[int],
        marks: Sequence[int],
    ) -> Said:
        """What befalls the task of a row, and what it was called before."""
        cell = dict(enumerate(row.cells))
        mark = next((found for i in marks if (found := mark_of(cell.get(i, "")))), None)
        called = next(
            (cell.get(i, "") for i in sorted(before) if column_code(sides[i][1]) in ("name", "field", "plan_name")), ""
        )
        was = [cell.get(i, "") for i in before if not says_nothing(cell.get(i, ""))]
        now = [cell.get(i, "") for i in after if not says_nothing(cell.get(i, ""))]
        if mark is None and after:
            said = [found for text in (*now, *was) if (found := mark_of(text)) in (ADDED, WITHDRAWN)]
            mark = said[0] if said else EMPTIED if was and not now else ADDED if now and not was else None
        filled = [(column_code(sides[i][1]), cell.get(i, "")) for i in sorted(before, reverse=True)]
        values = {code: text for code, text in filled if code and not says_nothing(text) and mark_of(text) is None}
        return Said(mark, "" if says_nothing(called) else " ".join(called.split()), was=values)

    def _add(
        self,
        table: Table,
        headings: Sequence[str],
        rows: Iterable[tuple[Row, Sequence[str]]],
        said: Mapping[int, Said],
        first: int | None = None,
    ) -> None:
        """A table of a plan with these headings; what is needed to know it for one is added as empty columns."""
        shown = list(headings)
        missing = [
            word
            for word in ("任务名称", "抽查事项", "抽查对象范围")
            if column_code(word) not in map(column_code, shown)
        ]
        named = {column_code(heading) for heading in shown}
        if find_header([Row(0, tuple(shown))], 0) is None:
            shown += [word for word in missing if column_code(word) != "name" or not named & set(_NAMING)]
        blank = [""] * (len(shown) - len(headings))
        ordinal = max((one.ordinal for one in self.tables), default=0) + 1
        number = table.rows[0].number if first is None else first
        taken = [(row, (*cells, *blank)) for row, cells in rows]
        turned = (Row(number, tuple(shown)), *(Row(row.number, cells, split=row.split) for row, cells in taken))
        self.tables.append(replace(table, rows=turned, ordinal=ordinal))
        self.said |= {(ordinal, row.number): said[row.number] for row, _ in taken if row.number in said}

    def _mixed(
        self,
        table: Table,
        body: Sequence[Row],
        headings: Sequence[str],
        codes: Mapping[int, str | None],
        said: dict[int, Said],
        places: tuple[set[int], set[int], Sequence[int], Sequence[int]],
    ) -> None:
        """Columns of before and after that hold now this, now that: a column beside or the cell itself says what."""
        before, after, marks, mixed = places
        what = next(
            (i for i, h in enumerate(headings) if re.search(_WHAT.pattern.format(verbs=any_of("verbs")), squeezed(h))),
            None,
        )
        plain = [i for i in range(len(headings)) if i not in {*before, *after, *marks, what}]
        cards: dict[tuple[str, ...], tuple[int, dict[str, str]]] = {}
        for row in body:
            cell = dict(enumerate(row.cells))
            own = {headings[i]: cell.get(i, "") for i in plain if codes[i] is not None}
            key = tuple(own[headings[i]] for i in plain if codes[i] in _NAMING)
            first, card = cards.setdefault(key, (row.number, own))
            named = cell.get(what, "") if what is not None else ""
            for i in mixed:
                values = list(_values(cell.get(i, ""), named))
                card |= {heading: text for heading, text in values if heading}
                lost = [(heading, text) for heading, text in values if not heading or _is_unkept(heading, text)]
                self.unread += [
                    (row.number, f"{heading or squeezed(named)}：{text}".lstrip("：")) for heading, text in lost
                ]
            old = [pair for i in before if codes[i] is None for pair in _values(cell.get(i, ""), named)]
            values_before = {code: text for heading, text in old if (code := column_code(heading))}
            said[first] = replace(said[first], was={**said[first].was, **values_before})
        for number, pairs in cards.values():
            self._add(table, list(pairs), [(Row(number, ()), list(pairs.values()))], said, number)


def _headings(rows: Sequence[Row], start: int, depth: int) -> list[str] | None:
    """The headings of each column in one line or two; None where there is no second line."""
    top = rows[start].cells
    if depth == 1:
        return [*top]
    if start + 1 >= len(rows) or not any(_side(cell)[0] for cell in top):
        return None
    below, group, joined = rows[start + 1], "", []
    own = [cell for i, cell in enumerate(below.cells) if cell.strip() and i not in below.merged_down]
    if not own or any(column_code(cell) is None or readings(cell) & SHARP for cell in own):
        return None
    for i in range(max(len(top), len(below.cells))):
        upper = top[i] if i < len(top) else ""
        lower = below.cells[i] if i < len(below.cells) and i not in below.merged_down else ""
        group = upper if upper.strip() else group
        side, rest = _side(group)
        if side and lower.strip():
            # "调整前抽查时间" over "开始", "调整前抽查比例" over "A类".
            whole = squeezed(rest + lower) if rest and column_code(squeezed(rest + lower)) else squeezed(lower)
            joined.append(("调整前" if side == "before" else "调整后") + whole)
        else:
            joined.append(upper if upper.strip() else lower)
    return joined


def _is_mark(heading: str, index: int, body: Sequence[Row]) -> bool:
    """Whether a column says what befalls each task: its cells do, and its heading says nothing else."""
    if column_code(heading) not in (None, "note", "draw_type", "plan_type", "items", "content") or _is_naming(heading):
        return False
    cells = [row.cells[index] for row in body if index < len(row.cells) and not says_nothing(row.cells[index])]
    said = [mark_of(cell) for cell in cells]
    return any(mark in (ADDED, WITHDRAWN, KEPT) for mark in said) or (
        bool(cells) and all(said) and re.search(any_of("verbs"), heading) is not None
    )


def _is_naming(heading: str) -> bool:
    return column_code(heading) in _NAMING and not re.search(any_of("verbs"), heading)


def _is_short_list(rows: Sequence[Row], headings: Sequence[str], codes: Mapping[int, str | None]) -> bool:
    """Whether a row heads a list too short for a plan's (任务名称 | 抽查比例), every heading known and none a cell."""
    if any(find_header(rows, i) for i in range(min(_HEADED_WITHIN, len(rows)))):
        return False
    filled = [i for i, heading in enumerate(headings) if heading.strip()]
    return len(filled) > 1 and all(codes[i] and not readings(headings[i]) for i in filled)


def _now(row: Row, index: int, *, after: bool) -> str:
    """A cell as it holds from now on; "" where it says that nothing changes."""
    text = row.cells[index] if index < len(row.cells) else ""
    return "" if after and mark_of(text) in (KEPT, ADDED, WITHDRAWN) else text


def _values(text: str, named: str) -> Iterator[tuple[str, str]]:
    """(heading, value) of each part of a cell that may hold anything: as named beside or in the part, else ""."""
    if says_nothing(text) or mark_of(text) in (KEPT, ADDED, WITHDRAWN):
        return
    if column_code(named):
        yield squeezed(named), text
        return
    for part in filter(None, map(str.strip, re.split("[；;\n]", text))):
        head = re.match(r"(?P<heading>[\u4e00-\u9fff（）()]{2,14})[：:]\s*(?P<value>\S.*)", part)
        if head and column_code(head["heading"]):
            yield head["heading"], head["value"]
        else:
            yield heading_for(part) or "", part
