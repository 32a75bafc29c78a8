"""Many visitors at once: no error, no wrong number, how long a page run takes; and an import in the middle of it.

`python -m tests.soak.load --sessions 40 --seconds 120` starts a real server on a demonstration county. Most visitors
speak Streamlit's protocol (tests/soak/wire.py), so that two cores are busy with the server and not with browsers; a few
are tabs of a real Chromium. Every visitor walks the pages in an order of its own. What a page shows (finding, metrics,
tables, charts) is compared with what the first visitor saw under the same filters before the load, or, once a register
file has come in through the imports page, with what one sees after it: never anything between the two, and never the
old again after the new. Prints runs, errors, wrong numbers and the time of a run; exit code 1 on an error.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import io
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import duckdb
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as BrowserError

from app import PAGES as NAVIGATION
from inspections.demo.building import build_demo
from inspections.intake.kinds import field_title
from tests.browser.conftest import CHROMIUM, QUIET, serving
from tests.intake.files import code
from tests.loops import finished
from tests.soak.wire import PATIENCE, Visitor

PAGES = tuple(page for pages in NAVIGATION.values() for page in pages)
# The log shows every export and import as it comes, the settings page how the server is.
UNSTEADY = {"log", "settings"}
LANGUAGES = ("中文", "English")
OBJECTS = 2000
CSV_NAME = "objects.csv"

Figures = dict[str, str]
Key = tuple[str, str]


@dataclass
class Findings:
    """What the visitors met."""

    seconds: list[float] = field(default_factory=list)
    in_browser: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # (filters, page), visitor, what stood there: in the order of time
    seen: list[tuple[Key, int, Figures]] = field(default_factory=list)
    imported: float | None = None


def filters_of(database: Path) -> list[str]:
    """Addresses of every bureau in every language."""
    with duckdb.connect(str(database), read_only=True) as connection:
        bureaus = connection.execute(
            "select distinct bureau.name from bureau inner join plan using (bureau_id) order by 1"
        ).fetchall()
    return [urlencode({"lang": language, "bureau": bureau}) for language in LANGUAGES for (bureau,) in bureaus]


async def reference(url: str, filters: list[str], pages: list[str]) -> dict[Key, Figures]:
    """What one visitor sees alone, page by page."""
    found = {}
    for query in filters:
        async with Visitor(url, query) as visitor:
            for page in pages:
                screen = await visitor.show(page)
                if screen.errors():
                    raise RuntimeError(screen.errors())
                found[query, page] = screen.figures()
    return found


async def walk(url: str, number: int, query: str, end: float, chosen: argparse.Namespace, findings: Findings) -> None:
    """One visitor, who looks at a page, thinks for a while, and goes to another one."""
    chance = random.Random(chosen.seed * 1000 + number)
    try:
        async with Visitor(url, query) as visitor:
            while time.perf_counter() < end:
                await asyncio.sleep(chance.uniform(0, 2 * chosen.pause))
                page = chance.choice(chosen.pages)
                screen = await visitor.show(page)
                findings.seconds.append(screen.seconds)
                findings.errors += screen.errors()
                findings.seen.append(((query, page), number, screen.figures()))
    except (OSError, LookupError, TimeoutError, EOFError) as error:
        findings.errors.append(f"visitor {number}: {type(error).__name__} {error}")


async def look(
    browser: Browser, url: str, number: int, end: float, chosen: argparse.Namespace, findings: Findings
) -> None:
    """One tab of Chromium of its own: no exception on a page, and its finding is the one of its first visit."""
    chance = random.Random(chosen.seed * 1000 + number)
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    known: dict[str, set[str]] = {}
    while time.perf_counter() < end:
        name = chance.choice([page for page in chosen.pages if page not in UNSTEADY])
        start = time.perf_counter()
        try:
            await _opened(page, f"{url}/{'' if name == 'overview' else name}")
        except BrowserError as error:
            findings.errors.append(f"browser, {name}: {error.message.splitlines()[0]}")
            continue
        findings.in_browser.append(time.perf_counter() - start)
        wrong = page.locator("[data-testid=stException], [data-testid=stAlertContentError]")
        if await wrong.count():
            findings.errors.append(f"browser, {name}: {await wrong.first.inner_text()}")
        told = page.locator("p.finding")
        known.setdefault(name, set()).add(await told.first.inner_text() if await told.count() else "")
        await asyncio.sleep(chance.uniform(0, 2 * chosen.pause))
    # Two: before and after the import.
    findings.errors += [f"browser, {name}: {sorted(told)}" for name, told in known.items() if len(told) > 2]
    await context.close()


async def _opened(page: Page, address: str) -> None:
    patience = 1000 * PATIENCE
    await page.goto(address, timeout=patience)
    await page.wait_for_selector("h1", timeout=patience)
    await page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-testid=stSkeleton]') && !document.querySelector('[data-stale=true]')",
        timeout=patience,
    )


def register_file(database: Path) -> bytes:
    """New objects for a bureau's pool, as a clerk's csv."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(
            "select scope.name from scope inner join bureau using (bureau_id) order by bureau.name, scope_id"
        ).fetchone()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field_title("object_directory", name) for name in ("object_id", "name", "pools")])
    pool = row[0] if row else ""
    writer.writerows([code(500_000 + number), f"压力测试企业{number}号", pool] for number in range(OBJECTS))
    return text.getvalue().encode("utf-8-sig")


async def put_in(url: str, query: str, content: bytes, wait: float, findings: Findings) -> None:
    """A clerk brings a file through the imports page: dropped, looked at, confirmed."""
    await asyncio.sleep(wait)
    start = time.perf_counter()
    try:
        async with Visitor(url, query) as clerk:
            screen = await clerk.show("imports")
            await clerk.upload(screen.widget("file_uploader", "import_files"), CSV_NAME, content)
            screen = await clerk.show("imports")
            screen = await clerk.show("imports", press=screen.widget("button", "import_confirm"))
            findings.errors += screen.errors()
            done = [e.alert.body for e in screen.elements.values() if e.WhichOneof("type") == "alert"]
            if not any(CSV_NAME in body.replace("\\", "") for body in done):
                findings.errors.append(f"import: {done}")
            findings.imported = time.perf_counter() - start
    except (OSError, LookupError, TimeoutError, EOFError) as error:
        findings.errors.append(f"import: {type(error).__name__} {error}")


def judged(
    findings: Findings, before: dict[Key, Figures], again: dict[Key, Figures], after: dict[Key, Figures]
) -> tuple[Counter[str], list[str]]:
    """How often pages were seen as before, as after, or as neither; and what was wrong in the last case.

    What differs between two visits to a quiet server is not compared.
    """
    counts: Counter[str] = Counter()
    wrong = []
    newest: set[tuple[int, Key]] = set()
    for key, visitor, figures in findings.seen:
        if key[1] in UNSTEADY:
            continue
        steady = {place for place in {*before[key], *after[key]} if before[key].get(place) == again[key].get(place)}
        old, new, now = ({place: told[place] for place in sorted(steady & told.keys())}
                         for told in (before[key], after[key], figures))  # fmt: skip
        counts["figures compared"] += len(now)
        if now == old == new:
            counts["pages as ever"] += 1
        elif now == new:
            counts["as after the import"] += 1
            newest.add((visitor, key))
        elif now == old:
            counts["as before the import"] += 1
            if (visitor, key) in newest:
                wrong.append(f"{key}: the old figures after the new ones")
        else:
            strange = {place: (value, old.get(place), new.get(place)) for place, value in now.items()
                       if value not in {old.get(place), new.get(place)}}  # fmt: skip
            counts["wrong" if strange else "mixed"] += 1
            wrong.append(f"{key}: {strange or 'some figures of before the import, some of after it'}")
    return counts, wrong


@contextlib.contextmanager
def county(database: Path | None) -> Iterator[Path]:
    """A copy of a database of one's own, or a fresh demonstration."""
    with tempfile.TemporaryDirectory(prefix="inspections-load-") as folder:
        own = Path(folder) / "county.duckdb"
        if database:
            own.write_bytes(database.read_bytes())
        else:
            build_demo(own)
        yield own


async def visits(
    url: str, own: list[str], content: bytes, chosen: argparse.Namespace, findings: Findings
) -> list[dict[Key, Figures]]:
    """The quiet walk, twice, then everybody at once, then the quiet walk again."""
    before = await reference(url, own, chosen.pages)
    again = await reference(url, own, chosen.pages)
    end = time.perf_counter() + chosen.seconds
    tabs = min(chosen.tabs, chosen.sessions)
    everybody = [
        walk(url, number, own[number % len(own)], end, chosen, findings) for number in range(chosen.sessions - tabs)
    ]
    everybody.append(put_in(url, own[0], content, chosen.seconds / 2, findings))
    if tabs:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            numbers = range(chosen.sessions - tabs, chosen.sessions)
            looking = [look(browser, url, number, end, chosen, findings) for number in numbers]
            await asyncio.gather(*everybody, *looking)
            await browser.close()
    else:
        await asyncio.gather(*everybody)
    return [before, again, await reference(url, own, chosen.pages)]


def _times(seconds: list[float]) -> str:
    ranked = sorted(seconds) or [float("nan")]
    p95 = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    return f"p50 {median(ranked):.2f} s, p95 {p95:.2f} s, slowest {ranked[-1]:.2f} s"


def main(arguments: list[str] | None = None) -> int:
    """Start a server, load it, print; 1 where anything was wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=40)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--tabs", type=int, default=3, help="how many of the sessions are tabs of Chromium")
    options.add_argument("--pause", type=float, default=5, help="mean seconds between a page and the next click")
    options.add_argument("--filters", type=int, default=4, help="how many combinations of bureau and language")
    options.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    options.add_argument("--database", type=Path, help="a database to copy instead of a fresh demonstration")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = options.parse_args(arguments)
    findings = Findings()
    with county(chosen.database) as database:
        own, content = filters_of(database)[: chosen.filters], register_file(database)
        log = database.with_name("server.log")
        env = {"INSPECTIONS_ACCESS": "single", "INSPECTIONS_LOG": str(log)}
        with serving(database, database.with_name("output.txt"), env=env) as server:
            start = time.perf_counter()
            before, again, after = finished(visits(server.url, own, content, chosen, findings))
            whole = time.perf_counter() - start
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    findings.errors += [f"log: {line}" for line in lines if line["level"] in {"error", "critical"}]
    counts, wrong = judged(findings, before, again, after)
    print(
        f"seed {chosen.seed}, {chosen.sessions} sessions ({chosen.tabs} of them tabs of Chromium), {chosen.seconds:g} s"
    )
    print(f"{chosen.pause:g} s between clicks on average, {os.cpu_count()} cores, {whole:.0f} s in all")
    print(f"page runs {len(findings.seconds)}, {_times(findings.seconds)}")
    print(f"pages in Chromium {len(findings.in_browser)}, {_times(findings.in_browser)}")
    taken = "did not finish" if findings.imported is None else f"took {findings.imported:.1f} s"
    moved = sum(before[key] != after[key] for key in before if key[1] not in UNSTEADY)
    print(f"import of {OBJECTS} objects meanwhile {taken} and changed {moved} of {len(before)} views")
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    print(f"errors {len(findings.errors)}, wrong numbers {len(wrong)}", *findings.errors[:20], *wrong[:20], sep="\n")
    return 1 if findings.errors or wrong or findings.imported is None or not moved else 0


if __name__ == "__main__":
    sys.exit(main())
