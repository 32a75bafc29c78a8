"""Web pages as bureaus publish and people save them: their tables, and the words around them, as a reader sees them.

A published page is more than its plan: menus, banners, tables that only place other tables, scripts. A line of links is
no line and a table of links no table here; what the page hides or strikes through is counted and not read.
"""

from __future__ import annotations

import contextlib
import email
import email.message
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from inspections.files.bounds import Bounds
from inspections.files.content import Collector, LeftOut, Row
from inspections.files.encodings import encoding_of
from inspections.files.look import KEEPS_PLACE, LINKS, Look, cells_of, own, words_of
from inspections.files.markup import Placed, whole, worksheet
from inspections.files.worksheets import Book, Cells
from inspections.words.errors import InspectionsError

# fmt: off
_UNSEEN = frozenset((
    "script", "style", "head", "template", "noscript", "iframe", "object", "select", "option", "button", "input",
    "textarea", "svg", "math", "video", "audio",
))
_FURNITURE = frozenset(("nav", "aside", "footer"))
_BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "tr", "td", "th", "table", "tbody", "thead", "tfoot",
    "caption", "center", "form", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
    "hr", "blockquote", "address", "fieldset", "body", "html", "figure", "figcaption",
))
# fmt: on
_NAMED_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|copyright|sidebar|share|toolbar)(?:$|[\s_-])"
)
# Facts about a document that a site shows above it, as a table of two or four columns.
_FACT = re.compile(
    r"(?:索引号|索取号|文号|发文字号|文件编号|发布机构|发文机关|发布单位|发文单位|信息来源|来源|标题|名称|信息名称|主题词?|"
    r"关键词|主题分类|信息分类|分类|体裁|体裁分类|组配分类|有效性|效力状态|内容概述|(?:成文|发文|印发|发布|公开|生成|生效|废止)"
    r"(?:日期|时间)|公开(?:方式|范围|形式|程序)|责任(?:部门|单位))"
)
_DAY_OF_ISSUE = re.compile(r"(?:成文|发文|印发)(?:日期|时间)")
_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_DATA = re.compile(r"""data:[\w/+.-]{0,80}(?:;[\w=-]{1,40}){0,4},[^"'()<>\s]*""")
_MOST_PARTS = 20_000
_CJK = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_BROKEN = re.compile(rf"(?<={_CJK})[ \t]*[\r\n]\s*(?={_CJK})")
_BLANKS = re.compile(r"[ \t\r\n\f]+")


# ---------------------------------------------------------------------------------------------------- bytes to pages


def _page_text(content: bytes, declared: str | None = None) -> str:
    """The text of a page: what its bytes are, then what the page says of itself, which is often wrong.

    Raises InspectionsError `encoding_unknown`.
    """
    found = _DECLARED.search(content[:8192])
    told = (declared or (found[1].decode() if found else "")).lower()
    try:
        encoding = encoding_of(content)
    except InspectionsError:
        with contextlib.suppress(LookupError):
            return content.decode("gb18030" if told in {"gb2312", "gbk"} else told, errors="replace")
        raise
    # GB18030 takes the bytes of Big5 for rare characters; every other encoding of a page shows by itself.
    if encoding == "gb18030" and told.startswith("big5"):
        encoding = "big5hkscs"
    return content.decode(encoding, errors="replace")


def pages_of(content: bytes, kind: str) -> list[str]:
    """The texts of a page (`kind` html) or of a web archive (mht). Raises `encoding_unknown`, `file_broken`."""
    return _archived_pages(content) if kind == "mht" else [_page_text(content)]


def _archived_pages(content: bytes) -> list[str]:
    """The pages in a web archive, the one shown first; what else it holds is left alone. Raises `file_broken`."""
    if content.count(b"\n--") > _MOST_PARTS:
        raise InspectionsError("file_broken")
    pages = []
    for part in email.message_from_bytes(content.lstrip()).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                pages.append(_page_text(payload, str(part.get_param("charset") or "")))
    if not pages:
        raise InspectionsError("file_broken")
    return pages


def _parsed(text: str) -> etree._Element | None:
    # The parser of web pages knows no entities but characters, and its trees are never deeper than 256.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        # Pictures within the page are longer than all its words.
        return etree.fromstring(_DATA.sub("data:,", text.replace("\x00", "")).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


# ---------------------------------------------------------------------------------------------------- reading


def _run_together(text: str) -> str:
    if " " not in text and text.isprintable():
        return text
    if "\n" in text or "\r" in text:
        text = _BROKEN.sub("", text)
    return _BLANKS.sub(" ", text).replace("\xa0", " ").strip()


@dataclass
class _Words:
    """Words as a browser runs them together: blanks once, none between Chinese that a line of source parted."""

    parts: list[str] = field(default_factory=list)
    struck: bool = False
    linked: int = 0

    def add(self, text: str | None, *, struck: bool, linked: bool) -> None:
        if text and struck:
            self.struck |= bool(text.strip())
        elif text:
            self.parts.append(text)
            if linked:
                self.linked += len("".join(text.split()))

    def text(self) -> str:
        return _run_together("".join(self.parts))

    @property
    def are_links(self) -> bool:
        return self.linked > 0 and self.linked >= LINKS * len("".join(self.text().split()))


def _only_text(element: etree._Element, look: Look) -> str | None:
    """The text of a cell that has but one, however deep it lies, as most cells have; None where there is more to it."""
    while len(element):
        child = element[0]
        if len(element) > 1 or child.tag in _UNSEEN or any(look.seen(child)):
            return None
        if (element.text and not element.text.isspace()) or (child.tail and not child.tail.isspace()):
            return None
        element = child
    return _run_together(element.text or "")


# Row of a table -> codes of what is not read of it, one for every cell: the same however often the row is read.
Noted = dict[int, list[str]]


@dataclass
class _Cell:
    """The text of one cell."""

    look: Look
    lines: list[_Words] = field(default_factory=lambda: [_Words()])
    hidden: int = 0

    def read(self, element: etree._Element, *, struck: bool) -> None:
        """The words within an element, all of them struck through or only some."""
        if element.text:
            self.lines[-1].add(element.text, struck=struck, linked=False)
        for child in element:
            tag = child.tag
            if tag not in _UNSEEN:
                hides, strikes = self.look.seen(child)
                if hides:
                    self.hidden += bool(words_of(child))
                else:
                    breaks = tag in _BLOCKS and tag not in {"td", "th"}
                    if breaks:
                        self.lines.append(_Words())
                    elif tag in {"td", "th"}:
                        self.lines[-1].add(" ", struck=False, linked=False)
                    self.read(child, struck=struck or strikes)
                    if breaks and tag != "br":
                        self.lines.append(_Words())
            if child.tail:
                self.lines[-1].add(child.tail, struck=struck, linked=False)

    def text(self) -> str:
        return "\n".join(filter(None, (line.text() for line in self.lines)))


def _rows(table: etree._Element, look: Look, noted: Noted, placed: Placed) -> Iterator[tuple[int, Cells]]:
    """The rows of a table, each with its number; what is hidden or struck through is noted and not read."""
    bounds = placed.bounds
    above = any(map(look.strikes, (table, *table.iterancestors())))

    def reach(cell: etree._Element) -> tuple[int, int]:
        if cell.get("colspan") is None and cell.get("rowspan") is None:
            return 1, 1
        wide = max(1, whole(cell, "colspan", 1, bounds.columns))
        return wide, max(1, whole(cell, "rowspan", 1, bounds.rows))

    def told(number: int, line: etree._Element) -> Iterator[tuple[int | None, object, int, int]]:
        struck = above or look.strikes(line)
        for cell in cells_of(line):
            hides, strikes = look.seen(cell) if look.marked else (False, False)
            text = None if hides or strikes or struck else _only_text(cell, look)
            if text is not None:
                yield None, text, *reach(cell)
                continue
            if hides:
                if words_of(cell):
                    noted[number].append("hidden_text")
                if KEEPS_PLACE.search(cell.get("style") or ""):
                    yield None, "", *reach(cell)
                continue
            reading = _Cell(look)
            reading.read(cell, struck=struck or strikes)
            if reading.hidden:
                noted[number].append("hidden_text")
            if any(words.struck for words in reading.lines):
                noted[number].append("struck_out")
            yield None, reading.text(), *reach(cell)

    for number, line in enumerate(own(table, "tr"), start=1):
        noted[number] = []
        parent = line.getparent()
        if look.hides(line) or (parent is not None and parent is not table and look.hides(parent)):
            if words_of(line):
                noted[number].append("hidden_rows")
            continue
        yield number, placed.row(number, told(number, line))


def _tables(element: etree._Element, look: Look) -> Iterator[etree._Element]:
    """The tables of a page that hold something: no tables of links, none hidden, none that only place others."""
    for child in element:
        if child.tag in _UNSEEN or look.hides(child):
            continue
        if child.tag == "table" and not look.only_places(child):
            if not look.is_of_links(child):
                yield child
        elif child.tag is not etree.Comment:
            yield from _tables(child, look)


def html_book(pages: Sequence[str], bounds: Bounds) -> Book:
    """The tables of web pages, one worksheet each; a table inside a cell of another is read as that cell's text."""
    found = []
    for page in pages:
        root = _parsed(page)
        if root is not None:
            look = Look.of(page, root)
            found += [(table, look) for table in _tables(root, look)]
    sheets = []
    for ordinal, (table, look) in enumerate(found, start=1):
        name = "" if len(found) == 1 else str(ordinal)
        noted: Noted = {}
        rows = partial(_rows, table, look, noted)
        sheets.append(worksheet(name, rows, bounds, partial(_left_out, noted, bounds, name)))
    return Book("html", tuple(sheets))


def _left_out(noted: Noted, bounds: Bounds, name: str) -> tuple[LeftOut, ...]:
    """What was met and not read; asked for when the rows have been read."""
    collector = Collector(bounds)
    collector.place(sheet=name or None)
    for row, codes in noted.items():
        for code in codes:
            collector.leave_out(code, row)
    return tuple(collector.left_out.values())


def read_html(pages: Sequence[str], collector: Collector) -> None:
    """The lines and tables of web pages in the order of the page.

    Raises what `Collector.row` raises, and `too_many_rows` for a page of too many elements.
    """
    reader = _Page(collector)
    most = collector.bounds.filled or collector.bounds.cells
    if sum(page.count("<") for page in pages) > 2 * most:
        raise collector.bounds.too_long()
    for page in pages:
        root = _parsed(page)
        if root is not None:
            reader.look = Look.of(page, root)
            reader.read(root, struck=False, linked=False)
            reader.end_line()
            collector.end_table()


@dataclass
class _Page:
    """Reads a page from top to bottom into lines and tables."""

    collector: Collector
    look: Look = field(default_factory=Look)
    words: _Words = field(default_factory=_Words)
    line: int = 0
    heads: bool = False

    def read(self, element: etree._Element, *, struck: bool, linked: bool) -> None:
        """An element with all within it."""
        tag = element.tag
        if tag in _UNSEEN or tag in _FURNITURE or self._is_furniture(element):
            return
        if self.look.hides(element):
            if words_of(element) and not self.look.is_of_links(element):
                self.collector.leave_out("hidden_text", self.line + 1)
            return
        if tag == "table" and not self.look.only_places(element):
            self.end_line()
            if self.look.is_of_links(element):
                return
            if not self.look.is_one_column(element):
                for caption in own(element, "caption"):
                    self.read(caption, struck=struck, linked=linked)
                self._table(element)
                return
        # A heading is one line however it is broken.
        breaks = tag in _BLOCKS and not (self.heads and tag == "br")
        if breaks:
            self.end_line()
        self.heads = re.fullmatch("h[1-6]", str(tag)) is not None or (self.heads and not breaks)
        struck = struck or self.look.strikes(element)
        linked = linked or (tag == "a" and element.get("href") is not None)
        self.words.add(element.text, struck=struck, linked=linked)
        for child in element:
            self.read(child, struck=struck, linked=linked)
            self.words.add(child.tail, struck=struck, linked=linked)
        if breaks:
            self.end_line()

    def _is_furniture(self, element: etree._Element) -> bool:
        named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        return _NAMED_FURNITURE.search(named) is not None and element.find(".//table") is None

    def end_line(self) -> None:
        """Hand the words gathered on as a line, unless they are but links."""
        text = self.words.text()
        if text or self.words.struck:
            self.line += 1
        if self.words.struck:
            self.collector.leave_out("struck_out", self.line)
        if text and (self.heads or not self.words.are_links):
            self.collector.line(self.line, text)
        self.words, self.heads = _Words(), False

    def _table(self, table: etree._Element) -> None:
        placed = Placed(self.collector.bounds, down={})
        self.collector.end_table()
        rows = []
        noted: Noted = {}
        for number, cells in _rows(table, self.look, noted, placed):
            down = frozenset((placed.down or {}).get(number, ()))
            rows.append(Row(number, tuple(map(str, cells)), down))
        facts = _facts(rows)
        for row, codes in noted.items():
            for code in codes:
                self.collector.leave_out(code, row, in_table=not facts)
        for fact in facts:
            self.line += 1
            self.collector.line(self.line, fact)
        if not facts:
            self.collector.grid(rows)
            self.collector.end_table()


def _facts(rows: Sequence[Row]) -> list[str]:
    """The facts that a table tells of a document ("文号", "发布机构"), a line each; none where it is another table."""
    facts = []
    for row in rows:
        cells = ["".join(cell.split()) for cell in row.cells]
        pairs = list(zip(cells[::2], cells[1::2], strict=False))
        if len(cells) % 2 or len(cells) > 8 or any(key and not _FACT.fullmatch(key.rstrip(":：")) for key, _ in pairs):
            return []
        for key, value in pairs:
            if key and value:
                facts.append(value if _DAY_OF_ISSUE.match(key) else f"{key.rstrip(':：')}：{value}")
    return facts
