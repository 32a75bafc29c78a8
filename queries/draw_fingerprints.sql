-- One row per draw of a bureau's year with a fingerprint of everything its sealed package holds: it changes when any of that does.
-- For caches only: re-running a draw again and again because something else in the database changed would take seconds.
-- Each row of a draw is written as a text and summed up as the first 60 bits of its MD5.
with of_year as (
    select
        draw.draw_id,
        concat_ws(
            '|',
            coalesce(cast(draw.task_id as varchar), '-'),
            cast(draw.ordinal as varchar),
            cast(draw.drawn_at as varchar),
            cast(draw.basis as varchar),
            cast(draw.kind as varchar),
            draw.method,
            cast(draw.stratified as varchar),
            cast(draw.rotation as varchar),
            coalesce(draw.seed, '-'),
            coalesce(draw.seed_nonce, '-'),
            coalesce(draw.frame_nonce, '-'),
            coalesce(draw.seed_commitment, '-'),
            coalesce(draw.frame_commitment, '-'),
            coalesce(draw.terms, '-'),
            coalesce(draw.terms_nonce, '-'),
            coalesce(draw.terms_commitment, '-'),
            cast(draw.frame_size as varchar),
            coalesce(cast(draw.quota as varchar), '-'),
            coalesce(cast(draw.frozen_at as varchar), '-'),
            coalesce(cast(draw.replaces_draw_id as varchar), '-'),
            coalesce(draw.reason, '-'),
            coalesce(cast(replaced.ordinal as varchar), '-'),
            coalesce(replaced.seed, '-'),
            coalesce(replaced.seed_nonce, '-'),
            coalesce(replaced.seed_commitment, '-'),
            coalesce(replaced.terms_commitment, '-'),
            cast(task.seq as varchar),
            coalesce(past_task.name, task.name),
            cast(plan.year as varchar),
            cast(plan.kind as varchar),
            plan.title,
            coalesce(plan.doc_no, '-'),
            bureau.name
        ) as text_of_row
    from draw
    inner join task on draw.task_id = task.task_id
    inner join plan on task.plan_id = plan.plan_id
    left join past_task
        on
            draw.task_id = past_task.task_id
            and cast(draw.drawn_at as date) >= past_task.valid_from
            and cast(draw.drawn_at as date) < past_task.valid_until
    inner join bureau on plan.bureau_id = bureau.bureau_id
    left join draw as replaced on draw.replaces_draw_id = replaced.draw_id
    where plan.bureau_id = $bureau_id and plan.year = $year
),

part as (
    select
        of_year.draw_id,
        of_year.text_of_row
    from of_year
    union all
    select
        frame.draw_id,
        concat_ws(
            '|',
            'frame',
            frame.object_id,
            cast(frame.class as varchar),
            cast(frame.position as varchar),
            cast(frame.passed_over as varchar)
        ) as text_of_row
    from frame
    semi join of_year on frame.draw_id = of_year.draw_id
    union all
    select
        draw_object.draw_id,
        concat_ws(
            '|',
            'draw_object',
            draw_object.object_id,
            cast(draw_object.class as varchar),
            cast(draw_object.place as varchar),
            coalesce(draw_object.substitute_for, '-'),
            coalesce(draw_object.reason, '-')
        ) as text_of_row
    from draw_object
    semi join of_year on draw_object.draw_id = of_year.draw_id
    union all
    select
        draw_quota.draw_id,
        concat_ws(
            '|',
            'draw_quota',
            cast(draw_quota.class as varchar),
            cast(draw_quota.pool as varchar),
            cast(draw_quota.quota as varchar)
        ) as text_of_row
    from draw_quota
    semi join of_year on draw_quota.draw_id = of_year.draw_id
    union all
    select
        draw_act.draw_id,
        concat_ws(
            '|',
            'draw_act',
            cast(draw_act.step as varchar),
            cast(draw_act.done_at as varchar),
            coalesce(cast(draw_act.quota as varchar), '-'),
            coalesce(draw_act.matching, '-')
        ) as text_of_row
    from draw_act
    semi join of_year on draw_act.draw_id = of_year.draw_id
    union all
    select
        draw_inspector.draw_id,
        concat_ws(
            '|',
            'draw_inspector',
            draw_inspector.object_id,
            cast(draw_inspector.inspector_id as varchar)
        ) as text_of_row
    from draw_inspector
    semi join of_year on draw_inspector.draw_id = of_year.draw_id
)

select
    part.draw_id,
    bit_xor(cast('0x' || substr(md5(part.text_of_row), 1, 15) as bigint)) || ' ' || count(*) as fingerprint
from part
group by part.draw_id
order by part.draw_id
