"""A plan told under numbered headings: which heading stands below which, and the tasks whose headings are columns.

"一、对游泳场所的检查" over "（一）检查主体" and "（二）检查比例、频次" is a task; what each of these says stands on the
lines below it. Which kind of number is below which, the text itself shows by the order in which they first come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspections.files.content import Paragraph
from inspections.notice.header_words import column_code
from inspections.notice.prose import subject, told_in_clauses
from inspections.notice.windows import single_date

Card = tuple[int, list[tuple[str, str]]]
"""Where a card begins and its headings with their values, in order."""

# How a line is numbered; each way is a level of its own.
_NUMBERS = (
    r"[一二三四五六七八九十]{1,3}、",
    r"[（(][一二三四五六七八九十]{1,3}[)）]",
    r"第[一二三四五六七八九十]{1,3}[条项、]",
    r"\d{1,2}[.．、](?!\d)",
    r"[（(]\d{1,2}[)）]",
    r"[①-⑳]",
)
_LONGEST_HEADING = 40
# What a task is told by, and what may stand among it.
_TELLS = {"scope", "rate", "quota", "frequency", "period", "period_start", "period_end", "pool"}
_MAY_STAND = _TELLS | {"items", "content", "lead_unit", "initiating_unit", "partners", "checking_body", "method"}
_MAY_STAND |= {"legal_basis", "risk_rule", "draw_type", "item_class", "note"}


@dataclass
class Node:
    """A numbered line: its heading, what stands on it and below it before the next number, and what is under it."""

    line: int
    heading: str
    own: list[str]
    under: list[Node] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Everything that it and what is under it say, a line each."""
        below = (f"{node.heading}：{node.words}" if node.words else node.heading for node in self.under)
        return "\n".join(filter(None, (*self.own, *below)))


def way_of(text: str) -> int | None:
    """Which of the ways of numbering a line begins with; None without a number."""
    return next((n for n, pattern in enumerate(_NUMBERS) if re.match(pattern, text.strip())), None)


def outline(lines: Sequence[Paragraph]) -> list[Node]:
    """The numbered lines of a text as a tree; who signs and the day below are of no heading."""
    last = next((i for i, line in enumerate(lines) if i and single_date(line.text)), len(lines) + 1)
    top: list[Node] = []
    open_at: list[tuple[int, Node]] = []
    for line in lines[: last - 1]:
        text = line.text.strip()
        way = way_of(text)
        if way is None:
            if open_at and text:
                open_at[-1][1].own.append(text)
            continue
        node = _node(line.line, re.sub(rf"^{_NUMBERS[way]}\s*", "", text))
        while way in [level for level, _ in open_at]:
            open_at.pop()
        (open_at[-1][1].under if open_at else top).append(node)
        open_at.append((way, node))
    return top


def _node(line: int, words: str) -> Node:
    parted = re.match(r"(?P<heading>[^：:。，；;]{2,40})(?:[：:。]\s*(?P<value>.*))?$", words, re.DOTALL)
    if parted is None:
        return Node(line, "", [words])
    return Node(line, parted["heading"].strip(), [parted["value"]] if parted["value"] else [])


def of_outline(lines: Sequence[Paragraph]) -> list[Card]:
    """The tasks that numbered headings name, each with the columns under it; what stands beside them is for all."""
    tree = outline(lines)
    shared = {code: node for node in tree if (code := column_code(node.heading)) in {"period", "rate"} and node.own}
    cards = _across(tree) or [
        (node.line, pairs) for node in _tasks(tree) for pairs in _by_kinds(_columns_under(node, lines))
    ]
    return [(line, _with_shared(pairs, shared)) for line, pairs in cards]


def _columns_under(node: Node, lines: Sequence[Paragraph]) -> list[tuple[str, str]]:
    """The name of a task and the columns under its heading, with what sentences about its amounts say besides."""
    # "一、随机抽查工作的组织实施" names no task; the title says what is inspected.
    name = subject(lines) if re.search("组织实施|工作的|有关事项", node.heading) else ""
    pairs = [("任务名称", name or node.heading)]
    for own in node.under:
        if column_code(own.heading) and own.words and own.heading not in dict(pairs):
            pairs.append((own.heading, own.words))
    told = {column_code(heading) for heading, _ in pairs}
    amounts = "\n".join(value for heading, value in pairs if column_code(heading) in {"rate", "quota", "frequency"})
    return pairs + [(heading, value) for heading, value in told_in_clauses(amounts) if column_code(heading) not in told]


_OF_A_KIND = re.compile(
    r"(?P<kind>[^，,：:\d%％]{2,30}?)的?(?:随机)?(?:抽查|检查|抽取)?比例(?P<amount>(?:为|是|[：:]|不低于|不少于|达到?).+)",
    re.DOTALL,
)


_NO_KIND = re.compile("[全每本]年|年度|[省市县区]级|原则上|总体|其中|随机|抽查|检查")


def _by_kinds(pairs: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """A task's columns, or those of a task for each kind of objects that its proportion names (甲比例为…；乙…)."""
    at = next((i for i, (heading, _) in enumerate(pairs) if column_code(heading) == "rate"), None)
    clauses = [one.strip() for one in re.split("[；;。\n]", pairs[at][1]) if one.strip()] if at is not None else []
    kinds = [found for one in clauses if (found := _OF_A_KIND.fullmatch(one)) and not _NO_KIND.match(found["kind"])]
    if at is None or len(kinds) < 2 or len(kinds) < len(clauses):
        return [pairs]
    others = [pair for i, pair in enumerate(pairs) if i != at and column_code(pair[0]) not in {"name", "scope"}]
    return [
        [("任务名称", found["kind"]), ("抽查对象", found["kind"]), (pairs[at][0], found["amount"]), *others]
        for found in kinds
    ]


def _with_shared(pairs: list[tuple[str, str]], shared: dict[str, Node]) -> list[tuple[str, str]]:
    """A task's columns with those that a section of its own says for all tasks."""
    told = {column_code(heading) for heading, _ in pairs}
    return pairs + [(node.heading, node.words) for code, node in shared.items() if code not in told]


def _across(tree: Sequence[Node]) -> list[Card]:
    """Tasks that every section lists again, each section a column ("二、检查内容", "三、抽查比例")."""
    sections = [node for node in tree if column_code(node.heading) in _MAY_STAND and len(node.under) > 1]
    listed = [{own.heading: own for own in node.under if own.heading} for node in sections]
    names = [name for name in (listed[0] if listed else {}) if sum(name in own for own in listed) > 1]
    told = {column_code(node.heading) for node, own in zip(sections, listed, strict=True) if names and names[0] in own}
    if len(names) < 2 or not told & _TELLS:
        return []
    cards = []
    for name in names:
        said = [(node.heading, own[name].words) for node, own in zip(sections, listed, strict=True) if name in own]
        cards.append(
            (listed[0][name].line, [("任务名称", name), *((heading, words) for heading, words in said if words)])
        )
    return cards


def _tasks(nodes: Sequence[Node]) -> Iterator[Node]:
    """The headings right above two columns or more, one of which tells how many, of whom or when."""
    for node in nodes:
        codes = [column_code(own.heading) for own in node.under if own.heading]
        known = [code for code in codes if code in _MAY_STAND]
        tells = len(set(known)) > 1 and set(known) & _TELLS and len(known) * 2 > len(codes)
        if tells and (_names(node) or len(_by_kinds(_columns_under(node, []))) > 1):
            yield node
        else:
            yield from _tasks(node.under)


def _names(node: Node) -> bool:
    """Whether a heading can be a task's name: it is no column itself and no part of how the work is done."""
    of_work = re.search(
        "要求|目标|原则|保障|流程|程序|措施|步骤|组织领导|实施方案|内容$|安排$|^(?:健全|完善|建立|加强|规范|明确|执行)",
        node.heading,
    )
    return 2 <= len(node.heading) <= _LONGEST_HEADING and column_code(node.heading) not in _TELLS and not of_work
