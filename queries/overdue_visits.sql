-- One row per due visit whose task's end date has passed without the result being entered and published, the longest overdue first.
-- state: not_inspected, not_entered, not_published (at the cut-off date).
select
    unit.name as unit,
    due_visit.task,
    due_visit.object_id,
    object.name as object,
    due_visit.class,
    due_visit.ends_on,
    date_diff('day', due_visit.ends_on, cast($as_of as date)) as days_overdue,
    case
        when due_visit.inspected_on is null or due_visit.inspected_on > $as_of then 'not_inspected'
        when due_visit.entered_on is null or due_visit.entered_on > $as_of then 'not_entered'
        else 'not_published'
    end as state
from due_visit
inner join unit on due_visit.unit_id = unit.unit_id
inner join object on due_visit.object_id = object.object_id
where
    due_visit.bureau_id = $bureau_id
    and due_visit.year = $year
    and due_visit.drawn_on <= $as_of
    and due_visit.ends_on < $as_of
    and (due_visit.published_on is null or due_visit.published_on > $as_of)
order by days_overdue desc, unit.name asc, due_visit.task asc, due_visit.object_id asc, due_visit.draw_id asc, due_visit.unit_id asc
