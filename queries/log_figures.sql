-- One row per day with entries in the change log: how many, and by how many people.
select
    cast(logged_at as date) as logged_on,
    count(*) as entries,
    count(distinct actor) as people
from change_log
group by cast(logged_at as date)
order by logged_on
