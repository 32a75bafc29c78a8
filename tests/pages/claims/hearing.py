"""What is said while a page is made: the key of every sentence and what was filled in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from inspections.words import wording

Said = dict[str, Any]


class _Keyed(str):
    """A template that knows under which key it stands."""

    __slots__ = ("key",)
    key: str


@contextlib.contextmanager
def recorded() -> Iterator[list[tuple[str, Said]]]:
    """Every key that is said meanwhile, in whichever thread, with what was filled in."""
    said: list[tuple[str, Said]] = []
    template, sentence = wording._template, wording._sentence

    def keyed(language: str, key: str) -> str:
        found = _Keyed(template(language, key))
        found.key = key
        return found

    class Recorder:
        @staticmethod
        def vformat(text: str, arguments: tuple[()], parameters: Said) -> str:
            said.append((getattr(text, "key", "?"), dict(parameters)))
            return sentence.vformat(text, arguments, parameters)

    with mock.patch.object(wording, "_template", keyed), mock.patch.object(wording, "_sentence", Recorder()):
        yield said
