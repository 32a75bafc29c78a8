-- One row per person and one per action in the change log: what its filters offer.
select
    'actor' as filter_of,
    actor as choice,
    count(*) as entries
from change_log
group by actor
union all
select
    'action' as filter_of,
    action as choice,
    count(*) as entries
from change_log
group by action
order by filter_of, choice
