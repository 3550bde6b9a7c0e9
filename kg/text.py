"""Documents to passages: sentences with offsets, page furniture and repeated passages marked, not cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from kg.ontology.lexicon import Grammar
from kg.types import Document, Passage, PassageKind, Span

_HEADING = 40  # characters; a longer line without a full stop is body text
_SHORT = 80  # characters; a cue anywhere in a longer line does not make it furniture
_SIMILAR = 0.9  # share of equal characters from which a passage repeats another


def _lines(text: str) -> Iterator[Span]:
    """The lines that are not blank, without the white space around them."""
    for match in re.finditer(r"[^\r\n]+", text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + line.index(stripped)
            yield Span(start, start + len(stripped))


def split_sentences(text: str, span: Span, grammar: Grammar) -> tuple[Span, ...]:
    """The sentences of a passage; an end inside brackets or quotation marks does not count."""
    closing = {**grammar.brackets, **grammar.quotes, **grammar.titles}
    opening_of = {close: open_ for open_, close in closing.items() if open_ != close}
    sentences: list[Span] = []
    open_marks: list[str] = []
    start = span.start
    for at in range(span.start, span.end):
        char = text[at]
        if char in closing and closing[char] != char:
            open_marks.append(char)
        elif char in opening_of:
            if opening_of[char] in open_marks:
                while open_marks.pop() != opening_of[char]:
                    pass
        elif char in grammar.sentence_ends and (not open_marks or at - start > 300):
            open_marks.clear()
            sentences.append(Span(start, at + 1))
            start = at + 1
    if text[start : span.end].strip():
        sentences.append(Span(start, span.end))
    return tuple(_trim(text, sentence) for sentence in sentences if sentence.of(text).strip())


def _trim(text: str, span: Span) -> Span:
    words = span.of(text)
    return Span(span.start + len(words) - len(words.lstrip()), span.end - len(words) + len(words.rstrip()))


def _is_furniture(line: str, grammar: Grammar) -> bool:
    bare = line.lstrip("【[(（ ")
    if any(bare.startswith(cue) for cue in grammar.furniture_starts) and len(line) <= 3 * _SHORT:
        label = next(cue for cue in grammar.furniture_starts if bare.startswith(cue))
        after = bare[len(label) :].lstrip("】]）) ")
        if not after or after[0] in ":：/|>-—" or len(line) <= _HEADING:
            return True
    if len(line) <= 2 * _SHORT and any(cue in line for cue in grammar.furniture_anywhere):
        return True
    separators = sum(line.count(mark) for mark in grammar.furniture_separators)
    return separators >= 3 and not any(end in line for end in grammar.sentence_ends)


def _kind(line: str, grammar: Grammar) -> PassageKind:
    if _is_furniture(line, grammar):
        return PassageKind.FURNITURE
    is_sentence = line[-1] in grammar.sentence_ends or any(end in line for end in grammar.sentence_ends)
    if len(line) <= _HEADING and not is_sentence:
        return PassageKind.HEADING
    return PassageKind.BODY


def _signature(line: str) -> str:
    return "".join(char for char in line if char.isalnum())


def split_passages(document: Document, grammar: Grammar) -> tuple[Passage, ...]:
    """The passages of a document in order; ``copy_of`` is the first passage that says the same."""
    text = document.text
    passages: list[Passage] = []
    seen: list[tuple[str, Passage]] = []
    for span in _lines(text):
        line = span.of(text)
        kind = _kind(line, grammar)
        signature = _signature(line)
        original = None if kind is PassageKind.FURNITURE else _find_copy(signature, seen)
        sentences = () if kind is PassageKind.FURNITURE else split_sentences(text, span, grammar)
        passage = Passage(span, kind, sentences, original.span if original else None)
        if original is None and signature:
            seen.append((signature, passage))
        passages.append(passage)
    return tuple(passages)


def _find_copy(signature: str, seen: list[tuple[str, Passage]]) -> Passage | None:
    for other, passage in seen:
        if signature == other:
            return passage
        longer = max(len(signature), len(other))
        if longer < 20 or abs(len(signature) - len(other)) > longer * (1 - _SIMILAR):
            continue
        matcher = SequenceMatcher(None, signature, other, autojunk=False)
        if matcher.quick_ratio() >= _SIMILAR and matcher.ratio() >= _SIMILAR:
            return passage
    return None
