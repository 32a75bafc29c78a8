"""Putting a file of registers, draws or results into the database: looked at first, then whole in one transaction."""

from __future__ import annotations

import datetime
import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from inspections.files.ledger import HIDDEN_ROWS, SET_ASIDE, STATES, Ledger, unseen_of
from inspections.intake.attempts import REJECTED, WAITS_WHOLE, log_attempt, record_file
from inspections.intake.decisions import WAITS, Decision
from inspections.intake.incoming import Incoming
from inspections.intake.kinds import KINDS
from inspections.intake.likeness import alike
from inspections.intake.object_numbers import numbers_of_objects
from inspections.intake.rows_apart import PART, in_file
from inspections.intake.staging import Stage, field_changes, laid_out, states
from inspections.intake.year_asked import ask_for_year, only_waits
from inspections.notice.contacts import shown_example
from inspections.store.database import first_value, log_change, transaction
from inspections.store.rows import Writing, modestly
from inspections.words.errors import InspectionsError
from inspections.words.wording import FIRST, say, speaking

# Issues kept with the file: a wrong column in a million rows is one thing to say, not a million.
MOST_ISSUES_KEPT = 10_000
LEFT_OUT = "left_out"


def _unheard(_: float) -> None:
    """For who does not want to know how far it is."""


@dataclass(frozen=True)
class Preview:
    """What a file would do.

    `rows`: row, state (one of `STATES`), label. `issues`: row, field, code, severity, parameters (JSON). `changes`:
    row, label, column, before, after. `alike`: new objects whose names look like others (see `likeness.alike`), with
    the `row` of the file. `decisions`: what the file leaves open and what was decided.
    """

    incoming: Incoming
    rows: pd.DataFrame
    issues: pd.DataFrame
    changes: pd.DataFrame
    alike: pd.DataFrame
    decisions: tuple[Decision, ...] = ()

    @property
    def waiting(self) -> list[int]:
        """Rows that stay out until somebody has decided something."""
        return sorted(map(int, self.rows.loc[self.rows["state"] == "waiting", "row"]))

    @property
    def counts(self) -> dict[str, int]:
        """State -> rows."""
        found = self.rows["state"].value_counts()
        return {state: int(found.get(state, 0)) for state in STATES}

    @property
    def blocked(self) -> list[int]:
        """Rows with an error that nobody decided to leave out."""
        # A row that waits with another has no fault of its own: the other's is counted.
        no_fault = {LEFT_OUT, "row_waits"}
        wrong = self.issues[(self.issues["severity"] == "error") & ~self.issues["code"].isin(no_fault)]
        return sorted({int(row) for row in wrong["row"]})


@dataclass(frozen=True)
class Report:
    """What became of a file.

    `status` is 'imported', 'unchanged' (the database held all of it), 'waiting' (what is not in it yet waits for a
    decision; no data were written) or 'rejected'.
    """

    preview: Preview
    status: str
    import_id: int | None
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Whether every row went in."""
        return not self.preview.blocked and not self.preview.waiting


def preview(
    connection: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    leave_out: frozenset[int] = frozenset(),
    progress: Callable[[float], None] = _unheard,
) -> Preview:
    """Look at what a file would do; the database stays as it is. `leave_out`: rows the user decided against.

    `progress` is told the share done, and may end the work.
    """
    with connection.cursor() as cursor, modestly(cursor, len(incoming.frame)):
        # Without the lock of writers: a look writes to tables of its own only, and others go on meanwhile.
        cursor.execute("begin transaction")
        try:
            _, found = _looked_at(cursor, incoming, leave_out, progress=progress)
        finally:
            cursor.execute("rollback")
        _clean(cursor)
    return found


def commit(
    connection: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    *,
    good_rows: bool = False,
    leave_out: frozenset[int] = frozenset(),
    actor: str,
    progress: Callable[[float], None] = _unheard,
) -> Report:
    """Put the file in, whole and in one transaction, checked anew against what the database holds by now.

    `progress` is told the share done, and may end the work.

    Where a row cannot go in, nothing does, and the attempt is kept with its issues ('rejected'); with `good_rows` the
    others go in. A file that waits whole is kept with what it waits for, until it goes in. Raises InspectionsError as
    `preview` does, and `import_conflict` where others wrote the same rows.
    """
    try:
        return _committed(connection, incoming, good_rows, leave_out, actor, progress)
    except (duckdb.TransactionException, duckdb.ConstraintException) as error:
        raise InspectionsError("import_conflict", file=incoming.name) from error


def _committed(
    connection: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    good_rows: bool,
    leave_out: frozenset[int],
    actor: str,
    progress: Callable[[float], None],
) -> Report:
    with connection.cursor() as cursor, modestly(cursor, len(incoming.frame)):
        import_id = None
        with transaction(cursor):
            stage, looked = _looked_at(
                cursor, incoming, leave_out, alike_too=False, progress=lambda share: progress(share / 2)
            )
            rejected = bool(looked.blocked) and not good_rows
            known = _stands(cursor, incoming)
            if rejected:
                status = REJECTED
                if not known:
                    _keep_attempt(cursor, looked, status, actor)
            elif _only_waits(looked):
                status = WAITS_WHOLE
                # What is partly in stays in the history as what it is.
                if not known:
                    _keep_attempt(cursor, looked, status, actor)
            elif known and not _touched(looked):
                status = "unchanged"
            else:
                status = "imported"
                whole = not looked.counts["rejected"] and not looked.waiting
                _record_file(cursor, looked, "complete" if whole else "partial")
                import_id = _write(cursor, stage, looked, actor, lambda share: progress(0.5 + share / 2))
            for name, kind in _temporary(cursor):
                cursor.execute(f'drop {kind} "{name}"')
    return Report(looked, status, import_id)


def dry_run(connection: duckdb.DuckDBPyConnection, incoming: Incoming) -> Report:
    """What `commit` would report, without doing it."""
    looked = preview(connection, incoming)
    if looked.blocked:
        status = "rejected"
    elif _touched(looked):
        status = "imported"
    else:
        status = "waiting" if looked.waiting else "unchanged"
    return Report(looked, status, None, dry_run=True)


def _touched(looked: Preview) -> bool:
    return looked.counts["new"] + looked.counts["changed"] > 0


def _only_waits(looked: Preview) -> bool:
    return bool(looked.waiting) and not _touched(looked)


def save_mapping(connection: duckdb.DuckDBPyConnection, kind: str, headers: Mapping[str, str], actor: str) -> None:
    """Remember which headings (heading -> field) a user assigned, for the next file of this kind."""
    with connection.cursor() as cursor, transaction(cursor):
        for header, field in headers.items():
            cursor.execute("insert or replace into column_mapping values (?, ?, ?)", [kind, header, field])
        log_change(cursor, actor=actor, action="mapping", subject=f"mapping {kind}", after=dict(headers))


def ledger_of_table(found: Preview) -> Ledger:
    """The ledger of a table as looked at; a file that is rejected whole has the states its rows would have had."""
    sheet = found.incoming.sheet
    unseen = unseen_of((remark.code, remark.parameters.get("count", 1)) for remark in sheet.remarks)
    aside = len(sheet.left_out) + unseen.get(HIDDEN_ROWS, 0)
    return Ledger(
        found.incoming.kind,
        len(found.rows) + aside,
        {**found.counts, SET_ASIDE: aside},
        found.incoming.columns,
        tuple((row, shown_example([text])) for row, text in sheet.left_out),
        unseen,
    )


def sentence(kind: str, issue: Mapping[Any, Any], *, with_row: bool = True) -> str:
    """An issue in words: the row, what is wrong with which field, what to do."""
    parameters = json.loads(issue["parameters"] or "{}")
    column = say(f"intake.fields.{kind}.{issue['field']}") if issue["field"] else ""
    words = say(f"issues.{issue['code']}", **{**parameters, "column": column})
    return say("issue_places.row", row=issue["row"], sentence=words) if with_row else words


# ---------------------------------------------------------------------------------------------------- how


def stage_of(kind: str) -> Callable[[Stage], None]:
    """The function that lays the rows of a kind out, as `kinds.toml` names it."""
    module, function = KINDS[kind].stage.split(".")
    found: Callable[[Stage], None] = getattr(importlib.import_module(f"inspections.intake.{module}"), function)
    return found


def _looked_at(
    cursor: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    leave_out: frozenset[int],
    *,
    alike_too: bool = True,
    progress: Callable[[float], None] = _unheard,
) -> tuple[Stage, Preview]:
    stage = laid_out(cursor, incoming)
    progress(0.2)
    if leave_out:
        stage.register("decided", pd.DataFrame({"row": sorted(leave_out)}))
        stage.flag(
            "", LEFT_OUT, "error", f'select "row" from incoming where "row" % {PART} in (select "row" from decided)'
        )
    if "licence_no" in KINDS[incoming.kind].fields:
        numbers_of_objects(stage)
    ask_for_year(stage)
    stage_of(incoming.kind)(stage)
    only_waits(stage)
    # Until here what waits stays out as what is wrong does; but it is no error.
    stage.run("update issue set severity = 'waiting' where code = $waits", waits=WAITS)
    stage.remember()
    progress(0.5)
    rows = states(stage)
    progress(0.7)
    issues = cursor.execute('select * from issue order by "row", severity, code, field, parameters').df()
    changes = field_changes(stage)
    progress(0.8)
    pairs = _alike(stage) if alike_too and "object" in stage.puts else pd.DataFrame()
    if (incoming.frame["row"] >= PART).any():
        rows, issues, changes, pairs = (_as_in_file(frame) for frame in (rows, issues, changes, pairs))
    return stage, Preview(incoming, rows, issues, changes, pairs, tuple(stage.decisions))


def _as_in_file(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with rows that were taken apart under their file's number; what is said of each part is said once."""
    if frame.empty:
        return frame
    frame = frame.assign(row=in_file(frame["row"]))
    if "parameters" not in frame:
        return frame.sort_values("row", kind="stable", ignore_index=True)
    others = frame["parameters"].str.contains('"other":')
    told = [
        json.dumps({**one, "other": one["other"] % PART}, ensure_ascii=False)
        for one in map(json.loads, frame.loc[others, "parameters"])
    ]
    frame.loc[others, "parameters"] = pd.Series(told, index=frame.index[others], dtype="str")
    return frame.drop_duplicates(ignore_index=True).sort_values("row", kind="stable", ignore_index=True)


def _alike(stage: Stage) -> pd.DataFrame:
    """New objects with names like others, in the directory or in the file itself, with their row."""
    new = stage.cursor.execute(
        """select to_object."row", to_object.object_id as id, to_object.name from to_object
        left join object on to_object.object_id = object.object_id where object.object_id is null"""
    ).df()
    known = stage.cursor.execute(
        """select object.object_id as id, object.name from object where object.object_id not in (
            select object_id from to_object
        ) union all select object_id, name from to_object"""
    ).df()
    found = alike(new[["id", "name"]], known)
    rows: pd.DataFrame = found.merge(new[["id", "row"]], left_on="new_id", right_on="id").drop(columns="id")
    return rows


def _temporary(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """What the stage left: views first, they look at tables."""
    views = cursor.execute("select view_name from duckdb_views() where temporary and not internal").fetchall()
    tables = cursor.execute("select table_name from duckdb_tables() where temporary").fetchall()
    return [(str(name), "view") for (name,) in views] + [(str(name), "table") for (name,) in tables]


def _clean(cursor: duckdb.DuckDBPyConnection) -> None:
    for name, kind in _temporary(cursor):
        cursor.execute(f'drop {kind} if exists "{name}"')


def _stands(cursor: duckdb.DuckDBPyConnection, incoming: Incoming) -> bool:
    """Whether the file is in the database: imported before and not undone."""
    return bool(
        cursor.execute(
            "select 1 from import_file where file_sha256 = ? and status in ('complete', 'partial')",
            [incoming.sheet.sha256],
        ).fetchone()
    )


def _record_file(cursor: duckdb.DuckDBPyConnection, looked: Preview, status: str) -> None:
    incoming, counts = looked.incoming, looked.counts
    read, sha256 = len(looked.rows), incoming.sheet.sha256
    kept = 0 if status == REJECTED else read - counts["rejected"] - counts["waiting"]
    record_file(cursor, sha256=sha256, name=incoming.name, kind=incoming.kind, status=status, read=read, kept=kept)
    kept_issues = looked.issues.head(MOST_ISSUES_KEPT)
    with speaking(FIRST):
        messages = [sentence(incoming.kind, issue, with_row=False) for issue in kept_issues.to_dict("records")]
    cursor.register(
        "issues_of_file", kept_issues.assign(message=pd.Series(messages, index=kept_issues.index, dtype="str"))
    )
    cursor.execute(
        """insert into import_issue (file_sha256, "row", field, code, severity, message, parameters)
        select ?, "row", nullif(field, ''), code, severity, message, parameters from issues_of_file""",
        [sha256],
    )
    cursor.unregister("issues_of_file")


def _keep_attempt(cursor: duckdb.DuckDBPyConnection, looked: Preview, status: str, actor: str) -> None:
    """The record of a file of which nothing went in, and who brought it."""
    _record_file(cursor, looked, status)
    rows = {"rows_read": len(looked.rows), "rows_rejected": len(looked.blocked)}
    log_attempt(
        cursor,
        subject=f"{looked.incoming.kind} {looked.incoming.bureau}",
        sha256=looked.incoming.sheet.sha256,
        name=looked.incoming.name,
        status=status,
        rows=rows if status == REJECTED else {**rows, "rows_waiting": looked.counts["waiting"]},
        decisions=looked.decisions,
        actor=actor,
    )


def _write(
    cursor: duckdb.DuckDBPyConnection, stage: Stage, looked: Preview, actor: str, progress: Callable[[float], None]
) -> int:
    incoming, counts = looked.incoming, looked.counts
    import_id: int = first_value(
        cursor,
        """insert into import (file_sha256, kind, bureau_id, actor, imported_at, rows_new, rows_changed, rows_unchanged,
            rows_rejected, rows_waiting, ledger)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning import_id""",
        [
            incoming.sheet.sha256, incoming.kind, incoming.bureau_id, actor,
            datetime.datetime.now().replace(microsecond=0), counts["new"], counts["changed"], counts["unchanged"],
            counts["rejected"], counts["waiting"], ledger_of_table(looked).as_text(),
        ],
    )  # fmt: skip
    writing = Writing(cursor, import_id)
    for number, table in enumerate(stage.puts):
        progress(number / len(stage.puts))
        if table in stage.removes:
            writing.remove(table, f"gone_{table}")
        writing.put(table, f"to_{table}")
    log_change(
        cursor,
        actor=actor,
        action="import",
        subject=f"{incoming.kind} {incoming.bureau}",
        after={
            "import_id": import_id,
            "rows_read": len(looked.rows),
            **{f"rows_{state}": counts[state] for state in STATES},
        },
        source_file=incoming.name,
    )
    return import_id
