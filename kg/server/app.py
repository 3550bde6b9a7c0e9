"""The server as an ASGI application: what lies at which path. Each route hands its work to the pool."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg import __version__
from kg.errors import KgError
from kg.server import api, correcting, graphs, pages
from kg.server.exchange import change, perform, plain, read_body
from kg.server.guard import Guard
from kg.server.negotiation import GRAPHS, prefers
from kg.server.pool import LOOKUPS, Ended, Pool
from kg.server.protocol import ProtocolError, one, parse, read_operation
from kg.server.settings import Settings

HTML = "text/html"
_ESCAPE = re.compile(r"(%[0-9A-Fa-f]{2})")


def build_app(settings: Settings) -> Starlette:
    """The application; its lifespan starts and ends the other processes."""
    pool = Pool(settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await pool.start()
            yield
        except Exception as error:
            app.state.failure = error
            raise
        finally:
            await pool.close()

    app = Starlette(
        routes=_routes(settings),
        lifespan=lifespan,
        middleware=[Middleware(Guard, host=settings.host, cors=settings.cors)],
        exception_handlers={404: _missing, 405: _refused, Exception: _broken},
    )
    app.state.pool = pool
    app.state.failure = None  # why it could not start
    app.state.settings = settings
    token = secrets.token_urlsafe(16)  # what a page of ours shows with a correction
    app.state.token = token if settings.corrections else ""
    app.state.is_token = lambda said: hmac.compare_digest(said, token)
    app.router.redirect_slashes = False
    return app


def _routes(settings: Settings) -> list[BaseRoute]:
    shown = [Route(f"/{'' if name == 'search' else name}", _page(name)) for name in _PLAIN_PAGES]
    return [
        Route("/sparql", sparql, methods=["GET", "POST"]),
        Route("/sparql/", sparql, methods=["GET", "POST"]),
        *graphs.routes(),
        Route("/id/{rest:path}", entity, methods=["GET"]),
        Route("/assets/{name:path}", asset, methods=["GET"]),
        Route("/health", health),
        Route("/version", version),
        *api.routes(),
        *correcting.routes(),
        *shown,
        Route("/source", source_page),
    ]


# SPARQL.


async def sparql(request: Request) -> Response:
    """The SPARQL 1.1 Protocol: a query by GET or POST, an update by POST, or what the service is."""
    try:
        query_string = request.scope["query_string"]
        content_type = request.headers.get("content-type", "")
        asked = read_operation(request.method, query_string, content_type, await read_body(request))
        chosen = one(asked.params, "format")
        base = str(request.url).partition("?")[0]
        if asked.kind == "":
            if prefers(request.headers.get("accept", ""), HTML, GRAPHS):
                return RedirectResponse("/query", 303)
            return await perform(request, {"task": "service", "iri": base}, chosen=chosen, lane=LOOKUPS)
        if asked.kind == "update":
            head = {"task": "update", "base": base, "using": asked.default, "using_named": asked.named}
            return await _update(request, head, asked.text)
    except ProtocolError as error:
        return plain(error.status, str(error))
    head = {"task": "query", "base": base, "default": asked.default, "named": asked.named}
    return await perform(request, head, asked.text, chosen=chosen)


async def _update(request: Request, head: dict[str, Any], text: str) -> Response:
    settings: Settings = request.app.state.settings
    if not settings.writable:
        return plain(403, "this server only answers queries; start it with --writable to take updates")
    return await change(request, head, text.encode("utf-8", "surrogatepass"))


# Things and pages.


async def entity(request: Request) -> Response:
    """What an IRI of ours stands for: a page for people, RDF for programs."""
    settings: Settings = request.app.state.settings
    raw = request.scope.get("raw_path", b"").decode("latin-1").partition("/id/")[2]
    names = dict.fromkeys((_keep_escapes(raw), request.path_params["rest"]))
    iris = [settings.base + name for name in names]
    try:
        chosen = one(parse(request.scope["query_string"]), "format")
    except ProtocolError as error:
        return plain(error.status, str(error))
    accept = request.headers.get("accept", "")
    is_page = chosen == "html" or (not chosen and prefers(accept, HTML, GRAPHS))
    head = {"task": "entity", "iris": iris, "page": is_page}
    answer = await perform(request, head, chosen=chosen, lane=LOOKUPS)
    if is_page:
        if answer.status_code == 404:
            return page("missing", settings, status=404)
        if answer.status_code == 200:
            iri = bytes(answer.body).decode()
            answer = page("entity", settings, title=iri.removeprefix(settings.base), data={"iri": iri})
    answer.headers["vary"] = "Accept"
    return answer


def _keep_escapes(raw: str) -> str:
    """The path with its letters as letters; what is escaped in the IRI itself stays so."""
    text = "".join(
        part if i % 2 == 0 else (part if int(part[1:], 16) < 0x80 else chr(int(part[1:], 16)))
        for i, part in enumerate(_ESCAPE.split(raw))
    )
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


_PLAIN_PAGES = ("search", "query", "explore", "sources", "conflicts", "review", "ontology")


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return page(name, request.app.state.settings)

    return show


async def source_page(request: Request) -> Response:
    """The page of one source."""
    name = request.query_params.get("name", "")
    state = request.app.state
    return page("source", state.settings, title=name, data={"name": name, "token": state.token})


def page(
    name: str, settings: Settings, *, title: str = "", data: dict[str, Any] | None = None, status: int = 200
) -> Response:
    """One of the workbench's pages."""
    content = pages.render(name, base=settings.base, title=title, data=data)
    headers = {"content-security-policy": pages.CSP, "cache-control": "no-cache"}
    return Response(content, status, headers, "text/html; charset=utf-8")


async def asset(request: Request) -> Response:
    """A file that the pages load."""
    found = pages.asset(request.path_params["name"])
    if found is None:
        return plain(404, "no such file")
    content, media = found
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media)


async def health(request: Request) -> Response:
    """200 while queries are answered."""
    pool: Pool = request.app.state.pool
    try:
        await pool.run({"task": "ping"}, lane=LOOKUPS)
    except (Ended, KgError) as error:
        return plain(503, str(error))
    return plain(200, "ok")


async def version(request: Request) -> Response:
    """The program and its version."""
    return JSONResponse({"name": "tupu-kg", "version": __version__})


# What goes wrong.


async def _missing(request: Request, error: Exception) -> Response:
    if prefers(request.headers.get("accept", ""), HTML, GRAPHS):
        return page("missing", request.app.state.settings, status=404)
    return plain(404, "there is nothing here; the endpoint is /sparql")


async def _refused(request: Request, error: Exception) -> Response:
    response = plain(405, f"{request.method} is not possible here")
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _broken(request: Request, error: Exception) -> Response:
    return plain(500, f"internal error: {type(error).__name__}; please report it")
