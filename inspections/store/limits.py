"""How much a file may hold before it is refused unread: settings with defaults that keep a server on its feet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KEY = "limit_"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """One field per setting `limit_<field>` (bureau NULL).

    The largest province sends a million rows a file; 32,767 characters are the most a cell of a workbook can hold.
    """

    upload_megabytes: int = 200
    unpacked_megabytes: int = 2000
    rows: int = 1_500_000
    columns: int = 400
    cell_characters: int = 32_767

    @property
    def upload_bytes(self) -> int:
        """The most bytes of a file."""
        return self.upload_megabytes * MEGABYTE

    @property
    def unpacked_bytes(self) -> int:
        """The most bytes of all its parts together, unpacked."""
        return self.unpacked_megabytes * MEGABYTE


DEFAULTS = Limits()


def read_limits(settings: Mapping[str, str]) -> Limits:
    """The limits among the settings in force; defaults where there is none or no whole number above 0."""
    told = {name: settings.get(KEY + name, "").strip() for name in Limits.__dataclass_fields__}
    return Limits(**{name: int(text) for name, text in told.items() if text.isascii() and text.isdigit() and int(text)})
