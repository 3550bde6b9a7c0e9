"""The folder of a graph: one build at a time changes a copy of its store and publishes it whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import StoreError
from kg.files import write_whole
from kg.holding import BUILD_LOCK, hold
from kg.store import Store, open_store

if sys.platform != "win32":
    import fcntl

STORE = "store"
_HIDDEN = ".kg"
_PARTS = "parts"
_GONE = "gone-"


class Workplace:
    """A build's own place in a folder, held against other builds until it is closed.

    ``store`` in the folder is a link to the directory published last, ``.kg/7``. A build changes ``.kg/8``:
    a copy by hard links, made in milliseconds, or what a build that was stopped has left. Publishing leads
    the link there. So readers always find a whole store, those that read an earlier one go on, and a
    build loses nothing that it has done. The first build works where the link leads: nobody reads yet,
    and where it is stopped there is a store with what it has done. Beside each directory lies what the
    build wrote down about the files it made (``.kg/7.json``), and in ``.kg/parts`` what it read.
    """

    def __init__(self, folder: Path, lock: int | None) -> None:
        self._folder = folder
        self._hidden = folder / _HIDDEN
        self._lock = lock
        self._sweep(_is_gone)
        self._drop_half_loaded()
        self.before, published = self._open_published()
        self._number = published + 1 if published is not None else max(self._numbers(), default=1)
        self._published = published
        try:
            self.store = self._open_work()
        except BaseException:
            if self.before is not None:
                self.before.close()
            raise
        if published is None:
            self._lead_readers()

    @property
    def parts(self) -> Path:
        """The folder of the parts that builds here made."""
        return self._hidden / _PARTS

    def notes(self, *, published: bool) -> Path:
        """The file of what was written down about the outputs of the published store, or of this one."""
        number = self._published if published else self._number
        return self._hidden / f"{number}.json"

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While quads are added in bulk, which is no transaction: what a kill leaves is not opened again."""
        self._loading.touch()
        yield
        self.store.flush()
        self._loading.unlink()

    @property
    def _loading(self) -> Path:
        return self._hidden / f"{self._number}.loading"

    def publish(self, notes: bytes) -> None:
        """Make the store the one that readers find, with the notes; the place can only be closed then."""
        self.store.flush()
        write_whole(self.notes(published=False), notes)
        self._close_stores()
        self._lead_readers()
        kept = str(self._number)
        self._sweep(lambda path: _is_gone(path) or (path.name.isdecimal() and path.name != kept))

    def _lead_readers(self) -> None:
        link = self._hidden / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(_HIDDEN) / str(self._number))
        os.replace(link, self._folder / STORE)

    def discard(self) -> None:
        """Leave all as it was published."""
        self._close_stores()
        _remove(self._hidden / str(self._number))

    def close(self) -> None:
        """Let go of the stores and of the folder."""
        self._close_stores()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _close_stores(self) -> None:
        self.store.close()
        if self.before is not None:
            self.before.close()

    def _open_published(self) -> tuple[Store | None, int | None]:
        path = self._folder / STORE
        if path.exists() and not path.is_symlink():  # as `open_store` makes one: taken over
            open_store(path).close()
            os.rename(path, self._hidden / str(max(self._numbers(), default=0) + 1))
        if not path.exists():
            return None, None
        name = os.path.basename(os.path.realpath(path))
        return open_store(path, read_only=True), int(name) if name.isdecimal() else 0

    def _open_work(self) -> Store:
        """What was left of a build that was stopped, if it can be opened; else a copy, else a new one."""
        work = self._hidden / str(self._number)
        if work.exists():
            try:
                return open_store(work)
            except StoreError:
                _remove(work)
        if self.before is not None:
            unready = self._hidden / f"{_GONE}{self._number}"
            self.before.backup(unready)
            os.rename(unready, work)
        return open_store(work)

    def _drop_half_loaded(self) -> None:
        """Remove the store into which a build that was stopped was adding."""
        for mark in sorted(self._hidden.glob("*.loading")):
            work = mark.with_suffix("")
            if work.exists() and not _remove(work):
                raise StoreError(f"{self._folder / STORE}: half made, and in use by another process; end it")
            mark.unlink()

    def _numbers(self) -> list[int]:
        return [int(path.name) for path in self._hidden.iterdir() if path.name.isdecimal()]

    def _sweep(self, is_old: Callable[[Path], bool]) -> None:
        """Remove what no build will open again, but for what is still read: that is left to a later build."""
        for path in sorted(self._hidden.iterdir()):
            if path.is_dir() and is_old(path):
                _remove(path)
        for notes in self._hidden.glob("*.json"):
            if not notes.with_suffix("").exists():
                notes.unlink()


@contextmanager
def open_workplace(
    folder: str | Path, *, waiting: Callable[[str], None] | None = None
) -> Iterator[Workplace]:
    """The place of a build in the folder, which is made where it is missing.

    While another build holds it, this one waits, and tells ``waiting`` who it is. Raises StoreError where
    ``store`` in the folder is none.
    """
    folder = Path(folder)
    (folder / _HIDDEN).mkdir(parents=True, exist_ok=True)
    lock = hold(folder / BUILD_LOCK, str(folder), waiting)
    try:
        place = Workplace(folder, lock)
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise
    try:
        yield place
    finally:
        place.close()


def _is_gone(path: Path) -> bool:
    return path.name.startswith(_GONE)


def _remove(directory: Path) -> bool:
    """Remove a store, if nobody reads it: first from where a build would look for it."""
    if not _is_free(directory):
        return False
    gone = directory if _is_gone(directory) else directory.with_name(f"{_GONE}{directory.name}")
    with suppress(OSError):
        if gone != directory:
            os.rename(directory, gone)
        shutil.rmtree(gone)
    return True


def _is_free(directory: Path) -> bool:
    if sys.platform == "win32":
        return True
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    finally:
        os.close(handle)
    return True
