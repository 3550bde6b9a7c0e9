"""The folder of a graph: one build at a time changes a copy of its store and publishes it whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import StoreError
from kg.files import sweep_unfinished, sync_folder, write_whole
from kg.holding import BUILD_LOCK, hold, stamp
from kg.store import Store, open_store

if sys.platform != "win32":
    import fcntl

STORE = "store"
_HIDDEN = ".kg"
_PARTS = "parts"
_GONE = "gone-"
_LOADING = ".loading"
_MADE_FROM = "made-from"  # in a work copy: the state of the store that it is a copy of


class Workplace:
    """A build's own place in a folder, held against other builds until it is closed.

    ``store`` in the folder is a link to the directory published last, ``.kg/7``. A build changes ``.kg/8``:
    a copy by hard links, made in milliseconds, or what a build that was stopped has left. Publishing leads
    the link there. So readers always find a whole store, those that read an earlier one go on, and a
    build loses nothing that it has done. The first build works where the link leads: nobody reads yet,
    and where it is stopped there is a store with what it has done.

    The files that people open lie in the directory of their store; in the folder are links to them by way of
    ``store``, so that all change in one step. Beside each directory lies what the build wrote down about
    them (``.kg/7.json``), and in ``.kg/parts`` what builds read. A copy notes which state of the published
    store it was made from: where an update has changed that since, what a stopped build has left is done
    again.
    """

    def __init__(self, folder: Path, lock: int | None) -> None:
        self._folder = folder
        self._hidden = folder / _HIDDEN
        self._lock = lock
        self._names: tuple[str, ...] = ()
        self._sweep(_is_gone)
        for place in (folder, self._hidden):
            sweep_unfinished(place)
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
        mark = self._directory(self._number).with_suffix(_LOADING)
        mark.touch()
        yield
        self.store.flush()
        mark.unlink()

    def stage(self, names: Sequence[str]) -> Path:
        """The directory to write the files of these names to, which holds them as they were published.

        The first build goes on in a copy: what it has written at its place so far is to be seen already.
        """
        self._names = tuple(names)
        if self._published is None:
            self.store.close()
            with open_store(self._directory(self._number), read_only=True) as done:
                self._copy(done, self._number, self._number + 1)
            self._published, self._number = self._number, self._number + 1
            self.store = open_store(self._directory(self._number))
        old, new = self._directory(self._published), self._directory(self._number)
        for name in self._names:
            shown = self._folder / name
            if not (old / name).exists() and shown.is_file() and not shown.is_symlink():
                _link(shown, old / name)  # as earlier versions left it
            (new / name).unlink(missing_ok=True)
            if (old / name).exists():
                _link(old / name, new / name)
        return new

    def has_new_files(self) -> bool:
        """Whether a file was written since ``stage``."""
        assert self._published is not None
        old, new = self._directory(self._published), self._directory(self._number)
        return not all((old / name).exists() and (old / name).samefile(new / name) for name in self._names)

    def publish(self, notes: bytes) -> None:
        """Make the store and its files those that readers find, with the notes; it can only be closed then.

        Raises StoreError where the store that was published has been changed meanwhile: that stays.
        """
        self.store.flush()
        write_whole(self.notes(published=False), notes)
        self._close_stores()
        if not self._is_current(self._number):
            raise StoreError(f"{self._folder}: the graph was changed while it was built; build it again")
        self._lead_to_files()
        self._lead_readers()
        kept = str(self._number)
        self._sweep(lambda path: _is_gone(path) or (path.name.isdecimal() and path.name != kept))

    def _lead_readers(self) -> None:
        self._lead(STORE, Path(_HIDDEN, str(self._number)))
        sync_folder(self._folder)

    def _lead_to_files(self) -> None:
        for name in self._names:
            self._lead(name, Path(STORE, name))

    def _lead(self, name: str, target: Path) -> None:
        """Have a link in the folder lead there, in one step; whatever else has the name goes."""
        place = self._folder / name
        if place.is_symlink() and Path(os.readlink(place)) == target:
            return
        link = self._hidden / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        os.replace(link, place)

    def discard(self) -> None:
        """Leave all as it was published."""
        self._close_stores()
        self._lead_to_files()
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
        """What was left of a build that was stopped, if it still serves; else a copy, else a new one."""
        work = self._directory(self._number)
        if work.exists():
            try:
                if self._is_current(self._number):
                    return open_store(work)
            except StoreError:
                pass
            _remove(work)
        if self.before is not None:
            assert self._published is not None
            self._copy(self.before, self._published, self._number)
        return open_store(work)

    def _directory(self, number: int) -> Path:
        return self._hidden / str(number)

    def _copy(self, store: Store, number: int, target: int) -> None:
        """Copy the store of a number to another, with a note of the state it is in."""
        unready = self._hidden / f"{_GONE}{target}"
        store.backup(unready)
        (unready / _MADE_FROM).write_text(stamp(self._directory(number)), encoding="ascii")
        os.rename(unready, self._directory(target))

    def _is_current(self, number: int) -> bool:
        """Whether the store of that number was made from the published one as that is now."""
        if self._published is None:
            return True
        try:
            made_from = (self._directory(number) / _MADE_FROM).read_text(encoding="ascii")
        except FileNotFoundError:  # by an earlier version
            return False
        return made_from == stamp(self._directory(self._published))

    def _drop_half_loaded(self) -> None:
        """Remove the store into which a build that was stopped was adding."""
        for mark in sorted(self._hidden.glob(f"*{_LOADING}")):
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


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system has no such."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


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
