"""A document -> one bureau's notice: its plans, tasks, items, units, and an issue for whatever is off.

What a notice says is kept twice: read (numbers, dates) and verbatim (`*_text`, `period_text`, `risk_rule`). Names and
numbers of contacts are taken out of every cell before anything else looks at it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace

from inspections.files.characters import set_close
from inspections.files.content import Document, LeftOut
from inspections.notice import units as unit_names
from inspections.notice.amounts_apart import fill_from_tables_apart
from inspections.notice.contacts import without_contacts
from inspections.notice.headers import says_other_kind
from inspections.notice.heading import bureau_of, default_title, issued_on, kind_of, number_of, plan_year, title_of
from inspections.notice.letter import fill_from_letter
from inspections.notice.lines_left import lines_left
from inspections.notice.plan import Issue, Notice, Plan, Task, Told
from inspections.notice.revised import Revision, revision_of
from inspections.notice.row_notes import apply_row_notes
from inspections.notice.task_rows import Record, records_of
from inspections.notice.tasks import tasks_of
from inspections.notice.units import UnitsMet
from inspections.words.errors import InspectionsError


def _not_read(left_out: LeftOut) -> Issue:
    """What a file hides or strikes through, as an issue of its notice."""
    place = {key: value for key in ("sheet", "page", "table") if (value := getattr(left_out, key))}
    severity = "note" if left_out.code == "hidden_sheet" else "warning"
    return Issue(left_out.row, None, left_out.code, severity, {"count": left_out.count, **place})


def _missing_at_head(number: str | None, issued: datetime.date | None) -> Iterator[Issue]:
    """What a notice does not say of itself."""
    if number is None:
        yield Issue(None, "doc_no", "doc_no_missing", "warning")
    if issued is None:
        yield Issue(None, "issued_on", "issued_on_missing", "note")


def _set_close(document: Document) -> Document:
    """A document whose words are not set wide: blanks between single characters part nothing."""
    tables = []
    for table in document.tables:
        rows = tuple(replace(row, cells=tuple(map(set_close, row.cells))) for row in table.rows)
        tables.append(replace(table, rows=rows, titles=tuple(map(set_close, table.titles))))
    lines = tuple(replace(line, text=set_close(line.text)) for line in document.paragraphs)
    return replace(document, paragraphs=lines, tables=tuple(tables))


def _lines_left(document: Document, records: Sequence[Record]) -> Iterator[Issue]:
    """Lines beside those of tasks told in prose that name an amount and gave no task."""
    of_tasks = {record.row for record in records if record.made_of == "task_from_prose"}
    for line in lines_left(document.paragraphs, of_tasks) if of_tasks else ():
        yield Issue(line.line, "name", "line_unread", "error", {"text": without_contacts(line.text)[0]})


def _nothing_read(document: Document, rows_read: int, revision: Revision | None) -> InspectionsError:
    """Why a file holds no task."""
    if rows_read == 0 and any(says_other_kind(row.cells) for table in document.tables for row in table.rows[:3]):
        return InspectionsError("not_a_notice", file=document.name)
    if revision and revision.unread:
        return InspectionsError("revision_unread", file=document.name, text=revision.unread[0][1])
    return InspectionsError("no_plan_table", file=document.name)


def read_notice(document: Document, *, bureau: str | None = None, year: int | None = None) -> Notice:
    """Plans, tasks, items and units of a notice.

    `bureau` names the bureau where the file does not (or says it wrongly); `year` is the plan's year where neither
    title, document number nor windows say it. Raises InspectionsError `no_plan_table`, `not_a_notice`,
    `revision_unread` (it changes a plan and no change is readable), `bureau_unknown`, `year_unknown`, each naming
    the file.
    """
    issues: list[Issue] = []
    document = _set_close(document)
    revision = revision_of(document)
    gathered = records_of(revision.document if revision else document, issues)
    records, rows_read = gathered.records, gathered.rows_read
    if not records and not (revision and revision.withdrawn):
        raise _nothing_read(document, rows_read, revision)
    issues += _lines_left(document, records)
    fill_from_tables_apart(document, records, issues)
    of_rows = apply_row_notes(document, records, issues)
    letter = replace(document, paragraphs=tuple(line for line in document.paragraphs if line.line not in of_rows))
    # What a letter says for all its tasks is no change of those of which a paper names only some.
    fill_from_letter(letter, [] if revision and revision.partial else records, issues)
    issues += [_not_read(left_out) for left_out in document.left_out]
    for line, text in revision.unread if revision else ():
        issues.append(Issue(line, None, "revision_sentence_unread", "warning", {"text": text}))
    owner = bureau_of(document, records, bureau, issues)
    number, issued = number_of(document), issued_on(document)
    issues += _missing_at_head(number, issued)

    groups: dict[tuple[str, int], list[Record]] = {}
    titles: dict[tuple[str, int], str] = {}
    years: dict[str | None, int] = {}
    for record in records:
        kind = kind_of(record, owner)
        title = title_of(record.table)
        if title not in years:
            years[title] = plan_year(title, document, number, records, year)
        of_year = years[title]
        key = (kind, of_year)
        groups.setdefault(key, []).append(record)
        titles.setdefault(key, title or default_title(document, owner, of_year))

    directory = UnitsMet(owner)
    told: dict[tuple[str, int, int], Told] = {}
    plans = []
    # Internal plans first: they tell which names are sections of the bureau.
    for (kind, of_year), own in sorted(groups.items(), key=lambda group: group[0][0] == "joint"):
        tasks = tasks_of(own, kind, of_year, directory, issues)
        if tasks:
            plans.append((kind, of_year, titles[kind, of_year], tasks))
            told |= {(kind, of_year, seq): one for seq, one in _told(tasks, own, revision)}
    for paragraph in document.paragraphs[:80]:
        named = unit_names.addressees(paragraph.text)
        for name in named:
            directory.meet(name, internal=False)
        if named:
            break
    rows_kept = sum(len(tasks) for _, _, _, tasks in plans)
    if not plans and revision and revision.withdrawn:
        of_year = plan_year(None, document, number, [], year)
        plans.append(("internal", of_year, default_title(document, owner, of_year), ()))
    if not plans:
        raise InspectionsError("no_readable_rows", file=document.name, rows=rows_read)
    return Notice(
        bureau=owner,
        doc_no=number,
        issued_on=issued,
        plans=tuple(Plan(kind, of_year, title, tasks) for kind, of_year, title, tasks in plans),
        units=directory.all,
        aliases=directory.aliases,
        issues=tuple(issues),
        rows_read=len(records) + gathered.rows_left,
        rows_kept=rows_kept,
        columns=(*gathered.columns, *(revision.columns if revision else ())),
        set_aside=tuple(gathered.set_aside),
        told=told,
        revision=revision,
    )


def _told(tasks: Sequence[Task], records: Sequence[Record], revision: Revision | None) -> Iterator[tuple[int, Told]]:
    """What the rows of the tasks tell, (number, told) each; a row that gave no task is passed over."""
    left = iter(records)
    for task in tasks:
        record = next(record for record in left if record.row == task.row)
        beside = revision.said.get((record.table.ordinal, record.row)) if revision else None
        listed = frozenset(record.header.columns.values()) | {code for code, _ in record.header.ticks.values()}
        filled = frozenset(code for code in (*listed, *record.cells) if record.get(code).strip())
        name = next((record.get(code) for code in ("name", "field") if record.get(code)), task.name)
        said = (beside.called, beside.mark, beside.sentence, beside.was) if beside else ()
        yield task.seq, Told(listed, filled, " ".join(name.split()), *said)
