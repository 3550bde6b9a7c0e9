"""The facts around a thing, read from the store without reading the rest, as records for the pages.

The one module of the server that knows `kg.view`: the records are those of the page that `kg build`
writes, so that one script shows both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.graph import Union
from kg.ontology.vocabulary import Vocabulary
from kg.view.model import Model, is_hub, merge_entities
from kg.view.records import class_looks, graph_records, short

_MOST_GRAPHS = 200  # sources that say something of one entity; the names of a hub are in far fewer
_MOST_LINKS = 100_000  # triples around one entity that are looked through for its facts

_TYPE, _LABEL, _TITLE = NamedNode(terms.TYPE), NamedNode(terms.LABEL), NamedNode(terms.TITLE)
_EVIDENCE, _LOCATED_IN = NamedNode(terms.EVIDENCE), NamedNode(terms.LOCATED_IN)
_NAMES, _FULL_TEXT = NamedNode(terms.NAMES), NamedNode(terms.FULL_TEXT)
_ENTITY_PREDICATES = tuple(
    map(NamedNode, (terms.TYPE, terms.LABEL, terms.ALT_LABEL, terms.LOCATED_IN, terms.CODE))
)
_NO_FILLERS = frozenset([terms.TYPE, terms.NAMES, terms.LOCATED_IN])


class Part:
    """Some facts of a store with all that belongs to them; reads as a store does (``Readable``)."""

    def __init__(self, store: Oxigraph, graph: NamedNode | None = None) -> None:
        self._store = store
        self._only = graph
        self._kept: set[Quad] = set()
        self._by_graph: dict[str, list[Quad]] = defaultdict(list)
        # By subject, then graph: a hub stands in hundreds of graphs, and is asked about in each.
        self._by_subject: dict[str, dict[str, list[Quad]]] = defaultdict(lambda: defaultdict(list))
        self._placed: set[tuple[NamedNode, NamedNode]] = set()  # entities, and where they are described
        self._said: dict[NamedNode, list[Quad]] = {}  # what all sources agree on, of an entity

    def add_facts(self, facts: Iterable[NamedNode]) -> None:
        """Take facts, what is quoted for them, their values and the entities that fill their roles."""
        parts: dict[NamedNode, None] = {}
        entities: dict[tuple[NamedNode, NamedNode], None] = {}
        places: dict[tuple[NamedNode, str], set[NamedNode]] = defaultdict(set)
        fillers: dict[tuple[NamedNode, str], set[Any]] = defaultdict(set)
        for quad in self._take(facts):
            fact, predicate, target, graph = quad
            role = predicate.value
            if role in _NO_FILLERS:
                continue
            fillers[fact, role.removeprefix(terms.KG)].add(target)
            if not isinstance(target, NamedNode):
                continue
            if role.startswith(terms.AT):
                places[fact, role.removeprefix(terms.AT)].add(target)
            elif role == terms.EVIDENCE or target.value.startswith(f"{fact.value}-"):
                parts[target] = None
            elif role != terms.TRIGGER:
                entities[target, graph] = None
        self._take(parts)
        # What stands where is asked only where it could be another filler.
        self._take(
            {place for key, there in places.items() if len(fillers[key]) > 1 for place in there}, _NAMES
        )
        for entity, graph in entities:
            self.add_entity(entity, graph)

    def add_entity(self, entity: NamedNode, graph: NamedNode | None = None) -> None:
        """Take what is said of an entity, and the places above it, but not its facts.

        It is put into ``graph``, where a fact of that source names the entity, else into any that has it.
        """
        graph = self._only or graph or self._any_graph(entity)
        if graph is None or (entity, graph) in self._placed:
            return
        self._placed.add((entity, graph))
        if entity not in self._said:
            self._said[entity] = self._agreed(entity)
            for quad in () if self._said[entity] else self._differing(entity):
                self._keep(quad)
        for said in self._said[entity] or self._described(entity, graph):
            quad = Quad(said.subject, said.predicate, said.object, graph)
            self._keep(quad)
            if quad.predicate == _LOCATED_IN and isinstance(quad.object, NamedNode):
                self.add_entity(quad.object, graph)

    def _any_graph(self, entity: NamedNode) -> NamedNode | None:
        labelled = (quad.graph_name for quad in self._store.quads_for_pattern(entity, _LABEL, None, None))
        return next((graph for graph in labelled if isinstance(graph, NamedNode)), None)

    def _agreed(self, entity: NamedNode) -> list[Quad]:
        """What all sources together say of an entity, as one says it; nothing where they name it differently.

        A hub stands in thousands of graphs: which of them says what is only asked where it matters.
        """
        said = self._described(entity, self._only or DefaultGraph())
        labels = [q.object.language for q in said if q.predicate == _LABEL and isinstance(q.object, Literal)]
        return said if len(labels) == len(set(labels)) else []

    def _differing(self, entity: NamedNode) -> Iterator[Quad]:
        """What each source says of an entity, of as many as say anything new of it."""
        labelled = self._store.quads_for_pattern(entity, _LABEL, None, None)
        for graph in dict.fromkeys(quad.graph_name for quad in islice(labelled, _MOST_GRAPHS)):
            if isinstance(graph, NamedNode):
                yield from self._described(entity, graph)

    def _described(self, entity: NamedNode, graph: NamedNode | DefaultGraph) -> list[Quad]:
        return [
            quad
            for predicate in _ENTITY_PREDICATES
            for quad in self._store.quads_for_pattern(entity, predicate, None, graph)
        ]

    def sources(self) -> Mapping[str, str]:
        """See Store: the sources that the facts come from."""
        named = {}
        for graph in self._by_graph:
            node = NamedNode(graph)
            for quad in self._store.quads_for_pattern(node, _TITLE, None, node):
                named[getattr(quad.object, "value", "")] = graph
        return dict(sorted(named.items()))

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        """See Store."""
        kept = self._by_graph if subject is None else self._by_subject.get(subject, {})
        found = chain.from_iterable(kept.values()) if graph is None else kept.get(graph, ())
        return (quad for quad in found if predicate is None or quad.predicate.value == predicate)

    def texts(self) -> Mapping[str, str]:
        """The text of each source by its name."""
        texts = {}
        for name, graph in self.sources().items():
            for quad in self._store.quads_for_pattern(NamedNode(graph), _FULL_TEXT, None, NamedNode(graph)):
                if isinstance(quad.object, Literal):
                    texts[name] = quad.object.value
        return texts

    def _take(self, subjects: Iterable[NamedNode], predicate: NamedNode | None = None) -> list[Quad]:
        """What the sources say of the subjects, kept: all in one query, for the union is not to be read."""
        asked = " ".join(map(str, dict.fromkeys(subjects)))
        if not asked:
            return []
        query = f"""SELECT ?s ?p ?o ?g {{
            VALUES ?s {{ {asked} }} GRAPH {self._only or "?g"} {{ ?s {predicate or "?p"} ?o }}
        }}"""
        quads = [
            Quad(s, predicate or p, o, self._only or g)
            for s, p, o, g in cast(QuerySolutions, self._store.query(query))
        ]
        for quad in quads:
            self._keep(quad)
        return quads

    def _keep(self, quad: Quad) -> None:
        graph, subject = quad.graph_name, quad.subject
        if isinstance(graph, NamedNode) and isinstance(subject, NamedNode) and quad not in self._kept:
            self._kept.add(quad)
            self._by_graph[graph.value].append(quad)
            self._by_subject[subject.value][graph.value].append(quad)


def is_fact(store: Oxigraph, node: NamedNode) -> bool:
    """Whether the store has a fact of this name, be it a plan."""
    return next(store.quads_for_pattern(node, _EVIDENCE, None, DefaultGraph()), None) is not None


def facts_around(store: Oxigraph, entity: NamedNode, *, limit: int, offset: int = 0) -> list[NamedNode]:
    """Some of the facts in which an entity fills a role, each once, in the store's order."""
    query = f"SELECT DISTINCT ?fact {_around(entity)} LIMIT {limit} OFFSET {offset}"
    found = cast(QuerySolutions, store.query(query))
    return [row[0] for row in found if isinstance(row[0], NamedNode)]


def count_around(store: Oxigraph, entity: NamedNode) -> int:
    """How many facts there are in which an entity fills a role; of a very great hub, in some triples."""
    query = f"SELECT (COUNT(DISTINCT ?fact) AS ?many) {_around(entity)}"
    found = next(cast(QuerySolutions, store.query(query)))[0]
    return int(found.value) if isinstance(found, Literal) else 0


def _around(entity: NamedNode) -> str:
    """The pattern of ``?fact``, which the engine matches without reading a term: a hub has thousands."""
    links = f"SELECT ?fact {{ ?fact ?role {entity} FILTER(?role NOT IN ({_NO_ROLES})) }} LIMIT {_MOST_LINKS}"
    return f"{{ {{ {links} }} FILTER EXISTS {{ ?fact {_EVIDENCE} ?said }} FILTER(isIRI(?fact)) }}"


_NO_ROLES = ", ".join(f"<{iri}>" for iri in sorted(_NO_FILLERS))


def facts_of(store: Oxigraph, source: NamedNode) -> list[NamedNode]:
    """The facts that a source's graph states, sorted."""
    quads = store.quads_for_pattern(None, _EVIDENCE, None, source)
    return sorted({q.subject for q in quads if isinstance(q.subject, NamedNode)}, key=lambda n: n.value)


def around(
    store: Oxigraph, vocabulary: Vocabulary, iri: str, *, limit: int, offset: int = 0
) -> dict[str, Any] | None:
    """The records of an entity and of its facts, or of one fact; None for what the store does not hold."""
    node = NamedNode(iri)
    part = Part(store)
    if is_fact(store, node):
        facts, more = [node], 0
    else:
        facts = facts_around(store, node, limit=limit, offset=offset)
        more = max(0, count_around(store, node) - offset - limit)
        part.add_entity(node)
    part.add_facts(facts)
    records = _records(part, vocabulary)
    if not records["facts"] and not records["entities"]:
        return None
    is_there = any(entity["id"] == short(iri) for entity in records["entities"])
    return {**records, "center": short(iri) if is_there else None, "more": more}


def in_source(store: Oxigraph, vocabulary: Vocabulary, graph: str, *, limit: int) -> dict[str, Any]:
    """The records of the facts of one source, with ``spans``: start, end and fact of each sentence."""
    source = NamedNode(graph)
    part = Part(store, source)
    facts = facts_of(store, source)
    part.add_facts(facts[:limit])
    only = _OnlyGraph(part, graph)
    records = _records(only, vocabulary)
    spans = sorted([*said["at"], i] for i, fact in enumerate(records["facts"]) for said in fact["ev"])
    return {**records, "spans": spans, "more": max(0, len(facts) - limit)}


class _OnlyGraph:
    """A part with one source alone: what others say of its entities is left out."""

    def __init__(self, part: Part, graph: str) -> None:
        self._part, self._graph = part, graph

    def sources(self) -> Mapping[str, str]:
        return {name: graph for name, graph in self._part.sources().items() if graph == self._graph}

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        return self._part.quads(graph or self._graph, subject=subject, predicate=predicate)

    def texts(self) -> Mapping[str, str]:
        return self._part.texts()


def looks(vocabulary: Vocabulary, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Labels, colour and shape of classes."""
    wanted = set(names)
    found = {}
    for name, look in class_looks(vocabulary, wanted).items():
        if name in wanted:
            term = vocabulary.classes.get(name)
            labels = {"zh": term.label_zh, "en": term.label_en} if term else {"zh": name, "en": name}
            found[name] = {**labels, "color": look.color, "shape": look.shape}
    return found


def _records(part: Part | _OnlyGraph, vocabulary: Vocabulary) -> dict[str, Any]:
    union = Union(part, vocabulary)
    facts, entities = union.facts_at_once(), list(union.entities())
    known = merge_entities(entities, facts)
    hubs = frozenset(fact.iri for fact in facts if is_hub(fact, vocabulary))
    model = Model(known, {fact.iri: fact for fact in facts}, hubs)
    return graph_records(model, vocabulary, part.texts(), known, whole_texts=False)
