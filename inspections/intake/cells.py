"""What one cell of a register, a draw or a result says, read by the type of its column.

`read` turns a column of texts into values of the data contract. It works on distinct texts only and never raises on
any text: what cannot be read comes back as None with a code of the section `issues` in the text files.

Stored forms: letters and digits are half-width; zero-width, control and no-break characters and blanks between
Chinese characters are gone; brackets in a name with Chinese characters are full-width （）, as in the official
register of names, and half-width in a name without.
"""

from __future__ import annotations

import contextlib
import datetime
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from stdnum.cn import ric, uscc

from inspections.notice.values import chinese_number
from inspections.notice.values import printable as printed
from inspections.words.wording import LANGUAGES, texts

# What an issue means for its cell: an error leaves it without a value, the others keep the value that was read.
SEVERITY = {
    "cell_too_long": "error",
    "code_check_digit": "error",
    "code_characters": "error",
    "code_damaged": "error",
    "code_formula": "error",
    "code_too_long": "error",
    "code_personal": "error",
    "code_length": "warning",
    "normalised": "note",
    "date_unreadable": "error",
    "date_ambiguous": "error",
    "day_impossible": "error",
    "date_out_of_range": "error",
    "date_incomplete": "error",
    "date_year_missing": "error",
    "year_unreadable": "error",
    "year_out_of_range": "error",
    "number_unreadable": "error",
    "yes_no_unknown": "error",
    "class_outside_scheme": "error",
    "class_contradiction": "error",
    "kind_assumed": "note",
    "status_unknown": "error",
    "item_class_unknown": "error",
    "basis_unknown": "error",
    "outcome_unknown": "error",
    "outcome_contradiction": "error",
    "outcome_general": "note",
    "follow_up_unknown": "error",
    "follow_up_several": "error",
}
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_CODE = 64
LONGEST_SHOWN = 40
_LARGEST_COUNT = 2_000_000_000
# Outcomes that are a problem found (outcome_meaning in the schema): they contradict "no problem found".
PROBLEMS = frozenset({"not_disclosed", "false_disclosure", "unreachable", "other_violation", "corrected", "refused"})


@dataclass(frozen=True)
class CellSettings:
    """What cells are read by: the class scheme, the year that a date without one means, and the longest cells kept.

    `labels` are the office's own words for the classes, in the order of `classes`; () leaves the usual ones.
    """

    classes: tuple[str, ...] = ("A", "B", "C", "D")
    labels: tuple[str, ...] = ()
    year: int | None = None
    longest_name: int = 300
    longest_text: int = 4_000


@dataclass(frozen=True)
class Cells:
    """A column as read: `values` (None where empty or unreadable), `codes` (an issue's code, or None), `parameters`.

    All three share the index of the texts; `parameters` holds what the issue's sentence needs besides {column}, a
    dict or None. A cell with an error has no value.
    """

    values: pd.Series
    codes: pd.Series
    parameters: pd.Series


@dataclass(frozen=True)
class _Read:
    value: object = None
    code: str | None = None
    parameters: Mapping[str, object] | None = None


_EMPTY = _Read()
_Reader = Callable[[str, CellSettings], _Read]


@cache
def vocabulary() -> dict[str, Any]:
    """The whole of `cells.toml`."""
    return tomllib.loads(resources.files("inspections.intake").joinpath("cells.toml").read_text("utf-8"))


def read(kind: str, cells: pd.Series, settings: CellSettings | None = None) -> Cells:
    """The column `cells` (texts, "" = empty) read as `kind`, a type of `kinds.toml`. Raises KeyError for another."""
    settings = settings or CellSettings()
    reader = _READERS[kind]
    places, distinct = pd.factorize(cells.to_numpy(dtype=object), use_na_sentinel=False)
    tidied = [text.strip().upper() if isinstance(text, str) else "" for text in distinct] if kind == "object_id" else []
    known = _credit_codes(tidied) if tidied else np.zeros(len(distinct), dtype=bool)
    values = np.empty(len(distinct), dtype=object)
    codes = np.empty(len(distinct), dtype=object)
    parameters = np.empty(len(distinct), dtype=object)
    for place, text in enumerate(distinct):
        if known[place]:
            found = _Read(text) if text == tidied[place] else _noted(text, tidied[place])
            values[place], codes[place], parameters[place] = found.value, found.code, found.parameters
        elif isinstance(text, str) and text:
            found = _one(reader, kind, text, settings)
            values[place], codes[place], parameters[place] = found.value, found.code, found.parameters
    return Cells(*(pd.Series(taken[places], index=cells.index, dtype=object) for taken in (values, codes, parameters)))


def _one(reader: _Reader, kind: str, text: str, settings: CellSettings) -> _Read:
    longest = settings.longest_name if kind in {"name", "unit"} else settings.longest_text
    if len(text) > longest:
        return _issue("cell_too_long", text, count=len(text), limit=longest)
    return reader(text, settings)


def printable(text: str) -> str:
    """`text` without control and zero-width characters, line breaks and tabs kept."""
    return text if text.isprintable() else printed(text)


def shortened(text: str) -> str:
    """`text` on one line, printable, at most LONGEST_SHOWN characters long: fit for a message."""
    words = " ".join(printable(text[: LONGEST_SHOWN * 4]).split())
    return words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1] + "…"


def _issue(code: str, text: str, value: object = None, **parameters: object) -> _Read:
    return _Read(value, code, {"text": shortened(text), **parameters})


# ---------------------------------------------------------------------------------------------------- characters

_CLEAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff（）、，；：。《》0-9A-Za-z]*")
_CLEAN_BUT_BRACKETS = re.compile(r"[\u4e00-\u9fff()（）]+[\u4e00-\u9fff][\u4e00-\u9fff()（）]*")
# Full-width letters and digits, radicals and compatibility forms of Chinese characters (texts copied out of a PDF).
_OTHER_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0002f800-\U0002fa1f]")
_CHINESE = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BLANK_BESIDE = re.compile(rf"(?<=[{_CHINESE}]) +| +(?=[{_CHINESE}])")
_DOTS = re.compile("[‧•・･∙⋅]")
# No word for "nothing" is longer; blanks around it included.
_LONGEST_EMPTY = 16
_ONLY_STROKES = re.compile(r"[\s\-—–―_/\\.·*]*")


def _tidy(text: str) -> str:
    text = printable(text)
    text = _OTHER_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", text)


def clean_name(text: str) -> str:
    """A name in its stored form, on one line."""
    if _CLEAN.fullmatch(text):
        return text
    if _CLEAN_BUT_BRACKETS.fullmatch(text):
        return text.replace("(", "（").replace(")", "）")
    words = _DOTS.sub("·", " ".join(_tidy(text).split()))
    words = _BLANK_BESIDE.sub("", words)
    if re.search(f"[{_CHINESE}]", words):
        words = words.replace("(", "（").replace(")", "）")
        words = re.sub(r" *([（）]) *", r"\1", words)
    return "" if _ONLY_STROKES.fullmatch(words) else words


def clean_text(text: str) -> str:
    """A free text in its stored form; its line breaks and brackets stay."""
    if _CLEAN.fullmatch(text):
        return text
    lines = (_BLANK_BESIDE.sub("", " ".join(line.split())) for line in _tidy(text).splitlines())
    words = "\n".join(line for line in lines if line)
    return "" if _ONLY_STROKES.fullmatch(words) else words


@cache
def _look_alike() -> dict[int, int]:
    words = vocabulary()["look_alike"]
    return str.maketrans(words["others"], words["latin"])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", printable(text)).strip()


def _bare(text: str) -> str:
    """What words are compared by: small half-width letters, digits and the signs that can stand for a word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or c in "%√×✓✔✗✘☑☒")


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(_bare(word) for word in vocabulary()["empty"]["words"])


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST_EMPTY:
        return not text.strip()
    bare = _bare(text)
    return bare in _empty_words() or (not bare and _ONLY_STROKES.fullmatch(_folded(text)) is not None)


def _name(text: str, _settings: CellSettings) -> _Read:
    return _Read(clean_name(text) or None)


def _text(text: str, _settings: CellSettings) -> _Read:
    return _Read(clean_text(text) or None)


# A list's cell: parted outside brackets only, 某某公司（甲、乙）is one name.
_OPENING, _CLOSING = "（(【[〔《“「", "）)】]〕》”」"
_PARTING = "、，,；;/\n\r|"


def split_names(text: str) -> tuple[str, ...]:
    """The names of a list, parted by 、，；/ | and line breaks but never inside brackets, each once, in order."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in _PARTING and not depth:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    if depth and len(parts) == 1:
        # A bracket that is never closed parts nothing off.
        parts = re.split(f"[{re.escape(_PARTING)}]", text)
    return tuple(dict.fromkeys(name for name in map(clean_name, parts) if name))


def _names(text: str, _settings: CellSettings) -> _Read:
    return _EMPTY if _says_nothing(text) else _Read(split_names(text) or None)


# ---------------------------------------------------------------------------------------------------- identifiers

# GB 32100-2015: weights 3^(i-1) mod 31; with the check digit itself counted once the sum is divisible by 31.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
_NEVER_USED = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_DAMAGED = re.compile(r"(?i)\d(?:\.\d*)?E\+\d{2}|\d\.\d+E\d{2}")


@cache
def _digit_values() -> npt.NDArray[np.int64]:
    values = np.full(256, -1)
    for value, character in enumerate(_ALPHABET):
        values[ord(character)] = value
    return values


def _credit_codes(distinct: Sequence[str]) -> npt.NDArray[np.bool_]:
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


def _identifier(text: str) -> _Read:
    """An identifier without blanks and in half-width characters, or the issue that forbids it."""
    if _says_nothing(text):
        return _EMPTY
    if text.isascii() and text.isalnum() and len(text) <= LONGEST_CODE:
        return _Read(text)
    words = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs"})
    words = unicodedata.normalize("NFKC", words).strip().translate(_look_alike())
    # Excel's mark that a number is a text.
    words = re.sub(r"^['‘’`](?=.)", "", words)
    if words[:1] in {"=", "+", "-", "@"} or _holds_control(words):
        return _issue("code_formula", text)
    words = "".join(words.split())
    if _DAMAGED.fullmatch(words):
        return _issue("code_damaged", text)
    words = re.sub(r"^(\d+)\.0+$", r"\1", words)
    if len(words) > LONGEST_CODE:
        return _issue("code_too_long", text, count=len(words), limit=LONGEST_CODE)
    return _Read(words or None)


def _holds_control(words: str) -> bool:
    return not words.isprintable() and any(unicodedata.category(c) == "Cc" and not c.isspace() for c in words)


def _noted(text: str, value: str) -> _Read:
    return _Read(value) if text.strip() == value else _issue("normalised", text, value, used=value)


def _object_id(text: str, _settings: CellSettings) -> _Read:
    found = _identifier(text)
    if found.code or not isinstance(found.value, str):
        return found
    number = found.value
    joined = number.replace("-", "").upper()
    if not (len(joined) == 18 and joined.isascii() and joined.isalnum()):
        if re.fullmatch(r"[1-9N][1-9]\d{4}[0-9A-Z]{10,14}", joined) and len(joined) in {16, 17, 19, 20}:
            return _issue("code_length", text, number, count=len(joined))
        return _noted(text, number)
    if number != joined and not _is_credit_code(joined):
        # 18 characters with strokes between them are a register's own number more often than a mistyped code.
        return _noted(text, number) if "-" in number else _credit_code(text, joined)
    return _credit_code(text, joined)


def _credit_code(text: str, code: str) -> _Read:
    if _is_credit_code(code):
        return _noted(text, code)
    if code[:17].isdigit() and ric.is_valid(code):
        # A citizen's own number: not even the message may hold it.
        return _Read(None, "code_personal", {})
    if code.isdigit() and code.endswith("000"):
        return _issue("code_damaged", text)
    wrong = [c for c in code if c in _NEVER_USED] + [c for c in code[2:8] if not c.isdigit() and c not in _NEVER_USED]
    if wrong:
        mended = "".join(_NEVER_USED.get(c, c) for c in code)
        likely = mended if _is_credit_code(mended) else None
        return _issue("code_characters", text, letters="、".join(dict.fromkeys(wrong)), likely=likely)
    return _issue("code_check_digit", text, digit=uscc.calc_check_digit(code[:17]), last=code[-1])


def _certificate(text: str, _settings: CellSettings) -> _Read:
    found = _identifier(text)
    if found.code or not isinstance(found.value, str):
        return found
    number = found.value.upper()
    return _Read(None, "code_personal", {}) if ric.is_valid(number) else _noted(text, number)


# ---------------------------------------------------------------------------------------------------- dates

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_SEPARATOR = r"\s*[-/.、]\s*"
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_TIME = (
    r"(?:\s*T?\s*(?P<half>上午|下午|晚上?|凌晨|早上|中午|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?::|时|点)\s*(?P<minute>\d{1,2}|半)?"
    r"\s*(?::|分)?\s*(?:(?P<second>\d{1,2})(?:\.\d{1,9})?秒?)?\s*(?P<after>AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?\s*"
)
_SPOKEN = re.compile(rf"(?i)(?P<y>\d{{4}}|\d{{2}})\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日?{_TIME}")
_ISO = re.compile(rf"(?i)(?P<y>\d{{4}}){_SEPARATOR}(?P<m>\d{{1,2}}){_SEPARATOR}(?P<d>\d{{1,2}})日?{_TIME}")
_RUN = re.compile(rf"(?i)(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}")
_RUN_ON = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?")
_SHORT = re.compile(rf"(?i)(?P<a>\d{{1,2}}){_SEPARATOR}(?P<b>\d{{1,2}}){_SEPARATOR}(?P<c>\d{{4}}|\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(?i)(?P<d>\d{{1,2}})[-/ ](?P<name>{_MONTHS})[a-z]*[-/ ,]+(?P<y>\d{{4}}|\d{{2}}){_TIME}")
_MONTH_FIRST = re.compile(rf"(?i)(?P<name>{_MONTHS})[a-z]*\.?[- ](?P<d>\d{{1,2}})[-, ]+(?P<y>\d{{4}}){_TIME}")
_NO_YEAR = re.compile(rf"(?i)(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*日?{_TIME}")
_SERIAL = re.compile(r"(?P<day>\d{5})(?:\.(?P<part>\d{1,17}))?")
_NO_DAY = re.compile(
    rf"(?:\d{{4}}|\d{{2}})(?:年|{_SEPARATOR})\d{{1,2}}月?|\d{{4}}年|\d{{6}}|\d{{4}}年?(?:第?[1-4]季度?|[上下]半年)"
)
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
_BEFORE_UNIT = re.compile(r"[零〇○一二两三四五六七八九十]{1,4}(?=\s*[年月日号时点分])")
_EXCEL_DAY_0 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a clerk's file tells local time
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


@cache
def _open_words() -> frozenset[str]:
    return frozenset("".join(word.split()).casefold() for word in vocabulary()["open_date"]["words"])


def _moment(text: str, settings: CellSettings) -> _Read:
    """The moment a cell names, as a datetime without zone; midnight where it names only a day."""
    words = _WEEKDAY.sub(" ", _folded(text))
    words = _BEFORE_UNIT.sub(lambda found: str(chinese_number(found[0])), words)
    words = re.sub(r"[—–―\u2010-\u2015\u2212]", "-", words.replace("号", "日"))
    words = " ".join(words.strip("'‘’`\" ").split())
    if _says_nothing(text) or "".join(words.split()).casefold() in _open_words():
        return _EMPTY
    for pattern in (_SPOKEN, _ISO, _RUN, _RUN_ON, _DAY_FIRST, _MONTH_FIRST):
        if found := pattern.fullmatch(words):
            group = found.groupdict()
            month = _MONTHS.split("|").index(group["name"].casefold()) + 1 if group.get("name") else int(group["m"])
            return _at(text, group, _year_of(group["y"]), month, int(group["d"]))
    if found := _SHORT.fullmatch(words):
        return _in_some_order(text, found.groupdict())
    if found := _NO_YEAR.fullmatch(words):
        return _at(text, found.groupdict(), settings.year, int(found["m"]), int(found["d"]))
    if found := _SERIAL.fullmatch(words):
        part = datetime.timedelta(seconds=round(float(f"0.{found['part'] or 0}") * 86_400))
        return _in_range(text, _EXCEL_DAY_0 + datetime.timedelta(days=int(found["day"])) + part)
    return _issue("date_incomplete" if _NO_DAY.fullmatch(words) else "date_unreadable", text)


def _year_of(digits: str) -> int:
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _in_some_order(text: str, group: dict[str, str | None]) -> _Read:
    """Three short numbers: the year comes last (month or day first), or it has two digits and comes first."""
    first, last = group["a"] or "", group["c"] or ""
    a, b, c = int(first), int(group["b"] or 0), int(last)
    if len(last) == 4:
        orders = [(c, a, b), (c, b, a)]
    else:
        orders = [(2000 + a, b, c)] if len(first) == 2 else [(2000 + c, b, a)]
        orders = orders if len(last) == 1 else [*orders, (2000 + c, a, b)]
    if len(first) == len(last) == 1:
        return _issue("date_unreadable", text)
    possible = {order for order in orders if _is_day(*order)}
    if len(possible) > 1:
        return _issue("date_ambiguous", text)
    return _at(text, group, *(possible.pop() if possible else orders[0]))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _at(text: str, group: Mapping[str, str | None], year: int | None, month: int, day: int) -> _Read:
    if year is None:
        return _issue("date_year_missing", text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _issue("date_out_of_range", text, first=FIRST_YEAR, last=LAST_YEAR)
    if not _is_day(year, month, day):
        return _issue("day_impossible", text)
    hour, half = int(group["hour"] or 0), (group.get("half") or group.get("after") or "").upper()
    if (half in {"下午", "晚", "晚上", "PM"} and hour < 12) or (half == "中午" and hour < 11):
        hour += 12
    elif half in {"上午", "凌晨", "AM"} and hour == 12:
        hour = 0
    minute = 30 if group["minute"] == "半" else int(group["minute"] or 0)
    second = int(group["second"] or 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return _issue("date_unreadable", text)
    moment = datetime.datetime(year, month, day) + datetime.timedelta(hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
    if zone := group.get("zone"):
        # An export in universal time: 16:00 of the day before is midnight here.
        ahead = datetime.timedelta(0)
        if zone not in {"Z", "z"}:
            ahead = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
        if abs(ahead) >= datetime.timedelta(hours=24):
            return _issue("date_unreadable", text)
        moment = moment.replace(tzinfo=datetime.timezone(ahead)).astimezone(_CHINA).replace(tzinfo=None)
    return _in_range(text, moment)


def _in_range(text: str, moment: datetime.datetime) -> _Read:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return _issue("date_out_of_range", text, first=FIRST_YEAR, last=LAST_YEAR)
    return _Read(moment)


def _date(text: str, settings: CellSettings) -> _Read:
    found = _moment(text, settings)
    return _Read(found.value.date()) if isinstance(found.value, datetime.datetime) else found


def _year(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    words = "".join(_folded(text).split()).strip("'‘’`")
    words = re.sub("[零〇○一二三四五六七八九]{4}", lambda found: str(chinese_number(found[0])), words)
    found = re.fullmatch(r"(\d{1,9})(?:\.0+)?(年度?)?|(?P<short>\d{2})年度?", words)
    if not found:
        return _issue("year_unreadable", text)
    year = int(found[1] or 0)
    if year < 100 and words.rstrip("度").endswith("年"):
        year += 2000
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _issue("year_out_of_range", text, first=FIRST_YEAR, last=LAST_YEAR)
    return _Read(year)


def _number(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    words = "".join(_folded(text).split()).strip("'‘’`")
    found = re.fullmatch(
        r"第?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.0+)?(?:户次|家次|户|家|个|件|次|批次|批|名|人|项|起|处|轮)?", words
    )
    value = int(found[1].replace(",", "")) if found else chinese_number(words.removeprefix("第").rstrip("次批轮户家个"))
    if value is None or value > _LARGEST_COUNT:
        return _issue("number_unreadable", text)
    return _Read(value)


# ---------------------------------------------------------------------------------------------------- words

# Sections of the text files whose words mean the codes of a section here.
_SAID_AS = {"yes_no": "boolean", "outcomes": "outcome", "object_kind": "object_kind", "object_status": "object_status"}


@cache
def _words(section: str) -> dict[str, str]:
    """The words of a section, as they are compared, with their codes; those of the text files included."""
    words = {_bare(word): code for code, known in vocabulary()[section].items() for word in known}
    for language in LANGUAGES:
        said = texts(language)["codes"]
        for name in (_SAID_AS.get(section, section), f"{_SAID_AS.get(section, section)}_short"):
            for code, word in said.get(name, {}).items():
                words.setdefault(_bare(word), code)
    return words


def words_of(section: str) -> dict[str, tuple[str, ...]]:
    """The codes of a section of `cells.toml` with the words they are known by."""
    return {code: tuple(words) for code, words in vocabulary()[section].items()}


def _yes_no(text: str, _settings: CellSettings) -> _Read:
    code = _words("yes_no").get(_bare(text))
    if code is not None:
        return _Read(code == "true")
    return _EMPTY if _says_nothing(text) else _issue("yes_no_unknown", text)


def _object_kind(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    bare = _bare(text)
    if bare in _words("object_kind"):
        return _Read(_words("object_kind")[bare])
    for word, code in vocabulary()["object_kind_containing"]["words"]:
        if word in bare:
            return _Read(code)
    return _issue("kind_assumed", text, "other")


def _object_status(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    bare, words = _bare(text), _words("object_status")
    code = words.get(bare) or next(
        (words[bare[:length]] for length in range(len(bare), 1, -1) if bare[:length] in words), None
    )
    return _Read(code) if code else _issue("status_unknown", text)


def _coded(section: str) -> _Reader:
    def reader(text: str, _settings: CellSettings) -> _Read:
        if _says_nothing(text):
            return _EMPTY
        code = _words(section).get(_bare(text))
        return _Read(code) if code else _issue(f"{section}_unknown", text)

    return reader


@cache
def _labels(classes: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    """Label -> class; the office's own labels first, then the usual ones of a scheme of that size."""
    usual = vocabulary()["class_labels"].get(str(len(classes)), {})
    found = {_label(label): code for code, label in zip(classes, labels, strict=False)}
    for letter, words in usual.items():
        for word in words:
            found.setdefault(_bare(word), classes["ABCDE".index(letter)])
    return found


def _label(words: str) -> str:
    """A class's words without what only stands around it: 信用风险分类为低风险 -> 低."""
    bare = _bare(words)
    for filler in vocabulary()["class_words"]["filler"]:
        bare = bare.replace(filler, "")
    return bare


def _class(text: str, settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    if _bare(text) in {_bare(word) for word in vocabulary()["class_words"]["none"]}:
        return _Read("none")
    letters = {code.casefold(): code for code in settings.classes}
    labels = _labels(settings.classes, settings.labels)
    words = _label(text.translate(_look_alike()))
    letter = re.match("[a-z]", words) or re.search("[a-z]$", words)
    label = words.replace(letter[0], "", 1) if letter else words
    said = [letters.get(letter[0])] if letter else []
    if label:
        said.append(labels.get(label))
    if not said or None in said:
        return _issue("class_outside_scheme", text, known="、".join(settings.classes))
    if len(set(said)) > 1:
        return _issue("class_contradiction", text, letter=said[0], label=said[1])
    return _Read(said[0])


@cache
def _pattern(section: str, *more: str) -> re.Pattern[str]:
    words = {*_words(section), *more}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


def _told_apart(text: str, section: str, more: tuple[str, ...] = ()) -> tuple[list[str], str | None]:
    """The words of a section that `text` is made of, in order, and the first part that is none of them."""
    folded = unicodedata.normalize("NFKC", printable(text)).casefold()
    kept = [i for i, c in enumerate(folded) if c.isalpha() or c == "_"]
    bare = "".join(folded[i] for i in kept)
    pattern = _pattern(section, *more)
    found: list[str] = []
    place = 0
    while place < len(bare):
        match = pattern.match(bare, place)
        if match is None:
            rest = folded[kept[place] :]
            return found, re.split(r"[,;、。|/\n]", rest, maxsplit=1)[0]
        found.append(match[0])
        place = match.end()
    return found, None


def _outcomes(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    general = tuple(_bare(word) for word in vocabulary()["outcome_problem"]["words"])
    found, unknown = _told_apart(text, "outcomes", general)
    if unknown is not None or not found:
        return _issue("outcome_unknown", unknown or text)
    known = _words("outcomes")
    codes = tuple(dict.fromkeys(known[word] for word in found if word in known))
    problem_named = PROBLEMS & set(codes)
    says_problem = any(word not in known for word in found)
    if "no_problem" in codes and (problem_named or says_problem):
        return _issue("outcome_contradiction", text)
    if says_problem and not problem_named:
        return _issue("outcome_general", text, (*codes, "other_violation"))
    return _Read(codes)


def _follow_up(text: str, _settings: CellSettings) -> _Read:
    if _says_nothing(text):
        return _EMPTY
    found, unknown = _told_apart(text, "follow_up")
    if unknown is not None or not found:
        return _issue("follow_up_unknown", unknown or text)
    codes = tuple(dict.fromkeys(_words("follow_up")[word] for word in found))
    return _Read(codes[0]) if len(codes) == 1 else _issue("follow_up_several", text)


def _unit(text: str, settings: CellSettings) -> _Read:
    return _EMPTY if _says_nothing(text) else _name(text, settings)


def _date_time(text: str, settings: CellSettings) -> _Read:
    if _PLAIN.fullmatch(text) and str(FIRST_YEAR) <= text[:4] <= str(LAST_YEAR):
        # A million moments, nearly all distinct, are nearly all written like this.
        with contextlib.suppress(ValueError):
            return _Read(datetime.datetime.fromisoformat(text))
    return _moment(text, settings)


_READERS: dict[str, _Reader] = {
    "name": _name,
    "text": _text,
    "object_id": _object_id,
    "certificate": _certificate,
    "date": _date,
    "date_time": _date_time,
    "year": _year,
    "number": _number,
    "yes_no": _yes_no,
    "class": _class,
    "object_kind": _object_kind,
    "object_status": _object_status,
    "item_class": _coded("item_class"),
    "basis": _coded("basis"),
    "names": _names,
    "outcomes": _outcomes,
    "follow_up": _follow_up,
    "unit": _unit,
}
