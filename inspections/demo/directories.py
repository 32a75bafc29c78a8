"""The synthetic directories of a county: objects with their pools, class histories, inspectors and recusals.

Everything is drawn from a `numpy` generator handed in, so that the same seed makes the same world.
"""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import numpy as np
import pandas as pd

from inspections.demo.codes import credit_codes
from inspections.words.classes import NONE, USUAL

MARK = "演示·"
CLASSES = USUAL
CLASS_SOURCE = "演示·企业信用风险分类 (合成)"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
CIVIL_SERVANTS = 0.7
GIVEN_NAMES = ("甲一", "乙二", "丙三", "丁四", "戊五", "己六", "庚七", "辛八", "壬九", "癸十")


def objects(bureau: dict[str, Any], generator: np.random.Generator) -> pd.DataFrame:
    """Make the object directory of one bureau of the story, in directory order.

    Columns: object_id, name, kind, industry, region, status, is_market_entity, `pools` (a list of parts of scope names)
    and `base_class` (the class at the start, `none` where the object has none).
    """
    groups = bureau["group"]
    rows: list[dict[str, Any]] = []
    names: set[str] = set()
    for group in groups:
        classes = np.array([code for code, count in group["classes"].items() for _ in range(count)])
        stems = _stems(bureau["stems"], group["suffixes"], names, len(classes), generator)
        names.update(stems)
        for name, base_class in zip(stems, generator.permutation(classes), strict=True):
            kind = group.get("kind", "enterprise")
            rows.append(
                {
                    "name": MARK + name,
                    "kind": kind,
                    "industry": group["industry"],
                    "region": bureau["townships"][int(generator.integers(len(bureau["townships"])))],
                    "status": group.get("status", "active"),
                    "is_market_entity": kind in {"enterprise", "individual"},
                    "pools": group["pools"],
                    "base_class": str(base_class),
                }
            )
    frame = pd.DataFrame(rows)
    projects = frame["kind"].eq("project")
    frame["object_id"] = ""
    frame.loc[~projects, "object_id"] = credit_codes(frame.loc[~projects, "kind"].tolist(), generator)
    # A project has no credit code: the permit register's own number, with the same region that does not exist.
    frame.loc[projects, "object_id"] = [
        f"建字第999999{bureau['year'] - 1 - number % 2}{number:05d}号" for number in range(1, int(projects.sum()) + 1)
    ]
    # A directory grows by registration, not pool by pool and class by class.
    return frame.iloc[generator.permutation(len(frame))].reset_index(drop=True)


def _stems(
    stems: list[str], suffixes: list[str], taken: set[str], count: int, generator: np.random.Generator
) -> list[str]:
    combinations = [stem + suffix for stem, suffix in itertools.product(stems, suffixes)]
    if len([name for name in combinations if name not in taken]) < count:
        numbered = itertools.product(stems, suffixes, ("一期", "二期", "三期", "四期"))
        combinations = [stem + suffix + part for stem, suffix, part in numbered]
    free = [name for name in combinations if name not in taken]
    return [free[index] for index in generator.permutation(len(free))[:count]]


def class_history(directory: pd.DataFrame, generator: np.random.Generator, last_year: int) -> pd.DataFrame:
    """Invent the class changes of every object that has a class: columns object_id, class, valid_from.

    Classes are reviewed on the first day of each month. Changes come in pairs, one object rising and one falling by a
    step, so that the sizes of the classes stay while their members change.
    """
    classed = directory[directory["base_class"] != NONE]
    current = dict(zip(classed["object_id"], classed["base_class"], strict=True))
    start = datetime.date(last_year - 3, 7, 1)
    changes = [(object_id, code, start) for object_id, code in current.items()]
    pools = classed.groupby(classed["pools"].map(tuple), sort=True)["object_id"].agg(list)
    for month in pd.date_range(datetime.date(last_year - 2, 1, 1), datetime.date(last_year, 12, 1), freq="MS").date:
        moved: set[str] = set()
        for members in pools:
            if generator.random() >= min(0.5, len(members) / 40):
                continue
            step = int(generator.choice(3, p=(0.55, 0.3, 0.15)))
            lower, higher = CLASSES[step], CLASSES[step + 1]
            falling = [member for member in members if current[member] == lower and member not in moved]
            rising = [member for member in members if current[member] == higher and member not in moved]
            if falling and rising:
                worse, better = falling[generator.integers(len(falling))], rising[generator.integers(len(rising))]
                current[worse], current[better] = higher, lower
                moved |= {worse, better}
                changes += [(worse, higher, month), (better, lower, month)]
    return pd.DataFrame(changes, columns=["object_id", "class", "valid_from"])


def late_worsening(
    history: pd.DataFrame, candidates: list[str], day: datetime.date, target: dict[str, str]
) -> pd.DataFrame:
    """Give `history` with one step down for each of `candidates` on `day` (or straight to the class `target` names)."""
    added = []
    for object_id in candidates:
        now = class_as_of(history, day)[object_id]
        worse = target.get(object_id) or CLASSES[min(CLASSES.index(now) + 1, len(CLASSES) - 1)]
        if worse > now:
            added.append((object_id, worse, day))
    # Later reviews of these objects are dropped: their last word is the worsening.
    kept = history[~(history["object_id"].isin([row[0] for row in added]) & (history["valid_from"] >= day))]
    return pd.concat([kept, pd.DataFrame(added, columns=list(history.columns))], ignore_index=True)


def class_as_of(history: pd.DataFrame, day: datetime.date) -> dict[str, str]:
    """Give the class of every object that has one on `day`."""
    past = history[history["valid_from"] <= day].sort_values("valid_from", kind="stable")
    latest = past.groupby("object_id")["class"].last()
    return {str(object_id): str(code) for object_id, code in latest.items()}


def closed_intervals(history: pd.DataFrame) -> pd.DataFrame:
    """Make the rows of table `risk_class`: each class holds until the day before the next one begins."""
    ordered = history.sort_values(["object_id", "valid_from"], kind="stable").reset_index(drop=True)
    ordered["valid_to"] = ordered.groupby("object_id")["valid_from"].shift(-1)
    ordered["source"] = CLASS_SOURCE
    return ordered[["object_id", "class", "valid_from", "valid_to", "source"]]


def inspectors(units: pd.DataFrame, key: str, generator: np.random.Generator) -> pd.DataFrame:
    """Make the inspectors of one bureau's units, with the columns of the table but for their ids.

    `units` has unit_id and `inspectors` (how many it has). One inspector in ten has left, another holds no certificate.
    """
    unit_ids = np.repeat(units["unit_id"].to_numpy(), units["inspectors"].to_numpy()).tolist()
    people = [surname + given for given in GIVEN_NAMES for surname in SURNAMES]
    chosen = generator.permutation(len(people))[: len(unit_ids)]
    return pd.DataFrame(
        {
            "name": [MARK + people[index] for index in chosen],
            "unit_id": unit_ids,
            "certificate_no": [f"演示-{key}-{number:04d}" for number in range(1, len(unit_ids) + 1)],
            "is_civil_servant": generator.random(len(unit_ids)) < CIVIL_SERVANTS,
            "active": (np.arange(len(unit_ids)) + 1) % 10 != 0,
            "is_certified": (np.arange(len(unit_ids)) + 1) % 10 != 5,
        }
    )


RECUSAL_REASONS = ("近亲属在该单位任职", "曾在该单位工作且离任未满三年", "与该单位负责人有经济往来")


def recusals(people: pd.DataFrame, object_ids: list[str], count: int, generator: np.random.Generator) -> pd.DataFrame:
    """Make `count` distinct pairs of an active inspector and an object: columns inspector_id, object_id, reason."""
    active = people.loc[people["active"], "inspector_id"].tolist()
    pairs = generator.choice(len(active) * len(object_ids), size=count, replace=False)
    return pd.DataFrame(
        [
            (active[pair // len(object_ids)], object_ids[pair % len(object_ids)], RECUSAL_REASONS[pair % 3])
            for pair in map(int, pairs)
        ],
        columns=["inspector_id", "object_id", "reason"],
    )
