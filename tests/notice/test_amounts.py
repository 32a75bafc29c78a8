"""How much is drawn: per class a proportion and a number, lists of classes with their lists, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.proportions import class_rates, proportion
from inspections.notice.reading import read_notice
from inspections.notice.storing import import_notice
from inspections.store.database import open_database
from tests.filled import empty


def classes(text: str) -> dict[str, str]:
    """Class -> "operator rate quota times" as far as each is said."""
    return {
        code: " ".join(
            str(part.normalize() if hasattr(part, "normalize") else part)
            for part in (said.rate_op, said.rate, said.quota, said.times_per_year)
            if part is not None
        )
        for code, said in class_rates(text).items()
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("按照B类2%(1户)、C类30%(2户)、D类35%(3户)比例抽取", {"B": "= 0.02 1", "C": "= 0.3 2", "D": "= 0.35 3"}),
        ("A类1%（2户）、B类5%（3户）", {"A": "= 0.01 2", "B": "= 0.05 3"}),
        ("A类企业抽取5户（1%）", {"A": "= 0.01 5"}),
        ("A类企业抽取5户（1%），D类企业抽取8户（30%）", {"A": "= 0.01 5", "D": "= 0.3 8"}),
        ("低风险不低于1%，高风险100%", {"A": ">= 0.01", "D": "= 1"}),
        ("低风险1%（10户），中风险2%（8户），高风险100%（3户）", {"A": "= 0.01 10", "B": "= 0.02 8", "D": "= 1 3"}),
        ("A类1%，2户；B类2%，3户", {"A": "= 0.01 2", "B": "= 0.02 3"}),
        ("A类2户、B类3户", {"A": "2", "B": "3"}),
        ("A、B、C、D类企业分别按1%、2%、10%、30%抽取", {"A": "= 0.01", "B": "= 0.02", "C": "= 0.1", "D": "= 0.3"}),
        (
            "守信、警示、失信、严重失信企业分别按1%、10%、50%和80%比例抽取",
            {"A": "= 0.01", "B": "= 0.1", "C": "= 0.5", "D": "= 0.8"},
        ),
        ("低、中、高风险企业分别抽取1%、5%、20%", {"A": "= 0.01", "B": "= 0.05", "D": "= 0.2"}),
        ("AB类5%，C、D类20%", {"A": "= 0.05", "B": "= 0.05", "C": "= 0.2", "D": "= 0.2"}),
        ("每月抽查比例不得低于总数的10%", {}),
        ("不低于10%", {}),
    ],
)
def test_classes_with_proportions_and_numbers(text: str, expected: dict[str, str]) -> None:
    assert classes(text) == expected


def test_both_are_stored(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(
        "某县文化和旅游局2024年度双随机抽查计划\n序号\t任务名称\t检查事项\t检查对象\t抽查户数(户)\t信用风险分类抽查比例\t检查时间\n"
        "1\t广告抽查\t广告登记的检查\t广告经营者\t6\t按照B类2%(1户)、C类30%(2户)、D类35%(3户)比例抽取\t10月31日前\n",
        "utf-8",
    )
    connection = open_database(empty(tmp_path / "inspections.duckdb"))
    import_notice(connection, file, actor="test")
    stored = connection.execute("select class::varchar, rate::double, quota from task_class_rate order by 1").fetchall()
    assert stored == [("B", 0.02, 1), ("C", 0.3, 2), ("D", 0.35, 3)]
    assert connection.execute("select quota from task").fetchall() == [(6,)]
    connection.close()


@pytest.mark.parametrize(
    ("text", "rate", "op", "maximum", "quota", "pool", "codes"),
    [
        ("每月抽查比例不得低于总数的10%", "0.1", ">=", None, None, None, []),
        ("上限10%", None, None, "0.1", None, None, ["rate_only_maximum"]),
        ("3‰-5‰", "0.003", ">=", "0.005", None, None, []),
        ("每县2家，共20家", None, None, None, 20, None, []),
        ("从100家名录库中按照10%的比例随机抽取10家", "0.1", "=", None, 10, 100, []),
        ("从100家加油站名录库中按照10%的比例随机抽取10家", "0.1", "=", None, 10, 100, ["words_unread"]),
        ("一般源按在编人员1:10比例抽取，重点源100%", "1", "=", None, None, None, ["amount_unread"]),
        ("抽取3%，不足10户的全部抽查", "0.03", "=", None, None, None, ["amount_unread"]),
        ("20%，不足5家的抽1家", "0.2", "=", None, None, None, ["amount_unread"]),
        ("1:10", "0.1", "=", None, None, None, []),
        ("按十比一的比例抽取", "0.1", "=", None, None, None, []),
        ("按10：1抽查", "0.1", "=", None, None, None, []),
        ("3:7", None, None, None, None, None, ["amount_unread"]),
        ("不低于名录库中市场主体6%", "0.06", ">=", None, None, None, []),
        ("全区现有企业42家，随机抽取10%", "0.1", "=", None, None, 42, []),
        ("每县（市、区）2所", None, None, None, None, None, ["quota_each"]),
        ("各乡镇抽查5户", None, None, None, None, None, ["quota_each"]),
        ("共有3家，全部检查", "1", "=", None, None, 3, []),
        ("共有22家，抽取不少于5家进行检查", None, None, None, 5, 22, ["quota_bound"]),
        ("每季度抽查5家", None, None, None, 5, None, []),
        ("抽取3000000000户", None, None, None, None, None, ["count_too_large"]),
        ("抽取2%，其中高风险企业不低于10%", "0.02", "=", None, None, None, []),
        ("守信1%，失信50%", None, None, None, None, None, ["class_by_credit"]),
        ("A类不超过1%，D类100%", None, None, None, None, None, ["class_upper_limit"]),
    ],
)
def test_amounts_and_what_is_said_of_them(
    text: str,
    rate: str | None,
    op: str | None,
    maximum: str | None,
    quota: int | None,
    pool: int | None,
    codes: list[str],
) -> None:
    said = proportion(text)
    shown = [None if value is None else str(value.normalize()) for value in (said.rate, said.rate_max)]
    assert (*shown, said.rate_op, said.quota, said.pool, [r.code for r in said.remarks]) == (
        rate,
        maximum,
        op,
        quota,
        pool,
        codes,
    )


def test_an_amount_for_each_quarter_is_said(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(
        "某县烟草专卖局2024年度双随机抽查计划\n序号\t任务名称\t检查事项\t检查对象\t一季度\t二季度\t责任部门\n"
        "1\t零售户检查\t许可证使用的检查\t持证零售户\t5%\t5%\t专卖管理科\n",
        "utf-8",
    )
    assert "rate_by_period" in {issue.code for issue in read_notice(read_document(file)).issues}


@pytest.mark.parametrize("words", [("A类", "B类", "D类"), ("低风险", "中风险", "高风险"), ("A", "B", "D")])
def test_classes_in_rows_are_one_task(tmp_path: Path, words: tuple[str, str, str]) -> None:
    file = tmp_path / "计划.txt"
    first, *others = zip(words, ("1%", "3%", "30%"), ("1次/年", "1次/年", "4次/年"), strict=True)
    rows = ["\t".join(("1", "企业抽查", "年报的检查", "全县企业", *first, "4月-10月"))]
    rows += ["\t".join(("", "", "", "", *row, "")) for row in others]
    rows.append("\t".join(("2", "个体户抽查", "登记的检查", "个体工商户", "不分类", "0.5%", "1次/年", "5月")))
    head = "序号\t抽查任务\t抽查事项\t抽查对象\t风险等级\t抽查比例\t抽查频次\t抽查时间"
    file.write_text("\n".join(("某县市场监督管理局2024年度双随机抽查计划", head, *rows)), "utf-8")
    tasks = read_notice(read_document(file)).plans[0].tasks
    assert [task.name for task in tasks] == ["企业抽查", "个体户抽查"]
    assert {code: (str(said.rate.normalize()), said.times_per_year) for code, said in tasks[0].class_rates.items()} == {
        "A": ("0.01", 1),
        "B": ("0.03", 1),
        "D": ("0.3", 4),
    }
    assert (tasks[0].rate, tasks[0].times_per_year, str(tasks[1].rate.normalize())) == (None, None, "0.005")
