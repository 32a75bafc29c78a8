"""随机性检验: were past draws random, one verdict per draw in words, each with what it rests on."""

import streamlit as st

from inspections.draws.fairness import whole_year
from inspections.figures import fairness as figures
from inspections.figures import verdicts
from pages.frame.address import kept, one_of, stop
from pages.frame.data import ask, fairness_year
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, glossary, heading, note, table
from pages.review.parts.fairness import (
    drill_down,
    key_figures,
    meetings_table,
    names_of,
    redraws_table,
    short_names,
    verdict_rows,
)

view = open_page("fairness")
draws = ask("recorded_draws", **view.scope)
draws = draws[draws["stands"]]
if draws.empty:
    finding(view.say("no_draws", year=view.year))
    st.info(view.say("empty"))
    stop()
known, judged = fairness_year(view.scope)
redrawn = ask("redraws", **view.scope)
times = {int(draw_id): int(count) for draw_id, count in zip(redrawn["draw_id"], redrawn["redraws"], strict=True)}
ordered = [judged[int(draw_id)] for draw_id in draws["draw_id"]]
names = names_of(draws)

whole = whole_year(ordered)
named = {
    int(row["draw_id"]): view.say("draw_name", task=row["task"], day=row["drawn_on"].date())
    for row in draws.to_dict("records")
}
again = redrawn["task_id"].nunique()
finding(*verdicts.finding(view.year, ordered, named, again, whole))
key_figures(view, judged, again, whole)

with st.container(border=True):
    heading(view.say("matrix_title"))
    figure = figures.matrix(short_names(draws), ordered, times, view.look)
    chart(figure, view, "matrix", view.say("matrix_alt", count=len(ordered)))
    note(view.say("matrix_note"))
    note(view.say("meaning"))
    if whole is not None:
        note(verdicts.year_power(whole))

rows = verdict_rows(draws, known, judged, times)
columns = ["task", "verdict_line", "drawn_on", "pool", "drawn", "skip_rate"]
table(rows, columns, view, "verdicts", view.say("verdicts_title"), wraps=True)
note(view.say("verdicts_note"))

heading(view.say("drill_title"))
rarest = [min((one.p for one in verdict.found.values()), default=1.0) for verdict in ordered]
options = list(names.values())
chosen = st.selectbox(
    view.say("draw"), options, key=kept("draw", one_of(options), options[rarest.index(min(rarest))]),
    label_visibility="collapsed", width=560,
)  # fmt: skip
draw_id = next(draw_id for draw_id, name in names.items() if name == chosen)
with st.container(border=True):
    drill_down(view, known[draw_id], judged[draw_id], times.get(draw_id, 0))
    meetings_table(view, draw_id)
redraws_table(view, redrawn)
glossary("p_value", "stratum", "range", "false_discovery", "power", method=view.say("method"))
