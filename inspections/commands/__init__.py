"""The verbs of the command line, one module each."""

from __future__ import annotations

import os

from inspections.wording import LANGUAGES


def spoken_language() -> str:
    """The language of messages: `INSPECTIONS_LANG` (zh or en), else Chinese."""
    named = os.environ.get("INSPECTIONS_LANG", "").strip().lower()[:2]
    return named if named in LANGUAGES else "zh"
