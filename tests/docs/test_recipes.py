"""The recipes of CONTRIBUTING.md: short, true to the tree, and three of them followed to the letter in a copy of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tests.docs.picture import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# Recipe -> how many files it may name at most; the texts of all languages are one.
MOST = {"An indicator": 4, "A page": 4, "A kind of file": 5, "A language": 2, "A field of objects": 5}
TEXTS = "inspections/words/texts/{zh,en}.toml"


def recipes() -> dict[str, list[str]]:
    """Recipe -> the files of its list; what is new is written `<so>`, with a neighbour in brackets behind it."""
    _, _, section = CONTRIBUTING.partition("\n## Recipes\n")
    parts = re.split(r"^### (.+)$", section, flags=re.MULTILINE)[1:]
    return {
        title: re.findall(r"^\d+\. `([^`]+)`", text, re.MULTILINE)
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def neighbours() -> dict[str, str]:
    return dict(re.findall(r"^\d+\. `([^`]*<[^`]*)` \(as `([^`]+)`\)", CONTRIBUTING, re.MULTILINE))


def test_every_recipe_has_its_limit() -> None:
    assert set(recipes()) == set(MOST)


@pytest.mark.parametrize("recipe", MOST)
def test_a_recipe_is_short_and_its_files_are_there(recipe: str) -> None:
    files = recipes()[recipe]
    assert 1 < len(files) <= MOST[recipe]
    for file in files:
        there = (
            [file.replace("{zh,en}", code) for code in ("zh", "en")]
            if file == TEXTS
            else [neighbours().get(file, file)]
        )
        assert all((ROOT / path).is_file() for path in there), file


@pytest.mark.parametrize("recipe", MOST)
def test_what_a_step_says_of_its_file_is_in_it(recipe: str) -> None:
    """Names in capitals, sections of the texts and columns that a step speaks of stand in the files of the recipe."""
    _, _, section = CONTRIBUTING.partition(f"\n### {recipe}\n")
    named = re.findall(r"`(\[?[A-Za-z_.]+\]?)`", section.partition("\n### ")[0])
    text = "\n".join(
        (ROOT / path).read_text("utf-8")
        for file in recipes()[recipe]
        for path in (file.replace("{zh,en}", "en"), neighbours().get(file, ""))
        if path and (ROOT / path).is_file()
    )
    words = [name.strip("[]") for name in named if not (ROOT / name).exists()]
    assert [word for word in words if not all(re.search(rf"\b{part}\b", text) for part in word.split("."))] == []


def insert(path: Path, before: str, line: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{before} in {path}"
    path.write_text(text.replace(before, line + before), "utf-8")


def follow_page(copy: Path) -> None:
    insert(copy / "app.py", '        "overview": "dashboard",\n', '        "trial": "star",\n')
    (copy / "pages/monitor/trial.py").write_text(
        "from pages.frame.data import ask\n"
        "from pages.frame.head import open_page\n"
        "from pages.frame.shown import finding\n"
        'view = open_page("trial")\n'
        'finding(view.say("finding", plans=ask("trial_plans", bureau_id=view.bureau_id)["plans"].iloc[0]))\n',
        "utf-8",
    )
    question = "-- One row.\nselect count(*) as plans from plan where plan.bureau_id = $bureau_id\n"
    (copy / "queries/trial_plans.sql").write_text(question, "utf-8")
    for code in ("zh", "en"):
        with (copy / TEXTS.replace("{zh,en}", code)).open("a", encoding="utf-8") as texts:
            texts.write('\n[trial]\ntitle = "A trial"\nfinding = "There are {plans} plans of this bureau."\n')


def follow_indicator(copy: Path) -> None:
    """One whose counts exist needs no question, and one without a weight no scheme."""
    table, *_ = recipes()["An indicator"]
    line = '    Indicator("trial", "published", "entered", "visits", among="entered", flag="published", shown=VISIT),\n'
    insert(copy / table, '    Indicator("participation", ', line)
    for code, name in (("zh", "录后公示率"), ("en", "Trial of publication")):
        texts = copy / TEXTS.replace("{zh,en}", code)
        for section, key in (("codes.indicator", "trial"), ("codes.indicator_of", "trial"), ("headings", "trial_rate")):
            insert(texts, f"\n[{section}]\n", "")
            text = texts.read_text("utf-8")
            texts.write_text(text.replace(f"\n[{section}]\n", f'\n[{section}]\n{key} = "{name}"\n'), "utf-8")


def follow_language(copy: Path) -> None:
    texts, line = recipes()["A language"]
    english = (copy / texts.replace("<code>", "en")).read_text("utf-8")
    (copy / texts.replace("<code>", "fr")).write_text(english.replace("Drawn in full", "Tirées toutes"), "utf-8")
    insert(copy / line, '"en": Language(', '"fr": Language("Français", "fr-FR"), ')


PROGRAM = """
from inspections.__main__ import main
for suffix in ("json", "docx", "xlsx"):
    paper = ["--bureau", "阳城县自然资源局", "--year", "2023", "--out", "paper." + suffix]
    main(["evaluate", *paper], standalone_mode=False)
main(["--help"], standalone_mode=False)
from tests.served import visited
for page in ("monitor/trial", "review/evaluation", "review/bureaus", "monitor/coverage"):
    app = visited(page, lang="fr")
    assert not app.exception, app.exception
    print(*(html.proto.body for html in app.get("html")))
"""


@dataclass(frozen=True)
class Followed:
    """A copy of the tree in which recipes were followed, and what a process that knows the copy alone says."""

    copy: Path
    said: str


@pytest.fixture(scope="module")
def followed(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """All three in one copy and one process, the language last: a process each costs seconds to start."""
    folder = tmp_path_factory.mktemp("recipes")
    copy = folder / "copy"
    for name in ("inspections", "pages", "queries", ".streamlit"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("secrets.toml"))
    (copy / "tests").mkdir()
    for name in ("app.py", "tests/__init__.py", "tests/served.py"):
        shutil.copyfile(ROOT / name, copy / name)
    shutil.copyfile(demo_database, folder / "county.duckdb")
    for follow in (follow_page, follow_indicator, follow_language):
        follow(copy)
    known = {"INSPECTIONS_DB": str(folder / "county.duckdb"), "INSPECTIONS_ACCESS": "single", "INSPECTIONS_LANG": "fr"}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=copy,
        env={**os.environ, **known},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return Followed(copy, ran.stdout)


def test_a_page_takes_the_files_of_its_recipe(followed: Followed) -> None:
    assert recipes()["A page"] == ["app.py", "pages/<section>/<page>.py", "queries/<question>.sql", TEXTS]
    assert re.search(r"There are [1-9] plans of this bureau\.", followed.said)


def test_an_indicator_takes_the_files_of_its_recipe(followed: Followed) -> None:
    units = json.loads((followed.copy / "paper.json").read_text("utf-8"))["units"]
    assert all(any(mark["code"] == "trial" for mark in unit["indicators"]) for unit in units)
    sheets = openpyxl.load_workbook(followed.copy / "paper.xlsx", read_only=True)
    assert any("Trial of publication" in row for sheet in sheets for row in sheet.iter_rows(values_only=True))


def test_a_language_takes_the_files_of_its_recipe(followed: Followed) -> None:
    assert "Usage" in followed.said
    assert "Tirées toutes" in followed.said
