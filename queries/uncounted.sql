-- One row per reason for which something of a bureau's year is missing from a figure, and how many of it there are; figures that lack
-- it and a sentence stand in inspections/intake/uncounted.py. Every result is counted as entered or has exactly one of the reasons
-- up to result_not_entered; every draw is tested or has exactly one of those up to draw_pool_rebuilt; every drawn object of a
-- planned draw is due or has one of the reasons drawn_*. What follows is missing from a single figure.
-- A draw without a task is of the bureaus whose units reported on it, a visit without a result of those in whose pools the object is.
with reported as (
    select distinct result.draw_id
    from result
    inner join bureau_unit on result.unit_id = bureau_unit.unit_id
    where bureau_unit.bureau_id = $bureau_id
),

chosen as (
    select
        draw.draw_id,
        draw.task_id,
        draw.basis,
        draw.method,
        draw.stratified,
        case
            when draw.kind = 'trial' then 'trial'
            when standing_draw.draw_id is null then 'replaced'
            when draw.basis not in ('random', 'full') then 'unplanned'
            else 'planned'
        end as fate
    from draw
    left join task_in_force on draw.task_id = task_in_force.task_id
    left join standing_draw on draw.draw_id = standing_draw.draw_id
    left join reported on draw.draw_id = reported.draw_id
    where
        (task_in_force.bureau_id = $bureau_id and task_in_force.year = $year)
        or (draw.task_id is null and reported.draw_id is not null and extract(year from draw.drawn_at) = $year)
),

told as (
    select distinct
        result_outcome.draw_id,
        result_outcome.object_id,
        result_outcome.unit_id
    from result_outcome
),

judged as (
    select
        result.published_on,
        judged_visit.working_days_to_publish,
        told.draw_id is not null as has_outcome,
        coalesce(judged_visit.is_problem, false) and result.handled_on is null and result.follow_up <> 'none_needed' as is_undated,
        case
            when chosen.fate <> 'planned' then 'result_' || chosen.fate
            when draw_object.object_id is null then 'result_not_drawn'
            when locked_object.object_id is null then 'result_substituted'
            when judged_visit.draw_id is null then 'result_not_checking'
            when result.entered_on is null then 'result_not_entered'
        end as reason
    from result
    inner join chosen on result.draw_id = chosen.draw_id
    left join draw_object on result.draw_id = draw_object.draw_id and result.object_id = draw_object.object_id
    left join locked_object on result.draw_id = locked_object.draw_id and result.object_id = locked_object.object_id
    left join judged_visit
        on
            result.draw_id = judged_visit.draw_id
            and result.object_id = judged_visit.object_id
            and result.unit_id = judged_visit.unit_id
    left join told
        on result.draw_id = told.draw_id and result.object_id = told.object_id and result.unit_id = told.unit_id
),

framed as (
    select
        frame.draw_id,
        max(case when frame.class <> 'none' then 1 else 0 end) = 1 as has_classes
    from frame
    inner join chosen on frame.draw_id = chosen.draw_id
    group by frame.draw_id
),

tested as (
    select
        chosen.fate,
        chosen.stratified,
        framed.has_classes,
        case
            when chosen.fate <> 'planned' then 'draw_' || chosen.fate
            when chosen.basis = 'full' then 'draw_full'
            when framed.draw_id is null then 'draw_without_pool'
            when chosen.method = 'platform_pool_rebuilt' then 'draw_pool_rebuilt'
        end as reason
    from chosen
    left join framed on chosen.draw_id = framed.draw_id
),

checked as (
    select distinct task_checker.task_id
    from task_checker
),

drawn as (
    select
        case
            when locked_object.object_id is null then 'drawn_substituted'
            when checked.task_id is null then 'drawn_without_department'
        end as reason
    from draw_object
    inner join chosen on draw_object.draw_id = chosen.draw_id and chosen.fate = 'planned'
    left join locked_object on draw_object.draw_id = locked_object.draw_id and draw_object.object_id = locked_object.object_id
    left join checked on chosen.task_id = checked.task_id
),

planned as (
    select
        planned_task.starts_on,
        planned_task.ends_on
    from planned_task
    where planned_task.bureau_id = $bureau_id and planned_task.year = $year
),

left_over as (
    select distinct visit.visit_id
    from visit
    inner join object_scope on visit.object_id = object_scope.object_id
    inner join scope on object_scope.scope_id = scope.scope_id
    left join result on visit.visit_id = result.visit_id
    where result.visit_id is null and scope.bureau_id = $bureau_id and extract(year from visit.visited_on) = $year
),

counted as (
    select
        judged.reason,
        count(*) as records
    from judged
    where judged.reason is not null
    group by judged.reason
    union all
    select
        'result_outside_calendar' as reason,
        count(*) as records
    from judged
    where judged.reason is null and judged.published_on is not null and judged.working_days_to_publish is null
    union all
    select
        'result_without_outcome' as reason,
        count(*) as records
    from judged
    where judged.reason is null and not judged.has_outcome
    union all
    select
        'result_handled_undated' as reason,
        count(*) as records
    from judged
    where judged.reason is null and judged.is_undated
    union all
    select
        tested.reason,
        count(*) as records
    from tested
    where tested.reason is not null
    group by tested.reason
    union all
    select
        'draw_without_classes' as reason,
        count(*) as records
    from tested
    where tested.fate = 'planned' and not tested.has_classes
    union all
    select
        'draw_not_by_class' as reason,
        count(*) as records
    from tested
    where tested.fate = 'planned' and tested.has_classes and not tested.stratified
    union all
    select
        drawn.reason,
        count(*) as records
    from drawn
    where drawn.reason is not null
    group by drawn.reason
    union all
    select
        'object_without_class' as reason,
        count(distinct frame.object_id) as records
    from frame
    inner join framed on frame.draw_id = framed.draw_id and framed.has_classes
    inner join chosen on frame.draw_id = chosen.draw_id and chosen.fate = 'planned'
    where frame.class = 'none'
    union all
    select
        'task_without_start' as reason,
        count(*) as records
    from planned
    where planned.starts_on is null
    union all
    select
        'task_without_end' as reason,
        count(*) as records
    from planned
    where planned.ends_on is null
    union all
    select
        'visit_without_result' as reason,
        count(*) as records
    from left_over
)

select
    counted.reason,
    counted.records
from counted
where counted.records > 0
order by counted.reason
