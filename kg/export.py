"""The graph in other formats, as bytes that depend on its content alone, not on the order of loading.

Turtle, TriG and RDF/XML are written by pyoxigraph from sorted triples: it groups them by subject and is
fifty times faster than rdflib's serializers; only its prefix lines, whose order it does not promise, are
sorted here, and a blank line between subjects is added.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import networkx as nx
from pyoxigraph import Literal, Quad, RdfFormat, Triple, serialize

from kg import terms
from kg.errors import QueryError
from kg.graph import Readable, read_entities, read_facts
from kg.ontology.vocabulary import Vocabulary
from kg.types import Entity, Fact, Modality, Period, Quantity, Value

# Characters that XML 1.0 has no way to write, section 2.2.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIRST = (terms.TYPE, terms.LABEL, terms.ALT_LABEL)

FACT_COLUMNS = (
    "fact", "type", "modality", "role", "index", "kind", "label", "class", "iri", "value", "unit", "bound",
    "edtf", "text", "source", "start", "end", "quote", "confidence", "extractor",
)  # fmt: skip


def export(store: Readable, format: str, vocabulary: Vocabulary) -> bytes:
    """The store's sources in one of ``FORMATS``; raises QueryError for another.

    ``nquads`` and ``trig`` hold every named graph with its full text, so that a store can be made of them
    again; ``ntriples``, ``jsonld`` and ``rdfxml`` hold the union of the graphs without the full texts and
    the records of the build, ``turtle`` holds it source after source; ``facts`` is facts.jsonl; ``csv`` is
    a table with one row for each filler of each fact;
    ``graphml`` has entities as nodes and short triples, containment and two-entity roles as edges.
    """
    try:
        write = _WRITERS[format]
    except KeyError:
        raise QueryError(f"unknown format {format}; one of {', '.join(FORMATS)}") from None
    return write(store, vocabulary)


def facts_line(fact: Fact) -> str:
    """The fact as one line of facts.jsonl, with its newline."""
    record = {
        "id": fact.iri,
        "type": fact.type,
        "modality": fact.modality.value,
        "roles": {role: [_filler_record(value) for value in values] for role, values in fact.roles.items()},
        "evidence": [
            {"source": e.source, "start": e.span.start, "end": e.span.end, "quote": e.quote}
            for e in fact.evidence
        ],
        "confidence": fact.confidence,
        "extractor": fact.extractor,
    }
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def facts_lines(facts: Iterable[Fact]) -> str:
    """facts.jsonl of facts that come in its order, that of ``read_facts``."""
    return "".join(map(facts_line, facts))


def _filler_record(value: Value) -> dict[str, Any]:
    if isinstance(value, Entity):
        return {
            "entity": value.label,
            "class": value.cls,
            "iri": value.iri,
            "aliases": list(value.aliases),
        }
    if isinstance(value, Quantity):
        number = _number(value.value)
        return {"value": number, "unit": value.unit, "bound": value.bound, "text": value.text}
    if isinstance(value, Period):
        return {"edtf": value.edtf, "text": value.text}
    return {"text": value.text}


def _number(value: Decimal) -> int | float:
    """An int where the value is whole; else the float that prints with the same digits, up to 15 of them."""
    return int(value) if value == value.to_integral_value() else float(value)


def _facts(store: Readable, vocabulary: Vocabulary) -> bytes:
    return facts_lines(read_facts(store, vocabulary)).encode("utf-8", "replace")


# --- RDF ---------------------------------------------------------------------------------------------


def _union(store: Readable) -> list[Triple]:
    """The triples of all sources once, without full texts, in the order in which they are written."""
    triples = {
        quad.triple
        for graph in store.sources().values()
        for quad in store.quads(graph)
        if quad.predicate.value not in terms.FOR_THE_BUILD
    }
    return sorted(triples, key=_triple_key)


def _all_quads(store: Readable) -> list[Quad]:
    quads = (quad for graph in store.sources().values() for quad in store.quads(graph))
    return sorted(set(quads), key=lambda q: (str(q.graph_name), *_triple_key(q.triple)))


def _triple_key(triple: Triple) -> tuple[str, int, str, str]:
    predicate = triple.predicate.value
    rank = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
    return str(triple.subject).strip("<>"), rank, predicate, str(triple.object)


def _prefixes(store: Readable) -> dict[str, str]:
    """The standard prefixes that apply, and ``id:``, ``fact:``, ``source:`` below the base of the data."""
    return _prefixes_of(next((iri.rpartition("source/")[0] for iri in store.sources().values()), ""))


def _prefixes_of(base: str) -> dict[str, str]:
    own = {"id": base, "fact": f"{base}fact/", "source": f"{base}source/"} if base else {}
    return {**terms.PREFIXES, **own}


def _serialize(
    data: Iterable[Triple] | Iterable[Quad], format: RdfFormat, prefixes: dict[str, str] | None = None
) -> bytes:
    return serialize(data, format=format, prefixes=prefixes) or b""


def turtle_header(base: str) -> bytes:
    """The prefixes with which a Turtle file begins; ``base`` is that of the data."""
    return _tidy(_serialize((), format=RdfFormat.TURTLE, prefixes=_prefixes_of(base)))


def turtle_section(quads: Iterable[Quad], base: str) -> bytes:
    """One source's graph as it stands in a Turtle file, below the header."""
    triples = {quad.triple for quad in quads if quad.predicate.value not in terms.FOR_THE_BUILD}
    written = _serialize(
        sorted(triples, key=_triple_key), format=RdfFormat.TURTLE, prefixes=_prefixes_of(base)
    )
    return _tidy(written, b"\t").removeprefix(turtle_header(base))


def _turtle(store: Readable, _: Vocabulary) -> bytes:
    """Source after source, by name: what several of them state stands there several times."""
    graphs = store.sources().values()
    base = next((iri.rpartition("source/")[0] for iri in graphs), "")
    return turtle_header(base) + b"".join(turtle_section(store.quads(graph), base) for graph in graphs)


def _trig(store: Readable, _: Vocabulary) -> bytes:
    return _tidy(
        _serialize(_all_quads(store), format=RdfFormat.TRIG, prefixes=_prefixes(store)), b"\t\t", b"}"
    )


def _tidy(text: bytes, *inner: bytes) -> bytes:
    """Prefixes sorted, and a blank line before each line that begins a subject; no literal spans lines."""
    lines = text.splitlines(keepends=True)
    header = sorted(line for line in lines if line.startswith(b"@prefix "))
    body = (
        line if line.startswith(inner) else b"\n" + line for line in lines if not line.startswith(b"@prefix ")
    )
    return b"".join([*header, *body])


def _ntriples(store: Readable, _: Vocabulary) -> bytes:
    return _serialize(_union(store), format=RdfFormat.N_TRIPLES)


def _nquads(store: Readable, _: Vocabulary) -> bytes:
    return _serialize(_all_quads(store), format=RdfFormat.N_QUADS)


def _jsonld(store: Readable, _: Vocabulary) -> bytes:
    """Expanded JSON-LD, one node object a line."""
    nodes = json.loads(_serialize(_union(store), format=RdfFormat.JSON_LD))
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f"[\n{lines}\n]\n".encode()


def _rdfxml(store: Readable, _: Vocabulary) -> bytes:
    triples = (Triple(t.subject, t.predicate, _xml_object(t.object)) for t in _union(store))
    prefixes = {name: iri for name, iri in terms.PREFIXES.items() if name != "rdf"}
    text = _serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes)
    head, start, rest = text.partition(b"<rdf:RDF ")
    names, end, body = rest.partition(b">")
    return b"".join((head, start, b" ".join(sorted(names.split())), end, body, b"\n"))


def _xml_object(term: Any) -> Any:
    if isinstance(term, Literal) and _NO_XML.search(term.value):
        return (
            Literal(_xml_text(term.value), language=term.language)
            if term.language
            else Literal(_xml_text(term.value), datatype=term.datatype)
        )
    return term


def _xml_text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


# --- Tables and networks -----------------------------------------------------------------------------


def _csv(store: Readable, vocabulary: Vocabulary) -> bytes:
    """A row for each filler; the evidence columns are those of the fact's first evidence."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FACT_COLUMNS, restval="", lineterminator="\r\n")  # RFC 4180
    writer.writeheader()
    for fact in read_facts(store, vocabulary):
        first = fact.evidence[0]
        for role, index, value in fact.fillers():
            record = _filler_record(value)
            kind = next(iter(record))
            row = {
                "fact": fact.iri,
                "type": fact.type,
                "modality": fact.modality.value,
                "role": role,
                "index": index,
                "kind": {"edtf": "time", "value": "quantity"}.get(kind, kind),
                "label": record.pop("entity", ""),
                "source": first.source,
                "start": first.span.start,
                "end": first.span.end,
                "quote": first.quote,
                "confidence": fact.confidence,
                "extractor": fact.extractor,
            }
            record.pop("aliases", None)
            writer.writerow(row | record)
    return out.getvalue().encode("utf-8", "replace")


def _graphml(store: Readable, vocabulary: Vocabulary) -> bytes:
    """Entities, and between them the asserted facts' short triples and the places' containment.

    A fact of two entities that has no short triple is an edge too, named by its type, from the entity of
    its first role to each of the others.
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    entities = {entity.iri: entity for entity in read_entities(store, vocabulary)}
    for iri, entity in entities.items():
        words = {"label": entity.label, "class": entity.cls, "aliases": "|".join(entity.aliases)}
        words |= {"english": entity.english or "", "code": entity.code or ""}
        network.add_node(_xml_text(iri), **{name: _xml_text(text) for name, text in words.items()})
    for (start, end, name), facts in sorted(_edges(store, vocabulary, entities).items()):
        network.add_edge(
            _xml_text(start), _xml_text(end), key=f"{name} {end}", label=name, facts=" ".join(facts)
        )
    out = io.BytesIO()
    nx.write_graphml_xml(network, out)
    return out.getvalue() + b"\n"


def _edges(
    store: Readable, vocabulary: Vocabulary, entities: Mapping[str, Entity]
) -> dict[tuple[str, str, str], list[str]]:
    """The facts behind each edge: subject, object and name."""
    edges: dict[tuple[str, str, str], list[str]] = {}
    for entity in entities.values():
        if entity.located_in in entities:
            edges[entity.iri, entity.located_in or "", terms.LOCATED_IN.removeprefix(terms.KG)] = []
    for fact in read_facts(store, vocabulary):
        for edge in _fact_edges(fact, vocabulary):
            edges.setdefault(edge, []).append(fact.iri)
    return edges


def _fact_edges(fact: Fact, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    if fact.modality is not Modality.ASSERTED:
        return
    found = False
    for rule in vocabulary.shorts:
        if rule.fact_type == fact.type:
            subjects, objects = (_iris(fact, rule.subject), _iris(fact, rule.object))
            for start in subjects:
                for end in objects:
                    if start != end and not (rule.symmetric and start > end):
                        found = True
                        yield start, end, rule.name
    if not found:
        filled = [iri for role in fact.roles for iri in _iris(fact, role)]
        for end in filled[1:]:
            if end != filled[0]:
                yield filled[0], end, fact.type


def _iris(fact: Fact, role: str) -> list[str]:
    return [value.iri for value in fact.roles.get(role, ()) if isinstance(value, Entity)]


_WRITERS: Mapping[str, Callable[[Readable, Vocabulary], bytes]] = {
    "turtle": _turtle,
    "trig": _trig,
    "nquads": _nquads,
    "ntriples": _ntriples,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
    "graphml": _graphml,
    "csv": _csv,
    "facts": _facts,
}

FORMATS = tuple(_WRITERS)
