"""Who holds a folder: one build at a time, or one change of the store published there; its state."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError

if sys.platform != "win32":
    import fcntl

BUILD_LOCK = ".kg/lock"  # in the folder
_STATE = ("*.sst", "*.log", "MANIFEST-*", "CURRENT")  # of RocksDB


@contextmanager
def keep_builds_out(store: str | Path) -> Iterator[None]:
    """Have builds wait while the published store is changed in its place.

    Raises StoreError, which says who it is, while one is under way: the change would be lost. A store that
    no build made has no such lock.
    """
    directory = Path(os.path.realpath(store))  # as it is published: out/.kg/7
    folder = (
        directory.parent.parent if directory.parent.name == Path(BUILD_LOCK).parent.name else directory.parent
    )
    lock = None
    if (folder / BUILD_LOCK).exists():
        lock = hold(folder / BUILD_LOCK, str(folder), None, wait=False, purpose=" (kg serve)")
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def hold(
    path: Path,
    folder: str,
    waiting: Callable[[str], None] | None,
    *,
    wait: bool = True,
    purpose: str = "",
) -> int | None:
    """Lock the file, which names its holder; the system lets go of it when the process ends, however."""
    if sys.platform == "win32":
        return None
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 100, 0).decode("utf-8", "replace").strip() or "another process"
            said = f"{folder}: held by {holder}"
            if not wait:
                raise StoreError(f"{said}; try again when it has ended") from None
            if waiting is not None:
                waiting(f"{said}; waiting until it has ended")
            fcntl.flock(lock, fcntl.LOCK_EX)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks
        os.close(lock)
        return None
    except BaseException:
        os.close(lock)
        raise
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()}{purpose}\n".encode(), 0)
    return lock


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
