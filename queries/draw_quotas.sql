-- One row per stratum of a draw with its pool and quota; a draw that ignores classes is one stratum without a class.
-- Where an older record does not state the quota of the whole pool, it is the number drawn without substitutes.
with last_act as (
    select
        draw_act.draw_id,
        arg_max(draw_act.quota, draw_act.step) as quota
    from draw_act
    group by draw_act.draw_id
)

select
    draw_quota.class,
    draw_quota.pool,
    draw_quota.quota
from draw_quota
where draw_quota.draw_id = $draw_id
union all
select
    null as class,
    draw.frame_size as pool,
    coalesce(last_act.quota, draw.quota, (
        select count(*) from draw_object
        where draw_object.draw_id = draw.draw_id and draw_object.substitute_for is null
    )) as quota
from draw
left join last_act on draw.draw_id = last_act.draw_id
where draw.draw_id = $draw_id and not draw.stratified
order by class
