"""A conflict and the statements that are in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kg.types import Entity, Evidence, Fact, Period, Quantity, Span, Value


class Kind(StrEnum):
    """How statements contradict one another."""

    DIFFERS = "differs"  # another figure, time or person for one thing
    SUM = "sum"  # the parts do not add up to the whole
    EXCESS = "excess"  # a part, or all parts together, are more than the whole


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, or row of a table, with what it says; ``fact`` is the IRI of the fact it states, if any.

    ``part`` is true of the parts of a sum, and of them alone. ``quote`` is the source's text at ``span``.
    """

    source: str
    span: Span
    quote: str
    says: str
    fact: str = ""
    page: int | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot all be true.

    ``about`` names the thing, by the fillers of its roles; ``type`` and ``role`` are local names of the
    ontology, empty for figures that are no facts; ``total`` is what the parts add up to, where they do not.
    Statements are in the order of source and offset, a whole before its parts.
    """

    kind: Kind
    about: str
    type: str
    role: str
    statements: tuple[Statement, ...]
    total: Decimal | None = None

    def __post_init__(self) -> None:
        if len(self.statements) < 2:
            raise ValueError(f"{self.about}: a conflict needs two statements")


def statement(fact: Fact, evidence: Evidence, value: Value, *, part: bool = False) -> Statement:
    """What one sentence says of a fact's filler."""
    return Statement(
        evidence.source, evidence.span, evidence.quote, words(value), fact.iri, evidence.page, part
    )


def words(value: Value) -> str:
    """A filler in the words of its source, or by the name of its entity."""
    return value.label if isinstance(value, Entity) else value.text


def name(value: Value) -> str:
    """A filler that tells what a conflict is about: times as they stand in the calendar."""
    if isinstance(value, Period):
        return value.edtf
    return f"{value.value.normalize():f} {value.unit}" if isinstance(value, Quantity) else words(value)
