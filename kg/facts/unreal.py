"""What a text says without stating it: conditions, questions, bans, hearsay, and what it calls untrue."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping

from kg.spans import Spans
from kg.types import Span


class Unreal:
    """The words of a text that take a fact back: before it in its clause, or behind in its sentence.

    Words in a quotation or title say nothing of what stands outside it.
    """

    def __init__(
        self,
        text: str,
        sentences: Iterable[Span],
        ends: Collection[str],
        words: Mapping[str, Collection[str]],
        quotes: Mapping[str, str],
    ) -> None:
        """``words`` are those ``before`` and ``behind``, and what ``passes`` for one and is none."""
        self._text = text
        self._sentences = Spans(sentences)
        self._ends = [at for at, char in enumerate(text) if char in ends]
        self._quotes = quotes
        passed = _spans(text, words["passes"])
        self._before, self._behind = (
            [
                span
                for span in _spans(text, words[key])
                if not any(span.start < p.end and p.start < span.end for p in passed)
            ]
            for key in ("before", "behind")
        )

    def word_over(self, pivot: Span) -> Span | None:
        """The word by which the fact of a pivot is not stated; None where there is none."""
        sentence = self._sentences.at(pivot.start)
        if sentence is None:
            return None
        number = bisect_left(self._ends, pivot.start)
        start = max(sentence.start, self._ends[number - 1] + 1 if number else 0)
        before = self._before[bisect_left(self._before, Span(start, start)) :]
        for word in before:
            if word.end > pivot.start:
                break
            if not self._is_quoted(word, pivot):
                return word
        for word in self._behind[bisect_left(self._behind, Span(pivot.end, pivot.end)) :]:
            if word.end > sentence.end:
                break
            if not self._is_quoted(word, pivot):
                return word
        return None

    def _is_quoted(self, word: Span, pivot: Span) -> bool:
        """Whether a quotation ends, or begins, between a word in it and a pivot outside."""
        between = self._text[word.end : pivot.start] if word < pivot else self._text[pivot.end : word.start]
        marks = self._quotes.values() if word < pivot else self._quotes
        return any(mark in between for mark in marks)


def _spans(text: str, words: Iterable[str]) -> list[Span]:
    """The places of words in a text, the longest where several begin."""
    longest = sorted(words, key=lambda word: (-len(word), word))
    if not longest:
        return []
    return [Span(*match.span()) for match in re.finditer("|".join(map(re.escape, longest)), text)]
