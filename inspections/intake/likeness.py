"""Names that may be one object twice: the same name under another number, or nearly the same name.

No pair is compared that cannot be alike. Equal keys are joined; for near names each name is known by its rarest pairs
of neighbouring characters (the prefix filter of Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity
Joins in Data Cleaning", ICDE 2006): two names within k insertions or deletions share at least one of their 2k + 1
rarest pairs, so only names that share one are compared by rapidfuzz. A pair of characters in more than LARGEST_BLOCK
known names joins nothing, and of the known names with one core only the first MOST_OF_ONE_CORE are looked at (a
hundred shops called 便民超市 are no duplicates): the only two places where a near name can be missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from inspections.files.characters import chinese_number

NEAR = 92.0
SHORTEST_CORE = 4
LARGEST_BLOCK = 100
MOST_OF_ONE_CORE = 30
# Candidates compared at a time: what is held in memory at once.
_AT_ONCE = 1_000_000
COLUMNS = ["new_id", "new_name", "known_id", "known_name", "score", "kind"]

_LEGAL_FORM = re.compile("(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司")
_BRACKETS = re.compile(r"[(\[【〔{<《](.*?)[)\]】〕}>》]")
_REGION = re.compile(
    r"(?:(?P<a>[\u4e00-\u9fff]{2,3})(?:省|自治区)|(?P<p>北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西"
    r"|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆)(?![市路街大]))?"
    r"(?:(?P<b>[\u4e00-\u9fff]{2,6}?)(?:(?<![超城都夜门])市(?![场政])|自治州|地区))?"
    r"(?:(?P<c>[\u4e00-\u9fff]{1,6}?)(?:新区|开发区|(?<![小社园景校厂矿库牧])区|县|旗))?"
)
_SIGNS = re.compile(r"[\W_]+")
_NUMERAL = re.compile(r"\d+|[零〇一二三四五六七八九十百]+")
# What tells two branches apart when it is all that differs: numbers, letters, directions, ranks.
_TELLING = frozenset("零〇一二三四五六七八九十百甲乙丙丁戊己庚辛东西南北中上下左右前后新老大小内外")
# The first characters of a core are the name a firm gave itself (字号): one of them replaced is another firm.
_OWN_WORDS = 4
# A character that differs right before one of these is another place: 建设路店, 建新路店.
_PLACE_ENDINGS = frozenset("路街巷道村庄屯镇乡县市区桥里站店湾沟山河湖港")


@dataclass(frozen=True)
class _Name:
    """A name taken apart: `whole` without blanks and signs, `core` without brackets, legal form and region."""

    whole: str
    core: str
    stem: str
    regions: tuple[str, ...]
    brackets: str
    tail: str
    numerals: tuple[int, ...]


def alike(new: pd.DataFrame, known: pd.DataFrame, limit: int = 3) -> pd.DataFrame:
    """Pairs of a new and a known object (columns `id`, `name`) whose names may mean one object; ids differ.

    Columns new_id, new_name, known_id, known_name, score (0 to 100) and kind: `same_name` (equal but for blanks, signs
    and brackets) or `similar` (equal but for brackets, legal form and region in front, or at least NEAR by rapidfuzz's
    ratio of cores with SHORTEST_CORE characters or more). At most `limit` pairs for each new object, best first.
    Names that differ in a number, a letter, a direction, a place or a replaced character of the firm's own words (字号)
    are told apart and never similar.
    """
    left, right = _taken_apart(new["name"]), _taken_apart(known["name"])
    same = _joined([n.whole for n in left], [n.whole for n in right], limit)
    pairs = np.concatenate(
        [
            _joined([n.core if len(n.core) >= 2 else "" for n in left], [n.core for n in right], MOST_OF_ONE_CORE),
            _joined([n.stem for n in left], [n.stem for n in right], MOST_OF_ONE_CORE),
            _near([n.core for n in left], [n.core for n in right]),
        ]
    )
    pairs = _each_once(pairs)
    # Every object's id differs from its own: a file compared with itself.
    ids_left, ids_right = new["id"].to_numpy(object), known["id"].to_numpy(object)
    same, pairs = (taken[ids_left[taken[:, 0]] != ids_right[taken[:, 1]]] for taken in (same, pairs))
    whole = [(i, j) for i, j in pairs.tolist() if left[i].whole != right[j].whole]
    kept = [(i, j) for i, j in whole if not _are_told_apart(left[i], right[j])]
    scores = [fuzz.ratio(left[i].whole, right[j].whole) for i, j in kept]
    rows = [(i, j, 100.0, "same_name") for i, j in same.tolist()]
    rows += [(i, j, score, "similar") for (i, j), score in zip(kept, scores, strict=True)]
    rows.sort(key=lambda row: (row[0], row[3] != "same_name", -row[2], row[1]))
    found = pd.DataFrame(rows, columns=["i", "j", "score", "kind"])
    found = found[found.groupby("i").cumcount() < limit]
    i, j = found["i"].to_numpy(int), found["j"].to_numpy(int)
    return pd.DataFrame(
        {
            "new_id": ids_left[i],
            "new_name": new["name"].to_numpy(object)[i],
            "known_id": ids_right[j],
            "known_name": known["name"].to_numpy(object)[j],
            "score": found["score"].to_numpy(float),
            "kind": found["kind"].to_numpy(object),
        },
        columns=COLUMNS,
    )


# ---------------------------------------------------------------------------------------------------- one name


def _bare(text: str) -> str:
    return text if text.isalnum() else _SIGNS.sub("", text)


def _taken_apart(names: pd.Series) -> list[_Name]:
    parts = {name: _parts(name) for name in names.unique()}
    return [parts[name] for name in names]


def _parts(name: str) -> _Name:
    folded = unicodedata.normalize("NFKC", name).casefold()
    whole = _bare(folded)
    inside, open_name = "", whole
    if whole != folded:
        inside = _bare("".join(_BRACKETS.findall(folded)))
        open_name = _bare(_BRACKETS.sub("", folded))
    tail, without_form = "", open_name
    if "公司" in open_name:
        tail = open_name.rpartition("公司")[2]
        without_form = _LEGAL_FORM.sub("", open_name) or open_name
    found = _REGION.match(without_form)
    places = tuple(place for place in found.groups() if place) if found else ()
    core = without_form[found.end() :] if found else without_form
    if len(core) < 2:
        core, places = without_form, ()
    numerals = tuple(_value(numeral) for numeral in _NUMERAL.findall(whole))
    return _Name(whole, core, "".join(places) + core, places, inside, tail, numerals)


def _value(numeral: str) -> int:
    value = int(numeral[:18]) if numeral.isdigit() and numeral.isascii() else chinese_number(numeral)
    return -1 if value is None else value


def _are_told_apart(one: _Name, other: _Name) -> bool:
    """Whether two near names are two objects: other numbers, another branch, place or letter."""
    if one.numerals != other.numerals or one.tail != other.tail:
        return True
    if one.brackets and other.brackets and one.brackets != other.brackets:
        return True
    return _stand_elsewhere(one.regions, other.regions) or _differ_tellingly(one.core, other.core)


def _stand_elsewhere(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two regions are different ones; one may say more than the other (许昌市, 河南省许昌市)."""
    if not one or not other or one == other:
        return False
    return len(one) == len(other) or not set(one) & set(other)


def _differ_tellingly(one: str, other: str) -> bool:
    for edit in Levenshtein.opcodes(one, other):
        if edit.tag == "equal":
            continue
        if edit.tag == "replace" and edit.src_start < _OWN_WORDS:
            return True
        for core, first, last in ((one, edit.src_start, edit.src_end), (other, edit.dest_start, edit.dest_end)):
            differing = core[first:last]
            if (_TELLING & set(differing)) or (differing and core[last : last + 1] in _PLACE_ENDINGS):
                return True
            if any(character.isascii() for character in differing):
                return True
    return False


# ---------------------------------------------------------------------------------------------------- candidates

_Pairs = npt.NDArray[np.int64]


def _each_once(pairs: _Pairs) -> _Pairs:
    ordered = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return ordered[first]


def _joined(left: Sequence[str], right: Sequence[str], most: int) -> _Pairs:
    """(left, right) places with equal keys, "" never; of a key's right places only the first `most`."""
    one = pd.DataFrame({"key": left, "i": np.arange(len(left))})
    other = pd.DataFrame({"key": right, "j": np.arange(len(right))})
    # One more, because an object may be met by itself.
    other = other[(other["key"] != "") & (other.groupby("key").cumcount() <= most)]
    return one.merge(other, on="key")[["i", "j"]].to_numpy(np.int64).reshape(-1, 2)


def _most_edits(length: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The most insertions and deletions between a core of `length` and one at least NEAR to it."""
    # ratio = 1 - edits / (both lengths) and the other is at most length * NEAR' longer, NEAR' = (200 - NEAR) / NEAR.
    both = length * (1 + (200 - NEAR) / NEAR)
    return np.floor(both * (100 - NEAR) / 100 + 1e-9).astype(np.int64)


def _pairs_of_characters(names: Sequence[str]) -> tuple[_Pairs, _Pairs]:
    """(place of the name, pair of neighbouring characters as one number), each pair once for each name."""
    lengths = np.array([len(name) for name in names], dtype=np.int64)
    points = np.frombuffer("".join(names).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    owner = np.repeat(np.arange(len(names)), lengths)
    inner = owner[:-1] == owner[1:]
    both = _each_once(np.column_stack([owner[:-1][inner], (points[:-1][inner] << 21) | points[1:][inner]]))
    return both[:, 0], both[:, 1]


def _rarest(names: Sequence[str], owner: _Pairs, pair: _Pairs, often: pd.Series) -> pd.DataFrame:
    """For each name its 2k + 1 rarest pairs of characters: columns pair, place, length."""
    lengths = np.array([len(name) for name in names], dtype=np.int64)
    count = often.reindex(pair).to_numpy(np.int64)
    order = np.lexsort((pair, count, owner))
    frame = pd.DataFrame({"pair": pair[order], "place": owner[order], "count": count[order]})
    frame["length"] = lengths[frame["place"]]
    rank = frame.groupby("place").cumcount().to_numpy()
    edits = _most_edits(frame["length"].to_numpy())
    wanted = (frame["length"] >= SHORTEST_CORE).to_numpy() & (edits >= 1) & (rank < 2 * edits + 1)
    return frame[wanted]


def _near(left: Sequence[str], right: Sequence[str]) -> _Pairs:
    """(left, right) places of cores at least NEAR alike and not equal."""
    distinct = list(dict.fromkeys(chain(left, right)))
    places = {core: place for place, core in enumerate(distinct)}
    new = np.unique([places[core] for core in left]) if left else np.empty(0, dtype=np.int64)
    owned = np.unique([places[core] for core in right]) if right else np.empty(0, dtype=np.int64)
    if not (len(new) and len(owned) and any(len(core) > 1 for core in distinct)):
        return np.empty((0, 2), dtype=np.int64)
    owner, pair = _pairs_of_characters(distinct)
    rare = _rarest(distinct, owner, pair, pd.Series(pair).value_counts())
    ours, theirs = rare[rare["place"].isin(new)], rare[rare["place"].isin(owned)]
    if ours.empty or theirs.empty:
        return np.empty((0, 2), dtype=np.int64)
    crowded = theirs["pair"].value_counts()
    theirs = theirs[~theirs["pair"].isin(crowded.index[crowded > LARGEST_BLOCK])]
    ours = ours.sort_values("place")
    portion = (ours["pair"].map(crowded).fillna(0).clip(upper=LARGEST_BLOCK).cumsum() // _AT_ONCE).to_numpy()
    found = [_compared(distinct, some, theirs) for _, some in ours.groupby(portion)]
    alike_cores = pd.DataFrame(_each_once(np.concatenate(found)), columns=["a", "b"])
    one = pd.DataFrame({"a": [places[core] for core in left], "i": np.arange(len(left))})
    other = pd.DataFrame({"b": [places[core] for core in right], "j": np.arange(len(right))})
    other = other[other.groupby("b").cumcount() <= MOST_OF_ONE_CORE]
    return alike_cores.merge(one, on="a").merge(other, on="b")[["i", "j"]].to_numpy(np.int64).reshape(-1, 2)


def _compared(distinct: Sequence[str], ours: pd.DataFrame, theirs: pd.DataFrame) -> _Pairs:
    """The places of cores that share a rare pair of characters and are at least NEAR alike."""
    met = ours.merge(theirs, on="pair", suffixes=("", "_known"))
    apart = (met["length"] - met["length_known"]).abs()
    most = (met["length"] + met["length_known"]) * (100 - NEAR) / 100
    met = met[(met["place"] != met["place_known"]) & (apart <= most)]
    pairs = _each_once(met[["place", "place_known"]].to_numpy(np.int64))
    if not len(pairs):
        return pairs.reshape(-1, 2)
    scores = process.cpdist(
        [distinct[i] for i in pairs[:, 0]], [distinct[j] for j in pairs[:, 1]], scorer=fuzz.ratio, score_cutoff=NEAR
    )
    return pairs[np.asarray(scores) >= NEAR]
