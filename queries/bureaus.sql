-- One row per bureau, with or without a plan: what pages that need no plan offer.
select
    bureau_id,
    name as bureau
from bureau
order by bureau_id
