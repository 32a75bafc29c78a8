"""The verbs `import` and `doctor` as a clerk's script sees them: exit codes, stdout, stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from inspections import __main__ as main
from inspections.files import bounds
from inspections.store.database import open_database
from tests.files.slow_files import forms_in_forms

ROOT = Path(__file__).resolve().parents[2]
NOTICES = sorted((ROOT / "data" / "notices").glob("*.txt"))


def run(*arguments: object, language: str = "zh") -> Result:
    told = {"INSPECTIONS_LANG": language, "COLUMNS": "200"}
    return CliRunner(env=told).invoke(main.main, list(map(str, arguments)), prog_name="python -m inspections")


def started(*arguments: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own, which costs two seconds."""
    command = [sys.executable, "-m", "inspections", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_importing_both_notices_into_an_empty_database(tmp_path: Path) -> None:
    done = started("import", *NOTICES, "--db", tmp_path / "x.duckdb", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    plans = [plan for file in report["files"] for plan in file["plans"]]
    assert sorted(len(plan["tasks"]) for plan in plans) == [1, 1, 2, 8]
    assert {plan["doc_no"] for plan in plans} == {"阳自然资字〔2023〕11号", "许自规建分文〔2024〕25号"}
    joint = {task["name"]: task["partners"] for plan in plans if plan["kind"] == "joint" for task in plan["tasks"]}
    assert joint == {"对煤炭生产企业的 双随机抽查": ["县能源局", "县应急局"], "食用林产品": ["区市场监管局"]}
    issue = report["files"][0]["issues"][0]
    assert set(issue) == {"row", "field", "code", "severity", "message"}
    assert "13800000000" not in done.stdout + done.stderr
    again = run("import", *NOTICES, "--db", tmp_path / "x.duckdb", "--json")
    assert again.exit_code == 0
    assert {file["status"] for file in json.loads(again.stdout)["files"]} == {"unchanged"}


def test_without_json_there_is_a_table_on_stdout_and_a_closing_line_on_stderr(tmp_path: Path) -> None:
    done = run("import", NOTICES[0], "--db", tmp_path / "x.duckdb")
    assert done.exit_code == 0
    assert "建设工程规划土地核实" in done.stdout
    assert "> 35%" in done.stdout
    assert "已导入" in done.stderr
    english = run("import", NOTICES[0], "--db", tmp_path / "x.duckdb", language="en")
    assert "nothing changed" in english.stderr


def test_every_file_has_its_ledger_and_what_figures_lack(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    notice = json.loads(run("import", NOTICES[0], "--db", path, "--json").stdout)["files"][0]
    rows = notice["ledger"]["rows"]
    assert rows["read"] == sum(rows.values()) - rows["read"]
    assert set(notice["ledger"]["columns"][0]) == {"heading", "field", "cells", "example", "state"}
    # The tasks have neither draws nor results yet: only what their windows lack may be said.
    assert {one["reason"] for one in notice["figures"]} <= {"task_without_start", "task_without_end"}
    table = tmp_path / "对象.csv"
    table.write_text(
        "统一社会信用代码,企业名称,对象库,联系电话,心情\n" + "A1,第1矿业有限公司,矿山,13800001111,x1\n", "utf-8"
    )
    done = run("import", table, "--db", path)
    assert "账目：表头以下共 1 行＝新增" in done.stdout
    assert "“联系电话”1 格（涉及个人，不保存）、“心情”1 格（如“x1”）" in done.stdout
    assert "13800001111" not in done.stdout + done.stderr


def test_a_rejected_file_exits_2_and_the_others_stay(tmp_path: Path) -> None:
    old = tmp_path / "a.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    done = run("import", old, NOTICES[0], "--db", tmp_path / "x.duckdb", "--json")
    assert done.exit_code == 2
    rejected, taken = json.loads(done.stdout)["files"]
    assert (rejected["status"], rejected["error"]["code"], taken["status"]) == ("rejected", "save_as_docx", "imported")
    assert "另存为 .docx 后再导入" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_takes_too_long_holds_no_other_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_SECONDS", 1)
    (tmp_path / "a.pdf").write_bytes(forms_in_forms())
    done = run("import", tmp_path / "a.pdf", NOTICES[0], "--db", tmp_path / "x.duckdb", "--json")
    assert done.exit_code == 2
    rejected, taken = json.loads(done.stdout)["files"]
    assert (rejected["error"]["code"], taken["status"]) == ("file_takes_too_long", "imported")
    assert "a.pdf 读取了 1 秒仍未读完" in done.stderr


def test_rows_left_out_exit_3_and_strict_rejects(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "序号\t任务名称\t抽查内容\t抽查范围\t抽查比例\t检查时间\t责任股室\n"
        "1\t\t\t企业\t5%\t3月\t执法股\n2\t乙\t事项\t企业\t5%\t4月\t执法股\n",
        "utf-8",
    )
    options = ("--bureau", "安平县统计局", "--year", "2023", "--db", tmp_path / "x.duckdb")
    assert run("import", file, *options, "--strict").exit_code == 2
    assert run("import", file, *options, "--good-rows").exit_code == 3
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        assert connection.execute("select count(*) from task").fetchone() == (1,)


def test_a_dry_run_makes_no_file(tmp_path: Path) -> None:
    done = run("import", NOTICES[0], "--db", tmp_path / "x.duckdb", "--dry-run", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["dry_run"] is True
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_is_told_who_holds_the_database(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    connection = open_database(path)
    done = started("import", NOTICES[0], "--db", path)
    connection.close()
    assert done.returncode == 1
    assert str(os.getpid()) in done.stderr
    assert "占用" in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_doctor_finds_a_healthy_database_and_a_forged_log(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    assert run("doctor", "--db", path).exit_code == 1
    run("import", NOTICES[0], "--db", path)
    healthy = run("doctor", "--db", path, "--json")
    assert healthy.exit_code == 0, healthy.stdout
    report = json.loads(healthy.stdout)
    assert (report["healthy"], report["synthetic"], report["tables"]["task"]) == (True, False, 3)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update change_log set actor = 'someone else'")
    forged = run("doctor", "--db", path, "--json")
    assert forged.exit_code == 1
    assert json.loads(forged.stdout)["checks"]["change_log"] == ["seq 1"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["doctor"],
        ["import", str(NOTICES[0])],
        ["import", str(NOTICES[0]), "--dry-run"],
        ["backup", "{folder}/backup"],
        ["lake", "{folder}/lake"],
        ["evaluate", "--bureau", "甲局", "--year", "2024", "--out", "{folder}/x.json"],
        ["brief", "--bureau", "甲局", "--year", "2024", "--out", "{folder}/x.pptx"],
        ["demo"],
        ["demo", "--if-missing"],
        ["restore", "{folder}"],
    ],
    ids=lambda arguments: " ".join(part for part in arguments if part.isascii() and "/" not in part),
)
@pytest.mark.parametrize("name", ["object.csv", "setting.csv", "x.txt", "x.xlsx", "empty.duckdb"])
def test_every_verb_says_in_one_sentence_that_a_file_is_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], name: str
) -> None:
    file = tmp_path / name
    content = b"" if name.startswith("empty") else b"key,value\nsynthetic,true\n"
    file.write_bytes(content)
    monkeypatch.setenv("COLUMNS", "500")
    with pytest.raises(SystemExit) as left:
        main.run([*(part.format(folder=tmp_path) for part in arguments), "--db", str(file)])
    said = capsys.readouterr()
    assert left.value.code == 1
    assert said.out == ""
    assert str(file) in said.err
    assert "--db" in said.err
    assert "Exception" not in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert file.read_bytes() == content
