"""Around every answer: whose requests are taken, and the headers that keep a browser safe."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
_ANY = ("0.0.0.0", "::", "")
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_SITES = ("same-origin", "none")  # Sec-Fetch-Site of a page of ours, or of no page at all

# Of what is no page: it is data, and nothing in it is loaded. Pages bring a policy of their own.
POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Guard:
    """ASGI middleware: Host against DNS rebinding, Origin against forged requests, CORS where allowed."""

    def __init__(self, app: ASGIApp, *, host: str, cors: Sequence[str] = ()) -> None:
        self.app = app
        self.host = host
        self.cors = tuple(cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = "*" in self.cors or origin in self.cors

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                known = {name for name, _ in given}
                message["headers"] = [*given, *(header for header in _RAW if header[0] not in known)]
                if origin and allowed:
                    _allow(MutableHeaders(scope=message), origin)
            await send(message)

        refusal = self._refuse(scope, headers, origin, allowed)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
        elif origin and allowed and scope["method"] == "OPTIONS":
            await PlainTextResponse("", 204)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)

    def _refuse(self, scope: Scope, headers: Headers, origin: str, allowed: bool) -> PlainTextResponse | None:
        host = headers.get("host", "")
        port = scope["server"][1] if scope.get("server") else None
        if not is_ours(host, self.host, port):
            return PlainTextResponse("this server does not answer to that name (Host)\n", 421)
        if allowed:
            return None
        # A link from another site may lead here; nothing else of it may, were it to keep the server busy.
        site = headers.get("sec-fetch-site", "")
        is_foreign = bool(site) and site not in _OWN_SITES and headers.get("sec-fetch-mode") != "navigate"
        if scope["method"] not in _SAFE:
            is_foreign |= bool(origin) and urlsplit(origin).netloc != host
            is_foreign |= bool(site) and site not in _OWN_SITES
        if is_foreign:
            return PlainTextResponse("a page of another site may not send this (Origin)\n", 403)
        return None


def is_ours(said: str, host: str, port: int | None) -> bool:
    """Whether a Host header names this server: its own names, with its port.

    >>> is_ours("localhost:8000", "127.0.0.1", 8000), is_ours("evil.example:8000", "127.0.0.1", 8000)
    (True, False)
    """
    name, _, number = said.rpartition(":") if not said.endswith("]") else (said, "", "")
    name, number = (name, number) if name else (said, "")
    if port is not None and number != str(port) and not (number == "" and port in (80, None)):
        return False
    name = name.lower()
    if host in _ANY:  # any address of this machine; a name could be somebody's who points it here
        return name in LOOPBACK or _is_address(name)
    return name in LOOPBACK or name.strip("[]") == host.strip("[]").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _allow(answer: MutableHeaders, origin: str) -> None:
    answer["access-control-allow-origin"] = origin
    answer["access-control-allow-methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    answer["access-control-allow-headers"] = "Accept, Content-Type, X-Query-Id"
    answer["access-control-expose-headers"] = "Location"
    answer["cross-origin-resource-policy"] = "cross-origin"
    answer.add_vary_header("Origin")
