"""One exception for everything a user can mend. It carries a code and parameters; words are found at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """A word among the parameters of an error, by its key in the text files: whoever says the error looks it up.

    `parameters` fill it; they may be terms too.
    """

    key: str
    parameters: Mapping[str, object] = field(default_factory=dict)


class InspectionsError(Exception):
    """Something the user can act on.

    `code` is a key of the section `errors` in the text files; `parameters` fill its sentence, so that the same
    error can be said in either language by whoever catches it (command line, page).
    """

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters

    def __str__(self) -> str:
        return f"{self.code} {self.parameters}" if self.parameters else self.code
