"""How fast the evaluation answers when one weight is moved, with 500 units: scoring alone, and the whole page.

    python -m tests.bench.bench_evaluation

Absolute times are those of the machine it runs on; the ratios are what to compare. Aim: scores within 300 ms.
"""

from __future__ import annotations

import datetime
import functools
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from inspections.database import ask, open_database
from inspections.distance import firmness, next_grade
from inspections.evaluation import evaluate
from inspections.facts import Facts, find
from inspections.figures.evaluation import league
from inspections.look import LIGHT
from inspections.rubric import Rubric
from tests import many_units

UNITS = 500
RUNS = 9
ROOT = Path(__file__).resolve().parents[2]


def median_ms(action: Callable[[], object], runs: int = RUNS) -> float:
    """The median of `runs` runs after one that does not count."""
    action()
    times = []
    for _ in range(runs):
        start = perf_counter()
        action()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def other_weight(rubric: Rubric, number: int) -> Rubric:
    """The scheme with another weight each time, so that nothing known answers."""
    moved = replace(rubric.criteria["completion"], weight=Fraction(20) + Fraction(number, 100))
    return replace(rubric, criteria={**rubric.criteria, "completion": moved})


def scoring(facts: Facts, rows: Table) -> None:
    """Scoring all units, the figure of their scores, and distance and firmness of the chosen one."""
    numbers = count()
    again = median_ms(lambda: evaluate(facts.indicators, other_weight(facts.rubric, next(numbers))))
    rows.add_row(f"score {UNITS} units under another weight", f"{again:.0f} ms", "")
    evaluation = facts.evaluation
    drawn = median_ms(lambda: league(evaluation, {}, LIGHT, "zh"))
    rows.add_row("the figure of their scores", f"{drawn:.0f} ms", f"{drawn / again:.2f} of the scoring")
    for name, unit in (("the whole bureau", evaluation.whole), ("one unit", evaluation.units[UNITS // 2])):
        asked = (unit, facts.rubric, facts.visit_states, facts.task_states)
        both = median_ms(lambda asked=asked: (next_grade(*asked), firmness(*asked)))
        rows.add_row(f"distance and firmness of {name}", f"{both:.0f} ms", f"{both / again:.2f} of the scoring")


def page(rows: Table) -> None:
    """The whole page on the server: as it is, and after one weight was moved."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["bureau"], app.session_state["year"] = many_units.BUREAU, many_units.YEAR
    app.run()
    app.switch_page("pages/review/evaluation.py").run()
    warm = median_ms(app.run)
    rows.add_row("page run again", f"{warm:.0f} ms", "")
    weights = count(21)

    def move() -> None:
        key = next(str(one.key) for one in app.number_input if str(one.key).startswith("weight_completion_"))
        app.number_input(key=key).set_value(float(next(weights))).run()

    moved = median_ms(move)
    rows.add_row("page after a weight was moved", f"{moved:.0f} ms", f"{moved / warm:.2f} of the same page unchanged")


def main() -> None:
    """Print the table."""
    rows = Table("what", "median", "in this run", title=f"The evaluation of {UNITS} units")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.duckdb"
        with open_database(path) as connection:
            many_units.fill(connection, UNITS)
            last_day = datetime.date(many_units.YEAR, 12, 31)
            scoring(find(functools.partial(ask, connection), many_units.BUREAU, many_units.YEAR, last_day), rows)
        os.environ["INSPECTIONS_DB"] = str(path)
        page(rows)
    Console().print(rows)


if __name__ == "__main__":
    main()
