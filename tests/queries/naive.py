"""The counting rules a second time, in plain Python over the raw tables, word by word by docs/field.md. Slow.

Nothing here reads a view or a question of the product. A function answers the question of its name as a list of tuples.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import chinese_calendar
import duckdb

Row = dict[str, Any]
Day = datetime.date
ORDER = ("A", "B", "C", "D", "E", "none")
OF_UNIT = (
    "completion", "entry_on_time", "publication", "publication_on_time", "days_to_publish", "launch_on_time",
    "task_completion", "follow_up", "closed_out", "use_of_classes", "joint_share", "problem_rate",
)  # fmt: skip
OF_BUREAU = ("item_coverage", "participation", "plan_numbered", "plan_dated", "plan_published")
PROBLEMS = {"not_disclosed", "false_disclosure", "unreachable", "other_violation", "corrected", "refused"}


@cache
def deadline(inspected: Day, days: int) -> Day:
    """The evening of the so-manieth working day after the inspection."""
    day = inspected
    while days:
        day += datetime.timedelta(days=1)
        # beyond the published calendars Monday to Friday
        days -= chinese_calendar.is_workday(day) if day.year <= 2026 else day.weekday() < 5
    return day


def happened(day: Day | None, as_of: Day) -> bool:
    """Whether it had happened by the cut-off."""
    return day is not None and day <= as_of


@dataclass
class Naive:
    """One database, read once."""

    connection: duckdb.DuckDBPyConnection

    def table(self, name: str) -> list[Row]:
        """All rows of a table."""
        answer = self.connection.execute(f"select * from {name}")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """Every table the rules speak of."""
        names = (
            "plan", "task", "task_partner", "task_item", "item", "unit", "membership", "object", "object_scope",
            "scope", "risk_class", "draw", "draw_quota", "frame", "draw_object", "visit", "result", "result_outcome",
        )  # fmt: skip
        return {name: self.table(name) for name in names}

    @cached_property
    def results(self) -> dict[tuple[int, str, int], Row]:
        """Results by draw, object and department, with the outcomes of their items."""
        found: dict[tuple[int, str, int], set[tuple[int, str]]] = defaultdict(set)
        for row in self.tables["result_outcome"]:
            found[row["draw_id"], row["object_id"], row["unit_id"]].add((row["item_id"], row["outcome"]))
        keys = [(row["draw_id"], row["object_id"], row["unit_id"]) for row in self.tables["result"]]
        return {key: row | {"found": found[key]} for key, row in zip(keys, self.tables["result"], strict=True)}

    @cached_property
    def frames(self) -> dict[int, dict[str, str]]:
        """Class of every object of the pool, by draw."""
        frames: dict[int, dict[str, str]] = defaultdict(dict)
        for row in self.tables["frame"]:
            frames[row["draw_id"]][row["object_id"]] = row["class"]
        return frames

    @cached_property
    def drawn(self) -> dict[int, list[Row]]:
        """Drawn objects and substitutes, by draw."""
        drawn: dict[int, list[Row]] = defaultdict(list)
        for row in self.tables["draw_object"]:
            drawn[row["draw_id"]].append(row)
        return drawn

    def year(self, bureau_id: int, year: int, as_of: Day) -> YearOf:
        """One bureau's year at a cut-off date."""
        return YearOf(self, bureau_id, year, as_of)

    @cached_property
    def names(self) -> dict[str, dict[Any, str]]:
        """Names by id."""
        tables = ("unit", "item", "scope")
        return {name: {row[f"{name}_id"]: row["name"] for row in self.tables[name]} for name in tables}


@dataclass
class YearOf:
    """The answers for one bureau, year and cut-off date."""

    all: Naive
    bureau_id: int
    year: int
    as_of: Day

    # ------------------------------------------------------------------------------------------------ what counts

    @cached_property
    def plans(self) -> dict[int, Row]:
        rows = self.all.tables["plan"]
        return {row["plan_id"]: row for row in rows if (row["bureau_id"], row["year"]) == (self.bureau_id, self.year)}

    @cached_property
    def tasks(self) -> dict[int, Row]:
        rows = [row for row in self.all.tables["task"] if row["plan_id"] in self.plans]
        return {row["task_id"]: row | {"kind": self.plans[row["plan_id"]]["kind"]} for row in rows}

    @cached_property
    def every_draw(self) -> list[Row]:
        """Official draws that were not replaced, of planned tasks, random or 100 %; whenever they were made."""
        replaced = {row["replaces_draw_id"] for row in self.all.tables["draw"] if row["kind"] == "official"}
        kept = [
            row | {"on": row["drawn_at"].date(), "task": self.tasks[row["task_id"]]}
            for row in self.all.tables["draw"]
            if row["kind"] == "official"
            and row["draw_id"] not in replaced
            and row["task_id"] in self.tasks
            and row["basis"] in ("random", "full")
        ]
        return sorted(kept, key=lambda row: (row["on"], row["draw_id"]))

    @cached_property
    def draws(self) -> list[Row]:
        return [row for row in self.every_draw if row["on"] <= self.as_of]

    def frame(self, draw: Row) -> dict[str, str]:
        return self.all.frames[draw["draw_id"]]

    def locked(self, draw: Row) -> list[Row]:
        """Drawn and locked, less those for whom a substitute stands in."""
        rows = self.all.drawn[draw["draw_id"]]
        gone = {row["substitute_for"] for row in rows}
        return [row for row in rows if row["object_id"] not in gone]

    def checkers(self, task_id: int) -> set[int]:
        """The departments that must check: those of its items, else its lead."""
        named = {row["unit_id"] for row in self.all.tables["task_item"] if row["task_id"] == task_id}
        return named or {self.tasks[task_id]["lead_unit_id"]} - {None}

    @cached_property
    def due(self) -> list[Row]:
        """Due visits with what is known of them at the cut-off: what happens later is not known yet."""
        visits = []
        for draw in self.draws:
            for locked in self.locked(draw):
                for unit_id in self.checkers(draw["task_id"]):
                    result = self.all.results.get((draw["draw_id"], locked["object_id"], unit_id), {})
                    known = {
                        name: result.get(name) if happened(result.get(name), self.as_of) else None
                        for name in ("inspected_on", "entered_on", "published_on", "handled_on", "closed_on")
                    }
                    door = result.get("visit_id") or (locked["object_id"], result.get("inspected_on"))
                    visits.append(
                        known
                        | {
                            "draw": draw,
                            "task_id": draw["task_id"],
                            "ends_on": draw["task"]["ends_on"],
                            "object_id": locked["object_id"],
                            "class": locked["class"],
                            "unit_id": unit_id,
                            "door": door if known["inspected_on"] else None,
                            "codes": {code for _, code in result.get("found", ())},
                            "items": {item for item, code in result.get("found", ()) if code in PROBLEMS},
                            "follow_up": result.get("follow_up"),
                        }
                    )
        return visits

    def problem(self, visit: Row) -> bool:
        return visit["entered_on"] is not None and bool(visit["codes"] & PROBLEMS)

    @staticmethod
    def entered_in_time(visit: Row) -> bool:
        return visit["entered_on"] is not None and (visit["ends_on"] is None or visit["entered_on"] <= visit["ends_on"])

    @staticmethod
    def published_in_time(visit: Row, days: int | None) -> bool:
        """By the task's end and by the rule of working days, the earlier of those that are known."""
        limits = [visit["ends_on"]] if visit["ends_on"] else []
        if days is not None and visit["inspected_on"]:
            limits.append(deadline(visit["inspected_on"], days))
        return visit["published_on"] is not None and all(visit["published_on"] <= limit for limit in limits)

    @staticmethod
    def days_to_publish(visit: Row) -> int:
        """Working days that end on or before the evening on which it was public, begun ones counted whole."""
        day, days = visit["inspected_on"], 0
        while day < visit["published_on"]:
            day, days = deadline(day, 1), days + 1
        return days

    @staticmethod
    def in_calendar(visit: Row) -> bool:
        """Whether the calendar of working days holds both days."""
        return all(day and 2015 <= day.year <= 2035 for day in (visit["inspected_on"], visit["published_on"]))

    def overdue(self, visit: Row) -> bool:
        return visit["published_on"] is None and visit["ends_on"] is not None and visit["ends_on"] < self.as_of

    @staticmethod
    def funnel(visits: list[Row]) -> tuple[int, int, int, int]:
        reached = [
            sum(visit[name] is not None for visit in visits) for name in ("inspected_on", "entered_on", "published_on")
        ]
        return (len(visits), *reached)  # type: ignore[return-value]

    def of_task(self, task_id: int) -> list[Row]:
        return [visit for visit in self.due if visit["task_id"] == task_id]

    def launch(self, task_id: int) -> Day | None:
        return min((draw["on"] for draw in self.draws if draw["task_id"] == task_id), default=None)

    def random(self, task_id: int) -> list[Row]:
        return [draw for draw in self.draws if (draw["task_id"], draw["basis"]) == (task_id, "random")]

    def units_named(self, unit_id: int) -> str:
        return self.all.names["unit"][unit_id]

    # ------------------------------------------------------------------------------------------------- the questions

    def year_totals(self, publication_days: int | None) -> list[tuple[Any, ...]]:
        tasks = self.tasks.values()
        launches = {task["task_id"]: self.launch(task["task_id"]) for task in tasks}
        to_start = [task for task in tasks if happened(task["starts_on"], self.as_of)]
        in_time = [
            task
            for task in to_start
            if (day := launches[task["task_id"]])
            and task["starts_on"] <= day
            and (task["ends_on"] is None or day <= task["ends_on"])
        ]
        ended = [task for task in tasks if happened(task["ends_on"], self.as_of)]
        done = [
            task
            for task in ended
            if (visits := self.of_task(task["task_id"])) and all(visit["entered_on"] for visit in visits)
        ]
        problems = [visit for visit in self.due if self.problem(visit)]
        return [
            (
                len(tasks),
                sum(task["kind"] == "joint" for task in tasks),
                len(to_start),
                sum(day is not None for day in launches.values()),
                len(in_time),
                len(ended),
                len(done),
                *self.funnel(self.due),
                sum(self.entered_in_time(visit) for visit in self.due),
                sum(self.published_in_time(visit, publication_days) for visit in self.due),
                len(problems),
                sum(visit["handled_on"] is not None for visit in problems),
                sum(visit["closed_on"] is not None for visit in problems),
                len({locked["object_id"] for draw in self.draws for locked in self.locked(draw)}),
                len({visit["object_id"] for visit in self.due if visit["door"]}),
                len({visit["door"] for visit in self.due if visit["door"]}),
            )
        ]

    def task_rows(self) -> list[tuple[Any, ...]]:
        """task_id, drawn_on, launch, drawn, due, inspected, entered, published."""
        answer = []
        for task_id, task in self.tasks.items():
            day = self.launch(task_id)
            if day is None:
                state = "missed" if task["ends_on"] and task["ends_on"] < self.as_of else "waiting"
            elif task["ends_on"] and day > task["ends_on"]:
                state = "late"
            else:
                state = "early" if task["starts_on"] and day < task["starts_on"] else "in_time"
            drawn = {one["object_id"] for draw in self.draws if draw["task_id"] == task_id for one in self.locked(draw)}
            answer.append((task_id, day, state, len(drawn), *self.funnel(self.of_task(task_id))))
        return answer

    def unit_completion(self, publication_days: int | None) -> list[tuple[Any, ...]]:
        scoped = {
            row["unit_id"]
            for row in self.all.tables["membership"]
            if (row["bureau_id"], row["year"]) == (self.bureau_id, self.year)
        }
        answer = []
        for unit_id in scoped | {visit["unit_id"] for visit in self.due}:
            own = [visit for visit in self.due if visit["unit_id"] == unit_id]
            answer.append(
                (
                    unit_id,
                    len({visit["task_id"] for visit in own}),
                    *self.funnel(own),
                    sum(self.entered_in_time(visit) for visit in own),
                    sum(self.published_in_time(visit, publication_days) for visit in own),
                    sum(self.overdue(visit) for visit in own),
                )
            )
        return answer

    def overdue_visits(self) -> list[tuple[Any, ...]]:
        def state(visit: Row) -> str:
            if visit["inspected_on"] is None:
                return "not_inspected"
            return "not_entered" if visit["entered_on"] is None else "not_published"

        return [
            (
                self.units_named(visit["unit_id"]),
                visit["object_id"],
                visit["class"],
                (self.as_of - visit["ends_on"]).days,
                state(visit),
            )
            for visit in self.due
            if self.overdue(visit)
        ]

    def burn_up(self, task_id: int | None, unit_id: int | None) -> list[tuple[Any, ...]]:
        own = [
            visit for visit in self.due if task_id in (None, visit["task_id"]) and unit_id in (None, visit["unit_id"])
        ]

        def reached(visit: Row, name: str) -> Day | None:
            return max(visit[name], visit["draw"]["on"]) if visit[name] else None

        stages = [[visit["draw"]["on"] for visit in own]]
        stages += [[reached(visit, name) for visit in own] for name in ("inspected_on", "entered_on", "published_on")]
        days = {day for stage in stages for day in stage if day}
        return [(day, *(sum(happened(one, day) for one in stage) for stage in stages)) for day in days]

    # ---- reach

    def chosen(self, only_random: bool, scope_id: int | None) -> list[Row]:
        def pool(task: Row) -> int | None:
            return task["draw_scope_id"] or task["scope_id"]

        return [
            draw
            for draw in self.draws
            if (draw["basis"] == "random" or not only_random) and scope_id in (None, pool(draw["task"]))
        ]

    def first_class(self, draws: list[Row]) -> dict[str, str]:
        """Every object of the pools with its class at its first draw."""
        classes: dict[str, str] = {}
        for draw in draws:
            for object_id, risk_class in self.frame(draw).items():
                classes.setdefault(object_id, risk_class)
        return classes

    def draws_of(self, draws: list[Row]) -> Counter[str]:
        return Counter(locked["object_id"] for draw in draws for locked in self.locked(draw))

    def doors_of(self, draws: list[Row]) -> dict[str, int]:
        ids = {draw["draw_id"] for draw in draws}
        doors = defaultdict(set)
        for visit in self.due:
            if visit["door"] and visit["draw"]["draw_id"] in ids:
                doors[visit["object_id"]].add(visit["door"])
        return {object_id: len(opened) for object_id, opened in doors.items()}

    def class_coverage(self, only_random: bool, scope_id: int | None) -> list[tuple[Any, ...]]:
        draws = self.chosen(only_random, scope_id)
        classes, drawn, doors = self.first_class(draws), self.draws_of(draws), self.doors_of(draws)
        return [
            (
                code,
                len(members),
                sum(one in drawn for one in members),
                sum(one in doors for one in members),
                sum(drawn[one] for one in members),
                sum(doors.get(one, 0) for one in members),
            )
            for code in ORDER
            if (members := [one for one, risk_class in classes.items() if risk_class == code])
        ]

    def visit_frequency(self, only_random: bool, scope_id: int | None) -> list[tuple[Any, ...]]:
        draws = self.chosen(only_random, scope_id)
        doors = self.doors_of(draws)
        counted = Counter((code, doors.get(one, 0)) for one, code in self.first_class(draws).items())
        return [(code, count, objects) for (code, count), objects in counted.items()]

    def never_drawn(self, only_random: bool, scope_id: int | None) -> list[tuple[Any, ...]]:
        draws = self.chosen(only_random, scope_id)
        drawn = self.draws_of(draws)
        answer = []
        for one, code in self.first_class(draws).items():
            if one not in drawn:
                chances = sum(one in self.frame(draw) for draw in draws)
                seen = [row["visited_on"] for row in self.all.tables["visit"] if row["object_id"] == one]
                answer.append((one, code, chances, max((day for day in seen if day <= self.as_of), default=None)))
        return answer

    def coverage_by_group(self, only_random: bool, scope_id: int | None) -> list[tuple[Any, ...]]:
        draws = self.chosen(only_random, scope_id)
        pooled, drawn = self.first_class(draws), self.draws_of(draws)
        places = {row["object_id"]: (row["region"], row["industry"]) for row in self.all.tables["object"]}
        pool, reached = Counter(places[one] for one in pooled), Counter(places[one] for one in pooled if one in drawn)
        return [(*place, size, reached[place]) for place, size in pool.items()]

    def task_classes(self) -> list[tuple[Any, ...]]:
        """draw_id, class, pool, quota, drawn, visited, frame_size, draw_size."""
        quotas = {(row["draw_id"], row["class"]): row["quota"] for row in self.all.tables["draw_quota"]}
        answer = []
        for draw in self.draws:
            frame, locked = self.frame(draw), {row["object_id"]: row["class"] for row in self.locked(draw)}
            seen = {visit["object_id"] for visit in self.due if visit["door"] and visit["draw"] is draw}
            answer += [
                (
                    draw["draw_id"],
                    code,
                    sum(one == code for one in frame.values()),
                    quotas.get((draw["draw_id"], code)),
                    sum(one == code for one in locked.values()),
                    sum(code == risk_class for one, risk_class in locked.items() if one in seen),
                    len(frame),
                    len(locked),
                )
                for code in set(frame.values())
            ]
        return answer

    def heavy_burden(self, cap: int) -> list[tuple[Any, ...]]:
        """object, class, doors, planned doors, over the cap, tasks, checks; a complaint's door is not limited."""
        by_object = defaultdict(list)
        for visit in self.due:
            if visit["door"]:
                by_object[visit["object_id"]].append(visit | {"planned": True, "limited": True})
        for visit in self.unplanned:
            by_object[visit["object_id"]].append(visit)
        answer = []
        for one, visits in by_object.items():
            doors = {visit["door"] for visit in visits}
            planned = {visit["door"] for visit in visits if visit["planned"]}
            limited = {visit["door"] for visit in visits if visit["limited"]}
            tasks = {visit["task_id"] for visit in visits} - {None}
            if len(doors) > cap:
                answer.append(
                    (one, visits[0]["class"], len(doors), len(planned), len(limited) > cap, len(tasks), len(visits))
                )
        return answer

    @property
    def unplanned(self) -> list[Row]:
        """Results of the year on a complaint, in a campaign or from day to day, the earliest draw first."""
        replaced = {row["replaces_draw_id"] for row in self.all.tables["draw"] if row["kind"] == "official"}
        own = {row["unit_id"] for row in self.all.tables["unit"] if row["bureau_id"] == self.bureau_id}
        own |= {row["unit_id"] for row in self.all.tables["membership"] if row["bureau_id"] == self.bureau_id}
        plans = {row["plan_id"]: row["bureau_id"] for row in self.all.tables["plan"]}
        bureaus = {row["task_id"]: plans[row["plan_id"]] for row in self.all.tables["task"]}
        visits = []
        for draw in sorted(self.all.tables["draw"], key=lambda row: (row["drawn_at"].date(), row["draw_id"])):
            if draw["kind"] != "official" or draw["draw_id"] in replaced or draw["basis"] in ("random", "full"):
                continue
            classes = {row["object_id"]: row["class"] for row in self.all.drawn[draw["draw_id"]]}
            for (draw_id, object_id, unit_id), result in self.all.results.items():
                on = result["inspected_on"]
                ours = unit_id in own if draw["task_id"] is None else bureaus[draw["task_id"]] == self.bureau_id
                if draw_id != draw["draw_id"] or not ours or on is None or on > self.as_of or on.year != self.year:
                    continue
                visits.append(
                    {
                        "object_id": object_id,
                        "class": classes.get(object_id, "none"),
                        "door": result["visit_id"] or (object_id, on),
                        "planned": False,
                        "limited": draw["basis"] != "complaint",
                        "task_id": draw["task_id"],
                    }
                )
        return visits

    def worsened_objects(self) -> list[tuple[Any, ...]]:
        latest: dict[str, tuple[str, Row]] = {}
        for draw in self.draws:
            latest |= {one: (code, draw) for one, code in self.frame(draw).items()}
        answer = []
        for row in self.all.tables["risk_class"]:
            holds = row["valid_from"] <= self.as_of and (row["valid_to"] is None or row["valid_to"] > self.as_of)
            then, draw = latest.get(row["object_id"], ("none", {}))
            if holds and then != "none" and row["class"] > then:
                answer.append((row["object_id"], then, row["class"], row["valid_from"], draw["on"]))
        return answer

    # ---- problems

    def entered(self, unit_id: int | None) -> list[Row]:
        return [visit for visit in self.due if visit["entered_on"] and unit_id in (None, visit["unit_id"])]

    def problem_rates(self, unit_id: int | None) -> list[tuple[Any, ...]]:
        own = [visit for visit in self.entered(unit_id) if visit["draw"]["basis"] == "random"]
        firms = Counter((visit["class"], visit["object_id"]) for visit in own)
        bad = Counter((visit["class"], visit["object_id"]) for visit in own if self.problem(visit))
        answer = []
        for code in {code for code, _ in firms}:
            pairs = [(number, bad[firm]) for firm, number in firms.items() if firm[0] == code]
            sums = [sum(m * m for m, _ in pairs), sum(x * x for _, x in pairs), sum(m * x for m, x in pairs)]
            answer.append((code, sum(m for m, _ in pairs), sum(x for _, x in pairs), len(pairs), *sums))
        return answer

    def problem_totals(self, unit_id: int | None) -> list[tuple[Any, ...]]:
        problems = [visit for visit in self.entered(unit_id) if self.problem(visit)]
        followed = [sum(visit[name] is not None for visit in problems) for name in ("handled_on", "closed_on")]
        return [(len(self.entered(unit_id)), len(problems), *followed)]

    def problems(self, unit_id: int | None) -> list[tuple[Any, ...]]:
        items = self.all.names["item"]
        return [
            (
                self.units_named(visit["unit_id"]),
                visit["object_id"],
                visit["class"],
                "；".join(sorted(items[item] for item in visit["items"])),
                "closed" if visit["closed_on"] else "handled" if visit["handled_on"] else "open",
                (self.as_of - visit["inspected_on"]).days,
            )
            for visit in self.entered(unit_id)
            if self.problem(visit)
        ]

    def outcomes(self, unit_id: int | None) -> list[tuple[Any, ...]]:
        counted = Counter(
            code
            for visit in self.entered(unit_id)
            for code in visit["codes"]
            if code != "no_problem" or not self.problem(visit)
        )
        return [(code, code in PROBLEMS, count) for code, count in counted.items()]

    # ---- plans

    def tasks_of_item(self, item_id: int) -> set[int]:
        return {row["task_id"] for row in self.all.tables["task_item"] if row["item_id"] == item_id} & set(self.tasks)

    def item_coverage(self) -> list[tuple[Any, ...]]:
        listed = [row["item_id"] for row in self.all.tables["item"] if row["bureau_id"] == self.bureau_id]
        return [
            (item, len(used), "；".join(sorted({self.tasks[one]["name"] for one in used})) or None)
            for item in listed
            if (used := self.tasks_of_item(item)) is not None
        ]

    def plan_counts(self) -> list[tuple[Any, ...]]:
        items = self.item_coverage()
        classable = with_classes = 0
        for task_id in self.tasks:
            own = [draw for draw in self.random(task_id) if self.frame(draw)]
            if any(code != "none" for draw in own for code in self.frame(draw).values()):
                classable += 1
                with_classes += all(draw["stratified"] for draw in own)
        joint = sum(task["kind"] == "joint" for task in self.tasks.values())
        return [(len(items), sum(count > 0 for _, count, _ in items), len(self.tasks), joint, classable, with_classes)]

    def idle_units(self) -> list[tuple[Any, ...]]:
        busy = {task[role] for task in self.tasks.values() for role in ("lead_unit_id", "initiating_unit_id")}
        for table in ("task_partner", "task_item"):
            busy |= {row["unit_id"] for row in self.all.tables[table] if row["task_id"] in self.tasks}
        return [
            (row["unit_id"], self.units_named(row["unit_id"]))
            for row in self.all.tables["membership"]
            if (row["bureau_id"], row["year"]) == (self.bureau_id, self.year) and row["unit_id"] not in busy
        ]

    def mergeable_tasks(self) -> list[tuple[Any, ...]]:
        scopes, answer = self.all.names["scope"], []
        for one in self.tasks.values():
            for two in self.tasks.values():
                pool = one["draw_scope_id"] or one["scope_id"]
                ends = (one["starts_on"], one["ends_on"], two["starts_on"], two["ends_on"])
                if (
                    one["task_id"] < two["task_id"]
                    and pool
                    and pool == (two["draw_scope_id"] or two["scope_id"])
                    and all(ends)
                ):
                    first, last = max(ends[0], ends[2]), min(ends[1], ends[3])
                    if first <= last:
                        answer.append((one["name"], two["name"], scopes[pool], first, last))
        return answer

    # ---- evaluation

    def indicators(self, days: int | None, publish_by: str | None) -> list[tuple[Any, ...]]:
        """unit_id (None: the bureau), indicator, numerator, denominator."""
        # of each thing that counts whether it was done, or how many days it took
        of_unit: dict[tuple[int | None, str], list[int]] = defaultdict(list)

        def count(unit_id: int | None, name: str, done: int) -> None:
            of_unit[None, name].append(done)
            if unit_id is not None:
                of_unit[unit_id, name].append(done)

        for visit in self.due:
            unit_id, entered = visit["unit_id"], visit["entered_on"] is not None
            count(unit_id, "completion", entered)
            count(unit_id, "entry_on_time", self.entered_in_time(visit))
            count(unit_id, "publication", visit["published_on"] is not None)
            count(unit_id, "publication_on_time", self.published_in_time(visit, days))
            if visit["published_on"] is not None and self.in_calendar(visit):
                count(unit_id, "days_to_publish", self.days_to_publish(visit))
            if entered:
                count(unit_id, "problem_rate", self.problem(visit))
            if self.problem(visit):
                count(unit_id, "follow_up", visit["handled_on"] is not None)
                count(unit_id, "closed_out", visit["closed_on"] is not None)
        involved: dict[int, set[int]] = defaultdict(set)
        for task_id, task in self.tasks.items():
            first, last, lead, drawn = task["starts_on"], task["ends_on"], task["lead_unit_id"], self.launch(task_id)
            starter = task["initiating_unit_id"] or lead
            if happened(first, self.as_of):
                count(starter, "launch_on_time", bool(drawn and first <= drawn and (last is None or drawn <= last)))
            if happened(last, self.as_of):
                visits = self.of_task(task_id)
                count(lead, "task_completion", bool(visits) and all(visit["entered_on"] for visit in visits))
            pools = [draw for draw in self.random(task_id) if self.frame(draw)]
            if any(code != "none" for draw in pools for code in self.frame(draw).values()):
                count(lead, "use_of_classes", all(draw["stratified"] for draw in pools))
            named = {row["unit_id"] for name in ("task_partner", "task_item") for row in self.all.tables[name]
                     if row["task_id"] == task_id}  # fmt: skip
            of_unit[None, "joint_share"].append(task["kind"] == "joint")
            for unit_id in ({lead, starter} | named) - {None}:
                of_unit[unit_id, "joint_share"].append(task["kind"] == "joint")
                involved[unit_id].add(task_id)
        here = (self.bureau_id, self.year)
        scoped = {row["unit_id"] for row in self.all.tables["membership"] if (row["bureau_id"], row["year"]) == here}
        of_unit[None, "participation"] = [bool(involved.get(unit_id)) for unit_id in scoped]
        of_unit[None, "item_coverage"] = [count > 0 for _, count, _ in self.item_coverage()]
        if publish_by and self.as_of >= (limit := datetime.date.fromisoformat(f"{self.year}-{publish_by}")):
            for plan in self.plans.values():
                of_unit[None, "plan_numbered"].append(plan["doc_no"] is not None)
                of_unit[None, "plan_dated"].append(happened(plan["issued_on"], self.as_of))
                of_unit[None, "plan_published"].append(happened(plan["published_on"], min(limit, self.as_of)))
        units = sorted(scoped | {unit_id for unit_id, _ in of_unit if unit_id is not None})
        asked = [(None, name) for name in (*OF_UNIT, *OF_BUREAU)] + [(one, name) for one in units for name in OF_UNIT]
        return [(one, name, sum(of_unit[one, name]), len(of_unit[one, name])) for one, name in asked]

    # ---- what-if

    def class_on(self, object_id: str, day: Day) -> str:
        for row in self.all.tables["risk_class"]:
            until = row["valid_to"]
            if row["object_id"] == object_id and row["valid_from"] <= day and (until is None or until > day):
                return row["class"]
        return "none"

    def year_cells(self, pool_task_id: int | None, pool_scope_id: int | None) -> list[tuple[Any, ...]]:
        steps: dict[str, list[tuple[Day, int, str]]] = defaultdict(list)
        status = {row["object_id"]: row["status"] for row in self.all.tables["object"]}
        for task_id, task in self.tasks.items():
            day = task["starts_on"] or datetime.date(self.year, 1, 1)
            own = task["draw_scope_id"] or task["scope_id"]
            wanted = pool_scope_id if task_id == pool_task_id else own
            recorded = next((draw for draw in self.every_draw if draw["task_id"] == task_id), None)
            if recorded and wanted == own:
                pool = self.frame(recorded)
            else:
                listed = [row["object_id"] for row in self.all.tables["object_scope"] if row["scope_id"] == wanted]
                pool = {one: self.class_on(one, day) for one in listed if status[one] == "active"}
            for object_id, code in pool.items():
                steps[object_id].append((day, task_id, code))
        counted: Counter[tuple[str, str]] = Counter()
        for path in steps.values():
            path.sort()
            counted[";".join(f"{task}={code}" for _, task, code in path), path[0][2]] += 1
        return [(path, code, size) for (path, code), size in counted.items()]

    def recorded_year(self, task_ids: set[int] | None, cap: int, merge: bool) -> list[tuple[Any, ...]]:
        own = [draw for draw in self.draws if task_ids is None or draw["task_id"] in task_ids]
        classes: dict[str, str] = {}
        doors: dict[str, set[Any]] = defaultdict(set)
        for draw in own:  # in the order in which they were made
            task = draw["task"]
            door: Any = ("task", task["task_id"])
            if merge and task["starts_on"] and (pool := task["draw_scope_id"] or task["scope_id"]):
                door = (pool, task["starts_on"], task["ends_on"])
            for object_id, code in self.frame(draw).items():
                classes.setdefault(object_id, code)
            for row in self.locked(draw):
                doors[row["object_id"]].add(door)
        tasks, answer = len({draw["task_id"] for draw in own}), []
        for code in set(classes.values()):
            visits = [len(doors[object_id]) for object_id, its_class in classes.items() if its_class == code]
            counted = len(visits), visits.count(0), sum(visits), sum(number > cap for number in visits)
            answer.append((code, *counted, tasks))
        return answer

    def year_series(self) -> set[frozenset[int]]:
        """Which tasks rotate together."""
        series = defaultdict(set)
        for task_id, task in self.tasks.items():
            pool = task["draw_scope_id"] or task["scope_id"]
            pairs = [row["item_id"] for row in self.all.tables["task_item"] if row["task_id"] == task_id]
            series[(pool, tuple(sorted(pairs))) if pool and pairs else task_id].add(task_id)
        return {frozenset(tasks) for tasks in series.values()}
