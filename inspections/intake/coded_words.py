"""Cells that hold a word for a code: yes and no, classes, kinds, states, bases, results and what followed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from inspections.files.characters import printable
from inspections.intake.cell import (
    EMPTY,
    CellSettings,
    Read,
    Reader,
    compared,
    issue,
    look_alike,
    says_nothing,
    vocabulary,
)
from inspections.words.wording import LANGUAGES, texts

# Outcomes that are a problem found (outcome_meaning in the schema): they contradict "no problem found".
PROBLEMS = frozenset({"not_disclosed", "false_disclosure", "unreachable", "other_violation", "corrected", "refused"})
# A state is said in so many characters.
_LONGEST_STATE = 8
# Sections of the text files whose words mean the codes of a section here.
_SAID_AS = {"yes_no": "boolean", "outcomes": "outcome", "object_kind": "object_kind", "object_status": "object_status"}


@cache
def _words(section: str) -> dict[str, str]:
    """The words of a section, as they are compared, with their codes; those of the text files included."""
    words = {compared(word): code for code, known in vocabulary()[section].items() for word in known}
    for language in LANGUAGES:
        said = texts(language)["codes"]
        for name in (_SAID_AS.get(section, section), f"{_SAID_AS.get(section, section)}_short"):
            for code, word in said.get(name, {}).items():
                words.setdefault(compared(word), code)
    return words


def yes_no(text: str, _settings: CellSettings) -> Read:
    """True or False."""
    # What stands in brackets behind the answer is a remark: 否（休假）.
    code = _words("yes_no").get(compared(text)) or _words("yes_no").get(compared(re.sub(r"[(（].*", "", text)))
    if code is not None:
        return Read(code == "true")
    return EMPTY if says_nothing(text) else issue("yes_no_unknown", text)


def object_kind(text: str, _settings: CellSettings) -> Read:
    """The kind of an object; words that nobody knows make it `other`, with a note."""
    if says_nothing(text):
        return EMPTY
    bare = compared(text)
    if bare in _words("object_kind"):
        return Read(_words("object_kind")[bare])
    for word, code in vocabulary()["object_kind_containing"]["words"]:
        if word in bare:
            return Read(code)
    return issue("kind_assumed", text, "other")


def object_status(text: str, _settings: CellSettings) -> Read:
    """The state of an object, told by the beginning of longer words (存续（在营、开业、在册）)."""
    if says_nothing(text):
        return EMPTY
    bare, words = compared(text), _words("object_status")
    code = words.get(bare) or next(
        (words[bare[:length]] for length in range(len(bare), 1, -1) if bare[:length] in words), None
    )
    return Read(code) if code else issue("status_unknown", text)


def coded(section: str) -> Reader:
    """A reader for a section of `cells.toml` whose words stand alone in their cell."""

    def reader(text: str, _settings: CellSettings) -> Read:
        if says_nothing(text):
            return EMPTY
        code = _words(section).get(compared(text))
        return Read(code) if code else issue(f"{section}_unknown", text)

    return reader


def basis(text: str, settings: CellSettings) -> Read:
    """How an inspection came about; longer words are known by the one word they hold (系统随机抽取)."""
    read = coded("basis")(text, settings)
    if read.code is None:
        return read
    code = basis_within(text)
    return Read(code) if code else read


def basis_within(text: str) -> str | None:
    """The one basis whose words a text holds, else None: a title may speak of several."""
    bare = compared(text)
    held = {code for word, code in vocabulary()["basis_containing"]["words"] if word in bare}
    return held.pop() if len(held) == 1 else None


@cache
def _labels(classes: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    """Label -> class; the office's own labels first, then the usual ones of a scheme of that size."""
    usual = vocabulary()["class_labels"].get(str(len(classes)), {})
    found = {_label(label): code for code, label in zip(classes, labels, strict=False)}
    for letter, words in usual.items():
        for word in words:
            found.setdefault(compared(word), classes["ABCDE".index(letter)])
    return found


def _label(words: str) -> str:
    """A class's words without what only stands around it: 信用风险分类为低风险 -> 低."""
    bare = compared(words)
    for filler in vocabulary()["class_words"]["filler"]:
        bare = bare.replace(filler, "")
    return bare


def risk_class(text: str, settings: CellSettings) -> Read:
    """The class of an object by letter, by label or by both, in the scheme of `settings`."""
    if says_nothing(text):
        return EMPTY
    if compared(text) in {compared(word) for word in vocabulary()["class_words"]["none"]}:
        return Read("none")
    letters = {code.casefold(): code for code in settings.classes}
    labels = _labels(settings.classes, settings.labels)
    words = _label(text.translate(look_alike()))
    letter = re.match("[a-z]", words) or re.search("[a-z]$", words)
    label = words.replace(letter[0], "", 1) if letter else words
    said = [letters.get(letter[0])] if letter else []
    if label:
        said.append(labels.get(label))
    if not said or None in said:
        return issue("class_outside_scheme", text, known="、".join(settings.classes))
    if len(set(said)) > 1:
        return issue("class_contradiction", text, letter=said[0], label=said[1])
    return Read(said[0])


@cache
def _pattern(section: str, *more: str) -> re.Pattern[str]:
    words = {*_words(section), *more}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


def _told_apart(text: str, section: str, more: tuple[str, ...] = ()) -> tuple[list[str], str | None]:
    """The words of a section that `text` is made of, in order, and the first part that is none of them."""
    folded = unicodedata.normalize("NFKC", printable(text)).casefold()
    kept = [i for i, c in enumerate(folded) if c.isalpha() or c == "_"]
    bare = "".join(folded[i] for i in kept)
    pattern = _pattern(section, *more)
    found: list[str] = []
    place = 0
    while place < len(bare):
        match = pattern.match(bare, place)
        if match is None:
            rest = folded[kept[place] :]
            return found, re.split(r"[,;、。|/\n]", rest, maxsplit=1)[0]
        found.append(match[0])
        place = match.end()
    return found, None


def outcomes(text: str, settings: CellSettings) -> Read:
    """The results of an inspection, several in one cell; a remark in brackets behind them says nothing more."""
    read = _outcomes(text, settings)
    words = _REMARK.sub("", text)
    if read.code != "outcome_unknown" or words == text or not words:
        return read
    plain = _outcomes(words, settings)
    return issue("outcome_remark", text, plain.value) if plain.value is not None else read


_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")


def _outcomes(text: str, _settings: CellSettings) -> Read:
    if says_nothing(text) or compared(text) in _not_checked():
        return EMPTY if says_nothing(text) else issue("outcome_not_checked", text)
    known = {**_words("outcomes"), **dict.fromkeys(_none_found(), "no_problem")}
    found, unknown = _told_apart(text, "outcomes", (*_none_found(), *_general(), *_measures()))
    # What followed may stand in the same cell (发现问题，已责令整改); without a result it is none.
    measures = {_measures()[word] for word in found if word in _measures() and word not in known}
    found = [word for word in found if word in known or word not in _measures()]
    if unknown is not None or not found:
        return issue("outcome_unknown", unknown or text)
    if len(measures) > 1:
        return issue("follow_up_several", text)
    codes = tuple(dict.fromkeys(known[word] for word in found if word in known))
    problem_named = PROBLEMS & set(codes)
    says_problem = any(word not in known for word in found)
    if "no_problem" in codes and (problem_named or says_problem):
        return issue("outcome_contradiction", text)
    if says_problem and not problem_named:
        return issue("outcome_general", text, (*codes, "other_violation"))
    return Read(codes)


def measure_beside(text: str) -> str | None:
    """The one measure that a cell of results names beside its results, else None."""
    found, unknown = _told_apart(text, "outcomes", (*_none_found(), *_general(), *_measures()))
    measures = {_measures()[word] for word in found if word in _measures() and word not in _words("outcomes")}
    return measures.pop() if unknown is None and len(measures) == 1 else None


@cache
def _not_checked() -> frozenset[str]:
    return frozenset(compared(word) for word in vocabulary()["outcome_not_checked"]["words"])


@cache
def _none_found() -> tuple[str, ...]:
    """The words of a problem with one before them that says there was none (未发现违法违规)."""
    problems = {*_general(), *(word for word, code in _words("outcomes").items() if code in PROBLEMS)}
    none = vocabulary()["outcome_none_found"]["words"]
    return tuple(f"{no}{word.removeprefix('发现').removeprefix('存在')}" for no in none for word in problems)


@cache
def _general() -> tuple[str, ...]:
    return tuple(compared(word) for word in vocabulary()["outcome_problem"]["words"])


@cache
def _measures() -> dict[str, str]:
    """The words of a measure, also as taken (已责令整改), with its code; "other" alone says none."""
    words = {word: code for word, code in _words("follow_up").items() if not word.startswith(("其他", "其它", "other"))}
    return words | {f"已{word}": code for word, code in words.items()}


def follow_up(text: str, _settings: CellSettings) -> Read:
    """What followed; one measure only. A state (待处置, 已办结) says no measure: open is empty, done is `other`."""
    if says_nothing(text):
        return EMPTY
    states = vocabulary()["follow_up_state"]
    if compared(text) in map(compared, states["open"]):
        return issue("follow_up_open", text)
    if compared(text) in map(compared, states["done"]):
        return issue("follow_up_general", text, "other")
    measures = _words("follow_up") | _measures()
    # Words of a result beside the measure (责令改正，已整改) say nothing more about what was done.
    found, unknown = _told_apart(text, "follow_up", (*_measures(), *_general(), *_words("outcomes")))
    codes = tuple(dict.fromkeys(measures[word] for word in found if word in measures))
    if unknown is not None or not codes:
        state = _state(text)
        return state or issue("follow_up_unknown", unknown or text)
    return Read(codes[0]) if len(codes) == 1 else issue("follow_up_several", text)


def _state(text: str) -> Read | None:
    """Few words that say a state in whatever way: what is not yet done is open, what is finished is done."""
    bare, states = compared(text), vocabulary()["follow_up_state"]
    if len(bare) > _LONGEST_STATE:
        return None
    if any(word in bare for word in states["open_containing"]) or bare.endswith("中"):
        return issue("follow_up_open", text)
    return (
        issue("follow_up_general", text, "other") if any(word in bare for word in states["done_containing"]) else None
    )
