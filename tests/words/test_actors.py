"""Actors: the provider's own name stands beside the shown one, and nobody can write it for somebody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspections.words.actors import BUILDER, actor_in_words, actor_of, name_of
from inspections.words.wording import speaking


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_is_found_again_and_tells_no_subject_of_its_own(name: str, subject: str) -> None:
    kept = actor_of(name, subject)
    assert name_of(kept) == name.replace("<", "").replace(">", "")
    assert kept.count("<") <= 1


def test_actors_in_words() -> None:
    with speaking("zh"):
        assert actor_in_words(actor_of("张三", "8f3c2a1b-77d0")) == "张三（8f3c2a1b）"
        assert actor_in_words(actor_of("张三", "张三")) == "张三"
        assert actor_in_words(actor_of("张三 <王五>", "x")) == "张三 王五（x）"
        assert actor_in_words(BUILDER) == BUILDER
