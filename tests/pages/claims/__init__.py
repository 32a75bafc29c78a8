"""What makes a sentence true, a second time: each key of `tests/words/claims.toml` judged against the raw tables.

A sentence is known by its key and what was filled in. Nothing here reads a view or a question of the product: counts
are those of `tests/queries/naive.py`, scores are worked out from them in `known.py`. One module a section judges its
sentences wherever they are said: on the page, in the report and the circular, on a slide.
"""

from tests.pages.claims import (
    bureaus,
    completion,
    coverage,
    distance,
    draws,
    evaluation,
    findings,
    lacking,
    next_year,
    overview,
    plans,
    randomness,
    registers,
    whatif,
)
from tests.pages.claims.hearing import Said, recorded
from tests.pages.claims.judging import JUDGES
from tests.pages.claims.known import Claims, Tables

SECTIONS = (
    overview, plans, coverage, completion, findings, evaluation, distance, bureaus, draws, randomness, registers,
    whatif, next_year, lacking,
)  # fmt: skip
__all__ = ["JUDGES", "SECTIONS", "Claims", "Said", "Tables", "recorded"]
