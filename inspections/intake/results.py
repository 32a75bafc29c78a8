"""What became of drawn objects (检查结果): what a file of results would change."""

from __future__ import annotations

import pandas as pd

from inspections.files.characters import squeezed
from inspections.intake.decisions import OPEN, PAPERS, WAITS, Decision
from inspections.intake.directories import units_of_rows
from inspections.intake.rows_apart import PART
from inspections.intake.staging import Stage, parts_of
from inspections.intake.tasks_named import no_future, tasks_of_rows
from inspections.intake.unplanned import BASES, tasks_not_needed, unplanned_results, unplanned_targets
from inspections.notice import units as unit_names
from inspections.words.wording import say


def stage_results(stage: Stage) -> None:
    """检查结果: one row per drawn object and department, or one per item; what a file leaves empty stays as it was.

    Inspections on a complaint, in a campaign or from day to day need no draw (`unplanned`).
    """
    stage.subject = "result"
    tasks_of_rows(stage, "coalesce(inspected_on, entered_on, published_on)")
    no_future(stage, "inspected_on", "entered_on", "published_on", "handled_on", "closed_on")
    tasks_not_needed(stage)
    stage.run(
        """create or replace temp table lot as
        select incoming."row", task_of_row.task_id, locked_object.draw_id, incoming.object_id, standing_draw.drawn_on
        from incoming
        inner join task_of_row on incoming."row" = task_of_row."row"
        inner join standing_draw on task_of_row.task_id = standing_draw.task_id
            and (incoming.ordinal is null or incoming.ordinal = standing_draw.ordinal)
        inner join locked_object on standing_draw.draw_id = locked_object.draw_id
            and incoming.object_id = locked_object.object_id
        -- A complaint about an object that happens to be drawn is no result of the draw; a campaign may well be the task.
        where incoming.basis is distinct from 'complaint' or standing_draw.basis = 'complaint'
        qualify row_number() over (
            partition by incoming."row"
            order by coalesce(incoming.inspected_on, incoming.entered_on, incoming.published_on)
                >= standing_draw.drawn_on desc nulls last,
                standing_draw.drawn_on desc, standing_draw.draw_id desc
        ) = 1"""
    )
    stage.flag("object_id", "object_not_drawn", "error", f"""select incoming."row", incoming.object_id as text
        from incoming inner join task_of_row on incoming."row" = task_of_row."row"
        left join lot on incoming."row" = lot."row"
        where incoming.object_id is not null and lot."row" is null
            and coalesce(incoming.basis, 'random') not in {BASES}""")  # fmt: skip
    stage.flag("inspected_on", "result_before_draw", "error", """select lot."row", cast(incoming.inspected_on as date) as day,
        lot.drawn_on as drawn from lot inner join incoming on lot."row" = incoming."row"
        where cast(incoming.inspected_on as date) < lot.drawn_on""")  # fmt: skip
    _departments(stage)
    unplanned_results(stage)
    _results_together(stage)
    _item_outcomes(stage)
    # A result goes in whole or not at all: a row beside a wrong one of the same result waits with it.
    stage.flag("object_id", "row_waits", "error", """select together."row", min(wrong."row") as other
        from together inner join together as beside on together.first_row = beside.first_row
        inner join (select distinct "row" from issue where severity = 'error') as wrong on beside."row" = wrong."row"
        where together."row" not in (select "row" from issue where severity = 'error')
        group by together."row" """)  # fmt: skip
    stage.run("drop table checkers")
    stage.run("drop table checker_of_row")
    stage.run("drop table lot")
    stage.run("drop table gathered")
    _result_targets(stage)
    stage.run("drop table told_outcome")
    stage.run("drop table single_of_unit")
    stage.run("drop table single")
    stage.run("drop table good_result")
    stage.run("drop table whole")
    stage.run("drop table unplanned")


def _departments(stage: Stage) -> None:
    """`checker_of_row`: row, unit_id: the department named, else the only one that must check, else the lead unit.

    Who must check is told by the plan of the day of the inspection: a revision may have named another since.
    """
    units_of_rows(stage, "unit", new=False, told=False)
    stage.run(
        """create or replace temp table checkers as
        select named.task_id, any_value(named.valid_from) as valid_from, any_value(named.valid_until) as valid_until,
            count(*) as number, min(named.unit_id) as only_one, bool_or(named.unit_id = said.lead_unit_id) as lead_checks,
            any_value(said.lead_unit_id) as lead_unit_id, any_value(said.checking_body) as checking_body
        from task_checker_edition as named
        inner join task_edition as said on named.task_id = said.task_id and named.edition = said.edition
        where named.task_id in (select task_id from lot) group by named.task_id, named.edition"""
    )
    stage.run(
        """create or replace temp table checker_of_row as
        select lot."row", lot.task_id, incoming.unit,
            case
                when incoming.unit is not null then unit_of_row.unit_id
                when checkers.number = 1 then checkers.only_one
                when checkers.lead_checks then checkers.lead_unit_id
            end as unit_id,
            case when checkers.number = 1 then checkers.only_one when checkers.lead_checks then checkers.lead_unit_id end
                as of_task,
            checkers.checking_body
        from lot inner join incoming on lot."row" = incoming."row"
        left join unit_of_row on lot."row" = unit_of_row."row"
        left join checkers on lot.task_id = checkers.task_id
            and coalesce(cast(incoming.inspected_on as date), date '9999-12-30') >= checkers.valid_from
            and coalesce(cast(incoming.inspected_on as date), date '9999-12-30') < checkers.valid_until"""
    )
    _who_is_meant(stage)
    stage.flag("unit", "unit_missing", "error", """select "row" from checker_of_row
        where unit is null and unit_id is null""")  # fmt: skip
    stage.flag("unit", "unit_unknown_here", "error", """select "row", unit as text from checker_of_row
        where unit is not null and unit_id is null
            and "row" not in (select "row" from issue where severity = 'error')""")  # fmt: skip
    stage.flag("unit", "unit_not_checking", "error", """select checker_of_row."row", checker_of_row.unit as text
        from checker_of_row left join task_checker on checker_of_row.task_id = task_checker.task_id
            and checker_of_row.unit_id = task_checker.unit_id
        left join incoming on checker_of_row."row" = incoming."row"
        left join visit_checker as former on checker_of_row.task_id = former.task_id
            and checker_of_row.unit_id = former.unit_id and former.ended
            and cast(incoming.inspected_on as date) >= former.valid_from
            and cast(incoming.inspected_on as date) < former.valid_until
        where checker_of_row.unit_id is not null and task_checker.unit_id is null and former.task_id is null
            and checker_of_row."row" not in (select "row" from issue where code = 'waits_for_decision')""")  # fmt: skip
    stage.run("delete from checker_of_row where unit_id is null")


# What a decision on who checked may come to: the department that the task says, or nobody (the row is wrong).
BY_TASK, NOBODY = "by_task", "nobody"


def _who_is_meant(stage: Stage) -> None:
    """Units that the plan does not have check these tasks: the bureau itself stands for the unit that its plan names."""
    bureau = unit_names.bureau_named(stage.incoming.bureau)
    own = unit_names.identity(unit_names.unit_called(bureau.name, bureau, internal=True))
    asked = stage.rows(
        """select checker_of_row.unit, count(*), bool_and(checker_of_row.of_task is not null),
            list(distinct checker_of_row.checking_body)
        from checker_of_row left join task_checker on checker_of_row.task_id = task_checker.task_id
            and checker_of_row.unit_id = task_checker.unit_id
        where checker_of_row.unit is not null and task_checker.unit_id is null
        group by checker_of_row.unit order by checker_of_row.unit"""
    )
    for text, rows, has_checker, bodies in asked:
        is_bureau = unit_names.identity(unit_names.unit_called(text, bureau, internal=True)) == own
        if not is_bureau or not has_checker:
            continue
        # 检查主体 of the notice names the bureau: its own section does the work in the bureau's name.
        named = bool(bodies) and all(
            body and any(
                unit_names.identity(unit_names.unit_called(name, bureau, internal=True)) == own
                for name in unit_names.names_in(body)
            )
            for body in bodies
        )  # fmt: skip
        options = {choice: say(f"decisions.checking_unit.option_{choice}") for choice in (BY_TASK, NOBODY)}
        value = stage.decide(
            Decision(
                "checking_unit",
                text,
                options,
                BY_TASK,
                "grounds_checking_body" if named else "grounds_bureau",
                rows,
                value=BY_TASK if named else None,
                by=PAPERS if named else OPEN,
            )
        )
        if value == BY_TASK:
            stage.run("update checker_of_row set unit_id = of_task where unit = $unit", unit=text)
        elif value is None:
            stage.flag("unit", WAITS, "error", 'select "row", unit as text from checker_of_row where unit = $unit',
                       unit=text)  # fmt: skip


def _who_entered(stage: Stage) -> None:
    """`known_person`: the first name of a cell (谁检查、谁录入) that is an inspector's; nobody else's name is kept."""
    stage.run(
        """create or replace temp table known_person as
        with named as (
            select distinct entered_by as called, trim(unnest(regexp_split_to_array(entered_by, '[、,，;；/\\s]+'))) as name
            from incoming where entered_by is not null
        )
        select named.called, min(named.name) as name from named
        inner join inspector on named.name = inspector.name group by named.called"""
    )
    stage.flag("entered_by", "entered_by_unknown", "note", """select min(incoming."row") as "row", count(*) as count
        from incoming left join known_person on incoming.entered_by = known_person.called
        where incoming.entered_by is not null and known_person.called is null having count(*) > 0""")  # fmt: skip


def _results_together(stage: Stage) -> None:
    """`whole`: one row per draw, object and department with what the file and the record say together."""
    _who_entered(stage)
    dates = ("inspected_on", "entered_on", "published_on", "handled_on", "closed_on")
    aggregated = ", ".join(f'max(cast(incoming."{d}" as date)) as {d}' for d in dates)
    differing = " or ".join(f'min(incoming."{d}") <> max(incoming."{d}")' for d in (*dates, "follow_up"))
    stage.run(
        f"""create or replace temp table gathered as
        select lot.draw_id, lot.object_id, checker_of_row.unit_id, min(lot."row") as "row", {aggregated},
            max(incoming.follow_up) as follow_up, max(known_person.name) as entered_by, coalesce({differing}, false) as differs,
            bool_or(incoming.outcome is not null) as has_outcome
        from lot inner join checker_of_row on lot."row" = checker_of_row."row"
        inner join incoming on lot."row" = incoming."row"
        left join known_person on incoming.entered_by = known_person.called
        group by lot.draw_id, lot.object_id, checker_of_row.unit_id"""
    )
    stage.run("drop table together")
    stage.run(
        """create or replace temp table together as
        select lot."row", gathered."row" as first_row
        from lot inner join checker_of_row on lot."row" = checker_of_row."row"
        inner join gathered on lot.draw_id = gathered.draw_id and lot.object_id = gathered.object_id
            and checker_of_row.unit_id = gathered.unit_id"""
    )
    stage.flag("inspected_on", "result_rows_differ", "error", """select together."row", together.first_row as other
        from together inner join gathered on together.first_row = gathered."row" where gathered.differs""")  # fmt: skip
    # A result that was published has been entered: exports often give the later day only.
    stage.flag("entered_on", "entered_assumed", "warning", """select gathered."row", gathered.published_on as day
        from gathered left join result using (draw_id, object_id, unit_id)
        where gathered.published_on is not null and gathered.entered_on is null and result.entered_on is null""")  # fmt: skip
    # What is closed has been handled: exports often give the later day only.
    stage.flag("handled_on", "handled_assumed", "warning", """select gathered."row", gathered.closed_on as day
        from gathered left join result using (draw_id, object_id, unit_id)
        where gathered.closed_on is not null and gathered.handled_on is null and result.handled_on is null""")  # fmt: skip
    _entry_days(stage)
    stage.run(
        """create or replace temp table whole as
        select gathered."row", gathered.draw_id, gathered.object_id, gathered.unit_id,
            coalesce(gathered.inspected_on, result.inspected_on) as inspected_on,
            coalesce(gathered.entered_on, result.entered_on, gathered.published_on) as entered_on,
            coalesce(gathered.published_on, result.published_on) as published_on,
            coalesce(gathered.follow_up, cast(result.follow_up as varchar)) as follow_up,
            coalesce(gathered.handled_on, result.handled_on, gathered.closed_on) as handled_on,
            coalesce(gathered.closed_on, result.closed_on) as closed_on,
            coalesce(gathered.entered_by, result.entered_by) as entered_by,
            gathered.has_outcome, result.visit_id as known_visit, result.inspected_on as known_on
        from gathered left join result using (draw_id, object_id, unit_id)"""
    )
    checks = (
        ("inspected_on", "inspected_missing", "inspected_on is null and (entered_on is not null or has_outcome)", ""),
        ("entered_on", "entered_before_inspected", "entered_on < inspected_on",
         ", inspected_on as earlier, entered_on as day"),
        ("published_on", "published_before_entered", "published_on < entered_on",
         ", entered_on as earlier, published_on as day"),
        ("closed_on", "closed_before_handled", "closed_on < handled_on", ", handled_on as earlier, closed_on as day"),
        ("handled_on", "handled_before_inspected", "handled_on < inspected_on",
         ", inspected_on as earlier, handled_on as day"),
    )  # fmt: skip
    for at, code, condition, parameters in checks:
        # A visit without a draw may have been told of the same fault.
        stage.flag(
            at,
            code,
            "error",
            f"""select "row"{parameters} from whole where {condition}
            and "row" not in (select "row" from issue where code = '{code}')""",
        )


# When a result without a day of entry was entered: on the day of the inspection, or it is not known.
INSPECTED, UNKNOWN = "inspected", "unknown"


def _entry_days(stage: Stage) -> None:
    """Results inspected and never said to be entered: they count as not entered unless somebody says when."""
    ((rows, of_draws),) = stage.rows(
        """select count(*), count(distinct gathered.draw_id) from gathered
        left join result using (draw_id, object_id, unit_id)
        where coalesce(gathered.entered_on, result.entered_on, gathered.published_on) is null
            and coalesce(gathered.inspected_on, result.inspected_on) is not null
            -- No figure asks when an inspection outside the draws was entered.
            and gathered.draw_id not in (select draw_id from unplanned)"""
    )
    if not rows:
        return
    options = {choice: say(f"decisions.entered_on.option_{choice}") for choice in (INSPECTED, UNKNOWN)}
    one = Decision("entered_on", "", options, INSPECTED, "grounds_platform", rows, parameters={"draws": of_draws})
    if stage.decide(one) == INSPECTED:
        stage.run(
            """update gathered set entered_on = coalesce(gathered.inspected_on, known.inspected_on)
            from (
                select own.draw_id, own.object_id, own.unit_id, result.inspected_on, result.entered_on
                from gathered as own left join result using (draw_id, object_id, unit_id)
            ) as known
            where gathered.draw_id = known.draw_id and gathered.object_id = known.object_id
                and gathered.unit_id = known.unit_id
                and coalesce(gathered.entered_on, known.entered_on, gathered.published_on) is null
                and gathered.draw_id not in (select draw_id from unplanned)"""
        )


_NO_ITEMS = pd.DataFrame({"row": [], "item": [], "outcome": []}).astype(
    {"row": "int64", "item": "str", "outcome": "str"}
)


def _item_outcomes(stage: Stage) -> None:
    """`told_outcome`: row, draw, object, department, item, outcome. Without an item: all the department checks."""
    items = stage.rows("select item_id, name from item where bureau_id = $bureau_id", bureau_id=stage.bureau_id)
    known: dict[str, list[int]] = {}
    for item_id, name in items:
        known.setdefault(squeezed(name), []).append(item_id)
    texts = [text for (text,) in stage.rows("select distinct item from incoming where item is not null")]
    # A result of one item that has a column of its own goes before what the row says of all of them.
    single = stage.incoming.by_item if stage.incoming.by_item is not None else _NO_ITEMS
    stage.register("single", single)
    texts += [text for text in single["item"].unique() if text not in texts]
    frame = pd.DataFrame(
        {"called": texts, "item_id": [min(known.get(squeezed(text), [0])) or None for text in texts]}
    ).astype({"called": "str", "item_id": "Int64"})
    stage.register("item_called", frame)
    stage.flag("item", "item_unknown", "error", """select told."row", told.item as text
        from (select "row", item from incoming union select "row", item from single) as told
        inner join item_called on told.item = item_called.called where item_called.item_id is null""")  # fmt: skip
    _items_of_units(stage)
    stage.run(
        f"""create or replace temp table told_outcome as
        with told as (
            select lot."row", lot.draw_id, lot.object_id, lot.task_id, checker_of_row.unit_id, incoming.item,
                item_called.item_id, {parts_of("incoming.outcome")} as outcome
            from lot inner join checker_of_row on lot."row" = checker_of_row."row"
            inner join incoming on lot."row" = incoming."row"
            left join item_called on incoming.item = item_called.called
            where incoming.outcome is not null and incoming."row" not in (select "row" from single_of_unit)
            union all
            select lot."row", lot.draw_id, lot.object_id, lot.task_id, checker_of_row.unit_id, single.item,
                item_called.item_id, single.outcome
            from single_of_unit as single inner join lot on single."row" = lot."row"
            inner join checker_of_row on lot."row" = checker_of_row."row"
            left join item_called on single.item = item_called.called
        )
        select told."row", told.draw_id, told.object_id, told.unit_id, coalesce(told.item_id, task_item.item_id) as item_id,
            told.outcome
        from told left join task_item on told.item is null and told.task_id = task_item.task_id
            and told.unit_id = task_item.unit_id"""
    )
    for code, severity, outside in (
        ("outcome_without_item", "error", "not in"),
        ("outcome_of_visit", "note", "in"),
    ):
        stage.flag("outcome", code, severity, f"""select distinct "row" from told_outcome
            where item_id is null and "row" {outside} (select "row" from unplanned)
                and "row" not in (select "row" from issue where code = 'item_unknown')""")  # fmt: skip
    stage.flag("outcome", "outcome_rows_contradict", "error", """select min("row") as "row"
        from told_outcome inner join outcome_meaning on told_outcome.outcome = cast(outcome_meaning.outcome as varchar)
        group by draw_id, object_id, unit_id, item_id
        having bool_or(told_outcome.outcome = 'no_problem') and bool_or(is_problem)
            and count(distinct "row") > 1""")  # fmt: skip


def _items_of_units(stage: Stage) -> None:
    """`single_of_unit`: the results of single items, each once where a row is of several departments (`rows_apart`).

    It is of the department that checks the item by the plan; where several do, or none, of the first of the row (said).
    """
    stage.run(
        f"""create or replace temp table single_of_unit as
        with told as (
            select single.*, checker_of_row.unit, lot.draw_id, lot.object_id, task_item.item_id is not null as by_plan
            from single inner join lot on single."row" = lot."row"
            inner join checker_of_row on lot."row" = checker_of_row."row"
            left join item_called on single.item = item_called.called
            left join task_item on lot.task_id = task_item.task_id and checker_of_row.unit_id = task_item.unit_id
                and item_called.item_id = task_item.item_id
        )
        select "row", item, outcome, unit,
            count(distinct "row") over of_item > 1
            and count(distinct case when by_plan then "row" end) over of_item <> 1 as unsure
        from told
        window of_item as (partition by "row" % {PART}, draw_id, object_id, item)
        qualify rank() over (partition by "row" % {PART}, draw_id, object_id, item order by by_plan desc, "row") = 1"""
    )
    stage.flag("item", "item_of_one_unit", "note", """select distinct "row", item, unit from single_of_unit
        where unsure""")  # fmt: skip


def _result_targets(stage: Stage) -> None:
    stage.run(
        """create or replace temp table good_result as
        select whole.* from whole
        where whole."row" not in (select "row" from issue where severity = 'error')"""
    )
    unplanned_targets(stage)
    # One door opened: the same object on the same day is one visit, whoever came.
    stage.target(
        "visit",
        """with doors as (
            select object_id, inspected_on, min("row") as "row" from good_result
            where inspected_on is not null and (known_visit is null or known_on <> inspected_on)
            group by object_id, inspected_on
        ),
        known as (
            select visit.object_id, visit.visited_on, min(visit.visit_id) as visit_id from visit
            inner join doors on visit.object_id = doors.object_id and visit.visited_on = doors.inspected_on
            group by visit.object_id, visit.visited_on
        )
        select doors."row", coalesce(known.visit_id, nextval('visit_seq')) as visit_id, doors.object_id,
            doors.inspected_on as visited_on
        from doors left join known on doors.object_id = known.object_id and doors.inspected_on = known.visited_on""",
    )
    stage.target(
        "result",
        """select good_result."row", good_result.draw_id, good_result.object_id, good_result.unit_id,
            coalesce(to_visit.visit_id, good_result.known_visit) as visit_id, good_result.inspected_on,
            good_result.entered_on, good_result.entered_by, good_result.published_on, good_result.follow_up, good_result.handled_on,
            good_result.closed_on
        from good_result
        left join to_visit on good_result.object_id = to_visit.object_id
            and good_result.inspected_on = to_visit.visited_on
            and (good_result.known_visit is null or good_result.known_on <> good_result.inspected_on)""",
    )
    stage.target(
        "result_outcome",
        """select told_outcome.* from told_outcome
        inner join good_result using (draw_id, object_id, unit_id) where told_outcome.item_id is not null""",
    )
    stage.target(
        "visit_outcome",
        """select told_outcome."row", draw_id, object_id, unit_id, outcome from told_outcome
        inner join good_result using (draw_id, object_id, unit_id) where told_outcome.item_id is null""",
    )
    stage.run(
        """create or replace temp table gone_visit_outcome as
        select told."row", old.draw_id, old.object_id, old.unit_id, old.outcome
        from visit_outcome as old
        inner join (
            select draw_id, object_id, unit_id, min("row") as "row" from to_visit_outcome group by all
        ) as told using (draw_id, object_id, unit_id)
        where not exists (
            select 1 from to_visit_outcome as kept
            where kept.draw_id = old.draw_id and kept.object_id = old.object_id and kept.unit_id = old.unit_id
                and kept.outcome = cast(old.outcome as varchar)
        )"""
    )
    stage.removes.append("visit_outcome")
    stage.run(
        """create or replace temp table gone_result_outcome as
        select told."row", old.draw_id, old.object_id, old.unit_id, old.item_id, old.outcome
        from result_outcome as old
        inner join (
            select draw_id, object_id, unit_id, item_id, min("row") as "row" from to_result_outcome group by all
        ) as told using (draw_id, object_id, unit_id, item_id)
        where not exists (
            select 1 from to_result_outcome as kept
            where kept.draw_id = old.draw_id and kept.object_id = old.object_id and kept.unit_id = old.unit_id
                and kept.item_id = old.item_id and kept.outcome = cast(old.outcome as varchar)
        )"""
    )
    stage.removes.append("result_outcome")
