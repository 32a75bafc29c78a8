"""A real server on a demonstration county, and a real Chromium that looks at it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Without a graphics card every frame of an animation is painted by the processor, which the tests share.
STILL = """addEventListener('DOMContentLoaded', () => {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important; }';
})"""


@dataclass
class Server:
    """A running dashboard."""

    url: str
    process: subprocess.Popen[bytes]
    database: Path


@contextlib.contextmanager
def serving(
    database: Path,
    log: Path,
    script: Path = ROOT / "app.py",
    *,
    env: Mapping[str, str] = MappingProxyType({}),
    port: int | None = None,
) -> Iterator[Server]:
    """`streamlit run app.py` (or another script) on a free port, as `make run` starts it; its health may be refused."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "INSPECTIONS_DB": str(database), **env},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                    break
            except urllib.error.HTTPError as answer:
                if answer.code == 403:
                    break
            except OSError:
                pass
            assert process.poll() is None, log.read_text("utf-8", errors="replace")
            time.sleep(0.25)
        yield Server(url, process, database)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    database = folder / "county.duckdb"
    shutil.copyfile(demo_database, database)
    with serving(database, folder / "log.txt") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is missing: `make test` installs it"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@dataclass
class Visit:
    """A page in Chromium, with everything it asked for and complained about."""

    page: Page
    server: Server
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Visit:
        """Go to an address of the dashboard and wait until the run is over."""
        self.page.goto(f"{self.server.url}/{address}")
        return self.settled()

    def settled(self) -> Visit:
        """Wait until the page has its title and nothing runs or is stale any more."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_function(
            "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
            " && !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-stale=true]')",
            timeout=60_000,
        )
        self.page.wait_for_timeout(400)
        # What fades in has the colours of its end only then.
        self.page.wait_for_function(
            "document.getAnimations().every(one => one.playState !== 'running'"
            " || one.effect?.getComputedTiming().endTime === Infinity)"
        )
        return self

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def finding(self) -> str:
        return self.page.locator("p.finding").first.inner_text()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Opens visitors of their own: `visit(width=…, height=…, dark=…, locale=…, at=…)`."""
    contexts = []

    def new(
        *, width: int = 1440, height: int = 900, dark: bool = False, locale: str = "zh-CN", at: Server = server
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        context.add_init_script(STILL)
        made = Visit(context.new_page(), at)

        def asked(request: Request) -> None:
            if not request.url.startswith((at.url, at.url.replace("http", "ws"), "data:", "blob:")):
                made.foreign.append(request.url)

        def said(message: ConsoleMessage) -> None:
            # On a deep link Streamlit's client looks for its server below the page's own path first: two harmless 404s.
            probing = "_stcore/" in message.location.get("url", "") and "404" in message.text
            if message.type == "error" and not probing:
                made.complaints.append(f"{message.text} {message.location.get('url', '')}")

        made.page.on("request", asked)
        made.page.on("console", said)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    yield new
    for context in contexts:
        context.close()
