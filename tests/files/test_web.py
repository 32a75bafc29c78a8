"""Web pages as bureaus publish and people save them: the plan and its head come out, the site around them does not."""

from __future__ import annotations

import quopri
from collections.abc import Callable
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from inspections.files.content import LeftOut
from inspections.files.opening import read_document
from inspections.notice.reading import read_notice
from tests.files.refusal import refused

PUBLISHED = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "xhtml1-transitional.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>某县自然资源局2024年度抽查计划_某县人民政府</title>
<style>.hide {{ display: none }} @media print {{ .plan {{ display: none }} }}
.xl66 {{ text-decoration:line-through }}</style>
<script>var t = "<table><tr><td>序号</td><td>抽查任务名称</td></tr></table>";</script></head>
<body><!-- 序号 抽查任务名称 -->
<table width="100%"><tr><td><a href="/">首页</a></td>
<td><a href="/zwgk">政务公开</a></td><td><a href="/hd">互动交流</a></td></tr></table>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a></div>
<table class="layout"><tr><td width="180"><ul>
<li><a href="/1">机构职能</a></li><li><a href="/2">抽查计划</a></li></ul></td>
<td><table><tr><td>索 引 号：</td><td>0123/2024-1</td><td>发布机构：</td><td>某县自然资源局</td></tr>
<tr><td>文&nbsp;&nbsp;号：</td><td>某自然资发〔2024〕12号</td><td>成文日期：</td><td>2024年3月1日</td></tr></table>
<h1>某县自然资源局关于印发<br>《2024年度双随机抽查计划》的通知</h1>
<p>发布时间：2024-03-05 来源：本站 字号：[<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>]</p>
<div class="hide">此处为隐藏的文字</div>
<p>各股室&#12289;所：现将《2024年度双随机
   抽查计划》印发给你们。</p>
<table class="plan" border="1">
<caption>某县自然资源局2024年度内部双随机抽查计划</caption>
<thead><tr><th rowspan="2">序号</th><th rowspan="2">抽查任务名称</th>
<th colspan="2">抽查内容</th>
<th rowspan="2">抽查比例</th><th rowspan="2">抽查时间</th></tr>
<tr><th>抽查事项</th><th>抽查对象范围</th></tr></thead>
<tr><td>1</td><td rowspan="2"><p>测绘</p></td>
<td>测绘资质<br/>检查</td><td>全县测绘单位</td><td>&ge;5%</td><td>3&#26376;&mdash;6月</td></tr>
<tr><td>2</td><td>地图市场检查</td><td>全县地图
  出版单位<span style="display:none">甲</span></td><td><s>10%</s>20%</td><td>9月</td></tr>
<tr style='display:none'><td>3</td><td>旧任务</td><td>旧事项</td><td>旧范围</td><td>1%</td><td>1月</td></tr>
<tr><td>4</td><td>矿产</td><td class=xl66>已停的事项</td><td>全县<del>生产</del>矿山</td><td>5%</td><td>9月</td></tr>
</table><p>某县自然资源局</p><p>2024年3月1日</p>
<p><a href="/f.docx">附件下载</a> <a href="javascript:print()">打印</a></p></td></tr></table>
<footer><p>某县人民政府办公室主办 备案号：0000</p></footer></body></html>"""


def published(charset: str) -> str:
    return PUBLISHED.format(charset=charset)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gbk", "gb2312"),
        ("gb18030", "gbk"),
        ("utf-8", "gb2312"),
        ("gbk", "utf-8"),
        ("utf-8-sig", "x"),
    ],
)
def test_a_published_page_gives_its_plan_and_its_head(tmp_path: Path, encoding: str, declared: str) -> None:
    file = tmp_path / "page.htm"
    file.write_bytes(published(declared).encode(encoding))
    document = read_document(file)
    (table,) = document.tables
    assert [row.cells for row in table.rows] == [
        ("序号", "抽查任务名称", "抽查内容", "抽查内容", "抽查比例", "抽查时间"),
        ("序号", "抽查任务名称", "抽查事项", "抽查对象范围", "抽查比例", "抽查时间"),
        ("1", "测绘", "测绘资质\n检查", "全县测绘单位", "≥5%", "3月—6月"),
        ("2", "测绘", "地图市场检查", "全县地图出版单位", "20%", "9月"),
        ("4", "矿产", "", "全县矿山", "5%", "9月"),
    ]
    told = [paragraph.text for paragraph in document.paragraphs]
    assert told == [
        "索引号：0123/2024-1",
        "发布机构：某县自然资源局",
        "文号：某自然资发〔2024〕12号",
        "2024年3月1日",
        "某县自然资源局关于印发《2024年度双随机抽查计划》的通知",
        "发布时间：2024-03-05 来源：本站 字号：[大 中 小]",
        "各股室、所：现将《2024年度双随机抽查计划》印发给你们。",
        "某县自然资源局2024年度内部双随机抽查计划",
        "某县自然资源局",
        "2024年3月1日",
    ]
    assert set(document.left_out) == {
        LeftOut("hidden_text", 1, 9),
        LeftOut("hidden_text", 1, 4, table=1),
        LeftOut("hidden_rows", 1, 5, table=1),
        LeftOut("struck_out", 3, 4, table=1),
    }


def test_the_notice_of_a_published_page_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(published("gb2312").encode("gbk"))
    notice = read_notice(read_document(file))
    assert (notice.bureau.name, notice.doc_no) == ("某县自然资源局", "某自然资发〔2024〕12号")
    assert str(notice.issued_on) == "2024-03-01"
    assert [task.seq for plan in notice.plans for task in plan.tasks] == [1, 2, 4]


def test_a_page_saved_with_its_pictures_in_one_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "single.html"
    picture = f'<img src="data:image/png;base64,{"QUJD" * 4_000_000}">'
    file.write_text(published("utf-8").replace("<h1>", f"{picture}<h1>"), "utf-8")
    assert len(read_document(file).tables[0].rows) == 5


def _related(html: str, encoding: str) -> bytes:
    archive = MIMEMultipart("related", type="text/html")
    archive["From"] = "<Saved by Windows Internet Explorer 11>"
    archive["Subject"] = "plan"
    archive.attach(MIMEText(html, "html", encoding))
    archive.attach(MIMEImage(b"\x89PNG" + bytes(3000), "png"))
    return archive.as_bytes()


def _of_word(html: str, encoding: str) -> bytes:
    """As Word writes it: quoted-printable, and the words about its parts before the first of them."""
    body = quopri.encodestring(html.encode(encoding)).decode("ascii")
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_NextPart_1"'
    part = "Content-Location: file:///C:/1/plan.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    part += f'Content-Type: text/html; charset="{encoding}"'
    return (
        f"{head}\r\n\r\n本文档为“单个文件网页”。\r\n\r\n------=_NextPart_1\r\n{part}\r\n\r\n".encode(encoding)
        + body.replace("\n", "\r\n").encode()
        + b"\r\n------=_NextPart_1--\r\n"
    )


@pytest.mark.parametrize("archived", [_related, _of_word])
@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
@pytest.mark.parametrize("name", ["page.mht", "page.mhtml", "page.doc", "page.xls"])
def test_web_archives_are_read_as_the_page_they_hold(
    tmp_path: Path, archived: Callable[[str, str], bytes], encoding: str, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(archived(published(encoding), encoding))
    document = read_document(file)
    assert document.format == "mht"
    assert [row.cells[0] for row in document.tables[0].rows] == ["序号", "序号", "1", "2", "4"]
    assert "文号：某自然资发〔2024〕12号" in [paragraph.text for paragraph in document.paragraphs]


def test_hostile_pages_and_archives_are_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.html").write_text("<html>" + "<div>" * 10_000 + "<table><tr><td>1<td>2</table>", "utf-8")
    assert refused(tmp_path / "deep.html") == "format_unknown"
    (tmp_path / "tables.html").write_text("<table><tr><td>" * 10_000 + "x", "utf-8")
    assert refused(tmp_path / "tables.html") == "format_unknown"
    (tmp_path / "many.html").write_text("<table><tr><td>1<td>2</table>" + "<p>文" * 700_000, "utf-8")
    assert refused(tmp_path / "many.html") == "too_many_rows"
    unending = "<style>" + "@media" * 200_000 + "/*" * 200_000 + "</style>"
    (tmp_path / "style.html").write_text(f"{unending}<table><tr><td>1<td>2</table>", "utf-8")
    assert read_document(tmp_path / "style.html").tables[0].rows[0].cells == ("1", "2")
    (tmp_path / "wide.html").write_text("<table><tr><td>1<td colspan=9999 rowspan=9999>2</table>", "utf-8")
    assert refused(tmp_path / "wide.html") == "too_many_columns"
    boundary = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n'
    (tmp_path / "parts.mht").write_bytes(boundary + b"--b\n\nx\n" * 30_000)
    assert refused(tmp_path / "parts.mht") == "file_broken"
    nested = b"".join(
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    (tmp_path / "nested.mht").write_bytes(nested)
    assert refused(tmp_path / "nested.mht") == "file_broken"
    (tmp_path / "huge.mht").write_bytes(_related("<p>" + "甲" * 16_000_000, "utf-8"))
    assert refused(tmp_path / "huge.mht") == "file_too_large"
    (tmp_path / "no_page.mht").write_bytes(boundary + b"--b\nContent-Type: image/png\n\nx\n--b--\n")
    assert refused(tmp_path / "no_page.mht") == "file_broken"


def test_a_column_of_tables_within_a_table_of_rows_stays_text_of_its_cells(tmp_path: Path) -> None:
    inner = "<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>"
    rows = "".join(f"<tr><td>{n}<td>任务{n}<td>{inner}<td>5%</tr>" for n in (1, 2))
    (tmp_path / "a.html").write_text(f"<table><tr><td>序号<td>任务<td>事项<td>比例</tr>{rows}</table>", "utf-8")
    (table,) = read_document(tmp_path / "a.html").tables
    assert table.rows[1].cells == ("1", "任务1", "甲\n乙", "5%")


def test_what_a_page_shows_by_another_class_or_its_own_style_is_read(tmp_path: Path) -> None:
    style = ".tab, .page { display:none } .tab.on { display: block } .old{display:none} .old{display:block}"
    (tmp_path / "a.html").write_text(
        f"<html><head><style>{style}</style></head><body><div class='tab'>甲</div><div class='tab on'>乙</div>"
        "<div class='page' style='display: block'>丙</div><div class='old'>丁</div><div class='page'>戊</div>"
        "<table><tr><td>序号<td>名称<td>比例<tr><td>1<td style='visibility:hidden'>己<td>5%"
        "<tr><td>2<td style='display:none'>庚<td>辛<td>1%</table></body></html>",
        "utf-8",
    )
    document = read_document(tmp_path / "a.html")
    assert [paragraph.text for paragraph in document.paragraphs] == ["乙", "丙", "丁"]
    assert [row.cells for row in document.tables[0].rows[1:]] == [("1", "", "5%"), ("2", "辛", "1%")]
    assert {(told.code, told.count, told.table) for told in document.left_out} == {
        ("hidden_text", 2, None),
        ("hidden_text", 2, 1),
    }


def test_a_style_that_writes_its_signs_in_other_words_hides_as_well(tmp_path: Path) -> None:
    for style in ('"display&#58;none"', "'display&colon; none'", "display&#x3a;none"):
        row = f"<tr><td>1<td>甲<td>5%<tr style={style}><td>2<td>乙<td>9%"
        (tmp_path / "a.html").write_text(f"<table><tr><td>序号<td>名称<td>比例{row}</table>", "utf-8")
        (table,) = read_document(tmp_path / "a.html").tables
        assert [one.cells[1] for one in table.rows] == ["名称", "甲"], style
