"""Nothing that a role may not see reaches it: no page, message, export, download or address holds it.

Two worlds differ only in the classes of a few firms, each of which has a twin: same registers, draws, visits, results,
the classes of the two the other way round. Whoever may not see classes must get the very same of both worlds.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from app import PAGES
from inspections.draws import ticket
from inspections.server import access
from inspections.store.database import QUERIES, ask, data_version, log_version, open_database, question, withheld
from inspections.words.errors import InspectionsError
from pages.frame import access as access_of_pages
from tests.served import forget
from tests.visitor import ROOT, Visitor, claims, parts

NAMES = sorted(path.stem for path in QUERIES.glob("*.sql") if path.stem != "schema")
EVERY_PAGE = [f"{section}/{page}" for section, pages in PAGES.items() for page in pages]
# Two years drawn on the redraw page among it.
STATE = {"lang": "zh", "bureau": "阳城县自然资源局", "year": 2023, "years": 2, "luck": "abc"}
TWIN = "孪生"
# What in a question's text is about single firms' classes, about seeds or about firms by name.
TOUCHY = re.compile(r"\b(class|risk_class|report_class|class_\w+|stratum|seed\w*|\w+_nonce|ticket)\b|\bobject\.name\b")
# Both together read every page that anybody without `classes` or `seeds` reads.
BLIND = claims("leader", "planner")


# ---------------------------------------------------------------------------------------------------- decisions
def test_every_question_about_classes_seeds_or_firms_is_decided() -> None:
    decided = set().union(*withheld().values())
    touchy = {name for name in NAMES if TOUCHY.search(re.sub(r"--.*", "", question(name)))}
    assert touchy - decided == set(), "decide in queries/withheld.toml what these leave out, or say why nothing"
    assert decided <= set(NAMES)
    assert set(withheld()) - {"kept"} <= access.all_rights()
    withheld_from = {name for right in set(withheld()) - {"kept"} for name in withheld()[right]}
    assert not withheld_from & set(withheld()["kept"])


def test_roles_without_these_rights_are_the_ones_visited_here() -> None:
    """Another role would need a visitor of its own below."""
    rights = access.rules()["rights"]
    assert {role for role in rights if "classes" not in rights[role]} == {"leader", "planner"}
    assert {role for role in rights if "seeds" not in rights[role]} == {"leader", "planner", "clerk"}


# ---------------------------------------------------------------------------------------------------- two worlds
TABLES = (
    "object_scope", "risk_class", "recusal", "frame", "draw_object", "draw_inspector", "visit", "result",
    "result_outcome",
)  # fmt: skip
NEXT = "case class when 'A' then 'B' when 'B' then 'C' when 'C' then 'D' when 'D' then 'A' else class end"


def build(source: Path, target: Path, *, other_way_round: bool) -> list[tuple[str, str]]:
    """A copy of the county with twins; the pairs of names. Who of a pair has which classes is all that differs."""
    shutil.copyfile(source, target)
    with duckdb.connect(target) as connection:
        chosen = connection.execute(
            """with due as (select * from due_visit where bureau_id = 1 and year = 2023 and class <> 'none'),
            missed as (select frame.object_id from frame join planned_draw using (draw_id)
                where bureau_id = 1 and year = 2023 and frame.class <> 'none'
                except select object_id from locked_object join planned_draw using (draw_id)
                where bureau_id = 1 and year = 2023)
            (select object_id from due join problem_result using (draw_id, object_id)
                order by due.ends_on, object_id limit 1)
            union (select object_id from due where published_on is null order by object_id limit 1)
            union (select object_id from due group by object_id order by count(*) desc, object_id limit 1)
            union (select min(object_id) from missed)"""
        ).fetchall()
        worse = ask(connection, "worsened_objects", bureau_id=1, year=2023, as_of=datetime.date(2023, 12, 31))
        firms = {*(one for (one,) in chosen), worse["object_id"].iloc[0]}
        return [twin(connection, object_id, other_way_round=other_way_round) for object_id in sorted(firms)]


def twin(connection: duckdb.DuckDBPyConnection, object_id: str, *, other_way_round: bool) -> tuple[str, str]:
    """A firm like another, right after it in the directory, with the next class wherever it has one."""
    other = f"{object_id}T"
    connection.execute(
        "insert into object select * replace (? as object_id, name || ? as name) from object where object_id = ?",
        [other, TWIN, object_id],
    )
    for table in TABLES:
        fresh = ", (select max(visit_id) from visit) + row_number() over () as visit_id" if table == "visit" else ""
        connection.execute(
            f"insert into {table} select * replace (? as object_id{fresh}) from {table} where object_id = ?",
            [other, object_id],
        )
    changed = object_id if other_way_round else other
    for table in ("risk_class", "frame", "draw_object"):
        connection.execute(f"update {table} set class = {NEXT} where object_id = ?", [changed])
    return object_id, other


@pytest.fixture(scope="module")
def worlds(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("worlds")
    paths = (folder / "one" / "county.duckdb", folder / "other" / "county.duckdb")
    for path, other_way_round in zip(paths, (False, True), strict=True):
        path.parent.mkdir()
        assert len(build(demo_database, path, other_way_round=other_way_round)) >= 4
    return paths


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes a database the one that pages read, in server mode."""
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    opened = []

    def use(path: Path) -> None:
        if opened:
            connection().close()
        forget()
        monkeypatch.setenv("INSPECTIONS_DB", str(path))
        opened.append(path)

    monkeypatch.setenv("INSPECTIONS_ACCESS", "server")
    yield use
    connection().close()
    forget()


def test_twins_are_told_apart_by_who_may_and_only_by_them(worlds: tuple[Path, Path]) -> None:
    """Every question, asked of both worlds: with all rights some answers differ, without none does."""
    differing = set()
    with open_database(worlds[0]) as one, open_database(worlds[1]) as other:
        for name in NAMES:
            if name in {"draw_tickets", "pool_sizes"}:
                continue  # these read a table that the caller has
            for parameters in asked(name, one):
                for without in ((), access.all_rights()):
                    answers = [ask(world, name, without, **parameters) for world in (one, other)]
                    same = answers[0].equals(answers[1])
                    if not same:
                        differing.add((name, bool(without)))
    blind = {name for name, without in differing if without}
    # Both stand under `kept` in queries/withheld.toml: keys of caches, and places in a list of names they do not get.
    assert blind <= {"draw_fingerprints", "drawn_places"}, f"these tell classes to who may not see them: {blind}"
    # That the worlds differ at all is seen by who may.
    seen = {name for name, without in differing if not without}
    assert {"draw_list", "never_drawn", "overdue_visits", "problems", "worsened_objects", "heavy_burden"} <= seen


def asked(name: str, connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Parameters for a question, over every draw and every twin where it takes one."""
    ((draws, firms),) = connection.execute(
        """select (select list(draw_id) from draw join task using (task_id) join plan using (plan_id)
        where bureau_id = 1 and year = 2023), (select list(object_id) from object where name like ?)""",
        [f"%{TWIN}"],
    ).fetchall()
    known: dict[str, Any] = {
        "bureau_id": 1, "year": 2023, "as_of": datetime.date(2023, 12, 31), "unit_id": None, "task_id": 1,
        "task_ids": None, "merge": False, "scope_id": None, "only_random": False,
        "cap": 1, "pool_task_id": None, "pool_scope_id": None, "kind": "official",
        "replaces": None, "series": [1, 2, 3], "most": 100_000, "without_pool": False,
        "homeless": True,
    }  # fmt: skip
    takes = set(re.findall(r"\$(\w+)", re.sub(r"--[^\n]*", "", question(name))))
    each = [{"draw_id": one} for one in draws] if "draw_id" in takes else [{}]
    if "object_id" in takes:
        each = [{**one, "object_id": firm} for one in each for firm in (*firms, *(firm[:-1] for firm in firms))]
    if "class_code" in takes:
        each = [{**one, "class_code": code} for one in each for code in (None, "A", "D")]
    return [{key: {**known, **one}.get(key) for key in takes} for one in each]


# ---------------------------------------------------------------------------------------------------- names and totals
DAYS = [datetime.date(2023, month, 28) for month in (3, 6, 9, 12)]
Known = dict[frozenset[str], Counter[str]]


def lists_and_totals(connection: duckdb.DuckDBPyConnection, without: frozenset[str]) -> Known:
    """What lists of firms and totals per class say of the same firms, whatever the day."""
    said: Known = {}
    everywhere = {"only_random": False, "scope_id": None}
    for as_of in DAYS:
        scope = {"bureau_id": 1, "year": 2023, "as_of": as_of}
        totals = ask(connection, "class_coverage", without, **scope, **everywhere)
        missed = ask(connection, "never_drawn", without, **scope, **everywhere)
        left = Counter(dict(zip(totals["class"].astype(str), totals["pool"] - totals["drawn"], strict=True)))
        said[frozenset(missed["object_id"].dropna())] = left
        rates = ask(connection, "problem_rates", without, **scope, unit_id=None)
        found = ask(connection, "indicator_visits", without, **scope, unit_id=None)
        visited = frozenset(found.loc[found["entered"], "object_id"].dropna())
        said[visited] = Counter(dict(zip(rates["class"].astype(str), rates["firms"], strict=True)))
    cells = ask(connection, "task_classes", without, **scope)
    for draw_id, rows in cells.groupby("draw_id"):
        drawn = ask(connection, "draw_list", without, draw_id=int(str(draw_id)))
        firms = frozenset(drawn.loc[drawn["drawn_as"] != "replaced", "object_id"].dropna())
        said[firms] = Counter(dict(zip(rows["class"].astype(str), rows["drawn"], strict=True)))
    # A list and a total that are not of the same firms say nothing of each other.
    return {firms: +counted for firms, counted in said.items() if firms and len(firms) == counted.total()}


def learned(said: Known) -> dict[str, str]:
    """Whose class follows for certain: lists of one class, and what lists within other lists leave, again and again."""
    known, new = dict(said), dict(said)
    while new:
        pairs = ((whole, part) for whole in known for part in known if part < whole and (whole in new or part in new))
        made = {whole - part: +(known[whole] - known[part]) for whole, part in pairs}
        new = {firms: counted for firms, counted in made.items() if firms not in known}
        known |= new
    return {firm: next(iter(counted)) for firms, counted in known.items() if len(counted) == 1 for firm in firms}


@pytest.fixture(scope="module")
def small_worlds(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The county, and the county with ever fewer firms in its pools."""
    folder = tmp_path_factory.mktemp("small")
    paths = [folder / f"{number}.duckdb" for number in range(3)]
    for number, path in enumerate(paths):
        shutil.copyfile(demo_database, path)
        if number:
            with duckdb.connect(path) as connection:
                gone = f"(select object_id from object where hash(object_id || '{number}') % 8 >= {5 - 2 * number})"
                for table in ("result_outcome", "result", "draw_inspector", "draw_object", "frame"):
                    connection.execute(f"delete from {table} where object_id in {gone}")
    return paths


def test_no_class_follows_from_lists_and_totals_and_with_names_many_would(small_worlds: list[Path]) -> None:
    rules = access.rules()["rights"]
    with_names = 0
    for path in small_worlds:
        with open_database(path) as connection:
            true = dict(
                connection.execute(
                    """select object_id, cast(arg_min(frame.class, (drawn_on, draw_id)) as varchar) from frame
                    join planned_draw using (draw_id) where bureau_id = 1 and year = 2023 group by object_id"""
                ).fetchall()
            )
            found = learned(lists_and_totals(connection, frozenset()))
            with_names += sum(true[firm] == code for firm, code in found.items())
            without = access.all_rights() - set(rules["leader"]) - set(rules["planner"])
            assert learned(lists_and_totals(connection, frozenset(without))) == {}
    assert with_names > 3


def firms_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names and numbers of all firms."""
    return {text for row in connection.execute("select object_id, name from object").fetchall() for text in row}


def test_no_answer_names_a_firm_to_who_may_not_see_classes(worlds: tuple[Path, Path]) -> None:
    without = access.all_rights() - set(access.rules()["rights"]["planner"])
    with open_database(worlds[0]) as connection:
        firms = firms_of(connection)
        for name in NAMES:
            if name in {"draw_tickets", "pool_sizes"}:
                continue  # these read a table that the caller has
            for parameters in asked(name, connection):
                answer = ask(connection, name, without, **parameters)
                for column in answer.select_dtypes(exclude=["number", "datetime", "bool"]):
                    told = " ".join(answer[column].dropna().astype(str).unique())
                    assert not [firm for firm in firms if firm in told], (name, column)


def test_who_may_not_see_classes_gets_the_same_of_both_worlds_and_no_firm_by_name(
    worlds: tuple[Path, Path], serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database(worlds[0]) as connection:
        firms = [text.encode() for text in firms_of(connection)]
    # Classes are part of what was committed to: no draw comes out the same any more, in either world.
    monkeypatch.setattr("pages.registry.parts.draws.MOST_RERUN", -1)
    seen: list[dict[str, Any]] = []
    for path in worlds:
        serve(path)
        # The cache has the answers of somebody who may see everything: nobody else may get them.
        Visitor(claims("supervisor"), **STATE).open("monitor/coverage")
        visitor = Visitor(BLIND, **STATE)
        seen.append({page: visitor.open(page) for page in EVERY_PAGE})
    read = [page for page in EVERY_PAGE if access.person_of(BLIND, access.Settings()).reads(page)]
    assert {"monitor/coverage", "review/briefing", "whatif/redraw", "registry/draws"} <= set(read)
    for page in EVERY_PAGE:
        one, other = (world[page] for world in seen)
        heap = one.everything()
        assert not [firm.decode() for firm in firms if firm in heap], page
        assert not one.app.exception, page
        assert not one.app.error, page
        assert one.messages == other.messages, page
        assert one.app.query_params == other.app.query_params, page
        assert list(one.files) == list(other.files), page
        for name, content in one.files.items():
            assert unpacked(content) == unpacked(other.files[name]), (page, name)
        if page in read:
            assert one.files, page
        else:
            assert not one.files, page
            assert not one.app.dataframe, page


def unpacked(content: bytes) -> dict[str, bytes]:
    return dict(parts(content))


# ---------------------------------------------------------------------------------------------------- seeds, contacts
def secrets_of(path: Path) -> tuple[set[str], set[str]]:
    """Seeds as they stand; nonces and the tickets of all drawn firms, which are long hexadecimal numbers."""
    with open_database(path) as connection:
        rows = connection.execute("select seed, seed_nonce, frame_nonce from draw where seed is not null").fetchall()
        drawn = connection.execute(
            "select seed, object_id from draw_object join draw using (draw_id) where seed is not null"
        ).fetchall()
    numbers = {nonce for row in rows for nonce in row[1:] if nonce}
    return {row[0] for row in rows}, numbers | {ticket.ticket(seed, object_id) for seed, object_id in drawn}


def contacts() -> set[str]:
    """Telephone numbers in the notices that the demonstration county is built from."""
    texts = " ".join(path.read_text("utf-8") for path in (ROOT / "data" / "notices").glob("*.txt"))
    return set(re.findall(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9}|[2-8]\d{6})(?!\d)", texts))


@pytest.mark.parametrize("role", ["leader", "planner", "clerk", "supervisor"])
def test_seeds_nonces_tickets_and_contacts_reach_nobody_else(
    role: str, demo_database: Path, serve: Any, tmp_path: Path
) -> None:
    path = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, path)
    seeds, numbers = secrets_of(path)
    telephones = contacts()
    assert seeds
    assert numbers
    serve(path)
    visitor = Visitor(claims(role), **STATE)
    # Everything else of leader and planner was looked at above, page by page; seeds are near draws only.
    pages = ["registry/draws", "review/fairness"] if role != "clerk" else ["monitor/completion", "registry/draws"]
    found = set()
    for page in pages:
        heap = visitor.open(page).everything().decode("utf-8", "replace")
        found |= {seed for seed in seeds if seed in heap}
        found |= set(re.findall(r"[0-9a-f]{32,64}", heap)) & numbers
        assert not [number for number in telephones if number in heap]
    assert bool(found) == (role == "supervisor")


# ---------------------------------------------------------------------------------------------------- files
def test_every_file_taken_along_is_logged_with_the_person_and_changes_no_data(
    demo_database: Path, serve: Any, tmp_path: Path
) -> None:
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    path = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, path)
    serve(path)
    before = data_version(connection()), log_version(connection())
    seen = Visitor(claims("auditor", name="wang"), **STATE).open("registry/draws")
    assert len(seen.files) >= 3
    logged = (
        connection()
        .cursor()
        .execute("select actor, action, subject, after from change_log order by seq desc limit ?", [len(seen.files)])
        .fetchall()
    )
    assert {(actor, action) for actor, action, _, _ in logged} == {("wang", "export")}
    written = {json.loads(after)["sha256"] for _, _, _, after in logged}
    assert written == {hashlib.sha256(content).hexdigest() for content in seen.files.values()}
    assert any("sealed" in subject for _, _, subject, _ in logged)
    assert data_version(connection()) == before[0]
    assert log_version(connection()) != before[1]


def test_a_file_asked_for_after_the_sign_in_is_over_is_not_written(
    demo_database: Path, serve: Any, tmp_path: Path
) -> None:
    path = tmp_path / "county.duckdb"
    shutil.copyfile(demo_database, path)
    serve(path)
    user = claims("supervisor", name="late")
    visitor = Visitor(user, **STATE)
    seen = visitor.open("monitor/findings", skip=("",))
    assert not seen.files
    access_of_pages._sign_ins.end(access.sign_in_key(user), time.time())
    assert visitor.offered
    for write in visitor.offered.values():
        with pytest.raises(InspectionsError, match="sign_in_over"):
            write()


def test_only_the_frame_hands_out_files() -> None:
    """Where it is logged and asked for again who it is."""
    for path in sorted((ROOT / "pages").rglob("*.py")):
        if path.name != "saving.py":
            assert "download_button(" not in path.read_text("utf-8"), path


def test_whatever_writes_asks_first_whether_one_may() -> None:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for function in [
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
        ]:
            called = {
                ast.unparse(node.func).split(".")[-1] for node in ast.walk(function) if isinstance(node, ast.Call)
            }
            # `saving` gives a name only to whom it asked for the right.
            if "actor" in called and path.name not in {"access.py", "saving.py"}:
                assert called & {"need", "saving"}, f"{path.name}: {function.name}"
    texts = [path.read_text("utf-8") for path in (ROOT / "pages").rglob("*.py") if path.name != "access.py"]
    assert not any("getpass" in text for text in texts)
