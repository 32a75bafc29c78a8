"""Identifiers: unified social credit codes and registers' own numbers, certificates of inspectors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from stdnum.cn import ric, uscc

from inspections.intake.cell import EMPTY, CellSettings, Read, issue, look_alike, says_nothing

LONGEST_CODE = 64

# GB 32100-2015: weights 3^(i-1) mod 31; with the check digit itself counted once the sum is divisible by 31.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
_NEVER_USED = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_DAMAGED = re.compile(r"(?i)\d(?:\.\d*)?E\+\d{2}|\d\.\d+E\d{2}")


# What the number is, before it in the same cell.
_LABEL = re.compile(r"^[\u4e00-\u9fff()/]{2,}:(?=.)")
_RUN_OF_18 = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


@cache
def _digit_values() -> npt.NDArray[np.int64]:
    values = np.full(256, -1)
    for value, character in enumerate(_ALPHABET):
        values[ord(character)] = value
    return values


def credit_codes(distinct: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which of `distinct` are right unified social credit codes as they stand, all at once."""
    valid = np.zeros(len(distinct), dtype=bool)
    places = [i for i, text in enumerate(distinct) if len(text) == 18 and text.isascii()]
    if places:
        letters = np.frombuffer("".join(distinct[i] for i in places).encode(), dtype=np.uint8).reshape(-1, 18)
        values = _digit_values()[letters]
        sound = (values >= 0).all(axis=1) & (values[:, 2:8] <= 9).all(axis=1)
        valid[places] = sound & ((values @ np.array(_WEIGHTS)) % 31 == 0)
    return valid


def _is_credit_code(code: str) -> bool:
    if len(code) != 18 or not code[2:8].isdigit() or any(c not in _ALPHABET for c in code):
        return False
    total: int = sum(_ALPHABET.index(c) * weight for c, weight in zip(code, _WEIGHTS, strict=True))
    return total % 31 == 0


def _identifier(text: str) -> Read:
    """An identifier without blanks and in half-width characters, or the issue that forbids it."""
    if says_nothing(text):
        return EMPTY
    if text.isascii() and text.isalnum() and len(text) <= LONGEST_CODE:
        return Read(text)
    words = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs"})
    words = unicodedata.normalize("NFKC", words).strip().translate(look_alike())
    # Excel's mark that a number is a text.
    words = re.sub(r"^['‘’`](?=.)", "", words)
    if words[:1] in {"=", "+", "-", "@"} or _holds_control(words):
        return issue("code_formula", text)
    words = _LABEL.sub("", "".join(words.split()))
    if _DAMAGED.fullmatch(words):
        return issue("code_damaged", text)
    words = re.sub(r"^(\d+)\.0+$", r"\1", words)
    if len(words) > LONGEST_CODE:
        return issue("code_too_long", text, count=len(words), limit=LONGEST_CODE)
    return Read(words or None)


def _holds_control(words: str) -> bool:
    return not words.isprintable() and any(unicodedata.category(c) == "Cc" and not c.isspace() for c in words)


def noted(text: str, value: str) -> Read:
    """`value`, with a note where the file writes it in another way."""
    return Read(value) if text.strip() == value else issue("normalised", text, value, used=value)


def object_id(text: str, _settings: CellSettings) -> Read:
    """A unified social credit code with a right check digit, or a register's own number."""
    found = _identifier(text)
    if found.code or not isinstance(found.value, str):
        return found
    number = found.value
    joined = number.replace("-", "").upper()
    within = [code for code in _RUN_OF_18.findall(joined) if _is_credit_code(code)] if len(joined) > 18 else []
    if within:
        # A remark beside the code ("（主）") is no part of it.
        return noted(text, within[0]) if len(within) == 1 else issue("code_several", text, count=len(within))
    if not (len(joined) == 18 and joined.isascii() and joined.isalnum()):
        if re.fullmatch(r"[1-9N][1-9]\d{4}[0-9A-Z]{10,14}", joined) and len(joined) in {16, 17, 19, 20}:
            return issue("code_length", text, number, count=len(joined))
        return noted(text, number)
    # 18 characters with strokes between them are a register's own number more often than a mistyped code.
    own = "-" in number and not _is_credit_code(joined)
    return noted(text, number) if own else _credit_code(text, joined)


def _credit_code(text: str, code: str) -> Read:
    if _is_credit_code(code):
        return noted(text, code)
    if code[:17].isdigit() and ric.is_valid(code):
        # A citizen's own number: not even the message may hold it.
        return Read(None, "code_personal", {})
    if code.isdigit() and code.endswith("000"):
        return issue("code_damaged", text)
    wrong = [c for c in code if c in _NEVER_USED] + [c for c in code[2:8] if not c.isdigit() and c not in _NEVER_USED]
    if wrong:
        mended = "".join(_NEVER_USED.get(c, c) for c in code)
        likely = mended if _is_credit_code(mended) else None
        return issue("code_characters", text, letters="、".join(dict.fromkeys(wrong)), likely=likely)
    return issue("code_check_digit", text, digit=uscc.calc_check_digit(code[:17]), last=code[-1])


def certificate(text: str, _settings: CellSettings) -> Read:
    """The number of an inspector's certificate; never a citizen's own number."""
    found = _identifier(text)
    if found.code or not isinstance(found.value, str):
        return found
    number = found.value.upper()
    return Read(None, "code_personal", {}) if ric.is_valid(number) else noted(text, number)
