-- One row per task of a bureau's year: which unit launches it and which leads it, and where it stands for the indicators that count
-- tasks at the cut-off date. may_launch: not drawn yet, and drawn on the cut-off day still within its window.
with classable as (
    select
        framed_draw.task_id,
        bool_and(framed_draw.stratified) as stratified
    from framed_draw
    where framed_draw.bureau_id = $bureau_id and framed_draw.year = $year and framed_draw.drawn_on <= $as_of
    group by framed_draw.task_id
    having bool_or(framed_draw.has_classes)
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
    launched_task.task_id,
    launched_task.plan_kind,
    launched_task.seq,
    launched_task.task,
    launched_task.launching_unit_id,
    launched_task.lead_unit_id,
    launched_task.starts_on,
    launched_task.ends_on,
    case when launched_task.launched_on <= $as_of then launched_task.launched_on end as drawn_on,
    coalesce(launched_task.opens_on <= $as_of, false) as to_start,
    coalesce(launched_task.launched_on <= $as_of, false) and launched_task.launched_in_time as launched_in_time,
    coalesce(
        launched_task.opens_on <= $as_of
        and (launched_task.launched_on is null or launched_task.launched_on > $as_of)
        and (launched_task.ends_on is null or launched_task.ends_on >= $as_of),
        false
    ) as may_launch,
    coalesce(launched_task.ends_on <= $as_of, false) as ended,
    coalesce(launched_task.ends_on <= $as_of and progress.due = progress.entered, false) as done,
    coalesce(progress.due, 0) as due,
    coalesce(progress.due, 0) - coalesce(progress.entered, 0) as not_entered,
    classable.task_id is not null as has_classes,
    coalesce(classable.stratified, false) as with_classes
from launched_task
left join classable on launched_task.task_id = classable.task_id
left join progress on launched_task.task_id = progress.task_id
where launched_task.bureau_id = $bureau_id and launched_task.year = $year
order by launched_task.plan_kind, launched_task.seq, launched_task.task_id
