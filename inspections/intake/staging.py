"""The table on which a file is laid out before it goes in: its rows, what is wrong with them, what they would change.

Everything lives in temporary tables of one cursor, inside one transaction:

- `incoming`: the rows of the file, one column per field (see `Incoming.frame`);
- `issue`: row, field, code, severity, parameters (JSON);
- `good`: the rows of `incoming` without an error;
- `to_<table>`: rows as they shall be, with the `row` of the file they come from (NULL where they follow from others);
- `gone_<table>`: keys of rows that shall go;
- `together`: row and the first row that says the same thing in several rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pandas as pd

from inspections.intake.decisions import CHOSEN, OF_ONE_FILE, OPEN, PAPERS, Decision, decided
from inspections.intake.incoming import PARTS, Incoming
from inspections.intake.kinds import KINDS
from inspections.store.rows import same_key, shapes

ENOUGH_CHANGES = 2_000


@dataclass
class Stage:
    """The laid-out file: the cursor with the temporary tables, and the tables it writes to, parents first.

    `subject` is the table whose rows the rows of the file are.
    """

    cursor: duckdb.DuckDBPyConnection
    incoming: Incoming
    subject: str = ""
    puts: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def decide(self, open_one: Decision) -> str | None:
        """The value in force for what the file leaves open, None while it waits; kept to be shown and remembered."""
        one = (
            open_one
            if open_one.by in {PAPERS, CHOSEN}
            else decided(open_one, self.incoming.chosen, self.incoming.remembered)
        )
        for place, known in enumerate(self.decisions):
            if (known.code, known.subject) == (one.code, one.subject):
                # Rows of several years, or without a day: the same question is asked once.
                shown = one if one.by == OPEN else known
                options = {**known.options, **one.options}
                self.decisions[place] = replace(shown, options=options, rows=known.rows + one.rows)
                return one.value
        self.decisions.append(one)
        return one.value

    def remember(self) -> None:
        """`to_import_decision`: what a person has decided now, for the next file of this layout."""
        rows = [
            (one.code, one.subject, one.value)
            for one in self.decisions
            if one.by == CHOSEN and one.code not in OF_ONE_FILE
        ]
        if not rows:
            return
        self.register("chosen_now", pd.DataFrame(rows, columns=["code", "subject", "value"]).astype("str"))
        self.target(
            "import_decision",
            """select cast(null as bigint) as "row", $bureau_id as bureau_id, $layout as layout, code, subject, value
            from chosen_now""",
            bureau_id=self.bureau_id,
            layout=self.incoming.layout,
        )

    @property
    def bureau_id(self) -> int:
        """The bureau the file is imported for."""
        return self.incoming.bureau_id

    def has(self, code: str) -> bool:
        """Whether the file has a column for this field."""
        return code in self.incoming.mapping

    def run(self, sql: str, **parameters: Any) -> None:
        """One statement with `$named` parameters."""
        self.cursor.execute(sql, parameters or None)

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        return self.cursor.execute(sql, parameters or None).fetchall()

    def register(self, name: str, frame: pd.DataFrame) -> None:
        """A frame as a temporary table."""
        self.cursor.register("frame_of_python", frame)
        self.run(f"create or replace temp table {name} as select * from frame_of_python")
        self.cursor.unregister("frame_of_python")

    def flag(self, at: str, code: str, severity: str, found: str, **parameters: Any) -> None:
        """Write down an issue for every row of `found`: its `row`, and the parameters of the sentence."""
        # Everything of the row but its number, NULLs included: merging takes away only what the patch sets to null.
        self.cursor.execute(
            f"""insert into issue
            select "row", '{at}', '{code}', '{severity}',
                cast(json_merge_patch(to_json(found), '{{"row": null}}') as varchar)
            from ({found}) as found""",
            parameters or None,
        )

    def sift(self) -> None:
        """`good`: the rows without an error so far."""
        self.run(
            """create or replace temp table good as
            select * from incoming where "row" not in (select "row" from issue where severity = 'error')"""
        )

    def duplicates(self, key: tuple[str, ...], ignoring: tuple[str, ...] = ()) -> None:
        """Rows of one key: said again in the same words is a warning, in other words an error on all of them."""
        fields = [code for code in KINDS[self.incoming.kind].fields if code not in {*key, *ignoring}]
        told = " || chr(30) || ".join(f'coalesce(cast("{code}" as varchar), chr(29))' for code in fields) or "''"
        keys = ", ".join(f'"{code}"' for code in key)
        known = " and ".join(f'"{code}" is not null' for code in key)
        self.run(
            f"""create or replace temp table twice as
            select {keys}, min("row") as first_row, count(distinct {told}) as variants
            from incoming where {known} group by {keys} having count(*) > 1"""
        )
        self.flag(key[0], "duplicate_differs", "error",
                  f"""select incoming."row", twice.first_row as other from incoming
                  inner join twice using ({keys}) where twice.variants > 1""")  # fmt: skip
        if not ignoring:
            self.flag(key[0], "duplicate_row", "warning",
                      f"""select incoming."row", twice.first_row as other from incoming
                      inner join twice using ({keys}) where twice.variants = 1 and incoming."row" > twice.first_row""")  # fmt: skip
        self.run("drop table twice")

    def target(self, table: str, sql: str, **parameters: Any) -> None:
        """`to_<table>`, one row per key: the first row of the file that gives it."""
        key = ", ".join(f'"{column}"' for column in shapes()[table].key)
        self.cursor.execute(
            f"""create or replace temp table to_{table} as
            select * from ({sql}) qualify row_number() over (partition by {key} order by "row" nulls first) = 1""",
            parameters or None,
        )
        self.puts.append(table)


def laid_out(cursor: duckdb.DuckDBPyConnection, incoming: Incoming) -> Stage:
    """The rows of the file and the issues of their cells, as temporary tables."""
    stage = Stage(cursor, incoming)
    stage.register("incoming", incoming.frame)
    stage.run(
        """create or replace temp table issue (
            "row" bigint, field varchar, code varchar, severity varchar, parameters varchar
        )"""
    )
    stage.run('create or replace temp table together ("row" bigint, first_row bigint)')
    if len(incoming.issues):
        stage.register("cell_issues", incoming.issues)
        stage.run("insert into issue select * from cell_issues")
    fields = KINDS[incoming.kind].fields
    if "object_id" in fields:
        name = "incoming.name" if "name" in fields else "null"
        number = "coalesce(incoming.object_id, incoming.licence_no)" if "licence_no" in fields else "incoming.object_id"
        stage.run(
            f"""create or replace temp table labelled as
            select incoming."row", coalesce({name}, object.name, {number}) as label
            from incoming left join object on {number} = object.object_id"""
        )
    else:
        # What has no name of its own is called by its first field.
        called = "name" if "name" in fields else next(iter(fields))
        stage.run(
            f'create or replace temp table labelled as select "row", cast("{called}" as varchar) as label from incoming'
        )
    return stage


def states(stage: Stage) -> pd.DataFrame:
    """One row per row of the file: row, state (new, changed, unchanged, waiting or rejected), label."""
    stage.run('create or replace temp table told ("row" bigint, is_new boolean)')
    for table in stage.puts:
        shape = shapes()[table]
        given = _given(stage, f"to_{table}")
        # How a name is searched for follows from the name: nobody calls that a change.
        rest = [column for column in shape.columns if column in given and column not in {*shape.key, "initials"}]
        differs = " or ".join(_differs(table, column) for column in rest) or "false"
        first = shape.key[0]
        stage.run(
            f"""insert into told
            select new."row", now."{first}" is null and '{table}' = '{stage.subject}' as is_new
            from to_{table} as new left join "{table}" as now on {same_key(table, "now", "new")}
            where new."row" is not null and (now."{first}" is null or {differs})"""
        )
    for table in stage.removes:
        stage.run(f'insert into told select "row", false from gone_{table} where "row" is not null')
    return stage.cursor.execute(
        """with said as (
            select "row", bool_or(is_new) as is_new from told group by "row"
        ),
        rejected as (select distinct "row" from issue where severity = 'error'),
        waiting as (select distinct "row" from issue where severity = 'waiting')
        select incoming."row",
            case
                when rejected."row" is not null then 'rejected'
                when waiting."row" is not null then 'waiting'
                when own.is_new or first.is_new and first_row = incoming."row" then 'new'
                when first.is_new then 'new'
                when own."row" is not null or first."row" is not null then 'changed'
                else 'unchanged'
            end as state,
            labelled.label
        from incoming
        inner join labelled on incoming."row" = labelled."row"
        left join together on incoming."row" = together."row"
        left join rejected on incoming."row" = rejected."row"
        left join waiting on incoming."row" = waiting."row"
        left join said as own on incoming."row" = own."row"
        left join said as first on together.first_row = first."row"
        order by incoming."row" """
    ).df()


def field_changes(stage: Stage) -> pd.DataFrame:
    """What would change in rows that are known: row, label, column, before, after; at most `ENOUGH_CHANGES`.

    In the order of the file, and of a row in the order of the kind's fields; what follows from several comes last.
    """
    fields = list(KINDS[stage.incoming.kind].fields)
    parts = []
    for table in stage.puts:
        shape = shapes()[table]
        given = _given(stage, f"to_{table}")
        shown = [
            column
            for column in shape.columns
            if column in given and column not in shape.key and not column.endswith("_id") and column != "initials"
        ]
        parts += [
            f"""select new."row", '{column}' as "column",
                {fields.index(column) if column in fields else len(fields)} as place,
                cast(now."{column}" as varchar) as before, cast(new."{column}" as varchar) as after
            from to_{table} as new inner join "{table}" as now on {same_key(table, "now", "new")}
            where new."row" is not null and {_differs(table, column)}"""
            for column in shown
        ]
    if not parts:
        return pd.DataFrame(columns=["row", "label", "column", "before", "after"])
    return stage.cursor.execute(
        f"""select changed."row", labelled.label, changed."column", changed.before, changed.after
        from ({" union all ".join(parts)}) as changed inner join labelled on changed."row" = labelled."row"
        order by changed."row", changed.place, changed."column", changed.before, changed.after limit {ENOUGH_CHANGES}"""
    ).df()


def _differs(table: str, column: str) -> str:
    return f'now."{column}" is distinct from cast(new."{column}" as {shapes()[table].types[column]})'


def _given(stage: Stage, relation: str) -> set[str]:
    return {str(column[0]) for column in stage.cursor.execute(f"select * from {relation} limit 0").description or ()}


def parts_of(column: str) -> str:
    """SQL for the names in a cell that holds several, as rows."""
    return f"unnest(string_split({column}, chr({ord(PARTS)})))"
