"""The kinds of file a clerk brings, and which column of a file is which field, by a synonym table (`kinds.toml`).

A heading is read by exact word before by part, and what a bureau saved for its own wording wins over both. Nobody is
guessed for: two kinds that fit equally well are no kind, and a column about people who can be reached is no field.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from inspections.files.columns import PART, WHOLE, Wanted, alike
from inspections.notice.header_words import normalised, without_brackets
from inspections.store.rows import shapes
from inspections.words.wording import say

# A heading is a few words; longer cells are content, whatever words they contain.
LONGEST_HEADING = 60
# Of two fields that a heading could name, the one that no row can do without.
_NEEDED = 0.05
# The parts of a heading that stands in two rows, joined by this: "检查对象 / 名称".
JOINED = " / "
# How a word for the sum of some rows ends (凤城镇小计).
SUMS = frozenset({"小计", "合计", "总计"})
# Type of a field -> the section of `codes` in the text files with the words for its values.
SECTIONS = {
    "yes_no": "boolean",
    "class": "class",
    "object_kind": "object_kind",
    "object_status": "object_status",
    "item_class": "item_class",
    "basis": "basis",
    "outcomes": "outcome",
    "follow_up": "follow_up",
}


@dataclass(frozen=True)
class Field:
    """One field of a kind: its type (how cells are read), whether a row needs it, the headings that name it.

    `parts` name it when they stand in a longer heading; `telling` fields say which kind a file is; of the fields with
    the same `one_of` at least one is required. `asks` (year, day or basis) is what a file without the field is asked
    for; `example` is a text, or codes; `joins` is the field whose text this one completes; a file with the field
    `unless` can do without this one. `more`: further columns may say it too (None: one alone), those whose heading has
    one of these words, () for any heading of the field. `tells` is a reading of cells that is this field's alone; `span`
    (first or last) the day that counts where a cell names the first and the last of several.
    """

    code: str
    type: str
    required: bool
    words: tuple[str, ...]
    parts: tuple[str, ...] = ()
    telling: bool = False
    one_of: str | None = None
    asks: str | None = None
    example: str | tuple[str, ...] = ""
    joins: str | None = None
    unless: str | None = None
    more: tuple[str, ...] | None = None
    tells: str = ""
    span: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of file (a value of `import_file.kind`) and its fields, in the order of its template.

    `stage` names the function that lays its rows out ("directories.stage_items"); a bureau cannot do without a
    `needed` kind; `leads_to` are the pages that tell more once it is in.
    """

    code: str
    fields: dict[str, Field]
    stage: str
    needed: bool
    leads_to: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("inspections.intake").joinpath("kinds.toml").read_text("utf-8"))


def _field(code: str, entry: Mapping[str, Any]) -> Field:
    words, parts = entry.get("words", ()), entry.get("parts", ())
    if "like" in entry:
        kind, field = entry["like"].split(".")
        model = _table()[kind]["fields"][field]
        words, parts = model["words"], model["parts"]
    example = entry["example"]
    return Field(
        code,
        entry["type"],
        entry.get("required", False),
        tuple(words),
        tuple(parts),
        entry.get("telling", False),
        entry.get("one_of"),
        entry.get("asks"),
        example if isinstance(example, str) else tuple(example),
        entry.get("joins"),
        entry.get("unless"),
        tuple(entry["more"]) if "more" in entry else None,
        entry.get("tells", ""),
        entry.get("span", ""),
    )


# In the order in which they build on each other.
KINDS: dict[str, Kind] = {
    kind: Kind(
        kind,
        {code: _field(code, field) for code, field in entry["fields"].items()},
        entry["stage"],
        entry.get("needed", False),
        tuple(entry["leads_to"]),
    )
    for kind, entry in _table().items()
    if kind not in {"words", "reads"}
}


def columns_filled(table: str) -> dict[str, Field]:
    """The columns of `table` that fields of the object directory fill under their own name, in the order of the schema; no keys."""
    shape, fields = shapes()[table], KINDS["object_directory"].fields
    return {column: fields[column] for column in shape.columns if column in fields and column not in shape.key}


def kind_title(kind: str) -> str:
    """The name of a kind on screen ("检查对象名录")."""
    return say(f"codes.import_kind.{kind}")


def field_title(kind: str, field: str) -> str:
    """The name of a field on screen and in templates ("统一社会信用代码")."""
    return say(f"intake.fields.{kind}.{field}")


# ---------------------------------------------------------------------------------------------------- headings
@lru_cache(20_000)
def folded(heading: str) -> str:
    """A heading as it is compared: without blanks and signs, full-width forms folded, in lower case."""
    return normalised(heading.replace("\u200b", "").replace("\ufeff", "")).lower()


@lru_cache(20_000)
def _forms(heading: str) -> tuple[str, ...]:
    """What a heading may be looked up as, the strongest first: whole, without brackets, its lower and upper line."""
    if len(heading) > LONGEST_HEADING:
        return ()
    whole = folded(heading)
    forms = [whole, without_brackets(whole)]
    if JOINED in heading:
        for part in (heading.rsplit(JOINED, 1)[1], heading.split(JOINED, 1)[0]):
            forms += [folded(part), without_brackets(folded(part))]
    return tuple(dict.fromkeys(form for form in forms if form))


@cache
def _exact(kind: str) -> dict[str, dict[str, int]]:
    """Folded word -> the fields it names, each with the place of the word among the field's: the first says most."""
    found: dict[str, dict[str, int]] = {}
    for field in KINDS[kind].fields.values():
        for rank, word in enumerate((*field.words, field.code)):
            found.setdefault(folded(word), {}).setdefault(field.code, rank)
    return found


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(folded(word) for word in _table()["words"][section])


@lru_cache(20_000)
def is_personal(heading: str) -> bool:
    """Whether a column with this heading is about people who can be reached: its cells are never stored."""
    return any(word in form for form in _forms(heading)[:1] for word in _words("personal"))


@lru_cache(20_000)
def _fields_of(kind: str, heading: str) -> tuple[tuple[str, tuple[int, int]], ...]:
    """The fields of `kind` a heading can mean, each with its strength (the smaller, the stronger)."""
    if is_personal(heading):
        return ()
    forms = _forms(heading)
    found: dict[str, tuple[int, int]] = {}
    for strength, form in enumerate(forms):
        for code, rank in _exact(kind).get(form, {}).items():
            found.setdefault(code, (strength, rank))
    if not found:
        for field in KINDS[kind].fields.values():
            for rank, part in enumerate(field.parts):
                if any(folded(part) in form for form in forms[:2]):
                    found.setdefault(field.code, (len(forms), rank))
                    break
    return tuple(found.items())


@lru_cache(20_000)
def speaks_for(kind: str, heading: str) -> Mapping[str, float]:
    """What a heading says for each field of a kind: whole words most, parts less, characters in common least."""
    forms = _forms(heading)
    found: dict[str, float] = {}
    for code, (strength, rank) in _fields_of(kind, heading):
        whole = strength < len(forms)
        # Of two fields with the same word it says most for the one that names it first.
        found[code] = WHOLE - 0.05 * strength - 0.001 * rank if whole else PART - 0.01 * rank
        if KINDS[kind].fields[code].required:
            found[code] += _NEEDED
    if forms and not found and not is_personal(heading) and not _idle(heading):
        for field in KINDS[kind].fields.values():
            likeness = alike(forms[min(1, len(forms) - 1)], [folded(word) for word in field.words])
            if likeness:
                found[field.code] = likeness
    return found


@cache
def wanted(kind: str) -> dict[str, Wanted]:
    """The fields of a kind and how their cells read, by their types (`[reads]` of `kinds.toml`)."""
    known = _table()["reads"]
    return {
        field.code: Wanted(
            field.code,
            frozenset({*known[field.type]["reads"], *filter(None, [field.tells])}),
            tells=field.tells or (known[field.type]["reads"][0] if known[field.type].get("by_cells") else ""),
            neutral=frozenset(known[field.type].get("neutral", ())),
        )
        for field in KINDS[kind].fields.values()
    }


def says(kind: str, heading: str) -> Mapping[str, bool]:
    """The fields of a kind that a heading speaks for: by its words (True), or by characters in common with them only."""
    named = {code for code, _ in _fields_of(kind, heading)}
    return {code: code in named for code in speaks_for(kind, heading)}


def is_word_of(kind: str, field: str, heading: str) -> bool:
    """Whether a heading, or its lower line, is a whole word of a field."""
    return field in _exact(kind).get(folded(last_part(heading)), {})


def last_part(heading: str) -> str:
    """The lower line of a heading in two rows; any other heading as it is."""
    return heading.rsplit(JOINED, 1)[-1]


def is_idle(heading: str) -> bool:
    """Whether a column with this heading is known and has no place in the data contract (序号, 备注, 住所)."""
    return _idle(heading)


@lru_cache(20_000)
def _idle(heading: str) -> bool:
    """Whether a column is known to be of no use here (序号, 备注, 住所)."""
    return any(form in _words("idle") for form in _forms(heading)[:2])


@lru_cache(20_000)
def _named(kind: str, headings: tuple[str, ...]) -> dict[str, str]:
    """Field -> the heading that names it, the strongest first: nothing is guessed from characters in common."""
    readings = sorted(
        (strength, index, order, field)
        for index, heading in enumerate(headings)
        for order, (field, strength) in enumerate(_fields_of(kind, heading))
    )
    named: dict[str, str] = {}
    for _, index, _, field in readings:
        if headings[index] not in named.values():
            named.setdefault(field, headings[index])
    return named


def familiarity(headings: Sequence[str], known: frozenset[str] = frozenset()) -> int:
    """How many cells of a row are headings: of the kind that knows most of them, personal and idle ones counted too.

    `known` are folded headings that a bureau saved.
    """
    cells = [heading for heading in dict.fromkeys(headings) if heading.strip()]
    own = [cell for cell in cells if folded(cell) in known]
    others = sum(is_personal(cell) or _idle(cell) for cell in cells)
    best = len(own) + max(len(_named(kind, tuple(cell for cell in cells if cell not in own))) for kind in KINDS)
    return best + others if best else min(others, 1)


@cache
def _sum() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _table()["words"]["totals"]), key=len, reverse=True))
    return re.compile(rf"(?:{words}):|(?:{words}|共)\d[\d,.]*[户家条个项次人件份]{{0,2}}$")


def is_total(text: str) -> bool:
    """Whether a cell says that its row holds sums, the sum beside it or in the cell itself ("合计：80户")."""
    if without_brackets(folded(text)) in _words("totals"):
        return True
    return _sum().match("".join(unicodedata.normalize("NFKC", text[:LONGEST_HEADING]).split()).lower()) is not None


@cache
def _note() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _table()["words"]["notes"]), key=len, reverse=True))
    return re.compile(rf"(?:{words})(?:[:;]|$)|(?:注|备注|说明)\d|[共第]\d+[条户家页行个]")


def is_note(text: str) -> bool:
    """Whether a line is a note below a table ("注：…", "填报人：…", "共 35 条")."""
    start = "".join(unicodedata.normalize("NFKC", text[:LONGEST_HEADING]).split()).lower()
    return _note().match(start.lstrip("*※#(")) is not None


def tells_how_to_fill(texts: Sequence[str]) -> bool:
    """Whether the cells of a row say how the columns are to be filled in (必填, 选填), or call the row an example."""
    if not texts:
        return False
    told = sum(any(word in text for word in _table()["words"]["how_to_fill"]) for text in texts)
    return folded(texts[0]) in _words("examples") or told * 2 >= len(texts) or (told > 0 and is_note(texts[0]))
