"""One year drawn by name: by its own rules, again the same from the same seed, on average as expected."""

from __future__ import annotations

from statistics import fmean, stdev

import pandas as pd
import pytest

from inspections.draws.ticket import draw_frame, ticket
from inspections.year.drawn import DrawnYear, draw_year, members_of, size_of
from inspections.year.planned import ALL, Cell, PlannedDraw, Year
from inspections.year.simulation import simulate_year

YEARS = 400
CELLS = (
    Cell("stays A", 12, {"1": "A", "2": "A", "3": "A"}, "A"),
    Cell("turns B", 5, {"1": "A", "2": "B", "3": "B"}, "A"),
    Cell("B", 6, {"1": "B", "2": "B", "3": "B"}, "B"),
    Cell("only later", 4, {"3": "B"}, "B"),
)
QUOTAS = ({"A": 7, "B": 4}, {"A": 7, "B": 8}, {"A": 4, "B": 6})


def year(*, rotation: bool = False, door: str | None = None) -> Year:
    draws = [PlannedDraw(str(number), quotas, "s", door) for number, quotas in enumerate(QUOTAS, start=1)]
    return Year(CELLS, tuple(draws), rotation=rotation)


def drawn(of: Year, seed: str) -> DrawnYear:
    return draw_year(of, members_of(of), seed, draw_frame)


@pytest.mark.parametrize("of", [year(), year(rotation=True), year(door="d"), year(rotation=True, door="d")])
def test_many_years_drawn_by_name_are_what_the_simulation_expects(of: Year) -> None:
    years = [drawn(of, f"s-{number}") for number in range(YEARS)]
    expected = simulate_year(of, 20_000, 1).figures[ALL]
    for seen, mean in (
        ([one.never for one in years], expected.never_visited.mean),
        ([one.over(1) for one in years], expected.over_cap.mean),
        ([sum(one.doors.values()) for one in years], expected.doors.mean),
    ):
        assert fmean(seen) == pytest.approx(mean, abs=4 * stdev(seen) / YEARS**0.5 + 0.01)


def test_every_draw_is_one_by_tickets_that_anyone_can_recompute() -> None:
    of, rows = year(), pd.DataFrame([("o2", "1=A;9=C", "A"), ("o1", "1=A;2=B", "A"), ("o3", "9=C", "C")])
    rows.columns = pd.Index(["object_id", "path", "report_class"])
    members = members_of(Year((Cell("c", 2, {"1": "A"}, "A"),), (PlannedDraw("1", {"A": 1}),)), rows)
    assert [(one.object_id, dict(one.strata)) for one in members] == [("o2", {"1": "A"}), ("o1", {"1": "A"})]
    found = drawn(of, "seed").drawn["1"]
    frame = [one.object_id for one in members_of(of) if one.strata.get("1") == "A"]
    by_ticket = sorted(frame, key=lambda object_id: ticket("seed-1", object_id))
    assert [one.object_id for one in found if one.risk_class == "A"] == by_ticket[:7]
    assert drawn(of, "seed") == drawn(of, "seed")
    assert drawn(of, "seed") != drawn(of, "another")
    assert size_of(of) == 12 * 3 + 5 * 3 + 6 * 3 + 4
