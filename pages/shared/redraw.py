"""The controls and key figures of the redraw page."""

from __future__ import annotations

import streamlit as st

from inspections.exact import ExactYear
from inspections.rates import rate
from inspections.simulation import SimulatedYear
from inspections.whatif import Answers, Choice, longest_series, series_of
from inspections.wording import say
from inspections.year import ALL
from pages.shared.data import Pool, ask
from pages.shared.frame import View, figures_row, heading, plain_figure

# Where the sliders stand before anyone moves them: rising with risk, an assumption like the multipliers of the demo.
FIRST_SEED = 20240101
FIRST_RATES = {"A": 20, "B": 30, "C": 50, "D": 80, "E": 100, "none": 20}


def choose(view: View, answers: Answers) -> tuple[Choice, Pool, int, int]:
    """The choice, another pool for one task, replications and seed. Every value lives in the address."""
    heading(view.say("controls_title"))
    # Labels are bound to the address, so they are the same in both languages.
    labels = {
        say("zh", "frame.joint_label" if kind == "joint" else "frame.task_label", seq=seq, name=name): int(task_id)
        for kind, seq, name, task_id in answers.tasks[["plan_kind", "seq", "name", "task_id"]].itertuples(index=False)
    }
    picked = st.multiselect(
        view.say("tasks"),
        list(labels),
        key="tasks",
        bind="query-params",
        placeholder=view.say("all_tasks"),
        help=view.say("tasks_help"),
    )
    series = longest_series(answers)
    if series and {labels[label] for label in picked} != set(series.task_ids):
        st.button(
            view.say("only_series", count=len(series.task_ids)),
            on_click=_pick,
            args=([label for label, task_id in labels.items() if task_id in series.task_ids],),
            type="tertiary",
            icon=":material/filter_list:",
        )
    whole_series = st.toggle(
        view.say("whole_series"), key="series", bind="query-params", help=view.say("whole_series_help")
    )
    tasks = tuple(labels[label] for label in picked) or None
    if tasks and whole_series:
        tasks = series_of(answers, tasks)
    rotation = st.toggle(view.say("rotation"), key="rotation", bind="query-params", help=view.say("rotation_help"))
    merge = st.toggle(view.say("merge"), key="merge", bind="query-params", help=view.say("merge_help"))
    own = st.toggle(view.say("own_rates"), key="own", bind="query-params", help=view.say("own_rates_help"))
    rates = None
    if own:
        present = [code for code in [*view.classes, "none"] if (answers.cells["report_class"] == code).any()]
        rates = tuple(
            (
                code,
                "{}%".format(
                    st.slider(
                        view.class_name(code),
                        0,
                        100,
                        FIRST_RATES[code],
                        format="%d%%",
                        key=f"rate_{code}",
                        bind="query-params",
                    )
                ),
            )
            for code in present
        )
    pool = _choose_pool(view, labels)
    with st.expander(view.say("more")):
        cap = st.number_input(
            view.say("cap"), 0, 50, view.cap or 1, key="cap", bind="query-params", help=view.say("cap_help")
        )
        replications = st.select_slider(
            view.say("replications"), [1000, 10_000, 100_000], 10_000, format_func=lambda n: f"{n}", key="replications",
            bind="query-params",
        )  # fmt: skip
        seed = st.number_input(
            view.say("seed"), 0, 2**31 - 1, FIRST_SEED, key="seed", bind="query-params", help=view.say("seed_help")
        )
    choice = Choice(tasks=tasks, rates=rates, rotation=rotation, merge=merge, cap=int(cap))
    return choice, pool, int(replications), int(seed)


def _pick(labels: list[str]) -> None:
    st.session_state["tasks"] = labels


def _choose_pool(view: View, labels: dict[str, int]) -> Pool:
    """One task on another pool: for a notice whose scope is wider than its title."""
    with st.expander(view.say("pool_title")):
        st.caption(view.say("pool_help"))
        known = ask("scopes", bureau_id=view.bureau_id)
        scopes = known[known["objects"] > 0].set_index("scope")["scope_id"]
        task = st.selectbox(
            view.say("pool_task"),
            list(labels),
            index=None,
            placeholder=view.say("pool_none"),
            key="pool_task",
            bind="query-params",
        )
        scope = st.selectbox(
            view.say("pool_scope"),
            list(scopes.index),
            index=None,
            placeholder=view.say("pool_none"),
            key="pool_scope",
            bind="query-params",
        )
    return (labels[task], int(scopes[scope])) if task and scope else None


def key_figures(view: View, exact: ExactYear, simulated: SimulatedYear, in_force: ExactYear) -> None:
    """Never visited, visits per object, above the cap: exact where known, the simulated value and its error below."""
    known, seen, plan = exact.figures[ALL], simulated.figures[ALL], in_force.figures[ALL]
    never = known.never_visited or seen.never_visited
    over = known.over_cap or seen.over_cap
    visits = known.expected_visits_per_object
    figures_row(
        plain_figure(
            view,
            "never",
            say(view.language, "redraw.objects", count=never.mean),
            view.say("simulated_detail", value=seen.never_visited.mean, error=seen.never_visited.error),
        ),
        plain_figure(
            view,
            "share",
            say(view.language, "redraw.share", share=rate(never.mean, seen.objects)),
            view.say("in_force_detail", share=rate(plan.never_visited.mean, plan.objects))
            if plan.never_visited
            else None,
        ),
        plain_figure(
            view,
            "visits",
            say(view.language, "redraw.number", value=seen.expected_visits_per_object if visits is None else visits),
            view.say("simulated_detail", value=seen.expected_visits_per_object, error=seen.expected_visits_error),
        ),
        plain_figure(
            view,
            "over_cap",
            say(view.language, "redraw.objects", count=over.mean),
            view.say("simulated_detail", value=seen.over_cap.mean, error=seen.over_cap.error),
        ),
    )
