"""What is said without a page: papers, and the functions behind pages that make sentences, with a world's own data.

Each takes the facts of a bureau's year on a day, as pages and papers have them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from unittest import mock

from inspections.draws import fairness
from inspections.evaluation import bureaus
from inspections.evaluation.distance import firmness, next_grade
from inspections.evaluation.distance_words import distance_sentence, firmness_sentence, of_unit
from inspections.evaluation.facts import Facts
from inspections.evaluation.statements import rubric_line
from inspections.figures import bureaus as bureau_figures
from inspections.figures import fairness as fairness_figures
from inspections.figures import sentences, verdicts
from inspections.intake import uncounted
from inspections.papers.briefing import SLIDES, deck
from inspections.papers.report.circular import circular
from inspections.papers.report.year_end import report
from inspections.papers.score_workbook import records
from inspections.papers.score_workbook.workbook import to_xlsx
from inspections.words.look import LIGHT
from inspections.year import exact, planning, proportions, whatif
from inspections.year.planned import ALL
from inspections.year.scenario import GOALS, Scenario, Stratum
from inspections.year.simulation import simulate_year
from inspections.year.whatif import Choice, longest_series, year_of
from pages.frame.view import View
from pages.whatif.parts.proportions import Asked, besides, sentence

# Records up to which the workbook lists them, where the walk wants them cut; years that are simulated.
FEW_RECORDS, FEW_YEARS = 2, 400


def papers(facts: Facts) -> None:
    """Report, circular and slides, all that can be chosen."""
    report(facts, facts.as_of)
    circular(facts, facts.as_of)
    deck(facts, SLIDES)


def workbook(facts: Facts) -> None:
    """The workbook with all records."""
    to_xlsx(facts)


def cut_workbook(facts: Facts) -> None:
    """The workbook where there are more records than it lists."""
    with mock.patch.object(records, "LONGEST_RECORDS", FEW_RECORDS):
        to_xlsx(facts)


def distances(facts: Facts) -> None:
    """How far every unit and the bureau is from the next grade, and how firm the one it has."""
    of_year = facts.rubric, facts.visit_states, facts.task_states
    for unit in (facts.evaluation.whole, *facts.evaluation.units):
        of_unit(unit, distance_sentence(next_grade(unit, *of_year), running=facts.running))
        of_unit(unit, firmness_sentence(firmness(unit, *of_year), running=facts.running))


def scheme_of_own(facts: Facts) -> None:
    """The scheme in force, and one that was never saved."""
    rubric_line(facts.rubric)
    rubric_line(replace(facts.rubric, name="另拟标准", version=0))


def lacking(facts: Facts) -> None:
    """What the figures lack in this year, and in this one beside the one before."""
    found = [
        uncounted.uncounted(year, facts.ask("uncounted", bureau_id=facts.bureau_id, year=year))
        for year in (facts.year, facts.year - 1)
    ]
    uncounted.sentences(found[0])
    uncounted.sentences([*found[0], *found[1]])


def randomness(facts: Facts) -> None:
    """The verdict on every random draw of the year and on the year."""
    ask, scope = facts.ask, facts.scope
    draws, again = ask("recorded_draws", **scope), ask("redraws", **scope)
    draws = draws[draws["stands"]]
    known = {int(draw_id): fairness.RecordedDraw(int(draw_id), ()) for draw_id in draws["draw_id"]}
    known |= fairness.recorded(*(ask(name, **scope) for name in ("drawn_places", "drawn_groups", "drawn_before")))
    judged = fairness.judge(known, ask("matched_inspectors", **scope))
    ordered = [judged[int(draw_id)] for draw_id in draws["draw_id"]]
    named = {
        int(row["draw_id"]): verdicts.say("fairness.draw_name", task=row["task"], day=row["drawn_on"].date())
        for row in draws.to_dict("records")
    }
    times = {int(draw_id): int(count) for draw_id, count in zip(again["draw_id"], again["redraws"], strict=True)}
    whole = fairness.whole_year(ordered)
    verdicts.finding(facts.year, ordered, named, again["task_id"].nunique(), whole)
    for one in ordered:
        draw = known[one.draw_id]
        verdicts.line(one, draw, times.get(one.draw_id, 0))
        verdicts.line(one, draw, times.get(one.draw_id, 0), short=True)
        verdicts.power(one, draw, facts.class_name)
    if whole is not None:
        verdicts.year_power(whole)
    fairness_figures.matrix(named, ordered, times, LIGHT)


def beside_others(facts: Facts) -> None:
    """All bureaus by everything that they can be ranked by, as rows and as a curve."""
    counted = facts.ask("indicator_counts", bureau_id=None, year=facts.year, as_of=facts.as_of)
    scored = bureaus.with_scores(counted, facts.rubric, running=facts.running)
    for by in bureaus.rankable(scored):
        ranking = bureaus.ranking(scored, by)
        sentences.bureaus(scored, ranking, facts.year, facts.as_of)
        for most in (bureau_figures.ROWS, 0):
            with mock.patch.object(bureau_figures, "ROWS", most):
                bureau_figures.standings(ranking, facts.bureau_id, LIGHT)


def what_if(facts: Facts) -> None:
    """The longest series of the year, and the year as it is planned and where its series rotate."""
    answers = whatif.year_answers(facts.ask, facts.scope)
    if series := longest_series(answers):
        if answers.cells.empty:
            sentences.nominal_series(series)
            return
        alone, whole = Choice(tasks=series.task_ids), Choice(tasks=series.pool_tasks)
        turning = year_of(answers, replace(alone, rotation=True))
        rotated = exact.exact_year(turning).figures[ALL].never_visited
        rotated = rotated or simulate_year(turning, FEW_YEARS, 1).figures[ALL].never_visited
        sentences.series(
            series, exact.exact_year(year_of(answers, alone)), rotated, exact.exact_year(year_of(answers, whole))
        )
    for choice in (Choice(), Choice(rotation=True)):
        year = year_of(answers, choice)
        known = exact.exact_year(year)
        if not year.draws:
            continue
        simulated = simulate_year(year, FEW_YEARS, 1)
        # The judge has no exact answer for rotation; as where there is none, so it is simulated.
        if not choice.rotation:
            sentences.year_in_one(known, simulated)
        unknown = {ALL: replace(known.figures[ALL], never_visited=None)}
        sentences.year_in_one(replace(known, figures={**known.figures, **unknown}), simulated)


def best_plans(facts: Facts) -> None:
    """The best proportions of the pool with most random tasks, by every goal, at the cost of the plan in force."""
    tasks, pools = facts.tasks, facts.ask("pool_classes", bureau_id=facts.bureau_id, as_of=facts.as_of)
    of_pool = {int(one): proportions.drawn_at_random(tasks, int(one)) for one in pools["scope_id"].unique()}
    scope_id = max(of_pool, key=lambda one: len(of_pool[one]))
    drawn = of_pool[scope_id]
    sizes = proportions.class_sizes(pools, scope_id, facts.classes)
    now = proportions.in_force(drawn, sizes, facts.ask("task_class_rates", **facts.scope))
    years = (facts.scope, facts.before.scope)
    past = proportions.history([facts.ask("problem_rates", **scope, unit_id=None) for scope in years])
    scope = str(pools.loc[pools["scope_id"] == scope_id, "scope"].iloc[0])
    view = View("proportions", facts.bureau_id, facts.bureau, facts.year, facts.as_of, LIGHT, dict(facts.settings))
    for goal in GOALS:
        strata = {}
        for code, size in sizes.items():
            done, problems, effect = past.get(code, (0, 0, Fraction(1)))
            wanted = 0.5 if goal == "detection" else None
            strata[code] = Stratum(
                size, Fraction(1), done=done, problems=problems, effect=effect, min_rate=Fraction(1, 20),
                detection=wanted,
            )  # fmt: skip
        scenario = Scenario(goal, strata, rising=True, draws=len(drawn), rotation=False)
        scenario = replace(scenario, budget_days=now.days(scenario) + len(sizes) * len(drawn))
        asked, plan = Asked(scope_id, scope, drawn, scenario, now), planning.best_plan(scenario)
        sentence(view, asked, plan)
        besides(view, asked, plan)


SPOKEN: dict[str, Callable[[Facts], None]] = {
    one.__name__: one
    for one in (
        papers, workbook, cut_workbook, distances, scheme_of_own, lacking, randomness, beside_others, what_if,
        best_plans,
    )
}  # fmt: skip
