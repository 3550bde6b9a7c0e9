"""Views of the graph by the terms of other vocabularies, made when they are asked for and kept nowhere.

Each is a CONSTRUCT in ``views/*.rq`` of the ontology that came with `kg`; its name is the file's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pyoxigraph import QueryTriples, RdfFormat, serialize

from kg import terms
from kg.errors import QueryError
from kg.resources import builtin_ontology

_PREFIXES = {**terms.PREFIXES, "oa": "http://www.w3.org/ns/oa#"}


class Queryable(Protocol):
    """What a view needs of a store."""

    def query(self, text: str) -> object:
        """See kg.store.Store."""
        ...


def view_files() -> Mapping[str, Path]:
    """The file of each view by its name, sorted."""
    return {path.stem: path for path in sorted((builtin_ontology() / "views").glob("*.rq"))}


def view(store: Queryable, name: str) -> bytes:
    """The view of this name as Turtle, sorted; raises QueryError for an unknown one."""
    files = view_files()
    if name not in files:
        raise QueryError(f"unknown view {name}; one of {', '.join(files)}")
    answer = store.query(files[name].read_text(encoding="utf-8"))
    assert isinstance(answer, QueryTriples)  # a CONSTRUCT
    triples = sorted(set(answer), key=str)
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
