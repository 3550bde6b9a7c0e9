"""The graph as RDF.

Turtle, TriG and RDF/XML are written by pyoxigraph from sorted triples: it groups them by subject and is
fifty times faster than rdflib's serializers; only its prefix lines, whose order it does not promise, are
sorted here, and a blank line between subjects is added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, Quad, RdfFormat, Triple, serialize

from kg import terms
from kg.export.xml import keep_returns, xml_text
from kg.graph import Readable
from kg.ontology.vocabulary import Vocabulary

_FIRST = (terms.TYPE, terms.LABEL, terms.ALT_LABEL)


def _union(store: Readable) -> list[Triple]:
    """The triples of all sources and what follows, once, in the order of writing.

    What the build wrote down is left out.
    """
    triples = {
        quad.triple
        for graph in _graphs(store)
        for quad in store.quads(graph)
        if quad.predicate.value not in terms.FOR_THE_BUILD
    }
    return sorted(triples, key=_triple_key)


def _graphs(store: Readable) -> list[str]:
    return [*store.sources().values(), terms.DERIVED_GRAPH]


def _all_quads(store: Readable) -> list[Quad]:
    quads = (quad for graph in _graphs(store) for quad in store.quads(graph))
    return sorted(set(quads), key=lambda q: (str(q.graph_name), *_triple_key(q.triple)))


def _triple_key(triple: Triple) -> tuple[str, int, str, str]:
    predicate = triple.predicate.value
    rank = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
    return str(triple.subject).strip("<>"), rank, predicate, str(triple.object)


def _prefixes(base: str, vocabulary: Vocabulary) -> dict[str, str]:
    """The standard prefixes, and below the base of the data ``fact:`` and one for each root class.

    None of them ends above a slash, which a local name would have to escape.
    """
    roots = {vocabulary.root(name) for name in vocabulary.classes}
    below = ["fact", "division", *sorted(root for root in roots if root.isascii())] if base else []
    return {**{name: f"{base}{name}/" for name in below}, **terms.PREFIXES}


def _base(graphs: Iterable[str]) -> str:
    """What the IRIs of the data begin with."""
    return next((iri.rpartition("source/")[0] for iri in graphs), "")


def _serialize(
    data: Iterable[Triple] | Iterable[Quad], format: RdfFormat, prefixes: dict[str, str] | None = None
) -> bytes:
    return serialize(data, format=format, prefixes=prefixes) or b""


def turtle(store: Readable, vocabulary: Vocabulary) -> bytes:
    """Source after source, by name, as Turtle, and at the end what follows from them.

    What several sources state stands there several times.
    """
    graphs = store.sources().values()
    base = _base(graphs)
    sections = (turtle_section(store.quads(graph), graph, base, vocabulary) for graph in graphs)
    return turtle_header(base, vocabulary) + b"".join((*sections, derived_section(store, base, vocabulary)))


def turtle_header(base: str, vocabulary: Vocabulary) -> bytes:
    """The prefixes with which a Turtle file begins; ``base`` is that of the data."""
    prefixes = sorted(_prefixes(base, vocabulary).items())
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes).encode()


def turtle_section(quads: Iterable[Quad], graph: str, base: str, vocabulary: Vocabulary) -> bytes:
    """One source's graph as it stands in a Turtle file, below the header.

    In it ``src:`` is the source, and the empty prefix its characters: ``:3-9``.
    """
    triples = {quad.triple for quad in quads if quad.predicate.value not in terms.FOR_THE_BUILD}
    prefixes = {"": f"{graph}#", "src": graph, **_prefixes(base, vocabulary)}
    written = _serialize(sorted(triples, key=_triple_key), format=RdfFormat.TURTLE, prefixes=prefixes)
    header = set(turtle_header(base, vocabulary).splitlines(keepends=True))
    lines = _tidy(written, b"\t").splitlines(keepends=True)
    return b"\n" + b"".join(line for line in lines if line not in header)


def derived_section(store: Readable, base: str, vocabulary: Vocabulary) -> bytes:
    """What the ontology's rules derive, as it stands at the end of a Turtle file; empty where nothing is."""
    triples = {
        quad.triple
        for quad in store.quads(terms.DERIVED_GRAPH)
        if quad.predicate.value not in terms.FOR_THE_BUILD
    }
    if not triples:
        return b""
    written = _serialize(
        sorted(triples, key=_triple_key), format=RdfFormat.TURTLE, prefixes=_prefixes(base, vocabulary)
    )
    section = _tidy(written, b"\t").removeprefix(turtle_header(base, vocabulary))
    return b"\n# Derived from the above by the rules of the ontology\n" + section


def trig(store: Readable, vocabulary: Vocabulary) -> bytes:
    """Every graph as TriG."""
    prefixes = _prefixes(_base(store.sources().values()), vocabulary)
    return _tidy(_serialize(_all_quads(store), format=RdfFormat.TRIG, prefixes=prefixes), b"\t\t", b"}")


def _tidy(text: bytes, *inner: bytes) -> bytes:
    """Prefixes sorted, and a blank line before each line that begins a subject; no literal spans lines."""
    lines = text.splitlines(keepends=True)
    header = sorted(line for line in lines if line.startswith(b"@prefix "))
    body = (
        line if line.startswith(inner) else b"\n" + line for line in lines if not line.startswith(b"@prefix ")
    )
    return b"".join([*header, *body])


def ntriples(store: Readable, _: Vocabulary) -> bytes:
    """The union of the graphs as N-Triples."""
    return _serialize(_union(store), format=RdfFormat.N_TRIPLES)


def nquads(store: Readable, _: Vocabulary) -> bytes:
    """Every graph as N-Quads."""
    return _serialize(_all_quads(store), format=RdfFormat.N_QUADS)


def jsonld(store: Readable, _: Vocabulary) -> bytes:
    """The union of the graphs as expanded JSON-LD, one node object a line."""
    nodes = json.loads(_serialize(_union(store), format=RdfFormat.JSON_LD))
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f"[\n{lines}\n]\n".encode()


def rdfxml(store: Readable, _: Vocabulary) -> bytes:
    """The union of the graphs as RDF/XML; what XML cannot hold is U+FFFD there."""
    triples = (Triple(t.subject, t.predicate, _xml_object(t.object)) for t in _union(store))
    prefixes = {name: iri for name, iri in terms.PREFIXES.items() if name != "rdf"}
    text = _serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes)
    head, start, rest = text.partition(b"<rdf:RDF ")
    names, end, body = rest.partition(b">")
    body = keep_returns(body)
    return b"".join((head, start, b" ".join(sorted(names.split())), end, body, b"\n"))


def _xml_object(term: Any) -> Any:
    if not isinstance(term, Literal):
        return term
    text = xml_text(term.value)
    return Literal(text, language=term.language) if term.language else Literal(text, datatype=term.datatype)
