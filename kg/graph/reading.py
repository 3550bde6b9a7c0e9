"""Quads to facts: what was written comes back, and what several sources state is one fact again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.iris import value_key
from kg.ontology.vocabulary import Vocabulary
from kg.types import (
    Document,
    Entity,
    Evidence,
    Fact,
    Modality,
    Period,
    Quantity,
    RoleSpan,
    Span,
    Text,
    Value,
)

Object = NamedNode | Literal
Properties = Mapping[str, list[Object]]


class Readable(Protocol):
    """What reading needs of a store."""

    def sources(self) -> Mapping[str, str]:
        """The IRI of each source's graph by the source's name, sorted by name."""
        ...

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        """The quads of one graph, or of all; those with the subject, the predicate."""
        ...


def read_facts(store: Readable, vocabulary: Vocabulary) -> Iterator[Fact]:
    """Every fact once, sorted by its first evidence's source and offset, its type and its IRI.

    Evidence comes in order of source and offset, the spans in it in order of role, index and place;
    fillers keep their order (those without a span come last), roles have the ontology's. Where sources
    differ in the words of a filler, the one that is surer of the fact, then the first by name, has them.
    One source's graph is in memory at a time.
    """
    union = Union(store, vocabulary)
    for source in union.graphs:
        yield from union.facts_of(source)


def read_entities(store: Readable, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Every entity once, sorted by IRI; its label is the longest that a source gives it."""
    union = Union(store, vocabulary)
    typed = store.quads(predicate=terms.TYPE)
    for iri in sorted({_iri(quad.subject) for quad in typed if _iri(quad.object) == terms.ENTITY}):
        yield union.entity(iri)


def read_documents(store: Readable) -> Iterator[Document]:
    """Every source with its full text, sorted by name."""
    for name, graph in store.sources().items():
        yield read_document(store, name, graph)


def read_document(store: Readable, name: str, graph: str) -> Document:
    """One source with its full text."""
    text = next((quad.object for quad in store.quads(graph, predicate=terms.FULL_TEXT)), None)
    return Document(name, text.value if isinstance(text, Literal) else "")


def read_stated(store: Readable, predicate: str) -> Iterator[tuple[str, str]]:
    """What the sources' graphs say with a property of the source: its name and the literal's text."""
    names = {iri: name for name, iri in store.sources().items()}
    for quad in store.quads(predicate=predicate):
        if _iri(quad.graph_name) in names and isinstance(quad.object, Literal):
            yield names[_iri(quad.graph_name)], quad.object.value


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
        self._classes = {term.iri: name for name, term in vocabulary.classes.items()}
        self._entities: dict[str, Entity] = {}
        self._first: dict[str, str] = {}  # of what several sources have

    def sources_of(self, iri: str) -> list[str]:
        """The names of the sources that have the fact or the entity, sorted."""
        quads = self._store.quads(subject=iri, predicate=terms.DIRECT_TYPE)
        return sorted({self._names[graph] for q in quads if (graph := _iri(q.graph_name)) in self._names})

    def facts_of(self, source: str) -> list[Fact]:
        """The facts that belong to the source, as all sources state them, in the order of the text."""
        graph = _Graph(source, self._store.quads(self.graphs[source]), self._vocabulary)
        found: list[Fact] = []
        for fact in graph.facts():
            names = self._if_first(fact.iri, source)
            if names:
                same = [fact, *(self._fact_in(other, fact.iri) for other in names[1:])]
                found.append(_merge_facts(same, self.entity))
        return sorted(found, key=lambda fact: (fact.evidence[0].span, fact.type, fact.iri))

    def entities_of(self, source: str) -> list[Entity]:
        """The entities that belong to the source, sorted by IRI."""
        return [
            self.entity(iri)
            for iri in sorted(self.iris_in(source, terms.ENTITY))
            if self._if_first(iri, source)
        ]

    def iris_in(self, source: str, kind: str) -> set[str]:
        """The facts (``terms.FACT``) or entities (``terms.ENTITY``) that the source has."""
        typed = self._store.quads(self.graphs[source], predicate=terms.TYPE)
        return {_iri(quad.subject) for quad in typed if _iri(quad.object) == kind}

    def entity(self, iri: str) -> Entity:
        """The entity as all sources that have it describe it."""
        if iri not in self._entities:
            parts: dict[str, set[tuple[str, Object]]] = defaultdict(set)
            for quad in self._store.quads(subject=iri):
                graph, predicate, target = _iri(quad.graph_name), quad.predicate.value, quad.object
                known = graph in self._names and predicate in _DESCRIBING
                if known and isinstance(target, NamedNode | Literal):
                    parts[graph].add((predicate, target))
            # Most sources say the same of an entity: what differs is looked at once.
            same = {_described(iri, said, self._classes) for said in set(map(frozenset, parts.values()))}
            _limit(self._entities)
            self._entities[iri] = _merge_entities(sorted(same, key=repr), self._vocabulary)
        return self._entities[iri]

    def _if_first(self, iri: str, source: str) -> list[str]:
        """The sources that have it, where this one is their first; else nothing."""
        if self._first.get(iri, source) != source:
            return []
        names = self.sources_of(iri)
        if len(names) > 1:
            _limit(self._first)
            self._first[iri] = names[0]
        return names if names[0] == source else []

    def _fact_in(self, source: str, iri: str) -> Fact:
        """The fact as one source states it; only what hangs on it is read."""
        graph = self.graphs[source]
        seen, waiting, quads = {iri}, [iri], list[Quad]()
        while waiting:
            for quad in self._store.quads(graph, subject=waiting.pop()):
                quads.append(quad)
                target = quad.object
                if (
                    isinstance(target, NamedNode)
                    and quad.predicate.value not in _LEADS_AWAY
                    and target.value not in seen
                ):
                    seen.add(target.value)
                    waiting.append(target.value)
        return next(fact for fact in _Graph(source, quads, self._vocabulary).facts() if fact.iri == iri)


_KEPT = 50_000  # entities or names kept in memory; beyond, all are read again
_DESCRIBING = frozenset(
    (terms.DIRECT_TYPE, terms.LABEL, terms.ALT_LABEL, terms.LOCATED_IN, terms.CODE)
)  # what makes an Entity
_LEADS_AWAY = {
    *(terms.TYPE, terms.DIRECT_TYPE, terms.DERIVED_FROM, terms.HAS_SOURCE, terms.ROLE),
    *(terms.LOCATED_IN, terms.FILLER),
}


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _limit(kept: dict[str, Any]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()


class _Graph:
    """One source's graph, indexed by subject and predicate."""

    def __init__(self, source: str, graph: Iterable[Quad], vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.nodes: dict[str, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        for quad in graph:
            subject, target = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(target, NamedNode | Literal):
                self.nodes[subject.value][quad.predicate.value].append(target)
        self.entities = {entity.iri: entity for entity in self._entities()}

    def _of_type(self, root: str, names: Mapping[str, str]) -> Iterator[tuple[str, str, Properties]]:
        """IRI, local name of the direct type, and properties of every node under ``root``."""
        for iri, node in self.nodes.items():
            if any(kind.value == root for kind in node.get(terms.TYPE, ())):
                yield iri, names[_one(node, terms.DIRECT_TYPE)], node

    def _entities(self) -> Iterator[Entity]:
        names = {term.iri: name for name, term in self.vocabulary.classes.items()}
        for iri, _, node in self._of_type(terms.ENTITY, names):
            yield _entity(iri, node, names)

    def facts(self) -> Iterator[Fact]:
        names = {term.iri: name for name, term in self.vocabulary.fact_types.items()}
        for iri, fact_type, node in self._of_type(terms.FACT, names):
            roles = {role.iri: name for name, role in self.vocabulary.fact_types[fact_type].roles.items()}
            evidence = [self._evidence(part.value, roles) for part in node[terms.EVIDENCE]]
            fillers = _Fillers(node, roles, [mention for _, mentions in evidence for mention in mentions])
            reasons = _maybe(node, terms.REASONS)
            yield Fact(
                iri=iri,
                type=fact_type,
                modality=Modality(_one(node, terms.MODALITY)),
                roles={role: tuple(map(self._value, found)) for role, found in fillers.ordered.items()},
                evidence=tuple(
                    sorted(
                        (replace(part, fillers=fillers.spans(mentions)) for part, mentions in evidence),
                        key=lambda e: e.span,
                    )
                ),
                confidence=float(_one(node, terms.CONFIDENCE)),
                extractor=_one(node, terms.EXTRACTOR),
                reasons=tuple(reasons.split("\n")) if reasons is not None else (),
            )

    def _evidence(self, iri: str, roles: Mapping[str, str]) -> tuple[Evidence, list[_Mention]]:
        node = self.nodes[iri]
        selector = self.nodes[_one(node, terms.HAS_SELECTOR)]
        trigger = _maybe(node, terms.TRIGGER)
        evidence = Evidence(
            source=self.source,
            span=_span(selector),
            quote=_one(selector, terms.EXACT),
            trigger=_span(self.nodes[trigger]) if trigger is not None else None,
        )
        mentions = []
        for part in node.get(terms.MENTION, ()):
            shown = self.nodes[part.value]
            role = roles[_one(shown, terms.ROLE)]
            index = int(_one(shown, terms.INDEX))
            mentions.append(_Mention(role, index, shown[terms.FILLER][0], _span(shown)))
        return evidence, mentions

    def _value(self, filler: Object) -> Value:
        if isinstance(filler, Literal):
            return Text(filler.value)
        entity = self.entities.get(filler.value)
        if entity is not None:
            return entity
        node = self.nodes[filler.value]
        text = _one(node, terms.TEXT)
        if terms.EDTF in node:
            return Period(_one(node, terms.EDTF), text)
        return Quantity(
            Decimal(_one(node, terms.VALUE)), _one(node, terms.UNIT), _one(node, terms.BOUND), text
        )


@dataclass(frozen=True, slots=True)
class _Mention:
    role: str
    index: int
    filler: Object
    span: Span


class _Fillers:
    """The fillers of a fact in their order, which the mentions know."""

    def __init__(self, node: Properties, roles: Mapping[str, str], mentions: Sequence[_Mention]) -> None:
        self.order = list(roles.values())
        self.ordered: dict[str, list[Object]] = {}
        self.positions: dict[tuple[str, int], int] = {}
        for iri, role in roles.items():
            if iri not in node:
                continue
            places = sorted({(m.index, m.filler) for m in mentions if m.role == role}, key=lambda p: p[0])
            shown = {filler for _, filler in places}
            rest = sorted((filler for filler in node[iri] if filler not in shown), key=lambda f: f.value)
            self.ordered[role] = [*(filler for _, filler in places), *rest]
            self.positions |= {(role, index): place for place, (index, _) in enumerate(places)}

    def spans(self, mentions: Iterable[_Mention]) -> tuple[RoleSpan, ...]:
        found = (RoleSpan(m.role, self.positions[m.role, m.index], m.span) for m in mentions)
        return tuple(sorted(found, key=lambda s: (self.order.index(s.role), s.index, s.span)))


def _described(iri: str, said: Iterable[tuple[str, Object]], classes: Mapping[str, str]) -> Entity:
    node: dict[str, list[Object]] = defaultdict(list)
    for predicate, target in said:
        node[predicate].append(target)
    return _entity(iri, node, classes)


def _entity(iri: str, node: Properties, classes: Mapping[str, str]) -> Entity:
    labels = {label.language: label.value for label in node[terms.LABEL] if isinstance(label, Literal)}
    return Entity(
        iri=iri,
        label=labels["zh"],
        cls=classes[_one(node, terms.DIRECT_TYPE)],
        aliases=tuple(sorted(alias.value for alias in node.get(terms.ALT_LABEL, ()))),
        english=labels.get("en"),
        located_in=_maybe(node, terms.LOCATED_IN),
        code=_maybe(node, terms.CODE),
    )


def _one(node: Properties, predicate: str) -> str:
    return node[predicate][0].value


def _maybe(node: Properties, predicate: str) -> str | None:
    values = node.get(predicate)
    return values[0].value if values else None


def _span(node: Properties) -> Span:
    return Span(int(_one(node, terms.SPAN_START)), int(_one(node, terms.SPAN_END)))


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
