-- One row per day on which something happened to a due visit of the chosen tasks: visits newly due, inspected, entered and
-- published that day.
-- task_id NULL takes the whole year, unit_id NULL every unit.
with chosen as (
    select
        due_visit.drawn_on,
        -- A draw recorded after the visit: nothing is done before it is due.
        case when due_visit.inspected_on is not null then greatest(due_visit.inspected_on, due_visit.drawn_on) end as inspected_on,
        case when due_visit.entered_on is not null then greatest(due_visit.entered_on, due_visit.drawn_on) end as entered_on,
        case when due_visit.published_on is not null then greatest(due_visit.published_on, due_visit.drawn_on) end as published_on
    from due_visit
    where
        due_visit.bureau_id = $bureau_id
        and due_visit.year = $year
        and (cast($task_id as bigint) is null or due_visit.task_id = cast($task_id as bigint))
        and (cast($unit_id as bigint) is null or due_visit.unit_id = cast($unit_id as bigint))
),

happened as (
    select
        chosen.drawn_on as day,
        1 as due,
        0 as inspected,
        0 as entered,
        0 as published
    from chosen
    union all
    select
        chosen.inspected_on as day,
        0 as due,
        1 as inspected,
        0 as entered,
        0 as published
    from chosen
    union all
    select
        chosen.entered_on as day,
        0 as due,
        0 as inspected,
        1 as entered,
        0 as published
    from chosen
    union all
    select
        chosen.published_on as day,
        0 as due,
        0 as inspected,
        0 as entered,
        1 as published
    from chosen
),

daily as (
    select
        happened.day,
        sum(happened.due) as due,
        sum(happened.inspected) as inspected,
        sum(happened.entered) as entered,
        sum(happened.published) as published
    from happened
    where happened.day <= $as_of
    group by happened.day
)

select
    daily.day,
    sum(daily.due) over (order by daily.day) as due,
    sum(daily.inspected) over (order by daily.day) as inspected,
    sum(daily.entered) over (order by daily.day) as entered,
    sum(daily.published) over (order by daily.day) as published
from daily
order by daily.day
