"""Names that may be one object twice, and names that are near but two objects."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from rapidfuzz import fuzz

from inspections.intake import likeness
from inspections.intake.likeness import COLUMNS, NEAR, SHORTEST_CORE, alike


def pair(one: str, other: str) -> list[str]:
    found = alike(pd.DataFrame({"id": ["1"], "name": [one]}), pd.DataFrame({"id": ["2"], "name": [other]}))
    return list(found["kind"])


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("便民超市", "便民超市", "same_name"),
        ("宏达（河南）商贸有限公司", "宏达(河南)商贸 有限公司", "same_name"),
        ("ＡＢＣ便利店", "abc便利店", "same_name"),
        ("宏达商贸有限公司", "宏达商贸有限责任公司", "similar"),
        ("宏达（河南）商贸有限公司", "宏达商贸有限公司", "similar"),
        ("郑州宏达商贸有限公司", "郑州市宏达商贸有限公司", "similar"),
        ("河南省许昌市宏达商贸有限公司", "许昌市宏达商贸有限公司", "similar"),
        ("河南宏达商贸有限公司", "宏达商贸有限公司", "similar"),
        ("许昌市丰收现代农业生态种植养殖专业合作社", "许昌市丰收现代农业生态种殖养殖专业合作社", "similar"),
        ("永兴建筑安装工程劳务有限公司", "永兴建筑安装工程劳物有限公司", None),
        ("永兴建筑工程机械设备安装劳务租赁服务有限公司", "永兴建筑工程机械设备安装劳物租赁服务有限公司", "similar"),
    ],
)
def test_what_is_shown_for_decision(one: str, other: str, kind: str | None) -> None:
    assert pair(one, other) == ([kind] if kind else [])
    assert pair(other, one) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("老百姓大药房连锁管理服务第一分店", "老百姓大药房连锁管理服务第二分店"),
        ("阳光花园小区物业服务中心一期", "阳光花园小区物业服务中心二期"),
        ("中国石化销售有限公司01号加油站", "中国石化销售有限公司02号加油站"),
        ("张仲景大药房股份有限公司建设路店", "张仲景大药房股份有限公司中原路店"),
        ("宏达商贸有限公司", "宏达商贸有限公司东区分公司"),
        ("郑州市宏达商贸有限公司", "洛阳市宏达商贸有限公司"),
        ("宏达（郑州）商贸有限公司", "宏达（洛阳）商贸有限公司"),
        ("河南省宏达商贸有限公司", "山东省宏达商贸有限公司"),
        ("永兴建筑工程机械设备安装劳务租赁服务东厂", "永兴建筑工程机械设备安装劳务租赁服务西厂"),
        ("便民超市", "利民超市"),
        # A counter of the firm, not the firm.
        (
            "永兴建筑工程机械设备安装劳务租赁服务有限公司",
            "永兴建筑工程机械设备安装劳务租赁服务有限公司门市",
        ),
        (
            "永兴建筑工程机械设备安装劳务租赁服务有限公司工会",
            "永兴建筑工程机械设备安装劳务租赁服务有限公司门市",
        ),
        ("永兴建筑工程机械设备租赁有限公司", "永盛建筑工程机械设备租赁有限公司"),
    ],
)
def test_what_is_told_apart_by_number_place_branch_or_own_word(one: str, other: str) -> None:
    assert pair(one, other) == []
    assert pair(other, one) == []


def test_an_object_is_no_duplicate_of_itself_and_files_may_be_empty() -> None:
    names = pd.DataFrame({"id": ["1", "2"], "name": ["便民超市", "便民超市"]})
    found = alike(names, names)
    assert found[["new_id", "known_id"]].to_numpy().tolist() == [["1", "2"], ["2", "1"]]
    nothing = names.head(0)
    for one, other in ((nothing, names), (names, nothing), (nothing, nothing)):
        assert list(alike(one, other).columns) == COLUMNS
        assert len(alike(one, other)) == 0


def test_the_best_come_first_and_no_more_than_the_limit() -> None:
    new = pd.DataFrame({"id": ["n"], "name": ["宏达商贸有限公司"]})
    known = pd.DataFrame(
        {
            "id": list("abcd"),
            "name": ["宏达商贸有限责任公司", "宏达商贸有限公司", "河南宏达商贸有限公司", "宏达商贸公司"],
        }
    )
    assert list(alike(new, known, limit=9)["kind"]) == ["same_name", "similar", "similar", "similar"]
    assert alike(new, known, limit=2)["known_id"].iloc[0] == "b"
    assert len(alike(new, known, limit=2)) == 2
    assert alike(new, known, limit=9)["score"].is_monotonic_decreasing


def _names(count: int, seed: int) -> pd.DataFrame:
    chance = random.Random(seed)  # noqa: S311 - invented names
    trades = ["建筑工程机械设备安装服务", "生态农业种植养殖推广", "汽车零部件加工制造维修", "餐饮管理咨询连锁服务"]
    own = [a + b for a in "永宏丰盛泰祥" for b in "兴达收源和瑞"]
    names = []
    for _ in range(count):
        name = chance.choice(own) + chance.choice(own) + chance.choice(trades)
        place = chance.randrange(len(name))
        slip = chance.choice("质物殖务")
        names.append(chance.choice([name, name[:place] + slip + name[place:], name[:place] + name[place + 1 :]]))
    return pd.DataFrame({"id": [f"{seed}-{i}" for i in range(count)], "name": names})


def test_nothing_near_is_missed_that_comparing_all_with_all_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "LARGEST_BLOCK", 10_000)
    monkeypatch.setattr(likeness, "MOST_OF_ONE_CORE", 10_000)
    monkeypatch.setattr(likeness, "_AT_ONCE", 500)
    new, known = _names(250, 1), _names(250, 2)
    found = alike(new, known, limit=1_000)
    mine = set(zip(found["new_id"], found["known_id"], strict=True))
    parts = {name: likeness._parts(name) for name in [*new["name"], *known["name"]]}
    naive = set()
    for i, one in new.itertuples(index=False):
        for j, other in known.itertuples(index=False):
            a, b = parts[one], parts[other]
            near = min(len(a.core), len(b.core)) >= SHORTEST_CORE and fuzz.ratio(a.core, b.core) >= NEAR
            same = a.whole == b.whole
            if same or ((near or a.core == b.core or a.stem == b.stem) and not likeness._are_told_apart(a, b)):
                naive.add((i, j))
    assert mine == naive
    assert len(naive) > 20


def test_only_names_that_share_a_rare_pair_of_characters_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = likeness.process.cpdist
    monkeypatch.setattr(
        likeness.process, "cpdist", lambda a, b, **more: (compared.append(len(a)), real(a, b, **more))[1]
    )
    chance = random.Random(5)  # noqa: S311 - invented names
    signs = [chr(0x4E00 + place) for place in range(0, 8_000, 8)]
    names = ["".join(chance.choices(signs, k=3)) + "建筑工程机械设备安装服务有限公司" for _ in range(4_000)]
    table = pd.DataFrame({"id": range(4_000), "name": names})
    alike(table[:2_000], table[2_000:])
    assert sum(compared) < 2_000 * 2_000 / 100
