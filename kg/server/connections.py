"""Connections that are not waited for: each part of a request and of its answer has a time to come in.

uvicorn waits for a request for ever, and counts one that waits as one that works. Here a connection that
brings too little is closed, and where there are too many, the one that has been waited for longest makes
room: slow ones shut nobody out. One address may have so many requests answered at once; this machine
itself, where a proxy may stand for all clients, any number.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Iterable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

CONNECTIONS = 256  # at once, answers under way among them: each may be as large as an answer may be
_OF_ONE_CLIENT = 64  # of them, at work for one address
_HEAD_SECONDS = 10.0  # for the head of a request
_WINDOW = 20.0  # seconds in which a body or an answer has to go on
_LEAST = 100_000  # bytes in that time: 5 kB a second
_JOINED = 65_536  # bytes up to which what is written is joined
_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_MANY = b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 1\r\n\r\n"


class _Joining(asyncio.Transport):
    """A transport that sends together what is written in one turn of the loop: a head with its body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send at the end of this turn, what is large at once."""
        if len(self._held) + len(data) > _JOINED:
            self._flush()
            self._transport.write(data)
        elif data:
            if not self._held:
                self._loop.call_soon(self._flush)
            self._held += data

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._transport.write(held)

    def close(self) -> None:
        """Send what is held, then close."""
        self._flush()
        self._transport.close()

    def get_write_buffer_size(self) -> int:
        """Bytes that wait to be taken."""
        return len(self._held) + self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        """Take nothing for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take again."""
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport knows of its socket."""
        return self._transport.get_extra_info(name, default)


class Connection(H11Protocol):
    """A connection of uvicorn's with a clock."""

    _awaited = ""  # what the client owes: the head of a request, its body, or to take the answer
    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _is_here = False  # whether the client is this machine
    _received = 0
    _seen = 0  # how far it had come when the clock was looked at last

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Take the connection; where there are too many, another one goes."""
        super().connection_made(_Joining(transport, self.loop))
        self._is_here = _is_here(self.address)
        others = [one for one in self._all() if one is not self]
        if len(others) >= CONNECTIONS - 2 and (slow := longest_awaited(others)) is not None:
            slow.give_up()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; look at what is awaited now."""
        self._received += len(data)
        super().data_received(data)
        self._watch()

    def handle_events(self) -> None:
        """As uvicorn's, unless too much is done for the client already."""
        if not self._is_here:
            working = sum(one.is_working and one.address == self.address for one in self._all())
            if working > _OF_ONE_CLIENT:
                self.transport.write(_MANY)
                self.transport.close()
                return
        super().handle_events()

    def on_response_complete(self) -> None:
        """The next request is awaited."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client has to take what is written."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """The client has taken it."""
        super().resume_writing()
        self._watch()

    @property
    def address(self) -> str:
        """Of the client."""
        return self.client[0] if self.client else ""

    @property
    def is_working(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waits_since(self) -> float | None:
        """Since when the client is waited for; None while it is our turn."""
        return self._since if self._awaited else None

    def give_up(self) -> None:
        """Close it, with a word where no answer was begun."""
        self._stop()
        if self.transport.is_closing() or self._awaited == "answer":
            self.transport.abort()
        else:
            is_answered = self.is_working and self.cycle.response_started
            has_begun = self._awaited == "body" or bool(self.conn.trailing_data[0])
            if has_begun and not is_answered:  # one that only idles may be about to send
                self.transport.write(_LATE)
            self.transport.close()
        self.connections.discard(self)

    def _all(self) -> list[Connection]:
        return [one for one in self.connections if isinstance(one, Connection)]

    def _watch(self) -> None:
        awaited = self._now_awaited()
        if awaited != self._awaited:
            self._stop()
            self._awaited = awaited
            if awaited:
                self._since = self.loop.time()
                self._seen = self._progress()
                self._timer = self.loop.call_later(self._seconds(), self._look)

    def _now_awaited(self) -> str:
        if self.flow.write_paused:
            return "answer"
        if self.transport.is_closing():
            return ""
        return {h11.IDLE: "head", h11.SEND_BODY: "body"}.get(self.conn.their_state, "")

    def _seconds(self) -> float:
        return _HEAD_SECONDS if self._awaited == "head" else _WINDOW

    def _progress(self) -> int:
        """Grows by a byte with each that comes in, or that is taken of an answer."""
        return -self.transport.get_write_buffer_size() if self._awaited == "answer" else self._received

    def _look(self) -> None:
        progress = self._progress()
        if self._awaited != "head" and progress - self._seen >= _LEAST:
            self._seen = progress
            self._timer = self.loop.call_later(self._seconds(), self._look)
        else:
            self.give_up()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def longest_awaited(connections: Iterable[Any]) -> Any | None:
    """Of the address with the most that wait, the one that has waited longest; None where none waits."""
    waiting = [one for one in connections if one.waits_since is not None]
    many = Counter(one.address for one in waiting)
    return min(waiting, key=lambda one: (-many[one.address], one.waits_since), default=None)


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
