-- One row per task of a bureau's year: which unit launches it and which leads it, and where it stands for the indicators that count
-- tasks at the cut-off date. may_launch: not drawn yet, and drawn on the cut-off day still within its window.
with launch as (
    select
        planned_draw.task_id,
        min(planned_draw.drawn_on) as drawn_on
    from planned_draw
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by planned_draw.task_id
),

classable as (
    select
        planned_draw.task_id,
        bool_and(planned_draw.stratified) as stratified
    from planned_draw
    inner join frame on planned_draw.draw_id = frame.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by planned_draw.task_id
    having bool_or(frame.class <> 'none')
),

progress as (
    select
        due_visit.task_id,
        count(*) as due,
        count(*) filter (where due_visit.entered_on <= $as_of) as entered
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
    group by due_visit.task_id
)

select
    task.task_id,
    plan.kind as plan_kind,
    task.seq,
    task.name as task,
    coalesce(task.initiating_unit_id, task.lead_unit_id) as launching_unit_id,
    task.lead_unit_id,
    task.starts_on,
    task.ends_on,
    launch.drawn_on,
    coalesce(task.starts_on <= $as_of, false) as to_start,
    coalesce(
        task.starts_on <= $as_of and launch.drawn_on >= task.starts_on
        and (task.ends_on is null or launch.drawn_on <= task.ends_on),
        false
    ) as launched_in_time,
    coalesce(launch.task_id is null and task.starts_on <= $as_of and (task.ends_on is null or task.ends_on >= $as_of), false) as may_launch,
    coalesce(task.ends_on <= $as_of, false) as ended,
    coalesce(task.ends_on <= $as_of and progress.due = progress.entered, false) as done,
    coalesce(progress.due, 0) as due,
    coalesce(progress.due, 0) - coalesce(progress.entered, 0) as not_entered,
    classable.task_id is not null as has_classes,
    coalesce(classable.stratified, false) as with_classes
from task
inner join plan on task.plan_id = plan.plan_id
left join launch on task.task_id = launch.task_id
left join classable on task.task_id = classable.task_id
left join progress on task.task_id = progress.task_id
where plan.bureau_id = $bureau_id and plan.year = $year
order by plan.kind, task.seq, task.task_id
