-- One row per draw of a bureau's year with a fingerprint of everything its sealed package holds: it changes when any of that does.
-- For caches only: re-running a draw again and again because something else in the database changed would take seconds.
with of_year as (
    select
        draw.draw_id,
        hash(draw, replaced, task, plan) as facts -- noqa: RF02
    from draw
    inner join task on draw.task_id = task.task_id
    inner join plan on task.plan_id = plan.plan_id
    left join draw as replaced on draw.replaces_draw_id = replaced.draw_id
    where plan.bureau_id = $bureau_id and plan.year = $year
),

part as (
    select
        frame.draw_id,
        hash('frame', frame) as fingerprint -- noqa: RF02
    from frame
    semi join of_year on frame.draw_id = of_year.draw_id
    union all
    select
        draw_object.draw_id,
        hash('object', draw_object) as fingerprint
    from draw_object
    union all
    select
        draw_quota.draw_id,
        hash('quota', draw_quota) as fingerprint
    from draw_quota
    union all
    select
        draw_act.draw_id,
        hash('act', draw_act) as fingerprint
    from draw_act
    union all
    select
        draw_inspector.draw_id,
        hash('inspector', draw_inspector) as fingerprint
    from draw_inspector
)

select
    of_year.draw_id,
    of_year.facts || ' ' || coalesce(bit_xor(part.fingerprint), 0) || ' ' || count(part.fingerprint) as fingerprint
from of_year
left join part on of_year.draw_id = part.draw_id
group by of_year.draw_id, of_year.facts
order by of_year.draw_id
