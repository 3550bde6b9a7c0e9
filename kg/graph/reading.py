"""Quads to facts: what was written comes back, and what several sources state is one fact again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one graph, or of all."""
        ...


def read_facts(store: Readable, vocabulary: Vocabulary) -> Iterator[Fact]:
    """Every fact once, sorted by its first evidence's source and offset, its type and its IRI.

    Evidence comes in order of source and offset, the spans in it in order of role, index and place;
    fillers keep their order (those without a span come last), roles have the ontology's. Where sources
    differ in the words of a filler, the one that is surer of the fact, then the first by name, has them.
    """
    stated: dict[str, list[Fact]] = defaultdict(list)
    graphs = [_Graph(name, store.quads(graph), vocabulary) for name, graph in store.sources().items()]
    entities = _merged_entities(graphs, vocabulary)
    for graph in graphs:
        for fact in graph.facts():
            stated[fact.iri].append(fact)
    merged = (_merge_facts(facts, entities) for facts in stated.values())
    yield from sorted(merged, key=lambda f: (f.evidence[0].source, f.evidence[0].span, f.type, f.iri))


def read_entities(store: Readable, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Every entity once, sorted by IRI; its label is the longest that a source gives it."""
    graphs = [_Graph(name, store.quads(graph), vocabulary) for name, graph in store.sources().items()]
    for _, entity in sorted(_merged_entities(graphs, vocabulary).items()):
        yield entity


def read_documents(store: Readable) -> Iterator[Document]:
    """Every source with its full text and what it says of itself, sorted by name."""
    for name, graph in store.sources().items():
        yield read_document(store, name, graph)


def read_document(store: Readable, name: str, graph: str) -> Document:
    """One source with its full text and what it says of itself."""
    said = {
        quad.predicate.value: quad.object.value
        for quad in store.quads(graph)
        if isinstance(quad.subject, NamedNode)
        and quad.subject.value == graph
        and isinstance(quad.object, NamedNode | Literal)
    }
    spans = (pair.split("-") for pair in said.get(terms.FURNITURE, "").split())
    return Document(
        name,
        said.get(terms.FULL_TEXT, ""),
        kind=said.get(terms.FORMAT, "text/plain"),
        title=said.get(terms.OWN_TITLE, ""),
        date=said.get(terms.OWN_DATE, ""),
        publisher=said.get(terms.PUBLISHER, ""),
        origin=said.get(terms.ORIGIN, ""),
        pages=tuple(map(int, said.get(terms.PAGE_STARTS, "").split())),
        furniture=tuple(Span(int(start), int(end)) for start, end in spans),
    )


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
        for iri, cls, node in self._of_type(terms.ENTITY, names):
            labels = {
                label.language: label.value for label in node[terms.LABEL] if isinstance(label, Literal)
            }
            yield Entity(
                iri=iri,
                label=labels["zh"],
                cls=cls,
                aliases=tuple(sorted(alias.value for alias in node.get(terms.ALT_LABEL, ()))),
                english=labels.get("en"),
                located_in=_maybe(node, terms.LOCATED_IN),
                code=_maybe(node, terms.CODE),
            )

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
            page=int(page) if (page := _maybe(node, terms.PAGE)) is not None else None,
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


def _one(node: Properties, predicate: str) -> str:
    return node[predicate][0].value


def _maybe(node: Properties, predicate: str) -> str | None:
    values = node.get(predicate)
    return values[0].value if values else None


def _span(node: Properties) -> Span:
    return Span(int(_one(node, terms.SPAN_START)), int(_one(node, terms.SPAN_END)))


def _merged_entities(graphs: Iterable[_Graph], vocabulary: Vocabulary) -> dict[str, Entity]:
    found: dict[str, list[Entity]] = defaultdict(list)
    for graph in graphs:
        for iri, entity in graph.entities.items():
            found[iri].append(entity)
    return {iri: _merge_entities(same, vocabulary) for iri, same in found.items()}


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


def _merge_facts(same: Sequence[Fact], entities: Mapping[str, Entity]) -> Fact:
    """One fact of what each source states; the sources come sorted by name."""
    best = max(same, key=lambda fact: fact.confidence)  # the first of equals
    evidence = [part for fact in same for part in (fact.evidence if fact is best else _follow(fact, best))]
    roles = {
        role: tuple(entities.get(v.iri, v) if isinstance(v, Entity) else v for v in values)
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


def read_source_records(store: Readable) -> Iterator[dict[str, Any]]:
    """What the store holds of each source, sorted by name, for lists: without the text."""
    for name, graph in store.sources().items():
        document = read_document(store, name, graph)
        digest, facts = "", set()
        problems: list[str] = []
        for quad in store.quads(graph):
            if quad.predicate.value == terms.SHA256:
                digest = _value(quad.object)
            elif quad.predicate.value == terms.PROBLEM:
                problems.append(_value(quad.object))
            elif quad.predicate.value == terms.EVIDENCE:
                facts.add(quad.subject)
        yield {
            "source": name,
            "characters": len(document.text),
            "kind": document.kind,
            "sha256": digest,
            "date": document.date,
            "title": document.title,
            "publisher": document.publisher,
            "origin": document.origin,
            "pages": len(document.pages),
            "facts": len(facts),
            "problems": sorted(problems),
        }


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
