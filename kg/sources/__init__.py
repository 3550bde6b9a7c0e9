"""Paths, folders, archives, corpora and standard input to documents.

A text is decoded and nothing else: no newline is translated and no character mended, so that offsets
count the characters of the file. From other kinds the plain text is taken out, in a child process that
has limits; evidence points into that text, which the store keeps and `kg text` prints.
"""

from __future__ import annotations

import glob
import io
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from kg.errors import SourceError, one_source
from kg.sources.corpora import read_corpus
from kg.sources.encodings import check_encoding, decode
from kg.sources.kinds import ARCHIVES, CORPORA, PARSED, Kind, kind_of, kind_of_name
from kg.sources.limits import Limits, read_limits, size
from kg.sources.names import Names, pattern_folder, source_name
from kg.sources.worker import Worker
from kg.types import Document, Problem

__all__ = ["Limits", "decode", "is_left_out", "read_limits", "read_sources", "source_name"]

STDIN = "-"
STDIN_NAME = "stdin"

_LEFT_OUT = "left out: "
_LEADS_OUT = "not read: the link leads out of the folder; name what it leads to"
_SYSTEM = ("/proc/", "/sys/", "/dev/")  # what lies there is made as it is read, and may have no end
_PIPED = re.compile(r"/dev/(?:stdin|fd/\d+)|/proc/(?:self|\d+)/fd/\d+")  # how a shell hands over <(command)
_SAVED = ("_files", ".files")  # a browser puts a page's pictures and scripts beside it, so named
_BUILT = ("store", "report.txt", "graph.ttl")  # what `kg build` leaves in a folder


def read_sources(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    encoding: str | None = None,
    column: str | None = None,
    limits: Limits | None = None,
    known: Collection[str] = (),
    wanted: Callable[[str], bool] = lambda source: True,
) -> Iterator[Document | Problem]:
    """Each document in the order of ``paths``, folders in sorted order, and a Problem for what is not read.

    A folder gives the files of all kinds that are read, those of its subfolders included; hidden files
    are not looked at, a README, a saved page's own files and the output of an earlier build are left out
    (see `is_left_out`), and every other file is named as not read. A path with ``*``, ``?`` or ``[`` that
    is no file is a pattern, ``**`` any folders. ``-`` is ``stdin``, whose kind its bytes tell. A file that
    is named twice, or reached twice through links, is read once; a link that leads out of a folder is named
    and not followed. What documents are called says `kg.sources.names`, where ``known`` are the names of
    sources that there are already; a member of an archive is ``a.zip!/b.txt``, a row of a corpus
    ``c.jsonl#17``.

    Without ``encoding`` it is found (see `encodings.detect`). ``column`` is where a corpus has its texts.
    What is not ``wanted``, by its name, is not read where that saves time, and may be given all the same.
    Raises SourceError where ``encoding`` is unknown.
    """
    if encoding is not None:
        check_encoding(encoding)
    return _read(paths, Names(paths, known), stdin, encoding, column, limits or Limits(), wanted)


def is_left_out(problem: Problem) -> bool:
    """Whether the source was left out by rule, which is no failure (a folder's README)."""
    return problem.message.startswith(_LEFT_OUT)


def _read(
    paths: Sequence[str],
    names: Names,
    stdin: BinaryIO | None,
    encoding: str | None,
    column: str | None,
    limits: Limits,
    wanted: Callable[[str], bool],
) -> Iterator[Document | Problem]:
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(limits)) for _ in range(2)]
        reader = _Reader(encoding, column, limits, wanted, *workers)
        finder = _Finder(reader, names)
        for path in paths:
            if path == STDIN:
                if STDIN not in finder.seen:
                    finder.seen.add(STDIN)
                    yield from reader.stdin(stdin)
            elif os.path.isdir(path):
                yield from finder.folder(Path(path), os.path.realpath(path))
            elif not os.path.lexists(path) and glob.has_magic(path):
                yield from finder.pattern(path)
            else:
                yield from finder.file(Path(path))


# --- Where files lie ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the files under what was named; each is read once."""

    reader: _Reader
    names: Names
    seen: set[str] = field(default_factory=set)

    def pattern(self, pattern: str) -> Iterator[Document | Problem]:
        """The files that a pattern matches."""
        paths = sorted(glob.glob(pattern, recursive=True))
        files = [path for path in paths if not os.path.isdir(path)]
        root = os.path.realpath(pattern_folder(pattern))
        if not files:
            yield Problem(self._shown(pattern), "matches no file; check the pattern")
        for path in files:
            yield from self.file(Path(path), root)

    def folder(self, folder: Path, root: str, above: tuple[str, ...] = ()) -> Iterator[Document | Problem]:
        """What lies in a folder; ``root`` is the one that was named, ``above`` those on the way here."""
        real = os.path.realpath(folder)
        if real in above:
            yield Problem(
                self._shown(folder), "not read: the link leads back to a folder above it; remove the link"
            )
            return
        if not _is_below(real, root):
            yield Problem(self._shown(folder), _LEADS_OUT)
            return
        try:
            entries = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as error:
            yield Problem(self._shown(folder), _reason(error))
            return
        if above and all((folder / name).exists() for name in _BUILT):
            yield Problem(self._shown(folder), f"{_LEFT_OUT}the output of an earlier build")
            return
        entries = [path for path in entries if not path.name.startswith(".")]
        pages = {path.stem for path in entries if kind_of_name(path.name) is Kind.HTML}
        found = False
        for path in entries:
            if os.path.isdir(path):
                found = True
                if any(path.name == page + end for page in pages for end in _SAVED):
                    why = f"{_LEFT_OUT}pictures and scripts of the page saved beside it"
                    yield Problem(self._shown(path), why)
                else:
                    yield from self.folder(path, root, (*above, real))
            elif path.stem.upper() == "README":
                why = f"{_LEFT_OUT}a readme is about its folder; name it to have it read"
                yield Problem(self._shown(path), why)
            elif path.is_fifo():  # it would be waited for
                yield Problem(self._shown(path), "not read: a pipe")
            elif kind_of_name(path.name) is not None or not os.path.exists(path):
                found = True
                yield from self.file(path, root)
            else:
                yield Problem(self._shown(path), f"not read: {_no_kind(path.name)}")
        if not found and not above:
            why = "nothing to read in this folder; put texts, pages or tables into it"
            yield Problem(self._shown(folder), why)

    def file(self, path: Path, root: str | None = None) -> Iterator[Document | Problem]:
        """What a file holds, if it lies below the root."""
        real = os.path.realpath(path)
        if real in self.seen:
            return
        name = self._shown(path)
        if root is not None and not _is_below(real, root):
            yield Problem(name, _LEADS_OUT)
            return
        self.seen.add(real)
        if name != self.names.of(path):
            yield Problem(name, "not read: the file's name is not UTF-8; rename it")
            return
        yield from self.reader.file(name, path)

    def _shown(self, path: str | Path) -> str:
        """The source's name with bytes that are no UTF-8 shown as U+FFFD."""
        return os.fsencode(self.names.of(path)).decode("utf-8", "replace")


def _is_below(real: str, root: str) -> bool:
    return real == root or real.startswith(os.path.join(root, ""))


def _no_kind(name: str) -> str:
    suffix = os.path.splitext(name)[1]
    return f"{suffix} is no kind that is read" if suffix else "its name has no ending that tells its kind"


def _reason(error: OSError) -> str:
    advice = {
        FileNotFoundError: "no such file or folder; check the path",
        PermissionError: "may not be read; check its permissions",
    }
    text = error.strerror or str(error)
    return advice.get(type(error), f"cannot be read: {text[:1].lower()}{text[1:]}")


# --- What is in them ---------------------------------------------------------------------------------


def _one(name: str, found: Iterator[Document | Problem]) -> Iterator[Document | Problem]:
    """What a source gives, and a Problem where it breaks off, whatever was wrong."""
    try:
        while True:
            with one_source():
                one = next(found, None)
            if one is None:
                return
            yield one
    except OSError as error:
        yield Problem(name, _reason(error))
    except SourceError as error:
        yield Problem(name, str(error))


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
        yield from _one(name, self._file(name, path))

    def _file(self, name: str, path: Path) -> Iterator[Document | Problem]:
        mode = path.stat().st_mode
        is_pipe = stat.S_ISFIFO(mode) and _PIPED.fullmatch(os.path.abspath(path))
        if not (is_pipe or (stat.S_ISREG(mode) and not os.path.realpath(path).startswith(_SYSTEM))):
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

    def stdin(self, stdin: BinaryIO | None) -> Iterator[Document | Problem]:
        """What comes in on standard input."""
        if stdin is None:
            yield Problem(STDIN_NAME, "there is no standard input to read")
            return
        yield from _one(STDIN_NAME, self._stdin(stdin))

    def _stdin(self, stdin: BinaryIO) -> Iterator[Document | Problem]:
        yield from self._whole(STDIN_NAME, self._limited(stdin), None)

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
                yield from _one(found.name, self._whole(found.name, found.data, named))

    def _limited(self, file: BinaryIO) -> bytes:
        data = file.read(self.limits.file_bytes + 1)
        if len(data) > self.limits.file_bytes:
            raise SourceError(f"larger than {size(self.limits.file_bytes)}; split it")
        return data
