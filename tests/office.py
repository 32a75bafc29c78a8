"""LibreOffice as the reader of our documents: `make test` installs it, and without it the tests that need it fail."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


def converted(files: Sequence[Path], to: str, folder: Path) -> list[Path]:
    """`files` as LibreOffice opens them, saved as `to` ("pdf", "xlsx") in `folder/out`, in their order.

    A profile that lies in `folder/profile` beforehand is used; else a fresh one is made there.
    """
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: `make test` installs it"
    profile, out = folder / "profile", folder / "out"
    order = [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(out),
    ]
    subprocess.run([*order, *map(str, files)], check=True, capture_output=True, timeout=300)
    return [out / f"{file.stem}.{to}" for file in files]
