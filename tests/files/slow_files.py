"""Small files that take a reader long, or much memory: `SLOW` names them all and says how each is built."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

from tests.hostile_files import honest_docx, with_parts

_CATALOG = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body>'
    "</w:document>"
)


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))


def _page(more: bytes = b"") -> bytes:
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<" + more + b"/Font<</F 5 0 R>>>>>>"
    )


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<" + more + b"/Length %d>>stream\n" % len(content) + content + b"\nendstream"


def _packed(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return _stream(content, b"/Filter[" + b"/FlateDecode " * times + b"]")


def forms_in_forms() -> bytes:
    """Twelve forms, each of which shows the next one ten times: a letter is shown a million million times."""
    forms = [
        _stream(
            b"/X Do " * 10 if number < 11 else b"BT /F 9 Tf (a) Tj ET",
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>/Font<</F 5 0 R>>>>"
            % (7 + number),
        )
        for number in range(12)
    ]
    return _pdf([*_CATALOG, _page(b"/XObject<</X 6 0 R>>"), _stream(b"/X Do"), _FONT, *forms])


def packed_twice() -> bytes:
    """A page of blanks that unpacks to three thousand million bytes: more than a reader may hold."""
    packer = zlib.compressobj(9)
    begins = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    # The same again and again: what stands behind a full flush refers to nothing before it.
    goes_on = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    twice = zlib.compress(begins + goes_on * 300, 9)
    return _pdf([*_CATALOG, _page(), _stream(twice, b"/Filter[/FlateDecode /FlateDecode]"), _FONT])


def crossing_lines() -> bytes:
    """A page of ruled lines that all cross one another."""
    lines = (b"%d 0 m %d 842 l S 0 %d m 595 %d l S\n" % (n % 595, n % 595, n % 842, n % 842) for n in range(20_000))
    return _pdf([*_CATALOG, _page(), _packed(b"".join(lines)), _FONT])


def many_letters() -> bytes:
    """A page of a million letters."""
    return _pdf([*_CATALOG, _page(), _packed(b"BT /F 9 Tf " + b"1 1 Td (aaaaaaaaaaaaaaaaaaaa) Tj " * 60_000), _FONT])


def same_pages() -> bytes:
    """As many pages as a plan may have, each of them the same forty thousand letters."""
    letters = _packed(b"BT /F 9 Tf " + b"1 1 Td (aaaaaaaaaaaaaaaaaaaa) Tj " * 2_000)
    kids = b" ".join(b"%d 0 R" % (6 + number) for number in range(399))
    pages = b"<</Type/Pages/Kids[" + kids + b"]/Count 399>>"
    return _pdf([_CATALOG[0], pages, b"null", letters, _FONT, *[_page()] * 399])


def branching_pages() -> bytes:
    """A tree of pages whose branches are the same, thirty of them at each fork."""
    forks = [b"<</Type/Pages/Kids[" + b"%d 0 R " % (number + 1) * 30 + b"]/Count 9>>" for number in range(2, 12)]
    return _pdf([_CATALOG[0], *forks, b"<</Type/Page>>"])


def runs_of_a_letter() -> bytes:
    """A paragraph of half a million runs."""
    return with_parts(
        honest_docx(), {"word/document.xml": _WORD.format("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * 500_000 + "</w:p>")}
    )


def spanning_cells() -> bytes:
    """Cells of a web page that reach over all below and beside them."""
    row = "<tr>" + "<td rowspan=60000 colspan=300>a</td>" * 3 + "</tr>"
    return f"<table>{row * 3_000}</table>".encode()


def tags_in_tags() -> bytes:
    """A web page of a hundred thousand tags that stand in one another."""
    return ("<table><tr><td>" + "<b>" * 100_000 + "x</td></tr></table>").encode()


def heads_in_heads() -> bytes:
    """A saved page of three thousand parts in parts."""
    parts = (f"Content-Type: multipart/related; boundary=a{n}\r\n\r\n--a{n}\r\n".encode() for n in range(3_000))
    return b"MIME-Version: 1.0\r\n" + b"".join(parts) + b"Content-Type: text/html\r\n\r\n<table><tr><td>x"


def half_tags() -> bytes:
    """Beginnings of tags in a cell of a table, none of which ends."""
    return ("<html><table><tr><td>" + "a&lt;p " * 300_000 + "</td></tr></table>").encode()


SLOW: dict[str, Callable[[], bytes]] = {
    "forms.pdf": forms_in_forms,
    "packed.pdf": packed_twice,
    "lines.pdf": crossing_lines,
    "letters.pdf": many_letters,
    "pages.pdf": same_pages,
    "branches.pdf": branching_pages,
    "runs.docx": runs_of_a_letter,
    "spans.html": spanning_cells,
    "tags.html": tags_in_tags,
    "half_tags.html": half_tags,
    "heads.mht": heads_in_heads,
    "pipes.csv": lambda: b"|" * 3_000_000,
    "numbers.md": lambda: "一、".encode() * 500_000,
    "lines.txt": lambda: "计划\n".encode() * 500_000,
}
