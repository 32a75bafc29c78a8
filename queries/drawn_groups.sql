-- One row per standing random draw, stratum and combination of region, kind, industry and class: objects in the pool, objects drawn.
-- A stratum is a class where the draw had class quotas, else the whole pool (`all`); objects that rotation passed over form strata of
-- their own. Substitutes are left out, and so are draws whose
-- pool was rebuilt from a later directory.
select
    drawn_stratum.draw_id,
    drawn_stratum.stratum,
    drawn_stratum.passed_over,
    coalesce(object.region, '') as region,
    object.kind,
    coalesce(object.industry, '') as industry,
    drawn_stratum.class,
    count(*) as size,
    count(draw_object.object_id) as drawn
from drawn_stratum
inner join object on drawn_stratum.object_id = object.object_id
inner join draw on drawn_stratum.draw_id = draw.draw_id and draw.method <> 'platform_pool_rebuilt'
left join draw_object
    on
        drawn_stratum.draw_id = draw_object.draw_id
        and drawn_stratum.object_id = draw_object.object_id
        and draw_object.substitute_for is null
where
    drawn_stratum.bureau_id = $bureau_id
    and drawn_stratum.year = $year
    and drawn_stratum.drawn_on <= $as_of
    and drawn_stratum.basis = 'random'
group by
    drawn_stratum.draw_id,
    drawn_stratum.stratum,
    drawn_stratum.passed_over,
    coalesce(object.region, ''),
    object.kind,
    coalesce(object.industry, ''),
    drawn_stratum.class
order by
    drawn_stratum.draw_id,
    drawn_stratum.stratum = 'none',
    drawn_stratum.stratum,
    drawn_stratum.passed_over,
    region,
    object.kind,
    industry,
    drawn_stratum.class
