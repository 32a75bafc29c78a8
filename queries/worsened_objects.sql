-- One row per object of the year's pools whose class at the cut-off date is worse than in its latest draw of the year.
with last_frame as (
    select
        frame.object_id,
        frame.class,
        planned_draw.drawn_on,
        planned_draw.task,
        row_number() over (partition by frame.object_id order by planned_draw.drawn_on desc, planned_draw.draw_id desc) as recency
    from frame
    inner join planned_draw on frame.draw_id = planned_draw.draw_id
    where planned_draw.bureau_id = $bureau_id and planned_draw.year = $year and planned_draw.drawn_on <= $as_of
)

select
    last_frame.object_id,
    object.name as object,
    last_frame.class as class_at_draw,
    risk_class.class as class_now,
    risk_class.valid_from as changed_on,
    last_frame.task,
    last_frame.drawn_on
from last_frame
inner join object on last_frame.object_id = object.object_id
inner join risk_class
    on
        last_frame.object_id = risk_class.object_id
        and risk_class.valid_from <= $as_of
        and (risk_class.valid_to is null or risk_class.valid_to > $as_of)
where last_frame.recency = 1 and last_frame.class <> 'none' and risk_class.class > last_frame.class
order by risk_class.class desc, last_frame.object_id asc
