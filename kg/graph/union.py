"""What several sources state together: each fact and each entity once, whoever has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg import terms
from kg.graph.reading import Object, Readable, SourceGraph, described, node_iri
from kg.iris import value_key
from kg.ontology.vocabulary import Vocabulary
from kg.types import Entity, Evidence, Fact, Span


def read_facts(store: Readable, vocabulary: Vocabulary) -> Iterator[Fact]:
    """Every fact once, sorted by its first evidence's source and offset, its type and its IRI.

    Evidence comes in order of source and offset, the spans in it in order of role, index and place;
    fillers keep their order (those without a span come last), roles have the ontology's. Where sources
    differ in the words of a filler, the one that is surer of the fact, then the first by name, has them.
    One source's graph is in memory at a time.
    """
    return Union(store, vocabulary).facts()


def read_entities(store: Readable, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Every entity once, sorted by IRI; its label is the longest that a source gives it."""
    return Union(store, vocabulary).entities()


class Union:
    """What the sources of a store state together, looked up source by source.

    A fact or an entity belongs to the first source, by name, that has it: so that all of them are read
    once each, with no more in memory than one source's graph, the ontology and what was read last.
    The store must not change meanwhile.
    """

    def __init__(self, store: Readable, vocabulary: Vocabulary) -> None:
        self.graphs = store.sources()  # IRI by name, sorted
        self._store = store
        self._vocabulary = vocabulary
        self._names = {iri: name for name, iri in self.graphs.items()}
        self._entities: dict[str, Entity] = {}
        self._first: dict[str, str] = {}  # of what several sources have

    def facts(self) -> Iterator[Fact]:
        """Every fact once; see ``read_facts``."""
        for source in self.graphs:
            yield from self.facts_of(source)

    def facts_at_once(self) -> list[Fact]:
        """What ``facts`` gives, with the graphs of all sources in memory: for a part of a store."""
        stated: dict[str, list[Fact]] = defaultdict(list)
        for source, graph in self.graphs.items():
            for fact in SourceGraph(source, self._store.quads(graph), self._vocabulary).facts():
                stated[fact.iri].append(fact)
        merged = [_merge_facts(same, self.entity) for same in stated.values()]
        return sorted(merged, key=_place)

    def entities(self) -> Iterator[Entity]:
        """Every entity once; see ``read_entities``."""
        typed = self._store.quads(predicate=terms.TYPE)
        found = {node_iri(quad.subject) for quad in typed if node_iri(quad.object) == terms.ENTITY}
        return map(self.entity, sorted(found))

    def sources_of(self, iri: str) -> list[str]:
        """The names of the sources that have the fact or the entity, sorted."""
        quads = self._store.quads(subject=iri, predicate=terms.LABEL)
        return sorted({self._names[graph] for q in quads if (graph := node_iri(q.graph_name)) in self._names})

    def facts_of(self, source: str) -> list[Fact]:
        """The facts that belong to the source, as all sources state them, in the order of the text."""
        graph = SourceGraph(source, self._store.quads(self.graphs[source]), self._vocabulary)
        found: list[Fact] = []
        for fact in graph.facts():
            if names := self.owners(fact.iri, source):
                same = [fact, *(self._fact_in(other, fact.iri) for other in names[1:])]
                found.append(_merge_facts(same, self.entity))
        return sorted(found, key=lambda fact: (fact.evidence[0].span, fact.type, fact.iri))

    def entities_of(self, source: str) -> list[Entity]:
        """The entities that belong to the source, sorted by IRI."""
        return [self.entity(iri) for iri in sorted(self.entities_in(source)) if self.owners(iri, source)]

    def facts_in(self, source: str) -> set[str]:
        """The IRIs of the facts that the source states."""
        quads = self._store.quads(self.graphs[source], predicate=terms.EVIDENCE)
        return {node_iri(quad.subject) for quad in quads}

    def entities_in(self, source: str) -> set[str]:
        """The IRIs of the entities that the source describes."""
        typed = self._store.quads(self.graphs[source], predicate=terms.TYPE)
        return {node_iri(quad.subject) for quad in typed if node_iri(quad.object) == terms.ENTITY}

    def entity(self, iri: str) -> Entity:
        """The entity as all sources that have it describe it."""
        if iri not in self._entities:
            parts: dict[str, set[tuple[str, Object]]] = defaultdict(set)
            for predicate in _DESCRIBING:
                for quad in self._store.quads(subject=iri, predicate=predicate):
                    graph, target = node_iri(quad.graph_name), quad.object
                    if graph in self._names and isinstance(target, NamedNode | Literal):
                        parts[graph].add((predicate, target))
            # Most sources say the same of an entity: what differs is looked at once.
            same = {described(iri, said, self._vocabulary) for said in set(map(frozenset, parts.values()))}
            _limit(self._entities)
            self._entities[iri] = _merge_entities(sorted(same, key=repr), self._vocabulary)
        return self._entities[iri]

    def fact(self, iri: str, names: Sequence[str]) -> Fact:
        """The fact as the sources of these names, which are all that have it, state it."""
        return _merge_facts([self._fact_in(name, iri) for name in names], self.entity)

    def owners(self, iri: str, source: str) -> list[str]:
        """The sources that have the fact or the entity, where this one is their first; else nothing."""
        if self._first.get(iri, source) != source:
            return []
        names = self.sources_of(iri)
        if len(names) > 1:
            _limit(self._first)
            self._first[iri] = names[0]
        return names if names[0] == source else []

    def _fact_in(self, source: str, iri: str) -> Fact:
        """The fact as one source states it; only what hangs on it is read."""
        graph, seen = self.graphs[source], {iri}
        quads = list(self._store.quads(graph, subject=iri))
        for quad in quads:  # grows by what the fact's fillers and places say of themselves
            target = node_iri(quad.object)
            if target and target not in seen and node_iri(quad.subject) == iri:
                seen.add(target)
                quads += self._store.quads(graph, subject=target)
        return next(fact for fact in SourceGraph(source, quads, self._vocabulary).facts() if fact.iri == iri)


_KEPT = 50_000  # entities or names kept in memory; beyond, all are read again
_DESCRIBING = frozenset(
    (terms.TYPE, terms.LABEL, terms.ALT_LABEL, terms.LOCATED_IN, terms.CODE)
)  # what makes an Entity


def _place(fact: Fact) -> tuple[str, Span, str, str]:
    """What facts are in order of: where each is said first, then what it is."""
    return fact.evidence[0].source, fact.evidence[0].span, fact.type, fact.iri


def _limit(kept: dict[str, Any]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()


def _merge_entities(same: Sequence[Entity], vocabulary: Vocabulary) -> Entity:
    if all(entity == same[0] for entity in same):
        return same[0]
    best = min(same, key=lambda e: (-len(e.label), e.label, e.english is None, e.english or ""))
    names = {name for entity in same for name in (entity.label, *entity.aliases)}
    english = best.english or min((e.english for e in same if e.english), default=None)
    return Entity(
        iri=best.iri,
        label=best.label,
        cls=vocabulary.most_specific({entity.cls for entity in same}) or best.cls,
        aliases=tuple(sorted(names - {best.label})),
        english=english,
        located_in=min((e.located_in for e in same if e.located_in), default=None),
        code=min((e.code for e in same if e.code), default=None),
    )


def _merge_facts(same: Sequence[Fact], entity: Callable[[str], Entity]) -> Fact:
    """One fact of what each source states; the sources come sorted by name."""
    best = max(same, key=lambda fact: fact.confidence)  # the first of equals
    evidence = [part for fact in same for part in (fact.evidence if fact is best else _follow(fact, best))]
    roles = {
        role: tuple(entity(v.iri) if isinstance(v, Entity) else v for v in values)
        for role, values in best.roles.items()
    }
    return replace(best, roles=roles, evidence=tuple(sorted(evidence, key=lambda e: (e.source, e.span))))


def _follow(fact: Fact, leader: Fact) -> Iterator[Evidence]:
    """The fact's evidence with the indices that the same fillers have in another source's fact."""
    places = {
        (role, index): next(
            (i for i, other in enumerate(leader.roles.get(role, ())) if value_key(other) == value_key(value)),
            index,
        )
        for role, index, value in fact.fillers()
    }
    for evidence in fact.evidence:
        spans = tuple(replace(s, index=places[s.role, s.index]) for s in evidence.fillers)
        yield replace(evidence, fillers=spans)
