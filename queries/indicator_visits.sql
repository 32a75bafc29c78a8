-- One row per due visit of a unit (unit_id NULL: of every unit) behind its indicators at the cut-off date, those that cost points first.
-- Flags as in visit_states: what inspections/evaluation/indicators.py says that they count for. What was not yet known then is empty.
select
    unit.name as unit,
    judged_visit.task,
    judged_visit.object_id,
    object.name as object,
    judged_visit.ends_on,
    case when judged_visit.inspected_on <= $as_of then judged_visit.inspected_on end as inspected_on,
    case when judged_visit.entered_on <= $as_of then judged_visit.entered_on end as entered_on,
    case when judged_visit.published_on <= $as_of then judged_visit.published_on end as published_on,
    case when judged_visit.published_on <= $as_of then judged_visit.working_days_to_publish end as working_days_to_publish,
    case when judged_visit.is_problem and judged_visit.handled_on <= $as_of then judged_visit.handled_on end as handled_on,
    case when judged_visit.is_problem and judged_visit.closed_on <= $as_of then judged_visit.closed_on end as closed_on,
    coalesce(judged_visit.entered_on <= $as_of, false) as entered,
    coalesce(judged_visit.entered_on <= $as_of, false) and judged_visit.entered_in_time as entered_in_time,
    coalesce(judged_visit.published_on <= $as_of, false) as published,
    coalesce(judged_visit.published_on <= $as_of, false) and judged_visit.published_in_time as published_in_time,
    coalesce(judged_visit.problem_on <= $as_of, false) as problem,
    coalesce(judged_visit.problem_handled_on <= $as_of, false) as handled,
    coalesce(judged_visit.problem_closed_on <= $as_of, false) as closed
from judged_visit
inner join unit on judged_visit.unit_id = unit.unit_id
inner join object on judged_visit.object_id = object.object_id
where
    judged_visit.bureau_id = $bureau_id
    and judged_visit.year = $year
    and judged_visit.drawn_on <= $as_of
    and (cast($unit_id as bigint) is null or judged_visit.unit_id = cast($unit_id as bigint))
order by
    entered, published, published_in_time, entered_in_time, closed or not problem,
    judged_visit.ends_on, judged_visit.task_id, judged_visit.object_id, judged_visit.draw_id, judged_visit.unit_id
