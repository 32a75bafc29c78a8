"""Facts, sentences and slides of a year: the demo county, an empty year, a running one, and very many units."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterator
from fractions import Fraction

import duckdb
import pandas as pd
import pytest

from inspections.evaluation import facts, statements
from inspections.evaluation.facts import Facts
from inspections.evaluation.rubric import Criterion, default_rubric, write_rubric
from inspections.papers import briefing
from inspections.store.database import ask
from inspections.words.errors import InspectionsError
from inspections.words.rates import rate
from inspections.words.wording import LANGUAGES, say, say_in
from tests.papers.conftest import YANGCHENG
from tests.spoken import spoken_in

BROKEN = re.compile(r"\bNone\b|\bnan\b|\bNaT\b|<NA>|[{}]|\binf\b|\bTrue\b|\bFalse\b")


def words(deck: briefing.Deck) -> Iterator[str]:
    yield from (deck.subject, deck.source)
    for slide in deck.slides:
        yield from (slide.title, slide.notes, slide.remark or "", *slide.points)
        yield from (text for figure in slide.figures for text in (figure.value, figure.label))
        if slide.chart:
            yield from (slide.chart.alt, slide.chart.mark_label or "")
            yield from (text for bar in slide.chart.bars for text in (bar.label, bar.text))
        if slide.table:
            yield from slide.table.headings
            yield from (cell for row in slide.table.rows for cell in row)


def test_a_bureau_and_a_year_are_found_by_name_or_refused_with_what_there_is(
    demo_connection: duckdb.DuckDBPyConnection,
) -> None:
    asked = functools.partial(ask, demo_connection)
    assert facts.find(asked, f" {YANGCHENG} ", 2023).as_of == datetime.date(2023, 12, 31)
    with pytest.raises(InspectionsError) as unknown:
        facts.find(asked, "不存在的局", 2023)
    assert (unknown.value.code, YANGCHENG in unknown.value.parameters["known"]) == ("bureau_not_found", True)
    with pytest.raises(InspectionsError) as early:
        facts.find(asked, YANGCHENG, 2019)
    assert (early.value.code, early.value.parameters["known"]) == ("year_without_plan", "2022、2023")


def test_the_newest_saved_scheme_is_in_force(demo_connection: duckdb.DuckDBPyConnection) -> None:
    asked = functools.partial(ask, demo_connection)
    assert facts.rubric_in_force(asked) == default_rubric()
    text = write_rubric(default_rubric()).replace("excellent = 90", "excellent = 95")
    demo_connection.execute(
        "insert into rubric (name, version, definition, created_at) values ('x', 1, ?, now())", [text]
    )
    saved = facts.rubric_in_force(asked)
    demo_connection.execute("delete from rubric")
    assert (saved.version, int(saved.bands["excellent"])) == (1, 95)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_hold_the_numbers_of_the_year(county: Facts, language: str) -> None:
    spoken = spoken_in(language, statements.said, county)
    totals = county.totals
    for code, numbers in {
        "plan": ("tasks", "launched", "launched_in_time"),
        "visits": ("objects_drawn", "due", "entered"),
        "publication": ("published", "published_in_time"),
        "findings": ("entered", "problems"),
        "follow_up": ("handled", "closed"),
    }.items():
        for number in numbers:
            assert re.search(rf"(?<!\d){totals[number]:,}(?!\d)", spoken[code]), (code, number)
    assert say_in(language, "frame.rate", share=rate(totals["entered"], totals["due"])) in spoken["visits"]
    assert str(county.evaluation.whole.score) in spoken["evaluation"]
    assert "running" not in spoken
    assert not any(BROKEN.search(sentence) for sentence in spoken.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slide_has_one_message_and_fits_what_a_hall_can_read(county: Facts, language: str) -> None:
    deck = spoken_in(language, briefing.deck, county)
    assert [slide.key for slide in deck.slides] == list(briefing.SLIDES)
    assert deck.synthetic
    for slide in deck.slides:
        assert slide.title
        assert len(slide.figures) <= 3
        assert slide.notes
        assert slide.chart or slide.table or slide.points or slide.lines
        if slide.chart:
            assert len(slide.chart.bars) <= briefing.MOST_BARS
            assert all(0 <= bar.value <= bar.whole for bar in slide.chart.bars)
    assert not [text for text in words(deck) if BROKEN.search(text)]


def test_slides_can_be_chosen_ordered_and_given_a_title(county: Facts) -> None:
    deck = briefing.deck(county, ["risks", "year"], {"year": " 今年怎么样 ", "risks": ""})
    assert [slide.key for slide in deck.slides] == ["risks", "year"]
    assert deck.slides[1].title == "今年怎么样"
    assert deck.slides[0].title == briefing.deck(county, ["risks"]).slides[0].title
    with pytest.raises(KeyError):
        briefing.deck(county, ["weather"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [datetime.date(2023, 1, 1), datetime.date(2023, 6, 15)], ids=str)
def test_a_year_before_its_first_draw_and_a_running_one_say_so(
    demo_connection: duckdb.DuckDBPyConnection, language: str, day: datetime.date
) -> None:
    running = facts.find(functools.partial(ask, demo_connection), YANGCHENG, 2023, day)
    deck = spoken_in(language, briefing.deck, running)
    spoken = spoken_in(language, statements.said, running)
    assert spoken["running"] == say_in(language, "statements.running", day=day)
    assert not [text for text in (*words(deck), *spoken.values()) if BROKEN.search(text)]
    titles = [slide.title for slide in deck.slides]
    empty = say_in(language, "deck.nothing_drawn", year=2023, day=day)
    assert (titles[1] == empty) == (day.month == 1)
    # Grades are not handed out in a running year.
    charts = [slide.chart for slide in deck.slides if slide.key == "evaluation"]
    assert [chart for chart in charts if chart and {bar.colour for bar in chart.bars} != {"ink"}] == []
    # A hall is not shown that there is nothing to show.
    if day.month == 1:
        assert titles.count(empty) == 1
        assert "findings" not in {slide.key for slide in deck.slides}


def test_the_main_loss_is_the_one_of_the_scores_and_its_units_add_up(county: Facts) -> None:
    slide = briefing.deck(county, ["loss"]).slides[0]
    dearest = max(county.evaluation.whole.marks, key=lambda mark: mark.lost)
    assert say(f"codes.indicator.{dearest.code}") in slide.title
    assert slide.chart is not None
    values = [bar.value for bar in slide.chart.bars]
    assert values == sorted(values, reverse=True)
    assert sum(values) == dearest.denominator - dearest.numerator
    worst = max(
        county.evaluation.units, key=lambda u: u.mark(dearest.code).denominator - u.mark(dearest.code).numerator
    )
    assert worst.unit in slide.title


def test_the_main_loss_may_be_one_that_no_unit_has_a_part_in(county: Facts) -> None:
    scheme = default_rubric()
    of_items = Criterion(Fraction(500), Fraction(0), Fraction(1))
    heavy = dataclasses.replace(scheme, criteria={**scheme.criteria, "item_coverage": of_items})
    slide = briefing.deck(dataclasses.replace(county, rubric=heavy), ["loss"]).slides[0]
    assert say("codes.indicator.item_coverage") in slide.title
    assert (slide.chart, len(slide.figures)) == (None, 3)


def test_as_many_are_excellent_in_the_figure_as_in_the_title(county: Facts) -> None:
    """The bureau itself is not counted among its units."""
    facts, last = dataclasses.replace(county), county.evaluation.units[-1]
    units = tuple(
        dataclasses.replace(unit, suggested="excellent", override=None, aside=unit is last)
        for unit in county.evaluation.units
    )
    facts.__dict__["evaluation"] = dataclasses.replace(county.evaluation, units=units)
    slide = briefing.deck(facts, ["evaluation"]).slides[0]
    assert slide.figures[1].value == f"{len(units) - 1}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_hundred_units_show_those_that_matter_and_say_how_many_more(county: Facts, language: str) -> None:
    def many(name: str, **parameters: object) -> pd.DataFrame:
        answer = county.ask(name, **parameters)
        if name not in {"unit_completion", "indicator_counts"}:
            return answer
        whole = answer[answer["unit_id"].isna()]
        units = answer[answer["unit_id"].notna()]
        return pd.concat(
            [
                whole,
                *(
                    units.assign(unit_id=units["unit_id"] + 10 * k, unit=units["unit"] + f"第{k}分局" * 6)
                    for k in range(50)
                ),
            ],
            ignore_index=True,
        )

    crowd = facts.gather(many, county.bureau_id, county.bureau, 2023, county.as_of)
    assert len(crowd.evaluation.units) == 300
    deck = {slide.key: slide for slide in spoken_in(language, briefing.deck, crowd).slides}
    shown = deck["completion"].chart
    assert shown is not None
    assert len(shown.bars) == briefing.MOST_BARS
    assert max(bar.value for bar in shown.bars) <= min(
        rate(row["entered"], row["due"]) or 0
        for row in crowd.units.sort_values("entered").to_dict("records")
        if (row["entered"] / row["due"]) > max(bar.value for bar in shown.bars)
    )
    assert str(300 - briefing.MOST_BARS) in (deck["completion"].remark or "")
    assert not [text for text in words(spoken_in(language, briefing.deck, crowd)) if BROKEN.search(text)]


@pytest.mark.parametrize(("rates", "rises"), [((0.05, 0.4), True), ((0.4, 0.05), False)])
def test_adopted_proportions_are_said_to_rise_only_where_they_do(
    county: Facts, rates: tuple[float, float], rises: bool
) -> None:
    adopted = pd.DataFrame(
        {"scope_id": 1, "scope": "某库", "class": ["A", "D"], "pool": 40, "quota": 2, "rate": rates, "draws": 4}
    )

    def asked(name: str, **parameters: object) -> pd.DataFrame:
        return adopted if name == "proposals" else county.ask(name, **parameters)

    proposed = facts.gather(asked, county.bureau_id, county.bureau, 2023, county.as_of)
    (slide,) = briefing.deck(proposed, ["proposal"]).slides
    assert ("递加" in slide.title) == rises
    assert slide.table is not None
    assert slide.table.rows == (("某库", "4 次", *(say("frame.rate", share=rate(r, 1)) for r in rates)),)
