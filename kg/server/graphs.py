"""The SPARQL 1.1 Graph Store HTTP Protocol at /graphs: graphs read, replaced, added to and removed.

A graph is named by ``?graph=IRI``, or its IRI is the address itself, below /graphs/. ``?default`` is the
union of all graphs, which can only be read. Without any of these a GET lists the graphs, and a POST makes
a new one.
"""

from __future__ import annotations

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.server.exchange import change, perform, plain, uploaded
from kg.server.negotiation import GRAPHS, READABLE, reader_of
from kg.server.protocol import ProtocolError, one, parse
from kg.server.settings import Settings

_PATH = "/graphs"
_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"]
_READING = "GET, HEAD"


def routes() -> list[Route]:
    """The routes of the protocol."""
    return [Route(path, graphs, methods=_METHODS) for path in (_PATH, f"{_PATH}/{{rest:path}}")]


async def graphs(request: Request) -> Response:
    """One request of the protocol."""
    try:
        name, is_default, chosen = _target(request)
        if request.method in ("GET", "HEAD"):
            return await _read(request, name, is_default, chosen)
        settings: Settings = request.app.state.settings
        if not settings.writable:
            advice = "this server only reads; start it with --writable to change graphs"
            return plain(405, advice, allow=_READING)
        if is_default:
            advice = "the default graph is the union of all graphs: change these, by graph=IRI"
            return plain(405, advice, allow=_READING)
        return await _write(request, name)
    except ProtocolError as error:
        return plain(error.status, str(error))


async def _read(request: Request, name: str, is_default: bool, chosen: str) -> Response:
    if name or is_default:
        answer = await perform(request, {"task": "graph", "iri": name}, chosen=chosen)
    else:
        answer = await perform(request, {"task": "graphs", "iri": _address(request)}, chosen=chosen)
    answer.headers["vary"] = "Accept"
    return answer


async def _write(request: Request, name: str) -> Response:
    created = {}
    if not name and request.method == "POST":
        name = f"{_address(request).rstrip('/')}/{uuid4().hex}"
        created = {"location": name}
    if not name:
        raise ProtocolError(400, f"{request.method} needs the graph's name: graph=IRI")
    if request.method == "DELETE":
        return await change(request, {"task": "remove", "iri": name})
    format = _format(request)
    async with uploaded(request) as (path, size):
        head = {"task": request.method.lower(), "iri": name, "path": path, "media": format}
        answer = await change(request, head, size=size)
    if answer.status_code == 201:
        answer.headers.update(created)
    return answer


def _target(request: Request) -> tuple[str, bool, str]:
    """The graph's IRI or '', whether the default graph is meant, and the format that is asked for."""
    params = parse(request.scope["query_string"])
    name, is_default, chosen = one(params, "graph"), "default" in params, one(params, "format")
    is_direct = bool(request.path_params.get("rest"))
    if is_direct + is_default + ("graph" in params) > 1:
        raise ProtocolError(400, "name one graph: by graph=IRI, by default or by the address")
    if "graph" in params and not name:
        raise ProtocolError(400, "graph= needs the graph's IRI")
    return (_address(request) if is_direct else name), is_default, chosen


def _address(request: Request) -> str:
    """The address that was asked for, as it was written, without its parameters."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope['raw_path'].decode('ascii')}"


def _format(request: Request) -> str:
    """The body's media type; raises ProtocolError where it is not read here."""
    coding = request.headers.get("content-encoding", "identity")
    if coding.strip().lower() != "identity":
        raise ProtocolError(415, f"send the graph as it is, not as {coding}")
    # RDF/XML is what the protocol takes a body for that does not say.
    said = request.headers.get("content-type", "application/rdf+xml")
    if reader_of(said) is None:
        known = ", ".join(offer.media for offer in GRAPHS if offer.writer in READABLE)
        raise ProtocolError(415, f"send the graph as {known}, in UTF-8, and not as {said}")
    return said
