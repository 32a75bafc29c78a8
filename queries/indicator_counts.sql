-- One row for the bureau as a whole (unit_id NULL) and one per unit, with bureau_id NULL one per bureau and none per unit: the counts that
-- the indicators of an evaluation are made from, at the cut-off date (docs/field.md, "Counting rules"); which two of them make which
-- indicator stands in inspections/evaluation/indicators.py. Visits and problems count with the department that must check, a launch with
-- the unit that launches it (发起, else 牵头), a task's completion and its use of classes with its lead unit, a task with every unit that
-- takes part. Items, units and plans are the bureau's own; papers are plans where a rule of the last day was in force, once it has come.
with rule as (
    select
        year_rule.bureau_id,
        year_rule.publication_days,
        cast($year as varchar) || '-' || year_rule.plan_published_by as last_day
    from year_rule
    where year_rule.year = $year
),

planned as (
    select
        launched_task.task_id,
        launched_task.edition,
        launched_task.bureau_id,
        launched_task.plan_kind as kind,
        launched_task.opens_on,
        launched_task.ends_on,
        launched_task.lead_unit_id,
        launched_task.launching_unit_id,
        launched_task.launched_in_time and launched_task.launched_on <= $as_of as launched_in_time
    from launched_task
    where
        launched_task.year = $year
        and (cast($bureau_id as bigint) is null or launched_task.bureau_id = cast($bureau_id as bigint))
),

visit_count as (
    select
        judged_visit.bureau_id,
        judged_visit.task_id,
        judged_visit.unit_id,
        count(*) as due,
        count(*) filter (where judged_visit.entered_on <= $as_of) as entered,
        count(*) filter (where judged_visit.entered_on <= $as_of and judged_visit.entered_in_time) as entered_in_time,
        count(*) filter (where judged_visit.published_on <= $as_of) as published,
        count(*) filter (where judged_visit.published_on <= $as_of and judged_visit.published_in_time) as published_in_time,
        -- A day outside the calendar of working days has no number.
        count(judged_visit.working_days_to_publish) filter (where judged_visit.published_on <= $as_of) as measured,
        sum(judged_visit.working_days_to_publish) filter (where judged_visit.published_on <= $as_of) as days_to_publish,
        count(*) filter (where judged_visit.problem_on <= $as_of) as problems,
        count(*) filter (where judged_visit.problem_handled_on <= $as_of) as handled,
        count(*) filter (where judged_visit.problem_closed_on <= $as_of) as closed
    from judged_visit
    where
        judged_visit.year = $year
        and judged_visit.drawn_on <= $as_of
        and (cast($bureau_id as bigint) is null or judged_visit.bureau_id = cast($bureau_id as bigint))
    group by judged_visit.bureau_id, judged_visit.task_id, judged_visit.unit_id
),

entered_task as (
    select task_id
    from visit_count
    group by task_id
    having sum(due) = sum(entered)
),

classable as (
    select
        framed_draw.task_id,
        bool_and(framed_draw.stratified) as stratified
    from framed_draw
    where
        framed_draw.year = $year
        and framed_draw.drawn_on <= $as_of
        and (cast($bureau_id as bigint) is null or framed_draw.bureau_id = cast($bureau_id as bigint))
    group by framed_draw.task_id
    having bool_or(framed_draw.has_classes)
),

takes_part as (
    select
        planned.bureau_id,
        planned.task_id,
        planned.kind,
        planned.lead_unit_id as unit_id
    from planned
    union
    select
        planned.bureau_id,
        planned.task_id,
        planned.kind,
        planned.launching_unit_id as unit_id
    from planned
    union
    select
        planned.bureau_id,
        planned.task_id,
        planned.kind,
        task_partner_edition.unit_id
    from planned
    inner join task_partner_edition on planned.task_id = task_partner_edition.task_id and planned.edition = task_partner_edition.edition
    union
    select
        planned.bureau_id,
        planned.task_id,
        planned.kind,
        task_item_edition.unit_id
    from planned
    inner join task_item_edition on planned.task_id = task_item_edition.task_id and planned.edition = task_item_edition.edition
),

of_visits as (
    select
        bureau_id,
        unit_id,
        sum(due) as due,
        sum(entered) as entered,
        sum(entered_in_time) as entered_in_time,
        sum(published) as published,
        sum(published_in_time) as published_in_time,
        sum(measured) as measured,
        sum(days_to_publish) as days_to_publish,
        sum(problems) as problems,
        sum(handled) as handled,
        sum(closed) as closed
    from visit_count
    group by grouping sets ((bureau_id), (bureau_id, unit_id))
    having grouping(unit_id) = 1 or unit_id is not null
),

launch as (
    select
        bureau_id,
        launching_unit_id as unit_id,
        launched_in_time
    from planned
    where opens_on <= $as_of
),

of_launches as (
    select
        bureau_id,
        unit_id,
        count(*) as tasks_to_start,
        count(*) filter (where launched_in_time) as launched_in_time
    from launch
    group by grouping sets ((bureau_id), (bureau_id, unit_id))
    having grouping(unit_id) = 1 or unit_id is not null
),

lead_task as (
    select
        planned.bureau_id,
        planned.lead_unit_id as unit_id,
        planned.ends_on <= $as_of as ended,
        entered_task.task_id is not null as done,
        classable.task_id is not null as has_classes,
        classable.stratified as with_classes
    from planned
    left join entered_task on planned.task_id = entered_task.task_id
    left join classable on planned.task_id = classable.task_id
),

of_leads as (
    select
        bureau_id,
        unit_id,
        count(*) filter (where ended) as tasks_due,
        count(*) filter (where ended and done) as tasks_done,
        count(*) filter (where has_classes) as classable,
        count(*) filter (where with_classes) as with_classes
    from lead_task
    group by grouping sets ((bureau_id), (bureau_id, unit_id))
    having grouping(unit_id) = 1 or unit_id is not null
),

of_parts as (
    select
        bureau_id,
        unit_id,
        count(*) as tasks,
        count(*) filter (where kind = 'joint') as joint_tasks
    from takes_part
    where unit_id is not null
    group by bureau_id, unit_id
    union all
    select
        bureau_id,
        cast(null as bigint) as unit_id,
        count(*) as tasks,
        count(*) filter (where kind = 'joint') as joint_tasks
    from planned
    group by bureau_id
),

covered as (
    select distinct
        planned.bureau_id,
        task_item_edition.item_id
    from task_item_edition
    inner join planned on task_item_edition.task_id = planned.task_id and task_item_edition.edition = planned.edition
),

of_items as (
    select
        item.bureau_id,
        count(*) as items,
        count(covered.item_id) as covered
    from item
    left join covered on item.bureau_id = covered.bureau_id and item.item_id = covered.item_id
    group by item.bureau_id
),

of_members as (
    select
        membership.bureau_id,
        count(*) as units,
        count(of_parts.unit_id) as taking_part
    from membership
    left join of_parts on membership.bureau_id = of_parts.bureau_id and membership.unit_id = of_parts.unit_id
    where membership.year = $year
    group by membership.bureau_id
),

of_plans as (
    select
        plan.bureau_id,
        count(*) as plans,
        count(*) filter (where rule.last_day <= cast(cast($as_of as date) as varchar)) as papers,
        count(*) filter (where rule.last_day <= cast(cast($as_of as date) as varchar) and plan.doc_no is not null) as numbered,
        count(*) filter (where rule.last_day <= cast(cast($as_of as date) as varchar) and plan.issued_on <= $as_of) as dated,
        count(*) filter (
            where rule.last_day <= cast(cast($as_of as date) as varchar)
            and plan.published_on <= $as_of
            and cast(plan.published_on as varchar) <= rule.last_day
        ) as published_by_rule
    from plan
    left join rule on plan.bureau_id = rule.bureau_id
    where plan.year = $year
    group by plan.bureau_id
),

counted as (
    select
        bureau.bureau_id,
        cast(null as bigint) as unit_id
    from bureau
    where cast($bureau_id as bigint) is null or bureau.bureau_id = cast($bureau_id as bigint)
    union all
    (
        select
            membership.bureau_id,
            membership.unit_id
        from membership
        where membership.bureau_id = cast($bureau_id as bigint) and membership.year = $year
        union
        select
            of_parts.bureau_id,
            of_parts.unit_id
        from of_parts
        where of_parts.bureau_id = cast($bureau_id as bigint) and of_parts.unit_id is not null
        union
        select
            of_visits.bureau_id,
            of_visits.unit_id
        from of_visits
        where of_visits.bureau_id = cast($bureau_id as bigint) and of_visits.unit_id is not null
    )
)

select
    bureau.bureau_id,
    bureau.name as bureau,
    bureau.region,
    counted.unit_id,
    unit.name as unit,
    unit.kind as unit_kind,
    rule.publication_days,
    coalesce(of_plans.plans, 0) as plans,
    coalesce(of_parts.tasks, 0) as tasks,
    coalesce(of_parts.joint_tasks, 0) as joint_tasks,
    coalesce(of_launches.tasks_to_start, 0) as tasks_to_start,
    coalesce(of_launches.launched_in_time, 0) as launched_in_time,
    coalesce(of_leads.tasks_due, 0) as tasks_due,
    coalesce(of_leads.tasks_done, 0) as tasks_done,
    coalesce(of_leads.classable, 0) as classable,
    coalesce(of_leads.with_classes, 0) as with_classes,
    cast(coalesce(of_visits.due, 0) as bigint) as due,
    cast(coalesce(of_visits.entered, 0) as bigint) as entered,
    cast(coalesce(of_visits.entered_in_time, 0) as bigint) as entered_in_time,
    cast(coalesce(of_visits.published, 0) as bigint) as published,
    cast(coalesce(of_visits.published_in_time, 0) as bigint) as published_in_time,
    cast(coalesce(of_visits.measured, 0) as bigint) as measured,
    cast(coalesce(of_visits.days_to_publish, 0) as bigint) as days_to_publish,
    cast(coalesce(of_visits.problems, 0) as bigint) as problems,
    cast(coalesce(of_visits.handled, 0) as bigint) as handled,
    cast(coalesce(of_visits.closed, 0) as bigint) as closed,
    coalesce(of_items.items, 0) as items,
    coalesce(of_items.covered, 0) as covered,
    coalesce(of_members.units, 0) as units,
    coalesce(of_members.taking_part, 0) as taking_part,
    coalesce(of_plans.papers, 0) as papers,
    coalesce(of_plans.numbered, 0) as numbered,
    coalesce(of_plans.dated, 0) as dated,
    coalesce(of_plans.published_by_rule, 0) as published_by_rule
from counted
inner join bureau on counted.bureau_id = bureau.bureau_id
left join unit on counted.unit_id = unit.unit_id
left join rule on counted.bureau_id = rule.bureau_id
left join of_visits on counted.bureau_id = of_visits.bureau_id and counted.unit_id is not distinct from of_visits.unit_id
left join of_launches on counted.bureau_id = of_launches.bureau_id and counted.unit_id is not distinct from of_launches.unit_id
left join of_leads on counted.bureau_id = of_leads.bureau_id and counted.unit_id is not distinct from of_leads.unit_id
left join of_parts on counted.bureau_id = of_parts.bureau_id and counted.unit_id is not distinct from of_parts.unit_id
left join of_items on counted.bureau_id = of_items.bureau_id and counted.unit_id is null
left join of_members on counted.bureau_id = of_members.bureau_id and counted.unit_id is null
left join of_plans on counted.bureau_id = of_plans.bureau_id and counted.unit_id is null
order by counted.bureau_id, counted.unit_id nulls first
