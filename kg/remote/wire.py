"""HTTP to one host: credentials, time limits, retries, and what is refused for safety.

What may be sent twice and mean the same is tried again where the connection breaks or the server is
busy: queries, updates that replace a graph, PUT. Redirections are never followed: credentials and texts
go to the host that the user named, or nowhere.
"""

from __future__ import annotations

import base64
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import Retry, Timeout, Url, parse_url

from kg import __version__
from kg.errors import StoreError

USER, PASSWORD, TOKEN = "KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_TOKEN"
TIMEOUT, ALLOW_HTTP = "KG_STORE_TIMEOUT", "KG_STORE_ALLOW_HTTP"

_CONNECT = 10.0  # seconds
_READ = 120.0  # seconds without a byte: a large graph is some seconds' work for a server
_TRIES = 3  # after the first
_BACKOFF = 0.25  # seconds: waits 0, 0.5 and 1
_LONGEST_WAIT = 30  # seconds, whatever Retry-After says
_BUSY = (429, 502, 503, 504)
_SAID = 200  # characters of a server's own words


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; ``media`` is its type without parameters, in small letters.

    ``advice`` says what to do where the server wants to know who asks, or sends on to another place.
    """

    status: int
    media: str
    body: bytes
    advice: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300

    @property
    def words(self) -> str:
        """What a server says of an error: the first line that has words, cut; nothing of a page of HTML."""
        text = self.body[: 4 * _SAID].decode("utf-8", "replace")
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        return "" if self.media == "text/html" or line.startswith("<") else line[:_SAID]


class Wire:
    """Requests to the host of one address. Every method may raise StoreError."""

    def __init__(self, location: str, *, environ: Mapping[str, str] = os.environ) -> None:
        address = _checked(location, environ)
        self.location = address.url.rstrip("/")
        self._headers = {"User-Agent": f"tupu-kg/{__version__}", **_authorization(environ)}
        self._authorized = "Authorization" in self._headers
        self._pool = urllib3.connection_from_url(
            self.location,
            timeout=Timeout(connect=_CONNECT, read=_seconds(environ)),
            retries=Retry(
                _TRIES,
                allowed_methods=None,  # any
                status_forcelist=_BUSY,
                backoff_factor=_BACKOFF,
                raise_on_status=False,
                retry_after_max=_LONGEST_WAIT,
            ),
        )

    def send(self, method: str, url: str, body: bytes, *, again: bool = True, **headers: str) -> Reply:
        """The answer to a request, read whole; header names are written with underscores.

        ``again`` says that it may be sent more than once.
        Raises StoreError where there is none; statuses are for the caller to judge.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            got = self._pool.urlopen(
                method,
                parse_url(url).request_uri,
                body,
                {**self._headers, **named},
                redirect=False,
                retries=None if again else False,  # None: the pool's own
            )
        except HTTPError as error:
            raise StoreError(f"{url}: {_trouble(error)}") from error
        media = got.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Reply(got.status, media, got.data, self._advice(got.status, got.headers.get("Location", "")))

    def _advice(self, status: int, target: str) -> str:
        if 300 <= status < 400:
            return f"sends on to {_without_secrets(target)}, which is not followed; name that address"
        if status in (401, 407):
            return (
                f"{USER} and {PASSWORD}, or {TOKEN}, {'were refused' if self._authorized else 'are needed'}"
            )
        return ""

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _checked(location: str, environ: Mapping[str, str]) -> Url:
    """The address in its parts, where it may be used."""
    shown = _without_secrets(location)
    try:
        address = parse_url(location)
    except LocationParseError as error:
        raise StoreError(f"{shown}: not an address") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise StoreError(f"{shown}: not an address of a store; it begins with https://")
    if address.auth is not None:
        raise StoreError(f"{shown}: put the user into {USER} and the password into {PASSWORD}, not here")
    if address.query is not None or address.fragment is not None:
        raise StoreError(f"{shown}: name the endpoint alone, without what follows ? or #")
    if address.scheme == "http" and not _is_local(address.host) and environ.get(ALLOW_HTTP) != "1":
        raise StoreError(
            f"{shown}: http:// lets everyone on the way read and change what is sent; use https://, "
            f"or say {ALLOW_HTTP}=1"
        )
    return address


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_secrets(address: str) -> str:
    """The address without what may be a password or a key: before @, after ? or #."""
    scheme, separator, rest = address.partition("://")
    path = rest.split("?")[0].split("#")[0]
    return f"{scheme}{separator}{path.rpartition('@')[2]}" if separator else path


def _authorization(environ: Mapping[str, str]) -> dict[str, str]:
    """The header for the credentials of the environment, if any."""
    user, password, token = environ.get(USER), environ.get(PASSWORD), environ.get(TOKEN)
    if token:
        if user or password:
            raise StoreError(f"{TOKEN} and {USER} are both set; unset one")
        if not token.isascii() or not token.isprintable():
            raise StoreError(f"{TOKEN}: has a character that no token can have")
        return {"Authorization": f"Bearer {token}"}
    if not user and not password:
        return {}
    if not user or password is None or ":" in user:
        raise StoreError(f"set both {USER}, without a colon, and {PASSWORD}")
    pair = base64.b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape"))
    return {"Authorization": f"Basic {pair.decode('ascii')}"}


def _seconds(environ: Mapping[str, str]) -> float:
    said = environ.get(TIMEOUT, "")
    try:
        seconds = float(said) if said else _READ
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise StoreError(f"{TIMEOUT}={said}: not a number of seconds above 0")
    return seconds


def _trouble(error: HTTPError) -> str:
    """What went wrong on the way, and what to do."""
    cause: BaseException | None = error
    if isinstance(error, MaxRetryError):
        cause = error.reason
    match cause:
        case NameResolutionError():
            return "the name of the host is not known; check the address"
        case NewConnectionError():
            return "no server answers there; check the address, or start it"
        case ConnectTimeoutError():
            return f"no server answered within {_CONNECT:g} seconds"
        case ReadTimeoutError():
            return f"no answer came in time; {TIMEOUT} gives it more seconds"
        case SSLError():
            return f"the connection is not safe: {' '.join(str(cause).split())[:_SAID]}"
        case _:
            return f"the connection broke: {' '.join(str(cause).split())[:_SAID]}"
