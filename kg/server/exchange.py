"""From a request to a worker, and from its reply to a response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.errors import KgError
from kg.files import hold_file, sweep_unfinished
from kg.server.pool import QUERIES, Answer, Ended, Pool
from kg.server.protocol import MAX_BODY, ProtocolError
from kg.server.settings import MEGABYTE, Settings

_QUERY_ID = "x-query-id"
_UPLOAD = "kg-serve-upload-"
_QUICK = 0.05  # seconds in which most work is done: whether the client is still there is asked after them


async def read_body(request: Request) -> bytes:
    """The whole body; raises ProtocolError where it is too large."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BODY:
            raise ProtocolError(413, f"the request is larger than {MAX_BODY:,} bytes")
    return bytes(data)


def sweep_uploads() -> None:
    """Remove what servers that were killed had been sent."""
    sweep_unfinished(Path(gettempdir()), _UPLOAD, "")


def query_key(request: Request, said: str) -> str:
    """What a query is known by: the id that its client gave it, no other client's; '' for none."""
    return f"{request.client.host if request.client else ''} {said}" if said else ""


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[tuple[str, int]]:
    """The body in a file for the length of the block: its path and size in bytes.

    Raises ProtocolError where it is larger than an upload may be: before the first byte where the
    request says so itself.
    """
    settings: Settings = request.app.state.settings
    refusal = ProtocolError(
        413, f"the upload is larger than {settings.upload} MB; start the server with a larger --max-upload"
    )
    most = settings.upload * MEGABYTE
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise refusal
    with NamedTemporaryFile(prefix=_UPLOAD) as file:
        hold_file(file.fileno())
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise refusal
            file.write(part)
        file.flush()
        yield file.name, size


async def perform(
    request: Request, head: dict[str, Any], text: str = "", *, chosen: str = "", lane: str = QUERIES
) -> Response:
    """Have a worker do it; a client that goes away ends the work."""
    pool: Pool = request.app.state.pool
    head |= {"accept": request.headers.get("accept", ""), "format": chosen}
    key = query_key(request, request.headers.get(_QUERY_ID, ""))
    body = text.encode("utf-8", "surrogatepass")
    work = asyncio.ensure_future(pool.run(head, body, lane=lane, key=key))
    gone = None
    try:
        await asyncio.wait((work,), timeout=_QUICK)
        if not work.done():
            gone = asyncio.ensure_future(_disconnected(request))
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            return plain(503, "the client is gone")
        return respond(work.result())
    except Ended as error:
        return plain(error.status, str(error))
    except KgError as error:
        return plain(503, str(error))
    finally:
        if gone is not None:
            gone.cancel()
        work.cancel()


async def change(request: Request, head: dict[str, Any], body: bytes = b"", *, size: int = 0) -> Response:
    """Have the store changed, to the end even if the client goes away; ``size`` is that of an upload."""
    pool: Pool = request.app.state.pool
    try:
        return respond(await pool.update(head, body, size=size))
    except Ended as error:
        return plain(error.status, str(error))
    except KgError as error:
        return plain(503, str(error))


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def respond(answer: Answer) -> Response:
    """A worker's reply as a response."""
    media = {"content-type": answer.media} if answer.status != 204 else {}
    return Response(answer.body, answer.status, {**media, **answer.headers})


def plain(status: int, message: str, **headers: str) -> Response:
    """One line of text."""
    return PlainTextResponse(f"{' '.join(message.split())}\n", status, headers)
