"""Corrections to places in a text, found by their words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from kg.anchored import counted
from kg.annotations import PERSON, Judgement, Proposal, ProposedFiller
from kg.corrections.types import Correction, Statement, Words
from kg.ontology.vocabulary import Vocabulary
from kg.types import Span

_SHOWN = 40  # characters of a sentence in a message


class Homeless(Exception):
    """A correction finds its place nowhere; the text says why."""


def place(correction: Correction, text: str, vocabulary: Vocabulary) -> tuple[Judgement, ...]:
    """What a correction says at each place where its sentence stands in the text, white space aside.

    Raises Homeless where that is nowhere, where a filler is not in its sentence, or where the ontology lacks
    the type or a role.
    """
    sentences = list(occurrences(correction.sentence, text, Span(0, len(text))))
    if not sentences:
        raise Homeless("its sentence is not in the text")
    return tuple(_judgement(correction, sentence, text, vocabulary) for sentence in sentences)


def place_all(
    corrections: Iterable[Correction], text: str, vocabulary: Vocabulary
) -> tuple[list[Judgement], list[tuple[Correction, str]]]:
    """What all corrections of one text say, and those that find no place, each with the reason."""
    placed: list[Judgement] = []
    homeless = []
    for correction in corrections:
        try:
            placed += place(correction, text, vocabulary)
        except Homeless as error:
            homeless.append((correction, str(error)))
    return placed, homeless


def moved(judgement: Judgement, to: Callable[[Span], Span]) -> Judgement:
    """The judgement with its spans in the offsets of another text."""

    def moved_fact(fact: Proposal | None) -> Proposal | None:
        fillers = tuple(replace(filler, span=to(filler.span)) for filler in fact.fillers) if fact else ()
        return fact and replace(fact, pivot=to(fact.pivot), fillers=fillers)

    return Judgement(to(judgement.sentence), moved_fact(judgement.stated), moved_fact(judgement.was))


def shortened(correction: Correction) -> str:
    """The correction in a message: verdict, type and the beginning of its sentence."""
    sentence = " ".join(correction.sentence.split())
    return f"{correction.verdict} {correction.fact.type}: {sentence[:_SHOWN]}"


def _judgement(correction: Correction, sentence: Span, text: str, vocabulary: Vocabulary) -> Judgement:
    stated = was = None
    if correction.stated is not None:
        stated = _proposal(correction.stated, sentence, text, vocabulary)
    if correction.was is not None:
        try:
            was = _proposal(correction.was, sentence, text, vocabulary)
        except Homeless:  # what the ontology does not know any more is not read any more
            if stated is None:
                raise
    return Judgement(sentence, stated, was)


def _proposal(fact: Statement, sentence: Span, text: str, vocabulary: Vocabulary) -> Proposal:
    known = vocabulary.fact_types.get(fact.type)
    if known is None:
        raise Homeless(f"the ontology has no fact type {fact.type!r}")
    fillers = []
    for role, words in fact.roles:
        if role not in known.roles:
            raise Homeless(f"{fact.type} has no role {role!r}")
        fillers += [ProposedFiller(role, _place(one, sentence, text), 1.0) for one in words]
    inside = [filler.span for filler in fillers if sentence.contains(filler.span)]
    carries = _place(Words(fact.trigger), sentence, text) if fact.trigger else None
    pivot = carries or min(inside, default=sentence)
    return Proposal(fact.type, fact.modality, pivot, 1.0, 1.0, tuple(fillers), PERSON)


def _place(words: Words, sentence: Span, text: str) -> Span:
    around = sentence
    if words.sentence:
        others = occurrences(words.sentence, text, Span(0, len(text)))
        nearest = min(others, key=lambda span: abs(span.start - sentence.start), default=None)
        if nearest is None:
            raise Homeless(f"the sentence of {words.text!r} is not in the text")
        around = nearest
    said, count = counted(words.text, around.of(text))
    found = list(occurrences(said, text, around))
    if not 0 < count <= len(found):
        raise Homeless(f"{words.text!r} is not in its sentence")
    return found[count - 1]


def occurrences(words: str, text: str, within: Span) -> Iterator[Span]:
    """Where the words stand, in order: as they are, else whatever white space is in them."""
    at = text.find(words, within.start, within.end)
    if at < 0:
        spaced = re.compile(r"\s*".join(map(re.escape, "".join(words.split()))))
        yield from (Span(*match.span()) for match in spaced.finditer(text, within.start, within.end))
    while at >= 0:
        yield Span(at, at + len(words))
        at = text.find(words, at + 1, within.end)
