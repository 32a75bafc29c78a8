"""How a column of a table is shown, on screen and in every export: the end of its name says it, here and nowhere else.

| its name ends in | it holds                                    | it is shown as                        |
|------------------|---------------------------------------------|---------------------------------------|
| `_on`            | a day                                       | 2024-03-15                            |
| `_rate`          | a share in [0, 1]                           | 68.3 %                                |
| `_mean`          | a mean in its own unit                      | 14.3                                  |
| `_change`        | a difference of scores or of shares in points | +1.25                               |
| `_link`          | an address within the dashboard             | an icon; on screen only               |
| anything else    | a number with decimals, a whole number, text | 1.25; as it is; as it is             |

Codes are shown by the words under `codes.<column>` of the text files, headings by `headings.<column>`. A question of
`queries/` names its columns accordingly: what is a day is named `…_on`, and nothing else is.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["day", "share", "mean", "change", "link", "plain"]
_ENDS: dict[str, Kind] = {"_on": "day", "_rate": "share", "_mean": "mean", "_change": "change", "_link": "link"}
# The class of a single firm, what gives it away, the firms themselves and free text that may name one: without values
# for who may not see classes, and then left out.
NAMES = frozenset({"object", "object_id"})
OF_SINGLE_FIRMS = frozenset({"class", "class_at_draw", "class_now", "class_before", "place", "reason", *NAMES})
# Classes, of single firms or of draws: an export that holds one says that it is for internal use.
INTERNAL = frozenset({"class", "class_at_draw", "class_now", "stratum"})
# Pixels on screen: sentences need room, and what stands beside them leaves it.
WIDTHS = {
    "message": 640, "verdict_line": 380, "change_words": 560, "subject_words": 240, "reason": 220,
    "row": 60, "field": 150, "cell": 170, "severity": 64,
}  # fmt: skip


def kind_of(column: str) -> Kind:
    """What a column holds, by the end of its name."""
    return next((kind for end, kind in _ENDS.items() if column.endswith(end)), "plain")
