-- One row per result code: in how many results of the year's due visits it was entered (a result may have several codes). "No problem
-- found" is said of a visit: where another item of it showed a problem it does not count.
with coded as (
    select distinct
        result_outcome.outcome,
        result_outcome.draw_id,
        result_outcome.object_id,
        result_outcome.unit_id
    from due_visit
    inner join result_outcome
        on
            due_visit.draw_id = result_outcome.draw_id
            and due_visit.object_id = result_outcome.object_id
            and due_visit.unit_id = result_outcome.unit_id
    left join problem_result
        on
            due_visit.draw_id = problem_result.draw_id
            and due_visit.object_id = problem_result.object_id
            and due_visit.unit_id = problem_result.unit_id
    where
        (result_outcome.outcome <> 'no_problem' or problem_result.draw_id is null)
        and due_visit.bureau_id = $bureau_id
        and due_visit.year = $year
        and due_visit.drawn_on <= $as_of
        and due_visit.entered_on <= $as_of
        and (cast($unit_id as bigint) is null or due_visit.unit_id = cast($unit_id as bigint))
)

select
    coded.outcome,
    outcome_meaning.is_problem,
    count(*) as results
from coded
inner join outcome_meaning on coded.outcome = outcome_meaning.outcome
group by coded.outcome, outcome_meaning.is_problem
order by coded.outcome
