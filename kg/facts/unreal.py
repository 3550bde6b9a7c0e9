"""What a text says without stating it: conditions, questions, bans, hearsay, and what it calls untrue."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping

from kg.facts.clauses import Clauses
from kg.types import Span


class Unreal:
    """The words of a text that take a fact back: before it in its clause, or behind in its sentence.

    Words in a quotation or title say nothing of what stands outside it.
    """

    def __init__(
        self, text: str, clauses: Clauses, words: Mapping[str, Collection[str]], quotes: Mapping[str, str]
    ) -> None:
        """``words`` are those ``before`` and ``behind``, and what ``passes`` for one and is none."""
        self._text = text
        self._clauses = clauses
        self._quotes = quotes
        self._before, self._behind = (
            _spans(text, words[key], words["passes"]) for key in ("before", "behind")
        )

    def word_over(self, pivot: Span) -> Span | None:
        """The word by which the fact of a pivot is not stated; None where there is none."""
        sentence = self._clauses.sentence(pivot.start)
        if sentence is None:
            return None
        clause = Span(self._clauses.start(pivot.start, sentence), pivot.start)
        rest = Span(pivot.end, max(pivot.end, sentence.end))
        words = (*_inside(self._before, clause), *_inside(self._behind, rest))
        return next((word for word in words if not self._is_quoted(word, pivot)), None)

    def _is_quoted(self, word: Span, pivot: Span) -> bool:
        """Whether a quotation ends, or begins, between a word in it and a pivot outside."""
        between = self._text[word.end : pivot.start] if word < pivot else self._text[pivot.end : word.start]
        marks = self._quotes.values() if word < pivot else self._quotes
        return any(mark in between for mark in marks)


def _spans(text: str, words: Collection[str], passes: Collection[str]) -> list[Span]:
    """The places of words in a text, in order; what only passes for one, and is longer, is passed over."""
    longest = sorted({*words, *passes}, key=lambda word: (-len(word), word))
    found = re.finditer("|".join(map(re.escape, longest)) or "(?!)", text)
    return [Span(*match.span()) for match in found if match[0] not in passes]


def _inside(spans: list[Span], within: Span) -> list[Span]:
    """Those of some spans in order that lie in another, found by their starts."""
    first = bisect_left(spans, Span(within.start, within.start))
    last = bisect_left(spans, Span(within.end, within.end))
    return [span for span in spans[first:last] if span.end <= within.end]
