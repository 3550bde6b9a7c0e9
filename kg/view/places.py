"""Where everything stands: the whole of a small graph, or each group of a large one by itself.

A large graph's positions count from the middle of the group they stand in, so that the page can make
room for a group where it opens.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from kg.view.groups import Group
from kg.view.labels import (
    FONT_SIZE,
    HALF_WIDTH,
    LANGUAGES,
    label_box,
    line_labels,
    text_width,
    wrap_label,
)
from kg.view.layout import Box, lay_out
from kg.view.model import Graph, Model, Vocabulary, fact_lines

Position = tuple[int, int]

_SHORTEST, _LONGEST = 130.0, 320.0  # pixels of a line
_COUNT_ROOM = 6.0  # half-width characters that a group's count takes behind its name


@dataclass(frozen=True, slots=True)
class Places:
    """Positions by IRI, or by key for groups."""

    nodes: dict[str, Position]
    groups: dict[str, Position]


def place(model: Model, vocabulary: Vocabulary, graph: Graph[str], groups: Sequence[Group]) -> Places:
    """A position for every node that is drawn at first or when a group opens."""
    boxes = {iri: _entity_box(model, iri, graph.degree(iri)) for iri in model.entities}
    lengths = _lengths(model, vocabulary)
    if not groups:
        boxes |= {iri: _fact_box(model, iri, vocabulary) for iri in model.hubs}
        return Places(lay_out(graph, boxes, lengths), {})
    nodes: dict[str, Position] = {}
    for group in groups:
        if group.members:
            drawn = _without_facts(graph, group.drawn)
            nodes |= lay_out(drawn, {iri: boxes[iri] for iri in group.drawn}, lengths)
    way = _ways(model, graph, groups)
    for iri in model.hubs:
        if iri in way:
            boxes[iri] = _fact_box(model, iri, vocabulary)
    level = _place_levels(model, graph, groups, way, boxes, lengths)
    keys = {group.key for group in groups}
    return Places(
        nodes | {iri: at for iri, at in level.items() if iri not in keys},
        {key: at for key, at in level.items() if key in keys},
    )


def group_radius(size: int) -> int:
    """Pixels of a group's node: its area grows with the root of what it holds."""
    return 12 + round(5 * math.sqrt(math.sqrt(size)))


def entity_radius(degree: int) -> int:
    """Pixels of an entity's node."""
    return 8 + min(20, round(4 * math.sqrt(degree)))


def font_size(degree: int) -> int:
    """Pixels of an entity's name: busy nodes have larger ones."""
    return FONT_SIZE + min(9, max(0, round(2 * math.sqrt(degree)) - 2))


def _ways(model: Model, graph: Graph[str], groups: Sequence[Group]) -> dict[str, list[str]]:
    """What each entity is drawn as from outside: the groups it lies in, outermost first, or itself.

    A fact that is a node is there where all that it joins stands outside all groups.
    """
    parent = {group.key: group.parent for group in groups}
    way: dict[str, list[str]] = {}
    for group in groups:
        above = [group.key]
        while (up := parent[above[-1]]) is not None:
            above.append(up)
        way |= dict.fromkeys(group.members, above[::-1])
    outside = {iri: [iri] for iri in model.entities if iri not in way}
    return way | outside | {iri: [iri] for iri in model.hubs if all(n in outside for n in graph[iri])}


def _place_levels(
    model: Model,
    graph: Graph[str],
    groups: Sequence[Group],
    way: Mapping[str, list[str]],
    boxes: dict[str, Box],
    lengths: Mapping[tuple[str, str], float],
) -> dict[str, Position]:
    """Groups that lie in the same one, and what lies in none, by the lines between what they hold."""
    parent = {group.key: group.parent for group in groups}
    joined: dict[str | None, nx.Graph[str]] = defaultdict(nx.Graph)
    for group in groups:
        joined[group.parent].add_node(group.key)
        boxes[group.key] = _group_box(model, group, way)
    joined[None].add_nodes_from(iri for iri, path in way.items() if path == [iri])
    for one, other in graph.edges:
        for a, b in zip(way.get(one, ()), way.get(other, ()), strict=False):
            if a != b:
                joined[parent.get(a)].add_edge(a, b)
                break
    return {key: at for level in joined.values() for key, at in lay_out(level, boxes, lengths).items()}


def _group_box(model: Model, group: Group, way: Mapping[str, list[str]]) -> Box:
    first = group.members[0] if group.members else next(i for i, w in way.items() if group.key in w)
    entity = model.entities[first]
    sizes = [label_box(wrap_label(name)) for name in (entity.label, entity.english or "")]
    radius = group_radius(group.size)
    width = max(size[0] for size in sizes) + _COUNT_ROOM * HALF_WIDTH
    return Box(max(width, 2.0 * radius), radius, radius + 6 + max(size[1] for size in sizes))


def _without_facts(graph: Graph[str], entities: Iterable[str]) -> nx.Graph[str]:
    """The entities alone, those that a fact in the middle joins being joined as a ring."""
    kept = set(entities)
    alone: nx.Graph[str] = nx.Graph(graph.subgraph(kept))
    for fact in sorted({n for iri in kept for n in graph[iri]} - kept):
        ends = sorted(kept.intersection(graph[fact]))
        if len(ends) > 1 and fact in graph and all(n in kept for n in graph[fact]):
            alone.add_edges_from(zip(ends, [*ends[1:], ends[0]], strict=True))
    alone.remove_edges_from(list(nx.selfloop_edges(alone)))
    return alone


def _lengths(model: Model, vocabulary: Vocabulary) -> dict[tuple[str, str], float]:
    """How long each line should be for its label, by sorted pair of nodes."""
    lengths: dict[tuple[str, str], float] = {}
    for fact in model.facts.values():
        for line in fact_lines(fact, vocabulary):
            labels = line_labels(fact, line, vocabulary)
            wish = max(text_width(labels[lang]) for lang in LANGUAGES) * HALF_WIDTH + 70
            pair = min(line.source, line.target), max(line.source, line.target)
            lengths[pair] = max(lengths.get(pair, 0.0), min(_LONGEST, max(_SHORTEST, wish)))
    return lengths


def _entity_box(model: Model, iri: str, degree: int) -> Box:
    """The room of a node in either language, so that switching moves nothing."""
    entity = model.entities[iri]
    sizes = [label_box(wrap_label(name)) for name in (entity.label, entity.english or entity.label)]
    width, height = (max(size[i] for size in sizes) * font_size(degree) / FONT_SIZE for i in (0, 1))
    radius = entity_radius(degree)
    return Box(max(width, 2.0 * radius), radius, radius + 6 + height)


def _fact_box(model: Model, iri: str, vocabulary: Vocabulary) -> Box:
    labels = line_labels(model.facts[iri], None, vocabulary)
    sizes = [label_box(labels[lang]) for lang in LANGUAGES]
    width, height = (max(size[i] for size in sizes) for i in (0, 1))
    return Box(width + 14, height / 2 + 7, height / 2 + 7)
