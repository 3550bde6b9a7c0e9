"""Where the nodes stand: computed here, so that the page is still at once and the same every time.

Stress majorization (Gansner, Koren and North, "Graph drawing by stress majorization", 2004) over path
lengths, then labels are pushed apart, then components are packed in rows. networkx's spring_layout
was tried first: its sums run in an order that the processor chooses, and a force layout makes such
differences grow. Here every step is an addition, product, quotient or square root of single values, which
IEEE 754 fixes to the last bit, sums run over axis 0 (row by row, in order), and the only random
numbers are Python's own Mersenne Twister: equal bytes on every machine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SEED = 20170614
_ROUNDS = 160  # of majorization; after some hundred the stress falls by less than 1 % a round
_GAP = 14.0  # pixels kept free between two labels
_BETWEEN = 60.0  # pixels between two components
_WIDE = 1.1  # width by height of the whole, as of a screen


@dataclass(frozen=True, slots=True)
class Box:
    """The room of a node with its label: ``width`` around its centre, ``up`` above it, ``down`` below."""

    width: float
    up: float
    down: float


def lay_out(
    graph: nx.Graph[str], boxes: Mapping[str, Box], lengths: Mapping[tuple[str, str], float]
) -> dict[str, tuple[int, int]]:
    """Positions in whole pixels, y downwards, the middle at 0, 0; no two boxes overlap.

    ``lengths`` are the lengths wished for the lines, for their labels' sake, by sorted pair of nodes.
    """
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda p: (-len(p), p))
    blocks = [_place_component(graph, part, boxes, lengths) for part in parts if len(part) > 1]
    single = [part[0] for part in parts if len(part) == 1]
    return _pack(blocks, single, boxes)


def _place_component(
    plain: nx.Graph[str], names: list[str], boxes: Mapping[str, Box], lengths: Mapping[tuple[str, str], float]
) -> dict[str, tuple[float, float]]:
    distances = _path_lengths(plain, names, lengths)
    x, y = _majorize(*_first_guess(distances), distances)
    x, y = _turn_level(x, y)
    room = [boxes[name] for name in names]
    x, y = _push_apart(x, y, room)
    return dict(zip(names, zip(x.tolist(), y.tolist(), strict=True), strict=True))


def _path_lengths(
    plain: nx.Graph[str], names: Sequence[str], lengths: Mapping[tuple[str, str], float]
) -> Array:
    """Shortest paths between all pairs (Floyd and Warshall); lines at a busy node are made longer."""
    index = {name: i for i, name in enumerate(names)}
    distances: Array = np.full((len(names), len(names)), np.inf)
    np.fill_diagonal(distances, 0.0)
    for a, b in plain.subgraph(names).edges:
        if a == b:
            continue
        busy = max(plain.degree(a), plain.degree(b))
        length = lengths.get((min(a, b), max(a, b)), 150.0) * math.sqrt(max(1.0, busy / 5.0))
        distances[index[a], index[b]] = distances[index[b], index[a]] = length
    for k in range(len(names)):
        np.minimum(distances, distances[:, k, None] + distances[None, k, :], out=distances)
    return distances


def _first_guess(distances: Array) -> tuple[Array, Array]:
    """Each node by its distance to two far nodes and to two others far from both; slightly shaken."""
    a = int(distances[0].argmax())
    b = int(distances[a].argmax())
    c = int(np.minimum(distances[a], distances[b]).argmax())
    d = int(distances[c].argmax())
    dice = random.Random(_SEED)
    shake = np.array([[dice.random(), dice.random()] for _ in range(len(distances))]) * 60.0
    return (
        (distances[a] - distances[b]) / 2.0 + shake[:, 0],
        (distances[c] - distances[d]) / 2.0 + shake[:, 1],
    )


def _majorize(x: Array, y: Array, distances: Array) -> tuple[Array, Array]:
    """Positions whose distances come near those given, near nodes weighing most (1/d²)."""
    safe = distances.copy()
    np.fill_diagonal(safe, 1.0)
    weights = 1.0 / (safe * safe)
    np.fill_diagonal(weights, 0.0)
    total = weights.sum(axis=0)
    wished = weights * safe
    for _ in range(_ROUNDS):
        dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
        pull = wished / np.sqrt(np.maximum(dx * dx + dy * dy, 1e-6))
        # Half a step: whole ones swing between two states where two nodes move at once.
        x = 0.5 * (x + (weights * x[:, None] + pull * dx).sum(axis=0) / total)
        y = 0.5 * (y + (weights * y[:, None] + pull * dy).sum(axis=0) / total)
    return x, y


def _turn_level(x: Array, y: Array) -> tuple[Array, Array]:
    """Turned so that the longest extent lies level, as labels and screens do."""
    xs, ys = x.tolist(), y.tolist()
    middle_x, middle_y = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    x, y = x - middle_x, y - middle_y
    xx, yy, xy = (math.fsum(p.tolist()) for p in (x * x, y * y, x * y))
    # The axis of the greater eigenvalue of [[xx, xy], [xy, yy]], by square roots alone.
    half = (xx - yy) / 2.0
    along_x, along_y = half + math.sqrt(half * half + xy * xy), xy
    if along_x * along_x + along_y * along_y < 1e-9:
        along_x, along_y = (1.0, 0.0) if xx >= yy else (0.0, 1.0)
    size = math.sqrt(along_x * along_x + along_y * along_y)
    cos, sin = along_x / size, along_y / size
    return x * cos + y * sin, y * cos - x * sin


def _push_apart(x: Array, y: Array, room: Sequence[Box]) -> tuple[Array, Array]:
    """No two boxes overlap: each pair is pushed along the shorter way; all grows where that stalls."""
    width = np.array([box.width + _GAP for box in room])
    height = np.array([box.up + box.down + _GAP for box in room])
    shift = np.array([(box.down - box.up) / 2.0 for box in room])
    need_x, need_y = (width[None, :] + width[:, None]) / 2.0, (height[None, :] + height[:, None]) / 2.0
    order = np.arange(len(room))
    side = np.where(order[None, :] > order[:, None], 1.0, -1.0)  # for two that stand on one spot
    for round_ in range(1, 2000):
        dx = x[None, :] - x[:, None]
        dy = (y + shift)[None, :] - (y + shift)[:, None]
        over_x, over_y = need_x - np.abs(dx), need_y - np.abs(dy)
        both = (over_x > 0.0) & (over_y > 0.0)
        np.fill_diagonal(both, False)
        if not both.any():
            break
        level = both & (over_x < over_y)
        upright = both & ~level
        step = 0.55  # a little more than half, so that it ends
        x = x + (np.where(level, over_x * step * np.where(dx == 0.0, side, np.sign(dx)), 0.0)).sum(axis=0)
        y = y + (np.where(upright, over_y * step * np.where(dy == 0.0, side, np.sign(dy)), 0.0)).sum(axis=0)
        if round_ % 40 == 0:
            x, y = x * 1.1, y * 1.1
    return x, y


def _extent(block: Mapping[str, tuple[float, float]], boxes: Mapping[str, Box]) -> tuple[float, ...]:
    return (
        min(x - boxes[n].width / 2 for n, (x, _) in block.items()),
        min(y - boxes[n].up for n, (_, y) in block.items()),
        max(x + boxes[n].width / 2 for n, (x, _) in block.items()),
        max(y + boxes[n].down for n, (_, y) in block.items()),
    )


def _pack(
    blocks: list[dict[str, tuple[float, float]]], single: Sequence[str], boxes: Mapping[str, Box]
) -> dict[str, tuple[int, int]]:
    """Components side by side, the largest first; nodes without a line in a grid below."""
    extents = [_extent(block, boxes) for block in blocks]
    sizes = [(right - left + _BETWEEN, bottom - top + _BETWEEN) for left, top, right, bottom in extents]
    order = sorted(range(len(blocks)), key=lambda i: (-sizes[i][0] * sizes[i][1], min(blocks[i])))
    placed: dict[str, tuple[float, float]] = {}
    taken: list[tuple[float, float, float, float]] = []
    for i in order:
        at_x, at_y = _free_corner(taken, *sizes[i])
        taken.append((at_x, at_y, at_x + sizes[i][0], at_y + sizes[i][1]))
        left, top, _, _ = extents[i]
        placed |= {n: (x - left + at_x, y - top + at_y) for n, (x, y) in blocks[i].items()}
    width = max((right for _, _, right, _ in taken), default=0.0)
    start = max((bottom for _, _, _, bottom in taken), default=0.0)
    cell_w = max((boxes[n].width for n in single), default=0.0) + 2 * _GAP
    cell_h = max((boxes[n].up + boxes[n].down for n in single), default=0.0) + 2 * _GAP
    limit = max(width, math.sqrt(len(single) * cell_w * cell_h * _WIDE))
    columns = max(1, min(len(single), int(limit // cell_w) if cell_w else 1))
    for i, name in enumerate(single):
        placed[name] = (i % columns * cell_w + cell_w / 2, start + i // columns * cell_h + boxes[name].up)
    if not placed:
        return {}
    left, top, right, bottom = _extent(placed, boxes)
    mid_x, mid_y = (left + right) / 2, (top + bottom) / 2
    return {n: (round(x - mid_x), round(y - mid_y)) for n, (x, y) in placed.items()}


def _free_corner(
    taken: Sequence[tuple[float, float, float, float]], width: float, height: float
) -> tuple[float, float]:
    """Where a block fits beside or below those placed so that the whole stays most like a screen."""
    all_right = max((right for _, _, right, _ in taken), default=0.0)
    all_bottom = max((bottom for _, _, _, bottom in taken), default=0.0)
    xs = sorted({0.0, *(right for _, _, right, _ in taken)})
    ys = sorted({0.0, *(bottom for _, _, _, bottom in taken)})
    free = [
        (x, y)
        for x in xs
        for y in ys
        if not any(x < r and left < x + width and y < b and top < y + height for left, top, r, b in taken)
    ]

    def spread(corner: tuple[float, float]) -> tuple[float, float, float]:
        x, y = corner
        whole = max(max(all_right, x + width) / _WIDE, max(all_bottom, y + height))
        return whole, y, x

    return min(free, key=spread)
