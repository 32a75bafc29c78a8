"""The controls, key figures and downloads of the proportions page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import grades
from inspections.papers import plan_table
from inspections.words.classes import NONE
from inspections.words.wording import say
from inspections.year import proportions
from inspections.year.objectives import objective
from inspections.year.planning import days_text
from inspections.year.proportions import InForce
from inspections.year.scenario import GOALS, Goal, Plan, Scenario, Stratum
from pages.frame.access import may
from pages.frame.address import YES_NO, kept, kept_table, number, one_of, some_of
from pages.frame.data import ask, connection
from pages.frame.saving import download, saving
from pages.frame.shown import figures_row, heading, note, plain_figure
from pages.frame.view import View, is_synthetic, task_names

# Where the controls stand before anyone moves them: two inspectors for half a day, nobody exempt. Assumptions.
DAYS_PER_VISIT = 1.0
FLOOR, CEILING, WANTED = 5, 100, 80
# The least and the most of each column in the table of classes; of the budget and of firms above the cap.
LIMITS = {"days": (0.1, 1000), "floor": (0, 100), "ceiling": (0, 100), "wanted": (0, 99)}
LARGEST_BUDGET = 10**9
ADOPTED = "adopted-proportions"


@dataclass(frozen=True)
class Asked:
    """What the reader asks: the pool, its tasks, the scenario and what the plan in force does there."""

    scope_id: int
    scope: str
    tasks: pd.DataFrame
    scenario: Scenario
    now: InForce


def choose(view: View) -> Asked | None:
    """The controls; None where the bureau has no pool with objects and a random task."""
    tasks = ask("tasks", **view.scope)
    pools = ask("pool_classes", bureau_id=view.bureau_id, as_of=view.as_of)
    names = dict(zip(pools["scope"], pools["scope_id"], strict=True))
    drawn = {name: len(proportions.drawn_at_random(tasks, int(scope_id))) for name, scope_id in names.items()}
    usable = sorted((name for name in names if drawn[name]), key=lambda name: -drawn[name])
    if not usable:
        return None
    heading(view.say("controls_title"))
    scope = st.selectbox(
        view.say("pool"), usable, key=kept("plan_pool", one_of(usable), usable[0]), help=view.say("pool_help")
    )
    scope_id = int(names[scope])
    of_pool = proportions.drawn_at_random(tasks, scope_id)
    labels, shown = task_names(of_pool)
    picked = st.multiselect(
        view.say("tasks"),
        list(labels),
        key=kept("plan_tasks", some_of(list(labels)), [], key=f"plan_tasks_{scope_id}"),
        format_func=shown.__getitem__,
        placeholder=view.say("all_tasks"),
        help=view.say("tasks_help"),
    )
    chosen = of_pool[of_pool["task_id"].isin([labels[label] for label in picked] or list(labels.values()))]
    goal: Goal = st.radio(
        view.say("goal"),
        GOALS,
        format_func=lambda code: view.say(f"goals.{code}"),
        captions=[view.say(f"goal_notes.{code}") for code in GOALS],
        key=kept("plan_goal", one_of(GOALS), GOALS[0]),
    )
    under_goal = st.container()
    rising = st.toggle(view.say("rising"), key=kept("rising", YES_NO, True), help=view.say("rising_help"))
    rotation = st.toggle(view.say("rotation"), key=kept("rotation", YES_NO, False), help=view.say("rotation_help"))
    sizes = proportions.class_sizes(pools, scope_id, [*view.classes, NONE])
    strata = _strata(view, sizes, scope_id, goal)
    now = proportions.in_force(chosen, sizes, ask("task_class_rates", **view.scope), rotation=rotation)
    scenario = Scenario("never_visited", strata, rising=rising, draws=len(chosen), rotation=rotation)
    budget = under_goal.number_input(
        view.say("budget"),
        min_value=0.0,
        step=1.0,
        format="%.1f",
        key=kept(
            "plan_budget",
            number(0, LARGEST_BUDGET, whole=False),
            float(now.days(scenario)),
            key=f"plan_budget_{scope_id}_{len(chosen)}",
        ),
        help=view.say("budget_help"),
    )
    cap = st.number_input(
        view.say("cap"), 0, 50, key=kept("cap", number(0, 50), view.cap or 1), help=view.say("cap_help")
    )
    limited = st.toggle(view.say("limit"), key=kept("limit", YES_NO, False), help=view.say("limit_help"))
    most = (
        st.number_input(view.say("limit_count"), 0, key=kept("limit_count", number(0, LARGEST_BUDGET), 0))
        if limited
        else None
    )
    scenario = replace(
        scenario,
        goal=goal,
        budget_days=Fraction(str(budget)),
        cap=int(cap),
        max_over_cap=None if most is None else float(most),
    )
    return Asked(scope_id, str(scope), chosen, scenario, now)


def _strata(view: View, sizes: dict[str, int], scope_id: int, goal: Goal) -> dict[str, Stratum]:
    """The classes with what is asked of each in a small table to edit, and what past visits of the bureau found."""
    past = proportions.history(
        [ask("problem_rates", **scope, unit_id=None) for scope in (view.scope, view.year_before)]
    )
    columns = {"days": DAYS_PER_VISIT, "floor": FLOOR, "ceiling": CEILING, "wanted": WANTED}
    if goal != "detection":
        del columns["wanted"]
    rows = [{"code": code, "class": view.word("class", code), **columns} for code in sizes]

    def edit(begun: pd.DataFrame, key: str) -> pd.DataFrame:
        return st.data_editor(
            begun,
            hide_index=True,
            disabled=["class"],
            key=key,
            column_config={
                "class": st.column_config.TextColumn(view.say("limits.class"), width=52),
                "days": st.column_config.NumberColumn(
                    view.say("limits.days"), help=view.say("limits_help.days"), min_value=0.1, step=0.1, required=True,
                    width=62,
                ),
                **{
                    name: st.column_config.NumberColumn(
                        view.say(f"limits.{name}"), help=view.say(f"limits_help.{name}"), min_value=0,
                        max_value=LIMITS[name][1], format="%d%%", required=True, width=62,
                    )
                    for name in ("floor", "ceiling", "wanted")
                },
            },
        )  # fmt: skip

    edited = kept_table(
        "plan_classes",
        pd.DataFrame(rows).set_index("code"),
        {name: LIMITS[name] for name in columns},
        edit,
        key=f"plan_classes_{scope_id}_{goal}",
    )
    note(view.say("limits_note"))
    strata = {}
    for row in edited.reset_index().to_dict("records"):
        code, floor = str(row["code"]), Fraction(int(row["floor"]), 100)
        done, problems, effect = past.get(code, (0, 0, Fraction(1)))
        strata[code] = Stratum(
            size=sizes[code],
            days_per_visit=Fraction(str(round(float(row["days"]), 2))),
            done=done,
            problems=problems,
            effect=effect,
            min_rate=floor,
            max_rate=max(floor, Fraction(int(row["ceiling"]), 100)),
            detection=float(Fraction(int(row["wanted"]), 100)) or None if "wanted" in row else None,
        )
    return strata


def years_known(view: View) -> str:
    """The years from which there are results of random visits, of this one and the one before; empty without any."""
    known = [
        scope["year"] for scope in (view.year_before, view.scope) if len(ask("problem_rates", **scope, unit_id=None))
    ]
    return "–".join(str(year) for year in known)


def sentence(view: View, asked: Asked, plan: Plan) -> str:
    """The sentence a leader would say: this budget, these proportions, this result, and what it was so far."""
    rates = view.say("rate_gap").join(
        view.say("class_rate", name=view.class_name(code), rate=plan_table.percent(rate))
        for code, rate in plan.rates.items()
    )
    values = {"before": _before(asked), "after": plan.objective, "days": days_text(plan.days)}
    return view.say(
        f"finding.{asked.scenario.goal}", scope=asked.scope, draws=asked.scenario.draws, rates=rates, **values
    )


def besides(view: View, asked: Asked, plan: Plan) -> str:
    """What the plan costs those who are drawn and those who are not, beside the plan in force: no goal tells it."""
    said = {
        "never": objective(replace(asked.scenario, goal="never_visited"), plan.quota),
        "never_before": sum(asked.now.never.values()),
        "cap": asked.scenario.cap,
        "over": plan.over_cap,
        "over_before": asked.now.over(asked.scenario),
    }
    return view.say("besides_over" if asked.scenario.goal == "never_visited" else "besides", **said)


def _before(asked: Asked) -> float | None:
    """What the plan in force reaches by the same measure; None for the goals that have no such figure."""
    if asked.scenario.goal == "problems":
        return asked.now.problems(asked.scenario)
    if asked.scenario.goal == "never_visited":
        return sum(asked.now.never.values())
    return float(asked.now.days(asked.scenario)) if asked.scenario.goal == "detection" else None


def points(asked: Asked, plan: Plan | None) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """The best plan and the plan in force on the trade-off curve, as (days, objective)."""
    before = _before(asked)
    shown = asked.scenario.goal in {"problems", "never_visited"} and before is not None
    now = (float(asked.now.days(asked.scenario)), float(before or 0)) if shown else None
    if plan is None or asked.scenario.goal == "detection":
        return None, now
    return (float(plan.days), plan.objective), now


def key_figures(view: View, asked: Asked, plan: Plan) -> None:
    """Inspector-days, problems found, objects never visited, objects above the cap; the plan in force below each."""
    scenario, now = asked.scenario, asked.now
    found = objective(replace(scenario, goal="problems"), plan.quota)
    never = objective(replace(scenario, goal="never_visited"), plan.quota)
    figures_row(
        plain_figure(
            view,
            "days",
            view.say("days", days=days_text(plan.days)),
            view.say(
                "days_detail",
                budget=days_text(scenario.budget_days or plan.days),
                smallest=days_text(plan.smallest_days),
            ),
        ),
        plain_figure(
            view, "problems", view.say("visits", count=found), view.say("now_visits", count=now.problems(scenario))
        ),
        plain_figure(
            view, "never", view.say("objects", count=never), view.say("now_objects", count=sum(now.never.values()))
        ),
        plain_figure(
            view,
            "over_cap",
            view.say("objects", count=plan.over_cap),
            view.say("cap_detail", cap=scenario.cap, count=now.over(scenario)),
        ),
    )


def how_firm(view: View, asked: Asked, plan: Plan) -> None:
    """How far the figures can be believed, and what stops the plan from being better."""
    if plan.interval is not None and asked.scenario.goal == "problems":
        note(view.say("firm", low=plan.interval[0], high=plan.interval[1]))
    unknown = [view.class_name(code) for code, stratum in asked.scenario.strata.items() if not stratum.done]
    if unknown:
        note(view.say("unknown", classes=say("frame.list_comma").join(unknown)))
    kinds = {limit.split(":")[0] for limit in plan.binding}
    if kinds:
        words = [
            view.say(f"binding.{kind}")
            for kind in ("budget", "min", "max", "detection", "rising", "over_cap")
            if kind in kinds
        ]
        note(view.say("binding_note", limits=say("frame.list_comma").join(words)))
    if not plan.proven:
        note(view.say("not_proven"))


def downloads(view: View, asked: Asked, plan: Plan) -> None:
    """Next year's plan table. Proportions of several pools can be put aside one after the other before it is made."""
    heading(view.say("table_title", year=view.year + 1))
    note(view.say("table_note"))
    adopted = st.session_state.setdefault(ADOPTED, {})
    mine = adopted.setdefault((view.bureau, view.year), {})
    planned = proportions.for_every_class(plan.rates, view.classes)
    rates = {int(task_id): planned for task_id in asked.tasks["task_id"]}
    with st.container(horizontal=True):
        st.button(
            view.say("adopt"),
            icon=":material/playlist_add:",
            on_click=lambda: mine.update({asked.scope: rates}),
            help=view.say("adopt_help"),
        )
        # Made here and written on demand: what is written on demand cannot ask the database any more.
        year = _next_year(view, {task: of for pool in (*mine.values(), rates) for task, of in pool.items()})
        _offer(view, year, "docx", plan_table.to_docx)
        _offer(view, year, "xlsx", plan_table.to_xlsx)
    if mine:
        note(view.say("adopted", pools=say("frame.list_comma").join(mine)))
        st.button(view.say("forget"), type="tertiary", icon=":material/close:", on_click=mine.clear)


def propose(view: View, asked: Asked, plan: Plan) -> None:
    """Adopt the best plan as the pool's proposal for next year, which reports and slides then tell, or take it back."""
    year = view.year + 1
    heading(view.say("propose_title", year=year))
    known = ask("proposals", bureau_id=view.bureau_id, year=year)
    adopted = {str(scope): rows for scope, rows in known.groupby("scope", sort=False)}
    if adopted:
        note(view.say("proposed", year=year, pools=say("frame.list_comma").join(adopted)))
    mine = adopted.get(asked.scope)
    classes = {code: (asked.scenario.strata[code].size, plan.quota[code], rate) for code, rate in plan.rates.items()}
    same = mine is not None and _same(mine, asked.scenario.draws, classes)
    note(view.say("proposed_same" if same else "proposed_other" if mine is not None else "propose_note", year=year))
    of_pool = (view.bureau_id, year, asked.scope_id)
    if not may("plan"):
        return
    with st.container(horizontal=True):
        look: dict[str, Any] = {"icon": ":material/how_to_reg:", "key": "propose", "type": "primary"}
        if not same and st.button(view.say("propose"), **look):
            with saving("plan", view.say("proposal_saved")) as actor:
                grades.adopt_proposal(connection(), *of_pool, asked.scenario.draws, classes, actor=actor())
        look = {"icon": ":material/undo:", "key": "take_back", "type": "tertiary"}
        if mine is not None and st.button(view.say("take_back"), **look):
            with saving("plan", view.say("proposal_saved")) as actor:
                grades.drop_proposal(connection(), *of_pool, actor=actor())


def _same(adopted: pd.DataFrame, draws: int, classes: dict[str, tuple[int, int, Fraction]]) -> bool:
    """Whether what is adopted is what is proposed here."""
    kept = {
        str(code): (int(pool), int(quota))
        for code, pool, quota in adopted[["class", "pool", "quota"]].itertuples(index=False)
    }
    now = {code: (pool, quota) for code, (pool, quota, _) in classes.items()}
    return kept == now and set(adopted["draws"]) == {draws}


def _offer(view: View, plan: plan_table.YearPlan, suffix: str, write: Callable[[plan_table.YearPlan], bytes]) -> None:
    download(
        view.say(f"download_{suffix}"),
        lambda: write(plan),
        file_name=f"{view.bureau}{plan.year}-plan.{suffix}",
        icon=":material/download:",
        type="primary" if suffix == "docx" else "secondary",
        key=f"plan-{suffix}",
    )


def _next_year(view: View, rates: dict[int, dict[str, Fraction]]) -> plan_table.YearPlan:
    return plan_table.next_year(
        view.bureau,
        view.year,
        ask("plan_form", **view.scope),
        ask("task_class_rates", **view.scope),
        rates,
        synthetic=is_synthetic(view.settings),
    )
