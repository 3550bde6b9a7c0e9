"""The store as the server sees it: a copy by hard links, so that a build is never in its way."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Oxigraph

from kg.errors import KgError, StoreError
from kg.store import MEMORY, OxigraphStore, Store, open_store

# Quads. Below, queries are up to 17 times quicker in memory (377 bytes a quad); see docs/serve.md.
IN_MEMORY = 5_000_000
_PIPE = 1 << 20  # bytes of a buffer
_PREFIX = ".kg-serve-"
_NEW = 60  # seconds in which a snapshot may not be held yet

Read = TypeVar("Read")


def take(store: str | Path) -> tuple[Path, int]:
    """A snapshot of the store in a new folder, and how many quads it holds.

    The folder lies beside the store, or in the system's place for such where that cannot be written.
    Takes milliseconds; the store's own lock is held no longer. Raises StoreError where the store is
    missing or being built at this moment.
    """

    def work(out: BinaryIO) -> None:
        try:
            taken = _take(Path(store))
            said = {"path": str(taken), "quads": len(Oxigraph.read_only(str(taken)))}
        except (KgError, OSError) as error:
            said = {"error": str(error)}
        out.write(json.dumps(said).encode())

    said = json.loads(_apart(work, lambda source: source.read()))
    if "error" in said:
        raise StoreError(said["error"])
    return Path(said["path"]), said["quads"]


def _take(store: Path) -> Path:
    place = store.resolve().parent
    with open_store(store, read_only=True) as opened:
        parent = place if os.access(place, os.W_OK) else Path(tempfile.gettempdir())
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        try:
            opened.backup(folder / "store")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder / "store"


def hold(snapshot: Path) -> int:
    """Keep the snapshot from being swept away by another server while the descriptor is open."""
    descriptor = os.open(snapshot.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _sweep(place: Path) -> None:
    """Remove the snapshots that a server left behind when it was killed: nobody holds them."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < _NEW:
                continue
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)


def discard(snapshot: Path) -> None:
    """Remove the snapshot's folder; what is still open of it stays readable."""
    shutil.rmtree(snapshot.parent, ignore_errors=True)


def in_memory(snapshot: Path) -> Oxigraph:
    """The snapshot's quads in memory."""
    store = Oxigraph()
    nquads = RdfFormat.N_QUADS

    def work(out: BinaryIO) -> None:
        Oxigraph.read_only(str(snapshot)).dump(out, nquads)

    _apart(work, lambda source: store.bulk_load(source, nquads, lenient=True))
    return store


def on_disk(snapshot: Path) -> Oxigraph:
    """The snapshot itself, to read; each worker opens it for itself."""
    return Oxigraph.read_only(str(snapshot))


def as_store(store: Oxigraph) -> Store:
    """A Store over what was opened."""
    return OxigraphStore(store, MEMORY, read_only=True)


def _apart(work: Callable[[BinaryIO], None], read: Callable[[BinaryIO], Read]) -> Read:
    """What ``read`` makes of what ``work`` writes in a child process.

    RocksDB is not opened in the warm process itself: its threads do not live on in a forked child, which
    would wait for them for ever. Raises StoreError where the child fails.
    """
    source, target = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        code = 1
        try:
            with os.fdopen(target, "wb", buffering=_PIPE) as out:
                work(out)
            code = 0
        finally:
            os._exit(code)
    os.close(target)
    try:
        with os.fdopen(source, "rb", buffering=_PIPE) as given:
            found = read(given)
    finally:
        failed = os.waitpid(pid, 0)[1]
    if failed:
        raise StoreError("the store cannot be read; it may be damaged: build it again")
    return found
