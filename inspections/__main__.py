"""`python -m inspections VERB …`: data on stdout, progress and messages on stderr, errors in one sentence."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Sequence
from typing import Any

import click
import duckdb

from inspections.commands import speak_to_terminal
from inspections.store.database import database_trouble, disk_trouble
from inspections.words.errors import InspectionsError
from inspections.words.wording import say, say_error

# Verb -> (module under inspections.commands, name of its command). A verb's libraries load only when it is called.
_VERBS = {
    "import": ("import_files", "import_"),
    "demo": ("demo", "demo"),
    "draw": ("draw", "draw"),
    "simulate": ("simulate", "simulate"),
    "plan": ("plan", "plan"),
    "verify": ("verify", "verify"),
    "brief": ("brief", "brief"),
    "evaluate": ("evaluate", "evaluate"),
    "backup": ("backup", "backup"),
    "restore": ("restore", "restore"),
    "lake": ("lake", "lake"),
    "doctor": ("doctor", "doctor"),
}


# What shells say of a program that Ctrl+C ended.
EXIT_CANCELLED = 130


class _Verbs(click.Group):
    def main(self, *arguments: Any, **more: Any) -> Any:
        speak_to_terminal()
        return super().main(*arguments, **more)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _VERBS:
            return None
        module, name = _VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"inspections.commands.{module}"), name)
        if command.help and not command.short_help:
            # The list of verbs has room for a sentence; click does not know where a Chinese one ends.
            command.short_help = re.split(r"(?<=。)|(?<=\.)\s", command.help, maxsplit=1)[0]
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, RuntimeError, duckdb.InterruptException) as error:
            # What DuckDB makes of Ctrl+C while it works on a statement.
            if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
                raise
            click.echo(say("commands.group.cancelled"), err=True)
            ctx.exit(EXIT_CANCELLED)
        except InspectionsError as error:
            click.echo(say_error(error), err=True)
            ctx.exit(1)
        except duckdb.Error as error:
            click.echo(say_error(database_trouble(error)), err=True)
            ctx.exit(1)
        except OSError as error:
            trouble = disk_trouble(error)
            if trouble is None:
                raise
            click.echo(say_error(trouble), err=True)
            ctx.exit(1)


@click.group(cls=_Verbs, help=say("commands.group.help"))
def main() -> None:
    """Entry point of all verbs."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Windows consoles and pipes get UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    main(args=arguments, prog_name="python -m inspections")


if __name__ == "__main__":
    run()
