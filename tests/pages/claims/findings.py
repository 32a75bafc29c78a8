"""Problems found, and what became of them."""

from __future__ import annotations

from tests.pages.claims.hearing import Said
from tests.pages.claims.judging import near, same, true
from tests.pages.claims.known import Claims


@true("findings.no_results", "circular.no_results", "report.no_findings", "deck.titles.findings_waiting")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["entered"] == 0


@true("findings.finding", "statements.findings")
def _(one: Claims, said: Said) -> bool:
    share = near(said["share"], *((one.totals["closed"], one.totals["problems"]) if "closed" in said
                                  else (one.totals["problems"], one.totals["entered"])))  # fmt: skip
    return share and one.totals["problems"] > 0 and same("problems", results="entered")(one, said)


@true("findings.finding_none", "statements.findings_none", "deck.titles.findings_none")
def _(one: Claims, said: Said) -> bool:
    return one.totals["problems"] == 0 < one.totals["entered"] and same(results="entered")(one, said)


@true("findings.finding_open", "findings.cases")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["problems"] - one.totals["handled"])


@true("findings.finding_all_handled")
def _(one: Claims, _said: Said) -> bool:
    return one.totals["problems"] == one.totals["handled"] > 0


@true("findings.rates_note_all")
def _(one: Claims, said: Said) -> bool:
    rows = one.of.problem_rates(None)
    counted = tuple(sum(row[place] for row in rows) for place in (1, 2))
    return counted == (said["results"], said["problems"]) and said["results"] == one.totals["entered"]


@true("findings.rates_note")
def _(one: Claims, said: Said) -> bool:
    rows = one.of.problem_rates(None)
    results, problems = (sum(row[place] for row in rows) for place in (1, 2))
    counted = (said["results"], said["problems"]) == (results, problems)
    return counted and said["left_out"] == one.totals["entered"] - results > 0


@true("findings.no_random_results")
def _(one: Claims, _said: Said) -> bool:
    return not one.of.problem_rates(None)


@true("findings.problems_title")
def _(one: Claims, said: Said) -> bool:
    return same(count="problems")(one, said)


@true("statements.follow_up")
def _(one: Claims, said: Said) -> bool:
    return same("handled", "closed")(one, said) and said["left"] == one.totals["problems"] - one.totals["closed"] > 0


@true("statements.follow_up_all")
def _(one: Claims, said: Said) -> bool:
    return same("closed")(one, said) and one.totals["problems"] == one.totals["closed"] > 0


@true("deck.titles.findings_open", "deck.risks.open", "report.found.open", "report.wanted.open",
      "circular.wanted_open")  # fmt: skip
def _(one: Claims, said: Said) -> bool:
    left = said["left"] if "left" in said else said["count"]
    return bool(left == one.totals["problems"] - one.totals["closed"] > 0)


@true("deck.titles.findings_closed")
def _(one: Claims, said: Said) -> bool:
    return one.totals["problems"] == one.totals["closed"] > 0 and same("problems")(one, said)


@true("report.found.nothing")
def _(one: Claims, _said: Said) -> bool:
    left = one.plan["items"] - one.plan["covered"] or one.totals["problems"] - one.totals["closed"]
    return not (one.overdue or one.late_launches or left or one.of.idle_units())


@true("circular.open")
def _(one: Claims, said: Said) -> bool:
    return bool(said["count"] == one.totals["problems"] - one.totals["closed"] > 0)


@true("findings.rate_label")
def _(one: Claims, said: Said) -> bool:
    rows = {(row[2], row[1]) for row in one.of.problem_rates(None)}
    return (said["problems"], said["results"]) in rows and near(said["share"], said["problems"], said["results"])


@true("circular.unit_open")
def _(one: Claims, said: Said) -> bool:
    return one.open_by_unit[said["unit"]] == said["count"]
