"""Years side by side: plans, what-ifs and the draws that were made, in one table of the same figures."""

from __future__ import annotations

import pandas as pd

from inspections.words.rates import rate
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL
from inspections.year.simulation import SimulatedYear

PLANNED, RECORDED = "planned", "recorded"


def side(name: str, exact: ExactYear, simulated: SimulatedYear) -> pd.DataFrame:
    """One row per report class and `all` of a planned year.

    `never` objects are expected never to be drawn (exact where known, else simulated), `never_low` to `never_high` hold
    95 % of the simulated years; `visits_per_object` and `over_cap` are expected too.
    """
    rows = []
    for code, seen in simulated.figures.items():
        known = exact.figures[code]
        low, high = seen.never_visited_band
        never = known.never_visited or seen.never_visited
        visits = known.expected_visits_per_object
        rows.append(
            {
                "scenario": name,
                "side": PLANNED,
                "report_class": code,
                "objects": seen.objects,
                "never": never.mean,
                "never_rate": rate(never.mean, seen.objects),
                "never_low": low,
                "never_high": high,
                "visits_per_object": seen.expected_visits_per_object if visits is None else visits,
                "over_cap": (known.over_cap or seen.over_cap).mean,
            }
        )
    return pd.DataFrame(rows)


def recorded_side(name: str, made: pd.DataFrame) -> pd.DataFrame:
    """The same rows for draws that were made (`queries/recorded_year.sql`): counts, so without a range."""
    counted = ["objects", "never", "visits", "over_cap"]
    whole = pd.DataFrame([{"report_class": ALL, **made[counted].sum().to_dict()}])
    rows = pd.concat([made[["report_class", *counted]].astype({"report_class": str}), whole], ignore_index=True)
    return pd.DataFrame(
        {
            "scenario": name,
            "side": RECORDED,
            "report_class": rows["report_class"],
            "objects": rows["objects"].astype(int),
            "never": rows["never"].astype(float),
            "never_rate": [rate(never, objects) for never, objects in zip(rows["never"], rows["objects"], strict=True)],
            "never_low": float("nan"),
            "never_high": float("nan"),
            "visits_per_object": [
                rate(visits, objects) for visits, objects in zip(rows["visits"], rows["objects"], strict=True)
            ],
            "over_cap": rows["over_cap"].astype(float),
        }
    )
