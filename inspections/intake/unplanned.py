"""Inspections outside the random draws (投诉举报, 专项, 日常): each is a door opened, and counts in no rate.

They need no task and nobody need have been drawn. In the data contract such an inspection is a result of a draw without
a task, of its own basis, called as the file calls it (`draw.reason`): one draw per basis, name and day.
"""

from __future__ import annotations

from inspections.files.characters import squeezed
from inspections.intake.decisions import OPEN, PAPERS, WAITS, Decision
from inspections.intake.staging import Stage
from inspections.intake.told_above import OUTSIDE
from inspections.words.wording import FIRST, say_in

BASES = str(OUTSIDE)
METHOD = "not_drawn"
_CLASS_THEN = """coalesce(cast((
    select max(risk_class.class) from risk_class
    where risk_class.object_id = {0}.object_id and risk_class.valid_from <= {1}
        and (risk_class.valid_to is null or risk_class.valid_to > {1})
) as varchar), 'none')"""


def tasks_not_needed(stage: Stage) -> None:
    """Who names no task must say another basis; who does may name a task that no plan holds."""
    # Platforms have columns of these names that say something else (书面检查): that holds nothing up.
    if "drawn_at" not in stage.incoming.frame:
        stage.run("update issue set severity = 'warning' where field = 'basis' and code = 'basis_unknown'")
        stage.flag("task", "required_missing", "error", f"""select "row" from incoming
            where task is null and coalesce(basis, 'random') not in {BASES}""")  # fmt: skip
    stage.run(
        f"""delete from issue where field = 'task' and code in (
            'task_year_missing', 'task_unknown', 'task_unknown_likely', 'task_ambiguous'
        ) and "row" in (select "row" from incoming where basis in {BASES})"""
    )


def unplanned_results(stage: Stage) -> None:
    """Rows of another basis that no draw explains, put into `lot` and `checker_of_row` beside the others.

    `unplanned`: row, basis, called, object_id, inspected_on, draw_id, is_new.
    """
    stage.run(
        f"""create or replace temp table unplanned as
        with told as (
            select incoming."row", incoming.basis, incoming.task as called, incoming.object_id,
                cast(incoming.inspected_on as date) as inspected_on
            from incoming inner join object on incoming.object_id = object.object_id
            where incoming.basis in {BASES} and incoming."row" not in (select "row" from lot)
        ),
        -- What is on record under this name: a list that holds the object, a result of it, or another of the same day.
        known as (
            select told."row", draw.draw_id
            from told inner join draw on draw.task_id is null and draw.kind = 'official'
                and told.basis = cast(draw.basis as varchar) and told.called is not distinct from draw.reason
            left join draw_object on draw.draw_id = draw_object.draw_id and told.object_id = draw_object.object_id
            left join (select distinct draw_id, object_id, inspected_on from result) as made
                on draw.draw_id = made.draw_id and told.object_id = made.object_id
            where coalesce(made.inspected_on = told.inspected_on, false)
                or (draw_object.object_id is not null and (
                    told.inspected_on is null or (made.inspected_on is null and cast(draw.drawn_at as date) <= told.inspected_on)
                ))
                or cast(draw.drawn_at as date) = told.inspected_on
            qualify row_number() over (
                partition by told."row"
                order by coalesce(made.inspected_on = told.inspected_on, false) desc,
                    draw_object.object_id is not null desc, draw.drawn_at desc, draw.draw_id desc
            ) = 1
        ),
        fresh as (
            select basis, called, inspected_on, nextval('draw_seq') as draw_id from (
                select distinct told.basis, told.called, told.inspected_on
                from told left join known on told."row" = known."row" where known."row" is null
            )
        )
        select told.*, coalesce(known.draw_id, fresh.draw_id) as draw_id, known.draw_id is null as is_new
        from told left join known on told."row" = known."row"
        left join fresh on told.basis = fresh.basis and told.called is not distinct from fresh.called
            and told.inspected_on is not distinct from fresh.inspected_on"""
    )
    stage.flag("object_id", "object_unknown", "error", f"""select incoming."row", incoming.object_id as text
        from incoming left join object on incoming.object_id = object.object_id
        where incoming.basis in {BASES} and incoming.object_id is not null and object.object_id is null""")  # fmt: skip
    stage.flag("inspected_on", "inspected_missing", "error", """select "row" from unplanned
        where is_new and inspected_on is null""")  # fmt: skip
    stage.flag("unit", "unit_unknown_here", "error", """select unplanned."row", incoming.unit as text from unplanned
        inner join incoming on unplanned."row" = incoming."row"
        left join unit_of_row on unplanned."row" = unit_of_row."row"
        where incoming.unit is not null and unit_of_row.unit_id is null
            and unplanned."row" not in (select "row" from issue where severity = 'error')""")  # fmt: skip
    by_whom = _who_checked(stage)
    stage.run(
        """insert into lot (row, task_id, draw_id, object_id, drawn_on)
        select unplanned."row", task_of_row.task_id, unplanned.draw_id, unplanned.object_id, unplanned.inspected_on
        from unplanned left join task_of_row on unplanned."row" = task_of_row."row" """
    )
    stage.run(
        """insert into checker_of_row ("row", task_id, unit_id, unit)
        select unplanned."row", null, unit_of_row.unit_id, incoming.unit
        from unplanned inner join incoming on unplanned."row" = incoming."row"
        inner join unit_of_row on unplanned."row" = unit_of_row."row"
        where incoming.unit is not null and unit_of_row.unit_id is not null"""
    )
    if by_whom:
        stage.run(
            """insert into checker_of_row ("row", task_id, unit_id, unit)
            select unplanned."row", null, unit.unit_id, unit.name
            from unplanned inner join incoming on unplanned."row" = incoming."row" and incoming.unit is null
            inner join unit on unit.name = $unit and unit.bureau_id = $bureau_id""",
            unit=by_whom,
            bureau_id=stage.bureau_id,
        )


def _who_checked(stage: Stage) -> str | None:
    """The unit of inspections that name none: the one that the titles name, else asked once for the whole file."""
    ((count,),) = stage.rows(
        """select count(*) from unplanned inner join incoming on unplanned."row" = incoming."row"
        where incoming.unit is null"""
    )
    if not count:
        return None
    units = [name for (name,) in stage.rows("select name from unit where bureau_id = $bureau_id order by unit_id",
                                            bureau_id=stage.bureau_id)]  # fmt: skip
    if not units:
        stage.flag("unit", "visit_unit_missing", "error", """select unplanned."row" from unplanned
            inner join incoming on unplanned."row" = incoming."row" where incoming.unit is null""")  # fmt: skip
        return None
    sheet = stage.incoming.sheet
    above = squeezed(" ".join((sheet.name, sheet.worksheet, *sheet.titles)))
    named = [name for name in units if squeezed(name) in above and squeezed(name) != squeezed(stage.incoming.bureau)]
    told = named[0] if len(named) == 1 else None
    value = stage.decide(
        Decision(
            "visit_unit",
            "",
            {name: name for name in units},
            told or (units[0] if len(units) == 1 else None),
            "grounds_title" if told else "grounds_only" if len(units) == 1 else "grounds_none",
            count,
            value=told,
            by=PAPERS if told else OPEN,
        )
    )
    if value is None:
        stage.flag("unit", WAITS, "error", """select unplanned."row", $text as text from unplanned
            inner join incoming on unplanned."row" = incoming."row" where incoming.unit is null""",
                   text=say_in(FIRST, "intake.fields.results.unit"))  # fmt: skip
    return value


def unplanned_targets(stage: Stage) -> None:
    """The draws without a task that the good results of `good_result` stand on, with their objects."""
    # Said here, of the rows that go in: one with a fault opens no door.
    stage.flag("basis", "visits_kept", "note", """select min(unplanned."row") as "row", count(*) as count
        from unplanned inner join good_result on unplanned."row" = good_result."row" having count(*) > 0""")  # fmt: skip
    stage.target(
        "draw",
        """select min(unplanned."row") as "row", unplanned.draw_id, cast(null as integer) as task_id, 1 as ordinal,
            cast(unplanned.inspected_on as timestamp) as drawn_at, unplanned.basis, 'official' as kind, $method as method,
            false as stratified, false as rotation, 0 as frame_size, unplanned.called as reason
        from unplanned inner join good_result on unplanned."row" = good_result."row"
        where unplanned.is_new
        group by unplanned.draw_id, unplanned.inspected_on, unplanned.basis, unplanned.called""",
        method=METHOD,
    )
    stage.target(
        "draw_object",
        f"""select good_result."row", unplanned.draw_id, unplanned.object_id,
            {_CLASS_THEN.format("unplanned", "unplanned.inspected_on")} as class,
            (select count(*) from draw_object where draw_object.draw_id = unplanned.draw_id)
                + row_number() over (partition by unplanned.draw_id order by unplanned."row") as place
        from unplanned inner join good_result on unplanned."row" = good_result."row"
        left join draw_object as held
            on unplanned.draw_id = held.draw_id and unplanned.object_id = held.object_id
        where held.object_id is null""",
    )


def unplanned_lists(stage: Stage) -> None:
    """Lists of objects under another basis and no task of a plan, beside the draws in `to_draw` and `to_draw_object`."""
    stage.run(
        """create or replace temp table listed as
        select drawn_row."row", drawn_row.basis, drawn_row.object_id, drawn_row.drawn_at, incoming.task as called,
            drawn_row.class, draw.draw_id as known_id
        from drawn_row inner join incoming on drawn_row."row" = incoming."row"
        left join draw on draw.task_id is null and draw.kind = 'official' and drawn_row.basis = cast(draw.basis as varchar)
            and incoming.task = draw.reason and drawn_row.drawn_at = draw.drawn_at
        where drawn_row.task_id is null and drawn_row.is_drawn and drawn_row."row" in (select "row" from good)
        qualify row_number() over (
            partition by drawn_row.basis, incoming.task, drawn_row.drawn_at, drawn_row.object_id order by drawn_row."row"
        ) = 1"""
    )
    stage.run(
        """create or replace temp table listed_act as
        select basis, called, drawn_at, min("row") as "row", count(*) as size, max(known_id) as known_id,
            coalesce(max(known_id), nextval('draw_seq')) as draw_id
        from listed group by basis, called, drawn_at"""
    )
    stage.run(
        """insert into to_draw by name
        select "row", draw_id, cast(null as integer) as task_id, 1 as ordinal, drawn_at, basis, 'official' as kind,
            $method as method, false as stratified, false as rotation, size as frame_size, cast(null as bigint) as quota,
            called as reason
        from listed_act where known_id is null""",
        method=METHOD,
    )
    stage.run(
        f"""insert into to_draw_object by name
        select listed."row", listed_act.draw_id, listed.object_id,
            coalesce(listed.class, {_CLASS_THEN.format("listed", "cast(listed.drawn_at as date)")}) as class,
            (select count(*) from draw_object where draw_object.draw_id = listed_act.draw_id)
                + row_number() over (partition by listed_act.draw_id order by listed."row") as place
        from listed inner join listed_act using (basis, called, drawn_at)
        left join draw_object as held on listed_act.draw_id = held.draw_id and listed.object_id = held.object_id
        where held.object_id is null"""
    )
    stage.run(
        """insert into to_draw_inspector by name
        select team."row", listed_act.draw_id, team.object_id, team.inspector_id
        from listed inner join listed_act using (basis, called, drawn_at)
        inner join team on listed."row" = team."row" """
    )
