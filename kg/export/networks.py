"""The graph as a network, for Gephi, yEd and networkx.

Its nodes are the entities; its edges the asserted facts' short triples and the places' containment. A
fact of two entities that has no short triple is an edge too, named by its type, from the entity of its
first role to each of the others.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

from kg import terms
from kg.export.xml import keep_returns, xml_text
from kg.graph import Readable, read_entities, read_facts
from kg.ontology.vocabulary import Vocabulary
from kg.types import Entity, Fact, Modality

if TYPE_CHECKING:  # takes 80 ms, and builds, which write other files, need it not
    import networkx as nx

Edge = tuple[str, str, str]  # the IRIs of subject and object, the name between them
_XML = "<?xml version='1.0' encoding='utf-8'?>\n"


def graphml(store: Readable, vocabulary: Vocabulary) -> bytes:
    """The network as GraphML."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml_xml(entity_network(store, vocabulary), out)
    return keep_returns(out.getvalue()) + b"\n"


def gexf(store: Readable, vocabulary: Vocabulary) -> bytes:
    """The network as GEXF 1.2, without the day on which it was written."""
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(entity_network(store, vocabulary), version="1.2draft")
    writer.xml.remove(writer.xml.find("meta"))
    return f"{_XML}{writer}".encode()


def short_edges(fact: Fact, vocabulary: Vocabulary) -> Iterator[Edge]:
    """The short relations of an asserted fact, a symmetric one in one direction."""
    if fact.modality is not Modality.ASSERTED:
        return
    for rule in vocabulary.shorts:
        if vocabulary.is_a(fact.type, rule.fact_type):
            for start, end in product(_iris(fact, rule.subject), _iris(fact, rule.object)):
                if start != end and not (rule.symmetric and start > end):
                    yield start, end, rule.name


def entity_network(store: Readable, vocabulary: Vocabulary) -> nx.MultiDiGraph[str]:
    """The network itself: nodes by IRI, with label, class, aliases, english and code.

    Edges have a label and the IRIs of their facts; several of either are one text, split by | or spaces.
    """
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    entities = {entity.iri: entity for entity in read_entities(store, vocabulary)}
    for iri, entity in entities.items():
        words = {"label": entity.label, "class": entity.cls, "aliases": "|".join(entity.aliases)}
        words |= {"english": entity.english or "", "code": entity.code or ""}
        network.add_node(xml_text(iri), **{name: xml_text(text) for name, text in words.items()})
    for (start, end, name), facts in sorted(_edges(store, vocabulary, entities).items()):
        network.add_edge(
            xml_text(start), xml_text(end), key=f"{name} {end}", label=name, facts=" ".join(facts)
        )
    return network


def _edges(store: Readable, vocabulary: Vocabulary, entities: Mapping[str, Entity]) -> dict[Edge, list[str]]:
    """The facts behind each edge: subject, object and name."""
    edges: dict[Edge, list[str]] = {}
    for entity in entities.values():
        if entity.located_in in entities:
            edges[entity.iri, entity.located_in or "", terms.LOCATED_IN.removeprefix(terms.KG)] = []
    for fact in read_facts(store, vocabulary):
        for edge in _fact_edges(fact, vocabulary):
            edges.setdefault(edge, []).append(fact.iri)
    return edges


def _fact_edges(fact: Fact, vocabulary: Vocabulary) -> Iterator[Edge]:
    found = list(short_edges(fact, vocabulary))
    yield from found
    if not found and fact.modality is Modality.ASSERTED:
        filled = [iri for role in fact.roles for iri in _iris(fact, role)]
        yield from ((filled[0], end, fact.type) for end in filled[1:] if end != filled[0])


def _iris(fact: Fact, role: str) -> list[str]:
    return [value.iri for value in fact.roles.get(role, ()) if isinstance(value, Entity)]
