-- One row per standing random draw, stratum and combination of region, kind, industry and class: objects in the pool, objects drawn.
-- A stratum is a class where the draw had class quotas, else the whole pool (`all`); objects that rotation passed over form strata of
-- their own. Substitutes are left out.
with framed as (
    select
        frame.draw_id,
        frame.object_id,
        case when planned_draw.stratified then cast(frame.class as varchar) else 'all' end as stratum,
        frame.passed_over,
        frame.class
    from frame
    inner join planned_draw on frame.draw_id = planned_draw.draw_id
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and planned_draw.basis = 'random'
)

select
    framed.draw_id,
    framed.stratum,
    framed.passed_over,
    coalesce(object.region, '') as region,
    object.kind,
    coalesce(object.industry, '') as industry,
    framed.class,
    count(*) as size,
    count(draw_object.object_id) as drawn
from framed
inner join object on framed.object_id = object.object_id
left join draw_object
    on framed.draw_id = draw_object.draw_id and framed.object_id = draw_object.object_id and draw_object.substitute_for is null
group by
    framed.draw_id, framed.stratum, framed.passed_over, coalesce(object.region, ''), object.kind, coalesce(object.industry, ''),
    framed.class
order by framed.draw_id, framed.stratum = 'none', framed.stratum, framed.passed_over, region, object.kind, industry, framed.class
