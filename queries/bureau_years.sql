-- One row per bureau and year with a plan: what the filters offer.
select
    bureau.bureau_id,
    bureau.name as bureau,
    plan.year,
    count(*) as plans
from bureau
inner join plan on bureau.bureau_id = plan.bureau_id
group by bureau.bureau_id, bureau.name, plan.year
order by bureau.bureau_id, plan.year
