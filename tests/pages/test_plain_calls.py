"""Whatever a page hands to a widget that reads Markdown is a word of the text files, or has been made plain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.joinpath("pages").rglob("*.py"), ROOT / "app.py"])
# Widget -> which of its arguments are read as Markdown, besides `label`, `help` and `format_func`.
WIDGETS = """
    badge button caption checkbox date_input download_button error expander feedback file_uploader form_submit_button
    header info link_button markdown metric multiselect number_input page_link pills popover progress radio
    segmented_control select_slider selectbox slider spinner subheader success tabs text_area text_input title toast
    toggle warning write
"""
MARKDOWN = dict.fromkeys(WIDGETS.split(), 0)
# `st.page_link(page, label=…)` and `st.progress(share, text)`: the words come second.
MARKDOWN |= {"progress": 1, "page_link": 1}
# Options of these are Markdown too; those of the others are shown as they are.
OPTIONS = {"radio", "segmented_control", "pills", "select_slider", "tabs"}
PLAIN = {"markdown"}
# What looks a word of ours up.
WORDS = {"say", "word", "heading_of"}
NUMBERS = {"len", "int", "float", "round"}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """Every text that a widget reads as Markdown: the call, the text, the widget's name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        widget = node.func.attr
        if widget not in MARKDOWN or (isinstance(node.func.value, ast.Name) and node.func.value.id == "plain"):
            continue
        place = MARKDOWN[widget]
        yield from ((node, text, widget) for text in node.args[place : place + 1])
        wanted = {"label", "help", "body", "text"} | ({"format_func"} if widget in OPTIONS else set())
        yield from ((node, one.value, widget) for one in node.keywords if one.arg in wanted)


def is_plain(text: ast.expr) -> bool:  # noqa: PLR0911 - one line per kind of expression
    """Made plain, a word of ours without anything filled in, or no text at all."""
    if isinstance(text, ast.Constant):
        return True
    if isinstance(text, ast.IfExp):
        return is_plain(text.body) and is_plain(text.orelse)
    if isinstance(text, ast.BoolOp):
        return all(map(is_plain, text.values))
    if isinstance(text, ast.Lambda):
        return is_plain(text.body)
    if isinstance(text, ast.JoinedStr):
        return all(is_plain(part.value) for part in text.values if isinstance(part, ast.FormattedValue))
    if isinstance(text, ast.Attribute):
        # A table of constants, such as the names of the languages.
        table = text.value.value if isinstance(text.value, ast.Subscript) else text.value
        return isinstance(table, ast.Name) and table.id.isupper()
    if not isinstance(text, ast.Call):
        return False
    name = text.func.attr if isinstance(text.func, ast.Attribute) else getattr(text.func, "id", "")
    return name in PLAIN or (name in WORDS and all(map(is_number, text.keywords)))


def is_number(filled: ast.keyword) -> bool:
    """Whether a placeholder of a sentence is filled with nothing but a number."""
    return isinstance(filled.value, ast.Call) and getattr(filled.value.func, "id", "") in NUMBERS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_a_widget_reads_as_markdown_is_made_plain(path: Path) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno} {widget}({ast.unparse(text)})"
        for call, text, widget in calls(ast.parse(path.read_text("utf-8")))
        if not is_plain(text)
    ]
    assert not found, "\n".join(["wrap in plain.markdown(…):", *found])


def test_this_test_sees_a_text_that_is_not_plain() -> None:
    tree = ast.parse('st.error(say_error(language, error)); st.radio("a", options, format_func=name_of)')
    assert [is_plain(text) for _, text, _ in calls(tree)] == [False, True, False]
