"""Who did something: people by name and by the provider's own name of them; who built the synthetic database.

A name can be changed at the provider, or be had twice; its own name of a person (`sub`) is one person's for good.
"""

from __future__ import annotations

import re

from inspections.words.wording import say

# The name under which a synthetic database logs how it was built.
BUILDER = "演示生成器"


# So much of the provider's own name tells people of one name apart on a screen.
SHOWN = 8
_WITH_SUBJECT = re.compile(r"(?P<name>.*) <(?P<subject>[^<>]*)>", re.DOTALL)


def actor_of(name: str, subject: str) -> str:
    """What the change log keeps of a person: the name, and the provider's own where it is another."""
    plain, own = (re.sub("[<>]", "", text) for text in (name, subject))
    return f"{plain} <{own}>" if own and own != plain else plain


def name_of(actor: str) -> str:
    """The name alone, for papers and pages that tell who decided."""
    told = _WITH_SUBJECT.fullmatch(actor)
    return told["name"] if told else actor


def actor_in_words(actor: str) -> str:
    """A person's name with the beginning of the provider's own; the builder in the reader's language."""
    told = _WITH_SUBJECT.fullmatch(actor)
    if told:
        return say("log.actor_with", name=told["name"], subject=told["subject"][:SHOWN])
    return say("log.builder") if actor == BUILDER else actor
