"""The controls and key figures of the redraw page."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from inspections.edits import scenarios
from inspections.edits.scenarios import Saved, Scenario
from inspections.figures import redraw as figures
from inspections.words.classes import NONE
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.rates import rate
from inspections.words.wording import say, say_error
from inspections.year import comparison, proportions, whatif
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL
from inspections.year.simulation import SimulatedYear
from inspections.year.whatif import Answers, Choice, Work, longest_series, series_of
from pages.frame.access import may
from pages.frame.address import YES_NO, common, kept, number, one_of, some_of
from pages.frame.data import ask, connection, exact_year, simulated_year, year_answers
from pages.frame.saving import saving
from pages.frame.shown import chart, figures_row, heading, listed, note, plain_figure, table
from pages.frame.view import View, task_names

# Seconds of simulation without a word.
PATIENCE = 0.6
FIRST_SEED = 20240101
# Two inspectors for half a day, as on the page of proportions: an assumption.
DAYS_PER_VISIT = 1.0
FULL = 100.0
# The plan as it stands; each class so many times as often; each class at a proportion of one's own. Addresses once
# said only whether there are proportions of one's own.
OWN = ("plan", "factors", "rates")
OWN_BEFORE = {"false": "plan", "true": "rates"}
LARGEST_SEED = 2**31 - 1
REPLICATIONS = (1000, 10_000, 100_000)
MOST_COMPARED = 3


@dataclass(frozen=True)
class Unit:
    """What the sliders of the classes count: `key` begins their names in the address; `digits` after the point."""

    key: str
    most: float
    step: float
    digits: int
    format: str


PERCENT = Unit("rate", FULL, 0.1, 1, "%.1f%%")
TIMES = Unit("times", 10.0, 0.05, 2, "×%.2f")


@dataclass(frozen=True)
class Names:
    """Tasks and pools by the names that stand in addresses and saved scenarios, and how tasks are shown."""

    tasks: dict[str, int]
    scopes: dict[str, int]
    shown: dict[str, str]


def names(view: View, answers: Answers) -> Names:
    """The names of the year's tasks and of the bureau's pools."""
    tasks, shown = task_names(answers.tasks)
    known = ask("scopes", bureau_id=view.bureau_id)
    scopes = known[known["objects"] > 0].set_index("scope")["scope_id"]
    return Names(tasks, {str(name): int(scope_id) for name, scope_id in scopes.items()}, shown)


def choose(view: View, answers: Answers, known: Names) -> Scenario:
    """The controls. Every value lives in the address, so that what is seen can be sent as a link."""
    heading(view.say("controls_title"))
    picked = st.multiselect(
        view.say("tasks"),
        list(known.tasks),
        key=kept("tasks", some_of(list(known.tasks)), []),
        format_func=known.shown.__getitem__,
        placeholder=view.say("all_tasks"),
        help=view.say("tasks_help"),
    )
    series = longest_series(answers)
    if series and {known.tasks[label] for label in picked} != set(series.task_ids):
        st.button(
            view.say("only_series", count=len(series.task_ids)),
            on_click=_pick,
            args=([label for label, task_id in known.tasks.items() if task_id in series.task_ids],),
            type="tertiary",
            icon=":material/filter_list:",
        )
    toggles = {
        key: st.toggle(view.say(text), key=kept(key, YES_NO, False), help=view.say(f"{text}_help"))
        for key, text in (("series", "whole_series"), ("rotation", "rotation"), ("merge", "merge"))
    }
    own = st.radio(
        view.say("own"),
        OWN,
        key=kept("own", one_of(OWN, OWN_BEFORE), OWN[0]),
        format_func=lambda code: view.say(f"own_by.{code}"),
        help=view.say("own_help"),
    )
    task_ids = tuple(known.tasks[label] for label in picked)
    chosen = Choice(tasks=(series_of(answers, task_ids) if toggles["series"] else task_ids) or None)
    rates = _choose_rates(view, answers, chosen) if own == "rates" else None
    factors = _choose_factors(view, answers, chosen) if own == "factors" else None
    task, scope = _choose_pool(view, known)
    with st.expander(view.say("more")):
        cap = st.number_input(
            view.say("cap"), 0, 50, key=kept("cap", number(0, 50), view.cap or 1), help=view.say("cap_help")
        )
        replications = st.select_slider(
            view.say("replications"), REPLICATIONS, format_func=lambda n: markdown(f"{n}"),
            key=kept("replications", one_of(REPLICATIONS), 10_000), help=view.say("replications_help"),
        )  # fmt: skip
        seed = st.number_input(
            view.say("seed"),
            0,
            LARGEST_SEED,
            key=kept("seed", number(0, LARGEST_SEED), FIRST_SEED),
            help=view.say("seed_help"),
        )
    return Scenario(
        tasks=tuple(picked),
        series=toggles["series"],
        rotation=toggles["rotation"],
        merge=toggles["merge"],
        rates=rates,
        factors=factors,
        pool_task=task if scope else None,
        pool_scope=scope if task else None,
        cap=int(cap),
        replications=int(replications),
        seed=int(seed),
    )


def _choose_rates(view: View, answers: Answers, choice: Choice) -> tuple[tuple[str, float], ...]:
    """A proportion per class for every task, which begins at the average of the plan in force."""
    planned, rates = whatif.rates_of(answers, choice), []
    for code in _present(view, answers):
        # Rounded down: a tenth more could draw one object more than the plan.
        begins = math.floor(1000 * planned.get(code, 0.0) + 1e-9) / 10
        now = _slide(view, code, PERCENT, begins, full=FULL)
        note(view.say("rate_in_force", share=planned.get(code)))
        rates.append((code, now))
    _say_saturated(view, [code for code, now in rates if now >= FULL])
    return tuple(rates)


def _choose_factors(view: View, answers: Answers, choice: Choice) -> tuple[tuple[str, float], ...]:
    """How many times as often as planned each class is drawn, task by task: at 1 the plan is as it is."""
    planned, factors, places = whatif.rates_of(answers, choice), [], {}
    for code in _present(view, answers):
        factors.append((code, _slide(view, code, TIMES, 1.0)))
        places[code] = st.empty()
    scaled = whatif.rates_of(answers, replace(choice, factors=tuple((code, str(times)) for code, times in factors)))
    for code, place in places.items():
        with place:
            note(view.say("rate_moves", before=planned.get(code), share=scaled.get(code)))
    _say_saturated(view, [code for code in places if scaled.get(code, 0.0) >= 1])
    return tuple(factors)


def _present(view: View, answers: Answers) -> list[str]:
    return [code for code in [*view.classes, NONE] if (answers.cells["report_class"] == code).any()]


def _say_saturated(view: View, codes: list[str]) -> None:
    if codes:
        note(view.say("saturated", names=listed([view.class_name(code) for code in codes])))


def _slide(view: View, code: str, unit: Unit, begins: float, full: float | None = None) -> float:
    """A number of a class: by hand, as a number, doubled or halved; none above `full` has anything to add."""
    key = kept(f"{unit.key}_{code}", number(0, unit.most, whole=False), begins)
    slid = st.slider(markdown(view.class_name(code)), 0.0, unit.most, step=unit.step, format=unit.format, key=key)
    now = round(slid, unit.digits)
    _type_or_scale(view, code, unit, key, now, full)
    return now


def _type_or_scale(view: View, code: str, unit: Unit, key: str, now: float, full: float | None) -> None:
    """Half of a number, the number itself, its double: each sets the slider."""
    half, typed, double = st.columns([1, 1.7, 1], gap="small", vertical_alignment="center")
    scaled: dict[str, Any] = {"on_click": _set_number, "width": "stretch"}
    half.button(view.say("half"), key=f"half_{code}", args=(key, now / 2, unit), disabled=now == 0, **scaled)
    if st.session_state.get(f"typed_{code}") != now:
        st.session_state[f"typed_{code}"] = now
    typed.number_input(
        markdown(view.say(f"{unit.key}_typed", name=view.class_name(code))),
        0.0,
        unit.most,
        step=10 * unit.step,
        format=f"%.{unit.digits}f",
        key=f"typed_{code}",
        on_change=_take_typed,
        args=(key, f"typed_{code}", unit),
        label_visibility="collapsed",
    )
    double.button(
        view.say("double"),
        key=f"double_{code}",
        args=(key, 2 * now, unit),
        disabled=now in {0, unit.most},
        help=markdown(view.say("saturated", names=view.class_name(code))) if now == full else None,
        **scaled,
    )


def _set_number(key: str, number: float, unit: Unit) -> None:
    st.session_state[key] = min(unit.most, round(number, unit.digits))


def _take_typed(key: str, typed: str, unit: Unit) -> None:
    _set_number(key, st.session_state[typed], unit)


def _pick(labels: list[str]) -> None:
    st.session_state["tasks"] = labels


def _choose_pool(view: View, known: Names) -> tuple[str | None, str | None]:
    """One task on another pool: for a notice whose scope is wider than its title."""
    with st.expander(view.say("pool_title")):
        st.caption(view.say("pool_help"))
        task, scope = (
            st.selectbox(
                view.say(name),
                options,
                index=None,
                placeholder=view.say("pool_none"),
                key=kept(name, one_of(options)),
                format_func=lambda code: known.shown.get(code, code),
            )
            for name, options in (("pool_task", list(known.tasks)), ("pool_scope", list(known.scopes)))
        )
    return task, scope


Past = Mapping[str, tuple[int, int, Fraction]]


def past_of(view: View) -> Past:
    """What random visits of this year and the one before found, per class (`proportions.history`)."""
    return proportions.history(
        [ask("problem_rates", **scope, unit_id=None) for scope in (view.scope, view.year_before)]
    )


def works(exact: ExactYear, simulated: SimulatedYear, in_force: ExactYear, past: Past) -> tuple[Work, Work | None]:
    """Visits and problems found of the choice, exact where known, and of the plan in force."""
    chosen = whatif.work(exact, past) or whatif.work(simulated, past) or Work(0.0, 0.0)
    return chosen, whatif.work(in_force, past)


def own_words(view: View, scenario: Scenario) -> str | None:
    """The proportions or factors of one's own in words; None where they leave the plan as it is."""
    if scenario.rates:
        said = [view.say("class_rate", name=view.class_name(code), rate=percent) for code, percent in scenario.rates]
        return view.say("own_rates", listed=listed(said))
    said = [
        view.say("class_times", name=view.class_name(code), times=times)
        for code, times in scenario.factors or ()
        if times != 1
    ]
    return view.say("own_factors", listed=listed(said)) if said else None


def headline(
    view: View,
    own: str,
    exact: ExactYear,
    simulated: SimulatedYear,
    plan: ExactYear,
    work: tuple[Work, Work | None],
) -> str:
    """What proportions or factors of one's own come to, beside the plan in force, in one line."""
    never, before = exact.figures[ALL].never_visited or simulated.figures[ALL].never_visited, plan.figures[ALL]
    of_plan = work[1]
    return view.say(
        "headline",
        own=own,
        missed=never.mean,
        missed_before=before.never_visited.mean if before.never_visited else None,
        found=work[0].problems,
        found_before=of_plan.problems if of_plan else None,
        days=work[0].visits * DAYS_PER_VISIT,
        days_before=of_plan.visits * DAYS_PER_VISIT if of_plan else None,
    )


def key_figures(
    view: View, exact: ExactYear, simulated: SimulatedYear, in_force: ExactYear, work: tuple[Work, Work | None]
) -> None:
    """Never visited, problems found, inspector-days; visits per object, above the cap: exact where known."""
    chosen, of_plan = work
    known, seen, plan = exact.figures[ALL], simulated.figures[ALL], in_force.figures[ALL]
    never = known.never_visited or seen.never_visited
    over = known.over_cap or seen.over_cap
    visits = known.expected_visits_per_object
    figures_row(
        plain_figure(
            view,
            "never",
            say("redraw.objects", count=never.mean),
            view.say("simulated_detail", value=seen.never_visited.mean, error=seen.never_visited.error),
        ),
        plain_figure(
            view,
            "problems",
            view.say("found", count=chosen.problems),
            view.say("found_in_force", count=of_plan.problems) if of_plan else None,
        ),
        plain_figure(
            view,
            "days",
            view.say("days", count=chosen.visits * DAYS_PER_VISIT),
            view.say("days_in_force", count=of_plan.visits * DAYS_PER_VISIT) if of_plan else None,
        ),
    )
    figures_row(
        plain_figure(
            view,
            "share",
            say("redraw.share", share=rate(never.mean, seen.objects)),
            view.say("in_force_detail", share=rate(plan.never_visited.mean, plan.objects))
            if plan.never_visited
            else None,
        ),
        plain_figure(
            view,
            "visits",
            say("redraw.number", value=seen.expected_visits_per_object if visits is None else visits),
            view.say("simulated_detail", value=seen.expected_visits_per_object, error=seen.expected_visits_error),
        ),
        plain_figure(
            view,
            "over_cap",
            say("redraw.objects", count=over.mean),
            view.say("simulated_detail", value=seen.over_cap.mean, error=seen.over_cap.error),
        ),
    )


def progress(view: View, of: str) -> Callable[[float], None]:
    """Told how far the simulation `of` something is, shows a bar and a way out once it takes long."""
    place, started = st.empty(), time.monotonic()
    shown: list[Any] = []

    def tell(share: float) -> None:
        if time.monotonic() - started < PATIENCE:
            return
        words = view.say("simulating", share=share)
        if not shown:
            with place.container(horizontal=True, vertical_alignment="center"):
                shown.append(st.progress(share, markdown(words)))
                # Streamlit ends this run at the next word to the page; the next run simulates fewer years.
                st.button(view.say("cancel"), on_click=_fewer_replications, icon=":material/close:", key=f"cancel_{of}")
        shown[0].progress(share, markdown(words))
        if share >= 1:
            place.empty()

    return tell


def _fewer_replications() -> None:
    st.session_state["replications"] = 1000


def recorded(view: View, choice: Choice) -> pd.DataFrame:
    """What the draws made so far came to; no rows where none was made."""
    asked = {"task_ids": choice.tasks, "merge": choice.merge, "cap": choice.cap}
    return ask("recorded_year", **view.scope, **asked)


def compare(
    view: View, scenario: Scenario, known: Names, exact: ExactYear, simulated: SimulatedYear, plan: ExactYear
) -> None:
    """The plan in force, the draws made, the present choice and up to three saved scenarios side by side."""
    saved = ask("saved_scenarios", bureau_id=view.bureau_id, year=view.year)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        heading(view.say("compare_title"))
        if may("plan"):
            _save(view, scenario, exact, simulated)
    picked = []
    if not saved.empty:
        picked = st.multiselect(
            view.say("compare_saved"), list(saved["name"]), max_selections=MOST_COMPARED,
            key=kept("compare", some_of(list(saved["name"]), MOST_COMPARED), []),
            placeholder=view.say("compare_none"), label_visibility="collapsed",
        )  # fmt: skip
    in_force = Choice(tasks=_choice(view, scenario, known).tasks, cap=scenario.cap)
    made = recorded(view, _choice(view, scenario, known))
    sides = [
        comparison.side(
            view.say("in_force"),
            plan,
            simulated_year(
                view.scope, in_force, scenario.replications, scenario.seed, progress=progress(view, "in_force")
            ),
        )
    ]
    if not made.empty:
        sides.append(comparison.recorded_side(view.say("recorded"), made))
    sides.append(comparison.side(view.say("present"), exact, simulated))
    for row in saved[saved["name"].isin(picked)].to_dict("records"):
        side = _saved_side(view, row, known)
        if side is not None:
            sides.append(side)
    rows = pd.concat(sides, ignore_index=True)
    chart(figures.comparison(rows, view.look), view, "comparison", view.say("compare_alt"))
    note(view.say("compare_note" if made.empty else "compare_note_recorded", tasks=_drawn_tasks(made)))
    table(rows, list(rows.columns), view, "comparison", view.say("compare_table"))


def _drawn_tasks(made: pd.DataFrame) -> int:
    return 0 if made.empty else int(made["tasks"].iloc[0])


def _choice(view: View, scenario: Scenario, known: Names) -> Choice:
    return scenario.choice(known.tasks, year_answers(view.scope))


def _save(view: View, scenario: Scenario, exact: ExactYear, simulated: SimulatedYear) -> None:
    with st.popover(view.say("save"), icon=":material/bookmark_add:"):
        name = st.text_input(view.say("save_name"), key="scenario_name", placeholder=view.say("save_example"))
        if st.button(view.say("save_do"), type="primary", key="scenario_save", disabled=not name.strip()):
            never = exact.figures[ALL].never_visited or simulated.figures[ALL].never_visited
            worth = Saved(scenario, never.mean, exact.figures[ALL].objects)
            with saving("plan", view.say("saved", name=name.strip())) as actor:
                scenarios.save_scenario(connection(), name, view.bureau_id, view.year, worth, actor())


def _saved_side(view: View, row: Mapping[Any, Any], known: Names) -> pd.DataFrame | None:
    """A saved scenario worked out on today's data, with its link and what has changed since it was saved."""
    name, saved = str(row["name"]), scenarios.read_definition(str(row["definition"]))
    side = None
    try:
        choice, pool = _choice(view, saved.scenario, known), saved.scenario.pool(known.tasks, known.scopes)
    except InspectionsError as error:
        st.warning(markdown(f"{name}: {say_error(error)}"), icon=":material/warning:")
    else:
        exact = exact_year(view.scope, choice, pool)
        tell = progress(view, f"saved_{row['scenario_id']}")
        simulated = simulated_year(view.scope, choice, saved.scenario.replications, saved.scenario.seed, pool, tell)
        side = comparison.side(name, exact, simulated)
        if pd.isna(row["changes"]) or row["changes"] > 0:
            now = float(side.loc[side["report_class"] == ALL, "never"].iloc[0])
            changes = None if pd.isna(row["changes"]) else int(row["changes"])
            words = {"name": name, "then": saved.never, "objects": saved.objects, "now": now, "changes": changes}
            key = "stale_other" if changes is None else "stale"
            st.warning(markdown(view.say(key, saved=row["saved_at"], **words)), icon=":material/history:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/whatif/redraw.py",
            label=markdown(view.say("open_saved", name=name, saved=row["saved_at"])),
            icon=":material/link:",
            query_params=[*common(), *saved.scenario.address()],
        )
        scenario_id = int(row["scenario_id"])
        if may("plan"):
            st.button(
                view.say("remove"),
                key=f"remove_{scenario_id}",
                type="tertiary",
                icon=":material/delete:",
                on_click=_remove,
                args=(scenario_id, name),
            )
    return side


def _remove(scenario_id: int, name: str) -> None:
    with saving("plan") as actor:
        by = actor()
        # Somebody else may have removed it a moment ago: then it is gone, as asked.
        with contextlib.suppress(InspectionsError):
            scenarios.remove_scenario(connection(), scenario_id, by)
        st.session_state["compare"] = [other for other in st.session_state["compare"] if other != name]
