"""A table of which nobody can tell the kind: its columns and what each looks like are said, and a person names the kind.

It is never taken for a plan by default: a plan's year and bureau can be given by hand, and then a list of anything
would be stored as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from inspections.files.columns import readings, sample
from inspections.intake.kinds import is_personal
from inspections.intake.ledger import letter
from inspections.intake.sheet import Sheet
from inspections.notice.contacts import shown_example
from inspections.words.errors import InspectionsError, Term

# Of several readings of a column the one that says most; from this share of its cells on it looks like it.
_SAYS_MOST = (
    "credit_code", "date", "window", "follow_up", "outcome", "class", "status", "drawn", "item_class", "yes_no", "tick",
    "draw_type", "plan_type", "basis", "frequency", "rate", "count", "number", "firm", "unit", "region", "kind", "phone", "code",
)  # fmt: skip
_MOSTLY = 0.6
# Columns that one sentence names.
_MOST_NAMED = 12


def kind_unknown(sheet: Sheet) -> InspectionsError:
    """What is said of it: every column, what its cells look like and one of them, where it may be shown."""
    told = [
        _told(index, heading, sheet.rows[index])
        for index, heading in enumerate(sheet.headers)
        if heading.strip() or sheet.rows[index].str.strip().ne("").any()
    ]
    more = (Term("intake.columns_more", {"count": len(told) - _MOST_NAMED}),) if len(told) > _MOST_NAMED else ()
    return InspectionsError("kind_unknown", file=sheet.called, columns=(*told[:_MOST_NAMED], *more))


def _told(index: int, heading: str, texts: Iterable[str]) -> Term:
    personal = is_personal(heading)
    cells = () if personal else sample(texts)
    example = shown_example(cells)
    key = "intake.column_looks_as" if example else "intake.column_looks"
    name = " ".join(heading.split())[:20]
    looks = Term("intake.looks.personal" if personal else f"intake.looks.{looks_like(cells)}")
    return Term(key, {"letter": letter(index), "heading": name, "looks": looks, "example": example})


def looks_like(cells: Sequence[str]) -> str:
    """What most cells of a column read as: a reading of `files/readings.toml`, "text", or "blank" where it has none."""
    if not cells:
        return "blank"
    found = Counter(chain.from_iterable(map(readings, cells)))
    return next((code for code in _SAYS_MOST if found[code] >= _MOSTLY * len(cells)), "text")
