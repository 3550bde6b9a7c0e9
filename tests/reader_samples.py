"""Facts as the reader would propose them, written by hand: for tests that need no weights.

A fact is ``(type, modality, pivot, {role: [words, ...]})``, its words found in the text; ``words#2`` are their
second occurrence. A filler that is not sure, or stands for others, is written ``chunk(words, ...)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kg.annotations import Marks, Proposal, ProposedFiller
from kg.facts import Policy
from kg.ontology import Ontology, load_ontology
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.types import Modality, Span

SURE = 0.95  # probability of what is not said to have another


class Chunk(NamedTuple):
    """Words in a role; ``leads`` are those that they stand for."""

    words: str
    probability: float = SURE
    leads: tuple[str, ...] = ()


Roles = Mapping[str, Sequence[str | Chunk]]
Stated = tuple[str, str, str, Roles] | tuple[str, str, str, Roles, float]


def chunk(words: str, probability: float = SURE, *, leads: Sequence[str] = ()) -> Chunk:
    """Words in a role, with how likely they fill it and the words that they stand for."""
    return Chunk(words, probability, tuple(leads))


def span_of(text: str, words: str) -> Span:
    """Where the words stand; ``words#2`` is their second occurrence."""
    words, _, number = words.partition("#")
    at = -1
    for _ in range(int(number or 1)):
        at = text.index(words, at + 1)
    return Span(at, at + len(words))


def proposals(text: str, facts: Iterable[Stated]) -> list[Proposal]:
    """The facts as proposals of the reader; a fifth part of a fact is its probability.

    >>> [one] = proposals("甲县捐给乙县", [("Donation", "asserted", "捐", {"donor": ["甲县"]})])
    >>> one.pivot, one.fillers[0].span
    (Span(start=2, end=3), Span(start=0, end=2))
    """
    return [_proposal(text, *fact) for fact in facts]


def _proposal(
    text: str, fact_type: str, modality: str, pivot: str, roles: Roles, probability: float = SURE
) -> Proposal:
    fillers = tuple(
        _filler(text, role, Chunk(said) if isinstance(said, str) else said)
        for role, said_all in roles.items()
        for said in said_all
    )
    return Proposal(fact_type, Modality(modality), span_of(text, pivot), probability, SURE, fillers)


def _filler(text: str, role: str, said: Chunk) -> ProposedFiller:
    leads = tuple(span_of(text, words) for words in said.leads)
    return ProposedFiller(role, span_of(text, said.words), said.probability, leads, SURE if leads else 0.0)


@cache
def ontology() -> Ontology:
    """The project's."""
    return load_ontology(ontology_dir())


def reading(facts: Iterable[Stated], *, policy: Policy | None = None) -> Extractor:
    """An extractor of the project's ontology whose reader proposes these facts of every text."""
    stated = list(facts)

    def read(text: str, marks: Marks) -> list[Proposal]:
        return proposals(text, stated)

    return Extractor(ontology(), read=read, policy=policy)
