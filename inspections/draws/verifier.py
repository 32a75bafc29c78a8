"""Re-runs a sealed package of a draw with nothing but Python's standard library; the package carries it as verify.py.

    python verify.py                in the unzipped folder
    python verify.py PACKAGE.zip    on the package as it is

Works with Python 3.8 and later, reads row by row (memory does not grow with the pool), writes nothing and reaches no
network. Exit code 0: everything agrees. 1: it differs; every difference is one line with file, row or object, field,
expected, found. 2: this is no sealed package, or it is damaged.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import io
import json
import sys
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple  # noqa: UP035 - Python 3.8 has them here

# In a package what they hold stands here itself; see `packages.verify_py`.
from inspections.draws.recompute import NoMatchError, match_teams, task_key, text_commitment, ticket
from inspections.draws.sealed import TROUBLES, Package, PackageError, decoded

FORMAT = "double-random-sealed-package"
PUBLIC_FORMAT = "double-random-public-package"
VERSION = 2
# Of the first version's packages no commitment binds the terms.
VERSIONS = (1, VERSION)
METHOD = "sha256_ticket"
NONE = "none"

TERMS_FORMAT = "double-random-draw-terms"
DRAWN_HEADING = ["place", "object_id", "class", "ticket", "substitute_for", "reason"]
INSPECTORS_HEADING = ["object_id", "certificate_no"]

MOST_DIFFERENCES = 200


class Difference(NamedTuple):
    """Where a package differs from what follows from its seed, frame and quotas. `row`: row, class or object, or ""."""

    file: str
    row: str
    field: str
    expected: str
    found: str


class Outcome(NamedTuple):
    """What re-running a package gave.

    `draw`: the content of draw.json. `terms`: that of terms.json, None in packages without. `differences`: in the order
    found; `cut`: whether there were more. `remarks`: what agrees but was not settled before the draw, a key of REMARKS
    with what it is about. `unchecked`: keys of UNCHECKED.
    """

    draw: dict[str, Any]
    terms: dict[str, Any] | None
    pool: int
    drawn: int
    differences: list[Difference]
    cut: bool
    remarks: list[tuple[str, str]]
    unchecked: list[str]


REMARKS = {
    "raised": ("抽取后追加了数量", "numbers were raised after the draw"),
    "teams": ("可派检查人员与方案不同", "the inspectors who could come are not those of the terms"),
    "recusals": ("回避关系与方案不同", "the recusals are not those of the terms"),
    "bound": ("每户人数或每人户数上限与方案不同", "a number of inspectors or of objects is not that of the terms"),
}
UNCHECKED = {
    "before": (
        "承诺是否确在抽取之前登记：请与当时公布的承诺或变更日志核对",
        "whether the commitments were written down before the draw: compare them with those published then",
    ),
    "pool": ("名录是否齐全、类别是否正确", "whether the pool holds everyone who belongs in it, in the right class"),
    "rule": ("数量是否符合上列规则", "whether the quotas follow from the rule quoted above"),
    "terms": (
        "数量、任务、时间、检查人员：旧版本的封存包没有约束它们的承诺",
        "quotas, task, time and inspectors: no commitment binds them in a package of an older release",
    ),
    "match": ("检查人员的匹配：没有登记匹配依据", "the match of inspectors: what it rests on was not written down"),
}

# What a stratum's smallest tickets are told by: passed over or not, ticket, object, class; in order.
Order = Any
Tell = Callable[..., None]


# Checking


def verify(source: Any) -> Outcome:
    """Re-run the sealed package at `source` (a path of a zip file or folder, or a file opened for reading bytes).

    Raises PackageError where it is no sealed package or cannot be read.
    """
    package = Package(source)
    draw = _read_draw(package)
    differences: list[Difference] = []
    cut = False

    def tell(file: str, row: Any, field: str, expected: Any, found: Any) -> None:
        nonlocal cut
        if len(differences) < MOST_DIFFERENCES:
            differences.append(difference(file, row, field, expected, found))
        else:
            cut = True

    _check_sums(package, tell)
    _check_seed(draw, tell)
    wanted = _wanted(draw)
    sizes, best, pool = _read_frame(package, draw, wanted, tell)
    _check_quotas(draw, sizes, pool, tell)
    drawn, replaced = _check_drawn(package, draw, wanted, best, tell)
    teams = _check_inspectors(package, draw, drawn, replaced, tell)
    terms: dict[str, Any] | None = None
    remarks: list[tuple[str, str]] = []
    unchecked = ["before", "pool", "rule"]
    try:
        terms = _read_terms(package, draw, tell)
        if terms is None:
            unchecked = ["before", "pool", "terms", "match"]
        else:
            _check_terms(draw, terms, tell, remarks)
            if not _rematch(draw, terms, drawn, teams, tell, remarks):
                unchecked.append("match")
    except (TypeError, KeyError, ValueError, AttributeError, RecursionError) as error:
        raise PackageError("format", "terms.json" if terms is None else "draw.json") from error
    return Outcome(draw, terms, pool, len(drawn), differences, cut, remarks, unchecked)


def difference(file: str, row: Any, field: str, expected: Any, found: Any) -> Difference:
    """A difference with its values as they are told."""
    return Difference(file, str(row), field, _shown(expected), _shown(found))


def rows_of(source: Any, name: str) -> set[str]:
    """The lines of a member under its heading; none where it is not there. Raises PackageError."""
    package = Package(source)
    return set(package.lines(name)) - {next(package.lines(name), "")} if name in package.names else set()


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    """Without what a terminal would obey: a package comes from somebody else."""
    return "".join(one if one.isprintable() or one == "\u3000" else "\ufffd" for one in text)


def _read_draw(package: Package) -> dict[str, Any]:
    try:
        draw = json.loads(decoded(package.whole("draw.json"), "draw.json"))
    except (ValueError, RecursionError) as error:
        raise PackageError("format", "draw.json") from error
    if not isinstance(draw, dict) or draw.get("format") != FORMAT:
        raise PackageError("public" if isinstance(draw, dict) and draw.get("format") == PUBLIC_FORMAT else "foreign")
    if draw.get("version") not in VERSIONS:
        raise PackageError("version", _shown(draw.get("version")))
    texts = ("seed", "seed_nonce", "frame_nonce", "seed_commitment", "frame_commitment", "method", "kind")
    right = all(isinstance(draw.get(name), str) for name in texts)
    right = right and all(isinstance(draw.get(name), bool) for name in ("stratified", "rotation"))
    right = right and all(_is_count(draw.get(name)) for name in ("ordinal", "frame_size"))
    right = right and isinstance(draw.get("task"), dict) and isinstance(draw.get("quotas"), dict)
    right = right and all(
        isinstance(part, dict) and _is_count(part.get("pool")) and _is_count(part.get("quota"))
        for part in draw["quotas"].values()
    )
    if not right or draw["method"] != METHOD or (not draw["stratified"] and list(draw["quotas"]) != ["*"]):
        raise PackageError("format", "draw.json")
    return draw


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_sums(package: Package, tell: Tell) -> None:
    listed: dict[str, str] = {}
    for number, line in enumerate(package.lines("SHA256SUMS"), start=1):
        digest, gap, name = line.partition("  ")
        if len(digest) != 64 or not gap or name in listed:
            tell("SHA256SUMS", number, "-", "<sha256>  <name>", line[:100])
            continue
        listed[name] = digest
    expected = [name for name in package.names if name != "SHA256SUMS"]
    for name in sorted(set(listed) | set(expected)):
        if name not in expected or name not in listed:
            tell("SHA256SUMS", name, "name", name if name in expected else None, name if name in listed else None)
            continue
        counted = hashlib.sha256()
        for piece in package.chunks(name):
            counted.update(piece)
        if counted.hexdigest() != listed[name]:
            tell(name, "", "sha256", listed[name], counted.hexdigest())


def _check_seed(draw: dict[str, Any], tell: Tell) -> None:
    seed = draw["seed"]
    if "," in seed or seed.splitlines() != [seed]:
        tell("draw.json", "", "seed", "text without comma and line break", seed)
    _compare(tell, "seed_commitment", ticket(draw["seed_nonce"], seed), draw["seed_commitment"])
    task = draw["task"]
    if isinstance(task.get("seq"), int) and task.get("key") is not None:
        key = task_key(str(task.get("doc_no") or ""), str(task.get("plan_kind") or ""), task["seq"])
        _compare(tell, "task.key", key, task["key"])
        _compare(tell, "seed", "<master>-" + key + "-" + str(draw["ordinal"]), _masked(seed), seed)
    replaced = draw.get("replaces")
    if not isinstance(replaced, dict):
        return
    if not str(draw.get("reason") or "").strip():
        tell("draw.json", "", "reason", "a reason for the re-draw", draw.get("reason"))
    if isinstance(replaced.get("seed"), str) and isinstance(replaced.get("seed_nonce"), str):
        opened = ticket(replaced["seed_nonce"], replaced["seed"])
        _compare(tell, "replaces.seed_commitment", opened, replaced.get("seed_commitment"))
        # The re-draw keeps the master seed of the first draw, so that nobody can try until the list pleases.
        _compare(tell, "replaces.seed", seed.rpartition("-")[0], replaced["seed"].rpartition("-")[0])


def _compare(tell: Tell, field: str, expected: Any, found: Any, shown: Any = None) -> None:
    if expected != found:
        tell("draw.json", "", field, expected, found if shown is None else shown)


def _masked(seed: str) -> str:
    """The seed with its master seed left out."""
    master, dash, rest = seed.partition("-")
    return "<master>-" + rest if master and dash else seed


def _wanted(draw: dict[str, Any]) -> dict[str, int]:
    return {name: part["quota"] for name, part in draw["quotas"].items()}


def _read_frame(
    package: Package, draw: dict[str, Any], wanted: dict[str, int], tell: Tell
) -> tuple[dict[str, int], dict[str, Order], int]:
    """Objects per stratum, and of each stratum as many of the smallest tickets as drawn.csv may need."""
    extra = max(sum(1 for _ in package.lines("drawn.csv")) - 1, 0)
    rotation, stratified, seed = draw["rotation"], draw["stratified"], draw["seed"]
    heading = "object_id,class,passed_over" if rotation else "object_id,class"
    commitment = hashlib.sha256((draw["frame_nonce"] + "\n").encode("utf-8"))
    sizes: dict[str, int] = {}
    best: dict[str, list[Any]] = {}
    lines = package.lines("frame.csv")
    found = next(lines, "")
    if found != heading:
        tell("frame.csv", 1, "heading", heading, found[:200])
    before, pool = "", 0
    for number, line in enumerate(lines, start=2):
        commitment.update((line + "\n").encode("utf-8"))
        over = False
        row = line
        if rotation:
            row, _, flag = line.rpartition(",")
            over = flag == "1"
            if flag not in ("0", "1"):
                tell("frame.csv", number, "passed_over", "0 / 1", flag[:100])
        object_id, comma, code = row.rpartition(",")
        if not comma or not object_id:
            tell("frame.csv", number, "object_id", heading, line[:200])
            continue
        if pool and not before < object_id:
            # Sorted, so that the same pool has one text only, and so that nobody stands in it twice.
            tell("frame.csv", number, "object_id", "> " + before, object_id)
        before, pool = object_id, pool + 1
        code = code or NONE
        stratum = code if stratified else "*"
        sizes[stratum] = sizes.get(stratum, 0) + 1
        most = max(wanted.get(stratum, 0), extra)
        if most:
            _keep(best.setdefault(stratum, []), most, (over, ticket(seed, object_id)), object_id, code)
    _compare(tell, "frame_commitment", commitment.hexdigest(), draw["frame_commitment"])
    ordered: dict[str, Order] = {
        stratum: sorted((kept.over, kept.ticket, kept.object_id, kept.code) for kept in heap)
        for stratum, heap in best.items()
    }
    return sizes, ordered, pool


class _Kept:
    """A candidate on a heap whose top is the candidate that comes last."""

    __slots__ = ("code", "object_id", "over", "ticket")

    def __init__(self, order: tuple[bool, str], object_id: str, code: str) -> None:
        self.over, self.ticket = order
        self.object_id = object_id
        self.code = code

    def __lt__(self, other: _Kept) -> bool:
        return (self.over, self.ticket) > (other.over, other.ticket)


def _keep(heap: list[_Kept], most: int, order: tuple[bool, str], object_id: str, code: str) -> None:
    if len(heap) < most:
        heapq.heappush(heap, _Kept(order, object_id, code))
    elif order < (heap[0].over, heap[0].ticket):
        heapq.heapreplace(heap, _Kept(order, object_id, code))


def _check_quotas(draw: dict[str, Any], sizes: dict[str, int], pool: int, tell: Tell) -> None:
    _compare(tell, "frame_size", pool, draw["frame_size"])
    for stratum, part in draw["quotas"].items():
        size = sizes.get(stratum, 0)
        _compare(tell, "quotas." + stratum + ".pool", size, part["pool"])
        if part["quota"] > size:
            tell("draw.json", "", "quotas." + stratum + ".quota", "<= " + str(size), part["quota"])


def _check_drawn(  # noqa: PLR0912 - one row, one look at each of its fields
    package: Package, draw: dict[str, Any], wanted: dict[str, int], best: dict[str, Order], tell: Tell
) -> tuple[dict[str, tuple[str, int]], set[str]]:
    """Compare every row of drawn.csv with what follows from seed, frame and quotas.

    Gives the objects with stratum and place, and those that a substitute stands in for.
    """
    drawn: dict[str, tuple[str, int]] = {}
    places: dict[str, dict[int, str]] = {}
    regular: dict[str, int] = {}
    replaced: set[str] = set()
    for number, (place, object_id, code, its_ticket, stands_in_for, reason) in _table(
        package, "drawn.csv", DRAWN_HEADING, tell
    ):
        stratum = (code or NONE) if draw["stratified"] else "*"
        at = int(place) if place.isascii() and place.isdigit() and len(place) < 12 else 0
        taken = places.setdefault(stratum, {})
        if object_id in drawn:
            tell("drawn.csv", number, "object_id", "once", object_id)
            continue
        drawn[object_id] = (stratum, at)
        if at < 1 or at in taken:
            tell("drawn.csv", object_id, "place", "a place of its own", place)
        taken[at] = object_id
        order = best.get(stratum, [])
        _, _, right_object, right_code = order[at - 1] if 1 <= at <= len(order) else (False, "", None, None)
        if object_id != right_object:
            tell("drawn.csv", number, "object_id", right_object, object_id)
        elif (code or NONE) != right_code:
            tell("drawn.csv", object_id, "class", "" if right_code == NONE else right_code, code)
        if its_ticket != ticket(draw["seed"], object_id):
            tell("drawn.csv", object_id, "ticket", ticket(draw["seed"], object_id), its_ticket)
        if not stands_in_for:
            regular[stratum] = regular.get(stratum, 0) + 1
            continue
        if stands_in_for in replaced:
            tell("drawn.csv", object_id, "substitute_for", "once", stands_in_for)
        replaced.add(stands_in_for)
        if not 0 < drawn.get(stands_in_for, ("", 0))[1] < at or drawn[stands_in_for][0] != stratum:
            tell("drawn.csv", object_id, "substitute_for", "drawn before it in its class", stands_in_for)
        if not reason.strip():
            tell("drawn.csv", object_id, "reason", "a reason for the substitute", reason)
    for stratum in sorted(set(wanted) | set(places)):
        if regular.get(stratum, 0) != wanted.get(stratum, 0):
            tell("drawn.csv", stratum, "quota", wanted.get(stratum, 0), regular.get(stratum, 0))
        taken = places.get(stratum, {})
        for at, one in enumerate(best.get(stratum, [])[: max(wanted.get(stratum, 0), len(taken))], start=1):
            if at not in taken:
                tell("drawn.csv", stratum, "place " + str(at), one[2], None)
    return drawn, replaced


def _check_inspectors(
    package: Package, draw: dict[str, Any], drawn: dict[str, Any], replaced: set[str], tell: Tell
) -> dict[str, list[str]]:
    """Inspectors per object, as the package lists them."""
    teams: dict[str, list[str]] = {}
    if "inspectors.csv" not in package.names:
        return teams
    for number, (object_id, certificate) in _table(package, "inspectors.csv", INSPECTORS_HEADING, tell):
        if object_id not in drawn:
            tell("inspectors.csv", number, "object_id", "in drawn.csv", object_id)
        if not certificate or certificate in teams.get(object_id, []):
            tell("inspectors.csv", number, "certificate_no", "another inspector", certificate)
        teams.setdefault(object_id, []).append(certificate)
    least: Any = draw.get("inspectors_per_object")
    if _is_count(least):
        for object_id in sorted(set(drawn) - replaced):
            if len(teams.get(object_id, [])) < least:
                tell("inspectors.csv", object_id, "certificate_no", ">= " + str(least), len(teams.get(object_id, [])))
    return teams


# What was settled before the draw


def _read_terms(package: Package, draw: dict[str, Any], tell: Tell) -> dict[str, Any] | None:
    committed = draw.get("terms_commitment")
    if ("terms.json" in package.names) != (committed is not None):
        tell("terms.json", "", "-", "terms.json" if committed else None, None if committed else "terms.json")
    if "terms.json" not in package.names or committed is None:
        return None
    text = package.whole("terms.json")
    _compare(tell, "terms_commitment", text_commitment(text, str(draw["terms_nonce"])), committed)
    terms = json.loads(decoded(text, "terms.json"))
    if terms["format"] != TERMS_FORMAT or not isinstance(terms["rule"], dict):
        raise ValueError(terms["format"])
    return dict(terms)


def _check_terms(draw: dict[str, Any], terms: dict[str, Any], tell: Tell, remarks: list[tuple[str, str]]) -> None:
    """What the package says beside what was settled. Numbers may have been raised since, step by step."""
    for name in (
        "bureau", "year", "synthetic", "task", "kind", "basis", "ordinal", "method", "stratified", "rotation",
        "frozen_at", "frame_size", "seed_commitment", "frame_commitment", "reason",
    ):  # fmt: skip
        _compare(tell, name, terms[name], draw.get(name))
    if (terms["replaces"] is None) != (draw.get("replaces") is None):
        _compare(tell, "replaces", terms["replaces"], draw.get("replaces"))
    for name, value in (terms["replaces"] or {}).items():
        _compare(tell, "replaces." + name, value, (draw["replaces"] or {}).get(name))
    wanted = {name: dict(part) for name, part in terms["quotas"].items()}
    for number, step in enumerate(draw.get("steps") or [], start=1):
        for name, quota in (step.get("quotas") or {}).items():
            before = wanted[name]["quota"]
            if number == 1 or quota < before or not str(step.get("reason") or "").strip():
                tell("draw.json", number, "steps.quotas." + name, before, quota)
            elif quota > before:
                remarks.append(("raised", name + ": " + str(before) + " -> " + str(quota)))
            wanted[name]["quota"] = quota
    _compare(tell, "quotas", wanted, draw["quotas"])


def _rematch(
    draw: dict[str, Any],
    terms: dict[str, Any],
    drawn: dict[str, Any],
    listed: dict[str, list[str]],
    tell: Tell,
    remarks: list[tuple[str, str]],
) -> bool:
    """Match the inspectors again, step by step; False where the steps do not say what it rests on."""
    steps = draw.get("steps") or []
    if not steps or any(step.get("per_object") is None for step in steps):
        return False
    settled = terms["inspectors"]
    later = {name for step in steps[1:] for name in step["objects"]}
    matched: dict[str, list[str]] = {}
    busy: dict[str, int] = {}
    for number, step in enumerate(steps, start=1):
        objects = [name for name in step["objects"] if name in drawn] if number > 1 else sorted(set(drawn) - later)
        teams = step.get("teams", settled["teams"])
        recusals = [(name, object_id) for name, object_id in step.get("recusals", settled["recusals"])]
        at = "#" + str(number) + " "
        for what in ("teams", "recusals"):
            remarks += [(what, at + _changed(settled[what], step[what]))] if what in step else []
        for name in ("per_object", "most_objects"):
            is_new = step[name] != settled[name] and (number == 1 or step[name] != steps[0][name])
            remarks += [("bound", at + name + ": " + str(step[name]))] if is_new else []
        if not step["per_object"]:
            continue
        try:
            pairs = match_teams(objects, teams, recusals, draw["seed"], step["per_object"], step["most_objects"], busy)
        except NoMatchError as error:
            tell("draw.json", number, "steps", "a match", error.code)
            return True
        for object_id, certificate in pairs:
            matched.setdefault(object_id, []).append(certificate)
            busy[certificate] = busy.get(certificate, 0) + 1
    for object_id in sorted(set(matched) | set(listed)):
        right, found = sorted(matched.get(object_id, [])), sorted(listed.get(object_id, []))
        if right != found:
            tell("inspectors.csv", object_id, "certificate_no", ", ".join(right), ", ".join(found))
    return True


def _changed(before: Any, after: Any) -> str:
    """What is gone and what has come, of teams or of pairs."""
    names = [_flat(before), _flat(after)]
    gone, come = sorted(names[0] - names[1]), sorted(names[1] - names[0])
    return " ".join(["-" + one for one in gone[:5]] + ["+" + one for one in come[:5]])


def _flat(told: Any) -> set[str]:
    if isinstance(told, dict):
        return {str(one) for team in told.values() for one in team}
    return {" / ".join(pair) for pair in told}


def _table(package: Package, name: str, heading: list[str], tell: Tell) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(package.lines(name), strict=True)
        for number, row in enumerate(reader, start=1):
            if number == 1:
                if row != heading:
                    tell(name, 1, "heading", ",".join(heading), ",".join(row)[:200])
            elif len(row) != len(heading):
                tell(name, number, "-", ",".join(heading), ",".join(row)[:200])
            else:
                yield number, row
    except csv.Error as error:
        raise PackageError("format", name) from error


# Telling


def report(source: Any, out: Any) -> int:
    """Verify and print the result in Chinese and English. Returns the exit code."""
    try:
        outcome = verify(source)
    except PackageError as error:
        zh, en = TROUBLES[error.code]
        detail = " (" + _plain(error.detail) + ")" if error.detail else ""
        print(str(source) + " " + zh + detail + "。 / " + str(source) + " " + en + detail + ".", file=out)
        return 2
    for one in outcome.differences:
        where = one.file + (" [" + one.row + "]" if one.row else "") + " " + one.field
        print(_plain(where + ": 应为 / expected " + one.expected + "; 实为 / found " + one.found), file=out)
    if outcome.cut:
        print("…… 仅列前 " + str(MOST_DIFFERENCES) + " 处 / only the first " + str(MOST_DIFFERENCES), file=out)
    task = outcome.draw["task"]
    name = _plain(str(task.get("name") or task.get("key") or "-"))
    trial = outcome.draw["kind"] != "official"
    print(name + " #" + str(outcome.draw["ordinal"]) + ("  试抽 / trial draw" if trial else ""), file=out)
    if outcome.differences:
        print("不一致 / differs: " + str(len(outcome.differences)), file=out)
        return 1
    print(
        "一致：" + str(outcome.pool) + " 个对象，抽取 " + str(outcome.drawn) + " 个，全部复算相同。 / "
        "Agrees: " + str(outcome.drawn) + " of " + str(outcome.pool) + " objects drawn, all as recomputed.",
        file=out,
    )
    for stratum, part in outcome.draw["quotas"].items():
        numbers = str(part["quota"]) + " / " + str(part["pool"])
        print("数量 / quota " + _plain(stratum) + ": " + numbers, file=out)
    if outcome.terms is not None:
        print("规则 / rule: " + _plain(_shown(outcome.terms["rule"])), file=out)
    for code, about in outcome.remarks:
        print("注意 / note: " + " / ".join(REMARKS[code]) + (" (" + _plain(about) + ")" if about else ""), file=out)
    for code in outcome.unchecked:
        print("未核对 / not checked: " + " / ".join(UNCHECKED[code]), file=out)
    names = ("terms_commitment", "seed_commitment", "frame_commitment")
    commitments = " ".join(str(outcome.draw[name]) for name in names if outcome.draw.get(name))
    print("承诺 / commitments: " + _plain(commitments), file=out)
    return 0


def main(arguments: list[str]) -> int:
    """`verify.py [PACKAGE]`; without a package, the folder in which verify.py lies."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if len(arguments) > 1 or arguments in (["-h"], ["--help"]):
        sys.stdout.write(str(__doc__))
        return 2
    return report(arguments[0] if arguments else Path(__file__).resolve().parent, sys.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
