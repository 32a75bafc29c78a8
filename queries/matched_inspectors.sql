-- One row per inspector matched to an object in a standing random draw of a bureau's year or the year before: who could have met whom.
-- A bureau's own sections share one team, every outside department is a team. `barred` counts the team's inspectors in that draw who
-- must not meet the object (回避); `forbidden` says that this match itself is such a one.
with matched as (
    select
        planned_draw.draw_id,
        planned_draw.year = $year as this_year,
        draw_inspector.object_id,
        draw_inspector.inspector_id,
        coalesce('bureau ' || unit.bureau_id, 'department ' || unit.unit_id) as team,
        recusal.inspector_id is not null as forbidden
    from draw_inspector
    inner join planned_draw on draw_inspector.draw_id = planned_draw.draw_id
    inner join inspector on draw_inspector.inspector_id = inspector.inspector_id
    inner join unit on inspector.unit_id = unit.unit_id
    left join recusal
        on draw_inspector.inspector_id = recusal.inspector_id and draw_inspector.object_id = recusal.object_id
    where
        planned_draw.bureau_id = $bureau_id
        and planned_draw.year in ($year, $year - 1)
        and planned_draw.drawn_on <= $as_of
        and planned_draw.basis = 'random'
),

present as (
    select distinct
        matched.draw_id,
        matched.team,
        matched.inspector_id
    from matched
),

visited as (
    select distinct
        matched.draw_id,
        matched.object_id,
        matched.team
    from matched
),

barred as (
    select
        visited.draw_id,
        visited.object_id,
        visited.team,
        count(*) as inspectors
    from visited
    inner join present on visited.draw_id = present.draw_id and visited.team = present.team
    inner join recusal on present.inspector_id = recusal.inspector_id and visited.object_id = recusal.object_id
    group by visited.draw_id, visited.object_id, visited.team
)

select
    matched.draw_id,
    matched.this_year,
    matched.object_id,
    object.name as object,
    matched.inspector_id,
    inspector.name as inspector,
    matched.team,
    coalesce(barred.inspectors, 0) as barred,
    matched.forbidden
from matched
inner join object on matched.object_id = object.object_id
inner join inspector on matched.inspector_id = inspector.inspector_id
left join barred
    on matched.draw_id = barred.draw_id and matched.object_id = barred.object_id and matched.team = barred.team
order by matched.draw_id, matched.object_id, matched.inspector_id
