"""Spans of one text found by place: what must not be looked for by going through all of a document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from kg.types import Span


class Spans:
    """Spans in the order of the text, found by what they overlap.

    A question costs what it finds, and little more: those that nest far are the exception.

    >>> Spans([Span(0, 3), Span(3, 5), Span(7, 9)]).over(Span(2, 4))
    [Span(start=0, end=3), Span(start=3, end=5)]
    """

    __slots__ = ("_reaches", "_spans", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]
        self._reaches = list(accumulate((span.end for span in self._spans), max))

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def over(self, span: Span) -> list[Span]:
        """Those that share a character with a span."""
        first = bisect_right(self._reaches, span.start)
        last = bisect_left(self._starts, span.end, first)
        return [one for one in self._spans[first:last] if one.overlaps(span)]

    def inside(self, span: Span) -> list[Span]:
        """Those that lie wholly in a span, which are no empty ones."""
        first = bisect_left(self._starts, span.start)
        last = bisect_left(self._starts, span.end, first)
        return [one for one in self._spans[first:last] if one.end <= span.end]

    def after(self, offset: int) -> Span | None:
        """The first that begins behind a character."""
        index = bisect_right(self._starts, offset)
        return self._spans[index] if index < len(self._spans) else None

    def at(self, offset: int) -> Span | None:
        """The first that holds a character."""
        return next(iter(self.over(Span(offset, offset + 1))), None)
