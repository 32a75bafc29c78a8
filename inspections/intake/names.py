"""Names and free texts in the form in which they are stored."""

from __future__ import annotations

import re
import unicodedata

from inspections.files.characters import printable
from inspections.intake.cell import ONLY_STROKES

_CLEAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff（）、，；：。《》0-9A-Za-z]*")
_CLEAN_BUT_BRACKETS = re.compile(r"[\u4e00-\u9fff()（）]+[\u4e00-\u9fff][\u4e00-\u9fff()（）]*")
# Full-width letters and digits, radicals and compatibility forms of Chinese characters (texts copied out of a PDF).
_OTHER_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0002f800-\U0002fa1f]")
_CHINESE = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BLANK_BESIDE = re.compile(rf"(?<=[{_CHINESE}]) +| +(?=[{_CHINESE}])")
_DOTS = re.compile("[‧•・･∙⋅]")


def _tidy(text: str) -> str:
    text = printable(text)
    text = _OTHER_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", text)


def clean_name(text: str) -> str:
    """A name in its stored form, on one line."""
    if _CLEAN.fullmatch(text):
        return text
    if _CLEAN_BUT_BRACKETS.fullmatch(text):
        return text.replace("(", "（").replace(")", "）")
    words = _DOTS.sub("·", " ".join(_tidy(text).split()))
    words = _BLANK_BESIDE.sub("", words)
    if re.search(f"[{_CHINESE}]", words):
        words = words.replace("(", "（").replace(")", "）")
        words = re.sub(r" *([（）]) *", r"\1", words)
    return "" if ONLY_STROKES.fullmatch(words) else words


def clean_text(text: str) -> str:
    """A free text in its stored form; its line breaks and brackets stay."""
    if _CLEAN.fullmatch(text):
        return text
    lines = (_BLANK_BESIDE.sub("", " ".join(line.split())) for line in _tidy(text).splitlines())
    words = "\n".join(line for line in lines if line)
    return "" if ONLY_STROKES.fullmatch(words) else words


# A list's cell: parted outside brackets only, 某某公司（甲、乙）is one name.
_OPENING, _CLOSING = "（(【[〔《“「", "）)】]〕》”」"
_PARTING = "、，,；;/\n\r|"


def split_names(text: str, parting: str = _PARTING) -> tuple[str, ...]:
    """The names of a list, parted by 、，；/ | and line breaks but never inside brackets, each once, in order."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in parting and not depth:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    if depth and len(parts) == 1:
        # A bracket that is never closed parts nothing off.
        parts = re.split(f"[{re.escape(parting)}]", text)
    return tuple(dict.fromkeys(name for name in map(clean_name, parts) if name))
