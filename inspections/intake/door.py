"""One door for every file: a plan notice, or a register, a draw or a result."""

from __future__ import annotations

from pathlib import Path

import duckdb

from inspections.files.apart import ENDED
from inspections.intake.incoming import recognised, saved_mapping
from inspections.intake.kinds import KINDS
from inspections.intake.plans_told import is_plan_rather, may_be_plan
from inspections.intake.recognising import Recognised, unexplained
from inspections.intake.sheet import Sheet, read_sheet, without_other_worksheets
from inspections.intake.unknown_tables import kind_unknown
from inspections.notice.revised import heads_revision
from inspections.store.settings import limits_in_force
from inspections.words.errors import InspectionsError

NOTICE = "notice"
# What most notices are written in, and few tables.
DOCUMENTS = {
    ".docx",
    ".docm",
    ".pdf",
    ".ofd",
    ".md",
    ".doc",
    ".wps",
    ".rtf",
    ".odt",
    ".png",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
    ".bmp",
}


def what_is(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str | None = None,
    kind: str | None = None,
    worksheet: str | None = None,
) -> Sheet | None:
    """The sheet of a register, a draw or a result; None for a notice, which its own reader reads.

    `kind` is what the user says it is, `worksheet` the one they chose. Raises InspectionsError as `read_sheet` does, for
    files that are no notice either, and `kind_unknown` for a table of which nobody can tell the kind.
    """
    suffix = Path(name or path.name).suffix.lower()
    if kind == NOTICE or (kind is None and suffix == ".md"):
        return None
    document = kind is None and suffix in DOCUMENTS
    known = frozenset(header for _, header in saved_mapping(connection))
    limits = limits_in_force(connection)
    try:
        sheet = read_sheet(path, name, worksheet, limits=limits, known=known)
    except InspectionsError as error:
        if error.code in ENDED:
            raise
        # A notice as plain text, or one whose table stands below a page of words.
        if document or (
            kind is None and error.code in {"sheet_without_heading", "sheet_format_unknown", "quote_unclosed"}
        ):
            return None
        raise
    if kind:
        return sheet
    found = recognised(connection, sheet)
    # A paper is a table only if it has a column of codes or all that a table needs: a letter has words of any field.
    paper = document and not _is_register(sheet, found)
    # A list of what changes of a plan has fewer words of a plan than a plan, and may have those of an item list.
    revision = heads_revision(sheet.titles)
    if paper or revision:
        return None
    if found.kind is None:
        if not document and not may_be_plan(path, sheet, limits):
            raise kind_unknown(sheet)
        return None
    return None if is_plan_rather(path, sheet, found, limits) else sheet


def parts_of(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str | None = None,
    kind: str | None = None,
    worksheet: str | None = None,
) -> list[Sheet | InspectionsError | None]:
    """What a file brings, in the order in which it builds on each other: a notice (None) and every table of a known kind.

    With `kind` or `worksheet` it is the one table that the user means. What `what_is` raises of the file or of a further
    worksheet stands in its place.
    """
    whole: Sheet | InspectionsError | None
    try:
        whole = what_is(connection, path, name, kind, worksheet)
    except InspectionsError as error:
        whole = error
    if kind or worksheet or (isinstance(whole, InspectionsError) and whole.code != "kind_unknown"):
        return [whole]
    found: list[tuple[int, Sheet | InspectionsError | None]] = []
    for other in _other_worksheets(connection, path, name, whole):
        try:
            sheet = what_is(connection, path, name, None, other)
        except InspectionsError as error:
            if error.code != "kind_unknown":
                found.append((len(KINDS), error))
            continue
        # The plans of a file are one notice, which its reader reads whole.
        if sheet is not None:
            found.append((_place(connection, sheet), sheet))
    if isinstance(whole, InspectionsError):
        found.append((len(KINDS), whole))
    elif whole is None:
        found.insert(0, (-1, whole))
    else:
        read = {sheet.worksheet for _, sheet in found if isinstance(sheet, Sheet)}
        found.insert(0, (_place(connection, whole), without_other_worksheets(whole, read)))
    return [sheet for _, sheet in sorted(found, key=lambda pair: pair[0])]


def _place(connection: duckdb.DuckDBPyConnection, sheet: Sheet) -> int:
    return list(KINDS).index(str(recognised(connection, sheet).kind))


def _other_worksheets(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str | None, whole: Sheet | InspectionsError | None
) -> tuple[str, ...]:
    """The further worksheets with headings that somebody knows."""
    if isinstance(whole, Sheet):
        return whole.others
    # Lines and tables of a paper are one notice.
    if whole is None and Path(name or path.name).suffix.lower() in {*DOCUMENTS, ".md", ".txt", ".html", ".htm", ".mht"}:
        return ()
    known = frozenset(header for _, header in saved_mapping(connection))
    try:
        return read_sheet(path, name, limits=limits_in_force(connection), known=known).others
    except InspectionsError:
        return ()


def _is_register(sheet: Sheet, found: Recognised) -> bool:
    """Whether the table of a paper is one of objects, people, draws or results; plans have no codes of them."""
    if found.kind in {"draws", "results"} and {"drawn_at", "entered_on", "published_on"} & found.mapping.keys():
        return True
    coded = {field: index for field, index in found.mapping.items() if field in {"object_id", "certificate_no"}}
    return any(index not in found.by_cells and sheet.headers[index] for index in coded.values()) or (
        not found.missing and not unexplained(sheet.headers, found.mapping)
    )
