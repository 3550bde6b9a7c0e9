"""The tables that a PDF page draws: rules that cross make a grid, and what no rule parts is one cell.

Without them a cell that goes over several rows stands beside one of these only, and a page's own order
of words takes rows apart. Tables without rules are left to the gaps between words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_MOST = 600  # rules of a page: more are a drawing
_MOST_STROKES = 20_000  # lines of a page that are looked at
_MOST_CELLS = 4_000  # of a grid; squared paper has more
_NEAR = 3.0  # points between two rules that are one: the edges of a thin box
_SHORTEST = 8.0  # points of a rule; shorter ones are dots and ticks


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page, in points from its left and lower edge."""

    left: float
    foot: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.foot <= y <= self.top


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place in the grid: the rows and columns it goes over."""

    rows: range
    columns: range
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its place, how many rows and columns it has, its cells from the top left."""

    box: Box
    height: int
    width: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line along a page: where it stands across its own direction, and from where to where it goes."""

    at: float
    first: float
    last: float

    def passes(self, place: float) -> bool:
        return self.first - _NEAR <= place <= self.last + _NEAR


def grids(page: pdfium.PdfPage) -> tuple[Grid, ...]:
    """The tables of a page that have at least two rows and two columns, in no order."""
    level, upright = _rules(page)
    if not level or not upright or len(level) + len(upright) > _MOST:
        return ()
    found = (_grid(*group) for group in _groups(level, upright))
    return tuple(grid for grid in found if grid is not None)


def _rules(page: pdfium.PdfPage) -> tuple[list[_Rule], list[_Rule]]:
    """The level and the upright rules of a page."""
    level: list[_Rule] = []
    upright: list[_Rule] = []
    paths = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1)
    for (x, y), (to_x, to_y) in islice(chain.from_iterable(map(_strokes, paths)), _MOST_STROKES):
        if abs(y - to_y) < 1 and abs(x - to_x) >= _SHORTEST:
            level.append(_Rule((y + to_y) / 2, min(x, to_x), max(x, to_x)))
        elif abs(x - to_x) < 1 and abs(y - to_y) >= _SHORTEST:
            upright.append(_Rule((x + to_x) / 2, min(y, to_y), max(y, to_y)))
        if len(level) + len(upright) > _MOST:
            break
    return level, upright


def _strokes(drawn: pdfium.PdfObject) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight lines of a path from point to point, on the page."""
    matrix = drawn.get_matrix()
    begun = before = (0.0, 0.0)
    x, y = raw.c_float(), raw.c_float()
    for number in range(min(raw.FPDFPath_CountSegments(drawn.raw), 2 * _MOST)):
        segment = raw.FPDFPath_GetPathSegment(drawn.raw, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            begun = point
        elif raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            yield before, point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, begun
        before = point


def _groups(level: Sequence[_Rule], upright: Sequence[_Rule]) -> Iterator[tuple[list[_Rule], list[_Rule]]]:
    """The rules that cross one another, directly or by others."""
    left, standing = list(level), list(upright)
    while left:
        flat, high, todo = [left.pop()], list[_Rule](), [(0, True)]
        while todo:
            number, is_flat = todo.pop()
            rule, others, into = (flat[number], standing, high) if is_flat else (high[number], left, flat)
            crossing = [o for o in others if rule.passes(o.at) and o.passes(rule.at)]
            for other in crossing:
                others.remove(other)
                todo.append((len(into), not is_flat))
                into.append(other)
        yield flat, high


def _places(rules: Iterable[_Rule]) -> list[float]:
    """Where rules stand, those that are nearly at one place as one."""
    found: list[float] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if not found or rule.at - found[-1] > _NEAR:
            found.append(rule.at)
    return found


def _grid(level: Sequence[_Rule], upright: Sequence[_Rule]) -> Grid | None:
    lines, stands = _places(level)[::-1], _places(upright)
    height, width = len(lines) - 1, len(stands) - 1
    if height < 2 or width < 2 or height * width > _MOST_CELLS:
        return None

    def parted(rules: Sequence[_Rule], at: float, place: float) -> bool:
        return any(abs(rule.at - at) <= _NEAR and rule.passes(place) for rule in rules)

    middles = [(lines[n] + lines[n + 1]) / 2 for n in range(height)]
    centers = [(stands[n] + stands[n + 1]) / 2 for n in range(width)]
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            right, below = column + 1, row + 1
            while right < width and not parted(upright, stands[right], middles[row]):
                right += 1
            while below < height and not parted(level, lines[below], centers[column]):
                below += 1
            taken.update((r, c) for r in range(row, below) for c in range(column, right))
            box = Box(stands[column], lines[below], stands[right], lines[row])
            cells.append(Cell(range(row, below), range(column, right), box))
    return Grid(Box(stands[0], lines[-1], stands[-1], lines[0]), height, width, tuple(cells))


def rows_of(grid: Grid, words: Sequence[str]) -> list[list[str]]:
    """The rows of a grid by the words of its cells: one that goes over several rows stands in each."""
    rows = [[""] * grid.width for _ in range(grid.height)]
    for cell, said in zip(grid.cells, words, strict=True):
        for row in cell.rows:
            rows[row][cell.columns.start] = said
    return rows
