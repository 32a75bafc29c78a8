"""The bars of a printed report as a page of HTML, for a picture that reads well in black and white."""

from __future__ import annotations

from html import escape

from inspections.papers.slides.deck import Chart
from inspections.words.look import FONT, LIGHT
from inspections.words.wording import language

# CSS pixels: 156 mm of paper are about 590 of them, so that 14 pixels print as ten and a half points.
WIDTH = 600
ROW, TALL_ROW, EDGE = 30, 46, 8
# Names longer than two lines hold get a taller row.
LONG_NAME = 26
# A browser without a window draws very low pages only in part.
LOWEST = 200
# Each of them is so many pixels of the picture: about 290 a 25.4 mm of paper.
SCALE = 3


def chart_page(chart: Chart) -> tuple[str, int, int]:
    """The page and its width and height in CSS pixels: a name, a bar and its words in each row."""
    whole = max((bar.whole for bar in chart.bars), default=0) or 1
    least = (LOWEST - 2 * EDGE) / max(len(chart.bars), 1)
    heights = [max(TALL_ROW if len(bar.label) > LONG_NAME else ROW, round(least)) for bar in chart.bars]
    height = max(LOWEST, sum(heights) + 2 * EDGE)
    rows = "".join(
        f"<tr style='height:{tall}px'><th>{escape(bar.label)}</th><td><div class=scale>"
        f'<div class=bar style="width:{100 * max(0.0, min(1.0, bar.value / whole)):.2f}%"></div></div></td>'
        f"<td class=words>{escape(bar.text)}</td></tr>"
        for bar, tall in zip(chart.bars, heights, strict=True)
    )
    style = f"""
html, body {{ margin: 0; background: #fff; }}
body {{ width: {WIDTH}px; height: {height}px; overflow: hidden; padding: {EDGE}px 0; box-sizing: border-box; }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed; font: 14px/17px {FONT}; color: #000; }}
col.name {{ width: 186px; }} col.words {{ width: 186px; }}
th {{ font-weight: 400; font-size: 13px; line-height: 14px; text-align: right; padding: 0 10px 0 0; overflow: hidden; }}
td {{ padding: 0; }} td.words {{ padding-left: 10px; white-space: nowrap; font-variant-numeric: tabular-nums; }}
.scale {{ background: #ececec; height: 17px; border-left: 1px solid #000; }}
.bar {{ background: {LIGHT.ink}; height: 17px; }}
"""
    page = (
        f'<!doctype html><html lang="{language().tag}"><meta charset="utf-8"><style>{style}</style>'
        f"<table><colgroup><col class=name><col><col class=words></colgroup>{rows}</table></html>"
    )
    return page, WIDTH, height
