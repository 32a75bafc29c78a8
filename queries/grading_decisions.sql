-- One row per unit of a bureau's year with a grade that people decided, or a note; either may be empty.
select
    coalesce(evaluation_override.unit_id, evaluation_note.unit_id) as unit_id,
    evaluation_override.grade,
    evaluation_override.reason,
    evaluation_override.decided_by,
    evaluation_note.note
from evaluation_override
full outer join evaluation_note
    on
        evaluation_override.bureau_id = evaluation_note.bureau_id
        and evaluation_override.unit_id = evaluation_note.unit_id
        and evaluation_override.year = evaluation_note.year
where
    coalesce(evaluation_override.bureau_id, evaluation_note.bureau_id) = $bureau_id
    and coalesce(evaluation_override.year, evaluation_note.year) = $year
order by unit_id
