"""Who was drawn and who was not: pools and classes, doors, gradients."""

from __future__ import annotations

from fractions import Fraction

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import class_of, classes_of, near, true
from tests.pages.claims.known import Claims


@true("coverage.finding")
def _(one: Claims, said: Said) -> bool:
    return (said["pool"], said["drawn"]) == (one.pool, one.drawn) and near(said["share"], one.drawn, one.pool)


@true("coverage.finding_everyone", "deck.titles.coverage_all")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.classes) and not any(one.missed.values())


@true("coverage.finding_whole")
def _(one: Claims, said: Said) -> bool:
    return classes_of(said["classes"]) == {code for code, missed in one.missed.items() if not missed}


@true("coverage.finding_missed")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.missed[class_of(said["name"])] == max(one.missed.values()) > 0)


@true("coverage.finding_waiting")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.waiting > 0)


@true("report.no_classes", "coverage.no_draws", "statements.no_visits", "completion.nothing_due", "deck.nothing_drawn")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["due"] == 0


@true("coverage.frequency_note")
def _(one: Claims, said: Said) -> bool:
    draws, doors = (sum(row[place] for row in one.classes.values()) for place in (3, 4))
    return (said["drawn"], said["draws"], said["doors"]) == (one.drawn, draws, doors)


@true("coverage.never_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(one.missed.values()))


@true("coverage.burden_title")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.of.heavy_burden(said["cap"])))


@true("coverage.frequency_above")
def _(one: Claims, said: Said) -> bool:
    return said["cap"] == one.rule("yearly_cap")


@true("completion.units_idle")
def _(one: Claims, _said: Said) -> bool:
    return len(one.of.idle_units()) > 0


@true("coverage.burden_note")
def _(one: Claims, _said: Said) -> bool:
    return one.rule("yearly_cap") is None


@true("deck.risks.over_cap")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(row[4] for row in one.of.heavy_burden(int(one.rule("yearly_cap") or 0))))


@true("coverage.no_class_quotas")
def _(one: Claims, _said: Said) -> bool:
    return not any(draw["stratified"] for draw in one.of.chosen(only_random=False, scope_id=one.scope_id))


@true("coverage.no_unstratified")
def _(one: Claims, _said: Said) -> bool:
    return all(draw["stratified"] or draw["basis"] == "full" for draw in one.of.draws)


@true("coverage.gradient_note", "deck.remarks.gradient")
def _(one: Claims, said: Said) -> bool:
    """A class below a lower one by more than one object: even one object more of it would leave it below."""
    broken = 0
    for draw in one.of.draws:
        if not draw["stratified"] or draw["basis"] != "random":
            continue
        pools, drawn = list(one.of.frame(draw).values()), [row["class"] for row in one.of.locked(draw)]
        rates = [(pools.count(code), drawn.count(code)) for code in "ABCDE" if code in pools]
        broken += sum(
            any(Fraction(more + 1, size) < Fraction(less, of) and Fraction(more, size) < Fraction(max(less - 1, 0), of)
                for of, less in rates[:place])
            for place, (size, more) in enumerate(rates)
        )  # fmt: skip
    return bool(said["broken"] == broken)


@true("deck.titles.coverage_whole", "deck.titles.coverage_none_whole")
def _(one: Claims, said: Said) -> bool:
    whole = {code for code, missed in one.missed.items() if not missed}
    most = said["count"] == one.missed[class_of(said["missed"])] == max(one.missed.values()) > 0
    return bool(most) and (classes_of(said["whole"]) == whole if said["whole"] else not whole)


@true("deck.figures.reach")
def _(one: Claims, said: Said) -> bool:
    return (said["numerator"], said["denominator"]) == (one.drawn, one.pool)


@true("statements.coverage_part")
def _(one: Claims, said: Said) -> bool:
    return (said["pool"], said["drawn"]) == one.classes[class_of(said["name"])][:2]


@true("coverage.reach_some", "coverage.reach_all")
def _(one: Claims, said: Said) -> bool:
    drawn = said.get("drawn", said["pool"])
    return (said["pool"], drawn, said["visited"]) in {row[:3] for row in one.classes.values()}


@true("coverage.group_label")
def _(one: Claims, said: Said) -> bool:
    """Objects of a township, or of an industry, in the pools drawn from and of them drawn."""
    found = []
    for place in (0, 1):
        sums: dict[str, tuple[int, int]] = {}
        for row in one.of.coverage_by_group(only_random=False, scope_id=one.scope_id):
            pool, drawn = sums.get(row[place], (0, 0))
            sums[row[place]] = (pool + row[2], drawn + row[3])
        found += list(sums.values())
    return (said["pool"], said["drawn"]) in found and near(said["share"], said["drawn"], said["pool"])


@true("coverage.finding_pool")
def _(one: Claims, said: Said) -> bool:
    counted = (said["pool"], said["drawn"]) == (one.pool, one.drawn) and near(said["share"], one.drawn, one.pool)
    return counted and said["scope"] == one.chosen["pool"]


@true("coverage.doors_short")
def _(one: Claims, said: Said) -> bool:
    doors = [row[1] for row in one.of.visit_frequency(only_random=False, scope_id=one.scope_id)]
    return 0 <= said["doors"] <= max(doors)


@true("coverage.band_alt", "coverage.band_note")
def _(one: Claims, said: Said) -> bool:
    """The task has a random draw without class quotas."""
    plain = [draw for draw in one.of.draws if draw["basis"] == "random" and not draw["stratified"]]
    return any(draw["task"]["name"] in said["task"] for draw in plain)


@true("deck.reach_text", "frame.of_objects")
def _(one: Claims, said: Said) -> bool:
    """Objects of a class, drawn and in the pools."""
    drawn = said["drawn"] if "drawn" in said else said["numerator"]
    pool = said["pool"] if "pool" in said else said["denominator"]
    whole = {(one.pool, one.drawn)} | {row[:2] for row in one.classes.values()}
    if "share" in said:
        return (pool, drawn) in whole and near(said["share"], drawn, pool)
    visited = {(row[0], row[2]) for row in one.classes.values()}
    return (pool, drawn) in whole | visited


@true("report.bars.objects")
def _(one: Claims, said: Said) -> bool:
    share = near(said["share"], said["done"], said["due"])
    return share and (said["due"], said["done"]) in {row[:2] for row in one.classes.values()}


@true("deck.figures.highest")
def _(one: Claims, said: Said) -> bool:
    """The class named is the highest there is in the pools."""
    code = class_of(said["name"])
    highest = max(one_class for one_class in one.classes if one_class != "none")
    return code == highest and (said["denominator"], said["numerator"]) == one.classes[code][:2]


@true("deck.titles.coverage_unclassified")
def _(one: Claims, said: Said) -> bool:
    return set(one.classes) == {"none"} and said["drawn"] == one.drawn and near(said["share"], one.drawn, one.pool)


@true("statements.coverage")
def _(one: Claims, said: Said) -> bool:
    """Every class that lies in the pools is told, the highest first."""
    told = [class_of(part) for part in said["parts"].split("；")]
    return told == sorted(set(one.classes) - {"none"}, reverse=True)
