-- One row per class: visits of random draws with an entered result, and those among them with a problem. 100 % tasks are left out:
-- a problem rate of random visits is not comparable with that of a full sweep. Several departments at one door and several visits to one
-- firm are not independent of each other, so sums over the firms tell how far: `firms`, squares of their results and problems, products.
with by_firm as (
    select
        judged_visit.class,
        judged_visit.object_id,
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
    group by judged_visit.class, judged_visit.object_id
)

select
    by_firm.class,
    cast(sum(by_firm.results) as bigint) as results,
    cast(sum(by_firm.problems) as bigint) as problems,
    count(*) as firms,
    cast(sum(by_firm.results * by_firm.results) as bigint) as results_squared,
    cast(sum(by_firm.problems * by_firm.problems) as bigint) as problems_squared,
    cast(sum(by_firm.results * by_firm.problems) as bigint) as results_problems
from by_firm
group by by_firm.class
order by by_firm.class
