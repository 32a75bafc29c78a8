"""What is off in one value of a notice."""

from __future__ import annotations

from dataclasses import dataclass, field

# Longer cells are not read for numbers: no notice has them, and a hostile file could.
LONGEST_VALUE = 2_000


@dataclass(frozen=True)
class Remark:
    """Something off in one value: a code of the section `issues` in the text files, and its parameters."""

    code: str
    severity: str
    parameters: dict[str, object] = field(default_factory=dict)
