-- One row per bureau: its year in counts at the cut-off date, numerators and denominators of the indicators that score a bureau as a whole
-- (docs/field.md, "Counting rules"), each bureau by its own rules of that year: working days to publication, last day to publish the plan.
-- The bureau as a whole of unit_indicators, for all bureaus at once. A bureau without a plan of the year has zero plans.
with known_rule as (
    select
        bureau.bureau_id,
        setting.key,
        setting.value,
        row_number() over (
            partition by bureau.bureau_id, setting.key
            order by case when setting.bureau_id is null then 1 else 0 end, setting.valid_from desc, setting.setting_id desc
        ) as preference
    from bureau
    inner join setting
        on
            setting.bureau_id = bureau.bureau_id
            -- Where many files are read together, a rule for everywhere is for the bureaus of its own file, whose ids share the upper bits.
            or (
                setting.bureau_id is null
                and floor(setting.setting_id / 4294967296) = floor(bureau.bureau_id / 4294967296)
            )
    where
        setting.key in ('publication_working_days', 'plan_published_by')
        and setting.valid_from <= make_date(cast($year as integer), 1, 1)
),

rule as (
    select
        bureau_id,
        max(case when key = 'publication_working_days' then cast(value as integer) end) as publication_days,
        max(case when key = 'plan_published_by' then cast($year as varchar) || '-' || value end) as last_day
    from known_rule
    where preference = 1 and value <> ''
    group by bureau_id
),

planned as (
    select
        task.task_id,
        plan.bureau_id,
        plan.kind,
        task.starts_on,
        task.ends_on,
        task.lead_unit_id,
        coalesce(task.initiating_unit_id, task.lead_unit_id) as launching_unit_id
    from task
    inner join plan on task.plan_id = plan.plan_id
    where plan.year = $year
),

drawn as (
    select
        planned_draw.draw_id,
        planned_draw.task_id,
        planned_draw.bureau_id,
        planned_draw.drawn_on,
        planned_draw.ends_on,
        planned_draw.stratified
    from planned_draw
    where planned_draw.year = $year and planned_draw.drawn_on <= $as_of
),

checker as (
    select
        task_checker.task_id,
        task_checker.unit_id
    from task_checker
    inner join planned on task_checker.task_id = planned.task_id
),

checkers as (
    select
        task_id,
        count(*) as units
    from checker
    group by task_id
),

-- The objects for whom a substitute came in are few: they are taken off again, rather than every object looked up.
replaced as (
    select distinct
        draw_id,
        substitute_for as object_id
    from draw_object
    where substitute_for is not null
),

locked as (
    select
        draw_object.draw_id,
        count(*) filter (where replaced.object_id is null) as objects
    from draw_object
    inner join drawn on draw_object.draw_id = drawn.draw_id
    left join replaced on draw_object.draw_id = replaced.draw_id and draw_object.object_id = replaced.object_id
    group by draw_object.draw_id
),

due_of_task as (
    select
        drawn.task_id,
        sum(locked.objects * checkers.units) as due
    from drawn
    inner join locked on drawn.draw_id = locked.draw_id
    inner join checkers on drawn.task_id = checkers.task_id
    group by drawn.task_id
),

problem as (
    select
        problem_result.draw_id,
        problem_result.object_id,
        problem_result.unit_id
    from problem_result
    inner join drawn on problem_result.draw_id = drawn.draw_id
),

of_result as (
    select
        drawn.task_id,
        count(*) as entered,
        count(*) filter (where drawn.ends_on is null or result.entered_on <= drawn.ends_on) as entered_in_time,
        count(*) filter (where result.published_on <= $as_of) as published,
        count(*) filter (
            where result.published_on <= $as_of
            and (drawn.ends_on is null or result.published_on <= drawn.ends_on)
            -- As in due_visit: the 20th working day ends that evening.
            and (
                rule.publication_days is null
                or publication_day.ordinal
                + case when result.published_on > result.inspected_on and not publication_day.is_working then 1 else 0 end
                - inspection_day.ordinal <= rule.publication_days
            )
        ) as published_in_time,
        count(*) filter (where problem.draw_id is not null) as problems,
        count(*) filter (where problem.draw_id is not null and result.handled_on <= $as_of) as handled,
        count(*) filter (where problem.draw_id is not null and result.closed_on <= $as_of) as closed
    from result
    inner join drawn on result.draw_id = drawn.draw_id
    inner join checker on drawn.task_id = checker.task_id and result.unit_id = checker.unit_id
    inner join draw_object on result.draw_id = draw_object.draw_id and result.object_id = draw_object.object_id
    left join replaced on result.draw_id = replaced.draw_id and result.object_id = replaced.object_id
    left join problem
        on
            result.draw_id = problem.draw_id
            and result.object_id = problem.object_id
            and result.unit_id = problem.unit_id
    left join rule on drawn.bureau_id = rule.bureau_id
    left join working_day as inspection_day on result.inspected_on = inspection_day.day
    left join working_day as publication_day on result.published_on = publication_day.day
    where result.entered_on <= $as_of and replaced.object_id is null
    group by drawn.task_id
),

launch as (
    select
        task_id,
        min(drawn_on) as drawn_on,
        min(case when stratified then 1 else 0 end) as stratified
    from drawn
    group by task_id
),

framed as (
    select
        drawn.draw_id,
        drawn.task_id,
        drawn.stratified,
        max(case when frame.class <> 'none' then 1 else 0 end) as classed
    from frame
    inner join drawn on frame.draw_id = drawn.draw_id
    group by drawn.draw_id, drawn.task_id, drawn.stratified
),

classable as (
    select
        task_id,
        min(case when stratified then 1 else 0 end) as stratified
    from framed
    group by task_id
    having max(classed) = 1
),

of_tasks as (
    select
        planned.bureau_id,
        count(*) as tasks,
        count(*) filter (where planned.kind = 'joint') as joint_tasks,
        count(*) filter (where planned.starts_on <= $as_of) as tasks_to_start,
        count(*) filter (
            where planned.starts_on <= $as_of
            and launch.drawn_on >= planned.starts_on
            and (planned.ends_on is null or launch.drawn_on <= planned.ends_on)
        ) as launched_in_time,
        count(*) filter (where planned.ends_on <= $as_of) as tasks_due,
        count(*) filter (
            where planned.ends_on <= $as_of and due_of_task.due > 0 and due_of_task.due = of_result.entered
        ) as tasks_done,
        count(classable.task_id) as classable,
        coalesce(sum(classable.stratified), 0) as with_classes,
        coalesce(sum(due_of_task.due), 0) as due,
        coalesce(sum(of_result.entered), 0) as entered,
        coalesce(sum(of_result.entered_in_time), 0) as entered_in_time,
        coalesce(sum(of_result.published), 0) as published,
        coalesce(sum(of_result.published_in_time), 0) as published_in_time,
        coalesce(sum(of_result.problems), 0) as problems,
        coalesce(sum(of_result.handled), 0) as handled,
        coalesce(sum(of_result.closed), 0) as closed
    from planned
    left join launch on planned.task_id = launch.task_id
    left join classable on planned.task_id = classable.task_id
    left join due_of_task on planned.task_id = due_of_task.task_id
    left join of_result on planned.task_id = of_result.task_id
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
    rule.publication_days,
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
left join rule on bureau.bureau_id = rule.bureau_id
left join of_plans on bureau.bureau_id = of_plans.bureau_id
left join of_tasks on bureau.bureau_id = of_tasks.bureau_id
left join of_items on bureau.bureau_id = of_items.bureau_id
left join of_members on bureau.bureau_id = of_members.bureau_id
order by bureau.bureau_id
