-- One row per task of a bureau's year: what was planned, when it was drawn, and how far its due visits had come at the cut-off date.
-- launch: in_time, early, late, missed (window over, not drawn), waiting.
with drawn_pool as (
    select
        planned_draw.task_id,
        max(planned_draw.frame_size) as frame_size,
        bool_or(planned_draw.stratified) as stratified
    from planned_draw
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by planned_draw.task_id
),

progress as (
    select
        due_visit.task_id,
        count(*) as due,
        count(*) filter (where due_visit.inspected_on <= $as_of) as inspected,
        count(*) filter (where due_visit.entered_on <= $as_of) as entered,
        count(*) filter (where due_visit.published_on <= $as_of) as published
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
    group by due_visit.task_id
),

drawn as (
    select
        planned_draw.task_id,
        count(distinct locked_object.object_id) as objects
    from planned_draw
    inner join locked_object on planned_draw.draw_id = locked_object.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
    group by planned_draw.task_id
),

partner as (
    select
        task_partner_edition.task_id,
        task_partner_edition.edition,
        string_agg(unit.name, '、' order by unit.unit_id) as partners
    from task_partner_edition
    inner join unit on task_partner_edition.unit_id = unit.unit_id
    group by task_partner_edition.task_id, task_partner_edition.edition
)

select
    task_in_force.task_id,
    launched_task.plan_id,
    launched_task.plan_kind,
    task_in_force.seq,
    task_in_force.name,
    coalesce(pool_scope.name, stated_scope.name, task_in_force.scope_text) as scope,
    stated_scope.scope_id as stated_scope_id,
    launched_task.scope_id,
    task_in_force.draw_type,
    task_in_force.item_class,
    task_in_force.rate,
    task_in_force.rate_op,
    task_in_force.rate_max,
    task_in_force.rate_text,
    task_in_force.quota,
    task_in_force.times_per_year,
    task_in_force.risk_rule,
    task_in_force.starts_on,
    task_in_force.ends_on,
    task_in_force.period_text,
    lead.name as lead_unit,
    partner.partners,
    case when launched_task.launched_on <= $as_of then launched_task.launched_on end as drawn_on,
    drawn_pool.frame_size,
    drawn_pool.stratified,
    case
        when launched_task.launched_on <= $as_of then launched_task.launch
        when launched_task.ends_on < $as_of then 'missed'
        else 'waiting'
    end as launch,
    case when task_in_force.ends_on >= $as_of then date_diff('day', cast($as_of as date), task_in_force.ends_on) end as days_left,
    coalesce(drawn.objects, 0) as drawn,
    coalesce(progress.due, 0) as due,
    coalesce(progress.inspected, 0) as inspected,
    coalesce(progress.entered, 0) as entered,
    coalesce(progress.published, 0) as published
from launched_task
inner join task_in_force on launched_task.task_id = task_in_force.task_id
left join scope as stated_scope on task_in_force.scope_id = stated_scope.scope_id
left join scope as pool_scope on task_in_force.draw_scope_id = pool_scope.scope_id
left join unit as lead on task_in_force.lead_unit_id = lead.unit_id
left join partner on task_in_force.task_id = partner.task_id and task_in_force.edition = partner.edition
left join drawn_pool on task_in_force.task_id = drawn_pool.task_id
left join drawn on task_in_force.task_id = drawn.task_id
left join progress on task_in_force.task_id = progress.task_id
where launched_task.bureau_id = $bureau_id and launched_task.year = $year
order by launched_task.plan_kind, launched_task.plan_id, launched_task.seq
