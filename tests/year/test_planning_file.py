"""The verb `plan` and its scenario file: what it prints, and one sentence for whatever is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from inspections.__main__ import main
from inspections.words.errors import InspectionsError
from inspections.words.wording import say_error
from inspections.year.planning_file import read_scenario
from inspections.year.scenario import GOALS
from tests.spoken import spoken_in

ROOT = Path(__file__).resolve().parents[2]

SCENARIO = """
goal = "problems"
budget_days = 120
[class.A]
size = 39
problem_rate = 0.05   # or done = 40, problems = 2: a Beta posterior
days_per_visit = 0.5
min_rate = 0.05
max_rate = 1.0
detection = 0.8
[class.D]
size = 3
done = 4
problems = 1
days_per_visit = 1
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.toml"
    path.write_text(text, "utf-8")
    return path


def test_json_holds_quota_days_and_objective(tmp_path: Path) -> None:
    file = written(tmp_path, SCENARIO)
    done = subprocess.run(
        [sys.executable, "-m", "inspections", "plan", "--scenario", file, "--json"],
        cwd=ROOT,
        env={**os.environ, "INSPECTIONS_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["quota"] == {"A": 39, "D": 3}
    assert said["days"] == 39 * 0.5 + 3
    assert said["objective"] == pytest.approx(39 * 0.05 + 3 * 1.5 / 5)
    assert said["smallest_feasible_days"] == 1 + 1  # two of A never exempt, and D must not be drawn less often
    assert said["rising"] is True
    assert done.stderr == ""


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_goal_prints_a_table_in_both_languages(
    goal: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_LANG", language)
    file = written(tmp_path, SCENARIO.replace('"problems"', f'"{goal}"').replace("120", "20"))
    done = CliRunner().invoke(main, ["plan", "--scenario", str(file)], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    assert "39" in done.stdout
    assert "None" not in done.stdout
    assert "nan" not in done.stdout


def test_too_small_a_budget_exits_1_and_names_the_smallest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTIONS_LANG", "en")
    file = written(tmp_path, SCENARIO.replace("120", "1.5"))
    done = CliRunner().invoke(main, ["plan", "--scenario", str(file), "--json"])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "at least 2." in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        ('goal = "problems"', "", "plan_file_key_missing", "goal"),
        ('"problems"', '"best"', "plan_file_value", "goal"),
        ("budget_days = 120", "", "plan_file_key_missing", "budget_days"),
        ("budget_days = 120", "budget_days = -1", "plan_file_value", "budget_days"),
        ("budget_days = 120", "budget_days = true", "plan_file_value", "budget_days"),
        ("budget_days = 120", "budget_days = inf", "plan_file_value", "budget_days"),
        ("budget_days = 120", "budget_days = nan", "plan_file_value", "budget_days"),
        ("budget_days = 120", "budget = 120", "scenario_key_unknown", "budget"),
        ("size = 39", "", "plan_file_key_missing", "class.A.size"),
        ("size = 39", "size = 3.5", "plan_file_value", "class.A.size"),
        ("days_per_visit = 0.5", "", "plan_file_key_missing", "class.A.days_per_visit"),
        ("days_per_visit = 0.5", "days_per_visit = 0", "plan_file_value", "class.A.days_per_visit"),
        ("problem_rate = 0.05", "", "plan_file_key_missing", "class.A.problem_rate"),
        ("problem_rate = 0.05", 'problem_rate = "5%"', "plan_file_value", "class.A.problem_rate"),
        ("problem_rate = 0.05", "problem_rate = 5", "plan_file_value", "class.A.problem_rate"),
        ("problem_rate = 0.05", "problem_rate = 0.05\ndone = 4\nproblems = 1", "plan_file_two_rates", "class.A"),
        ("problems = 1", "problems = 5", "plan_file_value", "class.D.problems"),
        ("done = 4\n", "", "plan_file_key_missing", "class.D.done"),
        ("max_rate = 1.0", "max_rate = 0.01", "plan_file_value", "class.A.max_rate"),
        ("detection = 0.8", "detection = 1", "plan_file_value", "class.A.detection"),
        ("[class.D]", "[class.X]", "scenario_key_unknown", "X"),
        ("[class.D]", "[klass.D]", "scenario_key_unknown", "klass"),
        ("size = 39", "size = = 39", "scenario_malformed", ""),
    ],
)
def test_whatever_is_wrong_is_told_with_file_and_key(old: str, new: str, code: str, named: str, tmp_path: Path) -> None:
    assert old in SCENARIO
    with pytest.raises(InspectionsError) as told:
        read_scenario(written(tmp_path, SCENARIO.replace(old, new, 1)))
    assert told.value.code == code
    for language in ("zh", "en"):
        sentence = spoken_in(language, say_error, told.value)
        assert "scenario.toml" in sentence
        assert named in sentence


def test_a_file_without_classes_or_without_a_wanted_chance_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(InspectionsError) as told:
        read_scenario(written(tmp_path, 'goal = "problems"\nbudget_days = 3'))
    assert told.value.parameters["key"] == "class"
    bare = SCENARIO.replace('"problems"', '"detection"').replace("detection = 0.8", "")
    with pytest.raises(InspectionsError) as told:
        read_scenario(written(tmp_path, bare))
    assert told.value.parameters["example"] == "detection = 0.8"
    with pytest.raises(InspectionsError) as told:
        read_scenario(tmp_path / "nowhere.toml")
    assert told.value.code == "scenario_missing"
