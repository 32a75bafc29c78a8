"""Whole numbers from proportions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.draws.quotas import (
    MULTIPLIERS,
    Op,
    exact,
    parse_rate,
    parse_rate_with_op,
    quota,
    rates_in_order,
    rising_quotas,
    rising_rates,
)
from inspections.words.errors import InspectionsError

pools = st.dictionaries(st.sampled_from(["A", "B", "C", "D", "none"]), st.integers(0, 400), min_size=1)
rates = st.fractions(0, 1, max_denominator=1000)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("10%", "1/10"), ("0.1", "1/10"), ("1/4", "1/4"), ("3.5%", "7/200"), ("１０％", "1/10"), (" 100 % ", "1"), ("0", "0"), (".5", "1/2")],  # noqa: E501
)  # fmt: skip
def test_a_proportion_is_read_exactly(text: str, rate: str) -> None:
    assert parse_rate(text) == Fraction(rate)


@pytest.mark.parametrize(
    ("text", "op"),
    [(">=10%", ">="), ("≥10%", ">="), (">10%", ">"), ("=10%", "="), ("10%", "="), ("＞＝ 10%", ">=")],
)
def test_the_sign_before_a_proportion_is_kept(text: str, op: str) -> None:
    assert parse_rate_with_op(text) == (Fraction(1, 10), op)


@pytest.mark.parametrize("text", ["", "ten", "10%%", "1/0", "-5%", "<5%", "=>5%", "1e-1", "5% 2", "nan"])
def test_what_is_no_proportion_is_refused(text: str) -> None:
    with pytest.raises(InspectionsError) as error:
        parse_rate_with_op(text)
    assert error.value.code == "rate_unreadable"


@pytest.mark.parametrize("text", ["101%", "25", "5/4"])
def test_a_proportion_above_one_is_refused(text: str) -> None:
    with pytest.raises(InspectionsError) as error:
        parse_rate(text)
    assert error.value.code == "rate_out_of_range"


def test_a_sign_is_refused_where_only_a_proportion_is_asked_for() -> None:
    with pytest.raises(InspectionsError):
        parse_rate(">=10%")


def test_floats_and_decimals_count_by_their_digits() -> None:
    assert exact(0.035) == exact(Decimal("0.035000")) == Fraction(7, 200)
    with pytest.raises(InspectionsError):
        exact(float("nan"))


@pytest.mark.parametrize(
    ("pool", "rate", "op", "number"),
    [
        (400, "0.035", "=", 14),  # in floating point 14.000000000000002, so 15
        (500, "5%", "=", 25),
        (300, "10%", "=", 30),
        (200, "20%", "=", 40),
        (40, "25%", ">", 11),
        (41, "25%", "=", 11),
        (41, "25%", ">=", 11),
        (41, "25%", ">", 11),
        (10, "100%", ">", 10),
        (3, "1%", "=", 1),
        (3, "0", "=", 0),
        (0, "50%", ">", 0),
    ],
)
def test_quota_of_a_proportion(pool: int, rate: str, op: Op, number: int) -> None:
    assert quota(pool, rate, op) == number


def test_nearest_rounds_half_up_keeps_one_and_never_undercuts_a_minimum() -> None:
    assert quota(41, "25%", rounding="nearest") == 10
    assert quota(42, "25%", rounding="nearest") == 11
    assert quota(3, "1%", rounding="nearest") == 1
    assert quota(41, "25%", ">=", rounding="nearest") == 11


def test_a_count_wins_over_the_proportion_and_may_not_exceed_the_pool() -> None:
    assert quota(50, "10%", count=20) == 20
    with pytest.raises(InspectionsError) as error:
        quota(15, "10%", count=20)
    assert error.value.parameters["pool"] == 15
    assert error.value.parameters["quota"] == 20


@given(st.integers(0, 10**7), rates, st.sampled_from(["=", ">=", ">"]))
def test_quota_is_the_smallest_number_that_meets_the_proportion(pool: int, rate: Fraction, op: Op) -> None:
    number = quota(pool, rate, op)
    assert 0 <= number <= pool

    def meets(k: int) -> bool:
        return k > pool * rate if op == ">" else k >= pool * rate

    assert meets(number) or number == pool
    assert number == 0 or not meets(number - 1)


# Rising proportions


def test_the_example_of_a_pool_with_small_classes() -> None:
    sizes = {"A": 26, "B": 1, "C": 10, "D": 3}
    assert rising_quotas(sizes, "25%") == {"A": 4, "B": 1, "C": 3, "D": 2}
    assert rates_in_order(sizes, rising_quotas(sizes, "25%"))


def test_a_class_of_which_everybody_is_taken_gets_no_more() -> None:
    # The last object of C falls due before the second of A: C is full and must not stand in line again.
    assert rising_quotas({"A": 2, "C": 3, "D": 1}, "90%") == {"A": 2, "C": 3, "D": 1}


def test_objects_due_together_go_to_the_riskier_class_first() -> None:
    # A's second and D's fifth object fall due at the same scale, 1/10.
    assert rising_quotas({"A": 10, "D": 10}, "30%") == {"A": 1, "D": 5}
    assert rising_quotas({"none": 10, "A": 10}, "15%") == {"none": 1, "A": 2}


@given(pools, rates, st.sampled_from(["=", ">=", ">"]))
def test_the_total_is_the_overall_quota_unless_classes_outnumber_it(
    sizes: dict[str, int], rate: Fraction, op: Op
) -> None:
    quotas = rising_quotas(sizes, rate, op)
    overall = quota(sum(sizes.values()), rate, op)
    present = [name for name in sizes if sizes[name] > 0]
    assert sum(quotas.values()) == (max(overall, len(present)) if overall else 0)
    assert all((1 if overall else 0) <= quotas[name] <= sizes[name] for name in present)
    assert rates_in_order(sizes, quotas)


@given(pools, rates)
def test_one_common_scale_explains_every_quota_within_one_object(sizes: dict[str, int], rate: Fraction) -> None:
    quotas = rising_quotas(sizes, rate)
    present = [name for name in sizes if sizes[name] > 0 and quotas[name] > 0]
    if not present:
        return
    scale = max(Fraction(quotas[name] - 1) / (sizes[name] * MULTIPLIERS[name]) for name in present)
    for name in present:
        target = sizes[name] * min(Fraction(1), scale * MULTIPLIERS[name])
        assert target <= quotas[name] <= target + 1


@given(pools, rates, rates)
def test_a_larger_overall_proportion_takes_nobody_away(sizes: dict[str, int], one: Fraction, other: Fraction) -> None:
    fewer, more = rising_quotas(sizes, min(one, other)), rising_quotas(sizes, max(one, other))
    assert all(fewer[name] <= more[name] for name in sizes)


@given(pools)
def test_a_hundred_percent_takes_everybody(sizes: dict[str, int]) -> None:
    assert rising_quotas(sizes, 1) == sizes
    assert set(rising_rates(sizes, 1).values()) == {Fraction(1)}


@given(pools, rates)
def test_target_proportions_rise_and_add_up_exactly(sizes: dict[str, int], rate: Fraction) -> None:
    targets = rising_rates(sizes, rate)
    order = [name for name in "ABCD" if name in targets]
    if sum(sizes.values()):
        assert sum(sizes[name] * targets[name] for name in sizes) == rate * sum(sizes.values())
    assert all(targets[low] <= targets[high] <= 1 for low, high in pairwise(order))
    if "none" in targets and "A" in targets:
        assert targets["none"] == targets["A"]


def test_ten_million_objects_take_no_longer_than_ten() -> None:
    sizes = {"A": 6_500_000, "B": 2_500_000, "C": 850_000, "D": 150_000}
    quotas = rising_quotas(sizes, "3%")
    assert sum(quotas.values()) == 300_000
    assert quotas["D"] / sizes["D"] == pytest.approx(4 * quotas["A"] / sizes["A"], rel=1e-4)


def test_a_class_without_multiplier_is_refused() -> None:
    with pytest.raises(InspectionsError) as error:
        rising_quotas({"A": 1, "E": 1}, "10%")
    assert error.value.parameters["stratum"] == "E"
    with pytest.raises(InspectionsError):
        rising_rates({"A": 1}, "10%", {"A": Fraction(0)})


@pytest.mark.parametrize(
    ("sizes", "quotas", "in_order"),
    [
        ({"A": 100, "B": 100}, {"A": 10, "B": 10}, True),
        ({"A": 100, "B": 100}, {"A": 11, "B": 10}, True),
        ({"A": 100, "B": 100}, {"A": 12, "B": 10}, False),
        ({"A": 26, "B": 1, "C": 10, "D": 3}, {"A": 4, "B": 1, "C": 3, "D": 2}, True),
        ({"A": 26, "C": 10, "D": 30}, {"A": 13, "C": 3, "D": 9}, False),
        ({"A": 26, "B": 0, "none": 9}, {"A": 2, "none": 0}, True),
        ({"A": 30, "D": 30}, {"A": 5}, False),
        ({"A": 100, "D": 3}, {"A": 44, "D": 1}, True),  # 2 of 3 would be in order
    ],
)
def test_order_of_proportions_allows_one_object(sizes: dict[str, int], quotas: dict[str, int], in_order: bool) -> None:
    assert rates_in_order(sizes, quotas) is in_order


@given(pools, st.lists(rates, min_size=5, max_size=5), st.sampled_from(["ceil", "nearest"]))
def test_rounding_of_rising_proportions_never_looks_out_of_order(
    sizes: dict[str, int], targets: list[Fraction], rounding: str
) -> None:
    rising = dict(zip(["A", "B", "C", "D", "none"], sorted(targets), strict=True))
    drawn = {name: quota(sizes[name], rising[name], rounding=rounding) for name in sizes}  # type: ignore[arg-type]
    assert rates_in_order(sizes, drawn)
