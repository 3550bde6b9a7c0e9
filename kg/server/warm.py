"""The warm process: holds a snapshot of the store, has one thread and no network, forks workers on demand.

Run by the server as ``python -m kg.server.warm FD`` with its end of a socket pair; the first message
holds the settings. It ends with the server, and its workers with it, for then the socket is closed.
"""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from kg.errors import KgError
from kg.holding import stamp
from kg.server import snapshot, wire, work
from kg.server.settings import Settings

_PATIENCE = 10  # of the process that nobody waits for; 19 would be the most
_TICK = 0.5  # seconds between looks for children that have ended
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of <linux/sched.h>


def main(descriptor: int) -> None:
    """Open the store, say so, and serve the server's orders until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes the socket
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
    control = socket.socket(fileno=descriptor)
    _, said = wire.receive(control)
    warm = _Warm(Settings.from_json(said), control)
    try:
        if warm.renew():
            warm.serve()
    except (EOFError, ConnectionError):
        pass
    finally:
        warm.close()


class _Warm:
    def __init__(self, settings: Settings, control: socket.socket) -> None:
        self.settings = settings
        self.control = control
        self.children: set[int] = set()
        # Each with what holds it against another server's sweep. The one before the last is kept: a worker
        # that was forked just now may not have opened it yet.
        self.snapshots: list[tuple[Path, int]] = []
        self.desk: work.Desk | None = None
        self.shelf: work.Shelf | None = None
        self.indexing = 0  # the process that makes the name index and finds conflicts
        _leave_network()

    def serve(self) -> None:
        """Do as told: ``fork`` a worker, ``kill`` one, ``renew`` the graph."""
        while True:
            ready, _, _ = select.select([self.control], [], [], _TICK)
            self._reap()
            if not ready:
                continue
            head, _ = wire.receive(self.control)
            if head["do"] == "fork":
                self._fork()
            elif head["do"] == "kill":
                self._end(head["pid"])
            elif head["do"] == "renew":
                self.renew()

    def renew(self) -> bool:
        """Open the store as it is now; tells the server, and is False where that failed."""
        before = stamp(self.settings.store)
        try:
            self.shelf = self.shelf or work.load_shelf(self.settings)
            taken = snapshot.take(self.settings.store)
            held = snapshot.hold(taken)
            desk = work.Desk(self.shelf, taken, before)
        except KgError as error:
            wire.send(self.control, {"error": str(error)})
            return False
        self.desk = desk
        self.snapshots.append((taken, held))
        self._discard(keep=2)
        self._index()
        gc.collect()
        gc.freeze()  # what is shared with the workers is not looked through again, and stays shared
        wire.send(self.control, {"stamp": before})
        return True

    def close(self) -> None:
        """End all children and remove the snapshot."""
        for pid in list(self.children):
            self._end(pid)
        self._discard(keep=0)

    def _discard(self, *, keep: int) -> None:
        while len(self.snapshots) > keep:
            taken, held = self.snapshots.pop(0)
            snapshot.discard(taken)
            os.close(held)

    def _index(self) -> None:
        """Make the name index where it is missing or old, find conflicts and what to review, in a process."""
        assert self.desk is not None
        if self.indexing:
            self._end(self.indexing)
        pid = os.fork()
        if pid == 0:
            self.control.close()
            _become_child()
            os.nice(_PATIENCE)
            with suppress(Exception):
                if not self.desk.has_names():
                    self.desk.build_names()
            with suppress(Exception):
                self.desk.build_conflicts()
            with suppress(Exception):
                self.desk.build_review()
            os._exit(0)
        self.children.add(pid)
        self.indexing = pid

    def _fork(self) -> None:
        assert self.desk is not None
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self.control.close()
            ours.close()
            _become_child()
            try:
                work.serve(self.desk, theirs)
            finally:
                os._exit(0)
        theirs.close()
        self.children.add(pid)
        socket.send_fds(self.control, [wire.pack({"pid": pid})], [ours.fileno()])
        ours.close()

    def _end(self, pid: int) -> None:
        """Kill a child that has not been waited for: its number cannot be another's yet."""
        if pid in self.children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self._forget(pid)

    def _reap(self) -> None:
        for pid in list(self.children):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._forget(pid)

    def _forget(self, pid: int) -> None:
        self.children.discard(pid)
        if pid == self.indexing:
            self.indexing = 0


def _become_child() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not os.environ.get("KG_DEBUG"):
        # What the engine says as it dies is for nobody: the server tells the client.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    gc.disable()  # a worker's garbage is small; looking for it would copy the shared pages


def _leave_network() -> None:
    """Enter a network namespace that holds nothing, not even this machine, where the system allows it."""
    if not sys.platform.startswith("linux"):
        return
    user, group = os.getuid(), os.getgid()
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return
    with suppress(OSError):  # without a map files can be used all the same
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


if __name__ == "__main__":
    main(int(sys.argv[1]))
