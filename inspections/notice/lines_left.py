"""Numbered lines among those of tasks that name an amount and gave no task: each is said, so that none is lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from inspections.files.characters import folded
from inspections.files.content import Paragraph
from inspections.notice.outline import way_of
from inspections.notice.prose import names_amount

_SECTION = re.compile("[一二三四五六七八九十]{1,3}、[^，；;%％]{2,40}$")


def lines_left(lines: Sequence[Paragraph], of_tasks: Collection[int]) -> Iterator[Paragraph]:
    """The lines numbered as those of tasks (`of_tasks`, their lines) beside them in one section, with an amount."""
    ways = {way_of(line.text) for line in lines if line.line in of_tasks} - {None}
    sections: list[list[Paragraph]] = [[]]
    for line in lines:
        if _SECTION.match(line.text.strip()):
            sections.append([])
        sections[-1].append(line)
    if any(section and section[0].line in of_tasks and _SECTION.match(section[0].text.strip()) for section in sections):
        yield from _sections_left(sections, of_tasks)
    for section in sections:
        own = [line.line for line in section if line.line in of_tasks]
        for line in section if own else ():
            alike = line.line not in of_tasks and way_of(line.text) in ways
            if alike and names_amount(folded(line.text)):
                yield line


def _sections_left(sections: Sequence[Sequence[Paragraph]], of_tasks: Collection[int]) -> Iterator[Paragraph]:
    """Where sections are the tasks: the first line with an amount of every other section that gave none."""
    for section in sections:
        if section and _SECTION.match(section[0].text.strip()) and not any(line.line in of_tasks for line in section):
            yield from [line for line in section[1:] if names_amount(folded(line.text))][:1]
