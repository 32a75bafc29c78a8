"""Records that figures lack, a second time; and what the page says of an address or of a long table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from inspections.words.wording import say
from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, true
from tests.pages.claims.known import Claims
from tests.queries.naive import PROBLEMS

CALENDAR = (2015, 2035)


def lacking(one: Claims, year: int) -> Counter[str]:
    """How many records of a year some figures lack, by reason; whatever was known on whichever day."""
    known = one.naive.__dict__.setdefault("lacking", {})
    if (one.bureau_id, year) not in known:
        known[one.bureau_id, year] = +_lacking(one, year)
    found: Counter[str] = known[one.bureau_id, year]
    return found


def _lacking(one: Claims, year: int) -> Counter[str]:
    naive = one.naive
    plans = {row["plan_id"] for row in naive.tables["plan"] if (row["bureau_id"], row["year"]) == (one.bureau_id, year)}
    tasks = {row["task_id"]: row for row in naive.tables["task"] if row["plan_id"] in plans}
    official = [row for row in naive.tables["draw"] if row["kind"] == "official"]
    replaced = {row["replaces_draw_id"] for row in official}
    units = {row["unit_id"] for row in naive.tables["unit"] if row["bureau_id"] == one.bureau_id}
    units |= {row["unit_id"] for row in naive.tables["membership"] if row["bureau_id"] == one.bureau_id}
    reported = {row["draw_id"] for row in naive.tables["result"] if row["unit_id"] in units}
    fates: dict[int, str] = {}
    draws = {row["draw_id"]: row for row in naive.tables["draw"]}
    for draw_id, row in draws.items():
        loose = row["task_id"] is None and draw_id in reported and row["drawn_at"].year == year
        if row["task_id"] in tasks or loose:
            fates[draw_id] = (
                "trial" if row["kind"] == "trial" else "replaced" if draw_id in replaced
                else "unplanned" if row["basis"] not in ("random", "full") else "planned"
            )  # fmt: skip
    counted: Counter[str] = Counter()
    checkers = {
        task_id: {row["unit_id"] for row in naive.tables["task_item"] if row["task_id"] == task_id}
        or {row["lead_unit_id"]} - {None}
        for task_id, row in tasks.items()
    }
    for (draw_id, object_id, unit_id), result in naive.results.items():
        if draw_id in fates:
            counted.update(reasons(one, fates[draw_id], draws[draw_id], object_id, unit_id, result, checkers))
    classless = set()
    for draw_id, fate in fates.items():
        draw, frame = draws[draw_id], naive.frames[draw_id]
        classes = set(frame.values()) - {"none"}
        if fate != "planned":
            counted[f"draw_{fate}"] += 1
            continue
        if draw["basis"] == "full":
            counted["draw_full"] += 1
        elif not frame:
            counted["draw_without_pool"] += 1
        elif draw["method"] == "platform_pool_rebuilt":
            counted["draw_pool_rebuilt"] += 1
        if frame:
            counted["draw_without_classes"] += not classes
            counted["draw_not_by_class"] += bool(classes) and not draw["stratified"]
        classless |= {object_id for object_id, code in frame.items() if classes and code == "none"}
        gone = {row["substitute_for"] for row in naive.drawn[draw_id]}
        for row in naive.drawn[draw_id]:
            counted["drawn_substituted"] += row["object_id"] in gone
            counted["drawn_without_department"] += row["object_id"] not in gone and not checkers[draw["task_id"]]
    counted["object_without_class"] = len(classless)
    counted["task_without_start"] = sum(row["starts_on"] is None for row in tasks.values())
    counted["task_without_end"] = sum(row["ends_on"] is None for row in tasks.values())
    used = {row["visit_id"] for row in naive.tables["result"]}
    scopes = {row["scope_id"] for row in naive.tables["scope"] if row["bureau_id"] == one.bureau_id}
    own = {row["object_id"] for row in naive.tables["object_scope"] if row["scope_id"] in scopes}
    counted["visit_without_result"] = sum(
        row["visit_id"] not in used and row["object_id"] in own and row["visited_on"].year == year
        for row in naive.tables["visit"]
    )
    return counted


def reasons(
    one: Claims, fate: str, draw: dict[str, Any], object_id: str, unit_id: int, result: dict[str, Any],
    checkers: dict[int, set[int]],
) -> list[str]:  # fmt: skip
    """Why figures lack a result."""
    rows = one.naive.drawn[draw["draw_id"]]
    if fate != "planned":
        return [f"result_{fate}"]
    if object_id not in {row["object_id"] for row in rows}:
        return ["result_not_drawn"]
    if object_id in {row["substitute_for"] for row in rows}:
        return ["result_substituted"]
    if unit_id not in checkers[draw["task_id"]]:
        return ["result_not_checking"]
    if result["entered_on"] is None:
        return ["result_not_entered"]
    found, days = {code for _, code in result["found"]}, (result["inspected_on"], result["published_on"])
    several = []
    if result["published_on"] and (
        None in days or any(not CALENDAR[0] <= day.year <= CALENDAR[1] for day in days if day)
    ):
        several.append("result_outside_calendar")
    if not found:
        several.append("result_without_outcome")
    if found & PROBLEMS and result["handled_on"] is None and result["follow_up"] not in (None, "none_needed"):
        several.append("result_handled_undated")
    return several


REASONS = (
    "result_not_entered", "result_replaced", "result_unplanned", "result_substituted", "result_not_drawn",
    "result_not_checking", "result_trial", "result_without_outcome", "result_handled_undated",
    "result_outside_calendar", "draw_replaced", "draw_unplanned", "draw_trial", "draw_full", "draw_without_pool",
    "draw_pool_rebuilt", "draw_without_classes", "draw_not_by_class", "drawn_substituted", "drawn_without_department",
    "object_without_class", "task_without_start", "task_without_end", "visit_without_result",
)  # fmt: skip
JUDGES.update({
    f"uncounted.{reason}": lambda one, said, reason=reason: said["count"] in (
        lacking(one, one.year)[reason], lacking(one, one.year - 1)[reason]
    )
    for reason in REASONS
})  # fmt: skip


@true("uncounted.of_year")
def _(one: Claims, said: Said) -> bool:
    """One of the sentences of that year."""
    return said["sentence"] in {
        say(f"uncounted.{reason}", count=count) for reason, count in lacking(one, said["year"]).items()
    }


@true("uncounted.some")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(lacking(one, said["year"])) > 0)


@true("uncounted.title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(lacking(one, one.year)) > 0)


@true("uncounted.none")
def _(one: Claims, said: Said) -> bool:
    return not lacking(one, said["year"])


# ---------------------------------------------------------------------------------------------------- around a page


@true("frame.year_unknown")
def _(one: Claims, said: Said) -> bool:
    """The year that the address asks for is none of the bureau's, which are named."""
    years = sorted(row["year"] for row in one.naive.tables["plan"] if row["bureau_id"] == one.bureau_id)
    known = [str(year) for year in dict.fromkeys(years)]
    told = said["known"].split("、") == known and str(said["year"]) == known[-1]
    return told and said["asked"] == one.chosen["year"] not in known and said["bureau"] == one.bureau


@true("frame.table_cut")
def _(_one: Claims, said: Said) -> bool:
    """More rows than the table holds, and no more than there are objects drawn, tasks or items."""
    return bool(0 < said["shown"] < said["count"])


@true("frame.source")
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said)
