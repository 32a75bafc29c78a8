-- One row per unit, task and state of visits: how many due visits of the year are in that state at the cut-off date. Visits in one row
-- are exchangeable for every indicator, which is what "how far to the next grade" is searched over.
-- may_enter, may_publish: not done yet and, done on the cut-off day, still in time. ended: the task's last day has come.
with visit as (
    select
        due_visit.unit_id,
        due_visit.task_id,
        coalesce(due_visit.ends_on <= $as_of, false) as ended,
        coalesce(due_visit.inspected_on <= $as_of, false) as inspected,
        coalesce(due_visit.entered_on <= $as_of, false) as entered,
        coalesce(due_visit.published_on <= $as_of, false) as published,
        coalesce(due_visit.ends_on is null or due_visit.entered_on <= due_visit.ends_on, false) as entered_by_end,
        coalesce(due_visit.ends_on is null or due_visit.published_on <= due_visit.ends_on, false) as published_by_end,
        due_visit.working_days_to_publish,
        coalesce(due_visit.ends_on is null or due_visit.ends_on >= $as_of, false) as running,
        today.ordinal + case when due_visit.inspected_on < $as_of and not today.is_working then 1 else 0 end
        - inspection_day.ordinal as working_days_so_far,
        problem_result.draw_id is not null as problem,
        coalesce(due_visit.handled_on <= $as_of, false) as handled,
        coalesce(due_visit.closed_on <= $as_of, false) as closed
    from due_visit
    inner join working_day as today on today.day = $as_of
    left join working_day as inspection_day on due_visit.inspected_on = inspection_day.day
    left join problem_result
        on
            due_visit.draw_id = problem_result.draw_id
            and due_visit.object_id = problem_result.object_id
            and due_visit.unit_id = problem_result.unit_id
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
),

state as (
    select
        unit_id,
        task_id,
        ended,
        inspected,
        entered,
        entered and entered_by_end as entered_in_time,
        not entered and running as may_enter,
        published,
        published and published_by_end and (
            cast($publication_days as integer) is null
            or coalesce(working_days_to_publish <= cast($publication_days as integer), false)
        ) as published_in_time,
        not published and running and (
            not inspected
            or cast($publication_days as integer) is null
            or coalesce(working_days_so_far <= cast($publication_days as integer), false)
        ) as may_publish,
        entered and problem as problem,
        entered and problem and handled as handled,
        entered and problem and closed as closed
    from visit
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
