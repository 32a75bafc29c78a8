"""What pages show: the finding, notes, key figures, charts, tables with their download."""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from inspections.figures.named_rows import alone, on_phone
from inspections.papers import export
from inspections.words import plain, tables
from inspections.words.columns import NAMES, OF_SINGLE_FIRMS, WIDTHS, kind_of
from inspections.words.look import in_plain_text, template
from inspections.words.rates import points, rate, way
from inspections.words.wording import say
from pages.frame import access
from pages.frame.address import kept, one_of
from pages.frame.saving import download
from pages.frame.view import View, is_synthetic, source_line

CHART = {"displayModeBar": False, "scrollZoom": False}
# What a line is not broken in: a day with its time, behind whose hyphens browsers break, a number with what it counts.
WHOLE = re.compile(r"\b\d{4}-\d\d-\d\d\b(?: \d\d:\d\d\b)?|[\d,.]*\d[%％]? [\u4e00-\u9fff]{1,2}")
# Rows of a table on screen, the first of however many there are: a browser is not for a register of 80,000 firms.
MOST_ROWS = 1000
# Rows that a table shows whole: behind the fold of its own nobody looks for the last ones of a few.
WHOLE_ROWS = 20
# Pixels of a letter of a table, beside its text, and of the widest column; rows of which the browser measures all.
LETTER, PADDING, WIDEST, MEASURED_WHOLE = 14, 24, 480, 5
# How numbers of a kind are written; others have two decimals where they have any.
FORMATS = {"share": "%.1f%%", "mean": "%.1f", "change": "%+.2f"}


def finding(*sentences: str) -> None:
    """The sentence a leader would say, under the title. Names inside are data, never markup."""
    st.html(f'<p class="finding">{in_html(say("frame.sentence_gap").join(sentences))}</p>')


def note(text: str) -> None:
    """A quiet line under a figure: how to read it, or what it leaves out."""
    st.html(f'<p class="note">{in_html(text)}</p>')


def in_html(text: str) -> str:
    """A text as HTML, its days and times and its numbers with their units whole on one line."""
    return WHOLE.sub(r'<span class="whole">\g<0></span>', html.escape(text))


def glossary(*words: str, method: str = "") -> None:
    """The statistical words of a page, each explained in one plain sentence; below them its `method`, if any."""
    with st.expander(say("glossary.title"), icon=":material/menu_book:"):
        rows = (
            f"<dt>{html.escape(say(f'glossary.{word}.word'))}</dt>"
            f"<dd>{html.escape(say(f'glossary.{word}.meaning'))}</dd>"
            for word in words
        )
        st.html(f'<dl class="glossary">{"".join(rows)}</dl>')
        if method:
            note(method)


@dataclass(frozen=True)
class KeyFigure:
    """One cell of the row of key figures: what it is, its value, what it is made of, how it moved since last year."""

    label: str
    value: str
    detail: str | None = None
    change: str | None = None
    explanation: str | None = None


def figures_row(*figures: KeyFigure) -> None:
    """The row of key figures under the finding."""
    for cell, figure in zip(st.columns(len(figures)), figures, strict=True):
        cell.metric(
            plain.markdown(figure.label),
            plain.markdown(figure.value),
            plain.markdown(figure.detail) if figure.detail else None,
            delta_color="off",
            delta_arrow="off",
            delta_description=figure.change,
            help=plain.markdown(figure.explanation) if figure.explanation else None,
            border=True,
            height="stretch",
        )


def share_figure(
    view: View, key: str, now: Mapping[str, int], before: Mapping[str, int] | None, numerator: str, denominator: str
) -> KeyFigure:
    """A rate with its numerator and denominator, and its change in percentage points since the year before.

    None is told where nothing was drawn by that day of the year before: what stands at zero there is no record.
    """
    share = rate(now[numerator], now[denominator])
    recorded = before if before and before.get("launched", 1) else None
    moved = points(share, rate(recorded[numerator], recorded[denominator])) if recorded else None
    return KeyFigure(
        label=view.say(f"figures.{key}"),
        value=say("frame.rate", share=share),
        detail=view.say(f"details.{key}", numerator=now[numerator], denominator=now[denominator]),
        change=change_words(moved),
        explanation=view.say(f"explanations.{key}"),
    )


def change_words(moved: float | None) -> str | None:
    """How many percentage points a rate rose or fell since the year before; None where nothing can be compared."""
    return None if moved is None else say(f"frame.change.{way(moved, 1)}", points=abs(moved))


def plain_figure(view: View, key: str, value: str, detail: str | None = None) -> KeyFigure:
    """A figure that is not a rate."""
    return KeyFigure(view.say(f"figures.{key}"), value, detail, explanation=view.say(f"explanations.{key}"))


def listed(names: Sequence[str]) -> str:
    """Names as a list in the reader's language."""
    return say("frame.list_comma").join(names)


def issues_in_words(issues: pd.DataFrame) -> pd.DataFrame:
    """Notice issues with their message in the reader's language."""
    columns = [say(f"notice_columns.{field}").capitalize() if field else None for field in issues["field"].fillna("")]
    messages = [
        say(f"issues.{code}", **{**json.loads(parameters), "column": column})
        for code, parameters, column in zip(issues["code"], issues["parameters"], columns, strict=True)
    ]
    return issues.assign(message=messages, field=pd.Series(columns, index=issues.index, dtype="object"))


def chart(figure: go.Figure, view: View, key: str, alt: str) -> None:
    """A figure in the house's template. `alt` says in words what it shows.

    One bar alone is told in words. Texts are data: they are escaped here and nowhere else, and shortened where they
    are names on an axis.
    """
    if told := alone(figure):
        st.html(f'<p class="alone">{html.escape(told)}</p>')
        return
    figure.update_layout(template=template(view.look.mode))
    shown = in_plain_text(on_phone(figure, view.look) if view.look.on_phone else figure)
    st.plotly_chart(shown, theme=None, config=CHART, key=f"{view.page}-{key}", alt=alt)


def heading(text: str) -> None:
    """A section's heading."""
    st.subheader(plain.markdown(text), anchor=False)


def table(
    frame: pd.DataFrame,
    columns: Sequence[str],
    view: View,
    key: str,
    title: str,
    *,
    wraps: bool = False,
    select: str | None = None,
    height: int | None = None,
    with_download: bool = True,
    whole: Callable[[], pd.DataFrame] | None = None,
    by: tuple[str, str] | None = None,
) -> int | None:
    """A table in words with heading and download as xlsx. An empty one says so in a sentence.

    What holds sentences `wraps`, and is then a table of the page itself.

    The screen shows the first `MOST_ROWS` and says so; the download has all of `frame`, or of what `whole` gives where
    `frame` is only its beginning.

    With `select` a row can be chosen, and its place in `frame` comes back: `select` tells one frame from the next, so
    that a choice does not survive other rows. `by` keeps the choice in the address: its name there, and the column of
    `frame` that tells one row from the next.
    """
    asked = columns
    if not access.may("classes"):
        # What the reader may not see of single firms is not in `frame`: its columns go too.
        columns = [name for name in columns if name not in OF_SINGLE_FIRMS or frame[name].notna().any()]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(plain.markdown(title), anchor=False)
        if with_download and not frame.empty:
            taken = [name for name in columns if kind_of(name) != "link"]
            download(
                say("frame.download"),
                lambda: export.to_xlsx(
                    whole() if whole else frame,
                    taken,
                    title=title,
                    source=source_line(view),
                    synthetic=is_synthetic(view.settings),
                ),
                file_name=f"{plain.file_name(view.bureau)}{view.year}-{key}.xlsx",
                icon=":material/download:",
                type="tertiary",
                key=f"{view.page}-{key}-download",
            )
    widget = f"{view.page}-{key}-table" + (f"-{zlib.crc32(select.encode()):08x}" if select else "")
    if by:
        _take_choice(widget, frame.head(MOST_ROWS), *by)
    if frame.empty:
        note(say("frame.nothing"))
        return None
    if NAMES & set(asked) - set(columns):
        note(say("frame.names_withheld"))
    if wraps:
        wrapping_rows(frame.head(MOST_ROWS), columns, view, title)
        _told_cut(frame)
        return None
    shown = tables.in_words(frame.head(MOST_ROWS), columns)
    for column in [name for name in columns if kind_of(name) == "share"]:
        shown[column] = shown[column] * 100
    chosen: Any = st.dataframe(
        shown,
        hide_index=True,
        placeholder="—",
        key=widget,
        height=height or ("content" if len(shown) <= WHOLE_ROWS else "auto"),
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
        column_config={
            column: _column(column, label, shown[column]) for column, label in tables.headings(columns).items()
        },
        alt=title,
    )
    _told_cut(frame)
    rows = chosen.selection.rows if select else []
    place = int(rows[0]) if rows else None
    if by:
        name, column = by
        st.session_state[name] = None if place is None or place >= len(frame) else str(frame[column].iloc[place])
        st.session_state[f"{widget}-said"] = st.session_state[name]
    return place


def _take_choice(widget: str, frame: pd.DataFrame, name: str, column: str) -> None:
    """Set a table to the row that the address names, where that is not what the table said last."""
    codes = [str(code) for code in frame[column]]
    wanted = st.session_state[kept(name, one_of(codes))]
    if codes and (widget not in st.session_state or wanted != st.session_state.get(f"{widget}-said")):
        st.session_state[widget] = {"selection": {"rows": [] if wanted is None else [codes.index(wanted)]}}


def _told_cut(frame: pd.DataFrame) -> None:
    if len(frame) > MOST_ROWS:
        note(say("frame.table_cut", shown=MOST_ROWS, count=len(frame)))


def wrapping_rows(
    frame: pd.DataFrame,
    columns: Sequence[str],
    view: View,
    title: str,
    marks: Iterable[str] | None = None,
    kind: str = "even",
) -> None:
    """Rows whose texts wrap, which those of Streamlit's table do not do in Chinese; many of them scroll.

    `marks` are the classes of the rows, `kind` that of the table; `title` is told to who cannot see it.
    """
    shown = tables.in_words(frame, columns).astype("object")
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in tables.headings(columns).values())
    rows = "".join(
        f'<tr class="{mark}">' + "".join(_cell(name, value) for name, value in zip(columns, row, strict=True)) + "</tr>"
        for mark, row in zip([""] * len(shown) if marks is None else marks, shown.itertuples(index=False), strict=True)
    )
    st.html(
        f'<div class="issues {kind} {view.look.mode}" tabindex="0" role="region" aria-label="{html.escape(title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(column: str, value: Any) -> str:
    """A cell of a table of the page itself: numbers and days stay on one line."""
    if pd.isna(value) or value == "":
        return "<td>—</td>"
    match kind_of(column):
        case "day":
            return f'<td class="whole">{pd.Timestamp(value).date()}</td>'
        case "share":
            return f'<td class="whole">{float(value):.1%}</td>'
    whole = ' class="whole"' if isinstance(value, Real) else ""
    text = f"{value:.2f}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}" if whole else value
    return f"<td{whole}>{in_html(plain.visible(str(text)))}</td>"


def _column(column: str, label: str, values: pd.Series) -> Any:
    width, kind = WIDTHS.get(column) or width_of(column, label, values), kind_of(column)
    if kind == "day":
        return st.column_config.DateColumn(label, format="YYYY-MM-DD", width=width)
    if kind == "link":
        return st.column_config.LinkColumn(label, display_text=":material/open_in_new:", width="small")
    if kind == "share" or pd.api.types.is_float_dtype(values):
        return st.column_config.NumberColumn(label, format=FORMATS.get(kind, "%.2f"), width=width)
    return st.column_config.Column(label, width=width)


def width_of(column: str, label: str, values: pd.Series) -> int | None:
    """Pixels of a column whose width the browser would get wrong; None where it measures what is in it.

    It measures a column once, under the heading of the language in which the table was first drawn, and leaves out
    values of twice the mean width or more, which are then cut in mid-word.
    """
    if kind_of(column) == "day":
        lengths = [_pixels("2024-03-15")]
    elif pd.api.types.is_float_dtype(values):
        lengths = [_pixels(f"{values.abs().max():.2f}")]
    else:
        lengths = [_pixels(str(value)) for value in values.dropna()] or [0]
    head, longest = _pixels(label), max(lengths)
    if head + 2 * LETTER >= longest:
        return round(max(head, longest)) + PADDING
    outlier = len(lengths) > MEASURED_WHOLE and 2 * sum(lengths) / len(lengths) <= longest + LETTER
    return min(round(longest) + PADDING, WIDEST) if outlier else None


def _pixels(text: str) -> float:
    """How broad a text of a table is: Chinese letters whole, capitals and digits more than half, others half."""
    return sum(LETTER * (1 if one > "\u2e7f" else 0.62 if one.isupper() or one.isdigit() else 0.52) for one in text)
