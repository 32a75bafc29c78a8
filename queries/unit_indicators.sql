-- One row per unit and indicator (docs/field.md, "Counting rules"): numerator, denominator at the cut-off date; unit_id NULL is the bureau
-- as a whole. Visits count with the department that must check, a launch with the unit that launches it (发起, else 牵头), a task's
-- completion and its use of classes with its lead unit. Item coverage, participation and the plan's papers are the bureau's own, the
-- papers only where a rule (publish_by, "MM-DD") was in force and only once its day has come.
with known_indicator (place, indicator, of_unit) as (
    values
    (1, 'completion', true), (2, 'entry_on_time', true), (3, 'publication', true), (4, 'publication_on_time', true),
    (5, 'launch_on_time', true), (6, 'task_completion', true), (7, 'follow_up', true), (8, 'closed_out', true),
    (9, 'use_of_classes', true), (10, 'joint_share', true), (11, 'problem_rate', true), (12, 'item_coverage', false),
    (13, 'participation', false), (14, 'plan_numbered', false), (15, 'plan_dated', false), (16, 'plan_published', false)
),

rule as (
    select cast($year as varchar) || '-' || cast($publish_by as varchar) as last_day
),

planned as (
    select
        launched_task.task_id,
        launched_task.plan_kind as kind,
        launched_task.starts_on,
        launched_task.ends_on,
        launched_task.lead_unit_id,
        launched_task.launching_unit_id,
        launched_task.launched_in_time and launched_task.launched_on <= $as_of as launched_in_time
    from launched_task
    where launched_task.bureau_id = $bureau_id and launched_task.year = $year
),

visit as (
    select
        due_visit.unit_id,
        due_visit.task_id,
        coalesce(due_visit.entered_on <= $as_of, false) as entered,
        due_visit.entered_on <= $as_of and due_visit.entered_in_time as entered_in_time,
        due_visit.published_on <= $as_of as published,
        due_visit.published_on <= $as_of and due_visit.published_in_time as published_in_time,
        due_visit.problem_on <= $as_of as problem,
        due_visit.problem_handled_on <= $as_of as handled,
        due_visit.problem_closed_on <= $as_of as closed
    from due_visit
    where due_visit.bureau_id = $bureau_id and due_visit.year = $year and due_visit.drawn_on <= $as_of
),

of_visits as (
    select
        unit_id,
        count(*) as due,
        count(*) filter (where entered) as entered,
        count(*) filter (where entered_in_time) as entered_in_time,
        count(*) filter (where published) as published,
        count(*) filter (where published_in_time) as published_in_time,
        count(*) filter (where problem) as problems,
        count(*) filter (where handled) as handled,
        count(*) filter (where closed) as closed
    from visit
    group by unit_id
),

of_task as (
    select
        task_id,
        count(*) = count(*) filter (where entered) as done
    from visit
    group by task_id
),

classable as (
    select
        framed_draw.task_id,
        bool_and(framed_draw.stratified) as stratified
    from framed_draw
    where framed_draw.bureau_id = $bureau_id and framed_draw.year = $year and framed_draw.drawn_on <= $as_of
    group by framed_draw.task_id
    having bool_or(framed_draw.has_classes)
),

takes_part as (
    select
        planned.task_id,
        planned.kind,
        planned.lead_unit_id as unit_id
    from planned
    union
    select
        planned.task_id,
        planned.kind,
        planned.launching_unit_id as unit_id
    from planned
    union
    select
        planned.task_id,
        planned.kind,
        task_partner.unit_id
    from planned
    inner join task_partner on planned.task_id = task_partner.task_id
    union
    select
        planned.task_id,
        planned.kind,
        task_item.unit_id
    from planned
    inner join task_item on planned.task_id = task_item.task_id
),

counted as (
    select
        unit_id,
        'completion' as indicator,
        entered as numerator,
        due as denominator
    from of_visits
    union all
    select
        unit_id,
        'entry_on_time' as indicator,
        entered_in_time as numerator,
        due as denominator
    from of_visits
    union all
    select
        unit_id,
        'publication' as indicator,
        published as numerator,
        due as denominator
    from of_visits
    union all
    select
        unit_id,
        'publication_on_time' as indicator,
        published_in_time as numerator,
        due as denominator
    from of_visits
    union all
    select
        unit_id,
        'follow_up' as indicator,
        handled as numerator,
        problems as denominator
    from of_visits
    union all
    select
        unit_id,
        'closed_out' as indicator,
        closed as numerator,
        problems as denominator
    from of_visits
    union all
    select
        unit_id,
        'problem_rate' as indicator,
        problems as numerator,
        entered as denominator
    from of_visits
    union all
    select
        planned.launching_unit_id as unit_id,
        'launch_on_time' as indicator,
        count(*) filter (where planned.launched_in_time) as numerator,
        count(*) as denominator
    from planned
    where planned.starts_on <= $as_of
    group by planned.launching_unit_id
    union all
    select
        planned.lead_unit_id as unit_id,
        'task_completion' as indicator,
        count(*) filter (where of_task.done) as numerator,
        count(*) as denominator
    from planned
    left join of_task on planned.task_id = of_task.task_id
    where planned.ends_on <= $as_of
    group by planned.lead_unit_id
    union all
    select
        planned.lead_unit_id as unit_id,
        'use_of_classes' as indicator,
        count(*) filter (where classable.stratified) as numerator,
        count(*) as denominator
    from planned
    inner join classable on planned.task_id = classable.task_id
    group by planned.lead_unit_id
),

-- What is not the sum over units.
of_bureau as (
    select
        'joint_share' as indicator,
        count(*) filter (where kind = 'joint') as numerator,
        count(*) as denominator
    from planned
    union all
    select
        'item_coverage' as indicator,
        count(*) filter (
            where exists (
                select 1
                from task_item
                inner join planned on task_item.task_id = planned.task_id
                where task_item.item_id = item.item_id
            )
        ) as numerator,
        count(*) as denominator
    from item
    where item.bureau_id = $bureau_id
    union all
    select
        'participation' as indicator,
        count(distinct takes_part.unit_id) as numerator,
        count(distinct membership.unit_id) as denominator
    from membership
    left join takes_part on membership.unit_id = takes_part.unit_id
    where membership.bureau_id = $bureau_id and membership.year = $year
    union all
    select
        known_indicator.indicator,
        count(*) filter (
            where case known_indicator.indicator
                when 'plan_numbered' then plan.doc_no is not null
                when 'plan_dated' then plan.issued_on <= $as_of
                else plan.published_on <= $as_of and strftime(plan.published_on, '%Y-%m-%d') <= rule.last_day
            end
        ) as numerator,
        count(*) as denominator
    from plan
    inner join known_indicator on known_indicator.indicator in ('plan_numbered', 'plan_dated', 'plan_published')
    inner join rule on rule.last_day <= strftime(cast($as_of as date), '%Y-%m-%d')
    where
        plan.bureau_id = $bureau_id
        and plan.year = $year
    group by known_indicator.indicator
),

of_unit as (
    select
        unit_id,
        indicator,
        numerator,
        denominator
    from counted
    where unit_id is not null
    union all
    select
        unit_id,
        'joint_share' as indicator,
        count(*) filter (where kind = 'joint') as numerator,
        count(*) as denominator
    from takes_part
    where unit_id is not null
    group by unit_id
),

total as (
    select
        indicator,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator
    from counted
    group by indicator
    union all
    select
        indicator,
        numerator,
        denominator
    from of_bureau
),

member as (
    select membership.unit_id
    from membership
    where membership.bureau_id = $bureau_id and membership.year = $year
    union
    select of_unit.unit_id
    from of_unit
)

select
    cast(null as bigint) as unit_id,
    bureau.name as unit,
    cast(null as unit_kind) as unit_kind,
    known_indicator.indicator,
    coalesce(total.numerator, 0) as numerator,
    coalesce(total.denominator, 0) as denominator,
    known_indicator.place
from bureau
cross join known_indicator
left join total on known_indicator.indicator = total.indicator
where bureau.bureau_id = $bureau_id
union all
select
    member.unit_id,
    unit.name as unit,
    unit.kind as unit_kind,
    known_indicator.indicator,
    coalesce(of_unit.numerator, 0) as numerator,
    coalesce(of_unit.denominator, 0) as denominator,
    known_indicator.place
from member
inner join unit on member.unit_id = unit.unit_id
inner join known_indicator on known_indicator.of_unit
left join of_unit on member.unit_id = of_unit.unit_id and known_indicator.indicator = of_unit.indicator
order by unit_id nulls first, place
