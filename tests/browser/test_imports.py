"""The imports page in real Chromium: a workbook with a bad row from the drop to the undo."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from inspections.words.wording import say
from tests.browser.conftest import Visit, serving
from tests.browser.screens import clipped
from tests.browser.test_browser import serious
from tests.intake.files import code, write_xlsx

BUREAU = "阳城县自然资源局"


def test_a_bad_row_is_seen_taken_along_left_out_and_the_import_undone(
    visit: Callable[..., Visit], demo_database: Path, tmp_path: Path
) -> None:
    bad = code(7)[:-1] + ("A" if code(7)[-1] != "A" else "B")
    file = write_xlsx(
        tmp_path / "对象.xlsx",
        ["统一社会信用代码", "企业名称", "行业", "对象库", "联系电话"],
        [
            [code(6), "试验采石有限公司", "采矿业", "全县生产矿山企业", "1380000"],
            [bad, "试验测绘有限公司", "测绘", "全县生产矿山企业", "1390000"],
        ],
    )
    shutil.copyfile(demo_database, tmp_path / "county.duckdb")
    with serving(tmp_path / "county.duckdb", tmp_path / "log.txt") as server:
        one = visit(at=server).open(f"imports?lang=zh&bureau={BUREAU}")
        page = one.page
        # A deep link is the first request of this server: it is in its frame all the same.
        assert one.title == say("imports.title")
        assert page.get_by_text("Page not found").count() == 0
        expect(page.get_by_role("link", name=say("overview.title"))).to_be_visible()
        page.set_input_files("input[type=file]", str(file))
        expect(page.get_by_text(say("imports.will_reject", count=1))).to_be_visible(timeout=60_000)
        one.settled()
        assert not serious(page)
        assert not clipped(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name=say("imports.marked")).click()
        sheet = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes())).worksheets[0]
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert bad in cells
        assert any("校验位不符" in text for text in cells)
        assert not any("1390000" in text for text in cells)
        page.get_by_text(say("imports.good_rows"), exact=True).click()
        page.get_by_role("button", name=say("imports.confirm"), exact=True).click()
        expect(page.get_by_text("“对象.xlsx”已导入：新增 1 行")).to_be_visible(timeout=60_000)
        one.settled()
        assert not serious(page)
        page.get_by_role("button", name=say("imports.undo")).click()
        page.get_by_role("button", name=say("imports.undo_confirm")).click()
        expect(page.get_by_text(say("imports.undone", file=file.name))).to_be_visible(timeout=60_000)
        assert one.complaints == []
        assert one.foreign == []
