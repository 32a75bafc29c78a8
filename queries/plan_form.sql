-- One row per task of a bureau's year with everything its notice says of it, for a plan in the notice's own form: by the plan in force on
-- the day as_of (the views read it from the parameter of that name), without what is withdrawn by then, though its draws are still due.
-- items: one entry per item and the unit that checks it. Where the planner has chosen another pool, that pool is the scope.
with items as (
    select
        task_item_edition.task_id,
        task_item_edition.edition,
        list(struct_pack(item := item.name, unit := unit.name) order by item.item_id, unit.unit_id) as items
    from task_item_edition
    inner join item on task_item_edition.item_id = item.item_id
    inner join unit on task_item_edition.unit_id = unit.unit_id
    group by task_item_edition.task_id, task_item_edition.edition
),

partner as (
    select
        task_partner_edition.task_id,
        task_partner_edition.edition,
        list(unit.name order by unit.unit_id) as partners
    from task_partner_edition
    inner join unit on task_partner_edition.unit_id = unit.unit_id
    group by task_partner_edition.task_id, task_partner_edition.edition
)

select
    task_in_force.task_id,
    plan.plan_id,
    plan.kind as plan_kind,
    plan.title,
    task_in_force.seq,
    task_in_force.name,
    task_in_force.plan_name,
    task_in_force.field,
    task_in_force.draw_type,
    task_in_force.item_class,
    coalesce(pool_scope.name, stated_scope.name, task_in_force.scope_text) as scope,
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
    initiator.name as initiating_unit,
    lead.name as lead_unit,
    task_in_force.checking_body,
    items.items,
    partner.partners
from task_in_force
inner join planned_task on task_in_force.task_id = planned_task.task_id
inner join plan on task_in_force.plan_id = plan.plan_id
left join scope as stated_scope on task_in_force.scope_id = stated_scope.scope_id
left join scope as pool_scope on task_in_force.draw_scope_id = pool_scope.scope_id
left join unit as initiator on task_in_force.initiating_unit_id = initiator.unit_id
left join unit as lead on task_in_force.lead_unit_id = lead.unit_id
left join items on task_in_force.task_id = items.task_id and task_in_force.edition = items.edition
left join partner on task_in_force.task_id = partner.task_id and task_in_force.edition = partner.edition
where
    plan.bureau_id = $bureau_id
    and plan.year = $year
    and not task_in_force.is_withdrawn
    and cast($as_of as date) is not null
order by plan.kind, plan.plan_id, task_in_force.seq
