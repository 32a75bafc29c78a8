"""Names written by strangers, kept what they are: text, in every place that would read more into them.

A name travels unchanged through the database and all computing. It is escaped once, at the edge, for the reader it is
handed to: `markdown` for Streamlit's labels and messages, `figure` for Plotly, `csv_cell` for a table that people open,
`xml` for Word, PowerPoint and workbooks, `terminal` for the command line, `file_name` for a download.
HTML is `html.escape`'s, SQL takes parameters.
"""

from __future__ import annotations

import re

# What XML 1.0 cannot hold, and the halves of characters that no encoding can.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Control characters, and the marks that turn the direction of all text after them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~$:&\"'=@/-])")
