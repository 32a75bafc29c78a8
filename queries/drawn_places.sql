-- One row per object that a standing random draw of a bureau's year drew: its place in directory order, in the pool and in its stratum.
-- A stratum is a class where the draw had class quotas, else the whole pool (`all`); objects that rotation passed over form strata of
-- their own, because they come after all others. Substitutes are left out.
with framed as (
    select
        frame.draw_id,
        frame.object_id,
        case when planned_draw.stratified then cast(frame.class as varchar) else 'all' end as stratum,
        frame.passed_over,
        frame.class,
        frame.position
    from frame
    inner join planned_draw on frame.draw_id = planned_draw.draw_id
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and planned_draw.basis = 'random'
),

ranked as (
    select
        framed.*,
        row_number() over (
            partition by framed.draw_id, framed.stratum, framed.passed_over order by framed.position, framed.object_id
        ) as rank
    from framed
)

select
    ranked.draw_id,
    ranked.stratum,
    ranked.passed_over,
    ranked.class,
    ranked.position,
    ranked.rank
from ranked
inner join draw_object
    on ranked.draw_id = draw_object.draw_id and ranked.object_id = draw_object.object_id and draw_object.substitute_for is null
order by ranked.draw_id, ranked.stratum = 'none', ranked.stratum, ranked.passed_over, ranked.rank
