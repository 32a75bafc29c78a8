"""Documents in the format of GB/T 33190 as its programs write them: pages of characters and strokes at their places."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_OF = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Text = tuple[float, float, str]


def page(texts: Sequence[Text], strokes: Sequence[str] = (), *, size: float = 4.0, template: str = "") -> str:
    """The XML of a page: texts as (left, top, words), strokes as path data; all in millimetres."""
    drawn = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="{x} {y} 150 {size + 1}" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {max(1, len(words) - 1)} {size}">{escape(words)}</ofd:TextCode>'
        "</ofd:TextObject>"
        for n, (x, y, words) in enumerate(texts, start=100)
    )
    lines = "".join(
        f'<ofd:PathObject ID="{n}" Boundary="0 0 210 297" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        for n, data in enumerate(strokes, start=5000)
    )
    below = f'<ofd:Template TemplateID="{template}"/>' if template else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {_OF}>{below}'
        f'<ofd:Content><ofd:Layer ID="2"><ofd:PageBlock ID="3">{lines}{drawn}</ofd:PageBlock></ofd:Layer></ofd:Content>'
        "</ofd:Page>"
    )


def table(
    rows: Sequence[Sequence[str]], lefts: Sequence[float], top: float, high: float
) -> tuple[list[Text], list[str]]:
    """A ruled table: the texts of its cells, each line of them by itself, and its strokes."""
    texts = [
        (lefts[c] + 1, top + r * high + 1 + 5 * n, line)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        for n, line in enumerate(cell.split("\n"))
        if line
    ]
    bottom = top + len(rows) * high
    strokes = [f"M {lefts[0]} {top + r * high} L {lefts[-1]} {top + r * high}" for r in range(len(rows) + 1)]
    strokes += [f"M {left} {top} L {left} {bottom}" for left in lefts]
    return texts, strokes


def write(path: Path, pages: Sequence[str], templates: Sequence[str] = ()) -> Path:
    """A file of these pages."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    below = "".join(f'<ofd:TemplatePage ID="{n}" BaseLoc="Tpls/Tpl_{n}/Content.xml"/>' for n in range(len(templates)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<ofd:OFD {_OF} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {_OF}><ofd:CommonData>{below}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for n, xml in enumerate(pages):
            archive.writestr(f"Doc_0/Pages/Page_{n}/Content.xml", xml)
        for n, xml in enumerate(templates):
            archive.writestr(f"Doc_0/Tpls/Tpl_{n}/Content.xml", xml)
    return path
