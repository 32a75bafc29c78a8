"""A scenario as a TOML file: every key is known or refused, every value has its kind, every error names the place."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from inspections.words.errors import InspectionsError

Value = TypeVar("Value")
NAMES = {int: "int", float: "float", str: "str", bool: "bool", list: "list", dict: "dict"}


def read_toml(path: Path) -> dict[str, Any]:
    """The file as nested dictionaries, with or without a byte order mark.

    Raises InspectionsError `scenario_missing` and `scenario_malformed` (with what and where the parser found it).
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise InspectionsError("scenario_missing", file=path) from error
    # Bytes that are no UTF-8, what is no TOML, numbers of thousands of digits, brackets in brackets in brackets.
    except (ValueError, RecursionError) as error:
        raise InspectionsError("scenario_malformed", file=path, detail=str(error)) from error


def check_keys(path: Path, place: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise InspectionsError `scenario_key_unknown` for the first key that means nothing: a misspelt one is lost."""
    for key in table:
        if key not in known:
            raise InspectionsError(
                "scenario_key_unknown", file=f"{path} {place}".strip(), key=key, known=", ".join(known)
            )


def value(
    path: Path, place: str, table: Mapping[str, Any], key: str, kind: type[Value], default: Value | None = None
) -> Value:
    """The value of `key`, of the asked kind (whole numbers are also floats, true is never a number).

    Raises InspectionsError `scenario_key_missing` where there is neither a value nor a default, and
    `scenario_not_int`, `scenario_not_str`, … for another kind.
    """
    found = table.get(key, default)
    if found is None:
        raise InspectionsError("scenario_key_missing", file=f"{path} {place}".strip(), key=key)
    if kind is float and type(found) is int:
        found = float(found)
    if type(found) is not kind:
        raise InspectionsError(f"scenario_not_{NAMES[kind]}", file=f"{path} {place}".strip(), key=key, value=found)
    return found
