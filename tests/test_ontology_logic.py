"""The ontology by itself: consistent to an OWL RL reasoner, its alignments terms of what they name."""

from pathlib import Path

import pytest
from graph_samples import (
    COMPANY,
    COUNTY,
    GOVERNMENT,
    VOCABULARY,
    VOCABULARY_PATHS,
    donation,
    extraction,
    pairing,
)
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import OWL, RDF, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, ORG, PROV, QB, RDFS, SDO, SKOS, TIME, XSD, DefinedNamespace

from kg import terms
from kg.errors import OntologyError
from kg.graph import quads
from kg.ontology.vocabulary import load_vocabulary

KG = Namespace(terms.KG)
CONTRADICTION = "http://www.daml.org/2002/03/agents/agent-ont#"  # how owlrl tells one


class OA(DefinedNamespace):
    """What we use of the Web Annotation vocabulary, https://www.w3.org/TR/annotation-vocab/."""

    _NS = Namespace("http://www.w3.org/ns/oa#")
    _fail = True
    SpecificResource: URIRef
    TextPositionSelector: URIRef
    TextQuoteSelector: URIRef


class QUDT(DefinedNamespace):
    """What we use of QUDT 2.1, http://qudt.org/2.1/schema/qudt (CC BY 4.0)."""

    _NS = Namespace("http://qudt.org/schema/qudt/")
    _fail = True
    QuantityValue: URIRef
    hasUnit: URIRef
    numericValue: URIRef


# rdflib keeps the terms of the others, made from the vocabularies' own files.
VOCABULARIES = (DCTERMS, OA, ORG, OWL, PROV, QB, QUDT, RDF, RDFS, SDO, SKOS, TIME, XSD)


def ontology() -> Graph:
    graph = Graph()
    for path in VOCABULARY_PATHS:
        graph.parse(path)
    return graph


def contradictions(graph: Graph) -> list[str]:
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    return [str(said) for _, predicate, said in graph if str(predicate).startswith(CONTRADICTION)]


def test_ontology_with_a_page_of_facts_is_consistent() -> None:
    graph = ontology()
    page = extraction(donation(), pairing())
    graph.parse(data="".join(f"{quad.triple} .\n" for quad in quads(page, VOCABULARY)), format="nt")
    assert contradictions(graph) == []
    assert (URIRef(GOVERNMENT.iri), RDF.type, SDO.Organization) in graph  # it did reason


@pytest.mark.parametrize(
    ("node", "cls"),
    [(donation().iri, KG.Entity), (COUNTY.iri, KG.Organization), (COMPANY.iri, KG.Person)],
    ids=["fact and entity", "place and organization", "company and person"],
)
def test_ontology_contradiction_in_a_graph_is_found(node: str, cls: URIRef) -> None:
    graph = ontology()
    page = extraction(donation(), pairing())
    graph.parse(data="".join(f"{quad.triple} .\n" for quad in quads(page, VOCABULARY)), format="nt")
    graph.add((URIRef(node), RDF.type, cls))
    assert contradictions(graph)


def test_ontology_extension_under_two_disjoint_classes_is_told_in_one_line(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix kg: <https://w3id.org/tupu-kg/ontology#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'kg:Embassy a owl:Class ; rdfs:label "使馆"@zh , "embassy"@en ; rdfs:subClassOf kg:Government , kg:Place .\n',
        encoding="utf-8",
    )
    said = r"own\.ttl:4: kg:Embassy is both kg:(Place and kg:Organization|Organization and kg:Place), which are disjoint$"
    with pytest.raises(OntologyError, match=said):
        load_vocabulary([*VOCABULARY_PATHS, own])


def test_ontology_alignments_are_terms_of_the_vocabularies_they_name() -> None:
    foreign = {
        node
        for triple in ontology()
        for node in triple
        if isinstance(node, URIRef) and not node.startswith("https://w3id.org/tupu-kg/")
    }
    foreign.remove(URIRef(terms.EDTF))  # a datatype of the Library of Congress, in no vocabulary here
    unknown = [node for node in foreign if not any(node in vocabulary for vocabulary in VOCABULARIES)]
    assert unknown == []
    assert len([node for node in foreign if node in SDO]) > 40
    assert SDO.Organization + "s" not in SDO and ORG.Organization + "s" not in ORG
