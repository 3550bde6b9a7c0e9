"""Quads to facts: what was written comes back, and what several sources state is one fact again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
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


def read_documents(store: Readable) -> Iterator[Document]:
    """Every source with its full text and what it says of itself, sorted by name."""
    for name, graph in store.sources().items():
        yield read_document(store, name, graph)


def read_document(store: Readable, name: str, graph: str) -> Document:
    """One source with its full text and what it says of itself."""
    said = {
        quad.predicate.value: quad.object.value
        for quad in store.quads(graph, subject=graph)
        if isinstance(quad.object, NamedNode | Literal)
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


def read_stated(store: Readable, predicate: str) -> Iterator[tuple[str, str]]:
    """What the sources' graphs say with a property of the source: its name and the literal's text."""
    names = {iri: name for name, iri in store.sources().items()}
    for quad in store.quads(predicate=predicate):
        if node_iri(quad.graph_name) in names and isinstance(quad.object, Literal):
            yield names[node_iri(quad.graph_name)], quad.object.value


class SourceGraph:
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


def described(iri: str, said: Iterable[tuple[str, Object]], classes: Mapping[str, str]) -> Entity:
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


def read_source_records(store: Readable) -> Iterator[dict[str, Any]]:
    """What the store holds of each source, sorted by name, for lists: without the text."""
    for name, graph in store.sources().items():
        document = read_document(store, name, graph)
        digest = next(_texts(store, graph, terms.SHA256), "")
        facts = {quad.subject for quad in store.quads(graph, predicate=terms.EVIDENCE)}
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
            "problems": sorted(_texts(store, graph, terms.PROBLEM)),
        }


def _texts(store: Readable, graph: str, predicate: str) -> Iterator[str]:
    """What a source's graph says of the source in literals."""
    found = store.quads(graph, subject=graph, predicate=predicate)
    return (quad.object.value for quad in found if isinstance(quad.object, Literal))


def literal_text(term: object) -> str:
    """The text of a literal; '' of anything else."""
    return term.value if isinstance(term, Literal) else ""


def node_iri(term: object) -> str:
    """The IRI of a node; '' of anything else."""
    return term.value if isinstance(term, NamedNode) else ""
