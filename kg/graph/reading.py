"""Quads to facts: what was written comes back, and what several sources state is one fact again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.graph.writing import type_predicate
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
        notes=tuple(said[terms.NOTES].split("\n")) if terms.NOTES in said else (),
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
        self._types = {term.iri: name for name, term in vocabulary.fact_types.items()}
        self._said = {type_predicate(modality, vocabulary): modality for modality in Modality}
        self.entities = {entity.iri: entity for entity in self._entities()}

    def _entities(self) -> Iterator[Entity]:
        classes = {term.iri: name for name, term in self.vocabulary.classes.items()}
        for iri, node in self.nodes.items():
            if any(kind.value == terms.ENTITY for kind in node.get(terms.TYPE, ())):
                yield _entity(iri, node, classes, self.vocabulary)

    def facts(self) -> Iterator[Fact]:
        """The facts as this source alone states them, in no particular order."""
        for iri, node in list(self.nodes.items()):
            if terms.EVIDENCE in node:
                yield self._fact(iri, node)

    def _fact(self, iri: str, node: Properties) -> Fact:
        modality, fact_type = self._kind(node)
        quotes = sorted(
            (span_of(p.value), _one(self.nodes[p.value], terms.QUOTE)) for p in node[terms.EVIDENCE]
        )
        spans = [span for span, _ in quotes]
        pages = {span_of(p.value): _maybe(self.nodes[p.value], terms.PAGE) for p in node[terms.EVIDENCE]}
        roles: dict[str, tuple[Value, ...]] = {}
        shown: dict[Span, list[RoleSpan]] = defaultdict(list)
        for role, term in self.vocabulary.fact_types[fact_type].roles.items():
            found = self._placed(node.get(term.iri, ()), node.get(f"{terms.AT}{role}", ()))
            if found:
                roles[role] = tuple(self._value(filler, self._words(at, quotes)) for filler, at in found)
            for index, (_, places) in enumerate(found):
                for place in places:
                    for span in _homes(span_of(place), spans):
                        shown[span].append(RoleSpan(role, index, span_of(place)))
        triggers = sorted(span_of(place.value) for place in node.get(terms.TRIGGER, ()))
        reasons = _maybe(node, terms.REASONS)
        return Fact(
            iri=iri,
            type=fact_type,
            modality=modality,
            roles=roles,
            evidence=tuple(
                Evidence(
                    source=self.source,
                    span=span,
                    quote=quote,
                    trigger=next((trigger for trigger in triggers if span.contains(trigger)), None),
                    fillers=tuple(shown[span]),
                    page=int(page) if (page := pages[span]) is not None else None,
                )
                for span, quote in quotes
            ),
            confidence=float(_one(node, terms.CONFIDENCE)),
            extractor=_one(node, terms.EXTRACTOR),
            reasons=tuple(reasons.split("\n")) if reasons is not None else (),
        )

    def _kind(self, node: Properties) -> tuple[Modality, str]:
        for predicate, modality in self._said.items():
            found = {self._types[kind.value] for kind in node.get(predicate, ()) if kind.value in self._types}
            if found:
                return modality, self.vocabulary.most_specific(found) or min(found)
        raise KeyError(terms.TYPE)

    def _placed(self, fillers: Sequence[Object], places: Sequence[Object]) -> list[tuple[Object, list[str]]]:
        """The fillers of a role, each with its places, in the order of the text; last those without one."""
        found = []
        for filler in fillers:
            own = (
                p for p in places if len(fillers) == 1 or filler in self.nodes[p.value].get(terms.NAMES, ())
            )
            found.append((filler, sorted((place.value for place in own), key=span_of)))
        return sorted(found, key=lambda one: (not one[1], [*map(span_of, one[1])], one[0].value))

    def _words(self, places: Sequence[str], quotes: Iterable[tuple[Span, str]]) -> str:
        """What stands at the first of the places: in a quote around it, or quoted by itself."""
        for place in places[:1]:
            span = span_of(place)
            for around, quote in quotes:
                if around.contains(span):
                    return quote[span.start - around.start : span.end - around.start]
            return _maybe(self.nodes[place], terms.QUOTE) or ""
        return ""

    def _value(self, filler: Object, words: str) -> Value:
        if isinstance(filler, Literal):
            is_time = filler.datatype.value == terms.EDTF
            return Period(filler.value, words) if is_time else Text(filler.value)
        entity = self.entities.get(filler.value)
        if entity is not None:
            return entity
        node = self.nodes[filler.value]
        return Quantity(
            Decimal(_one(node, terms.VALUE)), _one(node, terms.UNIT), _one(node, terms.BOUND), words
        )


def _homes(span: Span, sentences: Sequence[Span]) -> list[Span]:
    """The sentences in which the characters stand; where in none, the nearest, the first of equals."""
    around = [sentence for sentence in sentences if sentence.contains(span)]
    return around or [min(sentences, key=lambda s: max(s.start - span.start, span.end - s.end))]


def span_of(iri: str) -> Span:
    """The characters that an IRI of a source's characters means.

    >>> span_of("x:s#3-9")
    Span(start=3, end=9)
    """
    start, _, end = iri.rpartition("#")[2].partition("-")
    return Span(int(start), int(end))


def described(iri: str, said: Iterable[tuple[str, Object]], vocabulary: Vocabulary) -> Entity:
    """The entity that the statements describe."""
    node: dict[str, list[Object]] = defaultdict(list)
    for predicate, target in said:
        node[predicate].append(target)
    return _entity(iri, node, {term.iri: name for name, term in vocabulary.classes.items()}, vocabulary)


def _entity(iri: str, node: Properties, classes: Mapping[str, str], vocabulary: Vocabulary) -> Entity:
    labels = {label.language: label.value for label in node[terms.LABEL] if isinstance(label, Literal)}
    found = {classes[kind.value] for kind in node[terms.TYPE] if kind.value in classes}
    return Entity(
        iri=iri,
        label=labels["zh"],
        cls=vocabulary.most_specific(found) or min(found),
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
