-- One row, or none: the draw of this database that a sealed package says it is of, with what was committed to and, where the change log
-- has an entry of its freezing with the very same commitments, the number and time of that entry.
select
    draw.draw_id,
    draw.terms_commitment,
    draw.seed_commitment,
    draw.frame_commitment,
    change_log.seq as log_seq,
    change_log.logged_at
from draw
inner join task on draw.task_id = task.task_id
inner join plan on task.plan_id = plan.plan_id
inner join bureau on plan.bureau_id = bureau.bureau_id
left join change_log
    on
        draw.seed_commitment is not null
        and change_log.action in ('freeze', 'redraw')
        and change_log.subject = concat('draw ', draw.draw_id)
        and change_log.after ->> '$.seed_commitment' is not distinct from draw.seed_commitment
        and change_log.after ->> '$.frame_commitment' is not distinct from draw.frame_commitment
        and change_log.after ->> '$.terms_commitment' is not distinct from draw.terms_commitment
where
    bureau.name = $bureau and plan.year = $year and cast(plan.kind as varchar) = $plan_kind and task.seq = $seq
    and cast(draw.kind as varchar) = $kind and draw.ordinal = $ordinal
order by change_log.seq
limit 1
