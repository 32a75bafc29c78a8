-- One row per saved scenario of a bureau's year, newest first: its definition, when it was saved, and how many changes to the data
-- were logged since. changes is NULL where the database is another one than it was saved in.
-- Saving scenarios, exports, backups, trial draws and what is decided in an evaluation change nothing that a scenario is worked out from.
with changed as (
    select
        change_log.seq,
        change_log.hash,
        change_log.action not in (
            'scenario', 'export', 'freeze', 'draw', 'redraw', 'top_up', 'substitute', 'rubric', 'grade', 'note', 'proposal', 'backup',
            'mapping', 'upgrade'
        )
        -- Limits and backups belong to the machine.
        and not (
            change_log.action = 'setting'
            and (starts_with(change_log.subject, 'setting limit_') or starts_with(change_log.subject, 'setting backup_'))
        ) as matters
    from change_log
)

select
    scenario.scenario_id,
    scenario.name,
    scenario.definition,
    scenario.saved_at,
    case when seen.seq is not null then count(changed.seq) end as changes
from scenario
left join changed as seen on scenario.data_version = seen.hash
left join changed on seen.seq < changed.seq and changed.matters
where scenario.bureau_id = $bureau_id and scenario.year = $year
group by scenario.scenario_id, scenario.name, scenario.definition, scenario.saved_at, seen.seq
order by scenario.saved_at desc, scenario.scenario_id desc
