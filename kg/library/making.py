"""Building a graph from Python, as `kg build` does."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from kg.building import build as build_graph
from kg.building import crew_of
from kg.decisions import find_decisions
from kg.errors import SourceError
from kg.library.graph import Graph
from kg.library.stores import known_sources, open_whole, store_in
from kg.ontology import load_ontology
from kg.resources import ontology_dir
from kg.sources import is_left_out, read_sources
from kg.types import Document, Problem

Source = str | os.PathLike[str] | Document

_TOLD = 5  # sources in one line


def build(
    sources: Source | Iterable[Source],
    output: str | os.PathLike[str] = "out",
    *,
    add: bool = False,
    force: bool = False,
    precise: bool = False,
    jobs: int | None = None,
    decisions: str | os.PathLike[str] | None = None,
    ontology: str | os.PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Graph:
    """Build the graph of files, folders, patterns, archives or Documents in a folder, and open it.

    Afterwards the folder holds these sources and no others; with ``add`` those that it held before too. Only
    what changed is read again, or all with ``force``. ``precise`` keeps fewer facts and surer ones. So many
    processes as ``jobs`` read, or as there are cores. ``decisions`` is a file, decisions.yaml in the working
    directory where there is one; ``progress`` takes the name of each source when it is begun.

    What could not be read is told by a warning, and in the graph's ``report``; raises SourceError where
    nothing could be.
    """
    loaded = replace(load_ontology(ontology_dir(ontology)), precise=precise)
    decided = find_decisions(decisions, loaded)
    given = (sources,) if isinstance(sources, str | os.PathLike | Document) else tuple(sources)
    report = build_graph(
        _read(given, known_sources(output)),
        os.fspath(output),
        loaded,
        add=add,
        force=force,
        decisions=decided,
        crew=crew_of(loaded, decided, jobs=jobs),
        progress=progress,
    )
    lost = [f"{one.source}: {one.message}" for one in report.unread if not is_left_out(one)]
    told = "; ".join(lost[:_TOLD]) + (f"; and {len(lost) - _TOLD:,} more" if len(lost) > _TOLD else "")
    if not report.sources:
        raise SourceError(told or "nothing to read")
    if lost:
        warnings.warn(f"not in the graph: {told}", stacklevel=2)
    where = store_in(output)
    return Graph(open_whole(where), Path(loaded.folder), where=where, report=report)


def _read(sources: tuple[Source, ...], known: frozenset[str]) -> Iterator[Document | Problem]:
    """The documents, and those that the paths lead to, in the order given."""
    for is_document, some in groupby(sources, lambda source: isinstance(source, Document)):
        if is_document:
            yield from (one for one in some if isinstance(one, Document))
        else:
            paths = [os.fspath(one) for one in some if not isinstance(one, Document)]
            yield from read_sources(paths, known=known)
