"""What pages, papers and slides say is true: every sentence said in a walk through worlds is judged by the raw tables.

`tests/words/claims.toml` holds for each key what makes it true, and by which question the product knows.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import shutil
import tomllib
from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, parse_qsl

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from inspections.evaluation.facts import gather
from inspections.evaluation.rubric import default_rubric
from inspections.store import database
from inspections.store.database import QUERIES, open_database
from inspections.words.wording import FIRST, texts
from tests.filled import empty
from tests.pages.claims import JUDGES, Claims, Said, Tables, recorded, worlds
from tests.pages.claims.spoken import SPOKEN
from tests.pages.claims.worlds import Stop
from tests.served import ROOT, at_address, cursor, served

TABLE = ROOT / "tests" / "words" / "claims.toml"
WALK: tuple[tuple[Callable[[duckdb.DuckDBPyConnection], None], tuple[Stop, ...]], ...] = (
    (worlds.county, worlds.DEMONSTRATION),
    (worlds.small, worlds.SMALL),
    (worlds.edges, worlds.EDGES),
    (worlds.many, worlds.MANY),
    (worlds.scattered, worlds.SCATTERED),
)
Walked = list[tuple[Stop, str, str, Said]]


@pytest.fixture(scope="module")
def walk(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Walked, list[str]]:
    """Everything said on the walk, with where; and the sentences that the raw tables refute."""
    folder = tmp_path_factory.mktemp("claims")
    walked: Walked = []
    refuted: list[str] = []
    for build, stops in WALK:
        path = folder / f"{build.__name__}.duckdb"
        if build is worlds.county:
            shutil.copyfile(demo_database, path)
        else:
            empty(path)
        with open_database(path) as connection:
            build(connection)
        with pytest.MonkeyPatch.context() as patch, served(path, patch):
            patch.setattr(database, "ask", answers())
            cursor().execute("set threads = 1")  # for a handful of rows a second thread only costs
            naive = Tables(cursor())
            bureaus = {row["name"]: row["bureau_id"] for row in naive.table("bureau")}
            for stop in stops:
                one = Claims(naive, bureaus[stop.bureau], stop.day.year, stop.day)
                known: dict[str, Claims] = {}
                for where, key, said in heard(stop, one):
                    walked.append((stop, where, key, said))
                    judge, chosen = JUDGES.get(key), where.partition("?")[2]
                    if chosen not in known:
                        known[chosen] = dataclasses.replace(one, chosen=dict(parse_qsl(chosen))) if chosen else one
                    if judge and not judge(known[chosen], said):
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
    state["adopted-proportions"] = copy.deepcopy(worlds.ASIDE)
    for address in stop.pages:
        page, _, chosen = address.partition("?")
        app = at_address(AppTest.from_file(str(ROOT / "app.py"), default_timeout=120), page)
        asked = parse_qs(chosen)
        for key, value in state.items():
            if key not in asked:
                app.session_state[key] = value
        app.query_params.update(asked)
        with recorded() as said, contextlib.ExitStack() as less:
            for name, most in stop.limits:
                less.enter_context(mock.patch(name, most))
            app.run()
        assert not app.exception, (page, stop, app.exception)
        yield from ((address, key, parameters) for key, parameters in once(said))
    ask = functools.partial(database.ask, one.naive.connection)
    for name in stop.said:
        function, _, only = name.partition("?only=")
        rubric = default_rubric()
        alone = dataclasses.replace(rubric, criteria={only: rubric.criteria[only]}) if only else None
        facts = gather(ask, one.bureau_id, stop.bureau, one.year, one.as_of, alone)
        with recorded() as said:
            SPOKEN[function](facts)
        yield from ((name, key, parameters) for key, parameters in once(said))


def once(said: list[tuple[str, Said]]) -> Iterator[tuple[str, Said]]:
    """Each sentence once, in the order in which it was said."""
    yield from {f"{key} {sorted(map(str, parameters.items()))}": (key, parameters) for key, parameters in said}.values()


def test_no_sentence_is_refuted_by_the_raw_tables(walk: tuple[Walked, list[str]]) -> None:
    _, refuted = walk
    assert not refuted, "\n".join(refuted)


def test_every_judged_sentence_is_said_on_the_walk(walk: tuple[Walked, list[str]]) -> None:
    """A judge that never sits proves nothing."""
    walked, _ = walk
    assert set(JUDGES) - {key for _, _, key, _ in walked} == set()


def table() -> dict[str, Any]:
    """What makes each sentence true, and what is not judged."""
    return tomllib.loads(TABLE.read_text("utf-8"))


def keys(node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in node.items():
        yield from keys(value, f"{prefix}{name}.") if isinstance(value, dict) else (f"{prefix}{name}",)


def listed(groups: dict[str, str]) -> set[str]:
    """Keys written as their section and what follows it."""
    return {f"{section}.{rest}" for section, names in groups.items() for rest in names.split()}


def test_every_text_is_judged_or_claims_nothing() -> None:
    """Whoever adds a sentence says here what makes it true."""
    claims = table()
    judged, silent = set(claims["true"]), listed(claims["claims_nothing"])
    found = {key for key in keys(texts(FIRST)) if not any(fnmatchcase(key, one) for one in claims["other_rooms"])}
    assert judged == set(JUDGES)
    assert not silent & judged
    assert found - judged - silent == set(), "say in claims.toml what makes these true"
    assert (judged | silent) - set(keys(texts(FIRST))) == set(), "these texts are gone"


def test_the_questions_that_sentences_stand_on_exist() -> None:
    for key, row in table()["true"].items():
        assert all((QUERIES / f"{question}.sql").exists() for question in row["asks"].split()), key
        assert row["when"], key
