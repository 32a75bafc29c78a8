"""What a notice says of its tasks, asked again for next year's plan: rows written by hand."""

from __future__ import annotations

from tests.queries.world import END, YEAR, World


def test_plan_form_gives_every_task_with_items_and_who_checks_them(world: World) -> None:
    bureau, other = world.bureau("甲局"), world.bureau("乙局")
    lead, starter = world.unit("一股", bureau=bureau), world.unit("二股", bureau=bureau)
    partner, stranger = world.unit("县能源局"), world.unit("别股", bureau=other)
    first, second = world.item(bureau, "事项一"), world.item(bureau, "事项二")
    pool, chosen = world.scope(bureau, "全县矿山"), world.scope(bureau, "全县煤矿")
    plan, joint = world.plan(bureau), world.plan(bureau, kind="joint")
    world.task(plan, "无事项", lead=lead)
    world.task(
        joint,
        "联合",
        lead=lead,
        checks=[(second, partner), (first, lead), (first, partner)],
        partners=[partner],
        scope_id=pool,
        scope_text="全县 矿山",
        draw_scope_id=chosen,
        initiating_unit_id=starter,
    )
    world.task(joint, "写明对象", scope_id=pool, scope_text="全县 矿山")
    world.task(world.plan(bureau, year=YEAR - 1), "上年")  # another year
    world.task(
        world.plan(other), "别局", lead=stranger, checks=[(world.item(other, "事项"), stranger)]
    )  # another bureau
    columns = ("plan_kind", "name", "scope", "initiating_unit", "lead_unit", "items", "partners")
    rows = world.frame("plan_form", bureau_id=bureau, year=YEAR, as_of=END)
    assert list(rows["plan_id"]) == [plan, joint, joint]
    plain = rows[list(columns)].astype(object).where(rows[list(columns)].notna(), None).values.tolist()
    plain = [[list(cell) if hasattr(cell, "tolist") else cell for cell in row] for row in plain]
    assert plain == [
        ["internal", "无事项", None, None, "一股", None, None],
        [
            "joint",
            "联合",
            "全县煤矿",
            "二股",
            "一股",
            [
                {"item": "事项一", "unit": "一股"},
                {"item": "事项一", "unit": "县能源局"},
                {"item": "事项二", "unit": "县能源局"},
            ],
            ["县能源局"],
        ],
        ["joint", "写明对象", "全县矿山", None, None, None, None],
    ]
