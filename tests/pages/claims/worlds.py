"""The worlds through which the walk goes: the demonstration, and small ones at the edges. Where it looks in each."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import pandas as pd

from inspections.store.database import log_change, transaction
from tests import many_units
from tests.queries.left_out import everything_left_out
from tests.queries.random_worlds import scatter
from tests.queries.revised import Said, revise
from tests.queries.world import YEAR, World, day

MONITOR = ("monitor/overview", "monitor/plans", "monitor/coverage", "monitor/completion", "monitor/findings")
REVIEW = ("review/evaluation", "review/bureaus", "review/fairness", "registry/draws")
CHANCE = ("review/fairness", "whatif/redraw", "whatif/proportions")
YANGCHENG, JIANAN = "阳城县自然资源局", "许昌市自然资源和规划局建安区分局"
PAPERS = ("papers",)
# Indicators of units, each to be the only one that is scored.
EACH = (
    "completion", "entry_on_time", "publication", "publication_on_time", "launch_on_time", "follow_up", "closed_out",
    "use_of_classes",
)  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """Where the walk looks: a bureau's year on one day, on these pages, and in what is `said` without a page.

    What is chosen on a page stands behind its name, as in its address. `said` names functions of `spoken.py`. `limits`:
    how much a page holds, where that is less than in the product.
    """

    bureau: str
    as_of: str
    pages: tuple[str, ...] = ()
    said: tuple[str, ...] = PAPERS
    limits: tuple[tuple[str, int], ...] = ()

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.as_of)


# Pools whose proportions the reader has put aside for a plan table.
ASIDE: dict[tuple[str, int], dict[str, dict[int, dict[str, Fraction]]]] = {(YANGCHENG, 2023): {"另一对象库": {}}}
DEMONSTRATION = (
    # A day equal to the end of a task, mid year, last day; a plan published on the very deadline.
    Stop(
        YANGCHENG,
        "2023-03-31",
        ("review/evaluation?evaluated=国土空间生态修复股",),
    ),
    Stop(
        YANGCHENG,
        "2023-03-01",
        ("whatif/redraw?own=factors&times_D=10&compare=旧方案&compare=别处的方案",),
        limits=(("pages.whatif.parts.one_year.MOST_TICKETS", 9),),
    ),
    Stop(YANGCHENG, "2023-06-30", ("review/bureaus?by=days_to_publish",), ()),
    Stop(
        YANGCHENG,
        "2023-12-31",
        (
            *MONITOR,
            *REVIEW,
            "whatif/redraw?own=rates&rate_D=100&years=2&luck=abc",
            "whatif/proportions",
        ),
        (*PAPERS, "best_plans"),
    ),
    Stop(JIANAN, "2024-03-14", ("monitor/plans",), ()),
    Stop(JIANAN, "2024-03-15", ("monitor/plans",), ()),
    Stop(
        JIANAN,
        "2024-12-31",
        (
            "monitor/plans",
            "monitor/completion",
            "monitor/coverage?pool=建安区甲乙级测绘资质单位",
            "review/evaluation",
            "review/bureaus?by=completion",
            "registry/draws",
        ),
        (),
    ),
    # Nothing was planned the year before.
    Stop(YANGCHENG, "2022-12-31", ("monitor/overview",), ()),
)
SMALL = (
    # First day, a day equal to the end of a task, last day.
    Stop("甲局", "2024-01-01", (*MONITOR, "review/evaluation", "registry/draws", "review/fairness", "review/bureaus")),
    Stop("甲局", "2024-11-30", ("monitor/completion", "review/evaluation?evaluated=甲局监管股")),
    Stop("甲局", "2024-12-31", (*MONITOR, "review/bureaus", "registry/registers", "whatif/redraw")),
    Stop("甲局", "2024-12-31", ("review/bureaus?by=days_to_publish",), (), (("inspections.figures.bureaus.ROWS", 2),)),
    Stop("乙局", "2024-11-30", (), ("distances",)),
    Stop(
        "乙局",
        "2024-12-31",
        ("monitor/coverage", "registry/draws", "review/evaluation?evaluated=乙局监管股"),
        (*PAPERS, *(f"distances?only={code}" for code in EACH)),
    ),
    Stop("丙局", "2024-04-01"),
    Stop("丙局", "2024-12-31", ("monitor/plans", "monitor/completion", "monitor/findings", "review/fairness"), ()),
)


def small(connection: duckdb.DuckDBPyConnection) -> None:
    """Three bureaus, two of them of one unit and one class.

    The first inspected and entered everything and published nothing but one, whose window ends with November; its unit
    was given another grade, its year before has a plan and no draw. The second did all there was to do and drew again.
    Two units of the third did the same in everything: all drawn, none with a class or a problem, half of it public.
    """
    world = World(connection)
    for name, published in (("甲局", None), ("乙局", "05-20")):
        bureau = world.bureau(name)
        section = world.unit(f"{name}监管股", bureau=bureau, scope_of=bureau)
        item, other = world.item(bureau, "事项"), world.item(bureau, "另一事项")
        objects = [f"{name}{number}" for number in range(4)]
        scope = world.scope(bureau, f"{name}矿山", *objects)
        plan = world.plan(
            bureau, issued_on=day("02-01"), published_on=day("03-15" if published else "03-20"), doc_no="1号"
        )
        task = world.task(plan, "查矿山", lead=section, checks=[(item, section), (other, section)], scope_id=scope)
        first = world.draw(task, "03-04", dict.fromkeys(objects, "D"), objects[:2], quotas={"D": 2})
        draw = first
        if published:
            draw = world.draw(
                task, "03-06", dict.fromkeys(objects, "D"), objects, quotas={"D": 4}, replaces=first,
            )  # fmt: skip
        for place, object_id in enumerate(objects if published else objects[:2]):
            found = {item: ["no_problem"], other: ["other_violation" if place == 0 else "no_problem"]}
            handled = {"handled": "05-12", "closed": "05-14"} if published else {"handled": "05-12"}
            world.result(
                draw, object_id, section, "05-06", "05-08", published or ("05-21" if place else None),
                found=found, **(handled if place == 0 else {}),
            )  # fmt: skip
        if published:
            earlier = world.task(
                world.plan(bureau, year=YEAR - 1), "上年", lead=section, checks=[(item, section)], scope_id=scope,
                window=("2023-03-01", "2023-11-30"),
            )  # fmt: skip
            world.in_scope(section, bureau, YEAR - 1)
            draw = world.draw(earlier, "2023-03-06", dict.fromkeys(objects, "D"), objects[:1], quotas={"D": 1})
            found = {item: ["no_problem"]}
            world.result(draw, objects[0], section, "2023-05-06", "2023-05-08", "2023-05-09", found=found)
        else:
            earlier = world.plan(bureau, year=YEAR - 1)
            world.task(earlier, "上年", lead=section, window=("2023-03-01", "2023-11-30"))
            world.in_scope(section, bureau, YEAR - 1)
            # In no pool, in the township where both have objects: both may want to know.
            world.object("无库")
            world.insert(
                "evaluation_override", bureau_id=bureau, unit_id=section, year=YEAR, grade="excellent", reason="好",
                decided_by="联席办", decided_at=datetime.datetime(2024, 12, 30),  # noqa: DTZ001
            )  # fmt: skip
    bureau = world.bureau("丙局")
    plan = world.plan(bureau)
    for name in ("一股", "二股"):
        section = world.unit(name, bureau=bureau, scope_of=bureau)
        task = world.task(plan, f"{name}全查", lead=section)
        pair = [f"{name}甲", f"{name}乙"]
        draw = world.draw(task, "03-04", dict.fromkeys(pair, "none"), pair, basis="full")
        for object_id, published in zip(pair, ("05-20", None), strict=True):
            world.result(draw, object_id, section, "05-06", "05-08", published)
    world.insert("setting", key="plan_published_by", value="03-15", valid_from=datetime.date(2000, 1, 1))
    log_change(connection, actor="test", action="import", subject="world")
    log_change(connection, actor="test", action="edit", subject="object 甲局0")


EDGES = (
    Stop("丁局", "2024-03-31", ("monitor/coverage",), ()),
    Stop("丁局", "2024-06-30", (), (*PAPERS, "workbook")),
    Stop(
        "丁局",
        "2024-12-31",
        ("review/bureaus", "registry/registers?register=items"),
        ("beside_others", "what_if", "cut_workbook"),
    ),
    Stop("戊局", "2024-12-31", (), ("randomness",)),
    Stop(
        "己局",
        "2024-12-31",
        ("review/fairness", "registry/registers?register=inspectors&inspector=1", "review/bureaus?among=己"),
        (),
    ),
    Stop("庚局", "2024-12-31", (), ("randomness", "distances?only=use_of_classes")),
    Stop(
        "辛局",
        "2024-12-31",
        ("monitor/plans", "whatif/redraw", "registry/imports", "monitor/findings?year=1999"),
        limits=(("pages.frame.shown.MOST_ROWS", 2),),
    ),
    Stop(
        "壬局", "2024-12-31", ("registry/registers",), PAPERS, (("pages.registry.parts.objects.MOST_ROWS", 2),),
    ),
    Stop("壬局", "2023-12-31", ("review/bureaus",)),
    Stop(
        "癸局",
        "2024-12-31",
        (
            "registry/registers?register=inspectors",
            "registry/registers?register=items",
            "registry/registers?register_text=企业癸0",
            "registry/draws",
            "whatif/proportions",
            "whatif/proportions?plan_budget=4",
        ),
        ("what_if",),
    ),
    Stop("子局", "2024-12-31", (), ("lacking",)),
    Stop("丑局", "2024-12-31", (), ("randomness",)),
    Stop("寅局", "2024-12-31", (), ("randomness",)),
    Stop("卯局", "2024-12-31", (), ("randomness",)),
)  # fmt: skip


def edges(connection: duckdb.DuckDBPyConnection) -> None:
    """Nine bureaus, each at an edge of its own."""
    world = World(connection)
    with transaction(connection):
        for key, value in (("yearly_cap", "1"), ("publication_working_days", "20")):
            world.insert("setting", key=key, value=value, valid_from=datetime.date(2000, 1, 1))
        for build in (
            alone, every_second, in_blocks, never_again, revised, without_anybody, in_quarters, left_out, side_by_side,
        ):  # fmt: skip
            build(world)
        log_change(connection, actor="test", action="import", subject="world")
        log_change(connection, actor="test", action="edit", subject="object 癸0")


def alone(world: World) -> None:
    """丁局: one section, two tasks on one pool; who is drawn by both is visited above the cap; one is left to enter.

    Next year's proportions of its only pool are adopted, and rise with the risk.
    """
    bureau = world.bureau("丁局")
    section, item = world.unit("丁局监管股", bureau=bureau, scope_of=bureau), world.item(bureau, "事项")
    pool = world.scope(bureau, "丁局矿山", "丁1", "丁2", "丁3")
    plan, frame = world.plan(bureau), {"丁1": "C", "丁2": "D", "丁3": "A"}
    for number, on in enumerate(("03-04", "04-08"), start=1):
        task = world.task(
            plan, f"查矿山{number}", lead=section, checks=[(item, section)], scope_id=pool, rate="0.2", rate_op="=",
        )  # fmt: skip
        draw = world.draw(task, on, frame, ["丁1", "丁2"], quotas={"C": 1, "D": 1})
        world.result(draw, "丁1", section, f"0{4 + number}-06", f"0{4 + number}-08", found={item: ["no_problem"]})
        if number == 1:
            world.result(draw, "丁2", section, "05-06", "05-08", "05-09", found={item: ["no_problem"]})
    adopted(world, bureau, pool, A=1, D=3)


def adopted(world: World, bureau: int, pool: int, **tenths: int) -> None:
    """Next year's proportions of a pool by class, in tenths."""
    for code, count in tenths.items():
        world.insert(
            "proposal", bureau_id=bureau, year=YEAR + 1, scope_id=pool, **{"class": code}, pool=10, quota=count,
            rate=count / 10, draws=1, decided_by="某人", decided_at=datetime.datetime(2024, 12, 1),  # noqa: DTZ001
        )  # fmt: skip


def drawn(world: World, bureau: int, lists: list[list[int]], size: int, **attributes: tuple[str, str]) -> list[int]:
    """Random draws from one pool in directory order, one a task, of the objects with these places; their ids.

    `attributes`: what objects at even and at odd places have; their classes are A and B by turns.
    """
    name = f"{bureau}对象"
    objects = [f"{name}{place:03}" for place in range(size)]
    known = {"kind": ("enterprise",) * 2, "region": ("东镇",) * 2, "industry": ("采矿",) * 2, **attributes}
    rows = [
        {"object_id": each, "name": f"企业{each}", "status": "active", "is_market_entity": True}
        | {column: values[place % 2] for column, values in known.items()}
        for place, each in enumerate(objects)
    ]
    stored(world, "object", rows)
    world.objects_made |= set(objects)
    pool = world.scope(bureau, f"{name}库")
    stored(world, "object_scope", [{"object_id": each, "scope_id": pool} for each in objects])
    section, plan = world.unit(f"{bureau}股", bureau=bureau, scope_of=bureau), world.plan(bureau)
    found = []
    for number, places in enumerate(lists, start=1):
        task = world.task(plan, f"第{number}次", lead=section, scope_id=pool)
        draw = world.draw(task, f"03-{number:02}", {}, [], frame_size=size)
        columns = {"draw_id": draw, "class": "A"}
        stored(world, "frame", [
            columns | {"object_id": each, "class": "AB"[place % 2], "position": place + 1}
            for place, each in enumerate(objects)
        ])  # fmt: skip
        stored(world, "draw_object", [
            columns | {"object_id": objects[place], "class": "AB"[place % 2], "place": number}
            for number, place in enumerate(places, start=1)
        ])  # fmt: skip
        found.append(draw)
    return found


def stored(world: World, table: str, rows: list[dict[str, object]]) -> None:
    """Many rows at once."""
    world.connection.register("many_rows", pd.DataFrame(rows))
    world.connection.execute(f"insert into {table} by name select * from many_rows")
    world.connection.unregister("many_rows")


def every_second(world: World) -> None:
    """戊局: every second object of the directory, in which places tell everything else; once everybody, once no pool.

    A list is recorded twice.
    """
    bureau = world.bureau("戊局")
    drawn(
        world, bureau, [list(range(start, 24, 2)) for start in (0, 0, 2, 4, 6, 8)], 24, region=("东镇", "西镇"),
        kind=("enterprise", "individual"), industry=("采矿", "测绘"),
    )  # fmt: skip
    plan, pair = world.ids["plan"], {"戊甲": "A", "戊乙": "B"}
    world.draw(world.task(plan, "两户全抽"), "03-20", pair, list(pair))
    world.draw(world.task(plan, "名录未留存"), "03-21", {}, ["戊甲"], frame_size=9)


def in_blocks(world: World) -> None:
    """己局: always those at either end of the directory, and often the same; one inspector goes everywhere.

    One of them must not meet the object that they were sent to.
    """
    bureau = world.bureau("己局")
    lists = [[*range(start, start + 6), *range(30 + start, 36 + start)] for start in range(5)]
    draws = drawn(world, bureau, lists, 40)
    for number in range(1, 9):
        world.insert(
            "inspector", inspector_id=number, name=f"检查员{number}", unit_id=world.ids["unit"],
            certificate_no=f"ZF-{number}", is_civil_servant=True, active=True,
        )  # fmt: skip
    stored(world, "draw_inspector", [
        {"draw_id": draw, "object_id": f"{bureau}对象{each:03}", "inspector_id": inspector}
        for draw, places in zip(draws, lists, strict=True)
        for place, each in enumerate(places)
        for inspector in (1, 2 + place % 7)
    ])  # fmt: skip
    world.insert("recusal", inspector_id=1, object_id=f"{bureau}对象005", reason="亲属")


def never_again(world: World) -> None:
    """庚局: nobody twice, though no rotation is on record; and a draw that leaves one over."""
    bureau, order = world.bureau("庚局"), [place * 23 % 60 for place in range(60)]
    drawn(world, bureau, [order[start : start + 10] for start in range(0, 60, 10)], 60)
    objects = [f"庚{number}" for number in range(21)]
    task = world.task(world.ids["plan"], "剩一户", lead=world.ids["unit"])
    world.draw(task, "04-01", dict.fromkeys(objects, "A"), objects[1:])


def side_by_side(world: World) -> None:
    """丑局: two neighbours of two hundred, which is a little rare. 寅局, 卯局: so few that not all would show."""
    drawn(world, world.bureau("丑局"), [[100, 101]], 200)
    drawn(world, world.bureau("寅局"), [[0, 4, 9, 11], [1, 6, 12, 17], [3, 5, 13, 18]], 19)
    drawn(world, world.bureau("卯局"), [[1, 2, 6, 9, 10, 14]], 20)


def left_out(world: World) -> None:
    """子局: a record for every reason why figures lack it."""
    everything_left_out(world, world.bureau("子局"))


def revised(world: World) -> None:
    """辛局: a notice of four quarters at a quarter each, of which one ends later now; a plan revised by no document.

    No directory of objects is in yet. Two pools have proportions for next year.
    """
    bureau = world.bureau("辛局")
    section, item = world.unit("辛局监管股", bureau=bureau, scope_of=bureau), world.item(bureau, "事项")
    pools = [world.scope(bureau, f"辛局矿山{number}") for number in (1, 2)]
    plans = [world.plan(bureau), world.plan(bureau, kind="joint")]
    tasks = [
        world.task(
            plans[0], f"第{quarter}季度", lead=section, checks=[(item, section)], scope_id=pools[0], rate="0.25",
            rate_op="=", window=(f"{3 * quarter - 2:02}-01", f"{3 * quarter:02}-28"),
        )
        for quarter in (1, 2, 3, 4)
    ]  # fmt: skip
    other, *_ = [
        world.task(plans[1], f"联合抽查{number}", lead=section, scope_id=pools[1], rate="0.1", rate_op="=")
        for number in range(8)
    ]
    revise(world.connection, datetime.date(YEAR, 6, 1), {tasks[3]: Said({"ends_on": datetime.date(YEAR, 12, 30)})})
    world.connection.execute("update plan_revision set doc_no = '2号'")
    revise(world.connection, datetime.date(YEAR, 7, 1), {other: Said({"rate": "0.2", "name": "部门联合抽查"})})
    for pool in pools:
        adopted(world, bureau, pool, A=2, D=1)


def without_anybody(world: World) -> None:
    """壬局: a plan with a task that nobody is named for, the year before one without a task; no object in no pool."""
    bureau = world.bureau("壬局")
    world.task(world.plan(bureau), "无人牵头", scope_id=world.scope(bureau, "壬局矿山", "壬1", "壬2", "壬3"))
    world.plan(bureau, year=YEAR - 1)


def in_quarters(world: World) -> None:
    """癸局: two tasks of one series that say a proportion for each class, and an object whose class changes between.

    An item is in no plan. Two inspectors have one number but for a blank; a file of them came in. A draw is frozen. The
    plan that the page of proportions finds best is adopted.
    """
    bureau = world.bureau("癸局")
    section, item = world.unit("癸局监管股", bureau=bureau, scope_of=bureau), world.item(bureau, "事项")
    objects = [f"癸{number}" for number in range(10)]
    world.item(bureau, "从未列入的事项")
    pool, plan = world.scope(bureau, "癸局矿山", *objects), world.plan(bureau)
    for number, object_id in enumerate(objects):
        changes = number == 0
        world.risk(object_id, "A" if number < 6 else "D", "2023-01-01", "06-01" if changes else None)
        if changes:
            world.risk(object_id, "D", "06-01")
    world.plan(bureau, year=YEAR - 1)
    for window in (("03-01", "05-31"), ("07-01", "11-30")):
        task = world.task(plan, f"{window[0]}起", lead=section, checks=[(item, section)], scope_id=pool, window=window)
        for code, rate in (("A", "0.2"), ("D", "0.5")):
            world.insert("task_class_rate", task_id=task, **{"class": code}, rate=rate, rate_op="=", origin="notice")
    for number, certificate in ((101, "ZF 900"), (102, "ZF900")):
        world.insert(
            "inspector", inspector_id=number, name=f"检查员{number}", unit_id=section, certificate_no=certificate,
            is_civil_servant=True, active=True,
        )  # fmt: skip
    draw = world.draw(task, "02-20", {}, [], kind="trial", frame_size=len(objects))
    world.connection.execute(
        "update draw set frozen_at = drawn_at, seed = 's', seed_nonce = 'n', frame_nonce = 'm',"
        " seed_commitment = repeat('a', 64), frame_commitment = repeat('b', 64) where draw_id = ?", [draw],
    )  # fmt: skip
    stored(world, "frame", [
        {"draw_id": draw, "object_id": each, "class": "A", "position": place}
        for place, each in enumerate(objects, start=1)
    ])  # fmt: skip
    at = datetime.datetime(2024, 2, 1, 9)  # noqa: DTZ001
    world.insert(
        "import_file", file_sha256="d" * 64, name="检查人员.xlsx", kind="inspector_directory", status="complete",
        rows_read=2, rows_kept=2, imported_at=at,
    )  # fmt: skip
    world.insert(
        "import", file_sha256="d" * 64, kind="inspector_directory", bureau_id=bureau, actor="某人", imported_at=at,
        rows_new=2, rows_changed=0, rows_unchanged=0, rows_rejected=0,
    )  # fmt: skip
    for code, quota in (("A", 1), ("D", 3)):
        world.insert(
            "proposal", bureau_id=bureau, year=YEAR + 1, scope_id=pool, **{"class": code}, pool=5, quota=quota,
            rate=quota / 5, draws=2, decided_by="某人", decided_at=at,
        )  # fmt: skip


MANY = (
    Stop(
        "联局",
        "2024-12-31",
        (
            *(f"review/evaluation?evaluated=联局{name}" for name in ("一股", "二股", "三股")),
            "registry/registers",
            "monitor/overview",
        ),
    ),
    Stop(
        many_units.BUREAU,
        "2023-12-31",
        ("review/evaluation?costs=days_to_publish",),
        (*PAPERS, "scheme_of_own"),
    ),
)
SCHEME = """name = "县里的标准"
missing = "zero"

[bands]
excellent = 85
good = 75
fair = 60

[indicators.completion]
weight = 20
zero = 0.5
full = 1.0

[indicators.item_coverage]
weight = 50
zero = 0.0
full = 1.0

[indicators.follow_up]
weight = 10
zero = 0.0
full = 1.0

[indicators.days_to_publish]
weight = 20
zero = 20
full = 5
"""


def county(connection: duckdb.DuckDBPyConnection) -> None:
    """The demonstration with two scenarios kept, one of them in another database, and a draw that was changed."""
    (start,) = connection.execute("select hash from change_log order by seq limit 1").fetchone() or ("",)
    definition = json.dumps({"scenario": {"tasks": [], "rates": None, "cap": 1}, "never": 12.5, "objects": 100})
    for name, version in (("旧方案", start), ("别处的方案", "0" * 64)):
        connection.execute(
            "insert into scenario (name, bureau_id, year, definition, data_version, saved_at)"
            " select ?, bureau_id, 2023, ?, ?, '2023-02-01' from bureau where name = ?",
            [name, definition, version, YANGCHENG],
        )
    swapped = connection.execute(
        "select draw_id, drawn.object_id, min(frame.object_id) from draw_object as drawn"
        " join frame using (draw_id, class) join draw using (draw_id) join task using (task_id)"
        " join plan using (plan_id) join bureau using (bureau_id)"
        " where bureau.name = ? and year = 2024 and basis = 'random' and draw.kind = 'official' and seed is not null"
        " and (draw_id, frame.object_id) not in (select draw_id, object_id from draw_object)"
        " group by all order by all limit 1", [JIANAN],
    ).fetchone() or ()  # fmt: skip
    connection.execute("update draw_object set object_id = $3 where draw_id = $1 and object_id = $2", [*swapped])
    with transaction(connection):
        log_change(connection, actor="test", action="import", subject="world")


def many(connection: duckdb.DuckDBPyConnection) -> None:
    """A bureau of 45 sections under a scheme of its own, which scores a mean and what is the bureau's alone."""
    many_units.fill(connection, 45)
    connection.execute("insert into object_scope (object_id, scope_id) select object_id, 1 from object")
    connection.execute(
        "insert into rubric (name, version, definition, created_at) values ('县里的标准', 3, ?, '2023-12-01')", [SCHEME]
    )
    without_a_fault(connection)


def without_a_fault(connection: duckdb.DuckDBPyConnection) -> None:
    """联局: two sections that did everything, of which one found nothing to follow up; and one with nothing to do."""
    world = World(connection, ids={"bureau": 1, "unit": 45, "plan": 1, "item": 1, "task": 45, "draw": 45, "scope": 1})
    bureau = world.bureau("联局")
    plan, item = world.plan(bureau, kind="joint"), world.item(bureau, "联合事项")
    pool = world.scope(bureau, "联局矿山", "联1", "联2")
    for name in ("一股", "二股"):
        section = world.unit(f"联局{name}", bureau=bureau, scope_of=bureau)
        task = world.task(plan, f"{name}联查", lead=section, checks=[(item, section)], scope_id=pool)
        draw = world.draw(task, "03-04", {"联1": "A", "联2": "B"}, ["联1"], quotas={"A": 1, "B": 0})
        found = {item: ["no_problem" if name == "一股" else "corrected"]}
        world.result(draw, "联1", section, "05-06", "05-07", "05-08", found=found, handled="05-07", closed="05-08")
    world.unit("联局三股", bureau=bureau, scope_of=bureau)


SCATTERED = (
    Stop("局1", "2024-06-30", (), ("distances",)),
    Stop("局1", "2024-12-31", ("registry/imports",), ("distances",)),
    Stop("局2", "2024-12-31", (), ("distances", "lacking", "randomness")),
)


def scattered(connection: duckdb.DuckDBPyConnection) -> None:
    """Two bureaus at random, in which every case of the counting rules turns up, under the scheme of the product."""
    scatter(connection, 1)
    connection.execute("delete from rubric")
