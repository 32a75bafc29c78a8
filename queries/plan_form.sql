-- One row per task of a bureau's year with everything its notice says of it, for a plan in the notice's own form.
-- items: one entry per item and the unit that checks it. Where the planner has chosen another pool, that pool is the scope.
with items as (
    select
        task_item.task_id,
        list(struct_pack(item := item.name, unit := unit.name) order by item.item_id, unit.unit_id) as items
    from task_item
    inner join item on task_item.item_id = item.item_id
    inner join unit on task_item.unit_id = unit.unit_id
    group by task_item.task_id
),

partner as (
    select
        task_partner.task_id,
        list(unit.name order by unit.unit_id) as partners
    from task_partner
    inner join unit on task_partner.unit_id = unit.unit_id
    group by task_partner.task_id
)

select
    task.task_id,
    plan.plan_id,
    plan.kind as plan_kind,
    plan.title,
    task.seq,
    task.name,
    task.plan_name,
    task.field,
    task.draw_type,
    task.item_class,
    coalesce(pool_scope.name, task.scope_text) as scope,
    task.rate,
    task.rate_op,
    task.rate_max,
    task.rate_text,
    task.quota,
    task.times_per_year,
    task.risk_rule,
    task.starts_on,
    task.ends_on,
    task.period_text,
    initiator.name as initiating_unit,
    lead.name as lead_unit,
    task.checking_body,
    items.items,
    partner.partners
from task
inner join planned_task on task.task_id = planned_task.task_id
inner join plan on task.plan_id = plan.plan_id
left join scope as pool_scope on task.draw_scope_id = pool_scope.scope_id
left join unit as initiator on task.initiating_unit_id = initiator.unit_id
left join unit as lead on task.lead_unit_id = lead.unit_id
left join items on task.task_id = items.task_id
left join partner on task.task_id = partner.task_id
where plan.bureau_id = $bureau_id and plan.year = $year
order by plan.kind, plan.plan_id, task.seq
