-- One row per plan of a bureau and year: its document facts, how many tasks it has by what is in force on the cut-off date (the views
-- read it from the parameter as_of, which is why it is named), and how often it was revised
-- (调整), last by which document and from which day on.
with revised as (
    select
        plan_revision.plan_id,
        count(*) as revisions,
        max(plan_revision.in_force_on) as revised_on,
        arg_max(coalesce(plan_revision.doc_no, ''), plan_revision.ordinal) as revised_by
    from plan_revision
    group by plan_revision.plan_id
)

select
    plan.plan_id,
    plan.kind as plan_kind,
    plan.title,
    plan.doc_no,
    plan.issued_on,
    plan.published_on,
    plan.source_file,
    plan.source_sha256,
    count(planned_task.task_id) as tasks,
    coalesce(revised.revisions, 0) as revisions,
    revised.revised_on,
    nullif(revised.revised_by, '') as revised_by
from plan
left join planned_task on plan.plan_id = planned_task.plan_id and cast($as_of as date) is not null
left join revised on plan.plan_id = revised.plan_id
where plan.bureau_id = $bureau_id and plan.year = $year
group by all
order by plan.kind, plan.plan_id
