"""What of the columns of a file is used and kept: which field each says, and nothing by which somebody can be reached."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from inspections.files.columns import ColumnUse
from inspections.intake.kinds import KINDS, is_idle
from inspections.intake.recognising import Recognised
from inspections.intake.sheet import Remark, Sheet
from inspections.notice.contacts import MAY_BE_IN_COLUMN, shown_example, without_contacts, without_numbers

# So many filled cells of a column are looked at for one that may be shown.
_EXAMPLES = 20


def fields_of(found: Recognised) -> dict[int, str]:
    """Column -> the field that it says, by itself or together with others."""
    return {**{index: field for index, (field, _) in found.beside.items()}, **{i: f for f, i in found.mapping.items()}}


# Fields whose cells name people or number them: no example of theirs is shown.
_OF_PEOPLE = frozenset({"certificate_no", "inspector", "inspectors", "entered_by"})


def columns_of(sheet: Sheet, found: Recognised) -> tuple[ColumnUse, ...]:
    """What becomes of every column that has a heading or cells, in the order of the file; blanks fill no cell."""
    fields = fields_of(found)
    uses = []
    for index, heading in enumerate(sheet.headers):
        texts = sheet.rows[index]
        filled = texts.str.strip().ne("")
        cells = int(filled.sum())
        if not cells and not heading.strip():
            continue
        # Of a personal column nothing is kept, whatever field somebody gave it to.
        personal = heading in found.personal
        field = None if personal else fields.get(index)
        of_people = personal or field in _OF_PEOPLE or (found.kind, field) == ("inspector_directory", "name")
        uses.append(
            ColumnUse(
                heading,
                field,
                cells,
                "" if of_people else shown_example(texts[filled].head(_EXAMPLES)),
                known=field is not None or personal or is_idle(heading),
                personal=personal,
                by_cells=index in found.by_cells,
                doubt=found.doubts.get(index),
                place=index,
            )
        )
    return tuple(uses)


def without_personal(sheet: Sheet, found: Recognised) -> Sheet:
    """The sheet without what people wrote about how to reach somebody: from here on nothing knows it."""
    fields = fields_of(found)
    kinds = KINDS[str(found.kind)].fields
    rows, remarks = sheet.rows.copy(deep=False), list(sheet.remarks)
    for index, header in enumerate(sheet.headers):
        code = fields.get(index)
        if header in found.personal:
            rows[index] = ""
            continue
        if code is not None and kinds[code].type in _CODED:
            continue
        # A number beside a firm's or an item's name is of somebody too; beside a person's the name is what is wanted.
        of_people = code in _OF_PEOPLE or (found.kind, code) == ("inspector_directory", "name")
        distinct = pd.Series(rows[index].unique(), dtype="str")
        suspects = distinct[distinct.str.contains(MAY_BE_IN_COLUMN)]
        cleaned = {text: _cleaned(text, of_people=of_people) for text in suspects}
        changed = {text: clean for text, clean in cleaned.items() if clean != text}
        if changed:
            touched = rows.index[rows[index].isin(list(changed))]
            rows[index] = rows[index].map(changed).fillna(rows[index])
            remarks.append(Remark("contact_removed", index, tuple(int(row) for row in touched)))
    return replace(sheet, rows=rows, remarks=tuple(remarks))


# Types of cells that are digits and nothing else: read as they stand, and said by their own rules.
_CODED = frozenset({"object_id", "certificate", "number"})


def _cleaned(text: str, *, of_people: bool) -> str:
    return without_numbers(text) if of_people else without_contacts(text, figures=True)[0]
