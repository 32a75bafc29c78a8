"""The ledger of a file: every row and every filled cell is used, named as not used, or rejected with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from inspections.files.columns import STATES_OF_COLUMNS
from inspections.files.ledger import Ledger, ledger_from
from inspections.intake.incoming import read_incoming
from inspections.intake.ledger import column_rows, column_sentences, letter, line
from inspections.intake.sheet import read_sheet
from inspections.intake.storing import commit, ledger_of_table, preview
from inspections.notice.contacts import shown_example
from inspections.notice.storing import import_notice, ledger_of_notice
from inspections.store.database import ask, open_database
from tests.filled import empty
from tests.intake.files import OBJECTS, PEOPLE, WORLD, code, firms, write_csv
from tests.notice.formats import NOTICES


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A bureau with a plan; nothing is ever committed to it."""
    with open_database(empty(tmp_path_factory.mktemp("ledger") / "x.duckdb")) as opened:
        opened.execute(WORLD)
        yield opened


def ledger_of(
    connection: duckdb.DuckDBPyConnection, path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> Ledger:
    return ledger_of_table(preview(connection, read_incoming(connection, write_csv(path, headers, rows))))


def states(ledger: Ledger) -> dict[str, str]:
    return {use.heading: use.state for use in ledger.columns}


def test_every_column_is_used_or_named(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    headers = [*OBJECTS, "联系电话", "备注", "心情指数", "", ""]
    extra = ["13800001111", "有 3 处整改", "今年以来办事的群众都说满意", "x12", ""]
    rows = [[*firm, *extra] for firm in firms(3)]
    ledger = ledger_of(connection, tmp_path / "名录.csv", headers, [*rows, ["合计", "3 户", *[""] * 8]])
    assert ledger.rows == {"new": 3, "changed": 0, "unchanged": 0, "waiting": 0, "rejected": 0, "set_aside": 1}
    assert ledger.read == 4
    assert states(ledger) == {
        **dict.fromkeys(OBJECTS, "read"),
        "联系电话": "personal",
        "备注": "not_kept",
        "心情指数": "unread",
        "": "unread",
    }
    assert [(use.heading, use.cells, use.example) for use in ledger.unused] == [
        ("联系电话", 3, ""),
        ("备注", 3, "有 3 处整改"),
        ("心情指数", 3, "今年以来办事的群众都说满意"),
        ("", 3, "x12"),
    ]
    assert "I 列（无表头）" in line(ledger)
    assert "13800001111" not in line(ledger) + str(ledger.as_json()) + column_rows(ledger).to_csv()


def test_people_are_never_an_example(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [["张三", "矿产股", "16-001", "是", "李四、王五、赵六和孙七", "410123199001011234", "欧阳修 2024-05-01"]]
    headers = [*PEOPLE, "搭档", "号码", "值班"]
    ledger = ledger_of(connection, tmp_path / "人员.csv", headers, rows)
    told = line(ledger) + str(ledger.as_json()) + column_rows(ledger).to_csv()
    for secret in ("张三", "16-001", "李四", "410123199001011234"):
        assert secret not in told


@pytest.mark.parametrize(
    "cell",
    ["张三", "张三、李四、王五、赵六", "张三（组长）、李四", "13800001111", "a@b.cn", "张三 2024-05-01", "联系人：张三", "410123"],
)  # fmt: skip
def test_what_may_be_a_person_is_no_example(cell: str) -> None:
    assert shown_example([cell]) == ""


@pytest.mark.parametrize(
    "cell", ["2024-05-01", "100%", "不低于 5%", "对全县生产矿山企业的双随机抽查", "第3矿业有限公司"]
)
def test_what_speaks_of_nobody_is_an_example(cell: str) -> None:
    assert shown_example(["张三", cell]) == cell


def test_columns_told_by_cells_and_doubtful_ones_are_said_until_the_user_decides(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    headers = ["统一社会信用代码", "企业名称", "结果评定", "有效期"]
    rows = [[code(i), f"第{i}矿业有限公司", "ABCD"[i % 4] + "级", f"2024-0{i}-01"] for i in range(1, 9)]
    sheet = read_sheet(write_csv(tmp_path / "分类.csv", headers, rows))
    found = ledger_of_table(preview(connection, read_incoming(connection, sheet, kind="class_list")))
    assert states(found)["结果评定"] == "by_cells"
    assert column_sentences(found)[0] == "表头“结果评定”没有写明，按内容读作“信用风险分类”。请核对。"
    assert states(found)["有效期"] == "doubtful"
    assert column_sentences(found)[1] == (
        "“有效期”一列（8 格）可能是“分类日期”，也可能是“失效日期”，没有读取。请指定这一列是什么，或把表头改得明确一些。"
    )
    assert "“有效期”8 格（含义不明）" in line(found)
    given_by_user = {"object_id": 0, "class": 2, "valid_from": 3}
    decided = ledger_of_table(
        preview(connection, read_incoming(connection, sheet, kind="class_list", mapping=given_by_user))
    )
    assert states(decided) == {
        "统一社会信用代码": "read",
        "企业名称": "unread",
        "结果评定": "by_cells",
        "有效期": "read",
    }


def test_hidden_rows_are_set_aside_and_counted(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "名录.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for number, row in enumerate([[*OBJECTS, "旧名"], *([*firm, "x1"] for firm in firms(3))]):
            page.write_row(number, 0, row)
        page.set_row(2, None, None, {"hidden": True})
        page.set_column(5, 5, None, None, {"hidden": True})
    ledger = ledger_of_table(preview(connection, read_incoming(connection, path)))
    assert (ledger.read, ledger.rows["new"], ledger.rows["set_aside"]) == (3, 2, 1)
    assert ledger.as_json()["unseen"] == {"hidden_rows": 1, "hidden_columns": 1}


def test_the_ledger_is_kept_with_the_import_of_a_table_and_of_a_notice(tmp_path: Path) -> None:
    with open_database(empty(tmp_path / "x.duckdb")) as opened:
        opened.execute(WORLD)
        rows = [[*firm, "x12"] for firm in firms(3)]
        file = write_csv(tmp_path / "名录.csv", [*OBJECTS, "心情指数"], [*rows, ["合计", "3 户", *[""] * 4]])
        told = commit(opened, read_incoming(opened, file), actor="李四")
        notice = import_notice(opened, next(iter(sorted(NOTICES.glob("*.txt")))), actor="李四")
        kept = [
            ask(opened, "import_ledger", import_id=number)["ledger"][0] for number in (told.import_id, notice.import_id)
        ]
    assert ledger_from(kept[0]) == ledger_of_table(told.preview)
    assert ledger_from(kept[1]) == ledger_of_notice(notice)


def test_letters_are_those_of_a_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


cells = st.sampled_from(
    ["", " ", "张三", "x", code(1), code(2), "第1矿业有限公司", "2024-05-01", "合计", "注：无", "5%", "甲\n乙"]
)
rows_of_any_kind = st.lists(st.lists(cells, min_size=5, max_size=8), max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_any_kind)
def test_whatever_a_table_holds_its_ledger_balances(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, rows: list[list[str]]
) -> None:
    path = write_csv(tmp_path / "名录.csv", OBJECTS, rows)
    sheet = read_sheet(path)
    assume(len(sheet.rows))
    mapping = {"object_id": 0, "name": 1, "industry": 2, "region": 3, "pools": 4}
    incoming = read_incoming(connection, sheet, kind="object_directory", mapping=mapping)
    ledger = ledger_of_table(preview(connection, incoming))
    assert ledger.read == sum(ledger.rows.values())
    # Every filled cell of a row that counts is in the account of exactly one column.
    filled = sum(bool(cell.strip()) for row in sheet.rows.itertuples(index=False) for cell in row)
    assert sum(use.cells for use in ledger.columns) == filled
    assert {use.state for use in ledger.columns} <= set(STATES_OF_COLUMNS)
    # Every line of the file is blank, a row, or set aside: an independent count.
    told = sum(any(cell.strip() for cell in row) for row in rows)
    assert ledger.read == told


@pytest.mark.parametrize("path", sorted(NOTICES.glob("*.txt")), ids=lambda path: path.stem)
def test_notices_have_the_same_ledger(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    report = import_notice(connection, path, bureau="某县测试局", year=2024, dry_run=True, actor="李四")
    ledger = ledger_of_notice(report)
    assert ledger.read == sum(ledger.rows.values())
    assert ledger.rows["set_aside"] == len(ledger.as_json()["set_aside"])
    assert ledger.used
    assert len(column_rows(ledger)) == len(ledger.columns)
    assert line(ledger).startswith("账目：")
