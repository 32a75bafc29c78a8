"""What the page on coverage is made of."""

from __future__ import annotations

import pandas as pd

from inspections.words.rates import points, rate
from inspections.words.wording import say
from pages.frame.shown import KeyFigure, change_words, figures_row
from pages.frame.view import View


def class_figures(view: View, classes: pd.DataFrame, before: pd.DataFrame) -> None:
    """Coverage per class beside last year's."""
    last = {str(row["class"]): rate(row["drawn"], row["pool"]) for row in before.to_dict("records")}
    cells = []
    for row in classes.to_dict("records"):
        share = rate(row["drawn"], row["pool"])
        moved = points(share, last.get(str(row["class"])))
        cells.append(
            KeyFigure(
                label=view.class_name(str(row["class"])),
                value=say("frame.rate", share=share),
                detail=say("frame.of_objects", numerator=int(row["drawn"]), denominator=int(row["pool"])),
                change=change_words(moved),
            )
        )
    figures_row(*cells)
