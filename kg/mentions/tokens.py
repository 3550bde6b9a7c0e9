"""A document's words for spaCy: the tagger's, cut so that a value or a quotation is never split."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter

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


def _cut(words: Sequence[Word], spans: Sequence[tuple[Span, str]]) -> Iterator[Word]:
    """The words with every given span made one word of the given tag; sorted, disjoint spans."""
    coming = iter([*spans, (Span(sys.maxsize, sys.maxsize), OTHER)])
    span, tag = next(coming)
    for word in words:
        if word.end <= span.start:
            yield word
            continue
        at = word.start
        while at < word.end:
            if at < span.start:
                end = min(word.end, span.start)
                yield Word(at, end, word.tag)
                at = end
                continue
            if word.start <= span.start:
                yield Word(span.start, span.end, tag)
            at = span.end
            if at <= word.end:
                span, tag = next(coming)


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


def tokenize(
    documents: Sequence[tuple[str, Sequence[Passage]]], tagger: Tagger, tables: Tables, grammar: Grammar
) -> Iterator[Tokens]:
    """Words and values of each document, given as text and passages; furniture is one word a passage."""
    sentences = [_sentences(passages) for _, passages in documents]
    tagged = tagger.tag_all([(text, spans) for (text, _), spans in zip(documents, sentences, strict=True)])
    for (text, passages), inside, words in zip(documents, sentences, tagged, strict=True):
        tokens = Tokens()
        spans: list[tuple[Span, str]] = []
        for sentence in inside:
            spans.extend(_find_values(tokens, text, sentence, tables, grammar))
        tokens.words.extend(_fill_gaps(_cut(words, spans), _furniture(passages), len(text)))
        yield tokens


def _sentences(passages: Iterable[Passage]) -> list[Span]:
    """The sentences that are read."""
    return [
        sentence
        for passage in passages
        if passage.kind is not PassageKind.FURNITURE
        for sentence in passage.sentences
    ]


def _furniture(passages: Sequence[Passage]) -> Iterator[Word]:
    return (
        Word(passage.span.start, passage.span.end, OTHER)
        for passage in passages
        if passage.kind is PassageKind.FURNITURE
    )


def _fill_gaps(words: Iterable[Word], furniture: Iterable[Word], end: int) -> Iterator[Word]:
    """The words with furniture and all that lies between them as words too."""
    done = 0
    for word in merge(words, furniture, key=attrgetter("start")):
        if done < word.start:
            yield Word(done, word.start, OTHER)
        yield word
        done = word.end
    if done < end:
        yield Word(done, end, OTHER)


def _find_values(
    tokens: Tokens, text: str, span: Span, tables: Tables, grammar: Grammar
) -> list[tuple[Span, str]]:
    """Add the values of a sentence; returns the spans that are to be one word each, sorted."""
    words = span.of(text)
    titled = quotations(text, span, grammar.titles)
    quoted = [
        mark
        for mark in quotations(text, span, grammar.quotes)
        if len(mark) <= _QUOTE_LIMIT
        and not any(end in mark.of(text) for end in grammar.sentence_ends)
        and not any(mark.overlaps(title) for title in titled)
    ]
    spans: list[tuple[Span, str]] = [(mark, QUOTED) for mark in [*titled, *quoted]]
    times = find_times(words, tables)
    for time in times:
        shifted = _shift(time.span, span.start)
        over = [s for s, _ in spans if s.overlaps(shifted)]
        if any(s.contains(shifted) and s != shifted for s in over):
            continue
        spans = [(s, tag) for s, tag in spans if s not in over]
        spans.append((shifted, TIME))
        tokens.times[shifted.start] = time
    for quantity in find_quantities(words, tables, taken=[time.span for time in times]):
        shifted = _shift(quantity.span, span.start)
        if not any(s.overlaps(shifted) for s, _ in spans):
            spans.append((shifted, NUMBER))
            tokens.quantities[shifted.start] = quantity
    return sorted(spans)


def _shift(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
