"""How fast the evaluation answers when one weight is moved, with 500 units: scoring alone, and the whole page.

    python -m tests.bench.bench_evaluation

Absolute times are those of the machine it runs on; the ratios are what to compare. Aim: scores within 300 ms.
"""

from __future__ import annotations

import contextlib
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

import duckdb
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from inspections.evaluation.distance import firmness, next_grade
from inspections.evaluation.facts import Facts, find
from inspections.evaluation.grade import evaluate
from inspections.evaluation.rubric import Rubric
from inspections.figures.evaluation import league
from inspections.papers.briefing import deck
from inspections.papers.report.document import to_docx
from inspections.papers.report.year_end import report
from inspections.papers.slides.powerpoint import to_pptx
from inspections.store.database import ask, open_database
from inspections.words.look import LIGHT
from tests import many_units
from tests.bench.growth import alternating, growth

UNITS = 500
SIZES = (50, 150, UNITS)
SIGNED = datetime.date(2024, 1, 5)
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
    drawn = median_ms(lambda: league(evaluation, {}, LIGHT))
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


def papers(facts: Facts) -> tuple[Callable[[], object], Callable[[], object]]:
    """What makes the report as a document and the slides as a presentation; pictures are a browser's work, left out."""
    return (
        lambda: to_docx(report(facts, SIGNED), draw=None),
        lambda: to_pptx(deck(facts)),
    )


def rows() -> list[tuple[str, str, str]]:
    """For the common table: scoring, report and slides at three sizes."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as opened:
        years = []
        for units in SIZES:
            connection = opened.enter_context(open_database(Path(folder) / f"{units}.duckdb"))
            many_units.fill(connection, units)
            years.append(facts_of(connection))
        numbers = count()
        made = {
            "scores of all units under another weight": [
                lambda facts=facts: evaluate(facts.indicators, other_weight(facts.rubric, next(numbers)))
                for facts in years
            ],
            "report as docx": [papers(facts)[0] for facts in years],
            "slides as pptx": [papers(facts)[1] for facts in years],
        }
        told = []
        for what, actions in made.items():
            for action in actions:
                action()  # what the database is asked, it is asked once
            figure = growth(SIZES, alternating(*actions, runs=2))
            told.append((f"{what}, units", figure, "exponent at most 1.2"))
    return told


def facts_of(connection: duckdb.DuckDBPyConnection) -> Facts:
    """The year of the bureau with many units."""
    last_day = datetime.date(many_units.YEAR, 12, 31)
    return find(functools.partial(ask, connection), many_units.BUREAU, many_units.YEAR, last_day)


def main() -> None:
    """Print the table."""
    table = Table("what", "median", "in this run", title=f"The evaluation of {UNITS} units")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.duckdb"
        with open_database(path) as connection:
            many_units.fill(connection, UNITS)
            scoring(facts_of(connection), table)
        os.environ["INSPECTIONS_DB"] = str(path)
        page(table)
    Console().print(table)


if __name__ == "__main__":
    main()
