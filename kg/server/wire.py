"""Messages between the server, the warm process and the workers: a head in JSON, then a body of bytes."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

_SIZES = struct.Struct("!IQ")  # bytes of the head, bytes of the body

Head = dict[str, Any]


def send(sock: socket.socket, head: Head, body: bytes = b"") -> None:
    """Write one message."""
    sock.sendall(pack(head, body))


def pack(head: Head, body: bytes = b"") -> bytes:
    """The bytes of one message."""
    said = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _SIZES.pack(len(said), len(body)) + said + body


def receive(sock: socket.socket) -> tuple[Head, bytes]:
    """Read one message; raises EOFError where the other side is gone."""
    head, body = _SIZES.unpack(_exactly(sock, _SIZES.size))
    return _parse(_exactly(sock, head)), _exactly(sock, body)


def unpack(data: bytes) -> tuple[Head, bytes]:
    """The message that these bytes are."""
    head, _ = _SIZES.unpack_from(data)
    rest = data[_SIZES.size :]
    return _parse(rest[:head]), rest[head:]


async def receive_async(reader: asyncio.StreamReader) -> tuple[Head, bytes]:
    """Read one message; raises EOFError where the other side is gone."""
    head, body = _SIZES.unpack(await reader.readexactly(_SIZES.size))
    return _parse(await reader.readexactly(head)), await reader.readexactly(body)


def _parse(said: bytes) -> Head:
    head: Head = json.loads(said.decode("utf-8", "surrogatepass"))
    return head


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = sock.recv(min(size - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
