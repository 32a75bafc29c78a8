-- One row per active object of a task's pool, in directory order, with its class as of a day and whether rotation passes over it.
-- passed_over: drawn in the current round of the series, that is, in an earlier draw of this kind that stands, since when no draw of
-- the series has used up the object's stratum and begun a new round (it then drew some who had been passed over: they count for
-- the new round, everyone else of that stratum is back).
-- $series  tasks that rotate together, empty where the draw does not rotate; $replaces  the draw that a re-draw replaces, or NULL
with past as (
    select
        draw.draw_id,
        draw.stratified,
        row_number() over (order by draw.drawn_at, draw.draw_id) as turn
    from draw
    left join draw as successor on draw.draw_id = successor.replaces_draw_id and draw.kind = successor.kind
    where
        list_contains(cast($series as bigint[]), draw.task_id)
        and draw.kind = cast($kind as draw_kind)
        and draw.draw_id is distinct from cast($replaces as bigint)
        and successor.draw_id is null
),

shown as (
    select
        past.turn,
        frame.object_id,
        case when past.stratified then cast(frame.class as varchar) else '' end as stratum,
        frame.passed_over,
        draw_object.object_id is not null as was_drawn
    from past
    inner join frame on past.draw_id = frame.draw_id
    left join draw_object on past.draw_id = draw_object.draw_id and frame.object_id = draw_object.object_id
),

fresh_start as (
    select distinct
        shown.turn,
        shown.stratum
    from shown
    where shown.was_drawn and shown.passed_over
),

this_round as (
    select shown.object_id
    from shown
    left join fresh_start on shown.turn = fresh_start.turn and shown.stratum = fresh_start.stratum
    group by shown.object_id
    having
        max(shown.turn) filter (where shown.was_drawn and (fresh_start.turn is null or shown.passed_over))
        > coalesce(
            max(shown.turn) filter (where fresh_start.turn is not null and not (shown.was_drawn and shown.passed_over)), 0
        )
)

select
    object.object_id,
    coalesce(risk_class.class, 'none') as class,
    row_number() over (order by object.object_id) as position,
    this_round.object_id is not null as passed_over
from task_in_force
inner join object_scope on coalesce(task_in_force.draw_scope_id, task_in_force.scope_id) = object_scope.scope_id
inner join object on object_scope.object_id = object.object_id and object.status = 'active'
left join risk_class
    on
        object.object_id = risk_class.object_id
        and risk_class.valid_from <= $as_of
        and (risk_class.valid_to is null or risk_class.valid_to > $as_of)
left join this_round on object.object_id = this_round.object_id
where task_in_force.task_id = $task_id
order by position
