"""Files to be read, and what can become of them: honest ones of every format, and thousands of ways to spoil them.

A case is a reader, a seed file and a number; the same three give the same bytes, so that a failure is kept by its name
(`tests/files/corpus.txt`) and not as a binary file.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from functools import cache, partial

from inspections.draws import freezing, packages, recording
from tests.draw_world import NOON, add_inspectors, add_task, empty_world, pool_of
from tests.hostile_files import honest_docx, honest_xls, with_parts

HEADINGS = ("任务名称", "统一社会信用代码", "企业名称", "检查机关", "检查日期", "录入时间", "检查结果", "执法证号")
ROW = (
    "矿山抽查",
    "91410000MA40XXXX1X",
    "甲“矿业”,有限公司",
    "应急管理局",
    "2024-03-05",
    "2024.3.6",
    "未发现问题",
    "410012",
)
CSV = "某县检查结果\r\n" + "\r\n".join(
    ",".join(f'"{cell}"' for cell in row) for row in (HEADINGS, *[ROW] * 12, ("合计", "", "", "", "", "", "12", ""))
)
HTML = (
    "<html><head><meta charset='utf-8'></head><body><table border=1><tr><th rowspan=2>任务名称<th colspan=2>检查对象"
    "<th rowspan=2>检查日期<th rowspan=2>检查结果</tr><tr><th>名称<th>统一社会信用代码</tr>"
    + "<tr><td>矿山抽查<td>甲&amp;乙<br>公司<td>91410000MA40XXXX1X<td>2024-03-05<td>未发现问题</tr>" * 6
    + "</table></body></html>"
)
XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:'
    'spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="名录"><Table>'
    + "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in (HEADINGS, *[ROW] * 6)
    )
    + '<Row ss:Index="12"><Cell ss:Index="2" ss:MergeAcross="3" ss:MergeDown="2"><Data ss:Type="Number">1</Data></Cell>'
    "</Row></Table></Worksheet></Workbook>"
)
NOTICE = (
    "# 某县市场监管局2024年度抽查计划\n建文〔2024〕1号\n\n"
    "序号\t抽查任务名称\t抽查事项\t检查对象\t抽查比例\t抽查时间\t责任科室\n"
    "1\t矿山抽查\t登记事项检查；公示信息检查\t全县矿山企业\t不低于5%\t3月—6月\t矿产股\n"
    "2\t测绘抽查\t测绘资质\t测绘单位\t10% (20户)\t2024.4.8-11.31\t测绘股 联系人：张三 13900000000\n"
)
SIMULATION = """
[[cell]]
size = 40
class = "A"
tasks = ["Q1", "Q2"]
[[task]]
id = "Q1"
quota = { A = 10 }
[[task]]
id = "Q2"
rate = { A = 0.25 }
"""
PLANNING = """
goal = "problems"
budget_days = 120
[class.A]
size = 39
problem_rate = 0.05
days_per_visit = 0.5
[class.D]
size = 3
done = 4
problems = 1
days_per_visit = 1
"""


@cache
def workbook() -> bytes:
    """A workbook of two worksheets with merged headings, numbers, dates, a total and a note."""
    import datetime  # noqa: PLC0415 - only what builds a seed needs it

    import openpyxl  # noqa: PLC0415 - likewise

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某县检查结果"])
    sheet.merge_cells("A1:H1")
    sheet.append(list(HEADINGS))
    for number in range(10):
        sheet.append([*ROW[:4], datetime.datetime(2024, 3, 1 + number), *ROW[5:7], 410012 + number])  # noqa: DTZ001
    sheet.merge_cells("A3:A6")
    sheet.append(["合计", None, None, None, None, None, 10])
    book.create_sheet("说明").append(["填表说明", "请勿改动"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def package() -> bytes:
    """A sealed package of a drawn trial."""
    with empty_world() as world:
        add_inspectors(world, *(f"P{number}" for number in range(4)))
        task = add_task(world, pool_of({"A": 9, "B": 6, "none": 3}, "甲"))
        draw_id = freezing.freeze(world, task, {"A": 3, "B": 2, "none": 1}, actor="测试", now=NOON)
        recording.draw_frozen(world, draw_id, actor="测试", now=NOON)
        out = io.BytesIO()
        packages.write_sealed(world, draw_id, out)
    return out.getvalue()


def _text(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "replace")


def _rubric() -> bytes:
    from inspections.evaluation.rubric import default_rubric, write_rubric  # noqa: PLC0415 - only what builds a seed needs it

    return write_rubric(default_rubric()).encode()


TABLES: dict[str, Callable[[], bytes]] = {
    "book.xlsx": workbook,
    "old.xls": honest_xls,
    "utf8.csv": partial(_text, CSV, "utf-8-sig"),
    "gb.csv": partial(_text, CSV, "gb18030"),
    "wide.txt": partial(_text, CSV.replace(",", "\t"), "utf-16"),
    "page.xls": partial(_text, HTML, "utf-8"),
    "office.xls": partial(_text, XML, "utf-8"),
}
SEEDS: dict[str, dict[str, Callable[[], bytes]]] = {
    "sheet": TABLES,
    "cells": {"cells.csv": partial(_text, CSV, "utf-8")},
    "notice": {
        "plan.txt": partial(_text, NOTICE, "utf-8"),
        "plan.csv": partial(_text, NOTICE.replace("\t", ","), "gb18030"),
        "plan.docx": honest_docx,
        **TABLES,
    },
    "package": {"package.zip": package},
    "rubric": {"rubric.toml": _rubric},
    "simulation": {"year.toml": partial(_text, SIMULATION, "utf-8")},
    "planning": {"scenario.toml": partial(_text, PLANNING, "utf-8")},
}
READERS = tuple(SEEDS)
# What readers stumble over: signs, numbers at the edge, pieces of formats, words of formulas.
MORSELS = tuple(
    morsel.encode("utf-8", "surrogatepass")
    for morsel in (
        *(
            "\x00",
            "\ufeff",
            "\u202e",
            "\ud800",
            "\U0010ffff",
            "\ufffd",
            "\u3000",
            "１２",
            '"',
            "'",
            ",",
            "\t",
            "\r",
            "\n",
            "|",
            "，",
        ),
        *("0", "-1", "1e999", "NaN", "Infinity", "99999999999999999999", "9.14E+17", "0x10", "1_000", "2024-02-30"),
        *(
            "9999-12-31",
            "0000-00-00",
            "24:00",
            "二〇二四年",
            "11月31日",
            "-2958466",
            "2958466",
            "<",
            ">",
            "&",
            "&#0;",
            "&#xD800;",
        ),
        *(
            "&lol9;",
            "<!DOCTYPE x [",
            "]]>",
            "<![CDATA[",
            "<table>",
            "</table>",
            "<tr>",
            "<td colspan=99999 rowspan=99999>",
            "<?xml ?>",
        ),
        *(
            'r="XFD1048576"',
            'r="A0"',
            's="999"',
            't="s"',
            't="e"',
            "<v>",
            "</c>",
            "合计",
            "注：",
            "=1+1",
            "{",
            "}",
            "[",
            "]",
            "[[",
        ),
        *(
            "%",
            "100%",
            "-5%",
            "true",
            "=",
            "#",
            "\\",
            "(" * 50,
            "，" * 200,
            "甲" * 12_000,
            " " * 5_000,
            "1" * 5_000,
            "抽查比例",
        ),
    )
)


def case(reader: str, seed: str, number: int) -> bytes:
    """The bytes of one case. Number 0 is the honest file."""
    content = SEEDS[reader][seed]()
    if not number:
        return content
    chance = random.Random(f"{reader}/{seed}/{number}")
    if content.startswith(b"PK") and chance.random() < 0.75:
        return _with_spoilt_part(content, chance)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 40))):
        content = _spoilt(content, chance)
    return content


def _with_spoilt_part(content: bytes, chance: random.Random) -> bytes:
    """An archive that is whole, one member of which is spoilt, gone, doubled or empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        name = chance.choice(names)
        part = archive.read(name)
    match chance.randrange(8):
        case 0:
            part = b""
        case 1:
            name = chance.choice(
                (f"../{name}", name.upper(), f"{name}/", "xl/worksheets/sheet9.xml", "word/document.xml")
            )
    for _ in range(chance.choice((1, 1, 2, 5))):
        part = _spoilt(part, chance)
    return with_parts(content, {name: part})


def _spoilt(content: bytes, chance: random.Random) -> bytes:  # noqa: PLR0911 - one way to spoil a file a line
    at = chance.randrange(len(content) + 1)
    length = chance.choice((1, 2, 4, 16, 200, 5_000))
    match chance.randrange(9):
        case 0:
            return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        case 1:
            return content[:at]
        case 2:
            return content[:at] + content[at + length :]
        case 3:
            return content[:at] + chance.randbytes(length) + content[at:]
        case 4:
            return content[:at] + content[at : at + length] * chance.choice((2, 3, 20)) + content[at + length :]
        case 5:
            other = chance.randrange(len(content) + 1)
            return content[:at] + content[other : other + length] + content[at:]
        case 6:
            morsel = chance.choice(MORSELS)
            return content[:at] + morsel + content[at + chance.choice((0, len(morsel))) :]
        case 7:
            lines = content.split(b"\n")
            chance.shuffle(lines)
            return b"\n".join(lines)
    return content.replace(content[at : at + 2] or b"0", chance.choice(MORSELS)[:60], 50)
