"""The store as the server sees it: a copy by hard links, so that a build is never in its way."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from itertools import islice
from pathlib import Path

from pyoxigraph import Store as Oxigraph

from kg.errors import StoreError
from kg.store import MEMORY, OxigraphStore, Store, open_store

# Quads. Below, queries are up to 17 times quicker in memory (377 bytes a quad); see docs/serve.md.
IN_MEMORY = 5_000_000
_STATE = ("*.sst", "*.log", "MANIFEST-*", "CURRENT")


def stamp(store: str | Path) -> str:
    """What changes whenever the store's directory is written; empty where there is no store.

    >>> stamp("no/such/store")
    ''
    """
    folder = Path(store)
    seen = []
    for pattern in _STATE:
        for path in folder.glob(pattern):
            try:
                status = path.stat()
            except FileNotFoundError:  # compacted away this moment
                continue
            seen.append(f"{path.name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:20] if seen else ""


def take(store: str | Path) -> Path:
    """A snapshot of the store in a new folder beside it, or in the system's where that cannot be written.

    Takes milliseconds; the store's own lock is held no longer. Raises StoreError where it is missing or
    being built at this moment.
    """
    place = Path(store).resolve().parent
    parent = place if os.access(place, os.W_OK) else None
    with open_store(store, read_only=True) as opened:
        folder = Path(tempfile.mkdtemp(prefix=".kg-serve-", dir=parent))
        try:
            opened.backup(folder / "store")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder / "store"


def discard(snapshot: Path) -> None:
    """Remove the snapshot's folder; what is still open of it stays readable."""
    shutil.rmtree(snapshot.parent, ignore_errors=True)


def in_memory(snapshot: Path, most: int = IN_MEMORY) -> Oxigraph | None:
    """The snapshot's quads in memory; None where there are more than ``most``."""
    try:
        on_disk = Oxigraph.read_only(str(snapshot))
    except OSError as error:
        raise StoreError(f"{snapshot}: cannot be read: {error}") from error
    if next(islice(on_disk, most, None), None) is not None:
        return None
    store = Oxigraph()
    store.bulk_extend(on_disk)
    return store


def on_disk(snapshot: Path) -> Oxigraph:
    """The snapshot itself, to read; each worker opens it for itself, for RocksDB's threads do not fork."""
    return Oxigraph.read_only(str(snapshot))


def as_store(store: Oxigraph) -> Store:
    """A Store over what was opened."""
    return OxigraphStore(store, MEMORY, read_only=True)

