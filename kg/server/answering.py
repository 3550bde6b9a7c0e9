"""SPARQL in a worker: queries in the format that was asked for, and updates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO, cast

from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
)
from pyoxigraph import serialize as write_rdf

from kg import terms
from kg.errors import QueryError, StoreError
from kg.queries.answers import syntax_error
from kg.queries.scanning import Token, check, check_update, form_of
from kg.server import wire
from kg.server.negotiation import GRAPHS, RESULTS, Format, choose
from kg.server.settings import MEGABYTE
from kg.server.work import Desk, Refusal, Reply, opened_to_change


class Sink:
    """A file in memory that refuses to grow beyond the limit of one answer."""

    def __init__(self, megabytes: int) -> None:
        self._most = megabytes * MEGABYTE
        self._data = bytearray()
        self._megabytes = megabytes

    def write(self, data: bytes) -> int:
        """Take the bytes; raises Refusal where they are too many."""
        if len(self._data) + len(data) > self._most:
            raise Refusal(
                413,
                f"the answer is larger than {self._megabytes} MB; add LIMIT, or start the server with a "
                "larger --max-answer",
            )
        self._data += data
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""

    def content(self) -> bytes:
        """All that was written."""
        return bytes(self._data)


def answer(desk: Desk, head: wire.Head) -> Reply:
    """A query by the protocol: its text is the body; ``default`` and ``named`` are its graphs."""
    text = head["body"].decode("utf-8", "surrogatepass")
    tokens = check(text, datasets=True)
    offers = RESULTS if form_of(tokens) in ("SELECT", "ASK") else GRAPHS
    chosen = pick(offers, head)
    try:
        found = desk.oxigraph.query(
            text, base_iri=head["base"], prefixes=dict(terms.PREFIXES), **_dataset(head)
        )
        sink = Sink(desk.settings.answer)
        if isinstance(found, QuerySolutions | QueryBoolean):
            writer = chosen.writer
            if not isinstance(writer, QueryResultsFormat):
                raise QueryError("not a SPARQL query: it begins with no form of query")
            found.serialize(cast(BinaryIO, sink), format=writer)
            return Reply(sink.content(), chosen.content_type)
        return written(found, chosen, sink)
    except SyntaxError as error:
        raise syntax_error(QueryError(str(error)), text) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"the query failed: {error}") from error


def update(desk: Desk, head: wire.Head) -> Reply:
    """An update by the protocol, of the store itself; ``using`` and ``using_named`` are its graphs."""
    text = head["body"].decode("utf-8", "surrogatepass")
    tokens = check_update(text)
    graphs = [("USING", iri) for iri in head["using"]] + [("USING NAMED", iri) for iri in head["using_named"]]
    if graphs:
        text = _with_dataset(text, tokens, "".join(f" {word} {node(iri)}" for word, iri in graphs))
    with opened_to_change(desk) as store:
        store.update(text, base=head["base"])
    return Reply(b"", status=204)


_SD = "http://www.w3.org/ns/sparql-service-description#"


def written(items: Iterable[Triple] | Iterable[Quad], chosen: Format, sink: Sink) -> Reply:
    """Triples or quads in a format."""
    assert isinstance(chosen.writer, RdfFormat)
    write_rdf(items, cast(BinaryIO, sink), chosen.writer, prefixes=dict(terms.PREFIXES))
    return Reply(sink.content(), chosen.content_type)


def pick(offers: tuple[Format, ...], head: wire.Head) -> Format:
    """The format that fits the request; raises Refusal (406) with those there are."""
    chosen = choose(offers, head.get("accept", ""), head.get("format", ""))
    if chosen is None:
        raise Refusal(406, f"this answer can be had as {', '.join(offer.media for offer in offers)}")
    return chosen


def _dataset(head: wire.Head) -> dict[str, Any]:
    """What the protocol says of the dataset goes before what the query says; without either, all graphs."""
    if head["default"] or head["named"]:
        return {
            "default_graph": [node(iri) for iri in head["default"]],
            "named_graphs": [node(iri) for iri in head["named"]],
        }
    return {}


def node(iri: str) -> NamedNode:
    """The IRI as a term; raises QueryError where it is none."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"{iri!r} is no IRI: {error}") from error


def _with_dataset(text: str, tokens: Sequence[Token], clause: str) -> str:
    """The update with the clause before each WHERE; raises QueryError where it names graphs itself."""
    for token in tokens:
        if token.depth == 0 and token.keyword in ("USING", "WITH"):
            raise QueryError("the update names its graphs itself (USING, WITH): leave out using-graph-uri")
    edits: list[tuple[int, str]] = []
    for i, token in enumerate(tokens):
        if token.depth == 0 and token.keyword == "WHERE":
            pattern = ""
            if i and tokens[i - 1].keyword == "DELETE":  # DELETE WHERE { p } means DELETE { p } WHERE { p }
                ends = (t.end for t in tokens[i + 1 :] if t.text == "}" and t.depth == 0)
                pattern = f" {text[token.end : next(ends, len(text))]}"
            edits.append((token.start, f"{pattern}{clause} "))
    for at, said in reversed(edits):
        text = text[:at] + said + text[at:]
    return text


def service(desk: Desk, head: wire.Head) -> Reply:
    """The service description: where, which language, which formats; SPARQL 1.1 Service Description."""
    formats = "http://www.w3.org/ns/formats/"
    node, dataset, union = NamedNode(head["iri"]), BlankNode("dataset"), BlankNode("union")
    said = {
        "supportedLanguage": ["SPARQL11Query", *(["SPARQL11Update"] if desk.settings.writable else [])],
        "feature": ["UnionDefaultGraph"],
    }
    triples = [
        Triple(node, NamedNode(terms.TYPE), NamedNode(_SD + "Service")),
        Triple(node, NamedNode(_SD + "endpoint"), node),
        *(
            Triple(node, NamedNode(_SD + key), NamedNode(_SD + name))
            for key, names in said.items()
            for name in names
        ),
        *(Triple(node, NamedNode(_SD + "resultFormat"), NamedNode(formats + name)) for name in _FORMAT_NAMES),
        Triple(node, NamedNode(_SD + "defaultDataset"), dataset),
        Triple(dataset, NamedNode(terms.TYPE), NamedNode(_SD + "Dataset")),
        Triple(dataset, NamedNode(_SD + "defaultGraph"), union),
        Triple(union, NamedNode(terms.TYPE), NamedNode(_SD + "Graph")),
    ]
    return written(triples, pick(GRAPHS, head), Sink(desk.settings.answer))


# Of <http://www.w3.org/ns/formats/>.
_FORMAT_NAMES = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
)


def ping(desk: Desk, head: wire.Head) -> Reply:
    """Whether the graph can be read."""
    next(iter(desk.oxigraph.quads_for_pattern(None, None, None, None)), None)
    return Reply(b"ok", "text/plain")


TASKS: Mapping[str, Callable[[Desk, wire.Head], Reply]] = {
    "query": answer,
    "update": update,
    "service": service,
    "ping": ping,
}
