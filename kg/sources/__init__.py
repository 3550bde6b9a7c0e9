"""Paths, folders, archives, corpora and standard input to documents.

A text is decoded and nothing else: no newline is translated and no character mended, so that offsets
count the characters of the file. From other kinds the plain text is taken out, in a child process that
has limits; evidence points into that text, which the store keeps and `kg text` prints.
"""

from __future__ import annotations

import glob
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from kg.errors import SourceError
from kg.sources.archives import Member
from kg.sources.corpora import read_corpus
from kg.sources.encodings import check_encoding, decode
from kg.sources.kinds import ARCHIVES, CORPORA, PARSED, Kind, kind_of, kind_of_name
from kg.sources.limits import Limits, read_limits, size
from kg.sources.worker import Worker
from kg.types import Document, Problem

__all__ = ["Limits", "decode", "is_left_out", "read_limits", "read_sources", "source_name"]

STDIN = "-"
STDIN_NAME = "stdin"

_LEFT_OUT = "left out: "
_SAVED = ("_files", ".files")  # a browser puts a page's pictures and scripts beside it, so named
_BUILT = ("store", "report.txt", "graph.ttl")  # what `kg build` leaves in a folder


def read_sources(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    encoding: str | None = None,
    column: str | None = None,
    limits: Limits | None = None,
    wanted: Callable[[str], bool] = lambda source: True,
) -> Iterator[Document | Problem]:
    """Each document in the order of ``paths``, folders in sorted order, and a Problem for what is not read.

    A folder gives the files of all kinds that are read, those of its subfolders included; hidden files
    are not looked at, a README, a saved page's own files and the output of an earlier build are left out
    (see `is_left_out`), and every other file is named as not read. A path with ``*``, ``?`` or ``[`` that
    is no file is a pattern, ``**`` any folders. ``-`` is ``stdin``, whose kind its bytes tell. A file that
    is named twice, or reached twice through links, is read once. A document is named by its path from the
    working directory where it lies below it, else by its absolute path; a member of an archive
    ``a.zip!/b.txt``, a row of a corpus ``c.jsonl#17``.

    Without ``encoding`` it is found (see `encodings.detect`). ``column`` is where a corpus has its texts.
    What is not ``wanted``, by its name, is not read where that saves time, and may be given all the same.
    Raises SourceError where ``encoding`` is unknown.
    """
    if encoding is not None:
        check_encoding(encoding)
    return _read(paths, stdin, encoding, column, limits or Limits(), wanted)


def is_left_out(problem: Problem) -> bool:
    """Whether the source was left out by rule, which is no failure (a folder's README)."""
    return problem.message.startswith(_LEFT_OUT)


def source_name(path: str | os.PathLike[str]) -> str:
    """The name evidence gives a file: relative to the working directory where it lies below, with slashes."""
    absolute = Path(os.path.abspath(path))
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def _read(
    paths: Sequence[str],
    stdin: BinaryIO | None,
    encoding: str | None,
    column: str | None,
    limits: Limits,
    wanted: Callable[[str], bool],
) -> Iterator[Document | Problem]:
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(limits)) for _ in range(2)]
        reader = _Reader(encoding, column, limits, wanted, *workers)
        seen: set[str] = set()
        for path in paths:
            if path == STDIN:
                if STDIN not in seen:
                    seen.add(STDIN)
                    yield from reader.stdin(stdin)
            elif os.path.isdir(path):
                yield from _read_folder(reader, Path(path), seen, ())
            elif not os.path.lexists(path) and glob.has_magic(path):
                yield from _read_pattern(reader, path, seen)
            else:
                yield from _read_file(reader, Path(path), seen)


# --- Where files lie ---------------------------------------------------------------------------------


def _read_pattern(reader: _Reader, pattern: str, seen: set[str]) -> Iterator[Document | Problem]:
    paths = sorted(glob.glob(pattern, recursive=True))
    files = [path for path in paths if not os.path.isdir(path)]
    if not files:
        yield Problem(pattern, "matches no file; check the pattern")
    for path in files:
        yield from _read_file(reader, Path(path), seen)


def _read_folder(
    reader: _Reader, folder: Path, seen: set[str], above: tuple[str, ...]
) -> Iterator[Document | Problem]:
    real = os.path.realpath(folder)
    if real in above:
        yield Problem(_shown(folder), "not read: the link leads back to a folder above it; remove the link")
        return
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        yield Problem(_shown(folder), _reason(error))
        return
    if above and all((folder / name).exists() for name in _BUILT):
        yield Problem(_shown(folder), f"{_LEFT_OUT}the output of an earlier build")
        return
    entries = [path for path in entries if not path.name.startswith(".")]
    pages = {path.stem for path in entries if kind_of_name(path.name) is Kind.HTML}
    found = False
    for path in entries:
        if os.path.isdir(path):
            found = True
            if any(path.name == page + end for page in pages for end in _SAVED):
                yield Problem(_shown(path), f"{_LEFT_OUT}pictures and scripts of the page saved beside it")
            else:
                yield from _read_folder(reader, path, seen, (*above, real))
        elif path.stem.upper() == "README":
            yield Problem(_shown(path), f"{_LEFT_OUT}a readme is about its folder; name it to have it read")
        elif path.is_fifo():  # it would be waited for; one that is named is somebody's <(command)
            yield Problem(_shown(path), "not read: a pipe; name it to have it read")
        elif kind_of_name(path.name) is not None or not os.path.exists(path):
            found = True
            yield from _read_file(reader, path, seen)
        else:
            yield Problem(_shown(path), f"not read: {_no_kind(path.name)}")
    if not found and not above:
        yield Problem(_shown(folder), "nothing to read in this folder; put texts, pages or tables into it")


def _no_kind(name: str) -> str:
    suffix = os.path.splitext(name)[1]
    return f"{suffix} is no kind that is read" if suffix else "its name has no ending that tells its kind"


def _read_file(reader: _Reader, path: Path, seen: set[str]) -> Iterator[Document | Problem]:
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    name = _shown(path)
    if name != source_name(path):
        yield Problem(name, "not read: the file's name is not UTF-8; rename it")
        return
    yield from reader.file(name, path)


def _reason(error: OSError) -> str:
    advice = {
        FileNotFoundError: "no such file or folder; check the path",
        PermissionError: "may not be read; check its permissions",
    }
    text = error.strerror or str(error)
    return advice.get(type(error), f"cannot be read: {text[:1].lower()}{text[1:]}")


def _shown(path: Path) -> str:
    """The source's name with bytes that are no UTF-8 shown as U+FFFD."""
    return os.fsencode(source_name(path)).decode("utf-8", "replace")


# --- What is in them ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one source at a time; whatever is wrong with it becomes a Problem."""

    encoding: str | None
    column: str | None
    limits: Limits
    wanted: Callable[[str], bool]
    parser: Worker
    unpacker: Worker  # goes on unpacking while what it has unpacked is parsed

    def file(self, name: str, path: Path) -> Iterator[Document | Problem]:
        """What a file holds."""
        try:
            mode = path.stat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):  # a pipe is how a shell hands over <(command)
                raise SourceError("not a file that can be read")
            named = kind_of_name(name)
            if stat.S_ISREG(mode) and (named in CORPORA or named in ARCHIVES):
                yield from self._large(name, path, named)
                return
            if not self.wanted(name):
                return
            with path.open("rb") as file:
                data = self._limited(file)
            yield from self._whole(name, data, named)
        except OSError as error:
            yield Problem(name, _reason(error))
        except SourceError as error:
            yield Problem(name, str(error))

    def stdin(self, stdin: BinaryIO | None) -> Iterator[Document | Problem]:
        """What comes in on standard input."""
        if stdin is None:
            yield Problem(STDIN_NAME, "there is no standard input to read")
            return
        try:
            yield from self._whole(STDIN_NAME, self._limited(stdin), None)
        except OSError as error:
            yield Problem(STDIN_NAME, _reason(error))
        except SourceError as error:
            yield Problem(STDIN_NAME, str(error))

    def _large(self, name: str, path: Path, named: Kind | None) -> Iterator[Document | Problem]:
        """A corpus or an archive, which is not taken into memory as a whole."""
        most = self.limits.corpus_bytes if named in CORPORA else self.limits.archive_bytes
        length = path.stat().st_size
        if length > most:
            raise SourceError(f"larger than {size(most)}; split it")
        if length == 0:
            raise SourceError("empty: there is nothing to read")
        with path.open("rb") as file:
            if named in CORPORA:
                yield from self._corpus(name, file, named)
                return
        yield from self._archive(name, str(path), b"")

    def _whole(self, name: str, data: bytes, named: Kind | None) -> Iterator[Document | Problem]:
        if not data:
            raise SourceError("empty: there is nothing to read")
        kind = kind_of(data, named)
        if kind in ARCHIVES:
            yield from self._archive(name, None, data)
        elif kind in CORPORA:
            yield from self._corpus(name, io.BytesIO(data), kind)
        elif kind in PARSED:
            parsed = self.parser.parse(kind, data, self.encoding)
            yield parsed.document(name, kind.value)
        else:
            text = decode(data, self.encoding)
            if len(text) > self.limits.text_characters:
                raise SourceError(f"longer than {self.limits.text_characters:,} characters; split it")
            yield Document(name, text, kind=kind.value)

    def _corpus(self, name: str, file: IO[bytes], kind: Kind | None) -> Iterator[Document | Problem]:
        assert kind is not None
        yield from read_corpus(file, name, kind, self.limits, encoding=self.encoding, column=self.column)

    def _archive(self, name: str, path: str | None, data: bytes) -> Iterator[Document | Problem]:
        for found in self.unpacker.members(name, path, data):
            if isinstance(found, Problem):
                yield found
                continue
            named = kind_of_name(found.name)
            stem = Path(found.name).stem.upper()
            if stem == "README":
                yield Problem(found.name, f"{_LEFT_OUT}a readme is about its folder")
            elif named is None:
                yield Problem(found.name, f"not read: {_no_kind(found.name)}")
            elif named in ARCHIVES or named in CORPORA or self.wanted(found.name):
                yield from self._member(found, named)

    def _member(self, member: Member, named: Kind) -> Iterator[Document | Problem]:
        try:
            yield from self._whole(member.name, member.data, named)
        except SourceError as error:
            yield Problem(member.name, str(error))

    def _limited(self, file: BinaryIO) -> bytes:
        data = file.read(self.limits.file_bytes + 1)
        if len(data) > self.limits.file_bytes:
            raise SourceError(f"larger than {size(self.limits.file_bytes)}; split it")
        return data
