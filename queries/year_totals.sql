-- One row: a bureau's year in counts at the cut-off date (docs/field.md, "Counting rules"); every rate on the overview divides two of them.
-- Nothing is late where the notice gave no end date.
with visit as materialized (
    select
        judged_visit.task_id,
        judged_visit.object_id,
        judged_visit.door,
        judged_visit.inspected_on,
        judged_visit.entered_on,
        judged_visit.published_on,
        judged_visit.entered_in_time,
        judged_visit.published_in_time,
        judged_visit.problem_on,
        judged_visit.problem_handled_on,
        judged_visit.problem_closed_on
    from judged_visit
    where judged_visit.bureau_id = $bureau_id and judged_visit.year = $year and judged_visit.drawn_on <= $as_of
),

visit_count as (
    select
        visit.task_id,
        count(*) as due,
        count(*) filter (where visit.inspected_on <= $as_of) as inspected,
        count(*) filter (where visit.entered_on <= $as_of) as entered,
        count(*) filter (where visit.published_on <= $as_of) as published,
        count(*) filter (where visit.entered_on <= $as_of and visit.entered_in_time) as entered_in_time,
        count(*) filter (where visit.published_on <= $as_of and visit.published_in_time) as published_in_time,
        count(*) filter (where visit.problem_on <= $as_of) as problems,
        count(*) filter (where visit.problem_handled_on <= $as_of) as handled,
        count(*) filter (where visit.problem_closed_on <= $as_of) as closed
    from visit
    group by visit.task_id
),

drawn as (
    select count(distinct kept_object.object_id) as objects_drawn
    from drawn_task
    inner join kept_object on drawn_task.draw_id = kept_object.draw_id
    where drawn_task.bureau_id = $bureau_id and drawn_task.year = $year and drawn_task.drawn_on <= $as_of
),

visited as (
    select
        count(distinct visit.object_id) as objects_visited,
        count(distinct visit.door) as doors
    from visit
    where visit.inspected_on <= $as_of
),

total as (
    select
        count(*) as tasks,
        count(*) filter (where launched_task.plan_kind = 'joint') as joint_tasks,
        count(*) filter (where launched_task.opens_on <= $as_of) as tasks_to_start,
        count(*) filter (where launched_task.launched_on <= $as_of) as launched,
        count(*) filter (where launched_task.launched_on <= $as_of and launched_task.launched_in_time) as launched_in_time,
        count(*) filter (where launched_task.ends_on <= $as_of) as tasks_due,
        count(*) filter (where launched_task.ends_on <= $as_of and visit_count.due = visit_count.entered) as tasks_done,
        coalesce(sum(visit_count.due), 0) as due,
        coalesce(sum(visit_count.inspected), 0) as inspected,
        coalesce(sum(visit_count.entered), 0) as entered,
        coalesce(sum(visit_count.published), 0) as published,
        coalesce(sum(visit_count.entered_in_time), 0) as entered_in_time,
        coalesce(sum(visit_count.published_in_time), 0) as published_in_time,
        coalesce(sum(visit_count.problems), 0) as problems,
        coalesce(sum(visit_count.handled), 0) as handled,
        coalesce(sum(visit_count.closed), 0) as closed
    from launched_task
    left join visit_count on launched_task.task_id = visit_count.task_id
    where launched_task.bureau_id = $bureau_id and launched_task.year = $year
)

select
    total.*,
    drawn.objects_drawn,
    visited.objects_visited,
    visited.doors
from total
cross join drawn
cross join visited
