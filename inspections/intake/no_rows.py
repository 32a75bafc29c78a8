"""Lines of a table that are no rows: numbers of columns, how to fill them in, headings among the rows, sums and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspections.files.worksheets import shown
from inspections.intake.kinds import SUMS, is_note, is_total, tells_how_to_fill


def is_instruction(cells: Sequence[object]) -> bool:
    """Whether a row below the headings numbers the columns, says how they are to be filled in, or is an example."""
    return numbers_columns(cells) or tells_how_to_fill([text for cell in cells if (text := shown(cell).strip())])


_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．]")


def may_stand_over(cells: Sequence[object]) -> bool:
    """Whether a row begins as one that stands over others does; cheap, since every row is asked."""
    first = cells[0]
    if type(first) is not str or len(cells) < 3 or not first:
        return False
    return first[0] in "一二三四五六七八九十（(" if not cells[1] else first == cells[1] == cells[2]


def stands_over(cells: Sequence[object]) -> bool:
    """Whether a row is a heading among the rows: one text over all columns, or a numbered one by itself (一、凤城镇)."""
    texts = [shown(cell).strip() for cell in cells]
    different = {text for text in texts if text}
    if len(different) != 1 or len(texts) < 3:
        return False
    return texts[0] == texts[1] == texts[2] or _NUMBERED.match(texts[0]) is not None


def numbers_columns(cells: Sequence[object]) -> bool:
    """Whether a row below the headings only numbers the columns (1, 2, 3 … or 甲, 乙, 1, 2 …)."""
    texts = [text for cell in cells if (text := shown(cell).strip())]
    figures = [text for text in texts if text not in {"甲", "乙", "丙", "丁"}]
    return len(texts) >= 3 and len(figures) >= 2 and figures == [str(i) for i in range(1, len(figures) + 1)]


def is_sums(cells: Sequence[str]) -> bool:
    """Whether a row is a word for a sum and figures beside it; a firm's row has more words, or a code."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    words = [text for text in texts if not re.fullmatch(r"[\d.,%‰户家个件次人/\-—]{1,14}", "".join(text.split()))]
    return bool(words) and all(is_total(word) or word[-2:] in SUMS for word in words) and len(set(words)) <= 2


def is_note_row(cells: Sequence[str], width: int) -> bool:
    """Whether a row below a table of `width` columns is a note: every cell of it, or a note and few short words."""
    texts = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    if width < 2 or not texts or not is_note(texts[0]):
        return False
    return all(map(is_note, texts)) or (len(texts) <= width // 2 and all(len(text) <= 20 for text in texts[1:]))
