"""A document's text as it is read, and where each of its characters stands in the document.

Not all in a source is there to be read: lines are broken inside a sentence, a name has a character in it that
shows nothing, a font gave a radical for an ideograph. The stages read the text without all that; names,
values and texts are in its words. Evidence is in the document's own characters, which are never edited: this
module alone knows the way back. What takes one character for another, such as `kg.script`, needs none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kg.characters import IDEOGRAPHS, INVISIBLE
from kg.ontology.divisions import Divisions
from kg.ontology.lexicon import Grammar
from kg.readingtext.wraps import find_wraps
from kg.script import to_simplified
from kg.types import Document, Passage, Span

__all__ = ["ReadingText", "read_text"]

# Line breaks of other names: of a page, of Word's soft break, of Unicode (section 5.8). In the reading text
# they are newlines.
_READ_AS = IDEOGRAPHS | dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_OTHER = re.compile(f"[{re.escape(''.join(map(chr, _READ_AS)))}]")


@dataclass(frozen=True, slots=True)
class ReadingText:
    """What is read of a document: ``document`` has the reading text, and its offsets in all that it tells.

    ``cuts`` are the characters of ``own``, the document itself, that are not read, in order; ``joined`` how
    many line breaks inside sentences are among them.
    """

    own: Document
    document: Document
    cuts: tuple[Span, ...] = ()
    joined: int = 0
    _at: tuple[int, ...] = field(init=False)  # where each cut would stand in the reading text
    _shifts: tuple[int, ...] = field(
        init=False
    )  # what is cut before: with no cut, the first, the first two ...

    def __post_init__(self) -> None:
        at, shifts = [], [0]
        for cut in self.cuts:
            at.append(cut.start - shifts[-1])
            shifts.append(shifts[-1] + len(cut))
        object.__setattr__(self, "_at", tuple(at))
        object.__setattr__(self, "_shifts", tuple(shifts))

    @property
    def simplified(self) -> Document:
        """The document as the language side reads it: in simplified characters, one for one."""
        return replace(self.document, text=to_simplified(self.document.text))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be reported of it."""
        if not self.joined:
            return ()
        breaks = "1 line break" if self.joined == 1 else f"{self.joined:,} line breaks"
        return (f"hard-wrapped: {breaks} inside sentences not read as ends of lines",)

    def own_span(self, span: Span) -> Span:
        """Where a span of the reading text stands in the document; nothing unread at its ends."""
        if not self.cuts:
            return span
        start = span.start + self._shifts[bisect_right(self._at, span.start)]
        if not len(span):
            return Span(start, start)
        return Span(start, span.end + self._shifts[bisect_right(self._at, span.end - 1)])

    def offset(self, own: int) -> int:
        """The offset in the reading text of one in the document; what is not read counts to what follows.

        >>> text = ReadingText(Document("a", "甲#乙"), Document("a", "甲乙"), (Span(1, 2),))
        >>> [text.offset(at) for at in range(4)], text.own_span(Span(0, 2)), text.own_span(Span(1, 2))
        ([0, 1, 1, 2], Span(start=0, end=3), Span(start=2, end=3))
        """
        index = bisect_right(self.cuts, own, key=lambda cut: cut.end)  # cuts that end before
        is_inside = index < len(self.cuts) and self.cuts[index].start < own
        return (self.cuts[index].start if is_inside else own) - self._shifts[index]

    def span(self, own: Span) -> Span:
        """Where a span of the document stands in the reading text."""
        return Span(self.offset(own.start), self.offset(own.end))

    def own_passages(self, passages: Iterable[Passage]) -> Iterator[Passage]:
        """The passages of the reading text where they stand in the document."""
        for one in passages:
            yield replace(
                one,
                span=self.own_span(one.span),
                sentences=tuple(map(self.own_span, one.sentences)),
                copy_of=one.copy_of and self.own_span(one.copy_of),
            )


def read_text(document: Document, grammar: Grammar, divisions: Divisions) -> ReadingText:
    """The reading text of a document."""
    text = _OTHER.sub(lambda found: _READ_AS[ord(found[0])], document.text)
    unseen = [Span(*match.span()) for match in INVISIBLE.finditer(text)]
    shown = _without(document, text, unseen)
    wraps = find_wraps(shown.document, grammar, divisions)
    if not wraps:
        return shown
    chars, cuts = list(text), unseen
    for wrap in wraps:
        span = shown.own_span(wrap.span)
        if wrap.is_blank:
            chars[span.start] = " "
            span = Span(span.start + 1, span.end)
        cuts.append(span)
    return replace(_without(document, "".join(chars), _merged(cuts)), joined=len(wraps))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that meet or lie in one another as one; no empty ones."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        elif len(span):
            merged.append(span)
    return merged


def _without(own: Document, text: str, cuts: list[Span]) -> ReadingText:
    """The text of a document, character for character, without the cuts, which are in order and apart."""
    if not cuts:
        return ReadingText(own, replace(own, text=text))
    starts, ends = (0, *(cut.end for cut in cuts)), (*(cut.start for cut in cuts), len(text))
    read = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    found = ReadingText(own, own, tuple(cuts))
    furniture, pages = tuple(map(found.span, own.furniture)), tuple(map(found.offset, own.pages))
    return replace(found, document=replace(own, text=read, pages=pages, furniture=furniture))
