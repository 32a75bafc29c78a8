"""What pages, papers and slides say is true: every sentence said in a walk through worlds is judged by the raw tables.

`tests/words/claims.toml` holds for each key what makes it true, and by which question the product knows.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import shutil
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspections.evaluation.facts import gather
from inspections.papers.briefing import deck
from inspections.papers.report.circular import circular
from inspections.papers.report.year_end import report
from inspections.store import database
from inspections.store.database import QUERIES, log_change, open_database
from inspections.words.wording import FIRST, texts
from tests.filled import empty
from tests.pages.claims import JUDGES, Claims, Said, recorded
from tests.queries.naive import Naive
from tests.queries.world import YEAR, World, day
from tests.served import cursor, served, visited

TABLE = Path(__file__).resolve().parents[1] / "words" / "claims.toml"
MONITOR = ("monitor/overview", "monitor/plans", "monitor/coverage", "monitor/completion", "monitor/findings")
REVIEW = ("review/evaluation", "review/bureaus", "registry/draws", "registry/registers")
CHANCE = ("review/fairness", "whatif/redraw", "whatif/proportions")
YANGCHENG, JIANAN = "阳城县自然资源局", "许昌市自然资源和规划局建安区分局"


@dataclass(frozen=True)
class Stop:
    """Where the walk looks: a bureau's year on one day, on these pages; its papers and slides where they are asked.

    What is chosen on a page stands behind its name, as in its address.
    """

    bureau: str
    as_of: str
    pages: tuple[str, ...]
    papers: bool = True

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.as_of)

    @property
    def pool(self) -> str | None:
        """The pool that is chosen on one of the pages."""
        return next((page.partition("pool=")[2] for page in self.pages if "pool=" in page), None)


DEMONSTRATION = (
    # First day, a day equal to the end of a task, mid year, last day; a plan published on the very deadline.
    Stop(YANGCHENG, "2023-01-01", ("monitor/coverage", "registry/draws")),
    Stop(YANGCHENG, "2023-03-31", ("monitor/overview", *MONITOR[2:], "review/evaluation?evaluated=国土空间生态修复股")),
    Stop(YANGCHENG, "2023-03-01", ()),
    Stop(YANGCHENG, "2023-06-30", ("review/bureaus?by=days_to_publish", "registry/registers?register=items")),
    Stop(YANGCHENG, "2023-12-31", (*MONITOR, *REVIEW, *CHANCE)),
    Stop(JIANAN, "2024-03-14", ("monitor/plans",), papers=False),
    Stop(JIANAN, "2024-03-15", ("monitor/plans",), papers=False),
    Stop(
        JIANAN,
        "2024-12-31",
        (
            "monitor/overview",
            "monitor/plans",
            "monitor/coverage?pool=建安区甲乙级测绘资质单位",
            "review/bureaus?by=completion",
            "registry/registers?register=inspectors",
        ),
    ),
    # Nothing was planned the year before.
    Stop(YANGCHENG, "2022-12-31", ("monitor/overview", "review/evaluation?evaluated=矿产资源监督管理局"), papers=False),
)
SMALL = (
    Stop("甲局", "2024-01-01", (*MONITOR, "review/evaluation", "registry/draws", "review/fairness", "review/bureaus")),
    Stop("甲局", "2024-11-30", ("monitor/overview", "monitor/completion", "review/evaluation?evaluated=甲局监管股")),
    Stop(
        "甲局",
        "2024-12-31",
        (
            *MONITOR,
            "review/evaluation",
            "review/bureaus",
            "review/fairness",
            "registry/registers",
            "whatif/redraw",
        ),
    ),
    Stop("乙局", "2024-12-31", ("monitor/overview", "monitor/coverage", "monitor/findings", "registry/draws")),
    Stop("丙局", "2024-12-31", ("monitor/plans", "monitor/completion", "monitor/findings", "review/fairness")),
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
                draw, object_id, section, "05-06", "05-08", published or ("05-20" if place else None),
                found=found, **(handled if place == 0 else {}),
            )  # fmt: skip
        if not published:
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


Walked = list[tuple[Stop, str, str, Said]]


@pytest.fixture(scope="module")
def walk(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Walked, list[str]]:
    """Everything said on the walk, with where; and the sentences that the raw tables refute."""
    folder = tmp_path_factory.mktemp("claims")
    county, town = folder / "county.duckdb", empty(folder / "town.duckdb")
    shutil.copyfile(demo_database, county)
    with open_database(town) as connection:
        small(connection)
    walked: Walked = []
    refuted: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for path, stops in ((county, DEMONSTRATION), (town, SMALL)):
            with served(path, patch), pytest.MonkeyPatch.context() as known:
                known.setattr(database, "ask", answers())
                naive = Naive(cursor())
                bureaus = {row["name"]: row["bureau_id"] for row in naive.table("bureau")}
                for stop in stops:
                    one = Claims(naive, bureaus[stop.bureau], stop.day.year, stop.day)
                    narrow = dataclasses.replace(one, pool_name=stop.pool)
                    for where, key, said in heard(stop, one):
                        walked.append((stop, where, key, said))
                        judge, of = JUDGES.get(key), narrow if "pool=" in where else one
                        if judge and not judge(of, said):
                            refuted.append(f"{where} {stop.bureau} {stop.as_of}: {key} {said}")
    return walked, refuted


def answers() -> Callable[..., pd.DataFrame]:
    """What answers questions to a database that nobody writes to meanwhile: each once, for all pages and papers."""
    ask, known = database.ask, {}

    def answer(
        connection: duckdb.DuckDBPyConnection, name: str, without: Collection[str] = (), **parameters: Any
    ) -> pd.DataFrame:
        key = name, tuple(sorted(without)), tuple(sorted(parameters.items()))
        if key not in known:
            known[key] = ask(connection, name, without, **parameters)
        return known[key].copy()

    return answer


def heard(stop: Stop, one: Claims) -> Iterator[tuple[str, str, Said]]:
    """What is said at one stop, each sentence once."""
    state = {"lang": FIRST, "bureau": stop.bureau, "year": stop.day.year, f"as_of_{stop.day.year}": stop.day}
    for address in stop.pages:
        page, _, chosen = address.partition("?")
        with recorded() as said:
            app = visited(page, **state, **dict([chosen.split("=")] if chosen else []))
        assert not app.exception, (page, stop, app.exception)
        yield from ((address, key, parameters) for key, parameters in once(said))
    if stop.papers:
        facts = gather(
            functools.partial(database.ask, one.naive.connection), one.bureau_id, stop.bureau, one.year, one.as_of
        )  # fmt: skip
        for paper, make in (("report", report), ("circular", circular)):
            with recorded() as said:
                make(facts, stop.day)
            yield from ((paper, key, parameters) for key, parameters in once(said))
        with recorded() as said:
            deck(facts)
        yield from (("slides", key, parameters) for key, parameters in once(said))


def once(said: list[tuple[str, Said]]) -> Iterator[tuple[str, Said]]:
    """Each sentence once, in the order in which it was said."""
    yield from {f"{key} {sorted(map(str, parameters.items()))}": (key, parameters) for key, parameters in said}.values()


def test_no_sentence_is_refuted_by_the_raw_tables(walk: tuple[Walked, list[str]]) -> None:
    _, refuted = walk
    assert not refuted, "\n".join(refuted)


def test_every_judged_sentence_is_said_on_the_walk(walk: tuple[Walked, list[str]]) -> None:
    """A judge that never sits proves nothing: `unheard` names those for whom no world is built yet."""
    walked, _ = walk
    assert set(JUDGES) - {key for _, _, key, _ in walked} == set(table()["unheard"])


def table() -> dict[str, Any]:
    """What makes each sentence true, and what is not judged."""
    return tomllib.loads(TABLE.read_text("utf-8"))


def keys(node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in node.items():
        yield from keys(value, f"{prefix}{name}.") if isinstance(value, dict) else (f"{prefix}{name}",)


def listed(groups: dict[str, str]) -> set[str]:
    """Keys written as their section and what follows it."""
    return {f"{section}.{rest}" for section, names in groups.items() for rest in names.split()}


def test_every_text_is_judged_waits_for_a_judge_or_claims_nothing() -> None:
    """Whoever adds a sentence says here what makes it true, or that nobody judges it yet."""
    claims = table()
    judged = {key for key, row in claims["true"].items() if row}
    waiting, silent = listed(claims["not_judged"]), listed(claims["claims_nothing"])
    found = {key for key in keys(texts(FIRST)) if not any(fnmatchcase(key, one) for one in claims["other_rooms"])}
    assert judged == set(JUDGES)
    assert not judged & waiting
    assert not silent & (judged | waiting)
    assert found - judged - waiting - silent == set(), "say in claims.toml what makes these true"
    assert (judged | waiting | silent) - set(keys(texts(FIRST))) == set(), "these texts are gone"


def test_the_questions_that_sentences_stand_on_exist() -> None:
    for key, row in table()["true"].items():
        assert all((QUERIES / f"{question}.sql").exists() for question in row["asks"].split()), key
        assert row["when"], key
