"""Scores, grades, what people decided otherwise, and what cost points."""

from __future__ import annotations

from decimal import Decimal

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import JUDGES, near, true
from tests.pages.claims.known import CODES, Claims
from tests.pages.claims.schemes import MEAN, everything_done


@true("frame.change.rose", "frame.change.fell", "frame.change.same")
@true("evaluation.score_moved.rose", "evaluation.score_moved.fell", "evaluation.score_moved.same")
def _(one: Claims, _said: Said) -> bool:
    return bool(one.before.of.draws)


@true("statements.evaluation")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    given = sum(said["grades"].count(word) for word in "优良中差")
    right = not one.running and said["count"] == len(one.compared) and given > 0
    return right and whole is not None and (said["score"], said["grade"]) == (whole, one.scheme.band(whole))


@true("statements.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["count"] == len(one.compared) and said["score"] == one.scores[None]


def leads(one: Claims, said: Said) -> bool:
    """Everybody with the highest score is named, the first three of them, and somebody has less."""
    highest = max(one.compared.values())
    leading = {unit for unit, value in one.compared.items() if value == highest}
    told = said["unit"].partition("，另有")[0].split("、")
    named = set(told) <= leading and len(told) == min(len(leading), 3) and len(leading) < len(one.compared)
    return named and said.get("score", highest) == highest


@true("statements.best", "deck.titles.evaluation_some")
def _(one: Claims, said: Said) -> bool:
    return not one.running and leads(one, said)


@true("statements.best_running", "deck.titles.evaluation_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and leads(one, said)


@true("deck.titles.evaluation_equal")
def _(one: Claims, said: Said) -> bool:
    return set(one.compared.values()) == {said["score"]} and said["count"] == len(one.compared) > 1


@true("deck.titles.evaluation_one_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and list(one.compared.items()) == [(said["unit"], said["score"])]


@true("statements.units_without")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == sum(one.scores[unit] is None for unit in one.scores if unit is not None) > 0)


@true("evaluation.everybody_graded")
def _(one: Claims, _said: Said) -> bool:
    return all(one.scores[unit] is not None for unit in one.scores if unit is not None)


@true("evaluation.nothing_due", "report.no_evaluation", "deck.titles.evaluation_none")
def _(one: Claims, _said: Said) -> bool:
    return not one.compared


@true("evaluation.grades_detail")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.compared))


@true("evaluation.decided_none")
def _(one: Claims, _said: Said) -> bool:
    return not one.running and not one.decided


@true("evaluation.decided_pending", "evaluation.override_pending")
def _(one: Claims, _said: Said) -> bool:
    return one.running


@true("evaluation.unit_heading")
def _(one: Claims, said: Said) -> bool:
    reached = one.scores[None] if said["unit"] == "全局" else one.compared.get(said["unit"])
    return said["score"] == reached and (said["grade"] == "待评定") == (one.running and said["unit"] not in one.decided)


@true("evaluation.aside_note", "report.unit_aside")
def _(one: Claims, said: Said) -> bool:
    return said["unit"] == one.bureau and one.bureau not in one.compared


@true("report.unit_score_alone", "report.unit_running_alone")
def _(one: Claims, said: Said) -> bool:
    return one.compared == {said["unit"]: said["score"]}


@true("report.unit_score", "report.unit_running")
def _(one: Claims, said: Said) -> bool:
    better = sum(value > said["score"] for value in one.compared.values())
    return len(one.compared) > 1 and (said["rank"], said["count"], said["score"]) == (
        better + 1,
        len(one.compared),
        one.compared[said["unit"]],
    )


@true("report.override")
def _(one: Claims, said: Said) -> bool:
    reached = one.compared.get(said["unit"])
    suggested = "不适用" if reached is None else one.scheme.band(reached)
    return one.decided[said["unit"]] == said["grade"] and said["suggested"] == suggested


@true("deck.score_text")
def _(one: Claims, said: Said) -> bool:
    """A grade on a slide is that of the score, or marked as people's."""
    if said["grade"].endswith("*"):
        return said["grade"].rstrip("*") in one.decided.values()
    return not one.running and said["grade"] == one.scheme.band(Decimal(str(said["score"])))


@true("evaluation.decided_detail")
def _(one: Claims, said: Said) -> bool:
    rows = one.naive.table("evaluation_override")
    return bool(said["count"] == sum((row["bureau_id"], row["year"]) == (one.bureau_id, one.year) for row in rows) > 0)


@true("deck.figures.score")
def _(one: Claims, said: Said) -> bool:
    whole = one.scores[None]
    return not one.running and whole is not None and said["grade"] == one.scheme.band(whole)


@true("deck.figures.participation")
def _(one: Claims, said: Said) -> bool:
    return (said["numerator"], said["denominator"]) == one.counts[None]["participation"]


# ---------------------------------------------------------------------------------------------------- scores


@true("evaluation.score_grade", "report.bars.score", "evaluation.score_decided")
def _(one: Claims, said: Said) -> bool:
    return (str(said["score"]), said["grade"].rstrip("*")) in one.ranked


@true("deck.score_text_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and said["score"] in one.compared.values()


@true("deck.titles.evaluation_one")
def _(one: Claims, said: Said) -> bool:
    only = list(one.compared.items()) == [(said["unit"], said["score"])]
    return only and not one.running and not one.decided and said["grade"] == one.scheme.band(said["score"])


@true("deck.titles.evaluation_one_decided")
def _(one: Claims, said: Said) -> bool:
    only = list(one.compared.items()) == [(said["unit"], said["score"])]
    return only and one.decided.get(said["unit"]) == said["grade"]


@true("statements.grade_count")
def _(one: Claims, said: Said) -> bool:
    """Of units, graded by people where the score grades none; or of bureaus."""
    units = [one.grade(unit) for unit in {*one.compared, *one.decided}]
    graded = [other.scores[None] for other in one.bureaus.values()]
    bureaus = [
        "不适用" if reached is None else "待评定" if one.running else one.scheme.band(reached) for reached in graded
    ]
    return said["count"] in (units.count(said["grade"]), bureaus.count(said["grade"])) and said["count"] > 0


@true("report.overridden")
def _(one: Claims, said: Said) -> bool:
    return said["grade"] in one.decided.values()


@true("report.override_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and one.decided[said["unit"]] == said["grade"]


@true("report.rubric_note", "deck.remarks.evaluation")
def _(one: Claims, said: Said) -> bool:
    return not one.decided and one.scheme.name in said["rubric"]


@true("report.rubric_note_overridden", "deck.remarks.evaluation_decided")
def _(one: Claims, said: Said) -> bool:
    return bool(one.decided) and one.scheme.name in said["rubric"]


@true("report.unit_without", "evaluation.unit_not_graded")
def _(one: Claims, said: Said) -> bool:
    return said["unit"] in one.without


@true("evaluation.unit_heading_none")
def _(one: Claims, said: Said) -> bool:
    return said["unit"] in one.without and said["grade"] == one.decided.get(said["unit"], "不适用")


@true("evaluation.override_now")
def _(one: Claims, said: Said) -> bool:
    return said["grade"] in one.decided.values()


@true("evaluation.league_alt")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.compared) and one.before.of.draws)


@true("evaluation.league_note")
def _(one: Claims, said: Said) -> bool:
    """There is a year before to compare with."""
    return said["year"] == one.year - 1 and bool(one.before.of.draws)


@true("evaluation.breakdown_note")
def _(one: Claims, said: Said) -> bool:
    return one.compared[said["best"]] == max(one.compared.values()) and bool(one.before.of.draws)


@true("evaluation.league_note_alone")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year - 1 and not one.before.of.draws


@true("evaluation.league_alt_alone")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == len(one.compared) and not one.before.of.draws)


@true("evaluation.breakdown_note_alone")
def _(one: Claims, said: Said) -> bool:
    """Nothing to compare with, or not for every unit."""
    without = not one.before.of.draws or None in one.before.scores.values() or set(one.scores) - set(one.before.scores)
    return one.compared[said["best"]] == max(one.compared.values()) and bool(without)


@true("evaluation.breakdown_note_best_alone")
def _(one: Claims, _said: Said) -> bool:
    return (
        not one.before.of.draws or None in one.before.scores.values() or bool(set(one.scores) - set(one.before.scores))
    )


@true("evaluation.lost_without_records")
def _(one: Claims, _said: Said) -> bool:
    """Some unit loses points on nothing but what it has nothing to count of: every record that it has counts."""
    return any(one.scheme.most_lost(counted) and everything_done(counted) for counted in one.counts.values())


@true("evaluation.value_label", "evaluation.value_label_moved")
def _(one: Claims, said: Said) -> bool:
    """An indicator of a unit, and how far it is from the same day of the year before."""
    pair = (said["numerator"], said["denominator"])
    for unit_id, counted in one.counts.items():
        before = one.before.counts.get(unit_id, {}) if one.before.of.draws else {}
        for code in counted:
            if counted[code] != pair:
                continue
            earlier = before.get(code, (0, 0))
            if code == MEAN:
                if pair[1] and not earlier[1] and said["value"] == f"{pair[0] / pair[1]:.1f} 个工作日":
                    return bool(said["moved"] == "—")
                continue
            if not pair[1]:
                return bool(said["value"] == "—")
            moved = "—"
            if earlier[1]:
                apart = round(100 * (pair[0] / pair[1] - earlier[0] / earlier[1]), 1)
                moved = f"{apart:+.1f}" if apart else "0.0"
            if said["value"] == f"{pair[0] / pair[1]:.1%}" and said["moved"] == moved:
                return True
    return False


@true("evaluation.cost_label", "evaluation.cost_label_none", "evaluation.records_title_rate")
def _(one: Claims, said: Said) -> bool:
    """What an indicator cost a unit: as many records as do not count, and the points of its weight."""
    code, points = CODES[said["indicator"]], said["lost"] if "lost" in said else said["points"]
    if code == MEAN:
        return JUDGES["evaluation.records_title_mean"](one, {**said, "points": points})
    return any(
        counted[code][1] - counted[code][0] == said["count"]
        and abs(float(one.scheme.lost(counted, code)) - float(points)) < 0.006
        for counted in one.counts.values()
        if code in counted
    )


@true("evaluation.weights_total")
def _(one: Claims, said: Said) -> bool:
    return said["total"] == str(sum(weight for weight, _, _ in one.scheme.weights.values()))


@true("evaluation.spread_note")
def _(one: Claims, said: Said) -> bool:
    """Scored indicators of a unit with nothing to count, all of them."""
    codes = {CODES[name] for name in said["indicators"].split("、")}
    return any(
        codes == {code for code in one.scheme.weights if not counted.get(code, (0, 0))[1]}
        for counted in one.counts.values()
    )


@true("report.behind")
def _(one: Claims, said: Said) -> bool:
    """Some unit is as far behind the best one in that indicator, and in none further."""
    best = next(unit_id for unit_id in one.scores if unit_id is not None and one.name(unit_id) == said["best"])
    code, leads = CODES[said["indicator"]], one.compared[said["best"]] == max(one.compared.values())
    return leads and any(
        abs(gaps.get(code, 0) - said["points"]) < 1e-6 and max(gaps.values()) - gaps[code] < 1e-6
        for gaps in one.gaps(best)
    )


@true("report.not_behind")
def _(one: Claims, said: Said) -> bool:
    """Some unit with a lower score is behind the best one in no share that both are scored on."""
    best = next(unit_id for unit_id in one.scores if unit_id is not None and one.name(unit_id) == said["best"])
    return any(all(round(gap, 1) <= 0 for gap in gaps.values()) for gaps in one.gaps(best))


# ---------------------------------------------------------------------------------------------------- what it cost


@true("deck.titles.loss", "deck.titles.loss_whole", "deck.alts.loss", "deck.figures.loss", "deck.remarks.loss",
      "deck.remarks.loss_whole")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    """The indicator that cost the bureau most, and the unit with most of the records that do not count."""
    whole, code = one.counts[None], CODES[said["indicator"]]
    points = one.scheme.lost(whole, code)
    if points < one.scheme.most_lost(whole) or not points:
        return False
    short = {
        unit: counted[code][1] - counted[code][0] for unit, counted in one.counts.items() if unit and code in counted
    }
    right = "lost" not in said or said["lost"] == f"{float(points):.1f}"
    if "unit" in said:
        most = max(short.values())
        named = [one.name(unit) for unit, count in short.items() if count == most]
        right = right and said["unit"] in named and near(said["share"], most, whole[code][1] - whole[code][0])
    return right


@true("deck.titles.loss_none")
def _(one: Claims, _said: Said) -> bool:
    return one.scores[None] is not None and not one.scheme.most_lost(one.counts[None])


@true("deck.figures.loss_rate")
def _(one: Claims, said: Said) -> bool:
    return one.counts[None][CODES[said["indicator"]]] == (said["numerator"], said["denominator"])


@true("deck.loss_text")
def _(one: Claims, said: Said) -> bool:
    return any(
        said["count"] == counted[code][1] - counted[code][0]
        and near(said["share"], said["count"], one.counts[None][code][1] - one.counts[None][code][0])
        for unit, counted in one.counts.items()
        if unit is not None
        for code in one.scheme.weights
        if code in counted
    )


@true("evaluation.breakdown_note_best")
def _(one: Claims, _said: Said) -> bool:
    """Somebody has a score to compare, now and on the same day of the year before."""
    return bool(one.compared) and bool(one.before.of.draws)


@true("evaluation.nothing_lost")
def _(one: Claims, _said: Said) -> bool:
    """Some unit has no record that does not count."""
    return any(everything_done(counted) and not one.scheme.most_lost(counted) for counted in one.counts.values())


@true("report.no_indicators")
def _(one: Claims, _said: Said) -> bool:
    return not any(whole for counted in (one.counts, one.before.counts) for _, whole in counted[None].values())


@true("statements.rubric")
def _(one: Claims, said: Said) -> bool:
    """The newest that was saved."""
    row = max(one.naive.table("rubric"), key=lambda row: (row["created_at"], row["rubric_id"]))
    return (said["name"], said["version"]) == (row["name"], row["version"])


@true("statements.rubric_unsaved")
def _(one: Claims, said: Said) -> bool:
    return said["name"] not in {row["name"] for row in one.naive.table("rubric")}


@true("evaluation.more_units")
def _(one: Claims, said: Said) -> bool:
    """Twenty stand at either end of the figure."""
    return bool(said["count"] == len(one.compared) - 40 > 0)


@true("evaluation.records_title_mean")
def _(one: Claims, said: Said) -> bool:
    """Published visits of a unit that took longer than what earns everything, and the points that this costs."""
    code = CODES[said["indicator"]]
    full = one.scheme.weights[code][2]
    for unit, counted in one.counts.items():
        own = [visit for visit in one.of.due if visit["published_on"] and unit in (None, visit["unit_id"])]
        slow = sum(one.of.days_to_publish(visit) > full for visit in own)
        if slow == said["count"] and f"{float(one.scheme.lost(counted, code)):.2f}" == said["points"]:
            return True
    return False


@true("circular.no_loss")
def _(one: Claims, _said: Said) -> bool:
    """Some unit with a score lost no points."""
    return any(one.scheme.points(counted) and not one.scheme.most_lost(counted) for counted in one.counts.values())


@true("report.annex_all")
def _(one: Claims, said: Said) -> bool:
    return said["year"] == one.year and len({*one.compared, *one.decided}) > 40


@true("report.see_annex")
def _(one: Claims, said: Said) -> bool:
    """A table of the report holds twenty units."""
    return bool(said["count"] == len({*one.compared, *one.decided}) - 20 > 0)


@true("report.alts.first_only")
def _(one: Claims, said: Said) -> bool:
    return said["count"] == 15 < len(one.compared)


# ---------------------------------------------------------------------------------------------------- the workbook


@true("workbook.title")
def _(one: Claims, said: Said) -> bool:
    return not one.running and one.is_meant(said)


@true("workbook.title_running")
def _(one: Claims, said: Said) -> bool:
    return one.running and one.is_meant(said)


@true("workbook.notes.counting_publication_days")
def _(one: Claims, said: Said) -> bool:
    return bool(said["days"] == one.days)


def fell_short(one: Claims) -> int:
    """Visits that are not all that could be wished, and tasks that are not, once for each unit they count with."""
    found = 0
    for visit in one.of.due:
        done = visit["entered_on"] and one.of.entered_in_time(visit) and visit["published_on"]
        done = done and one.of.published_in_time(visit, one.days)
        found += not done or (one.of.problem(visit) and not (visit["handled_on"] and visit["closed_on"]))
    for task_id, task in one.of.tasks.items():
        units, first, last, drawn = set(), task["starts_on"], task["ends_on"], one.of.launch(task_id)
        if first and first <= one.as_of and not (drawn and first <= drawn and (last is None or drawn <= last)):
            units.add(one.starter(task_id))
        visits = one.of.of_task(task_id)
        if last and last <= one.as_of and not (visits and all(visit["entered_on"] for visit in visits)):
            units.add(task["lead_unit_id"])
        pools = [draw for draw in one.of.random(task_id) if one.of.frame(draw)]
        classed = any(code != "none" for draw in pools for code in one.of.frame(draw).values())
        if classed and not all(draw["stratified"] for draw in pools):
            units.add(task["lead_unit_id"])
        found += len(units)
    return found


@true("workbook.records_all")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == fell_short(one) > 0)


@true("workbook.records_cut")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == fell_short(one) > said["shown"] > 0)
