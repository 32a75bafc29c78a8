"""The door of the imports page: files dropped, what each is and would do, its doubts decided, put in when confirmed."""

from __future__ import annotations

import dataclasses
import datetime
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from inspections.files.ledger import STATES
from inspections.intake.door import NOTICE
from inspections.intake.incoming import read_incoming, recognised
from inspections.intake.kinds import KINDS, field_title
from inspections.intake.ledger import letter
from inspections.intake.recognising import Recognised
from inspections.intake.sheet import Sheet
from inspections.intake.shown import change_rows, issue_rows, marked_file, read_rows, waiting_sentences
from inspections.intake.storing import Preview, commit, ledger_of_table, preview, save_mapping
from inspections.intake.told_above import OUTSIDE, basis_told, not_told
from inspections.intake.uncounted import uncounted_after
from inspections.store.settings import limits_in_force
from inspections.words import plain
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say
from pages.frame import address
from pages.frame.access import person
from pages.frame.address import common
from pages.frame.data import ask, connection, version
from pages.frame.saving import download, refused, saving, tell
from pages.frame.shown import KeyFigure, figures_row, heading, note, table
from pages.frame.view import View, is_synthetic
from pages.registry.parts.decisions import decisions
from pages.registry.parts.dropped import (
    STAYING,
    Dropped,
    Pasted,
    bring_back,
    guess,
    kept,
    looked,
    read_as,
    stay,
    take_away,
)
from pages.registry.parts.imported import ORDER, issue_list
from pages.registry.parts.ledger import account, missing
from pages.registry.parts.notices import plan_notice

# The choice of a field that has no column in the file.
NO_COLUMN = -1
# Rows of a table on the page; the file to take along holds all.
MOST_ISSUES, MOST_CHANGES, MOST_NEW = 500, 500, 20
# Share of the progress bar for reading the cells; the rest is for comparing with the database.
READING = 0.6
# Where to go when a file of a kind is in.
NEXT = {NOTICE: ("monitor/plans", "monitor/overview")} | {code: kind.leads_to for code, kind in KINDS.items()}


def drop(view: View) -> None:
    """Where files are dropped or words pasted, and a card for each."""
    limit = limits_in_force(connection()).upload_megabytes
    with st.container(border=True, key="import-door"):
        heading(view.say("drop_title"))
        note(view.say("drop_note"))
        of_files, of_words = st.columns([3, 2])
        given = of_files.file_uploader(
            markdown(view.say("drop_label", limit=limit)), accept_multiple_files=True, key="import_files",
            max_upload_size=limit,
        )  # fmt: skip
        with of_words.form("import_pasting", border=False, enter_to_submit=False):
            words = st.text_area(markdown(view.say("paste_label")), height=100, key="import_paste")
            st.form_submit_button(view.say("paste_read"), icon=":material/content_paste:", key="import_paste_read")
        pasted = [Pasted(view.say("paste_name"), words)] if words.strip() else []
    # Streamlit speaks English here, and says the limit a second time.
    st.html(f'<style>:root {{ --upload: "{view.say("drop_choose")}"; }}</style>')
    before = st.session_state[address.kept("files", STAYING, "")]
    gone = st.session_state.setdefault("imports_gone", bring_back(before))
    files = kept([*given, *pasted])
    # The files outlive a reload of their address; of those that did not it is said how many there were.
    if files:
        st.session_state["imports_gone"] = 0
    elif gone:
        st.info(markdown(view.say("files_gone", count=gone)), icon=":material/upload_file:")
    st.session_state["files"] = before if gone and not files else stay()
    for file in files:
        with st.container(border=True, key=f"import-file-{file.number}"):
            _card(view, file)


def _card(view: View, file: Dropped) -> None:
    """One file: its name and kind, and below what would happen, or what became of it."""
    if file.told:
        _outcome(view, file)
        return
    name, choose_kind, choose_sheet = st.columns([5, 2.2, 1.8], vertical_alignment="bottom")
    known = guess(file)
    kind = choose_kind.selectbox(
        view.say("kind"), ORDER, index=None if known is None else ORDER.index(known), key=file.widget("kind"),
        format_func=lambda code: view.word("import_kind", code), placeholder=view.say("kind_to_be_named"),
    )  # fmt: skip
    sheet = read_as(file, kind)
    if isinstance(sheet, Sheet) and len(sheet.worksheets) > 1:
        worksheet = choose_sheet.selectbox(
            view.say("worksheet"), sheet.worksheets, index=sheet.worksheets.index(sheet.worksheet),
            key=file.widget("worksheet"),
        )  # fmt: skip
        if worksheet != sheet.worksheet:
            sheet = read_as(file, kind, worksheet)
    with name:
        st.html(f'<p class="name">{html.escape(file.called)}</p>')
        _back(view, file)
        if isinstance(sheet, Sheet):
            note(view.say("sheet_line", rows=len(sheet.rows), columns=len(sheet.headers), left_out=len(sheet.left_out)))
    if isinstance(sheet, InspectionsError):
        refused(sheet)
    elif sheet is None or kind == NOTICE:
        plan_notice(view, file)
    else:
        _register(view, file, str(kind), sheet)


def _back(view: View, file: Dropped) -> None:
    """The way to take away a file that came back with a reload."""
    if file.back:
        st.button(view.say("take_away"), icon=":material/close:", type="tertiary", key=file.widget("away"),
                  on_click=take_away, args=(file,))  # fmt: skip


def _outcome(view: View, file: Dropped) -> None:
    """What became of a file that was put in, and where to look next."""
    st.html(f'<p class="name">{html.escape(file.called)}</p>')
    _back(view, file)
    st.success(markdown(file.told), icon=":material/task_alt:")
    missing(file.missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        for page in NEXT[file.kind]:
            if person().reads(page):
                st.page_link(
                    f"pages/{page}.py",
                    label=view.say(f"next.{page.split('/')[1]}"),
                    icon=":material/arrow_forward:",
                    query_params=common(),
                )


# Registers, draws, results


def _register(view: View, file: Dropped, kind: str, sheet: Sheet) -> None:
    told = recognised(connection(), sheet, kind)
    mapping = _columns(view, file, kind, sheet, told)
    options = _options(view, file, kind, mapping, basis_told(sheet, kind, mapping))
    missing = not_told(sheet, kind, mapping, options["basis"])
    if missing:
        names = say("frame.list_comma").join(field_title(kind, code) for code in missing)
        st.warning(markdown(view.say("columns_missing", columns=names)), icon=":material/view_column:")
        return
    key = (kind, sheet.sha256, sheet.worksheet, tuple(mapping.items()), tuple(options.items()),
           tuple(sorted(file.chosen.items())), version())  # fmt: skip
    options["chosen"] = file.chosen
    found = looked(view, file, key, lambda bar: _preview(view, kind, sheet, mapping, options, bar))
    if isinstance(found, InspectionsError):
        refused(found)
        return
    chosen = decisions(view, file.widget("decision"), found.decisions, file.chosen, say("decisions.note"))
    if chosen != file.chosen:
        # What was decided changes what the file would do: it is looked at anew.
        file.chosen = chosen
        st.rerun()
    left_out = _alike(view, file, found)
    found = _without(found, left_out)
    _states(view, found.counts)
    account(ledger_of_table(found), file.widget("ledger"))
    _issues(view, file, found)
    _content(view, file, found)
    _confirm(view, file, found, left_out)


def _columns(view: View, file: Dropped, kind: str, sheet: Sheet, told: Recognised) -> dict[str, int]:
    """Which column is which field: as the headings say, for the clerk to correct and save for the next file."""
    columns = [NO_COLUMN, *range(len(sheet.headers))]

    def shown(index: int) -> str:
        if index == NO_COLUMN:
            return view.say("no_column")
        title = sheet.headers[index] or view.say("no_heading")
        return plain.shortened(plain.line(f"{letter(index)}　{title}"), 40)

    mapping: dict[str, int] = {}
    title = view.say("columns_title", count=len(told.mapping), all=len(KINDS[kind].fields))
    with st.expander(markdown(title), expanded=bool(told.missing), icon=":material/view_column:"):
        cells = st.columns(4)
        for number, (code, known) in enumerate(KINDS[kind].fields.items()):
            label = field_title(kind, code)
            needed = "required" if known.required and not known.unless else "one_of" if known.one_of else "plain"
            index = cells[number % 4].selectbox(
                markdown(view.say(f"field_labels.{needed}", field=label)), columns,
                index=columns.index(told.mapping.get(code, NO_COLUMN)),
                key=file.widget(f"column_{kind}_{sheet.worksheet}_{code}"),
                format_func=shown,
            )  # fmt: skip
            if index != NO_COLUMN:
                mapping[code] = int(index)
        if told.unread:
            note(view.say("columns_unread", columns=_names(told.unread)))
        if told.personal:
            note(view.say("columns_personal", columns=_names(told.personal)))
        changed = {
            sheet.headers[index]: code
            for code, index in mapping.items()
            if told.mapping.get(code) != index and sheet.headers[index].strip()
        }
        if changed:
            note(view.say("columns_changed", columns=_names(tuple(changed))))
            if st.button(view.say("columns_save"), icon=":material/bookmark_add:", key=file.widget("save")):
                _save_columns(view, kind, changed)
    return mapping


def _names(names: tuple[str, ...]) -> str:
    return plain.shortened(say("frame.list_comma").join(map(plain.line, names)), 200)


def _save_columns(view: View, kind: str, changed: Mapping[str, str]) -> None:
    with saving("import", view.say("columns_saved", count=len(changed)), stays=True) as actor:
        save_mapping(connection(), kind, changed, actor=actor())


def _options(view: View, file: Dropped, kind: str, mapping: Mapping[str, int], basis: str | None) -> dict[str, Any]:
    """What the file does not say itself: bureau, year, the day classes hold from, basis (proposed by its title).

    A pool is decided below.
    """
    bureaus = list(ask("bureaus")["bureau"])
    asked = {known.asks for code, known in KINDS[kind].fields.items() if code not in mapping}
    chosen: dict[str, Any] = {"bureau": view.bureau or None, "year": None, "day": None, "basis": None}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(bureaus) > 1:
            chosen["bureau"] = st.selectbox(
                view.say("bureau"), bureaus, index=bureaus.index(view.bureau) if view.bureau in bureaus else None,
                key=file.widget("bureau"), width=340,
            )  # fmt: skip
        if "year" in asked:
            years = sorted(ask("bureau_years")["year"].unique(), reverse=True)
            chosen["year"] = st.selectbox(
                view.say("year"), [int(year) for year in years], index=None, placeholder=view.say("year_of_dates"),
                key=file.widget("year"), width=220,
            )  # fmt: skip
        if "day" in asked:
            chosen["day"] = st.date_input(
                view.say("day"), datetime.date.today(), format="YYYY-MM-DD", key=file.widget("day"), width=220
            )
        if kind == "object_directory" and "pools" in mapping:
            chosen["replace_pools"] = st.toggle(
                view.say("replace_pools"), key=file.widget("replace_pools"), help=view.say("replace_pools_help")
            )
        if "basis" in asked:
            chosen["basis"] = st.selectbox(
                view.say("basis"), OUTSIDE, index=OUTSIDE.index(basis) if basis else None,
                placeholder=view.say("basis_of_draws"),
                format_func=lambda code: view.word("basis", code), key=file.widget("basis"), width=220,
            )  # fmt: skip
    return chosen


def _preview(
    view: View, kind: str, sheet: Sheet, mapping: Mapping[str, int], options: Mapping[str, Any], bar: Any
) -> Preview:
    reading, checking = view.say("reading"), view.say("checking")
    incoming = read_incoming(
        connection(), sheet, kind=kind, mapping=mapping, **options,
        progress=lambda share: bar.progress(READING * share, markdown(reading)),
    )  # fmt: skip
    return preview(
        connection(), incoming, progress=lambda share: bar.progress(READING + (1 - READING) * share, markdown(checking))
    )


def _without(found: Preview, left_out: frozenset[int]) -> Preview:
    """The same with rows that the clerk leaves out among the rejected; put in, the file is looked at anew."""
    rows = found.rows.assign(state=found.rows["state"].where(~found.rows["row"].isin(left_out), "rejected"))
    return dataclasses.replace(found, rows=rows)


def _alike(view: View, file: Dropped, found: Preview) -> frozenset[int]:
    """New objects that look like known ones, in pairs; those that the clerk marks are left out."""
    pairs = found.alike
    if pairs.empty:
        return frozenset()
    heading(view.say("alike_title", count=pairs["row"].nunique()))
    note(view.say("alike_note"))
    chosen: Any = st.dataframe(
        pd.DataFrame(
            {
                "row": pairs["row"],
                "new": pairs["new_name"] + "　" + pairs["new_id"],
                "known": pairs["known_name"] + "　" + pairs["known_id"],
                "score": pairs["score"],
                "kind": [view.say(f"alike_kinds.{kind}") for kind in pairs["kind"]],
            }
        ),
        hide_index=True,
        key=file.widget("alike"),
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "row": st.column_config.NumberColumn(say("headings.row"), width="small"),
            "new": st.column_config.TextColumn(view.say("alike_new")),
            "known": st.column_config.TextColumn(view.say("alike_known")),
            "score": st.column_config.NumberColumn(view.say("alike_score"), format="%.0f", width="small"),
            "kind": st.column_config.TextColumn(view.say("alike_kind")),
        },
        alt=view.say("alike_note"),
    )
    return frozenset(int(row) for row in pairs["row"].iloc[list(chosen.selection.rows)])


def _states(view: View, counts: Mapping[str, int]) -> None:
    """What would become of the rows: a figure for each state and one bar for all."""
    figures_row(
        *(
            KeyFigure(view.say(f"figures.{state}"), say("imports.rows", count=counts[state]),
                      view.say(f"details.{state}"))
            for state in STATES
            if state != "waiting" or counts[state]
        )
    )  # fmt: skip
    whole = sum(counts.values())
    parts = "".join(
        f'<i class="{state}" style="flex-grow:{counts[state] / whole:.4f}"></i>' for state in STATES if counts[state]
    )
    told = html.escape(view.say("states_alt", **counts))
    st.html(f'<div class="states" role="img" aria-label="{told}">{parts}</div>')


def _issues(view: View, file: Dropped, found: Preview) -> None:
    """What is wrong with which row and what to do, the worst first; all of it in the file itself to take along."""
    waiting, *groups = waiting_sentences(found) or [""]
    if waiting:
        st.info(markdown(waiting), icon=":material/pending_actions:")
    for group in groups:
        note(group)
    count = int((found.issues["severity"] != "waiting").sum())
    if not count:
        if not waiting:
            note(view.say("no_issues"))
        return
    told = {severity: int((found.issues["severity"] == severity).sum()) for severity in ("error", "warning", "note")}
    shown = issue_rows(found, MOST_ISSUES)
    issue_list(view, view.say("issues_title", **told), shown)
    name = plain.file_name(Path(file.name).stem + (file.worksheet or ""))
    with st.container(horizontal=True, vertical_alignment="center"):
        download(
            view.say("marked"),
            lambda: marked_file(found, synthetic=is_synthetic(view.settings)),
            file_name=f"{name}-{view.say('marked_name')}.xlsx",
            icon=":material/download:",
            key=file.widget("marked"),
        )
        if count > len(shown):
            note(view.say("issues_cut", shown=len(shown), count=count))


def _content(view: View, file: Dropped, found: Preview) -> None:
    """The fields that would change, and the first new rows as they were read."""
    counts = found.counts
    if len(found.changes):
        title = view.say("changes_title", count=counts["changed"])
        with st.expander(markdown(title), icon=":material/compare_arrows:"):
            shown = change_rows(found).head(MOST_CHANGES)
            table(shown, ["row", "label", "field", "value_before", "value_after"], view, file.widget("changes"),
                  view.say("changes_heading"), with_download=False)  # fmt: skip
    if counts["new"]:
        title = view.say("new_title", shown=min(counts["new"], MOST_NEW), count=counts["new"])
        with st.expander(markdown(title), icon=":material/playlist_add:"):
            rows = read_rows(found, "new", MOST_NEW)
            kind = found.incoming.kind
            st.dataframe(
                rows,
                hide_index=True,
                placeholder="—",
                key=file.widget("new"),
                column_config={
                    code: st.column_config.Column(say("headings.row") if code == "row" else field_title(kind, code))
                    for code in rows.columns
                },
                alt=title,
            )


def _confirm(view: View, file: Dropped, found: Preview, left_out: frozenset[int]) -> None:
    """The last word: what happens now, and the button that does it."""
    counts, blocked = found.counts, len(found.blocked)
    good_rows = False
    if blocked:
        good_rows = st.toggle(
            markdown(view.say("good_rows")), key=file.widget("good_rows"), help=view.say("good_rows_help")
        )
    if blocked and not good_rows:
        key = "record"
        st.warning(markdown(view.say("will_reject", count=blocked)), icon=":material/block:")
    elif counts["new"] + counts["changed"]:
        key = "confirm"
        st.info(
            markdown(view.say("will_import", kind=view.word("import_kind", found.incoming.kind),
                              bureau=found.incoming.bureau, **counts)),
            icon=":material/fact_check:",
        )  # fmt: skip
    elif counts["waiting"]:
        key = "record_waiting"
        note(view.say("will_wait", count=counts["waiting"]))
    else:
        note(view.say("will_nothing"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            view.say(key),
            type="primary" if key == "confirm" else "secondary",
            icon=":material/check:" if key == "confirm" else ":material/flag:",
            key=file.widget("confirm"),
        )
        note(view.say(f"{key}_note"))
    if pressed:
        _put_in(view, file, found, good_rows, left_out)


def _put_in(view: View, file: Dropped, found: Preview, good_rows: bool, left_out: frozenset[int]) -> None:
    with saving("import") as actor, st.spinner(view.say("writing")):
        report = commit(connection(), found.incoming, good_rows=good_rows, leave_out=left_out, actor=actor())
        file.missing = uncounted_after(connection(), report.import_id, found.incoming.bureau)
        _told(view, file, found.incoming.kind, report.status, dict(report.preview.counts))


def _told(view: View, file: Dropped, kind: str, status: str, counts: Mapping[str, int]) -> None:
    """Say what became of the file; one that is in gives its memory back."""
    if status in {"rejected", "waiting"}:
        key = "told_rejected" if status == "rejected" else "told_recorded"
        tell(view.say(key, file=file.called, **counts), stays=True)
        file.key = ()
        return
    file.kind = kind
    file.told = view.say("told_imported" if status == "imported" else "told_unchanged", file=file.called, **counts)
    if counts["waiting"]:
        file.told += view.say("told_waiting", **counts)
    file.read, file.found = {(None, file.worksheet): None}, None
