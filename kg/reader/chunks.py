"""Chunks: the spans of a window that may fill roles, as numbers for the reader's last layers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from kg.reader.features import Features
from kg.reader.windows import Ints, Window

Chunk = tuple[int, int]  # first character of the window, and the one after the last

KINDS = 40  # rows of the table of kinds
PLACES = 64  # rows of the table of places relative to a pivot
STEPS = 16  # rows of the table of marks between a chunk and a pivot
_NAMES = 9  # where the kinds of names begin
_EXACT = 20  # added where a mark and the chunk begin together


def labelled(labels: Ints) -> list[Chunk]:
    """The spans that labels a character tell: 1 begins a span, 2 goes on in it, 0 is outside."""
    found: list[Chunk] = []
    start = -1
    for at, label in enumerate([*labels.tolist(), 0]):
        if label != 2 and start >= 0:
            found.append((start, at))
            start = -1
        if label == 1 or (label == 2 and start < 0):
            start = at
    return found


def marked(feature: Ints) -> list[Chunk]:
    """The spans of a feature: an odd number begins a thing, the even one after it goes on in it."""
    found: list[Chunk] = []
    start = -1
    for at, kind in enumerate([*feature.tolist(), 0]):
        if start >= 0 and (kind == 0 or kind % 2 == 1):
            found.append((start, at))
            start = -1
        if kind % 2 == 1:
            start = at
    return found


def kinds(features: Features, chunks: Sequence[Chunk]) -> Ints:
    """What lies under most of each chunk: a kind of value, of name, or 0; higher where both begin
    together."""
    result = []
    for start, end in chunks:
        values, names = features.values[start:end], features.names[start:end]
        kind, first = 0, 0
        if 2 * np.count_nonzero(values) > end - start:
            kind, first = (int(np.bincount(values[values > 0]).argmax()) + 1) // 2, int(values[0])
        elif 2 * np.count_nonzero(names) > end - start:
            kind, first = _NAMES + (int(np.bincount(names[names > 0]).argmax()) + 1) // 2, int(names[0])
        result.append(kind + _EXACT * (kind > 0 and first % 2 == 1))
    return np.array(result, np.int64)


@cache
def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PZC"


def mark_counts(text: str) -> Ints:
    """How many punctuation marks stand before each character."""
    return np.cumsum([0, *map(_is_mark, text)])[:-1]


def places(starts: Ints, sentences: Ints, pivots: Ints) -> Ints:
    """For each pivot, where each chunk stands to it: how many chunks on, and in which sentence; [m, n]."""
    order = np.arange(len(starts))[None] - pivots[:, None]
    steps = np.log2(np.maximum(np.abs(order), 1)).astype(np.int64) + 1
    signed = np.sign(order) * np.minimum(steps, 5)
    away = np.clip(sentences[None] - sentences[pivots][:, None], -4, 1)
    before = 16 + (-away - 1) * 8 + np.minimum(np.abs(signed), 5)
    result: Ints = np.where(
        away == 0, signed + 5, np.where(away < 0, before, 52 + np.minimum(np.abs(signed), 5))
    )
    return result


def steps(starts: Ints, marks: Ints, pivots: Ints) -> Ints:
    """For each pivot, how many punctuation marks stand between it and each chunk, signed; [m, n]."""
    count = marks[starts]
    result: Ints = np.clip(count[None] - count[pivots][:, None], -7, 7) + 8
    return result


def candidates(window: Window, features: Features, found: Iterable[Chunk]) -> list[Chunk]:
    """The chunks to be judged: those found, and every value; a value's bounds win over those of a chunk."""
    chunks = {chunk for chunk in found if (window.at[chunk[0] : chunk[1]] >= 0).all()}
    for start, end in marked(features.values):
        over = {c for c in chunks if c[0] < end and start < c[1]}
        chunks -= {c for c in over if c[1] - c[0] <= end - start + 1}
        chunks.add((start, end))
    return sorted(chunks)
