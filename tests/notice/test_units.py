"""Whom a cell of units names: one by one, by what they are, the bureau itself among them; nobody silently left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.plan import Notice
from inspections.notice.reading import read_notice
from inspections.notice.units import Bureau, bureau_named, is_bureau, may_be_person, names_in


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("公安部门、消防救援机构", ["公安部门", "消防救援机构"]),
        ("市场监管、税务部门", ["市场监管部门", "税务部门"]),
        ("教育、公安等部门", ["教育部门", "公安部门"]),
        ("人力资源和社会保障、商务、税务部门", ["人力资源和社会保障部门", "商务部门", "税务部门"]),
        ("县公安局、县教育局等部门", ["县公安局", "县教育局"]),
        ("公安、消防", ["公安部门", "消防部门"]),
        # Two characters that are no trade may be somebody's name.
        ("王伟、公安", ["王伟", "公安部门"]),
        ("公安局和交警大队", ["公安局", "交警大队"]),
        ("公安局、交通局和住建部门", ["公安局", "交通局", "住建部门"]),
        ("自然资源和规划局", ["自然资源和规划局"]),
        ("文化和旅游局", ["文化和旅游局"]),
        ("发展和改革委员会与统计局", ["发展和改革委员会", "统计局"]),
        ("参检单位", ["参检单位"]),
        ("联络股室", ["联络股室"]),
        ("县教育局县市场监督管理局", ["县教育局", "县市场监督管理局"]),
        ("县教育局\n县市场监督管理局", ["县教育局", "县市场监督管理局"]),
        ("县教育局 县公安局 县消防救援大队", ["县教育局", "县公安局", "县消防救援大队"]),
        ("某县教育局某县公安局", ["某县教育局", "某县公安局"]),
        ("教育局公安局", ["教育局", "公安局"]),
        ("信用监管股食品监管股", ["信用监管股", "食品监管股"]),
        ("食品\n生产处", ["食品生产处"]),
        ("县市场监督\n管理局、县公安局", ["县市场监督管理局", "县公安局"]),
        ("县公安局交警大队", ["县公安局交警大队"]),
        ("国家税务总局某县税务局", ["国家税务总局某县税务局"]),
        ("某市生态环境局某县分局", ["某市生态环境局某县分局"]),
        ("市、县级交通运输部门", ["市、县级交通运输部门"]),
        ("县（市、区）级市场监管部门", ["县（市、区）级市场监管部门"]),
        ("市场监督管理局市场规范股", ["市场监督管理局市场规范股"]),
        ("科学技术科", ["科学技术科"]),
        ("县公安局、<p>县消防救援大队</p>", ["县公安局", "县消防救援大队"]),
    ],
)
def test_names_in_a_cell(cell: str, names: list[str]) -> None:
    assert list(names_in(cell)) == names


@pytest.mark.parametrize(
    ("name", "bureau"),
    [
        ("文旅部门", "某县文化和旅游局"),
        ("文化和旅游部门", "某县文化和旅游局"),
        ("县文旅部门", "某县文化和旅游局"),
        ("省人社厅", "某省人力资源和社会保障厅"),
        ("省人力资源社会保障厅", "某省人力资源和社会保障厅"),
        ("人社部门", "某省人力资源和社会保障厅"),
        ("市场监管部门", "某县市场监督管理局"),
        ("市场监督管理机关", "某县市场监督管理局"),
        ("县住房城乡建设局", "某县住房和城乡建设局"),
        ("住建部门", "某县住房和城乡建设局"),
        ("卫健部门", "某县卫生健康委员会"),
        ("县卫健局", "某县卫生健康委员会"),
        ("生态环境部门", "某市生态环境局某县分局"),
        ("消防救援机构", "某县消防救援大队"),
        ("县局", "某县市场监督管理局"),
    ],
)
def test_a_generic_or_short_name_means_the_bureau(name: str, bureau: str) -> None:
    assert is_bureau(name, bureau_named(bureau))


@pytest.mark.parametrize(
    ("name", "bureau"),
    [
        ("公安部门", "某县文化和旅游局"),
        ("消防救援机构", "某县文化和旅游局"),
        ("主管部门", "某县应急管理局"),
        ("监管部门", "某县市场监督管理局"),
        ("省人社厅", "某县人力资源和社会保障局"),
        ("参检单位", "某县文化和旅游局"),
        ("食品股", "某县市场监督管理局"),
        ("市监所", "某县市场监督管理局"),
        ("县统计局", "某县统一战线局"),
    ],
)
def test_other_names_do_not(name: str, bureau: str) -> None:
    assert not is_bureau(name, Bureau(bureau, bureau_named(bureau).region))


def test_what_may_be_a_person_is_not_repeated() -> None:
    assert all(map(may_be_person, ("张某某", "李四", "欧阳某某", "阿依古丽·买买提", "张某某（股长）")))
    assert not any(map(may_be_person, ("各乡镇自行安排", "卫生许可的检查", "县里统一")))


def read(tmp_path: Path, rows: list[str], header: str, title: str = "某县文化和旅游局2024年度双随机抽查计划") -> Notice:
    file = tmp_path / "计划.txt"
    file.write_text("\n".join((title, header, *rows)).replace("|", "\t"), "utf-8")
    return read_notice(read_document(file))


HEADER = "序号|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间|发起部门|配合部门"
ROW = "1|网吧检查|上网登记的检查|网吧|5%|3月-6月|"


@pytest.mark.parametrize(
    ("cells", "initiating", "partners"),
    [
        ("文旅部门|公安部门、消防救援机构", "某县文化和旅游局", ["公安部门", "消防救援机构"]),
        ("县文旅局|市场监管、税务部门", "某县文化和旅游局", ["市场监管部门", "税务部门"]),
        ("文化和旅游部门|教育、公安等部门", "某县文化和旅游局", ["教育部门", "公安部门"]),
        ("文旅局|公安局和大队", "某县文化和旅游局", ["公安局", "大队"]),
        ("县文旅局|参检单位", "某县文化和旅游局", ["参检单位"]),
        ("县文旅局|县教育局县市场监督管理局", "某县文化和旅游局", ["县教育局", "县市场监督管理局"]),
        ("牵头：县文旅局 配合：县公安局、县教育局|", "某县文化和旅游局", ["县公安局", "县教育局"]),
        ("县文旅局牵头，县公安局、县教育局配合|", "某县文化和旅游局", ["县公安局", "县教育局"]),
        ("牵头单位：文旅部门；参与单位：公安、教育部门|", "某县文化和旅游局", ["公安部门", "教育部门"]),
        ("县文旅局：张某某 3320000|县公安局：李某某", "某县文化和旅游局", ["县公安局"]),
    ],
)
def test_a_joint_plan_stays_joint(tmp_path: Path, cells: str, initiating: str, partners: list[str]) -> None:
    notice = read(tmp_path, [ROW + cells], HEADER)
    (plan,) = notice.plans
    (task,) = plan.tasks
    assert (plan.kind, task.initiating_unit.name, [unit.name for unit in task.partners]) == (
        "joint",
        initiating,
        partners,
    )
    assert not [issue for issue in notice.issues if issue.code.startswith("not_a_unit")]


@pytest.mark.parametrize("helpers", ["联络股室", "食品股、各站所", "各市场监管所", "市场监管部门", "县级市场监管部门"])
def test_the_bureaus_own_sections_make_no_joint_plan(tmp_path: Path, helpers: str) -> None:
    notice = read(tmp_path, [ROW + "信用监管股|" + helpers], HEADER, "某县市场监督管理局2024年度双随机抽查计划")
    assert [plan.kind for plan in notice.plans] == ["internal"]


def test_what_is_no_unit_is_said_in_its_words_unless_it_may_be_a_person(tmp_path: Path) -> None:
    notice = read(tmp_path, [ROW + "县文旅局|卫生许可的检查、李某某"], HEADER)
    said = [(i.code, i.parameters.get("text")) for i in notice.issues if i.code.startswith("not_a_unit")]
    assert said == [("not_a_unit_named", "卫生许可的检查"), ("not_a_unit", None)]


@pytest.mark.parametrize(
    "body",
    [
        "市、县级文化和旅游部门",
        "市县级文旅部门",
        "县级以上文化和旅游部门",
        "县级以上文旅、公安、消防部门",
        "县级网吧主管部门",
        "各级文旅部门",
    ],
)
def test_the_checking_body_of_its_own_trade_is_the_bureau(tmp_path: Path, body: str) -> None:
    header = "序号|抽查任务|抽查事项|抽查对象|抽查比例|抽查时间|检查主体"
    notice = read(tmp_path, ["1|网吧检查|上网登记的检查|网吧|5%|3月|" + body], header)
    (task,) = notice.plans[0].tasks
    assert (task.lead_unit.name, task.partners, task.checking_body) == ("某县文化和旅游局", (), body)
