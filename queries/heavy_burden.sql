-- One row per object whose doors opened in the year exceed the cap: planned visits and those on a complaint, in a campaign or from day
-- to day; a shared visit counts once. exceeds_cap leaves out doors that only a complaint opened, which the rule does not limit.
with opened as (
    select
        due_visit.object_id,
        due_visit.class,
        due_visit.drawn_on,
        due_visit.draw_id,
        due_visit.task_id,
        due_visit.door,
        true as is_planned,
        true as is_limited
    from due_visit
    where
        due_visit.bureau_id = $bureau_id
        and due_visit.year = $year
        and due_visit.drawn_on <= $as_of
        and due_visit.inspected_on <= $as_of
    union all
    select
        unplanned_visit.object_id,
        unplanned_visit.class,
        unplanned_visit.drawn_on,
        unplanned_visit.draw_id,
        unplanned_visit.task_id,
        unplanned_visit.door,
        false as is_planned,
        unplanned_visit.basis <> 'complaint' as is_limited
    from unplanned_visit
    where
        unplanned_visit.bureau_id = $bureau_id
        and unplanned_visit.year = $year
        and unplanned_visit.inspected_on <= $as_of
),

counted as (
    select
        opened.object_id,
        arg_min(opened.class, (not opened.is_planned, opened.drawn_on, opened.draw_id)) as class,
        count(distinct opened.door) as doors,
        count(distinct opened.door) filter (where opened.is_planned) as planned_doors,
        count(distinct opened.door) filter (where opened.is_limited) as limited_doors,
        count(distinct opened.task_id) as tasks,
        count(*) as checks
    from opened
    group by opened.object_id
)

select
    counted.object_id,
    object.name as object,
    counted.class,
    counted.doors,
    counted.planned_doors,
    counted.limited_doors > $cap as exceeds_cap,
    counted.tasks,
    counted.checks
from counted
inner join object on counted.object_id = object.object_id
where counted.doors > $cap
order by counted.doors desc, counted.object_id asc
