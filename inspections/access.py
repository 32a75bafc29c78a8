"""Who may do what: roles, the rights they bring and the pages they read (`access.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Person:
    """Whoever uses the dashboard: the name the change log shows, the roles, the rights these bring."""

    name: str
    roles: tuple[str, ...]
    rights: frozenset[str]

    def may(self, right: str) -> bool:
        """Whether one of the roles brings `right`. Raises KeyError for a right nobody can have: a slip of the pen."""
        if right not in all_rights():
            raise KeyError(right)
        return right in self.rights


@cache
def rules() -> dict[str, Any]:
    """`access.toml`: rights by role, pages by role."""
    return tomllib.loads(resources.files("inspections").joinpath("access.toml").read_text("utf-8"))


@cache
def all_rights() -> frozenset[str]:
    """Every right there is."""
    return frozenset(right for rights in rules()["rights"].values() for right in rights)


def everything(name: str) -> Person:
    """The one person of the single mode, who may do all there is."""
    return Person(name, ("supervisor",), all_rights())
