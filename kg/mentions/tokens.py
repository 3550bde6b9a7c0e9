"""A document's words for spaCy: the tagger's, cut so that a value or a quotation is never split."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.annotations import NUMBER, OTHER, QUOTED, TIME, Word
from kg.mentions.tagger import Tagger
from kg.ontology.lexicon import Grammar
from kg.types import Passage, PassageKind, Span
from kg.values import QuantityMention, Tables, TimeMention, find_quantities, find_times

_QUOTE_LIMIT = 30  # characters; a longer quotation is speech, and is read


@dataclass(slots=True)
class Tokens:
    """The words of a document and the values among them, in order of their offsets."""

    words: list[Word] = field(default_factory=list)
    quantities: dict[int, QuantityMention] = field(default_factory=dict)  # by start
    times: dict[int, TimeMention] = field(default_factory=dict)


def _cut(words: Sequence[Word], spans: Sequence[tuple[Span, str]]) -> list[Word]:
    """The words with every given span made one word of the given tag; sorted, disjoint spans."""
    result: list[Word] = []
    starts = [span.start for span, _ in spans]
    done = -1
    for word in words:
        at = word.start
        while at < word.end:
            index = bisect_right(starts, at) - 1
            inside = index >= 0 and at < spans[index][0].end
            if inside:
                span, tag = spans[index]
                if index != done:
                    result.append(Word(span.start, span.end, tag))
                    done = index
                at = min(word.end, span.end)
                if at < span.end:
                    break
            else:
                following = starts[index + 1] if index + 1 < len(starts) else word.end
                end = min(word.end, following)
                result.append(Word(at, end, word.tag))
                at = end
    return result


def quotations(text: str, span: Span, marks: dict[str, str]) -> list[Span]:
    """The outermost pairs of marks inside a span, the marks included; an unclosed one is left."""
    found: list[Span] = []
    at = span.start
    while at < span.end:
        close = marks.get(text[at])
        if close is not None:
            depth, scan = 1, at + 1
            while scan < span.end and depth:
                if text[scan] == close:
                    depth -= 1
                elif text[scan] == text[at]:
                    depth += 1
                scan += 1
            if not depth:
                found.append(Span(at, scan))
                at = scan
                continue
        at += 1
    return found


def tokenize(
    text: str, passages: Sequence[Passage], tagger: Tagger, tables: Tables, grammar: Grammar
) -> Tokens:
    """Words and values of a document; furniture becomes one word a passage."""
    tokens = Tokens()
    end = 0
    for passage in passages:
        if passage.kind is PassageKind.FURNITURE:
            _add_gap(tokens, end, passage.span.start)
            tokens.words.append(Word(passage.span.start, passage.span.end, OTHER))
            end = passage.span.end
            continue
        for sentence in passage.sentences:
            _add_gap(tokens, end, sentence.start)
            _add_sentence(tokens, text, sentence, tagger, tables, grammar)
            end = sentence.end
    _add_gap(tokens, end, len(text))
    return tokens


def _add_gap(tokens: Tokens, start: int, end: int) -> None:
    if start < end:
        tokens.words.append(Word(start, end, OTHER))


def _add_sentence(
    tokens: Tokens, text: str, span: Span, tagger: Tagger, tables: Tables, grammar: Grammar
) -> None:
    words = span.of(text)
    titled = quotations(text, span, dict(grammar.titles))
    quoted = [
        mark
        for mark in quotations(text, span, dict(grammar.quotes))
        if len(mark) <= _QUOTE_LIMIT
        and not any(end in mark.of(text) for end in grammar.sentence_ends)
        and not any(mark.overlaps(title) for title in titled)
    ]
    spans: list[tuple[Span, str]] = [(mark, QUOTED) for mark in [*titled, *quoted]]
    for time in find_times(words, tables):
        shifted = _shift(time.span, span.start)
        over = [s for s, _ in spans if s.overlaps(shifted)]
        if any(s.contains(shifted) and s != shifted for s in over):
            continue
        spans = [(s, tag) for s, tag in spans if s not in over]
        spans.append((shifted, TIME))
        tokens.times[shifted.start] = time
    for quantity in find_quantities(words, tables):
        shifted = _shift(quantity.span, span.start)
        if not any(s.overlaps(shifted) for s, _ in spans):
            spans.append((shifted, NUMBER))
            tokens.quantities[shifted.start] = quantity
    spans.sort()
    tokens.words.extend(_cut(tagger.tag(words, span.start), spans))


def _shift(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
