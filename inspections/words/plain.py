"""Names written by strangers, kept what they are: text, in every place that would read more into them.

A name travels unchanged through the database and all computing. It is escaped once, at the edge, for the reader it is
handed to: `markdown` for labels and messages on a page, `figure` for charts, `csv_cell` for a table that people open,
`xml` for Word, PowerPoint and workbooks, `terminal` for the command line, `file_name` for a download. HTML has
`html.escape`, SQL takes parameters.
"""

from __future__ import annotations

import re

# The longest text that a sentence quotes in full, and the longest name on an axis, characters.
LONGEST_QUOTED, LONGEST_LABEL = 2000, 60
# The most that a cell of a workbook, and a property of an office file, can hold.
LONGEST_CELL, LONGEST_PROPERTY = 32_767, 255
# What XML 1.0 cannot hold, and the halves of characters that no encoding can.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Control characters, halves of characters, and the marks that turn the direction of everything after them.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_REPLACEMENT = "\ufffd"
# Shown by nobody, it parts what a reader of Markdown looks for in finished text, where a backslash is no use.
_JOINER = "\u2060"
_MARKDOWN_SIGNS = re.compile(r"[\\`*\[\]{}$~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=[#\w])")
_MARKDOWN_LINE = re.compile(r"^\s*(?:(?=[>#|=+-])|(?=\d+[.)](?:\s|$)))")
_MARKDOWN_WORDS = re.compile(r":(?=[\w+-]+[:\[{\\/]|:|//)|www(?=\.)|@(?=\w)", re.IGNORECASE)
_ARROWS = re.compile(r"(?:(?<=\s)|^)\\?(<-|-(?=[->])|[<>~](?==))")
# What a spreadsheet takes for the beginning of a formula; full-width signs are read as plain ones by some.
FORMULA = re.compile(r"^\s*[=+\-@＝＋－\uff20]|^[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\s]+')


def visible(text: str) -> str:
    """The text without what cannot be seen: controls (line feeds and tabs stay), bidirectional marks, halves."""
    return _HIDDEN.sub(_REPLACEMENT, text)


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(visible(text).split())


def shortened(text: str, longest: int = LONGEST_LABEL) -> str:
    """At most `longest` characters: the middle goes, for names of units and tasks differ at either end."""
    if len(text) <= longest:
        return text
    tail = (longest - 1) // 2
    return f"{text[: longest - 1 - tail]}…{text[-tail:]}"


def markdown(text: str) -> str:
    """For everything Streamlit reads as Markdown: labels, options of radio buttons, messages, headings, tooltips.

    Reads on the screen as it stands here, on one line. Signs get a backslash; for colour, icon and emoji directives and
    for bare addresses, which are looked for after the backslashes are gone, an invisible joiner parts the word.
    """
    plain = _MARKDOWN_SIGNS.sub(r"\\\g<0>", line(text))
    plain = _MARKDOWN_WORDS.sub(rf"\g<0>{_JOINER}", plain)
    plain = _ARROWS.sub(rf"\g<1>{_JOINER}", plain)
    began = _MARKDOWN_LINE.match(plain)
    if not began:
        return plain
    if plain[0].isdigit():
        digits = len(plain) - len(plain.lstrip("0123456789"))
        return f"{plain[:digits]}\\{plain[digits:]}"
    return f"\\{plain}"


def figure(text: str) -> str:
    """For Plotly, which knows a few tags and entities; a line feed is our own break between two lines of a label."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def csv_cell(text: str) -> str:
    """For a CSV that people open: what a spreadsheet would calculate gets an apostrophe before it; numbers stay."""
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def xml(text: str) -> str:
    """What XML can hold: Word, PowerPoint and workbooks refuse the rest, or the file does not open again."""
    return _NOT_XML.sub(_REPLACEMENT, text)


def cell(text: str) -> str:
    """A text in a cell of a workbook: what XML holds, no longer than a cell may be."""
    return xml(text)[:LONGEST_CELL]


def terminal(text: str) -> str:
    """For the command line: no escape sequence, no bell, no carriage return reaches the terminal."""
    return visible(text)


def file_name(text: str) -> str:
    """A name as part of a file's name: no folder, no sign that a system refuses, of a length that fits."""
    return _NO_FILE_NAME.sub("_", shortened(visible(text), 80)).strip("._ ") or "_"
