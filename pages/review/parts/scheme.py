"""The scoring scheme as controls: moved and scored at once, saved when asked to, brought and taken away as a file."""

from __future__ import annotations

import html
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import streamlit as st

from inspections.edits import grades
from inspections.evaluation.facts import rubric_in_force
from inspections.evaluation.indicators import (
    LARGEST_MARK,
    WEIGHABLE,
    Indicator,
)
from inspections.evaluation.rubric import (
    GRADES,
    LONGEST_NAME,
    MISSING,
    Criterion,
    Rubric,
    default_rubric,
    read_rubric,
    rounded,
    write_rubric,
)
from inspections.evaluation.statements import rubric_line
from inspections.words.errors import InspectionsError
from inspections.words.plain import markdown
from inspections.words.wording import say_error
from pages.frame.access import may
from pages.frame.address import kept, kept_table, number, one_of
from pages.frame.data import ask, connection
from pages.frame.saving import download, saving
from pages.frame.shown import heading, note
from pages.frame.view import View

# The scheme that the controls start from, as text (absent: the one in force), and how often they were started anew.
BASE, TURN = "rubric_base", "rubric_turn"
TOML = "application/toml"
LARGEST_UPLOAD_MB = 1
LARGEST_WEIGHT = 1000


def in_force() -> Rubric:
    """The scheme in force."""
    return rubric_in_force(ask)


def edit_rubric(view: View) -> Rubric:
    """The scheme as controls. What is moved is scored at once and saved only when asked to."""
    known = in_force()
    text = st.session_state.get(BASE)
    base = read_rubric(text, view.say("rubric_title")) if text else known
    turn = f"{st.session_state.get(TURN, 0)}_{known.version}"
    with st.container(key="rubric-head", gap="xsmall"):
        heading(view.say("rubric_title"))
        state = st.empty()
    chosen = _chosen(view, known, base, turn)
    try:
        rubric = read_rubric(write_rubric(chosen), view.say("rubric_title"))
    except InspectionsError as error:
        st.error(markdown(say_error(error)))
        rubric = base
    if write_rubric(rubric) == write_rubric(known):
        rubric = known
    unsaved = rubric != known
    state.html(_state_of(view, rubric, unsaved=unsaved))
    with st.container(horizontal=True, gap="small"):
        if unsaved:
            if may("grade"):
                _save(view, rubric, turn)
            st.button(view.say("discard"), icon=":material/undo:", on_click=_start_from, args=(None,), type="tertiary")
        if write_rubric(rubric) != write_rubric(default_rubric()):
            st.button(
                view.say("to_default"),
                icon=":material/restart_alt:",
                on_click=_start_from,
                args=(write_rubric(default_rubric()),),
                type="tertiary",
            )
    _file(view, rubric, turn)
    return rubric


def is_unsaved(rubric: Rubric) -> bool:
    """Whether the scores on screen come from a scheme that is not in force."""
    return rubric != in_force()


def _state_of(view: View, rubric: Rubric, *, unsaved: bool) -> str:
    line = html.escape(rubric_line(rubric))
    if unsaved:
        return (
            f'<p class="trial"><strong>{html.escape(view.say("unsaved"))}</strong> {html.escape(view.say("trial"))}</p>'
        )
    return f'<p class="note">{line}</p>'


def _chosen(view: View, known: Rubric, base: Rubric, turn: str) -> Rubric:
    """What the controls say, which is `base` until one is moved; the address says where it is not the one in force."""
    keys = {
        one.code: kept(
            f"w_{one.code}",
            number(0, LARGEST_WEIGHT, whole=False),
            _weight_in(known, one.code),
            start=_weight_in(base, one.code),
            key=f"weight_{one.code}_{turn}",
        )
        for one in WEIGHABLE
    }
    weights: dict[str, float | None] = {}
    total = sum((_exact(st.session_state[key]) for key in keys.values()), Fraction(0))
    with st.container(key="weights", gap="xxsmall"):
        _weights_heading(view, total)
        for code in base.criteria:
            weights[code] = _weight(view, code, total, keys[code])
        others = [one.code for one in WEIGHABLE if one.code not in base.criteria]
        if others:
            with st.expander(view.say("unweighted", count=len(others))), st.container(gap="xxsmall"):
                for code in others:
                    weights[code] = _weight(view, code, total, keys[code])
    st.html(f'<p class="bands">{html.escape(view.say("bands"))}</p>')
    bands = {}
    for cell, grade in zip(st.columns(3, gap="small", vertical_alignment="bottom"), GRADES[:-1], strict=True):
        bands[grade] = cell.number_input(
            markdown(view.say("band_of", grade=view.word("grade", grade))), 0.0, 100.0, step=1.0, format="%g",
            key=kept(f"band_{grade}", number(0, 100, whole=False), float(known.bands[grade]),
                     start=float(base.bands[grade]), key=f"band_{grade}_{turn}"),
        )  # fmt: skip
    missing = st.selectbox(
        view.say("missing"), MISSING, format_func=lambda code: view.word("missing", code),
        key=kept("missing", one_of(MISSING), known.missing, start=base.missing, key=f"missing_{turn}"),
        help=view.say("missing_help"),
    )  # fmt: skip
    marks = _marks(view, known, base, turn)
    criteria = {
        one.code: replace(marks[one.code], weight=_exact(weights[one.code])) for one in WEIGHABLE if weights[one.code]
    }
    return Rubric(base.name, 0, missing, {grade: _exact(band) for grade, band in bands.items()}, criteria)


def _weight_in(rubric: Rubric, code: str) -> float:
    return float(rubric.criteria[code].weight) if code in rubric.criteria else 0.0


def _weight(view: View, code: str, total: Fraction, key: str) -> float | None:
    """One weight; its share of the sum is that of the weights as they stand."""
    name, value = st.columns([3, 1.25], vertical_alignment="center", gap="small")
    now = _exact(st.session_state[key])
    name.html(_indicator(view, code, rounded(100 * now / total) if now else None))
    chosen: float | None = value.number_input(
        view.word("indicator", code), 0.0, float(LARGEST_WEIGHT), step=1.0, format="%g", key=key,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen


def _weights_heading(view: View, total: Fraction) -> None:
    st.html(
        f'<p class="bands"><span>{html.escape(view.say("weights"))}</span>'
        f"<span>{html.escape(view.say('weights_total', total=f'{float(total):g}'))}</span></p>"
    )


def _indicator(view: View, code: str, share: Decimal | None) -> str:
    title = html.escape(view.word("indicator_of", code), quote=True)
    name = html.escape(view.word("indicator", code))
    width = f'<i style="width:{min(float(share), 100):.1f}%"></i>' if share else ""
    return f'<div class="weight" title="{title}">{name}<b>{width}</b></div>'


def _marks(view: View, known: Rubric, base: Rubric, turn: str) -> dict[str, Criterion]:
    """The values at which nothing and all is earned; for every indicator, so that a new weight has some."""
    marks: dict[str, Criterion] = {}
    with st.expander(view.say("marks")):
        for kind in LARGEST_MARK:
            if of_kind := [one for one in WEIGHABLE if one.kind == kind]:
                marks |= _marks_of(view, known, base, of_kind, turn)
        note(view.say("marks_note"))
    return marks


def _marks_of(view: View, known: Rubric, base: Rubric, of_kind: list[Indicator], turn: str) -> dict[str, Criterion]:
    """Those of one kind, rates in per cent, means in their own unit."""
    kind = of_kind[0].kind
    scale, unit = (100, "%g%%") if kind == "rate" else (1, "%g")
    most = float(LARGEST_MARK[kind] * scale)

    def rows(of: Rubric) -> pd.DataFrame:
        criteria = [of.criteria.get(one.code, Criterion(Fraction(0), one.zero, one.full)) for one in of_kind]
        return pd.DataFrame(
            {
                "indicator": [view.word("indicator", one.code) for one in of_kind],
                "zero": [float(one.zero * scale) for one in criteria],
                "full": [float(one.full * scale) for one in criteria],
            },
            index=[one.code for one in of_kind],
        )

    def edit(begun: pd.DataFrame, key: str) -> pd.DataFrame:
        return st.data_editor(
            begun,
            hide_index=True,
            disabled=["indicator"],
            key=key,
            height="content",
            column_config={
                "indicator": st.column_config.TextColumn(view.say(f"indicator_{kind}"), width=120),
                **{
                    mark: st.column_config.NumberColumn(
                        view.say(mark), min_value=0.0, max_value=most, format=unit, required=True, width=56
                    )
                    for mark in ("zero", "full")
                },
            },
        )

    edited = kept_table(
        f"marks_{kind}", rows(known), dict.fromkeys(("zero", "full"), (0.0, most)), edit,
        key=f"marks_{kind}_{turn}", start=rows(base),
    )  # fmt: skip
    return {
        str(code): Criterion(Fraction(0), _exact(zero) / scale, _exact(full) / scale)
        for code, zero, full in zip(edited.index, edited["zero"], edited["full"], strict=True)
    }


def _exact(value: float | None) -> Fraction:
    return Fraction(str(round(float(value or 0), 6)))


def _start_from(text: str | None) -> None:
    """Start the controls anew, from a scheme as text or from the one in force."""
    st.session_state[BASE] = text
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _save(view: View, rubric: Rubric, turn: str) -> None:
    with st.popover(view.say("save"), icon=":material/save:", type="primary"):
        # A changed scheme is no longer the product's assumption and should not be called so.
        proposed = view.say("own_name") if rubric.name == default_rubric().name else rubric.name
        name = st.text_input(view.say("name"), proposed, max_chars=LONGEST_NAME, key=f"rubric_name_{turn}")
        note(view.say("save_note"))
        if st.button(view.say("save_do"), type="primary", key="rubric_save"):
            with saving("grade", view.say("saved")) as actor:
                grades.save_rubric(connection(), replace(rubric, name=name.strip()), actor=actor())
                _start_from(None)


def _file(view: View, rubric: Rubric, turn: str) -> None:
    """The scheme as a file, out and in."""
    with st.expander(view.say("file")):
        download(
            view.say("download_toml"),
            lambda: write_rubric(rubric).encode(),
            file_name=f"{rubric.name}.toml",
            mime=TOML,
            icon=":material/download:",
            type="tertiary",
            key="rubric-toml",
        )
        st.html(f'<style>:root {{ --upload: "{view.say("upload_choose")}"; }}</style>')
        given = st.file_uploader(
            view.say("upload"), type=["toml"], key=f"rubric_file_{turn}", max_upload_size=LARGEST_UPLOAD_MB
        )
        if given is None:
            return
        try:
            read = read_rubric(given.getvalue().decode("utf-8-sig", "replace"), given.name)
        except InspectionsError as error:
            st.error(markdown(say_error(error)))
        else:
            _start_from(write_rubric(read))
            st.rerun()
