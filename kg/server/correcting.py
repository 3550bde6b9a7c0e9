"""What people decide in the pages: the same command that they could type, run for them.

Only a page of this server may ask for it: the request has the token that this server's pages were given, is
JSON, and comes from no other site, be it one that may ask queries (``--cors``). The Guard has looked at its
Host and Origin before.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.errors import KgError, StoreError
from kg.server.exchange import read_body
from kg.server.protocol import ProtocolError
from kg.server.settings import Settings

TOKEN = "x-kg-token"
_KEY = re.compile("[0-9a-f]{8}")
_PROGRAM = "from kg.cli import main; main()"
_ONE_AT_A_TIME = asyncio.Lock()


def routes() -> list[Route]:
    """POST /api/correct: corrections by places (kg.corrections.read_marked). POST /api/uncorrect: a key.

    Both answer what `kg correct --format json` says: ``{"corrections", "changes", "why"}``.
    """
    return [
        Route("/api/correct", correct, methods=["POST"]),
        Route("/api/uncorrect", uncorrect, methods=["POST"]),
    ]


async def correct(request: Request) -> Response:
    """Take corrections down and read their source again."""
    return await _run(request, lambda said: (["--places", "-"], json.dumps(said).encode()))


async def uncorrect(request: Request) -> Response:
    """Take one back."""

    def undo(said: Any) -> tuple[list[str], bytes]:
        key = said.get("key") if isinstance(said, dict) else None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ProtocolError(400, 'send {"key": "1f2e3d4c"}')
        return ["--undo", key], b""

    return await _run(request, undo)


async def _run(request: Request, asked: Any) -> Response:
    settings: Settings = request.app.state.settings
    try:
        _check(request, settings)
        try:
            said = json.loads(await read_body(request))
        except (ValueError, RecursionError):
            raise ProtocolError(400, "the request is not JSON") from None
        options, given = asked(said)
    except ProtocolError as error:
        return JSONResponse({"error": str(error)}, error.status)
    async with _ONE_AT_A_TIME:
        work = asyncio.ensure_future(_command(settings, options, given))
        code, out, told = await asyncio.shield(work)  # to its end, even if the client goes away
        if code == 0:
            with contextlib.suppress(StoreError, KgError):  # the next look finds what was built
                await request.app.state.pool.renew()
    if code != 0:
        lines = [line for line in told.splitlines() if line.startswith("kg: ")] or ["the correction failed"]
        return JSONResponse({"error": lines[-1].removeprefix("kg: ")}, 400)
    return Response(out, media_type="application/json")


def _check(request: Request, settings: Settings) -> None:
    """Raises ProtocolError where the request is not to be believed."""
    if not settings.corrections:
        raise ProtocolError(403, "this server takes no corrections; start it with --corrections")
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ProtocolError(403, "a page of another site may not send this (Origin)")
    token = request.headers.get(TOKEN, "")
    if not token.isascii() or not request.app.state.is_token(token):
        raise ProtocolError(403, "load the page again: the server has been started anew since (token)")
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ProtocolError(415, "send application/json")


async def _command(settings: Settings, options: list[str], given: bytes) -> tuple[int, bytes, str]:
    """Exit code, output and messages of `kg correct`."""
    command = [sys.executable, "-c", _PROGRAM, "correct", *options, "--format", "json"]
    command += ["-o", str(Path(settings.store).parent)]
    if settings.ontology:
        command += ["--ontology", settings.ontology]
    if settings.decisions:
        command += ["--decisions", settings.decisions]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    out, told = await process.communicate(given)
    return process.returncode or 0, out, told.decode("utf-8", "replace")
