"""Facts in the making: roles filled with phrases of the text, before entities and times are resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.facts.slots import Predicate
from kg.ontology.frames import Frame, Sense
from kg.types import Mention, Modality, Quantity, Span


@dataclass(frozen=True, slots=True)
class Common:
    """A thing that a common noun names, with the class its ending or its role gives it."""

    text: str
    cls: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text filler."""

    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A time filler, already on the calendar."""

    edtf: str
    text: str


Content = Mention | Common | Said | When | Quantity


@dataclass(frozen=True, slots=True)
class Filled:
    """One filler: what it is, where it stands, and the slot it was found in ('' where no slot gave it)."""

    content: Content
    span: Span
    slot: str = field(default="", compare=False)


@dataclass(slots=True)
class Draft:
    """A fact as the interpreter found it in one sentence."""

    frame: Frame
    sense: Sense | None
    trigger: Span
    clause: int
    modality: Modality
    roles: dict[str, list[Filled]] = field(default_factory=dict)
    elements: set[int] = field(default_factory=set)  # ids of the quantity elements it takes
    shared: set[int] = field(default_factory=set)  # those that another event may take too
    carried: bool = False  # whether its subject stands before its clause
    dated: bool = False  # whether its own sentence dates it
    last_clause: int = 0
    first_clause: int | None = None  # where the quote begins, if before the trigger's clause
    again: bool = False  # whether its clause says that it is one more of its kind: 又, 另
    lists: dict[str, list[list[Filled]]] = field(default_factory=dict)  # a role's fillers, slot by slot
    predicate: Predicate | None = field(default=None, compare=False, repr=False)
    joined: list[Span] = field(default_factory=list)  # triggers of the facts that were joined with it

    def add(self, role: str, filled: Filled) -> None:
        """Append a filler unless the role holds its like."""
        held = self.roles.setdefault(role, [])
        if all(other.content != filled.content for other in held):
            held.append(filled)

    def reach(self, clause: int) -> None:
        """Let the quote cover a clause that a figure of the fact stands in."""
        self.first_clause = min(clause, self.clause if self.first_clause is None else self.first_clause)
        self.last_clause = max(self.last_clause, clause)

    @property
    def weight(self) -> int:
        """How many fillers it has."""
        return sum(map(len, self.roles.values()))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a frame that a trigger evoked gave no fact, or which fact was preferred; for `kg explain`."""

    frame: str
    trigger: Span
    why: str
    sense: Sense | None = None
    predicate: Predicate | None = field(default=None, compare=False, repr=False)
    preferred: Draft | None = field(default=None, compare=False, repr=False)
