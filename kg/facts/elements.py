"""What a clause is made of: phrases over words, names and values, in order.

An element is a noun phrase, a value, a verb, a preposition, a mark; a clause is the elements between
two of the marks that end one. Everything a frame can ask for is found on these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kg.ontology.lexicon import Reference
from kg.types import Mention, Span
from kg.values import QuantityMention, TimeMention


class Kind(StrEnum):
    """The kinds of elements."""

    NAME = "name"
    NOUN = "noun"
    TITLE = "title"
    REFERENCE = "reference"
    QUANTITY = "quantity"
    TIME = "time"
    VERB = "verb"
    TRIGGER = "trigger"
    MARKER = "marker"
    ADVERB = "adverb"
    OF = "of"
    JOIN = "join"
    ALSO = "also"
    MARK = "mark"
    OTHER = "other"


NOMINAL = frozenset({Kind.NAME, Kind.NOUN, Kind.REFERENCE})


@dataclass(slots=True, eq=False)
class Element:
    """One phrase, itself and no other; what it names or counts is in the field of its kind."""

    kind: Kind
    span: Span
    text: str
    tag: str = ""
    mention: Mention | None = None
    parts: tuple[Mention, ...] = ()  # names inside a noun phrase: 广州 in 广州医生
    quantity: QuantityMention | None = None
    time: TimeMention | None = None
    reference: Reference | None = None
    referents: tuple[Mention, ...] = ()
    triggers: tuple[object, ...] = ()
    nominal: bool = False  # whether a trigger evokes its frame as a noun too
    pieces: tuple[Element, ...] = ()  # what a noun phrase was put together from
    counted_by: Element | None = None  # 19名 before 党政干部
    counts: Element | None = None  # and the other way round


@dataclass(slots=True)
class Clause:
    """The elements of one clause, and the characters they come from."""

    span: Span
    elements: list[Element] = field(default_factory=list)
