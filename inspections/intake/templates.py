"""An empty workbook for each kind of file: headings a clerk can fill below, and a sheet that explains every field."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence

import xlsxwriter

from inspections.intake.kinds import KINDS, SECTIONS, Field, field_title, kind_title
from inspections.words.classes import USUAL
from inspections.words.wording import say, spoken, texts

# Everything else is a text: a code or a name like 1-2 must not turn into a number or a day.
_NUMBER_FORMATS = {"date": "yyyy-mm-dd", "date_time": "yyyy-mm-dd hh:mm", "year": "0", "number": "0"}
_FILLED_ROWS = 10_000
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10}
_REQUIRED, _ONE_OF, _OPTIONAL = "#1F4E79", "#7A5C00", "#E5EAF1"


def allowed(field: Field, classes: Sequence[str]) -> tuple[str, ...]:
    """The words a coded field takes, as the template offers them; () for a field of free words."""
    if field.type == "class":
        return tuple(classes)
    codes = texts(spoken())["codes"].get(SECTIONS.get(field.type, ""), {})
    return tuple(codes.values())


def example(kind: str) -> dict[str, str]:
    """One invented row of a kind, field -> text as a clerk would write it."""
    row = {}
    for field in KINDS[kind].fields.values():
        value = field.example
        if not isinstance(value, str):
            section = SECTIONS.get(field.type)
            said = [say(f"codes.{section}.{code}") for code in value] if section else value
            value = say("templates.parting").join(said)
        row[field.code] = value
    return row


def template(kind: str, classes: Sequence[str] = USUAL) -> bytes:
    """The template of `kind` as xlsx: headings only, then a sheet that explains each field. Raises KeyError.

    Headings of required fields are dark; columns of codes and names are texts, those of days are days; coded fields
    offer their words in a list. No macro and no link to another file.
    """
    fields = list(KINDS[kind].fields.values())
    instead = {field.unless for field in fields if field.unless}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": kind_title(kind)})
    sheet = book.add_worksheet(kind_title(kind)[:31])
    guide_name = say("templates.sheet")
    guide = book.add_worksheet(guide_name)
    heads = {
        colour: book.add_format(
            {
                **_FONT,
                "bold": True,
                "bg_color": colour,
                "font_color": ink,
                "border": 1,
                "text_wrap": True,
                "align": "center",
            }
        )
        for colour, ink in ((_REQUIRED, "#FFFFFF"), (_ONE_OF, "#FFFFFF"), (_OPTIONAL, "#000000"))
    }
    lists = _explain(book, guide, kind, classes)
    for column, field in enumerate(fields):
        title = field_title(kind, field.code)
        sheet.set_column(
            column,
            column,
            max(14, min(30, len(title) * 2 + 4)),
            book.add_format({**_FONT, "num_format": _NUMBER_FORMATS.get(field.type, "@")}),
        )
        sheet.write_string(0, column, title, heads[_colour(field, instead)])
        if field.code in lists:
            several = field.type == "outcomes"
            sheet.data_validation(
                1,
                column,
                _FILLED_ROWS,
                column,
                {
                    "validate": "list",
                    "source": f"='{guide_name}'!{lists[field.code]}",
                    # Several results may stand in one cell, and a platform's own words are read as well.
                    "error_type": "information" if several else "warning",
                    "error_title": title[:32],
                    "error_message": say("templates.other_words"),
                    "show_error": not several,
                },
            )
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 0)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def _colour(field: Field, instead: Collection[str]) -> str:
    """`instead` are the fields of the kind with which another can be done without."""
    if field.required and not field.unless:
        return _REQUIRED
    return _ONE_OF if field.one_of or field.unless or field.code in instead else _OPTIONAL


def _explain(
    book: xlsxwriter.Workbook,
    guide: xlsxwriter.worksheet.Worksheet,
    kind: str,
    classes: Sequence[str],
) -> dict[str, str]:
    """Write the explaining sheet; the ranges with the words of coded fields, by field."""
    body = book.add_format({**_FONT, "text_wrap": True, "valign": "top", "num_format": "@"})
    bold = book.add_format({**_FONT, "bold": True, "bg_color": _OPTIONAL, "border": 1})
    guide.write_string(0, 0, kind_title(kind), book.add_format({**_FONT, "bold": True, "font_size": 14}))
    for row, key in enumerate(("fill", "colours", "invented"), start=1):
        guide.write_string(row, 0, say(f"templates.{key}"), book.add_format(_FONT))
    top = 5
    for column, (key, width) in enumerate((("field", 22), ("needed", 14), ("how", 52), ("words", 48), ("example", 34))):
        guide.write_string(top, column, say(f"templates.columns.{key}"), bold)
        guide.set_column(column, column, width)
    row_of_example = example(kind)
    ranges: dict[str, str] = {}
    for row, field in enumerate(KINDS[kind].fields.values(), start=top + 1):
        words = allowed(field, classes)
        needed = (
            "unless" if field.unless else "required" if field.required else "one_of" if field.one_of else "optional"
        )
        cells = (
            field_title(kind, field.code),
            say(f"templates.needed.{needed}", field=field_title(kind, field.unless) if field.unless else ""),
            say(f"templates.types.{field.type}"),
            say("templates.parting").join(words),
            row_of_example[field.code],
        )
        for column, text in enumerate(cells):
            guide.write_string(row, column, text, body)
        if words:
            # One column for each list, out of sight to the right of the explanations.
            column = 6 + len(ranges)
            for place, word in enumerate(words):
                guide.write_string(top + 1 + place, column, word, body)
            letter = xlsxwriter.utility.xl_col_to_name(column, True)
            ranges[field.code] = f"{letter}${top + 2}:{letter}${top + 1 + len(words)}"
    if ranges:
        guide.set_column(6, 5 + len(ranges), 20, None, {"hidden": True})
    guide.freeze_panes(top + 1, 1)
    guide.set_landscape()
    guide.fit_to_pages(1, 0)
    return ranges
