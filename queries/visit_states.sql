-- One row per unit, task and state of visits: how many due visits of the year are in that state at the cut-off date. Visits in one row
-- are exchangeable for every indicator, which is what "how far to the next grade" is searched over.
-- may_enter, may_publish: not done yet and, done on the cut-off day, still in time. ended: the task's last day has come.
with state as (
    select
        due_visit.unit_id,
        due_visit.task_id,
        coalesce(due_visit.ends_on <= $as_of, false) as ended,
        coalesce(due_visit.inspected_on <= $as_of, false) as inspected,
        coalesce(due_visit.entered_on <= $as_of, false) as entered,
        coalesce(due_visit.entered_on <= $as_of, false) and due_visit.entered_in_time as entered_in_time,
        not coalesce(due_visit.entered_on <= $as_of, false) and coalesce(due_visit.ends_on >= $as_of, true) as may_enter,
        coalesce(due_visit.published_on <= $as_of, false) as published,
        coalesce(due_visit.published_on <= $as_of, false) and due_visit.published_in_time as published_in_time,
        not coalesce(due_visit.published_on <= $as_of, false) and coalesce(due_visit.publish_by >= $as_of, true) as may_publish,
        coalesce(due_visit.problem_on <= $as_of, false) as problem,
        coalesce(due_visit.problem_handled_on <= $as_of, false) as handled,
        coalesce(due_visit.problem_closed_on <= $as_of, false) as closed
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
)

select
    unit_id,
    task_id,
    ended,
    inspected,
    entered,
    entered_in_time,
    may_enter,
    published,
    published_in_time,
    may_publish,
    problem,
    handled,
    closed,
    count(*) as visits
from state
group by all
order by all
