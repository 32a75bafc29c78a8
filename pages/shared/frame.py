"""What every page shares: language, title line with its filters, the finding, figures, tables with their download."""

from __future__ import annotations

import datetime
import html
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from inspections import edits, export, plain, tables
from inspections.look import Look, in_plain_text, look, template
from inspections.plain import markdown
from inspections.rates import points, rate
from inspections.wording import LANGUAGES, say
from pages.shared import access
from pages.shared.data import ask, connection

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
EMBLEM = Path(__file__).with_name("emblem.svg")
STYLE = Path(__file__).with_name("frame.css")
ALERT_ICONS = {
    "overdue": "alarm",
    "not_launched": "event_busy",
    "worsened": "trending_up",
    "highest_never": "priority_high",
    "uncovered": "rule",
    "idle": "hourglass_empty",
    "notice": "edit_note",
}
# Columns that come without values for who may not see single firms' classes, and then are left out.
OF_SINGLE_FIRMS = ("class", "class_at_draw", "class_now", "class_before", "place")
# Names told on an alert before it says "and so many more".
FEW = 2
CHART = {"displayModeBar": False, "scrollZoom": False}
# Rows of a table on screen, the first of however many there are: a browser is not for a register of 80,000 firms.
MOST_ROWS = 1000
# Columns of sentences, in pixels.
WIDTHS = {"message": 640, "verdict_line": 380, "change_words": 560, "subject_words": 240}
# Columns that leave the room to the sentence beside them.
NARROW = {"row": 60, "field": 150, "cell": 170, "severity": 64}
# Pages that are there before the first plan is: what they show belongs to no year.
WITHOUT_PLAN = {"imports", "registers", "log", "settings"}


@dataclass(frozen=True)
class View:
    """What the reader has chosen: every question of a page starts from here.

    `bureau_id` is 0 and `bureau` empty while there is no bureau yet: only pages that need no plan see that.
    """

    page: str
    language: str
    bureau_id: int
    bureau: str
    year: int
    as_of: datetime.date
    look: Look
    settings: dict[str, str]

    def say(self, key: str, **parameters: object) -> str:
        """A text of this page's section in the text files."""
        return say(self.language, f"{self.page}.{key}", **parameters)

    def word(self, kind: str, code: str) -> str:
        """The field's term for a code, such as `word("launch", "late")`."""
        return say(self.language, f"codes.{kind}.{code}")

    def class_name(self, code: str) -> str:
        """A class with its letter: "C 较高风险". Labels differ by province, so a bureau's own setting goes first."""
        own = dict(zip(self.classes, self.settings.get("class_labels", "").split(","), strict=False))
        label = own.get(code) if self.language == "zh" else None
        return (
            say(self.language, "frame.class_name", letter=code, label=label) if label else self.word("class_name", code)
        )

    @property
    def classes(self) -> list[str]:
        """The codes of the bureau's class scheme, lowest risk first."""
        return self.settings.get("class_scheme", "A,B,C,D").split(",")

    @property
    def scope(self) -> dict[str, Any]:
        """The parameters that nearly every question takes."""
        return {"bureau_id": self.bureau_id, "year": self.year, "as_of": self.as_of}

    @property
    def year_before(self) -> dict[str, Any]:
        """The same for the year before, cut off on the same day of the year."""
        day = pd.Timestamp(self.as_of) - pd.DateOffset(years=1)
        return {"bureau_id": self.bureau_id, "year": self.year - 1, "as_of": day.date()}

    @property
    def publication_days(self) -> int | None:
        """Working days between inspection and publication where a rule was in force, else None."""
        days = self.settings.get("publication_working_days")
        return int(days) if days else None

    @property
    def cap(self) -> int | None:
        """Planned visits a year that a firm may expect, where a cap was in force, else None."""
        cap = self.settings.get("yearly_cap")
        return int(cap) if cap else None


def choose_language() -> str:
    """The language switch in the sidebar. Its labels never change, so that its value in the address stays valid."""
    chosen: str = st.sidebar.segmented_control(
        "语言 Language",
        LANGUAGES,
        default=LANGUAGES[0],
        required=True,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen


def list_pages(sections: Mapping[str, Sequence[Any]]) -> None:
    """The pages (`st.Page`) by section, as links in the sidebar."""
    for name, pages in sections.items():
        st.html(f'<p class="section">{html.escape(name)}</p>')
        for page in pages:
            st.page_link(page, width="stretch")


def title_line(page: str, language: str) -> None:
    """Title and filters on one line, drawn by `app.py` for every page.

    Filters belong to the frame and not to a page: what a page binds to the address is dropped when the reader goes to
    another page. Their labels (names, numbers, dates) are the same in both languages, because Streamlit writes labels
    into the address. Stops the run with a hint on what to import where there is nothing to show; pages that need no
    plan offer whatever bureau there is.
    """
    years = ask("bureau_years")
    if years.empty and page not in WITHOUT_PLAN:
        st.title(say(language, f"{page}.title"), anchor=False)
        st.info(say(language, "frame.empty"))
        if access.may("import") and access.person().reads("registry/imports"):
            label = say(language, "frame.to_imports")
            st.page_link("pages/registry/imports.py", label=markdown(label), icon=":material/upload_file:")
        st.code("python -m inspections import NOTICE.docx", language="bash", wrap_lines=True)
        st.stop()
    with st.container(key="title-line"):
        title, choose_bureau, choose_year, choose_day = st.columns([5, 3, 2, 1.8], vertical_alignment="center")
    title.title(say(language, f"{page}.title"), anchor=False)
    bureaus = ask("bureaus")["bureau"] if page in WITHOUT_PLAN else years["bureau"].unique()
    if len(bureaus) == 0:
        return
    if st.session_state.get("bureau") not in list(bureaus):
        st.session_state.pop("bureau", None)
    bureau = choose_bureau.selectbox(
        say(language, "frame.bureau"),
        list(bureaus),
        key="bureau",
        bind="query-params",
        label_visibility="collapsed",
    )
    of_bureau = [int(year) for year in years.loc[years["bureau"] == bureau, "year"]]
    if not of_bureau:
        return
    year = choose_year.segmented_control(
        say(language, "frame.year"),
        of_bureau[-3:],
        default=of_bureau[-1],
        required=True,
        key="year",
        bind="query-params",
        label_visibility="collapsed",
        width="stretch",
    )
    last_day = datetime.date(year, 12, 31)
    choose_day.date_input(
        say(language, "frame.as_of"),
        value=min(last_day, datetime.date.today()),
        min_value=datetime.date(year, 1, 1),
        max_value=last_day + datetime.timedelta(days=180),
        format="YYYY-MM-DD",
        key=f"as_of_{year}",
        bind="query-params",
        help=say(language, "frame.as_of_help"),
        label_visibility="collapsed",
    )


def open_page(page: str) -> View:
    """What the reader has chosen on the title line, for the page that asks."""
    bureau, year = st.session_state.get("bureau", ""), st.session_state.get("year")
    bureaus = ask("bureaus").set_index("bureau")["bureau_id"]
    bureau_id = int(bureaus.get(bureau, 0))
    # A page that needs no plan may have no year to choose from.
    year = year or datetime.date.today().year
    in_force = ask("settings_in_force", bureau_id=bureau_id, year=year)
    return View(
        page=page,
        language=st.session_state["lang"],
        bureau_id=bureau_id,
        bureau=bureau,
        year=year,
        as_of=st.session_state.get(f"as_of_{year}") or datetime.date(year, 12, 31),
        look=look(st.context.theme.type),
        settings=dict(zip(in_force["key"], in_force["value"], strict=True)),
    )


def finding(view: View, *sentences: str) -> None:
    """The sentence a leader would say, under the title. Names inside are data, never markup."""
    st.html(f'<p class="finding">{html.escape(say(view.language, "frame.sentence_gap").join(sentences))}</p>')


def note(text: str) -> None:
    """A quiet line under a figure: how to read it, or what it leaves out."""
    st.html(f'<p class="note">{html.escape(text)}</p>')


def glossary(view: View, *words: str) -> None:
    """The statistical words of a page, each explained in one plain sentence."""
    with st.expander(say(view.language, "glossary.title"), icon=":material/menu_book:"):
        rows = (
            f"<dt>{html.escape(say(view.language, f'glossary.{word}.word'))}</dt>"
            f"<dd>{html.escape(say(view.language, f'glossary.{word}.meaning'))}</dd>"
            for word in words
        )
        st.html(f'<dl class="glossary">{"".join(rows)}</dl>')


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
    """A rate with its numerator and denominator, and its change in percentage points since the year before."""
    share = rate(now[numerator], now[denominator])
    moved = points(share, rate(before[numerator], before[denominator])) if before else None
    return KeyFigure(
        label=view.say(f"figures.{key}"),
        value=say(view.language, "frame.rate", share=share),
        detail=view.say(f"details.{key}", numerator=now[numerator], denominator=now[denominator]),
        change=None if moved is None else say(view.language, "frame.change", points=moved),
        explanation=view.say(f"explanations.{key}"),
    )


def plain_figure(view: View, key: str, value: str, detail: str | None = None) -> KeyFigure:
    """A figure that is not a rate."""
    return KeyFigure(view.say(f"figures.{key}"), value, detail, explanation=view.say(f"explanations.{key}"))


def class_figures(view: View, classes: pd.DataFrame, before: pd.DataFrame) -> None:
    """Coverage per class beside last year's."""
    last = {str(row["class"]): rate(row["drawn"], row["pool"]) for row in before.to_dict("records")}
    cells = []
    for row in classes.to_dict("records"):
        share = rate(row["drawn"], row["pool"])
        moved = points(share, last.get(str(row["class"])))
        cells.append(
            KeyFigure(
                label=view.class_name(str(row["class"])),
                value=say(view.language, "frame.rate", share=share),
                detail=say(
                    view.language, "frame.of_objects", numerator=int(row["drawn"]), denominator=int(row["pool"])
                ),
                change=None if moved is None else say(view.language, "frame.change", points=moved),
            )
        )
    figures_row(*cells)


def alert(view: View, key: str, rows: pd.DataFrame, named: str, page: str) -> bool:
    """One thing that needs a person, as a link to the page that shows it: how many, and the first by name.

    `rows` are what is wrong, `named` the column to name them by: empty where the reader may know only how many. Nothing
    is shown where there is nothing to do.
    """
    if rows.empty:
        return False
    names = list(rows[named].dropna().value_counts().index)
    st.page_link(
        f"pages/monitor/{page}.py",
        label=plain.markdown(view.say(f"alerts.{key}", count=len(rows))),
        icon=f":material/{ALERT_ICONS[key]}:",
        width="stretch",
    )
    if names:
        note(
            say(
                view.language,
                "frame.few" if len(names) > FEW else "frame.all",
                names=listed(view, names[:FEW]),
                more=len(names) - FEW,
            )
        )
    return True


def never_of(view: View, code: str) -> pd.DataFrame:
    """The objects of a class that no draw of the year took; without names for who may not see their class."""
    chosen = {**view.scope, "only_random": False, "scope_id": None}
    if access.may("classes"):
        never = ask("never_drawn", **chosen)
        return never[never["class"] == code]
    counts = ask("class_coverage", **chosen)
    counts = counts[counts["class"] == code]
    return pd.DataFrame({"object": [None] * int((counts["pool"] - counts["drawn"]).sum())})


def listed(view: View, names: Sequence[str]) -> str:
    """Names as a list in the reader's language."""
    return say(view.language, "frame.list_comma").join(names)


def issues_in_words(issues: pd.DataFrame, view: View) -> pd.DataFrame:
    """Notice issues with their message in the reader's language."""
    columns = [
        say(view.language, f"notice_columns.{field}").capitalize() if field else None
        for field in issues["field"].fillna("")
    ]
    messages = [
        say(view.language, f"issues.{code}", **{**json.loads(parameters), "column": column})
        for code, parameters, column in zip(issues["code"], issues["parameters"], columns, strict=True)
    ]
    return issues.assign(message=messages, field=pd.Series(columns, index=issues.index, dtype="object"))


def emblem(language: str) -> str:
    """The emblem with the product's name, as SVG for the head of the sidebar (which is dark in both modes)."""
    picture = (
        EMBLEM.read_text("utf-8")
        .replace("<svg ", '<svg x="0" y="4" ', 1)
        .replace('width="64" height="64"', 'width="44" height="44"')
    )
    name, line = (html.escape(say(language, f"product.{key}")) for key in ("logo", "logo_line"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="52" viewBox="0 0 240 52">{picture}'
        f'<g font-family="Noto Serif CJK SC, Source Han Serif SC, SimSun, serif" fill="#FFFFFF">'
        f'<text x="56" y="25" font-weight="700" font-size="21">{name}</text>'
        f'<text x="56" y="44" font-size="13" fill="#BBD5F2" letter-spacing="1">{line}</text></g></svg>'
    )


def synthetic_mark(language: str) -> None:
    """演示数据, on every page of a synthetic database."""
    settings = ask("settings_in_force", bureau_id=None, year=2100)
    if is_synthetic(dict(zip(settings["key"], settings["value"], strict=True))):
        mark, meaning = say(language, "frame.synthetic"), say(language, "frame.synthetic_note")
        st.sidebar.html(f'<p class="synthetic"><strong>{mark}</strong><br>{meaning}</p>')


def chart(figure: go.Figure, view: View, key: str, alt: str) -> None:
    """A figure in the house's template. `alt` says in words what it shows.

    Its texts are data: they are escaped here and nowhere else, and shortened where they are names on an axis.
    """
    figure.update_layout(template=template(view.look.mode))
    st.plotly_chart(in_plain_text(figure), theme=None, config=CHART, key=f"{view.page}-{key}", alt=alt)


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
    tall: bool = False,
    select: str | None = None,
    height: int | None = None,
    with_download: bool = True,
    whole: Callable[[], pd.DataFrame] | None = None,
) -> int | None:
    """A table in words with heading and download as xlsx; `tall` rows wrap. An empty one says so in a sentence.

    The screen shows the first `MOST_ROWS` and says so; the download has all of `frame`, or of what `whole` gives where
    `frame` is only its beginning.

    With `select` a row can be chosen, and its place in `frame` comes back: `select` tells one frame from the next, so
    that a choice does not survive other rows.
    """
    if not access.may("classes"):
        # What the reader may not see of single firms is not in `frame`: its columns go too.
        columns = [name for name in columns if name not in OF_SINGLE_FIRMS or frame[name].notna().any()]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(plain.markdown(title), anchor=False)
        if with_download and not frame.empty:
            taken = [name for name in columns if not name.endswith("_link")]
            download(
                say(view.language, "frame.download"),
                lambda: export.to_xlsx(
                    whole() if whole else frame,
                    taken,
                    language=view.language,
                    title=title,
                    source=source_line(view),
                    synthetic=is_synthetic(view.settings),
                ),
                file_name=f"{plain.file_name(view.bureau)}{view.year}-{key}.xlsx",
                icon=":material/download:",
                type="tertiary",
                key=f"{view.page}-{key}-download",
            )
    if frame.empty:
        note(say(view.language, "frame.nothing"))
        return None
    shown = tables.in_words(frame.head(MOST_ROWS), columns, view.language)
    for column in shown.columns[[str(column).endswith("_rate") for column in shown.columns]]:
        shown[column] = shown[column] * 100
    chosen: Any = st.dataframe(
        shown,
        hide_index=True,
        placeholder="—",
        key=f"{view.page}-{key}-table" + (f"-{zlib.crc32(select.encode()):08x}" if select else ""),
        row_height=58 if tall else None,
        height=height or "auto",
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
        column_config={
            column: _column(column, label, shown[column])
            for column, label in tables.headings(columns, view.language).items()
        },
        alt=title,
    )
    if len(frame) > MOST_ROWS:
        note(say(view.language, "frame.table_cut", shown=MOST_ROWS, count=len(frame)))
    rows = chosen.selection.rows if select else []
    return int(rows[0]) if rows else None


def download(label: str, write: Callable[[], bytes], *, file_name: str, **look: Any) -> None:
    """A file to take along: written when asked for, and logged with who took it."""

    def written(actor: str) -> bytes:
        content = write()
        edits.log_export(connection(), file_name, content, actor)
        return content

    hand_over(label, written, file_name=file_name, **look)


def hand_over(label: str, write: Callable[[str], bytes], *, right: str | None = None, **look: Any) -> None:
    """The same for what logs itself: `write` is told who takes it. Who has lost the `right` meanwhile gets nothing."""
    who = access.who()

    def written() -> bytes:
        taker = who()
        access.need_roles(taker)
        if right:
            access.need(right, taker)
        return write(taker.name)

    st.download_button(markdown(label), written, on_click="ignore", **look)


def _column(column: str, label: str, values: pd.Series) -> Any:
    if column.endswith("_on"):
        return st.column_config.DateColumn(label, format="YYYY-MM-DD")
    if column.endswith("_link"):
        return st.column_config.LinkColumn(label, display_text=":material/open_in_new:", width="small")
    if column.endswith("_rate"):
        return st.column_config.NumberColumn(label, format="%.1f%%")
    if pd.api.types.is_float_dtype(values):
        return st.column_config.NumberColumn(label, format="%+.2f" if column.endswith("_change") else "%.2f")
    if column in WIDTHS:
        return st.column_config.TextColumn(label, width=WIDTHS[column])
    return st.column_config.Column(label, width=NARROW.get(column))


def source_line(view: View) -> str:
    """Bureau, year and cut-off date in one line, for exports and feet of figures."""
    return say(view.language, "frame.source", bureau=view.bureau, year=view.year, day=view.as_of.isoformat())


def is_synthetic(settings: dict[str, str]) -> bool:
    """Whether the database holds synthetic data."""
    return settings.get("synthetic") == "true"
