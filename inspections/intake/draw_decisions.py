"""What a file of draws leaves open: from which pool a task was drawn, and whether by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from inspections.draws.quotas import quota
from inspections.intake.decisions import OPEN, PAPERS, WAITS, Decision
from inspections.intake.staging import Stage
from inspections.notice.proportions import rises_by_class
from inspections.words.wording import say


# ---------------------------------------------------------------------------------------------------- pools
def pool_meant(stage: Stage) -> None:
    """New draws most of whose objects are in another pool than the task's: proposed is the pool that holds most.

    A pool decided on takes the place of the task's in `act`, and in the plan (`pools_decided`).
    """
    stage.run(
        """create or replace temp table pool_held as
        with drawn as (
            select act.task_id, act.scope_id as own, drawn_row.object_id
            from act inner join drawn_row using (task_id, ordinal)
            where act.known_id is null and not act.has_frame and act.scope_id is not null and drawn_row.is_drawn
        ),
        sized as (select scope_id, count(*) as members from object_scope group by scope_id)
        select drawn.task_id, drawn.own, scope.scope_id, scope.name, count(distinct drawn.object_id) as held,
            any_value(sized.members) as members
        from drawn inner join object_scope on drawn.object_id = object_scope.object_id
        inner join scope on object_scope.scope_id = scope.scope_id and scope.bureau_id = $bureau_id
        inner join sized on scope.scope_id = sized.scope_id
        group by drawn.task_id, drawn.own, scope.scope_id, scope.name""",
        bureau_id=stage.bureau_id,
    )
    # Of pools that hold as many of the drawn, the smallest says most.
    asked = stage.rows(
        """with total as (
            select act.task_id, count(distinct drawn_row.object_id) as drawn, count(*) as lines
            from act inner join drawn_row using (task_id, ordinal) inner join object using (object_id)
            where act.known_id is null and not act.has_frame and drawn_row.is_drawn group by act.task_id
        )
        select task.task_id, task.name, own_scope.name, best.name, best.held, coalesce(own.held, 0), total.drawn, total.lines
        from (
            select * from pool_held
            qualify row_number() over (partition by task_id order by held desc, scope_id = own desc, members, scope_id) = 1
        ) as best
        inner join task on best.task_id = task.task_id
        inner join total on best.task_id = total.task_id
        inner join scope as own_scope on best.own = own_scope.scope_id
        left join pool_held as own on best.task_id = own.task_id and best.own = own.scope_id
        where best.scope_id <> best.own and best.held * 2 > total.drawn
        order by task.name, task.task_id"""
    )
    for task_id, name, own, best, held, own_held, drawn, lines in asked:
        holding = stage.rows(
            "select scope_id, name from pool_held where task_id = $task order by held desc, name", task=task_id
        )
        numbers = {str(pool): int(scope_id) for scope_id, pool in holding}
        one = Decision("draw_pool", name, {pool: pool for pool in (*numbers, own)}, best, "grounds_most", lines,
                       parameters={"pool": own, "drawn": held, "own": own_held, "total": drawn})  # fmt: skip
        value = stage.decide(one)
        if value is None:
            stage.flag("task", WAITS, "error", """select drawn_row."row", cast($name as varchar) as text
                from drawn_row inner join act using (task_id, ordinal)
                where drawn_row.task_id = $task and act.known_id is null""", task=task_id, name=name)  # fmt: skip
        elif value != own:
            stage.run("update act set scope_id = $pool where task_id = $task and known_id is null",
                      pool=numbers[value], task=task_id)  # fmt: skip
    stage.run("drop table pool_held")


def pools_decided(stage: Stage) -> None:
    """`to_task`: the pools that tasks of `new_act` were drawn from and the plan names otherwise, as somebody decided."""
    found = stage.rows(
        """select 1 from new_act inner join task on new_act.task_id = task.task_id
        where new_act.scope_id is distinct from coalesce(task.draw_scope_id, task.scope_id)"""
    )
    if found:
        stage.target(
            "task",
            """select cast(null as bigint) as "row", task.task_id, any_value(new_act.scope_id) as draw_scope_id
            from new_act inner join task on new_act.task_id = task.task_id
            where new_act.scope_id is distinct from coalesce(task.draw_scope_id, task.scope_id) group by task.task_id""",
        )


# ---------------------------------------------------------------------------------------------------- classes
# Whether a draw was by class: what a decision on it may come to.
YES, NO = "yes", "no"


@dataclass(frozen=True)
class _Class:
    """What one class of a draw holds: drawn of so many, and what the plan asks of it."""

    code: str
    drawn: int
    pool: int
    rate: Any
    op: Any
    count: int | None

    def fits(self) -> bool:
        """Whether as many were drawn as the plan asks for, however it was rounded; a plan may ask nothing of a class."""
        return _fits(self.drawn, self.pool, self.rate, self.op, self.count)


def _fits(drawn: int, pool: int, rate: Any, op: Any, count: int | None) -> bool:
    if count is not None:
        return drawn == min(count, pool)
    if rate is None:
        return True
    if op in {">", ">="}:
        return drawn >= quota(pool, rate, op)
    return drawn in {quota(pool, rate), quota(pool, rate, rounding="nearest"), int(Fraction(rate) * pool)}


def by_class(stage: Stage) -> None:
    """Draws of which the file does not say whether they were by class.

    Where the plan has a proportion for each class they are: settled where the numbers drawn are exactly those and no
    overall proportion gives them, else asked. Where the plan only wants rising proportions and the shares rise from
    class to class it is proposed, and counted as not by class until somebody agrees.
    """
    _by_planned_quotas(stage)
    _by_rising_shares(stage)


def _by_planned_quotas(stage: Stage) -> None:
    counted = stage.rows(
        """select new_act.draw_id, task.name, sizes.class, coalesce(drawn.number, 0), sizes.pool, planned.rate,
            cast(planned.rate_op as varchar), planned.quota, task.rate, cast(task.rate_op as varchar), task.quota
        from new_act inner join task on new_act.task_id = task.task_id
        inner join (select draw_id, class, count(*) as pool from framed group by draw_id, class) as sizes
            on new_act.draw_id = sizes.draw_id
        left join (
            select draw_id, class_then, count(*) filter (is_drawn and substitute_for is null) as number
            from good_row group by draw_id, class_then
        ) as drawn on new_act.draw_id = drawn.draw_id and sizes.class = drawn.class_then
        left join task_class_rate as planned
            on task.task_id = planned.task_id and sizes.class = cast(planned.class as varchar)
        where new_act.stratified is null and new_act.is_stratified
        order by task.name, new_act.draw_id, sizes.class"""
    )
    found: dict[tuple[str, bool], tuple[list[int], str, int]] = {}
    for (draw_id, name), rows in groupby(counted, key=lambda row: (row[0], row[1])):
        told = list(rows)
        classes = [_Class(*row[2:8]) for row in told if row[2] != "none"]
        if not classes:
            continue
        rate, op, count = told[0][8:11]
        overall = (rate is not None or count is not None) and _fits(
            sum(row[3] for row in told), sum(row[4] for row in told), rate, op, count
        )
        settled = all(one.fits() for one in classes) and not overall
        draws, shown, rows_so_far = found.get((name, settled), ([], _counts(classes), 0))
        drawn = sum(one.drawn for one in classes)
        found[name, settled] = ([*draws, int(draw_id)], shown, rows_so_far + drawn)
    for (name, settled), (draws, shown, drawn) in found.items():
        if settled and (name, False) in found:
            # One question of a task: what settles some of its draws is no answer for the others.
            continue
        one = Decision("stratified", name, _options(), YES, "grounds_quotas" if settled else "grounds_planned", drawn,
                       value=YES if settled else None, by=PAPERS if settled else OPEN,
                       parameters={"counts": shown, "draws": len(draws)})  # fmt: skip
        if stage.decide(one) == NO:
            stage.run("update new_act set is_stratified = false where draw_id in (select unnest($draws))", draws=draws)


def _options() -> dict[str, str]:
    return {choice: say(f"decisions.stratified.option_{choice}") for choice in (YES, NO)}


def _counts(classes: Sequence[_Class]) -> str:
    return say("frame.list_comma").join(f"{one.code} {one.drawn}/{one.pool}" for one in classes)


def _by_rising_shares(stage: Stage) -> None:
    counted = stage.rows(
        """select new_act.draw_id, task.name, good_row.class_then, count(*) filter (good_row.is_drawn),
            max(coalesce(sizes.pool, 0))
        from new_act inner join task on new_act.task_id = task.task_id
        inner join good_row on new_act.draw_id = good_row.draw_id
        left join (select draw_id, class, count(*) as pool from framed group by draw_id, class) as sizes
            on new_act.draw_id = sizes.draw_id and good_row.class_then = sizes.class
        where new_act.stratified is null and task.risk_rule is not null and good_row.class_then <> 'none'
            and not exists (select 1 from task_class_rate where task_class_rate.task_id = new_act.task_id)
        group by new_act.draw_id, task.name, good_row.class_then order by task.name, new_act.draw_id, good_row.class_then"""
    )
    rules = dict(
        stage.rows(
            """select new_act.draw_id, any_value(task.risk_rule) from new_act
            inner join task on new_act.task_id = task.task_id where task.risk_rule is not null group by new_act.draw_id"""
        )
    )
    rising: dict[str, list[int]] = {}
    shown: dict[str, str] = {}
    drawn_rows: dict[str, int] = {}
    for (draw_id, name), rows in groupby(counted, key=lambda row: (row[0], row[1])):
        classes = [_Class(code, drawn, pool, None, None, None) for _, _, code, drawn, pool in rows if pool]
        shares = [Fraction(min(one.drawn, one.pool), one.pool) for one in classes]
        rises = len(shares) > 1 and all(low < high for low, high in pairwise(shares))
        if rises and rises_by_class(str(rules[draw_id])):
            rising.setdefault(name, []).append(int(draw_id))
            shown.setdefault(name, _counts(classes))
            drawn_rows[name] = drawn_rows.get(name, 0) + sum(one.drawn for one in classes)
    for name, draws in rising.items():
        one = Decision("stratified", name, _options(), YES, "grounds_rising", drawn_rows[name],
                       parameters={"counts": shown[name], "draws": len(draws)})  # fmt: skip
        if stage.decide(one) == YES:
            stage.run("update new_act set is_stratified = true where draw_id in (select unnest($draws))", draws=draws)
