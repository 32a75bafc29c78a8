"""A pdf whose words can be found: Chromium names a drawing that two characters share after the lower code point.

Fonts such as Noto CJK draw the radical ⼾ (U+2F3E) and the character 户 (U+6237) with one glyph. Printed pages look
right, but a search for 户 finds nothing. The tables that tell a glyph's character (ToUnicode) are put right here.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pypdf

# Kangxi radicals (U+2F00 to U+2FD5) are compatible with their characters by Unicode's own normalisation, but for those
# whose character has another form in the mainland. Of the supplement (U+2E80 to U+2EF3), whose equivalents Unicode
# keeps in a file of its own (EquivalentUnifiedIdeograph.txt), these are whole characters of today's Chinese.
RADICALS = dict(
    zip(
        "⼾⾭⿈⺁⺌⺝⺟⺠⺻⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "户青黄厂小月母民聿虎西见角贝车长门青韦页风飞食马鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_CODE = re.compile(r"<(2[EF][0-9A-F]{2})>", re.IGNORECASE)


def searchable(pdf: bytes) -> bytes:
    """The same pages, every radical in the tables of characters replaced by the character it stands for."""
    book = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    for page in book.pages:
        resources: Any = page["/Resources"].get_object()
        for font in resources.get("/Font", {}).values():
            table = font.get_object().get("/ToUnicode")
            if table is not None:
                # Glyph numbers and UTF-16 in hexadecimal digits between angle brackets.
                mapping = table.get_object().get_data().decode("latin-1")
                table.get_object().set_data(_CODE.sub(_mended, mapping).encode("latin-1"))
    written = io.BytesIO()
    book.write(written)
    return written.getvalue()


def character(radical: str) -> str:
    """The character that a radical stands for; anything else is itself."""
    return RADICALS.get(radical, unicodedata.normalize("NFKC", radical))


def _mended(code: re.Match[str]) -> str:
    return f"<{ord(character(chr(int(code[1], 16)))):04X}>"
