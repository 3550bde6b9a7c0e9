"""The values and quotations of a document, by place: what no word may cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.ontology.lexicon import Grammar
from kg.types import Passage, PassageKind, Span
from kg.values import QuantityMention, Tables, TimeMention, find_quantities, find_times

_QUOTE_LIMIT = 30  # characters; a longer quotation is speech, and is read


@dataclass(slots=True)
class Values:
    """Quantities and times by their starts, titles in 《》 and quotations in “”, the marks included."""

    quantities: dict[int, QuantityMention] = field(default_factory=dict)
    times: dict[int, TimeMention] = field(default_factory=dict)
    titled: list[Span] = field(default_factory=list)
    quoted: list[Span] = field(default_factory=list)


def find_values(text: str, passages: Iterable[Passage], tables: Tables, grammar: Grammar) -> Values:
    """What stands in the sentences that are read; a value inside a quotation is no value."""
    values = Values()
    for passage in passages:
        if passage.kind is not PassageKind.FURNITURE:
            for sentence in passage.sentences:
                _find(values, text, sentence, tables, grammar)
    return values


def _find(values: Values, text: str, span: Span, tables: Tables, grammar: Grammar) -> None:
    words = span.of(text)
    closed = _Closed(span)
    titled = quotations(text, span, grammar.titles)
    for mark in titled:
        closed.add(mark)
    quoted = [
        mark
        for mark in quotations(text, span, grammar.quotes)
        if len(mark) <= _QUOTE_LIMIT
        and not any(end in mark.of(text) for end in grammar.sentence_ends)
        and not closed.over(mark)
    ]
    for mark in quoted:
        closed.add(mark)
    times = find_times(words, tables)
    for time in times:
        shifted = _shift(time.span, span.start)
        over = closed.over(shifted)
        if any(mark.contains(shifted) and mark != shifted for mark in over):
            continue
        for mark in over:
            closed.remove(mark)
        closed.add(shifted)
        values.times[shifted.start] = time
    for quantity in find_quantities(words, tables, taken=[time.span for time in times]):
        shifted = _shift(quantity.span, span.start)
        if not closed.over(shifted):
            closed.add(shifted)
            values.quantities[shifted.start] = quantity
    values.titled += titled
    values.quoted += quoted


class _Closed:
    """What is known to be one thing in a sentence; no two of these share a character."""

    def __init__(self, sentence: Span) -> None:
        self._first = sentence.start
        self._over: list[Span | None] = [None] * len(sentence)  # by character

    def over(self, span: Span) -> set[Span]:
        """Those that share a character with a span."""
        return {one for one in self._over[span.start - self._first : span.end - self._first] if one}

    def add(self, span: Span) -> None:
        """One more, which shares no character with the others."""
        self._set(span, span)

    def remove(self, span: Span) -> None:
        """No more one of them."""
        self._set(span, None)

    def _set(self, span: Span, value: Span | None) -> None:
        self._over[span.start - self._first : span.end - self._first] = [value] * len(span)


def quotations(text: str, span: Span, marks: Mapping[str, str]) -> list[Span]:
    """The outermost pairs of marks inside a span, the marks included; an unclosed one is left."""
    pairs = sorted(pair for mark in marks.items() for pair in _pairs(text, span, *mark))
    found: list[Span] = []
    for pair in pairs:
        if not found or pair.start >= found[-1].end:
            found.append(pair)
    return found


def _pairs(text: str, span: Span, open_: str, close: str) -> Iterator[Span]:
    """The pairs of two marks, those inside others too; of equal marks, each with the next."""
    opened: list[int] = []
    for match in re.compile(f"[{re.escape(open_ + close)}]").finditer(text, span.start, span.end):
        if match[0] == close and opened:
            yield Span(opened.pop(), match.end())
        if match[0] == open_:
            opened.append(match.start())


def _shift(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
