"""The process from which workers come: ``python -m kg.building.host``, started by `kg.building.workers`.

It loads the ontology and the models once and forks a worker whenever it is asked to: their pages are shared,
so that sixteen workers take little more memory than one, and another one is there in milliseconds. Forking
is safe since this process has one thread: ONNX Runtime is told to compute on the caller's and to report
nothing, OpenBLAS, OpenMP and the tokenizer to have none by the environment that it is started with. The
building process itself does not fork: its store has threads.

Standard input is a socket. First comes the setting; then, for each worker wanted, a byte with the descriptor
of the worker's own socket. When the socket closes, however the builder ended, all workers are ended.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import sys
from contextlib import suppress

from kg.building.making import Maker
from kg.errors import KgError
from kg.sources.child import receive, send

if sys.platform == "win32":
    raise ImportError("workers need fork")


def main() -> None:
    """Serve the builder at standard input."""
    control = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    pipe = control.makefile("rwb")
    message = receive(pipe)
    if message is None:
        return
    try:
        make = Maker.of(pickle.loads(message[1]))  # from the process that started this one
    except Exception as error:
        send(pipe, told(error))
        return
    send(pipe, {"threads": _threads()})
    workers: list[int] = []
    try:
        while True:
            data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not data:
                return
            pid = os.fork()
            if pid == 0:
                _work(make, control, descriptors[0])
            os.close(descriptors[0])
            workers.append(pid)
            send(pipe, {"pid": pid})
            workers = [pid for pid in workers if _is_alive(pid)]
    finally:
        for pid in workers:
            if _is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def _work(make: Maker, control: socket.socket, descriptor: int) -> None:
    """Be a worker until the socket closes; does not return."""
    code = 1
    try:
        os.close(control.fileno())  # not `close`, which waits for the file made of it
        serve(make, socket.socket(fileno=descriptor))
        code = 0
    finally:
        os._exit(code)


def serve(make: Maker, connection: socket.socket) -> None:
    """Make the part of each document that comes, until none does."""
    with connection.makefile("rwb") as pipe, suppress(BrokenPipeError, ConnectionResetError):
        while (message := receive(pipe)) is not None:
            try:
                part = make(pickle.loads(message[1]))
            except Exception as error:
                send(pipe, told(error))
            else:
                send(pipe, {}, part)


def told(error: Exception) -> dict[str, str]:
    """The error as a message; its class, where the user can act on it."""
    if isinstance(error, KgError):
        return {"error": str(error), "raised": type(error).__name__}
    return {"error": repr(error), "raised": ""}


def _is_alive(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False


def _threads() -> int:
    """How many threads this process has; 1 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


if __name__ == "__main__":
    main()
