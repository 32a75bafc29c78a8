"""The corpus: notices in the forms that bureaus publish, with the values a person reads from them.

Beside each notice of `corpus/` stands what it says (`NAME.toml`). A value is *right*; or it is wrong or missing but
*said*, by an issue of its row and field or of the file; or *silently wrong*, the one thing that must not happen. A key
that the expectation leaves out is a value the notice does not give, and then the reader gives none.

In an expectation `||` parts readings that are all right (an empty one: nothing), and "?" is what cannot be told as one
value: the reader has to say so.
"""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from inspections.files.content import Document
from inspections.files.opening import read_document
from inspections.notice.plan import Notice, Plan, Task
from inspections.notice.reading import read_notice
from inspections.words.errors import InspectionsError
from tests.notice.corpus_files import built
from tests.notice.formats import NOTICES

# What the reader reaches today; the aim is 0 and 0.99. Whoever mends it moves these, never the other way.
MOST_SILENT = 0
LEAST_RIGHT = 0.99

CORPUS = Path(__file__).with_name("corpus")
EXPECTATIONS = sorted(CORPUS.glob("*.toml"))
RIGHT, SAID, SILENT = "right", "said", "silently wrong"
# The columns whose issues speak of a value.
_FIELDS = {
    "rate": {"rate", "quota", "frequency", "class_rates", "risk_rule"},
    "quota": {"quota", "rate"},
    "times_per_year": {"frequency", "rate", "quota"},
    "starts_on": {"period", "period_start"},
    "ends_on": {"period", "period_end"},
    "lead": {"lead_unit", "initiating_unit"},
    "partners": {"partners"},
    "items": {"items"},
    "item_units": {"items"},
    "class_rates": {"class_rates", "risk_rule", "rate", "quota"},
    "pool_stated": {"pool", "rate", "quota"},
}
_FIELDS["rate_op"] = _FIELDS["rate_max"] = _FIELDS["rate"]
_VALUES = [
    *("name", "items", "item_units", "scope", "rate", "rate_op", "rate_max", "quota", "times_per_year"),
    *("starts_on", "ends_on", "lead", "partners", "draw_type", "item_class", "class_rates", "pool_stated"),
]


@dataclass(frozen=True)
class Value:
    """One compared value: where it stands, what the notice says, what was read, and what that comes to."""

    place: str
    field: str
    expected: str
    read: str
    verdict: str

    def __str__(self) -> str:
        return f"{self.verdict}: {self.place} · {self.field}: {self.expected} -> {self.read}"


@dataclass(frozen=True)
class Reading:
    """A file as it was opened and what the reader made of it."""

    document: Document
    notice: Notice


def _plain(text: object) -> str:
    """Words without blanks, widths of characters and what ends them; 公安 and 公安部门 are one name."""
    words = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text))).rstrip(".。;,:、")
    return words.removesuffix("部门") or words


def _same(expected: object, read: object) -> bool:
    if isinstance(expected, list):
        return isinstance(read, list) and len(expected) == len(read) and all(map(_same, expected, read))
    return any(_plain(choice) == ("" if read is None else _plain(read)) for choice in str(expected).split("||"))


def _unit_matches(expected: str, read: str, notice: Notice) -> bool:
    names = {read, *(alias for alias, unit in notice.aliases if unit.name == read)}
    return any(_same(expected, name) for name in names)


def _units_match(expected: Sequence[str], read: Sequence[str], notice: Notice) -> bool:
    left = list(read)
    for name in expected:
        found = next((other for other in left if _unit_matches(name, other, notice)), None)
        if found is not None:
            left.remove(found)
        elif not name.endswith("||"):
            return False
    return not left


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _class_rates(task: Task) -> dict[str, str]:
    """Class -> what is planned for it: "0.02", "0.02 3", "3"."""
    return {
        str(code): " ".join(str(part) for part in (_decimal(rate.rate), rate.quota) if part is not None)
        for code, rate in task.class_rates.items()
    }


def _read(task: Task) -> dict[str, Any]:
    names = list(dict.fromkeys(item.name for item in task.items))
    return {
        "name": task.name,
        "items": names,
        "item_units": [next(item.unit.name for item in task.items if item.name == name) for name in names],
        "scope": task.scope,
        "rate": _decimal(task.rate),
        "rate_op": task.rate_op,
        "rate_max": _decimal(task.rate_max),
        "quota": task.quota,
        "times_per_year": task.times_per_year,
        "starts_on": task.starts_on,
        "ends_on": task.ends_on,
        "lead": task.lead_unit.name,
        "partners": [unit.name for unit in task.partners],
        "draw_type": task.draw_type,
        "item_class": task.item_class,
        "class_rates": _class_rates(task),
        "pool_stated": task.pool_stated,
    }


def _is_right(field: str, expected: Any, read: Any, notice: Notice) -> bool:
    if expected is None:
        # Items fall back to the task's name, its lead to the bureau; both are the contract's defaults.
        return (
            field in {"items", "item_units", "name"}
            or read in (None, [], {})
            or (field == "lead" and _own(read, notice))
        )
    if field in {"partners", "item_units"}:
        return _units_match(expected, read, notice)
    if field == "lead":
        return _unit_matches(expected, read, notice)
    if field == "class_rates":
        return bool(expected == read)
    if field == "name" and isinstance(read, str) and read.endswith("）"):
        # Tasks that share a group's name are told apart by what stands in brackets behind it.
        return _same(expected, read) or _same(expected, _before_brackets(read)) or _in_brackets(expected, read)
    return _same(expected, read)


def _before_brackets(name: str) -> str:
    """A name without the last of its brackets, which may hold others."""
    deep = 0
    for place in range(len(name) - 1, -1, -1):
        deep += (name[place] == "）") - (name[place] == "（")
        if deep == 0:
            return name[:place]
    return name


def _in_brackets(expected: object, read: str) -> bool:
    """Whether a name holds the expected one in brackets behind its group's, whole or as far as it goes."""
    inside = _plain(read.split("（", 1)[1].removesuffix("）").rstrip("…"))
    return any(len(inside) >= 4 and _plain(choice).startswith(inside) for choice in str(expected).split("||"))


def _own(name: str, notice: Notice) -> bool:
    return _unit_matches(notice.bureau.name, name, notice)


# Notes about a column that do not say that its value is wrong.
_OTHER_TALK = {"items_shared", "name_year"}
_OF_SHARES = {"rate_missing", "rate_only_maximum", "rate_contradiction", "quota_bound"}


def _is_said(reading: Reading, row: int | None, field: str, expected: Any) -> bool:
    columns = _FIELDS.get(field, {field})
    return any(
        (
            issue.field in columns
            and issue.row in (row, None)
            and issue.code not in _OTHER_TALK
            and not (field == "times_per_year" and issue.code in _OF_SHARES)
        )
        or (
            issue.code in {"column_unread", "column_doubtful"}
            and _stands_under(str(issue.parameters["header"]), expected, reading.document)
        )
        for issue in reading.notice.issues
    )


def _stands_under(heading: str, expected: Any, document: Document) -> bool:
    """Whether a heading that was told as unread is the one under which the value stands."""
    wanted = [_plain(value).split("||")[0] for value in (expected if isinstance(expected, list) else [expected])]
    for table in document.tables:
        of_heading = {i for row in table.rows for i, cell in enumerate(row.cells) if _plain(cell) == _plain(heading)}
        below = " ".join(_plain(row.cells[i]) for row in table.rows for i in of_heading if i < len(row.cells))
        if all(value and value in below for value in wanted):
            return True
    return False


def _compared_task(place: str, expected: dict[str, Any], task: Task, reading: Reading) -> Iterable[Value]:
    read = _read(task)
    for field in _VALUES:
        want, got = expected.get(field), read[field]
        if want is None and got in (None, [], {}):
            continue
        if want is None and field in {"items", "item_units", "name", "pool_stated"}:
            continue
        if field in {"rate_op", "rate_max"} and expected.get("rate") == "?":
            continue
        said = _is_said(reading, task.row, field, want)
        if want == "?":
            yield Value(place, field, "to be said", str(got), RIGHT if said else SILENT)
            continue
        verdict = RIGHT if _is_right(field, want, got, reading.notice) else SAID if said else SILENT
        yield Value(place, field, "nothing" if want is None else str(want), str(got), verdict)


def _likeness(expected: dict[str, Any], task: Task) -> float:
    words = f"{expected['name'].split('||')[0]} {' '.join(expected.get('items', []))} {expected.get('scope', '')}"
    other = f"{task.name} {' '.join(item.name for item in task.items)} {task.scope or ''}"
    return SequenceMatcher(None, words, other, autojunk=False).ratio()


def _paired(
    expected: Sequence[dict[str, Any]], tasks: Sequence[Task]
) -> list[tuple[dict[str, Any] | None, Task | None]]:
    """Expected tasks beside those read, in order; where one side has more, the likest go together."""
    if len(expected) == len(tasks):
        return list(zip(expected, tasks, strict=True))
    likeness = [[_likeness(one, task) for task in tasks] for one in expected]

    @cache
    def best(i: int, j: int) -> tuple[float, tuple[tuple[int | None, int | None], ...]]:
        if i == len(expected) or j == len(tasks):
            rest = [(k, None) for k in range(i, len(expected))] + [(None, k) for k in range(j, len(tasks))]
            return 0.0, tuple(rest)
        both = best(i + 1, j + 1)
        one, other = best(i + 1, j), best(i, j + 1)
        return max(
            (both[0] + likeness[i][j], ((i, j), *both[1])),
            (one[0], ((i, None), *one[1])),
            (other[0], ((None, j), *other[1])),
            key=lambda choice: choice[0],
        )

    return [(None if i is None else expected[i], None if j is None else tasks[j]) for i, j in best(0, 0)[1]]


def _compared_plan(expected: dict[str, Any], plan: Plan | None, reading: Reading) -> Iterable[Value]:
    notice = reading.notice
    place = f"{expected['kind'].split('||')[0]} {expected['year']}"
    year_said = any(issue.field == "year" for issue in notice.issues)
    if plan is None:
        told = any(issue.severity == "error" for issue in notice.issues)
        yield Value(place, "plan", f"{len(expected['tasks'])} tasks", "nothing", SAID if told else SILENT)
        return
    kind_said = any(issue.field in {"kind", "plan_type"} for issue in notice.issues)
    yield Value(
        place,
        "kind",
        expected["kind"],
        plan.kind,
        RIGHT if _same(expected["kind"], plan.kind) else SAID if kind_said else SILENT,
    )
    yield Value(
        place, "year", str(expected["year"]), str(plan.year),
        RIGHT if plan.year == expected["year"] else SAID if year_said else SILENT,
    )  # fmt: skip
    for number, (want, task) in enumerate(_paired(expected["tasks"], plan.tasks), start=1):
        where = f"{place} no. {number}"
        if want is None and task is not None:
            said = any(issue.row == task.row and issue.field in {"name", None} for issue in notice.issues)
            yield Value(where, "task", "no such task", task.name, SAID if said else SILENT)
        elif want is not None and task is None:
            said = any(issue.severity == "error" for issue in notice.issues)
            for field in _VALUES:
                if field in want:
                    yield Value(where, field, str(want[field]), "no such task", SAID if said else SILENT)
        elif want is not None and task is not None:
            yield from _compared_task(where, want, task, reading)


def compared(expectation: Path, folder: Path) -> list[Value]:
    """Every value of one notice beside what was read; a file that was refused has all its values said."""
    expected = tomllib.loads(expectation.read_text("utf-8"))
    own = next((path for path in CORPUS.glob(f"{expectation.stem}.*") if path.suffix != ".toml"), None)
    source = own or NOTICES / f"{expectation.stem}.txt"
    try:
        document = read_document(built(source, folder))
        notice = read_notice(document)
    except InspectionsError as error:
        values = [Value("file", "bureau", expected["bureau"], error.code, SAID)]
        for plan in expected["plans"]:
            for number, task in enumerate(plan["tasks"], start=1):
                where = f"{plan['kind']} {plan['year']} no. {number}"
                values += [Value(where, f, str(task[f]), error.code, SAID) for f in _VALUES if f in task]
        return values
    values, reading = [], Reading(document, notice)
    for field, read in (("bureau", notice.bureau.name), ("doc_no", notice.doc_no), ("issued_on", notice.issued_on)):
        want = expected.get(field)
        if want is None and read is None:
            continue
        said = any(issue.field == field for issue in notice.issues)
        right = read is None if want is None else _same(want, read)
        verdict = RIGHT if right else SAID if said else SILENT
        values.append(Value("file", field, str(want or "nothing"), str(read), verdict))
    for secret in expected.get("never_kept", []):
        kept = secret in str(notice)
        values.append(
            Value("file", "personal data", "nothing", secret if kept else "nothing", SILENT if kept else RIGHT)
        )
    left = list(notice.plans)
    pairs: list[tuple[dict[str, Any], Plan | None]] = []
    for plan in expected["plans"]:
        found = next((other for other in left if _same(plan["kind"], other.kind) and other.year == plan["year"]), None)
        if found is not None:
            left.remove(found)
        pairs.append((plan, found))
    pairs = [(plan, found if found is not None or not left else left.pop(0)) for plan, found in pairs]
    for plan, found in pairs:
        values += _compared_plan(plan, found, reading)
    values += [Value(f"{p.kind} {p.year}", "plan", "no such plan", f"{len(p.tasks)} tasks", SILENT) for p in left]
    return values


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Value]]:
    """Notice -> its compared values."""
    folder = tmp_path_factory.mktemp("corpus")
    return {path.stem: compared(path, folder) for path in EXPECTATIONS}


def _report(corpus: dict[str, list[Value]]) -> str:
    """A line for every notice, the sums, and every value that is not right."""
    firsts = {path.stem: tomllib.loads(path.read_text("utf-8"))["written_first"] for path in EXPECTATIONS}
    lines = [f"{'notice':40} first  {RIGHT:>6} {SAID:>6} {SILENT:>14}"]

    def counted(name: str, values: list[Value]) -> str:
        count = Counter(value.verdict for value in values)
        return f"{name:46} {count[RIGHT]:6} {count[SAID]:6} {count[SILENT]:14}  {_share(values):.2%}"

    lines += [counted(f"{name:40} {'yes' if firsts[name] else 'no'}", values) for name, values in corpus.items()]
    for label, kinds in (("written first", {True}), ("written after", {False}), ("all", {True, False})):
        lines.append(counted(label, [v for name, values in corpus.items() if firsts[name] in kinds for v in values]))
    for name, values in corpus.items():
        if len({value.read for value in values}) == 1:
            lines.append(f"{name} · refused: {values[0].read}")
        else:
            lines += [f"{name} · {value}" for value in values if value.verdict != RIGHT]
    return "\n".join(lines)


def _share(values: Sequence[Value]) -> float:
    return sum(value.verdict == RIGHT for value in values) / len(values) if values else 1.0


def test_the_corpus_is_large_and_half_of_it_was_written_before_the_reader_ran() -> None:
    firsts = [tomllib.loads(path.read_text("utf-8"))["written_first"] for path in EXPECTATIONS]
    assert len(firsts) >= 60
    assert sum(firsts) * 2 >= len(firsts)


def test_what_is_read_of_the_corpus(corpus: dict[str, list[Value]]) -> None:
    report = _report(corpus)
    sys.stdout.write(report + "\n")
    everything = [value for values in corpus.values() for value in values]
    assert sum(value.verdict == SILENT for value in everything) <= MOST_SILENT, report
    assert _share(everything) >= LEAST_RIGHT, report
