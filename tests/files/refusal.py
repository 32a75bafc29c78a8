"""With which code a file is refused, and that its sentence names it in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.files.opening import read_document
from inspections.words.errors import InspectionsError
from inspections.words.wording import LANGUAGES, say_error
from tests.spoken import spoken_in


def refused(path: Path) -> str:
    """The code with which reading a file fails; its sentence must exist in every language and name the file."""
    with pytest.raises(InspectionsError) as caught:
        read_document(path)
    for language in LANGUAGES:
        assert path.name in spoken_in(language, say_error, caught.value)
    return caught.value.code
