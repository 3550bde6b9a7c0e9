"""The graphs of one store in another: how a build gets to an endpoint, and an endpoint to a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import terms

if TYPE_CHECKING:
    from kg.store import Store


def mirror(store: Store, target: Store) -> int:
    """Make the target hold the store's sources, its words for them and what follows, and no other source.

    Each graph is replaced whole, where it differs at all, and gone sources are removed last: what is
    stopped half-way is finished by doing it again. Graphs of others are left alone. How many graphs
    were written or removed.
    """
    wanted = [*store.sources().values(), terms.VOCABULARY_GRAPH, terms.DERIVED_GRAPH]
    changed = 0
    for graph in wanted:
        quads = set(store.quads(graph))
        if quads != set(target.quads(graph)):
            target.replace(graph, sorted(quads, key=str))
            changed += 1
    gone = set(target.sources().values()) - set(wanted)
    return changed + sum(target.remove(graph) for graph in sorted(gone))
