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
from inspections.notice.header_words import OVER, column_code, normalised
from inspections.notice.headers import find_header
from inspections.notice.prose import clauses_of
from inspections.notice.vocabulary import says_nothing, vocabulary

# What befalls a task. `EMPTIED`: it has values before and none after.
ADDED, WITHDRAWN, CHANGED, KEPT, EMPTIED = "added", "withdrawn", "changed", "kept", "emptied"
# The columns of a revision's tables that are read here and by no reader of plans.
BEFORE_COLUMN, MARK_COLUMN = "before", "change"

_LONGEST_TITLE = 80
_HEADED_WITHIN = 4
_NAMING = ("name", "field", "plan_name", "items", "scope")


@dataclass(frozen=True)
class Said:
    """What stands beside the new values of a row: what befalls its task (None: not said) and what it was called.

    `sentence`: no table says it. `rate_was`: the proportion or number before, as written.
    """

    mark: str | None = None
    called: str = ""
    sentence: bool = False
    rate_was: str = ""


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


@cache
def _words(name: str) -> str:
    """Words of the section `revision` of `headers.toml` as one pattern, the longer ones first."""
    return "|".join(sorted(map(re.escape, vocabulary()["revision"][name]), key=len, reverse=True))


# ---------------------------------------------------------------------------------------------------- is it one
_HEADS = re.compile("计划|任务|安排|方案|清单|一览表")


def revision_of(document: Document) -> Revision | None:
    """What a notice changes, where its title, its sentences or its columns say that it changes a plan; else None."""
    titles = [*_titles(document)]
    verbs = _words("verbs")
    body = [squeezed(paragraph.text) for paragraph in document.paragraphs]
    says = heads_revision(titles)
    says |= any(re.search(rf"(?:{verbs})(?:如下|情况如下)|(?:如下|以下)(?:{verbs})", line) for line in body)
    voids = any(re.search(rf"原[^。；]{{0,40}}计划[^。；]{{0,40}}(?:{_words('voids')})", line) for line in body)
    tables = _Tables()
    for table in document.tables:
        tables.take(table, says=says or voids)
    if not (says or voids or tables.sided):
        return None
    sentences = _Sentences()
    for paragraph in document.paragraphs:
        sentences.take(paragraph.line, paragraph.text)
    ordinal = max((table.ordinal for table in tables.tables), default=0)
    ahead = tuple(title for title in titles[:6])
    cards = list(_as_tables(sentences.cards, ahead, ordinal))
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
    return any(re.search(_words("verbs"), title) and _HEADS.search(title) and _is_about_plan(title) for title in titles)


# "…计划（调整版）", "调整后的…计划", "关于印发《…计划（修订）》的通知": the plan itself, as it is from now on.
_WHOLE = re.compile(
    r"(?:计划|方案|安排|任务表|清单|一览表)(?:表)?[（(](?:\d{4}年)?(?:第?[一二三四五\d]次)?(?:调整|修订|变更|修改)[后版稿]?[)）]"
    r"|(?:计划|方案)(?:表)?(?:调整|修订|修改)[版稿]|(?:调整|修订|变更|修改)后的?[^。]{0,40}(?:计划|任务|清单|安排)"
    r"|[（(](?:调整|修订|变更|修改)[后版稿]?[)）]\s*$"
)


def _is_about_plan(title: str) -> bool:
    """Whether a title changes a plan, and does not only speak of changes that are inspected (变更登记)."""
    verbs = _words("verbs")
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
    verbs = _words("verbs")
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
    words = squeezed(cell)
    if says_nothing(words) or len(words) > _LONGEST_TITLE:
        return None
    for mark in (ADDED, WITHDRAWN, KEPT):
        whole = rf"(?:拟|本次|予以|建议|为|系)?(?:{_words(mark)})(?:该|本|此)?(?:项)?(?:抽查|检查)?(?:任务|计划|项目)?"
        if re.match(rf"{whole}(?=$|[，,。；;:：（(])", words):
            return mark
    return CHANGED if re.search(rf"{_words('verbs')}|{_words(ADDED)}|{_words(WITHDRAWN)}", words) else None


# What befalls a task and is none of the kinds above.
_NO_KIND = re.compile("暂停|暂缓|中止|推迟|延后|顺延|合并|并入|拆分")
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
        rates = [cell.get(i, "") for i in sorted(before) if column_code(sides[i][1]) == "rate"]
        rate_was = next((text for text in rates if not says_nothing(text)), "")
        return Said(mark, "" if says_nothing(called) else " ".join(called.split()), rate_was=rate_was)

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
        said: Mapping[int, Said],
        places: tuple[set[int], set[int], Sequence[int], Sequence[int]],
    ) -> None:
        """Columns of before and after that hold now this, now that: a column beside or the cell itself says what."""
        before, after, marks, mixed = places
        what = next(
            (i for i, h in enumerate(headings) if re.search(_WHAT.pattern.format(verbs=_words("verbs")), squeezed(h))),
            None,
        )
        plain = [i for i in range(len(headings)) if i not in {*before, *after, *marks, what}]
        cards: dict[tuple[str, ...], tuple[int, dict[str, str]]] = {}
        for row in body:
            cell = dict(enumerate(row.cells))
            own = {headings[i]: cell.get(i, "") for i in plain if codes[i] is not None}
            card = cards.setdefault(tuple(own[headings[i]] for i in plain if codes[i] in _NAMING), (row.number, own))[1]
            for i in mixed:
                named = cell.get(what, "") if what is not None else ""
                card |= dict(_values(cell.get(i, ""), named))
        for number, pairs in cards.values():
            self._add(table, list(pairs), [(Row(number, ()), list(pairs.values()))], said, number)


def _headings(rows: Sequence[Row], start: int, depth: int) -> list[str] | None:
    """The headings of each column in one line or two; None where there is no second line."""
    top = rows[start].cells
    if depth == 1:
        return [*top]
    if start + 1 >= len(rows) or not any(_side(cell)[0] and not _side(cell)[1] for cell in top):
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
        if side and not rest and lower.strip():
            joined.append(("调整前" if side == "before" else "调整后") + squeezed(lower))
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
        bool(cells) and all(said) and re.search(_words("verbs"), heading) is not None
    )


def _is_naming(heading: str) -> bool:
    return column_code(heading) in _NAMING and not re.search(_words("verbs"), heading)


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
    """(heading, value) pairs of a cell that may hold anything: as a column beside names it, as it does itself."""
    if says_nothing(text) or mark_of(text) in (KEPT, ADDED, WITHDRAWN):
        return
    if column_code(named):
        yield squeezed(named), text
        return
    for part in filter(None, map(str.strip, re.split("[；;\n]", text))):
        head = re.match(r"(?P<heading>[\u4e00-\u9fff（）()]{2,14})[：:]\s*(?P<value>\S.*)", part)
        if head and column_code(head["heading"]):
            yield head["heading"], head["value"]
        elif heading := _heading_for(part):
            yield heading, part


def _heading_for(value: str) -> str | None:
    """The heading of a plan under which a value would stand, by how it reads."""
    read = readings(value)
    if "frequency" in read and "%" not in folded(value):
        return "抽查频次"
    for reading, heading in (
        ("rate", "抽查比例"),
        ("window", "抽查时间"),
        ("date", "抽查时间"),
        ("count", "抽查数量"),
        ("unit", "牵头单位"),
    ):
        if reading in read:
            return heading
    return None


# ---------------------------------------------------------------------------------------------------- sentences
_QUOTED = re.compile(r"[“\"「『《](?P<name>[^“”\"「」『』《》]{2,80})[”\"」』》]")
_HELD = re.compile("\x01(\\d+)\x02")
_NUMBERED = re.compile(r"^\s*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s*)+")
_LEADING = r"(?:(?:经[^，,]{0,20}(?:研究|同意|批准))?(?:决定|拟|现|同时|另|并|予以|其中|即日起|自即日起)*)"
_VAGUE = re.compile(
    "^(?:所有|全部|各项|各类|其余|其它|部分|个别|有关|相关|以下|下列|如下|上述|一批|若干|其他|附件|调整|《)"
)


@dataclass
class _Card:
    """What sentences say of one task: its line, what befalls it, and heading -> new value."""

    line: int
    said: Said
    pairs: dict[str, str]


class _Sentences:
    """The changes that sentences say: cards of new values and the tasks that are withdrawn."""

    def __init__(self) -> None:
        self.cards: list[_Card] = []
        self.withdrawn: list[tuple[int, str]] = []
        self.unread: list[tuple[int, str]] = []
        self.lines: set[int] = set()

    def take(self, line: int, text: str) -> None:
        """Read one paragraph."""
        held: list[str] = []

        def hold(found: re.Match[str]) -> str:
            held.append(found["name"])
            return f"\x01{len(held) - 1}\x02"

        whole = _QUOTED.sub(hold, _NUMBERED.sub("", text))
        for sentence in filter(str.strip, re.split("[。\n]", whole)):
            self._sentence(line, "".join(sentence.split()), held)

    def _sentence(self, line: int, sentence: str, held: Sequence[str]) -> None:
        subject: list[str] = []
        clauses = _clauses(sentence)
        taken = 0
        for place, raw in enumerate(clauses):
            if place < taken:
                continue
            clause = _NUMBERED.sub("", raw)
            new = re.match(rf"^{_LEADING}(?:{_words(ADDED)})(?P<name>[^：:（(]+)", clause)
            if new and (names := _tasks(new["name"], held)):
                rest = _until_next([_shown(one, held) for one in clauses[place + 1 :]])
                inside = re.split("[，,；;]", clause[new.end() :].strip("：:（()）")) if clause[new.end() :] else []
                for name in names:
                    pairs = clauses_of(name, [*(_shown(one, held) for one in inside), *rest])
                    self._card(line, name, ADDED, dict(pairs[1:]))
                subject, taken = [], place + 1 + len(rest)
                continue
            again = re.match(rf"^{_LEADING}(?:{_words('restored')})(?P<name>.+)$", clause)
            if again and (names := _tasks(again["name"], held)):
                for name in names:
                    self._card(line, name, None, {})
                continue
            gone = re.match(rf"^{_LEADING}(?:{_words(WITHDRAWN)})(?P<name>.+)$", clause) or re.match(
                rf"^(?:将|把|对)?(?P<name>.+?)(?:予以|拟|全部|一并|相应|同时|均|也|今年|本年度?)*(?:{_words(WITHDRAWN)})(?:开展|实施|执行|进行|检查|抽查)?$",
                clause,
            )
            if gone and not re.search("计划$", gone["name"]) and (names := _tasks(gone["name"], held)):
                self.withdrawn += [(line, name) for name in names]
                self.lines.add(line)
                continue
            subject = self._change(line, clause, held, subject)

    def _change(self, line: int, clause: str, held: Sequence[str], subject: list[str]) -> list[str]:
        """Read "将…任务的抽查时间由…调整为…"; comes back with the tasks that the next clause speaks of."""
        found = re.match(_CHANGE, clause)
        if not found:
            if _tells_change(clause, named=bool(subject)):
                self.unread.append((line, _shown(clause, held)))
                return subject
            bare = re.match("^(?:将|对|把)(?P<name>.*\x01.*)$", clause)
            return _names(bare["name"], held) if bare else subject
        left, old, new = (_shown(found[part] or "", held) for part in ("left", "old", "new"))
        subject_words, heading = _heading_at_end(found["left"])
        names = _names(subject_words, held) if subject_words else []
        by = re.fullmatch(
            r"由?(?P<unit>[\u4e00-\u9fff]{2,20}?)(?:牵头|负责|承办|组织|发起)(?:实施|组织|开展|落实)*", new
        )
        if by and not heading:
            heading, new = "牵头单位", by["unit"]
        if found["verb"] == "更名" and not heading:
            heading = "任务名称"
        heading = heading or _heading_for(new)
        if (
            heading
            and column_code(heading) == "period"
            and found["verb"] in ("延长", "延期", "顺延")
            and not re.search("[-—－~至到]", new)
        ):
            heading = "结束时间"
        if heading is None or (_VAGUE.match(new) and not names):
            if names or subject:
                self.unread.append((line, left + clause[len(found["left"]) :] if not held else _shown(clause, held)))
            return names or subject
        if column_code(heading) in ("name", "field", "plan_name") and not names:
            names = subject or [old]
        for name in names or subject:
            self._card(line, name, None, {heading: new}, old if column_code(heading) == "rate" else "")
        if not (names or subject):
            self.unread.append((line, _shown(clause, held)))
        return names or subject

    def _card(self, line: int, name: str, mark: str | None, pairs: dict[str, str], rate_was: str = "") -> None:
        """What is said of a task in several sentences is one card."""
        self.lines.add(line)
        for card in self.cards:
            if card.said.called == name:
                card.pairs |= pairs
                card.said = replace(card.said, rate_was=card.said.rate_was or rate_was)
                return
        self.cards.append(_Card(line, Said(mark, name, sentence=True, rate_was=rate_was), pairs))


# Words that end the name of a task, so that two of them beside each other are two tasks ("煤矿、非煤矿山检查" is one).
_ENDS = "(?:抽查|检查|核查|监测|检验|抽检|任务)"
# A clause that changes a task without being one of the forms above: said, for else nobody would know that it was lost.
_TOLD = (
    "恢复|暂停|暂缓|中止|推迟|提前|顺延|延后|延长|延期|提高|降低|上调|下调|增加|新增|减少|压减|缩减|扩大|缩小|合并|拆分|并入"
    "|更名|变更|调整|改为|改由|取消|删除|撤销|不再|由[\u4e00-\u9fff]{2,20}?(?:牵头|负责|承办)|不[低少高超]于?"
)
_NO_TOLD = re.compile(
    "^(?:根据|按照|依据|为|因|由于|鉴于|经|结合|各|请|要|对照|附件|未)|如下|以下|上述|部分|个别|有关|相关|通知|计划|附件|附表|下表|不变|另行|应当|及时|严格|不得|原则上|的变更|变更登记"
)


def _tells_change(clause: str, *, named: bool) -> bool:
    """Whether a clause that nobody read changes a task: one that it names, or (`named`) one that those before named."""
    about = named or "\x01" in clause or re.search(_ENDS, clause)
    return bool(about and re.search(_TOLD, clause) and not _NO_TOLD.search(clause))


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; "比例由5%调整为3%、时间由…调整为…" are two, "甲抽查、乙抽查的时间调整为…" is one."""
    clauses: list[str] = []
    for part in re.split("[，,；;]", sentence):
        parts: list[str] = []
        for piece in re.split("[、]|(?:并且|并|同时|以及)(?=将|把)", part):
            if parts and re.search(_CHANGE, piece) and re.search(_CHANGE, parts[-1]):
                parts.append(piece)
            elif parts:
                parts[-1] += "、" + piece
            else:
                parts.append(piece)
        clauses += filter(None, parts)
    return clauses


_VERBS = (
    "调整|变更|修改|修订|更改|更换|更名|改|延期|推迟|提前|延长|顺延|提高|降低|上调|下调|增加|减少|缩减|压减|扩大|缩小"
)
_CHANGE = (
    r"^(?P<left>.*?)(?:(?:由|从)(?P<old>[^由从]*?))?(?:统一|相应|分别|现|均|整体)*"
    rf"(?P<verb>{_VERBS})(?:为|至|到|成)(?P<new>.+)$"
)


def _shown(text: str, held: Sequence[str]) -> str:
    return _HELD.sub(lambda found: held[int(found[1])], text)


def _until_next(clauses: Sequence[str]) -> list[str]:
    """The clauses before the next that says a change of its own."""
    rest: list[str] = []
    for clause in clauses:
        if re.match(rf"^{_LEADING}(?:{_words(ADDED)}|{_words(WITHDRAWN)}|将)", clause) or re.search(_CHANGE, clause):
            break
        rest.append(clause)
    return rest


def _names(words: str, held: Sequence[str]) -> list[str]:
    """The tasks that words name: those in quotation marks, else the words without what stands around a name."""
    quoted = [held[int(place)] for place in _HELD.findall(words)]
    if quoted:
        return quoted
    bare = re.sub(
        r"^(?:将|把|对|其中|原|原定|原计划中?的?|计划中?的?|序号\d+(?:[、和至\-]\d+)*的?|第\d+项)+", "", words
    )
    bare = re.sub(r"(?:等?[一二两三四五六七八九十\d]+[项个])?(?:任务|项目)?的?$", "", bare)
    bare = re.sub(r"[（(](?:原)?(?:序号|第)?\d+(?:项|号)?[)）]", "", bare)
    several = [
        re.sub("任务$", "", name) for name in re.split(r"(?<=抽查|检查|核查|监测|检验|抽检|任务)[、和与及]", bare)
    ]
    return [name for name in several if len(name) > 1 and not _VAGUE.match(name)]


def _tasks(words: str, held: Sequence[str]) -> list[str]:
    """The tasks that words name; a heading of a value ("取消抽查比例") is none, a quoted name always is."""
    names = _names(words, held)
    if _HELD.search(words):
        return names
    return [
        name
        for name in names
        if column_code(name) is None or (re.search(f"{_ENDS}$", name) and normalised(name) not in _exact_headings())
    ]


@cache
def _exact_headings() -> frozenset[str]:
    return frozenset(
        normalised(word) for code, words in vocabulary()["exact"].items() for word in words if code != "note"
    )


def _heading_at_end(left: str) -> tuple[str, str | None]:
    """(the words before, the heading of a plan at the end of words such as "将…任务的抽查时间")."""
    for length in range(min(14, len(left)), 1, -1):
        if left[-length:] in _exact_headings() and column_code(left[-length:]) not in ("seq", "contact", "year"):
            return left[:-length], left[-length:]
    return left, None


def _as_tables(cards: Sequence[_Card], titles: tuple[str, ...], ordinal: int) -> Iterator[tuple[Table, Row, Said]]:
    """A table of one row for each card."""
    for place, card in enumerate(cards, 1):
        pairs = (
            card.pairs
            if any(column_code(h) == "name" for h in card.pairs)
            else {"任务名称": card.said.called, **card.pairs}
        )
        shown = {
            **pairs,
            **{w: "" for w in ("抽查事项", "抽查对象范围") if column_code(w) not in map(column_code, pairs)},
        }
        row = Row(card.line, tuple(shown.values()))
        yield Table((Row(card.line, tuple(shown)), row), titles, ordinal + place), row, card.said
