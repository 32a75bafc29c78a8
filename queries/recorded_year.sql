-- One row per class: what the standing draws of a bureau's year came to by the cut-off date. Objects of their frames, those never
-- drawn, draws of an object counted together (draws of one pool and window as one where $merge), objects drawn more often than $cap,
-- and how many tasks were drawn. The class of an object is that of its first draw.
-- task_ids (NULL: all) chooses tasks.
with chosen as (
    select
        planned_draw.draw_id,
        planned_draw.task_id,
        planned_draw.drawn_on,
        case
            when cast($merge as boolean) and planned_draw.scope_id is not null and planned_draw.starts_on is not null
                then planned_draw.scope_id || ':' || planned_draw.starts_on || ':' || planned_draw.ends_on
            else 'task ' || planned_draw.task_id
        end as door
    from planned_draw
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and ($task_ids is null or list_contains(cast($task_ids as bigint[]), planned_draw.task_id))
),

pooled as (
    select
        frame.object_id,
        arg_min(frame.class, (chosen.drawn_on, chosen.draw_id)) as class
    from frame
    inner join chosen on frame.draw_id = chosen.draw_id
    group by frame.object_id
),

drawn as (
    select
        locked_object.object_id,
        count(distinct chosen.door) as visits
    from locked_object
    inner join chosen on locked_object.draw_id = chosen.draw_id
    group by locked_object.object_id
)

select
    pooled.class as report_class,
    count(*) as objects,
    count(*) filter (where drawn.visits is null) as never,
    cast(coalesce(sum(drawn.visits), 0) as bigint) as visits,
    count(*) filter (where drawn.visits > $cap) as over_cap,
    (select count(distinct chosen.task_id) from chosen) as tasks
from pooled
left join drawn on pooled.object_id = drawn.object_id
group by pooled.class
order by pooled.class
