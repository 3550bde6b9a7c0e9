"""The graph as nodes.csv and relationships.csv, in the layout of `neo4j-admin database import full`.

A fact is a node, as in RDF: it has more than two parties, and amounts and times of its own. So do its
evidence and each filler that is no entity become nodes, and a relationship named by the role leads from
the fact to each filler. The short relations and the containment of places lead from entity to entity.
Labels, types of relationships and roles have the ontology's names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg import terms
from kg.export.networks import short_edges
from kg.graph import Readable, read_entities, read_facts
from kg.graph.writing import canonical, span_iri
from kg.ontology.vocabulary import Vocabulary
from kg.types import Entity, Evidence, Fact, Period, Quantity, Text

_ID, _LABEL = "id:ID", ":LABEL"
_NODE = (
    _ID, _LABEL, "label", "english", "aliases:string[]", "code", "modality", "confidence:double", "extractor",
    "value:double", "unit", "bound", "edtf", "text", "start:long", "end:long", "quote",
)  # fmt: skip
_START, _END, _TYPE = ":START_ID", ":END_ID", ":TYPE"
_RELATIONSHIP = (_START, _END, _TYPE, "index:int", "facts:string[]")
_LOCATED_IN = terms.LOCATED_IN.removeprefix(terms.KG)
_EVIDENCE = terms.EVIDENCE.removeprefix(terms.KG)
_QUOTED_FROM = terms.QUOTED_FROM.removeprefix(terms.PROV)

Row = Mapping[str, Any]


def neo4j(store: Readable, vocabulary: Vocabulary) -> Mapping[str, bytes]:
    """Both files."""
    sources = store.sources()
    entities = {entity.iri: entity for entity in read_entities(store, vocabulary)}
    facts = list(read_facts(store, vocabulary))
    nodes = [
        *({_ID: iri, _LABEL: _local(terms.SOURCE), "label": name} for name, iri in sources.items()),
        *(_entity(entity, vocabulary) for entity in entities.values()),
    ]
    relationships: list[Row] = [
        {_START: entity.iri, _END: entity.located_in, _TYPE: _LOCATED_IN}
        for entity in entities.values()
        if entity.located_in in entities
    ]
    shorts: dict[tuple[str, str, str], list[str]] = {}
    quoted: dict[str, Row] = {}  # a sentence may state several facts
    for fact in facts:
        nodes.append(_fact(fact, vocabulary))
        for role, index, value in fact.fillers():
            if isinstance(value, Entity):
                filler = value.iri
            else:
                filler = f"{fact.iri}/{role}/{index}"
                nodes.append({_ID: filler, **_value(value)})
            relationships.append({_START: fact.iri, _END: filler, _TYPE: role, "index:int": index})
        for iri, source, node in _evidence(fact, sources):
            relationships.append({_START: fact.iri, _END: iri, _TYPE: _EVIDENCE})
            if iri not in quoted:
                quoted[iri] = {_ID: iri, **node}
                relationships.append({_START: iri, _END: source, _TYPE: _QUOTED_FROM})
        for edge in short_edges(fact, vocabulary):
            shorts.setdefault(edge, []).append(fact.iri)
    nodes += quoted.values()
    relationships += [
        {_START: start, _END: end, _TYPE: name, "facts:string[]": _array(behind)}
        for (start, end, name), behind in sorted(shorts.items())
    ]
    return {"nodes.csv": _csv(_NODE, nodes), "relationships.csv": _csv(_RELATIONSHIP, relationships)}


def _entity(entity: Entity, vocabulary: Vocabulary) -> Row:
    return {
        _ID: entity.iri,
        _LABEL: _array([entity.cls, *sorted(vocabulary.classes[entity.cls].parents)]),
        "label": entity.label,
        "english": entity.english,
        "aliases:string[]": _array(entity.aliases),
        "code": entity.code,
    }


def _fact(fact: Fact, vocabulary: Vocabulary) -> Row:
    return {
        _ID: fact.iri,
        _LABEL: _array([fact.type, *sorted(vocabulary.fact_types[fact.type].parents)]),
        "modality": fact.modality.value,
        "confidence:double": fact.confidence,
        "extractor": fact.extractor,
    }


def _value(value: Quantity | Period | Text) -> Row:
    if isinstance(value, Quantity):
        number = {"value:double": canonical(value.value), "unit": value.unit, "bound": value.bound}
        return {_LABEL: _local(terms.QUANTITY), **number, "text": value.text}
    if isinstance(value, Period):
        return {_LABEL: Period.__name__, "edtf": value.edtf, "text": value.text}
    return {_LABEL: Text.__name__, "text": value.text}


def _evidence(fact: Fact, sources: Mapping[str, str]) -> Iterator[tuple[str, str, Row]]:
    """The IRI of each evidence, that of its source, and its node."""
    for part in fact.evidence:
        source, span = sources[part.source], part.span
        iri = span_iri(source, span)
        place = {"start:long": span.start, "end:long": span.end, "quote": part.quote}
        yield iri, source, {_LABEL: Evidence.__name__, **place}


def _array(parts: Iterable[str]) -> str:
    """The parts with ; between; the layout knows no escape, so a ; in a part is a full-width one there."""
    return ";".join(part.replace(";", "\uff1b") for part in parts)


def _local(iri: str) -> str:
    return iri.removeprefix(terms.KG)


def _csv(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    """An empty field is no property, and null is written so."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
