"""Archives to the files in them, in memory and within limits; a member is ``a.zip!/folder/b.txt``."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any, Protocol

from kg.errors import SourceError
from kg.sources.kinds import ARCHIVES, CORPORA, Kind, kind_of, kind_of_name
from kg.sources.limits import Limits, size
from kg.types import Problem

SEPARATOR = "!/"
_FREE = 1_000_000  # bytes below which no ratio is looked at
_CHUNK = 1 << 20
_OPENERS: Mapping[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZ": bz2.open,
    b"\xfd7": lzma.open,
}
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, EOFError),
    *(NotImplementedError, ValueError, OSError, IndexError, KeyError),
)
_CODE_437 = 0x800  # the flag without which a ZIP's names are in code page 437, or whatever there was


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, under the name that evidence gives it."""

    name: str
    data: bytes


@dataclass(slots=True)
class _Taken:
    """What has been unpacked so far of an archive and those inside it."""

    limits: Limits
    count: int = 0
    unpacked: int = 0
    names: set[str] = field(default_factory=set)

    def count_one(self) -> None:
        self.count += 1
        if self.count > self.limits.archive_members:
            raise _FullError(f"holds more than {self.limits.archive_members:,} files; unpack it")

    def read(self, file: _Readable) -> bytes:
        """A member's bytes; raises SourceError for one that is too large."""
        parts: list[bytes] = []
        length = 0
        while chunk := file.read(_CHUNK):
            parts.append(chunk)
            length += len(chunk)
            self.unpacked += len(chunk)
            if self.unpacked > self.limits.archive_bytes:
                raise _FullError(f"unpacks to more than {size(self.limits.archive_bytes)}; unpack it by hand")
            if length > self.limits.file_bytes:
                raise SourceError(f"larger than {size(self.limits.file_bytes)}; split it")
        return b"".join(parts)


class _FullError(SourceError):
    """The archive as a whole has taken its share."""


def read_members(file: IO[bytes], name: str, limits: Limits) -> Iterator[Member | Problem]:
    """The files of an archive in the order of their names; a Problem for each that cannot be had.

    A tar is read as it comes, for it can be gone through only once. Hidden files and what systems put
    beside (``__MACOSX``) are not looked at. Archives in it are opened, some levels deep.
    """
    yield from _members(file, name, _Taken(limits), 1)


def _members(file: IO[bytes], name: str, taken: _Taken, depth: int) -> Iterator[Member | Problem]:
    if depth > taken.limits.archive_depth:
        yield Problem(
            name, f"not read: an archive more than {taken.limits.archive_depth} levels deep; unpack it"
        )
        return
    try:
        start = file.read(6)
        file.seek(0)
        reader = _zip_members if start.startswith(b"PK") else _tar_members
        for member in reader(file, name, taken):
            inner = _archive_kind(member) if isinstance(member, Member) else None
            if isinstance(member, Member) and inner is not None:
                yield from _members(io.BytesIO(member.data), member.name, taken, depth + 1)
            else:
                yield member
    except _FullError as error:
        if depth > 1:
            raise
        yield Problem(name, f"the rest was not read: {error}")
    except _BROKEN as error:
        yield Problem(name, f"a broken archive: {_line(error)}; pack it again")


def _archive_kind(member: Member) -> Kind | None:
    named = kind_of_name(member.name)
    if named in CORPORA:
        return None
    try:
        kind = kind_of(member.data, named)
    except SourceError:
        return None  # told when it is read
    return kind if kind in ARCHIVES else None


def _zip_members(file: IO[bytes], name: str, taken: _Taken) -> Iterator[Member | Problem]:
    with zipfile.ZipFile(file) as archive:
        entries = [(_zip_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()]
        for path, entry in sorted(entries, key=lambda pair: pair[0]):
            member = _member_name(name, path)
            if member is None:
                continue
            taken.count_one()
            if (twice := _twice(member, taken)) is not None:
                yield twice
            elif entry.flag_bits & 1:
                yield Problem(member, "encrypted; pack it without a password")
            elif entry.file_size > max(_FREE, entry.compress_size * taken.limits.archive_ratio):
                yield Problem(
                    member,
                    f"unpacks to over {taken.limits.archive_ratio} times its size: a bomb?",
                )
            elif entry.file_size > taken.limits.file_bytes:
                yield Problem(member, f"larger than {size(taken.limits.file_bytes)}; split it")
            else:
                try:
                    with archive.open(entry) as opened:
                        yield Member(member, taken.read(opened))
                except _FullError:
                    raise
                except SourceError as error:
                    yield Problem(member, str(error))
                except _BROKEN as error:
                    yield Problem(member, f"broken in its archive: {_line(error)}; pack it again")


def _tar_members(file: IO[bytes], name: str, taken: _Taken) -> Iterator[Member | Problem]:
    head = file.read(6)
    file.seek(0, io.SEEK_END)
    packed = file.tell()
    file.seek(0)
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    stream: Any = opener(file) if opener else file
    counted = _Counted(stream, packed if opener else 0, taken.limits)
    with tarfile.open(fileobj=counted, mode="r|") as archive:  # type: ignore[call-overload]  # it reads, no more
        for entry in archive:
            member = _member_name(name, entry.name)
            if entry.isdir() or member is None:
                continue
            taken.count_one()
            if not entry.isreg() or entry.issparse():
                what = "a link" if entry.issym() or entry.islnk() else "no plain file"
                yield Problem(member, f"not read: {what} in an archive")
            elif (twice := _twice(member, taken)) is not None:
                yield twice
            else:
                opened = archive.extractfile(entry)
                assert opened is not None
                try:
                    yield Member(member, taken.read(opened))
                except _FullError:
                    raise
                except SourceError as error:
                    yield Problem(member, str(error))


@dataclass(slots=True)
class _Counted:
    """A stream that ends with an error where it has given more than an archive may hold."""

    stream: _Readable
    packed: int
    limits: Limits
    given: int = 0

    def read(self, length: int = -1) -> bytes:
        data = self.stream.read(length)
        self.given += len(data)
        if self.given > 2 * self.limits.archive_bytes:
            raise _FullError(f"unpacks to more than {size(2 * self.limits.archive_bytes)}; unpack it by hand")
        if self.packed and self.given > max(_FREE, self.packed * self.limits.archive_ratio):
            raise _FullError(f"unpacks to over {self.limits.archive_ratio} times its size: a bomb?")
        return data


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """The name of a member; without the flag for UTF-8 it is in whatever the packer's system wrote."""
    if entry.flag_bits & _CODE_437:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _member_name(archive: str, path: str) -> str | None:
    """The name of a member, one that leads nowhere else; None for what is hidden."""
    path = path.encode("utf-8", "replace").decode()
    parts = [p for p in PurePosixPath(path.replace("\\", "/")).parts if p not in ("/", "..", ".")]
    if not parts or any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return None
    name = "/".join("".join(c if c.isprintable() else "\ufffd" for c in part) for part in parts)
    return f"{archive}{SEPARATOR}{name}"


def _twice(member: str, taken: _Taken) -> Problem | None:
    if member in taken.names:
        return Problem(f"{member} (again)", "not read: a second file of this name in the archive")
    taken.names.add(member)
    return None


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
