"""Who judges which sentence, and what many judges compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.pages.claims.hearing import Said
from tests.pages.claims.known import Claims

Judge = Callable[[Claims, Said], bool]
JUDGES: dict[str, Judge] = {}


def true(*keys: str) -> Callable[[Judge], Judge]:
    """Marks a judge of these keys."""

    def mark(judge: Judge) -> Judge:
        JUDGES.update(dict.fromkeys(keys, judge))
        return judge

    return mark


def near(said: float | None, numerator: float, denominator: float) -> bool:
    """Whether a share is that of two counts: none of nothing."""
    if not denominator:
        return said is None
    return said is not None and abs(said - numerator / denominator) < 1e-9


def class_of(name: str) -> str:
    """The code in a class's name: its letter."""
    return name[0] if name[0] in "ABCDE" and name[1:2] == " " else "none"


def classes_of(names: str) -> set[str]:
    """The codes in a list of classes' names."""
    return {class_of(name) for name in names.split("、")}


def same(*names: str, of: str = "totals", **renamed: str) -> Judge:
    """Parameters that are counts of the same name, or of another."""
    wanted = {name: name for name in names} | renamed
    return lambda one, said: all(said[name] == getattr(one, of)[source] for name, source in wanted.items())


def details(**rates: tuple[str, str]) -> dict[str, Judge]:
    """Numerators and denominators of key figures."""

    def judge(numerator: str, denominator: str) -> Judge:
        return same(numerator=numerator, denominator=denominator)

    return {key: judge(*pair) for key, pair in rates.items()}


def part_of(one: Claims, said: Said, names: tuple[str, ...], whole: str) -> bool:
    """A count of the year's totals and its share of another."""
    return any(
        said["count"] == one.totals[name] and near(said["share"], one.totals[name], one.totals[whole]) for name in names
    )


def listed(said: Said, *groups: Iterable[str]) -> bool:
    """Whether the names said, and how many more there are said to be, are all of one of these groups."""
    for group in map(list, groups):
        rest, told = said["names"], 0
        for name in sorted(set(group), key=len, reverse=True):
            times = rest.count(name)
            told, rest = told + min(times, group.count(name)), rest.replace(name, "")
        if not rest.strip("、") and told + said["more"] == len(group) and told == said["names"].count("、") + 1:
            return True
    return False


VISITS = ("due", "inspected", "entered", "published", "published_in_time")
PROBLEMS = ("problems", "handled", "closed")
