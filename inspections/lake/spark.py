"""Apache Spark in the place of DuckDB: the same questions over a lake, `INSPECTIONS_ENGINE=spark`.

A question is translated (`spark_sql.py`), runs on views over the lake's Parquet files, and comes back as Arrow, which
DuckDB turns into the very frame that it would have given itself. Nobody writes here: what a bureau enters stays in its
own database, which writes it to the lake.

Settings, all from the environment: `INSPECTIONS_LAKE` the lake's folder, at the same place on every machine of the
cluster; `INSPECTIONS_SPARK` the master (`spark://host:7077`), Spark Connect (`sc://host:15002`) or `local[*]`;
`INSPECTIONS_SPARK_SECONDS` how long a question may take. Everything else is Spark's own, in `spark-defaults.conf`.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import itertools
import os
import re
import socket
import tempfile
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from inspections.lake.mirror import files_of, mirror, views
from inspections.lake.source import Source, read_sources, relations
from inspections.lake.spark_sql import CALL, Part, read_by, translated
from inspections.store.database import question, without_rights
from inspections.words.errors import InspectionsError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Asked of all bureaus at once, whichever is on the screen, unless one is named.
OF_ALL_BUREAUS = frozenset({"bureaus", "bureau_years", "indicator_counts"})
# Surrogate ids carry the number of their source above this bit.
SOURCE_BIT = 32
# Bureaus whose views are kept ready.
KEPT_SCOPES = 64
# A table of so many rows stays in the cluster's memory while its bureau is kept ready: opening a file of a thousand
# rows again takes Spark longer than reading them, and a question reads a dozen tables.
KEPT_ROWS = 500_000
FILES_AT_ONCE = 64
# The lake's manifests are looked at again after so many seconds.
LOOK_SECONDS = 10
REACH_SECONDS = 3.0
DEFAULT_SECONDS = 600
# What a small cluster does with little data; whoever sets another number in spark-defaults.conf keeps it.
UNTOUCHED_PARTITIONS, PARTITIONS = "200", "8"
SPARK_TYPES = {"VARCHAR": "STRING", "INTEGER": "INT", "TIMESTAMP": "TIMESTAMP_NTZ"}
_CALLS = itertools.count(1)


class Spark:
    """A lake on Spark: `at(bureau)` looks at one bureau's source, and answers in the place of a connection.

    One per process, shared by threads. Raises InspectionsError `engine_not_installed`, `engine_no_java`,
    `engine_unreachable` and those of `read_sources`.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self._lock = threading.RLock()
        self._session: SparkSession | None = None
        self._scopes: OrderedDict[tuple[tuple[int, ...], datetime.date | None], Scope] = OrderedDict()
        self._sources: tuple[Source, ...] = ()
        self._looked = float("-inf")
        self.look()

    def look(self) -> None:
        """Notice what was written to the lake since, and whether the cluster is there."""
        reachable(self.address)
        with self._lock:
            if time.monotonic() - self._looked > LOOK_SECONDS:
                self._sources, self._looked = read_sources(self.folder), time.monotonic()

    @property
    def version(self) -> str:
        """Changes whenever any source publishes."""
        told = "".join(source.data_version for source in self._sources)
        return hashlib.sha256(told.encode()).hexdigest()

    def at(self, bureau: str | None) -> Scope:
        """The tables of the source that holds the bureau of this name; of all sources where there is none."""
        found = [source for source in self._sources if any(name == bureau for _, name in source.bureaus)]
        return self.of(found[0].number if found else None)

    def of(self, number: int | None, as_of: datetime.date | None = None) -> Scope:
        """The tables of one source by its number, of all sources for None or a number nobody has.

        Their views read the plans as of `as_of`; where no plan was revised, every day has the same views.
        """
        with self._lock:
            chosen = tuple(source for source in self._sources if source.number == number) or self._sources
            held = tuple(hash((source.number, source.data_version, source.log)) for source in chosen)
            day = as_of if any(source.tables.get("plan_revision") for source in chosen) else None
            key = held, day
            gone: list[Scope] = []
            if key not in self._scopes:
                opened = Scope(self, chosen, day)
                # What the same sources held before is not asked for again.
                old = [one for one, scope in self._scopes.items() if scope.numbers == opened.numbers and one[0] != held]
                gone += [self._scopes.pop(one) for one in old]
                self._scopes[key] = opened
                while len(self._scopes) > KEPT_SCOPES:
                    gone.append(self._scopes.popitem(last=False)[1])
            self._scopes.move_to_end(key)
            found = self._scopes[key]
        # Without the lock: a scope that makes itself ready holds its own and waits for this one.
        for scope in gone:
            scope.release()
        return found

    def session(self) -> SparkSession:
        """A session of its own, with views of its own, on the process's one connection to the cluster."""
        with self._lock:
            if self._session is None or stopped(self._session):
                self._session = connected(self.address)
            return self._session.newSession()

    def forget(self) -> None:
        """Give the connection and everything that hangs on it up: the next question makes them anew."""
        with self._lock:
            session, self._session = self._session, None
            self._scopes.clear()
        if session is not None:
            with contextlib.suppress(Exception):
                session.stop()


class Scope:
    """Some sources of a lake: questions are answered by Spark, everything else by a mirror in DuckDB."""

    def __init__(self, spark: Spark, sources: tuple[Source, ...], as_of: datetime.date | None = None) -> None:
        self.spark, self.sources, self.as_of = spark, sources, as_of
        self._lock = threading.RLock()
        self._mirror: duckdb.DuckDBPyConnection | None = None
        self._session: SparkSession | None = None
        self._known: set[str] = set()
        self._types: dict[str, list[tuple[str, str]]] = {}
        self._kept: list[DataFrame] = []

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its sources."""
        return tuple(source.number for source in self.sources)

    def release(self) -> None:
        """Give back what the cluster holds in memory for this scope; it still answers, from the files."""
        with self._lock:
            kept, self._kept = self._kept, []
        for table in kept:
            with contextlib.suppress(Exception):
                table.unpersist()

    # What a connection does --------------------------------------------------------------------------------------

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor on the mirror. The caller closes it."""
        with self._lock:
            if self._mirror is None:
                self._mirror = mirror(self.sources)
            return self._mirror.cursor()

    def execute(self, statement: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a statement that reads on the mirror; the cursor with its answer."""
        return self.cursor().execute(statement, parameters)

    def close(self) -> None:
        """Nothing to close: others may share the scope."""

    # Questions ----------------------------------------------------------------------------------------------------

    def answer(self, name: str, parameters: Mapping[str, object], rights: tuple[str, ...] = ()) -> pd.DataFrame:
        """The answer to a question as DuckDB gives it: same rows, same order, same types; without what `rights` show.

        Raises InspectionsError `engine_unreachable`, `engine_failed` and `engine_slow`.
        """
        everywhere = name in OF_ALL_BUREAUS and parameters.get("bureau_id") is None
        number = None if everywhere else self._source_of(parameters)
        day = parameters.get("as_of")
        as_of = pd.Timestamp(day).date() if isinstance(day, str | datetime.date) else None
        return self.spark.of(number, as_of)._answer(name, parameters, rights)

    def relation(self, name: str, text: str) -> None:
        """Give the answer to a statement in DuckDB's words a name, such as the pool of a draw."""
        with failures(self.spark):
            self._ready(read_by(text)).sql(translated(text)[-1].statement).createOrReplaceTempView(name)

    def file(self, name: str, path: Path) -> list[str]:
        """Give a Parquet file that every machine of the cluster can read a name; its columns."""
        with failures(self.spark):
            found = self._ready(frozenset()).read.parquet(f"file://{path.absolute()}")
            found.createOrReplaceTempView(name)
            return list(found.columns)

    def rows(self, text: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows that a statement in DuckDB's words tells, with what was given a name here."""
        with failures(self.spark):
            told = run(self._ready(read_by(text)), translated(text), parameters)
            return [tuple(row.values()) for row in told.to_pylist()]

    def _source_of(self, parameters: Mapping[str, object]) -> int | None:
        """The number of the source that ids among the parameters belong to, else that of this scope."""
        for key, value in parameters.items():
            if key.endswith("_id") and key != "object_id" and isinstance(value, int) and value >> SOURCE_BIT:
                return value >> SOURCE_BIT
        return self.sources[0].number if len(self.sources) == 1 else None

    def _answer(self, name: str, parameters: Mapping[str, object], rights: tuple[str, ...]) -> pd.DataFrame:
        text, given = question(name), dict(parameters)
        pool = str(given.pop("pool")) if "query_table" in text else None
        with failures(self.spark):
            session = self._ready(read_by(text))
            arrow = run(session, translated(text, pool), given)
        with self.cursor() as cursor:
            columns = self._columns(cursor, text, parameters)
            cursor.register("spark_answer", arrow)
            listed = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind in columns)
            typed = f"select {listed} from spark_answer"  # noqa: S608 - names of our own questions
            return cursor.execute(without_rights(name, rights, typed)).df()

    def _columns(
        self, cursor: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, object]
    ) -> list[tuple[str, str]]:
        """Columns of an answer and their types, as DuckDB knows them without running anything."""
        if text not in self._types:
            if "query_table" in text:
                cursor.execute("create temp table pool (object_id varchar, class varchar, passed_over boolean)")
                parameters = {**parameters, "pool": "pool"}
            described = cursor.execute(f"describe {text}", dict(parameters)).fetchall()
            self._types[text] = [(str(row[0]), str(row[1])) for row in described]
        return self._types[text]

    def _ready(self, names: frozenset[str]) -> SparkSession:
        """The session of this scope, with views for these tables and views."""
        with self._lock:
            if self._session is None or stopped(self._session):
                self._session, self._known, self._kept = self.spark.session(), set(), []
            for name in sorted(names - self._known):
                if name in views():
                    self._ready(read_by(views()[name]))
                    self._session.sql(
                        translated(views()[name], None, self.as_of)[-1].statement
                    ).createOrReplaceTempView(name)
                elif name in relations():
                    self._table(self._session, name)
                self._known.add(name)
            return self._session

    def _table(self, session: SparkSession, table: str) -> None:
        files = [f"file://{file.absolute()}" for file in files_of(self.sources, table)]
        types = {column: SPARK_TYPES.get(kind, kind) for column, kind in relations()[table].items()}
        shape = ", ".join(f"`{column}` {kind}" for column, kind in types.items())
        if files:
            # The folders' names say what the files hold anyway.
            reading = session.read.schema(shape).option("recursiveFileLookup", "true").parquet(*files)
            if sum(part.rows for source in self.sources for part in source.tables.get(table, ())) <= KEPT_ROWS:
                reading = reading.coalesce(1 + len(files) // FILES_AT_ONCE).persist()
                self._kept.append(reading)
        else:
            columns = ", ".join(f"cast(null as {kind}) as `{column}`" for column, kind in types.items())
            reading = session.sql(f"select {columns} where false")
        reading.createOrReplaceTempView(table)


def run(session: SparkSession, parts: tuple[Part, ...], parameters: Mapping[str, object]) -> Any:
    """The answer of a translated question, an Arrow table. Raises InspectionsError `engine_slow`, and Spark's own."""
    tag = f"inspections_{next(_CALLS)}"
    seconds = float(os.environ.get("INSPECTIONS_SPARK_SECONDS", DEFAULT_SECONDS))
    late = threading.Event()

    def stop() -> None:
        late.set()
        session.interruptTag(tag)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    session.addTag(tag)
    timer.start()
    try:
        for _ in range(TIMES - 1):
            try:
                return _answered(session, parts, parameters)
            except Exception as error:
                if late.is_set() or LOST not in str(error):
                    raise
        return _answered(session, parts, parameters)
    except Exception as error:
        if late.is_set():
            raise InspectionsError("engine_slow", seconds=int(seconds)) from error
        raise
    finally:
        timer.cancel()
        session.removeTag(tag)


# A machine that dies takes kept parts with it, which Spark does not work out again by itself: the question is asked
# so many times in all.
TIMES, LOST = 3, "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND"


def _answered(session: SparkSession, parts: tuple[Part, ...], parameters: Mapping[str, object]) -> Any:
    call = f"_{next(_CALLS)}"
    literals = {key: _literal(value) for key, value in parameters.items()}
    kept: list[str] = []
    try:
        for part in parts:
            given = {key: literals[key] for key in part.parameters}
            answer = session.sql(part.statement.replace(CALL, call), args=given)
            if part.name is None:
                return answer.toArrow()
            kept.append(part.name.replace(CALL, call))
            # Not `persist`: a part that reads parts would carry their plans along, as often as it reads them.
            answer.localCheckpoint(eager=False).createOrReplaceTempView(kept[-1])
    finally:
        for name in kept:
            with contextlib.suppress(Exception):
                session.catalog.dropTempView(name)


def _literal(value: object) -> object:
    """A parameter as Spark takes it."""
    from pyspark.sql import functions as F  # noqa: N812, PLC0415 - only where Spark is the engine

    if isinstance(value, list | tuple):
        return F.array(*map(F.lit, value)) if value else F.expr("cast(array() as array<string>)")
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value


# The connection -----------------------------------------------------------------------------------------------------


def connected(address: str) -> SparkSession:
    """A session on the cluster.

    Raises InspectionsError `engine_not_installed`, `engine_no_java` and those of `reachable`.
    """
    reachable(address)
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - only where Spark is the engine
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise InspectionsError("engine_not_installed") from error
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    builder: Any = SparkSession.builder.appName("inspections")
    if address.startswith("sc://"):
        session = builder.remote(address).create()
    else:
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.log.level": "OFF",
            # Nothing is ever written there, but Spark makes the folder, in the working directory otherwise.
            "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "inspections-spark-warehouse"),
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        try:
            session = builder.master(address).getOrCreate()
        except PySparkException as error:
            raise InspectionsError("engine_no_java") from error
    conf = session.conf
    conf.set("spark.sql.session.timeZone", "UTC")
    # Lists of files come from the manifests: the driver need not ask the cluster to look at them.
    conf.set("spark.sql.sources.parallelPartitionDiscovery.threshold", "1000000")
    if conf.get("spark.sql.shuffle.partitions") == UNTOUCHED_PARTITIONS:
        conf.set("spark.sql.shuffle.partitions", PARTITIONS)
    return session


def stopped(session: SparkSession) -> bool:
    """Whether a session can answer no more."""
    if hasattr(session, "is_stopped"):
        return bool(session.is_stopped)
    context: Any = session.sparkContext
    return context._jsc is None or bool(context._jsc.sc().isStopped())


def hosts(address: str) -> list[tuple[str, int]]:
    """Host and port of everyone an address names, none for a Spark within this process."""
    named = re.match(r"(spark|sc)://([^/;]+)", address)
    if not named:
        return []
    default = "7077" if named[1] == "spark" else "15002"
    pairs = (one.rpartition(":") if ":" in one else (one, ":", default) for one in named[2].split(","))
    return [(host, int(port)) for host, _, port in pairs]


def reachable(address: str) -> None:
    """Raise InspectionsError `engine_unreachable` where nobody answers: Spark itself would wait for minutes."""
    known = hosts(address)
    for host, port in known:
        with contextlib.suppress(OSError), socket.create_connection((host, port), REACH_SECONDS):
            return
    if known:
        raise InspectionsError("engine_unreachable", address=address)


@contextlib.contextmanager
def failures(spark: Spark) -> Iterator[None]:
    """Spark's errors in one sentence; a connection that broke is made anew for the next question."""
    try:
        yield
    except InspectionsError:
        raise
    except Exception as error:
        # A cluster that is gone shows in many ways, after minutes in some: whether its master answers tells which.
        try:
            reachable(spark.address)
        except InspectionsError:
            spark.forget()
            raise
        if spark._session is not None and stopped(spark._session):
            spark.forget()
            raise InspectionsError("engine_unreachable", address=spark.address) from error
        raise InspectionsError("engine_failed", reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    """The class of an error of Spark, which quotes no data."""
    known = getattr(error, "getCondition", None)
    return str((known() if known else None) or type(error).__name__)
