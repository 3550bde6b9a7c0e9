"""The sentences of a document and their clauses: what stands together with a place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from kg.spans import Spans
from kg.types import Span


class Clauses:
    """Where the clauses of a document end: at one of the ``ends``, and with their sentence."""

    def __init__(self, text: str, sentences: Iterable[Span], ends: Collection[str]) -> None:
        self._text = text
        self._sentences = Spans(sentences)
        self._ends = [at for at, char in enumerate(text) if char in ends]

    def sentence(self, at: int) -> Span | None:
        """The sentence in which a place is."""
        return self._sentences.at(at)

    def start(self, at: int, sentence: Span) -> int:
        """Where the clause begins that a place of the sentence is in."""
        before = bisect_left(self._ends, at) - 1
        return max(sentence.start, self._ends[before] + 1) if before >= 0 else sentence.start

    def evidence(self, pivot: Span, fillers: Sequence[Span]) -> Span:
        """The clauses of the pivot's sentence from the first filler to the last."""
        sentence = self.sentence(pivot.start) or pivot
        inside = [span for span in (pivot, *fillers) if sentence.contains(span)] or [pivot]
        start, end = min(span.start for span in inside), max(span.end for span in inside)
        behind = bisect_left(self._ends, end)
        if start > sentence.start:
            start = self.start(start, sentence)
        if end < sentence.end:
            end = min(sentence.end, self._ends[behind]) if behind < len(self._ends) else sentence.end
        while start < end and self._text[start].isspace():
            start += 1
        return Span(start, end)
