-- One row per standing random draw and stratum that had random draws of the same pool before it that year: how many objects of the
-- stratum one of them had drawn (`seen`), how many of those were drawn now (`again`). Draws of a rotation are asked nothing: they
-- pass over on purpose.
with asked as (
    select
        planned_draw.draw_id,
        planned_draw.scope_id,
        standing_draw.drawn_at,
        standing_draw.rotation
    from planned_draw
    inner join standing_draw on planned_draw.draw_id = standing_draw.draw_id
    inner join draw on planned_draw.draw_id = draw.draw_id and draw.method <> 'platform_pool_rebuilt'
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year = $year
        and planned_draw.drawn_on <= $as_of
        and planned_draw.basis = 'random'
),

earlier as (
    select distinct
        asked.draw_id,
        draw_object.object_id
    from asked
    inner join asked as before
        on asked.scope_id = before.scope_id and (before.drawn_at, before.draw_id) < (asked.drawn_at, asked.draw_id)
    inner join draw_object on before.draw_id = draw_object.draw_id and draw_object.substitute_for is null
    where not asked.rotation
)

select
    drawn_stratum.draw_id,
    drawn_stratum.stratum,
    count(earlier.object_id) as seen,
    count(*) filter (where earlier.object_id is not null and draw_object.object_id is not null) as again
from drawn_stratum
left join earlier on drawn_stratum.draw_id = earlier.draw_id and drawn_stratum.object_id = earlier.object_id
left join draw_object
    on
        drawn_stratum.draw_id = draw_object.draw_id
        and drawn_stratum.object_id = draw_object.object_id
        and draw_object.substitute_for is null
where drawn_stratum.draw_id in (select once.draw_id from earlier as once)
group by drawn_stratum.draw_id, drawn_stratum.stratum
order by drawn_stratum.draw_id, drawn_stratum.stratum = 'none', drawn_stratum.stratum
