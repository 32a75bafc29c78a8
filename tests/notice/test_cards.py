"""Tasks that stand in no table of rows: on their side, as cards, as lines, as sentences, in columns of blanks."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.notice.plan import Task
from inspections.notice.reading import read_notice

TITLE = "某市水利局2025年度双随机抽查计划"
FIELDS = ("抽查任务", "抽查事项", "抽查对象", "抽查比例", "抽查时间", "责任科室")
TASKS = (
    ("取用水抽查", "取水许可的检查", "取水单位", "10%", "5月-9月", "水资源科"),
    ("河道采砂抽查", "采砂许可的检查", "采砂企业", "50%", "6月-10月", "河道科"),
    ("水土保持抽查", "水保方案落实的检查", "在建项目", "20%", "3月-11月", "水保科"),
)


def page(*tables: list[tuple[str, ...]]) -> str:
    rows = [
        "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table) for table in tables
    ]
    return f"<html><body><p>{TITLE}</p>{''.join(f'<table>{table}</table><p> </p>' for table in rows)}</body></html>"


def cards(width: int) -> list[list[tuple[str, ...]]]:
    """Each task as a table of headings and values, `width` columns wide."""
    made = []
    for task in TASKS:
        cells = [cell for pair in zip(FIELDS, task, strict=True) for cell in pair]
        made.append([tuple(cells[i : i + width]) for i in range(0, len(cells), width)])
    return made


def lines(sign: str, numbered: bool) -> str:
    parts = [TITLE]
    for number, task in zip("一二三", TASKS, strict=True):
        own = [f"{field}{sign}{value}" for field, value in zip(FIELDS, task, strict=True)]
        parts += [f"{number}、{own[0]}" if numbered else own[0], *own[1:]]
    return "\n".join(parts)


def sentences(by: str) -> str:
    parts = [TITLE, "为做好抽查工作，规范检查行为，优化营商环境，现制定本计划。"]
    parts += [
        f"（{number}）{name}。抽查事项为{item}，抽查对象为{scope}，抽查比例为{rate}，抽查时间为{time}，{by.format(unit)}。"
        for number, (name, item, scope, rate, time, unit) in zip("一二三", TASKS, strict=True)
    ]
    return "\n".join(parts)


FORMS = {
    "on its side.html": page([("项目", "任务一", "任务二", "任务三"), *zip(FIELDS, *TASKS, strict=True)]),
    "on its side without a first row.html": page([*zip(FIELDS, *TASKS, strict=True)]),
    "cards of two columns.html": page(*cards(2)),
    "cards of four columns.html": page(*cards(4)),
    "cards one below the other.html": page([row for card in cards(4) for row in card]),
    "lines.txt": lines("：", False),
    "numbered lines.txt": lines(": ", True),
    "sentences.txt": sentences("由{}负责"),
    "sentences of who leads.txt": sentences("由{}牵头实施"),
    "wide blanks.txt": "\n".join((TITLE, *("　　".join(row) for row in (FIELDS, *TASKS)))),
    "blanks.txt": "\n".join((TITLE, *("   ".join(row) for row in (FIELDS, *TASKS)))),
}


@pytest.mark.parametrize("form", FORMS)
def test_tasks_are_read_in_every_form(tmp_path: Path, form: str) -> None:
    file = tmp_path / form
    file.write_text(FORMS[form], "utf-8")
    (plan,) = read_notice(read_document(file)).plans

    def read(task: Task) -> tuple[object, ...]:
        days = task.starts_on and task.ends_on and (task.starts_on.month, task.ends_on.month)
        return task.name, task.items[0].name, task.scope, task.rate, days, task.lead_unit.name

    assert [read(task) for task in plan.tasks] == [
        ("取用水抽查", "取水许可的检查", "取水单位", Decimal("0.1"), (5, 9), "水资源科"),
        ("河道采砂抽查", "采砂许可的检查", "采砂企业", Decimal("0.5"), (6, 10), "河道科"),
        ("水土保持抽查", "水保方案落实的检查", "在建项目", Decimal("0.2"), (3, 11), "水保科"),
    ]
