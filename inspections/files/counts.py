"""How many: whole numbers with the words that things are counted by."""

from __future__ import annotations

import re
from decimal import Decimal

from inspections.files.characters import chinese_number, folded

# Counts are INTEGER in the data contract.
LARGEST_COUNT = 2_000_000_000
COUNTED = r"(?:户次|家次|户|家|个|件|宗|起|处|批次|批|名|人|所|座|项|辆|艘|台|例|幅|条|栋|片|块)"
_ORDINAL = re.compile(r"[次轮批户家个]+$")


def as_count(value: int | None) -> int | None:
    """`value` where the data contract can hold it, else None."""
    return value if value is not None and value <= LARGEST_COUNT else None


def whole_number(text: str) -> int | None:
    """The whole number a cell holds ("1,336", "52户", "52.0", "约52户", "1.2万户"), or None."""
    return _counted(folded(text).strip().rstrip(","), before=r"[^\d]{0,4}")


def count_or_ordinal(text: str) -> int | None:
    """The same, where a column may also say which one it is ("第2次", "第二批"), in Chinese numerals too."""
    words = "".join(folded(text).split()).strip("'‘’`")
    found = _counted(words, before="第?", after="|次|轮")
    return as_count(chinese_number(_ORDINAL.sub("", words.removeprefix("第")))) if found is None else found


def _counted(words: str, before: str, after: str = "") -> int | None:
    words = "".join(words.split())
    found = re.fullmatch(rf"{before}(\d{{1,12}}|\d{{1,3}}(?:,\d{{3}}){{1,3}})(?:\.0+)?(?:{COUNTED}{after})?", words)
    if found:
        return as_count(int(found[1].replace(",", "")))
    many = re.fullmatch(rf"{before}(\d{{1,6}}(?:\.\d{{1,4}})?)万[余多]?(?:{COUNTED}{after})?", words)
    return as_count(int(Decimal(many[1]) * 10_000)) if many else None
