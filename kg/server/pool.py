"""The workers as the server sees them: handed out, watched by the clock, killed and replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kg.errors import StoreError
from kg.holding import stamp
from kg.server import wire
from kg.server.settings import CHANGE_MEMORY, MEGABYTE, UPLOAD_MEMORY, UPLOAD_SECONDS, Settings

QUERIES, LOOKUPS = "queries", "lookups"
_LOOKUP_WORKERS = 2
_LONG = 0.25  # seconds after which a query gives way to look-ups and short queries
_PATIENCE = 5  # the niceness that it has from then on
_ENDED = "the process that holds the graph has ended; try again in a moment, or start the server again"
_AGAIN = 0.5  # seconds until a worker that could not be forked is tried again
_CLOSING = 2  # seconds that the warm process has to end, and once more when it was told to


class Ended(Exception):
    """A request whose worker was killed or died; ``status`` and the text are for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker replied."""

    status: int
    media: str
    headers: Mapping[str, str]
    body: bytes


class _Worker(asyncio.Protocol):
    """A worker's end of its socket: one request at a time, one answer to each."""

    def __init__(self, pid: int, handle: int | None, generation: int) -> None:
        self.pid = pid
        self.handle = (
            handle  # the process itself, where the system has such (Linux): a number may be another's
        )
        self.generation = generation
        self.is_gone = False
        self.gives_way = False
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[wire.Head, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._received += data
        if wire.is_whole(self._received):
            told, self._received = wire.unpack(self._received), bytearray()
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(told)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self.is_gone = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(EOFError())

    async def ask(self, head: wire.Head, body: bytes) -> tuple[wire.Head, bytes]:
        """Send a request and wait for the answer; raises EOFError where the worker ends before it."""
        if self.is_gone or self._transport is None:
            raise EOFError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(wire.pack(head, body))
        return await self._answer

    def give_way(self) -> None:
        """Let others go first where there are fewer cores than work; there is no way back from that."""
        self.gives_way = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _PATIENCE)

    def close(self) -> None:
        """Close the socket, at which a worker that waits ends."""
        if self._transport is not None:
            self._transport.close()


class Pool:
    """The warm process and its workers. ``start`` before use, ``close`` after; one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stamp = ""  # of the store as it was when it was opened
        self._sizes = {QUERIES: settings.workers, LOOKUPS: _LOOKUP_WORKERS}
        # Idle workers for each kind of request, so that long queries leave the pages their look-ups.
        self._idle: dict[str, asyncio.LifoQueue[_Worker]] = {
            lane: asyncio.LifoQueue() for lane in self._sizes
        }
        self._order = asyncio.Lock()  # one order to the warm process at a time
        self._updating = asyncio.Lock()
        self._generation = 0
        self._running: dict[str, asyncio.Task[Answer]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start the warm process and the workers; raises StoreError where the store cannot be opened."""
        await self._warm_up()
        for lane, size in self._sizes.items():
            for _ in range(size):
                await self._hire(lane)
        if self.settings.poll:
            self._later(self._watch())

    async def _warm_up(self) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "kg.server.warm", str(theirs.fileno())]
        # A session of its own: Ctrl-C at the terminal reaches the server alone.
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()
        self._control = ours
        await asyncio.to_thread(wire.send, ours, {}, self.settings.to_json())
        self._note(await self._receive())

    def abandon(self) -> None:
        """Let go of the warm process: what waits for it fails, and it ends."""
        if self._control is not None:
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """End the warm process, and with it all workers."""
        self.abandon()
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for idle in self._idle.values():
            while not idle.empty():
                idle.get_nowait().close()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            for end in (self._process.terminate, self._process.kill):
                try:
                    await asyncio.to_thread(self._process.wait, _CLOSING)
                except subprocess.TimeoutExpired:
                    end()
            await asyncio.to_thread(self._process.wait)

    async def run(self, head: wire.Head, body: bytes = b"", *, lane: str = QUERIES, key: str = "") -> Answer:
        """The answer to a request; raises Ended. ``key`` names it for ``cancel``, it alone while it runs.

        A caller that is cancelled ends the work too.
        """
        if not key:
            return await self._run(head, body, lane)
        if key in self._running:
            raise Ended(409, "a query with this X-Query-Id runs already; give each an id of its own")
        task = asyncio.ensure_future(self._run(head, body, lane))
        self._running[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():  # the caller, not the work, was cancelled
                raise
            raise Ended(503, "the query was cancelled") from None
        finally:
            self._running.pop(key, None)

    def cancel(self, key: str) -> bool:
        """End the request of this name; False where none runs."""
        task = self._running.get(key)
        return task is not None and task.cancel()

    async def update(self, head: wire.Head, body: bytes = b"", *, size: int = 0) -> Answer:
        """Make a change in a worker of its own, then show it to all; one at a time.

        ``size`` is that of an upload in bytes: a large one has more time and memory.
        """
        megabytes = -(-size // MEGABYTE)
        seconds = self.settings.timeout + megabytes * UPLOAD_SECONDS
        memory = self.settings.memory + CHANGE_MEMORY + megabytes * UPLOAD_MEMORY
        head = head | {"seconds": seconds, "memory": memory}
        async with self._updating:
            worker = await self._fork()
            try:
                answer = await self._converse(worker, head, body, what="change")
            finally:
                self._later(self._dismiss(worker))
            if answer.status < 300:
                with suppress(StoreError):  # a build has the store at this moment; it is seen after that
                    await self.renew()
            return answer

    async def renew(self) -> None:
        """Open the store as it is now; requests that run are answered from what they began with."""
        async with self._order:
            await self._send({"do": "renew"})
            told = await self._receive()
        self._note(told)
        await self._replace_idle()

    async def _replace_idle(self) -> None:
        for lane, idle in self._idle.items():
            old = []
            while not idle.empty():
                old.append(idle.get_nowait())
            for worker in old:
                await self._replace(worker, lane)

    # Workers.

    async def _run(self, head: wire.Head, body: bytes, lane: str) -> Answer:
        worker = await self._take(lane)
        healthy = False
        long = asyncio.get_running_loop().call_later(_LONG, worker.give_way)
        try:
            answer = await self._converse(worker, head, body)
            healthy = worker.generation == self._generation and not worker.gives_way
            return answer
        finally:
            long.cancel()
            if healthy:
                self._idle[lane].put_nowait(worker)
            else:
                self._later(self._replace(worker, lane))

    async def _take(self, lane: str) -> _Worker:
        idle = self._idle[lane]
        try:
            async with asyncio.timeout(self.settings.timeout):
                while True:
                    worker = await idle.get()
                    if not worker.is_gone:
                        return worker
                    self._later(self._replace(worker, lane))  # it died while it had nothing to do
        except TimeoutError:
            busy = f"all workers were busy for {self.settings.timeout:g} seconds; try again"
            raise Ended(503, busy) from None

    async def _converse(
        self, worker: _Worker, head: wire.Head, body: bytes, *, what: str = "query"
    ) -> Answer:
        limit, memory = head.get("seconds", self.settings.timeout), head.get("memory", self.settings.memory)
        try:
            async with asyncio.timeout(limit):
                said, content = await worker.ask(head, body)
        except TimeoutError:
            raise Ended(
                503,
                f"the {what} took longer than {limit:g} seconds and was ended; ask for less, or start the "
                "server with a longer --timeout",
            ) from None
        except (EOFError, ConnectionError):
            raise Ended(
                503,
                f"the {what} ended the process that worked on it: it is too deep, or needs more than "
                f"{memory} MB of memory (--memory-limit); the server goes on",
            ) from None
        return Answer(said["status"], said["media"], said["headers"], content)

    async def _hire(self, lane: str) -> None:
        self._idle[lane].put_nowait(await self._fork())

    async def _replace(self, worker: _Worker, lane: str) -> None:
        with suppress(StoreError):
            await self._dismiss(worker)
        while True:
            try:
                return await self._hire(lane)
            except (StoreError, OSError):  # the warm process has ended; `_watch` starts another
                await asyncio.sleep(_AGAIN)

    async def _dismiss(self, worker: _Worker) -> None:
        worker.close()
        if worker.handle is None:
            async with self._order:
                await self._send({"do": "kill", "pid": worker.pid})
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(worker.handle, signal.SIGKILL)
        os.close(worker.handle)

    async def _fork(self) -> _Worker:
        async with self._order:
            await self._send({"do": "fork"})
            pid, descriptor = await asyncio.to_thread(self._receive_worker)
            generation = self._generation
            handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        sock = socket.socket(fileno=descriptor)
        sock.setblocking(False)
        worker = _Worker(pid, handle, generation)
        await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=sock)
        return worker

    def _receive_worker(self) -> tuple[int, int]:
        assert self._control is not None
        data, descriptors, _, _ = socket.recv_fds(self._control, 4096, 1)
        if not descriptors:
            raise StoreError(_ENDED)
        return int(wire.unpack(data)[0]["pid"]), descriptors[0]

    # The warm process.

    async def _send(self, order: wire.Head) -> None:
        assert self._control is not None
        try:
            await asyncio.to_thread(wire.send, self._control, order)
        except OSError:
            raise StoreError(_ENDED) from None

    async def _receive(self) -> wire.Head:
        assert self._control is not None
        try:
            told, _ = await asyncio.to_thread(wire.receive, self._control)
        except (EOFError, ConnectionError):
            raise StoreError(_ENDED) from None
        return told

    def _note(self, told: wire.Head) -> None:
        if "error" in told:
            raise StoreError(told["error"])
        self._stamp = told["stamp"]
        self._generation += 1

    async def _watch(self) -> None:
        """Renew when a build has written the store: its stamp is new, and the same for two looks.

        A warm process that died, for want of memory perhaps, is replaced; its workers live on meanwhile.
        """
        last = now = self._stamp
        while True:
            await asyncio.sleep(self.settings.poll)
            if self._process is not None and self._process.poll() is not None:
                with suppress(StoreError):  # the store is away or being built: the next look may find it
                    await self._warm_up()
                    await self._replace_idle()
                continue
            last, now = now, await asyncio.to_thread(stamp, self.settings.store)
            if now and now == last != self._stamp and not self._updating.locked():
                try:
                    await self.renew()
                except StoreError:  # a build is at it, or it was taken away: what is loaded is shown on
                    continue

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # the control socket is gone: the server is closing
