"""Messages between the server, the warm process and the workers: a head in JSON, then a body of bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_SIZES = struct.Struct("!IQ")  # bytes of the head, bytes of the body

_PART = 1 << 18  # bytes read at once

Head = dict[str, Any]


def send(sock: socket.socket, head: Head, body: bytes = b"") -> None:
    """Write one message."""
    sock.sendall(pack(head, body))


def pack(head: Head, body: bytes = b"") -> bytes:
    """The bytes of one message."""
    said = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _SIZES.pack(len(said), len(body)) + said + body


def receive(sock: socket.socket) -> tuple[Head, bytes]:
    """Read one message, after which the other side waits; raises EOFError where it is gone."""
    data = bytearray()
    while not is_whole(data):
        part = sock.recv(_PART)
        if not part:
            raise EOFError
        data += part
    return unpack(data)


def unpack(data: bytes | bytearray) -> tuple[Head, bytes]:
    """The message that these bytes are."""
    head, _ = _SIZES.unpack_from(data)
    with memoryview(data) as seen:
        return _parse(bytes(seen[_SIZES.size : _SIZES.size + head])), bytes(seen[_SIZES.size + head :])


def is_whole(data: bytearray) -> bool:
    """Whether these bytes, the first of a message, are all of it."""
    return len(data) >= _SIZES.size and len(data) - _SIZES.size >= sum(_SIZES.unpack_from(data))


def _parse(said: bytes) -> Head:
    head: Head = json.loads(said.decode("utf-8", "surrogatepass"))
    return head
