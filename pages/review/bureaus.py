"""标杆对比: who leads, who lags and by how much, bureau beside bureau, and where to send people."""

import streamlit as st

from inspections.evaluation import bureaus
from inspections.evaluation.statements import rubric_line
from inspections.figures import bureaus as figures
from inspections.figures import sentences
from pages.frame.address import stop
from pages.frame.data import scored_bureaus
from pages.frame.head import open_page
from pages.frame.shown import chart, finding, heading, note, table
from pages.review.parts.bureaus import (
    SEVERAL,
    choose_among,
    choose_by,
    in_force,
    indicator_rows,
    key_figures,
    league_rows,
    nothing_to_compare,
    profile_note,
    sizes,
    standings_note,
    ways_on,
)


def _counts_note(of: bureaus.Ranking) -> str:
    if of.by == bureaus.SCORE:
        return "score_note"
    return "interval_note" if figures.as_rows(of) and figures.has_interval(of) else "rate_note"


view = open_page("bureaus")
rubric = in_force()
everyone = scored_bureaus(view, rubric)
with st.container(horizontal=True, vertical_alignment="center"):
    by = choose_by(view, bureaus.rankable(everyone))
    scored = choose_among(view, everyone)
if by is None or bureaus.rankable(scored).count(by) == 0:
    nothing_to_compare(view, everyone, scored)
    stop()
ranking = bureaus.ranking(scored, by)
rankings = [bureaus.ranking(scored, code) for code in bureaus.rankable(scored)]
of_all = bureaus.profile(rankings, view.bureau_id)

finding(*sentences.bureaus(scored, ranking, view.year, view.as_of))
key_figures(view, scored, ranking)

left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    heading(view.say("standings_title", by=bureaus.by_words(by), count=len(ranking.ranked)))
    figure = figures.standings(ranking, view.bureau_id, view.look)
    chart(figure, view, "standings", sentences.standings(ranking))
    note(standings_note(view, ranking))
    note(view.say(_counts_note(ranking)))
    if ranking.ranked["is_small"].any():
        key = "small_note_few" if ranking.names_small else "small_note"
        note(view.say(key, count=int(ranking.ranked["is_small"].sum()), small=bureaus.SMALL))
    note(rubric_line(rubric))
    ways_on(view, ranking)
with right.container(border=True, height="stretch"):
    heading(view.say("profile_title", bureau=view.bureau))
    figure = figures.profile(of_all, view.look)
    chart(figure, view, "profile", view.say("profile_alt", bureau=view.bureau))
    note(profile_note(view, of_all))

rows, columns = league_rows(view, scored, ranking)
table(rows, columns, view, "bureaus", view.say("table_title", count=len(rows)))
note(view.say("table_note"))
rows = indicator_rows(of_all)
table(rows, list(rows.columns), view, "indicators", view.say("indicators_title"))
note(view.say("comparability"))
least, most = sizes(ranking)
if most > SEVERAL * least:
    note(view.say("sizes_differ", least=least, most=most, several=SEVERAL))
if scored["publication_days"].nunique(dropna=False) > 1:
    note(view.say("own_rules", count=int(scored["publication_days"].notna().sum())))
