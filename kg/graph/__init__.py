"""Facts to quads and quads to facts.

One named graph a source holds all that the source gave: its description and text, its entities, its
facts with their values, and the evidence. Every node has an IRI made of content; there are no blank
nodes, and a quantity or a time belongs to one role of one fact.
"""

from kg.graph.coverage import ToCheck, first_not_taken, read_coverage, read_to_check
from kg.graph.labels import labelled
from kg.graph.reading import (
    Readable,
    SourceGraph,
    read_document,
    read_documents,
    read_source_records,
    read_stated,
)
from kg.graph.union import Union, read_entities, read_facts
from kg.graph.writing import quads, vocabulary_quads

__all__ = [
    "Readable",
    "SourceGraph",
    "ToCheck",
    "Union",
    "first_not_taken",
    "labelled",
    "quads",
    "read_coverage",
    "read_document",
    "read_documents",
    "read_entities",
    "read_facts",
    "read_source_records",
    "read_stated",
    "read_to_check",
    "vocabulary_quads",
]
