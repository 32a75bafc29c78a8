"""Registers of objects, inspectors and items."""

from __future__ import annotations

import datetime
import unicodedata
from typing import Any

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import near, same, true
from tests.pages.claims.known import Claims


@true("registers.objects_finding")
def _(one: Claims, said: Said) -> bool:
    """What changed last changed lately, or nothing did."""
    lately = datetime.date.today() - datetime.timedelta(days=said["days"])
    day = said["day"].date() if isinstance(said["day"], datetime.datetime) else said["day"]
    return said["members"] == one.directory[0] and (said["changed"] > 0) == (day is not None and day >= lately)


@true("registers.objects_finding_unchanged")
def _(one: Claims, said: Said) -> bool:
    """No object of its pools was imported or edited; that a synthetic database was built is no change."""
    own = {object_id for members in pools(one).values() for object_id in members}
    edits = [row["subject"].split() for row in one.naive.table("change_log") if row["action"] == "edit"]
    edited = any(words[0] == "object" and words[1] in own and words[-1] != "class" for words in edits)
    brought = any(row["table_name"] in ("object", "object_scope") for row in one.naive.table("import_change"))
    return said["members"] == one.directory[0] and not edited and not brought


@true("registers.homeless_finding", "registers.homeless_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.directory[1])


@true("registers.no_homeless")
def _(one: Claims, _said: Said) -> bool:
    return one.directory[1] == 0


@true("registers.firms")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in one.directory


@true("registers.list_title")
def _(one: Claims, said: Said) -> bool:
    """All of them, or those whose name holds what is looked for."""
    if text := one.chosen.get("register_text"):
        return bool(said["count"] == sum(text in row["name"] for row in one.naive.tables["object"]))
    return bool(said["count"] == one.directory[0])


@true("registers.details.homeless")
def _(one: Claims, said: Said) -> bool:
    members, homeless = one.directory
    return near(said["share"], homeless, members)


@true("registers.details.changed")
def _(one: Claims, said: Said) -> bool:
    sizes = {one.directory[0], len(inspectors(one)), len(items(one))}
    return said["members"] in sizes and 0 <= said["changed"] <= said["members"]


@true("registers.details.classes")
def _(one: Claims, said: Said) -> bool:
    """Objects of the register with and without a class today."""
    return said["members"] + said["unclassed"] == one.directory[0] and 0 <= said["changed"] <= said["members"]


@true("registers.pools_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(pools(one)))


@true("registers.pool_label")
def _(one: Claims, said: Said) -> bool:
    status = {row["object_id"]: row["status"] for row in one.naive.tables["object"]}
    return (said["members"], said["active"]) in {
        (len(members), sum(status[object_id] == "active" for object_id in members)) for members in pools(one).values()
    }


def pools(one: Claims) -> dict[int, list[str]]:
    """Objects by pool of the bureau."""
    own = {row["scope_id"] for row in one.naive.tables["scope"] if row["bureau_id"] == one.bureau_id}
    found: dict[int, list[str]] = {}
    for row in one.naive.tables["object_scope"]:
        if row["scope_id"] in own:
            found.setdefault(row["scope_id"], []).append(row["object_id"])
    return found


# ---------------------------------------------------------------------------------------------------- inspectors, items


def inspectors(one: Claims) -> list[dict[str, Any]]:
    """Those of the bureau's units and of units that were ever in its scope."""
    own = {row["unit_id"] for row in one.naive.tables["unit"] if row["bureau_id"] == one.bureau_id}
    own |= {row["unit_id"] for row in one.naive.tables["membership"] if row["bureau_id"] == one.bureau_id}
    return [row for row in one.naive.table("inspector") if row["unit_id"] in own]


def able(one: Claims) -> list[dict[str, Any]]:
    """Those of them who can be matched."""
    return [row for row in inspectors(one) if row["is_certified"] and row["active"]]


def matched(one: Claims) -> dict[int, int]:
    """Objects matched to an inspector by draws of the year that stand, of any bureau."""
    plans = {row["plan_id"] for row in one.naive.tables["plan"] if row["year"] == one.year}
    tasks = {row["task_id"] for row in one.naive.tables["task"] if row["plan_id"] in plans}
    replaced = {row["replaces_draw_id"] for row in one.naive.tables["draw"] if row["kind"] == "official"}
    draws = {
        row["draw_id"]
        for row in one.naive.tables["draw"]
        if row["task_id"] in tasks and row["kind"] == "official" and row["draw_id"] not in replaced
        and row["basis"] in ("random", "full")
    }  # fmt: skip
    counted: dict[int, int] = {}
    for row in one.naive.table("draw_inspector"):
        if row["draw_id"] in draws:
            counted[row["inspector_id"]] = counted.get(row["inspector_id"], 0) + 1
    return counted


def items(one: Claims) -> list[dict[str, Any]]:
    """The bureau's list."""
    return [row for row in one.naive.tables["item"] if row["bureau_id"] == one.bureau_id]


def ever_used(one: Claims) -> set[int]:
    """Items that a task of any year checks."""
    return {row["item_id"] for row in one.naive.tables["task_item"]}


@true("registers.inspectors_finding")
def _(one: Claims, said: Said) -> bool:
    return (said["count"], said["able"]) == (len(inspectors(one)), len(able(one)))


@true("registers.people")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in (len(inspectors(one)), len(able(one)))


@true("registers.inspectors_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(inspectors(one)))


@true("registers.details.inspectors", "registers.units_alt")
def _(one: Claims, said: Said) -> bool:
    units = {row["unit_id"] for row in inspectors(one)}
    return bool((said["units"] if "units" in said else said["count"]) == len(units))


@true("registers.details.able")
def _(one: Claims, said: Said) -> bool:
    uncertified = sum(not row["is_certified"] for row in inspectors(one))
    return (said["uncertified"], said["inactive"]) == (uncertified, sum(not row["active"] for row in inspectors(one)))


@true("registers.uncertified_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(not row["is_certified"] for row in inspectors(one)))


@true("registers.inactive_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(not row["active"] for row in inspectors(one)))


@true("registers.alike_title", "registers.alike_finding")
def _(one: Claims, said: Said) -> bool:
    """Certificate numbers that are the same once blanks, dashes and look-alike characters are levelled."""
    return bool(said["count"] == alike(one))


@true("registers.no_alike")
def _(one: Claims, _said: Said) -> bool:
    return alike(one) == 0


def alike(one: Claims) -> int:
    """Inspectors whose number reads like that of somebody else, wherever that one works."""

    def read(number: str) -> str:
        plain = unicodedata.normalize("NFKC", number).upper()
        plain = "".join(letter for letter in plain if letter not in " \t-－—–_·.")
        return plain.replace("O", "0").replace("I", "1").replace("L", "1")

    numbers = [read(row["certificate_no"]) for row in one.naive.table("inspector") if row["certificate_no"]]
    return sum(numbers.count(read(row["certificate_no"])) > 1 for row in inspectors(one) if row["certificate_no"])


@true("registers.details.matched")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year and said["idle"] == sum(
        row["inspector_id"] not in matched(one) for row in able(one)
    )


@true("registers.visits")
def _(one: Claims, said: Said) -> bool:
    """Of all of them, or of the one whose card is open."""
    if "inspector" in one.chosen and said["count"] == matched(one).get(int(one.chosen["inspector"]), 0):
        return True
    return bool(said["count"] == sum(matched(one).get(row["inspector_id"], 0) for row in inspectors(one)))


@true("registers.unit_label")
def _(one: Claims, said: Said) -> bool:
    counted, found = matched(one), set()
    for unit in {row["unit_id"] for row in inspectors(one)}:
        own = [row for row in inspectors(one) if row["unit_id"] == unit]
        fit = sum(row["is_certified"] and row["active"] for row in own)
        found.add((len(own), fit, sum(counted.get(row["inspector_id"], 0) for row in own)))
    return (said["count"], said["able"], said["visits"]) in found


@true("registers.items_finding", "registers.details.used")
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said) and same(count="items", used="covered", of="plan")(one, said)


@true("registers.items_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(items(one)))


@true("registers.details.items")
def _(one: Claims, said: Said) -> bool:
    classes = [row["item_class"] for row in items(one)]
    return (said["major"], said["general"]) == (classes.count("key"), classes.count("general"))


@true("registers.item_class_label")
def _(one: Claims, said: Said) -> bool:
    used, found = {item for item, tasks, _ in one.of.item_coverage() if tasks}, set()
    for code in {row["item_class"] for row in items(one)}:
        own = [row["item_id"] for row in items(one) if row["item_class"] == code]
        found.add((len(own), len(used & set(own))))
    return (said["count"], said["used"]) in found


@true("registers.item_classes_note")
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said)


@true("registers.unused_finding", "registers.unused_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(row["item_id"] not in ever_used(one) for row in items(one)))


@true("registers.no_unused")
def _(one: Claims, _said: Said) -> bool:
    return all(row["item_id"] in ever_used(one) for row in items(one))


@true("registers.entries")
def _(one: Claims, said: Said) -> bool:
    unused = sum(row["item_id"] not in ever_used(one) for row in items(one))
    baseless = sum(row["legal_basis"] is None for row in items(one))
    return said["count"] in (len(items(one)), unused, baseless)


# ---------------------------------------------------------------------------------------------------- one of them


def found_object(one: Claims) -> str:
    """The only object that the search of the address finds, by its name."""
    [found] = [row["object_id"] for row in one.naive.tables["object"] if row["name"] == one.chosen["register_text"]]
    return str(found)


@true("registers.class_alt")
def _(one: Claims, said: Said) -> bool:
    rows = one.naive.tables["risk_class"]
    return bool(said["count"] == sum(row["object_id"] == found_object(one) for row in rows))


@true("registers.draws_title")
def _(one: Claims, said: Said) -> bool:
    """Draws from a pool that held the object, where somebody was drawn."""
    pools = [draw_id for draw_id, frame in one.naive.frames.items() if found_object(one) in frame]
    return bool(said["count"] == sum(bool(one.naive.drawn[draw_id]) for draw_id in pools))


@true("registers.visits_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(row["object_id"] == found_object(one) for row in one.naive.tables["result"]))


@true("registers.recusals_title")
def _(one: Claims, said: Said) -> bool:
    rows = one.naive.table("recusal")
    return bool(said["count"] == sum(row["inspector_id"] == int(one.chosen["inspector"]) for row in rows))


@true("registers.list_cut")
def _(one: Claims, said: Said) -> bool:
    """More of the register than the list holds."""
    return bool(said["shown"] < said["count"] and said["count"] in one.directory)


@true("registers.details.received")
def _(one: Claims, said: Said) -> bool:
    """The last file of the register that came in and was not taken back."""
    kinds = {
        "objects": ("object_directory",),
        "inspectors": ("inspector_directory", "recusals"),
        "items": ("item_list",),
    }
    wanted = kinds[one.chosen.get("register", "objects")]
    rows = [row for row in one.naive.table("import") if row["kind"] in wanted and row["undone_at"] is None]
    return bool(said["day"] == max(row["imported_at"] for row in rows))
