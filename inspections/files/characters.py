"""The characters of a cell: printable, in one width, without blanks; and Chinese numerals as numbers."""

from __future__ import annotations

import re
import unicodedata

# Every kind of dash, and the strokes that keyboards have for one.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500"


def printable(text: str) -> str:
    """`text` without control characters (NUL among them), line breaks and tabs kept."""
    return (
        text
        if text.isprintable()
        else "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    )


def folded(text: str) -> str:
    """`text` printable, with full-width letters, digits and signs made half-width."""
    return printable(unicodedata.normalize("NFKC", text))


def squeezed(text: str) -> str:
    """`text` printable and without any blank; the characters themselves stay as written."""
    return "".join(printable(text).split())


_SET_WIDE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \t\u3000\xa0]+[\u4e00-\u9fff])+(?![\u4e00-\u9fff])")


def set_close(text: str) -> str:
    """`text` without the blanks that set words wide ("市 容 科", "不 定 向"); those between words stay."""
    return _SET_WIDE.sub(lambda found: "".join(found[0].split()), text)


DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
_PLACE = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零〇○一二两三四五六七八九十百千]"


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below 10,000 (三十五) or of digits read out (二〇二三); None otherwise."""
    if not text or len(text) > 9 or any(c not in DIGITS and c not in _PLACE for c in text):
        return None
    if not any(c in _PLACE for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _PLACE:
            total += (digit or 1) * _PLACE[c]
            digit = 0
        else:
            digit = DIGITS[c]
    return total + digit


def number(text: str) -> int | None:
    """The value of digits or of a Chinese numeral; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() else chinese_number(text)


def with_digits(text: str, before: str) -> str:
    """Chinese numerals that stand before one of `before` (a regular expression), written as digits."""

    def digits(found: re.Match[str]) -> str:
        value = chinese_number(found[0])
        return found[0] if value is None else str(value)

    return re.sub(f"{NUMERAL}{{1,9}}(?={before})", digits, text)
