"""No text of a register, a list or a result keeps how somebody can be reached, in whatever form it was typed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inspections.notice.contacts import MAY_BE_IN_COLUMN, without_contacts, without_numbers
from inspections.store.database import open_database
from tests.filled import empty
from tests.intake.files import CLASSES, DRAWS, OBJECTS, PEOPLE, WORLD, code, put_in, write_csv
from tests.notice.contact_forms import contacts
from tests.notice.test_contacts import every_text, kept_of


@settings(
    max_examples=4,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(contacts(), min_size=12, max_size=12))
def test_no_column_of_an_imported_table_holds_a_contact(
    tmp_path: Path, given_contacts: list[tuple[str, tuple[str, ...]]]
) -> None:
    words = iter([text.replace("\n", " ") for text, _ in given_contacts] * 4)
    with open_database(_fresh(tmp_path)) as connection:
        connection.execute(WORLD)
        firms = [
            [code(i), f"第{i}矿业有限公司{next(words)}", f"采矿业{next(words)}", f"某镇{next(words)}", "全区矿山企业"]
            for i in range(1, 5)
        ]
        put_in(connection, write_csv(tmp_path / "名录.csv", OBJECTS, firms), good_rows=True)
        rows = [[code(i), f"第{i}矿业有限公司{next(words)}", "A", "2024-01-01"] for i in range(1, 5)]
        put_in(connection, write_csv(tmp_path / "分类.csv", CLASSES, rows), good_rows=True)
        items = [[f"矿产检查{i}{next(words)}", f"条例第{i}条{next(words)}"] for i in range(1, 5)]
        put_in(connection, write_csv(tmp_path / "事项.csv", ["抽查事项名称", "抽查依据"], items), good_rows=True)
        # A number beside an inspector's name goes, the name is what is wanted.
        people = [["张三 13800000000", "矿产股", "16-001", "是"], ["李四（电话3320000）", "矿产股", "16-002", "否"]]
        put_in(connection, write_csv(tmp_path / "人员.csv", PEOPLE, people), good_rows=True)
        drawn = [["矿山企业抽查", "2024-04-10 09:30", code(1), "李四 13800000000、张三"]]
        put_in(connection, write_csv(tmp_path / "抽取.csv", DRAWS, drawn), good_rows=True)
        names = [name for (name,) in connection.execute("select name from inspector order by name").fetchall()]
        assert names == ["张三", "李四"]
        # An actor and inspectors are named on purpose: 李四 here is one of them.
        secrets = {s for _, of_one in given_contacts for s in of_one} | {"13800000000", "3320000"}
        secrets -= {"李四"}
        kept = [
            (where, secret, text)
            for where, text in every_text(connection)
            if "sha256" not in where and "hash" not in where
            for secret in kept_of(tuple(secrets), text)
        ]
    assert not kept, kept[:3]


@settings(database=None)
@given(st.lists(contacts(), min_size=1), st.text(alphabet="1389０９٣三 -\n@\uff20·QqTel由", max_size=12))
def test_the_search_over_a_column_misses_nothing_that_a_text_would_lose(
    given_contacts: list[tuple[str, tuple[str, ...]]], more: str
) -> None:
    texts = pd.Series([more, *(f"青岭煤业{text}{more}" for text, _ in given_contacts)], dtype="str")
    passed_over = texts[~texts.str.contains(MAY_BE_IN_COLUMN)]
    assert [without_contacts(text, figures=True)[0] for text in passed_over] == passed_over.tolist()
    assert [without_numbers(text) for text in passed_over] == passed_over.tolist()


def _fresh(folder: Path) -> Path:
    """A new database in place of the last example's."""
    path = folder / "inspections.duckdb"
    path.unlink(missing_ok=True)
    return empty(path)
