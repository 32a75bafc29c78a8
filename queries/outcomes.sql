-- One row per result code: in how many results of the year's due visits it was entered (a result may have several codes).
select
    result_outcome.outcome,
    outcome_meaning.is_problem,
    count(distinct (result_outcome.draw_id, result_outcome.object_id, result_outcome.unit_id)) as results
from due_visit
inner join result_outcome
    on
        due_visit.draw_id = result_outcome.draw_id
        and due_visit.object_id = result_outcome.object_id
        and due_visit.unit_id = result_outcome.unit_id
inner join outcome_meaning on result_outcome.outcome = outcome_meaning.outcome
where
    due_visit.bureau_id = $bureau_id
    and due_visit.year = $year
    and due_visit.entered_on <= $as_of
    and (cast($unit_id as integer) is null or due_visit.unit_id = cast($unit_id as integer))
group by result_outcome.outcome, outcome_meaning.is_problem
order by result_outcome.outcome
