-- One row per decision that is applied to the next files of a platform, of one bureau ($bureau_id) or of all (NULL): what it was about,
-- what was decided, and by which import, when and with whom (NULL where that was not kept over an upgrade); the newest first.
with brought as (
    select
        import_change.row_key ->> '$.layout' as layout,
        import_change.row_key ->> '$.code' as code,
        import_change.row_key ->> '$.subject' as subject,
        import.bureau_id,
        import.import_id,
        import.imported_at,
        import.actor,
        import_file.name as source_file,
        row_number() over (
            partition by import_change.row_key
            order by import.import_id desc
        ) as place
    from import_change
    inner join import on import_change.import_id = import.import_id
    inner join import_file on import.file_sha256 = import_file.file_sha256
    where import_change.table_name = 'import_decision' and import.undone_at is null
)

select
    import_decision.bureau_id,
    bureau.name as bureau,
    import_decision.layout,
    split_part(import_decision.layout, ':', 1) as import_kind,
    import_decision.code as decision_code,
    import_decision.subject as decision_subject,
    import_decision.value as decision_value,
    brought.import_id,
    brought.imported_at,
    brought.source_file,
    brought.actor
from import_decision
inner join bureau on import_decision.bureau_id = bureau.bureau_id
left join brought
    on
        import_decision.bureau_id = brought.bureau_id
        and import_decision.layout = brought.layout
        and import_decision.code = brought.code
        and import_decision.subject = brought.subject
        and brought.place = 1
where $bureau_id is null or import_decision.bureau_id = $bureau_id
order by
    brought.imported_at desc nulls last, brought.import_id desc nulls last, bureau.name asc, import_decision.layout asc,
    import_decision.code asc, import_decision.subject asc
