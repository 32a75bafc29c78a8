"""Who is at the screen: the person signed in, what they may do, and the name the change log shows."""

from __future__ import annotations

import getpass

from inspections import access
from inspections.errors import InspectionsError


def person() -> access.Person:
    """Whoever this run is for."""
    return access.everything(getpass.getuser())


def may(right: str) -> bool:
    """Whether the person at the screen has `right`: decides what a page shows."""
    return person().may(right)


def need(right: str) -> None:
    """For the function that writes, before it writes. Raises InspectionsError `right_missing`."""
    if not may(right):
        raise InspectionsError("right_missing", right=right)


def actor() -> str:
    """The name for the change log."""
    return person().name
