-- One row per saved version of a scoring scheme, the newest first: the first row is the one in force.
select
    rubric.rubric_id,
    rubric.name,
    rubric.version,
    rubric.definition,
    rubric.created_at
from rubric
order by rubric.rubric_id desc
