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


def _prefixes(store: Readable) -> dict[str, str]:
    """The standard prefixes that apply, and ``id:``, ``fact:``, ``source:`` below the base of the data."""
    return _prefixes_of(_base(store.sources().values()))


def _base(graphs: Iterable[str]) -> str:
    """What the IRIs of the data begin with."""
    return next((iri.rpartition("source/")[0] for iri in graphs), "")


def _prefixes_of(base: str) -> dict[str, str]:
    own = {"id": base, "fact": f"{base}fact/", "source": f"{base}source/"} if base else {}
    return {**terms.PREFIXES, **own}


def _serialize(
    data: Iterable[Triple] | Iterable[Quad], format: RdfFormat, prefixes: dict[str, str] | None = None
) -> bytes:
    return serialize(data, format=format, prefixes=prefixes) or b""


def turtle(store: Readable, _: Vocabulary) -> bytes:
    """Source after source, by name, as Turtle, and at the end what follows from them.

    What several sources state stands there several times.
    """
    graphs = store.sources().values()
    base = _base(graphs)
    sections = (turtle_section(store.quads(graph), base) for graph in graphs)
    return turtle_header(base) + b"".join((*sections, derived_section(store, base)))


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


def derived_section(store: Readable, base: str) -> bytes:
    """What the ontology's rules derive, as it stands at the end of a Turtle file; empty where nothing is."""
    section = turtle_section(store.quads(terms.DERIVED_GRAPH), base)
    return b"\n# Derived from the above by the rules of the ontology\n" + section if section else b""


def trig(store: Readable, _: Vocabulary) -> bytes:
    """Every graph as TriG."""
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
