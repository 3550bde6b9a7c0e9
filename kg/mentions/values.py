"""The values and quotations of a document, by place: what no word may cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    titled = quotations(text, span, grammar.titles)
    quoted = [
        mark
        for mark in quotations(text, span, grammar.quotes)
        if len(mark) <= _QUOTE_LIMIT
        and not any(end in mark.of(text) for end in grammar.sentence_ends)
        and not any(mark.overlaps(title) for title in titled)
    ]
    closed = [*titled, *quoted]
    times = find_times(words, tables)
    for time in times:
        shifted = _shift(time.span, span.start)
        over = [mark for mark in closed if mark.overlaps(shifted)]
        if any(mark.contains(shifted) and mark != shifted for mark in over):
            continue
        closed = [mark for mark in closed if mark not in over]
        closed.append(shifted)
        values.times[shifted.start] = time
    for quantity in find_quantities(words, tables, taken=[time.span for time in times]):
        shifted = _shift(quantity.span, span.start)
        if not any(mark.overlaps(shifted) for mark in closed):
            closed.append(shifted)
            values.quantities[shifted.start] = quantity
    values.titled += titled
    values.quoted += quoted


def quotations(text: str, span: Span, marks: Mapping[str, str]) -> list[Span]:
    """The outermost pairs of marks inside a span, the marks included; an unclosed one is left."""
    found: list[Span] = []
    at = span.start
    if not marks:
        return found
    openers = re.compile(f"[{re.escape(''.join(marks))}]")
    while opener := openers.search(text, at, span.end):
        at = opener.start()
        end = _close(text, at, span.end, marks[text[at]])
        if end is None:
            at += 1
        else:
            found.append(Span(at, end))
            at = end
    return found


def _close(text: str, start: int, end: int, close: str) -> int | None:
    """Where the pair of marks that begins at a place ends, pairs of the same marks inside it counted."""
    depth = 1
    for at in range(start + 1, end):
        if text[at] == close:
            depth -= 1
        elif text[at] == text[start]:
            depth += 1
        if not depth:
            return at + 1
    return None


def _shift(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
