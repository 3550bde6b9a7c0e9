"""Documents to parts on all cores: which process makes which, and what becomes of one whose process dies."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import chain, islice
from typing import Any, Protocol, Self

from kg import errors
from kg.building.making import Maker, Setting
from kg.errors import SourceError
from kg.sources.child import Pipe, receive, send
from kg.types import Document, Problem

_ATTEMPTS = 2  # a worker may be killed for what another program did; two are hardly by chance
_WAITING = 2  # documents a worker that are read ahead: it shall not wait, and they take memory
_LOST = "not read: it ended the process that read it, twice; is there enough memory? split it, or --jobs 1"
# One thread a process: workers are as many as cores, and only a process with one thread can be forked.
_ONE_THREAD: dict[str, str] = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "TOKENIZERS_PARALLELISM": "false",
    "ORT_DISABLE_TELEMETRY": "1",
}

Made = tuple[int, Document, bytes | Problem]


class Gone(Exception):
    """A worker that is not there any more."""


class Worker(Protocol):
    """Makes parts, one after another."""

    def make(self, document: Document) -> bytes:
        """The content of the part.

        Raises SourceError for what is wrong with the document, and Gone where the worker ended, whatever
        ended it.
        """
        ...

    def end(self) -> None:
        """End it at once, whatever it does for another thread."""
        ...

    def close(self) -> None:
        """Let go of it when no thread waits for it any more."""
        ...


class Crew(Protocol):
    """Who makes parts."""

    def run(self, documents: Iterator[Document]) -> Generator[Made, None, None]:
        """The content of each document's part, or why there is none, with the document's number.

        As they are done: in another order than that of the documents.
        """
        ...


def cores() -> int:
    """The cores that this process may use; 1 where no workers can be forked."""
    if sys.platform == "win32":
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ThisProcess:
    """Makes all parts in this process."""

    def __init__(self, make: Callable[[Document], bytes]) -> None:
        self._make = make

    def run(self, documents: Iterator[Document]) -> Generator[Made, None, None]:
        """See Crew; in the order of the documents."""
        for number, document in enumerate(documents):
            yield number, document, _made(self._make, document)


class Processes:
    """Makes parts in so many processes of this machine; a single document in this one, which is quicker."""

    def __init__(self, setting: Setting, make: Maker, jobs: int) -> None:
        self._setting, self._make, self._jobs = setting, make, jobs

    def run(self, documents: Iterator[Document]) -> Generator[Made, None, None]:
        """See Crew."""
        few = list(islice(documents, 2))
        documents = chain(few, documents)
        if len(few) < 2 or self._jobs == 1 or sys.platform == "win32":
            yield from ThisProcess(self._make).run(documents)
            return
        with Host(self._setting) as host:
            yield from share_out(documents, host.worker, self._jobs)


def share_out(
    documents: Iterator[Document], start: Callable[[], Worker], jobs: int
) -> Generator[Made, None, None]:
    """Give the documents to so many workers, each the next as soon as it is free.

    A worker that is gone is replaced and its document tried again; one that loses two is a Problem. When
    the iterator is closed, by an interrupt too, all workers end at once.
    """
    own = threading.local()
    workers: set[Worker] = set()
    lock = threading.Lock()
    closing = threading.Event()

    def started() -> Worker:
        worker: Worker | None = getattr(own, "worker", None)
        if worker is None:
            worker = start()
            with lock:
                workers.add(worker)
                if closing.is_set():
                    raise Gone
            own.worker = worker
        return worker

    def make(number: int, document: Document) -> Made:
        for _ in range(_ATTEMPTS):
            worker = started()
            try:
                return number, document, _made(worker.make, document)
            except Gone:
                own.worker = None
                with lock:
                    workers.discard(worker)
                worker.end()
                worker.close()
                if closing.is_set():
                    raise
        return number, document, Problem(document.source, _LOST)

    executor = ThreadPoolExecutor(jobs, thread_name_prefix="worker")
    running: set[Future[Made]] = set()
    try:
        for number, document in enumerate(documents):
            running.add(executor.submit(make, number, document))
            if len(running) >= jobs * _WAITING:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        closing.set()
        with lock:
            for worker in workers:
                worker.end()
        executor.shutdown(cancel_futures=True)
        for worker in workers:
            worker.close()


def _made(make: Callable[[Document], bytes], document: Document) -> bytes | Problem:
    """The content of the part, or what is wrong with the document."""
    try:
        return make(document)
    except SourceError as error:
        return Problem(document.source, str(error))


class Host:
    """The process that workers are forked from (see kg.building.host); it is started when one is wanted."""

    def __init__(self, setting: Setting) -> None:
        self._setting = pickle.dumps(setting)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._pipe: Pipe | None = None
        self._lock = threading.Lock()

    def worker(self) -> Forked:
        """A new worker. Raises what keeps the models from being loaded."""
        with self._lock:
            for _ in range(_ATTEMPTS):
                ours, theirs = socket.socketpair()
                try:
                    with theirs:
                        pid = self._fork(theirs)
                except (Gone, OSError):  # it was ended itself
                    ours.close()
                    self._end()
                else:
                    return Forked(ours, pid)
        raise RuntimeError("no worker can be started: the process that they come from was ended, twice")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._end()

    def _fork(self, theirs: socket.socket) -> int:
        control, pipe = self._started()
        socket.send_fds(control, [b"w"], [theirs.fileno()])
        return int(_answer(pipe)[0]["pid"])

    def _started(self) -> tuple[socket.socket, Pipe]:
        if self._control is None or self._pipe is None:
            self._control, theirs = socket.socketpair()
            pipe: Pipe = self._control.makefile("rwb")
            with theirs:
                # -P: a file socket.py in the working directory is not what is meant. A session of its own:
                # an interrupt from the keyboard is for the builder alone.
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "kg.building.host"],
                    stdin=theirs.fileno(),
                    env={**os.environ, **_ONE_THREAD},
                    start_new_session=True,
                )
            send(pipe, {}, self._setting)
            _answer(pipe)
            self._pipe = pipe
        return self._control, self._pipe

    def _end(self) -> None:
        """Let go of it: it ends its workers, whatever they do, and itself."""
        for end in (self._pipe, self._control):
            if end is not None:
                with suppress(OSError):  # bytes that were still to be written
                    end.close()
        self._pipe = self._control = None
        if self._process is not None:
            self._process.wait()
            self._process = None


class Forked:
    """A worker that the host forked."""

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self._connection = connection
        self._pipe = connection.makefile("rwb")

    def make(self, document: Document) -> bytes:
        """See Worker."""
        try:
            send(self._pipe, {}, pickle.dumps(document))
            return _answer(self._pipe)[1]
        except OSError as error:
            raise Gone from error

    def end(self) -> None:
        """See Worker: who waits for it, in another thread, waits no more. The host ends its process."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """See Worker."""
        for end in (self._pipe, self._connection):
            with suppress(OSError):  # bytes that were still to be written
                end.close()


def _answer(pipe: Pipe) -> tuple[dict[str, Any], bytes]:
    """What the other side says; raises Gone where it is not there any more, or the error that it tells."""
    message = receive(pipe)
    if message is None:
        raise Gone
    if "error" in message[0]:
        raised = getattr(errors, message[0]["raised"] or "-", RuntimeError)
        raise raised(message[0]["error"])
    return message
