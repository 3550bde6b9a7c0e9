"""What a source by itself states, as it stands in the files: made where its part is, put together here.

Most facts and entities are one source's alone: their lines are taken as they are. What several sources have
is looked up in the store, as all of them state it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from kg.export import facts_line, line_with
from kg.graph import SourceGraph, Union

_FACT, _ENTITY = "#fact ", "#entity "


@dataclass(frozen=True, slots=True)
class Stated:
    """The lines of facts.jsonl of a source alone, in their order, and its entities: IRI and class, by IRI."""

    facts: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, graph: SourceGraph) -> Self:
        """What the source's graph says."""
        facts = sorted(graph.facts(), key=lambda fact: (fact.evidence[0].span, fact.type, fact.iri))
        entities = sorted((entity.iri, entity.cls) for entity in graph.entities.values())
        return cls(tuple(map(facts_line, facts)), tuple(entities))

    @classmethod
    def read(cls, comments: Iterable[str]) -> Self:
        """What ``comments`` gave, among other comments."""
        facts, entities = list[str](), list[tuple[str, str]]()
        for line in comments:
            if line.startswith(_FACT):
                facts.append(line.removeprefix(_FACT))
            elif line.startswith(_ENTITY):
                iri, cls_name = json.loads(line.removeprefix(_ENTITY))
                entities.append((iri, cls_name))
        return cls(tuple(facts), tuple(entities))

    def comments(self) -> Iterator[str]:
        """Lines to be kept in a part."""
        yield from (f"{_ENTITY}{json.dumps(entity, ensure_ascii=False)}\n" for entity in self.entities)
        yield from (f"{_FACT}{line}" for line in self.facts)


@dataclass(frozen=True, slots=True)
class United:
    """What belongs to a source, as all state it: lines of facts.jsonl, and counts by type and class."""

    lines: str
    facts: dict[str, int]
    entities: dict[str, int]


def unite(stated: Stated, source: str, union: Union) -> United:
    """What belongs to the source of what it states: the rest belongs to sources before it."""
    owners = {iri: union.owners(iri, source) for iri, _ in stated.entities}
    shared = {iri: union.entity(iri) for iri, names in owners.items() if names != [source]}
    entities = Counter(
        shared[iri].cls if iri in shared else class_name for iri, class_name in stated.entities if owners[iri]
    )
    lines, facts = list[str](), Counter[str]()
    for line in stated.facts:
        record = json.loads(line)
        names = union.owners(record["id"], source)
        if names == [source]:
            lines.append(line_with(record, shared) if shared else line)
        elif names:
            lines.append(facts_line(union.fact(record["id"], names)))
        if names:
            facts[record["type"]] += 1
    return United("".join(lines), dict(facts), dict(entities))
