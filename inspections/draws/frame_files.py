"""The pool of a trial draw or of a simulated year as a file: CSV, CSV.gz or Parquet, of a dozen rows or of 100 million.

A large file without fault is left where it is: DuckDB reads it as often as it is needed, with no more memory than
`MEMORY`. A small file, and a large one with anything unusual about it, is read with care, piece by piece: every
encoding of office programs, blank and short lines, every trouble named with its row. Both ways give the same pool.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import re
import tempfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
import pandas as pd

from inspections.draws.ticket import pool_sizes
from inspections.store.database import OFFLINE, disk_trouble
from inspections.words.classes import NONE
from inspections.words.errors import InspectionsError
from inspections.words.plain import FORMULA

# What DuckDB may hold in memory; the rest of what it works on goes to the disk. A process needs some 2 GiB beside it.
MEMORY = "4GiB"
# From here on, bytes, a file is first read as it is: below, reading it with care takes a second or two.
LARGE = 2**24
# Rows of a piece that is read with care, bytes of a piece that is only decoded.
PIECE, BLOCK = 1_000_000, 2**22
# Hashes are sorted in so many parts, for a sort cannot be stopped.
HANDFULS = 8
FIELDS = ("object_id", "class")
_LINE_BREAK = r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]"
# An id that no rule can be against; any other is looked at with care.
_PLAIN_ID = r"[0-9A-Za-z\x{3400}-\x{9fff}][-_./()0-9A-Za-z\x{3400}-\x{9fff}（）·]*"
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)

Step = Callable[[str], None]


class Cluster(Protocol):
    """What a frame needs of a cluster: `inspections.lake.spark.Scope` has it."""

    def file(self, name: str, path: Path) -> list[str]:
        """Give a Parquet file that every machine of the cluster can read a name; its columns."""

    def relation(self, name: str, text: str) -> None:
        """Give the answer to a statement in DuckDB's words a name."""

    def rows(self, text: str, parameters: Mapping[str, object]) -> list[Any]:
        """The rows that answer a statement in DuckDB's words."""


@contextlib.contextmanager
def workplace() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database of its own for pools that memory does not hold, and its folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="inspections-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with duckdb.connect(folder / "pools.duckdb", config={**OFFLINE}) as connection:
            connection.execute(f"set memory_limit = '{MEMORY}'")
            connection.execute("set temp_directory = $folder", {"folder": name})
            yield connection, folder


def open_frame(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    classes: Collection[str] | None,
    pool: str = "pool",
    tell: Step = lambda _: None,
) -> dict[str, int]:
    """Make the file the view `pool` with the columns object_id and class; the number of its objects per class.

    A CSV has a heading with `object_id` and `class`; other columns and blank lines are passed over, so are blanks
    around a class. UTF-8 (with or without BOM), GB18030 or UTF-16 with BOM, each also packed by gzip. Rows are counted
    as a spreadsheet shows them: the heading is row 1. A Parquet file has the same columns, of any type; its rows are
    counted from 1. `classes` are those known beside `none`, None for any. `tell` hears of every step that begins,
    reading or repeated, many times a minute; what it raises ends the work.

    Raises InspectionsError `frame_missing`, `frame_encoding`, `frame_malformed`, `frame_row_long`,
    `frame_column_missing`, `frame_empty`, `frame_object_unusable`, `frame_object_repeated` and `frame_class_unknown`
    (a class not in `classes`), each with the file and, where there is one, the row, the field and the value.
    """
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
        size = path.stat().st_size
    except OSError as error:
        raise InspectionsError("frame_missing", file=path) from error
    packed, parquet = magic.startswith(b"\x1f\x8b"), magic == b"PAR1"
    if size > LARGE // (4 if packed or parquet else 1):
        sizes = _as_it_is(connection, path, parquet, packed, classes, pool, tell)
        if sizes is not None:
            return sizes
    tell("reading")
    pieces = _parquet_pieces(connection, path) if parquet else _csv_pieces(path, packed)
    _with_care(connection, path, pieces, classes, pool, tell)
    return pool_sizes(connection, pool)


def open_frame_on_cluster(
    cluster: Cluster, path: Path, classes: Collection[str] | None, pool: str = "pool"
) -> dict[str, int] | None:
    """Make a Parquet file without fault the relation `pool` of a cluster, every machine of which can read it.

    The number of its objects per class; None where it is no Parquet file or anything about it wants a closer look,
    which `open_frame` then takes. Raises those of `inspections.lake.spark.Scope.answer`.
    """
    with contextlib.suppress(OSError), path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            return None
    if not path.exists() or not set(FIELDS) <= set(cluster.file(f"{pool}_file", path)):
        return None
    cluster.relation(
        pool,
        f"""select cast(object_id as varchar) as object_id, cast(class as varchar) as class, false as passed_over
        from {pool}_file""",  # noqa: S608 - a name of ours
    )
    counted = cluster.rows(
        f"""select coalesce(class, '') as class, count(*) as size,
            count(*) filter (where not regexp_matches(coalesce(object_id, ''), $plain_id)) as unusual
        from {pool} group by coalesce(class, '')""",  # noqa: S608
        {"plain_id": rf"^(?:{_PLAIN_ID})\z"},
    )
    known = {str(risk_class): int(size) for risk_class, size, _ in counted}
    if not known or any(unusual for _, _, unusual in counted) or any(_unusual(name, classes) for name in known):
        return None
    ((different,),) = cluster.rows(f"select count(distinct object_id) as different from {pool}", {})  # noqa: S608
    return _per_class(known) if different == sum(known.values()) else None


def same_paths(connection: duckdb.DuckDBPyConnection, pools: Sequence[str]) -> list[tuple[tuple[str | None, ...], int]]:
    """How many objects are in the same ones of these pools with the same classes: (class per pool or None, objects)."""
    rows = " union all ".join(
        f"select object_id, {number} as pool, coalesce(nullif(class, ''), '{NONE}') as class from {pool}"  # noqa: S608 - names of ours
        for number, pool in enumerate(pools)
    )
    if len(pools) == 1:
        counted = connection.execute(f"select class, count(*) from ({rows}) group by class order by class")  # noqa: S608
        return [((str(risk_class),), int(size)) for risk_class, size in counted.fetchall()]
    known = [
        str(risk_class)
        for (risk_class,) in connection.execute(f"select distinct class from ({rows}) order by class").fetchall()  # noqa: S608
    ]
    # A digit per pool, 0 for not in it: an object's path is one number, which is far less to group by than a text.
    base = len(known) + 1
    counted = connection.execute(
        f"""select path, count(*) from (
            select object_id, sum(list_position($known, class) * ($base::hugeint ** pool)::hugeint) as path
            from ({rows}) group by object_id
        ) group by path order by path""",  # noqa: S608
        {"known": known, "base": base},
    )
    return [(_digits(int(path), base, known, len(pools)), int(size)) for path, size in counted.fetchall()]


def _digits(path: int, base: int, known: Sequence[str], pools: int) -> tuple[str | None, ...]:
    found: list[str | None] = []
    for _ in range(pools):
        path, digit = divmod(path, base)
        found.append(known[digit - 1] if digit else None)
    return tuple(found)


# As it is -----------------------------------------------------------------------------------------------------------


def _as_it_is(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    parquet: bool,
    packed: bool,
    classes: Collection[str] | None,
    pool: str,
    tell: Step,
) -> dict[str, int] | None:
    """The view on the file itself, and objects per class; None where anything about it wants a closer look."""
    try:
        source = _parquet_source(path) if parquet else _csv_source(path, packed)
        if source is None:
            return None
        connection.execute(
            f"create or replace view {pool} as select object_id::varchar as object_id, class::varchar as class"  # noqa: S608
            f" from {source}"
        )
        tell("reading")
        counted = connection.execute(
            f"""select coalesce(class, ''), count(*),
                count(*) filter (where not regexp_full_match(coalesce(object_id, ''), $plain_id))
            from {pool} group by all""",  # noqa: S608
            {"plain_id": _PLAIN_ID},
        ).fetchall()
        known = {str(risk_class): int(size) for risk_class, size, _ in counted}
        if not known or any(unusual for _, _, unusual in counted) or any(_unusual(name, classes) for name in known):
            return None
        tell("repeated")
        # Sorting eight bytes an object is many times faster than grouping the ids, and two ids of 100 million have the
        # same 64 bits once in some 4,000 files, which are then read with care.
        hashes = np.asarray(connection.execute(f"select hash(object_id) as hash from {pool}").fetchnumpy()["hash"])  # noqa: S608
        for last in range(HANDFULS):
            tell("repeated")
            some = hashes[hashes % HANDFULS == last]
            some.sort()
            if (some[1:] == some[:-1]).any():
                return None
    except duckdb.Error as error:
        if isinstance(error, (duckdb.InterruptException, duckdb.OutOfMemoryException)) or disk_trouble(error):
            raise
        return None
    return _per_class(known)


def _per_class(known: Mapping[str, int]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for name, size in known.items():
        sizes[name or NONE] = sizes.get(name or NONE, 0) + size
    return sizes


def _unusual(risk_class: str, classes: Collection[str] | None) -> bool:
    return risk_class != risk_class.strip() or (classes is not None and risk_class not in {*classes, NONE, ""})


def _parquet_source(path: Path) -> str:
    return f"read_parquet({_literal(path)})"


def _csv_source(path: Path, packed: bool) -> str | None:
    with _opened(path, packed) as stream:
        start = stream.read(BLOCK)
    first = re.split(rb"\r\n|\r|\n", start.removeprefix(codecs.BOM_UTF8), maxsplit=1)[0].decode(errors="replace")
    if '"' in first or any(field not in first.split(",") for field in FIELDS):
        return None
    # Only the first of two columns of one name counts.
    names = first.split(",")
    columns = ", ".join(
        f"'{name if name in FIELDS and names.index(name) == number else f'other {number}'}': 'varchar'"
        for number, name in enumerate(names)
    )
    return (
        f"read_csv({_literal(path)}, header = true, auto_detect = false, columns = {{{columns}}}, delim = ',',"
        f" quote = '\"', escape = '\"', compression = '{'gzip' if packed else 'none'}')"
    )


def _literal(path: Path) -> str:
    """The path as SQL text; what DuckDB would take for a pattern stands in brackets."""
    text = re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))
    return f"'{text.replace(chr(39), chr(39) * 2)}'"


# With care ----------------------------------------------------------------------------------------------------------


def _with_care(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    pieces: Iterator[pd.DataFrame],
    classes: Collection[str] | None,
    pool: str,
    tell: Step,
) -> None:
    """Store the pieces (columns row, object_id, class) up to the first row that is wrong, and raise what is wrong."""
    connection.execute(f"create or replace table {pool}_rows (row bigint, object_id varchar, class varchar)")
    wrong: InspectionsError | None = None
    for given in pieces:
        tell("reading")
        piece, wrong = _up_to_the_first_bad(path, given, classes)
        connection.register("piece", piece)
        connection.execute(f"insert into {pool}_rows select row, object_id, class from piece")  # noqa: S608
        connection.unregister("piece")
        if wrong:
            break
    tell("repeated")
    # The hashes come first: they are far less to hold than the ids, and hardly ever any of them repeats.
    repeated = connection.execute(
        f"""with suspect as (
            select row, object_id from {pool}_rows
            where hash(object_id) in (select hash(object_id) from {pool}_rows group by all having count(*) > 1)
        )
        select row, object_id, first from (
            select row, object_id, lag(row) over (partition by object_id order by row) as first from suspect
        ) where first is not null order by row limit 1"""  # noqa: S608
    ).fetchone()
    if repeated:
        row, object_id, first = repeated
        raise InspectionsError("frame_object_repeated", file=path, row=row, value=object_id, first=first)
    if wrong:
        raise wrong
    if connection.execute(f"select count(*) from {pool}_rows").fetchone() == (0,):  # noqa: S608
        raise InspectionsError("frame_empty", file=path)
    connection.execute(f"create or replace view {pool} as select object_id, class from {pool}_rows")  # noqa: S608


def _up_to_the_first_bad(
    path: Path, piece: pd.DataFrame, classes: Collection[str] | None
) -> tuple[pd.DataFrame, InspectionsError | None]:
    """The rows before the first bad one, whatever is wrong with it: a file is mended from top to bottom.

    A row whose class is wrong stays, for its object may be a repeated one, which is said first.
    """
    ids = piece["object_id"]
    # The list drawn from them is opened with a spreadsheet, and has to carry every id as it is.
    unusable = (ids == "") | (ids != ids.str.strip()) | ids.str.contains(_LINE_BREAK) | ids.str.match(FORMULA)
    unknown = pd.Series(False, index=piece.index)
    if classes is not None:
        unknown = ~piece["class"].isin([*classes, NONE, ""])
    bad = (unusable | unknown).to_numpy()
    if not bad.any():
        return piece, None
    at = int(bad.argmax())
    place = {"file": path, "row": int(piece["row"].iloc[at])}
    if unusable.iloc[at]:
        return piece.iloc[:at], InspectionsError("frame_object_unusable", **place, value=str(ids.iloc[at]))
    return piece.iloc[: at + 1], InspectionsError("frame_class_unknown", **place, value=str(piece["class"].iloc[at]))


def _csv_pieces(path: Path, packed: bool) -> Iterator[pd.DataFrame]:
    encoding = _encoding(path, packed)
    try:
        with _opened(path, packed) as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
            # Without a header pandas would guess an index from rows longer than the heading; names come from row 1.
            tables = pd.read_csv(
                text,
                header=None,
                dtype=str,
                keep_default_na=False,
                skip_blank_lines=False,
                na_filter=False,
                chunksize=PIECE,
            )
            names, row = None, 1
            for lines in tables:
                table = lines.fillna("")
                rows = pd.Series(range(row, row + len(table)), index=table.index)
                row += len(table)
                if names is None:
                    names = pd.Index(table.iloc[0].str.strip())
                    _check_columns(path, names)
                    table, rows = table.iloc[1:], rows.iloc[1:]
                table.columns = names
                yield _piece(table.loc[:, ~names.duplicated()], rows)
    except pd.errors.EmptyDataError as error:
        raise InspectionsError("frame_empty", file=path) from error
    except pd.errors.ParserError as error:
        fields = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if fields:
            expected, at, found = fields.groups()
            raise InspectionsError("frame_row_long", file=path, row=at, expected=expected, found=found) from error
        raise InspectionsError("frame_malformed", file=path, detail=str(error).strip()) from error


def _parquet_pieces(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[pd.DataFrame]:
    with connection.cursor() as cursor:
        try:
            described = cursor.execute(f"describe from {_parquet_source(path)}").fetchall()
            _check_columns(path, pd.Index([str(row[0]) for row in described]))
            # The cursor would read several groups of rows at once, and then their order is anybody's.
            rows = cursor.execute(
                f"""select file_row_number + 1 as row, coalesce(object_id::varchar, '') as object_id,
                    coalesce(class::varchar, '') as class
                from read_parquet({_literal(path)}, file_row_number = true) order by row"""  # noqa: S608
            )
            while not (piece := rows.fetch_df_chunk(PIECE // 2048)).empty:
                yield _piece(piece[list(FIELDS)].astype(str), piece["row"])
        except duckdb.Error as error:
            if isinstance(error, duckdb.InterruptException) or disk_trouble(error):
                raise
            raise InspectionsError("frame_malformed", file=path, detail=str(error).splitlines()[0]) from error


def _piece(table: pd.DataFrame, rows: pd.Series[int]) -> pd.DataFrame:
    written = ~(table == "").all(axis="columns")
    piece = table.loc[written, list(FIELDS)]
    piece["class"] = piece["class"].str.strip()
    piece["row"] = rows[written]
    return piece


def _check_columns(path: Path, names: pd.Index[str]) -> None:
    for field in FIELDS:
        if field not in names:
            raise InspectionsError("frame_column_missing", file=path, field=field)


@contextlib.contextmanager
def _opened(path: Path, packed: bool) -> Iterator[gzip.GzipFile | io.BufferedReader]:
    """The bytes of the file, unpacked. Raises InspectionsError `frame_malformed` where they cannot be unpacked."""
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            yield stream
    except _DAMAGED as error:
        raise InspectionsError("frame_malformed", file=path, detail=str(error)) from error


def _encoding(path: Path, packed: bool) -> str:
    with _opened(path, packed) as stream:
        start = stream.read(2)
    encodings = ("utf-16",) if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError), _opened(path, packed) as stream:
            decoder = codecs.getincrementaldecoder(encoding)()
            while block := stream.read(BLOCK):
                if "\0" in decoder.decode(block):
                    break
            else:
                decoder.decode(b"", final=True)
                return encoding
    raise InspectionsError("frame_encoding", file=path)
