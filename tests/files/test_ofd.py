"""OFD, in which authorities fix their documents: lines and tables as they stand on the page, and nothing hostile."""

from __future__ import annotations

import zipfile
from pathlib import Path

from inspections.files.content import LeftOut
from inspections.files.opening import read_document
from inspections.notice.reading import read_notice
from tests.files.ofd import page, table, write
from tests.files.refusal import refused

HEADER = ["序号", "任务名称", "抽查事项", "抽查对象", "抽查比例", "抽查时间"]
LEFTS = [10.0, 25.0, 65.0, 120.0, 160.0, 180.0, 203.0]
HEAD = [
    (60.0, 20.0, "某县自然资源局文件"),
    (70.0, 32.0, "某自然资发〔2024〕12号"),
    (40.0, 44.0, "某县自然资源局2024年度内部抽查计划"),
]


def plan(path: Path) -> Path:
    """Two pages: the heading stands on both, and a row is broken over them."""
    first = [
        HEADER,
        ["1", "测绘检查", "测绘资质\n情况", "测绘单位", "5%", "9月"],
        ["2", "矿产检查", "矿山开采", "矿山", "10%", "3月"],
    ]
    second = [HEADER, ["", "", "情况检查", "", "", ""], ["3", "地图检查", "地图市场", "企业", "5%", "6月"]]
    texts, strokes = table(first, LEFTS, 60, 12)
    more, lines = table(second, LEFTS, 20, 12)
    end = [(140.0, 80.0, "某县自然资源局"), (140.0, 90.0, "2024年3月1日")]
    # In the file the words stand in any order.
    return write(path, [page([*reversed(texts), *HEAD, (100, 280, "—1—")], strokes), page([*end, *more], lines)])


def test_lines_and_tables_come_out_in_the_order_of_the_page(tmp_path: Path) -> None:
    document = read_document(plan(tmp_path / "a.ofd"))
    assert document.format == "ofd"
    told = [paragraph.text for paragraph in document.paragraphs]
    assert told == [*(words for _, _, words in HEAD), "某县自然资源局", "2024年3月1日"]
    one, two = document.tables
    assert [row.cells for row in one.rows] == [
        tuple(HEADER),
        ("1", "测绘检查", "测绘资质情况", "测绘单位", "5%", "9月"),
        ("2", "矿产检查", "矿山开采", "矿山", "10%", "3月"),
    ]
    assert (one.page, two.page, two.rows[1].split) == (1, 2, True)


def test_the_plan_that_a_page_break_parts_is_one(tmp_path: Path) -> None:
    (read,) = read_notice(read_document(plan(tmp_path / "a.ofd"))).plans
    assert [(task.seq, task.items[0].name) for task in read.tasks] == [
        (1, "测绘资质情况"),
        (2, "矿山开采情况检查"),
        (3, "地图市场"),
    ]


def test_words_aligned_without_ruled_lines_are_a_table_too(tmp_path: Path) -> None:
    rows = [
        ["序号", "任务名称", "抽查事项", "抽查比例"],
        ["1", "测绘检查", "测绘资质", "5%"],
        ["2", "矿产检查", "矿山开采", "10%"],
    ]
    texts, _ = table(rows, [10, 30, 80, 140, 180], 60, 10)
    # The rest of a cell stands below it.
    document = read_document(
        write(tmp_path / "a.ofd", [page([*HEAD, *texts, (81, 86.5, "情况"), (10, 100, "附注：无")])])
    )
    assert [row.cells for row in document.tables[0].rows] == [
        ("序号", "任务名称", "抽查事项", "抽查比例"),
        ("1", "测绘检查", "测绘资质", "5%"),
        ("2", "矿产检查", "矿山开采情况", "10%"),
    ]
    assert document.paragraphs[-1].text == "附注：无"
    assert document.left_out == (LeftOut("unruled", 1),)


def test_templates_turned_objects_and_filled_boxes_count_as_drawn(tmp_path: Path) -> None:
    texts, _ = table([["序号", "比例"], ["1", "5%"]], [10, 40, 80], 60, 10)
    boxes = [f"M 10 {y} L 80 {y} L 80 {y + 0.3} L 10 {y + 0.3} C" for y in (60, 70, 80)]
    boxes += [f"M {x} 60 L {x} 80 L {x + 0.3} 80 L {x + 0.3} 60 C" for x in (10, 40, 80)]
    scaled = (
        '<ofd:TextObject ID="9" Boundary="20 20 100 10" Size="1" CTM="4 0 0 4 0 0">'
        '<ofd:TextCode X="0" Y="1" DeltaX="1 g 2 1">抽查计划</ofd:TextCode></ofd:TextObject>'
    )
    xml = page(texts, template="0").replace("</ofd:PageBlock>", f"{scaled}</ofd:PageBlock>")
    document = read_document(write(tmp_path / "a.ofd", [xml], [page([], boxes)]))
    assert [row.cells for row in document.tables[0].rows] == [("序号", "比例"), ("1", "5%")]
    assert [paragraph.text for paragraph in document.paragraphs] == ["抽查计划"]


def test_hostile_and_broken_files_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.ofd", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OFD.xml", b" " * 160_000_000)
    assert refused(tmp_path / "bomb.ofd") == "file_too_large"
    write(tmp_path / "long.ofd", [page([(10, 10, "甲" * 21_000)])])
    assert refused(tmp_path / "long.ofd") == "too_many_rows"
    grid = [f"M 0 {n} L 900 {n} M {n} 0 L {n} 900" for n in range(2, 900, 2)]
    write(tmp_path / "grid.ofd", [page([(10, 10, "甲")], grid)])
    assert refused(tmp_path / "grid.ofd") == "too_many_rows"
    laughs = '<!DOCTYPE r [<!ENTITY a "笑笑"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    xml = page([(10, 10, "计划")]).replace("<ofd:Page ", f"{laughs}<ofd:Page ").replace("计划", "计划&a;&f;")
    told = repr(read_document(write(tmp_path / "entity.ofd", [xml])))
    assert "笑" not in told
    assert "root:" not in told
    (tmp_path / "half.ofd").write_bytes(plan(tmp_path / "whole.ofd").read_bytes()[:900])
    assert refused(tmp_path / "half.ofd") == "file_broken"
    for name, bad in (("none", "<ofd:Page"), ("nan", page([(10, 10, "甲")]).replace('Size="4.0"', 'Size="nan"'))):
        assert refused(write(tmp_path / f"{name}.ofd", [bad])) == "file_broken"
    assert refused(write(tmp_path / "blank.ofd", [page([])])) == "no_words"
    assert refused(write(tmp_path / "far.ofd", [page([(1e9, 10, "甲")])])) == "no_words"
    with zipfile.ZipFile(tmp_path / "whole.ofd", "a") as archive:
        archive.writestr("Encryptions.xml", "<x/>")
    assert refused(tmp_path / "whole.ofd") == "file_encrypted"
