"""What papers that change a plan say of a task, and their words for it (`headers.toml`, section `revision`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from inspections.notice.vocabulary import vocabulary

# What befalls a task. `EMPTIED`: it has values before and none after.
ADDED, WITHDRAWN, CHANGED, KEPT, EMPTIED = "added", "withdrawn", "changed", "kept", "emptied"


@dataclass(frozen=True)
class Said:
    """What stands beside the new values of a row: what befalls its task (None: not said) and what it was called.

    `sentence`: no table says it. `was`: code of a column -> its value before, as written.
    """

    mark: str | None = None
    called: str = ""
    sentence: bool = False
    was: Mapping[str, str] = field(default_factory=dict)


@cache
def any_of(name: str) -> str:
    """Words of the section `revision` of `headers.toml` as one pattern, the longer ones first."""
    return "|".join(sorted(map(re.escape, vocabulary()["revision"][name]), key=len, reverse=True))
