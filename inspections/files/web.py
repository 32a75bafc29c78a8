"""Web pages as bureaus publish and people save them: their tables, and the words around them, as a reader sees them.

A published page is more than its plan: menus, banners, tables that only place other tables, scripts. A line of links is
no line and a table of links no table here; what the page hides or strikes through is counted and not read.
"""

from __future__ import annotations

import contextlib
import email
import email.message
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from inspections.files.bounds import Bounds
from inspections.files.content import Collector, LeftOut, Row
from inspections.files.encodings import encoding_of
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
_STRUCK = frozenset({"s", "strike", "del"})
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
# From this share of its words on, a line or a table is one of links.
_LINKS = 0.6
_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_DATA = re.compile(r"""data:[\w/+.-]{0,80}(?:;[\w=-]{1,40}){0,4},[^"'()<>\s]*""")
_MOST_PARTS = 20_000
_LONGEST_SELECTOR = 2_000
_CJK = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_BROKEN = re.compile(rf"(?<={_CJK})[ \t]*[\r\n]\s*(?={_CJK})")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# A page without any of these hides nothing and strikes nothing through.
_MARKS = re.compile(
    r"line-through|<(?:s|strike|del)\b|display\s*:\s*none|visibility|\bhidden\b|mso-hide", re.IGNORECASE
)


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


# ---------------------------------------------------------------------------------------------------- what is seen


@dataclass
class _Look:
    """How a page looks: which of its classes are hidden, which struck through; `sizes` is what `_measured` gives.

    `shown` are classes that bring back what another one hides (`.tab.active`).
    """

    hidden: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    sizes: Mapping[etree._Element, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element) -> _Look:
        """The look that style sheets within the page give to its classes; rules for print and the like set aside."""
        sheets = " ".join(element.text or "" for element in root.iter("style"))[:2_000_000]
        hidden: set[str] = set()
        struck: set[str] = set()
        shown: set[str] = set()
        for selectors, rules in _style_rules(re.sub(r"<!--|-->|/\*.*?(?:\*/|\Z)", " ", sheets, flags=re.DOTALL)):
            classes = [found[1] for one in selectors.split(",") if (found := re.fullmatch(r"\s*\w*\.([\w-]+)\s*", one))]
            if _HIDING.search(rules):
                hidden.update(classes)
            elif _SHOWING.search(rules):
                # Of two rules for one class the later one holds.
                hidden.difference_update(classes)
                for selector in selectors.split(","):
                    shown.update(re.findall(r"\.([\w-]+)", (selector.split() or [""])[-1]))
            if _STRIKING.search(rules):
                struck.update(classes)
        sizes = _measured(root) if root.find(".//table//table") is not None else {}
        return cls(frozenset(hidden), frozenset(struck), frozenset(shown), sizes)

    def size(self, element: etree._Element) -> int:
        """How many characters an element has."""
        return self.sizes[element][0] if element in self.sizes else len(_words(element))

    def is_of_links(self, element: etree._Element) -> bool:
        """Whether most of an element's characters are links."""
        if element in self.sizes:
            words, linked = self.sizes[element]
        else:
            words = len(_words(element))
            linked = sum(len(_words(link)) for link in element.iter("a") if link.get("href") is not None)
        return linked >= _LINKS * max(1, words)

    def only_places(self, table: etree._Element) -> bool:
        """Whether a table has no rows of its own but only puts other things in their places on the page."""
        beside = placed = 0
        for line in _own(table, "tr"):
            cells = _cells(line)
            full = [cell for cell in cells if cell in self.sizes]
            placed += sum(self.size(cell) for cell in full)
            beside += bool(full) and sum(1 for cell in cells if cell not in full and _words(cell)) >= 2
        return placed > 0 and placed * 2 >= self.size(table) and beside < 2

    def is_one_column(self, table: etree._Element) -> bool:
        """Whether no row of a table has two cells with something in them."""
        return all(sum(1 for cell in _cells(line) if self.size(cell)) < 2 for line in _own(table, "tr"))

    def hides(self, element: etree._Element) -> bool:
        """Whether a browser leaves an element out. Its own style says more than its classes."""
        if not element.keys():
            return False
        style = element.get("style") or ""
        if element.get("hidden") is not None or _HIDING.search(style):
            return True
        if not self.hidden or _SHOWING.search(style):
            return False
        classes = set((element.get("class") or "").split())
        hiding = classes & self.hidden
        return bool(hiding) and not (classes - hiding) & self.shown

    def strikes(self, element: etree._Element) -> bool:
        """Whether a browser strikes an element through, and all within."""
        return (
            element.tag in _STRUCK
            or _STRIKING.search(element.get("style") or "") is not None
            or (bool(self.struck) and not self.struck.isdisjoint((element.get("class") or "").split()))
        )


_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_KEEPS_PLACE = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWING = re.compile(r"display\s*:\s*(?!none)\w", re.IGNORECASE)
_STRIKING = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)


def _style_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and rules of a style sheet; blocks that begin with @, for print and the like, are left out."""
    depth = start = body = 0
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            depth += 1
            body = brace.end() if depth == 1 else body
        elif depth:
            depth -= 1
            if not depth:
                selectors = sheet[start : body - 1].strip()
                start = brace.end()
                if len(selectors) <= _LONGEST_SELECTOR and not selectors.startswith("@"):
                    yield selectors, sheet[body : brace.start()][:4_000]


def _parsed(text: str) -> etree._Element | None:
    # The parser of web pages knows no entities but characters, and its trees are never deeper than 256.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        # Pictures within the page are longer than all its words.
        return etree.fromstring(_DATA.sub("data:,", text.replace("\x00", "")).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _words(element: etree._Element) -> str:
    return "".join("".join(element.itertext()).split())


def _measured(root: etree._Element) -> dict[etree._Element, tuple[int, int]]:
    """How many characters there are, and how many of them links, in every table and in cells with a table in them.

    Where tables lie in tables, to count each by itself would read the innermost as often as it is deep.
    """
    sizes: dict[etree._Element, tuple[int, int]] = {}
    open_ones: list[list[int]] = [[0, 0, 0]]
    links = 0

    def add(text: str | None) -> None:
        if text and (count := len("".join(text.split()))):
            open_ones[-1][0] += count
            open_ones[-1][1] += count if links else 0

    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_link = element.tag == "a" and element.get("href") is not None
        if event == "start":
            links += is_link
            open_ones.append([0, 0, 0])
            add(element.text)
            continue
        links -= is_link
        words, linked, tables = open_ones.pop()
        if element.tag == "table" or (tables and element.tag in {"td", "th"}):
            sizes[element] = words, linked
            tables = 1
        above = open_ones[-1]
        above[0], above[1], above[2] = above[0] + words, above[1] + linked, above[2] | tables
        add(element.tail)
    return sizes


def _own(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or captions of a table, not those of a table within a cell of it."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag not in {"tr", "td", "th", "table"}:
            yield from _own(child, tag)


def _cells(line: etree._Element) -> list[etree._Element]:
    return [cell for cell in line if cell.tag in {"td", "th"}]


# ---------------------------------------------------------------------------------------------------- reading


def _run_together(text: str) -> str:
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
        return self.linked > 0 and self.linked >= _LINKS * len("".join(self.text().split()))


Note = Callable[[str, int], None]


@dataclass
class _Cell:
    """The text of one cell; `note` hears of what is not read."""

    look: _Look
    lines: list[_Words] = field(default_factory=lambda: [_Words()])
    hidden: int = 0

    def read(self, element: etree._Element, *, struck: bool) -> None:
        struck = struck or self.look.strikes(element)
        self.lines[-1].add(element.text, struck=struck, linked=False)
        for child in element:
            if child.tag in _UNSEEN:
                pass
            elif self.look.hides(child):
                self.hidden += bool(_words(child))
            else:
                breaks = child.tag in _BLOCKS and child.tag not in {"td", "th"}
                if breaks:
                    self.lines.append(_Words())
                elif child.tag in {"td", "th"}:
                    self.lines[-1].add(" ", struck=False, linked=False)
                self.read(child, struck=struck)
                if breaks and child.tag != "br":
                    self.lines.append(_Words())
            self.lines[-1].add(child.tail, struck=struck, linked=False)

    def text(self) -> str:
        return "\n".join(filter(None, (line.text() for line in self.lines)))


def _rows(table: etree._Element, look: _Look, note: Note, placed: Placed) -> Iterator[tuple[int, Cells]]:
    """The rows of a table, each with its number; what is hidden or struck through is noted and not read."""
    bounds = placed.bounds
    above = any(map(look.strikes, (table, *table.iterancestors())))

    def reach(cell: etree._Element) -> tuple[int, int]:
        wide = max(1, whole(cell, "colspan", 1, bounds.columns))
        return wide, max(1, whole(cell, "rowspan", 1, bounds.rows))

    def told(number: int, line: etree._Element) -> Iterator[tuple[int | None, object, int, int]]:
        struck = above or look.strikes(line)
        for cell in _cells(line):
            if not struck and not len(cell) and not cell.keys():
                yield None, _run_together(cell.text or ""), 1, 1
                continue
            if look.hides(cell):
                if _words(cell):
                    note("hidden_text", number)
                if _KEEPS_PLACE.search(cell.get("style") or ""):
                    yield None, "", *reach(cell)
                continue
            reading = _Cell(look)
            reading.read(cell, struck=struck)
            if reading.hidden:
                note("hidden_text", number)
            if any(words.struck for words in reading.lines):
                note("struck_out", number)
            yield None, reading.text(), *reach(cell)

    for number, line in enumerate(_own(table, "tr"), start=1):
        parent = line.getparent()
        if look.hides(line) or (parent is not None and parent is not table and look.hides(parent)):
            if _words(line):
                note("hidden_rows", number)
            continue
        yield number, placed.row(number, told(number, line))


def _tables(element: etree._Element, look: _Look) -> Iterator[etree._Element]:
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
            look = _Look.of(root)
            marked = _MARKS.search(page) is not None
            found += [(table, look, marked) for table in _tables(root, look)]
    sheets = []
    for ordinal, (table, look, marked) in enumerate(found, start=1):
        name = "" if len(found) == 1 else str(ordinal)
        rows = partial(_rows, table, look, _nothing)
        left_out = partial(_left_out, table, look, bounds, name) if marked else tuple[LeftOut, ...]
        sheets.append(worksheet(name, rows, bounds, left_out))
    return Book("html", tuple(sheets))


def _nothing(_code: str, _row: int) -> None:
    """Nobody hears it."""


def _left_out(table: etree._Element, look: _Look, bounds: Bounds, name: str) -> tuple[LeftOut, ...]:
    collector = Collector(bounds)
    collector.place(sheet=name or None)
    for _ in _rows(table, look, collector.leave_out, Placed(bounds)):
        pass
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
            reader.look = _Look.of(root)
            reader.read(root, struck=False, linked=False)
            reader.end_line()
            collector.end_table()


@dataclass
class _Page:
    """Reads a page from top to bottom into lines and tables."""

    collector: Collector
    look: _Look = field(default_factory=_Look)
    words: _Words = field(default_factory=_Words)
    line: int = 0
    heads: bool = False

    def read(self, element: etree._Element, *, struck: bool, linked: bool) -> None:
        """An element with all within it."""
        tag = element.tag
        if tag in _UNSEEN or tag in _FURNITURE or self._is_furniture(element):
            return
        if self.look.hides(element):
            if _words(element) and not self.look.is_of_links(element):
                self.collector.leave_out("hidden_text", self.line + 1)
            return
        if tag == "table" and not self.look.only_places(element):
            self.end_line()
            if self.look.is_of_links(element):
                return
            if not self.look.is_one_column(element):
                for caption in _own(element, "caption"):
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
        noted: list[tuple[str, int]] = []
        for number, cells in _rows(table, self.look, lambda code, row: noted.append((code, row)), placed):
            down = frozenset((placed.down or {}).get(number, ()))
            rows.append(Row(number, tuple(map(str, cells)), down))
        facts = _facts(rows)
        for code, row in noted:
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
