-- One row per class: visits of random draws with an entered result, and those among them with a problem. 100 % tasks are left out:
-- a problem rate of random visits is not comparable with that of a full sweep.
select
    due_visit.class,
    count(*) as results,
    count(*) filter (where due_visit.is_problem) as problems
from due_visit
where
    due_visit.bureau_id = $bureau_id
    and due_visit.year = $year
    and due_visit.basis = 'random'
    and due_visit.drawn_on <= $as_of
    and due_visit.entered_on <= $as_of
    and (cast($unit_id as bigint) is null or due_visit.unit_id = cast($unit_id as bigint))
group by due_visit.class
order by due_visit.class
