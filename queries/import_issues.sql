-- One row per issue kept with a file ($file_sha256): where it is, what it is, and what fills its sentence; errors first, then in the
-- order of the file.
select
    import_issue.row,
    import_issue.field,
    import_issue.code,
    import_issue.severity,
    import_issue.parameters,
    import_file.kind as import_kind
from import_issue
inner join import_file on import_issue.file_sha256 = import_file.file_sha256
where import_issue.file_sha256 = $file_sha256
order by import_issue.severity, import_issue.row nulls first, import_issue.issue_id
