"""Class sizes of a pool's directory on a day: rows written by hand."""

from __future__ import annotations

from tests.queries.world import World, day


def test_pool_classes_counts_active_objects_under_their_class_of_the_day(world: World) -> None:
    bureau, other = world.bureau("甲局"), world.bureau("乙局")
    world.object("A4", status="closed")  # not active
    mines = world.scope(bureau, "全县矿山", "A1", "A2", "A3", "A4", "N1")
    quarries = world.scope(bureau, "采石场", "A1")
    world.scope(other, "别局对象", "A1")  # another bureau
    world.scope(bureau, "空名录")
    world.risk("A1", "A", "01-01", "06-01")
    world.risk("A1", "C", "06-01")
    world.risk("A2", "A", "01-01")
    world.risk("A3", "D", "07-01")  # not yet
    world.risk("A4", "A", "01-01")
    columns = ("scope_id", "class", "objects")
    assert world.ask("pool_classes", *columns, bureau_id=bureau, as_of=day("05-31")) == [
        (mines, "A", 2),
        (mines, "none", 2),
        (quarries, "A", 1),
    ]
    assert world.ask("pool_classes", *columns, bureau_id=bureau, as_of=day("06-01")) == [
        (mines, "A", 1),
        (mines, "C", 1),
        (mines, "none", 2),
        (quarries, "C", 1),
    ]
