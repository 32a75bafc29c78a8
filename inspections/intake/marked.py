"""The rows of a file that were rejected or warned about, as a workbook to mend and import again."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence

import pandas as pd
import xlsxwriter

from inspections.intake.kinds import folded
from inspections.words.wording import LANGUAGES, say, say_in

# Excel's own limits; a workbook with more comments than this opens slowly, and the last column says the same.
LONGEST_CELL = 32_767
LONGEST_COMMENT = 2_000
MOST_COMMENTS = 5_000
_RANK = {"error": 0, "warning": 1, "note": 2}
_COLOURS = {"error": "#F4B6A6", "warning": "#FBE3A6"}
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10}


def marked_workbook(
    rows: pd.DataFrame,
    headers: Sequence[str],
    issues: pd.DataFrame,
    *,
    title: str,
    source: str,
    synthetic: bool,
) -> bytes:
    """The rows with an error or a warning as xlsx, under the file's own headings, to mend and import again.

    `rows`: texts as read, columns 0..n-1, index = row number in the file; `headers`: their n headings; `issues`:
    columns row, column (its number, or missing where the whole row is meant), severity and message. Cells with an
    issue are coloured and carry its message as a comment; two more columns give the row's number in the original file
    and all its messages: an import passes over them. Every cell is a text, so a formula stays what was typed. A second
    sheet says where the rows come from and what to do.
    """
    found = issues[issues["severity"].isin(_COLOURS)]
    wanted = rows[rows.index.isin(found["row"])]
    # A file marked before has those two columns already: they are written anew.
    own = {folded(say_in(each, f"marked.{key}")) for each in LANGUAGES for key in ("row", "messages")}
    kept = [column for column, heading in enumerate(headers) if folded(heading) not in own]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title})
    sheet = book.add_worksheet(say("marked.sheet"))
    head = book.add_format({**_FONT, "bold": True, "bg_color": "#E5EAF1", "border": 1, "text_wrap": True})
    body = book.add_format({**_FONT, "num_format": "@"})
    coloured = {
        severity: book.add_format({**_FONT, "num_format": "@", "bg_color": colour, "border": 1})
        for severity, colour in _COLOURS.items()
    }
    last = len(kept)
    for place, column in enumerate(kept):
        _write(sheet, 0, place, headers[column], head)
        sheet.set_column(place, place, max(12, min(36, len(headers[column]) * 2 + 4)), body)
    for place, key, width in ((last, "row", 10), (last + 1, "messages", 80)):
        sheet.write_string(0, place, say(f"marked.{key}"), head)
        sheet.set_column(place, place, width, body)
    of_cell, of_row = _messages(found)
    comments = 0
    for line, (number, cells) in enumerate(zip(wanted.index, wanted.to_numpy(dtype=object), strict=True), start=1):
        for place, column in enumerate(kept):
            issue = of_cell.get((number, column))
            _write(sheet, line, place, cells[column], coloured[issue[0]] if issue else body)
            if issue and comments < MOST_COMMENTS:
                comments += 1
                sheet.write_comment(
                    line, place, _sound(issue[1])[:LONGEST_COMMENT], {"width": 320, "height": 110, "font_size": 9}
                )
        sheet.write_number(line, last, int(number), body)
        severity, message = of_row[number]
        _write(sheet, line, last + 1, message, coloured[severity])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(wanted), 1), last + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    _say_what_it_is(book, title, source, synthetic=synthetic)
    book.close()
    return buffer.getvalue()


def _messages(
    issues: pd.DataFrame,
) -> tuple[dict[tuple[int, int], tuple[str, str]], dict[int, tuple[str, str]]]:
    """(severity, messages) of each cell and of each row, the gravest first."""
    cells: dict[tuple[int, int], list[tuple[str, str]]] = {}
    rows: dict[int, list[tuple[str, str]]] = {}
    table = zip(issues["row"], issues["column"], issues["severity"], issues["message"], strict=True)
    for row, column, severity, message in table:
        rows.setdefault(int(row), []).append((str(severity), message))
        if not pd.isna(column):
            cells.setdefault((int(row), int(column)), []).append((str(severity), message))

    def said(of: list[tuple[str, str]]) -> tuple[str, str]:
        ranked = sorted(dict.fromkeys(of), key=lambda issue: _RANK[issue[0]])
        return ranked[0][0], "\n".join(message for _, message in ranked)

    return {key: said(of) for key, of in cells.items()}, {key: said(of) for key, of in rows.items()}


def _sound(text: str) -> str:
    """`text` as a workbook can hold it: no halves of characters, no longer than a cell."""
    return text.encode("utf-8", "replace").decode()[:LONGEST_CELL]


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, text: str, form: object) -> None:
    if text:
        sheet.write_string(row, column, _sound(text), form)
    else:
        sheet.write_blank(row, column, None, form)


def _say_what_it_is(book: xlsxwriter.Workbook, title: str, source: str, *, synthetic: bool) -> None:
    guide = book.add_worksheet(say("templates.sheet"))
    guide.set_column(0, 0, 110)
    wrap = book.add_format({**_FONT, "text_wrap": True})
    guide.write_string(0, 0, _sound(title), book.add_format({**_FONT, "bold": True, "font_size": 14}))
    lines = [
        source,
        say("export.made_on", day=datetime.date.today().isoformat()),
        say("marked.how"),
    ]
    lines += [say("frame.synthetic_note")] if synthetic else []
    for line, text in enumerate(lines, start=1):
        guide.write_string(line, 0, _sound(text), wrap)
