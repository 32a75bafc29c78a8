"""Tasks that stand in no table of rows: tables on their side, cards of heading and value, lines and sentences of them.

Each is turned into a table with one row of headings, so that everything behind reads it as any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from inspections.files.characters import folded
from inspections.files.content import Document, Paragraph, Row, Table
from inspections.notice.by_months import by_months
from inspections.notice.header_words import column_code, exact_codes, normalised
from inspections.notice.headers import find_header
from inspections.notice.outline import of_outline, way_of
from inspections.notice.prose import NUMBERED, Card, names_amount, of_tasks, with_sections
from inspections.notice.schemes import of_sections

# A table this far from its first row has no heading of its own any more.
_HEADED_WITHIN = 4
# A table of more rows is no card and lies on no side: it is a register, or a plan whose heading nobody knows.
_MOST_ROWS = 300
# So many titles stand above cards that are lines themselves.
_TITLES = 6


def tables_of(document: Document) -> tuple[tuple[Table, str], ...]:
    """The tables of a document, stood up where they lie on their side; its lines where it has none of tasks.

    Beside each stands the code of the issue that says what its rows were made of where that is no row, else "".
    """
    tables = [upright for table in map(_with_titles, document.tables) for upright in _upright(_one_below_other(table))]
    if any(_is_headed(table) for table, _ in tables):
        return tuple(tables)
    for read, made_of in (
        (_of_cells, "task_from_lines"),
        (_of_brackets, "task_from_lines"),
        (_of_lines, "task_from_lines"),
        (of_outline, "task_from_prose"),
        (of_tasks, "task_from_prose"),
        (of_sections, "task_from_prose"),
    ):
        cards = read(document.paragraphs)
        first = cards[0][0] if cards else 0
        # A sentence above the tasks is no title of theirs.
        above = (
            line.text for line in document.paragraphs if line.line < first and not line.text.endswith(("。", "；"))
        )
        titles = tuple(above)[-_TITLES:]
        if made := _as_tables(cards, Table((), titles, len(tables) + 1)):
            return (*tables, *((table, made_of) for table in made))
    return tuple(tables)


def _with_titles(table: Table) -> Table:
    """A table without the row near its top that holds but the plan's title (a title below the headings of a list)."""
    for index, row in enumerate(table.rows[:_HEADED_WITHIN]):
        filled = {cell.strip() for cell in row.cells if cell.strip()}
        if len(row.cells) > 2 and len(filled) == 1 and _TITLE.search(title := filled.pop()):
            return replace(table, rows=(*table.rows[:index], *table.rows[index + 1 :]), titles=(*table.titles, title))
    return table


# So many columns at least have headings that come again beside them.
_FEWEST_AGAIN = 3


def _one_below_other(table: Table) -> Table:
    """A table whose headings come again in the same row, with what stands side by side one below the other."""
    at = next((i for i in range(min(_HEADED_WITHIN, len(table.rows))) if find_header(table.rows, i)), None)
    if at is None:
        return table
    heads = ["".join(cell.split()) for cell in table.rows[at].cells]
    times = next((n for n in (2, 3) if len(heads) % n == 0 and heads == heads[: len(heads) // n] * n), 1)
    width = len(heads) // times
    if times == 1 or width < _FEWEST_AGAIN or len(set(heads)) < width:
        return table
    parts = [[_part(row, n * width, width) for row in table.rows[at + 1 :]] for n in range(times)]
    below = [row for n, part in enumerate(parts) for row in part if n == 0 or any(cell.strip() for cell in row.cells)]
    return replace(table, rows=(*table.rows[:at], _part(table.rows[at], 0, width), *below))


def _part(row: Row, start: int, width: int) -> Row:
    """`width` cells of a row from `start` on."""
    merged = frozenset(i - start for i in row.merged_down if start <= i < start + width)
    return replace(row, cells=row.cells[start : start + width], merged_down=merged)


_TITLE = re.compile(r"(?:20\d\d|双随机|年度).*(?:计划|安排|方案|任务表|清单|一览表)(?:表)?(?:[（(][^（()）]*[)）])?$")


def _is_headed(table: Table) -> bool:
    return any(find_header(table.rows, index) for index in range(min(_HEADED_WITHIN, len(table.rows))))


def _upright(table: Table) -> Iterable[tuple[Table, str]]:
    """A table as it is, or turned where its headings stand in a column, or as one of rows where it is made of cards."""
    width = max((len(row.cells) for row in table.rows), default=0)
    grid = [[*row.cells, *[""] * (width - len(row.cells))] for row in table.rows[: _MOST_ROWS + 1]]
    if width < 2 or not 3 <= len(grid) <= _MOST_ROWS:
        return [(table, "")]
    headed = _is_headed(table)
    # Under a heading of tasks months may stand in columns; kinds of objects do not.
    if (kinds := by_months(table, headed=headed)) is not None:
        return [(kinds, "task_from_months")]
    if headed:
        return [(table, "")]
    if width % 2 == 0 and all(
        _are_headings([row[c] for row in grid if row[c] != row[c - 1]]) for c in range(0, width, 2)
    ):
        pairs = [
            (row.number, _without_number(cells[c]), cells[c + 1])
            for row, cells in zip(table.rows, grid, strict=True)
            for c in range(0, width, 2)
            if cells[c].strip() and (c == 0 or cells[c] != cells[c - 1])
        ]
        return [(made, "task_from_cards") for made in _as_tables(_parted(pairs), table)] or [(table, "")]
    turned = [Row(table.rows[0].number + c, tuple(row[c] for row in grid)) for c in range(width)]
    if width > 2 and find_header(turned, 0):
        return [(replace(table, rows=tuple(turned)), "")]
    return [(table, "")]


def _without_number(heading: str) -> str:
    """A heading of a card without the number of the card behind it (抽查事项二)."""
    bare = re.sub(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）]?$", "", heading.strip())
    return bare if column_code(bare) else heading


def _are_headings(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(column_code(cell) is not None for cell in filled) * 2 > len(filled)


def _parted(pairs: Iterable[tuple[int, str, str]]) -> list[Card]:
    """Headings with their values as cards: a heading that comes again begins the next one."""
    cards: list[Card] = []
    for number, heading, value in pairs:
        if not cards or heading in dict(cards[-1][1]):
            cards.append((number, []))
        cards[-1][1].append((heading, value))
    return cards


def _as_tables(cards: Sequence[Card], like: Table) -> list[Table]:
    """Cards as tables of rows, one for all that follow one another with the same headings; none of other things."""
    tables: list[Table] = []
    for number, pairs in cards:
        headings, values = Row(number, tuple(h for h, _ in pairs)), Row(number, tuple(v for _, v in pairs))
        if tables and set(headings.cells) <= set(tables[-1].rows[0].cells) and len(dict(pairs)) == len(pairs):
            # A card may leave out what the ones before it say.
            values = Row(number, tuple(dict(pairs).get(heading, "") for heading in tables[-1].rows[0].cells))
            tables[-1] = replace(tables[-1], rows=(*tables[-1].rows, values))
        elif find_header([headings], 0):
            tables.append(replace(like, rows=(headings, values), ordinal=like.ordinal + len(tables)))
    return tables


def _of_cells(lines: Sequence[Paragraph]) -> list[Card]:
    """A table of which every cell has become a line of its own: headings from 序号 on, then each number and its cells.

    Nothing where a row has more or fewer lines than there are headings: an empty cell leaves no line behind.
    """
    texts = [line.text.strip() for line in lines]
    first = next((i for i, text in enumerate(texts) if column_code(text) == "seq"), None)
    if first is None or "1" not in texts[first:]:
        return []
    at = texts.index("1", first)
    headings, cards = texts[first:at], list[Card]()
    if len(headings) < _FEWEST_HEADINGS or not _are_headings(headings):
        return []
    while at < len(texts) and texts[at] == str(len(cards) + 1):
        own = texts[at : at + len(headings)]
        later = str(len(cards) + 2) in texts[at:]
        behind = texts[at + len(headings) : at + len(headings) + 1]
        if len(own) < len(headings) or (later and behind != [str(len(cards) + 2)]):
            return []
        cards.append((lines[at].line, list(zip(headings, own, strict=True))))
        at += len(headings)
    return cards


_FEWEST_HEADINGS = 4
_LINE = re.compile(rf"{NUMBERED}?(?P<heading>[\u4e00-\u9fff（）()]{{2,14}})[：:]\s*(?P<value>\S.*)")


_BRACKETS = re.compile(rf"{NUMBERED}?(?P<name>[^，。；：:;（()）]{{2,40}})[（(](?P<said>.+)[)）][；;。，]?")


def _of_brackets(lines: Sequence[Paragraph]) -> list[Card]:
    """Lines of a name and, in brackets behind it, headings with values ("甲检查（抽查对象：…；抽查比例：10%）")."""
    cards: list[Card] = []
    for line in lines:
        found = _BRACKETS.fullmatch(line.text.strip())
        said = [_IN_BRACKETS.fullmatch(part.strip()) for part in re.split("[；;]", found["said"])] if found else []
        pairs = [(one["heading"], one["value"]) for one in said if one and column_code(one["heading"])]
        if found and len(pairs) > 1 and len(pairs) == len(said) == len(dict(pairs)):
            cards.append((line.line, [("任务名称", found["name"]), *pairs]))
    return cards


_IN_BRACKETS = re.compile(r"(?P<heading>[\u4e00-\u9fff]{2,10})[：:](?P<value>.+)")
_NAME_ALONE = re.compile(rf"{NUMBERED}(?P<name>[^，。；：:;]{{2,40}})[：:。]?")


def _of_lines(lines: Sequence[Paragraph]) -> list[Card]:
    """Lines of heading and value ("抽查对象：加油站"); numbered lines below one go on with it."""
    pairs: list[tuple[int, str, str]] = []
    # How the names of tasks are numbered.
    ways: set[int | None] = set()
    lines = [_with_who(line) for line in lines]
    known = [_code_of(found) if (found := _LINE.fullmatch(line.text.strip())) else None for line in lines]
    for index, line in enumerate(lines):
        words = line.text.strip()
        below = lines[index + 1].text if index + 1 < len(lines) and known[index + 1] else ""
        found = _LINE.fullmatch(words)
        goes_on = bool(pairs) and line.line == pairs[-1][0] + pairs[-1][2].count("\n") + 1
        if found and known[index]:
            pairs.append((line.line, _without_number(found["heading"]), found["value"]))
        elif (
            below
            and "name" not in known
            and (re.match(NUMBERED, below) or not goes_on or _heads(words, pairs[-1][2], ways))
            and (named := _NAME_ALONE.fullmatch(words))
            and normalised(named["name"]) not in exact_codes()
        ):
            # "（一）矿产资源检查" over "1.抽查对象：…": what the lines below it are of.
            pairs.append((line.line, "任务名称", named["name"]))
            ways.add(way_of(words))
        elif goes_on and re.match(NUMBERED, words) and column_code(re.sub(f"^{NUMBERED}", "", words)) is None:
            number, heading, value = pairs[-1]
            pairs[-1] = number, heading, f"{value}\n{line.text}"
    cards = _parted(pairs)
    # What is said once for all makes no task of lines that are none without it.
    told = any(find_header([Row(number, tuple(heading for heading, _ in card))], 0) for number, card in cards)
    return with_sections(cards, lines) if told else cards


_WHO = re.compile(rf"(?P<number>{NUMBERED}?)(?:组织|具体|负责)?实施[：:]\s*(?P<who>[^，。；,;]{{2,30}})[。；]?")


def _with_who(line: Paragraph) -> Paragraph:
    """A line "组织实施：饲料股" under the heading of who does it; elsewhere these words head how the work is done."""
    found = _WHO.fullmatch(line.text.strip())
    is_unit = found and re.search("[股科处室队局站所委办]$", found["who"])
    return replace(line, text=f"{found['number']}责任单位：{found['who']}") if found and is_unit else line


def _code_of(line: re.Match[str]) -> str | None:
    """The column that the heading of a line means; none where it is a kind of objects with its amount behind it.

    "重点监管对象：每季度抽查25%" is a task, "检查对象：加油站12家" is not.
    """
    code = column_code(line["heading"])
    kind = code in {"scope", "item_class"} and normalised(line["heading"]) not in exact_codes()
    kind = kind and not re.search("^(?:抽查|检查|抽取|被|受检)|[及和与]|比例|数量|范围", line["heading"])
    return None if kind and names_amount(folded(line["value"])) else code


def _heads(words: str, value: str, ways: Collection[int | None]) -> bool:
    """Whether "二、公共场所卫生" behind a value heads the lines below it: the value is no numbered list of its own.

    So does a line numbered as the names before it are (`ways`).
    """
    numbered = re.match("[一二三四五六七八九十]{1,3}、", words) is not None or way_of(words) in {*ways} - {None}
    return numbered and not re.search(rf"(?:^|\n){NUMBERED}", value)
