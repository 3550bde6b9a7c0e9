"""The IRIs of the graph model: our own core terms and those of the vocabularies it is built on."""

from __future__ import annotations

from typing import Final

KG: Final = "https://w3id.org/tupu-kg/ontology#"
AT: Final = "https://w3id.org/tupu-kg/at#"  # where the filler of a role stands: at:donor beside kg:donor
DC: Final = "http://purl.org/dc/elements/1.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
EDTF_NS: Final = "http://id.loc.gov/datatypes/edtf/"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "https://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final = {
    "at": AT,
    "dc": DC,
    "dcterms": DCTERMS,
    "edtf": EDTF_NS,
    "kg": KG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "xsd": XSD,
}

# The graph that holds the ontology's own terms with their labels, beside the graphs of the sources.
VOCABULARY_GRAPH: Final = "https://w3id.org/tupu-kg/ontology"
# The graph that holds what the ontology's rules derive from all sources.
DERIVED_GRAPH: Final = "https://w3id.org/tupu-kg/derived"

FACT: Final = f"{KG}Fact"
ENTITY: Final = f"{KG}Entity"
QUANTITY: Final = f"{KG}Quantity"
EDTF: Final = f"{EDTF_NS}EDTF"
SOURCE: Final = f"{KG}Source"
MODALITY_CLASS: Final = f"{KG}Modality"

VALUE: Final = f"{KG}value"
UNIT: Final = f"{KG}unit"
BOUND: Final = f"{KG}bound"
START: Final = f"{KG}start"
END: Final = f"{KG}end"

CONFIDENCE: Final = f"{KG}confidence"
EXTRACTOR: Final = f"{KG}extractor"
REASONS: Final = f"{KG}reasons"
EVIDENCE: Final = f"{KG}evidence"
TRIGGER: Final = f"{KG}trigger"
NAMES: Final = f"{KG}names"
STANDS_FOR: Final = f"{KG}standsFor"

LOCATED_IN: Final = f"{KG}locatedIn"
CODE: Final = f"{KG}code"
FULL_TEXT: Final = f"{KG}fullText"
LENGTH: Final = f"{KG}length"
SHA256: Final = f"{KG}sha256"
FURNITURE: Final = f"{KG}furniture"
PAGE: Final = f"{KG}page"
PAGE_STARTS: Final = f"{KG}pageStarts"
SENTENCES: Final = f"{KG}sentences"
PROBLEM: Final = f"{KG}problem"
NOTES: Final = f"{KG}notes"
TO_CHECK: Final = f"{KG}toCheck"
SENTENCES_TAKEN: Final = f"{KG}sentencesTaken"
FIGURES: Final = f"{KG}figures"
FIGURES_TAKEN: Final = f"{KG}figuresTaken"
NOT_TAKEN: Final = f"{KG}notTaken"
NOTHING_TAKEN: Final = f"{KG}nothingTaken"
BUILT_FROM: Final = f"{KG}builtFrom"
DECISION: Final = f"{KG}decision"
CORRECTION: Final = f"{KG}correction"
# What a graph holds for the next build, its report and `kg explain`; no part of what the source states.
FOR_THE_BUILD: Final = frozenset(
    (
        *(FULL_TEXT, SENTENCES, PROBLEM, TO_CHECK, BUILT_FROM, REASONS, CORRECTION, NOTES),
        *(SENTENCES_TAKEN, FIGURES, FIGURES_TAKEN, NOT_TAKEN, NOTHING_TAKEN),
    )
)

ROLES: Final = f"{KG}roles"
VERB: Final = f"{KG}verb"
SHORTENS_FACT: Final = f"{KG}shortensFact"
SHORT_SUBJECT: Final = f"{KG}shortSubject"
SHORT_OBJECT: Final = f"{KG}shortObject"

TYPE: Final = f"{RDF}type"
LABEL: Final = f"{RDFS}label"
COMMENT: Final = f"{RDFS}comment"
SUBCLASS: Final = f"{RDFS}subClassOf"
ALT_LABEL: Final = f"{SKOS}altLabel"
TITLE: Final = f"{DCTERMS}title"
OWN_TITLE: Final = f"{DCTERMS}alternative"
OWN_DATE: Final = f"{DCTERMS}date"
PUBLISHER: Final = f"{DC}publisher"
FORMAT: Final = f"{DC}format"
ORIGIN: Final = f"{PROV}hadPrimarySource"
QUOTED_FROM: Final = f"{PROV}wasQuotedFrom"
QUOTE: Final = f"{PROV}value"
