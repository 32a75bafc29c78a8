"""The items of a cell, one by one, each with the department that the cell says checks it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from inspections.files.characters import printable, squeezed


@dataclass(frozen=True)
class ItemText:
    """One item of an items cell and the department that the cell says checks it (as written there), else None."""

    name: str
    department: str | None = None


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ENUMERATOR = re.compile(
    r"(?:(?<![\d.〔\[])\d{1,2}(?:[.．、]|[)）])(?!\d)|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳⑴-⒇]|(?:(?<=\n)|^)[一二三四五六七八九十]{1,3}、)\s*"
)
_ORGAN = r"[\u4e00-\u9fff]{1,18}?(?:分局|局|委员会|委|厅|大队|支队|总队|中心|部门|(?:救援|监管|执法|管理)机构|股|科)"
_SAYS_WHO = re.compile(rf"(?P<who>{_ORGAN})(?P<sign>[：:]|(?=对|负责)|负责)")
_CHECK_END = r"(?:检查|抽查|核查|督查|巡查)"
_CLAUSE_END = r"(?:检查|抽查|监管|情况|行为|核查|督查|管理|监督)"


def split_items(text: str, departments: Sequence[str] = ()) -> tuple[ItemText, ...]:
    """The items of one cell, one by one, each with the department that the cell says checks it.

    Items are told apart by ；, line breaks, `<p>`, 。 and enumerators. A department counts when it stands before ：,
    对 or 负责, or when it is one of `departments` at the start of a part; it holds until the next one (after ：) or to
    the end of its line (otherwise).
    """
    words = html.unescape(_TAG.sub("\n", printable(text)))
    known = sorted({squeezed(name) for name in departments if len(squeezed(name)) > 1}, key=len, reverse=True)
    if known:
        # "…的行为。 区市场监管局（登记证）…": a blank before a known department parts as well as a full stop.
        names = "|".join(map(re.escape, known))
        words = re.sub(rf"(?<=[\s。；;])\s*(?=(?:{names}))", "\n", words)
    words = re.sub(rf"^\s*(?:检查|抽查)?(?:事项|内容|要点)?{_POINTS}(?=\s*\S)", "", words)
    words = _enumerated(words)
    items: list[ItemText] = []
    standing: str | None = None
    for line in words.split("\n"):
        of_line: str | None = None
        inside = False
        for sign, part in _parts(line):
            written = " ".join(part.split())
            name = written.strip(" 、，,.:：※★●■◆▲")
            inside = inside and sign not in {"\x00", "。"}
            if not name:
                continue
            if items and (inside or (sign != "\x00" and re.match(_POINTS, written))):
                # What an item includes stays with it, word for word.
                inside = True
                whole = f"{items[-1].name}{sign.replace(chr(2), '；') or ' '}{written}"
                items[-1] = ItemText(re.sub("([：:])[；;]", r"\1", whole).rstrip("、，"), items[-1].department)
                continue
            inside = re.search(_POINTS, written) is not None
            who, rest, between = _department_of(part, known)
            if who is not None:
                if between in {":", "："}:
                    standing, of_line = who, None
                else:
                    of_line = who
                name = rest
                if not name:
                    standing = who
                    continue
            items.append(ItemText(name, of_line or standing))
    if len(items) == 1:
        items = _by_clauses(items[0])
    return tuple(dict.fromkeys(items))


# What follows are points of the item before, not items.
_POINTS = r"(?:其中)?(?:主要|具体|重点)?(?:包括|包含|其中|分别为|例如)(?:但不限于)?[:：]"


def _enumerated(words: str) -> str:
    r"""`words` with \x00 for every enumerator, but \x02 for those of another kind that stand behind 包括."""
    top: str | None = None

    def mark(found: re.Match[str]) -> str:
        nonlocal top
        kind = re.sub(r"\d+|[一二三四五六七八九十]+|[①-⑳⑴-⒇]", "#", found[0].strip()) + (
            "①" if "①" <= found[0][0] <= "⒇" else ""
        )
        top = top or kind
        points = list(re.finditer(_POINTS, words[: found.start()]))
        return "\x02" if points and kind != top else "\x00"

    return _ENUMERATOR.sub(mark, words)


def _parts(line: str) -> list[tuple[str, str]]:
    """The parts of a line, each with the sign before it."""
    pieces = re.split(r"([;；。\x00\x02])", line)
    return list(zip(["", *pieces[1::2]], pieces[::2], strict=True))


def _department_of(part: str, known: Sequence[str]) -> tuple[str | None, str, str]:
    """(department, the rest, the sign between) of one part of an items cell."""
    words = " ".join(part.split()).lstrip(" 、，,")
    for name in known:
        if words.startswith(name) and len(words) >= len(name):
            rest = words[len(name) :].lstrip()
            sign = rest[:1] if rest[:1] in {":", "："} else ""
            return name, re.sub(r"^负责", "", rest.lstrip(":： ，,")).strip(" 、，,.:："), sign
    found = _SAYS_WHO.match(words)
    if found and not re.match("对|由|是否|被", found["who"]):
        rest = words[found.end() :]
        return found["who"], rest.strip(" 、，,.:：").removeprefix("负责"), found["sign"]
    return None, words, ""


def _by_clauses(item: ItemText) -> list[ItemText]:
    """One part that is really several clauses, parted by blanks or 、 ("登记事项检查、公示信息检查")."""
    parts = item.name.split()
    if len(parts) > 1 and all(len(part) >= 4 and re.search(_CLAUSE_END + "$", part) for part in parts):
        return [ItemText(part, item.department) for part in parts]
    parts = item.name.split("、")
    if len(parts) > 1 and all(len(part) >= 4 and re.search(_CHECK_END + "$", part) for part in parts):
        return [ItemText(part, item.department) for part in parts]
    return [item]
