-- One row per import of a file, and per file that was rejected whole, waits whole or came in before imports were kept row by row; the
-- newest first. What a synthetic database began with came in no file: the change log tells of it. rows_*: what became of a file's rows,
-- NULL where that was not kept; undoable: it stands and its rows were kept; waits_for: of a file that waits, what is to be decided (JSON:
-- decision, about, rows).
-- Times are kept to the second: which of two files came in later, their entries in the log tell.
with attempt as (
    select
        after ->> '$.file_sha256' as file_sha256,
        max_by(actor, seq) as actor,
        max_by(cast(after ->> '$.rows_waiting' as bigint), seq) as waiting,
        max_by(after ->> '$.waits_for', seq) as waits_for,
        max(seq) as seq
    from change_log
    where action = 'import' and after ->> '$.status' in ('rejected', 'waiting')
    group by file_sha256
),

entry as (
    select
        cast(after ->> '$.import_id' as bigint) as import_id,
        max(seq) as seq
    from change_log
    where action = 'import'
    group by import_id
),

found as (
    select
        file_sha256,
        count(*) as issues,
        count(distinct case when severity = 'error' then "row" end) as wrong
    from import_issue
    group by file_sha256
),

brought as (
    select
        import.import_id,
        import.file_sha256,
        import.kind,
        import.bureau_id,
        import.actor,
        import.imported_at,
        import.rows_new,
        import.rows_changed,
        import.rows_unchanged,
        import.rows_waiting,
        import.rows_rejected,
        case
            when import.undone_at is not null then 'undone'
            when import.rows_rejected > 0 or import.rows_waiting > 0 then 'partial'
            else 'complete'
        end as import_state,
        import.undone_at,
        import.undone_by,
        import.undone_at is null
        and import.import_id in (select import_change.import_id from import_change) as undoable,
        null as waits_for,
        entry.seq
    from import
    left join entry on import.import_id = entry.import_id
    where $bureau_id is null or import.bureau_id is null or import.bureau_id = $bureau_id
    union all
    select
        null as import_id,
        import_file.file_sha256,
        import_file.kind,
        null as bureau_id,
        attempt.actor,
        import_file.imported_at,
        case when import_file.status in ('rejected', 'waiting') then 0 end as rows_new,
        case when import_file.status in ('rejected', 'waiting') then 0 end as rows_changed,
        case
            when import_file.status = 'rejected' then 0
            when import_file.status = 'waiting' then import_file.rows_kept
        end as rows_unchanged,
        case
            when import_file.status = 'rejected' then 0
            when import_file.status = 'waiting' then coalesce(attempt.waiting, import_file.rows_read)
        end as rows_waiting,
        case
            when import_file.status in ('rejected', 'waiting') then coalesce(found.wrong, 0)
            else import_file.rows_read - import_file.rows_kept
        end as rows_rejected,
        cast(import_file.status as varchar) as import_state,
        null as undone_at,
        null as undone_by,
        false as undoable,
        case when import_file.status = 'waiting' then attempt.waits_for end as waits_for,
        attempt.seq
    from import_file
    left join attempt on import_file.file_sha256 = attempt.file_sha256
    left join found on import_file.file_sha256 = found.file_sha256
    where
        import_file.kind <> 'synthetic'
        and (
            import_file.status in ('rejected', 'waiting')
            or import_file.file_sha256 not in (select import.file_sha256 from import)
        )
)

select
    brought.import_id,
    brought.file_sha256,
    import_file.name as source_file,
    brought.kind as import_kind,
    bureau.name as bureau,
    brought.actor,
    brought.imported_at,
    import_file.rows_read,
    brought.rows_new,
    brought.rows_changed,
    brought.rows_unchanged,
    brought.rows_waiting,
    brought.rows_rejected,
    brought.import_state,
    brought.undone_at,
    brought.undone_by,
    brought.undoable,
    brought.waits_for,
    coalesce(found.issues, 0) as issues
from brought
inner join import_file on brought.file_sha256 = import_file.file_sha256
left join bureau on brought.bureau_id = bureau.bureau_id
left join found on brought.file_sha256 = found.file_sha256
order by
    brought.imported_at desc, brought.seq desc nulls last, brought.import_id desc nulls last, import_file.name asc,
    brought.file_sha256 asc
