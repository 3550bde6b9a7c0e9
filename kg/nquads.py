"""Quads as lines of N-Quads, which every store's bulk loader reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Quad, RdfFormat, parse, serialize

from kg.errors import StoreError


def nquads_lines(quads: Iterable[Quad]) -> bytes:
    """The quads, sorted by their lines: equal sets give equal bytes."""
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines))


def read_nquads(data: bytes, name: str) -> Iterator[Quad]:
    """The quads of the lines; comments are skipped. Raises StoreError, by ``name``, for no N-Quads."""
    try:
        yield from parse(data, format=RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"{name}: not N-Quads: {error}") from error
