"""Documents to passages: sentences with offsets, page furniture and repeated passages marked, not cut."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Grammar
from kg.readingtext import read_text
from kg.types import Document, Passage, PassageKind, Span

_HEADING = 40  # characters; a longer line without a full stop is body text
_SHORT = 80  # characters; a cue anywhere in a longer line does not make it furniture
_SIMILAR = 0.9  # share of equal characters from which a passage repeats another
_LEAST_LENGTH = 20  # characters; shorter passages repeat one another only where they are equal
_LONG = 2000  # characters; of longer passages the characters and pieces are compared, not their order
_PIECE = 3  # characters of the pieces by which similar passages are found
_DIGITS = re.compile(r"\d+")
_LIST = 4  # lines one below the other that are alike, each unequal to the others: a list, not copies
_CLAUSE = 4  # characters; less before a dot is a mark of a list (\u4e00.)
_SENTENCE = 12  # characters; less before a dot between words is the first half of a name
_UNCLOSED = 300  # characters after which an opened mark is taken to be left open


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
    dots = _dot_ends(text, span, grammar)
    ends = {*closing, *opening_of, *grammar.sentence_ends, *grammar.dot_ends}
    marks = re.compile(f"[{re.escape(''.join(sorted(ends)))}]")
    sentences: list[Span] = []
    open_marks: list[str] = []
    opened: Counter[str] = Counter()  # how many of each are open
    start = span.start
    for match in marks.finditer(text, span.start, span.end):
        char, at = match.group(), match.start()
        if char in closing and closing[char] != char:
            open_marks.append(char)
            opened[char] += 1
        elif char in opening_of:
            last = ""
            while last != opening_of[char] and opened[opening_of[char]]:
                last = open_marks.pop()
                opened[last] -= 1
        elif (char in grammar.sentence_ends or at in dots) and (not open_marks or at - start > _UNCLOSED):
            open_marks.clear()
            opened.clear()
            sentences.append(Span(start, at + 1))
            start = at + 1
    if text[start : span.end].strip():
        sentences.append(Span(start, span.end))
    return tuple(_trim(text, sentence) for sentence in sentences if sentence.of(text).strip())


def _dot_ends(text: str, span: Span, grammar: Grammar) -> frozenset[int]:
    """Where dots end sentences: behind words, before blanks, figures and the end of the passage.

    Before words a dot may be part of a name: there the sentence before it must be long or have a figure, and
    the passage end in a dot too.
    """
    if not any(dot in text[span.start : span.end] for dot in grammar.dot_ends):
        return frozenset()
    found: list[int] = []
    ends = grammar.sentence_ends | {"\n"}
    start, is_dotted, has_figure = (
        span.start,
        text[span.start : span.end].rstrip()[-1:] in grammar.dot_ends,
        False,
    )
    for at in range(span.start, span.end):
        has_figure = has_figure or text[at].isdigit()
        if text[at] in grammar.dot_ends and at > start and _is_word(text[at - 1]):
            behind = text[at + 1 : at + 2] if at + 1 < span.end else ""
            is_end = not behind or behind.isspace() or behind.isdigit()
            is_long = has_figure or at - start >= _SENTENCE
            is_end = is_end or (is_dotted and is_long and _is_word(behind))
            if is_end and at - start >= _CLAUSE:
                found.append(at)
        if text[at] in ends or at in found[-1:]:
            start, has_figure = at + 1, False
    return frozenset(found)


def _is_word(char: str) -> bool:
    """Whether a character may end or begin a sentence beside a dot: no Latin letter, digit or numeral."""
    return char == "%" or (
        not char.isascii() and unicodedata.category(char)[0] in "LP" and not char.isnumeric()
    )


def _trim(text: str, span: Span) -> Span:
    words = span.of(text)
    return Span(span.start + len(words) - len(words.lstrip()), span.end - len(words) + len(words.rstrip()))


def _ends_sentence(line: str, grammar: Grammar) -> bool:
    return line[-1] in grammar.sentence_ends or bool(_dot_ends(line, Span(0, len(line)), grammar))


def _is_furniture(line: str, grammar: Grammar) -> bool:
    bare = line.lstrip("【[(（ ")
    if len(line) <= _SHORT and bare.startswith(tuple(grammar.furniture_captions)):
        return True
    if any(bare.startswith(cue) for cue in grammar.furniture_starts) and len(line) <= 3 * _SHORT:
        label = max((cue for cue in grammar.furniture_starts if bare.startswith(cue)), key=len)
        after = bare[len(label) :].lstrip("】]）) ")
        is_sentence = _ends_sentence(line, grammar)
        if not after or after[0] in ":：/|>-—" or (len(line) <= _HEADING and not is_sentence):
            return True
    if len(line) <= 2 * _SHORT and any(cue in line for cue in grammar.furniture_anywhere):
        return True
    separators = sum(line.count(mark) for mark in grammar.furniture_separators)
    return separators >= 3 and not any(end in line for end in grammar.sentence_ends)


def _kind(line: str, grammar: Grammar) -> PassageKind:
    if _is_furniture(line, grammar):
        return PassageKind.FURNITURE
    is_sentence = _ends_sentence(line, grammar) or any(end in line for end in grammar.sentence_ends)
    if len(line) <= _HEADING and not is_sentence:
        return PassageKind.HEADING
    return PassageKind.BODY


def _level(line: str) -> int:
    """How deep a heading lies, by its number.

    >>> [_level(line) for line in ("三、工作", "（一）农业", "1.种植", "第一产业")]
    [1, 2, 3, 4]
    """
    bare = line.lstrip()
    if unicodedata.category(bare[0]) == "Ps" and unicodedata.numeric(bare[1:2] or "x", None) is not None:
        return 2
    number = next((at for at, char in enumerate(bare) if unicodedata.numeric(char, None) is None), 0)
    if not number or unicodedata.category(bare[number])[0] != "P":
        return 4
    return 3 if bare[0].isascii() else 1


def _signature(line: str) -> str:
    return "".join(char for char in line if char.isalnum())


def split_passages(document: Document, grammar: Grammar) -> tuple[Passage, ...]:
    """The passages of a document in order; ``copy_of`` is the first passage that says the same.

    Lines of a list may be alike but for a name: they are no copies.
    """
    text = document.text
    passages: list[Passage] = []
    originals = _Originals()
    starts = [marked.start for marked in document.furniture]
    for span in _lines(text):
        line = span.of(text)
        before = bisect_right(starts, span.start)
        is_marked = before > 0 and document.furniture[before - 1].contains(span)
        kind = PassageKind.FURNITURE if is_marked else _kind(line, grammar)
        signature = _signature(line)
        is_furniture = kind is PassageKind.FURNITURE
        is_row = "\t" in line or line.count("|") > 1  # of a table: rows are alike and no copies
        original = None if is_furniture else originals.find(signature, is_row=is_row)
        sentences = () if is_furniture else split_sentences(text, span, grammar)
        if original is None and signature:
            originals.add(signature, span, is_row=is_row)
        level = _level(line) if kind is PassageKind.HEADING else 0
        passages.append(Passage(span, kind, sentences, original, level))
    return tuple(_without_lists(text, passages))


def _without_lists(text: str, passages: Sequence[Passage]) -> Iterator[Passage]:
    """The passages, those that are lines of a list as originals."""
    for original, run in groupby(passages, key=lambda passage: passage.copy_of or passage.span):
        lines = list(run)
        said = {_signature(passage.span.of(text)) for passage in lines}
        is_list = len(said) >= _LIST and len(said) == len(lines) and lines[0].span == original
        yield from (replace(passage, copy_of=None) for passage in lines) if is_list else lines


def own_passages(document: Document, grammar: Grammar, divisions: Divisions) -> tuple[Passage, ...]:
    """The passages of a document as extraction sees them, where they stand in the document."""
    text = read_text(document, grammar, divisions)
    return tuple(text.own_passages(split_passages(text.simplified, grammar)))


class _Originals:
    """The passages that repeat none before them, found again by what they say.

    A passage is kept by its pieces of three characters, one behind the other. One that is similar
    spoils a piece with each of its slips at most, and has the others in it wherever they stand, so
    that only the few passages are compared of which enough pieces are there. Where the figures are
    others it is another statement and no copy with slips: the lines of a list differ in them.
    """

    def __init__(self) -> None:
        self._equal: dict[str, Span] = {}
        self._all: list[tuple[str, Span]] = []
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)  # of figures and a piece

    def add(self, signature: str, span: Span, *, is_row: bool = False) -> None:
        """Remember a passage."""
        self._equal.setdefault(signature, span)
        if not is_row and len(signature) >= _LEAST_LENGTH * _SIMILAR:
            figures = _figures(signature)
            for at in range(0, len(signature) - _PIECE + 1, _PIECE):
                self._holders[figures, signature[at : at + _PIECE]].append(len(self._all))
            self._all.append((signature, span))

    def find(self, signature: str, *, is_row: bool = False) -> Span | None:
        """The first passage that says the same, or nearly; a row must say the same."""
        if is_row or signature in self._equal or len(signature) < _LEAST_LENGTH * _SIMILAR:
            return self._equal.get(signature)
        shared: list[int] = []
        figures = _figures(signature)
        for at in range(len(signature) - _PIECE + 1):
            holders = self._holders.get((figures, signature[at : at + _PIECE]))
            if holders:
                shared += holders
        for index, pieces in sorted(Counter(shared).items()):
            other, span = self._all[index]
            slips = int((1 - _SIMILAR) * (len(signature) + len(other)) + 1e-9)
            if pieces >= len(other) // _PIECE - slips and _is_similar(signature, other):
                return span
        return None


def _figures(signature: str) -> str:
    return " ".join(_DIGITS.findall(signature))


def _is_similar(one: str, other: str) -> bool:
    """Whether two passages with the same figures, which share most of their pieces, say the same."""
    longer = max(len(one), len(other))
    if longer < _LEAST_LENGTH or abs(len(one) - len(other)) > longer * (1 - _SIMILAR):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _SIMILAR and (longer > _LONG or matcher.ratio() >= _SIMILAR)
