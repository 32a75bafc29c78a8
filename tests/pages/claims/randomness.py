"""Were past draws random: what is said of each and of the year, by shuffling the directory anew in plain Python."""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from inspections.words.wording import FIRST, texts
from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, class_of, true
from tests.pages.claims.known import Claims

# Honest draws that are made anew beside each recorded one.
AGAIN = 300
# What counts as rare among so few of them, and as a leaning of a draw that is not rare by itself.
FEW, LEVEL = 0.06, 0.05
# Kinds of deviation there are at most, among which a year divides the level.
KINDS = 11
SIGNS: dict[str, str] = {words: sign for sign, words in texts(FIRST)["fairness"]["signs"].items()}
HABITS: dict[str, str] = {words: sign for sign, words in texts(FIRST)["fairness"]["habits"].items()}


@true("fairness.finding")
def _(one: Claims, said: Said) -> bool:
    return bool(said["draws"] == sum(draw["basis"] == "random" for draw in one.of.draws))


def at_random(one: Claims) -> list[dict[str, Any]]:
    """Random draws that stand."""
    return [draw for draw in one.of.draws if draw["basis"] == "random"]


def strata(one: Claims, draw: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Pool and drawn at first, by class, or of the whole pool where classes were ignored."""
    pool = list(one.of.frame(draw).values())
    drawn = [row["class"] for row in one.naive.drawn[draw["draw_id"]] if row["substitute_for"] is None]
    if not draw["stratified"]:
        return {"all": (len(pool), len(drawn))}
    return {code: (pool.count(code), drawn.count(code)) for code in set(pool)}


def again(one: Claims) -> list[int]:
    """Standing random draws that took the place of others: of each its task."""
    return [draw["task_id"] for draw in at_random(one) if draw["replaces_draw_id"] is not None]


@true("fairness.matrix_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(at_random(one)))


@true("fairness.counts.pass", "fairness.counts.unclear", "fairness.year.pass", "fairness.year.unclear")
def _(one: Claims, said: Said) -> bool:
    count = said["count"] if "count" in said else said["draws"]
    return 0 < count <= len(at_random(one))


@true("fairness.no_draws")
def _(one: Claims, _said: Said) -> bool:
    return not at_random(one)


@true("fairness.finding_redrawn", "fairness.redraws_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(set(again(one))))


def chain(one: Claims, draw: dict[str, Any]) -> int:
    """How many draws a draw has taken the place of, one after another."""
    replaces = {row["draw_id"]: row["replaces_draw_id"] for row in one.naive.tables["draw"]}
    count, earlier = 0, draw["replaces_draw_id"]
    while earlier is not None:
        count, earlier = count + 1, replaces[earlier]
    return count


@true("fairness.lines.redrawn", "fairness.cells.redrawn")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in {chain(one, draw) for draw in at_random(one)} - {0}


@true("fairness.lines.whole", "fairness.power.nothing")
def _(one: Claims, _said: Said) -> bool:
    """Some draw took everybody of every class."""
    return any(pool == drawn for draw in at_random(one) for pool, drawn in strata(one, draw).values())


@true("fairness.draw_name")
def _(one: Claims, said: Said) -> bool:
    return (said["task"], said["day"]) in {(draw["task"]["name"], draw["on"]) for draw in at_random(one)}


@true("fairness.places_label")
def _(one: Claims, said: Said) -> bool:
    pairs = {pair for draw in at_random(one) for pair in strata(one, draw).values()}
    return (said["size"], said["drawn"]) in pairs


@true("fairness.power.spared", "fairness.power.one")
def _(one: Claims, said: Said) -> bool:
    """The fewest suspects of whom none is drawn in five of a hundred honest draws or less, if in any."""
    size, drawn, spared = said["size"], said["drawn"], said.get("spared", 1)
    code = "all" if said["stratum"].startswith("全部对象") else class_of(said["stratum"])
    known = (size, drawn) in {strata(one, draw).get(code) for draw in at_random(one)}

    def none_of(suspects: int) -> Fraction:
        return Fraction(math.comb(size - suspects, drawn), math.comb(size, drawn))

    possible = none_of(spared) > 0
    return known and none_of(spared) <= Fraction(1, 20) < none_of(spared - 1) and possible


@true("fairness.power.spared_never")
def _(_one: Claims, said: Said) -> bool:
    """An honest draw misses all that it leaves over in more than five of a hundred cases, and never one more."""
    return math.comb(said["size"], said["drawn"]) < 20


@true("fairness.composition_label")
def _(one: Claims, said: Said) -> bool:
    """Objects of a group that were drawn, and how many of them honest draws take on average."""
    objects = {row["object_id"]: row for row in one.naive.tables["object"]}
    for draw in at_random(one):
        frame, sizes = one.of.frame(draw), strata(one, draw)
        first = {row["object_id"] for row in one.naive.drawn[draw["draw_id"]] if row["substitute_for"] is None}
        for attribute in ("region", "kind", "industry", "class"):
            groups: dict[str, list[str]] = {}
            for object_id, code in frame.items():
                pool, drawn = sizes[code if draw["stratified"] else "all"]
                if pool == drawn:  # no chance in it
                    continue
                groups.setdefault(code if attribute == "class" else objects[object_id][attribute], []).append(object_id)
            for members in groups.values():
                rates = [sizes[frame[each] if draw["stratified"] else "all"] for each in members]
                expected = sum(Fraction(drawn, pool) for pool, drawn in rates)
                if said["drawn"] == len(first & set(members)) and abs(said["expected"] - float(expected)) < 1e-9:
                    return True
    return False


# ---------------------------------------------------------------------------------------------------- what stands out


def members(one: Claims, draw: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The strata of a draw's pool in directory order: class codes, or all where classes were ignored."""
    positions = {
        row["object_id"]: row["position"] for row in one.naive.tables["frame"] if row["draw_id"] == draw["draw_id"]
    }
    found: dict[str, list[str]] = {}
    for object_id in sorted(positions, key=lambda each: (positions[each], each)):
        found.setdefault(one.of.frame(draw)[object_id] if draw["stratified"] else "all", []).append(object_id)
    return list(found.items())


def first_drawn(one: Claims, draw: dict[str, Any]) -> frozenset[str]:
    """Who was drawn at first."""
    rows = one.naive.drawn[draw["draw_id"]]
    return frozenset(row["object_id"] for row in rows if row["substitute_for"] is None)


def unevenness(pool: list[list[str]], drawn: frozenset[str]) -> float:
    """Squared deviations of the gaps between neighbours from their mean, a gap of size / number as the unit."""
    total = 0.0
    for objects in pool:
        places = [place for place, each in enumerate(objects) if each in drawn]
        gaps = [later - earlier for earlier, later in itertools.pairwise(places)]
        if 1 < len(gaps) < len(objects) - 1:
            mean, unit = sum(gaps) / len(gaps), (len(objects) + 1) / (len(places) + 1)
            total += sum((gap - mean) ** 2 for gap in gaps) / unit**2
    return total


def in_steps(pool: list[list[str]], drawn: frozenset[str]) -> bool:
    """Whether those drawn stand as far apart as every n-th does, in some stratum."""
    for objects in pool:
        places = [place for place, each in enumerate(objects) if each in drawn]
        if 2 < len(places) < len(objects) and places[-1] - places[0] >= (len(places) - 1) * (
            len(objects) // len(places)
        ):
            return True
    return False


def runs(pool: list[list[str]], drawn: frozenset[str]) -> float:
    """How often those drawn and those not drawn take turns."""
    marks = [[each in drawn for each in objects] for objects in pool]
    return float(sum(left != right for one in marks for left, right in itertools.pairwise(one)))


def oddness(groups: dict[str, str], expected: dict[str, float], drawn: frozenset[str]) -> float:
    """How far the drawn of each group are from what honest draws take on average."""
    counted = Counter(groups[each] for each in drawn)
    return sum((counted[group] - wanted) ** 2 / wanted for group, wanted in expected.items() if wanted)


def share_of(one: Claims, draw: dict[str, Any], sign: str) -> float:
    """The share of honest draws that lean as much to that side, by shuffling; 1 where there is nothing to look at."""
    known = one.naive.__dict__.setdefault("tails", {})
    key = draw["draw_id"], one.as_of, sign
    if key not in known:
        known[key] = _share_of(one, draw, sign)
    found: float = known[key]
    return found


def _share_of(one: Claims, draw: dict[str, Any], sign: str) -> float:
    dice, drawn = random.Random(draw["draw_id"]), first_drawn(one, draw)  # noqa: S311
    if sign in ("workload", "pair"):
        return met_again(one, draw) if sign == "pair" else burdened(one, draw, dice)
    pool = [objects for _, objects in members(one, draw)]
    if not pool:
        return 1.0
    measure = measure_of(one, draw, sign, pool)
    if measure is None:
        return 1.0
    seen, low = measure(drawn), sign in ("even", "stretch", "runs_few", "seldom")
    sizes = [(objects, len(drawn & set(objects))) for objects in pool]
    as_far = 0
    for _ in range(AGAIN):
        other = measure(frozenset(each for objects, size in sizes for each in dice.sample(objects, size)))
        as_far += other <= seen + 1e-9 if low else other >= seen - 1e-9
    return (as_far + 1) / (AGAIN + 1)


def measure_of(
    one: Claims, draw: dict[str, Any], sign: str, pool: list[list[str]]
) -> Callable[[frozenset[str]], float] | None:
    """What is looked at for a sign; None where the draw has nothing of it."""
    if sign in ("even", "stretch", "clumped"):
        told = {"even": True, "stretch": False}.get(sign)
        apart = in_steps(pool, first_drawn(one, draw))
        return functools.partial(unevenness, pool) if told in (None, apart) else None
    if sign in ("runs_few", "runs_many"):
        return functools.partial(runs, pool)
    if sign in ("often", "seldom"):
        task = draw["task"]
        scope = task["draw_scope_id"] or task["scope_id"]
        earlier = [
            first_drawn(one, other)
            for other in at_random(one)
            if (other["task"]["draw_scope_id"] or other["task"]["scope_id"]) == scope is not None
            and (other["drawn_at"], other["draw_id"]) < (draw["drawn_at"], draw["draw_id"])
        ]
        before = frozenset().union(*earlier)
        return (lambda drawn: float(len(drawn & before))) if earlier else None
    objects = {row["object_id"]: row for row in one.naive.tables["object"]}
    frame, sizes = one.of.frame(draw), strata(one, draw)
    groups = {each: (code if sign == "class" else str(objects[each][sign])) for each, code in frame.items()}
    expected: dict[str, float] = {}
    for each, group in groups.items():
        size, drawn = sizes[frame[each] if draw["stratified"] else "all"]
        expected[group] = expected.get(group, 0.0) + drawn / size
    return functools.partial(oddness, groups, expected)


def matched(one: Claims) -> dict[int, list[tuple[str, int]]]:
    """Object and inspector of every match, by draw."""
    found: dict[int, list[tuple[str, int]]] = {}
    for row in one.naive.table("draw_inspector"):
        found.setdefault(row["draw_id"], []).append((row["object_id"], row["inspector_id"]))
    return found


def burdened(one: Claims, draw: dict[str, Any], dice: random.Random) -> float:
    """The share of honest matches, everybody of the draw as likely, in which the loads differ as much."""
    pairs = matched(one).get(draw["draw_id"], [])
    people, places = sorted({who for _, who in pairs}), Counter(each for each, _ in pairs)
    if len(people) < 2:
        return 1.0

    def spread(loads: Counter[int]) -> int:
        return sum(loads[who] ** 2 for who in people)

    seen, as_far = spread(Counter(who for _, who in pairs)), 0
    for _ in range(AGAIN):
        as_far += spread(Counter(who for size in places.values() for who in dice.sample(people, size))) >= seen
    return (as_far + 1) / (AGAIN + 1)


def met_again(one: Claims, draw: dict[str, Any]) -> float:
    """Whether somebody of the draw was sent to an object that they had been sent to in another random draw."""
    plans = {row["plan_id"] for row in one.naive.tables["plan"] if row["bureau_id"] == one.bureau_id}
    tasks = {row["task_id"] for row in one.naive.tables["task"] if row["plan_id"] in plans}
    drawn = {row["draw_id"] for row in one.naive.tables["draw"] if row["task_id"] in tasks and row["basis"] == "random"}
    times = Counter(pair for draw_id, pairs in matched(one).items() if draw_id in drawn for pair in pairs)
    return 0.0 if any(times[pair] > 1 for pair in matched(one).get(draw["draw_id"], [])) else 1.0


def forbidden(one: Claims, draw: dict[str, Any]) -> int:
    """Matches of a draw that a recusal forbids."""
    barred = {(row["object_id"], row["inspector_id"]) for row in one.naive.table("recusal")}
    return sum(pair in barred for pair in matched(one).get(draw["draw_id"], []))


def stands_out(one: Claims, draw: dict[str, Any], text: str) -> bool:
    """Whether all signs that a text names are rare among draws made anew, and there is one, or a match is forbidden."""
    signs = [sign for words, sign in SIGNS.items() if words in text]
    wrong = forbidden(one, draw)
    told = f"有 {wrong} 次匹配违反回避要求" in text
    return told == bool(wrong) and bool(signs or wrong) and all(share_of(one, draw, sign) <= FEW for sign in signs)


@true("fairness.finding_check", "fairness.finding_check_same")
def _(one: Claims, said: Said) -> bool:
    """The draw that is named shows what is said of it; as many others have its list."""
    for draw in at_random(one):
        if said["name"] == f"“{draw['task']['name']}”（{draw['on']}）" and stands_out(one, draw, said["reasons"]):
            others = [other for other in at_random(one) if same_list(one, draw, other)]
            return bool(said.get("count", 0) == len(others))
    return False


def same_list(one: Claims, draw: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two draws that left something to chance took the same places of pools of one make."""
    pools = [[objects for _, objects in members(one, each)] for each in (draw, other)]
    lists = [first_drawn(one, each) for each in (draw, other)]
    marks = [
        [[each in drawn for each in objects] for objects in pool] for pool, drawn in zip(pools, lists, strict=True)
    ]
    return draw["draw_id"] != other["draw_id"] and marks[0] == marks[1] and any(len(set(one)) > 1 for one in marks[0])


@true("fairness.lines.check")
def _(one: Claims, said: Said) -> bool:
    return any(stands_out(one, draw, said["reasons"]) for draw in at_random(one))


@true("fairness.reason")
def _(one: Claims, said: Said) -> bool:
    return any(share_of(one, draw, SIGNS[said["what"]]) <= FEW for draw in at_random(one))


@true("fairness.lines.check_short")
def _(one: Claims, said: Said) -> bool:
    """Some draw shows a sign of every test that is named."""
    signs = {
        "间隔": ("even", "stretch", "clumped"), "连续": ("runs_few", "runs_many"), "重复": ("often", "seldom"),
        "构成": ("region", "kind", "industry", "class"), "检查人员": ("workload", "pair"),
    }  # fmt: skip
    return any(
        all(
            any(share_of(one, draw, sign) <= FEW for sign in signs[test])
            or (test == "检查人员" and forbidden(one, draw) > 0)
            for test in said["tests"].split("、")
        )
        for draw in at_random(one)
    )


@true("fairness.counts.check")
def _(one: Claims, said: Said) -> bool:
    """No more than show something rare, or a match that is forbidden."""
    odd = sum(
        forbidden(one, draw) > 0
        or any(share_of(one, draw, sign) <= FEW for sign in SIGNS.values() if sign != "forbidden")
        for draw in at_random(one)
    )
    return bool(0 < said["count"] <= odd)


@true("fairness.counts.no_pool")
def _(one: Claims, said: Said) -> bool:
    unknown = [draw for draw in at_random(one) if not one.of.frame(draw) or draw["method"] == "platform_pool_rebuilt"]
    return bool(said["count"] == len(unknown) > 0)


@true("fairness.lines.same")
def _(one: Claims, _said: Said) -> bool:
    draws = at_random(one)
    return any(same_list(one, draw, other) for draw in draws for other in draws)


@true("fairness.signs.forbidden", "fairness.cells.forbidden", "fairness.forbidden_title")
def _(one: Claims, said: Said) -> bool:
    return said["count"] in {forbidden(one, draw) for draw in at_random(one)} - {0}


@true("fairness.chance", "fairness.year.chance")
def _(_one: Claims, said: Said) -> bool:
    """What is told as a share is no rarer than one in a hundred, and rarer than one in twenty."""
    return bool(0.01 <= said["share"] <= 0.05)


@true("fairness.chance_rare", "fairness.year.chance_rare")
def _(_one: Claims, said: Said) -> bool:
    return 100 <= said["times"] <= 1_000_000 and said["times"] % 10 == 0


@true("fairness.tests_done")
def _(one: Claims, said: Said) -> bool:
    """At most five a draw that left something to chance, and none of a draw that did not."""
    open_ = [draw for draw in at_random(one) if any(0 < drawn < size for size, drawn in strata(one, draw).values())]
    return bool(0 <= said["count"] <= 5 * len(open_))


def habit(one: Claims, sign: str, draws: int) -> bool:
    """Whether so many draws lean to one side together (Fisher), a list counted once."""
    shares = []
    for draw in at_random(one):
        earlier = [other for other in at_random(one) if other["draw_id"] < draw["draw_id"]]
        if not any(same_list(one, draw, other) for other in earlier):
            signs = ("even", "stretch") if sign == "even" else (sign,)
            shares.append(max(min(share_of(one, draw, each) for each in signs), LEVEL))
    # Of so many honest shares the sum is chi-square, on average 2 a share.
    return draws <= len(shares) and -2 * sum(map(math.log, shares)) > 2 * len(shares)


JUDGES.update(
    {f"fairness.habits.{sign}": lambda one, _said, sign=sign: habit(one, sign, 2) for sign in HABITS.values()}
)


@true("fairness.year.reason")
def _(one: Claims, said: Said) -> bool:
    return habit(one, HABITS[said["what"]], said["draws"])


@true("fairness.year.check")
def _(one: Claims, said: Said) -> bool:
    told = [sign for words, sign in HABITS.items() if words in said["habits"]]
    return bool(told) and all(habit(one, sign, 2) for sign in told)


def spaced(one: Claims) -> list[dict[str, Any]]:
    """Draws that could show that every n-th was taken: two of a stratum at least, and not all."""
    return [draw for draw in at_random(one) if any(2 <= drawn < size for size, drawn in strata(one, draw).values())]


@true("fairness.power.skip_sometimes", "fairness.year.power_sometimes")
def _(one: Claims, said: Said) -> bool:
    return 0.01 <= said["share"] < 0.99 and bool(spaced(one))


@true("fairness.year.power_always")
def _(one: Claims, _said: Said) -> bool:
    """Honest draws are hardly ever as even as every n-th, over the draws of the year together."""
    return together(one) * 2 <= LEVEL


@true("fairness.year.power_never")
def _(one: Claims, _said: Said) -> bool:
    return together(one) * KINDS > LEVEL


def together(one: Claims) -> float:
    """How rare it is that honest draws, each list once, are all as even as every n-th; no draw is rarer than LEVEL."""
    draws = spaced(one)
    once = [
        draw
        for draw in draws
        if not any(same_list(one, draw, other) for other in draws if other["draw_id"] < draw["draw_id"])
    ]
    shares = [max(as_even(one, draw), LEVEL) for draw in once]
    half = -sum(map(math.log, shares))
    # The tail of chi-square with an even number of degrees of freedom (Fisher's combination).
    return math.exp(-half) * sum(half**step / math.factorial(step) for step in range(len(shares))) if shares else 1.0


def as_even(one: Claims, draw: dict[str, Any]) -> float:
    """The share of honest draws that are as even as one of every n-th."""
    pool, sizes = [objects for _, objects in members(one, draw)], strata(one, draw)
    nth = frozenset(
        objects[place * len(objects) // drawn]
        for code, objects in members(one, draw)
        for drawn in (sizes[code][1],)
        for place in range(drawn)
    )
    dice, seen = random.Random(draw["draw_id"]), unevenness(pool, nth)  # noqa: S311
    made = [
        unevenness(
            pool,
            frozenset(each for code, objects in members(one, draw) for each in dice.sample(objects, sizes[code][1])),
        )
        for _ in range(AGAIN // 3)
    ]
    return (1 + sum(other <= seen + 1e-9 for other in made)) / (1 + len(made))


@true("fairness.power.skip_always")
def _(one: Claims, _said: Said) -> bool:
    return any(as_even(one, draw) <= LEVEL for draw in spaced(one))


@true("fairness.power.skip_never")
def _(one: Claims, _said: Said) -> bool:
    """Some draw that left something to chance has too few gaps, or honest ones are often as even."""
    open_ = [draw for draw in at_random(one) if any(0 < drawn < size for size, drawn in strata(one, draw).values())]
    return any(draw not in spaced(one) or as_even(one, draw) > 0.001 for draw in open_)


@true("fairness.lines.pass")
def _(one: Claims, _said: Said) -> bool:
    """Some draw shows nothing that hardly one of some hundred honest ones does, and no match that is forbidden."""
    signs = [sign for sign in SIGNS.values() if sign != "forbidden"]
    return any(
        one.of.frame(draw)
        and not forbidden(one, draw)
        and all(share_of(one, draw, sign) > 1 / AGAIN or sign == "pair" for sign in signs)
        for draw in at_random(one)
    )


@true("fairness.lines.unclear", "fairness.lines.unclear_never")
def _(one: Claims, _said: Said) -> bool:
    """Some draw left something to chance, and little of it."""
    few = [min(drawn, size - drawn) for draw in at_random(one) for size, drawn in strata(one, draw).values()]
    return any(0 < left < 10 for left in few)


@true("fairness.lines.by_class")
def _(one: Claims, said: Said) -> bool:
    """A class of a draw by class, some of it drawn and some left."""
    pairs = {pair for draw in at_random(one) if draw["stratified"] for pair in strata(one, draw).values()}
    return (said["size"], said["drawn"]) in pairs and 0 < said["drawn"] < said["size"]


@true("fairness.redrawn")
def _(one: Claims, said: Said) -> bool:
    """A draw that took the place of others: how many of the first are not on its list, and why."""
    rows = {row["draw_id"]: row for row in one.naive.tables["draw"]}

    def first_drawn(draw_id: int) -> set[str]:
        return {row["object_id"] for row in one.naive.drawn[draw_id] if row["substitute_for"] is None}

    for draw in at_random(one):
        first = draw["draw_id"]
        while rows[first]["replaces_draw_id"] is not None:
            first = rows[first]["replaces_draw_id"]
        gone = len(first_drawn(first) - first_drawn(draw["draw_id"]))
        told = (draw["task"]["name"], draw["on"], chain(one, draw), gone)
        if (said["task"], said["day"], said["redraws"], said["gone"]) == told and said["redraws"]:
            return bool(said["reason"] == draw["reason"])
    return False


@true("fairness.lines.no_pool")
def _(one: Claims, _said: Said) -> bool:
    return any(not one.of.frame(draw) or draw["method"] == "platform_pool_rebuilt" for draw in at_random(one))
