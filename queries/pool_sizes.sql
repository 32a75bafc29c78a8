-- One row is one class of a pool and how many objects it holds; objects without a class are counted as none.
-- $pool  name of the table, view or registered frame with the columns object_id and class
select
    coalesce(nullif(class::varchar, ''), 'none') as class,
    count(*) as size
from query_table($pool)
group by all
order by class
