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


# The page has been at rest for a while, all of it after the time given: nothing runs, is stale or fades in.
CALM = """asked => {
  const calm = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
    && document.getAnimations().every(one => one.playState !== 'running'
      || one.effect?.getComputedTiming().endTime === Infinity);
  if (!calm || !(window.calmSince >= asked)) window.calmSince = calm ? Date.now() : undefined;
  return calm && Date.now() - window.calmSince > 400;
}"""


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

    def listen(self) -> None:
        """Note what the page asks for and complains about."""
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", self._failed)

    def leave(self) -> None:
        """Forget this visitor: what the page kept, listened to and opened."""
        for event, heard in (("request", self._asked), ("console", self._said), ("pageerror", self._failed)):
            self.page.remove_listener(event, heard)
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        if self.page.url.startswith("http"):
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.context.unroute_all()
        self.page.goto("about:blank")  # a page left open keeps its charts and its session alive

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, self.server.url.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        # On a deep link Streamlit's client looks for its server below the page's own path first: two harmless 404s.
        probing = "_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not probing:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _failed(self, error: Exception) -> None:
        self.complaints.append(str(error))

    def open(self, address: str) -> Visit:
        """Go to an address of the dashboard and wait until the run is over."""
        self.page.goto(f"{self.server.url}/{address}")
        return self.settled()

    def settled(self) -> Visit:
        """Wait until the page has its title and nothing runs or is stale any more."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_function(CALM, arg=self.page.evaluate("Date.now()"), timeout=60_000)
        return self

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def finding(self) -> str:
        return self.page.locator("p.finding").first.inner_text()


@pytest.fixture(scope="session")
def left() -> dict[str, list[Page]]:
    """Pages whose visitors have gone, by language: who comes next is spared compiling the client's program."""
    return {}


@pytest.fixture
def visit(browser: Browser, server: Server, left: dict[str, list[Page]]) -> Iterator[Callable[..., Visit]]:
    """Opens visitors of their own: `visit(width=…, height=…, dark=…, locale=…, at=…)`."""
    come: list[tuple[str, Visit]] = []

    def new(
        *, width: int = 1440, height: int = 900, dark: bool = False, locale: str = "zh-CN", at: Server = server
    ) -> Visit:
        free = left.setdefault(locale, [])
        if free:
            page = free.pop()
        else:
            page = browser.new_context(locale=locale).new_page()
            page.add_init_script(STILL)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme="dark" if dark else "light")
        made = Visit(page, at)
        made.listen()
        come.append((locale, made))
        return made

    yield new
    for locale, gone in come:
        gone.leave()
        left[locale].append(gone.page)
