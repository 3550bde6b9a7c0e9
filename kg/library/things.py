"""The entities of a graph, each with the facts that it takes part in, found by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from kg.errors import UnknownNameError
from kg.explain import find_entities, suggest_names
from kg.types import Entity, Fact

_SHOWN = 5  # IRIs of namesakes in one line


@dataclass(frozen=True, slots=True, eq=False)
class Node(Entity):
    """An entity with the facts that it takes part in, in the order of the graph's facts.

    It equals the entity that the facts have in their roles.
    """

    facts: tuple[Fact, ...] = field(default=(), repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entity) and _said(self) == _said(other)

    __hash__ = Entity.__hash__


class Entities(Mapping[str, Node]):
    """The nodes by IRI, in the order of the IRIs; looked up by name, alias, English name or IRI too.

    ``entities[name]`` raises UnknownNameError, a KeyError, where nothing is called so, with the nearest
    names, and where several are, with their IRIs; ``find`` gives all of them.
    """

    def __init__(self, entities: Iterable[Entity], facts: Iterable[Fact]) -> None:
        around: dict[str, dict[str, Fact]] = defaultdict(dict)
        for fact in facts:
            for _, _, value in fact.fillers():
                if isinstance(value, Entity):
                    around[value.iri][fact.iri] = fact
        self._nodes = {one.iri: Node(*_said(one), tuple(around[one.iri].values())) for one in entities}

    def find(self, name: str) -> tuple[Node, ...]:
        """All that are called so: by a label or, where none is, by an alias; an IRI may lack its start."""
        return tuple(self._nodes[one.iri] for one in find_entities(list(self._nodes.values()), name))

    def __getitem__(self, name: str) -> Node:
        if name in self._nodes:
            return self._nodes[name]
        found = self.find(name)
        if len(found) == 1:
            return found[0]
        if not found:
            raise UnknownNameError(f"{name}: no entity is called so{suggest_names(self.values(), name)}")
        iris = ", ".join(node.iri for node in found[:_SHOWN])
        raise UnknownNameError(f"{name}: {len(found)} entities are called so; take one by its IRI: {iris}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __repr__(self) -> str:
        return f"<{len(self):,} entities>"


_FIELDS = tuple(part.name for part in fields(Entity))


def _said(entity: Entity) -> tuple[str, str, str, tuple[str, ...], str | None, str | None, str | None]:
    """The fields of an Entity."""
    said = tuple(getattr(entity, name) for name in _FIELDS)
    iri, label, cls, aliases, english, located_in, code = said
    return iri, label, cls, aliases, english, located_in, code
