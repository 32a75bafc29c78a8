"""A table that pages or separate tables part is one plan: its headings are no rows, a row broken in two is one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table, TableStyle

from inspections.files.opening import read_document
from inspections.notice.reading import read_notice
from tests.notice.formats import NOTICES, as_docx, blocks_of
from tests.office import converted

HEADER = ["序号", "任务名称", "抽查事项", "抽查对象", "抽查比例", "抽查时间"]
TITLE = "某县自然资源局2024年度抽查计划"
FIRST = [HEADER, ["1", "任务一", "事项一", "全县企业", "5%", "9月"]]


def as_html(blocks: Sequence[object], path: Path) -> Path:
    """A page of lines and tables."""
    told = ""
    for block in blocks:
        if isinstance(block, str):
            told += f"<p>{block}</p>"
        else:
            rows = ["".join(f"<td>{cell}</td>" for cell in row) for row in block]  # type: ignore[attr-defined]
            told += f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    path.write_text(f"<html><body>{told}</body></html>", "utf-8")
    return path


@pytest.mark.parametrize(("write", "suffix"), [(as_docx, "docx"), (as_html, "html")])
@pytest.mark.parametrize("repeated", [True, False])
def test_tables_of_one_heading_are_one_plan(
    tmp_path: Path, write: Callable[..., Path], suffix: str, repeated: bool
) -> None:
    second = [HEADER] * repeated + [
        ["2", "任务二", "事项二", "企业", "10%", "6月"],
        ["3", "任务三", "事项三", "企业", "1%", "6月"],
    ]
    (plan,) = read_notice(read_document(write([TITLE, FIRST, second], tmp_path / f"a.{suffix}"))).plans
    assert [(task.seq, task.name) for task in plan.tasks] == [(1, "任务一"), (2, "任务二"), (3, "任务三")]


def as_pdf_pages(
    pages: Sequence[Sequence[Sequence[str]]], path: Path, style: Sequence[tuple[object, ...]] = ()
) -> Path:
    """A ruled table a page; `style` is that of the first."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    ruled = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 9)]
    story: list[object] = []
    for number, rows in enumerate(pages):
        style_of_page = TableStyle([*ruled, *([] if number else style)])
        story += [Table([list(row) for row in rows], style=style_of_page), PageBreak()]
    SimpleDocTemplate(str(path)).build(story)
    return path


def test_a_pdf_row_below_a_repeated_heading_is_the_rest_of_the_row_before(tmp_path: Path) -> None:
    first = [HEADER, ["1", "任务一", "某某情况的", "全县企业", "5%", "9月"]]
    second = [HEADER, ["", "", "检查", "", "", ""], ["2", "任务二", "另一事项", "企业", "5%", "9月"]]
    as_pdf_pages([first, second], tmp_path / f"{TITLE}.pdf")
    (read,) = read_notice(read_document(tmp_path / f"{TITLE}.pdf")).plans
    assert [task.items[0].name for task in read.tasks] == ["某某情况的检查", "另一事项"]


def test_a_row_of_its_own_under_a_cell_that_reaches_over_rows_stays_one(tmp_path: Path) -> None:
    """It has an empty first cell too, but the page before ended in the middle of a group."""
    first = [HEADER, ["1", "任务一", "事项甲", "全县企业", "5%", "9月"], ["", "", "事项乙", "", "", ""]]
    spans = [("SPAN", (column, 1), (column, 2)) for column in (0, 1, 3, 4, 5)]
    second = [["", "", "事项丙", "", "", ""], ["2", "任务二", "事项四", "企业", "5%", "9月"]]
    as_pdf_pages([first, second], tmp_path / f"{TITLE}.pdf", spans)
    (read,) = read_notice(read_document(tmp_path / f"{TITLE}.pdf")).plans
    assert [[item.name for item in task.items] for task in read.tasks] == [["事项甲", "事项乙", "事项丙"], ["事项四"]]


def test_a_pdf_as_an_office_prints_it_says_what_the_notice_says(tmp_path: Path) -> None:
    """Its rows are so tight that letters reach over their cells, and they break over pages."""
    text = (NOTICES / "yangcheng-2023.txt").read_text("utf-8")
    written = docx.Document(str(as_docx([*blocks_of(text), "阳城县自然资源局"], tmp_path / "a.docx")))
    for table in written.tables:
        table.style = "Table Grid"
    written.save(str(tmp_path / "a.docx"))
    (printed,) = converted([tmp_path / "a.docx"], "pdf", tmp_path)
    assert any(row.split for table in read_document(printed).tables for row in table.rows)

    def told(path: Path) -> list[object]:
        return [
            (plan.kind, [(task.seq, task.name, task.rate, [item.name for item in task.items]) for task in plan.tasks])
            for plan in read_notice(read_document(path)).plans
        ]

    # In the joint plan a line of a cell ends where the page does, which nobody can tell from a full line.
    assert told(printed)[0] == told(NOTICES / "yangcheng-2023.txt")[0]
