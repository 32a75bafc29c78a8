"""Bureaus beside one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import true
from tests.pages.claims.known import CODES, Claims


@true("bureaus.finding")
def _(one: Claims, said: Said) -> bool:
    return not one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.bureaus)


@true("bureaus.finding_score")
def _(one: Claims, said: Said) -> bool:
    best, last = max(one.named.values()), min(one.named.values())
    ends = ends_named(one.named, best, said["names"]) and ends_named(one.named, last, said["last"])
    told = (said["best"], said["lowest"]) == (f"{best:.2f}", f"{last:.2f}")
    right = ends and told and abs(said["apart"] - float(best - last)) < 1e-6
    return right and behind_told(said, one.rankings["score"], float(last), 2)


def ends_named(values: Mapping[str, object], end: object, text: str) -> bool:
    """Whether all with a value are named, the first two of them and how many more."""
    names = [name for name, value in values.items() if value == end]
    told = text.partition("，另有")
    more = f"，另有{told[2]}" == f"，另有 {len(names) - 2} 个" if len(names) > 2 else not told[1]
    return more and set(told[0].split("、")) <= set(names) and len(told[0].split("、")) == min(len(names), 2)


def behind_told(said: Said, values: Mapping[str, float], last: float, places: int) -> bool:
    """Whether it is told how far the last is below the median of three or more, as written, and only there."""
    shown = round((quartiles(values.values())[1] - last) * (1 if places == 2 else 100), places)
    words = f"，比中位数低 {shown:.{places}f} " if shown > 0 and len(values) > 2 else ""
    return bool(said["behind"].startswith(words)) and bool(said["behind"]) == bool(words)


@true("bureaus.behind_score", "bureaus.behind_rate")
def _(one: Claims, said: Said) -> bool:
    """Of what some ranking has it: the median less the last of those named."""
    found = []
    for code, values in one.rankings.items():
        scale = 1 if code == "score" else 100
        found += [
            round(scale * (quartiles(values.values())[1] - last), 2 if scale == 1 else 1) for last in values.values()
        ]
    return said["behind"] > 0 and any(abs(said["behind"] - behind) < 1e-6 for behind in found)


@true("bureaus.finding_equal_firm")
def _(one: Claims, said: Said) -> bool:
    """So many have enough records and one value; not all the others have it."""
    code = "score" if said["by"] == "综合得分" else CODES[said["by"]]
    values = one.rankings[code]
    of = "completion" if code == "score" else code
    firm = [words(code, value) for name, value in values.items() if one.bureaus[name].counts[None][of][1] >= 20]
    every = {words(code, value) for value in values.values()}
    return said["count"] == len(firm) > 1 and set(firm) == {said["value"]} and len(every) > 1


@true("bureaus.finding_equal")
def _(one: Claims, said: Said) -> bool:
    code = "score" if said["by"] == "综合得分" else CODES[said["by"]]
    return {words(code, value) for value in one.rankings[code].values()} == {said["value"]}


@true("bureaus.finding_left", "bureaus.finding_left_half")
def _(one: Claims, said: Said) -> bool:
    counted = said["total"] == sum(one.left.values()) and said["most"] == one.left[said["bureau"]]
    return counted and said["most"] == max(one.left.values()) and len(one.left) > 1


@true("bureaus.finding_left_all", "bureaus.all_of")
def _(one: Claims, said: Said) -> bool:
    return list(one.left) == [said["bureau"]]


@true("bureaus.most_of")
def _(one: Claims, said: Said) -> bool:
    most = one.left[said["bureau"]]
    return len(one.left) > 1 and said["most"] == most and 2 * most >= sum(one.left.values())


@true("bureaus.half_of")
def _(one: Claims, said: Said) -> bool:
    largest = sorted(one.left.values(), reverse=True)
    half = sum(largest) / 2
    return said["count"] > 1 and sum(largest[: said["count"]]) >= half > sum(largest[: said["count"] - 1])


@true("bureaus.none_outstanding")
def _(one: Claims, _said: Said) -> bool:
    return not one.left and any(other.totals["due"] for other in one.bureaus.values())


@true("bureaus.none_due")
def _(one: Claims, _said: Said) -> bool:
    return not any(other.totals["due"] for other in one.bureaus.values())


@true("bureaus.alone")
def _(one: Claims, _said: Said) -> bool:
    return len(one.bureaus) == 1


@true("bureaus.nothing_due")
def _(one: Claims, _said: Said) -> bool:
    return sum(other.scores[None] is not None for other in one.bureaus.values()) < 2


def few(one: Claims, code: str, small: int = 20) -> set[str]:
    """Bureaus with fewer records than that of what they are ranked by; by the score, due visits."""
    counted = "completion" if code == "score" else code
    return {name for name in one.rankings[code] if one.bureaus[name].counts[None][counted][1] < small}


@true("bureaus.small_note")
def _(one: Claims, said: Said) -> bool:
    """Some have few records, and two or more have enough of them to be named instead."""
    return any(
        len(few(one, code, said["small"])) == said["count"] > 0 and len(values) - said["count"] > 1
        for code, values in one.rankings.items()
    )


@true("bureaus.small_note_few")
def _(one: Claims, said: Said) -> bool:
    return any(
        len(few(one, code, said["small"])) == said["count"] > 0 and len(values) - said["count"] < 2
        for code, values in one.rankings.items()
    )


@true("bureaus.named_small")
def _(one: Claims, said: Said) -> bool:
    names = set(said["names"].partition("，另有")[0].split("、"))
    return any(names <= few(one, code) and len(values) - len(few(one, code)) < 2
               for code, values in one.rankings.items())  # fmt: skip


@true("bureaus.sizes_differ")
def _(one: Claims, said: Said) -> bool:
    found = [sorted(one.bureaus[name].totals["due"] for name in values) for values in one.rankings.values()]
    apart = said["most"] > said["several"] * said["least"] and said["several"] == 10
    return apart and any((due[0], due[-1]) == (said["least"], said["most"]) for due in found)


@true("bureaus.standings_band")
def _(one: Claims, _said: Said) -> bool:
    return any(len(values) >= 5 for values in one.rankings.values())


@true("bureaus.standings_median")
def _(one: Claims, _said: Said) -> bool:
    return any(2 < len(values) < 5 for values in one.rankings.values())


@true("bureaus.chosen_framed")
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said) and any(len(values) <= 30 for values in one.rankings.values())


@true("bureaus.chosen_dot")
def _(one: Claims, said: Said) -> bool:
    """The walk's page has room for two rows."""
    return one.is_meant(said) and any(len(values) > 2 for values in one.rankings.values())


def words(code: str, value: float) -> str:
    """A value as it is written."""
    return f"{value:.2f}" if code == "score" else mean(value) if code == "days_to_publish" else f"{value:.1%}"


def mean(value: float) -> str:
    """Working days as they are written."""
    return f"{value:.1f} 个工作日"


def quartiles(values: Iterable[float]) -> list[float]:
    """The lower quartile, the median and the upper one, between the two next values."""
    ordered = sorted(values)
    found = []
    for quarter in (1, 2, 3):
        place, part = divmod(quarter * (len(ordered) - 1), 4)
        above = ordered[min(place + 1, len(ordered) - 1)]
        found.append(ordered[place] + (above - ordered[place]) * part / 4)
    return found


def place_of(bureau: str, code: str, values: dict[str, float]) -> int:
    """One more than there are better ones."""
    sign = -1 if code == "days_to_publish" else 1
    return 1 + sum(sign * value > sign * values[bureau] + 1e-12 for value in values.values())


@true("bureaus.own_label")
def _(one: Claims, said: Said) -> bool:
    """The bureau's value of an indicator, its place and among how many."""
    return any(
        one.bureau in values
        and said["value"]
        == (f"{values[one.bureau]:.1f}" if code == "days_to_publish" else words(code, values[one.bureau]))
        and (said["rank"], said["ranked"]) == (place_of(one.bureau, code, values), len(values))
        for code, values in one.rankings.items()
    )


@true("bureaus.rank_name", "bureaus.name_mark")
def _(one: Claims, said: Said) -> bool:
    return any(
        said["name"] in values and said["rank"] == place_of(said["name"], code, values)
        for code, values in one.rankings.items()
    )


@true("bureaus.score_label")
def _(one: Claims, said: Said) -> bool:
    reached = [other.scores[None] for other in one.bureaus.values()]
    return any(
        said["value"] == f"{value:.2f}" and said["grade"] == ("待评定" if one.running else one.scheme.band(value))
        for value in reached
        if value is not None
    )


@true("bureaus.rate_label")
def _(one: Claims, said: Said) -> bool:
    pair = (said["numerator"], said["denominator"])
    return any(
        other.counts[None][code] == pair and said["value"] == words(code, pair[0] / pair[1])
        for other in one.bureaus.values()
        for code in other.counts[None]
    )


@true("bureaus.median_mark")
def _(one: Claims, said: Said) -> bool:
    return any(said["value"] == words(code, quartiles(values.values())[1]) for code, values in one.rankings.items())


@true("bureaus.middle_half")
def _(one: Claims, said: Said) -> bool:
    for code, values in one.rankings.items():
        lower, _, upper = (words(code, value) for value in quartiles(values.values()))
        if (said["lower"], said["upper"]) == (lower, upper):
            return True
    return False


@true("bureaus.standings_title")
def _(one: Claims, said: Said) -> bool:
    code = "score" if said["by"] == "综合得分" else CODES[said["by"]]
    return bool(said["count"] == len(one.rankings[code]))


@true("bureaus.table_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.bureaus))


@true("bureaus.profile_title", "bureaus.profile_alt")
def _(one: Claims, said: Said) -> bool:
    return one.is_meant(said)


@true("bureaus.open")
def _(one: Claims, said: Said) -> bool:
    return said["bureau"] in one.bureaus


@true("bureaus.own_rules")
def _(one: Claims, said: Said) -> bool:
    """Some bureaus have a rule on days to publication and others have another or none."""
    rules = [other.days for other in one.bureaus.values()]
    return len(set(rules)) > 1 and said["count"] == sum(days is not None for days in rules)


@true("bureaus.finding_rate", "bureaus.finding_mean", "bureaus.finding_mean_two")
def _(one: Claims, said: Said) -> bool:
    """The best and the last of those named, how far apart they are, and the last from the median of all."""
    code = CODES[said["by"]]
    values = one.rankings[code]
    if ("behind" in said) != (len(values) > 2):
        return False
    sizes = {name: one.bureaus[name].counts[None][code][1] for name in values}
    firm = {name: value for name, value in values.items() if sizes[name] >= 20}
    named = firm if len(firm) > 1 else values
    sign = -1 if code == "days_to_publish" else 1
    best, last = (end(named.values(), key=lambda value: sign * value) for end in (max, min))
    right = ends_named(named, best, said["names"]) and ends_named(named, last, said["last"])
    if sign > 0:
        right = right and abs(said["apart"] - 100 * (best - last)) < 1e-6 and behind_told(said, values, last, 1)
    return right and said["best"] == words(code, best)


@true("bureaus.too_few")
def _(one: Claims, said: Said) -> bool:
    """So many bureaus have the word of the filter in their name."""
    counted = sum(one.chosen["among"] in name for name in one.bureaus)
    return (said["count"], said["all"]) == (counted, len(one.bureaus))
