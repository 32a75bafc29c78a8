"""One whole year drawn by chance, again and again, on the redraw page: so that it is seen what chance does."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from inspections.draws.ticket import new_master_seed
from inspections.figures import redraw as figures
from inspections.words.plain import markdown
from inspections.year.drawn import DrawnYear, size_of
from inspections.year.exact import ExactYear
from inspections.year.planned import ALL
from inspections.year.simulation import SimulatedYear
from inspections.year.whatif import Choice, work_of
from pages.frame.access import may
from pages.frame.address import Kind, kept, number
from pages.frame.data import Pool, drawn_years, named_objects, planned_year
from pages.frame.shown import chart, figures_row, heading, note, plain_figure, table
from pages.frame.view import View
from pages.whatif.parts.redraw import Names, Past

MOST_YEARS = 100
# Tickets of all years together, some microseconds each: what somebody who waits for a page may cost.
MOST_TICKETS = 1_000_000
# Nothing hangs on this seed but that the same address shows the same years.
LENGTH_OF_LUCK = 10


def _luck(texts: list[str]) -> str:
    if not (texts[-1].isascii() and texts[-1].isalnum() and len(texts[-1]) <= LENGTH_OF_LUCK):
        raise ValueError(texts[-1])
    return texts[-1]


LUCK = Kind(lambda value: [value], _luck)


def by_chance(
    view: View,
    choice: Choice,
    pool: Pool,
    past: Past,
    exact: ExactYear,
    simulated: SimulatedYear,
    known: Names,
) -> None:
    """What chance makes of the choice: years to draw one by one, and how all years spread, these among them."""
    with st.container(border=True):
        drawn = _drawings(view, choice, pool, past)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        heading(view.say("distribution_title"))
        mean = (exact.figures[ALL].never_visited or simulated.figures[ALL].never_visited).mean
        figure = figures.distribution(simulated, mean, [one.never for one in drawn], view.look)
        chart(figure, view, "distribution", view.say("distribution_alt"))
        note(view.say("distribution_note_drawn" if drawn else "distribution_note"))
    with right.container(border=True, height="stretch"):
        heading(view.say("visits_title"))
        figure = figures.visits(exact, simulated, choice.cap, drawn[-1].visits if drawn else {}, view.look)
        chart(figure, view, "visits", view.say("visits_alt"))
        note(view.say("visits_note_drawn" if drawn else "visits_note", cap=choice.cap))
    if drawn:
        _listed_by_name(view, drawn, known, pool)


def _drawings(view: View, choice: Choice, pool: Pool, past: Past) -> list[DrawnYear]:
    """The buttons, and what the last of the years drawn came to; all of them. Nothing of it is recorded."""
    heading(view.say("trial_title"))
    tickets = size_of(planned_year(view.scope, choice, pool))
    most = min(MOST_YEARS, MOST_TICKETS // max(tickets, 1))
    if most == 0:
        note(view.say("trial_too_large", count=tickets, most=MOST_TICKETS))
        return []
    # Two names in the address: how many years, and where their seeds begin.
    count = st.session_state[kept("years", number(0, most), 0)]
    luck = st.session_state[kept("luck", LUCK, "")]
    count = count if luck else 0
    with st.container(horizontal=True, vertical_alignment="center"):
        for key, more in (("trial_one", 1), ("trial_ten", 10)):
            st.button(
                view.say(key),
                key=key,
                type="primary" if more == 1 else "secondary",
                icon=":material/casino:" if more == 1 else None,
                on_click=_draw,
                args=(count, min(most, count + more)),
                disabled=count >= most,
            )
        st.button(view.say("trial_anew"), key="trial_anew", on_click=_anew, disabled=count == 0, type="tertiary")
    if not count:
        note(view.say("trial_note"))
        return []
    drawn = drawn_years(view.scope, choice, luck, count, pool)
    _key_figures(view, drawn, choice.cap, past)
    note(view.say("trial_marked", number=count, seed=f"{luck}-{count}"))
    return drawn


def _draw(before: int, count: int) -> None:
    if before == 0:
        st.session_state["luck"] = new_master_seed()[:LENGTH_OF_LUCK]
    st.session_state["years"] = count


def _anew() -> None:
    st.session_state["luck"], st.session_state["years"] = "", 0


def _key_figures(view: View, drawn: list[DrawnYear], cap: int, past: Past) -> None:
    """Of the last year drawn, and between what numbers all of them lie."""
    numbers = {
        "drawn_never": [one.never for one in drawn],
        "doors": [sum(one.doors.values()) for one in drawn],
        "drawn_over_cap": [one.over(cap) for one in drawn],
    }
    found = [work_of(one.doors, past).problems for one in drawn]
    cells = {
        "drawn_never": view.say("objects_drawn", count=numbers["drawn_never"][-1]),
        "doors": view.say("doors", count=numbers["doors"][-1]),
        "drawn_problems": view.say("found", count=found[-1]),
        "drawn_over_cap": view.say("objects_drawn", count=numbers["drawn_over_cap"][-1]),
    }
    between = {
        key: view.say("so_far" if len(set(known)) > 1 else "so_far_same", low=min(known), high=max(known))
        for key, known in numbers.items()
    }
    between["drawn_problems"] = view.say("so_far_found", low=min(found), high=max(found))
    told = [plain_figure(view, key, value, between[key] if len(drawn) > 1 else None) for key, value in cells.items()]
    figures_row(*told[:2])
    figures_row(*told[2:])


def _listed_by_name(view: View, drawn: list[DrawnYear], known: Names, pool: Pool) -> None:
    """Who was drawn in the last year, for who may see classes: names under given proportions tell them."""
    if not may("classes"):
        note(view.say("trial_no_names"))
        return
    rows, tasks = named_objects(view.scope, pool), {str(task_id): name for name, task_id in known.tasks.items()}
    objects = {} if rows is None else dict(zip(rows["object_id"], rows["object"], strict=True))
    who = [
        (known.shown[tasks[task]], one.place, objects.get(one.object_id), one.risk_class, one.object_id)
        for task, places in drawn[-1].drawn.items()
        for one in places
    ]
    columns = ["task", "place", "object", "class", "object_id"]
    title = view.say("trial_list", number=len(drawn), count=len(who))
    with st.expander(markdown(title)):
        # Not to be taken along: a list without a record must not be mistaken for a draw.
        table(pd.DataFrame(who, columns=columns), columns, view, "trial", view.say("trial_mark"), with_download=False)
