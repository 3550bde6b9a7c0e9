"""A document's sentences in windows that the encoder can hold: context before, headings above, pieces.

A window is a text of its own, put together from sentences of the document; ``at`` leads each of its
characters back to the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.types import Passage, PassageKind, Span

JOINT = "\n"  # between parts of a window that do not follow one another in their passage
START, END = 0, 2  # pieces around every window
_LIMIT = 440  # pieces of a window
_CONTEXT = 96  # of them before its core
_HEADING = 60  # characters of a title or heading that stands before a window
_DEEPEST_HEADING = 4  # level
_LONGEST = 320  # characters; a longer sentence is read in parts
_DEEPEST = 7  # characters into a piece; further in is as far
_MOST_PIECES = 500

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """One text for the encoder. All arrays but ``pieces`` have one number a character.

    ``at`` is the character's offset in the document, -1 at a joint; ``sentence`` numbers the sentences;
    ``piece`` is the row of the character's piece, ``inside`` its place in the piece. The facts that are
    sought begin at ``core``; what stands before is context.
    """

    text: str
    at: Ints
    sentence: Ints
    core: int
    pieces: Ints
    piece: Ints
    inside: Ints

    def span(self, start: int, end: int) -> Span:
        """The document's characters under some of the window's; they hold no joint."""
        return Span(int(self.at[start]), int(self.at[end - 1]) + 1)


def _parts(passages: Sequence[Passage]) -> Iterator[tuple[Span, int, int]]:
    """Each sentence that is read, its passage's number, and the level of that, if it is a heading."""
    for number, passage in enumerate(passages):
        if passage.kind is PassageKind.FURNITURE:
            continue
        for sentence in passage.sentences:
            for start in range(sentence.start, sentence.end, _LONGEST):
                part = Span(start, min(start + _LONGEST, sentence.end))
                yield part, number, passage.level


class _Headings:
    """The headings above the sentences of a document, asked for in its order."""

    def __init__(self, parts: Sequence[tuple[Span, int, int]]) -> None:
        self._parts = parts
        self._next = 1
        self._path: list[int] = []  # the headings above, each of a level below the one before

    def above(self, first: int) -> list[int]:
        """The document's first line and the headings above a sentence, the highest first; no long ones."""
        for index in range(self._next, first):
            level = self._parts[index][2]
            if 0 < level <= _DEEPEST_HEADING:
                while self._path and self._parts[self._path[-1]][2] >= level:
                    self._path.pop()
                self._path.append(index)
        self._next = max(self._next, first)
        title = [0] if first > 0 else []
        return [index for index in (*title, *self._path) if len(self._parts[index][0]) <= _HEADING]


class Windows:
    """Cuts documents into windows with one tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def of(self, text: str, passages: Sequence[Passage]) -> list[Window]:
        """The windows of a document, in order; their cores are all its sentences, each once."""
        parts = list(_parts(passages))
        sizes = [
            len(encoding.ids)
            for encoding in self._tokenizer.encode_batch_fast([span.of(text) for span, _, _ in parts])
        ]
        windows = []
        first = 0
        headings = _Headings(parts)
        while first < len(parts):
            above = headings.above(first)
            used = sum(sizes[index] + 1 for index in above)
            before, size = first, 0
            while before > 0 and before - 1 not in above and size + sizes[before - 1] <= _CONTEXT:
                before -= 1
                size += sizes[before]
            used += size
            last = first
            while last < len(parts) and (last == first or used + sizes[last] <= _LIMIT):
                used += sizes[last]
                last += 1
            windows.append(self._window(text, parts, [*above, *range(before, last)], first))
            first = last
        return windows

    def _window(
        self, text: str, parts: Sequence[tuple[Span, int, int]], chosen: Sequence[int], first: int
    ) -> Window:
        words: list[str] = []
        at: list[int] = []
        sentence: list[int] = []
        core = 0
        previous = -1
        for index in chosen:
            span, passage, _ = parts[index]
            if previous >= 0 and (index != previous + 1 or parts[previous][1] != passage):
                words.append(JOINT)
                at.append(-1)
                sentence.append(previous)
            if index == first:
                core = len(at)
            words.append(span.of(text))
            at.extend(range(span.start, span.end))
            sentence.extend([index] * len(span))
            previous = index
        joined = "".join(words)
        pieces, piece, inside = self._pieces(joined)
        return Window(joined, np.array(at), np.array(sentence), core, pieces, piece, inside)

    def _pieces(self, text: str) -> tuple[Ints, Ints, Ints]:
        encoding = self._tokenizer.encode(text)
        piece = np.zeros(len(text), np.int64)
        inside = np.zeros(len(text), np.int64)
        ids = encoding.ids[:_MOST_PIECES]
        for row, (start, end) in enumerate(encoding.offsets[:_MOST_PIECES], 1):
            piece[start:end] = row
            inside[start:end] = np.minimum(np.arange(end - start), _DEEPEST)
        return np.array([START, *ids, END]), piece, inside
