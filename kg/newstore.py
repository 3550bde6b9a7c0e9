"""A whole store at once, in bulk: for what is copied from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad
from pyoxigraph import Store as Oxigraph

from kg.errors import StoreError


def write_store(directory: str | Path, quads: Iterable[Quad]) -> None:
    """Write a new store of the quads of named graphs, in bulk; raises StoreError where there is something."""
    target = str(directory)
    if os.path.lexists(target):
        raise StoreError(f"{target}: already exists; name a new directory for the copy")
    try:
        store = Oxigraph(target)
        store.bulk_extend(held for quad in quads for held in (quad, Quad(*quad.triple)))
        store.flush()
    except OSError as error:
        raise StoreError(f"{target}: the copy cannot be written: {error}") from error
