-- One row per inspector of the directory (执法检查人员名录库) that works for a bureau's units or for those ever in its scope; everybody
-- where no bureau is given. visits counts the objects of planned draws of the year that were matched to them.
-- reads_like: another inspector whose certificate number is the same but for case, blanks, dashes, full-width signs, O for 0 and
-- I or L for 1; NULL for almost everybody.
with folded as (
    select
        inspector_id,
        name,
        certificate_no,
        translate(
            upper(regexp_replace(certificate_no, '[\s\-－—–_·.]', '', 'g')),
            '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺOIL',
            '0123456789ABCDEFGH1JK1MN0PQRSTUVWXYZ011'
        ) as reading
    from inspector
),

alike as (
    select
        one.inspector_id,
        string_agg(other.name || ' ' || other.certificate_no, '、' order by other.certificate_no) as reads_like
    from folded as one
    inner join folded as other on one.reading = other.reading and one.inspector_id <> other.inspector_id
    group by one.inspector_id
),

matched as (
    select
        draw_inspector.inspector_id,
        count(*) as visits
    from draw_inspector
    inner join planned_draw on draw_inspector.draw_id = planned_draw.draw_id
    where planned_draw.year = $year
    group by draw_inspector.inspector_id
),

kept_away as (
    select
        inspector_id,
        count(*) as recusals
    from recusal
    group by inspector_id
)

select
    inspector.inspector_id,
    inspector.name as inspector,
    inspector.unit_id,
    unit.name as inspector_unit,
    inspector.certificate_no,
    inspector.is_certified,
    inspector.is_civil_servant,
    inspector.active as is_active,
    coalesce(matched.visits, 0) as matched_visits,
    coalesce(kept_away.recusals, 0) as recusals,
    alike.reads_like
from inspector
inner join unit on inspector.unit_id = unit.unit_id
left join alike on inspector.inspector_id = alike.inspector_id
left join matched on inspector.inspector_id = matched.inspector_id
left join kept_away on inspector.inspector_id = kept_away.inspector_id
where
    $bureau_id is null
    or unit.unit_id in (
        select bureau_unit.unit_id from bureau_unit
        where bureau_unit.bureau_id = $bureau_id
    )
order by unit.name, inspector.name, inspector.inspector_id
