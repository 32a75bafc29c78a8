"""What `make docs` writes: the data contract, the commands, settings and kinds of files, as the code has them today.

    python -m tests.docs.rendered [--commands]

Help texts are in the language in which the command line was loaded, so the pages of the commands are rendered in a
process each (`--commands`).
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from inspections.__main__ import main
from inspections.intake.kinds import KINDS, Field, field_title, kind_title
from inspections.store.database import open_database
from inspections.store.settings import settings
from inspections.words.wording import LANGUAGES, say, speaking, spoken, texts
from tests.docs.picture import ROOT, floors, svg

DOCS = ROOT / "docs"
NOTE = "<!-- Made by `make docs`; edit what it is made from: {source}. -->"
# Verbs that read a file which people write by hand.
SCENARIOS = ("simulate", "plan", "evaluate")
COMMANDS = {"en": "commands.md", "zh": "commands.zh-CN.md"}


def _table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines]


# ---------------------------------------------------------------------------------------------------- the contract
def contract() -> str:
    """docs/data-contract.md: every table and view of an empty database with its comment and those of its columns."""
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "empty.duckdb") as database:
        tables = database.execute(
            """select 'Tables', table_name, comment from duckdb_tables() where not internal
            union all select 'Views', view_name, comment from duckdb_views() where not internal order by all"""
        ).fetchall()
        columns = database.execute(
            """select table_name, column_name, data_type, is_nullable, comment from duckdb_columns()
            where not internal order by table_name, column_index"""
        ).fetchall()
        keys = database.execute(
            """select table_name, constraint_column_names, constraint_type, referenced_table from duckdb_constraints()
            where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"""
        ).fetchall()
    primary = {(table, column) for table, names, kind, _ in keys if kind == "PRIMARY KEY" for column in names}
    foreign = {(table, column): to for table, names, kind, to in keys if kind == "FOREIGN KEY" for column in names}
    lines = [
        NOTE.format(source="the comments of queries/schema.sql"),
        "# The data contract",
        "",
        "Every table that the product reads or writes, from `queries/schema.sql`, which also holds the checks.",
        "Proportions are in [0, 1]; NULL means that the source said nothing. What is counted over the views is in",
        "[field.md](field.md).",
    ]
    heading = None
    for group, table, comment in tables:
        if group != heading:
            heading = group
            lines += ["", f"## {group}"]
        lines += ["", f"### {table}", "", comment, ""]
        lines += _table(
            ("column", "type", "key", "meaning"),
            (
                (
                    f"`{column}`",
                    # An enumeration's type is the list of all its codes.
                    re.sub(r"^ENUM\((.*)\)$", lambda codes: codes[1].replace("'", ""), kind)
                    + ("" if nullable or (table, column) in primary or group == "Views" else ", not null"),
                    " ".join(
                        (["key"] if (table, column) in primary else [])
                        + ([f"→ {foreign[table, column]}"] if (table, column) in foreign else [])
                    ),
                    meaning or "",
                )
                for of, column, kind, nullable, meaning in columns
                if of == table
            ),
        )
    return "\n".join([*lines, ""])


# ---------------------------------------------------------------------------------------------------- commands
def commands() -> Iterator[tuple[str, click.Command]]:
    """Every verb of the command line, by name."""
    context = click.Context(main)
    for verb in main.list_commands(context):
        command = main.get_command(context, verb)
        assert command is not None
        yield verb, command


def command_page() -> str:
    """docs/commands*.md in the language in which the command line was loaded."""
    language = spoken()
    others = " · ".join(f"[{LANGUAGES[one].name}]({file})" for one, file in COMMANDS.items() if one != language)
    title = {"zh": "命令行", "en": "The command line"}[language]
    lines = [NOTE.format(source="inspections/commands and its texts"), f"# {title}", "", others]
    for verb, command in commands():
        usage = command.get_usage(click.Context(command, info_name=f"python -m inspections {verb}"))
        lines += ["", f"## {verb}", "", command.help or "", "", "```", usage.partition(": ")[2], "```", ""]
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        lines += _table(
            {"zh": ("选项", "说明"), "en": ("option", "what it does")}[language],
            (
                (", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts)), option.help or "")
                for option in options
            ),
        )
        if verb in SCENARIOS:
            lines += ["", *example(language, verb)]
    return "\n".join([*lines, ""])


def _command_page(language: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "tests.docs.rendered", "--commands"],
        cwd=ROOT,
        env={**os.environ, "INSPECTIONS_LANG": language},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


# ---------------------------------------------------------------------------------------------------- parts of pages
def setting_rows(language: str) -> list[str]:
    """Every setting of inspections/store/settings.toml with its name on the page and its default."""
    words = texts(language)["settings"]
    return _table(
        ("key", "on the page", "default", "what it decides"),
        (
            (
                f"`{key}`",
                words["names"][key],
                f"`{one.default}`" if one.default else words["none"].get(one.type, ""),
                words["meanings"][key] + (" *Assumption.*" if one.assumption else ""),
            )
            for key, one in settings().items()
        ),
    )


def _in_all(title: Callable[..., str], *codes: str) -> Iterator[str]:
    for language in LANGUAGES:
        with speaking(language):
            yield title(*codes)


def _needed(field: Field) -> str:
    """Whether a table needs a field."""
    if field.required:
        return f"yes, unless {field.unless}" if field.unless else "yes"
    return f"one of {field.one_of}" if field.one_of else ""


def kind_rows() -> list[str]:
    """Every kind of importable file with its fields, as the templates name them."""
    lines = []
    for kind in KINDS.values():
        lines += [" · ".join([f"**`{kind.code}`**", *_in_all(kind_title, kind.code)]), ""]
        lines += _table(
            ("field", *(language.name for language in LANGUAGES.values()), "type", "required"),
            (
                (
                    f"`{field.code}`",
                    *_in_all(field_title, kind.code, field.code),
                    field.type,
                    _needed(field),
                )
                for field in kind.fields.values()
            ),
        )
        lines.append("")
    return lines[:-1]


def room_rows() -> list[str]:
    """The rooms from the roof to the ground, each with the first line of its docstring."""
    rows = []
    for number, rooms in enumerate(reversed(floors())):
        for room in rooms:
            package = ROOT / "inspections" / room / "__init__.py"
            if package.exists():
                said = ast.get_docstring(ast.parse(package.read_text("utf-8"))) or ""
                rows.append((number, f"`inspections/{room}/`", " ".join(said.partition("\n\n")[0].split())))
    return _table(("floor", "room", "holds"), reversed(rows))


def example(language: str, verb: str) -> list[str]:
    """The example of a verb's scenario file, as `--help` shows it."""
    with speaking(language):
        return ["```toml", *say(f"commands.{verb}.example").splitlines(), "```"]


def with_part(page: str, name: str, lines: Iterable[str]) -> str:
    """The page with what stands between the marks of `name` made anew. Raises ValueError where it has no marks."""
    marks = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    written, times = marks.subn(lambda found: found[1] + "\n".join([*lines, ""]) + found[2], page)
    if times != 1:
        raise ValueError(f"<!-- {name}: begin --> and end stand {times} times in the page")
    return written


def documents() -> dict[Path, str]:
    """Every document that is made from code, wholly or in part, and what it is to hold."""
    made = {DOCS / "architecture.svg": svg(), DOCS / "data-contract.md": contract()}
    made |= {DOCS / file: _command_page(language) for language, file in COMMANDS.items()}
    parts = [
        ("architecture.md", "rooms", room_rows()),
        ("settings.md", "settings", setting_rows("en")),
        ("formats.md", "kinds", kind_rows()),
        *(("formats.md", verb, example("en", verb)) for verb in SCENARIOS),
    ]
    made |= {DOCS / file: (DOCS / file).read_text("utf-8") for file in sorted({file for file, _, _ in parts})}
    for file, name, lines in parts:
        made[DOCS / file] = with_part(made[DOCS / file], name, lines)
    return made


if __name__ == "__main__":
    if "--commands" in sys.argv:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(command_page())
    else:
        for path, text in documents().items():
            path.write_text(text, "utf-8")
