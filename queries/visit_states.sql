-- One row per unit, task and state of visits: how many due visits of the year are in that state at the cut-off date. Visits in one row
-- are exchangeable for every indicator, which is what "how far to the next grade" is searched over.
-- may_enter, may_publish: not done yet and, done on the cut-off day, still in time. ended: the task's last day has come.
with state as (
    select
        judged_visit.unit_id,
        judged_visit.task_id,
        coalesce(judged_visit.ends_on <= $as_of, false) as ended,
        coalesce(judged_visit.inspected_on <= $as_of, false) as inspected,
        coalesce(judged_visit.entered_on <= $as_of, false) as entered,
        coalesce(judged_visit.entered_on <= $as_of, false) and judged_visit.entered_in_time as entered_in_time,
        not coalesce(judged_visit.entered_on <= $as_of, false) and coalesce(judged_visit.ends_on >= $as_of, true) as may_enter,
        coalesce(judged_visit.published_on <= $as_of, false) as published,
        coalesce(judged_visit.published_on <= $as_of, false) and judged_visit.published_in_time as published_in_time,
        not coalesce(judged_visit.published_on <= $as_of, false) and coalesce(judged_visit.publish_by >= $as_of, true) as may_publish,
        coalesce(judged_visit.problem_on <= $as_of, false) as problem,
        coalesce(judged_visit.problem_handled_on <= $as_of, false) as handled,
        coalesce(judged_visit.problem_closed_on <= $as_of, false) as closed
    from judged_visit
    where judged_visit.bureau_id = $bureau_id and judged_visit.year = $year and judged_visit.drawn_on <= $as_of
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
