"""The server at its address, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable

import uvicorn

from kg.errors import KgError
from kg.server.app import build_app
from kg.server.connections import CONNECTIONS, Connection
from kg.server.exchange import sweep_uploads
from kg.server.pool import Pool
from kg.server.settings import Settings

_WAITING = 64  # connections that wait to be taken
_CLOSING = 2  # seconds for requests that run when the server is stopped


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; ``ready`` is told the address once requests are answered.

    Raises KgError where the port is in use and StoreError where the store cannot be opened.
    """
    with contextlib.closing(_bind(settings)) as sock:
        port = sock.getsockname()[1]
        sweep_uploads()
        app = build_app(settings)
        config = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            lifespan="on",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_CLOSING,
            ws="none",
            limit_concurrency=CONNECTIONS,
            http=Connection,
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        server = _Server(config, app.state.pool, lambda: ready(f"http://{host}:{port}/"))
        with contextlib.suppress(SystemExit):  # uvicorn's, where the start failed: the reason is told below
            server.run([sock])
        if server.interrupted:
            raise KeyboardInterrupt
        if app.state.failure is not None:
            raise app.state.failure


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, pool: Pool, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._pool = pool
        self._ready = ready
        self.interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's; says so when it is done."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: object) -> None:
        """As uvicorn's, which would send itself the signal again in the end."""
        self.interrupted = True
        self.should_exit = True
        if not self.started:  # the graph is still being read
            self._pool.abandon()


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named TCP, or asyncio would leave Nagle's algorithm on: 40 ms an answer.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((settings.host, settings.port))
        sock.listen(_WAITING)
    except (OSError, OverflowError) as error:
        sock.close()
        where = f"{settings.host}:{settings.port}"
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise KgError(f"{where}: the port is in use; choose another with --port, or 0 for any") from error
        raise KgError(f"{where}: cannot be listened at: {getattr(error, 'strerror', error)}") from error
    return sock
