"""Who is meant by a unit's name in a notice: the bureau itself, one of its sections, or a department of its own.

Names are kept as the notice writes them; two names are one unit when their `identity` is the same. The rules are
general (levels and places in front, 局 before a section, 管理 before 股, official short forms); the few pairs that no
rule gives stand in `headers.toml` under [aliases].
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from inspections.files.characters import folded, squeezed
from inspections.notice.vocabulary import says_nothing, vocabulary

_LEVELS = "省市县区旗州盟"
# "市场监管局" is not a city's department.
_LEVEL = re.compile(rf"^([{_LEVELS}])级?(?!场|政(?!务|府|协|法)|容|域|际|内|外|属)(?=.{{2,}})")
_PLACE = re.compile(
    rf"^([\u4e00-\u9fffA-Za-z×]{{1,7}}?(?:自治区|自治州|自治县|高新区|开发区|新区|[{_LEVELS}]"
    # 杭州市, 沙市区: the place goes on while its name does.
    r"(?![市县区](?!场|政(?!务|府|协|法)|容|域|际|内|外|属|直|级|委|长))))"
    r"(?=[\u4e00-\u9fffA-Za-z×“”\"]{2,})"
)
_BRANCH = re.compile(rf"^(?P<body>.+?局)(?:(?P<place>[\u4e00-\u9fff]{{1,6}}[{_LEVELS}])?分局)$")
_ROLE = re.compile(r"(?:[（(](?:发起|牵头|主办|配合|参与|负责|责任)(?:单位|部门|股室|科室)?[)）]|发起|牵头|主办|负责)$")
_LONGEST_NAME = 40


# Their plans list departments, not sections of their own.
_ABOVE_DEPARTMENTS = re.compile(
    r"政府(?:办公室|办公厅)?$|(?:领导小组|联席会议|联席办|双随机办|工作专班)(?:办公室)?$|^[\u4e00-\u9fff×]{2,7}[省市县区旗州盟]$"
)


@dataclass(frozen=True)
class Bureau:
    """The bureau whose notice it is; `region` is its county, district or city, where its name says it."""

    name: str
    region: str | None

    @property
    def above_departments(self) -> bool:
        """Whether it is a government, a leading group or a joint conference: its units are departments."""
        return _ABOVE_DEPARTMENTS.search(self.name) is not None


@dataclass(frozen=True)
class Unit:
    """A unit as the notice names it. `own`: it belongs to the bureau (or is the bureau); `region` for the others."""

    name: str
    kind: str
    own: bool
    region: str | None = None


@dataclass(frozen=True)
class _Organ:
    places: tuple[str, ...]
    level: str | None
    stem: str


def bureau_named(name: str) -> Bureau:
    """The bureau of that name, its region read from the name ("…局建安区分局" is in 建安区)."""
    name = squeezed(name)
    organ = _organ(name)
    place = re.fullmatch(rf"[\u4e00-\u9fff×]{{1,7}}[{_LEVELS}]", name)
    return Bureau(name, organ.places[-1] if organ.places else name if place else None)


def _organ(name: str) -> _Organ:
    """The places, the level and the bare name of a department's name."""
    words = re.sub(r"^国家税务总局(?=.{3,})", "", squeezed(folded(name)))
    branch = _BRANCH.match(words)
    branch_place = None
    if branch:
        branch_place = branch["place"]
        words = branch["body"]
    places: list[str] = []
    while True:
        level = _LEVEL.match(words)
        place = None if level else _PLACE.match(words)
        if place and not re.match(r"市场|市政(?!务|府|协|法)|.{0,3}(?:监督|管理|区域)", words):
            places.append(place[1])
            words = words[place.end() :]
            continue
        break
    level_word = None
    if level and not places:
        level_word = level[1]
        words = words[level.end() :]
    if branch_place:
        places.append(branch_place)
    aliases = vocabulary()["aliases"]
    return _Organ(tuple(places), level_word, aliases.get(words, words))


def bare_name(name: str) -> str:
    """The name without places and level in front (区卫生监督所 -> 卫生监督所)."""
    return _organ(name).stem


def is_section_name(name: str) -> bool:
    """Whether a name reads like a section of a bureau (股, 科, 室, 所, 中心 …) rather than a department."""
    words = squeezed(name)
    if words.endswith(("办公室", "委员会", "救援大队", "总队")) and not words.startswith("局"):
        return False
    full = vocabulary()["aliases"].get(words, words)
    if any(word in full for word in vocabulary()["units"]["outside"]):
        return False
    if any(words.endswith(suffix) for suffix in ("股", "科", "室", *vocabulary()["units"]["section_kinds"])):
        return True
    has_place = bool(_LEVEL.match(words) or _PLACE.match(words))
    return not has_place and any(words.endswith(suffix) for suffix in vocabulary()["units"]["section"])


def is_unit_name(name: str) -> bool:
    """Whether words can be the name of a unit at all (a person's name or a sentence is not)."""
    words = squeezed(name)
    if words in vocabulary()["units"]["own"]:
        return True
    endings = (*vocabulary()["units"]["section"], *vocabulary()["units"]["department"])
    return 2 <= len(words) <= _LONGEST_NAME and words.endswith(tuple(endings)) and not _INSPECTED.search(words)


# What ends as a section does and is what is inspected.
_INSPECTED = re.compile(
    "(?:场|厕|会|诊|交易|事务|托管|法律服务)所$|公证处$|(?:加油|加气|充电|换电)站$|(?:医|影|福利|养老|敬老|护理)院$"
    "|(?:旅|宾|酒|饭|餐|茶|咖啡|体育|游泳|健身|展览|殡仪)馆$"
)


def is_generic(name: str) -> bool:
    """Whether words name a unit by what it is (文旅部门, 消防救援机构, 参检单位, 联络股室) and not by its own name."""
    words = squeezed(name)
    kinds = vocabulary()["units"]
    endings = (*kinds["kinds"], *kinds["section_kinds"])
    named = 2 <= len(words) <= _LONGEST_NAME and words.endswith(tuple(endings))
    return named and not re.search(r"[，。；：,;:\d]", words) and not names_objects(words)


@cache
def _of_officials() -> re.Pattern[str]:
    """What a unit named by what it is says of its part or its trade (消防救援机构), unlike who is inspected."""
    words = vocabulary()["units"]
    return re.compile("|".join((*words["by_part"], *words["official"], *words["trades"])))


def names_objects(name: str) -> bool:
    """Whether words name who is inspected by what they are (养老机构, 印刷经营单位, 加油站), no unit that inspects."""
    words = squeezed(name)
    if _INSPECTED.search(words):
        return True
    if re.search("(?:监管|管理|监督|检查)(?:对象)?单位$", words):
        return True
    return words.endswith(("机构", "单位", "主体", "企业")) and not _of_officials().search(words)


def may_be_person(words: str) -> bool:
    """Whether words may be somebody's name, so that they are not repeated: two to four characters, or · in them."""
    bare = re.sub(r"[（(].*?(?:[)）]|$)", "", squeezed(words))
    if re.search("[·•@]|\\d{3}", bare):
        return True
    return bool(re.fullmatch(r"[\u4e00-\u9fff×○*xX]{2,4}", bare)) and not re.match(rf"[{_LEVELS}各全本我局]", bare)


def _body(stem: str) -> str:
    """The bare name of a department without the word that ends it (文化和旅游局, 文旅部门 -> 文化和旅游, 文旅)."""
    words = vocabulary()["units"]
    endings = sorted((*words["kinds"], *words["department"], "大队", "支队"), key=len, reverse=True)
    for ending in endings:
        if stem.endswith(ending) and len(stem) > len(ending):
            return stem[: -len(ending)]
    return stem


def _short_for(short: str, full: str) -> bool:
    """Whether a department's bare name is a short form of another: 文旅 of 文化和旅游, 人社 of 人力资源和社会保障."""
    if len(short) < 2 or short[0] != full[0] or short in {"管理", "监管", "执法", "主管"}:
        return short == full
    rest = iter(full)
    return all(character in rest for character in short)


def _same_department(stem: str, own: str) -> bool:
    """Whether two bare names are one department's, one of them short, or named by what it is."""
    if stem == own:
        return True
    short, full = _body(stem), _body(own)
    if is_generic(stem):
        return _short_for(short, full) or (len(short) > 1 and short in full and not re.match("管理|监督|监管", short))
    # 厅 and 局 are one thing at two levels; 队, 所 and the like are not.
    ends = {"局", "厅", "委", "会"}
    return stem[-1:] in ends and own[-1:] in ends and _short_for(short, full)


def is_called_by_trade(name: str, full: str) -> bool:
    """Whether a name says by its trade alone whom another names in full (市场监管部门 for 市市场监管局)."""
    words = re.sub("^[同本]级", "", squeezed(name))
    one, other = _organ(words), _organ(full)
    # "县级市场监管部门" beside 市市场监管局 are others, at another level.
    elsewhere = re.match(rf"[{_LEVELS}、和及]+级|各|所属|基层|[上下]级", words) or one.places
    same_level = one.level in {None, other.level} and not elsewhere
    return (
        squeezed(name) != squeezed(full) and same_level and is_generic(words) and _same_department(one.stem, other.stem)
    )


def is_bureau(name: str, bureau: Bureau) -> bool:
    """Whether `name` means the bureau itself (县自然资源局, 本局, 自然资源和规划局 for its branch)."""
    words = squeezed(folded(name))
    if words in vocabulary()["units"]["own"] or words == squeezed(folded(bureau.name)):
        return True
    if re.fullmatch(rf"[{_LEVELS}]局", words):
        return not bureau.above_departments and (bureau.region or words)[-1] == words[0]
    organ, own = _organ(words), _organ(bureau.name)
    if not _same_department(organ.stem, own.stem):
        return False
    if organ.places:
        return organ.places[-1] == bureau.region or (bureau.region is None and organ.places == own.places)
    if organ.level:
        return bureau.region is not None and bureau.region.endswith(organ.level)
    return True


def of_its_trade(name: str, bureau: Bureau) -> bool:
    """Whether a name is of the bureau's own trade at another level or place (县级市场监管部门, 各市场监管所)."""
    words = re.sub(
        rf"^(?:各级|[各全])?(?:[{_LEVELS}乡镇](?:(?:（[^（）]*）)?级(?:[及]?以[上下])?[、/和及]?|（[^（）]*）|[、/和及]|(?=[{_LEVELS}乡镇](?!场))))*(?:人民政府)?(?:辖区|派出|所属|基层)?",
        "",
        squeezed(name),
    )
    stem = _organ(words).stem
    if words.endswith(("所", "站")) and len(words) > 2:
        return _short_for(words[:-1], _body(_organ(bureau.name).stem))
    return not bureau.above_departments and _same_department(stem, _organ(bureau.name).stem)


def section_stem(name: str) -> str:
    """The name of a section without 局 in front and without 管理 before 股: what makes two spellings one."""
    words = re.sub(r"^(?:本局|我局|局|县局|市局|区局|机关)(?=..)", "", squeezed(folded(name)))
    words = re.sub(r"(?:监督)?管理(?=(?:股|科|室|处|所|站)$)", "", words)
    return str(vocabulary()["aliases"].get(words, words))


def _section_name(name: str) -> str:
    return re.sub(r"^(?:本局|我局|[省市县区]?局)(?=..)", "", squeezed(name))


def identity(unit: Unit) -> tuple[str, ...]:
    """What two names of one unit have in common."""
    if unit.own and unit.kind == "department":
        return ("bureau",)
    if unit.own:
        return ("section", section_stem(unit.name))
    return ("department", unit.region or "", _organ(unit.name).stem)


def unit_called(name: str, bureau: Bureau, *, internal: bool) -> Unit:
    """The unit a name means in a notice of `bureau`; in an `internal` plan every unit but the bureau is its section."""
    words = _ROLE.sub("", squeezed(name)) or squeezed(name)
    if is_bureau(words, bureau):
        return Unit(bureau.name, "department", own=True, region=bureau.region)
    named_after_bureau = words.startswith(bureau.name) and len(words) > len(bureau.name)
    if named_after_bureau:
        words = words[len(bureau.name) :]
    else:
        # "市文广旅局传媒管理科": the bureau by a short name, then its section.
        whole = re.fullmatch(r"(?P<bureau>.+?[局委厅])(?P<section>(?!.*局).{2,}[股科室处所站队心])", words)
        if whole and is_bureau(whole["bureau"], bureau):
            named_after_bureau, words = True, whole["section"]
    if named_after_bureau or is_section_name(words) or (internal and not _is_outside(words, bureau)):
        return Unit(_section_name(words), "section", own=True)
    return Unit(words, "department", own=False, region=_region_of(words, bureau))


def _is_outside(name: str, bureau: Bureau) -> bool:
    """Whether a name in an internal plan is a department's all the same (县公安局; any in a government's plan)."""
    if is_generic(name):
        by_part = "|".join(vocabulary()["units"]["by_part"])
        return not name.endswith(tuple(vocabulary()["units"]["section_kinds"])) and not re.match(by_part, name)
    organ = _organ(name)
    departmental = name.endswith(tuple(vocabulary()["units"]["department"])) and not name.endswith("分局")
    return departmental and (bureau.above_departments or bool(organ.level or organ.places))


def _region_of(name: str, bureau: Bureau) -> str | None:
    organ = _organ(name)
    if organ.places:
        return organ.places[-1]
    if organ.level and bureau.region and not bureau.region.endswith(organ.level):
        above = [place for place in _organ(bureau.name).places if place.endswith(organ.level)]
        return above[-1] if above else organ.level
    return bureau.region


_SIGN = r"[、，,;；/／|｜+＋&]+"
# "县、市级…", "县（市、区）级…": what parts levels parts no names.
_LEVEL_LIST = re.compile(rf"([{_LEVELS}乡镇]级?)[、/和及](?=[{_LEVELS}乡镇](?:级|[、/和及（(]|[\u4e00-\u9fff]+$))")


def names_in(cell: str) -> tuple[str, ...]:
    """The unit names in a cell, each once: parted by 、，；/, by blanks, or by nothing (县教育局县公安局).

    和 and 与 part only two names (公安局和交警大队, not 自然资源和规划局). "教育、公安等部门" are two 部门.
    """
    if says_nothing(cell):
        return ()
    words = re.sub(r"[（(][^（()）]*[)）]", lambda found: re.sub(_SIGN, "\x01", found[0]), cell)
    words = _LEVEL_LIST.sub("\\1\x01", re.sub("<[^<>]{0,200}>", "\n", words))
    words = re.sub(r"(?:(?<=[\s、，,;；])|^)(?:\d{1,2}[.．、)）]|[①-⑳]|[（(]\d{1,2}[)）])\s*(?=\D)|会同", "、", words)
    parts = [part for sign in re.split(_SIGN, words) for part in _whole_names(sign.split())]
    names = [name for part in _with_their_kind(parts) for one in _joined_by_and(part) for name in _glued(one)]
    names = [name.replace("\x01", "、").strip("。.:： ") for name in names]
    return tuple(dict.fromkeys(name for name in names if not says_nothing(name)))


def _named(words: str) -> bool:
    bare = re.sub(r"[（(].*?(?:[)）]|$)|(?:发起|牵头|配合)$", "", words)
    return is_unit_name(bare) or is_generic(bare)


def _whole_names(parts: Sequence[str]) -> list[str]:
    """Words parted by blanks or a line break as names: a name broken in two (食品 生产处) is put together again."""
    whole: list[str] = []
    for part in parts:
        before = whole[-1] if whole else ""
        broken = before and not _named(before) and not before.endswith((":", "：")) and _named(before + part)
        placed = _LEVEL.match(part) or _PLACE.match(part)
        if broken and not placed and not (len(before) > 2 and may_be_person(before) and _named(part)):
            whole[-1] = before + part
        else:
            whole.append(part)
    return whole


def _with_their_kind(parts: Sequence[str]) -> list[str]:
    """Names with what they are, which the last of a list says for all: "市场监管", "税务部门" are both 部门."""
    given: list[str] = []
    plain: list[int] = []
    for part in parts:
        last = re.fullmatch(
            r"(?P<name>.+?)(?P<etc>等(?:有关|相关|职能)?)?(?P<kind>部门|机构|机关|单位|股室|科室)", part
        )
        if last is not None:
            for index in plain:
                given[index] += last["kind"]
            # "公安局、教育局等部门": the last word names a unit already.
            whole = is_unit_name(last["name"]) and last["etc"]
            given.append(last["name"] if whole else last["name"] + last["kind"])
            plain = []
        elif 2 <= len(part) <= 12 and not _named(part) and not re.search(r"[（(：:。\d]", part):
            plain.append(len(given))
            given.append(part)
        else:
            plain = []
            given.append(part)
    # A trade alone says its kind for itself only.
    trades = vocabulary()["units"]["trades"]
    return [f"{part}部门" if part in trades else part for part in given]


def _joined_by_and(name: str) -> list[str]:
    """Two names of one: "公安局和交警大队" as two names, "自然资源和规划局" as one."""
    for found in re.finditer("以及|[和与及]", name):
        before, after = name[: found.start()], name[found.end() :]
        if after and _named(before) and (_named(after) or is_unit_name("县" + after)):
            return [before, *_joined_by_and(after)]
    return [name]


def _glued(name: str) -> list[str]:
    """Names that stand one behind the other without a sign ("县教育局县公安局") one by one."""
    start = re.match(rf"[{_LEVELS}]|{_PLACE.pattern[1:]}", name)
    for found in re.finditer(r"(?<=.{2})(?:局|委员会|委|厅|大队|中心|办公室|部门|股|科|站)(?=.{3})", name):
        before, after = name[: found.end()], name[found.end() :]
        # A bureau within a bureau (税务局第一稽查局) is no second one beside it.
        if (
            before.endswith("总局")
            or re.match("分局|(?:第[一二三四五六]+)?(?:稽查|缉私)局", after)
            or not _named(before)
            or not _named(after)
        ):
            continue
        placed = _LEVEL.match(after) or _PLACE.match(after)
        again = placed is not None and start is not None and after.startswith(start[0])
        alike = after[-1] == before[-1] and before[-1] in "局股科" and not re.search("分局$", after) and len(before) > 2
        if again or alike:
            return [before, *_glued(after)]
    return [name]


def addressees(line: str) -> tuple[str, ...]:
    """The units that `line` addresses ("局防灾减灾股、政务服务股："), generic ones left out; none for other lines."""
    words = squeezed(line)
    if not words.endswith(("：", ":")) or len(words) > 600 or re.search(r"[。；“《\d]", words):
        return ()
    words = re.sub(r"[（(][^（）()]*[)）]", "", words)
    generic = vocabulary()["units"]["generic"]
    found = []
    for part in re.split(r"[、，,]", words[:-1]):
        if any(word in part for word in generic):
            continue
        if not is_unit_name(part):
            return ()
        found.append(part)
    return tuple(found)


def in_full(text: str, units: Sequence[Unit]) -> str:
    """`text` with the full names of `units` where one stands by its trade before a colon (公安：… for 县公安局)."""

    def full(found: re.Match[str]) -> str:
        meant = [unit for unit in units if _short_for(found["short"], _body(bare_name(unit.name)))]
        return meant[0].name if len(meant) == 1 else found[0]

    return re.sub(r"(?<![\u4e00-\u9fff])(?P<short>[\u4e00-\u9fff]{2,6}?)(?:部门)?(?=[:：])", full, text)


def outside_like(known: Sequence[Unit], name: str, bureau: Bureau) -> Unit | None:
    """The unit among `known` that a short name inside a cell means (能源局 for 县能源局), or None."""
    wanted = unit_called(name, bureau, internal=False)
    for unit in known:
        if identity(unit) == identity(replace(wanted)):
            return unit
    stem = _organ(name).stem
    candidates = [unit for unit in known if not unit.own and _organ(unit.name).stem.endswith(stem)]
    return candidates[0] if len(candidates) == 1 else None


def short_names(name: str) -> tuple[str, ...]:
    """What else a department may be called by those who know where it is (县能源局, 能源局)."""
    words = squeezed(name)
    organ = _organ(words)
    branch = _BRANCH.match(words)
    shorter = {organ.stem}
    shorter |= {short for short, official in vocabulary()["aliases"].items() if official == organ.stem}
    if organ.level:
        shorter.add(words[1:])
    if organ.places:
        bare = words
        for place in organ.places:
            bare = bare.removeprefix(place)
        level = organ.places[-1][-1]
        shorter |= {bare, f"{level}{bare}", organ.places[-1] + bare}
        if branch and branch["place"]:
            shorter |= {branch["body"], f"{organ.stem}{branch['place']}分局", f"{level}{organ.stem}"}
    else:
        shorter |= {f"{level}{organ.stem}" for level in "县区市"}
    return tuple(shorter)


class UnitsMet:
    """The units of one notice as they turn up, each once whatever it is called."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self._known: dict[tuple[str, ...], Unit] = {}
        self._aliases: dict[str, Unit] = {}

    def meet(self, name: str, *, internal: bool) -> Unit:
        """The unit a name means: the one met before under any of its names, else a new one."""
        unit = unit_called(name, self.bureau, internal=internal)
        if not internal and not unit.own:
            # A section called 局 (矿产资源监督管理局) is known from the internal plan before.
            for called in (unit.name, bare_name(unit.name)):
                as_section = Unit(called, "section", own=True)
                unit = self._known.get(identity(as_section), unit)
        known = self._known.setdefault(identity(unit), unit)
        self.also_called(name, known)
        return known

    def also_called(self, name: str, unit: Unit) -> None:
        """Remember that the notice also writes `name` for a unit."""
        written = squeezed(name)
        if written != unit.name and not re.search("发起$|牵头$|[（(]", written):
            self._aliases.setdefault(written, unit)

    @property
    def all(self) -> tuple[Unit, ...]:
        """Every unit met, in order."""
        return tuple(self._known.values())

    @property
    def aliases(self) -> tuple[tuple[str, Unit], ...]:
        """Other names and the units they mean."""
        return tuple(self._aliases.items())
