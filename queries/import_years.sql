-- One row per year of the plans whose tasks, draws or results an import wrote to, the newest first; a draw without a task is of its own.
with touched as (
    select distinct
        cast(import_change.row_key ->> '$.draw_id' as bigint) as draw_id,
        cast(import_change.row_key ->> '$.task_id' as bigint) as task_id
    from import_change
    where import_change.import_id = $import_id and import_change.table_name in ('task', 'draw', 'draw_object', 'result')
),

concerned as (
    select task_in_force.year
    from touched
    inner join task_in_force on touched.task_id = task_in_force.task_id
    union
    select coalesce(task_in_force.year, cast(extract(year from draw.drawn_at) as smallint)) as year
    from touched
    inner join draw on touched.draw_id = draw.draw_id
    left join task_in_force on draw.task_id = task_in_force.task_id
)

select concerned.year
from concerned
order by concerned.year desc
