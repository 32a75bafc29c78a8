"""One table of ratios, from every bench of this folder, with the machine, the versions and the sizes at its head.

    python -m tests.bench.table [draws scale pages ...] [--markdown] [--into README.md README.zh-CN.md]

Each bench is a module `bench_<name>` with `rows() -> list[tuple[str, str, str]]`: what was measured, the figure, what
it should be. It runs in a process of its own, so that it holds no memory of another and may fail alone: a bench that is
missing, fails or takes too long says so in its row, and the exit code is 1. `--into` writes what must hold, with what
was measured, between the two marks of each README, in its language.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
BENCHES = ("draws", "scale", "pages", "intake", "evaluation", "demo", "load", "fairness")
# Seconds after which a bench is given up.
PATIENCE = 3600
PACKAGES = ("duckdb", "streamlit", "plotly", "pandas", "numpy")
SIZES = {
    "en": "demo: 2 bureaus, 194 objects, 24 tasks; city: 100 thousand objects, 1,000 tasks, 84 thousand results;"
    " province: 10 million objects, 20,000 tasks, 3 million results",
    "zh": "演示库：2 个单位、194 户、24 项任务；市：10 万户、1000 项任务、8.4 万条结果；"
    "省：1000 万户、2 万项任务、300 万条结果",
}
MARKS = re.compile(r"(<!-- bench: begin -->\n).*?(<!-- bench: end -->)", re.DOTALL)
# A ratio in a row: "ratio 1.02", "province/demo 2.31", "1,234 times".
RATIO = re.compile(r"(?:ratio|province/demo) ([\d,]*\.?\d+)|([\d,]*\.?\d+) times")
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Promise:
    """What must hold: the rows it speaks of, the worst of which counts; the bound; the words of the READMEs."""

    rows: str
    bound: float
    words: dict[str, str]
    at_least: bool = False
    unit: str = ""


PROMISES = (
    Promise(r"draw of .* against hashing all ids once$|draw of .* against hashing all ids$", 1.4, {
        "en": "Stratified draw from 10 million objects, against hashing all ids once",
        "zh": "从 1000 万户中分层抽取，与把全部编号哈希一遍相比",
    }),
    Promise(r"consistent_sampler", 25, {
        "en": "The same draw, faster per object than consistent_sampler",
        "zh": "同一抽取，每户比 consistent_sampler 快",
    }, at_least=True),
    Promise(r"years.*one by one.*plain Python", 1000, {
        "en": "10,000 simulated years of the demo's tasks, faster than object by object (100 thousand objects)",
        "zh": "演示库的任务模拟 1 万年，比逐户模拟快（10 万户）",
    }, at_least=True),
    Promise(r"simulated years.*against 1,000$", 1.2, {
        "en": "The same years with 10 million objects, against a thousand objects",
        "zh": "同样的年份，1000 万户与 1000 户相比",
    }),
    Promise(r"^first paint", 1.3, {
        "en": "First paint of a page in Chromium, against an empty Streamlit page with one bar",
        "zh": "Chromium 中页面首次绘制，与只有一根柱的空 Streamlit 页面相比",
    }),
    Promise(r"^server run, .*warm", 3, {
        "en": "Slowest page of all, warm: province against demo",
        "zh": "最慢的页面（再次运行）：省与演示库相比",
    }),
    Promise(r"^server run, .*cold", 20, {
        "en": "Slowest page of all, cold: province against demo",
        "zh": "最慢的页面（首次运行）：省与演示库相比",
    }),
    Promise(r"^memory of the server, province", 4096, {
        "en": "Memory of the server with the province", "zh": "省级数据下服务器的内存",
    }, unit="MiB"),
    Promise(r"^memory of the server, county", 600, {
        "en": "Memory of the server with the demo", "zh": "演示库下服务器的内存",
    }, unit="MiB"),
)  # fmt: skip


# ---------------------------------------------------------------- one bench, in a process of its own


def answer(name: str) -> None:
    """Write the rows of a bench to stdout as JSON; what the bench prints goes to stderr."""
    out, sys.stdout = sys.stdout, sys.stderr
    rows = importlib.import_module(f"tests.bench.bench_{name}").rows()
    out.write(json.dumps(rows))


def measured(name: str) -> tuple[list[Row], str]:
    """The rows of a bench and "", or no rows and what went wrong."""
    if not (ROOT / "tests" / "bench" / f"bench_{name}.py").exists():
        return [], "missing"
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.table", "--answer", name],
            cwd=ROOT,
            env=os.environ | {"INSPECTIONS_ACCESS": "single"},
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            told, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return [], f"not finished after {PATIENCE} s"
        finally:
            # Servers and browsers that the bench has started go with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.returncode:
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").strip().splitlines() or [f"exit code {process.returncode}"]
            return [], f"failed: {lines[-1][:300]}"
    return [(what, figure, aim) for what, figure, aim in json.loads(told)], ""


# ---------------------------------------------------------------- the head and the table


def machine(language: str = "en") -> str:
    """Processor, cores and memory; the versions."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    words = {
        "en": f"{model}, {cores} cores, {memory:.0f} GiB memory; Python {platform.python_version()}, {parts}",
        "zh": f"{model}，{cores} 核，内存 {memory:.0f} GiB；Python {platform.python_version()}，{parts}",
    }
    return words[language]


def markdown(headings: tuple[str, ...], rows: list[Row]) -> str:
    """A Markdown table."""
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def figure_of(row: Row, unit: str = "") -> float | None:
    """The ratio a row tells, or its last figure in `unit`; None where it tells none."""
    text = f"{row[1]}; {row[2].split('aim')[0]}"
    if unit:
        found = re.findall(rf"([\d,]*\.?\d+) {unit}", text)
        return float(found[-1].replace(",", "")) if found else None
    told = RATIO.search(text)
    return float((told[1] or told[2]).replace(",", "")) if told else None


def kept(promise: Promise, rows: list[Row]) -> float | None:
    """The worst figure among the rows the promise speaks of; None where none was measured."""
    figures = [
        figure
        for row in rows
        if re.search(promise.rows, row[0]) and (figure := figure_of(row, promise.unit)) is not None
    ]
    if not figures:
        return None
    return min(figures) if promise.at_least else max(figures)


def broken(promise: Promise, figure: float) -> bool:
    """Whether a figure breaks what must hold."""
    return figure < promise.bound if promise.at_least else figure > promise.bound


def promised(language: str, rows: list[Row], before: str = "") -> str:
    """The short table of the READMEs below the machine; what was not measured now keeps its figure of `before`."""
    known = dict(re.findall(r"^\| (.+?) \| (.+?) \| [≤≥]", before, re.MULTILINE))
    lines = []
    for promise in PROMISES:
        figure = kept(promise, rows)
        sign, unit = "≥" if promise.at_least else "≤", f" {promise.unit}" if promise.unit else ""
        was = known.get(promise.words[language], "—")
        shown = was if figure is None else f"{figure:,.0f}{unit}" if figure >= 100 else f"{figure:.2f}{unit}"
        lines.append((promise.words[language], shown, f"{sign} {promise.bound:,g}{unit}"))
    headings = {"en": ("What", "Measured", "Must hold"), "zh": ("项目", "实测", "要求")}[language]
    stop = {"en": ".", "zh": "。"}[language]
    return f"{machine(language)}{stop}\n{SIZES[language]}{stop}\n\n{markdown(headings, lines)}\n"


def write_into(path: Path, rows: list[Row]) -> None:
    """Put the short table between the marks of a README, in its language. Raises ValueError where it has none."""
    text = path.read_text("utf-8")
    if not MARKS.search(text):
        raise ValueError(f"{path} has no line <!-- bench: begin --> with <!-- bench: end --> after it")
    language = "zh" if "zh" in path.name else "en"
    path.write_text(MARKS.sub(lambda old: old[1] + promised(language, rows, old[0]) + old[2], text), "utf-8")


def main() -> int:
    """Run the benches and print; 1 where one is missing or failed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("benches", nargs="*", default=BENCHES)
    options.add_argument("--markdown", action="store_true", help="the whole table as Markdown")
    options.add_argument("--into", nargs="+", type=Path, default=[], help="files whose marked table is replaced")
    options.add_argument("--answer", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.answer:
        answer(chosen.answer)
        return 0
    head = [machine(), SIZES["en"], f"load before: {os.getloadavg()[0]:.1f}"]
    rows: list[Row] = []
    failed = False
    for name in chosen.benches or BENCHES:
        sys.stderr.write(f"{name} …")
        sys.stderr.flush()
        start = time.monotonic()
        own, trouble = measured(name)
        sys.stderr.write(f" {time.monotonic() - start:.0f} s\n")
        failed |= bool(trouble)
        rows += own or [(name, trouble or "no rows", "")]
    for path in chosen.into:
        write_into(path, rows)
    if chosen.markdown:
        print("\n".join(f"- {line}" for line in head), markdown(("what", "measured", "should be"), rows), sep="\n\n")
    else:
        table = Table("what", "measured", "should be")
        for row in rows:
            table.add_row(*map(escape, row))
        console = Console(width=180)
        console.print(*head, sep="\n", highlight=False)
        console.print(table)
    for promise in PROMISES:
        figure = kept(promise, rows)
        if figure is not None and broken(promise, figure):
            print(f"Not held: {promise.words['en']}: {figure:,.2f}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
