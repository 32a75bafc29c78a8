"""Registers of objects, inspectors and items."""

from __future__ import annotations

import datetime

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import true
from tests.pages.claims.known import Claims


@true("registers.objects_finding")
def _(one: Claims, said: Said) -> bool:
    """What changed last changed lately, or nothing did."""
    lately = datetime.date.today() - datetime.timedelta(days=said["days"])
    day = said["day"].date() if isinstance(said["day"], datetime.datetime) else said["day"]
    return said["members"] == one.directory[0] and (said["changed"] > 0) == (day is not None and day >= lately)


@true("registers.homeless_finding", "registers.homeless_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.directory[1])


@true("registers.no_homeless")
def _(one: Claims, _said: Said) -> bool:
    return one.directory[1] == 0
