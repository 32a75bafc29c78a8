"""Tasks that stand in no table of rows: tables on their side, cards of heading and value, lines and sentences of them.

Each is turned into a table with one row of headings, so that everything behind reads it as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from inspections.files.content import Document, Paragraph, Row, Table
from inspections.notice.headers import column_code, find_header

# A table this far from its first row has no heading of its own any more.
_HEADED_WITHIN = 4
# A table of more rows is no card and lies on no side: it is a register, or a plan whose heading nobody knows.
_MOST_ROWS = 300
# So many titles stand above cards that are lines themselves.
_TITLES = 6

_Card = tuple[int, list[tuple[str, str]]]
"""Where a card begins and its headings with their values, in order."""


def tables_of(document: Document) -> tuple[Table, ...]:
    """The tables of a document, stood up where they lie on their side; its lines where it has none of tasks."""
    tables = [upright for table in document.tables for upright in _upright(table)]
    if any(_is_headed(table) for table in tables):
        return tuple(tables)
    cards = [*_of_lines(document.paragraphs)] or [*_of_sentences(document.paragraphs)]
    first = cards[0][0] if cards else 0
    titles = tuple(line.text for line in document.paragraphs if line.line < first)[-_TITLES:]
    return (*tables, *_as_tables(cards, Table((), titles, len(tables) + 1)))


def _is_headed(table: Table) -> bool:
    return any(find_header(table.rows, index) for index in range(min(_HEADED_WITHIN, len(table.rows))))


def _upright(table: Table) -> Iterable[Table]:
    """A table as it is, or turned where its headings stand in a column, or as one of rows where it is made of cards."""
    width = max((len(row.cells) for row in table.rows), default=0)
    grid = [[*row.cells, *[""] * (width - len(row.cells))] for row in table.rows[: _MOST_ROWS + 1]]
    if width < 2 or not 3 <= len(grid) <= _MOST_ROWS or _is_headed(table):
        return [table]
    if width % 2 == 0 and all(
        _are_headings([row[c] for row in grid if row[c] != row[c - 1]]) for c in range(0, width, 2)
    ):
        pairs = [
            (row.number, cells[c], cells[c + 1])
            for row, cells in zip(table.rows, grid, strict=True)
            for c in range(0, width, 2)
            if cells[c].strip() and (c == 0 or cells[c] != cells[c - 1])
        ]
        return _as_tables(_parted(pairs), table) or [table]
    turned = [Row(table.rows[0].number + c, tuple(row[c] for row in grid)) for c in range(width)]
    if width > 2 and find_header(turned, 0):
        return [replace(table, rows=tuple(turned))]
    return [table]


def _are_headings(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(column_code(cell) is not None for cell in filled) * 2 > len(filled)


def _parted(pairs: Iterable[tuple[int, str, str]]) -> list[_Card]:
    """Headings with their values as cards: a heading that comes again begins the next one."""
    cards: list[_Card] = []
    for number, heading, value in pairs:
        if not cards or heading in dict(cards[-1][1]):
            cards.append((number, []))
        cards[-1][1].append((heading, value))
    return cards


def _as_tables(cards: Sequence[_Card], like: Table) -> list[Table]:
    """Cards as tables of rows, one for all that follow one another with the same headings; none of other things."""
    tables: list[Table] = []
    for number, pairs in cards:
        headings, values = Row(number, tuple(h for h, _ in pairs)), Row(number, tuple(v for _, v in pairs))
        if tables and tables[-1].rows[0].cells == headings.cells:
            tables[-1] = replace(tables[-1], rows=(*tables[-1].rows, values))
        elif find_header([headings], 0):
            tables.append(replace(like, rows=(headings, values), ordinal=like.ordinal + len(tables)))
    return tables


_NUMBERED = r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s*)"
_LINE = re.compile(rf"{_NUMBERED}?(?P<heading>[\u4e00-\u9fff（）()]{{2,14}})[：:]\s*(?P<value>\S.*)")


def _of_lines(lines: Sequence[Paragraph]) -> list[_Card]:
    """Lines of heading and value ("抽查对象：加油站"); numbered lines below one go on with it."""
    pairs: list[tuple[int, str, str]] = []
    for line in lines:
        found = _LINE.fullmatch(line.text.strip())
        if found and column_code(found["heading"]):
            pairs.append((line.line, found["heading"], found["value"]))
        elif pairs and line.line == pairs[-1][0] + pairs[-1][2].count("\n") + 1 and re.match(_NUMBERED, line.text):
            number, heading, value = pairs[-1]
            pairs[-1] = number, heading, f"{value}\n{line.text}"
    return _parted(pairs)


_CLAUSE = re.compile(
    r"(?P<heading>[\u4e00-\u9fff]{2,8}?)(?:分别)?(?:[：:]|为|是|(?=不低于|不少于|不超过))\s*(?P<value>\S.*)"
)
_BY = re.compile(r"由(?P<unit>[\u4e00-\u9fff]{2,20}?)(?:牵头|负责|承办|组织)(?:实施|组织|开展|落实)*")


def _of_sentences(lines: Sequence[Paragraph]) -> list[_Card]:
    """Numbered paragraphs that name a task and say in clauses what is planned ("抽查比例为3%，由食品股负责")."""
    cards: list[_Card] = []
    for line in lines:
        numbered = re.match(_NUMBERED, line.text)
        if numbered is None:
            continue
        name, *clauses = re.split(r"[，。；,;]|(?<=抽查)[：:]|(?<=检查)[：:]", line.text[numbered.end() :].strip())
        pairs = clauses_of(name, clauses)
        if len(pairs) > 3 and len(dict(pairs)) == len(pairs):
            cards.append((line.line, pairs))
    return cards


def clauses_of(name: str, clauses: Iterable[str]) -> list[tuple[str, str]]:
    """Headings with their values, as the clauses behind a task's name say them; others go on with the one before."""
    pairs = [("任务名称", name.strip())]
    for clause in filter(None, map(str.strip, clauses)):
        said, by = _CLAUSE.fullmatch(clause), _BY.fullmatch(clause)
        if by:
            pairs.append(("责任单位", by["unit"]))
        elif said and column_code(said["heading"]):
            pairs.append((said["heading"], said["value"]))
        else:
            heading, value = pairs[-1]
            pairs[-1] = heading, f"{value}，{clause}"
    return pairs
