"""SPARQL endpoints for tests: Oxigraph's own server, and one that says what it is told to."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
_STARTS_WITHIN = 20  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int) -> Iterator[str]:
    """The address of a server that a command starts; it is ended with the block."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.02)


def oxigraph(*options: str) -> Iterator[str]:
    """The address of a new Oxigraph server without data, in memory."""
    port = free_port()
    with serving([str(OXIGRAPH), "serve", "--bind", f"127.0.0.1:{port}", *options], port) as address:
        yield address


class Request(NamedTuple):
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Said(NamedTuple):
    """What a server is to say; ``length`` lies about the body's."""

    status: int
    body: bytes = b""
    media: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None


YES = Said(200, b'{"head":{},"boolean":true}', "application/sparql-results+json")
NO_CONTENT = Said(204)


class Scripted:
    """A server that answers requests in their order by a script, the last line for all that follow."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.script: list[Said] = [YES]
        self.requests: list[Request] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.requests.append(Request(self.command, self.path, dict(self.headers), body))
                said = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                self.send_response(said.status)
                self.send_header("Content-Type", said.media)
                self.send_header("Content-Length", str(said.length or len(said.body)))
                for name, value in said.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)
                self.close_connection = True

            def handle(self) -> None:
                with suppress(OSError):  # a client that does not trust the certificate goes away
                    super().handle()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        scheme = "https" if certificate else "http"
        self.address = f"{scheme}://localhost:{self.server.server_address[1]}/sparql"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self) -> Scripted:
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
