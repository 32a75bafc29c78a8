-- One row per object that a standing random draw of a bureau's year drew: its place in directory order, in the pool and in its stratum.
-- A stratum is a class where the draw had class quotas, else the whole pool (`all`); objects that rotation passed over form strata of
-- their own, because they come after all others. Substitutes are left out, and so are
-- draws whose pool was rebuilt from a later directory.
with ranked as (
    select
        drawn_stratum.draw_id,
        drawn_stratum.stratum,
        drawn_stratum.passed_over,
        drawn_stratum.class,
        drawn_stratum.position,
        drawn_stratum.object_id,
        row_number() over (
            partition by drawn_stratum.draw_id, drawn_stratum.stratum, drawn_stratum.passed_over
            order by drawn_stratum.position, drawn_stratum.object_id
        ) as rank
    from drawn_stratum
    inner join draw on drawn_stratum.draw_id = draw.draw_id and draw.method <> 'platform_pool_rebuilt'
    where
        drawn_stratum.bureau_id = $bureau_id
        and drawn_stratum.year = $year
        and drawn_stratum.drawn_on <= $as_of
        and drawn_stratum.basis = 'random'
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
