"""Names of conferences, fairs and ceremonies: they may hold a year, an ordinal, a dash, a verb."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.annotations import NUMBER, QUOTED, TIME, Word
from kg.mentions.tokens import Tokens
from kg.ontology.lexicon import Grammar, Names
from kg.types import Mention, Span
from kg.values import TimeKind, TimeMention

PROPER = frozenset({"LOC", "ORG", "PER"})
_JOINTS = frozenset("-·—–")
_OPENS = PROPER | {"n", "nz", "s", "nw"}
_LONGEST = 20  # words of one event's name


def find_event(
    text: str,
    words: Sequence[Word],
    index: int,
    tokens: Tokens,
    names: Names,
    grammar: Grammar,
    verbs: Collection[str],
) -> tuple[Mention, int] | None:
    """The event named from a word on, and the word behind it; None where nothing proper names it."""
    first = words[index]
    if first.tag not in _OPENS and not _is_year_or_rank(first, tokens):
        return None
    is_named = False
    body = first.start  # where the words that are neither year nor ordinal begin
    best: int | None = None
    for at in range(index, min(index + _LONGEST, len(words))):
        word = words[at]
        said = text[word.start : word.end]
        if _is_year_or_rank(word, tokens):
            is_named = True
            body = word.end if body == word.start else body
        elif word.tag in PROPER or word.tag in ("nz", QUOTED):
            is_named = True
        elif not _may_stand_inside(text, words, at, is_named, names, grammar, verbs):
            break
        ending = names.event_of(text, body, word.end)
        if (
            ending
            and is_named
            and word.end - body > len(ending)
            and (word.tag not in ("v", "w") or len(said) == 1)
        ):
            best = at + 1
    if best is None:
        return None
    span = Span(first.start, words[best - 1].end)
    return Mention(span, span.of(text), names.quoted), best


def _may_stand_inside(
    text: str,
    words: Sequence[Word],
    at: int,
    is_named: bool,
    names: Names,
    grammar: Grammar,
    verbs: Collection[str],
) -> bool:
    word = words[at]
    said = text[word.start : word.end]
    if word.tag in (TIME, NUMBER):
        return False
    if word.tag == "w":
        return set(said) <= _JOINTS
    if said in grammar.joins and word.tag in ("p", "c"):
        return is_named and at + 1 < len(words) and words[at + 1].tag in PROPER
    if word.tag == "v":
        return is_named and said not in verbs
    return (word.tag in names.inside or word.tag == "ad") and (
        said not in names.never_inside or said in names.inside_events
    )


def _is_year_or_rank(word: Word, tokens: Tokens) -> bool:
    if word.tag == TIME:
        return word.start in tokens.times and is_year(tokens.times[word.start])
    if word.tag == NUMBER:
        return word.start in tokens.quantities and tokens.quantities[word.start].rank
    return False


def is_year(time: TimeMention) -> bool:
    """Whether a time is one named year and nothing finer."""
    point = time.expr.start
    return (
        time.expr.kind is TimeKind.POINT
        and point is not None
        and point.year is not None
        and point.month is None
        and point.day is None
        and point.months is None
    )
