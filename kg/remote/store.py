"""A Store at a SPARQL 1.1 endpoint: query and update, and the Graph Store Protocol for large graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse,
    parse_query_results,
)
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.errors import QueryError, StoreError
from kg.newstore import write_store
from kg.remote.wire import Reply, Wire

# Paths below an address, as servers lay them out. Oxigraph: /query, /update, /store; Fuseki: /data;
# ours: /sparql, /graphs; RDF4J and GraphDB: /repositories/NAME and below it; others: one for all.
_ENDPOINTS = ("", "/query", "/sparql")
_UPDATES = ("/update", "/statements")
_GRAPHS = ("/store", "/data", "/graphs", "/rdf-graphs/service", "")

# Statuses by which a server says that this is not the place; 403 and those with advice may be another's.
_ELSEWHERE = frozenset({400, 404, 405, 406, 415, 501})
_FORM = "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
_ANSWERS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.8, "
    "application/n-triples;q=0.9, text/turtle;q=0.7, application/rdf+xml;q=0.5"
)
# An update is one transaction by the standard, a PUT only by custom: what is not longer, in bytes, is sent
# as an update. Our own server takes a million characters, Fuseki and Oxigraph many times more.
_LARGE = 1_000_000

_Dataset = tuple[tuple[str, str], ...]
# Parameters under which a server that keeps its default graph apart shows the union: Oxigraph's, Jena's.
_UNIONS: tuple[_Dataset, ...] = (
    (),
    (("union-default-graph", "true"),),
    (("default-graph-uri", "urn:x-arq:UnionGraph"),),
)
# On the text's first line, so that a server's words on a line are right.
_PROLOGUE = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in terms.PREFIXES.items())
# Whether a triple of some graph is seen without GRAPH; no row where there is none.
_IS_UNION = """SELECT ?seen {
    { SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 1 } BIND(EXISTS { ?s ?p ?o } AS ?seen) }"""

_PART = 1_000  # quads of an update that adds them

Answer = QuerySolutions | QueryBoolean | QueryTriples


def open_remote(location: str, *, read_only: bool = False) -> RemoteStore:
    """The store at an address: of an endpoint, or of a server with one at ``/query`` or ``/sparql``.

    Asks the server whether it answers queries and, unless it is opened to read only, takes updates: so
    raises StoreError before any work is done.
    """
    wire = Wire(location)
    try:
        endpoint = _find_endpoint(wire)
        updates = None if read_only else _find_updates(wire, endpoint)
    except BaseException:
        wire.close()
        raise
    return RemoteStore(wire, endpoint, updates)


class RemoteStore:
    """A Store by HTTP. Graphs of others at the same endpoint are left alone, but queries see them."""

    def __init__(self, wire: Wire, endpoint: str, updates: str | None) -> None:
        self._wire: Wire | None = wire
        self._location = endpoint
        self._updates = updates
        self._graphs: str | None = None  # the address of the Graph Store Protocol, '' where there is none
        self._union: _Dataset | None = None  # what makes queries see the union, once it is known

    def replace(self, graph: str, quads: Iterable[Quad]) -> None:
        """See Store. One update, or where that is large one PUT: each is whole or not at all."""
        updates = self._check_writable()
        name = NamedNode(graph)
        lines = "\n".join(f"{quad.triple} ." for quad in quads)
        insert = f"; INSERT DATA {{ GRAPH {name} {{\n{lines}\n}} }}" if lines else ""
        text = f"DROP SILENT GRAPH {name}{insert}".encode()
        if len(text) <= _LARGE or not self._put(graph, lines.encode()):
            self._update(updates, text)

    def add(self, quads: Iterable[Quad]) -> None:
        """See Store."""
        updates, rest = self._check_writable(), iter(quads)
        while part := list(islice(rest, _PART)):
            lines = "\n".join(f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in part)
            self._update(updates, f"INSERT DATA {{\n{lines}\n}}".encode())

    def remove(self, graph: str) -> bool:
        """See Store."""
        updates = self._check_writable()
        name = NamedNode(graph)
        if not self._is_there(name):
            return False
        self._update(updates, f"DROP SILENT GRAPH {name}".encode())
        return True

    def sources(self) -> Mapping[str, str]:
        """See Store; a source is known by the type and the title that its graph gives the graph's own IRI."""
        rows = self._rows(
            f"SELECT ?title ?g {{ GRAPH ?g {{ ?g a <{terms.SOURCE}> ; <{terms.TITLE}> ?title }} }}"
        )
        return dict(sorted((title, graph) for title, graph in rows))

    def update(self, text: str, *, base: str | None = None) -> None:
        """See Store. Not sent again where the connection breaks: it may have been made."""
        updates = self._check_writable()
        prologue = f"BASE {NamedNode(base)} {_PROLOGUE}" if base is not None else _PROLOGUE
        self._update(updates, f"{prologue} {text}".encode(), again=False)

    def query(self, text: str) -> Answer:
        """See Store."""
        reply = self._ask(f"{_PROLOGUE} {text}", self._dataset())
        if reply.status == 400:
            _check_syntax(text)
        return self._answer(reply)

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        """See Store; of named graphs, where none is given: the default graph may be their union.

        Each call asks the server: who reads much takes a ``mirror`` in memory first.
        """
        if subject is not None or predicate is not None:
            yield from self._matching(graph, subject, predicate)
            return
        for each in self._names() if graph is None else [graph]:
            name = NamedNode(each)
            reply = self._ask(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")
            for quad in self._triples(reply):
                yield Quad(quad.subject, quad.predicate, quad.object, name)

    def _matching(self, graph: str | None, subject: str | None, predicate: str | None) -> Iterator[Quad]:
        given = {"g": graph, "s": subject, "p": predicate}
        bound = " ".join(f"VALUES ?{key} {{ {NamedNode(iri)} }}" for key, iri in given.items() if iri)
        answer = self._answer(self._ask(f"SELECT ?s ?p ?o ?g {{ {bound} GRAPH ?g {{ ?s ?p ?o }} }}"))
        for row in answer if isinstance(answer, QuerySolutions) else ():
            yield Quad(row["s"], row["p"], row["o"], row["g"])

    def flush(self) -> None:
        """See Store; a server confirms what it keeps."""

    def backup(self, directory: str | Path) -> None:
        """See Store: a store in a directory of this machine."""
        write_store(directory, list(self.quads()))

    def close(self) -> None:
        """See Store."""
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Writing.

    def _check_writable(self) -> str:
        """The address for updates."""
        if self._updates is None:
            raise StoreError(f"{self._location}: the store was opened to read only")
        return self._updates

    def _update(self, url: str, text: bytes, *, again: bool = True) -> None:
        reply = self._open.send("POST", url, text, again=again, Content_Type=_UPDATE)
        if not again and reply.status == 400:
            raise QueryError(f"not a SPARQL update: {reply.words}")
        if not reply.is_done:
            raise StoreError(f"{url}: {_refusal(reply)}; nothing was changed")

    def _put(self, graph: str, triples: bytes) -> bool:
        """Replace a graph by the Graph Store Protocol; False where the server has no such thing."""
        base = _base(self._location)
        for place in [f"{base}{path}" for path in _GRAPHS] if self._graphs is None else [self._graphs]:
            if not place:
                break
            url = f"{place}?graph={quote(graph, safe='')}"
            reply = self._open.send("PUT", url, triples, Content_Type="application/n-triples")
            if reply.is_done and self._is_there(NamedNode(graph)):  # any server may say 200 to anything
                self._graphs = place
                return True
            if not reply.is_done and not _may_be_elsewhere(reply):
                raise StoreError(f"{place}: {_refusal(reply)}; nothing was changed")
        self._graphs = ""
        return False

    # Reading.

    @property
    def _open(self) -> Wire:
        if self._wire is None:
            raise StoreError(f"{self._location}: the store is closed")
        return self._wire

    def _ask(self, text: str, dataset: _Dataset = ()) -> Reply:
        return _ask(self._open, self._location, text, dataset)

    def _is_there(self, graph: NamedNode) -> bool:
        answer = self._answer(self._ask(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))
        return isinstance(answer, QueryBoolean) and bool(answer)

    def _names(self) -> list[str]:
        """The IRIs of all graphs."""
        return sorted(name for (name,) in self._rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))

    def _rows(self, text: str) -> list[tuple[str, ...]]:
        """The values of a query whose variables are all bound."""
        answer = self._answer(self._ask(text))
        if not isinstance(answer, QuerySolutions):
            raise StoreError(f"{self._location}: the server answered something else than it was asked")
        return [tuple(term.value for term in row if term is not None) for row in answer]

    def _dataset(self) -> _Dataset:
        """The parameters under which the default graph is the union of all graphs.

        Where the server knows none, its graphs are named one by one, which the protocol lets any server
        take: a list that is long where there are many sources, and asked anew for each query.
        """
        if self._union is not None:
            return self._union
        for dataset in _UNIONS:
            seen = self._is_union(dataset)
            if seen is None:
                return ()  # nothing to see yet
            if seen:
                self._union = dataset
                return dataset
        graphs = self._names()
        return tuple((name, graph) for name in ("default-graph-uri", "named-graph-uri") for graph in graphs)

    def _is_union(self, dataset: _Dataset) -> bool | None:
        """Whether what a graph holds is seen without GRAPH; None where all are empty."""
        reply = self._ask(_IS_UNION, dataset)
        if dataset and reply.status in _ELSEWHERE:
            return False  # a server that refuses what it does not know
        answer = self._answer(reply)
        row = next(answer, None) if isinstance(answer, QuerySolutions) else None
        if row is None:
            return False if dataset else None
        return row["seen"] is not None and row["seen"].value == "true"

    def _answer(self, reply: Reply) -> Answer:
        """What a query gave, as the types that a store on this machine gives."""
        if not reply.is_done:
            raise StoreError(f"{self._location}: {_refusal(reply)}")
        results = QueryResultsFormat.from_media_type(reply.media)
        if results is not None:
            try:
                return parse_query_results(reply.body, format=results)
            except (SyntaxError, ValueError, OSError) as error:
                raise self._unreadable(error) from error
        graph = Oxigraph()
        graph.extend(self._triples(reply))
        found = graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(found, QueryTriples)
        return found

    def _triples(self, reply: Reply) -> list[Quad]:
        if not reply.is_done:
            raise StoreError(f"{self._location}: {_refusal(reply)}")
        format = RdfFormat.from_media_type(reply.media)
        if format is None or format == RdfFormat.JSON_LD:  # nested too deep, it ends the process
            raise StoreError(
                f"{self._location}: answers in {reply.media or 'no known format'}, which is not read"
            )
        try:
            return list(parse(reply.body, format))
        except (SyntaxError, ValueError, OSError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(f"{self._location}: the answer cannot be read: {' '.join(str(error).split())}")


def _find_endpoint(wire: Wire) -> str:
    """Where queries are answered: the address itself, or below one that does not end as an endpoint does."""
    refused = []
    is_named = _base(wire.location) != wire.location
    for url in [wire.location] if is_named else [f"{wire.location}{path}" for path in _ENDPOINTS]:
        reply = _ask(wire, url, "ASK {}")
        if reply.is_done and QueryResultsFormat.from_media_type(reply.media) is not None:
            return url
        refused.append((url, reply))
        if not reply.is_done and not _may_be_elsewhere(reply):
            break
    raise StoreError(f"{wire.location}: no SPARQL endpoint here; tried {_tried(refused)}")


def _find_updates(wire: Wire, endpoint: str) -> str:
    """Where updates are taken; an update that changes nothing is sent to find out."""
    refused = []
    for url in (endpoint, *(f"{_base(endpoint)}{path}" for path in _UPDATES)):
        reply = wire.send("POST", url, b"INSERT DATA {}", Content_Type=_UPDATE)
        if reply.is_done:
            return url
        refused.append((url, reply))
        if not _may_be_elsewhere(reply):
            break
    raise StoreError(f"{endpoint}: takes no updates; tried {_tried(refused)}")


def _tried(refused: Iterable[tuple[str, Reply]]) -> str:
    """The addresses by what was answered there."""
    by_answer: dict[str, list[str]] = {}
    for url, reply in refused:
        plain = reply.media or "no content" if reply.is_done else f"HTTP {reply.status}"
        answer = plain if reply.is_done or reply.status in _ELSEWHERE else _refusal(reply)
        by_answer.setdefault(answer, []).append(url)
    return "; ".join(f"{', '.join(urls)}: {answer}" for answer, urls in by_answer.items())


def _ask(wire: Wire, url: str, text: str, dataset: _Dataset = ()) -> Reply:
    body = urlencode((("query", text), *dataset)).encode("ascii")
    return wire.send("POST", url, body, Content_Type=_FORM, Accept=_ANSWERS)


def _base(endpoint: str) -> str:
    """What the addresses of a server lie below."""
    path = next((path for path in _ENDPOINTS if path and endpoint.endswith(path)), "")
    return endpoint.removesuffix(path)


def _may_be_elsewhere(reply: Reply) -> bool:
    return reply.status in _ELSEWHERE or reply.status == 403 or bool(reply.advice)


def _refusal(reply: Reply) -> str:
    advice = reply.advice or {
        403: "this is not allowed",
        404: "there is nothing here",
        413: "this is too large for the server; raise its limit",
        429: "the server is asked too often; wait and try again",
        503: "the server is busy or ended the query; try again later",
    }.get(reply.status, "the server refused")
    return f"{advice} (HTTP {reply.status}{f': {reply.words}' if reply.words else ''})"


def _check_syntax(text: str) -> None:
    """Raise QueryError, with its place as a store on this machine tells it, where a text is no query.

    The store is empty, but would ask another server if it were told to.
    """
    if "service" in text.lower():
        return
    try:
        Oxigraph().query(text, prefixes=dict(terms.PREFIXES))
    except SyntaxError as error:
        raise QueryError(f"not a SPARQL query: {' '.join(str(error).split())}") from error
    except (OSError, RuntimeError, ValueError):
        return
