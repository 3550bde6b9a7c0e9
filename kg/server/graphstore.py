"""Whole graphs in a worker, by the Graph Store Protocol: see `graphs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.parsers import expat

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import QueryError
from kg.server import wire
from kg.server.answering import Sink, node, pick, written
from kg.server.negotiation import GRAPHS, reader_of
from kg.server.work import Desk, Refusal, Reply, opened_to_change
from kg.store import Store

_QUADS = (RdfFormat.TRIG, RdfFormat.N_QUADS)
_NAMED_GRAPH = NamedNode("http://www.w3.org/ns/sparql-service-description#namedGraph")


def graph(desk: Desk, head: wire.Head) -> Reply:
    """The graph ``iri``; where that is empty the default graph, which is the union of all."""
    chosen = pick(GRAPHS, head)
    sink = Sink(desk.settings.answer)
    name = node(head["iri"]) if head["iri"] else DefaultGraph()
    if isinstance(name, NamedNode) and not desk.oxigraph.contains_named_graph(name):
        raise Refusal(404, f"no graph has the name {head['iri']}")
    if not head["iri"] and chosen.writer in _QUADS:
        quads = desk.oxigraph.quads_for_pattern(None, None, None, None)
        return written((q for q in quads if isinstance(q.graph_name, NamedNode)), chosen, sink)
    found = desk.oxigraph.quads_for_pattern(None, None, None, name)
    return written((quad.triple for quad in found), chosen, sink)


def names(desk: Desk, head: wire.Head) -> Reply:
    """The graphs' names, as a list in RDF: each is in the dataset that the store is."""
    found = sorted(name.value for name in desk.oxigraph.named_graphs() if isinstance(name, NamedNode))
    triples = [Triple(NamedNode(head["iri"]), _NAMED_GRAPH, NamedNode(name)) for name in found]
    return written(triples, pick(GRAPHS, head), Sink(desk.settings.answer))


def put(desk: Desk, head: wire.Head) -> Reply:
    """Make the upload all that the graph holds."""
    quads = _uploaded(head)
    with opened_to_change(desk) as store:
        is_new = not _holds(store, head["iri"])
        store.replace(head["iri"], quads)
    return Reply(b"", status=201 if is_new and quads else 204)


def post(desk: Desk, head: wire.Head) -> Reply:
    """Add the upload to what the graph holds; blank nodes of the two stay apart."""
    quads = _uploaded(head)
    with opened_to_change(desk) as store:
        before = list(store.quads(head["iri"]))
        if quads:
            store.replace(head["iri"], dict.fromkeys([*before, *quads]))
    return Reply(b"", status=201 if quads and not before else 204)


def remove(desk: Desk, head: wire.Head) -> Reply:
    """Remove the graph."""
    with opened_to_change(desk) as store:
        if not store.remove(node(head["iri"]).value):
            raise Refusal(404, f"no graph has the name {head['iri']}")
    return Reply(b"", status=204)


def _uploaded(head: wire.Head) -> list[Quad]:
    """The triples of the upload, in the graph: read whole before the store is opened.

    Relative IRIs are resolved by the graph's. Raises QueryError where the file is not what it is said to be.
    """
    name, format = node(head["iri"]), reader_of(head["media"])
    path = Path(head["path"])
    if path.stat().st_size == 0:
        return []
    try:
        with path.open("rb") as file:
            if format == RdfFormat.RDF_XML:  # else one that breaks off would be taken
                expat.ParserCreate().ParseFile(file)
                file.seek(0)
            found = parse(
                file, format, base_iri=name.value, without_named_graphs=True, rename_blank_nodes=True
            )
            return [Quad(quad.subject, quad.predicate, quad.object, name) for quad in found]
    except (SyntaxError, ValueError, expat.ExpatError) as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise QueryError(f"the body is not {head['media']}: {said}") from error


def _holds(store: Store, iri: str) -> bool:
    return next(iter(store.quads(iri)), None) is not None


TASKS: Mapping[str, Callable[[Desk, wire.Head], Reply]] = {
    "graph": graph,
    "graphs": names,
    "put": put,
    "post": post,
    "remove": remove,
}
