"""Everything the demonstration gives, as text: pages, exports, commands, tables. To hold a rebuilding against it.

    .venv/bin/python -m tests.recording /tmp/before     # on the tree as it was
    .venv/bin/python -m tests.recording /tmp/after      # on the tree as it is now
    diff -r /tmp/before /tmp/after                      # empty where nothing has changed

`--only pages exports commands database` records parts, `--language zh` one language. Pages and exports are made
together: a page offers its files. Compare recordings of the same parts and of one day; both belong to one machine
(Chromium, fonts, number of threads).

This tool knows `app.PAGES`, addresses, the command line and the tables, and nearly no module of the program: where a
module stands, and what it is called, does not matter to it. What two runs of the same code tell differently is masked
(`MASKS`): the time, today's date, places of files, hashes of rows that hold a time, and numbers that are random.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import csv
import datetime
import hashlib
import io
import json
import logging
import multiprocessing
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import numpy as np
import pypdf
from google.protobuf import text_format
from lxml import etree
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TESTING_KEY, Block, Node

from app import PAGES
from tests.served import at_address
from tests.visitor import Visitor, claims, files_offered

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("pages", "exports", "commands", "database")
LANGUAGES = ("zh", "en")
EVERY_PAGE = [f"{section}/{page}" for section, pages in PAGES.items() for page in pages]
BUREAUS = {"阳城县自然资源局": (2022, 2023), "许昌市自然资源和规划局建安区分局": (2023, 2024)}
ROLES = ("leader", "planner", "clerk", "supervisor", "auditor")
# What says where a page stands, and what Streamlit counts anew: never what is on the page.
NUMBERS = {"id", "url", "deferred_file_id", "page_script_hash", "arrow_data", "css_content", "js_content"}
FRAME = ("lang", "bureau", "year")
STRINGS = "xl/sharedStrings.xml"
CHOSEN_FROM = {"selectbox", "radio", "button_group"}
TODAY = datetime.date.today()
# The day as Excel counts it, and the tables that hold the time at which their rows came in.
SERIAL = (TODAY - datetime.date(1899, 12, 30)).days
TIMED = "(?:change_log|import|import_file)"
MASKS = [
    (rf"{re.escape(tempfile.gettempdir())}/recording-\w+", "<work>"),
    (re.escape(str(ROOT)), "<root>"),
    (r"\$\$ID-[0-9a-f]+", "<id>"),
    (rf"{TODAY}[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?", "<now>"),
    (rf"{TODAY}|{TODAY:%Y%m%d}(-\d{{6}})?|{TODAY:%Y}年{TODAY.month}月{TODAY.day}日", "<today>"),
    (r"(用时|in) \d+\.\d+ (秒|seconds)", r"\1 <time> \2"),
    (rf"\b{SERIAL}\.\d+", "<now>"),
    (r'("(?:seconds|bytes)": )[\d.]+', r"\1<number>"),
    (r'(\.(?:change_log\.\w+|data_version|identity|log) = )"[0-9a-f]{64}"', r"\1<hash>"),
    (rf"(\.tables\.{TIMED}(?:\[0\])?\.(?:sha256|fingerprint|bytes|path) = ).*", r"\1<hash>"),
    (rf"(tables/{TIMED}/source=1/1-)\w+", r"\1<hash>"),
    (rf"(?m)^( {TIMED} .* )[\d,]+ *$", r"\1<number>"),
]


# ---------------------------------------------------------------------------------------------------- text
def masked(text: str) -> str:
    """`text` without what differs from one run to the next."""
    for pattern, instead in MASKS:
        text = re.sub(pattern, instead, text)
    return text


def write(path: Path, *lines: str) -> None:
    """A recorded file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(masked("\n".join(lines)) + "\n", "utf-8")


def hashed(text: str) -> str:
    """A long text that is the same everywhere."""
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def flat(value: Any, place: str = "") -> Iterator[str]:
    """JSON, one value a line; lists of plain values on one, plotly's packed ones as numbers."""
    if isinstance(value, dict) and "bdata" in value:
        value = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
    if isinstance(value, dict):
        for key in sorted(value):
            yield from flat(value[key], f"{place}.{key}")
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, one in enumerate(value):
            yield from flat(one, f"{place}[{number}]")
    else:
        yield f"{place} = {json.dumps(value, ensure_ascii=False)}"


def unpacked(name: str, content: bytes) -> Iterator[str]:
    """A file as lines, archives member by member. Of pictures only the size in pixels: browsers draw them."""
    suffix = Path(name).suffix
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            shared = archive.read(STRINGS) if STRINGS in archive.namelist() else b"<none/>"
            words = ["".join(one.itertext()) for one in etree.fromstring(shared)]
            for member in sorted(set(archive.namelist()) - {STRINGS}):
                content = archive.read(member)
                if member.startswith("xl/worksheets/") and words:
                    # The text itself: its number hangs on what stands in other cells.
                    content = re.sub(
                        rb't="s"><v>(\d+)</v>',
                        lambda found: f"><v>{escape(words[int(found[1])])}</v>".encode(),
                        content,
                    )
                yield f"==== {name}/{member}"
                yield from unpacked(f"{name}/{member}", content)
    elif suffix == ".pdf":
        for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages, start=1):
            yield from (f"---- page {number}", *page.extract_text().splitlines())
    elif suffix == ".png":
        yield "png {} x {}".format(*struct.unpack(">II", content[16:24]))
    elif suffix in {".xml", ".rels"}:
        pretty = etree.tostring(etree.fromstring(content), pretty_print=True, encoding="unicode")
        if name.endswith("docProps/core.xml"):
            pretty = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<now>", pretty)
        yield from pretty.splitlines()
    elif suffix == ".json":
        yield from flat(json.loads(content))
    else:
        with contextlib.suppress(UnicodeDecodeError):
            yield from content.decode().splitlines()
            return
        yield f"{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}"


def dump(database: Path, folder: Path) -> None:
    """Every table as CSV in the order of all its columns, and how tables and views are made."""
    with duckdb.connect(database, read_only=True) as connection:
        made = connection.execute(
            "select sql from duckdb_tables() union all select sql from duckdb_views() where not internal order by 1"
        )
        write(folder / "schema.sql", *(sql for (sql,) in made.fetchall()))
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            # What stands in the chain of the log hangs on the time.
            hidden = "replace ('<hash>' as previous_hash, '<hash>' as hash)" if table == "change_log" else ""
            rows = connection.execute(f'select * {hidden} from "{table}" order by all')
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows([[one[0] for one in rows.description], *rows.fetchall()])
            write(folder / f"{table}.csv", out.getvalue())


# ---------------------------------------------------------------------------------------------------- pages
def nodes(node: Node) -> Iterator[Node]:
    """Everything on a page in its order."""
    yield node
    if isinstance(node, Block):
        for number in sorted(node.children):
            yield from nodes(node.children[number])


def described(node: Node, *, charts: bool) -> Iterator[str]:
    """One element or block: its kind, its words, its settings."""
    if isinstance(node, Block):
        proto = getattr(node, "proto", None)
        yield f"[{node.type}] " + (text_format.MessageToString(proto, as_utf8=True, as_one_line=True) if proto else "")
        return
    yield f"[{node.type}] {node.key or ''}"
    proto = type(node.proto)()
    proto.CopyFrom(node.proto)
    for field in NUMBERS & set(proto.DESCRIPTOR.fields_by_name):
        proto.ClearField(field)
    if node.type == "dataframe":
        yield from node.value.to_csv(index=False).splitlines()
        yield from flat(json.loads(proto.columns or "{}"), "columns")
        proto.ClearField("columns")
    elif node.type == "plotly_chart":
        spec = json.loads(proto.spec)
        # The house's look is the same on every chart: its hash will do.
        spec["layout"]["template"] = hashed(json.dumps(spec["layout"].pop("template", {}), sort_keys=True))
        yield from flat(spec, "spec") if charts else ()
        proto.ClearField("spec")
    elif node.type == "html":
        is_style = proto.body.lstrip().startswith("<style")
        yield from re.split(r"\n|(?=<[^/])", hashed(proto.body) if is_style else proto.body)
        proto.ClearField("body")
    elif node.type == "bidi_component":
        data: dict[str, Any] = json.loads(proto.json or proto.mixed.json or "{}")
        for line in flat(data | {"css": hashed(str(data.get("css")))}, "data"):
            yield from re.split(r"(?=<[^/])", line)
        proto.ClearField("json")
        proto.ClearField("mixed")
    yield from text_format.MessageToString(proto, as_utf8=True).splitlines()
    if node.type in CHOSEN_FROM | {"toggle", "date_input", "multiselect", "number_input", "slider", "text_input"}:
        yield f"value now: {node.value!r}"


def seen(app: AppTest, *, charts: bool = True) -> list[str]:
    """What a reader has on the screen, one text per element; an error too."""
    return ["\n  ".join(described(node, charts=charts)) for root in (app.sidebar, app.main) for node in nodes(root)]


def speak(language: str) -> None:
    """Bind this thread's reader, where the program knows one."""
    with contextlib.suppress(ImportError):
        from inspections.words.wording import speak as bind  # noqa: PLC0415 - the one module of it, if it is there

        bind(language)


class Reader:
    """Somebody without sign-in who goes from page to page; what is seen and taken along is recorded in `folder`."""

    def __init__(self, folder: Path, parts: list[str], place: str, **state: Any) -> None:
        self.folder, self.parts, self.place, self.state = folder, parts, place, state
        self.offered: dict[tuple[str, str], Callable[[], bytes]] = {}

    def open(self, page: str) -> AppTest:
        """A page by its address."""
        # AppTest asks what an option is called here, outside of the run that knows who reads.
        speak(str(self.state.get("lang", "zh")))
        app = at_address(AppTest.from_file(str(ROOT / "app.py"), default_timeout=300), page)
        for key, value in self.state.items():
            app.session_state[key] = value
        return self.run(app, page)

    def run(self, app: AppTest, page: str) -> AppTest:
        """A run; the files that it offers and none before did are kept in mind."""
        with files_offered() as files:
            app.run()
        self.offered = {(page, name): make for name, make in files.items()} | self.offered
        return app

    def take(self) -> None:
        """All files that were offered: once all is looked at, and the log's own first, because the log notes each."""
        files = sorted(self.offered.items(), key=lambda one: one[0][0] != "registry/log")
        for (page, name), make in files if "exports" in self.parts else ():
            try:
                lines = [*unpacked(name, make())]
            except Exception as error:  # noqa: BLE001 - whatever it is, the rest is recorded
                lines = [f"ERROR {error!r}"]
            write(self.folder / "exports" / self.place / page / f"{name}.txt", *lines)

    def record(self, page: str, *, charts: bool = True, parts: bool = False) -> None:
        """A page; with `parts` also what it shows once the reader has turned to anything else on it."""
        app = self.open(page)
        lines = seen(app, charts=charts)
        known = set(lines)
        for key, choice in choices(app) if parts else ():
            other = self.open(page)
            choose(other, key, choice)
            lines += [f"==== {key} = {choice}", *(one for one in seen(self.run(other, page)) if one not in known)]
        if "pages" in self.parts:
            write(self.folder / "pages" / self.place / f"{page}.txt", *lines)


def choices(app: AppTest) -> list[tuple[str, Any]]:
    """What a reader can turn to: every part, each switch the other way, another of a long list, a table's first row."""
    found: list[tuple[str, Any]] = []
    for node in app.main:
        key = getattr(node, "key", None)
        if key is None or key in FRAME or getattr(node.proto, "disabled", False):
            continue
        if node.type == "toggle":
            found.append((key, not node.value))
        elif node.type == "dataframe" and node.proto.selection_mode:
            found.append((key, {"selection": {"rows": [0], "columns": [], "cells": []}}))
        elif node.type in CHOSEN_FROM:
            now = node.indices if node.type == "button_group" else [node.index]
            others = [option for number, option in enumerate(node.options) if number not in now]
            found += [(key, option) for option in (others[:1] if node.type == "selectbox" else others)]
    return found


def choose(app: AppTest, key: str, choice: Any) -> None:
    """Turn to one of them; the next run shows it."""
    node = next(node for node in app.main if getattr(node, "key", None) == key)
    if node.type == "dataframe":
        app.session_state[key] = choice
        return
    if node.type in CHOSEN_FROM:
        # The browser knows options by their words, and so does this.
        words = node.format_func
        app.session_state[TESTING_KEY][node.id] = lambda one: one if one == choice else words(one)
    node.set_value(choice)


def record_year(folder: Path, parts: list[str], language: str, bureau: str) -> None:
    """Every page of a bureau: the later year whole with its exports, the earlier one without charts."""
    earlier, later = BUREAUS[bureau]
    for year, whole in ((earlier, False), (later, True)):
        reader = Reader(folder, parts, f"{language}/{bureau}/{year}", lang=language, bureau=bureau, year=year)
        for page in EVERY_PAGE if whole or "pages" in parts else ():
            reader.record(page, charts=whole, parts=whole)
    reader.take()


def record_empty(folder: Path, parts: list[str], language: str) -> None:
    """Every page where nothing has been imported yet."""
    os.environ["INSPECTIONS_DB"] = str(Path(os.environ["INSPECTIONS_DB"]).with_name(f"nothing-{language}.duckdb"))
    reader = Reader(folder, parts, f"{language}/empty", lang=language)
    for page in EVERY_PAGE:
        reader.record(page)
    reader.take()


def record_roles(folder: Path, parts: list[str]) -> None:
    """Every page as each role sees it, in server mode."""
    os.environ["INSPECTIONS_ACCESS"] = "server"
    bureau, (_, year) = next(iter(BUREAUS.items()))
    for role in ROLES if "pages" in parts else ():
        for page in EVERY_PAGE:
            visitor = Visitor(claims(role), lang="zh", bureau=bureau, year=year)
            lines = seen(visitor.open(page, skip=("",)).app, charts=False)
            write(folder / "pages" / "zh" / "roles" / role / f"{page}.txt", *lines, *visitor.offered)


def record_imports(folder: Path, parts: list[str], language: str) -> None:
    """The files of a clerk on the page for imports, looked at and then confirmed."""
    page = "registry/imports"
    for file in input_files(Path(os.environ["INSPECTIONS_DB"])):
        reader = Reader(folder, parts, f"{language}/imports/{file.name}", lang=language)
        app = reader.open(page)
        app.file_uploader[0].set_value([(file.name, file.read_bytes(), "application/octet-stream")])
        lines = seen(reader.run(app, page))
        # The templates are on the page without files, too.
        reader.offered = {one: make for one, make in reader.offered.items() if one[1].startswith(file.stem)}
        reader.take()
        for button in [one for one in app.button if str(one.key).startswith("import_confirm") and not one.disabled]:
            button.click()
            lines += ["==== confirmed", *seen(reader.run(app, page))]
            # The list of imports is in the order of their seconds.
            time.sleep(1.1)
        if "pages" in parts:
            write(folder / "pages" / reader.place / f"{page}.txt", *lines)


# ---------------------------------------------------------------------------------------------------- files
def input_files(demonstration: Path) -> list[Path]:
    """What a clerk brings to the first bureau, good and bad rows, in the order in which it has to come."""
    folder = demonstration.parent / "files"
    folder.mkdir(exist_ok=True)
    with duckdb.connect(demonstration, read_only=True) as connection:
        firms = connection.execute(
            "select object_id, name, industry from object where kind = 'enterprise' order by object_id limit 8"
        ).fetchall()
    task, unit = "2023年第一季度生产矿山抽查", "矿产资源监督管理局"
    objects = ("统一社会信用代码", "企业名称", "行业", "所属区域", "对象库")
    draws = ("抽查任务名称", "抽取时间", "统一社会信用代码", "检查人员")
    results = tuple("抽查任务名称 统一社会信用代码 检查机关 检查日期 录入日期 公示日期 检查事项 检查结果".split())
    # One change a row: two are shown in no fixed order.
    listed = [(*firm, "某镇", "全县生产矿山企业") for firm in firms]
    one, other = firms[0][0], firms[1][0]
    tables: dict[str, list[tuple[str, ...]]] = {
        "1-items": [("抽查事项名称", "事项类别", "检查依据"),
                    ("新的事项", "重点", "某法"), ("对界桩的检查", "一般", "")],
        "1-items-bad": [("抽查事项名称", "事项类别"), ("", "重点"), ("某事项", "不知")],
        "2-objects": [objects, *listed],
        "2-objects-bad": [objects, *listed[:2], (one[:-1] + "#", "坏代码", "", "", ""), ("", "没有代码", "", "", "")],
        "3-classes": [("统一社会信用代码", "企业名称", "信用风险分类", "分类日期"),
                      *((*firm[:2], "ABCD"[number % 4], "2023-01-01") for number, firm in enumerate(firms))],
        "3-classes-bad": [("统一社会信用代码", "信用风险分类", "分类日期"),
                          (one, "Z", "2023-01-01"), (other, "A", "昨天")],
        "4-inspectors": [("姓名", "所在单位", "执法证号", "是否公务员"), ("张三", unit, "16-001", "是"),
                         ("李四", unit, "16-002", "否"), ("王五", "新设股", "16-003", "是")],
        "4-inspectors-bad": [("姓名", "所在单位", "执法证号"), ("赵六", unit, "16-001"), ("", unit, "16-009")],
        "5-recusals": [("执法证号", "统一社会信用代码", "回避原因"), ("16-001", other, "亲属任职")],
        "6-draws": [draws, (task, "2023-03-10", one, "张三、李四"), (task, "2023-03-10", firms[2][0], "李四、王五")],
        "6-draws-bad": [draws, ("没有的任务", "2023-03-10", one, "李四"), (task, "某日", other, "没有的人")],
        "7-results": [results, (task, one, unit, "2023-03-16", "2023-03-18", "2023-03-20", "", "未发现问题")],
        "7-results-bad": [results, (task, one, unit, "2023-03-01", "2023-03-18", "", "", "未发现问题"),
                          (task, firms[7][0], unit, "2023-03-16", "2023-02-30", "", "没有的事项", "很好")],
        "8-unknown": [("甲", "乙", "丙"), ("1", "2", "3")],
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return sorted(folder.glob("*.csv"))


def more_files(folder: Path, packed: bytes) -> None:
    """Frames, scenarios, and a sealed package as it was and forged."""
    firms = [f"F{number:03d},{'ABCD'[number % 4] if number % 9 else ''}" for number in range(60)]
    goal = 'goal = "problems"\nbudget_days = {days}\n[class.A]\nsize = 39\nproblem_rate = 0.05\ndays_per_visit = 0.5\n'
    year = "replications = 500\nseed = 7\n[[cell]]\nname = 'mines'\nclass = 'A'\nsize = 40\ntasks = ['Q1', 'Q2']\n"
    texts = {
        "frame.csv": "\n".join(("object_id,class", *firms)),
        "frame-bad.csv": "\n".join(("object_id,class", *firms, firms[0], ",A", "F999,Q")),
        "year.toml": year + "".join(f"[[task]]\nid = 'Q{number}'\nquota = {{ A = 10 }}\n" for number in (1, 2)),
        "year-bad.toml": year,
        "plan.toml": goal.format(days=12) + "[class.D]\nsize = 3\ndone = 4\nproblems = 1\ndays_per_visit = 1\n",
        "plan-bad.toml": goal.format(days=0.2) + "detection = 7\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "sealed.zip").write_bytes(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, zipfile.ZipFile(folder / "forged.zip", "w") as forged:
        for member in archive.namelist():
            content = archive.read(member)
            forged.writestr(member, content.replace(b",A,", b",B,", 1) if member.endswith(".csv") else content)


# ---------------------------------------------------------------------------------------------------- commands
VERBS = tuple("import demo draw simulate plan verify evaluate brief backup restore lake doctor".split())
KINDS = tuple("1-items 2-objects 3-classes 4-inspectors 5-recusals 6-draws 7-results 8-unknown".split())
NOTICES = sorted((ROOT / "data" / "notices").glob("*.txt"))
FIRST, YEAR = next(iter(BUREAUS)), 2023
OF_YEAR = f"--bureau {FIRST} --year {YEAR} --db demo.duckdb"


def steps() -> Iterator[str]:
    """What is typed, in this order."""
    yield from ("--help", "nonsense", *(f"{verb} --help" for verb in VERBS), *VERBS)
    yield "demo --db demo.duckdb"
    yield "demo --db demo.duckdb --if-missing --json"
    for option in ("--dry-run", "--dry-run --json", "", "", "--json"):
        yield from (f"import files/{notice.name} --db own.duckdb {option}" for notice in NOTICES)
    for name in KINDS:
        for option in ("--dry-run", "", "--json"):
            yield f"import files/{name}.csv --db own.duckdb --bureau {FIRST} --year {YEAR} {option}"
        for option in ("", "--json", "--good-rows") if name not in {"5-recusals", "8-unknown"} else ():
            yield f"import files/{name}-bad.csv --db own.duckdb --bureau {FIRST} --year {YEAR} {option}"
    yield "import files/2-objects.csv --db own.duckdb"
    yield "import files/missing.csv --db own.duckdb"
    yield "import files/2-objects.csv --db own.duckdb --kind nonsense"
    yield "import files/2-objects.csv --db own.duckdb --kind results"
    yield "import files/2-objects.csv --db own.duckdb --bureau 没有的局"
    for option in (
        *("--rates A=5%,B=10%,C=50%,D=100%,none=10%", "--rates 20%", "--rates A=5%", "--rates A=much", ""),
        *("--quotas A=3,B=2,none=1", "--quotas 7", "--quotas A=1000", "--quotas Q=1", "--rates 5% --quotas 3"),
    ):
        yield f"draw --frame files/frame.csv --seed 2023-03-15 {option}"
    yield "draw --frame files/frame-bad.csv --seed 1 --rates 20%"
    yield "draw --frame files/missing.csv --seed 1 --rates 20%"
    for verb, name in (("simulate", "year"), ("plan", "plan")):
        for file, option in ((name, ""), (name, "--json"), (f"{name}-bad", ""), ("missing", "")):
            yield f"{verb} --scenario files/{file}.toml {option}"
    yield from (f"verify files/{name}" for name in ("sealed.zip", "forged.zip", "frame.csv", "missing.zip"))
    for name in ("year.json", "year.xlsx", "year.docx", "year.txt", "nowhere/year.json"):
        yield f"evaluate {OF_YEAR} --out {name}"
    yield f"evaluate {OF_YEAR} --as-of {YEAR}-06-30 --circular --out half.docx"
    yield f"evaluate --bureau 没有的局 --year {YEAR} --db demo.duckdb --out none.json"
    yield f"evaluate --bureau {FIRST} --year 1999 --db demo.duckdb --out none.json"
    yield from (f"brief {OF_YEAR} --out slides.{suffix}" for suffix in ("pptx", "pdf", "txt"))
    yield f"brief --bureau 没有的局 --year {YEAR} --db demo.duckdb --out none.pptx"
    yield "backup kept --db demo.duckdb"
    yield "backup kept-json --json --db demo.duckdb"
    yield "restore kept/* --db restored.duckdb"
    yield "restore kept/* --db restored.duckdb --json"
    yield "restore missing --db other.duckdb"
    yield from ("lake lake --db demo.duckdb", "lake lake --json --db demo.duckdb", "lake lake --db missing.duckdb")
    yield "backup kept --db missing.duckdb"
    for name in ("demo", "own", "restored", "missing"):
        yield from (f"doctor --db {name}.duckdb", f"doctor --json --db {name}.duckdb")
    yield "doctor --db files/frame.csv"


def record_commands(folder: Path, language: str) -> None:
    """Every step with what it prints, its exit code and the files that it leaves."""
    demonstration = Path(os.environ["INSPECTIONS_DB"])
    input_files(demonstration)
    work, brought = demonstration.parent, demonstration.parent / "files"
    for notice in NOTICES:
        shutil.copy(notice, brought)
    reader = Reader(folder, [], "", lang="zh", bureau=FIRST, year=YEAR)
    reader.open("registry/draws")
    more_files(brought, next(make() for (_, name), make in reader.offered.items() if name.endswith(".zip")))
    known = set(work.rglob("*"))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "INSPECTIONS_LANG": language, "COLUMNS": "120"}
    environment["INSPECTIONS_DB"] = str(work / "default.duckdb")
    for number, step in enumerate(steps()):
        # What one language has shown of these the other would show again.
        if language != LANGUAGES[0] and (step in VERBS or re.search("--(json|dry-run|good-rows)", step)):
            continue
        words = shlex.split(step.replace("kept/*", str(next(iter(work.glob("kept/*")), ""))))
        command = [sys.executable, "-m", "inspections", *words]
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, encoding="utf-8", check=False)
        lines = [f"$ {step}", f"exit {done.returncode}", "==== stdout", done.stdout, "==== stderr", done.stderr]
        write(folder / "commands" / language / f"{number:03d}-{words[0]}.txt", *lines, *told(work, known))
    for name in ("own", "restored"):
        dump(work / f"{name}.duckdb", folder / "commands" / language / f"{name}.duckdb")


def told(work: Path, known: set[Path]) -> Iterator[str]:
    """The files that were made since, and what documents among them hold."""
    for path in sorted(set(work.rglob("*")) - known):
        known.add(path)
        if path.is_file():
            yield f"==== made {path.relative_to(work)}"
            if path.suffix in {".json", ".xlsx", ".docx", ".pptx", ".pdf", ".csv", ".sql"}:
                yield from unpacked(path.name, path.read_bytes())


# ---------------------------------------------------------------------------------------------------- all of it
def prepared(demonstration: Path, job: Callable[..., None], *arguments: Any) -> None:
    """One job in a process, a folder and a database of its own."""
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        own = shutil.copy(demonstration, Path(folder) / "county.duckdb")
        os.environ |= {"INSPECTIONS_DB": str(own), "INSPECTIONS_ACCESS": "single"}
        logging.disable()
        job(*arguments)


def main() -> None:
    """Record what was asked for, two jobs at a time; 1 as exit code where one of them broke off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to, must not exist")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--language", choices=LANGUAGES)
    asked = parser.parse_args()
    folder, parts = asked.folder.absolute(), asked.only
    folder.mkdir(parents=True)
    languages = [asked.language] if asked.language else list(LANGUAGES)
    jobs: list[tuple[Any, ...]] = []
    if "commands" in parts:
        jobs += [(record_commands, folder, language) for language in languages]
    if {"pages", "exports"} & set(parts):
        jobs += [(record_year, folder, parts, language, bureau) for language in languages for bureau in BUREAUS]
        jobs += [(job, folder, parts, language) for job in (record_imports, record_empty) for language in languages]
        jobs += [(record_roles, folder, parts)]
    with tempfile.TemporaryDirectory(prefix="recording-") as work:
        demonstration = Path(work) / "county.duckdb"
        build = [sys.executable, "-m", "inspections", "demo", "--db", str(demonstration)]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        if "database" in parts:
            dump(demonstration, folder / "database")
        own_process = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, own_process, max_tasks_per_child=1) as pool:
            running = [pool.submit(prepared, demonstration, *job) for job in jobs]
            for job, future in zip(jobs, running, strict=True):
                how = future.exception() or "done"
                sys.stderr.write(f"{job[0].__name__} {' '.join(map(str, job[2:]))}: {how}\n")
    sys.exit(any(future.exception() for future in running))


if __name__ == "__main__":
    main()
