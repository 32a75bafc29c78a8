"""Next year's plan as a document in the notices' own form: a table of tasks, as xlsx and docx.

The form is a Chinese official paper in whatever language the screen speaks, so its words stand here and not in the text
files. What is written is what the notice reader reads back: every cell says one thing in one way.
"""

from __future__ import annotations

import datetime
import io
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import docx
import pandas as pd
import xlsxwriter
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from inspections.words import plain
from inspections.words.classes import NONE

TITLE_FONT, HEAD_FONT, BODY_FONT = "方正小标宋简体", "黑体", "仿宋_GB2312"
KINDS = {"internal": "内部", "joint": "部门联合"}
DRAW_TYPES = {"conditional": "定向", "unconditional": "不定向"}
ITEM_CLASSES = {"key": "重点检查事项", "general": "一般检查事项"}
OPS = {"=": "", ">=": "≥", ">": ">"}
UNCLASSIFIED = "未分类"
BY_CLASS = "根据企业信用风险分类结果，对不同风险等级的检查对象按所列比例分别抽查。"
SYNTHETIC = "演示数据，不是真实的检查安排"
# Heading and least width of each column in characters, in the order of the notices; one that is empty throughout is
# left out.
COLUMNS = {
    "seq": ("序号", 2.0),
    "plan_name": ("抽查计划名称", 4.0),
    "field": ("抽查领域", 4.0),
    "name": ("抽查任务名称", 5.0),
    "draw_type": ("抽查类型", 4.4),
    "item_class": ("抽查事项类别", 4.0),
    "items": ("抽查事项", 6.0),
    "scope": ("抽查对象范围", 5.0),
    "rate": ("抽查比例/数量", 4.0),
    "risk_rule": ("信用风险分类管理", 6.0),
    "period": ("抽查起止时间", 4.0),
    "lead": ("发起主体/牵头单位", 6.0),
    "partners": ("配合部门", 5.0),
    "checking_body": ("检查主体", 5.0),
}
# Lines that are not broken, such as 12月1日—12月31日, unless they are longer than so many characters.
UNBROKEN, LONGEST_UNBROKEN = {"rate", "period"}, 11.5
CENTRED = {"seq", "draw_type", "item_class", "period"}
# On paper: the width between the margins, what a character of 9 points takes, what stays free in a cell. Millimetres.
WIDE, CHARACTER, FREE = 261.0, 3.18, 4.4
# A line of 11 points in a sheet.
LINE = 15.0


@dataclass(frozen=True)
class PlanTable:
    """One plan of the year: its title and its tasks' cells by column (keys of `COLUMNS`), in the order of the plan."""

    kind: str
    title: str
    rows: tuple[Mapping[str, str], ...]

    @property
    def columns(self) -> list[str]:
        """The columns in which at least one task says something."""
        return [column for column in COLUMNS if any(row[column] for row in self.rows)]


@dataclass(frozen=True)
class YearPlan:
    """All plans of a bureau for one year."""

    bureau: str
    year: int
    tables: tuple[PlanTable, ...]
    synthetic: bool


def next_year(
    bureau: str,
    year: int,
    tasks: pd.DataFrame,
    class_rates: pd.DataFrame,
    proportions: Mapping[int, Mapping[str, Fraction]],
    synthetic: bool,
) -> YearPlan:
    """The plan of the year after `year`: the same tasks with their dates a year later.

    tasks: `queries/plan_form.sql`; class_rates: `queries/task_class_rates.sql`; proportions: task id -> class ->
    proportion, for the tasks whose proportions change; the others keep theirs.
    """
    tables = []
    # Numbers per class that are a policy of the bureau's and not the notice's own words stay out of the next notice.
    class_rates = class_rates[class_rates["origin"] == "notice"]
    for (kind, _), rows in tasks.groupby(["plan_kind", "plan_id"], observed=True, sort=False):
        cells = []
        for task in rows.to_dict("records"):
            planned = class_rates[class_rates["task_id"] == task["task_id"]].to_dict("records")
            cells.append(_cells(task, planned, proportions.get(int(task["task_id"])), year))
        if all(row["name"] == (row["field"] or row["items"]) for row in cells):
            cells = [{**row, "name": ""} for row in cells]  # such a table names its tasks by their field
        tables.append(PlanTable(str(kind), _title(bureau, year, str(kind), rows["title"].iloc[0]), tuple(cells)))
    return YearPlan(bureau, year + 1, tuple(tables), synthetic)


# ---------------------------------------------------------------------------------------------------- cells


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _cells(
    task: Mapping[Any, Any],
    planned: Sequence[Mapping[Any, Any]],
    proportions: Mapping[str, Fraction] | None,
    year: int,
) -> dict[str, str]:
    rule = _text(task["risk_rule"])
    if proportions is not None and re.search(r"\d", rule):
        rule = BY_CLASS  # proportions of the year before must not stand beside the new ones
    lead, initiating = _text(task["lead_unit"]), _text(task["initiating_unit"])
    partners = [str(name) for name in _listed(task["partners"])]
    items = [(str(entry["item"]), str(entry["unit"])) for entry in _listed(task["items"])]
    return {
        "seq": str(task["seq"]),
        "plan_name": _of_next_year(_text(task["plan_name"]), year),
        "field": _text(task["field"]),
        "name": _of_next_year(_text(task["name"]), year),
        "draw_type": DRAW_TYPES.get(_text(task["draw_type"]), ""),
        "item_class": ITEM_CLASSES.get(_text(task["item_class"]), ""),
        "items": _items(items, lead, partners),
        "scope": _text(task["scope"]),
        # Class by class, a line each: a proportion must not be parted from its class.
        "rate": (by_class(proportions) if proportions is not None else _rate(task, planned)).replace("、", "、\n"),
        "risk_rule": rule,
        "period": _period(task, year),
        "lead": lead if initiating in {"", lead} else f"{initiating}发起/{lead}牵头",
        "partners": "、".join(partners),
        "checking_body": _text(task["checking_body"]),
    }


def _listed(value: Any) -> list[Any]:
    """A list column's value; a task without any has none at all."""
    return list(value) if pd.api.types.is_list_like(value) else []


def _of_next_year(text: str, year: int) -> str:
    """Years that are over by then become the next one (2023年第一季度 -> 2024年第一季度)."""
    return re.sub(r"20\d{2}(?=\s*(?:年|度))", lambda found: str(max(int(found[0]), year + 1)), text)


def _title(bureau: str, year: int, kind: str, title: str) -> str:
    renewed = _of_next_year(title, year)
    if renewed.startswith(bureau) and str(year + 1) in renewed and ("联合" in renewed) == (kind == "joint"):
        return renewed
    return f"{bureau}{year + 1}年度{KINDS[kind]}“双随机、一公开”抽查计划"


def _items(items: Sequence[tuple[str, str]], lead: str, partners: Sequence[str]) -> str:
    """Items parted by ；, department by department where they differ; unnamed where all of them check everything."""
    names = list(dict.fromkeys(item for item, _ in items))
    checkers = list(dict.fromkeys(unit for _, unit in items))
    everybody = set(items) == {(item, unit) for item in names for unit in (lead, *partners)}
    if everybody or (not partners and checkers == [lead]):
        return "；\n".join(names)
    return "\n".join(f"{unit}：" + "；".join(item for item, of in items if of == unit) for unit in checkers)


def percent(rate: Fraction) -> str:
    """A proportion in percent with as many decimals as it has, at most four."""
    return f"{float(rate * 100):.4f}".rstrip("0").rstrip(".") + "%"


def by_class(proportions: Mapping[str, Fraction]) -> str:
    """Proportions class by class: A类5%、B类10%、未分类5%; one for all where nothing has a class."""
    if set(proportions) == {NONE}:
        return percent(proportions[NONE])
    return "、".join(
        f"{UNCLASSIFIED if code == NONE else f'{code}类'}{percent(rate)}" for code, rate in proportions.items()
    )


def _rate(task: Mapping[Any, Any], planned: Sequence[Mapping[Any, Any]]) -> str:
    """What the notice planned, written anew: proportion, number, proportions by class, times a year."""
    parts = []
    if planned:
        parts.append("、".join(_class_rate(row) for row in planned))
    if not pd.isna(task["rate"]):
        share = percent(Fraction(str(task["rate"])))
        most = "" if pd.isna(task["rate_max"]) else "—" + percent(Fraction(str(task["rate_max"])))
        parts.append(share + most if most else OPS[str(task["rate_op"])] + share)
    elif not pd.isna(task["rate_max"]):
        parts.append("不超过" + percent(Fraction(str(task["rate_max"]))))
    if not pd.isna(task["quota"]):
        parts.append(f"{int(task['quota'])}户")
    if not pd.isna(task["times_per_year"]):
        parts.append(f"{int(task['times_per_year'])}次/年")
    return "；".join(parts) or _text(task["rate_text"])


def _class_rate(row: Mapping[Any, Any]) -> str:
    name = UNCLASSIFIED if str(row["class"]) == NONE else f"{row['class']}类"
    if not pd.isna(row["quota"]):
        return f"{name}{int(row['quota'])}户"
    return f"{name}{OPS[_text(row['rate_op']) or '=']}{percent(Fraction(str(row['rate'])))}"


def _period(task: Mapping[Any, Any], year: int) -> str:
    if pd.isna(task["starts_on"]) or pd.isna(task["ends_on"]):
        return _of_next_year(_text(task["period_text"]), year)
    first, last = (_a_year_later(pd.Timestamp(task[end]).date()) for end in ("starts_on", "ends_on"))
    dates = [
        f"{day.month}月{day.day}日" if day.year == year + 1 else f"{day.year}年{day.month}月{day.day}日"
        for day in (first, last)
    ]
    return dates[0] if first == last else "—".join(dates)


def _a_year_later(day: datetime.date) -> datetime.date:
    """The same day of the next year; the last day of February stays the last one."""
    last_of_february = (day + datetime.timedelta(days=1)).day == 1 and day.month == 2
    if last_of_february:
        return datetime.date(day.year + 1, 3, 1) - datetime.timedelta(days=1)
    return day.replace(year=day.year + 1)


# ---------------------------------------------------------------------------------------------------- documents


def widths(table: PlanTable) -> dict[str, float]:
    """The width of each column in millimetres, `WIDE` together: as much as its words need for rows of equal height.

    None is narrower than its least width and none wider than its longest line.
    """
    least, most, words = {}, {}, {}
    for column in table.columns:
        heading, fewest = COLUMNS[column]
        lines = [_length(line) for row in table.rows for line in row[column].split("\n")]
        least[column] = max(fewest, _length(heading) / 2 + 0.4)
        if column in UNBROKEN:
            least[column] = max(least[column], min(max(lines) + 0.4, LONGEST_UNBROKEN))
        most[column] = max(least[column], *lines)
        words[column] = sum(lines) / len(table.rows)
    room = WIDE / CHARACTER - len(words) * FREE / CHARACTER
    few, many = 0.0, room / min(filter(None, words.values()), default=1.0)
    for _ in range(40):
        scale = (few + many) / 2
        wide = {column: min(max(least[column], scale * words[column]), most[column]) for column in words}
        few, many = (few, scale) if sum(wide.values()) > room else (scale, many)
    spare = WIDE / (CHARACTER * sum(wide.values()) + FREE * len(wide))
    return {column: spare * (CHARACTER * width + FREE) for column, width in wide.items()}


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in so many characters of width."""
    return sum(max(1, math.ceil(_length(line) / width)) for line in text.split("\n"))


def _length(text: str) -> float:
    """The width of a text in characters of full width, with the quarter that is set between them and numbers."""
    narrow = [character.isascii() for character in text]
    gaps = sum(one != other for one, other in itertools.pairwise(narrow))
    return sum(0.5 if one else 1.0 for one in narrow) + 0.25 * gaps


def _title_size(title: str) -> int:
    """二号 (22 points), or what keeps a longer title on one line, at least 小三 (15): it is read back by lines."""
    return max(15, min(22, math.floor(WIDE * 72 / 25.4 / _length(title))))


def _under_title(plan: YearPlan) -> str:
    return f"编制单位：{plan.bureau}　年度：{plan.year}年　文号：____〔{plan.year}〕____号（印发时填写）"


def to_xlsx(plan: YearPlan) -> bytes:
    """One sheet per plan: title, who and when, the table with its heading on every printed page, A4 across."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    grid = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    title = book.add_format({"font_name": TITLE_FONT, "font_size": 18, "align": "center", "valign": "vcenter"})
    line = book.add_format({"font_name": BODY_FONT, "font_size": 11})
    mark = book.add_format({"font_name": HEAD_FONT, "font_size": 11, "font_color": "#A03020"})
    head = book.add_format({**grid, "font_name": HEAD_FONT, "font_size": 11, "align": "center"})
    body = book.add_format({**grid, "font_name": BODY_FONT, "font_size": 11})
    number = book.add_format({**grid, "font_name": BODY_FONT, "font_size": 11, "align": "center"})
    for place, table in enumerate(plan.tables, start=1):
        name = f"{KINDS[table.kind]}抽查计划"
        others = sum(other.kind == table.kind for other in plan.tables[:place]) - 1
        sheet = book.add_worksheet(f"{name}{others + 1}" if others else name)
        columns = table.columns
        sheet.merge_range(0, 0, 0, max(len(columns) - 1, 1), table.title, title)
        sheet.set_row(0, 34)
        sheet.write_string(1, 0, plain.cell(_under_title(plan)), line)
        if plan.synthetic:
            sheet.write_string(2, 0, SYNTHETIC, mark)
        top = 3
        wide = widths(table)
        for j, column in enumerate(columns):
            # In characters of half a width, of 11 points, which the sheet is then made smaller from.
            sheet.set_column(j, j, wide[column] * 2 / CHARACTER)
            sheet.write_string(top, j, COLUMNS[column][0], head)
            for i, row in enumerate(table.rows, start=top + 1):
                sheet.write_string(i, j, plain.cell(row[column]), number if column in CENTRED else body)
        # Not every program finds the height of a row by itself.
        for i, row in enumerate([{column: COLUMNS[column][0] for column in columns}, *table.rows], start=top):
            high = max(_lines(row[column], (wide[column] - FREE) / CHARACTER) for column in columns)
            sheet.set_row(i, LINE * high + 4)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.set_footer("&C&P / &N")
    book.close()
    return buffer.getvalue()


def to_docx(plan: YearPlan) -> bytes:
    """Every plan on pages of its own, A4 across: title, who and when, the table with its heading on every page."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    for place, table in enumerate(plan.tables):
        head = _paragraph(document, table.title, TITLE_FONT, _title_size(table.title), centred=True)
        head.paragraph_format.page_break_before = place > 0
        _paragraph(document, _under_title(plan), BODY_FONT, 12, centred=True)
        if plan.synthetic:
            _paragraph(document, SYNTHETIC, HEAD_FONT, 12, centred=True)
        columns, wide = table.columns, widths(table)
        grid = document.add_table(rows=1 + len(table.rows), cols=len(columns))
        grid.style = "Table Grid"
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = False
        # Word goes by the cells, WPS and LibreOffice by the grid.
        for side, column in zip(grid.columns, columns, strict=True):
            side.width = Mm(wide[column])
        headings = {column: COLUMNS[column][0] for column in columns}
        for i, (row, texts) in enumerate(zip(grid.rows, [headings, *table.rows], strict=True)):
            for cell, column in zip(row.cells, columns, strict=True):
                cell.width = Mm(wide[column])
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                font = HEAD_FONT if i == 0 else BODY_FONT
                _write(cell.paragraphs[0], texts[column], font, 9, centred=i == 0 or column in CENTRED)
            # Word repeats a row marked so on every page; the other rows stay whole.
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader" if i == 0 else "w:cantSplit"))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _paragraph(document: Any, text: str, font: str, size: int, centred: bool = False) -> Any:
    paragraph = document.add_paragraph()
    _write(paragraph, text, font, size, centred)
    return paragraph


def _write(paragraph: Any, text: str, font: str, size: int, centred: bool = False) -> None:
    run = paragraph.add_run(plain.xml(text))
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
