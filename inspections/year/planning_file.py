"""The scenario of the verb `plan`: a TOML file of classes and limits. Numbers mean what their digits say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from inspections.words.classes import NONE
from inspections.words.errors import InspectionsError
from inspections.words.toml_file import check_keys, read_toml
from inspections.year.scenario import GOALS, RISING, Scenario, Stratum

CLASSES = (*RISING, NONE)
# Key -> what to write there, as an example.
_WHOLE_FILE = {
    "goal": 'goal = "problems"',
    "budget_days": "budget_days = 120",
    "rising": "rising = true",
    "draws": "draws = 4",
    "rotation": "rotation = true",
    "cap": "cap = 1",
    "max_over_cap": "max_over_cap = 5",
}
_CLASS = {
    "size": "size = 39",
    "days_per_visit": "days_per_visit = 0.5",
    "problem_rate": "problem_rate = 0.05",
    "done": "done = 40",
    "problems": "problems = 2",
    "min_rate": "min_rate = 0.05",
    "max_rate": "max_rate = 1.0",
    "detection": "detection = 0.8",
}


def read_scenario(path: Path) -> Scenario:
    """The scenario of the file at `path`: `goal`, `budget_days` and one table `[class.A]` per class.

    Raises InspectionsError, naming the file, the key and what to write: `scenario_missing`, `scenario_malformed`,
    `scenario_key_unknown`, `plan_file_key_missing`, `plan_file_value`, `plan_file_two_rates`.
    """
    said = read_toml(path)
    check_keys(path, "", said, (*_WHOLE_FILE, "class"))
    return _scenario(said, path)


def _scenario(said: Mapping[str, Any], file: Path) -> Scenario:
    classes = said.get("class")
    if not isinstance(classes, dict) or not classes:
        raise InspectionsError("plan_file_key_missing", file=file, key="class", example="[class.A]")
    if "goal" not in said:
        raise InspectionsError("plan_file_key_missing", file=file, key="goal", example=_WHOLE_FILE["goal"])
    goal = said["goal"]
    if goal not in GOALS:
        raise InspectionsError("plan_file_value", file=file, key="goal", value=goal, wanted=" | ".join(GOALS))
    if goal != "detection" and "budget_days" not in said:
        raise InspectionsError(
            "plan_file_key_missing", file=file, key="budget_days", example=_WHOLE_FILE["budget_days"]
        )
    whole = _Values(file, "", said, _WHOLE_FILE)
    strata = {}
    check_keys(file, "[class]", classes, CLASSES)
    for name in sorted(classes, key=CLASSES.index):
        strata[name] = _stratum(file, name, classes[name])
    cap, max_over_cap = whole.count("cap", 1), whole.number("max_over_cap")
    try:
        return Scenario(
            goal=goal,
            strata=strata,
            budget_days=whole.number("budget_days"),
            rising=whole.truth("rising", True),
            draws=whole.count("draws", 1, least=1),
            rotation=whole.truth("rotation", False),
            cap=cap,
            max_over_cap=None if max_over_cap is None else float(max_over_cap),
        )
    except InspectionsError as error:
        if error.code == "plan_rate_missing":
            key = f"class.{error.parameters['stratum']}.problem_rate"
            raise InspectionsError(
                "plan_file_key_missing", file=file, key=key, example=_CLASS["problem_rate"]
            ) from error
        if error.code != "plan_detection_missing":
            raise
        key, example = "class.A.detection", _CLASS["detection"]
        raise InspectionsError("plan_file_key_missing", file=file, key=key, example=example) from error


def _stratum(file: Path, name: str, said: object) -> Stratum:
    place = f"class.{name}."
    if not isinstance(said, dict):
        raise InspectionsError("plan_file_value", file=file, key=f"class.{name}", value=said, wanted=f"[class.{name}]")
    check_keys(file, f"[class.{name}]", said, _CLASS)
    values = _Values(file, place, said, _CLASS)
    for key in ("size", "days_per_visit"):
        if key not in said:
            raise InspectionsError("plan_file_key_missing", file=file, key=place + key, example=_CLASS[key])
    for key, other in (("done", "problems"), ("problems", "done")):
        if key in said and other not in said:
            raise InspectionsError("plan_file_key_missing", file=file, key=place + other, example=_CLASS[other])
    if "problem_rate" in said and "done" in said:
        raise InspectionsError("plan_file_two_rates", file=file, key=f"class.{name}")
    days = values.number("days_per_visit") or Fraction(0)
    if days <= 0:
        raise values.wrong("days_per_visit")
    done, problems = (values.count(key, 0) if key in said else None for key in ("done", "problems"))
    if done is not None and problems is not None and problems > done:
        raise values.wrong("problems")
    low, high = values.share("min_rate") or Fraction(0), values.share("max_rate")
    high = Fraction(1) if high is None else high
    if low > high:
        raise values.wrong("max_rate")
    wanted = values.share("detection")
    if wanted == 1:
        raise values.wrong("detection")  # only a visit to everybody is certain: min_rate = 1 says that
    return Stratum(
        size=values.count("size", 0),
        days_per_visit=days,
        problem_rate=values.share("problem_rate"),
        done=done,
        problems=problems,
        min_rate=low,
        max_rate=high,
        detection=float(wanted) if wanted else None,
    )


class _Values:
    """The values of one table of the file, each checked as it is taken."""

    def __init__(self, file: Path, place: str, said: Mapping[str, Any], examples: Mapping[str, str]) -> None:
        self._file, self._place, self._said, self._examples = file, place, said, examples

    def wrong(self, key: str) -> InspectionsError:
        return InspectionsError(
            "plan_file_value",
            file=self._file,
            key=self._place + key,
            value=self._said[key],
            wanted=self._examples[key],
        )

    def number(self, key: str) -> Fraction | None:
        if key not in self._said:
            return None
        value = self._said[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise self.wrong(key)
        return Fraction(repr(value))

    def share(self, key: str) -> Fraction | None:
        value = self.number(key)
        if value is not None and value > 1:
            raise self.wrong(key)
        return value

    def count(self, key: str, default: int, least: int = 0) -> int:
        value = self.number(key)
        if value is None:
            return default
        if value.denominator != 1 or value < least:
            raise self.wrong(key)
        return int(value)

    def truth(self, key: str, default: bool) -> bool:
        value = self._said.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key)
        return value
