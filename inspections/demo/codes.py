"""Unified social credit codes that no real firm can have: the region part is 999999, the check digits are right."""

from __future__ import annotations

import numpy as np
from stdnum.cn import uscc

REGION = "999999"
# The organisation part of a code, eight characters, has a check digit of its own (GB 11714).
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECK = "0123456789X"
# Registering authority and kind of entity, the first two characters (GB 32100).
PREFIX = {"enterprise": "91", "individual": "92", "institution": "12"}


def organisation_code(number: int) -> str:
    """Give the nine characters of an organisation code for an eight-digit `number`, with its check digit."""
    digits = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ORGANISATION_WEIGHTS, strict=True))
    return digits + _ORGANISATION_CHECK[(11 - total % 11) % 11]


def credit_codes(kinds: list[str], generator: np.random.Generator) -> list[str]:
    """Make one distinct code per entry of `kinds` (`enterprise`, `individual`, `institution`)."""
    numbers = generator.choice(90_000_000, size=len(kinds), replace=False) + 10_000_000
    stems = [
        PREFIX[kind] + REGION + organisation_code(int(number)) for kind, number in zip(kinds, numbers, strict=True)
    ]
    return [stem + uscc.calc_check_digit(stem) for stem in stems]
