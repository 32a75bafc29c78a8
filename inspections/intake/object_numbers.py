"""Which number is an object's, where a file gives a credit code and a licence number: a firm may hold several licences."""

from __future__ import annotations

from inspections.intake.decisions import OPEN, PAPERS, WAITS, Decision
from inspections.intake.staging import Stage
from inspections.words.wording import say

CREDIT_CODE, LICENCE = "credit_code", "licence"


def numbers_of_objects(stage: Stage) -> None:
    """Put the number that is the object's into `object_id` of `incoming`; a row without any says so.

    A row with a licence number alone has that one. Where both are given, the register tells if it holds the objects by
    their licences. Else, for a directory, it is asked: until then the credit code counts, and rows that would fall
    together under one code wait. Elsewhere an object the register does not hold by its licence has its credit code.
    """
    if stage.has("licence_no"):
        stage.run("update incoming set object_id = licence_no where object_id is null and \"row\" not in ("
                  "select \"row\" from issue where field = 'object_id' and severity = 'error')")  # fmt: skip
        if stage.has("object_id"):
            _which(stage)
    if stage.has("name") and stage.incoming.kind != "object_directory":
        _by_name(stage)
    stage.flag("object_id", "required_missing", "error", """select "row" from incoming where object_id is null
        and "row" not in (select "row" from issue where field in ('object_id', 'licence_no') and severity = 'error')""")  # fmt: skip


def _by_name(stage: Stage) -> None:
    """A row without any number means the object that alone bears its name in the register; else it says why not."""
    stage.run(
        """create or replace temp table called_object as
        select incoming."row", incoming.name, min(object.object_id) as object_id, count(object.object_id) as candidates
        from incoming left join object on incoming.name = object.name
        where incoming.object_id is null and incoming.name is not null and incoming."row" not in (
            select "row" from issue where field in ('object_id', 'licence_no') and severity = 'error'
        )
        group by incoming."row", incoming.name"""
    )
    stage.run(
        """update incoming set object_id = called_object.object_id from called_object
        where incoming."row" = called_object."row" and called_object.candidates = 1"""
    )
    stage.flag("object_id", "object_by_name", "note", """select min("row") as "row", count(*) as count from called_object
        where candidates = 1 having count(*) > 0""")  # fmt: skip
    stage.flag("object_id", "object_name_unknown", "error", """select "row", name as text from called_object
        where candidates = 0""")  # fmt: skip
    stage.flag("object_id", "object_name_ambiguous", "error", """select "row", name as text, candidates as count
        from called_object where candidates > 1""")  # fmt: skip
    stage.run("drop table called_object")


def _which(stage: Stage) -> None:
    ((both, known, twice),) = stage.rows(
        """with given as (
            select incoming.object_id, incoming.licence_no, object.object_id is not null as held
            from incoming left join object on incoming.licence_no = object.object_id
            where incoming.licence_no is not null and incoming.object_id is distinct from incoming.licence_no
        )
        select count(*), count(*) filter (held), (
            select count(*) from (
                select object_id from given where object_id is not null group by object_id
                having count(distinct licence_no) > 1
            )
        ) from given"""
    )
    if not both:
        return
    asked = stage.incoming.kind == "object_directory"
    if not asked and not known:
        return
    options = {choice: say(f"decisions.object_number.option_{choice}") for choice in (CREDIT_CODE, LICENCE)}
    one = Decision(
        "object_number",
        "",
        options,
        LICENCE if twice or known else CREDIT_CODE,
        "grounds_known" if known else "grounds_twice" if twice else "grounds_once",
        both,
        value=LICENCE if known else None,
        by=PAPERS if known else OPEN,
        parameters={"twice": twice},
    )
    value = stage.decide(one)
    if value == LICENCE:
        # Elsewhere only what the register holds by its licence: an object may stand there by its code.
        which = "" if asked else "and licence_no in (select object_id from object)"
        stage.run(f"update incoming set object_id = licence_no where licence_no is not null {which}")
        # What is wrong with a code that is not the object's number keeps no row out.
        stage.run(
            f"""update issue set severity = 'warning' where field = 'object_id' and severity = 'error' and "row" in (
                select "row" from incoming where licence_no is not null {which}
            )"""
        )
    elif value is None and twice:
        stage.flag("licence_no", WAITS, "error", """select incoming."row", incoming.object_id as text from incoming
            where licence_no is not null and object_id in (
                select object_id from incoming where licence_no is not null
                group by object_id having count(distinct licence_no) > 1
            )""")  # fmt: skip
