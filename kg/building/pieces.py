"""A file that is written in pieces, one a source: those of unchanged sources are taken from the old one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.files import whole_file


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a source's piece lies in the file, in bytes, and its digest."""

    offset: int
    size: int
    digest: str


def write_pieces(
    path: Path,
    head: bytes,
    names: Iterable[str],
    make: Callable[[str], bytes],
    *,
    before: Mapping[str, Piece],
    stale: Set[str],
) -> dict[str, Piece]:
    """Write the head and the piece of every name, in order; where the pieces lie now.

    A piece of the old file is taken over where its digest is that of ``before`` and the name is not
    ``stale``; all others are made. Nothing is written where the old file is as it should be.
    """
    names = list(names)
    if names == list(before) and stale.isdisjoint(names) and _is_whole(path, head, before):
        return dict(before)
    found: dict[str, Piece] = {}
    with ExitStack() as stack:
        old = stack.enter_context(path.open("rb")) if path.is_file() else None
        new = stack.enter_context(whole_file(path))
        offset = new.write(head)
        for name in names:
            known = before.get(name) if name not in stale else None
            content = _take(old, known) if old is not None and known is not None else None
            if content is None:
                content = make(name)
            new.write(content)
            found[name] = Piece(offset, len(content), digest(content))
            offset += len(content)
    return found


def digest(content: bytes) -> str:
    """A digest to tell changes by, not to sign with."""
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def _take(file: IO[bytes], piece: Piece) -> bytes | None:
    file.seek(piece.offset)
    content = file.read(piece.size)
    return content if digest(content) == piece.digest else None


def _is_whole(path: Path, head: bytes, pieces: Mapping[str, Piece]) -> bool:
    size = len(head) + sum(piece.size for piece in pieces.values())
    if not path.is_file() or path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return file.read(len(head)) == head and all(_take(file, p) is not None for p in pieces.values())
