-- One row: results entered for a bureau's year, those with a problem, and how many of these were handled and closed by the cut-off date.
-- unit_id NULL takes every unit.
select
    count(*) as results,
    count(judged_visit.problem_on) as problems,
    count(*) filter (where judged_visit.problem_handled_on <= $as_of) as handled,
    count(*) filter (where judged_visit.problem_closed_on <= $as_of) as closed
from judged_visit
where
    judged_visit.bureau_id = $bureau_id
    and judged_visit.year = $year
    and judged_visit.drawn_on <= $as_of
    and judged_visit.entered_on <= $as_of
    and (cast($unit_id as bigint) is null or judged_visit.unit_id = cast($unit_id as bigint))
