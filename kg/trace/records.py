"""What is told of a sentence; the JSON form has the same fields by the same names."""

from __future__ import annotations

from dataclasses import dataclass

from kg.types import Span


@dataclass(frozen=True, slots=True)
class MarkTrace:
    """A value or a name: the family of its unit, time, or its class, and what it means or names."""

    kind: str
    span: Span
    text: str
    means: str


@dataclass(frozen=True, slots=True)
class FillerTrace:
    """A chunk in a role: how likely, what it means, and why it does not fill the role ('' where it does)."""

    role: str
    probability: float
    span: Span
    text: str
    means: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposalTrace:
    """A fact as it was read; ``outcome`` is its IRI in the graph, or why it is not there.

    ``probability`` is that of the pivot being such a fact; ``sure`` is how sure the whole is, which was held
    against the ``threshold`` of its type, None of a row of a table. ``confidence`` is that nothing in it is
    wrong, of what is in the graph.
    """

    type: str
    extractor: str
    probability: float
    modality: str
    modality_probability: float
    pivot: Span
    text: str
    fillers: tuple[FillerTrace, ...]
    in_graph: bool
    outcome: str
    sure: float | None
    threshold: float
    confidence: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One sentence as it was read; ``kind`` is its passage's, ``copy_of`` what that passage repeats."""

    source: str
    span: Span
    text: str
    kind: str
    copy_of: Span | None
    values: tuple[MarkTrace, ...]
    names: tuple[MarkTrace, ...]
    proposals: tuple[ProposalTrace, ...]
