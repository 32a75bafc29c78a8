-- One row per entry of the change log that was looked for, the newest $most; matching counts them all.
-- kind and subject_name say what a subject such as "plan 3 published_on" means: plan, and the title of plan 3 (NULL where it is gone).
with entry as (
    select
        *,
        regexp_extract(
            subject,
            '^(plan|task|unit|bureau|object|inspector|item|draw|setting|notice|rubric|database|import) ?(\S*)(?: (.*))?$',
            ['kind', 'id', 'rest']
        ) as parts,
        count(*) over () as matching
    from change_log
    where
        ($actor is null or actor = $actor)
        and ($action is null or action = $action)
        and ($since is null or logged_at >= $since)
        and ($until is null or logged_at < cast($until as date) + 1)
        and ($text is null or contains(
            lower(concat_ws(' ', subject, before, after, source_file, actor)), lower($text)
        ))
    order by seq desc
    limit $most
)

select
    entry.seq,
    entry.logged_at,
    entry.actor,
    entry.action,
    entry.subject,
    nullif(entry.parts.kind, '') as kind,
    nullif(entry.parts.id, '') as id,
    nullif(entry.parts.rest, '') as rest,
    coalesce(
        plan.title, task.name, object.name, inspector.name, item.name, bureau.name, drawn_task.name, imported_file.name
    ) as subject_name,
    entry.before,
    entry.after,
    entry.source_file,
    entry.matching
from entry
left join plan on entry.parts.kind = 'plan' and plan.plan_id = try_cast(entry.parts.id as integer)
left join task on entry.parts.kind = 'task' and task.task_id = try_cast(entry.parts.id as integer)
left join object on entry.parts.kind = 'object' and object.object_id = entry.parts.id
left join inspector on entry.parts.kind = 'inspector' and inspector.inspector_id = try_cast(entry.parts.id as integer)
left join item on entry.parts.kind = 'item' and item.item_id = try_cast(entry.parts.id as integer)
left join bureau on entry.parts.kind = 'bureau' and bureau.bureau_id = try_cast(entry.parts.id as integer)
left join draw on entry.parts.kind = 'draw' and draw.draw_id = try_cast(entry.parts.id as integer)
left join task as drawn_task on draw.task_id = drawn_task.task_id
left join import on entry.parts.kind = 'import' and import.import_id = try_cast(entry.parts.id as integer)
left join import_file as imported_file on import.file_sha256 = imported_file.file_sha256
order by entry.seq desc
