"""Facts as the reader would propose them, written by hand: for tests that need no weights.

Either as ``(type, modality, pivot, {role: [words, ...]})``, its words found in the text; ``words#2`` are their
second occurrence, a filler that is not sure, or stands for others, being ``chunk(words, ...)``: ``proposals``
and ``reading``. Or as marks in the text itself, for the tests of what later stages make of facts: ``tell``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kg.annotations import Marks, Proposal, ProposedFiller
from kg.facts import Policy
from kg.ontology import Ontology, load_ontology
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.script import to_simplified
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


_MARK = re.compile(r"<(\w+)(\*?) ([^<>]+)>")
_STATES = re.compile(r"([A-Z][A-Za-z]+)(?:/([a-z]+))? ")
_TOLD: dict[str, list[Proposal]] = {}


def tell(*pieces: str) -> str:
    """The text of the pieces, without the marks of their facts, which ``told`` reads in it from now on.

    A piece states one fact: ``Type <role words>...`` or ``Type/modality ...``. It stands on the last of its
    marked words. What is marked ``<role* words>`` fills the role in the pieces behind it too. A piece without
    marks states nothing.

    >>> tell("Donation <donor 甲县>捐给<recipient 乙县><amount 5万元>。")
    '甲县捐给乙县5万元。'
    """
    text, found, kept = "", list[Proposal](), dict[str, Span]()
    for piece in pieces:
        states = _STATES.match(piece) if _MARK.search(piece) else None
        if states is None:
            text += piece
            continue
        roles, at = [(role, span) for role, span in kept.items()], states.end()
        for mark in _MARK.finditer(piece):
            text += piece[at : mark.start()]
            span = Span(len(text), len(text) + len(mark[3]))
            text, at = text + mark[3], mark.end()
            roles = [(role, other) for role, other in roles if role != mark[1] or other != kept.get(role)]
            roles.append((mark[1], span))
            if mark[2]:
                kept[mark[1]] = span
        text += piece[at:]
        fillers = tuple(ProposedFiller(role, span, SURE) for role, span in roles)
        modality = Modality(states[2] or Modality.ASSERTED)
        found.append(Proposal(states[1], modality, fillers[-1].span, SURE, SURE, fillers))
    _TOLD[to_simplified(text)] = found
    return text


@cache
def told() -> Extractor:
    """An extractor of the project's ontology that reads what ``tell`` was told, in those very texts."""
    return Extractor(ontology(), read=lambda text, marks: list(_TOLD.get(text, ())))
