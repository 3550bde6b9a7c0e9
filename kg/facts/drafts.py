"""Facts in the making: roles filled with characters of the text, before names become entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.types import Mention, Modality, Quantity, Span


@dataclass(frozen=True, slots=True)
class Said:
    """A text filler."""

    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A time filler, already on the calendar."""

    edtf: str
    text: str


Content = Mention | Said | When | Quantity


@dataclass(frozen=True, slots=True)
class Filled:
    """One filler: what it is, where it stands, and how likely it fills the role."""

    content: Content
    span: Span
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as it was read in one place.

    ``trigger`` is the span that it stands on, ``evidence`` the characters that state it; ``extractor``
    says what read
    it. ``signs`` are what its confidence is computed from, ``parts`` the probabilities of its pivot,
    its modality and its least sure filler; both are empty where nothing was weighed. ``sure`` was held
    against the threshold of its type.
    """

    type: str
    modality: Modality
    trigger: Span
    evidence: Span
    roles: Mapping[str, tuple[Filled, ...]]
    extractor: str
    signs: Mapping[str, float]
    parts: tuple[float, ...] = ()
    sure: float = 1.0
