"""A reader in tests: all of them read Chinese unless one says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from inspections.words.wording import speaking

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def spoken_in(
    language: str, call: Callable[Parameters, Result], *arguments: Parameters.args, **more: Parameters.kwargs
) -> Result:
    """What `call` gives a reader of `language`."""
    with speaking(language):
        return call(*arguments, **more)
