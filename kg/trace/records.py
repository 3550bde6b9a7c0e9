"""What is told of a sentence; the JSON form has the same fields by the same names."""

from __future__ import annotations

from dataclasses import dataclass

from kg.types import Span


@dataclass(frozen=True, slots=True)
class Words:
    """Some words and their place in the source's text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name with the class it was given and the entity it was linked to."""

    span: Span
    text: str
    cls: str
    entity: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of a clause.

    ``names`` are the name itself, or the names inside a noun phrase; ``refers_to`` is what a reference
    stands for; ``counts`` is the noun that a quantity counts; ``value`` a quantity in base units.
    """

    kind: str
    span: Span
    text: str
    names: tuple[Named, ...] = ()
    refers_to: tuple[str, ...] = ()
    value: str = ""
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase; ``slot`` is the preposition's, ``the subject``, or none; ``traits`` say the rest."""

    span: Span
    text: str
    slot: str
    members: tuple[str, ...]
    traits: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    counted_by: str = ""


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """A clause with its elements and phrases."""

    span: Span
    text: str
    pieces: tuple[Piece, ...]
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Filler:
    """What fills a role: its words, what they mean, and the slot it was found in ('' where none gave it).

    A time is of its ``clause`` or its ``sentence``, or it is one before them that is ``governing``.
    """

    role: str
    slot: str
    span: Span
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands in a slot of a role without filling it, and why; no words where nothing stands there."""

    role: str
    slot: str
    words: Words | None
    why: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A frame tried at a trigger, in one sense: a fact, or the reason why there is none.

    ``governed_by`` is the word that makes it a plan or a denial; ``joined`` are the triggers whose facts
    were joined with it; ``fate`` is what became of the fact: its IRI, or where it went.
    """

    frame: str
    sense: str
    reader: str  # clause, title or figure
    priority: int
    trigger: Words
    made: bool
    why: str = ""
    modality: str = ""
    governed_by: Words | None = None
    fillers: tuple[Filler, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    joined: tuple[Words, ...] = ()
    fate: str = ""
    confidence: float | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One sentence as it was read; ``kind`` is its passage's, ``copy_of`` what that passage repeats.

    ``names`` are all names in it, those in brackets included; ``left_over`` the quantities that no fact
    took; ``problems`` what the report says of its facts.
    """

    source: str
    span: Span
    text: str
    kind: str
    copy_of: Span | None
    names: tuple[Named, ...] = ()
    clauses: tuple[ClauseTrace, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    left_over: tuple[Words, ...] = ()
    problems: tuple[str, ...] = ()
