-- One row per plan of a bureau and year: its document facts and how many tasks it has.
select
    plan.plan_id,
    plan.kind as plan_kind,
    plan.title,
    plan.doc_no,
    plan.issued_on,
    plan.published_on,
    plan.source_file,
    plan.source_sha256,
    count(task.task_id) as tasks
from plan
left join task on plan.plan_id = task.plan_id
where plan.bureau_id = $bureau_id and plan.year = $year
group by all
order by plan.kind, plan.plan_id
