-- One row per issue found in the notices of a bureau's year, in the order of the file.
select distinct
    import_file.name as source_file,
    import_issue.row,
    import_issue.field,
    import_issue.code,
    import_issue.severity,
    import_issue.message,
    import_issue.parameters,
    import_issue.issue_id
from import_issue
inner join import_file on import_issue.file_sha256 = import_file.file_sha256
inner join plan on import_file.file_sha256 = plan.source_sha256
where plan.bureau_id = $bureau_id and plan.year = $year
order by source_file, import_issue.issue_id
