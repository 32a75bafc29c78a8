"""A county's year as files, in the order in which a clerk brings them: notice, lists, nine draws, their results, a complaint.

The files look as platforms and offices export them: titles above the headings, sums and notes below, columns with
contacts, the platform's own names of tasks, the bureau itself as 检查机关. All names and codes belong to nobody.
"""

from __future__ import annotations

import csv
import datetime
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl

from tests.intake.files import code
from tests.notice.formats import as_docx

BUREAU = "青岭县市场监督管理局"
PARTNER = "青岭县应急管理局"
YEAR = 2024
Day = datetime.date
Cell = str | int | datetime.date | None


@dataclass(frozen=True)
class Brought:
    """A file on the day on which it is brought; `how` is what the command is told, `chosen` what is decided for it."""

    day: Day
    path: Path
    kind: str
    how: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)


# ---------------------------------------------------------------- the plan
INTERNAL = [
    ["序号", "抽查任务名称", "抽查类型", "抽查事项类别", "抽查事项", "抽查对象范围", "抽查比例", "抽查起止时间", "责任股室"],
    ["1", "食品经营者抽查", "定向", "一般检查事项", "食品经营许可情况；食品安全自查情况", "全县食品经营者", "A类5%，B类10%，C类30%，D类50%", "3月1日—6月30日", "食品股"],
    ["2", "食品小作坊抽查", "不定向", "重点检查事项", "小作坊登记情况", "全县食品小作坊", "30%", "7月—11月", "食品股"],
    ["3", "特种设备使用单位检查", "定向", "重点检查事项", "特种设备使用登记情况", "全县特种设备使用单位", "100%", "4月—10月", "特种设备股"],
    ["4", "计量器具抽查", "不定向", "一般检查事项", "计量器具检定情况", "全县计量器具使用单位", "25%", "5月—11月", "计量股"],
    ["5", "广告经营单位抽查", "不定向", "一般检查事项", "广告发布登记情况", "全县广告经营单位", "30%", "5月—9月", "信用监管股"],
    ["6", "药品零售企业抽查", "定向", "重点检查事项", "药品购销渠道；处方药销售情况", "全县药品零售企业", "A类5%，B类10%，C类20%，D类60%", "7月—12月", "药品股"],
    ["7", "企业公示信息抽查", "不定向", "一般检查事项", "即时信息公示情况", "全县企业", "5%", "8月—10月", "信用监管股"],
    ["8", "价格收费行为抽查", "不定向", "一般检查事项", "明码标价情况", "全县收费单位", "10%", "9月—12月", "信用监管股"],
]  # fmt: skip
JOINT = [
    ["序号", "抽查任务名称", "抽查事项", "检查对象", "事项类别", "发起部门", "发起部门联系人及联系方式", "配合部门", "检查时间", "抽查对象比例"],
    ["1", "加油站联合抽查", "县市场监督管理局：1. 加油机强制检定情况。县应急管理局：1. 危险化学品经营许可情况。", "全县加油站", "重点检查事项", "县市场监督管理局", "王某某 0000-0000000", "县应急管理局", "6月—9月", "60%"],
]  # fmt: skip
# The paper of the summer: one window later, one proportion lower, one task gone, one new.
REVISION = [
    ["序号", "抽查任务名称", "抽查事项", "抽查对象范围", "调整前抽查比例", "调整后抽查比例", "调整前抽查时间", "调整后抽查时间", "责任股室", "备注"],
    ["1", "企业公示信息抽查", "", "", "5%", "不变", "8月—10月", "9月5日—11月30日", "信用监管股", ""],
    ["2", "药品零售企业抽查", "", "", "A类5%，B类10%，C类20%，D类60%", "A类5%，B类10%，C类15%，D类50%", "7月—12月", "不变", "药品股", ""],
    ["3", "网络交易平台抽查", "网络交易监测", "全县企业", "", "10%", "", "10月—12月", "网络监管股", "新增"],
]  # fmt: skip
WITHDRAWN = "价格收费行为抽查"
REVISION_NO = "青市监〔2024〕19号"
ADDRESSED = "局食品股、特种设备股、计量股、信用监管股、药品股、网络监管股："
DOC_NO = "青市监〔2024〕6号"
ISSUED = "2024年3月8日"

# What the platform calls a task.
CALLED = {
    "食品经营者抽查": f"{BUREAU}2024年第一季度食品经营者抽查任务",
    "食品小作坊抽查": f"{BUREAU}2024年下半年食品小作坊抽查任务",
    "特种设备使用单位检查": f"{BUREAU}2024年特种设备使用单位检查任务",
    "计量器具抽查": f"{BUREAU}2024年度计量器具抽查",
    "广告经营单位抽查": "2024年广告经营单位双随机抽查",
    "药品零售企业抽查": f"{BUREAU}2024年第三季度药品零售企业抽查任务",
    "企业公示信息抽查": "企业公示信息抽查",
    "加油站联合抽查": f"{BUREAU}2024年加油站部门联合抽查任务",
}
# The platform's words leave open which task this is: somebody says so.
JOINT_TASK = {("task", CALLED["加油站联合抽查"]): "加油站联合抽查"}
# Pool -> numbers of its firms.
POOLS = {
    "全县企业": range(1, 81),
    "全县食品经营者": range(1, 25),
    "全县食品小作坊": range(25, 35),
    "全县特种设备使用单位": range(30, 40),
    "全县计量器具使用单位": range(40, 56),
    "全县广告经营单位": range(5, 17),
    "全县药品零售企业": range(56, 76),
    "全县加油站": range(76, 81),
}
GONE = {24: "注销", 52: "停业"}
# Task, day, batch, firms.
ACTS: tuple[tuple[str, Day, int | None, tuple[int, ...]], ...] = (
    ("食品经营者抽查", Day(2024, 3, 20), None, (2, 3, 4, 5, 6, 7, 11)),
    ("特种设备使用单位检查", Day(2024, 4, 8), None, tuple(range(30, 40))),
    ("广告经营单位抽查", Day(2024, 4, 28), None, (5, 7, 9, 11)),
    ("计量器具抽查", Day(2024, 5, 10), 1, (41, 44, 47, 50)),
    ("加油站联合抽查", Day(2024, 6, 4), None, (76, 78, 80)),
    ("食品小作坊抽查", Day(2024, 7, 2), None, (25, 28, 31)),
    ("药品零售企业抽查", Day(2024, 8, 6), None, (56, 58, 59, 63, 67, 70, 71)),
    ("企业公示信息抽查", Day(2024, 9, 3), None, (3, 31, 41, 60)),
    ("计量器具抽查", Day(2024, 9, 10), 2, (42, 45, 50, 53)),
)
ITEMS = {
    "食品经营者抽查": ("食品经营许可情况", "食品安全自查情况"),
    "特种设备使用单位检查": ("特种设备使用登记情况",),
    "广告经营单位抽查": ("广告发布登记情况",),
    "计量器具抽查": ("计量器具检定情况",),
    "食品小作坊抽查": ("小作坊登记情况",),
    "药品零售企业抽查": ("药品购销渠道", "处方药销售情况"),
    "企业公示信息抽查": ("即时信息公示情况",),
}


def name(number: int) -> str:
    return f"青岭第{number}号商贸有限公司"


# ---------------------------------------------------------------- how files look
def written(
    path: Path, title: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]], foot: Sequence[str]
) -> Path:
    """An export: a title and the day of the export above the headings, sums and notes below."""
    table: list[list[Cell]] = [
        [title],
        ["导出时间：2024-12-20 09:00:00　导出人：赵某某"],
        list(headers),
        *map(list, rows),
    ]
    table += [[line] for line in foot]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        for row in table:
            sheet.append(row)
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
        book.save(path)
        return path
    stream = io.StringIO()
    csv.writer(stream, delimiter="\t" if path.suffix == ".txt" else ",", lineterminator="\r\n").writerows(table)
    path.write_bytes(stream.getvalue().encode("utf-8-sig" if path.suffix == ".txt" else "gb18030"))
    return path


def _notice(folder: Path) -> Brought:
    blocks = [
        f"{BUREAU}文件",
        DOC_NO,
        f"{BUREAU}关于印发2024年度“双随机、一公开”抽查计划的通知",
        ADDRESSED,
        "按照全县统一部署，结合我局实际，制定2024年度抽查计划，请认真组织实施，按时录入并公示检查结果。",
        ISSUED,
        f"{BUREAU}2024年“双随机、一公开”抽查计划",
        INTERNAL,
        f"{BUREAU}2024年部门联合“双随机、一公开”抽查计划",
        JOINT,
    ]
    return Brought(Day(2024, 3, 11), as_docx(blocks, folder / "关于印发抽查计划的通知.docx"), "notice")


def _revision(folder: Path) -> Brought:
    blocks = [
        f"{BUREAU}文件",
        REVISION_NO,
        f"{BUREAU}关于调整2024年度“双随机、一公开”抽查计划的通知",
        ADDRESSED,
        f"根据工作需要，对《{BUREAU}关于印发2024年度“双随机、一公开”抽查计划的通知》（{DOC_NO}）作如下调整：",
        f"一、取消“{WITHDRAWN}”任务。",
        "二、其他任务的调整见附件。",
        "2024年6月28日",
        f"{BUREAU}2024年“双随机、一公开”抽查计划调整表",
        REVISION,
    ]
    return Brought(Day(2024, 7, 1), as_docx(blocks, folder / "关于调整抽查计划的通知.docx"), "notice")


def _lists(folder: Path) -> list[Brought]:
    brought = []
    headers = ["序号", "企业名称", "统一社会信用代码", "行业", "所属乡镇", "登记状态", "法定代表人", "联系电话"]
    for number, (pool, members) in enumerate(POOLS.items()):
        rows: list[list[Cell]] = [
            [i, name(n), code(n), "批发和零售业", f"第{n % 3 + 1}镇", GONE.get(n, "存续"), "钱某某", "0000-0000000"]
            for i, n in enumerate(members, 1)
        ]
        if pool == "全县加油站":
            # The same firm once more, as it happens where two sections send their lists.
            rows.append([len(rows) + 1, *rows[0][1:]])
        path = folder / f"名录{number}.{('xlsx', 'csv', 'txt')[number % 3]}"
        written(path, f"{pool}名录库", headers, rows, [f"合计：{len(members)}户", "注：以上数据来源于登记系统。"])
        brought.append(Brought(Day(2024, 3, 12), path, "object_directory", {"pool": pool}))
    # Two firms are gone in August: later draws are made without them.
    rows = [[i, name(n), code(n), "批发和零售业", "第1镇", "注销", "", ""] for i, n in enumerate((12, 62), 1)]
    path = written(folder / "名录更新.csv", "全县企业名录库（8月变动）", headers, rows, ["合计：2户"])
    brought.append(Brought(Day(2024, 8, 26), path, "object_directory", {"pool": "全县企业"}))
    people: list[list[Cell]] = [
        ["孙甲", "食品股", "QL-001", "是", "0000-0000000"],
        ["孙乙", "计量股", "QL-002", "是", "0000-0000000"],
        ["孙丙", "药品股", "QL-003", "否", "0000-0000000"],
    ]
    path = written(
        folder / "人员.xlsx", "执法检查人员名录", ["姓名", "所在单位", "执法证号", "是否公务员", "手机"], people, []
    )
    brought.append(Brought(Day(2024, 3, 12), path, "inspector_directory"))
    items: list[list[Cell]] = [
        ["食品经营许可情况", "", "一般", "《食品安全法》"],
        ["计量器具检定情况", "强制检定", "一般", "《计量法》"],
        ["计量器具检定情况", "标识标注", "一般", "《计量法》"],
        ["网络交易监测", "", "一般", "《电子商务法》"],
    ]
    path = written(
        folder / "事项.csv",
        "随机抽查事项清单",
        ["抽查事项名称", "抽查子项", "事项类别", "法律依据"],
        items,
        ["合计：4项"],
    )
    brought.append(Brought(Day(2024, 3, 12), path, "item_list"))
    return brought


def _classes(folder: Path) -> list[Brought]:
    first: list[list[Cell]] = [
        [name(n), code(n), "ABCD"[n % 4], Day(2024, 1, 10)] for n in (*range(1, 23), *range(56, 76), 80)
    ]
    path = written(
        folder / "一月分类.xlsx",
        "企业信用风险分类结果",
        ["企业名称", "统一社会信用代码", "信用风险分类", "分类日期"],
        first,
        [f"共计{len(first)}户"],
    )
    labels = {"A": "低风险", "B": "中风险", "C": "中高风险", "D": "高风险"}
    again: list[list[Cell]] = [[name(n), code(n), labels["ABCD"[n // 2 % 4]]] for n in (*range(2, 9), *range(56, 74))]
    again.append([name(999), code(999), "高风险"])
    later = written(
        folder / "七月分类.csv",
        "企业信用风险分类结果（7月更新）",
        ["企业名称", "统一社会信用代码", "风险等级"],
        again,
        ["合计"],
    )
    rows: list[list[Cell]] = [[name(n), code(n), "D", Day(2024, 8, 20)] for n in (1, 3, 60)]
    late = written(
        folder / "补报分类.xlsx",
        "企业信用风险分类结果",
        ["企业名称", "统一社会信用代码", "信用风险分类", "分类日期"],
        rows,
        [],
    )
    return [
        Brought(Day(2024, 3, 13), path, "class_list"),
        Brought(Day(2024, 7, 15), later, "class_list", {"day": Day(2024, 7, 15)}),
        # Told in December of a day in August: draws keep the classes that they were made with.
        Brought(Day(2024, 12, 11), late, "class_list"),
    ]


# What draws leave open: a task's name, and whether one was by class that does not keep to the planned proportions.
DECIDED = {"加油站联合抽查": JOINT_TASK, "药品零售企业抽查": {("stratified", "药品零售企业抽查"): "yes"}}


def _draws(folder: Path) -> list[Brought]:
    brought = []
    for number, (task, day, batch, drawn) in enumerate(ACTS):
        headers = ["序号", "任务名称", "批次", "抽取时间", "检查对象名称", "统一社会信用代码", "检查人员", "联系电话"]
        rows: list[list[Cell]] = [
            [i, CALLED[task], batch, f"{day} 09:30:00", name(n), code(n), "孙甲、孙乙", "0000-0000000"]
            for i, n in enumerate(drawn, 1)
        ]
        if task == "药品零售企业抽查":
            headers = [*headers, "是否抽中"]
            rows = [
                [
                    i,
                    CALLED[task],
                    batch,
                    f"{day} 09:30:00",
                    name(n),
                    code(n),
                    "孙甲、孙丙" if n in drawn else "",
                    "",
                    "是" if n in drawn else "否",
                ]
                for i, n in enumerate(POOLS["全县药品零售企业"], 1)
            ]
        if number == 0:
            rows.append([8, CALLED[task], batch, f"{day} 09:30:00", name(998), code(998), "孙甲、孙乙", ""])
        path = folder / f"抽取{number}.{('xlsx', 'csv')[number % 2]}"
        written(path, "抽查检查对象名单", headers, rows, [f"合计：{len(rows)}户"])
        brought.append(Brought(day, path, "draws", {}, DECIDED.get(task, {})))
    # Firm 11 cannot be found: firm 13 is called in its place.
    headers = ["任务名称", "抽取时间", "检查对象名称", "统一社会信用代码", "检查人员", "替换对象", "替换原因"]
    rows = [
        [CALLED["广告经营单位抽查"], "2024-05-28", name(13), code(13), "孙甲、孙乙", name(11), "通过登记的住所无法联系"]
    ]
    path = written(folder / "递补.xlsx", "递补检查对象名单", headers, rows, ["说明：经局领导同意。"])
    brought.append(Brought(Day(2024, 5, 28), path, "draws"))
    return brought


# ---------------------------------------------------------------- results
BY_TASK = {("checking_unit", BUREAU): "by_task"}
ENTERED = {("entered_on", ""): "inspected"}
OUTCOMES = (
    "未发现问题",
    "未发现问题",
    "未发现问题",
    "未按规定公示应当公示的信息",
    "其他违法违规",
    "未发现开展本次抽查涉及的经营活动",
    "发现问题经责令已改正",
)


@dataclass(frozen=True)
class Done:
    """What became of one drawn firm."""

    task: str
    firm: int
    inspected: Day
    entered: Day
    published: Day | None
    outcome: str
    follow_up: str
    handled: Day | None
    closed: Day | None


def _after(day: Day, days: int) -> Day:
    return day + datetime.timedelta(days=days)


def _done(chance: random.Random, task: str, drawn_on: Day, firm: int) -> Done:
    inspected = _after(drawn_on, chance.randint(3, 60))
    entered = _after(inspected, chance.randint(0, 12))
    published = _after(entered, chance.randint(0, 40)) if chance.random() < 0.85 else None
    outcome = chance.choice(OUTCOMES)
    found = outcome not in {"未发现问题", "未发现开展本次抽查涉及的经营活动"}
    handled = _after(inspected, chance.randint(0, 30)) if found and chance.random() < 0.8 else None
    closed = _after(handled, chance.randint(0, 30)) if handled and chance.random() < 0.6 else None
    state = "责令改正" if handled else "待处置" if found else "无需后续处置"
    return Done(task, firm, inspected, entered, published, outcome, state, handled, closed)


def _results(folder: Path) -> list[Brought]:
    chance = random.Random(20240311)  # noqa: S311 - the same year every time
    of = [[_done(chance, task, day, firm) for firm in drawn] for task, day, _, drawn in ACTS]
    return [
        _full_export(folder, of[0]),
        _without_entry(folder, of[1]),
        _unreachable(folder, of[2]),
        _sub_items(folder, of[3]),
        _joint(folder, of[4]),
        *_weekly(folder, of[5] + of[6]),
        _late_year(folder, of[7] + of[8]),
        _closures(folder, of),
    ]


FULL = [
    "序号",
    "任务名称",
    "企业名称",
    "统一社会信用代码",
    "检查机关",
    "检查时间",
    "录入时间",
    "公示时间",
    "抽查事项",
    "检查结果",
    "后续处置",
    "处置日期",
    "完结日期",
    "负责人",
    "联系电话",
]


def _line(i: int, one: Done, unit: str, item: str, outcome: str | None = None, task: str | None = None) -> list[Cell]:
    return [
        i, task or CALLED[one.task], name(one.firm), code(one.firm), unit, one.inspected, one.entered, one.published, item,
        outcome or one.outcome, one.follow_up, one.handled, one.closed, "李某某", "0000-0000000",
    ]  # fmt: skip


def _full_export(folder: Path, done: list[Done]) -> Brought:
    """Every item its own row; firm 24 was never drawn; the last firm is still to be visited."""
    rows: list[list[Cell]] = []
    for one in done[:-1]:
        for item in ITEMS[one.task]:
            told = one.outcome if item == "食品经营许可情况" else "未发现问题"
            rows.append(_line(len(rows) + 1, one, BUREAU, item, told))
    rows.append(_line(len(rows) + 1, Done(**{**vars(done[0]), "firm": 22}), BUREAU, "食品经营许可情况"))
    rows.append(list(rows[0]))
    path = written(
        folder / "结果一.xlsx", "抽查检查结果导出表", FULL, rows, ["合计", f"共{len(rows)}条", "制表人：周某某"]
    )
    return Brought(Day(2024, 7, 3), path, "results", {}, BY_TASK)


def _without_entry(folder: Path, done: list[Done]) -> Brought:
    """No day of entry, dates as people write them; one firm that nobody knows, one row that nobody dated."""
    rows: list[list[Cell]] = [
        [
            CALLED[one.task],
            name(one.firm),
            code(one.firm),
            "特种设备股",
            f"{one.inspected:%Y/%m/%d}",
            f"{one.published:%Y年%m月%d日}" if one.published else "",
            one.outcome,
        ]
        for one in done[:8]
    ]
    rows.append([CALLED[done[0].task], name(997), code(997), "特种设备股", "2024/06/01", "", "未发现问题"])
    rows.append([CALLED[done[8].task], name(done[8].firm), code(done[8].firm), "特种设备股", "", "", ""])
    path = written(
        folder / "结果二.csv", "特种设备检查结果", ["任务名称", "企业名称", "统一社会信用代码", "检查机关", "检查日期", "公示日期", "检查结果"],
        rows, ["注：平台未导出录入日期。"],
    )  # fmt: skip
    return Brought(Day(2024, 8, 20), path, "results", {}, ENTERED)


def _unreachable(folder: Path, done: list[Done]) -> Brought:
    """Before anybody was called in: the result of the firm that is replaced later."""
    rows = [_line(i, one, "信用监管股", ITEMS[one.task][0]) for i, one in enumerate(done[:3], 1)]
    lost = Done(
        done[3].task,
        11,
        Day(2024, 5, 20),
        Day(2024, 5, 21),
        Day(2024, 5, 22),
        "通过登记的住所（经营场所）无法联系",
        "其他",
        Day(2024, 5, 24),
        None,
    )
    rows.append(_line(4, lost, "信用监管股", ITEMS[lost.task][0]))
    path = written(folder / "结果三.xlsx", "抽查检查结果导出表", FULL, rows, ["合计：4条"])
    return Brought(Day(2024, 5, 25), path, "results")


def _sub_items(folder: Path, done: list[Done]) -> Brought:
    headers = [
        "抽查任务",
        "抽查对象名称",
        "统一社会信用代码",
        "检查部门",
        "检查日期",
        "录入日期",
        "公示日期",
        "抽查事项",
        "抽查子项",
        "检查结果",
        "处置情况",
        "处置日期",
    ]
    rows: list[list[Cell]] = []
    for one in done:
        for part in ("强制检定", "标识标注"):
            told = one.outcome if part == "强制检定" else "未发现问题"
            rows.append(
                [
                    CALLED[one.task],
                    name(one.firm),
                    code(one.firm),
                    "计量股",
                    str(one.inspected),
                    str(one.entered),
                    str(one.published or ""),
                    "计量器具检定情况",
                    part,
                    told,
                    one.follow_up,
                    str(one.handled or ""),
                ]
            )
    # Public before anybody entered it: this result goes in with none of its rows.
    rows[-1][5], rows[-1][6] = "2024-07-20", "2024-07-01"
    rows[-2][5], rows[-2][6] = "2024-07-20", "2024-07-01"
    path = written(folder / "结果四.txt", "计量器具抽查结果", headers, rows, ["合计"])
    return Brought(Day(2024, 8, 1), path, "results")


def _joint(folder: Path, done: list[Done]) -> Brought:
    rows: list[list[Cell]] = []
    for one in done:
        rows.append(_line(len(rows) + 1, one, BUREAU, "加油机强制检定情况"))
        if one.firm != 80:
            rows.append(_line(len(rows) + 1, one, PARTNER, "危险化学品经营许可情况", "未发现问题"))
    # The partner has still to go to the last one: its line is there, with nothing in it.
    rows.append([*_line(len(rows) + 1, done[-1], PARTNER, "")[:5], *[None] * 10])
    path = written(folder / "结果五.xlsx", "部门联合抽查结果导出表", FULL, rows, ["合计"])
    return Brought(Day(2024, 9, 20), path, "results", {}, JOINT_TASK)


def _as_known(one: Done, day: Day) -> Done:
    """What was known of it on a day."""
    past = {
        what: at if (at := getattr(one, what)) and at <= day else None for what in ("published", "handled", "closed")
    }
    return replace(one, **past)


def _weekly(folder: Path, done: list[Done]) -> list[Brought]:
    """A file for the weeks in which something was entered; the first says who is meant, the others are known by their layout."""
    weeks: dict[Day, list[Done]] = {}
    for one in done[:-1]:
        monday = Day(2024, 7, 1)
        while monday <= one.entered:
            monday = _after(monday, 21)
        weeks.setdefault(monday, []).append(_as_known(one, monday))
    headers = [
        "任务名称",
        "企业名称",
        "统一社会信用代码",
        "检查机关",
        "检查日期",
        "录入日期",
        "公示日期",
        "检查结果",
        "后续处置",
        "处置日期",
        "办结日期",
    ]
    brought = []
    for number, (monday, ones) in enumerate(sorted(weeks.items())):
        rows: list[list[Cell]] = [
            [
                CALLED[one.task],
                name(one.firm),
                code(one.firm),
                BUREAU,
                str(one.inspected),
                str(one.entered),
                str(one.published or ""),
                one.outcome,
                one.follow_up,
                str(one.handled or ""),
                str(one.closed or ""),
            ]
            for one in ones
        ]
        if number == 0:
            rows.append(["医疗保障基金巡查", *rows[0][1:]])
        path = written(
            folder / f"周报{number:02}.csv", f"抽查结果周报（截至{monday}）", headers, rows, [f"小计：{len(rows)}"]
        )
        brought.append(Brought(monday, path, "results", {}, BY_TASK if number == 0 else {}))
    return brought


def _late_year(folder: Path, done: list[Done]) -> Brought:
    rows = [
        _line(i, one, "计量股" if one.task == "计量器具抽查" else "信用监管股", ITEMS[one.task][0])
        for i, one in enumerate(done, 1)
    ]
    # Followed up, and nobody wrote when: one as the platform's state, one as a measure.
    for row, state in zip(rows, ("已办结", "责令改正"), strict=False):
        row[9:13] = ["其他违法违规", state, None, None]
    path = written(folder / "结果六.xlsx", "抽查检查结果导出表", FULL, rows, ["合计"])
    return Brought(Day(2024, 12, 10), path, "results")


def _closures(folder: Path, of: list[list[Done]]) -> Brought:
    """In December: what was still open is closed, what was not public becomes so."""
    rows: list[list[Cell]] = []
    for one in (*of[0][:-1], *of[2][:3], *of[5], *of[6][:-1]):
        unit = {"药品零售企业抽查": "药品股", "广告经营单位抽查": "信用监管股"}.get(one.task, "食品股")
        found = one.outcome not in {"未发现问题", "未发现开展本次抽查涉及的经营活动"}
        if not one.published or (found and not one.closed):
            handled = (one.handled or Day(2024, 12, 2)) if found else ""
            rows.append(
                [
                    CALLED[one.task],
                    code(one.firm),
                    unit,
                    one.published or Day(2024, 12, 5),
                    handled,
                    Day(2024, 12, 6) if found else "",
                ]
            )
    path = written(
        folder / "结果更新.xlsx",
        "后续处置更新",
        ["任务名称", "统一社会信用代码", "检查机关", "公示日期", "处置日期", "完结日期"],
        rows,
        ["合计"],
    )
    return Brought(Day(2024, 12, 12), path, "results")


def _unplanned(folder: Path, met: Done) -> Brought:
    """Complaints, one on the day of a planned visit and one of a firm nobody knows, a campaign, a daily inspection.

    Among them a result of a draw, entered long after its task's end.
    """
    headers = ["检查来源", "任务名称", "企业名称", "统一社会信用代码", "检查机关", "检查日期", "录入日期", "检查结果"]
    rows: list[list[Cell]] = [
        ["投诉举报", "12345热线转办", name(7), code(7), "食品股", "2024-10-08", "2024-10-09", "其他违法违规"],
        [
            "投诉举报",
            "12345热线转办",
            name(met.firm),
            code(met.firm),
            "食品股",
            str(met.inspected),
            str(met.entered),
            "",
        ],
        ["投诉举报", "来信", name(44), code(44), "计量股", "2024-10-08", "2024-10-09", "未发现问题"],
        ["专项整治", "秋季专项整治", name(3), code(3), "食品股", "2024-10-10", "2024-10-11", ""],
        ["日常检查", "", name(17), code(17), "药品股", "2024-10-11", "", ""],
        ["双随机抽查", CALLED[met.task], name(11), code(11), "食品股", "2024-10-09", "2024-10-10", "未发现问题"],
        ["投诉举报", "来信", name(996), code(996), "食品股", "2024-10-12", "", ""],
    ]
    path = written(folder / "投诉.xlsx", "投诉举报及其他检查", headers, rows, ["合计"])
    return Brought(Day(2024, 10, 15), path, "results")


def files_of_the_year(folder: Path) -> list[Brought]:
    """All files, by the day on which they are brought."""
    chance = random.Random(20240311)  # noqa: S311 - the same year every time
    task, day, _, drawn = ACTS[0]
    met = _done(chance, task, day, drawn[0])
    brought = [
        _notice(folder),
        _revision(folder),
        *_lists(folder),
        *_classes(folder),
        *_draws(folder),
        *_results(folder),
        _unplanned(folder, met),
    ]
    return sorted(brought, key=lambda one: one.day)
