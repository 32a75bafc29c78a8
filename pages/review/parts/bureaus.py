"""What the page of bureaus beside one another is chosen by, its figures, its tables, and the ways on to one bureau."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from inspections.evaluation import bureaus
from inspections.evaluation.bureaus import Ranking, by_words
from inspections.evaluation.facts import rubric_in_force
from inspections.evaluation.indicators import BY_CODE, INDICATORS, value_words
from inspections.evaluation.rubric import GRADES, PENDING, Rubric
from inspections.figures import bureaus as figures
from inspections.figures.sentences import few_names, grade_counts
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame.address import common, kept, one_of, text
from pages.frame.data import ask
from pages.frame.shown import figures_row, finding, plain_figure
from pages.frame.view import View

# How many times as many visits are due at the largest bureau as at the smallest before sizes are worth a thought.
SEVERAL = 10
# The columns of the table, in its order, what ranks nobody last; those of counts that nobody has are left out.
VALUES = tuple(one.column for one in sorted(INDICATORS, key=lambda one: not one.weightable))


def in_force() -> Rubric:
    """The scheme in force."""
    return rubric_in_force(ask)


def choose_by(view: View, options: list[str]) -> str | None:
    """What to rank by; None where nothing can be compared."""
    if not options:
        return None
    by: str = st.selectbox(
        view.say("by"), options, key=kept("by", one_of(options), options[0]), format_func=by_words,
        label_visibility="collapsed", width=300,
    )  # fmt: skip
    return by


def choose_among(view: View, everyone: pd.DataFrame) -> pd.DataFrame:
    """The bureaus of a region, or whose name holds a word."""
    words = st.text_input(
        view.say("among"), key=kept("among", text(40), ""), max_chars=40, placeholder=view.say("among"),
        label_visibility="collapsed", width=300,
    )  # fmt: skip
    return bureaus.matching(everyone, words or "")


def nothing_to_compare(view: View, everyone: pd.DataFrame, scored: pd.DataFrame) -> None:
    """Why there is no comparison: one bureau alone, nothing due yet, or a filter that leaves too few."""
    if len(scored) < len(everyone):
        finding(view.say("too_few", count=len(scored), all=len(everyone)))
        return
    finding(view.say("alone" if len(everyone) < 2 else "nothing_due", bureau=view.bureau, year=view.year))
    st.info(view.say("empty"))


def key_figures(view: View, scored: pd.DataFrame, ranking: Ranking) -> None:
    """How many bureaus, the best, the middle, the last, and what is still to be done where."""
    # A range is told from its smaller end, whichever is the better one.
    lower, median, upper = (ranking.words(value) for value in sorted(ranking.quartiles))
    outstanding = scored["outstanding"]
    counts = {grade: int((scored["grade"] == grade).sum()) for grade in (*GRADES, PENDING)}
    middle = plain_figure(
        view,
        "median",
        median,
        view.say("middle_half", lower=lower, upper=upper) if ranking.has_quartiles else None,
    )
    figures_row(
        plain_figure(view, "bureaus", f"{len(scored):,}", grade_counts(counts)),
        plain_figure(view, "best", ranking.words(ranking.top), _named(view, ranking, ranking.best)),
        *([middle] if ranking.has_median else []),
        plain_figure(view, "lowest", ranking.words(ranking.bottom), _named(view, ranking, ranking.lowest)),
        plain_figure(
            view,
            "outstanding",
            f"{int(outstanding.sum()):,}",
            _where(view, scored),
        ),
    )


def _named(view: View, ranking: Ranking, names: tuple[str, ...]) -> str:
    """The best or the last by name, with a word where all of them have few records."""
    told = few_names(names)
    return view.say("named_small", names=told) if ranking.are_small(names) else told


def standings_note(view: View, ranking: Ranking) -> str:
    """How to read the ranking's figure: its middle, where there is one, and how the chosen bureau is marked."""
    middle = "standings_band" if ranking.has_quartiles else "standings_median"
    chosen = "chosen_framed" if figures.as_rows(ranking) else "chosen_dot"
    told = [view.say(middle)] if ranking.has_median else []
    return say("frame.sentence_gap").join([*told, view.say(chosen, bureau=view.bureau)])


def profile_note(view: View, of_all: pd.DataFrame) -> str:
    """How to read the figure of one bureau's indicators, `of_all` from `inspections.evaluation.bureaus.profile`."""
    most = of_all["ranked"].max()
    few = "profile_few" if most >= bureaus.HAVE_MEDIAN else "profile_two"
    told = [view.say("profile_note" if most >= bureaus.HAVE_QUARTILES else few)]
    means = [by for by in of_all["by"] if by != bureaus.SCORE and BY_CODE[by].kind == "mean"]
    return say("frame.sentence_gap").join([*told, *([view.say("profile_means")] if means else [])])


def sizes(ranking: Ranking) -> tuple[int, int]:
    """The fewest and the most visits due at a bureau that has a place."""
    return int(ranking.ranked["due"].min()), int(ranking.ranked["due"].max())


def _where(view: View, scored: pd.DataFrame) -> str:
    """Where what is outstanding lies: with one bureau, half of it or more with one, or with how many."""
    left = scored[scored["outstanding"] > 0].sort_values("outstanding", ascending=False)
    if left.empty:
        return view.say("none_outstanding" if scored["due"].sum() else "none_due")
    worst, half = left.iloc[0], bureaus.half_of(scored["outstanding"])
    if len(left) == 1:
        return view.say("all_of", bureau=worst["bureau"])
    if half == 1:
        return view.say("most_of", bureau=worst["bureau"], most=int(worst["outstanding"]))
    return view.say("half_of", count=half)


def ways_on(view: View, ranking: Ranking) -> None:
    """The overview of the best, of the last and of the chosen bureau, each in a tab of its own."""
    for name in dict.fromkeys((ranking.best[0], ranking.lowest[0], view.bureau)):
        st.link_button(
            markdown(view.say("open", bureau=name)),
            _overview(view, name),
            icon=":material/open_in_new:",
            type="tertiary",
        )


def _overview(view: View, bureau: str) -> str:
    # The overview is the first page, whose address is the application's own.
    return f"./?{urlencode({**dict(common()), 'bureau': bureau, 'as_of': view.as_of.isoformat()})}"


def league_rows(view: View, scored: pd.DataFrame, ranking: Ranking) -> tuple[pd.DataFrame, list[str]]:
    """The ranking as a table: place, distances in points, rates, sizes, a link to each bureau's overview."""
    placed = ranking.rows.drop(columns=["bureau", "bureau_region", "grade", "due", "numerator", "denominator"])
    rows = placed.merge(scored, on="bureau_id", how="left")
    rows = rows.assign(
        to_best_change=ranking.distance(1) * rows["to_best"],
        to_median_change=ranking.distance(1) * rows["to_median"],
        small_words=rows["is_small"].map({True: view.say("small")}),
        overview_link=[_overview(view, str(name)) for name in rows["bureau"]],
    )
    # How small a bureau is stands beside its score: a narrow window shows the first columns only.
    first = ["rank", "bureau", "score", "grade", "due", "small_words", "bureau_region", "to_best_change"]
    optional = [name for name in ("bureau_region", *VALUES, "small_words") if rows[name].notna().any()]
    of_ranking = ranking.indicator and ranking.indicator.column
    values = [name for name in VALUES if name in optional]
    values.sort(key=lambda name: name != of_ranking)
    left = [name for name in first if name not in ("bureau_region", "small_words") or name in optional]
    return rows, [
        *left,
        *(["to_median_change"] if ranking.has_median else []),
        *values,
        "outstanding",
        "tasks",
        "overview_link",
    ]


def indicator_rows(of_all: pd.DataFrame) -> pd.DataFrame:
    """Per indicator, in words: the best bureaus, the quartiles, the last, and the chosen bureau with its place."""
    rows = of_all[of_all["by"] != bureaus.SCORE]

    def words(column: str) -> list[str]:
        return [value_words(str(by), value) for by, value in zip(rows["by"], rows[column], strict=True)]

    told = pd.DataFrame(
        {
            "indicator": rows["by"],
            "leading_words": words("best_value"),
            "best_bureaus": [few_names(names) for names in rows["best"]],
            "upper_quartile_words": words("upper"),
            "median_words": words("median"),
            "lower_quartile_words": words("lower"),
            "lowest_value_words": words("lowest_value"),
            "lowest_bureaus": [few_names(names) for names in rows["lowest"]],
            "own_words": words("own"),
            "own_rank": rows["own_rank"],
        }
    )
    most = rows["ranked"].max()
    quartiles = [] if most >= bureaus.HAVE_QUARTILES else ["upper_quartile_words", "lower_quartile_words"]
    return told.drop(columns=[*quartiles, *([] if most >= bureaus.HAVE_MEDIAN else ["median_words"])])
