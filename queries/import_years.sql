-- One row per year of the bureau's plans whose tasks, draws or results an import wrote to, the newest first.
with touched as (
    select distinct
        import_change.table_name,
        cast(import_change.row_key ->> '$[0]' as bigint) as number
    from import_change
    where import_change.import_id = $import_id and import_change.table_name in ('task', 'draw', 'draw_object', 'result')
),

concerned as (
    select touched.number as task_id
    from touched
    where touched.table_name = 'task'
    union
    select draw.task_id
    from touched
    inner join draw on touched.number = draw.draw_id
    where touched.table_name <> 'task'
)

select distinct planned_task.year
from concerned
inner join planned_task on concerned.task_id = planned_task.task_id
order by planned_task.year desc
