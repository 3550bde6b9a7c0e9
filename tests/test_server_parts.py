"""The parts of `kg serve` by themselves: its messages, its connections, its workers' rank, what it reads."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from pathlib import Path
from typing import Any

from graph_samples import VOCABULARY, filled_store
from server_samples import make_store, serving, workers

from kg.graph import Union
from kg.server import wire
from kg.server.connections import _JOINED, _Joining


class Sent:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.parts.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True


def joined(*parts: bytes, close: bool = False) -> Sent:
    """What is sent where these are written in one turn of the loop."""

    async def write() -> Sent:
        sent: Any = Sent()
        transport = _Joining(sent, asyncio.get_running_loop())
        for part in parts:
            transport.write(part)
        if close:
            transport.close()
        else:
            await asyncio.sleep(0)
        found: Sent = sent
        return found

    return asyncio.run(write())


def test_server_head_and_body_are_sent_as_one() -> None:
    assert joined(b"head", b"", b"body").parts == [b"headbody"]


def test_server_large_body_is_sent_after_its_head_without_a_copy() -> None:
    assert joined(b"head", b"x" * _JOINED).parts == [b"head", b"x" * _JOINED]


def test_server_connection_sends_what_it_holds_before_it_closes() -> None:
    sent = joined(b"late", close=True)
    assert sent.parts == [b"late"] and sent.is_closed


def test_server_message_is_whole_with_its_last_byte() -> None:
    message = wire.pack({"task": "查"}, b"body")
    assert [wire.is_whole(bytearray(message[:size])) for size in (0, 11, 12, len(message) - 1)] == [False] * 4
    assert wire.is_whole(bytearray(message))
    assert wire.unpack(message) == ({"task": "查"}, b"body")


def test_server_part_is_read_at_once_as_it_is_source_by_source() -> None:
    union = Union(filled_store(), VOCABULARY)
    facts = union.facts_at_once()
    assert len(facts) > 1
    assert facts == list(union.facts())


def test_server_long_query_gives_way_to_others_and_its_worker_goes_after_it(tmp_path: Path) -> None:
    def ranks() -> list[int]:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        return [os.getpriority(os.PRIO_PROCESS, pid) - own for pid in workers(client)]

    def wait_for(count: int) -> bool:
        for _ in range(100):
            with contextlib.suppress(ProcessLookupError):
                if ranks().count(5) == count:
                    return True
            time.sleep(0.05)
        return False

    with serving(make_store(tmp_path), "--timeout=3") as client:
        query = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}
        asking = threading.Thread(target=client.get, args=("/sparql",), kwargs={"params": query})
        asking.start()
        assert wait_for(1)
        asking.join()
        assert wait_for(0)
