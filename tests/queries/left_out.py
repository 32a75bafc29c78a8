"""A bureau's year in which every reason turns up why figures lack a record, each the fewest times it can."""

from __future__ import annotations

from tests.queries.world import World


def everything_left_out(world: World, bureau: int) -> None:
    """Results, draws, objects, tasks and a visit, each with why no figure has it, or one lacks it."""
    lead, other = world.unit("一股", bureau=bureau, scope_of=bureau), world.unit("二股", bureau=bureau)
    item = world.item(bureau, "事项")
    plan, pool = world.plan(bureau), world.scope(bureau, "全部矿山", "A1", "A2", "B1", "N1")
    task = world.task(plan, "任务", lead=lead, scope_id=pool)
    frame = {"A1": "A", "A2": "A", "B1": "B", "N1": "none"}
    plain = world.draw(task, "03-05", frame, ["A1", "A2", "B1"], stands_in={"N1": "A2"})
    no_problem = {item: ["no_problem"]}
    world.result(plain, "A1", lead, "03-06", "03-07", "03-08", found=no_problem)  # counts everywhere
    world.result(plain, "B1", lead, "03-06", "03-07")  # entered, nothing said about what was found
    world.result(plain, "N1", lead, "03-06")  # not entered
    world.result(plain, "A2", lead, "03-06", "03-07")  # has a substitute
    world.result(plain, "A1", other, "03-06", "03-07")  # need not check
    world.result(plain, "X1" if world.object("X1") else "", lead, "03-06", "03-07")  # was not drawn
    old = world.draw(task, "03-01", frame, ["A1"])
    world.draw(task, "03-02", {"A1": "none"}, ["A1"], replaces=old)  # a pool without any class
    world.result(old, "A1", lead, "03-02", "03-03")
    world.draw(task, "03-03", {}, ["A1"])  # no pool on record
    full = world.draw(task, "03-04", frame, list(frame), basis="full")
    found = {item: ["other_violation"]}  # followed up, and nobody wrote when
    world.result(full, "A1", lead, "03-06", "03-07", follow_up="correction_ordered", found=found)
    world.result(full, "B1", lead, "03-06", "03-07", follow_up="none_needed", found=found)
    trial = world.draw(task, "03-04", frame, ["A1"], kind="trial")
    world.result(trial, "A1", lead, "03-05")
    complaint = world.draw(None, "03-05", {}, ["A1"], basis="complaint")
    world.result(complaint, "A1", lead, "03-05", "03-05")
    campaign = world.draw(task, "03-09", {}, ["B1"], basis="campaign")
    world.result(campaign, "B1", lead, "03-10", "03-11")
    rebuilt = world.draw(task, "03-12", {}, [])
    world.connection.execute("update draw set method = 'platform_pool_rebuilt' where draw_id = ?", [rebuilt])
    for position, (object_id, risk_class) in enumerate(frame.items(), start=1):
        world.insert("frame", draw_id=rebuilt, object_id=object_id, **{"class": risk_class}, position=position)
    world.lock(rebuilt, "A1", "A", 1)
    idle = world.task(plan, "无人检查", window=(None, None))
    lonely = world.draw(idle, "04-01", frame, ["A1"])
    world.result(rebuilt, "A1", lead, "2014-03-06", "2014-03-07", "2014-03-08", found=no_problem)  # before the calendar
    world.visit("A1", "05-01")  # nobody reported on it
    world.result(lonely, "A1", lead, "04-02", "04-03")
