"""What of a large graph is drawn at first: communities as groups that open, groups within groups.

Louvain communities (Blondel and others, "Fast unfolding of communities in large networks", 2008), by
networkx over whole numbers with a fixed seed: sets of numbers have one order on every machine, and all
weights are whole, so that the groups are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from kg.view.model import Graph

DRAW_ALL = 250  # entities; above this a picture is no longer read but looked at
MOST_MEMBERS = 120  # entities drawn when a group opens; the page's search finds the others
_MOST_GROUPS = 40  # drawn at once; what is smaller is put together
_LEAST = 4  # entities of a group: fewer are shown with the smaller rest
_SEED = 20170614


@dataclass(frozen=True, slots=True)
class Group:
    """Entities that are drawn as one node until it is opened.

    ``members`` are its own, most connected first; those of the groups within it are theirs. ``size``
    counts all. ``is_rest`` tells what was put together for being small from a community.
    """

    key: str
    parent: str | None
    size: int
    members: tuple[str, ...]
    is_rest: bool = False

    @property
    def drawn(self) -> tuple[str, ...]:
        """The members that are drawn when the group opens."""
        return self.members[:MOST_MEMBERS]


def find_groups(graph: Graph[str], entities: Sequence[str]) -> tuple[Group, ...]:
    """The groups of a graph, each after the one it lies in; none where all can be drawn.

    Where all can be drawn but the crumbs, the entities that are joined to two others at most, these are
    the only group.
    """
    if len(entities) <= DRAW_ALL:
        return ()
    ranked = sorted(entities, key=lambda iri: (-graph.degree(iri), iri))
    rank = {iri: i for i, iri in enumerate(ranked)}
    parts = [[n for n in part if n in rank] for part in nx.connected_components(graph)]
    crumbs = {iri for part in parts if len(part) < _LEAST for iri in part}
    if len(ranked) - len(crumbs) <= DRAW_ALL:
        rest = [iri for iri in ranked if iri in crumbs]
        return tuple(_group(graph, rest, rank, None, is_rest=True, divide=False))
    return tuple(_divide(graph, ranked, rank, None))


def _divide(
    graph: Graph[str], entities: Sequence[str], rank: Mapping[str, int], parent: str | None
) -> Iterable[Group]:
    """The groups within a group, the largest first, the smallest parts put together in a last one."""
    parts = _communities(graph, entities, rank)
    whole = [part for part in parts if len(part) >= _LEAST]
    taken = whole[:_MOST_GROUPS]
    rest = sorted(set(entities).difference(*taken), key=lambda iri: rank[iri])
    for part in taken:
        yield from _group(graph, part, rank, parent, divide=len(part) < len(entities))
    if rest:
        yield from _group(graph, rest, rank, parent, is_rest=True, divide=len(whole) > len(taken))


def _group(
    graph: Graph[str],
    entities: Sequence[str],
    rank: Mapping[str, int],
    parent: str | None,
    *,
    divide: bool,
    is_rest: bool = False,
) -> Iterable[Group]:
    key = f"{parent or 'group:'}{'+' if is_rest else '/'}{rank[entities[0]]}"
    if divide and len(entities) > MOST_MEMBERS:
        yield Group(key, parent, len(entities), (), is_rest)
        yield from _divide(graph, entities, rank, key)
    else:
        yield Group(key, parent, len(entities), tuple(entities), is_rest)


def _communities(graph: Graph[str], entities: Sequence[str], rank: Mapping[str, int]) -> list[list[str]]:
    """The communities among the entities, largest first, each with its most connected entity first."""
    within = set(entities)
    joints = sorted({n for iri in entities for n in graph[iri] if n not in rank})  # facts that are nodes
    number = {iri: i for i, iri in enumerate([*entities, *joints])}
    numbered: nx.Graph[int] = nx.Graph()
    numbered.add_nodes_from(range(len(number)))
    numbered.add_edges_from(
        sorted((number[iri], number[n]) for iri in number for n in graph[iri] if n in number)
    )
    found = nx.community.louvain_communities(numbered, weight=None, seed=_SEED)
    parts = [[entities[i] for i in sorted(part) if i < len(within)] for part in found]
    return sorted((part for part in parts if part), key=lambda part: (-len(part), rank[part[0]]))
