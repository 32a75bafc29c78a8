"""How a web page looks: what it hides and strikes through, what in it is but links, what only places other things."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

_STRUCK = frozenset({"s", "strike", "del"})
# From this share of its words on, a line or a table is one of links.
LINKS = 0.6
_LONGEST_SELECTOR = 2_000
# A page without any of these, in small letters, hides nothing and strikes nothing through. A style may write its
# signs in other words (`&#58;` for a colon): such a page is looked at cell by cell.
_MARKS = tuple(
    re.compile(mark)
    for mark in (
        "line-through", r"<(?:s|strike|del)\b", r"display\s*:\s*none", "visibility", "hidden", "mso-hide",
        r"style\s*=\s*(?:\"[^\"]*&|'[^']*&|[^\s\"'>]*&)",
    )
)  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
KEEPS_PLACE = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWING = re.compile(r"display\s*:\s*(?!none)\w", re.IGNORECASE)
_STRIKING = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)


@dataclass
class Look:
    """How a page looks: which of its classes are hidden, which struck through; `sizes` is what `_measured` gives.

    `shown` are classes that bring back what another one hides (`.tab.active`); `known` is what was worked out already.
    """

    # Whether anything on the page may be hidden or struck through.
    marked: bool = False

    hidden: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    sizes: Mapping[etree._Element, tuple[int, int]] = field(default_factory=dict)
    known: dict[tuple[bool, bool, str | None, str | None], tuple[bool, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, page: str, root: etree._Element) -> Look:
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
        small = page.lower()
        marked = any(mark.search(small) for mark in _MARKS)
        sizes = _measured(root) if small.count("<table") > 1 and root.find(".//table//table") is not None else {}
        return cls(marked, frozenset(hidden), frozenset(struck), frozenset(shown), sizes)

    def size(self, element: etree._Element) -> int:
        """How many characters an element has."""
        return self.sizes[element][0] if element in self.sizes else len(words_of(element))

    def is_of_links(self, element: etree._Element) -> bool:
        """Whether most of an element's characters are links."""
        if element in self.sizes:
            words, linked = self.sizes[element]
            return linked >= LINKS * max(1, words)
        linked = sum(len(words_of(link)) for link in element.iter("a") if link.get("href") is not None)
        return linked > 0 and linked >= LINKS * len(words_of(element))

    def only_places(self, table: etree._Element) -> bool:
        """Whether a table has no rows of its own but only puts other things in their places on the page."""
        if not self.sizes:
            return False
        beside = placed = 0
        for line in own(table, "tr"):
            cells = cells_of(line)
            full = [cell for cell in cells if cell in self.sizes]
            placed += sum(self.size(cell) for cell in full)
            beside += bool(full) and sum(1 for cell in cells if cell not in full and words_of(cell)) >= 2
        return placed > 0 and placed * 2 >= self.size(table) and beside < 2

    def is_one_column(self, table: etree._Element) -> bool:
        """Whether no row of a table has two cells with something in them."""
        return all(sum(1 for cell in cells_of(line) if self.size(cell)) < 2 for line in own(table, "tr"))

    def hides(self, element: etree._Element) -> bool:
        """Whether a browser leaves an element out."""
        return self.seen(element)[0]

    def strikes(self, element: etree._Element) -> bool:
        """Whether a browser strikes an element through, and all within."""
        return self.seen(element)[1]

    def seen(self, element: etree._Element) -> tuple[bool, bool]:
        """Whether a browser leaves an element out, and whether it strikes it through with all within.

        The cells of a register look alike: each look is worked out once.
        """
        if not self.marked:
            return False, False
        look = element.tag in _STRUCK, element.get("hidden") is not None, element.get("style"), element.get("class")
        if look not in self.known:
            self.known[look] = self._worked_out(*look)
        return self.known[look]

    def _worked_out(self, struck: bool, hidden: bool, style: str | None, named: str | None) -> tuple[bool, bool]:
        """`seen` of an element of this style and these classes. Its own style says more than its classes."""
        style, classes = style or "", set((named or "").split())
        hiding = classes & self.hidden
        by_class = bool(hiding) and not (classes - hiding) & self.shown and not _SHOWING.search(style)
        return (
            hidden or by_class or _HIDING.search(style) is not None,
            struck or not classes.isdisjoint(self.struck) or _STRIKING.search(style) is not None,
        )


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


def words_of(element: etree._Element) -> str:
    """All the text within an element, without blanks."""
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


def own(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or captions of a table, not those of a table within a cell of it."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag not in {"tr", "td", "th", "table"}:
            yield from own(child, tag)


def cells_of(line: etree._Element) -> list[etree._Element]:
    """The cells of a row."""
    return [cell for cell in line if cell.tag in {"td", "th"}]
