"""With which code a file is refused, its sentence in both languages; and what stands in for LibreOffice."""

from __future__ import annotations

import os
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


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program of ours under the name of LibreOffice."""
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def library(folder: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """A library of text recognition where readers look for it, which they load at the first picture."""
    (folder / "library").mkdir()
    (folder / "library" / "rapidocr.py").write_text(says, "utf-8")
    monkeypatch.syspath_prepend(folder / "library")
