"""That documents are true: what is made from the code is not stale, and what people wrote names what there is."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest

import inspections
from inspections.draws.frame_files import open_frame, workplace
from inspections.evaluation import rubric
from inspections.evaluation.rubric import read_rubric
from inspections.store.database import SCHEMA_NUMBER
from inspections.words.wording import LANGUAGES, say, speaking
from inspections.year import planning_file, simulation_file
from inspections.year.exact import exact_year
from inspections.year.planning import best_plan
from inspections.year.planning_file import read_scenario
from inspections.year.simulation_file import read_simulation_file
from tests.docs.picture import ROOT, floors
from tests.docs.rendered import DOCS, commands, documents

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# Made on the first start.
BUILT = {"data/inspections.duckdb"}
WRITTEN = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).exists()]


# ---------------------------------------------------------------- made from the code
def test_what_is_made_from_the_code_is_as_the_code_is() -> None:
    stale = [path.name for path, text in documents().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


def test_every_option_of_every_verb_has_a_help() -> None:
    silent = [
        f"{verb} {parameter.name}"
        for verb, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []
    assert [verb for verb, command in commands() if not command.help] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_room_and_verb(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    rooms = [room for row in floors() for room in row if (ROOT / "inspections" / room).is_dir()]
    assert [room for room in rooms if f"`inspections/{room}/`" not in text] == []
    assert [verb for verb, _ in commands() if not re.search(rf"^\| `{verb}[ `]", text, re.MULTILINE)] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_draw_of_the_readmes_is_the_one_that_sha256sum_and_sort_give(readme: str, tmp_path: Path) -> None:
    lines = next(
        block
        for block in re.findall(r"```bash\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
        if "sha256sum" in block
    ).replace(".venv/bin/python", sys.executable)
    run = subprocess.run(
        ["bash", "-ec", lines],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    _, *drawn = run.stdout.decode().splitlines()[:4]
    by_hand = [line.split() for line in run.stdout.decode().splitlines()[4:]]
    smallest = [
        row for stratum, quota in (("A", 1), ("B", 2)) for row in [r for r in by_hand if r[0] == stratum][:quota]
    ]
    assert [row.split(",")[1:] for row in drawn] == [[name, stratum, ticket] for stratum, ticket, name in smallest]


# ---------------------------------------------------------------- settings and formats
def test_every_variable_of_the_environment_is_explained() -> None:
    named: set[str] = set()
    for name in committed():
        if Path(name).suffix in {".py", ".toml", ".service", ".example", ".conf"} or name == "Makefile":
            named |= set(re.findall(r"INSPECTIONS_[A-Z_]*[A-Z]", (ROOT / name).read_text("utf-8")))
    explained = set(re.findall(r"`(INSPECTIONS_\w+)`", (DOCS / "settings.md").read_text("utf-8")))
    assert named == explained


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / "formats.md").read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_formats_are_read_and_answered(tmp_path: Path) -> None:
    year, plan, scheme = blocks("toml")
    for name, text in (("year.toml", year), ("plan.toml", plan)):
        (tmp_path / name).write_text(text, "utf-8")
    asked = read_simulation_file(tmp_path / "year.toml")
    assert exact_year(asked.year).figures["A"].never_visited
    assert best_plan(read_scenario(tmp_path / "plan.toml")).quota["A"] > 0
    assert read_rubric(scheme, "rubric.toml").total == 100


def test_the_example_of_a_frame_is_read(tmp_path: Path) -> None:
    (text,) = blocks("csv")
    (tmp_path / "frame.csv").write_text(text, "utf-8")
    with workplace() as (connection, _):
        assert open_frame(connection, tmp_path / "frame.csv", ("A", "B", "C", "D")) == {"A": 1, "none": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_help_are_those_of_the_formats(language: str) -> None:
    """But for the remark in the first line, which is in the reader's language."""
    with speaking(language):
        said = [say(f"commands.{verb}.example") for verb in ("simulate", "plan", "evaluate")]
    assert [tomllib.loads(text) for text in said] == [tomllib.loads(text) for text in blocks("toml")]


def keys_of(reader: ModuleType) -> set[str]:
    """The keys that a reader of TOML knows: texts in what it checks the keys of a table against."""
    tree = ast.parse(Path(reader.__file__ or "").read_text("utf-8"))
    checks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"check_keys", "_known"}
    ]
    texts = {
        one.value
        for check in checks
        for argument in check.args[3:]
        for one in ast.walk(argument)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    return texts - {""}


def test_every_key_of_a_scenario_and_of_a_scheme_is_explained() -> None:
    page = (DOCS / "formats.md").read_text("utf-8")
    keys = keys_of(simulation_file) | set(simulation_file.CLASS_KEYS) | keys_of(rubric) | keys_of(planning_file)
    keys |= set(planning_file._WHOLE_FILE) | set(planning_file._CLASS)
    assert {"class_at", "series", "door", "missing", "max_over_cap", "detection", "file"} <= keys
    assert {key for key in keys if not re.search(rf"`\[*{key}\b|\b{key}\b[^`\n]*`", page)} == set()


# ---------------------------------------------------------------- what comments and documents name
def test_comments_cite_only_documents_that_lie_here() -> None:
    wrong = []
    for name in committed():
        # Schemas of older releases stay as they were; this folder holds the names it looks for.
        if name.endswith((".py", ".sql", ".toml")) and not name.startswith(("tests/schemas/", "tests/docs/")):
            wrong += [f"{name}: {cited}" for cited in wrongly_cited((ROOT / name).read_text("utf-8"))]
    assert wrong == []


def wrongly_cited(text: str) -> list[str]:
    """Documents that are not in docs/, and sections they do not have."""
    elsewhere = re.findall(r"(?<!docs/)\b(?:field|statistics|design|house|style)\.md\b|\bshared/\S+|§ ?\d", text)
    sections = re.findall(r"docs/(\w+)\.md, (section \d|\"[^\"]+\")", text)
    return elsewhere + [
        f"{page}.md, {cited}"
        for page, cited in sections
        if not re.search(
            rf"^## {re.escape(cited.removeprefix('section ').strip(chr(34)))}\b",
            (DOCS / f"{page}.md").read_text("utf-8"),
            re.MULTILINE,
        )
    ]


def test_a_wrong_citation_is_found() -> None:
    assert wrongly_cited('(field.md) (docs/field.md, "Counting rules") (docs/statistics.md, section 1)') == ["field.md"]
    assert wrongly_cited('§2 (docs/field.md, "Count") (docs/statistics.md, section 9)') == [
        "§2",
        'field.md, "Count"',
        "statistics.md, section 9",
    ]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def both(name: str) -> list[str]:
    """`texts/{zh,en}.toml` is two paths."""
    choice = re.search(r"\{([^}]*)\}", name)
    return [name.replace(choice[0], one) for one in choice[1].split(",")] if choice else [name]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_paths_named_in_documents_exist(page: Path) -> None:
    places = r"`((?:app\.py|pages|queries|inspections|tests|data|docs|\.github)(?:/[\w.{},/-]*)?)`"
    named = {path for name in re.findall(places, page.read_text("utf-8")) for path in both(name)}
    assert [path for path in sorted(named) if not (ROOT / path).exists() and path not in BUILT] == []


def test_modules_and_functions_named_by_the_mathematics_exist() -> None:
    text = (DOCS / "statistics.md").read_text("utf-8")
    named = set(re.findall(r"`(inspections(?:\.\w+)+)", text))
    assert len(named) > 8
    for name in named:
        module, _, function = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), function), name


def test_the_questions_of_a_stranger_lead_to_what_they_name() -> None:
    _, _, section = CONTRIBUTING.partition("## Three questions of a stranger\n")
    answers = re.findall(r"^- \*\*(.+?)\*\*(.*?)(?=^- |^## )", section, re.MULTILINE | re.DOTALL)
    assert len(answers) == 3
    for question, answer in answers:
        named = re.findall(r"`([^`\n]+)`", answer)
        files = [name for name in named if (ROOT / name).is_file()]
        assert files, question
        text = "\n".join((ROOT / name).read_text("utf-8") for name in files)
        others = [name for name in named if not (ROOT / name).exists() and not name.startswith("make ")]
        assert [name for name in others if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)] == [], question


# ---------------------------------------------------------------- version and checks
def test_the_version_is_said_once_and_has_its_changes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "inspections.__version__"}
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.split(r"^## ([0-9.]+)$", changes, flags=re.MULTILINE)[1:3]
    assert newest[0] == inspections.__version__
    assert f"Schema {SCHEMA_NUMBER}." in newest[1]


def recipe_of(target: str) -> list[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    assert found, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in found[1].splitlines()]


def test_the_hooks_before_a_commit_are_the_linters() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"^ +entry: (.+)$", text, re.MULTILINE) == recipe_of("lint")
    # A hook of another repository would be downloaded.
    assert re.findall(r"repo: (.+)$", text, re.MULTILINE) == ["local"]


def test_the_workflow_runs_the_commands_of_the_makefile() -> None:
    text = (ROOT / ".github/workflows/test.yml").read_text("utf-8")
    called = re.findall(r"^ +(?:- run: )?make ([a-z-]+)", text, re.MULTILINE)
    assert called == ["lint", "test", "run"]
    for target in called:
        recipe_of(target)
