-- One row: a recorded draw with its task and plan, and the draw that it replaces, for a package.
select
    bureau.name as bureau,
    plan.year,
    plan.kind as plan_kind,
    plan.doc_no,
    task.seq,
    -- As the plan called it on the day of the draw: a sealed package stays what it was.
    coalesce(past_task.name, task.name) as task,
    draw.draw_id,
    draw.ordinal,
    draw.kind,
    draw.basis,
    draw.method,
    draw.frozen_at,
    coalesce(draw_act.done_at, draw.drawn_at) as drawn_at,
    draw.stratified,
    draw.rotation,
    draw.frame_size,
    draw.seed,
    draw.seed_nonce,
    draw.frame_nonce,
    draw.seed_commitment,
    draw.frame_commitment,
    draw.terms,
    draw.terms_nonce,
    draw.terms_commitment,
    draw.reason,
    replaced.ordinal as replaced_ordinal,
    replaced.seed as replaced_seed,
    replaced.seed_nonce as replaced_seed_nonce,
    replaced.seed_commitment as replaced_seed_commitment,
    replaced.terms_commitment as replaced_terms_commitment,
    (
        select count(*) > 0 from setting
        where setting.key = 'synthetic' and setting.value = 'true'
    ) as synthetic
from draw
left join draw_act on draw.draw_id = draw_act.draw_id and draw_act.step = 1
left join task on draw.task_id = task.task_id
left join past_task
    on
        draw.task_id = past_task.task_id
        and cast(draw.drawn_at as date) >= past_task.valid_from
        and cast(draw.drawn_at as date) < past_task.valid_until
left join plan on task.plan_id = plan.plan_id
left join bureau on plan.bureau_id = bureau.bureau_id
left join draw as replaced on draw.replaces_draw_id = replaced.draw_id
where draw.draw_id = $draw_id
