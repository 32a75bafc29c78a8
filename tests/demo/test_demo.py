"""The synthetic worlds: the same seed makes the same one, everything promised is in it, and nothing of it is real."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from importlib import resources
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from scipy import stats
from stdnum.cn import uscc

from inspections.commands.demo import demo
from inspections.demo.building import build_demo, is_synthetic
from inspections.demo.codes import organisation_code
from inspections.demo.large import Size, build_large
from inspections.draws.recompute import task_key
from inspections.store.database import ROOT, open_database
from inspections.words.errors import InspectionsError

SEED = 7
SMALL = Size(objects=9_000, bureaus=4, units=64, tasks=120, pools=5, pool_size=120)
# When something was logged, and what hangs on it, is the only thing two builds may differ in.
CLOCK = {
    "change_log": ("logged_at", "previous_hash", "hash"),
    "import_file": ("imported_at",),
    "import": ("imported_at",),
}
MARKED = "演示"


def fingerprint(path: Path) -> dict[str, str]:
    """SHA-256 of every table's rows in a fixed order, without the columns that hold the time of building."""
    with duckdb.connect(path, read_only=True) as connection:
        tables = [
            name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        ]
        prints = {}
        for table in tables:
            left_out = CLOCK.get(table)
            columns = f"* exclude ({', '.join(left_out)})" if left_out else "*"
            rows = connection.execute(f"select {columns} from {table} order by all").fetchall()
            prints[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return prints


@pytest.fixture(scope="session")
def county_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county") / "demo.duckdb"
    build_demo(path, seed=SEED)
    return path


@pytest.fixture
def county(county_path: Path):
    with duckdb.connect(county_path, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def large_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.duckdb"
    with open_database(path) as connection:
        build_large(connection, SMALL, SEED, lambda _: None)
    return path


@pytest.fixture(params=["county_path", "large_path"])
def world(request: pytest.FixtureRequest):
    """Either world: what must hold at every scale."""
    with duckdb.connect(request.getfixturevalue(request.param), read_only=True) as connection:
        yield connection


def count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(f"select count(*) {sql}").fetchone()
    assert row is not None
    return int(row[0])


# ------------------------------------------------------------------------------------------------------ one world


def test_another_seed_makes_another_county(county_path: Path, demo_database: Path) -> None:
    """The same seed makes the same one: two builders at once, and whoever builds after one was killed, are told by it."""
    expected, other = fingerprint(county_path), fingerprint(demo_database)
    # What comes from the notices and the rules does not hang on the seed; everything invented does.
    same = {table for table in expected if other[table] == expected[table]}
    assert {"task", "task_item", "unit", "bureau", "item"} <= same
    assert not same & {"object", "risk_class", "inspector", "draw", "frame", "draw_object", "result", "result_outcome"}


def test_the_same_seed_makes_the_same_large_world_on_any_number_of_threads(large_path: Path, tmp_path: Path) -> None:
    with open_database(tmp_path / "same.duckdb") as connection:
        connection.execute("set threads = 1")
        build_large(connection, SMALL, SEED, lambda _: None)
    assert fingerprint(tmp_path / "same.duckdb") == fingerprint(large_path)


# ------------------------------------------------------------------------------------------------- nothing is real


def test_credit_codes_have_right_check_digits_and_a_region_that_does_not_exist(
    world: duckdb.DuckDBPyConnection,
) -> None:
    codes = [code for (code,) in world.execute("select object_id from object where kind <> 'project'").fetchall()]
    assert codes
    for code in codes:
        assert uscc.is_valid(code), code
        assert code[2:8] == "999999"
        assert code[8:17] == organisation_code(int(code[8:16])), "the organisation part has a check digit of its own"


def test_organisation_code_of_a_published_example() -> None:
    # From 91110000600037341L, the example in the documentation of stdnum.cn.uscc.
    assert organisation_code(60003734) == "600037341"


def test_other_objects_carry_their_registers_number(world: duckdb.DuckDBPyConnection) -> None:
    numbers = [number for (number,) in world.execute("select object_id from object where kind = 'project'").fetchall()]
    assert numbers
    assert all("999999" in number for number in numbers)


def test_every_invented_name_says_so(world: duckdb.DuckDBPyConnection) -> None:
    for table, column in (("object", "name"), ("inspector", "name"), ("inspector", "certificate_no")):
        unmarked = world.execute(
            f"select {column} from {table} where not starts_with({column}, ?)", [MARKED]
        ).fetchall()
        assert unmarked == [], (table, column)
    assert world.execute("select value from setting where key = 'synthetic'").fetchall() == [("true",)]
    assert count(world, "from import_file where kind = 'synthetic'") == 1
    assert count(world, "from plan where source_file is null and not starts_with(title, '演示')") == 0


def test_no_telephone_number_or_address_is_anywhere(county: duckdb.DuckDBPyConnection) -> None:
    # Eleven digits within a hash are no number.
    contact = re.compile(r"(?<![\da-f])1[3-9]\d{9}(?![\da-f])|@|张某某")
    for table, column in county.execute(
        """select table_name, column_name from duckdb_columns()
        where not internal and data_type = 'VARCHAR' and table_name in (select table_name from duckdb_tables())"""
    ).fetchall():
        for (text,) in county.execute(
            f'select distinct "{column}" from {table} where "{column}" is not null'
        ).fetchall():
            assert not contact.search(text), (table, column, text)


# ------------------------------------------------------------------------------------------------- what must hold


def test_classes_of_a_frame_are_those_of_the_day_of_the_draw(world: duckdb.DuckDBPyConnection) -> None:
    wrong = count(
        world,
        """from frame
        inner join draw on frame.draw_id = draw.draw_id
        left join risk_class on frame.object_id = risk_class.object_id
            and risk_class.valid_from <= cast(draw.drawn_at as date)
            and (risk_class.valid_to is null or risk_class.valid_to > cast(draw.drawn_at as date))
        where frame.class <> coalesce(risk_class.class, 'none')""",
    )
    assert wrong == 0
    assert (
        count(
            world, "from draw_object inner join frame using (draw_id, object_id) where draw_object.class <> frame.class"
        )
        == 0
    )
    assert count(world, "from risk_class where class = 'E'") == 0, "the scheme has four classes"
    assert count(world, "from frame where class = 'E'") == 0


def test_class_histories_have_no_gap_and_no_overlap(world: duckdb.DuckDBPyConnection) -> None:
    assert (
        count(
            world,
            """from (
                select valid_to, lead(valid_from) over (partition by object_id order by valid_from) as next_from from risk_class
            ) where valid_to is distinct from next_from""",
        )
        == 0
    )


def test_drawn_lists_follow_from_seed_frame_and_quotas_alone(world: duckdb.DuckDBPyConnection) -> None:
    draws = world.execute(
        """select draw_id, seed, stratified, seed_nonce, seed_commitment, frame_nonce, frame_commitment, frame_size,
        quota from draw where seed is not null order by draw_id limit 60"""
    ).fetchall()
    assert len(draws) > 20
    for (
        draw_id,
        seed,
        stratified,
        seed_nonce,
        seed_commitment,
        frame_nonce,
        frame_commitment,
        frame_size,
        number,
    ) in draws:
        frame = world.execute("select object_id, class from frame where draw_id = ?", [draw_id]).fetchall()
        quotas = dict(world.execute("select class, quota from draw_quota where draw_id = ?", [draw_id]).fetchall())
        chosen = world.execute(
            "select object_id, class, place from draw_object where draw_id = ? and substitute_for is null", [draw_id]
        ).fetchall()
        # Hashing and sorting in plain Python, without the product's draw.
        order = sorted(
            (hashlib.sha256(f"{seed},{object_id}".encode()).hexdigest(), object_id, code) for object_id, code in frame
        )
        expected = []
        for stratum in quotas or {None: 0}:
            members = [(object_id, code) for _, object_id, code in order if stratum in {None, code}]
            k = quotas.get(stratum, number)
            expected += [(*member, place) for place, member in enumerate(members[:k], start=1)]
        assert sorted(chosen) == sorted(expected), draw_id
        assert bool(quotas) == stratified
        assert len(frame) == frame_size
        lines = "".join(f"{object_id},{'' if code == 'none' else code}\n" for object_id, code in sorted(frame))
        assert hashlib.sha256(f"{frame_nonce}\n{lines}".encode()).hexdigest() == frame_commitment
        assert hashlib.sha256(f"{seed_nonce},{seed}".encode()).hexdigest() == seed_commitment


def test_one_drawn_list_recomputed_with_coreutils(county: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    draw_id, seed = county.execute(
        "select draw_id, seed from draw where not stratified and basis = 'random' and frame_size = 24 order by 1"
    ).fetchall()[0]
    objects = county.execute("select object_id from frame where draw_id = ?", [draw_id]).fetchall()
    chosen = county.execute("select object_id from draw_object where draw_id = ? order by place", [draw_id]).fetchall()
    (tmp_path / "ids").write_text("".join(f"{object_id}\n" for (object_id,) in objects), "utf-8")
    script = 'while read -r id; do echo "$(printf %s "$1,$id" | sha256sum | cut -c1-64) $id"; done < "$2" | LC_ALL=C sort | cut -d" " -f2'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", seed, str(tmp_path / "ids")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[: len(chosen)] == [object_id for (object_id,) in chosen]


def test_seeds_are_made_of_the_tasks_own_key(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        """select seed, ordinal, doc_no, plan.kind, task.seq from draw
        inner join task on draw.task_id = task.task_id inner join plan on task.plan_id = plan.plan_id"""
    ).fetchall()
    for seed, ordinal, doc_no, kind, seq in rows:
        assert seed.split("-")[1:] == [task_key(doc_no, kind, seq), str(ordinal)]


def test_every_drawn_object_meets_at_least_two_inspectors_and_none_who_is_recused(
    world: duckdb.DuckDBPyConnection,
) -> None:
    assert count(world, "from recusal") > 0
    assert count(world, "from draw_inspector inner join recusal using (inspector_id, object_id)") == 0
    assert (
        count(
            world, "from draw_inspector inner join inspector using (inspector_id) where not (active and is_certified)"
        )
        == 0
    )
    alone = count(
        world,
        """from locked_object
        left join (select draw_id, object_id, count(*) as team from draw_inspector group by all) using (draw_id, object_id)
        inner join standing_draw using (draw_id) where basis <> 'complaint' and coalesce(team, 0) < 2""",
    )
    assert alone == 0


def test_the_large_world_deals_objects_to_inspectors_by_chance(large_path: Path) -> None:
    """Two hashes of one object that are alike give some inspectors three times the work of others, in every draw."""
    with duckdb.connect(large_path, read_only=True) as connection:
        loads = connection.execute(
            """select draw_id, list(objects) from (
                select draw_id, inspector_id, count(*) as objects from draw_inspector group by all
            ) group by draw_id having count(*) = 4 and sum(objects) > 40"""
        ).fetchall()
    # Cochran's Q: two of four inspectors an object, so the spread of a load is half the objects by half.
    unevenness = sum(sum((load - sum(of) / 4) ** 2 for load in of) / (sum(of) / 2 / 4 * 4 / 3) for _, of in loads)
    assert len(loads) > 30
    assert stats.chi2.sf(unevenness, 3 * len(loads)) > 1e-6


def test_results_name_items_of_their_own_department(world: duckdb.DuckDBPyConnection) -> None:
    foreign = count(
        world,
        """from result_outcome inner join draw using (draw_id)
        left join task_item on draw.task_id = task_item.task_id
            and result_outcome.item_id = task_item.item_id and result_outcome.unit_id = task_item.unit_id
        where draw.task_id is not null and task_item.task_id is null""",
    )
    assert foreign == 0
    assert count(world, "from result inner join visit using (visit_id) where result.object_id <> visit.object_id") == 0
    assert count(world, "from result inner join draw using (draw_id) where inspected_on < cast(drawn_at as date)") == 0


def test_rows_added_by_hand_do_not_collide(large_path: Path, county_path: Path, tmp_path: Path) -> None:
    for path in (large_path, county_path):
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        with duckdb.connect(copy) as connection:
            for statement in (
                "insert into bureau (name) values ('新局')",
                "insert into unit (bureau_id, name, kind) values (1, '新股', 'section')",
                "insert into plan (bureau_id, year, kind, title) values (1, 2030, 'joint', '新计划')",
                "insert into task (plan_id, seq, name) values (1, 999, '新任务')",
                "insert into item (bureau_id, name) values (1, '新事项')",
                "insert into scope (bureau_id, name) values (1, '新范围')",
                "insert into visit (object_id, visited_on) select min(object_id), date '2024-01-01' from object",
                """insert into draw (task_id, ordinal, drawn_at, basis, kind, method, stratified, rotation, frame_size)
                values (null, 99, '2024-01-01', 'complaint', 'official', 'x', false, false, 1)""",
                """insert into inspector (name, unit_id, certificate_no, is_civil_servant, active)
                values ('某', 1, 'new', true, true)""",
            ):
                connection.execute(statement)


# --------------------------------------------------------------------------------- what the county promises to show


PROMISED = {
    "a re-draw with its reason": "from draw where replaces_draw_id is not null and reason is not null",
    "a substitute with its reason": "from draw_object where substitute_for is not null and reason is not null",
    "a trial draw": "from draw where kind = 'trial'",
    "a draw that ignored classes of a pool with classes": """from planned_draw inner join frame using (draw_id)
        where basis = 'random' and not stratified and year = 2023 and bureau_id = 1 and frame.class in ('B', 'C', 'D')""",
    "a draw of everybody": "from draw where basis = 'full'",
    "complaint visits with results": "from draw inner join result using (draw_id) where basis = 'complaint' and task_id is null",
    "a task launched after its window": "from planned_draw where drawn_on > ends_on",
    "visits shared by departments": "from (select visit_id from result group by visit_id having count(distinct unit_id) > 1)",
    "visits shared by tasks": "from (select visit_id from result group by visit_id having count(distinct draw_id) > 1)",
    "visits not made": "from due_visit where inspected_on is null",
    "visits inspected but not entered": "from due_visit where inspected_on is not null and entered_on is null",
    "visits entered late": "from due_visit where entered_on > ends_on",
    "results never published": "from due_visit where entered_on is not null and published_on is null",
    "results published after 20 working days": "from judged_visit where working_days_to_publish > 20",
    "findings still open": "from problem_result inner join result using (draw_id, object_id, unit_id) where handled_on is null",
    "findings handled, not closed": "from result where handled_on is not null and closed_on is null",
    "findings closed": "from result where closed_on is not null",
    "items that no task covers": "from item where item_id not in (select item_id from task_item)",
    "a unit in scope without tasks": """from membership where unit_id not in (select unit_id from task_checker)
        and unit_id not in (select unit_id from task_partner)""",
    "objects in no pool": "from object where object_id not in (select object_id from object_scope)",
    "objects in two pools of the notice": "from (select object_id from object_scope where scope_id in (1, 2) group by 1 having count(*) = 2)",
    "institutions without a class": "from object where kind = 'institution' and object_id not in (select object_id from risk_class)",
    "policy proportions": "from task_class_rate where origin = 'policy'",
    "classes that improve": """from (select class, lag(class) over (partition by object_id order by valid_from) as before from risk_class)
        where class < before""",
    "closed or suspended objects": "from object where status <> 'active'",
    "inspectors without a certificate": "from inspector where active and not is_certified",
    "inspectors who are no civil servants": "from inspector where not is_civil_servant",
    "an entry of the log for the re-draw": "from change_log where action = 'redraw'",
}


@pytest.mark.parametrize("sql", PROMISED.values(), ids=PROMISED.keys())
def test_the_county_shows(county: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert count(county, sql) > 0


def test_the_county_has_both_notices_and_a_year_before_each(county: duckdb.DuckDBPyConnection) -> None:
    rows = county.execute(
        "select bureau_id, year, plan.kind, count(*) from plan inner join task using (plan_id) group by all order by all"
    ).fetchall()
    assert rows == [
        (1, 2022, "internal", 8),
        (1, 2022, "joint", 1),
        (1, 2023, "internal", 8),
        (1, 2023, "joint", 1),
        (2, 2023, "internal", 2),
        (2, 2023, "joint", 1),
        (2, 2024, "internal", 2),
        (2, 2024, "joint", 1),
    ]
    assert (
        count(county, "from task where task_id not in (select task_id from standing_draw where task_id is not null)")
        == 0
    )


def test_pools_have_the_sizes_of_the_story(county: duckdb.DuckDBPyConnection) -> None:
    sizes = dict(
        county.execute(
            "select scope.name, count(*) from object_scope inner join scope using (scope_id) group by all"
        ).fetchall()
    )
    assert sizes == {
        "全县生产矿山企业": 60,
        "全县煤炭生产企业": 36,
        "本辖区有证非煤矿山企业": 24,
        "全县持有测绘资质的企事业单位": 15,
        "已取得建设工程规划许可证的项目": 80,
        "建安区甲乙级测绘资质单位": 9,
        "重点食用林产品生产企业": 12,
    }
    quarters = county.execute(
        """select class, pool from draw_quota inner join planned_draw using (draw_id)
        where year = 2023 and bureau_id = 1 and plan_kind = 'internal' and seq = 1 order by class"""
    ).fetchall()
    assert quarters == [("A", 38), ("B", 15), ("C", 5), ("D", 2)]


def test_planned_proportions_are_kept(county: duckdb.DuckDBPyConnection) -> None:
    short = county.execute(
        """select task.task_id, count(*) as drawn, any_value(frame_size) as pool, any_value(task.rate) as rate
        from planned_draw inner join task using (task_id) inner join locked_object using (draw_id)
        group by all having not (drawn >= any_value(task.rate) * any_value(frame_size))"""
    ).fetchall()
    assert short == []
    # ">35%" of nine is strictly more than 3.15: four.
    assert county.execute(
        """select count(*) from locked_object inner join planned_draw using (draw_id) inner join task using (task_id)
        where task.rate_op = '>' and year = 2024"""
    ).fetchone() == (4,)


def test_proportions_rise_by_class_except_where_the_story_breaks_them(county: duckdb.DuckDBPyConnection) -> None:
    broken = county.execute(
        """select distinct low.draw_id from draw_quota as low
        inner join draw_quota as high on low.draw_id = high.draw_id and low.class < high.class and high.class <> 'none'
        inner join planned_draw on low.draw_id = planned_draw.draw_id
        where (low.quota - 1) / low.pool > high.quota / high.pool and low.quota / low.pool > (high.quota + 1) / high.pool"""
    ).fetchall()
    story = county.execute(
        "select draw_id from planned_draw where year = 2023 and bureau_id = 1 and plan_kind = 'internal' and seq = 4"
    ).fetchall()
    assert broken == story


def test_one_unit_is_clearly_later_than_the_others(county: duckdb.DuckDBPyConnection) -> None:
    rates = dict(
        county.execute(
            """select unit.name, count(*) filter (published_on <= ends_on) / count(*) from due_visit
            inner join unit using (unit_id) where due_visit.bureau_id = 1 and drawn_on <= ends_on group by all"""
        ).fetchall()
    )
    late = rates.pop("县应急局")
    assert late < min(rates.values()) - 0.1


def test_some_classes_worsen_after_the_last_draw_and_one_goes_to_d(county: duckdb.DuckDBPyConnection) -> None:
    for bureau_id, year in ((1, 2023), (2, 2024)):
        worse = county.execute(
            """with last_frame as (
                select object_id, arg_max(class, (drawn_on, draw_id)) as class from planned_draw inner join frame using (draw_id)
                where bureau_id = ? and year = ? group by object_id
            )
            select risk_class.class from last_frame inner join risk_class using (object_id)
            where valid_from <= ? and (valid_to is null or valid_to > ?) and last_frame.class <> 'none'
                and risk_class.class > last_frame.class""",
            [bureau_id, year, datetime.date(year, 12, 31), datetime.date(year, 12, 31)],
        ).fetchall()
        assert len(worse) >= 2
        assert ("D",) in worse


def test_settings_start_where_and_when_the_rules_do(county: duckdb.DuckDBPyConnection) -> None:
    rows = county.execute(
        "select key, value, bureau_id, valid_from from setting where key not like 'schema%' order by key"
    ).fetchall()
    assert rows == [
        ("class_scheme", "A,B,C,D", None, datetime.date(2000, 1, 1)),
        ("plan_published_by", "03-15", 2, datetime.date(2024, 1, 1)),
        ("publication_working_days", "20", 2, datetime.date(2023, 1, 1)),
        ("synthetic", "true", None, datetime.date(2000, 1, 1)),
        ("yearly_cap", "1", None, datetime.date(2024, 12, 1)),
    ]


def test_the_items_rest_on_laws_that_exist() -> None:
    known = {
        "中华人民共和国矿产资源法", "中华人民共和国土地管理法", "中华人民共和国测绘法", "中华人民共和国城乡规划法", "中华人民共和国森林法",
        "中华人民共和国种子法", "矿产资源勘查区块登记管理办法", "矿产资源开采登记管理办法", "地质资料管理条例", "地质灾害防治条例", "地图管理条例",
        "土地复垦条例", "森林防火条例",
    }  # fmt: skip
    story = tomllib.loads(resources.files("inspections.demo").joinpath("county.toml").read_text("utf-8"))
    named = {
        law
        for bureau in story["bureau"]
        for item in bureau["item"]
        for law in re.findall("《(.+?)》", item["legal_basis"])
    }
    assert named <= known


# -------------------------------------------------------------------------------------------------- large worlds


def test_a_large_world_has_the_sizes_asked_for(large_path: Path) -> None:
    with duckdb.connect(large_path, read_only=True) as connection:
        sizes = {table: count(connection, f"from {table}") for table in ("object", "bureau", "unit", "task")}
        assert sizes == {"object": SMALL.objects, "bureau": SMALL.bureaus, "unit": SMALL.units, "task": SMALL.tasks}
        assert count(connection, "from planned_draw where drawn_on > ends_on") > 0
        assert count(connection, "from draw where basis = 'full'") > 0
        assert count(connection, "from due_visit where published_on is null") > 0
        classes = dict(
            connection.execute(
                "select class, count(*) / sum(count(*)) over () from risk_class where valid_to is null group by class"
            ).fetchall()
        )
        assert classes["A"] > classes["B"] > classes["C"] > classes["D"] > 0


# ------------------------------------------------------------------------------------------------ whole or nothing


def start(path: Path) -> subprocess.Popen[bytes]:
    order = [sys.executable, "-m", "inspections", "demo", "--db", str(path), "--seed", str(SEED), "--json"]
    return subprocess.Popen(order, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_at_any_moment_it_leaves_nothing_and_two_builders_at_once_a_whole_database(
    tmp_path: Path, county_path: Path
) -> None:
    path = tmp_path / "demo.duckdb"
    # From the first file on disk: right away, while it is filled, and near the end.
    for patience in (0.0, 0.5, 1.5):
        builder = start(path)
        while not list(tmp_path.glob("demo.duckdb*")) and builder.poll() is None:
            time.sleep(0.01)
        time.sleep(patience)
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        if path.exists():
            assert fingerprint(path) == fingerprint(county_path)
            path.unlink()
    builders = [start(path), start(path)]
    told = [builder.communicate()[0] for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0]
    assert all(b'"task": 24' in report for report in told)
    assert fingerprint(path) == fingerprint(county_path)
    assert {found.name for found in tmp_path.iterdir()} == {"demo.duckdb", "demo.duckdb.witness"}, (
        "leftovers are removed on the next start"
    )


def test_a_database_that_is_not_synthetic_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "real.duckdb"
    open_database(path).close()
    before = path.read_bytes()
    with pytest.raises(InspectionsError) as refused:
        build_demo(path)
    assert refused.value.code == "demo_target_not_synthetic"
    assert path.read_bytes() == before
    (tmp_path / "letter.txt").write_text("no database")
    assert not is_synthetic(tmp_path / "letter.txt")


def test_the_verb_leaves_a_database_that_is_there(large_path: Path) -> None:
    written = large_path.stat().st_mtime_ns
    done = CliRunner().invoke(demo, ["--db", str(large_path), "--if-missing"], catch_exceptions=False)
    assert done.exit_code == 0
    assert large_path.stat().st_mtime_ns == written
