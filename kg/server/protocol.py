"""The requests of the SPARQL 1.1 Protocol and of the Graph Store Protocol, read to the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MAX_BODY = 4_000_000  # bytes; an update of a million characters of three bytes each, and a form's signs

Params = Mapping[str, Sequence[str]]


class ProtocolError(Exception):
    """A request that the protocol does not know; the status and one line for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or an update with the graphs that the request names for it."""

    kind: str  # "query", "update", or "" for a request without either: the service is asked what it is
    text: str = ""
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)


def read_operation(method: str, query_string: bytes, content_type: str, body: bytes) -> Operation:
    """The operation of a request, section 2.1 and 2.2; raises ProtocolError."""
    params = parse(query_string)
    if method in ("GET", "HEAD"):
        if "update" in params:
            raise ProtocolError(400, "an update is sent by POST")
        return _operation("query", params) if "query" in params else Operation("", params=params)
    media, _, options = content_type.partition(";")
    media = media.strip().lower()
    _check_charset(options)
    if media == FORM:
        form = _join(params, parse(body))
        kinds = [kind for kind in ("query", "update") if kind in form]
        if len(kinds) != 1:
            raise ProtocolError(400, "send either query=... or update=... in the form")
        return _operation(kinds[0], form)
    if media in (QUERY, UPDATE):
        kind = "query" if media == QUERY else "update"
        if "query" in params or "update" in params:
            raise ProtocolError(400, f"the {kind} is sent twice: in the address and in the body")
        return _operation(kind, _join(params, {kind: [_decode(body)]}))
    said = f"not {media}" if media else "and say so in Content-Type"
    raise ProtocolError(415 if media else 400, f"send {FORM}, {QUERY} or {UPDATE}, {said}")


def parse(data: bytes) -> dict[str, list[str]]:
    """The parameters of an address or of a form; raises ProtocolError where they are not UTF-8."""
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise ProtocolError(400, "the request is not UTF-8, percent-encoded") from error
    except ValueError as error:
        raise ProtocolError(400, "the request has too many parameters") from error
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def one(params: Params, name: str, default: str = "") -> str:
    """The parameter's value; raises ProtocolError where it comes twice."""
    values = params.get(name, ())
    if len(values) > 1:
        raise ProtocolError(400, f"{name} is given {len(values)} times; give it once")
    return values[0] if values else default


def _operation(kind: str, params: Params) -> Operation:
    text = one(params, kind)
    prefix = "using-" if kind == "update" else ""
    names = [f"{prefix}graph-uri", f"{prefix}named-graph-uri"] if prefix else _DATASET
    default, named = (tuple(params.get(name, ())) for name in names)
    return Operation(kind, text, default, named, params)


_DATASET = ["default-graph-uri", "named-graph-uri"]


def _join(first: Params, second: Params) -> Params:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}}


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(400, f"the body is not UTF-8 at byte {error.start}") from error


def _check_charset(options: str) -> None:
    for option in options.split(";"):
        key, _, value = option.partition("=")
        if key.strip().lower() == "charset" and value.strip().strip("\"'").lower() not in ("utf-8", "utf8"):
            raise ProtocolError(415, f"the body is read as UTF-8, not {value.strip()}")
