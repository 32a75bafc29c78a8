-- One row per draw of a bureau's year made by the cut-off date, trials and replaced draws included: official ones first, by day.
-- drawn: objects it sends inspectors to, 0 where it is only frozen so far. is_replaced: a later draw of its kind replaces it.
-- can_rerun: seed, nonces and frame are there, so anyone can recompute it.
with counted as (
    select
        draw_object.draw_id,
        count(*) as listed,
        count(*) filter (where draw_object.substitute_for is not null) as substitutes
    from draw_object
    group by draw_object.draw_id
)

select
    draw.draw_id,
    task_in_force.task_id,
    task_in_force.plan_kind,
    task_in_force.seq,
    task_in_force.name as task,
    draw.ordinal,
    cast(coalesce(draw_act.done_at, draw.drawn_at) as date) as drawn_on,
    draw.frozen_at,
    draw.kind as draw_kind,
    draw.basis,
    draw.stratified,
    draw.rotation,
    draw.frame_size as pool,
    coalesce(counted.listed - counted.substitutes, 0) as drawn,
    coalesce(counted.substitutes, 0) as substitutes,
    draw.seed_commitment,
    draw.frame_commitment,
    draw.terms_commitment,
    replaced.ordinal as replaces_ordinal,
    draw.reason,
    successor.draw_id is not null as is_replaced,
    coalesce(
        draw.method = 'sha256_ticket' and draw.seed is not null and draw.seed_nonce is not null and draw.frame_nonce is not null
        and draw.seed_commitment is not null and draw.frame_commitment is not null, false
    ) as can_rerun
from draw
inner join task_in_force on draw.task_id = task_in_force.task_id
left join draw_act on draw.draw_id = draw_act.draw_id and draw_act.step = 1
left join counted on draw.draw_id = counted.draw_id
left join draw as replaced on draw.replaces_draw_id = replaced.draw_id
left join draw as successor on draw.draw_id = successor.replaces_draw_id and draw.kind = successor.kind
where
    task_in_force.bureau_id = $bureau_id and task_in_force.year = $year
    and (draw.kind = 'trial' or draw.drawn_at < $as_of + interval 1 day)
order by draw.kind, draw.drawn_at, draw.draw_id
