"""First letters in pinyin: usual readings, what stays and what falls away, the same for every order of the names."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from inspections.words.pinyin import initials, initials_of

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("青岭煤业", "qlmy"),
        ("演示·青岭煤业有限公司", "ysqlmyyxgs"),
        ("重庆长江银行股份有限公司", "cqcjyhgfyxgs"),
        ("行政执法局", "xzzfj"),
        ("合兴商行", "hxsh"),
        ("长治市长城重工", "czscczg"),
        ("成长教育", "czjy"),
        ("首都机场", "sdjc"),
        ("音乐厅", "yyt"),
        ("快乐幼儿园", "klyey"),
        ("会计师事务所", "kjssws"),
        ("厦门大厦", "xmds"),
        ("六安市", "las"),
        ("单县", "sx"),
        ("女娲", "nw"),
        ("\uff21\uff22１２（集团）Co. 3号", "ab12jtco3h"),
        ("", ""),
        ("——", ""),
    ],
)
def test_initials_are_those_a_clerk_would_type(name: str, letters: str) -> None:
    assert initials(name) == letters


@given(CHINESE)
def test_a_common_character_becomes_one_letter_each(name: str) -> None:
    found = initials(name)
    assert len(found) == len(name)
    assert found == found.lower()


@given(st.text(max_size=30))
def test_nothing_but_letters_and_digits_is_left(name: str) -> None:
    found = initials(name)
    assert all(sign.isalnum() for sign in found)
    assert initials(found) == found


@given(st.lists(st.one_of(st.none(), CHINESE), max_size=8))
def test_a_column_is_its_names_one_by_one(names: list[str | None]) -> None:
    column = pd.Series(names, index=range(10, 10 + len(names)), dtype="object")
    found = initials_of(column)
    assert found.index.equals(column.index)
    assert found.tolist() == [None if name is None else initials(name) for name in names]


def test_a_character_with_one_letter_reads_as_the_dictionary_has_it() -> None:
    signs = [chr(code) for code in range(0x4E00, 0x9FA6, 37)]
    plain = [s for s in signs if len({r[:1] for r in lazy_pinyin(s, style=Style.FIRST_LETTER)}) == 1]
    same = [s for s in plain if initials(s) == lazy_pinyin(s, style=Style.FIRST_LETTER)[0]]
    # A few characters have a usual reading of their own here.
    assert len(same) >= len(plain) - 2
