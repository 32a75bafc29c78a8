"""The parts of the fairness page: the chosen draw, what it looks like beside honest ones, meetings, re-draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from inspections.draws import meetings
from inspections.draws.fairness import RecordedDraw, Verdict, Year, composition_bands, honest_spacing, succeeds
from inspections.draws.randomness import repeats_pmf
from inspections.figures import fairness as figures
from inspections.figures import verdicts
from inspections.words.plain import markdown, shortened
from inspections.words.rates import rates
from inspections.words.wording import ABSENT, FIRST, say, say_in
from pages.frame.access import may
from pages.frame.address import kept, one_of
from pages.frame.data import ask
from pages.frame.shown import chart, figures_row, heading, note, plain_figure, table
from pages.frame.view import View

MEETINGS_SHOWN = 8
LONGEST_NAME = 20


def names_of(draws: pd.DataFrame) -> dict[int, str]:
    """A draw's name, the same in both languages because it is bound to the address: number, task, day."""
    return {
        int(draw_id): "{} {}".format(
            say_in(FIRST, "frame.joint_label" if kind == "joint" else "frame.task_label", seq=seq, name=task),
            day.date(),
        )
        for draw_id, kind, seq, task, day in draws[["draw_id", "plan_kind", "seq", "task", "drawn_on"]].itertuples(
            index=False
        )
    }


def short_names(draws: pd.DataFrame) -> dict[int, str]:
    """The same for the axis of a figure, in the order of days: the day and the task, whose end tells tasks apart."""
    return {
        int(draw_id): f"{day:%m-%d} {shortened(task, LONGEST_NAME)}"
        for draw_id, task, day in draws[["draw_id", "task", "drawn_on"]].itertuples(index=False)
    }


def key_figures(view: View, judged: Mapping[int, Verdict], redrawn: int, whole: Year | None) -> None:
    """How many draws were tested and what came of it, each and together; draws without a pool where there are any."""
    counts = {code: sum(one.verdict == code for one in judged.values()) for code in verdicts.VERDICTS}
    tests = sum(len(one.found) for one in judged.values())
    figures_row(
        plain_figure(view, "draws", f"{len(judged)}", view.say("tests_done", count=tests)),
        *(plain_figure(view, code, f"{count}") for code, count in counts.items() if count or code != "no_pool"),
        plain_figure(view, "year", view.say(f"year.short.{whole.verdict if whole else 'none'}")),
        plain_figure(view, "redraws", f"{redrawn}"),
    )


def verdict_rows(
    draws: pd.DataFrame, known: Mapping[int, RecordedDraw], judged: Mapping[int, Verdict], redraws: Mapping[int, int]
) -> pd.DataFrame:
    """The standing draws with their verdict in words and what a draw of their size can reveal."""
    ids = [int(one) for one in draws["draw_id"]]
    return draws.assign(
        verdict_line=[verdicts.line(judged[one], known[one], redraws.get(one, 0), short=True) for one in ids],
        skip_rate=[judged[one].power.skip for one in ids],
        pool=draws["framed"],
    )


def drill_down(view: View, draw: RecordedDraw, verdict: Verdict, redraws: int) -> None:
    """One draw: where those drawn stand, and three statistics beside what honest draws give."""
    st.markdown(f"**{markdown(verdicts.line(verdict, draw, redraws))}**")
    note(verdicts.power(verdict, draw, view.class_name))
    if not draw.strata:
        return
    shown: dict[str, Any] = {"look": view.look}
    strata = [one for one in draw.strata if one.drawn]
    names = [verdicts.stratum_name(one.name, view.class_name) for one in strata]
    # In directory order, beside a list of who was drawn, places within a class tell whose class it is.
    if may("classes") or all(one.name.startswith("all") for one in strata):
        chart(figures.places(strata, names, **shown), view, "places", view.say("places_alt"))
        note(view.say("places_note"))
    left, middle, right = st.columns(3, gap="medium")
    with left:
        heading(view.say("spacing_title"))
        honest = honest_spacing(draw)
        if honest is None:
            note(view.say("too_few"))
        else:
            chart(figures.spacing(*honest, **shown), view, "spacing", view.say("spacing_alt"))
            note(view.say("spacing_note", count=len(honest[0])))
    with middle:
        heading(view.say("composition_title"))
        _composition(view, draw, verdict)
    with right:
        heading(view.say("repeats_title"))
        if draw.compared:
            observed = sum(one.again for one in draw.strata)
            chart(
                figures.repeats(repeats_pmf(draw.strata), observed, **shown), view, "repeats", view.say("repeats_alt")
            )
            note(view.say("repeats_note"))
        else:
            note(view.say("no_earlier"))


def _composition(view: View, draw: RecordedDraw, verdict: Verdict) -> None:
    """The attribute that stands out, or the one the reader picks."""
    groups, found = draw.groups, verdict.found.get("composition")
    if groups is None or found is None:
        note(view.say("too_few"))
        return
    attributes = [
        name for number, name in enumerate(groups.attributes) if len(set(groups.labels[:, number].tolist())) > 1
    ]
    attribute = st.segmented_control(
        view.say("composition_title"),
        attributes,
        default=found.sign,
        required=True,
        format_func=lambda name: view.say(f"attributes.{name}"),
        key=kept("attribute", one_of(attributes), found.sign, key=f"attribute_{draw.draw_id}"),
        label_visibility="collapsed",
    )
    bands = composition_bands(groups, attribute)
    bands = bands.sort_values("expected", ascending=False).head(12)
    names = [_value(view, attribute, one) for one in bands["value"]]
    figure = figures.composition(bands, names, view.look, reported=found.reported)
    chart(figure, view, "composition", view.say("composition_alt"))
    note(view.say("composition_note"))


def _value(view: View, attribute: str, value: str) -> str:
    if attribute == "class":
        return view.class_name(value)
    return view.word("object_kind", value) if attribute == "kind" else value or ABSENT


def meetings_table(view: View, draw_id: int) -> None:
    """Inspectors of the chosen draw who had met the same object before, the least likely first."""
    if not may("classes"):
        note(say("frame.names_withheld"))
        return
    matches = ask("matched_inspectors", **view.scope)
    forbidden = matches[(matches["draw_id"] == draw_id) & matches["forbidden"]]
    columns = ["object", "inspector"]
    if len(forbidden):
        table(forbidden, columns, view, "forbidden", view.say("forbidden_title", count=len(forbidden)))
    met = meetings.encounters(matches)
    met = met[(met["draw_id"] == draw_id) & met["met"] & (met["times"] > 1)]
    met = met.assign(
        by_chance_rate=[float(reach[times]) for reach, times in zip(met["reach"], met["times"], strict=True)]
    )
    named = met.merge(matches[["draw_id", "object_id", "inspector_id", "object", "inspector"]])
    named = named.sort_values(["by_chance_rate", "object_id"]).head(MEETINGS_SHOWN)
    columns = ["inspector", "object", "times", "visits", "by_chance_rate"]
    table(named, columns, view, "meetings", view.say("meetings_title"))
    if len(named):
        note(view.say("meetings_note"))


def redraws_table(view: View, redraws: pd.DataFrame) -> None:
    """Every re-draw with the chance that drawing again leaves out a chosen firm, the classes of a draw below it."""
    inclusion = rates(redraws["drawn"], redraws["pool"])
    rows = redraws.assign(
        stratum=[verdicts.stratum_name(one, view.class_name) for one in redraws["stratum"]],
        drawn_rate=inclusion,
        avoid_rate=[succeeds(one, int(times)) for one, times in zip(inclusion, redraws["redraws"], strict=True)],
    )
    count = redraws["task_id"].nunique()
    columns = ["task", "drawn_on"] if count > 1 else []
    columns += ["stratum", "pool", "drawn", "drawn_rate", "redraws", "avoid_rate"]
    table(rows, columns, view, "redraws", view.say("redraws_title", count=count))
    for row in redraws.drop_duplicates("draw_id").to_dict("records"):
        known = {name: row[name] for name in ("task", "redraws", "gone")}
        reason = None if pd.isna(row["reason"]) else row["reason"]
        reason = reason if may("classes") else view.say("reason_withheld")
        note(view.say("redrawn", day=row["drawn_on"].date(), reason=reason, **known))
    if len(rows):
        note(view.say("redraws_note"))
