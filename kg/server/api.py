"""The JSON that the pages ask for.

| method and path | answers |
|---|---|
| GET /api/status | ``version, name, base, triples, entities, facts, sources, classes, types, limits`` |
| GET /api/search?q=&limit= | ``{"hits": [{iri, label, en, cls, matched, degree}], "classes", "pending"}`` |
| GET /api/neighbourhood?iri=&limit=&offset= | ``{"center", "more"}`` and entities, facts, classes, types |
| GET /api/complete?q=&lang=zh&limit=20 | ``{"hits": [{insert, label, kind, detail}]}`` |
| GET /api/queries | ``{"prefixes", "queries": [{name, title, titleZh, about, aboutZh, text, params}]}`` |
| GET /api/queries/{name}?param=value | ``{"text"}``, the SPARQL with its parameters bound |
| POST /api/labels {"iris": []} | ``{"labels": {iri: {"zh", "en"}}}``, at most 500 at a time |
| GET /api/sources?q=&offset=&limit= | ``{"sources": [{name, length, facts, ...}], "total", "leftOut"}`` |
| GET /api/source?name=&limit= | ``{"name", "text", "spans", "notTaken", "toCheck", ...}``, records |
| GET /api/conflicts?offset=&limit= | ``{"conflicts": [{kind, about, ...}], "total", "pending"}`` |
| GET /api/review?offset=&limit= | ``{"proposals": [{key, reason, ...}], "total", "pending"}`` |
| GET /api/ontology | ``{"classes", "types", "properties"}`` |
| POST /api/correct, /api/uncorrect | what `kg correct --format json` says (kg.server.correcting) |
| POST /api/cancel?id= | ``{"cancelled": true}``; the id is what the query's X-Query-Id header said |

Records of entities and facts are those of ``kg.view.records``. An error is ``{"error": "one line"}`` with
status 400, 404, 500 or 503. Spans ``[start, end, index of the fact]`` count code points. ``pending`` says
that the name index is old or still being made, or that conflicts are still being looked for.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.errors import KgError
from kg.server.exchange import query_key
from kg.server.pool import LOOKUPS, Ended, Pool

MAX_LABELS = 500
_LONGEST = 100_000  # bytes of a request for labels

Handler = Callable[[Request], Awaitable[Response]]


def routes() -> list[Route]:
    """The routes of the table above."""
    plain = (
        "status",
        "search",
        "neighbourhood",
        "complete",
        "queries",
        "sources",
        "source",
        "conflicts",
        "review",
        "ontology",
    )
    return [
        *(Route(f"/api/{name}", _lookup(name)) for name in plain),
        Route("/api/queries/{name}", bound_query),
        Route("/api/labels", labels, methods=["POST"]),
        Route("/api/cancel", cancel, methods=["POST"]),
    ]


def _lookup(name: str) -> Handler:
    async def look(request: Request) -> Response:
        return await ask(request, {"task": name, "params": dict(request.query_params)})

    return look


async def bound_query(request: Request) -> Response:
    """A query of the catalogue with its parameters."""
    name = request.path_params["name"]
    return await ask(request, {"task": "bound", "name": name, "params": dict(request.query_params)})


async def labels(request: Request) -> Response:
    """The names of IRIs."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _LONGEST:
            return error(413, "too many IRIs at once")
    try:
        iris = json.loads(data)["iris"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return error(400, 'send {"iris": ["https://..."]}')
    if not isinstance(iris, list) or len(iris) > MAX_LABELS or not all(isinstance(i, str) for i in iris):
        return error(400, f"send at most {MAX_LABELS} IRIs, as texts")
    return await ask(request, {"task": "labels", "iris": iris})


async def cancel(request: Request) -> Response:
    """End a query that runs."""
    pool: Pool = request.app.state.pool
    return JSONResponse({"cancelled": pool.cancel(query_key(request, request.query_params.get("id", "")))})


async def ask(request: Request, head: dict[str, Any]) -> Response:
    """A worker's answer; its errors as JSON."""
    pool: Pool = request.app.state.pool
    try:
        answer = await pool.run(head, lane=LOOKUPS)
    except Ended as ended:
        return error(ended.status, str(ended))
    except KgError as failed:
        return error(503, str(failed))
    if answer.status >= 400:
        return error(answer.status, answer.body.decode("utf-8").strip())
    return Response(answer.body, answer.status, {"cache-control": "no-cache"}, answer.media)


def error(status: int, message: str) -> Response:
    """An error as the pages read it."""
    return JSONResponse({"error": message}, status)
