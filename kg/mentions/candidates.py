"""The chunks that may fill a pattern's role of things: what the reader found, and names by their form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.annotations import Marks
from kg.mentions.pieces import Cutter, Places, Sentence, behind_words, overlaps_any
from kg.ontology import Ontology
from kg.ontology.patterns import BEFORE, Slot
from kg.ontology.vocabulary import ENTITY
from kg.spans import Spans
from kg.types import Span

_LONGEST_NAME = 12  # characters of a division
_PERSON_LENGTHS = range(2, 5)  # characters of a name that nothing but its surname tells
_SURE = 0.5  # probability from which the reader's fillers count


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span that may be a thing of one of ``classes``, of any at all where there are none.

    It may be of a class below one of them, too, where it ``is_loose``.
    """

    span: Span
    classes: tuple[str, ...] = ()
    is_loose: bool = False


class Chunks:
    """The chunks of a document, one a span, found by place."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._by_span = {chunk.span: chunk for chunk in chunks}
        self.spans = Spans(self._by_span)

    def inside(self, region: Span) -> list[Chunk]:
        """Those that lie wholly in a region, in order."""
        return [self._by_span[span] for span in self.spans.inside(region)]


class Candidates:
    """Finds the chunks of one ontology."""

    def __init__(self, ontology: Ontology, cutter: Cutter) -> None:
        grammar, names = ontology.grammar, ontology.names
        self._ontology = ontology
        self._cutter = cutter
        self._names = names
        self._divisions = ontology.divisions.names()
        self._modal = grammar.planned | grammar.negated | grammar.realized
        self._neutral = grammar.neutral
        self._references = {word: one for word, one in grammar.reference_of.items() if len(word) > 1}

    def read(self, marks: Marks) -> Chunks:
        """What the reader found of things, with the classes that its roles take."""
        fact_types = self._ontology.vocabulary.fact_types
        found: dict[Span, set[str]] = {}
        for proposal in marks.proposals:
            for filler in proposal.fillers:
                role = fact_types[proposal.type].roles.get(filler.role)
                if role is not None and ENTITY in role.kinds and filler.probability >= _SURE:
                    for span in (filler.span, *filler.leads):
                        found.setdefault(span, set()).update(role.classes)
        return Chunks(Chunk(span, tuple(sorted(classes)), True) for span, classes in found.items())

    def of(self, sentence: Sentence, region: Span, side: str, slot: Slot, read: Chunks) -> list[Span]:
        """The chunks of a region that may fill the slot, in the order of the text.

        What the reader found comes first: no other chunk shares a character with one of those.
        """
        text = sentence.text
        known = read.inside(region)
        spans = [chunk.span for chunk in known]
        pieces = self._pieces(sentence, region, side, slot, spans)
        own = [*self._quoted(region, sentence.places), *self._formed(text, pieces, slot)]
        found = [chunk for chunk in known if self._has_form(text, chunk.span, slot)]
        found += [chunk for chunk in own if not overlaps_any(chunk.span, spans)]
        return sorted({chunk.span for chunk in found if self._fits(chunk, slot)})

    def runs(self, sentence: Sentence, region: Span, side: str, slot: Slot, read: Chunks) -> list[Span]:
        """Runs of characters that nothing tells to be names: whole pieces of a region."""
        spans = read.spans.inside(region)
        pieces = self._pieces(sentence, region, side, slot, spans)
        return [span for span in pieces if self._may_be_name(span.of(sentence.text))]

    def _pieces(
        self, sentence: Sentence, region: Span, side: str, slot: Slot, known: Sequence[Span]
    ) -> list[Span]:
        behind = [span for word in slot.behind for span in _places(sentence.text, word, region)]
        pieces = self._cutter.pieces(
            sentence.text, region, [*sentence.places.closed.over(region), *known, *behind]
        )
        return [self._trimmed(sentence.text, piece, side) for piece in pieces]

    def _fits(self, chunk: Chunk, slot: Slot) -> bool:
        is_a = self._ontology.vocabulary.is_a
        pairs = ((one, other) for one in chunk.classes for other in slot.classes)
        return not chunk.classes or any(
            is_a(one, other) or (chunk.is_loose and is_a(other, one)) for one, other in pairs
        )

    def _has_form(self, text: str, span: Span, slot: Slot) -> bool:
        """Whether what the reader found has the form of one of the slot's classes, or none."""
        said = span.of(text)
        ending = self._names.ending_of(said)
        cls = self._names.division if said in self._divisions else ending[1] if ending else None
        return cls is None or said.endswith(slot.ends or "\0") or self._fits(Chunk(span, (cls,)), slot)

    def _quoted(self, region: Span, places: Places) -> Iterator[Chunk]:
        """A quotation may be anything, a title a document or what else is titled."""
        for span in places.quoted.inside(region):
            yield Chunk(span)
        for span in places.titled.inside(region):
            yield Chunk(span, (self._names.document, self._names.quoted))

    def _formed(self, text: str, pieces: Iterable[Span], slot: Slot) -> Iterator[Chunk]:
        """References, names by their endings, divisions, the longer of two that overlap; else persons."""
        own = dict.fromkeys(slot.ends, slot.classes[0])
        for span in pieces:
            chunks = [*self._referring(text, span), *self._ending(text, span, own), *self._placed(text, span)]
            chosen: list[Chunk] = []
            for chunk in sorted(chunks, key=lambda one: (-len(one.span), one.span)):
                if not overlaps_any(chunk.span, [other.span for other in chosen]):
                    chosen.append(chunk)
            if not chosen and self._is_person(span.of(text)):
                chosen = [Chunk(span, (self._names.person,))]
            yield from chosen

    def _trimmed(self, text: str, piece: Span, side: str) -> Span:
        """A piece without words of planning and denial before a trigger, of completion (起诉了) behind it."""
        start, end = piece.start, piece.end
        if side == BEFORE:
            while size := self._modal_before(text, start, end):
                end -= size
        else:
            start = behind_words(text, Span(start, end), self._ontology.grammar.realized)
        said = text[start:end]
        return Span(start + len(said) - len(said.lstrip()), max(end - len(said) + len(said.rstrip()), start))

    def _modal_before(self, text: str, start: int, end: int) -> int:
        """The length of the word of modality that ends at a place; 0 for 主要, which is none."""
        words = (word for word in self._modal | self._neutral if text.endswith(word, start, end))
        word = max(words, key=len, default="")
        return 0 if word in self._neutral else len(word)

    def _referring(self, text: str, piece: Span) -> Iterator[Chunk]:
        words = [word for word in self._references if text.startswith(word, piece.start, piece.end)]
        if words:
            word = max(words, key=len)
            yield Chunk(Span(piece.start, piece.start + len(word)), self._references[word].classes, True)

    def _ending(self, text: str, piece: Span, own: Mapping[str, str]) -> Iterator[Chunk]:
        """The piece up to its longest ending; an ending of one character counts at the piece's end alone."""
        said = piece.of(text)
        best: tuple[int, int, str] | None = None
        for at in range(1, len(said) + 1):
            found = self._ending_of(said[:at], own)
            if found is None or (len(found[0]) == 1 and at < len(said)) or found[0] in self._modal:
                continue
            if best is None or (len(found[0]), at) >= best[:2]:
                best = (len(found[0]), at, found[1])
        if best is not None and (best[1] > best[0] or best[2] not in self._names.named_by):
            yield Chunk(Span(piece.start, piece.start + best[1]), (best[2],))

    def _ending_of(self, said: str, own: Mapping[str, str]) -> tuple[str, str] | None:
        mine = max((ending for ending in own if said.endswith(ending)), key=len, default="")
        found = self._names.ending_of(said)
        return (mine, own[mine]) if mine and (found is None or len(mine) >= len(found[0])) else found

    def _placed(self, text: str, piece: Span) -> Iterator[Chunk]:
        """Divisions by full names, those in a row as one; a short name only where it is the whole piece."""
        start = at = piece.start
        while at <= piece.end:
            name = self._division_at(text, at, piece.end)
            if not name or not (name == piece.of(text) or self._is_full(name)):
                if at > start:
                    yield Chunk(Span(start, at), (self._names.division,))
                start = at = at + 1
            else:
                at += len(name)

    def _division_at(self, text: str, at: int, limit: int) -> str:
        sizes = range(min(_LONGEST_NAME, limit - at), 1, -1)
        return next((text[at : at + size] for size in sizes if text[at : at + size] in self._divisions), "")

    def _is_full(self, name: str) -> bool:
        return any(division.name == name for division in self._divisions[name])

    def _may_be_name(self, said: str) -> bool:
        """Whether a run of characters is more than one and no common noun (公司) or word of modality."""
        is_common = self._names.endings.get(said) in self._names.named_by
        return len(said) > 1 and not is_common and said not in self._neutral

    def _is_person(self, said: str) -> bool:
        return len(said) in _PERSON_LENGTHS and self._names.is_surname(said) and self._may_be_name(said)


def _places(text: str, word: str, region: Span) -> Iterator[Span]:
    at = text.find(word, region.start, region.end)
    while at >= 0:
        yield Span(at, at + len(word))
        at = text.find(word, at + len(word), region.end)
