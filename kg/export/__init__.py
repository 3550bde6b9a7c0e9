"""The graph in other formats, as bytes that depend on its content alone, not on the order of loading."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.errors import QueryError
from kg.export import networks, rdf, tables
from kg.export.neo4j import neo4j
from kg.export.networks import entity_network
from kg.export.rdf import derived_section, turtle_header, turtle_section
from kg.export.tables import COLUMNS, facts_line, facts_lines, line_with, table_rows
from kg.export.views import view, view_files
from kg.graph import Readable
from kg.ontology.vocabulary import Vocabulary

__all__ = [
    "COLUMNS",
    "FOLDERS",
    "FORMATS",
    "derived_section",
    "entity_network",
    "export",
    "export_folder",
    "facts_line",
    "facts_lines",
    "line_with",
    "table_rows",
    "turtle_header",
    "turtle_section",
    "view",
    "view_files",
]

_WRITERS: Mapping[str, Callable[[Readable, Vocabulary], bytes]] = {
    "turtle": rdf.turtle,
    "trig": rdf.trig,
    "nquads": rdf.nquads,
    "ntriples": rdf.ntriples,
    "jsonld": rdf.jsonld,
    "rdfxml": rdf.rdfxml,
    "graphml": networks.graphml,
    "gexf": networks.gexf,
    "csv": tables.csv,
    "spreadsheet": tables.spreadsheet,
    "parquet": tables.parquet,
    "facts": tables.jsonl,
}
_FOLDER_WRITERS: Mapping[str, Callable[[Readable, Vocabulary], Mapping[str, bytes]]] = {"neo4j": neo4j}

FORMATS = tuple(_WRITERS)
FOLDERS = tuple(_FOLDER_WRITERS)  # formats of several files


def export(store: Readable, format: str, vocabulary: Vocabulary) -> bytes:
    """The store's sources in one of ``FORMATS``; raises QueryError for another.

    ``nquads`` and ``trig`` hold every named graph with its full text, so that a store can be made of them
    again; ``ntriples``, ``jsonld`` and ``rdfxml`` hold the union of the graphs without the full texts and
    the records of the build, ``turtle`` holds it source after source; ``facts`` is facts.jsonl; ``csv``,
    ``spreadsheet`` and ``parquet`` are a table with one row for each filler of each fact; ``graphml`` and
    ``gexf`` have entities as nodes and short triples, containment and two-entity roles as edges.
    """
    try:
        write = _WRITERS[format]
    except KeyError:
        raise QueryError(f"unknown format {format}; one of {', '.join(FORMATS)}") from None
    return write(store, vocabulary)


def export_folder(store: Readable, format: str, vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """The files, by name, of one of ``FOLDERS``."""
    return _FOLDER_WRITERS[format](store, vocabulary)
