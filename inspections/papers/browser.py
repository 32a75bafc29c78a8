"""The computer's own Chromium-family browser, run without a window to print a page or take its picture."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from inspections.papers.searchable import searchable
from inspections.words.errors import InspectionsError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chrome",
)
# Below the folders where Windows and macOS keep programs.
PLACES = (
    r"Microsoft\Edge\Application\msedge.exe",
    r"Google\Chrome\Application\chrome.exe",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PROGRAM_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
# Nothing leaves the host: no name is ever looked up, and every service that asks by itself is off.
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=direct://",
    "--hide-scrollbars",
)
SECONDS = 60


def find_browser() -> str:
    """The path of a browser: the one that INSPECTIONS_BROWSER names, else the first found in the usual places.

    Raises InspectionsError `browser_missing` where there is none, `browser_unknown` where the named one is not there.
    """
    named = os.environ.get("INSPECTIONS_BROWSER", "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise InspectionsError("browser_unknown", path=named)
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    folders = [Path(os.environ[name]) for name in PROGRAM_FOLDERS if name in os.environ] + [Path("/Applications")]
    for folder in folders:
        for place in PLACES:
            if (folder / place).is_file():
                return str(folder / place)
    raise InspectionsError("browser_missing")


def print_pdf(html: str) -> bytes:
    """The pages of `html` as searchable pdf, in the size its `@page` says, without the browser's head and foot lines.

    Raises InspectionsError `browser_missing`, `browser_unknown` or `browser_failed`.
    """
    return searchable(_run(html, "page.pdf", lambda out: [f"--print-to-pdf={out}", "--no-pdf-header-footer"]))


def picture(html: str, width: int, height: int, scale: float = 1) -> bytes:
    """`html` as PNG: a window of `width` × `height` CSS pixels, each `scale` pixels of the picture. Raises as above."""
    size = [f"--window-size={width},{height}", f"--force-device-scale-factor={scale}"]
    return _run(html, "page.png", lambda out: [f"--screenshot={out}", *size])


def _run(html: str, name: str, order: Callable[[Path], list[str]]) -> bytes:
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="inspections-", ignore_cleanup_errors=True) as folder:
        page, out = Path(folder) / "page.html", Path(folder) / name
        page.write_text(html, "utf-8")
        # As root, which has no sandbox of its own to enter; everybody else keeps it.
        root = ["--no-sandbox"] if sys.platform != "win32" and os.geteuid() == 0 else []
        command = [browser, *QUIET, *root, f"--user-data-dir={Path(folder) / 'profile'}", *order(out), page.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InspectionsError("browser_failed", path=browser) from error
        if not out.is_file() or not out.stat().st_size:
            raise InspectionsError("browser_failed", path=browser)
        return out.read_bytes()
