"""Files that are written whole or not at all, and paths as people read them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

_UNFINISHED = ".part"


@contextmanager
def whole_file(path: str | os.PathLike[str], *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """A binary file that takes the place of ``path`` when the block ends well, and leaves no trace when not.

    The folder is made where it is missing. The new file gets the permissions a plain ``open`` would give,
    and is on the disk (fsync) before the old one goes. What an earlier write of the file that was killed has
    left goes too. Neither is so where the file need not outlive a failure of the machine (``lasting``).
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not target.is_file():  # /dev/null, a pipe: nothing to replace
        with target.open("wb") as file:
            yield file
        return
    prefix = f".{target.name[:100]}."
    if lasting:
        sweep_unfinished(target.parent, prefix)
    descriptor, name = _new_file(target.parent, prefix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write the file at once; text as UTF-8, newlines as they are."""
    with whole_file(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def write_together(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Write files that belong together: none takes its place before all are on the disk."""
    with ExitStack() as stack:
        for name, content in files.items():
            file = stack.enter_context(whole_file(Path(folder, name)))
            file.write(content)
            file.flush()


def show_path(path: Path) -> str:
    """The path as a user would write it: relative to here where it lies below."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _new_file(folder: Path, prefix: str) -> tuple[int, str]:
    """A new file that is held: one that is not is taken for left over."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=_UNFINISHED, dir=folder)
        if hold_file(descriptor, wait=True) or os.path.exists(name):
            return descriptor, name
        os.close(descriptor)


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)  # the only way to read it
    os.umask(mask)
    return 0o666 & ~mask


def hold_file(descriptor: int, *, wait: bool = False) -> bool:
    """Hold an open file until it is closed or the process ends; False where that cannot be.

    Another holds it, the system has no such locks, or the file is gone.
    """
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def sweep_unfinished(folder: Path, prefix: str = ".", suffix: str = _UNFINISHED) -> None:
    """Remove the files of such names that whoever wrote them was killed over: nobody holds them."""
    for path in folder.iterdir():
        if path.name.startswith(prefix) and path.name.endswith(suffix):
            with suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    if hold_file(descriptor):
                        path.unlink()
                finally:
                    os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """See to it that a name that was changed in the folder outlives a failure of the machine."""
    with suppress(OSError):  # not every system opens folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
