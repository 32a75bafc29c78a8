-- One row per pool and class with a proportion adopted as the proposal for a year.
select
    scope.scope_id,
    scope.name as scope,
    proposal.class,
    proposal.pool,
    proposal.quota,
    proposal.rate,
    proposal.draws
from proposal
inner join scope on proposal.scope_id = scope.scope_id
where proposal.bureau_id = $bureau_id and proposal.year = $year
order by scope.scope_id, proposal.class
