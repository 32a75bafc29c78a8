-- One row per class: visits of random draws with an entered result, and those among them with a problem. 100 % tasks are left out:
-- a problem rate of random visits is not comparable with that of a full sweep.
select
    judged_visit.class,
    count(*) as results,
    count(*) filter (where judged_visit.is_problem) as problems
from judged_visit
where
    judged_visit.bureau_id = $bureau_id
    and judged_visit.year = $year
    and judged_visit.basis = 'random'
    and judged_visit.drawn_on <= $as_of
    and judged_visit.entered_on <= $as_of
    and (cast($unit_id as bigint) is null or judged_visit.unit_id = cast($unit_id as bigint))
group by judged_visit.class
order by judged_visit.class
