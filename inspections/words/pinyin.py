"""First letters of a name in pinyin (拼音首字母), to search by: "qlmy" finds 青岭煤业.

Readings are those of the package pypinyin, of its phrases before its characters: 银行 is yh and 行政 xz. Letters alone
are wanted, so that a character is looked at twice only where its readings begin with different letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pandas as pd

# What names of firms and places mean, where the dictionary has the other reading or none.
USUAL = {
    "长": "c", "重": "z", "行": "h", "盛": "s", "单": "d", "厦": "s", "乐": "l", "调": "d", "省": "s", "会": "h",
    "曾": "z",
}  # fmt: skip
PLACES = {
    "长治": "cz", "长子县": "zzx", "单县": "sx", "厦门": "xm", "重庆": "cq", "乐清": "yq", "会稽": "kj", "六安": "la",
    "台州": "tz", "番禺": "py", "蔚县": "yx", "尉犁": "yl", "浚县": "xx", "柞水": "zs", "铅山": "ys", "莘县": "sx",
    "洪洞": "ht", "繁峙": "fs",
}  # fmt: skip
LONGEST_PHRASE = 4


def initials_of(names: pd.Series) -> pd.Series:
    """The initials of each name, in the order and with the index of `names`; None for a missing name.

    Chinese characters become one lower-case letter each; letters and digits stay, in lower case and half width;
    everything else, such as brackets and dots, falls away. Each distinct name is worked out once.
    """
    known = {name: initials(name) for name in names.dropna().unique().tolist()}
    return pd.Series([known.get(name) for name in names.tolist()], index=names.index, dtype="object")


def initials(name: str) -> str:
    """The initials of one name, see `initials_of`."""
    letters, phrases, doubtful = _readings()
    plain = unicodedata.normalize("NFKC", name)
    found = plain.translate(letters)
    for doubt in doubtful.finditer(plain):
        place = doubt.start()
        letter = _in_phrase(plain, place, phrases[doubt[0]])
        if letter:
            found = f"{found[:place]}{letter}{found[place + 1 :]}"
    found = found.lower()
    return found if found.isalnum() else "".join(filter(str.isalnum, found))


def _in_phrase(name: str, place: int, phrases: dict[str, str]) -> str | None:
    """The letter of the character at `place` in the longest phrase around it that is known, None where none is.

    Of two as long the one that begins later: 长治市长城路 is about a wall and not about a mayor.
    """
    for length in range(LONGEST_PHRASE, 1, -1):
        for start in range(place, max(place - length, -1), -1):
            letters = phrases.get(name[start : start + length])
            if letters:
                return letters[place - start]
    return None


@cache
def _readings() -> tuple[dict[int, str], dict[str, dict[str, str]], re.Pattern[str]]:
    """The usual letter of every character; per character with several, the phrases that tell which; and those."""
    # A second of loading, which most commands can do without.
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # noqa: PLC0415

    several = {code: [_letter(reading) for reading in readings.split(",")] for code, readings in PINYIN_DICT.items()}
    letters = {code: found[0] for code, found in several.items() if found[0]}
    letters |= {ord(sign): letter for sign, letter in USUAL.items()}
    doubtful = {chr(code) for code, found in several.items() if len(set(found)) > 1}
    phrases: dict[str, dict[str, str]] = {}
    spelt = {
        phrase: "".join(_letter(readings[0]) for readings in spelling)
        for phrase, spelling in PHRASES_DICT.items()
        if len(phrase) <= LONGEST_PHRASE
    } | PLACES
    for phrase, spelling in spelt.items():
        if len(spelling) == len(phrase):
            for sign in doubtful.intersection(phrase):
                phrases.setdefault(sign, {})[phrase] = spelling
    # A character that no phrase reads otherwise need not be looked at again.
    telling = {
        sign: known
        for sign, known in phrases.items()
        if any(spelling[phrase.index(sign)] != letters[ord(sign)] for phrase, spelling in known.items())
    }
    return letters, telling, re.compile(f"[{''.join(telling)}]")


def _letter(reading: str) -> str:
    """The first letter of a syllable, its tone mark taken off."""
    return unicodedata.normalize("NFD", reading)[:1].lower()
