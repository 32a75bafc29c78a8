"""The imports page as a clerk uses it: look, confirm, read the record, take back; and what keeps others out."""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from inspections.__main__ import main
from inspections.files import apart, bounds
from inspections.intake.undo import undo
from inspections.server.access import Person
from inspections.store.database import open_database
from inspections.words.wording import say
from tests.files.slow_files import forms_in_forms
from tests.filled import empty
from tests.intake import files
from tests.intake import test_revising as revised
from tests.intake.files import BUREAU, DRAWS, WORLD, code, put_in, write_csv, write_xlsx
from tests.served import cursor, html_texts, served, visited

ROOT = Path(__file__).resolve().parents[2]
NOTICE = ROOT / "data" / "notices" / "yangcheng-2023.txt"
# Numbers of rows, which a look at a file uses up.
MADE_UP = ("draw_id", "visit_id", "inspector_id")
OBJECTS = ("统一社会信用代码", "企业名称", "行业", "所属对象库", "联系电话")


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small bureau with one plan, and a folder for its files."""
    path = tmp_path / "bureau.duckdb"
    with open_database(empty(path)) as connection:
        connection.execute(WORLD)
    with served(path, monkeypatch):
        yield tmp_path


@pytest.fixture
def nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "empty.duckdb"
    empty(path)
    with served(path, monkeypatch):
        yield tmp_path


def _connection() -> Any:
    from pages.frame.data import connection  # noqa: PLC0415 - as the pages import it

    return connection()


def one(sql: str) -> Any:
    with _connection().cursor() as cursor:
        return cursor.execute(sql).fetchone()[0]


def opened(language: str = "zh") -> AppTest:
    return visited("registry/imports", lang=language)


def dropped(app: AppTest, *files: Path) -> AppTest:
    app.file_uploader[0].set_value([(file.name, file.read_bytes(), "application/octet-stream") for file in files]).run()
    assert not app.exception
    return app


def seen(app: AppTest) -> str:
    """Every word on the page."""
    found = html_texts(app)
    for kind in ("subheader", "markdown", "info", "warning", "error", "success"):
        found += [element.value for element in app.get(kind)]
    for frame in app.dataframe:
        found += [str(cell).replace("\n", "") for name in frame.value.columns for cell in frame.value[name].dropna()]
    return "\n".join(found)


def states(app: AppTest) -> list[str]:
    """The key figures: new, changed, unchanged, rejected."""
    return [metric.value for metric in app.metric]


def confirm(app: AppTest, number: int = 1) -> AppTest:
    app.button(key=f"import_confirm_{number}").click().run()
    assert not app.exception
    return app


def objects(folder: Path, *rows: list[str], name: str = "对象.xlsx") -> Path:
    return write_xlsx(folder / name, OBJECTS, rows)


def firms(*numbers: int) -> list[list[str]]:
    return [[code(n), f"第{n}矿业有限公司", "采矿业", "全区矿山企业", "13800000000"] for n in numbers]


def test_every_kind_is_recognised_looked_at_and_put_in(bureau: Path) -> None:
    head = ["抽查任务名称", "抽取时间", "统一社会信用代码", "检查对象名称", "检查人员"]
    files = [
        write_csv(bureau / "事项.csv", ["抽查事项名称", "事项类别", "检查依据"], [["新事项", "重点", "某法"]]),
        objects(bureau, *firms(1, 2, 3, 4)),
        write_csv(bureau / "分类.csv", ["统一社会信用代码", "企业名称", "信用风险分类", "分类日期"],
                  [[code(n), f"第{n}矿业有限公司", "ABCD"[n - 1], "2024年1月1日"] for n in (1, 2, 3, 4)], "gb18030"),
        write_csv(bureau / "人员.csv", ["姓名", "所在单位", "执法证号", "是否公务员"],
                  [["张三", "矿产股", "16-001", "是"], ["李四", "矿产股", "16-002", "否"]]),
        write_csv(bureau / "回避.csv", ["执法证号", "统一社会信用代码", "回避原因"], [["16-001", code(3), "亲属任职"]]),
        write_csv(bureau / "抽取.csv", head,
                  [["矿山企业抽查", "2024-04-10 09:30:00", code(n), f"第{n}矿业有限公司", "张三、李四"]
                   for n in (1, 4)]),
        write_csv(bureau / "结果.csv",
                  ["抽查任务名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期", "检查事项", "检查结果"],
                  [["矿山企业抽查", code(1), "矿产股", "2024-05-06", "2024-05-08", "矿产资源开采情况", "未发现问题"]]),
    ]  # fmt: skip
    kinds = ["item_list", "object_directory", "class_list", "inspector_directory", "recusals", "draws", "results"]
    app = opened()
    for number, (file, kind) in enumerate(zip(files, kinds, strict=True), start=1):
        dropped(app, file)
        assert app.selectbox(key=f"import_kind_{number}").value == kind
        before = one("select count(*) from import")
        confirm(app, number)
        assert one("select count(*) from import") == before + 1, (file.name, seen(app))
        assert f"“{file.name}”已导入" in app.success[0].value
    assert one("select count(*) from result") == 1
    # Nothing of the contacts is in any table of the database, nor the names of the files' folders.
    assert one("select count(*) from import_change where after like '%13800000000%'") == 0
    (history,) = [frame.value for frame in app.dataframe if "source_file" in frame.value]
    assert history["source_file"].tolist()[0] == "结果.csv" or "结果.csv" in seen(app)


def test_the_page_says_what_became_of_every_column_and_what_figures_lack(bureau: Path) -> None:
    app = opened()
    dropped(app, objects(bureau, *firms(1, 2)))
    account = [frame.value for frame in app.dataframe if "example" in frame.value]
    assert dict(zip(account[0]["heading"], account[0]["state"], strict=True))["联系电话"] == "未用，涉及个人"
    assert "账目：表头以下共 2 行＝新增 2" in seen(app)
    assert "13800000000" not in seen(app) + account[0].to_csv()
    confirm(app, 1)
    head = ["抽查任务名称", "抽取时间", "统一社会信用代码"]
    dropped(app, write_csv(bureau / "抽取.csv", head, [["矿山企业抽查", "2024-04-10", code(1)]]))
    confirm(app, 2)
    head = ["抽查任务名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期"]
    dropped(app, write_csv(bureau / "结果.csv", head, [["矿山企业抽查", code(1), "矿产股", "2024-05-06", ""]]))
    confirm(app, 3)
    # Below the file and for the year, and not once more with the import in the record.
    assert seen(app).count("1 条结果没有录入日期，不计入完成率、公示率") == 2


def test_what_a_file_leaves_open_is_asked_and_goes_in_once_it_is_decided(bureau: Path) -> None:
    app = dropped(opened(), objects(bureau, *firms(1, 2)))
    confirm(app)
    head = ["抽查任务名称", "抽取时间", "统一社会信用代码"]
    dropped(app, write_csv(bureau / "抽取.csv", head, [["矿山企抽检", "2024-04-10", code(1)]]))
    assert "矿山企抽检" in seen(app)
    # Nothing of it is in the database, and nobody is told that it were.
    assert say("imports.will_wait", count=1) in seen(app)
    assert say("imports.will_nothing") not in seen(app)
    confirm(app, 2)
    # All that can be done so far is to put it on record as waiting, with what it waits for.
    assert one("select status from import_file order by imported_at desc, kind limit 1") == "waiting"
    assert say("imports.told_recorded", file="抽取.csv") in seen(app)
    what = {"kind": say("codes.decision_code.task"), "subject": "矿山企抽检", "count": 1}
    assert any(say("imports.waits_for", **what) in text for text in html_texts(app) + [c.value for c in app.caption])
    app.button(key="import_decision_2_all").click().run()
    assert not app.exception
    confirm(app, 2)
    assert one("select count(*) from draw_object") == 1
    assert one("select value from import_decision where subject = '矿山企抽检'") == "矿山企业抽查"
    # It stands in the list of earlier decisions, and is taken back there.
    (earlier,) = [frame.value for frame in app.dataframe if "decision_code" in frame.value]
    assert earlier["decision_subject"].tolist() == ["矿山企抽检"]
    key = next(table.key for table in app.dataframe if table.key.startswith("imports-earlier_decisions-table"))
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    app.button(key="decision_take_back").click().run()
    assert not app.exception
    assert one("select count(*) from import_decision") == 0


def test_the_page_stores_what_the_command_stores_worksheet_by_worksheet(bureau: Path) -> None:
    book = files.workbook_of_a_year(bureau / "年度.xlsx")
    with open_database(empty(bureau / "other.duckdb")) as other:
        other.execute(WORLD)
    CliRunner().invoke(main, ["import", str(book), "--db", str(bureau / "other.duckdb")])
    app = dropped(opened(), book)
    numbers = range(1, 6)
    assert [app.selectbox(key=f"import_worksheet_{number}").value for number in numbers] == [
        "对象", "人员", "抽取", "结果", "待定",
    ]  # fmt: skip
    for number in numbers:
        confirm(app, number)
    history = "select name, kind, status, rows_read, rows_kept from import_file order by all"
    with open_database(bureau / "other.duckdb") as other:
        by_command = files.content(other, MADE_UP), other.execute(history).fetchall()
    with _connection().cursor() as found:
        by_page = files.content(found, MADE_UP), found.execute(history).fetchall()
    assert [name for name, rows in by_page[0].items() if rows != by_command[0][name]] == []
    assert by_page[1] == by_command[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_revision_asks_for_its_day_and_what_it_leaves_open_and_tells_every_change(
    nothing_yet: Path, language: str
) -> None:
    app = dropped(opened(language), revised.plan(nothing_yet / "计划.csv"))
    confirm(app)
    rows = [[*revised.FOOD[:4], "3%", "6月-8月", "食品股"], revised.LIFTS, revised.SCALES]
    title = "关于调整2024年度抽查计划的通知"
    paper = revised.paper(nothing_yet / "调整.csv", title, [revised.COLUMNS, *rows], day=None)
    app = dropped(opened(language), paper)
    (number,) = [key.rsplit("_", 1)[1] for key in (box.key for box in app.date_input) if key and "in_force" in key]
    assert paper.name in seen(app)
    with pytest.raises(KeyError):
        app.button(key=f"import_confirm_{number}")
    app.date_input(key=f"import_in_force_on_{number}").set_value(revised.DAY).run()
    assert say("imports.notice_waits", count=1) in seen(app)
    confirm(app, int(number))
    assert one("select count(*) from import_file where status = 'waiting'") == 1
    app.button(key=f"import_decision_{number}_all").click().run()
    words = seen(app)
    assert say("codes.revision_change.changed") in words
    assert "2024-06-01 ～ 2024-08-31" in words
    confirm(app, int(number))
    assert one("select in_force_on from plan_revision") == revised.DAY
    assert one("select value from import_decision") == "stays"
    assert one("select cast(rate as double) from task where seq = 1") == 0.03
    undo(cursor(), one("select max(import_id) from import"), "李四")
    assert one("select count(*) from plan_revision") == 0


def test_an_empty_database_begins_with_the_notice(nothing_yet: Path) -> None:
    app = opened()
    assert "请先导入印发的年度抽查计划通知" in seen(app)
    dropped(app, NOTICE)
    assert app.selectbox(key="import_kind_1").value == "notice"
    assert "2023" in seen(app)
    assert one("select count(*) from plan") == 0  # looked at only
    confirm(app)
    assert one("select count(*) from plan") == 2
    assert one("select name from import_file") == NOTICE.name
    # The same again is nothing to import: there is no button for it.
    app.file_uploader[0].clear().run()
    dropped(app, NOTICE)
    assert "import_confirm_2" not in [button.key for button in app.button]
    assert say("imports.will_nothing") in seen(app)
    # A register without a plan would need a bureau; now there is one.
    dropped(app, objects(nothing_yet, *firms(1)))
    assert states(app)[0] == "1 行"


def reloaded(app: AppTest) -> AppTest:
    """The same address in a new tab, which is what a reload is for the server."""
    asked = {name: said[-1] if isinstance(said, list) else said for name, said in app.query_params.items()}
    return visited("registry/imports", **asked)


def test_what_was_looked_at_is_there_after_a_reload_with_what_became_of_it_until_it_is_taken_away(bureau: Path) -> None:
    app = dropped(opened(), objects(bureau, *firms(1, 2)))
    app = pasted(app, "\n".join("\t".join(row) for row in [OBJECTS, *firms(3)]))
    before = states(app)
    again = reloaded(app)
    assert states(again) == before
    assert "对象.xlsx" in seen(again)
    assert say("imports.paste_name") in seen(again)
    # In the new tab it goes in like any other; what became of it is there after the next reload.
    confirm(again)
    third = reloaded(again)
    assert not third.exception
    assert "“对象.xlsx”已导入" in seen(third)
    assert "import_confirm_1" not in [button.key for button in third.button]
    assert "import_confirm_2" in [button.key for button in third.button]
    for number in (1, 2):
        third.button(key=f"import_away_{number}").click().run()
    assert "files" not in third.query_params
    assert not [button for button in reloaded(third).button if str(button.key).startswith("import_away_")]


def test_files_of_another_visitor_or_of_long_ago_are_not_brought_back_and_it_is_said(
    bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = dropped(opened(), objects(bureau, *firms(1, 2)))
    with monkeypatch.context() as patch:
        patch.setattr("pages.registry.parts.dropped.visitor", lambda: "somebody else")
        other = reloaded(app)
    assert not states(other)
    assert say("imports.files_gone", count=1) in seen(other)
    in_two_hours = time.time() + 7200
    with monkeypatch.context() as patch:
        patch.setattr("pages.registry.parts.dropped.time.time", lambda: in_two_hours)
        late = reloaded(app)
    assert not states(late)
    assert say("imports.files_gone", count=1) in seen(late)


def pasted(app: AppTest, text: str) -> AppTest:
    app.text_area(key="import_paste").set_value(text)
    app.button(key="import_paste_read").click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("nothing_yet")
def test_what_is_pasted_is_a_file_like_any_other() -> None:
    app = pasted(opened(), NOTICE.read_text("utf-8"))
    assert app.selectbox(key="import_kind_1").value == "notice"
    confirm(app)
    assert one("select count(*) from plan") == 2
    assert one("select name from import_file") == "粘贴的文字.txt"
    pasted(app, "\n".join("\t".join(row) for row in [OBJECTS, *firms(1, 2)]))
    assert app.selectbox(key="import_kind_2").value == "object_directory"
    confirm(app, 2)
    assert one("select count(*) from object") == 2
    # Blanks are nothing, and words that are no plan are refused in a sentence.
    pasted(app, "  \n ")
    assert not any("import_kind" in str(box.key) for box in app.selectbox)
    pasted(app, "今天天气很好。")
    assert "粘贴的文字.txt 中没有找到抽查计划表" in app.error[0].value


def test_rows_that_cannot_go_in_keep_the_file_out_unless_only_the_good_are_wanted(bureau: Path) -> None:
    bad = firms(1, 2)
    bad[1][0] = bad[1][0][:-1] + ("A" if bad[1][0][-1] != "A" else "B")
    app = dropped(opened(), objects(bureau, *bad))
    assert states(app) == ["1 行", "0 行", "0 行", "1 行"]
    assert "校验位不符" in seen(app)
    assert bad[1][0] in seen(app)  # the cell as the file has it
    assert "有 1 行不能导入" in app.warning[0].value
    confirm(app)  # records the attempt
    assert one("select count(*) from object") == 0
    assert one("select status from import_file") == "rejected"
    assert "整份未导入" in seen(app)
    assert "未通过" in seen(app)
    app.toggle(key="import_good_rows_1").set_value(True).run()
    confirm(app)
    assert one("select count(*) from object") == 1
    assert one("select status from import_file") == "partial"


def test_an_import_is_undone_unless_something_rests_on_it(bureau: Path) -> None:
    app = dropped(opened(), objects(bureau, *firms(1, 2)))
    confirm(app)
    write_csv(bureau / "分类.csv", ["统一社会信用代码", "信用风险分类", "分类日期"], [[code(1), "A", "2024-01-01"]])
    confirm(dropped(app, bureau / "分类.csv"), 2)
    # The last one is shown; the one before it is chosen in the record and cannot go.
    key = next(table.key for table in app.dataframe if table.key.startswith("imports-history-table"))
    app.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    app.button(key="import_undo").click().run()
    assert "不能撤销" in app.error[0].value
    assert one("select count(*) from object") == 2
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    app.button(key="import_undo").click().run()
    assert not app.exception
    assert one("select count(*) from risk_class") == 0
    assert one("select undone_by is not null from import order by import_id desc limit 1")
    assert "已撤销" in seen(app)


def test_a_column_the_clerk_assigns_is_read_and_saved_for_the_next_file(bureau: Path) -> None:
    head = ["统一社会信用代码", "店招", "行业"]
    app = dropped(opened(), write_csv(bureau / "甲.csv", head, [[code(1), "第1矿业有限公司", "采矿业"]]))
    app.selectbox(key="import_kind_1").set_value("object_directory").run()
    assert "检查对象名称" in app.warning[0].value
    app.selectbox(key="import_column_object_directory__name_1").set_value(1).run()
    assert "归入哪个对象库" in seen(app)
    choice = f"import_decision_1_pool_{hashlib.sha256('甲'.encode()).hexdigest()[:12]}"
    assert "全区矿山企业" in app.selectbox(key=choice).options
    app.selectbox(key=choice).set_value("全区矿山企业").run()
    assert not app.error
    assert states(app)[0] == "1 行"
    app.button(key="import_save_1").click().run()
    assert one('select "column" from column_mapping') == "name"
    dropped(app, write_csv(bureau / "乙.csv", head, [[code(2), "第2矿业有限公司", "采矿业"]]))
    assert app.selectbox(key="import_kind_2").value == "object_directory"
    assert not app.warning
    choice = f"import_decision_2_pool_{hashlib.sha256('乙'.encode()).hexdigest()[:12]}"
    app.selectbox(key=choice).set_value("全区测绘单位").run()
    assert states(app)[0] == "1 行"


def test_one_result_is_entered_by_hand_completed_and_undone_like_an_import(bureau: Path) -> None:
    with cursor() as connection:
        put_in(connection, write_csv(bureau / "名录.csv", files.OBJECTS, files.firms(3)))
        put_in(connection, write_csv(bureau / "抽取.csv", DRAWS, [["矿山企业抽查", "2024-04-10", code(1), ""]]))
    app = opened()
    app.selectbox(key="enter_draw").set_value(1).run()
    visit = app.selectbox(key="enter_visit_1")
    assert visit.options == ["第1矿业有限公司（建安区应急管理局）", "第1矿业有限公司（矿产股）"]
    visit.set_value((code(1), 1)).run()
    key = f"enter_1_{code(1)}_1"
    app.date_input(key=f"{key}_published_on").set_value(datetime.date(2024, 5, 20)).run()
    app.button(key=f"{key}_save").click().run()
    assert "没有检查日期" in app.error[0].value
    assert one("select count(*) from result") == 0
    app.date_input(key=f"{key}_inspected_on").set_value(datetime.date(2024, 5, 6))
    app.multiselect(key=f"{key}_outcome").set_value(["other_violation"]).run()
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    assert not [error.value for error in app.error]
    assert one("select cast(inspected_on as varchar) || ' ' || cast(entered_on as varchar) from result") == (
        "2024-05-06 2024-05-20"
    )
    assert one("select count(*) from result_outcome") == 1
    assert one("select name from import_file where kind = 'results'") == "手工登记：第1矿业有限公司"
    # what is on record stands in the form; a follow-up completes it
    again = opened()
    again.selectbox(key="enter_draw").set_value(1).run()
    again.selectbox(key="enter_visit_1").set_value((code(1), 1)).run()
    assert again.date_input(key=f"{key}_inspected_on").value == datetime.date(2024, 5, 6)
    again.selectbox(key=f"{key}_follow_up").set_value("correction_ordered")
    again.date_input(key=f"{key}_handled_on").set_value(datetime.date(2024, 5, 21)).run()
    again.button(key=f"{key}_save").click().run()
    assert one("select cast(follow_up as varchar) from result") == "correction_ordered"
    with cursor() as connection:
        undo(connection, int(one("select max(import_id) from import")), "李四")
    assert one("select follow_up is null and handled_on is null from result")


def test_a_name_like_a_known_one_is_shown_and_left_out_when_the_clerk_says_so(bureau: Path) -> None:
    known = [code(1), "建安区青岭矿业有限公司", "采矿业", "全区矿山企业", ""]
    app = confirm(dropped(opened(), objects(bureau, known)))
    twin = [code(2), "建安区青岭矿业有限责任公司", "采矿业", "全区矿山企业", ""]
    dropped(app, objects(bureau, twin, *firms(3), name="再来.xlsx"))
    assert "名称相近" in seen(app)
    assert states(app)[0] == "2 行"
    app.session_state["import_alike_2"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert states(app) == ["1 行", "0 行", "0 行", "1 行"]
    confirm(app, 2)
    assert one("select count(*) from object") == 2
    assert one(f"select count(*) from object where object_id = '{code(2)}'") == 0


def test_a_look_is_kept_until_something_changes(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.registry.parts import imports  # noqa: PLC0415

    looks = []
    look = imports.preview
    monkeypatch.setattr(imports, "preview", lambda *given, **more: looks.append(1) or look(*given, **more))
    app = dropped(opened(), objects(bureau, *firms(1)))
    app.run()
    assert len(looks) == 1
    app.selectbox(key="import_column_object_directory_Sheet1_industry_1").set_value(-1).run()
    assert len(looks) == 2
    # Taken away, the file is forgotten.
    app.file_uploader[0].clear().run()
    assert app.session_state["imports_dropped"] == {}


@pytest.mark.usefixtures("bureau")
def test_hostile_files_end_in_one_sentence() -> None:
    app = opened()
    for name, content in (
        ("../../../etc/**passwd**.xlsx", b"PK\x03\x04 not a workbook"),
        ("<script>alert(1)</script>.csv", b""),
        ("$x$.pdf", b"%PDF-1.4 nothing"),
        ("a\x00b.bin", bytes(range(256)) * 10),
    ):
        app.file_uploader[0].set_value((name, content, "")).run()
        assert not app.exception, name
        assert len(app.error) == 1, name
        assert "import_confirm" not in " ".join(str(button.key) for button in app.button)
        shown = [element.proto.body for element in app.get("html") if 'class="name"' in element.proto.body]
        assert not any("<script>" in body or "etc" in body for body in shown)
    assert one("select count(*) from import_file") == 0


def test_without_the_right_there_are_no_widgets_and_nothing_is_written(
    bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.frame import access  # noqa: PLC0415

    app = dropped(opened(), objects(bureau, *firms(1)))
    reader = Person("阅者", ("auditor",), frozenset({"classes", "seeds", "log"}))
    monkeypatch.setattr(access, "who", lambda: lambda: reader)
    app.button(key="import_confirm_1").click().run()  # the right was lost while the page was open
    assert not app.exception
    assert one("select count(*) from object") == 0
    app.run()
    assert not app.file_uploader
    assert not [button for button in app.button if str(button.key).startswith("import_")]
    assert say("imports.read_only") in seen(app)


def test_the_bureau_of_the_file_is_chosen_where_there_are_several(bureau: Path) -> None:
    with _connection().cursor() as cursor:
        cursor.execute("insert into bureau (name) values ('另一局')")
    app = dropped(opened(), objects(bureau, *firms(1)))
    assert app.selectbox(key="import_bureau_1").value == BUREAU
    app.selectbox(key="import_bureau_1").set_value("另一局").run()
    assert "另一局" in app.info[0].value
    confirm(app)
    assert one("select bureau.name from import inner join bureau on import.bureau_id = bureau.bureau_id") == "另一局"


def test_what_takes_too_long_is_said_while_it_is_opened_read_once_and_the_other_file_stays(
    bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spins, ended = [], []
    spinner, death = streamlit.spinner, apart.Apart._death
    monkeypatch.setattr(streamlit, "spinner", lambda text, **how: spins.append(text) or spinner(text, **how))
    monkeypatch.setattr(apart.Apart, "_death", lambda reader: ended.append(death(reader)) or ended[-1])
    monkeypatch.setattr(bounds, "_SECONDS", 1)
    slow = bureau / "slow.pdf"
    slow.write_bytes(forms_in_forms())
    app = dropped(opened(), slow, objects(bureau, *firms(1)))
    assert "正在打开 slow.pdf……" in [text.replace("\\", "") for text in spins]
    assert [error.code for error in ended] == ["file_takes_too_long"]
    assert len(app.error) == 1
    assert "读取了 1 秒仍未读完" in app.error[0].value
    assert states(app)[0] == "1 行"
    app.run()
    assert len(ended) == 1
