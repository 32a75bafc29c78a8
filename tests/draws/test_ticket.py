"""Draws against coreutils, against each other, and the laws they keep."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from inspections.commands.draw import draw as draw_command
from inspections.draws.recompute import task_key
from inspections.draws.ticket import (
    Drawn,
    draw_frame,
    draw_in_database,
    frame_commitment,
    new_master_seed,
    new_nonce,
    seed_commitment,
    substitute,
    task_seed,
    ticket,
)
from inspections.words.errors import InspectionsError

SIX = ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"]

ids = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=8)
frames = st.dictionaries(ids, st.sampled_from(["A", "B", "C", "D", ""]), min_size=1, max_size=30).map(
    lambda classes: list(classes.items())
)
seeds = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters=","), min_size=1)


def code_of(error: pytest.ExceptionInfo[InspectionsError]) -> str:
    return error.value.code


def quotas_of(frame: list[tuple[str, str]], share: float = 0.5) -> dict[str, int]:
    classes = [risk_class or "none" for _, risk_class in frame]
    return {name: round(classes.count(name) * share) for name in set(classes)}


def by_coreutils(seed: str, names: list[str]) -> list[str]:
    """The order of tickets by sha256sum and sort, without a line of ours."""
    script = 'while IFS= read -r id; do printf "%s %s\\n" "$(printf "%s" "$SEED,$id" | sha256sum | cut -c1-64)" "$id"; done | LC_ALL=C sort | cut -d" " -f2-'  # noqa: E501
    done = subprocess.run(
        ["bash", "-c", script], input="".join(f"{n}\n" for n in names), capture_output=True, text=True, check=True,
        env={**os.environ, "SEED": seed},
    )  # fmt: skip
    return done.stdout.splitlines()


# Tickets and seeds


def test_tickets_of_six_objects_match_the_published_order() -> None:
    drawn = draw_frame([(name, "") for name in SIX], 6, "314159")
    assert [row.object_id for row in drawn] == ["B-3", "B-2", "A-2", "A-1", "B-1", "A-3"]
    assert drawn[0].ticket.startswith("1549184e773ad708")


def test_first_ten_of_a_hundred_match_the_published_order() -> None:
    drawn = draw_frame([(str(number), "") for number in range(100)], 10, "41")
    assert [row.object_id for row in drawn] == ["61", "81", "50", "43", "29", "65", "10", "88", "19", "68"]


def test_order_is_that_of_sha256sum_and_sort() -> None:
    names = [*SIX, "阳城县某煤矿", "91140522MA0GX1234X"]
    seed = "种子-7"
    drawn = draw_frame([(name, "") for name in names], len(names), seed)
    assert [row.object_id for row in drawn] == by_coreutils(seed, names)


@pytest.mark.parametrize("seed", ["", "1,2", "1\n", "1\r\n2", "1\u20282"])
def test_a_seed_with_comma_or_line_break_is_refused(seed: str) -> None:
    with pytest.raises(InspectionsError) as error:
        ticket(seed, "A-1")
    assert code_of(error) == "seed_unusable"


def test_a_task_seed_and_a_credit_code_fit_one_block_of_sha256() -> None:
    key = task_key("阳双随机办〔2023〕1号", "joint", 12)
    seed = task_seed(new_master_seed(), key, 12)
    assert len((seed + "91140522MA0GX1234X").encode()) <= 54
    assert key.isalnum()
    assert key.isascii()


def test_every_task_and_every_draw_of_it_has_its_own_seed() -> None:
    keys = {
        task_key(doc, kind, seq) for doc in ("甲1号", "甲11号") for kind in ("internal", "joint") for seq in (1, 11)
    }
    assert len(keys) == 8
    assert task_seed("m", "k", 1) != task_seed("m", "k", 2)
    with pytest.raises(InspectionsError):
        task_seed("m", "k", 0)


def test_master_seeds_and_nonces_do_not_repeat() -> None:
    assert len({new_master_seed() for _ in range(50)} | {new_nonce() for _ in range(50)}) == 100
    assert {len(new_master_seed()) for _ in range(50)} == {22}


# Commitments


def test_a_frame_commitment_can_be_checked_with_sort_and_sha256sum(tmp_path: Path) -> None:
    frame = [("B-1", "A"), ("A+1", "none"), ("A", "D"), ("A-1", "")]
    (tmp_path / "frame.csv").write_text("B-1,A\nA+1,\nA,D\nA-1,\n")
    done = subprocess.run(
        ["bash", "-c", "(printf '%s\\n' \"$1\"; LC_ALL=C sort -t, -k1,1 \"$2\") | sha256sum", "-", "00ff",
         str(tmp_path / "frame.csv")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert frame_commitment(frame, "00ff") == done.stdout[:64]


def test_the_frame_of_a_rotating_draw_commits_to_who_is_passed_over() -> None:
    frame = [("b", "A"), ("a", "")]
    text = b"00ff\na,,1\nb,A,0\n"
    assert frame_commitment(frame, "00ff", {"a"}) == hashlib.sha256(text).hexdigest()
    assert frame_commitment(frame, "00ff", set()) != frame_commitment(frame, "00ff")


def test_a_seed_commitment_is_the_hash_of_nonce_and_seed() -> None:
    assert seed_commitment("s", "00ff") == hashlib.sha256(b"00ff,s").hexdigest()
    assert seed_commitment("s", "00ff") != seed_commitment("s", "00fe")


@given(frames, st.randoms())
def test_a_frame_commitment_ignores_row_order_and_notices_a_class(frame: list[tuple[str, str]], random: object) -> None:
    shuffled = list(frame)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert frame_commitment(frame, "n") == frame_commitment(shuffled, "n")
    changed = [(frame[0][0], "A" if frame[0][1] != "A" else "B"), *frame[1:]]
    assert frame_commitment(frame, "n") != frame_commitment(changed, "n")


# Laws of the draw


@given(frames, seeds, st.randoms())
def test_the_order_of_rows_does_not_matter(frame: list[tuple[str, str]], seed: str, random: object) -> None:
    shuffled = list(frame)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw_frame(frame, quotas_of(frame), seed) == draw_frame(shuffled, quotas_of(frame), seed)


@given(frames, seeds)
def test_a_larger_quota_keeps_everyone_drawn_and_adds_the_substitute(frame: list[tuple[str, str]], seed: str) -> None:
    for number in range(len(frame)):
        fewer = draw_frame(frame, number, seed)
        more = draw_frame(frame, number + 1, seed)
        assert more[:-1] == fewer
        assert substitute(frame, None, seed, {row.object_id for row in fewer}) == more[-1]


@given(frames, seeds)
def test_each_class_gives_its_quota_in_ticket_order(frame: list[tuple[str, str]], seed: str) -> None:
    quotas = quotas_of(frame)
    drawn = draw_frame(frame, quotas, seed)
    for name, quota in quotas.items():
        members = sorted(
            (hashlib.sha256(f"{seed},{i}".encode()).hexdigest(), i) for i, c in frame if (c or "none") == name
        )
        expected = [Drawn(place, i, name, t) for place, (t, i) in enumerate(members[:quota], start=1)]
        assert [row for row in drawn if row.risk_class == name] == expected


def test_substitutes_run_out_in_words() -> None:
    with pytest.raises(InspectionsError) as error:
        substitute([("x", "A"), ("y", "B")], "A", "s", {"x"})
    assert code_of(error) == "no_substitute"


@pytest.mark.parametrize(
    ("frame", "quotas", "code"),
    [
        ([("x", "A")], {"A": 2}, "quota_exceeds_pool"),
        ([("x", "A")], {"B": 1}, "quota_exceeds_pool"),
        ([("x", "A")], 2, "quota_exceeds_pool"),
        ([("x", "A")], {"A": -1}, "quota_negative"),
        ([("x", "A"), ("x", "B")], {"A": 1}, "object_repeated"),
        ([("", "A")], {"A": 1}, "object_id_unusable"),
        ([("x\ny", "A")], {"A": 1}, "object_id_unusable"),
        ([("x", "A,B")], {}, "class_unusable"),
    ],
)
def test_what_cannot_be_drawn_is_refused(frame: list[tuple[str, str]], quotas: dict[str, int] | int, code: str) -> None:
    with pytest.raises(InspectionsError) as error:
        draw_frame(frame, quotas, "s")
    assert code_of(error) == code


# The same draw in the database


def in_database(
    frame: list[tuple[str, str]], quotas: dict[str, int] | int, seed: str, deviations: float
) -> list[Drawn]:
    with duckdb.connect() as connection:
        connection.register("pool", pd.DataFrame(frame, columns=["object_id", "class"], dtype=str))
        rows = draw_in_database(connection, "pool", quotas, seed, deviations=deviations)
    return [Drawn(*row) for row in rows.itertuples(index=False, name=None)]


@given(frames, seeds, st.sampled_from([8.0, 0.0, -1e9]), st.booleans(), st.floats(0, 1))
def test_the_database_draws_the_same_with_and_without_the_fall_back(
    frame: list[tuple[str, str]], seed: str, deviations: float, stratified: bool, share: float
) -> None:
    quotas: dict[str, int] | int = quotas_of(frame, share) if stratified else round(len(frame) * share)
    assert in_database(frame, quotas, seed, deviations) == draw_frame(frame, quotas, seed)


@given(frames, seeds, st.sampled_from([8.0, 0.0, -1e9]), st.booleans(), st.floats(0, 1), st.data())
def test_rotation_takes_who_is_passed_over_last_in_the_database_too(
    frame: list[tuple[str, str]], seed: str, deviations: float, stratified: bool, share: float, data: st.DataObject
) -> None:
    over = data.draw(st.sets(st.sampled_from([name for name, _ in frame])))
    quotas: dict[str, int] | int = quotas_of(frame, share) if stratified else round(len(frame) * share)
    drawn = draw_frame(frame, quotas, seed, over)
    with duckdb.connect() as connection:
        pool = pd.DataFrame(frame, columns=["object_id", "class"], dtype=str)
        connection.register("pool", pool.assign(passed_over=pool["object_id"].isin(over)))
        rows = draw_in_database(connection, "pool", quotas, seed, deviations=deviations)
    assert [Drawn(*row) for row in rows.itertuples(index=False, name=None)] == drawn
    for stratum in quotas if isinstance(quotas, dict) else [None]:
        left = [name for name, code in frame if stratum in {None, code or "none"} and name not in over]
        taken = [row for row in drawn if stratum in {None, row.risk_class}]
        assert len([row for row in taken if row.object_id not in over]) == min(len(left), len(taken))
    assert draw_frame(frame, quotas, seed, [name for name, _ in frame]) == draw_frame(frame, quotas, seed)


@pytest.mark.parametrize("deviations", [8.0, 0.0, -1e9])
def test_the_cut_is_exact_on_a_pool_large_enough_to_use_it(deviations: float) -> None:
    # With 8 deviations most tickets are cut away unranked; with 0 about half the strata fall short; below that, all.
    frame = [(f"X{number}", "AAAAAABBC"[number % 9]) for number in range(20_000)]
    quotas = {"A": 130, "B": 1, "C": 700}
    assert in_database(frame, quotas, "s", deviations) == draw_frame(frame, quotas, "s")


def test_a_table_with_enum_classes_and_nulls_serves_as_pool() -> None:
    with duckdb.connect() as connection:
        connection.execute("create type k as enum ('A', 'none')")
        connection.execute("create table t as select 'x' as object_id, 'A'::k as class union all select 'y', null")
        rows = draw_in_database(connection, "t", {"A": 1, "none": 1}, "s")
    assert rows[["place", "object_id", "class"]].to_numpy().tolist() == [[1, "x", "A"], [1, "y", "none"]]


@pytest.mark.parametrize(("quotas", "pool"), [({"A": 3}, 2), ({"B": 1}, 0), (4, 3)])
def test_a_quota_above_the_pool_states_both_numbers(quotas: dict[str, int] | int, pool: int) -> None:
    with pytest.raises(InspectionsError) as error:
        in_database([("x", "A"), ("y", "A"), ("z", "")], quotas, "s", 8)
    assert code_of(error) == "quota_exceeds_pool"
    assert error.value.parameters["pool"] == pool


# Command line


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner(env={"INSPECTIONS_LANG": "zh"}).invoke(draw_command, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def frame_csv(tmp_path: Path) -> Path:
    path = tmp_path / "frame.csv"
    path.write_text("object_id,class\nA-1,A\nA-2,A\nA-3,A\nB-1,B\nB-2,\nB-3,B\n")
    return path


def test_the_command_prints_places_within_each_class(frame_csv: Path) -> None:
    code, out, err = run("--frame", str(frame_csv), "--seed", "314159", "--quotas", "A=2,B=1,none=1")
    assert code == 0
    assert [line.rsplit(",", 1)[0] for line in out.splitlines()] == [
        "place,object_id,class", "1,A-2,A", "2,A-1,A", "1,B-3,B", "1,B-2,"
    ]  # fmt: skip
    assert out.splitlines()[3].endswith("," + ticket("314159", "B-3"))
    assert "试抽" in err


@pytest.mark.parametrize(
    ("rates", "drawn"),
    [("A=10%", 1), ("A=>=34%", 2), ("A>=34%", 2), ("A=>33%", 1), ("A>1/3,B=100%", 4), ("50%", 3), (">50%", 4)],
)
def test_the_command_reads_proportions_with_signs(frame_csv: Path, rates: str, drawn: int) -> None:
    code, out, _ = run("--frame", str(frame_csv), "--seed", "s", "--rates", rates)
    assert (code, len(out.splitlines()) - 1) == (0, drawn)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_command_reads_the_encodings_of_office_programs(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名录.csv"
    path.write_bytes("object_id,class\r\n阳城一矿,A\r\n阳城二矿,A\r\n".encode(encoding))
    code, out, _ = run("--frame", str(path), "--seed", "s", "--quotas", "A=2")
    assert code == 0
    assert {line.split(",")[1] for line in out.splitlines()[1:]} == {"阳城一矿", "阳城二矿"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("object_id,class\nx,A\ny,B\nx,A\n", ["第 4 行", "object_id", "x", "第 2 行"]),
        ("object_id,class\nx,A\n\ny,Q\n", ["第 4 行", "class", "Q"]),
        ("object_id,risk\nx,A\n", ["第 1 行", "class"]),
        ("object_id,class\nx,A\n x,A\n", ["第 3 行", "object_id"]),
        ("object_id,class\n,A\n", ["第 2 行", "object_id"]),
        ("object_id,class\nx,A\ny,A,7\n", ["第 3 行"]),
        ("object_id,class\n", ["没有检查对象"]),
        ("", ["没有检查对象"]),
    ],
)
def test_a_bad_frame_is_rejected_in_one_sentence(tmp_path: Path, content: str, words: list[str]) -> None:
    path = tmp_path / "frame.csv"
    path.write_text(content)
    code, out, err = run("--frame", str(path), "--seed", "s", "--rates", "A=10%,B=10%")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    for word in [*words, str(path)]:
        assert word in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seed", "1,2", "--quotas", "A=1"],
        ["--seed", "1", "--quotas", "A=4"],
        ["--seed", "1", "--quotas", "A=1", "--rates", "A=1%"],
        ["--seed", "1"],
        ["--seed", "1", "--rates", "A=101%"],
        ["--seed", "1", "--rates", "A=x"],
        ["--seed", "1", "--quotas", "A=1.5"],
        ["--seed", "1", "--quotas", "A"],
        ["--seed", "1", "--quotas", "A=1,A=2"],
        ["--seed", "1", "--rates", "Q=1%"],
    ],
)
def test_bad_options_end_with_code_1_and_draw_nothing(frame_csv: Path, arguments: list[str]) -> None:
    code, out, err = run("--frame", str(frame_csv), *arguments)
    assert (code, out) == (1, "")
    assert err.strip()
    assert "Traceback" not in err


def test_the_command_needs_no_streamlit(frame_csv: Path) -> None:
    program = "import sys; from inspections.commands.draw import draw; draw(sys.argv[1:], standalone_mode=False); sys.exit('streamlit' in sys.modules)"  # noqa: E501
    done = subprocess.run(
        [sys.executable, "-c", program, "--frame", str(frame_csv), "--seed", "314159", "--quotas", "B=1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].startswith("1,B-3,B,1549184e773ad708")
