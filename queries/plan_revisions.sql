-- One row per change that a revision (计划调整) made to a task of a bureau's year: what the task said before and what it says since.
-- revision_change: added, withdrawn, restored (stated again), or changed with the part that changed; what was said before and
-- after is NULL where the plan said nothing.
with item_text as (
    select
        task_item_edition.task_id,
        task_item_edition.edition,
        string_agg(distinct item.name || '（' || unit.name || '）', '；' order by item.name || '（' || unit.name || '）') as items
    from task_item_edition
    inner join item on task_item_edition.item_id = item.item_id
    inner join unit on task_item_edition.unit_id = unit.unit_id
    group by task_item_edition.task_id, task_item_edition.edition
),

partner_text as (
    select
        task_partner_edition.task_id,
        task_partner_edition.edition,
        string_agg(distinct unit.name, '、' order by unit.name) as partners
    from task_partner_edition
    inner join unit on task_partner_edition.unit_id = unit.unit_id
    group by task_partner_edition.task_id, task_partner_edition.edition
),

told as (
    select
        task_edition.task_id,
        task_edition.edition,
        task_edition.since_revision_id,
        task_edition.is_withdrawn,
        task_edition.name,
        coalesce(cast(task_edition.starts_on as varchar), '…') || ' — '
        || coalesce(cast(task_edition.ends_on as varchar), '…') as task_window,
        coalesce(
            task_edition.rate_text, cast(task_edition.quota as varchar),
            cast(task_edition.rate_op as varchar) || ' ' || cast(cast(task_edition.rate * 100 as decimal(9, 2)) as varchar) || '%'
        ) as amount,
        coalesce(scope.name, task_edition.scope_text) as scope,
        lead.name as lead_unit,
        initiator.name as initiating_unit,
        partner_text.partners,
        item_text.items,
        task_edition.risk_rule
    from task_edition
    inner join plan on task_edition.plan_id = plan.plan_id
    left join scope on task_edition.scope_id = scope.scope_id
    left join unit as lead on task_edition.lead_unit_id = lead.unit_id
    left join unit as initiator on task_edition.initiating_unit_id = initiator.unit_id
    left join partner_text on task_edition.task_id = partner_text.task_id and task_edition.edition = partner_text.edition
    left join item_text on task_edition.task_id = item_text.task_id and task_edition.edition = item_text.edition
    where plan.bureau_id = $bureau_id and plan.year = $year
),

pair as (
    select
        earlier.task_id,
        earlier.edition as revision_id,
        part.said,
        case part.said
            when 'name' then earlier.name
            when 'window' then earlier.task_window
            when 'amount' then earlier.amount
            when 'scope' then earlier.scope
            when 'lead_unit' then earlier.lead_unit
            when 'initiating_unit' then earlier.initiating_unit
            when 'partners' then earlier.partners
            when 'items' then earlier.items
            when 'risk_rule' then earlier.risk_rule
        end as said_before,
        case part.said
            when 'name' then later.name
            when 'window' then later.task_window
            when 'amount' then later.amount
            when 'scope' then later.scope
            when 'lead_unit' then later.lead_unit
            when 'initiating_unit' then later.initiating_unit
            when 'partners' then later.partners
            when 'items' then later.items
            when 'risk_rule' then later.risk_rule
        end as said_after
    from told as earlier
    inner join told as later on earlier.task_id = later.task_id and earlier.edition = later.since_revision_id
    cross join (
        values ('name'), ('window'), ('amount'), ('scope'), ('lead_unit'), ('initiating_unit'), ('partners'), ('items'), ('risk_rule')
    ) as part (said)
),

altered as (
    select
        pair.task_id,
        pair.revision_id,
        'changed' as what,
        pair.said,
        pair.said_before,
        pair.said_after
    from pair
    where coalesce(pair.said_before, '') <> coalesce(pair.said_after, '')
    union all
    select
        earlier.task_id,
        earlier.edition as revision_id,
        case when later.is_withdrawn then 'withdrawn' else 'restored' end as what,
        cast(null as varchar) as said,
        cast(null as varchar) as said_before,
        cast(null as varchar) as said_after
    from told as earlier
    inner join told as later on earlier.task_id = later.task_id and earlier.edition = later.since_revision_id
    where earlier.is_withdrawn <> later.is_withdrawn
    union all
    select
        task.task_id,
        task.added_revision_id as revision_id,
        'added' as what,
        cast(null as varchar) as said,
        cast(null as varchar) as said_before,
        cast(null as varchar) as said_after
    from task
    where task.added_revision_id is not null
)

select
    plan_revision.in_force_on,
    plan_revision.doc_no as revision_doc_no,
    plan.kind as plan_kind,
    task.seq,
    task.name as task,
    altered.what as revision_change,
    altered.said as revised_part,
    altered.said_before,
    altered.said_after
from altered
inner join plan_revision on altered.revision_id = plan_revision.revision_id
inner join task on altered.task_id = task.task_id
inner join plan on task.plan_id = plan.plan_id
where plan.bureau_id = $bureau_id and plan.year = $year
order by plan_revision.in_force_on, plan.kind, plan.plan_id, plan_revision.ordinal, task.seq, revision_change, revised_part
