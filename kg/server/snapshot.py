"""The store as the server sees it: a copy by hard links, so that a build is never in its way."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store as Oxigraph

from kg.errors import KgError, StoreError
from kg.store import MEMORY, OxigraphStore, Store, open_store

_PREFIX = ".kg-serve-"
_NEW = 60  # seconds in which a snapshot may not be held yet


def take(store: str | Path) -> Path:
    """A snapshot of the store in a new folder.

    The folder lies beside the store, or in the system's place for such where that cannot be written.
    Takes milliseconds; the store's own lock is held no longer. Raises StoreError where the store is
    missing or being built at this moment.

    A child process does it. RocksDB is not opened in the warm process itself: its threads do not live on
    in a forked child, which would wait for them for ever.
    """
    source, target = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        try:
            try:
                said = {"path": str(_take(Path(store)))}
            except (KgError, OSError) as error:
                said = {"error": str(error)}
            with os.fdopen(target, "wb") as out:
                out.write(json.dumps(said).encode())
        finally:
            os._exit(0)
    os.close(target)
    with os.fdopen(source, "rb") as given:
        told = given.read()
    os.waitpid(pid, 0)
    if not told:
        raise StoreError("the store cannot be read; it may be damaged: build it again")
    said = json.loads(told)
    if "error" in said:
        raise StoreError(said["error"])
    return Path(said["path"])


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


def on_disk(snapshot: Path) -> Oxigraph:
    """The snapshot, to read; each worker opens it for itself, the system keeps its pages once for all."""
    return Oxigraph.read_only(str(snapshot))


def as_store(store: Oxigraph) -> Store:
    """A Store over what was opened."""
    return OxigraphStore(store, MEMORY, read_only=True)
