"""Title, parts and annexes as one paper, dated and signed."""

from __future__ import annotations

import datetime

from inspections.evaluation.facts import Facts
from inspections.papers.report.content import Annex, Part, Report
from inspections.papers.report.phrases import circular_says, day_in_words, report_says
from inspections.words.wording import say


def finished(
    facts: Facts, made_on: datetime.date, kind: str, parts: tuple[Part, ...], annexes: tuple[Annex, ...]
) -> Report:
    """The paper of a `kind` (report, circular) with what stands around its parts."""
    under = None
    if facts.running and kind == "report":  # a circular tells the day in its first sentence
        under = report_says("under_title", day=day_in_words(facts.as_of))
    return Report(
        title=say(
            f"{kind}.{'title' if facts.running or kind == 'report' else 'title_final'}",
            bureau=facts.bureau,
            year=facts.year,
        ),
        under_title=under,
        salutation=circular_says("salutation") if kind == "circular" else report_says("salutation"),
        parts=parts,
        annexes=annexes,
        attachments_word=report_says("attachments" if len(annexes) > 1 else "attachment"),
        unit=facts.bureau,
        day=day_in_words(made_on),
        mark=report_says("mark") if facts.synthetic else None,
        first_line=say("frame.synthetic_note") if facts.synthetic else None,
    )
