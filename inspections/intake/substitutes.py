"""Substitutes of official draws (递补): who was called in for a drawn object, which is then due no more."""

from __future__ import annotations

from inspections.intake.staging import Stage
from inspections.words.wording import FIRST, say, speaking

_BARE = "regexp_replace({0}, '\\s', '', 'g')"
# What a cell that asks whether an object was drawn says of a substitute.
_CALLED = "替补|递补|替换|补抽"


def substitutes_of_rows(stage: Stage) -> None:
    """`drawn_row` with `substitute_for`: the drawn object, by code or name, in whose place the row's object was called.

    A row that says so of an object of the same draw stands in for it; the replaced one was drawn, whatever its own row
    says by now.
    """
    stage.run(
        f"""create or replace temp table stand_in as
        with candidate as (
            select task_id, ordinal, object_id from drawn_row
            union
            select draw.task_id, draw.ordinal, draw_object.object_id
            from draw inner join draw_object on draw.draw_id = draw_object.draw_id
            where draw.kind = 'official' and draw.task_id in (select task_id from drawn_row where stands_for is not null)
        )
        select told."row", min(object.object_id) as replaced, count(object.object_id) as candidates
        from drawn_row as told
        left join candidate on told.task_id = candidate.task_id and told.ordinal = candidate.ordinal
            and told.object_id <> candidate.object_id
        left join object on candidate.object_id = object.object_id and (
            told.stands_for = object.object_id or {_BARE.format("told.stands_for")} = {_BARE.format("object.name")}
        )
        where told.stands_for is not null and told.task_id is not null
        group by told."row" """
    )
    stage.flag("substitute_for", "substitute_unknown", "error", """select stand_in."row", drawn_row.stands_for as text
        from stand_in inner join drawn_row on stand_in."row" = drawn_row."row" where stand_in.candidates <> 1""")  # fmt: skip
    stage.flag("substitute_for", "substituted_twice", "error", """select stand_in."row", first.first_row as other
        from stand_in inner join drawn_row on stand_in."row" = drawn_row."row"
        inner join (
            select task_id, ordinal, replaced, min("row") as first_row from stand_in inner join drawn_row using ("row")
            where replaced is not null group by task_id, ordinal, replaced having count(*) > 1
        ) as first on drawn_row.task_id = first.task_id and drawn_row.ordinal = first.ordinal
            and stand_in.replaced = first.replaced
        where stand_in."row" > first.first_row""")  # fmt: skip
    _called_without_saying_for_whom(stage)
    stage.flag("substitute_reason", "substitute_reason_missing", "warning", """select "row" from stand_in
        inner join incoming using ("row") where incoming.substitute_reason is null and candidates = 1""")  # fmt: skip
    with speaking(FIRST):
        unsaid = say("intake.substitute_reason_unsaid")
    stage.run(
        """create or replace temp table drawn_row as
        select drawn_row.* replace (
                drawn_row.is_drawn or stand_in."row" is not null or replaced."row" is not null as is_drawn
            ), stand_in.replaced as substitute_for,
            case when stand_in.replaced is not null then coalesce(incoming.substitute_reason, $unsaid) end as reason
        from drawn_row inner join incoming on drawn_row."row" = incoming."row"
        left join stand_in on drawn_row."row" = stand_in."row"
        left join (
            select drawn_row.task_id, drawn_row.ordinal, stand_in.replaced as object_id, min(stand_in."row") as "row"
            from stand_in inner join drawn_row on stand_in."row" = drawn_row."row" where stand_in.replaced is not null
            group by all
        ) as replaced on drawn_row.task_id = replaced.task_id and drawn_row.ordinal = replaced.ordinal
            and drawn_row.object_id = replaced.object_id""",
        unsaid=unsaid,
    )
    stage.run("drop table stand_in")


def _called_without_saying_for_whom(stage: Stage) -> None:
    """A cell "递补" beside no replaced object: it would be one more drawn, and the replaced one would stay due."""
    if not stage.has("drawn"):
        return
    texts = stage.incoming.sheet.rows[stage.incoming.mapping["drawn"]]
    called = texts[texts.str.contains(_CALLED)]
    stage.register("called_in", called.rename("text").rename_axis("row").reset_index())
    stage.flag("substitute_for", "substitute_for_missing", "error", """select called_in."row", called_in.text
        from called_in inner join incoming on called_in."row" = incoming."row"
        where incoming.substitute_for is null""")  # fmt: skip
    stage.run("drop table called_in")


def later_substitutes(stage: Stage) -> None:
    """Substitutes of draws on record, beside those in `to_draw_object`: the only objects such a draw can gain."""
    stage.run(
        """insert into to_draw_object by name
        select good_row."row", good_row.draw_id, good_row.object_id, good_row.class_then as class,
            held.number + row_number() over (partition by good_row.draw_id order by good_row."row") as place,
            good_row.substitute_for, good_row.reason
        from good_row
        inner join (
            select draw_id, max(place) as number from draw_object group by draw_id
        ) as held on good_row.known_id = held.draw_id
        left join draw_object on good_row.known_id = draw_object.draw_id and good_row.object_id = draw_object.object_id
        where good_row.substitute_for is not null and draw_object.object_id is null"""
    )
