"""What a decisions file says, checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property

from kg.corrections import NONE as NO_CORRECTIONS
from kg.corrections import Corrections
from kg.iris import name_key


class Kind(StrEnum):
    """What is decided."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    APART = "apart"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a decision speaks of: an IRI, or a name with what more is said of it.

    ``place`` is what was said, ``codes`` the divisions that it may mean; ``source`` a name or a pattern.
    """

    name: str = ""
    cls: str = ""
    place: str = ""
    codes: tuple[str, ...] = ()
    source: str = ""
    iri: str = ""

    def is_in(self, source: str) -> bool:
        """Whether the thing may be met in a source."""
        return not self.source or source == self.source or fnmatchcase(source, self.source)


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry. ``text`` is all that it says, in one line: equal entries have equal texts."""

    kind: Kind
    things: tuple[Thing, ...]
    text: str
    where: str  # file:line
    name: str = ""  # for a split or a rename: the new one
    english: str = ""
    qualifier: str = ""
    sources: tuple[str, ...] = ()  # of a split
    quote: str = ""  # of a wrong fact
    fact_type: str = ""


@dataclass(frozen=True)
class Decisions:
    """The decisions of a file, in its order, and the corrections of the file beside it."""

    entries: tuple[Decision, ...] = ()
    path: str = ""
    corrections: Corrections = NO_CORRECTIONS

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.entries)

    @cached_property
    def texts(self) -> dict[str, int]:
        """What the decisions say that have an effect on the graph, and the place of each."""
        return {d.text: place for place, d in enumerate(self.entries) if d.kind is not Kind.APART}

    def in_order(self, texts: set[str] | frozenset[str]) -> list[str]:
        """The texts in the order of the file, those that it has not last."""
        return sorted(texts, key=lambda text: (self.texts.get(text, len(self.entries)), text))

    @cached_property
    def by_key(self) -> Mapping[str, tuple[int, ...]]:
        """The places of the decisions about entities by the names and IRIs that they mention."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, decision in enumerate(self.entries):
            if decision.kind in (Kind.MERGE, Kind.SPLIT, Kind.RENAME):
                for key in {thing.iri or name_key(thing.name) for thing in decision.things}:
                    found[key].append(place)
        return {key: tuple(places) for key, places in found.items()}


NONE = Decisions()
