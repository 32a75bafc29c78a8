-- One row per bureau: its year in counts at the cut-off date, numerators and denominators of the indicators that score a bureau as a whole
-- (docs/field.md, "Counting rules"), each bureau by its own rules of that year: working days to publication, last day to publish the plan.
-- The bureau as a whole of unit_indicators, for all bureaus at once. A bureau without a plan of the year has zero plans.
with rule as (
    select
        setting_in_force.bureau_id,
        cast($year as varchar) || '-' || setting_in_force.value as last_day
    from setting_in_force
    where
        setting_in_force.key = 'plan_published_by'
        and cast($year as integer) between setting_in_force.first_year and setting_in_force.last_year
),

planned as (
    select
        launched_task.task_id,
        launched_task.bureau_id,
        launched_task.plan_kind as kind,
        launched_task.starts_on,
        launched_task.ends_on,
        launched_task.lead_unit_id,
        launched_task.launching_unit_id,
        launched_task.launched_in_time and launched_task.launched_on <= $as_of as launched_in_time
    from launched_task
    where launched_task.year = $year
),

visit_count as (
    select
        due_visit.task_id,
        count(*) as due,
        count(*) filter (where due_visit.entered_on <= $as_of) as entered,
        count(*) filter (where due_visit.entered_on <= $as_of and due_visit.entered_in_time) as entered_in_time,
        count(*) filter (where due_visit.published_on <= $as_of) as published,
        count(*) filter (where due_visit.published_on <= $as_of and due_visit.published_in_time) as published_in_time,
        count(*) filter (where due_visit.problem_on <= $as_of) as problems,
        count(*) filter (where due_visit.problem_handled_on <= $as_of) as handled,
        count(*) filter (where due_visit.problem_closed_on <= $as_of) as closed
    from due_visit
    where due_visit.year = $year and due_visit.drawn_on <= $as_of
    group by due_visit.task_id
),

classable as (
    select
        framed_draw.task_id,
        min(case when framed_draw.stratified then 1 else 0 end) as stratified
    from framed_draw
    where framed_draw.year = $year and framed_draw.drawn_on <= $as_of
    group by framed_draw.task_id
    having bool_or(framed_draw.has_classes)
),

of_tasks as (
    select
        planned.bureau_id,
        count(*) as tasks,
        count(*) filter (where planned.kind = 'joint') as joint_tasks,
        count(*) filter (where planned.starts_on <= $as_of) as tasks_to_start,
        count(*) filter (where planned.launched_in_time) as launched_in_time,
        count(*) filter (where planned.ends_on <= $as_of) as tasks_due,
        count(*) filter (where planned.ends_on <= $as_of and visit_count.due = visit_count.entered) as tasks_done,
        count(classable.task_id) as classable,
        coalesce(sum(classable.stratified), 0) as with_classes,
        coalesce(sum(visit_count.due), 0) as due,
        coalesce(sum(visit_count.entered), 0) as entered,
        coalesce(sum(visit_count.entered_in_time), 0) as entered_in_time,
        coalesce(sum(visit_count.published), 0) as published,
        coalesce(sum(visit_count.published_in_time), 0) as published_in_time,
        coalesce(sum(visit_count.problems), 0) as problems,
        coalesce(sum(visit_count.handled), 0) as handled,
        coalesce(sum(visit_count.closed), 0) as closed
    from planned
    left join classable on planned.task_id = classable.task_id
    left join visit_count on planned.task_id = visit_count.task_id
    group by planned.bureau_id
),

covered as (
    select distinct
        planned.bureau_id,
        task_item.item_id
    from task_item
    inner join planned on task_item.task_id = planned.task_id
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

takes_part as (
    select
        bureau_id,
        lead_unit_id as unit_id
    from planned
    union
    select
        bureau_id,
        launching_unit_id as unit_id
    from planned
    union
    select
        planned.bureau_id,
        task_partner.unit_id
    from planned
    inner join task_partner on planned.task_id = task_partner.task_id
    union
    select
        planned.bureau_id,
        task_item.unit_id
    from planned
    inner join task_item on planned.task_id = task_item.task_id
),

of_members as (
    select
        membership.bureau_id,
        count(*) as units,
        count(takes_part.unit_id) as taking_part
    from membership
    left join takes_part on membership.bureau_id = takes_part.bureau_id and membership.unit_id = takes_part.unit_id
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
)

select
    bureau.bureau_id,
    bureau.name as bureau,
    bureau.region,
    publication_rule.working_days as publication_days,
    coalesce(of_plans.plans, 0) as plans,
    coalesce(of_tasks.tasks, 0) as tasks,
    coalesce(of_tasks.joint_tasks, 0) as joint_tasks,
    coalesce(of_tasks.tasks_to_start, 0) as tasks_to_start,
    coalesce(of_tasks.launched_in_time, 0) as launched_in_time,
    coalesce(of_tasks.tasks_due, 0) as tasks_due,
    coalesce(of_tasks.tasks_done, 0) as tasks_done,
    coalesce(of_tasks.classable, 0) as classable,
    cast(coalesce(of_tasks.with_classes, 0) as bigint) as with_classes,
    cast(coalesce(of_tasks.due, 0) as bigint) as due,
    cast(coalesce(of_tasks.entered, 0) as bigint) as entered,
    cast(coalesce(of_tasks.entered_in_time, 0) as bigint) as entered_in_time,
    cast(coalesce(of_tasks.published, 0) as bigint) as published,
    cast(coalesce(of_tasks.published_in_time, 0) as bigint) as published_in_time,
    cast(coalesce(of_tasks.problems, 0) as bigint) as problems,
    cast(coalesce(of_tasks.handled, 0) as bigint) as handled,
    cast(coalesce(of_tasks.closed, 0) as bigint) as closed,
    coalesce(of_items.items, 0) as items,
    coalesce(of_items.covered, 0) as covered,
    coalesce(of_members.units, 0) as units,
    coalesce(of_members.taking_part, 0) as taking_part,
    coalesce(of_plans.papers, 0) as papers,
    coalesce(of_plans.numbered, 0) as numbered,
    coalesce(of_plans.dated, 0) as dated,
    coalesce(of_plans.published_by_rule, 0) as published_by_rule
from bureau
left join publication_rule
    on
        bureau.bureau_id = publication_rule.bureau_id
        and cast($year as integer) between publication_rule.first_year and publication_rule.last_year
left join of_plans on bureau.bureau_id = of_plans.bureau_id
left join of_tasks on bureau.bureau_id = of_tasks.bureau_id
left join of_items on bureau.bureau_id = of_items.bureau_id
left join of_members on bureau.bureau_id = of_members.bureau_id
order by bureau.bureau_id
