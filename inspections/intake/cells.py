"""What one cell of a register, a draw or a result says, read by the type of its column.

`read` turns a column of texts into values of the data contract. It works on distinct texts only and never raises on
any text: what cannot be read comes back as None with a code of the section `issues` in the text files.

Stored forms: letters and digits are half-width; zero-width, control and no-break characters and blanks between
Chinese characters are gone; brackets in a name with Chinese characters are full-width （）, as in the official
register of names, and half-width in a name without.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from inspections.files.characters import chinese_number, folded
from inspections.files.counts import LARGEST_COUNT, count_or_ordinal
from inspections.files.dates import FIRST_YEAR, LAST_YEAR, date_words, moment, plain_moment
from inspections.intake.cell import EMPTY, CellSettings, Read, Reader, issue, says_nothing, vocabulary
from inspections.intake.coded_words import (
    basis,
    coded,
    follow_up,
    object_kind,
    object_status,
    outcomes,
    risk_class,
    yes_no,
)
from inspections.intake.identifiers import certificate, credit_codes, noted, object_id
from inspections.intake.names import clean_name, clean_text, split_names
from inspections.notice.vocabulary import vocabulary as notice_words

# What an issue means for its cell: an error leaves it without a value, the others keep the value that was read.
SEVERITY = {
    "cell_too_long": "error",
    "code_check_digit": "error",
    "code_characters": "error",
    "code_damaged": "error",
    "code_formula": "error",
    "code_too_long": "error",
    "code_personal": "error",
    "code_several": "error",
    "code_length": "warning",
    "normalised": "note",
    "date_unreadable": "error",
    "date_ambiguous": "error",
    "day_impossible": "error",
    "date_out_of_range": "error",
    "date_incomplete": "error",
    "date_year_missing": "error",
    "date_span_first": "note",
    "date_span_last": "note",
    "year_unreadable": "error",
    "year_out_of_range": "error",
    "number_unreadable": "error",
    "number_too_large": "error",
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
    "outcome_not_checked": "note",
    "outcome_remark": "note",
    "follow_up_unknown": "error",
    "follow_up_several": "error",
    "follow_up_open": "note",
    "follow_up_general": "note",
}


@dataclass(frozen=True)
class Cells:
    """A column as read: `values` (None where empty or unreadable), `codes` (an issue's code, or None), `parameters`.

    All three share the index of the texts; `parameters` holds what the issue's sentence needs besides {column}, a
    dict or None. A cell with an error has no value.
    """

    values: pd.Series
    codes: pd.Series
    parameters: pd.Series


def read(kind: str, cells: pd.Series, settings: CellSettings | None = None) -> Cells:
    """The column `cells` (texts, "" = empty) read as `kind`, a type of `kinds.toml`. Raises KeyError for another."""
    settings = settings or CellSettings()
    reader = _READERS[kind]
    places, found_texts = pd.factorize(cells, use_na_sentinel=False)
    distinct = found_texts.to_numpy(dtype=object)
    tidied = [text.strip().upper() if isinstance(text, str) else "" for text in distinct] if kind == "object_id" else []
    known = credit_codes(tidied) if tidied else np.zeros(len(distinct), dtype=bool)
    values = np.empty(len(distinct), dtype=object)
    codes = np.empty(len(distinct), dtype=object)
    parameters = np.empty(len(distinct), dtype=object)
    # Codes that are right as they stand are nearly all of a million: they are taken at once.
    plain = known & (distinct == np.array(tidied, dtype=object)) if tidied else known
    values[plain] = distinct[plain]
    for place in np.flatnonzero(~plain).tolist():
        text = distinct[place]
        if isinstance(text, str) and text:
            found = noted(text, tidied[place]) if known[place] else _one(reader, kind, text, settings)
            values[place], codes[place], parameters[place] = found.value, found.code, found.parameters
    return Cells(*(pd.Series(taken[places], index=cells.index, dtype=object) for taken in (values, codes, parameters)))


def one(kind: str, text: str, settings: CellSettings) -> Read:
    """One cell of that kind."""
    return _one(_READERS[kind], kind, text, settings) if text.strip() else EMPTY


def _one(reader: Reader, kind: str, text: str, settings: CellSettings) -> Read:
    longest = settings.longest_name if kind in {"name", "unit"} else settings.longest_text
    if len(text) > longest:
        return issue("cell_too_long", text, count=len(text), limit=longest)
    return reader(text, settings)


@cache
def _open_words() -> frozenset[str]:
    return frozenset("".join(word.split()).casefold() for word in vocabulary()["open_date"]["words"])


def _name(text: str, _settings: CellSettings) -> Read:
    return Read(clean_name(text) or None)


def _text(text: str, _settings: CellSettings) -> Read:
    return Read(clean_text(text) or None)


def _unit(text: str, settings: CellSettings) -> Read:
    return EMPTY if says_nothing(text) else _name(text, settings)


# Names of people as short as they are, parted by nothing but a blank; "欧阳 娜娜" is one.
_PERSON = r"[\u4e00-\u9fff·]{2,4}(?:[（(]?[A-Za-z0-9-]{3,20}[)）]?)?"
_BY_BLANKS = re.compile(rf"{_PERSON}(?:[ \u3000\xa0]+{_PERSON})+")


def _names(text: str, _settings: CellSettings) -> Read:
    words = text.strip()
    if _BY_BLANKS.fullmatch(words) and words.split()[0] not in notice_words()["people"]["double"]:
        text = "、".join(words.split())
    return EMPTY if says_nothing(text) else Read(split_names(text) or None)


def _date_time(text: str, settings: CellSettings) -> Read:
    if at := plain_moment(text):
        return Read(at)
    words = date_words(text)
    if says_nothing(text) or "".join(words.split()).casefold() in _open_words():
        return EMPTY
    found = moment(words, year=settings.year)
    if found.fault:
        limits = {"first": FIRST_YEAR, "last": LAST_YEAR} if found.fault == "date_out_of_range" else {}
        return issue(found.fault, text, **limits)
    return Read(found.at)


def _date(text: str, settings: CellSettings) -> Read:
    found = _date_time(text, settings)
    return Read(found.value.date()) if isinstance(found.value, datetime.datetime) else found


def _year(text: str, _settings: CellSettings) -> Read:
    if says_nothing(text):
        return EMPTY
    words = "".join(folded(text).split()).strip("'‘’`")
    words = re.sub("[零〇○一二三四五六七八九]{4}", lambda found: str(chinese_number(found[0])), words)
    found = re.fullmatch(r"(\d{1,9})(?:\.0+)?(年度?)?|(?P<short>\d{2})年度?", words)
    if not found:
        return issue("year_unreadable", text)
    year = int(found[1] or 0)
    if year < 100 and words.rstrip("度").endswith("年"):
        year += 2000
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return issue("year_out_of_range", text, first=FIRST_YEAR, last=LAST_YEAR)
    return Read(year)


def _number(text: str, _settings: CellSettings) -> Read:
    if says_nothing(text):
        return EMPTY
    value = count_or_ordinal(text)
    if value is not None:
        return Read(value)
    if re.fullmatch(r"\d{10,}(?:\.0+)?", re.sub(r"[,\s]|[户家个次]$", "", folded(text))):
        return issue("number_too_large", text, limit=LARGEST_COUNT)
    return issue("number_unreadable", text)


_READERS: dict[str, Reader] = {
    "name": _name,
    "text": _text,
    "object_id": object_id,
    "certificate": certificate,
    "date": _date,
    "date_time": _date_time,
    "year": _year,
    "number": _number,
    "yes_no": yes_no,
    "class": risk_class,
    "object_kind": object_kind,
    "object_status": object_status,
    "item_class": coded("item_class"),
    "basis": basis,
    "names": _names,
    "outcomes": outcomes,
    "follow_up": follow_up,
    "unit": _unit,
}
