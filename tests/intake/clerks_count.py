"""The figures of the clerk's year a second time: from the files alone, by the rules of docs/field.md, in plain Python.

Nothing here asks the product or its database. Slow and naive on purpose.
"""

from __future__ import annotations

import calendar
import csv
import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import chinese_calendar
import docx
import openpyxl

from tests.intake.clerks_year import YEAR, Brought

Day = datetime.date
PUBLIC_WITHIN, PUBLISHED_BY = 20, Day(YEAR, 3, 15)
PROBLEMS = {"未按规定公示应当公示的信息", "其他违法违规", "发现问题经责令已改正", "通过登记的住所（经营场所）无法联系"}
CODES = {
    "未发现问题": "no_problem",
    "未按规定公示应当公示的信息": "not_disclosed",
    "其他违法违规": "other_violation",
    "未发现开展本次抽查涉及的经营活动": "no_activity",
    "发现问题经责令已改正": "corrected",
    "通过登记的住所（经营场所）无法联系": "unreachable",
}
OUTSIDE = {"投诉举报", "专项整治", "日常检查"}
LABELS = {"低风险": "A", "中风险": "B", "中高风险": "C", "高风险": "D"}
# What the columns of these files mean.
MEANS = {
    "任务名称": "task", "抽查任务": "task", "统一社会信用代码": "code", "企业名称": "name", "检查对象名称": "name", "抽查对象名称": "name",
    "检查机关": "unit", "检查部门": "unit", "检查时间": "inspected", "检查日期": "inspected", "录入时间": "entered", "录入日期": "entered",
    "公示时间": "published", "公示日期": "published", "抽查事项": "item", "抽查子项": "part", "检查结果": "outcome", "后续处置": "follow_up", "处置情况": "follow_up",
    "处置日期": "handled", "完结日期": "closed", "办结日期": "closed", "检查来源": "basis", "批次": "batch", "抽取时间": "drawn_at",
    "是否抽中": "is_drawn", "替换对象": "replaces", "登记状态": "status", "信用风险分类": "class", "风险等级": "class", "分类日期": "since",
    "抽查事项名称": "item",
}  # fmt: skip
Row = dict[str, Any]


def day_of(cell: Any) -> Day | None:
    """A date as people and spreadsheets write it."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    found = re.match(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", str(cell or ""))
    return Day(*map(int, found.groups())) if found else None


def works(day: Day) -> bool:
    """Whether it is a working day."""
    return bool(chinese_calendar.is_workday(day))


def deadline(inspected: Day) -> Day:
    """The twentieth working day after."""
    day, left = inspected, PUBLIC_WITHIN
    while left:
        day += datetime.timedelta(days=1)
        left -= works(day)
    return day


def days_between(inspected: Day, published: Day) -> int:
    """Working days from one to the other; a day that is none counts with the next one."""
    passed = sum(works(inspected + datetime.timedelta(days=n)) for n in range(1, (published - inspected).days + 1))
    return passed + (published > inspected and not works(published))


def unit_of(text: str) -> str:
    """A unit by its shortest name."""
    return text.replace("青岭县", "县")


def window_of(text: str) -> tuple[Day, Day]:
    """The first and the last day of a window such as 4月8日—11月."""
    first, last = (re.findall(r"\d+", part) for part in text.split("—"))
    month = int(last[0])
    ends = Day(YEAR, month, int(last[1]) if len(last) > 1 else calendar.monthrange(YEAR, month)[1])
    return Day(YEAR, int(first[0]), int(first[1]) if len(first) > 1 else 1), ends


@dataclass
class Told:
    """A file's rows, and how many lines below the headings are none."""

    rows: list[Row]
    set_aside: int
    headings: set[str]


def table_of(path: Path) -> Told:
    """The rows under the headings of an export."""
    if path.suffix == ".xlsx":
        lines = [list(line) for line in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]
    else:
        encoding, comma = ("utf-8-sig", "\t") if path.suffix == ".txt" else ("gb18030", ",")
        with path.open(encoding=encoding, newline="") as stream:
            lines = [list(line) for line in csv.reader(stream, delimiter=comma)]
    top = next(n for n, line in enumerate(lines) if sum(cell in MEANS or cell == "执法证号" for cell in line) > 0)
    below = [line for line in lines[top + 1 :] if any(cell not in {None, ""} for cell in line)]
    rows = [line for line in below if sum(cell not in {None, ""} for cell in line) > 1]
    told = [
        {MEANS[heading]: cell for heading, cell in zip(lines[top], row, strict=False) if heading in MEANS}
        for row in rows
    ]
    return Told(told, len(below) - len(rows), {str(cell) for cell in lines[top] if cell})


@dataclass
class Task:
    """A row of the plan."""

    kind: str
    seq: int
    name: str
    items: dict[str, str]
    pool: str
    rate: str
    starts: Day
    ends: Day
    lead: str
    partners: tuple[str, ...] = ()
    # In the plan from and until a day; what it said before a day.
    since: Day = Day.min
    until: Day = Day.max
    before: tuple[tuple[Day, dict[str, Any]], ...] = ()

    def on(self, day: Day) -> Task:
        """The task as it was in force on a day."""
        return next((replace(self, **values) for until, values in self.before if day < until), self)

    @property
    def checkers(self) -> set[str]:
        """Departments that must check: those its items name."""
        return set(self.items.values())

    @property
    def by_class(self) -> bool:
        """Whether the plan has a proportion for each class."""
        return "类" in self.rate


@dataclass
class Drawn:
    """One draw."""

    task: Task
    batch: int
    day: Day
    frame: dict[str, str]
    drawn: dict[str, str]
    rebuilt: bool
    replaced: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether everything was drawn, as the plan has it."""
        return self.task.rate == "100%" and len(self.drawn) == len(self.frame)

    @property
    def locked(self) -> list[str]:
        """Who is due."""
        return [firm for firm in self.drawn if firm not in self.replaced]


@dataclass
class Result:
    """What one department found at one drawn firm."""

    inspected: Day | None = None
    entered: Day | None = None
    published: Day | None = None
    handled: Day | None = None
    closed: Day | None = None
    follow_up: str = ""
    found: dict[str, str] = field(default_factory=dict)


@dataclass
class Met:
    """An inspection outside the draws."""

    basis: str
    called: str
    firm: str
    unit: str
    day: Day


@dataclass
class Count:
    """What the files say so far."""

    tasks: list[Task] = field(default_factory=list)
    doc_no: str = ""
    issued: Day | None = None
    members: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    firms: dict[str, tuple[str, str]] = field(default_factory=dict)
    pools: dict[str, set[str]] = field(default_factory=dict)
    classes: dict[str, dict[Day, str]] = field(default_factory=dict)
    draws: list[Drawn] = field(default_factory=list)
    results: dict[tuple[int, str, str], Result] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)

    # ------------------------------------------------------------ reading
    def read(self, brought: Brought) -> tuple[int, int, int]:
        """Take a file in; rows, rows that are in no figure, lines that are no rows."""
        if brought.kind == "notice" and self.tasks:
            # The letter withdraws one task in a sentence, which is a row like those of its table.
            return self._revise(brought.path) + 1, 0, 0
        if brought.kind == "notice":
            self._plan(brought.path)
            return len(self.tasks), 0, 0
        told = table_of(brought.path)
        left_out = {
            "object_directory": self._directory, "class_list": self._classes, "item_list": self._items,
            "inspector_directory": lambda *_: 0, "draws": self._draw, "results": self._results,
        }[brought.kind](told, brought)  # fmt: skip
        return len(told.rows), left_out, told.set_aside

    def _plan(self, path: Path) -> None:
        document = docx.Document(str(path))
        line = next(p.text for p in document.paragraphs if p.text.startswith("局") and p.text.endswith("："))
        self.members |= set(line[1:-1].split("、"))
        for paragraph in document.paragraphs:
            if re.fullmatch(r"\S+〔\d{4}〕\d+号", paragraph.text):
                self.doc_no = paragraph.text
            self.issued = day_of(paragraph.text) or self.issued
        for table, kind in zip(document.tables, ("internal", "joint"), strict=True):
            headings, *rows = [[cell.text for cell in row.cells] for row in table.rows]
            for row in rows:
                cells = dict(zip(headings, row, strict=True))
                starts, ends = window_of(cells.get("抽查起止时间") or cells["检查时间"])
                lead = unit_of(cells.get("责任股室") or cells["发起部门"])
                if kind == "joint":
                    parts = re.findall(r"([^：。]+)：1\. ([^。]+)。", cells["抽查事项"])
                    items = {item: unit_of(unit) for unit, item in parts}
                else:
                    items = dict.fromkeys(cells["抽查事项"].split("；"), lead)
                partners = tuple(map(unit_of, filter(None, [cells.get("配合部门", "")])))
                pool = cells.get("抽查对象范围") or cells["检查对象"]
                rate = cells.get("抽查比例") or cells["抽查对象比例"]
                task = Task(
                    kind, int(cells["序号"]), cells["抽查任务名称"], items, pool, rate, starts, ends, lead, partners
                )
                self.tasks.append(task)
                self.items |= set(items)
                self.members |= {lead, *partners}

    def _revise(self, path: Path) -> int:
        """What the paper of the summer changes, from its date on."""
        document = docx.Document(str(path))
        lines = [paragraph.text for paragraph in document.paragraphs]
        day = next(told for line in reversed(lines) if (told := day_of(line)))
        by_name = {task.name: task for task in self.tasks}
        for line in lines:
            for name in re.findall("取消“(.+?)”任务", line):
                by_name[name].until = day
        headings, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
        for row in rows:
            cells = dict(zip(headings, row, strict=True))
            name, rate, window = cells["抽查任务名称"], cells["调整后抽查比例"], cells["调整后抽查时间"]
            if cells["备注"] == "新增":
                starts, ends = window_of(window)
                items = {cells["抽查事项"]: cells["责任股室"]}
                pool, seq = cells["抽查对象范围"], len([task for task in self.tasks if task.kind == "internal"]) + 1
                self.tasks.append(
                    Task("internal", seq, name, items, pool, rate, starts, ends, cells["责任股室"], since=day)
                )
                continue
            task = by_name[name]
            task.before = ((day, {"rate": task.rate, "starts": task.starts, "ends": task.ends}),)
            task.rate = task.rate if rate == "不变" else rate
            if window != "不变":
                task.starts, task.ends = window_of(window)
        return len(rows)

    def _items(self, told: Told, _: Brought) -> int:
        self.items |= {f"{row['item']}：{row['part']}" if row["part"] else row["item"] for row in told.rows}
        return 0

    def _directory(self, told: Told, brought: Brought) -> int:
        for row in told.rows:
            self.firms[row["code"]] = (row["name"], row["status"])
            self.pools.setdefault(brought.how["pool"], set()).add(row["code"])
        return 0

    def _classes(self, told: Told, brought: Brought) -> int:
        known = [row for row in told.rows if row["code"] in self.firms]
        for row in known:
            since = day_of(row.get("since")) or brought.how["day"]
            self.classes.setdefault(row["code"], {})[since] = LABELS.get(row["class"], row["class"])
        return len(told.rows) - len(known)

    def class_on(self, firm: str, day: Day) -> str:
        """A firm's class on a day."""
        known = {since: told for since, told in self.classes.get(firm, {}).items() if since <= day}
        return known[max(known)] if known else "none"

    def _task(self, text: str | None, chosen: Mapping[tuple[str, str], str]) -> Task | None:
        wanted = chosen.get(("task", text or ""))
        # The word of the method names no task.
        bare = (text or "").replace("双随机", "")
        found = [task for task in self.tasks if task.name == wanted or (wanted is None and task.name in bare)]
        return found[0] if len(found) == 1 else None

    def _draw(self, told: Told, brought: Brought) -> int:
        known = [row for row in told.rows if row["code"] in self.firms]
        task = self._task(known[0]["task"], brought.chosen)
        assert task is not None
        batch = int(known[0].get("batch") or 1)
        act = next((one for one in self.draws if one.task is task and one.batch == batch), None)
        drawn = [row["code"] for row in known if row.get("is_drawn", "是") == "是"]
        if act is None:
            day = day_of(known[0]["drawn_at"])
            assert day is not None
            rebuilt = "是否抽中" not in told.headings
            active = {firm for firm in self.pools[task.pool] if self.firms[firm][1] == "存续"}
            pool = active | set(drawn) if rebuilt else {row["code"] for row in known}
            frame = {firm: self.class_on(firm, day) for firm in pool}
            self.draws.append(Drawn(task, batch, day, frame, {firm: frame[firm] for firm in drawn}, rebuilt))
        else:
            by_name = {self.firms[firm][0]: firm for firm in act.drawn}
            for row in known:
                act.replaced.add(by_name[row["replaces"]])
                act.drawn[row["code"]] = self.class_on(row["code"], act.day)
        return len(told.rows) - len(known)

    def _results(self, told: Told, brought: Brought) -> int:
        left_out = 0
        groups: dict[tuple[int, str, str], list[Row]] = {}
        for row in told.rows:
            if row.get("basis") in OUTSIDE:
                left_out += not self._unplanned(row)
                continue
            key = self._meant(row, brought)
            if key is None:
                left_out += 1
            else:
                groups.setdefault(key, []).append(row)
        for key, rows in groups.items():
            left_out += 0 if self._result(key, rows, brought) else len(rows)
        return left_out

    def _unplanned(self, row: Row) -> bool:
        day = day_of(row["inspected"])
        if row["code"] not in self.firms or day is None:
            return False
        self.met.append(Met(row["basis"], row["task"] or "", row["code"], row["unit"], day))
        return True

    def _meant(self, row: Row, brought: Brought) -> tuple[int, str, str] | None:
        task = self._task(row["task"], brought.chosen)
        acts = [n for n, act in enumerate(self.draws) if act.task is task and row["code"] in act.locked]
        if task is None or not acts:
            return None
        told = [day_of(row.get(what)) for what in ("inspected", "entered", "published")]
        day = next((one for one in told if one), None)
        after = [n for n in acts if day and self.draws[n].day <= day]
        unit = unit_of(row["unit"])
        # The bureau itself stands for its section, as was decided; in the joint task it is the department.
        checker = unit if unit in task.checkers else task.lead
        return max(after or acts, key=lambda n: self.draws[n].day), row["code"], checker

    def _result(self, key: tuple[int, str, str], rows: list[Row], brought: Brought) -> bool:
        old = self.results.get(key, Result())
        new = Result(found=dict(old.found))
        for what in ("inspected", "entered", "published", "handled", "closed"):
            told = [day for row in rows if (day := day_of(row.get(what)))]
            setattr(new, what, max(told) if told else getattr(old, what))
        new.follow_up = max((row.get("follow_up") or "" for row in rows), default="") or old.follow_up
        if new.entered is None:
            new.entered = new.published
        if new.entered is None and brought.chosen.get(("entered_on", "")) == "inspected":
            new.entered = new.inspected
        pairs = ((new.inspected, new.entered), (new.entered, new.published), (new.handled, new.closed))
        if any(first and then and then < first for first, then in pairs):
            return False
        task = self.draws[key[0]].task
        for row in rows:
            if row.get("outcome"):
                item = f"{row['item']}：{row['part']}" if row.get("part") else row.get("item")
                items = [item] if item else [one for one, unit in task.items.items() if unit == key[2]]
                new.found |= dict.fromkeys(items, row["outcome"])
        self.results[key] = new
        return True

    # ------------------------------------------------------------ counting
    def due(self, as_of: Day) -> list[tuple[Drawn, str, str, Result]]:
        """Due visits: draw, firm, department, what became of it."""
        return [
            (act, firm, unit, self.results.get((n, firm, unit), Result()))
            for n, act in enumerate(self.draws)
            if act.day <= as_of
            for firm in act.locked
            for unit in sorted(act.task.checkers)
        ]

    def flags(self, act: Drawn, result: Result, as_of: Day) -> dict[str, bool]:
        """What can be said of a due visit at the cut-off."""

        def by(*days: Day | None) -> bool:
            return all(day is not None and day <= as_of for day in days)

        inspected, entered, published = result.inspected, result.entered, result.published
        # What was done is judged by the plan of its day, what is still to be done by the one in force.
        ends = act.task.on(as_of).ends
        enter_by = act.task.on(entered).ends if entered and entered <= as_of else ends
        publish_by = act.task.on(published).ends if published and published <= as_of else ends
        publish_by = min(publish_by, deadline(inspected)) if inspected else publish_by
        problem = any(outcome in PROBLEMS for outcome in result.found.values()) and by(entered)
        return {
            "ended": ends <= as_of,
            "inspected": by(inspected),
            "entered": by(entered),
            "entered_in_time": by(entered) and entered is not None and entered <= enter_by,
            "may_enter": not by(entered) and ends >= as_of,
            "published": by(published),
            "published_in_time": by(published) and published is not None and published <= publish_by,
            "may_publish": not by(published) and publish_by >= as_of,
            "problem": problem,
            "handled": problem and by(result.handled),
            "closed": problem and by(result.closed),
        }

    def states(self, as_of: Day) -> Counter[tuple[object, ...]]:
        """Due visits by unit, task and flags."""
        return Counter(
            (unit, act.task.name, *self.flags(act, result, as_of).values()) for act, _, unit, result in self.due(as_of)
        )

    def counts(self, as_of: Day, unit: str | None) -> dict[str, int]:
        """The counts behind the indicators of a unit; None: of the bureau."""
        visits = [
            (act, result, self.flags(act, result, as_of))
            for act, _, own, result in self.due(as_of)
            if unit in {None, own}
        ]
        rows = {
            name: sum(flags[name] for _, _, flags in visits)
            for name in ("entered", "entered_in_time", "published", "published_in_time")
        }
        public = [result for _, result, flags in visits if flags["published"]]
        spans = [days_between(one.inspected, one.published) for one in public if one.inspected and one.published]
        planned = self.planned(as_of)
        led = [task for task in planned if unit in {None, task.lead}]
        mine = [task for task in planned if unit in {None, task.lead, *task.partners, *task.checkers}]
        first = {task.name: self._first(task) for task in self.tasks}
        # A launch is judged by the plan of its day.
        launched = {
            task.name: task.on(day if (day := first[task.name]) and day <= as_of else as_of) for task in self.tasks
        }
        opened = [task for task in led if launched[task.name].starts <= as_of]
        ended = [task for task in led if task.ends <= as_of]
        framed = {
            task.name: [act for act in self.draws if act.task.name == task.name and act.day <= as_of] for task in led
        }
        classable = [task for task in led if any(set(act.frame.values()) - {"none"} for act in framed[task.name])]
        whole = unit is None
        busy = {one for task in planned for one in (task.lead, *task.partners, *task.checkers)}
        planned_items = {item for task in planned for item in task.items}
        return rows | {
            "due": len(visits),
            "measured": len(public),
            "days_to_publish": sum(spans),
            "problems": sum(flags["problem"] for *_, flags in visits),
            "handled": sum(flags["handled"] for *_, flags in visits),
            "closed": sum(flags["closed"] for *_, flags in visits),
            "plans": len({task.kind for task in self.tasks}) if whole else 0,
            "papers": self.papers(as_of) if whole else 0,
            "numbered": self.papers(as_of) if whole and self.doc_no else 0,
            "dated": self.papers(as_of) if whole and self.issued and self.issued <= as_of else 0,
            # Nobody has said when the plan was made public.
            "published_by_rule": 0,
            "tasks": len(mine),
            "joint_tasks": sum(task.kind == "joint" for task in mine),
            "tasks_to_start": len(opened),
            "launched_in_time": sum(self._in_time(launched[task.name], first[task.name], as_of) for task in opened),
            "tasks_due": len(ended),
            "tasks_done": sum(self._entered(task, as_of) for task in ended),
            "classable": len(classable),
            "with_classes": sum(task.by_class for task in classable),
            "items": len(self.items) if whole else 0,
            "covered": len(planned_items) if whole else 0,
            "units": len(self.members) if whole else 0,
            "taking_part": len(self.members & busy) if whole else 0,
        }

    def _first(self, task: Task) -> Day | None:
        return min((act.day for act in self.draws if act.task.name == task.name), default=None)

    def planned(self, as_of: Day) -> list[Task]:
        """The tasks in force on a day; what was drawn by then is due whatever the plan says."""
        return [
            task.on(as_of)
            for task in self.tasks
            if task.since <= as_of < task.until or ((first := self._first(task)) and first <= as_of)
        ]

    def papers(self, as_of: Day) -> int:
        """Plans for which the last day of publication has come."""
        return len({task.kind for task in self.tasks}) if as_of >= PUBLISHED_BY else 0

    def problem_rates(self, as_of: Day) -> dict[str, tuple[int, int]]:
        """Class when drawn -> entered results of random draws, those with a problem."""
        told: dict[str, tuple[int, int]] = {}
        for act, firm, _, result in self.due(as_of):
            flags = self.flags(act, result, as_of)
            if flags["entered"] and not act.full:
                results, problems = told.get(act.drawn[firm], (0, 0))
                told[act.drawn[firm]] = (results + 1, problems + flags["problem"])
        return told

    def outcomes(self, as_of: Day) -> Counter[str]:
        """Code -> entered results that have it; no problem found is said of a visit without any."""
        visits = [(one, self.flags(act, one, as_of)) for act, *_, one in self.due(as_of)]
        return Counter(
            CODES[text]
            for one, flags in visits
            if flags["entered"]
            for text in set(one.found.values())
            if not (flags["problem"] and CODES[text] == "no_problem")
        )

    def overdue(self, as_of: Day) -> Counter[tuple[str, str, str, str, int]]:
        """Unit, task, firm, how far it came, days overdue: of visits not public after their task's end."""
        told: Counter[tuple[str, str, str, str, int]] = Counter()
        for act, firm, unit, result in self.due(as_of):
            flags = self.flags(act, result, as_of)
            if act.task.on(as_of).ends < as_of and not flags["published"]:
                state = next((one for one in ("inspected", "entered") if not flags[one]), "published")
                told[unit, act.task.name, firm, f"not_{state}", (as_of - act.task.on(as_of).ends).days] += 1
        return told

    @staticmethod
    def _in_time(task: Task, first: Day | None, as_of: Day) -> bool:
        return first is not None and first <= as_of and task.starts <= first <= task.ends

    def _entered(self, task: Task, as_of: Day) -> bool:
        visits = [
            self.flags(act, result, as_of)["entered"]
            for act, *_, result in self.due(as_of)
            if act.task.name == task.name
        ]
        return bool(visits) and all(visits)

    def completion(self, as_of: Day) -> dict[str, tuple[int, ...]]:
        """Unit -> tasks, due, inspected, entered, published, entered in time, published in time, overdue."""
        told = {}
        for unit in self.members:
            visits = [(act, self.flags(act, result, as_of)) for act, _, own, result in self.due(as_of) if own == unit]
            numbers = [
                sum(flags[name] for _, flags in visits)
                for name in ("inspected", "entered", "published", "entered_in_time", "published_in_time")
            ]
            overdue = sum(act.task.on(as_of).ends < as_of and not flags["published"] for act, flags in visits)
            told[unit] = (len({act.task.name for act, _ in visits}), len(visits), *numbers, overdue)
        return told

    def _pooled(self, as_of: Day, *, only_random: bool) -> tuple[list[Drawn], dict[str, str]]:
        chosen = [act for act in self.draws if act.day <= as_of and not (only_random and act.full)]
        first: dict[str, str] = {}
        for act in sorted(chosen, key=lambda one: one.day):
            first = act.frame | first
        return chosen, first

    def coverage(self, as_of: Day, *, only_random: bool) -> dict[str, tuple[int, ...]]:
        """Class -> pool, drawn, visited, draws, doors."""
        chosen, first = self._pooled(as_of, only_random=only_random)
        draws = Counter(firm for act in chosen for firm in act.locked)
        doors = Counter(
            firm
            for firm, _ in {
                (firm, result.inspected)
                for act, firm, _, result in self.due(as_of)
                if act in chosen and result.inspected and result.inspected <= as_of
            }
        )
        return {
            told: (
                sum(one == told for one in first.values()),
                sum(first[firm] == told for firm in draws),
                sum(first[firm] == told for firm in doors),
                sum(number for firm, number in draws.items() if first[firm] == told),
                sum(number for firm, number in doors.items() if first[firm] == told),
            )
            for told in set(first.values())
        }

    def never_drawn(self, as_of: Day, *, only_random: bool) -> dict[str, tuple[str, int]]:
        """Firm -> class, how often it was in a pool."""
        chosen, first = self._pooled(as_of, only_random=only_random)
        drawn = {firm for act in chosen for firm in act.locked}
        return {
            firm: (told, sum(firm in act.frame for act in chosen)) for firm, told in first.items() if firm not in drawn
        }

    def burden(self, as_of: Day, cap: int) -> dict[str, tuple[int, int, bool, int, int]]:
        """Firm -> doors, planned doors, whether above the cap, tasks, checks; firms with more doors than the cap."""
        opened: list[tuple[str, Day, str]] = [
            (firm, result.inspected, "planned")
            for _, firm, _, result in self.due(as_of)
            if result.inspected and result.inspected <= as_of
        ]
        opened += [(one.firm, one.day, one.basis) for one in self.met if one.day <= as_of]
        served = {
            (firm, act.task.name)
            for act, firm, _, result in self.due(as_of)
            if result.inspected and result.inspected <= as_of
        }
        told = {}
        for firm in {one for one, *_ in opened}:
            own = [(day, why) for one, day, why in opened if one == firm]
            doors = {day for day, _ in own}
            planned = {day for day, why in own if why == "planned"}
            limited = {day for day, why in own if why != "投诉举报"}
            if len(doors) > cap:
                told[firm] = (
                    len(doors),
                    len(planned),
                    len(limited) > cap,
                    sum(one == firm for one, _ in served),
                    len(own),
                )
        return told

    def uncounted(self) -> dict[str, int]:
        """Reason -> what some figure lacks."""
        due = {(n, firm, unit) for n, act in enumerate(self.draws) for firm in act.locked for unit in act.task.checkers}
        own = [self.results[key] for key in self.results if key in due]
        told = {
            "result_not_entered": sum(one.entered is None for one in own),
            "result_substituted": sum(firm in self.draws[n].replaced for n, firm, _ in self.results),
            "result_unplanned": len(self.met),
            "result_without_outcome": sum(one.entered is not None and not one.found for one in own),
            "result_handled_undated": sum(
                one.entered is not None
                and one.handled is None
                and bool(set(one.found.values()) & PROBLEMS)
                and one.follow_up not in {"", "待处置", "无需后续处置"}
                for one in own
            ),
            "draw_unplanned": len({(one.basis, one.called, one.day) for one in self.met}),
            "draw_full": sum(act.full for act in self.draws),
            "draw_pool_rebuilt": sum(act.rebuilt and not act.full for act in self.draws),
            "draw_without_classes": sum(not set(act.frame.values()) - {"none"} for act in self.draws),
            "draw_not_by_class": sum(
                bool(set(act.frame.values()) - {"none"}) and not act.task.by_class for act in self.draws
            ),
            "drawn_substituted": sum(len(act.replaced) for act in self.draws),
            "object_without_class": len(
                {
                    firm
                    for act in self.draws
                    if set(act.frame.values()) - {"none"}
                    for firm, told in act.frame.items()
                    if told == "none"
                }
            ),
        }
        return {reason: number for reason, number in told.items() if number}
