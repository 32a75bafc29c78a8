"""The list and the two directories (一单两库), their classes and recusals: what a file of them would change."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from inspections.files.characters import squeezed
from inspections.intake.decisions import CHOSEN, WAITS, Decision
from inspections.intake.kinds import columns_filled
from inspections.intake.staging import Stage, parts_of
from inspections.notice import units as unit_names
from inspections.store.rows import shapes
from inspections.words.pinyin import initials_of
from inspections.words.wording import say

_BARE = "regexp_replace({0}, '\\s', '', 'g')"


def stage_items(stage: Stage) -> None:
    """抽查事项清单: an item is known by its name; what the file leaves empty stays."""
    stage.subject = "item"
    stage.duplicates(("name",))
    stage.sift()
    stage.target(
        "item",
        f"""select good."row", coalesce(item.item_id, nextval('item_seq')) as item_id, $bureau_id as bureau_id,
            coalesce(item.name, good.name) as name, coalesce(good.item_class, cast(item.item_class as varchar)) as item_class,
            coalesce(good.legal_basis, item.legal_basis) as legal_basis
        from (select * from good qualify row_number() over (partition by {_BARE.format("name")} order by "row") = 1) as good
        left join item on item.bureau_id = $bureau_id and {_BARE.format("item.name")} = {_BARE.format("good.name")}""",
        bureau_id=stage.bureau_id,
    )


def stage_objects(stage: Stage) -> None:
    """检查对象名录库: an object is known by its code; pools named in the file are then all of the bureau's it is in.

    But for those that people put it into by hand, which stay unless the user agrees. Objects of which nothing says the
    pool wait until somebody does.
    """
    stage.subject = "object"
    _pools_of_rows(stage, _pool_of_file(stage))
    _everybody_in_a_pool(stage)
    stage.duplicates(("object_id",), ignoring=("pools", "licence_no"))
    stage.flag("object_id", "code_kind_differs", "warning", """select "row", object_id as text from incoming
        where kind = 'individual' and length(object_id) = 18 and object_id[1:2] = '91'""")  # fmt: skip
    stage.sift()
    names = stage.cursor.execute("select distinct name from good where name is not null").df()["name"]
    stage.register("spelled", pd.DataFrame({"name": names, "initials": initials_of(names)}))
    stage.target(
        "object",
        f"""with told as (
            select good.*, case
                when length(good.object_id) <> 18 or not regexp_full_match(good.object_id, '[0-9A-Z]{{18}}') then 'other'
                when good.object_id[1:2] = '92' then 'individual'
                when good.object_id[1:1] = '9' then 'enterprise'
                else 'institution'
            end as kind_by_code
            from good
        )
        select told."row", told.object_id, told.name,
            coalesce(told.kind, cast(object.kind as varchar), told.kind_by_code) as kind,
            {_told_or_known("object", own=("name", "kind", "status", "is_market_entity"))},
            coalesce(told.status, cast(object.status as varchar), 'active') as status,
            coalesce(told.is_market_entity, object.is_market_entity,
                coalesce(told.kind, told.kind_by_code) in ('enterprise', 'individual')) as is_market_entity,
            spelled.initials
        from told left join object on told.object_id = object.object_id
        left join spelled on told.name = spelled.name""",
    )
    stage.puts.insert(0, "scope")
    stage.run(
        """create or replace temp table to_scope as
        select min(pool_of."row") as "row", nextval('scope_seq') as scope_id, $bureau_id as bureau_id, pool as name
        from pool_of inner join good on pool_of."row" = good."row"
        where scope_id is null group by pool""",
        bureau_id=stage.bureau_id,
    )
    stage.target(
        "object_scope",
        """select pool_of."row", good.object_id, coalesce(pool_of.scope_id, to_scope.scope_id) as scope_id
        from pool_of inner join good on pool_of."row" = good."row"
        left join to_scope on pool_of.pool = to_scope.name""",
    )
    stage.run(
        """create or replace temp table gone_object_scope as
        select good."row", object_scope.object_id, object_scope.scope_id
        from object_scope
        inner join scope on object_scope.scope_id = scope.scope_id and scope.bureau_id = $bureau_id
        inner join (select object_id, min("row") as "row" from good where pools is not null group by object_id) as good
            on object_scope.object_id = good.object_id
        where not exists (
            select 1 from to_object_scope as kept
            where kept.object_id = object_scope.object_id and kept.scope_id = object_scope.scope_id
        )""",
        bureau_id=stage.bureau_id,
    )
    _pools_by_hand(stage)
    stage.removes.append("object_scope")


# Objects that no pool of the bureau holds.
_POOLLESS = """select incoming."row", incoming.object_id from incoming
    where incoming.object_id is not null and not exists (
        select 1 from object_scope inner join scope on object_scope.scope_id = scope.scope_id
        where object_scope.object_id = incoming.object_id and scope.bureau_id = $bureau_id
    )"""


def _pool_of_file(stage: Stage) -> str | None:
    """The pool that all objects of a file without such a column belong to: given, decided, or None where it is open."""
    if stage.has("pools"):
        return stage.incoming.pool
    ((count,),) = stage.rows(f"select count(*) from ({_POOLLESS})", bureau_id=stage.bureau_id)
    if not count and not stage.incoming.pool:
        return None
    pools = [
        str(name)
        for (name,) in stage.rows(
            "select name from scope where bureau_id = $bureau_id order by name", bureau_id=stage.bureau_id
        )
    ]
    about = squeezed(" ".join((stage.incoming.name, stage.incoming.sheet.worksheet, *stage.incoming.sheet.titles)))
    named = [pool for pool in pools if squeezed(pool) in about]
    proposal = max(named, key=len) if named else pools[0] if len(pools) == 1 else None
    one = Decision("pool", _called(stage), {pool: pool for pool in pools}, proposal,
                   "grounds_named" if named else "grounds_only" if proposal else "grounds_none", int(count),
                   parameters={"pools": say("frame.list_comma").join(pools) or "—"}, free=True)  # fmt: skip
    if stage.incoming.pool:
        # Who named a pool has decided: the next file of this layout is handled likewise.
        options = {**one.options, stage.incoming.pool: stage.incoming.pool}
        one = replace(one, options=options, value=stage.incoming.pool, by=CHOSEN)
    return stage.decide(one)


def _called(stage: Stage) -> str:
    """What the file calls itself, but for years and numbers: lists of several pools may come in one layout."""
    titles = stage.incoming.sheet.titles
    text = titles[0] if titles else Path(stage.incoming.sheet.name).stem
    return re.sub(r"[（(][^）)]*[）)]|\d+|[年月日度号_\-\s]+", "", squeezed(text))[:60]


def _everybody_in_a_pool(stage: Stage) -> None:
    """An object in no pool is never drawn, which nobody would notice: it waits, or is said where a cell is empty."""
    poolless = f'select * from ({_POOLLESS}) where "row" not in (select "row" from pool_of)'
    if not stage.has("pools"):
        stage.flag("pools", WAITS, "error", f'select "row", cast($file as varchar) as text from ({poolless})',
                   bureau_id=stage.bureau_id, file=stage.incoming.name)  # fmt: skip
        return
    stage.flag("pools", "objects_without_pool", "warning", f"""select min("row") as "row", count(*) as count
        from ({poolless}) where "row" not in (select "row" from issue where severity = 'error')
        having count(*) > 0""", bureau_id=stage.bureau_id)  # fmt: skip


def _pools_by_hand(stage: Stage) -> None:
    """Keep memberships that people made by hand, as the log of edits tells, unless the user has agreed that they go."""
    if stage.incoming.replace_pools:
        return
    stage.run(
        """create or replace temp table by_hand as
        with edit as (
            select subject, from_json(after, '{"pools": ["VARCHAR"]}').pools as pools,
                coalesce(from_json(before, '{"pools": ["VARCHAR"]}').pools, []) as earlier
            from change_log where action = 'edit' and subject like 'object % pools'
        )
        select distinct gone."row", gone.object_id, gone.scope_id, scope.name as pool
        from gone_object_scope as gone
        inner join scope on gone.scope_id = scope.scope_id
        inner join edit on edit.subject = 'object ' || gone.object_id || ' pools'
            and list_contains(edit.pools, scope.name) and not list_contains(edit.earlier, scope.name)"""
    )
    stage.run(
        """delete from gone_object_scope where exists (
            select 1 from by_hand where by_hand.object_id = gone_object_scope.object_id
                and by_hand.scope_id = gone_object_scope.scope_id
        )"""
    )
    stage.flag("pools", "pool_by_hand", "warning", """select min("row") as "row", pool, count(*) as count from by_hand
        group by pool""")  # fmt: skip
    stage.run("drop table by_hand")


def _told_or_known(table: str, own: tuple[str, ...]) -> str:
    """SQL for the columns of a table that a file fills as it says, and leaves as they are where it says nothing."""
    types = shapes()[table].types
    return ", ".join(
        f'coalesce(cast(told."{column}" as {types[column]}), {table}."{column}") as "{column}"'
        for column in columns_filled(table)
        if column not in own
    )


def _pools_of_rows(stage: Stage, pool: str | None) -> None:
    """`pool_of`: row, pool as it is called in the directory, its scope_id (NULL for a new one)."""
    stage.run(
        f"""create or replace temp table pool_of as
        with named as (
            select "row", {parts_of("pools")} as pool from incoming where pools is not null
            union
            select "row", cast($pool as varchar) from incoming where $pool is not null
        )
        select distinct named."row", coalesce(scope.name, named.pool) as pool, scope.scope_id
        from named left join scope on scope.bureau_id = $bureau_id
            and {_BARE.format("scope.name")} = {_BARE.format("named.pool")}
        where named.pool <> ''""",
        bureau_id=stage.bureau_id,
        pool=pool,
    )
    stage.flag("pools", "pool_new", "warning",
               """select min("row") as "row", pool, count(*) as count from pool_of where scope_id is null group by pool""")  # fmt: skip


def stage_classes(stage: Stage) -> None:
    """信用风险分类: a history. A class holds from its day until the next one; nothing that held before is overwritten."""
    stage.subject = "risk_class"
    day = stage.incoming.day or datetime.date.today()
    stage.flag("object_id", "object_unknown", "error", """select incoming."row", incoming.object_id as text from incoming
        left join object on incoming.object_id = object.object_id
        where incoming.object_id is not null and object.object_id is null""")  # fmt: skip
    stage.flag("name", "name_differs", "warning", f"""select incoming."row", incoming.name as text, object.name as known
        from incoming inner join object on incoming.object_id = object.object_id
        where {_BARE.format("incoming.name")} <> {_BARE.format("object.name")}""")  # fmt: skip
    stage.flag("class", "class_none", "error", """select "row" from incoming where class = 'none'""")
    stage.flag("valid_to", "valid_to_before", "error", """select "row", valid_to::date as day, valid_from::date as start
        from incoming where valid_to <= coalesce(valid_from, $day)""", day=day)  # fmt: skip
    if not stage.has("valid_from"):
        stage.flag("valid_from", "valid_from_assumed", "note", """select min("row") as "row", cast($day as varchar) as day
            from incoming having count(*) > 0""", day=day.isoformat())  # fmt: skip
    stage.duplicates(("object_id", "valid_from"), ignoring=("name", "source", "licence_no"))
    stage.sift()
    stage.run(
        """create or replace temp table told_class as
        select "row", object_id, class, coalesce(cast(valid_from as date), $day) as valid_from,
            cast(valid_to as date) as valid_to, coalesce(source, $file) as source
        from good
        qualify row_number() over (partition by object_id, coalesce(cast(valid_from as date), $day) order by "row") = 1""",
        day=day,
        file=stage.incoming.name,
    )
    stage.flag("class", "class_corrected", "warning", """select told_class."row", cast(risk_class.class as varchar) as known,
        told_class.class as text, risk_class.valid_from as day
        from told_class inner join risk_class
            on told_class.object_id = risk_class.object_id and told_class.valid_from = risk_class.valid_from
        where told_class.class <> cast(risk_class.class as varchar)""")  # fmt: skip
    # A class that says what holds anyway adds no period; one in between ends where the period ends that it cuts in two.
    stage.target(
        "risk_class",
        """with known as (
            select object_id, cast(class as varchar) as class, valid_from, valid_to, source from risk_class
            where object_id in (select object_id from told_class)
        ),
        both_sides as (
            select told_class."row", told_class.object_id, told_class.class, told_class.valid_from, told_class.valid_to,
                case when same.object_id is not null and same.class = told_class.class then same.source
                    else told_class.source end as source,
                same.object_id is not null as corrects, same.valid_to as until
            from told_class left join known as same
                on told_class.object_id = same.object_id and told_class.valid_from = same.valid_from
            union all
            select null, known.object_id, known.class, known.valid_from, known.valid_to, known.source, false, null
            from known where not exists (
                select 1 from told_class
                where told_class.object_id = known.object_id and told_class.valid_from = known.valid_from
            )
        ),
        ordered as (
            select *,
                lag(class) over periods as class_before,
                lag(case when "row" is null then valid_to end) over periods as until_before,
                last_value(case when "row" is null then coalesce(valid_to, date '9999-12-31') end ignore nulls) over (
                    partition by object_id order by valid_from rows between unbounded preceding and 1 preceding
                ) as known_until
            from both_sides
            window periods as (partition by object_id order by valid_from)
        ),
        kept as (
            select * from ordered
            where "row" is null or corrects or valid_to is not null or class_before is distinct from class
                or (until_before is not null and until_before <= valid_from)
        ),
        timed as (
            select *, lead(valid_from) over (partition by object_id order by valid_from) as next_from from kept
        ),
        bounded as (
            select *, case
                when "row" is null then valid_to
                when valid_to is not null then valid_to
                when corrects then until
                when known_until > valid_from and known_until < date '9999-12-31' then known_until
            end as ends
            from timed
        )
        select "row", object_id, class, valid_from,
            case when next_from is not null and (ends is null or ends > next_from) then next_from else ends end as valid_to,
            source
        from bounded""",
    )


def stage_inspectors(stage: Stage) -> None:
    """执法检查人员名录库: an inspector is known by the number of the certificate."""
    stage.subject = "inspector"
    units_of_rows(stage, "unit", new=True)
    stage.duplicates(("certificate_no",))
    stage.flag("certificate_no", "certificate_other_name", "error", f"""select incoming."row",
        incoming.certificate_no as text, inspector.name as known
        from incoming inner join inspector on incoming.certificate_no = inspector.certificate_no
        where {_BARE.format("incoming.name")} <> {_BARE.format("inspector.name")}""")  # fmt: skip
    stage.flag("name", "inspector_same_name", "warning", """select incoming."row", incoming.name as text,
        min(inspector.certificate_no) as known
        from incoming inner join unit_of_row on incoming."row" = unit_of_row."row"
        inner join inspector on incoming.name = inspector.name and unit_of_row.unit_id = inspector.unit_id
        where incoming.certificate_no <> inspector.certificate_no
            and incoming.certificate_no not in (select certificate_no from inspector)
        group by all""")  # fmt: skip
    stage.sift()
    stage.puts.append("unit")
    stage.target(
        "inspector",
        """select good."row", coalesce(inspector.inspector_id, nextval('inspector_seq')) as inspector_id, good.name,
            unit_of_row.unit_id, good.certificate_no,
            coalesce(good.is_civil_servant, inspector.is_civil_servant, true) as is_civil_servant,
            coalesce(good.active, inspector.active, true) as active,
            coalesce(good.is_certified, inspector.is_certified, true) as is_certified
        from (select * from good qualify row_number() over (partition by certificate_no order by "row") = 1) as good
        inner join unit_of_row on good."row" = unit_of_row."row"
        left join inspector on good.certificate_no = inspector.certificate_no""",
    )


def units_of_rows(stage: Stage, field: str, *, new: bool, told: bool = True) -> None:
    """`unit_of_row`: row, unit_id; with `new`, `to_unit` has the units no notice has named yet.

    Unless `told`, the caller says what becomes of a unit that is not known.
    """
    known: dict[tuple[str, ...], int] = {}
    named: dict[str, int] = {}
    for unit_id, name, kind, region, own in stage.rows(
        "select unit_id, name, cast(kind as varchar), region, bureau_id is not null from unit"
        " where bureau_id = $bureau_id or bureau_id is null order by unit_id",
        bureau_id=stage.bureau_id,
    ):
        known.setdefault(unit_names.identity(unit_names.Unit(name, kind, bool(own), region)), unit_id)
        named.setdefault(name, unit_id)
    called = dict(
        stage.rows("select alias, unit_id from unit_alias where bureau_id = $bureau_id", bureau_id=stage.bureau_id)
    )
    bureau = unit_names.bureau_named(stage.incoming.bureau)
    found: list[tuple[str, int | None, bool]] = []
    made: list[tuple[int, str, str, str | None, bool]] = []
    for (text,) in stage.rows(f'select distinct "{field}" from incoming where "{field}" is not null'):
        unit = unit_names.unit_called(text, bureau, internal=True)
        unit_id = called.get(text) or named.get(text) or known.get(unit_names.identity(unit))
        fresh = unit_id is None and new and unit_names.is_unit_name(text)
        if fresh:
            unit_id = int(stage.rows("select nextval('unit_seq')")[0][0])
            known[unit_names.identity(unit)] = unit_id
            made.append((unit_id, unit.name, unit.kind, unit.region, unit.own))
        found.append((text, unit_id, fresh))
    frame = pd.DataFrame(found, columns=["called", "unit_id", "fresh"])
    stage.register("unit_called", frame.astype({"called": "str", "unit_id": "Int64", "fresh": "boolean"}))
    stage.run(
        f"""create or replace temp table unit_of_row as
        select incoming."row", unit_called.unit_id, unit_called.fresh from incoming
        inner join unit_called on incoming."{field}" = unit_called.called"""
    )
    if told:
        stage.flag(field, "unit_unknown_here", "error", f"""select unit_of_row."row", incoming."{field}" as text
            from unit_of_row inner join incoming on unit_of_row."row" = incoming."row"
            where unit_of_row.unit_id is null""")  # fmt: skip
    stage.flag(field, "unit_new", "warning", f"""select min(unit_of_row."row") as "row", incoming."{field}" as text,
        count(*) as count from unit_of_row inner join incoming on unit_of_row."row" = incoming."row"
        where unit_of_row.fresh group by incoming."{field}" """)  # fmt: skip
    if new:
        units = pd.DataFrame(made, columns=["unit_id", "name", "kind", "region", "own"])
        stage.register(
            "made_units",
            units.astype({"unit_id": "Int64", "name": "str", "kind": "str", "region": "str", "own": "boolean"}),
        )
        stage.run(
            """create or replace temp table to_unit as
            select cast(null as bigint) as "row", unit_id, case when own then $bureau_id end as bureau_id, name, kind, region
            from made_units where unit_id in (
                select unit_of_row.unit_id from unit_of_row
                where unit_of_row."row" not in (select "row" from issue where severity = 'error')
            )""",
            bureau_id=stage.bureau_id,
        )


def stage_recusals(stage: Stage) -> None:
    """回避: an inspector, by certificate or by a name that only one bears, and an object, with the reason."""
    stage.subject = "recusal"
    inspectors_of_rows(stage, "certificate_no", "inspector")
    stage.flag("object_id", "object_unknown", "error", """select incoming."row", incoming.object_id as text from incoming
        left join object on incoming.object_id = object.object_id
        where incoming.object_id is not null and object.object_id is null""")  # fmt: skip
    stage.sift()
    stage.target(
        "recusal",
        """select good."row", inspector_of_row.inspector_id, good.object_id, good.reason
        from good inner join inspector_of_row on good."row" = inspector_of_row."row" """,
    )
    stage.flag("inspector", "recusal_after_match", "warning", """select to_recusal."row", count(*) as count
        from to_recusal inner join draw_inspector on to_recusal.inspector_id = draw_inspector.inspector_id
            and to_recusal.object_id = draw_inspector.object_id
        group by to_recusal."row" """)  # fmt: skip


def inspectors_of_rows(stage: Stage, certificate: str, name: str) -> None:
    """`inspector_of_row`: row, inspector_id, by certificate where given, else by name."""
    stage.run(
        f"""create or replace temp table inspector_of_row as
        with told as (select "row", "{certificate}" as certificate, "{name}" as called from incoming)
        select told."row", coalesce(min(held.inspector_id), min(named.inspector_id)) as inspector_id,
            count(distinct coalesce(held.inspector_id, named.inspector_id)) as candidates
        from told
        left join inspector as held on told.certificate = held.certificate_no
        left join inspector as named on told.certificate is null and told.called = named.name
        group by told."row" """
    )
    told = f'coalesce(incoming."{certificate}", incoming."{name}", \'\')'
    for code, condition in (("inspector_unknown", "candidates = 0"), ("inspector_ambiguous", "candidates > 1")):
        stage.flag(certificate if stage.has(certificate) else name, code, "error",
                   f"""select inspector_of_row."row", {told} as text from inspector_of_row
                   inner join incoming on inspector_of_row."row" = incoming."row" where {condition} and {told} <> ''""")  # fmt: skip
    stage.run("delete from inspector_of_row where candidates <> 1")
