"""A result, its follow-up and its closure entered on the screen in real Chromium, in English, and taken back."""

from __future__ import annotations

import datetime
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from inspections.store.database import open_database
from inspections.store.upgrade import opened
from inspections.words.wording import say_in
from tests.browser.conftest import Server, Visit
from tests.browser.screens import clipped
from tests.browser.test_browser import serious

DUE = """
select bureau.name as bureau, planned_task.year, due_visit.draw_id, due_visit.task, draw.ordinal, due_visit.drawn_on,
    due_visit.object_id, object.name as object, due_visit.unit_id, unit.name as unit
from due_visit
inner join planned_task on due_visit.task_id = planned_task.task_id
inner join bureau on planned_task.bureau_id = bureau.bureau_id
inner join draw on due_visit.draw_id = draw.draw_id
inner join object on due_visit.object_id = object.object_id
inner join unit on due_visit.unit_id = unit.unit_id
inner join task_item on due_visit.task_id = task_item.task_id and due_visit.unit_id = task_item.unit_id
where due_visit.inspected_on is null and due_visit.entered_on is null and due_visit.drawn_on < current_date - 30
order by due_visit.draw_id, object.name, due_visit.unit_id limit 1
"""
STORED = """
select inspected_on, entered_on, published_on, cast(follow_up as varchar), handled_on, closed_on, (
    select list(distinct cast(outcome as varchar)) from result_outcome as told
    where told.draw_id = result.draw_id and told.object_id = result.object_id and told.unit_id = result.unit_id
) from result where draw_id = ? and object_id = ? and unit_id = ?
"""


def choose(page: Page, label: str, option: str) -> None:
    """An option of a select box, typed as a person does where the list is long."""
    box = page.get_by_role("combobox", name=label).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()


def give_day(page: Page, field: str, day: datetime.date) -> None:
    cell = page.locator(f'[class*="st-key-enter_"][class*="_{field}"] input').first
    cell.fill(day.isoformat())
    cell.press("Enter")


def test_a_result_its_follow_up_and_its_closure_are_entered_and_taken_back(
    visit: Callable[..., Visit], server: Server, demo_database: Path
) -> None:
    """In English, whose words are longer; tests/pages/test_imports.py does it in Chinese."""
    language = "en"

    def said(key: str, **parameters: Any) -> str:
        return say_in(language, key, **parameters)

    with open_database(demo_database) as connection:
        found = connection.execute(DUE).df().iloc[0]
    which = [int(found["draw_id"]), str(found["object_id"]), int(found["unit_id"])]

    def stored() -> tuple[Any, ...] | None:
        with opened(server.database) as connection:
            row: tuple[Any, ...] | None = connection.execute(STORED, which).fetchone()
            return row

    before = stored()
    first = found["drawn_on"].date() + datetime.timedelta(days=7)
    days = [first + datetime.timedelta(days=number) for number in range(4)]
    where = {"lang": language, "bureau": found["bureau"], "year": int(found["year"])}
    one = visit().open(f"imports?{urllib.parse.urlencode(where)}")
    page = one.page

    def to_the_form() -> None:
        label = said("draws.label", day=found["drawn_on"], task=found["task"], ordinal=int(found["ordinal"]))
        choose(page, said("imports.enter_draw"), label)
        one.settled()
        choose(page, said("imports.enter_visit"),
               said("imports.enter_label", object=found["object"], unit=found["unit"]))  # fmt: skip
        one.settled()

    def save() -> None:
        before = stored()
        one.settled()
        page.get_by_role("button", name=said("imports.enter_save"), exact=True).click()
        done = said("imports.enter_done", object=found["object"])
        expect(page.get_by_text(done).first).to_be_visible(timeout=60_000)
        # The sentence of the one before may still stand there.
        late = time.monotonic() + 60
        while stored() == before and time.monotonic() < late:
            page.wait_for_timeout(200)
        one.settled()

    to_the_form()
    give_day(page, "inspected_on", days[0])
    give_day(page, "entered_on", days[1])
    choose(page, said("intake.fields.results.outcome"), said("codes.outcome.other_violation"))
    page.keyboard.press("Escape")
    one.settled()
    assert not serious(page)
    assert not clipped(page)
    save()
    assert stored() == (days[0], days[1], None, None, None, None, ["other_violation"])
    choose(page, said("intake.fields.results.follow_up"), said("codes.follow_up.correction_ordered"))
    one.settled()
    give_day(page, "handled_on", days[2])
    save()
    assert stored() == (days[0], days[1], None, "correction_ordered", days[2], None, ["other_violation"])
    give_day(page, "closed_on", days[3])
    save()
    assert stored() == (days[0], days[1], None, "correction_ordered", days[2], days[3], ["other_violation"])
    file = say_in("zh", "intake.entered_name", object=found["object"])
    page.set_viewport_size({"width": 1440, "height": 3200})
    one.settled()
    for number, left in enumerate((days[2], None, "nothing")):
        if number:
            # The one undone stays the newest: the next one is chosen by the head of its row.
            grid = page.locator('[class*="st-key-imports-history"] .dvn-scroller').first
            grid.click(position={"x": 18, "y": 35 * (number + 1) + 17})
            one.settled()
        page.get_by_role("button", name=said("imports.undo")).first.click()
        page.get_by_test_id("stPopoverBody").get_by_role("button").click()
        expect(page.get_by_text(said("imports.undone", file=file)).first).to_be_visible(timeout=60_000)
        one.settled()
        row = stored()
        assert row == before if left == "nothing" else row is not None and (row[4], row[5]) == (left, None)
    assert one.complaints == []
    assert one.foreign == []
