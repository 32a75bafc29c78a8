-- One row per due visit of a unit (unit_id NULL: of every unit) behind its indicators at the cut-off date, those that cost points first.
-- Flags as in visit_states: what inspections/evaluation/indicators.py says that they count for. What was not yet known then is empty.
select
    unit.name as unit,
    due_visit.task,
    due_visit.object_id,
    object.name as object,
    due_visit.ends_on,
    case when due_visit.inspected_on <= $as_of then due_visit.inspected_on end as inspected_on,
    case when due_visit.entered_on <= $as_of then due_visit.entered_on end as entered_on,
    case when due_visit.published_on <= $as_of then due_visit.published_on end as published_on,
    case when due_visit.published_on <= $as_of then due_visit.working_days_to_publish end as working_days_to_publish,
    case when due_visit.is_problem and due_visit.handled_on <= $as_of then due_visit.handled_on end as handled_on,
    case when due_visit.is_problem and due_visit.closed_on <= $as_of then due_visit.closed_on end as closed_on,
    coalesce(due_visit.entered_on <= $as_of, false) as entered,
    coalesce(due_visit.entered_on <= $as_of, false) and due_visit.entered_in_time as entered_in_time,
    coalesce(due_visit.published_on <= $as_of, false) as published,
    coalesce(due_visit.published_on <= $as_of, false) and due_visit.published_in_time as published_in_time,
    coalesce(due_visit.problem_on <= $as_of, false) as problem,
    coalesce(due_visit.problem_handled_on <= $as_of, false) as handled,
    coalesce(due_visit.problem_closed_on <= $as_of, false) as closed
from due_visit
inner join unit on due_visit.unit_id = unit.unit_id
inner join object on due_visit.object_id = object.object_id
where
    due_visit.bureau_id = $bureau_id
    and due_visit.year = $year
    and due_visit.drawn_on <= $as_of
    and (cast($unit_id as bigint) is null or due_visit.unit_id = cast($unit_id as bigint))
order by
    entered, published, published_in_time, entered_in_time, closed or not problem,
    due_visit.ends_on, due_visit.task_id, due_visit.object_id, due_visit.draw_id, due_visit.unit_id
