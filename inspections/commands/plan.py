"""`plan`: the best numbers per class for a scenario file, as JSON or as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from inspections.commands import json_option
from inspections.words.plain import terminal
from inspections.words.wording import say
from inspections.year.objectives import detection_chance
from inspections.year.planning import best_plan, days_text, trade_off
from inspections.year.planning_file import read_scenario
from inspections.year.scenario import PRIOR, Plan, Point, Scenario


def _help(key: str) -> str:
    return say(f"commands.plan.{key}")


@click.command("plan", help=_help("help"), epilog="\b\n" + _help("example"))
@click.option("--scenario", "file", type=click.Path(path_type=Path), required=True, help=_help("scenario"))
@json_option("plan")
@click.option("--db", type=click.Path(path_type=Path), help=_help("database"), expose_value=False)
def plan(file: Path, as_json: bool) -> None:
    """Print the best plan of the scenario; a scenario that cannot be met ends with exit code 1 and says why."""
    scenario = read_scenario(file)
    best, curve = best_plan(scenario), trade_off(scenario)
    if as_json:
        click.echo(json.dumps(_as_json(scenario, best, curve), ensure_ascii=False, indent=2))
    else:
        _print(scenario, best, curve)


def _as_json(scenario: Scenario, best: Plan, curve: Sequence[Point]) -> dict[str, Any]:
    return {
        "goal": scenario.goal,
        "quota": best.quota,
        "rates": {name: float(rate) for name, rate in best.rates.items()},
        "days": float(best.days),
        "objective": best.objective,
        "interval": best.interval,
        "budget_days": None if scenario.budget_days is None else float(scenario.budget_days),
        "smallest_feasible_days": float(best.smallest_days),
        "largest_useful_days": float(best.largest_days),
        "rising": scenario.rising,
        "draws": scenario.draws,
        "rotation": scenario.rotation,
        "cap": scenario.cap,
        "max_over_cap": scenario.max_over_cap,
        "over_cap": best.over_cap,
        "detection": _chances(scenario, best),
        "problem_rate": {
            name: None if stratum.expected_rate is None else float(stratum.expected_rate)
            for name, stratum in scenario.strata.items()
        },
        "prior": [float(parameter) for parameter in PRIOR],
        "binding": list(best.binding),
        "proven": best.proven,
        "trade_off": [
            {"days": float(point.days), "objective": point.objective}
            | ({} if point.wanted is None else {"detection": point.wanted})
            for point in curve
        ],
    }


def _chances(scenario: Scenario, best: Plan) -> dict[str, float | None]:
    return {
        name: None if stratum.expected_rate is None else detection_chance(scenario, name, best.quota[name])
        for name, stratum in scenario.strata.items()
    }


def _print(scenario: Scenario, best: Plan, curve: Sequence[Point]) -> None:
    console = Console(markup=False, emoji=False, highlight=False)
    table = Table()
    for column in ("class", "size", "quota", "rate", "days", "detection"):
        table.add_column(say(f"commands.plan.{column}"), justify="left" if column == "class" else "right")
    for name, chance in _chances(scenario, best).items():
        stratum, quota = scenario.strata[name], best.quota[name]
        table.add_row(
            terminal(name),
            f"{stratum.size:,}",
            f"{quota:,}",
            say("frame.rate", share=float(best.rates[name])),
            days_text(scenario.draws * quota * stratum.days_per_visit),
            say("frame.rate", share=chance),
        )
    console.print(table)
    lines = [say(f"commands.plan.reached.{scenario.goal}", value=best.objective, days=days_text(best.days))]
    if best.interval is not None:
        low, high = best.interval
        lines.append(say(f"commands.plan.interval.{scenario.goal}", low=low, high=high))
    lines.append(
        say(
            "commands.plan.budgets",
            smallest=days_text(best.smallest_days),
            largest=days_text(best.largest_days),
        )
    )
    if not best.proven:
        lines.append(say("commands.plan.not_proven"))
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
    steps = Table()
    head = "wanted" if scenario.goal == "detection" else f"goals.{scenario.goal}"
    steps.add_column(say("commands.plan.budget"), justify="right")
    steps.add_column(say(f"commands.plan.{head}"), justify="right")
    for point in curve[:: max(1, len(curve) // 8)]:
        shown = f"{point.objective:,.4g}" if point.wanted is None else say("frame.rate", share=point.wanted)
        steps.add_row(days_text(point.days), shown)
    console.print(steps)
