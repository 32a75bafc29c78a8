-- One row per object whose doors opened in the year exceed the cap: planned visits only, a shared visit counted once.
with opened as (
    select
        due_visit.object_id,
        arg_min(due_visit.class, (due_visit.drawn_on, due_visit.draw_id)) as class,
        count(distinct due_visit.door) as doors,
        count(distinct due_visit.task_id) as tasks,
        count(*) as checks
    from due_visit
    where
        due_visit.bureau_id = $bureau_id
        and due_visit.year = $year
        and due_visit.drawn_on <= $as_of
        and due_visit.inspected_on <= $as_of
    group by due_visit.object_id
)

select
    opened.object_id,
    object.name as object,
    opened.class,
    opened.doors,
    opened.tasks,
    opened.checks
from opened
inner join object on opened.object_id = object.object_id
where opened.doors > $cap
order by opened.doors desc, opened.object_id asc
