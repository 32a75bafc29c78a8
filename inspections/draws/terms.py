"""The terms of a draw (抽取方案): everything that is settled before it is drawn, as one text with one commitment.

The commitment to the terms binds whatever the two to seed and pool leave open: task, time, day of the pool, quotas per
class and the rule they follow, whether it is a trial or a demonstration, who may be matched and how many. The terms
quote those two, so that this one value stands for the whole draw.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspections.draws.recompute import text_commitment
from inspections.draws.ticket import WHOLE_POOL, new_nonce
from inspections.draws.verifier import TERMS_FORMAT

Quotas = dict[str, int] | int


@dataclass(frozen=True)
class Terms:
    """The text of the terms, the nonce of its commitment, the commitment itself."""

    text: str
    nonce: str
    commitment: str


def settled(
    row: Mapping[str, Any],
    task: Mapping[str, Any],
    *,
    quotas: Quotas,
    sizes: Mapping[str, int],
    rule: Mapping[str, Any],
    inspectors: Mapping[str, Any],
    replaces: Mapping[str, Any] | None = None,
    synthetic: bool = False,
    nonce: str | None = None,
) -> Terms:
    """The terms of the draw that `row` (columns of the table `draw`) records.

    `task`: bureau, year, name, doc_no, plan_kind, seq, key. `sizes`: objects of the pool per class. `rule`: what the
    quotas follow from. `inspectors`: per_object, most_objects, and of `matching.Teams.facts` teams and recusals.
    `replaces`: ordinal and commitments of the draw that this one re-draws.
    """
    nonce = nonce or new_nonce()
    facts = {
        "format": TERMS_FORMAT,
        **{name: task[name] for name in ("bureau", "year")},
        "synthetic": synthetic,
        "task": {name: task[name] for name in ("name", "doc_no", "plan_kind", "seq", "key")},
        **{name: row[name] for name in ("kind", "basis", "ordinal", "method", "stratified", "rotation")},
        "frozen_at": str(row["frozen_at"]),
        "frame_size": row["frame_size"],
        "rule": rule,
        "quotas": with_pools(quotas, sizes),
        "replaces": replaces,
        "reason": row["reason"],
        "inspectors": inspectors,
        **{name: row[name] for name in ("seed_commitment", "frame_commitment")},
    }
    text = f"{json.dumps(facts, ensure_ascii=False, indent=2)}\n"
    return Terms(text, nonce, text_commitment(text.encode(), nonce))


def with_pools(quotas: Quotas, sizes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Pool and quota per stratum, as packages tell them: "*" where the draw ignores classes."""
    if isinstance(quotas, int):
        return {"*": {"pool": sum(sizes.values()), "quota": quotas}}
    return {code: {"pool": sizes.get(code, 0), "quota": number} for code, number in quotas.items()}


def by_stratum(quotas: Quotas) -> dict[str, int]:
    """Stratum -> quota; a draw that ignores classes is one stratum."""
    return {WHOLE_POOL: quotas} if isinstance(quotas, int) else quotas
