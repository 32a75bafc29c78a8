"""The one module that caches for pages: the database, answers to questions, and what is computed from them.

Keys are question names, parameters and the data version; never frames, which are hashed by a sample.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import tempfile
import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, cast

import duckdb
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from inspections.demo.building import build_demo
from inspections.draws import fairness, packages, ticket, verifier
from inspections.evaluation import bureaus, facts
from inspections.evaluation.rubric import Rubric, write_rubric
from inspections.lake import engine
from inspections.store import database, proof, server_log, upgrade, witness
from inspections.year import drawn, exact, planned, planning, simulation, whatif
from inspections.year.scenario import Plan, Point, Scenario
from pages.frame import access

if TYPE_CHECKING:
    from inspections.lake.spark import Spark
    from pages.frame.view import View

SIMULATED_YEARS = 64
# Answers with a row per firm or visit, 10 MB each in a province: fewer of them are kept.
LONG_ANSWERS = frozenset(
    {
        "never_drawn", "overdue_visits", "problems", "worsened_objects", "heavy_burden", "register_objects",
        "matched_inspectors", "drawn_places", "drawn_groups", "year_objects",
    }
)  # fmt: skip


def connection() -> duckdb.DuckDBPyConnection:
    """The process's one connection, or the lake as the chosen bureau has it. Raises InspectionsError."""
    if engine.on_spark():
        # It answers questions and cursors as a connection does.
        return cast("duckdb.DuckDBPyConnection", _lake().at(_chosen_bureau()))
    return _database()


def _chosen_bureau() -> str | None:
    """The bureau on the screen: in a lake, what a question is asked of that names nobody."""
    return st.session_state.get("bureau") if get_script_run_ctx() else None


def look_at_lake() -> None:
    """Notice what was published since. Raises InspectionsError where the lake or the cluster cannot be reached."""
    _lake().look()


@st.cache_resource(show_spinner=False)
def _lake() -> Spark:
    return engine.open_spark()


_opened: list[duckdb.DuckDBPyConnection] = []
_one_opens = threading.Lock()


def _database() -> duckdb.DuckDBPyConnection:
    """The process's one connection, outside of Streamlit's caches. The embedded default is built on first start."""
    with _one_opens:
        if not _opened:
            path = database.database_path()
            if path == database.DEFAULT_DATABASE and not path.exists():
                build_demo(path)
            opened = upgrade.open_current(path)
            try:
                database.hold_modestly(opened)
                server_log.event("witness", state=witness.compare(opened).state)
            except BaseException:
                opened.close()
                raise
            _opened.append(opened)
        return _opened[0]


def let_go() -> None:
    """Forget the connection: whoever asks next opens the database anew."""
    with _one_opens:
        _opened.clear()


@st.cache_data(max_entries=512, show_spinner=False)
def _answer(
    version: str,  # noqa: ARG001
    name: str,
    without: tuple[str, ...],
    parameters: tuple[tuple[str, Any], ...],
) -> pd.DataFrame:
    return database.ask(connection(), name, without, **dict(parameters))


@st.cache_data(max_entries=32, show_spinner=False)
def _long_answer(
    version: str,  # noqa: ARG001
    name: str,
    without: tuple[str, ...],
    parameters: tuple[tuple[str, Any], ...],
) -> pd.DataFrame:
    return database.ask(connection(), name, without, **dict(parameters))


def start_run() -> None:
    """Note the data version once for a whole run of a page: one look instead of one per question."""
    try:
        _note_versions()
    except duckdb.FatalException:
        # DuckDB gives a database up that it could not write to, as on a full disk. What was committed is in the file
        # and its log, and is there again when it is opened anew.
        _database().close()
        let_go()
        _note_versions()


def _note_versions() -> None:
    if engine.on_spark():
        look_at_lake()
        st.session_state["data_version"] = st.session_state["log_version"] = _lake().version
        return
    st.session_state["data_version"] = database.data_version(connection())
    st.session_state["log_version"] = database.log_version(connection())


def version() -> str:
    """The data version of this run: the key of everything cached here."""
    noted = str(st.session_state["data_version"])
    return f"{noted} {_chosen_bureau()}" if engine.on_spark() else noted


def ask(name: str, **parameters: Any) -> pd.DataFrame:
    """The answer to `queries/<name>.sql` for the person at the screen, cached until the data change.

    Raises InspectionsError `sign_in_over` where nobody is signed in any more: a part of a page may ask for it later.
    """
    one = access.person()
    access.need_roles(one)
    return _ask(one.without, name, **parameters)


def counts(name: str, **parameters: Any) -> dict[str, int]:
    """The only row of an answer that counts, by column."""
    (row,) = ask(name, **parameters).astype(int).to_dict("records")
    return {str(column): count for column, count in row.items()}


def _ask(without: Collection[str], name: str, **parameters: Any) -> pd.DataFrame:
    """The answer to `queries/<name>.sql` for somebody `without` some rights: an answer of its own in the cache."""
    # Exports are logged and change no data: only what is read from the log itself is asked anew after one.
    of_log = "change_log" in database.question(name)
    key = str(st.session_state["log_version"]) if of_log and not engine.on_spark() else version()
    kept = _long_answer if name in LONG_ANSWERS else _answer
    return kept(key, name, database.lacking(name, without), tuple(sorted(parameters.items())))


def _everything(name: str, **parameters: Any) -> pd.DataFrame:
    """The whole answer, for what is only computed with and shown as counts."""
    return _ask((), name, **parameters)


def year_facts(view: View, rubric: Rubric | None = None) -> facts.Facts:
    """The facts of the chosen year, asked through the cache; scored by `rubric`, None for the scheme in force.

    Kept as they are: what a run has worked out, such as every unit's score, the next one finds done.
    """
    scheme = (rubric.version, write_rubric(rubric)) if rubric else None
    without = tuple(sorted(access.person().without))
    return _year_facts(version(), without, view.bureau_id, view.bureau, view.year, view.as_of, scheme, rubric)


@st.cache_resource(max_entries=32, show_spinner=False)
def _year_facts(
    version: str,  # noqa: ARG001
    without: tuple[str, ...],
    bureau_id: int,
    bureau: str,
    year: int,
    as_of: datetime.date,
    scheme: tuple[int, str] | None,  # noqa: ARG001
    _rubric: Rubric | None,
) -> facts.Facts:
    # What is kept is asked for later, maybe by somebody else's run: it stays without these rights.
    return facts.gather(functools.partial(_ask, without), bureau_id, bureau, year, as_of, _rubric)


def scored_bureaus(view: View, rubric: Rubric) -> pd.DataFrame:
    """Every bureau with a plan of the chosen year, scored by `rubric` (`bureaus.with_scores`)."""
    scheme = rubric.version, write_rubric(rubric)
    return _scored_bureaus(version(), view.year, view.as_of, scheme, rubric)


@st.cache_data(max_entries=32, show_spinner=False)
def _scored_bureaus(
    version: str,  # noqa: ARG001
    year: int,
    as_of: datetime.date,
    scheme: tuple[int, str],  # noqa: ARG001
    _rubric: Rubric,
) -> pd.DataFrame:
    counted = _everything("indicator_counts", bureau_id=None, year=year, as_of=as_of)
    return bureaus.with_scores(counted, _rubric, running=as_of < datetime.date(year, 12, 31))


def to_print(name: str, **parameters: Any) -> Callable[[], pd.DataFrame]:
    """A question to be asked later, without the cache and outside of any run: for files written on demand."""
    without = access.person().without
    return functools.partial(database.ask, connection(), name, without, **parameters)


def facts_to_print(view: View) -> facts.Facts:
    """The same under the scheme in force, asked without the cache: for files written on demand, outside of any run."""
    without = access.person().without

    def direct(name: str, **parameters: Any) -> pd.DataFrame:
        return database.ask(connection(), name, without, **parameters)

    return facts.gather(direct, view.bureau_id, view.bureau, view.year, view.as_of)


def year_answers(scope: dict[str, Any], pool: tuple[int, int] | None = None) -> whatif.Answers:
    """What the database says of a bureau's year; `pool` puts one task (its id) on another pool (its scope id)."""
    return whatif.year_answers(_everything, scope, pool)


Pool = tuple[int, int] | None


def exact_year(scope: dict[str, Any], choice: whatif.Choice, pool: Pool = None) -> exact.ExactYear:
    """The exact figures of a bureau's year under `choice`."""
    return _exact_year(version(), tuple(scope.items()), choice, pool)


@st.cache_data(max_entries=256, show_spinner=False)
def _exact_year(version: str, scope: tuple[tuple[str, Any], ...], choice: whatif.Choice, pool: Pool) -> exact.ExactYear:  # noqa: ARG001
    return exact.exact_year(whatif.year_of(year_answers(dict(scope), pool), choice))


def simulated_year(
    scope: dict[str, Any],
    choice: whatif.Choice,
    replications: int,
    seed: int,
    pool: Pool = None,
    progress: Callable[[float], None] | None = None,
) -> simulation.SimulatedYear:
    """The same year simulated. `progress` is told the share done while it is not yet known; it may end the work."""
    key = version(), tuple(scope.items()), choice, replications, seed, pool
    kept = _simulated_years()
    # Kept by hand: a function of `st.cache_data` may not draw the progress on the page.
    known = kept.get(key)
    if known is None:
        known = simulation.simulate_year(
            whatif.year_of(year_answers(scope, pool), choice), replications, seed, progress
        )
        kept[key] = known
        while len(kept) > SIMULATED_YEARS:
            kept.pop(next(iter(kept)), None)
    return known


@st.cache_resource(show_spinner=False)
def _simulated_years() -> dict[tuple[object, ...], simulation.SimulatedYear]:
    return {}


def planned_year(scope: dict[str, Any], choice: whatif.Choice, pool: Pool = None) -> planned.Year:
    """The year that `choice` asks for."""
    return whatif.year_of(year_answers(scope, pool), choice)


def named_objects(scope: dict[str, Any], pool: Pool = None) -> pd.DataFrame | None:
    """Every object of the year's pools by name; None for who may not see classes, which drawings by name would tell."""
    task_id, scope_id = pool or (None, None)
    return ask("year_objects", **scope, pool_task_id=task_id, pool_scope_id=scope_id) if access.may("classes") else None


def drawn_years(
    scope: dict[str, Any], choice: whatif.Choice, luck: str, count: int, pool: Pool = None
) -> list[drawn.DrawnYear]:
    """The year drawn `count` times with the seeds `<luck>-1`, `<luck>-2` …, as a real draw is drawn.

    Only the last one knows who was drawn; of the others their numbers are kept.
    """
    year, rows = planned_year(scope, choice, pool), named_objects(scope, pool)
    members = drawn.members_of(year, rows)
    kept = _drawn_years()
    of_luck = kept.setdefault((version(), tuple(scope.items()), choice, pool, luck, rows is None), {})
    while len(kept) > SIMULATED_YEARS:
        kept.pop(next(iter(kept)), None)
    for number in range(1, count):
        if number not in of_luck:
            known = drawn.draw_year(year, members, f"{luck}-{number}", ticket.draw_frame)
            of_luck[number] = dataclasses.replace(known, drawn={})
    last = drawn.draw_year(year, members, f"{luck}-{count}", ticket.draw_frame)
    return [*(of_luck[number] for number in range(1, count)), last]


@st.cache_resource(show_spinner=False)
def _drawn_years() -> dict[tuple[object, ...], dict[int, drawn.DrawnYear]]:
    return {}


Judged = tuple[dict[int, fairness.RecordedDraw], dict[int, fairness.Verdict]]


def fairness_year(scope: dict[str, Any]) -> Judged:
    """The standing random draws of a bureau's year and the verdict on each, by draw id."""
    return _fairness_year(version(), tuple(scope.items()))


@st.cache_data(max_entries=64, show_spinner=False)
def _fairness_year(version: str, scope: tuple[tuple[str, Any], ...]) -> Judged:  # noqa: ARG001
    asked = dict(scope)
    draws = _everything("recorded_draws", **asked)
    # A draw without its frame cannot be tested, and is said to be so.
    known = {int(draw_id): fairness.RecordedDraw(int(draw_id), ()) for draw_id in draws.loc[draws["stands"], "draw_id"]}
    known |= fairness.recorded(
        *(_everything(name, **asked) for name in ("drawn_places", "drawn_groups", "drawn_before"))
    )
    return known, fairness.judge(known, _everything("matched_inspectors", **asked))


def best_plan(scenario: Scenario) -> tuple[Plan, list[Point]]:
    """The best plan of a scenario and its trade-off curve. Raises what `planning.best_plan` raises."""
    return _best_plan(repr(scenario), scenario)


@st.cache_data(max_entries=128, show_spinner=False)
def _best_plan(key: str, _scenario: Scenario) -> tuple[Plan, list[Point]]:  # noqa: ARG001
    return planning.best_plan(_scenario), planning.trade_off(_scenario)


def verdict(bureau_id: int, year: int, draw_id: int) -> tuple[verifier.Difference, ...]:
    """Where a recorded draw differs from what follows from its seed and frame: its sealed package, re-run.

    Its key is a fingerprint of the draw's own rows: nothing else that changes, such as the log, makes it run again.
    """
    found = _everything("draw_fingerprints", bureau_id=bureau_id, year=year).set_index("draw_id")["fingerprint"]
    return _verdict(str(found[draw_id]), draw_id)


@st.cache_data(max_entries=1024, show_spinner=False)
def _verdict(fingerprint: str, draw_id: int) -> tuple[verifier.Difference, ...]:  # noqa: ARG001
    with tempfile.SpooledTemporaryFile(max_size=2**26) as package:
        packages.write_sealed(connection(), draw_id, package)
        package.seek(0)
        return tuple(verifier.verify(package).differences)


def log_breaks() -> list[str]:
    """Entries of the change log where its chain is broken, "seq 12"; none where it is whole.

    Looked at again only when the log has grown, and then only what is new, as long as the entries that were looked at
    are the same as before.
    """
    known, now = _log_looked_at(), str(st.session_state["log_version"])
    if known.get("version") == now:
        return list(known["broken"])
    with connection().cursor() as cursor:
        end, broken = known.get("end", (0, database.GENESIS)), list(known.get("broken", []))
        if known.get("print") != _log_print(cursor, end[0]):
            end, broken = (0, database.GENESIS), []
        entries = cursor.execute("select * from change_log where seq > ? order by seq", [end[0]]).fetchall()
        broken += database.broken_links(entries, end)
        end = (entries[-1][0], entries[-1][-1]) if entries else end
        known.update(version=now, end=end, broken=broken, print=_log_print(cursor, end[0]))
    return broken


def log_witness() -> proof.Findings:
    """How the log stands to the witness beside the database; in a lake, where each bureau has its own, nothing."""
    if engine.on_spark():
        return proof.Findings()
    with connection().cursor() as cursor:
        return proof.witnessed(cursor, database.database_path())


def _log_print(cursor: duckdb.DuckDBPyConnection, seq: int) -> int | None:
    """A fingerprint of the first `seq` entries, as they are in this moment."""
    found: int | None = database.first_value(
        cursor, "select bit_xor(hash(change_log)) from change_log where seq <= ?", [seq]
    )
    return found


@st.cache_resource(show_spinner=False)
def _log_looked_at() -> dict[str, Any]:
    return {}
