"""The sentences of a notice that changes a plan: the values they give anew, the tasks they withdraw or add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from inspections.files.characters import folded
from inspections.files.columns import readings
from inspections.files.content import Row, Table
from inspections.notice.header_words import column_code, normalised
from inspections.notice.prose import clauses_of
from inspections.notice.revision_words import ADDED, WITHDRAWN, Said, any_of
from inspections.notice.vocabulary import vocabulary

_QUOTED = re.compile(r"[“\"「『《](?P<name>[^“”\"「」『』《》]{2,80})[”\"」』》]")
_HELD = re.compile("\x01(\\d+)\x02")
_NUMBERED = re.compile(r"^\s*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s*|[一二三四五六七八九]是)+")
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


class Sentences:
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
        for sentence in filter(str.strip, re.split("[。\n]|(?:如下|以下(?:调整|修订|变更|修改)?)[：:]", whole)):
            self._sentence(line, "".join(sentence.split()), held)

    def _sentence(self, line: int, sentence: str, held: Sequence[str]) -> None:
        subject: list[str] = []
        clauses = _clauses(sentence)
        taken = 0
        for place, raw in enumerate(clauses):
            if place < taken:
                continue
            clause = _NUMBERED.sub("", raw)
            new = re.match(rf"^{_LEADING}(?:{any_of(ADDED)})(?P<name>[^：:（(]+)", clause)
            if new and (names := _tasks(new["name"], held)):
                rest = _until_next([_shown(one, held) for one in clauses[place + 1 :]])
                inside = re.split("[，,；;]", clause[new.end() :].strip("：:（()）")) if clause[new.end() :] else []
                for name in names:
                    pairs = clauses_of(name, [*(_shown(one, held) for one in inside), *rest])
                    self._card(line, name, ADDED, dict(pairs[1:]))
                subject, taken = [], place + 1 + len(rest)
                continue
            again = re.match(rf"^{_LEADING}(?:{any_of('restored')})(?P<name>.+)$", clause)
            if again and (names := _tasks(again["name"], held)):
                for name in names:
                    self._card(line, name, None, {})
                continue
            gone = re.match(rf"^{_LEADING}(?:{any_of(WITHDRAWN)})(?P<name>.+)$", clause) or re.match(
                rf"^(?:将|把|对)?(?P<name>.+?)(?:予以|拟|全部|一并|相应|同时|均|也|今年|本年度?)*(?:{any_of(WITHDRAWN)})(?:开展|实施|执行|进行|检查|抽查)?$",
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
        new = _shown(found["new"], held)
        stem, value = (found["left"], found["old"]) if found["old"] else _value_at_end(found["left"], new)
        left, old = _shown(found["left"], held), _shown(value, held)
        subject_words, heading = _heading_at_end(stem)
        names = _names(subject_words, held) if subject_words else []
        by = re.fullmatch(
            r"由?(?P<unit>[\u4e00-\u9fff]{2,20}?)(?:牵头|负责|承办|组织|发起)(?:实施|组织|开展|落实)*", new
        )
        if by and not heading:
            heading, new = "牵头单位", by["unit"]
            old = re.sub("(?:牵头|负责|承办|组织|发起)(?:实施|组织|开展|落实)*$", "", old)
        if found["verb"] == "更名" and not heading:
            heading = "任务名称"
        heading = heading or heading_for(new)
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
        code = column_code(heading)
        was = {code: old} if code and old and code not in ("name", "field", "plan_name") else {}
        for name in names or subject:
            self._card(line, name, None, {heading: new}, was)
        if not (names or subject):
            self.unread.append((line, _shown(clause, held)))
        return names or subject

    def _card(
        self, line: int, name: str, mark: str | None, pairs: dict[str, str], was: Mapping[str, str] | None = None
    ) -> None:
        """What is said of a task in several sentences is one card."""
        self.lines.add(line)
        for card in self.cards:
            if card.said.called == name:
                card.pairs |= pairs
                card.said = replace(card.said, was={**(was or {}), **card.said.was})
                return
        self.cards.append(_Card(line, Said(mark, name, sentence=True, was=was or {}), pairs))


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
        if re.match(rf"^{_LEADING}(?:{any_of(ADDED)}|{any_of(WITHDRAWN)}|将)", clause) or re.search(_CHANGE, clause):
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


# The proportion of one class, which no list of headings holds in all its forms.
_OF_CLASS = re.compile(
    r"(?:信用)?(?:风险)?(?P<who>[A-E\uff21-\uff25][类级]|(?:中低|中高|较高|低|中|高|一般)风险)的?"
    r"(?:市场主体|经营主体|企业|对象|主体|单位|户)*的?(?:抽查|检查|抽取)?比例$"
)


def _heading_at_end(left: str) -> tuple[str, str | None]:
    """(the words before, the heading of a plan at the end of words such as "将…任务的抽查时间")."""
    of_class = _OF_CLASS.search(left)
    if of_class and (column_code(heading := f"{of_class['who']}抽查比例") or "").startswith("class:"):
        return re.sub("(?:中|对|的|其中)+$", "", left[: of_class.start()]), heading
    for length in range(min(14, len(left)), 1, -1):
        if left[-length:] in _exact_headings() and column_code(left[-length:]) not in ("seq", "contact", "year"):
            return left[:-length], left[-length:]
    return left, None


# A value before that stands right behind what it is of ("抽查每年2次改为每年1次"), by the heading it would stand under.
_OFTEN = (
    r"(?:(?:每|一|全|半)个?(?:半?年度?|季度?|月|周)(?:不[少低]于|至少|各)?)?"
    r"[一二两三四五六七八九十\d]{1,3}次(?:[/每](?:年|季度?|月))?"
)
_DAY = r"(?:(?:20\d\d年)?\d{1,2}月(?:\d{1,2}[日号]|[底末初])?)"
_AT_END = {
    "抽查频次": re.compile(rf"{_OFTEN}$"),
    "抽查比例": re.compile(r"(?:不[低少]于|[≥>约])?\d{1,3}(?:\.\d+)?[%％‰]$"),
    "抽查数量": re.compile(r"\d{1,6}[户家个]$"),
    "抽查时间": re.compile(
        rf"(?:\d{{1,2}}月?[-—－~～至到]{_DAY}|{_DAY}[-—－~～至到](?:{_DAY}|\d{{1,2}}日)|{_DAY}|第?[一二三四]季度|[上下]半年)$"
    ),
}


def _value_at_end(left: str, new: str) -> tuple[str, str]:
    """(the words before, the value at their end that `new` takes the place of), the latter "" where there is none."""
    pattern = _AT_END.get(heading_for(new) or "")
    found = pattern.search(left) if pattern else None
    return (left[: found.start()].rstrip("由从"), found[0]) if found and found.start() else (left, "")


def as_tables(cards: Sequence[_Card], titles: tuple[str, ...], ordinal: int) -> Iterator[tuple[Table, Row, Said]]:
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


def heading_for(value: str) -> str | None:
    """The heading of a plan under which a value would stand, by how it reads."""
    read = readings(value)
    if "frequency" in read and "%" not in folded(value):
        return "抽查频次"
    for reading, heading in (
        ("rate", "抽查比例"),
        ("window", "抽查时间"),
        ("date", "抽查时间"),
        ("count", "抽查数量"),
        ("draw_type", "抽查类型"),
        ("unit", "牵头单位"),
    ):
        if reading in read:
            return heading
    return None
