"""Stores of earlier builds, found by the folder of the build, by their own or by an address."""

from __future__ import annotations

import os
from pathlib import Path

from kg.errors import StoreError
from kg.store import MEMORY, Store, open_store

STORE = "store"  # in the folder of a build


def store_in(location: str | os.PathLike[str]) -> str:
    """The store that is meant: that in the folder of a build, or the location itself."""
    where = os.fspath(location)
    inner = Path(where, STORE)
    return str(inner) if "://" not in where and inner.is_dir() else where


def open_whole(location: str) -> Store:
    """The store, to read all of it: one at an address is copied into memory.

    What reads all of a graph looks up so much that the way to the server would take all the time.
    """
    store = open_store(location, read_only=True)
    if "://" not in location:
        return store
    from kg.remote import mirror  # an HTTP client is loaded where one is needed

    with store:
        copy = open_store(MEMORY)
        mirror(store, copy)
    return copy


def known_sources(output: str | os.PathLike[str]) -> frozenset[str]:
    """The names of the sources in the graph of a build's folder; none where there is no graph."""
    where = Path(output, STORE)
    if not where.is_dir():
        return frozenset()
    try:
        with open_store(where, read_only=True) as built:
            return frozenset(built.sources())
    except StoreError:  # the build itself says what is wrong, or waits
        return frozenset()
