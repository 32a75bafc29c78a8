"""Who did something, in words: people by their names, and what builds the synthetic database by a word for it."""

from __future__ import annotations

from inspections.words.wording import say

# The name under which a synthetic database logs how it was built.
BUILDER = "演示生成器"


def actor_in_words(actor: str) -> str:
    """A person's name as it stands; the builder's in the reader's language."""
    return say("log.builder") if actor == BUILDER else actor
