-- One row per result with a problem: what was found, what was done about it and where it stands at the cut-off date.
-- state: open (nothing done), handled (follow-up under way), closed.
with found as (
    select
        problem_item.draw_id,
        problem_item.object_id,
        problem_item.unit_id,
        min(problem_item.outcome) as outcome,
        string_agg(distinct item.name, '；' order by item.name) as item
    from problem_item
    inner join item on problem_item.item_id = item.item_id
    group by problem_item.draw_id, problem_item.object_id, problem_item.unit_id
)

select
    unit.name as unit,
    due_visit.task,
    due_visit.object_id,
    object.name as object,
    due_visit.class,
    found.outcome,
    found.item,
    due_visit.inspected_on,
    due_visit.follow_up,
    case when due_visit.handled_on <= $as_of then due_visit.handled_on end as handled_on,
    case when due_visit.closed_on <= $as_of then due_visit.closed_on end as closed_on,
    case
        when due_visit.closed_on <= $as_of then 'closed'
        when due_visit.handled_on <= $as_of then 'handled'
        else 'open'
    end as state,
    date_diff('day', due_visit.inspected_on, cast($as_of as date)) as days_since_found
from due_visit
inner join found
    on
        due_visit.draw_id = found.draw_id
        and due_visit.object_id = found.object_id
        and due_visit.unit_id = found.unit_id
inner join unit on due_visit.unit_id = unit.unit_id
inner join object on due_visit.object_id = object.object_id
where
    due_visit.bureau_id = $bureau_id
    and due_visit.year = $year
    and due_visit.drawn_on <= $as_of
    and due_visit.entered_on <= $as_of
    and (cast($unit_id as bigint) is null or due_visit.unit_id = cast($unit_id as bigint))
order by state desc, due_visit.inspected_on asc, due_visit.object_id asc, due_visit.draw_id asc, due_visit.unit_id asc
