"""The demonstration county under names that nobody should trust: markup, formulas, SQL, paths and hidden characters."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import duckdb

from inspections.edits.scenarios import Saved, Scenario
from inspections.store.database import QUERIES, log_change, open_database, transaction

EVIL = "http://evil.example"
MARKUP = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</title></svg><b>b</b>",
    f"[x]({EVIL})",
    f"![x]({EVIL}/x.png)",
    f'<a href="{EVIL}">x</a>',
    f"{EVIL}/a?b=1",
    "www.evil.example",
    "a@evil.example",
    r"$\frac{1}{2}$",
    "$$x$$",
    ":material/home:",
    ":red[x]",
    ":smile:",
    "**b** __b__ `c` ~~s~~ # h",
    "&lt;b&gt; &#60;",
)
FORMULAS = (
    f'=HYPERLINK("{EVIL}")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1-1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
)
TEMPLATES = ("%{x}", "%{customdata[0]}", "{0}", "{name}", "{count:n}", "%s", "#REF!", "'; drop table object; --")
PATHS = ("..\\..\\x", "../../etc/passwd", "C:\\x", "/etc/passwd", "a/b\\c:d*e?f", "CON", "x\u202egpj.exe")
HIDDEN = (
    "\u202ertl",
    "\u2066a\u200b\u200fb",
    "nul\x00nul",
    "bell\x07\x08\x1b[31mred\x1b]0;t\x07",
    "\x9b31mc1\x85",
    "\x01\x02\x1f",
    "\ufffe\uffff",
    "a\nb\nc",
    "\U0001f600\U0001f1e8\U0001f1f3",
)
LONG = "长名" * 5000
PAYLOADS = (*MARKUP, *FORMULAS, *TEMPLATES, *PATHS, *HIDDEN, LONG, "x" * 10_000)
# Everything at once, for the few names that stand on every page.
ALL = " ".join([FORMULAS[0], *MARKUP, *TEMPLATES, *PATHS, *HIDDEN])

# What the sentences of the issues in the honest county quote.
ISSUE_WORDS = ("text", "named", "scope", "name")
# Table -> columns of text; `$` marks those that must stay distinct.
NAMES = {
    "import_file": ("name",),
    "bureau": ("name$", "region"),
    "unit": ("name$",),
    "unit_alias": ("alias$",),
    "scope": ("name$",),
    "plan": ("title", "doc_no$", "source_file"),
    "task": (
        *("name", "plan_name", "field", "scope_text", "rate_text"),
        *("period_text", "risk_rule", "checking_body"),
    ),
    "item": ("name$", "legal_basis"),
    "object": ("name", "industry", "region", "initials"),
    "risk_class": ("source",),
    "inspector": ("name", "certificate_no$"),
    "recusal": ("reason",),
    "draw": ("reason",),
    "draw_object": ("reason",),
    "evaluation_override": ("reason", "decided_by"),
    "evaluation_note": ("note", "written_by"),
    "proposal": ("decided_by",),
    "rubric": ("name$",),
    "scenario": ("name$",),
}


def poisoned(source: Path, target: Path) -> Path:
    """A copy of the database at `source` whose every name, title, reason and note is a payload, in turn."""
    connection = open_database(target)
    connection.execute("set threads = 2")
    connection.execute(f"attach '{source}' as honest (read_only)")
    connection.execute("create temp table payload (n integer primary key, text varchar)")
    connection.executemany("insert into payload values (?, ?)", [(-1, ALL), *enumerate(PAYLOADS)])
    # Outside of the transaction: within one, a key that was deleted is not free yet.
    connection.execute("delete from setting")
    with transaction(connection):
        for table in re.findall(r"^create table (\w+)", (QUERIES / "schema.sql").read_text("utf-8"), re.MULTILINE):
            _copy(connection, table)
    with transaction(connection):
        _more(connection)
    connection.execute("detach honest")
    connection.close()
    return target


def _copy(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """All rows of a table; the n-th name in a column of names is another payload than its neighbours'."""
    if table in {"working_day", "outcome_meaning"}:
        return
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    named = {name.rstrip("$"): name.endswith("$") for name in NAMES.get(table, ())}
    inner = ["*", *(f'row_number() over (order by {columns[0]}, "{one}") as n_{one}' for one in named)]
    outer, joins = [], ""
    for place, column in enumerate(columns):
        told = f't."{column}"'
        if column in named:
            number = f" || ' ' || n_{column}" if named[column] else ""
            told = f"case when {told} is not null then p_{column}.text{number} end"
            wanted = "-1" if table == "bureau" else f"(n_{column} * 7 + {place}) % {len(PAYLOADS)}"
            joins += f" left join payload as p_{column} on p_{column}.n = {wanted}"
        elif (table, column) == ("import_issue", "parameters"):
            words = json.dumps(dict.fromkeys(ISSUE_WORDS, ALL)).replace("'", "''")
            told = f"json_merge_patch({told}, '{words}')"
        outer.append(told)
    rows = f"select {', '.join(outer)} from (select {', '.join(inner)} from honest.{table}) as t{joins}"
    # A re-draw points at the draw it replaces, which has to be there.
    parts = [" where replaces_draw_id is null", " where replaces_draw_id is not null"] if table == "draw" else [""]
    for part in parts:
        connection.execute(f"insert into {table} {rows}{part}")


def _more(connection: duckdb.DuckDBPyConnection) -> None:
    """Words of settings, notes, decisions, scenarios and log entries, which the honest county has none of."""
    labels = ",".join(text.replace(",", " ") for text in MARKUP[:4])
    for number, (key, value) in enumerate((("class_labels", labels), ("contact", ALL)), start=9001):
        connection.execute("insert into setting values (?, ?, ?, null, '2000-01-01')", [number, key, value])
    for table, text, grade in (
        ("evaluation_override", FORMULAS[0] + MARKUP[0], "'good',"),
        ("evaluation_note", ALL, ""),
    ):
        connection.execute(
            f"insert into {table} select bureau_id, unit_id, year, {grade} ?, ?, timestamp '2024-12-31 12:00:00' "
            "from membership where (bureau_id, unit_id, year) in "
            "(select (bureau_id, min(unit_id), year) from membership group by bureau_id, year)",
            [text, ALL],
        )
    log_change(
        connection, actor=ALL, action="edit", subject=ALL, before={"name": ALL}, after={"name": ALL}, source_file=ALL
    )
    for bureau_id, year in connection.execute("select distinct bureau_id, year from plan").fetchall():
        name = f"{MARKUP[0]}{FORMULAS[1][:4]}{bureau_id}{year}"
        connection.execute(
            "insert into scenario select (select coalesce(max(scenario_id), 9000) + 1 from scenario), ?, ?, ?, ?,"
            " hash, logged_at from change_log order by seq desc limit 1",
            [name, bureau_id, year, json.dumps(asdict(Saved(Scenario(), 0.0, 1)))],
        )
