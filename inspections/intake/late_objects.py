"""Objects of a draw that the register did not know when the draw was recorded, and knows by now: they join their draw."""

from __future__ import annotations

from inspections.intake.staging import Stage


def left_out_then(stage: Stage) -> None:
    """`late_known`: row, draw_id, object_id, is_drawn of rows that the import of their draw left out as unknown.

    What that import said about its rows is kept with it; any file that names such an object for the same draw and day
    brings it, be it the same file or the one with the issues marked.
    """
    stage.run(
        """create or replace temp table late_known as
        select drawn_row."row", act.known_id as draw_id, drawn_row.object_id, drawn_row.is_drawn, act.ordinal, act.known_on
        from drawn_row inner join act using (task_id, ordinal)
        inner join object on drawn_row.object_id = object.object_id
        left join draw_object on act.known_id = draw_object.draw_id and drawn_row.object_id = draw_object.object_id
        where act.known_id is not null and draw_object.object_id is null and drawn_row.substitute_for is null
            and act.known_on = cast(drawn_row.drawn_at as date)
            and exists (
                select 1 from import_issue
                inner join import on import_issue.file_sha256 = import.file_sha256 and import.undone_at is null
                inner join import_change on import.import_id = import_change.import_id
                    and import_change.table_name = 'draw'
                    and import_change.row_key = cast(to_json(struct_pack(draw_id := act.known_id)) as varchar)
                where import_issue.code = 'object_unknown'
                    and import_issue.parameters ->> '$.text' = drawn_row.object_id
            )"""
    )
    stage.flag("object_id", "drawn_before_known", "note", """select "row", object_id as text, known_on as day, ordinal
        from late_known where is_drawn""")  # fmt: skip


def added_to_draws(stage: Stage) -> None:
    """Those objects beside the rows of `to_draw_object`, `to_frame`, `to_draw` and `to_draw_quota`."""
    stage.run(
        """create or replace temp table joining as
        select good_row."row", good_row.draw_id, good_row.object_id, good_row.class_then as class, late_known.is_drawn,
            framed.position is not null and own.object_id is null as joins_frame,
            framed.position + row_number() over (partition by good_row.draw_id order by good_row."row") as position
        from late_known inner join good_row on late_known."row" = good_row."row"
        inner join draw on late_known.draw_id = draw.draw_id
        -- The pool that is brought now in the place of a rebuilt one holds them already.
        inner join act on act.draw_id = draw.draw_id and not (act.has_frame and act.lacks_frame)
        left join (select draw_id, max(position) as position from frame group by draw_id) as framed
            on good_row.draw_id = framed.draw_id
        left join frame as own on good_row.draw_id = own.draw_id and good_row.object_id = own.object_id"""
    )
    stage.run(
        """insert into to_frame by name
        select "row", draw_id, object_id, class, position, false as passed_over from joining where joins_frame"""
    )
    stage.run(
        """insert into to_draw_object by name
        select joining."row", joining.draw_id, joining.object_id, joining.class,
            coalesce(held.number, 0) + row_number() over (
                partition by joining.draw_id, case when draw.stratified then joining.class end order by joining."row"
            ) as place,
            cast(null as varchar) as substitute_for, cast(null as varchar) as reason
        from joining inner join draw on joining.draw_id = draw.draw_id
        left join (
            select draw_object.draw_id, case when draw.stratified then cast(draw_object.class as varchar) end as class,
                max(draw_object.place) as number
            from draw_object inner join draw on draw_object.draw_id = draw.draw_id group by all
        ) as held on joining.draw_id = held.draw_id
            and held.class is not distinct from case when draw.stratified then joining.class end
        where joining.is_drawn"""
    )
    stage.run(
        """insert into to_draw by name
        select min(joining."row") as "row", draw.draw_id, draw.task_id, draw.ordinal, draw.drawn_at,
            cast(draw.basis as varchar) as basis, cast(draw.kind as varchar) as kind, draw.method, draw.stratified,
            draw.rotation,
            greatest(
                draw.frame_size + count(*) filter (joining.joins_frame), any_value(held.number) + count(*) filter (joining.is_drawn)
            ) as frame_size,
            draw.quota + count(*) filter (joining.is_drawn) as quota, draw.reason
        from joining inner join draw on joining.draw_id = draw.draw_id
        inner join (select draw_id, count(*) as number from draw_object group by draw_id) as held
            on draw.draw_id = held.draw_id
        group by draw.draw_id, draw.task_id, draw.ordinal, draw.drawn_at, draw.basis, draw.kind, draw.method,
            draw.stratified, draw.rotation, draw.frame_size, draw.quota, draw.reason"""
    )
    stage.run(
        """insert into to_draw_quota by name
        select min(joining."row") as "row", joining.draw_id, joining.class,
            coalesce(max(known.pool), 0) + greatest(
                count(*) filter (joining.joins_frame), count(*) filter (joining.is_drawn and known.pool is null)
            ) as pool,
            coalesce(max(known.quota), 0) + count(*) filter (joining.is_drawn) as quota
        from joining inner join draw on joining.draw_id = draw.draw_id and draw.stratified
        left join draw_quota as known on joining.draw_id = known.draw_id and joining.class = cast(known.class as varchar)
        group by joining.draw_id, joining.class"""
    )
    stage.run("drop table joining")
    stage.run("drop table late_known")
