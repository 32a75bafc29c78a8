"""How many to draw: whole numbers from proportions, exactly, and rising proportions from one overall proportion.

All arithmetic is in fractions: 3.5 % of 400 is 14, not 14.000000000000002 and so not 15.
"""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from inspections.words.classes import EVERY, NONE
from inspections.words.errors import InspectionsError

Op = Literal["=", ">=", ">"]
Rounding = Literal["ceil", "nearest"]
Rate = Fraction | Decimal | int | float | str

# Assumption (no source fixes it, so callers may pass their own): B, C and D are drawn 1.5, 2.5 and 4 times as often
# as A. Objects without a class count like A: nobody is visited more often because a record is missing.
MULTIPLIERS: Mapping[str, Fraction] = {
    "A": Fraction(1),
    "B": Fraction(3, 2),
    "C": Fraction(5, 2),
    "D": Fraction(4),
    NONE: Fraction(1),
}

_RATE = re.compile(r"(?P<number>\d+(?:\.\d+)?|\.\d+)(?P<percent>%?)|(?P<over>\d+)/(?P<under>\d+)")
_OPS: Mapping[str, Op] = {"": "=", "=": "=", ">=": ">=", "≥": ">=", "≧": ">=", ">": ">"}


def parse_rate(text: str) -> Fraction:
    """Read "10%", "0.1" or "1/4" as an exact fraction in [0, 1]; full-width signs and blanks are allowed.

    Raises InspectionsError `rate_unreadable` and `rate_out_of_range`.
    """
    rate, op = parse_rate_with_op(text)
    if op != "=":
        raise InspectionsError("rate_unreadable", text=text)
    return rate


def parse_rate_with_op(text: str) -> tuple[Fraction, Op]:
    """The same with a sign before it: ">=10%" at least, ">35%" strictly more, nothing or "=" exactly.

    Raises InspectionsError `rate_unreadable` and `rate_out_of_range`.
    """
    narrow = unicodedata.normalize("NFKC", text).replace(" ", "")  # full-width digits and signs as plain ones
    sign = re.match(r"[>=≥≧]*", narrow)
    op = _OPS.get(sign.group() if sign else "")
    number = _RATE.fullmatch(narrow[sign.end() if sign else 0 :])
    if op is None or number is None or (number["under"] and int(number["under"]) == 0):
        raise InspectionsError("rate_unreadable", text=text)
    if number["under"]:
        rate = Fraction(int(number["over"]), int(number["under"]))
    else:
        rate = Fraction(number["number"]) / (100 if number["percent"] else 1)
    return _in_range(rate, text), op


def exact(rate: Rate) -> Fraction:
    """A rate as the fraction its text says: Decimal and float go by their digits (0.035 is 35/1000).

    Raises InspectionsError `rate_unreadable` and `rate_out_of_range`.
    """
    if isinstance(rate, str):
        return parse_rate(rate)
    try:
        return _in_range(Fraction(repr(rate)) if isinstance(rate, float) else Fraction(rate), str(rate))
    except (ValueError, OverflowError) as error:  # NaN and infinity
        raise InspectionsError("rate_unreadable", text=str(rate)) from error


def quota(pool: int, rate: Rate, op: Op = "=", rounding: Rounding = "ceil", count: int | None = None) -> int:
    """How many of `pool` objects a planned proportion asks for.

    "=" rounds up, or to the nearest whole number (half up) where `rounding` says so; ">=" always rounds up, because a
    minimum must not be undercut; ">" gives floor(N·p) + 1. Never more than the pool; at least 1 of a pool that is not
    empty where p > 0. A `count` from the notice ("20户") wins over the proportion.

    Raises InspectionsError `quota_exceeds_pool` for a count above the pool, `quota_negative`, `pool_negative`,
    `rate_unreadable`, `rate_out_of_range`.
    """
    if pool < 0:
        raise InspectionsError("pool_negative", pool=pool)
    if count is not None:
        if count < 0:
            raise InspectionsError("quota_negative", stratum="*", quota=count)
        if count > pool:
            raise InspectionsError("quota_exceeds_pool", stratum="*", quota=count, pool=pool)
        return count
    p = exact(rate)
    if op == ">":
        wanted = math.floor(pool * p) + 1
    elif op == "=" and rounding == "nearest":
        wanted = max(math.floor(pool * p + Fraction(1, 2)), 1 if p > 0 else 0)
    else:
        wanted = math.ceil(pool * p)
    return min(wanted, pool)


def rising_rates(
    pools: Mapping[str, int], overall_rate: Rate, multipliers: Mapping[str, Fraction] = MULTIPLIERS
) -> dict[str, Fraction]:
    """Target proportions p_c = min(1, s·m_c), with s such that the sum of N_c·p_c is exactly overall_rate · N.

    The targets rise with the multipliers and are not rounded; at an overall 100 % all are 1. Empty classes get the
    proportion they would have. Raises InspectionsError `multiplier_missing`, `multiplier_not_positive`,
    `pool_negative`, `rate_unreadable`, `rate_out_of_range`.
    """
    weights = _weights(pools, multipliers)
    overall = exact(overall_rate)
    if overall == 1:
        return dict.fromkeys(pools, Fraction(1))
    scale = _scale(pools, weights, overall * sum(pools.values()))
    return {name: min(Fraction(1), scale * weights[name]) for name in pools}


def rising_quotas(
    pools: Mapping[str, int],
    overall_rate: Rate,
    op: Op = "=",
    multipliers: Mapping[str, Fraction] = MULTIPLIERS,
) -> dict[str, int]:
    """Whole numbers per class for one overall proportion drawn at rising proportions ("递加比例").

    Definition. Let Q = quota(N, overall_rate, op) for the whole pool. Raise the scale s of p_c = min(1, s·m_c) from 0:
    class c is due its j-th object as soon as s exceeds (j - 1) / (N_c·m_c), that is, as soon as p_c asks for more than
    j - 1 objects. Objects are taken in the order in which they fall due until there are Q; where several fall due
    together the class with the larger multiplier goes first, and `none` last. (This is Adams' method of apportionment
    on the weights N_c·m_c, with the pools as upper limits; Balinski & Young 1982.) The first object of every class
    falls due at once, so the total is Q, or the number of classes present where that is larger.

    It follows that each quota lies between N_c·p_c and N_c·p_c + 1 for one common scale (one object of slack against
    rising targets), that no quota exceeds its pool, that a larger overall proportion takes nobody away, and that 100 %
    takes everybody. Raises what `rising_rates` raises.
    """
    weights = _weights(pools, multipliers)
    overall = quota(sum(pools.values()), overall_rate, op)
    present = [name for name, size in pools.items() if size > 0]
    taken = dict.fromkeys(pools, 0)
    if overall == 0:
        return taken
    # Rounding up adds less than one object per class, so this start never overshoots and the loop below is short.
    scale = _scale(pools, weights, Fraction(max(overall - len(present), 0)))
    for name in present:
        taken[name] = min(math.ceil(pools[name] * min(Fraction(1), scale * weights[name])), pools[name])
    due = [_due(name, taken[name], pools, weights) for name in present if taken[name] < pools[name]]
    heapq.heapify(due)
    while due and sum(taken.values()) < max(overall, len(present)):
        name = heapq.heappop(due)[-1]
        taken[name] += 1
        if taken[name] < pools[name]:
            heapq.heappush(due, _due(name, taken[name], pools, weights))
    return taken


def rates_in_order(pools: Mapping[str, int], quotas: Mapping[str, int], order: Sequence[str] = EVERY) -> bool:
    """Whether the drawn proportions rise along `order`, with one object of slack for rounding.

    Two classes are in order where the drawn proportion of the lower is at most that of the higher, or would be with
    one object less in the lower or one more in the higher class. Empty classes and `none` are left out; a class
    missing from `quotas` draws nobody.
    """
    present = [name for name in order if pools.get(name, 0) > 0]
    drawn = {name: quotas.get(name, 0) for name in present}
    return all(
        (drawn[low] - 1) * pools[high] <= drawn[high] * pools[low]
        or drawn[low] * pools[high] <= (drawn[high] + 1) * pools[low]
        for position, low in enumerate(present)
        for high in present[position + 1 :]
    )


def planned_quotas(
    task: Mapping[Hashable, Any],
    pools: Mapping[str, int],
    class_rates: pd.DataFrame,
    own: Mapping[str, str] | None = None,
    rounding: Rounding = "ceil",
) -> dict[str, int] | int | None:
    """Objects to draw per class, or one number over the whole pool where the plan does not tell classes apart.

    `task` is a row of `queries/tasks.sql`, `class_rates` are those of `queries/task_class_rates.sql`. In this order:
    the `own` proportions per class, where somebody tries other ones; the task's proportions per class; one proportion
    that rises with risk ("递加比例"); one proportion or number for the whole pool. None where the plan says no number.
    """
    if own is not None:
        return {code: quota(pool, own.get(code, "0"), rounding=rounding) for code, pool in pools.items()}
    planned = class_rates[class_rates["task_id"] == task["task_id"]]
    if not planned.empty:
        by_class = {str(row["class"]): row for row in planned.to_dict("records")}
        return {
            code: _class_quota(pool, by_class[code], rounding) if code in by_class else 0
            for code, pool in pools.items()
        }
    total = sum(pools.values())
    count = None if pd.isna(task["quota"]) else int(task["quota"])
    if count is None and pd.isna(task["rate"]):
        return None
    if count is not None:
        return min(count, total)
    rate, op = exact(float(task["rate"])), _op(task["rate_op"])
    if rate == 1 or not pd.isna(task["risk_rule"]):
        return rising_quotas(pools, rate, op)
    return quota(total, rate, op, rounding)


def scaled_quotas(
    planned: Mapping[str, int] | int, pools: Mapping[str, int], factors: Mapping[str, Fraction]
) -> dict[str, int] | int:
    """What is drawn where every class is drawn `factors` times as often as planned, rounded up, at most its pool.

    A class without a factor keeps its own. A draw of everybody stays as it is, and so does one whose factors are all 1.
    A draw that takes no notice of classes is scaled whole where all factors are equal; otherwise each class begins at
    its share of it.
    """
    total = planned if isinstance(planned, int) else sum(planned.values())
    size = sum(pools.values())
    by = {code: factors.get(code, Fraction(1)) for code in pools}
    if total == size or all(factor == 1 for factor in by.values()):
        return planned if isinstance(planned, int) else dict(planned)
    if isinstance(planned, int):
        if len(set(by.values())) == 1:
            return min(size, math.ceil(planned * next(iter(by.values()))))
        return {code: min(pool, math.ceil(Fraction(planned * pool, size) * by[code])) for code, pool in pools.items()}
    return {code: min(pool, math.ceil(planned.get(code, 0) * by[code])) for code, pool in pools.items()}


def _class_quota(pool: int, row: Mapping[str, Any], rounding: Rounding) -> int:
    if not pd.isna(row["quota"]):
        return min(int(row["quota"]), pool)
    return quota(pool, exact(float(row["rate"])), _op(row["rate_op"]), rounding)


def _op(value: object) -> Op:
    return ">=" if value == ">=" else ">" if value == ">" else "="


def _due(
    name: str, taken: int, pools: Mapping[str, int], weights: Mapping[str, Fraction]
) -> tuple[Fraction, Fraction, bool, str]:
    return taken / (pools[name] * weights[name]), -weights[name], name == NONE, name


def _weights(pools: Mapping[str, int], multipliers: Mapping[str, Fraction]) -> dict[str, Fraction]:
    for name, size in pools.items():
        if size < 0:
            raise InspectionsError("pool_negative", pool=size)
        if name not in multipliers and name != NONE:
            raise InspectionsError("multiplier_missing", stratum=name)
    weights = {name: Fraction(multipliers.get(name, MULTIPLIERS[NONE])) for name in pools}
    for name, weight in weights.items():
        if weight <= 0:
            raise InspectionsError("multiplier_not_positive", stratum=name, multiplier=weight)
    return weights


def _scale(pools: Mapping[str, int], weights: Mapping[str, Fraction], total: Fraction) -> Fraction:
    """The s at which the sum of N_c·min(1, s·m_c) is `total` (which is at most the sum of N_c)."""
    left, open_names = total, {name for name in pools if pools[name] > 0}
    for name in sorted(open_names, key=lambda name: -weights[name]):
        scale = left / sum(pools[other] * weights[other] for other in open_names)
        if scale * weights[name] <= 1:
            return scale
        left -= pools[name]
        open_names.remove(name)
    return Fraction(0)


def _in_range(rate: Fraction, text: str) -> Fraction:
    if not 0 <= rate <= 1:
        raise InspectionsError("rate_out_of_range", text=text)
    return rate
