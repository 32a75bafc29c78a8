-- One row per unit in scope or with due visits in a bureau's year: its due visits and how far they had come at the cut-off date.
-- Units without any show zeros.
with progress as (
    select
        judged_visit.unit_id,
        count(distinct judged_visit.task_id) as tasks,
        count(*) as due,
        count(*) filter (where judged_visit.inspected_on <= $as_of) as inspected,
        count(*) filter (where judged_visit.entered_on <= $as_of) as entered,
        count(*) filter (where judged_visit.published_on <= $as_of) as published,
        count(*) filter (where judged_visit.entered_on <= $as_of and judged_visit.entered_in_time) as entered_in_time,
        count(*) filter (where judged_visit.published_on <= $as_of and judged_visit.published_in_time) as published_in_time,
        count(*) filter (
            where judged_visit.ends_on < $as_of and (judged_visit.published_on is null or judged_visit.published_on > $as_of)
        ) as overdue
    from judged_visit
    where judged_visit.bureau_id = $bureau_id and judged_visit.year = $year and judged_visit.drawn_on <= $as_of
    group by judged_visit.unit_id
)

select
    unit.unit_id,
    unit.name as unit,
    unit.kind as unit_kind,
    coalesce(progress.tasks, 0) as tasks,
    coalesce(progress.due, 0) as due,
    coalesce(progress.inspected, 0) as inspected,
    coalesce(progress.entered, 0) as entered,
    coalesce(progress.published, 0) as published,
    coalesce(progress.entered_in_time, 0) as entered_in_time,
    coalesce(progress.published_in_time, 0) as published_in_time,
    coalesce(progress.overdue, 0) as overdue
from unit
left join membership on unit.unit_id = membership.unit_id and membership.bureau_id = $bureau_id and membership.year = $year
left join progress on unit.unit_id = progress.unit_id
where membership.unit_id is not null or progress.unit_id is not null
order by due desc, unit.unit_id asc
