"""Frame files of every form and size: read as they are and read with care, they are one pool, and so is the draw."""

from __future__ import annotations

import csv
import gzip
import io
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.__main__ import main
from inspections.commands import watched
from inspections.commands.draw import trial_draw
from inspections.draws import frame_files
from inspections.draws.frame_files import open_frame, same_paths, workplace
from inspections.draws.ticket import draw_frame
from inspections.words.errors import InspectionsError

CLASSES = ("A", "B", "C", "D", "E")

plain_ids = st.text("0123456789ABCXYZ阳城矿（）-._/", min_size=1, max_size=6).filter(lambda text: text[0] not in "-（")
frames = st.dictionaries(plain_ids, st.sampled_from(["A", "B", "C", "D", ""]), min_size=1, max_size=30)
# What a CSV may hold: quotes, blanks, line ends of every kind, signs of formulas, short and long lines.
scraps = st.text("A1 ,\"\n\r\t='﹣　\x85\0none", max_size=12)
lines = st.lists(
    st.one_of(scraps, st.sampled_from(["X1,A", "X2,B", "X3,", "X1,A", "X4,none", "X5,Q", '"X6",C'])), max_size=8
)


@pytest.fixture(autouse=True)
def _nothing_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_files, "LARGE", -1)


def opened(path: Path, classes: tuple[str, ...] = CLASSES) -> tuple[list[tuple[str, str]], dict[str, int], bool]:
    """The pool, its sizes, and whether the file was left as it is."""
    with workplace() as (connection, _):
        sizes = open_frame(connection, path, classes)
        rows = connection.execute("select object_id, coalesce(nullif(class, ''), 'none') from pool").fetchall()
        stored = connection.execute("select count(*) from duckdb_tables() where table_name = 'pool_rows'").fetchone()
    return rows, sizes, stored == (0,)


def with_care(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    with monkeypatch.context() as patch:
        patch.setattr(frame_files, "LARGE", 2**40)
        rows, _, as_it_is = opened(path)
    assert not as_it_is
    return rows


def write(folder: Path, frame: dict[str, str], form: str) -> Path:
    path = folder / f"frame.{form}"
    text = io.StringIO()
    csv.writer(text).writerows([["name", "class", "object_id"], *(["x,y", c, i] for i, c in frame.items())])
    if form == "parquet":
        with duckdb.connect() as connection:
            pool = pd.DataFrame({"class": [c or None for c in frame.values()], "object_id": list(frame)}, dtype=str)
            connection.register("pool", pool)
            connection.execute("copy pool to $path (format parquet)", {"path": str(path)})
    elif form == "csv.gz":
        path.write_bytes(gzip.compress(text.getvalue().encode()))
    else:
        path.write_bytes(text.getvalue().encode(form if form != "csv" else "utf-8"))
    return path


@settings(max_examples=10, deadline=None)
@given(frames, st.sampled_from(["csv", "csv.gz", "parquet", "gb18030", "utf-16"]), st.booleans(), st.floats(0, 1))
def test_the_draw_of_a_file_is_that_of_its_rows(
    frame: dict[str, str], form: str, stratified: bool, share: float
) -> None:
    sizes = Counter(risk_class or "none" for risk_class in frame.values())
    quotas = {name: round(size * share) for name, size in sizes.items()}
    asked = ",".join(f"{name}={number}" for name, number in quotas.items()) if stratified else f"{len(frame) // 2}"
    with TemporaryDirectory() as folder, trial_draw(write(Path(folder), frame, form), "s", None, asked) as drawn:
        rows = list(csv.reader(io.StringIO(drawn.read_text("utf-8"), newline="")))
    expected = draw_frame(frame.items(), quotas if stratified else len(frame) // 2, "s")
    assert rows[0] == ["place", "object_id", "class", "ticket"]
    assert rows[1:] == [
        [str(row.place), row.object_id, row.risk_class.replace("none", ""), row.ticket] for row in expected
    ]


@settings(max_examples=20, deadline=None)
@given(lines, st.sampled_from(["\n", "\r\n"]))
def test_a_file_is_the_same_pool_or_the_same_trouble_both_ways(rows: list[str], end: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_files, "LARGE", -1)
        path = Path(folder) / "frame.csv"
        path.write_bytes(end.join(["object_id,class", *rows, ""]).encode())
        found, careful = [], []
        for answers, read in ((found, lambda: opened(path)[0]), (careful, lambda: with_care(path, patch))):
            try:
                answers.append(sorted(read()))
            except InspectionsError as error:
                answers.append((error.code, {k: v for k, v in error.parameters.items() if k != "detail"}))
    assert found == careful


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_a_large_clean_file_is_left_as_it_is(tmp_path: Path, form: str) -> None:
    frame = {f"9114{number:014}": "AB"[number % 2] for number in range(3_000)} | {"阳城一矿": ""}
    rows, sizes, as_it_is = opened(write(tmp_path, frame, form))
    assert as_it_is
    assert sizes == {"A": 1500, "B": 1500, "none": 1}
    assert dict(rows) == {object_id: code or "none" for object_id, code in frame.items()}


@pytest.mark.parametrize("name", ["it's.csv", "a[1].csv", "a*?.csv", "名录 1.csv"])
def test_the_name_of_a_file_is_no_pattern(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("object_id,class\nx,A\n")
    (tmp_path / "a1.csv").write_text("object_id,class\ny,A\n")
    (tmp_path / "abc.csv").write_text("object_id,class\nz,A\n")
    assert opened(tmp_path / name) == ([("x", "A")], {"A": 1}, True)


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("x,A\ny,B\nz,C\nx,A\ny,Q\n", "frame_object_repeated", 5),
        ("x,A\ny,B\nz,C\n\nx,Q\n", "frame_object_repeated", 6),
        ("x,A\ny,B\n\nz,Q\nx,A\n", "frame_class_unknown", 5),
        ("x,A\ny,B\n\n =z,A\nx,A\n", "frame_object_unusable", 5),
        ("x,A\ny,B\nz,C\n=v,C\n", "frame_object_unusable", 5),
        ("x,A\ny,B\nz,C\nv,C,1\n", "frame_row_long", "5"),
        ("", "frame_empty", None),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 3, 1_000_000])
def test_the_first_wrong_row_is_named_however_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, code: str, row: object, piece: int
) -> None:
    path = tmp_path / "frame.csv"
    path.write_text(f"object_id,class\n{content}")
    monkeypatch.setattr(frame_files, "PIECE", piece)
    with pytest.raises(InspectionsError) as error:
        opened(path)
    assert (error.value.code, error.value.parameters.get("row")) == (code, row)


def test_a_parquet_file_names_its_rows_too(tmp_path: Path) -> None:
    def trouble(select: str) -> tuple[str, object]:
        path = tmp_path / "frame.parquet"
        duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")
        with pytest.raises(InspectionsError) as error:
            opened(path)
        return error.value.code, error.value.parameters.get("row")

    # Two groups of rows, which DuckDB reads side by side.
    many = "select n as object_id, 'A' as class from range(130000) as r(n)"
    assert trouble(f"{many} union all select 7, 'A'") == ("frame_object_repeated", 130_001)
    few = "select n as object_id, 'A' as class from range(10) as r(n)"
    assert trouble(f"{few} union all select -1, 'A'") == ("frame_object_unusable", 11)
    assert trouble(f"{few} union all select null, 'A'") == ("frame_object_unusable", 11)
    assert trouble("select 1 as object_id, 'Q' as class") == ("frame_class_unknown", 1)
    assert trouble("select 1 as object_id") == ("frame_column_missing", None)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InspectionsError) as error:
        opened(tmp_path / "broken.parquet")
    assert error.value.code == "frame_malformed"


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress("".join(f"X{number},A\n" for number in range(5_000)).encode())
    (tmp_path / "frame.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InspectionsError) as error:
        opened(tmp_path / "frame.csv.gz")
    assert error.value.code == "frame_malformed"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["A", "B", "it's", ""])), min_size=1, max_size=4
    )
)
def test_objects_are_counted_by_their_classes_in_all_pools(pools: list[dict[str, str]]) -> None:
    expected = Counter(
        tuple((pool[object_id] or "none") if object_id in pool else None for pool in pools)
        for object_id in set().union(*pools)
    )
    with duckdb.connect() as connection:
        for number, pool in enumerate(pools):
            frame = pd.DataFrame({"object_id": list(pool), "class": list(pool.values())}, dtype=str)
            connection.register(f"pool_{number}", frame)
        counted = same_paths(connection, [f"pool_{number}" for number in range(len(pools))])
    assert dict(counted) == expected
    assert len(counted) == len(expected)


# Progress and Ctrl+C


def test_ctrl_c_ends_the_statement_that_runs() -> None:
    def interrupted(share: float) -> None:
        shares.append(share)
        if time.monotonic() - started > 0.3:
            raise KeyboardInterrupt

    shares: list[float] = []
    started = time.monotonic()
    with duckdb.connect() as connection:
        with pytest.raises(KeyboardInterrupt):
            # Years of work.
            watched(
                connection,
                lambda _: connection.execute(
                    "select max(a.range ^ b.range) from range(1000000000) a, range(1000000000) b"
                ),
                interrupted,
            )
        assert connection.execute("select 1").fetchall() == [(1,)]
    assert shares


def test_what_the_work_raises_and_returns_is_handed_on() -> None:
    with duckdb.connect() as connection:
        assert watched(connection, lambda _: connection.execute("select 7").fetchall(), lambda _: None) == [(7,)]
        with pytest.raises(InspectionsError):
            watched(connection, lambda _: draw_frame([], 1, "s"), lambda _: None)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted"), duckdb.InterruptException()])
def test_a_verb_that_is_stopped_says_so_and_ends_with_130(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr("inspections.commands.draw.open_frame", stopped)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = CliRunner(env={"INSPECTIONS_LANG": "en"}).invoke(
        main, ["draw", "--frame", "x", "--seed", "s", "--rates", "1%"]
    )
    assert (result.exit_code, result.stdout) == (130, "")
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
