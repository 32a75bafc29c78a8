"""The rules of the house that no linter knows: where files lie, who may cache, that every word on screen exists."""

from __future__ import annotations

import ast
import configparser
import re
import string
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.evaluation.indicators import INDICATORS
from inspections.store.database import open_database
from inspections.words.columns import kind_of
from inspections.words.wording import FIRST, LANGUAGES, texts
from tests.filled import empty

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = sorted((ROOT / "inspections").rglob("*.py"))
SCREEN = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
PAGES = [path for path in SCREEN if path.parent.name not in {"frame", "parts", ROOT.name}]
QUESTIONS = sorted(path for path in (ROOT / "queries").glob("*.sql") if path.name != "schema.sql")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


# ---------------------------------------------------------------- files and imports
def test_pages_lie_in_section_folders_and_each_is_in_the_navigation() -> None:
    assert [_name(path) for path in (ROOT / "pages").glob("*.py")] == []
    (navigation,) = (
        ast.literal_eval(statement.value)
        for statement in _parsed(ROOT / "app.py").body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "PAGES"
    )
    listed = {f"pages/{section}/{page}.py" for section, pages in navigation.items() for page in pages}
    assert listed == {_name(path) for path in PAGES}


def test_only_one_module_caches() -> None:
    caching = {
        _name(path)
        for path in [*SCREEN, *DOMAIN]
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"cache_data", "cache_resource"}
    }
    assert caching == {"pages/frame/data.py"}


def test_a_part_of_a_page_that_runs_by_itself_is_bound_to_its_reader() -> None:
    """`by_itself` binds the reader; who watches the sign-in says nothing."""
    bare = {_name(path) for path in SCREEN if "st.fragment" in path.read_text("utf-8")}
    assert bare == {"pages/frame/access.py", "pages/frame/head.py"}


def _imported(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.split(".")[0])
    return modules


def test_requirements_are_pinned_and_are_what_the_product_imports() -> None:
    of_spark = [path for path in DOMAIN if path.stem in {"spark", "spark_sql"}]
    of_scans = [path for path in DOMAIN if path.stem == "scan"]
    embedded = {*SCREEN, *DOMAIN} - set(of_spark) - set(of_scans)
    # st.login imports it where people sign in (pip install streamlit[auth]).
    assert _pinned("requirements.txt") == _distributions(embedded) | {"authlib"}
    # PySpark imports these for Spark Connect and for Arrow.
    connecting = {"googleapis-common-protos", "grpcio", "grpcio-status", "pyarrow"}
    ours = {"pyspark", "sqlglot"}
    assert _pinned("requirements-spark.txt") == ours | connecting
    # RapidOCR runs its models by ONNX Runtime, or another library of one's choice.
    assert _pinned("requirements-scans.txt") == {"onnxruntime", "pillow", "rapidocr"}
    if "pyspark" in packages_distributions():
        assert _distributions(of_spark) - _distributions(embedded) <= ours


def _pinned(file: str) -> set[str]:
    lines = [line for line in (ROOT / file).read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all("==" in line for line in lines)
    return {line.split("==")[0].lower() for line in lines}


def _distributions(files: Iterable[Path]) -> set[str]:
    known = packages_distributions()
    return {known[module][0].lower() for path in files for module in _imported(path) if module in known}


def test_no_database_is_committed() -> None:
    committed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in committed.splitlines() if ".duckdb" in name] == []


def test_the_product_names_no_other_host() -> None:
    # Names of XML vocabularies look like addresses and are never fetched.
    vocabularies = ("http://www.w3.org/", "http://schemas.openxmlformats.org/", "http://openoffice.org/2001/registry")
    suffixes = {".py", ".sql", ".toml", ".css", ".svg", ".html", ".js"}
    places = [ROOT / "app.py", *(ROOT / "pages").rglob("*"), *(ROOT / "inspections").rglob("*")]
    places += [*(ROOT / "queries").rglob("*"), *(ROOT / ".streamlit").rglob("*")]
    found = [
        f"{_name(path)}: {address}"
        for path in places
        if path.suffix in suffixes
        for address in re.findall(r"(?:https?|wss?)://[^\s\"'<>)]+", path.read_text("utf-8"))
        if not address.startswith((*vocabularies, "http://127.0.0.1", "http://localhost"))
    ]
    assert found == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_what_the_readmes_name_exists(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = set(re.findall(r"\bmake ([a-z-]+)", text))
    assert {"run", "test"} <= commands <= targets
    missing = [
        link
        for link in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", text)
        if not (ROOT / (link[0] or link[1])).exists()
    ]
    assert missing == []


# ---------------------------------------------------------------- questions
@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_database(empty(tmp_path_factory.mktemp("house") / "empty.duckdb"))
    yield connection
    connection.close()


def _parameters(question: Path) -> set[str]:
    without_comments = re.sub(r"--.*", "", question.read_text("utf-8"))
    return set(re.findall(r"\$(\w+)", without_comments))


def _known_parameters() -> dict[str, str]:
    linter = configparser.ConfigParser()
    linter.read(ROOT / ".sqlfluff", "utf-8")
    listed = dict(linter["sqlfluff:templater:placeholder"])
    assert listed.pop("param_style") == "dollar"
    return listed


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_is_one_commented_statement_with_named_parameters(question: Path) -> None:
    text = question.read_text("utf-8")
    assert text.startswith("-- ")
    assert len(duckdb.extract_statements(text)) == 1
    assert "?" not in re.sub(r"--.*|'[^']*'", "", text)
    assert all(re.fullmatch(r"[a-z]\w*", name) for name in _parameters(question))


def test_the_sql_linter_knows_exactly_the_parameters_in_use() -> None:
    assert set(_known_parameters()) == set().union(*(_parameters(question) for question in QUESTIONS))


# Those two ask about a table that the caller names.
ABOUT_ANSWERS = [path for path in QUESTIONS if path.stem not in {"draw_tickets", "pool_sizes"}]


def _answer(question: Path, database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    text = question.read_text("utf-8")
    for name, value in _known_parameters().items():
        text = re.sub(rf"\${name}\b", value, text)
    return database.sql(text)


@pytest.mark.parametrize("question", ABOUT_ANSWERS, ids=lambda path: path.stem)
def test_every_code_a_question_can_return_has_a_word(question: Path, empty_database: duckdb.DuckDBPyConnection) -> None:
    answer = _answer(question, empty_database)
    for language in LANGUAGES:
        words = texts(language)
        for column, kind in zip(answer.columns, answer.types, strict=True):
            if kind.id == "enum" and column in words["headings"]:
                (_, codes), *_ = kind.children
                assert set(codes) <= set(words["codes"][column]), f"{column} in {language}.toml"


@pytest.mark.parametrize("question", ABOUT_ANSWERS, ids=lambda path: path.stem)
def test_the_end_of_a_column_says_what_it_holds(question: Path, empty_database: duckdb.DuckDBPyConnection) -> None:
    answer = _answer(question, empty_database)
    for column, kind in zip(answer.columns, answer.types, strict=True):
        if column in texts(FIRST)["headings"]:
            assert (kind_of(column) == "day") == (kind.id == "date"), column
            assert kind_of(column) != "share" or kind.id in {"double", "decimal"}, column


# ---------------------------------------------------------------- words
def _keys(node: dict[str, Any], above: str = "") -> dict[str, str]:
    found = {}
    for key, value in node.items():
        found.update(_keys(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value})
    return found


TEXTS = {language: _keys(texts(language)) for language in LANGUAGES}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_keys(language: str) -> None:
    assert list(TEXTS[language]) == list(TEXTS["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_placeholders(language: str) -> None:
    told = {key: _placeholders(text) for key, text in TEXTS[language].items()}
    assert {key for key, names in told.items() if names != _placeholders(TEXTS["zh"][key])} == set()


@dataclass
class Spoken:
    """Where a text is asked for: a pattern of its key, a group for each part known at run time only; what is passed."""

    place: str
    pattern: str
    passed: set[str] | None = field(default_factory=set)

    def found(self) -> list[str]:
        """The keys of the text files that can be meant."""
        return [match[0] for match in _matches(self.pattern)]


@cache
def _matches(pattern: str) -> list[re.Match[str]]:
    key = re.compile(pattern)
    return [match for text in TEXTS["zh"] if (match := key.fullmatch(text))]


def _patterns(node: ast.expr, inside: ast.AST) -> set[str]:
    """The keys an expression can be, as regular expressions; none where only a caller knows."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {re.escape(node.value)}
    if isinstance(node, ast.IfExp):
        # Where one branch is a value of the run, any word may come of it.
        return {
            pattern
            for branch in (node.body, node.orelse)
            for pattern in ({r"(\w+)"} if isinstance(branch, ast.Attribute) else _patterns(branch, inside))
        }
    if isinstance(node, ast.JoinedStr):
        whole = {""}
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            whole = {before + after for before in whole for after in _patterns(inner, inside) or {r"(\w+)"}}
        return whole
    if isinstance(node, ast.Name):
        return {
            pattern
            for assigned in ast.walk(inside)
            if isinstance(assigned, ast.Assign) and ast.unparse(assigned.targets[0]) == node.id
            for pattern in _patterns(assigned.value, inside)
        }
    return set()


@cache
def _pages_of(path: Path) -> set[str]:
    """The page sections a module of pages/ speaks for: its own, or those of the pages that use it."""
    opened = set(re.findall(r"open_page\(\"(\w+)\"\)", path.read_text("utf-8")))
    if opened or path.parent.name not in {"frame", "parts"}:
        return opened
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    users = [user for user in SCREEN if f"from {module} import" in user.read_text("utf-8")]
    return {section for user in users for section in _pages_of(user)}


# Functions of pages/frame/shown.py and of parts that take a key and say several texts of the page with it.
WRAPPERS = {
    "share_figure": ("figures", "details", "explanations"),
    "plain_figure": ("figures", "explanations"),
    "alert": ("alerts",),
}


def _spoken(path: Path) -> Iterator[Spoken]:
    tree = _parsed(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        around = [node for node in functions if node.lineno <= call.lineno <= (node.end_lineno or 0)]
        inside = around[-1] if around else tree
        bundled = any(keyword.arg is None for keyword in call.keywords)
        passed = None if bundled else {keyword.arg for keyword in call.keywords if keyword.arg}
        # A wrapper passes parameters of its own; whoever catches an error adds the file it is about.
        elsewhere = isinstance(call.func, ast.Name) and call.func.id in {*WRAPPERS, "InspectionsError"}
        for position, template in _templates(call, _pages_of(path)):
            patterns = _patterns(call.args[position], inside)
            for pattern in patterns:
                yield Spoken(
                    f"{_name(path)}:{call.lineno}",
                    template.format(pattern),
                    None if elsewhere or len(patterns) > 1 else passed,
                )


def _templates(call: ast.Call, pages: set[str]) -> list[tuple[int, str]]:
    """Which argument of a call is a key, and of which texts."""
    match call.func:
        case ast.Name(id="say" | "say_in" | "Term" as speaker):
            return [(1 if speaker == "say_in" else 0, "{}")]
        case ast.Attribute(attr="say"):
            # A page speaks of itself; an object of the domain that knows its language takes whole keys.
            return [(0, rf"{page}\.{{}}") for page in pages] or [(0, "{}")]
        case ast.Attribute(attr="word"):
            return [(0, r"codes\.{}\.(\w+)")]
        case ast.Name(id="InspectionsError"):
            return [(0, r"errors\.{}")]
        case ast.Name(id=wrapper) if wrapper in WRAPPERS:
            return [(1, rf"{page}\.{kind}\.{{}}") for page in pages for kind in WRAPPERS[wrapper]]
    return []


@pytest.fixture(scope="module")
def everything_spoken() -> list[Spoken]:
    return [spoken for path in [*SCREEN, *DOMAIN] for spoken in _spoken(path)]


def test_every_text_asked_for_exists(everything_spoken: list[Spoken]) -> None:
    # The frame speaks for every page; not every page has figures, alerts and an editor.
    frame = "pages/frame/"
    silent = [
        f"{spoken.place} {spoken.pattern}"
        for spoken in everything_spoken
        if not spoken.found() and not (spoken.place.startswith(frame) and "(" in spoken.pattern)
    ]
    assert silent == []


def test_every_placeholder_is_filled(everything_spoken: list[Spoken]) -> None:
    """Where the key is written out; what is composed at run time is seen by the tests of the pages and commands."""
    unfilled = [
        f"{spoken.place} {key} {missing}"
        for spoken in everything_spoken
        if spoken.passed is not None and "(" not in spoken.pattern
        for key in spoken.found()
        if (missing := _placeholders(TEXTS["zh"][key]) - spoken.passed)
    ]
    assert unfilled == []


def test_no_text_is_left_over(everything_spoken: list[Spoken]) -> None:
    """A key is in use where code names it. What code composes at run time it must at least contain as a word."""
    sources = [*SCREEN, *DOMAIN, *QUESTIONS, ROOT / "queries" / "schema.sql"]
    sources += [path for path in (ROOT / "inspections").rglob("*.toml") if path.parent.name != "texts"]
    written = set(re.findall(r"\w+", "\n".join(path.read_text("utf-8") for path in sources)))
    written |= {one.column for one in INDICATORS}  # composed of code and kind
    used = set()
    for pattern in {spoken.pattern for spoken in everything_spoken}:
        for match in _matches(pattern):
            if all(part in written or part.isdigit() for part in match.groups()):
                used.add(match[0])
    # Tables look up headings by column and words by column and code (inspections/words/tables.py).
    used |= {key for key in TEXTS["zh"] if key.startswith("headings.") and key.split(".")[1] in written}
    used |= {
        key
        for key in TEXTS["zh"]
        if key.startswith("codes.") and f"headings.{key.split('.')[1]}" in used and key.split(".")[2] in written
    }
    assert [key for key in TEXTS["zh"] if key not in used] == []


def test_the_text_files_are_valid_toml_without_repeated_sections() -> None:
    for language in LANGUAGES:
        path = ROOT / "inspections" / "words" / "texts" / f"{language}.toml"
        assert tomllib.loads(path.read_text("utf-8")) == texts(language)
