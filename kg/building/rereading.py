"""Sources of a graph read again as it keeps them, at once: when a correction of one was made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.building import build
from kg.building.making import Maker
from kg.building.outputs import Notes
from kg.building.workers import ThisProcess
from kg.building.workplace import STORE
from kg.decisions import Decisions
from kg.diff import Change, diff
from kg.errors import StoreError
from kg.graph import read_document
from kg.graph.reading import SourceGraph
from kg.ontology import Ontology
from kg.store import Store, open_store
from kg.types import Fact

if TYPE_CHECKING:
    from kg.pipeline import Extractor

_BUILT_OTHERWISE = "was built by another version of kg, or with another ontology; run `kg build`"


def reread(
    sources: Collection[str],
    output: str | Path,
    ontology: Ontology,
    *,
    decisions: Decisions,
    extractor: Extractor | None = None,
    waiting: Callable[[str], None] | None = None,
) -> list[Change]:
    """Read sources of a built graph again, from the text that it keeps; what changed in the facts of these.

    The graph is afterwards what ``build`` makes of them. Raises StoreError where it was not made by this
    program with this ontology: then all of it has to be built again.
    """
    place = Path(output, STORE)
    ontology = _as_built(place, ontology)
    with open_store(str(place), read_only=True) as store:
        there = store.sources()
        documents = [read_document(store, name, there[name]) for name in sources if name in there]
        before = list(_facts(store, sources, ontology))
    if not documents:
        return []
    crew = ThisProcess(Maker(ontology, decisions, extractor))
    build(documents, output, ontology, add=True, decisions=decisions, crew=crew, waiting=waiting)
    with open_store(str(place), read_only=True) as store:
        after = list(_facts(store, sources, ontology))
    return list(diff(lambda: before, lambda: after))


def _as_built(place: Path, ontology: Ontology) -> Ontology:
    """The ontology with the precision that the graph was built with."""
    notes = place.resolve().with_suffix(".json")
    for precise in (ontology.precise, not ontology.precise):
        one = replace(ontology, precise=precise)
        if Notes.read(notes, one.fingerprint).lines:
            return one
    raise StoreError(f"{place.parent}: {_BUILT_OTHERWISE}")


def _facts(store: Store, sources: Collection[str], ontology: Ontology) -> Iterator[Fact]:
    """The facts as the sources state them."""
    there = store.sources()
    for name in sources:
        if name in there:
            yield from SourceGraph(name, store.quads(there[name]), ontology.vocabulary).facts()
