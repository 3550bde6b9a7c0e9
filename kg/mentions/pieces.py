"""Sentences cut for patterns: clauses, and in them pieces without marks, values, quotations, prepositions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.annotations import Marks
from kg.mentions.values import quotations
from kg.ontology import Ontology
from kg.spans import Spans
from kg.types import Span

_LONGEST_NAME = 12  # characters of a division


class Places:
    """Where the values and quotations of a document stand: ``closed`` are all, in them nothing is cut."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        quantities, times = (
            [Span(start, start + len(found.span)) for start, found in values.items()]
            for values in (marks.quantities, marks.times)
        )
        self.quantities, self.times = Spans(quantities), Spans(times)
        self.quoted, self.titled = Spans(marks.quoted), Spans(marks.titled)
        self.closed = Spans({*quantities, *times, *marks.quoted, *marks.titled})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text, with what stands in it."""

    text: str
    places: Places
    span: Span
    clauses: Spans

    def clause_at(self, offset: int) -> Span:
        """The clause that a character stands in."""
        clause = self.clauses.at(offset)
        return self.span if clause is None else clause


class Cutter:
    """Cuts the sentences of one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        grammar = ontology.grammar
        self._grammar = grammar
        self._whole = {*ontology.divisions.names(), *grammar.neutral}
        self._ends = grammar.clause_ends | grammar.sentence_ends
        self._marks = self._ends | {*grammar.brackets, *grammar.brackets.values()}
        self._prepositions = grammar.prepositions | grammar.joins
        self._stops = self._prepositions | grammar.of | grammar.also | grammar.adverbials
        self._longest = max(map(len, self._stops), default=0)

    def sentence(self, text: str, span: Span, places: Places) -> Sentence:
        """The clauses of a sentence; a mark inside brackets, quotations and values ends none."""
        brackets = Spans(quotations(text, span, self._grammar.brackets))
        clauses, start = [], span.start
        for at in range(span.start, span.end):
            if text[at] in self._ends and places.closed.at(at) is None and brackets.at(at) is None:
                clauses.append(Span(start, at))
                start = at + 1
        clauses.append(Span(start, span.end))
        return Sentence(text, places, span, Spans(clause for clause in clauses if len(clause)))

    def pieces(self, text: str, region: Span, closed: Iterable[Span]) -> list[Span]:
        """What is left of a region between marks, ``closed`` spans, prepositions and 的.

        The name of a division is never cut. Of two prepositions in a row the second begins a name (向同济).
        """
        found = [Span(*edges) for edges in self._pieces(text, region, closed)]
        return [span for span in found if span.of(text).strip()]

    def _pieces(self, text: str, region: Span, closed: Iterable[Span]) -> Iterator[tuple[int, int]]:
        ends = {span.start: span.end for span in closed}
        start = at = region.start
        preposition_end = -1
        while at < region.end:
            size, is_stop = self._step(text, at, region.end, ends)
            if is_stop and not (at == preposition_end and text[at : at + size] in self._prepositions):
                yield start, at
                start = at + size
                if text[at : at + size] in self._prepositions:
                    preposition_end = start
            at += size
        yield start, region.end

    def _step(self, text: str, at: int, limit: int, ends: dict[int, int]) -> tuple[int, bool]:
        """The length of what begins at a place, and whether it ends a piece."""
        if at in ends:
            return min(ends[at], limit) - at, True
        if text[at] in self._marks or text[at].isspace():
            return 1, True
        for size in range(min(_LONGEST_NAME, limit - at), 1, -1):
            if text[at : at + size] in self._whole:
                return size, False
        for size in range(min(self._longest, limit - at), 0, -1):
            if text[at : at + size] in self._stops:
                return size, True
        return 1, False


def behind_words(text: str, span: Span, words: Collection[str]) -> int:
    """Where a span goes on behind the words that it begins with."""
    start = span.start
    while size := max((len(word) for word in words if text.startswith(word, start, span.end)), default=0):
        start += size
    return start


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Whether the span shares a character with one of the others."""
    return any(span.overlaps(other) for other in others)
