"""A document to the traces of its sentences.

The extractor is watched at work; only what the slots of a role held is asked of the interpreter again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kg.annotations import Linked
from kg.errors import QueryError
from kg.facts import FactReader, Reading
from kg.facts.elements import Kind
from kg.facts.groups import Parsed
from kg.pipeline import Extractor
from kg.trace.attempts import AttemptReader
from kg.trace.clauses import clause_trace, names_within
from kg.trace.records import Attempt, Trace, Words
from kg.types import Document, Extraction, Passage, PassageKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc


class _Watched(FactReader):
    """Stands in for an extractor's reader and keeps what it read; it has no tables of its own."""

    def __init__(self, reader: FactReader) -> None:
        self.reader = reader
        self.linked = Linked({})
        self.reading = Reading()

    def read(self, doc: Doc, linked: Linked, day: str = "") -> Reading:
        """What the reader reads, seen."""
        self.linked, self.reading = linked, self.reader.read(doc, linked, day)
        return self.reading


def trace(extractor: Extractor, document: Document) -> list[Trace]:
    """How each sentence was read, in the order of the text; page furniture is one sentence a passage.

    Raises QueryError where there is nothing to read.
    """
    if not document.text.strip():
        raise QueryError(f"{document.source}: no words to explain")
    return [make() for _, make in _sentences(extractor, document)]


def trace_at(extractor: Extractor, document: Document, offset: int) -> Trace:
    """How the sentence at an offset was read, its document around it; on blank space, the nearest sentence.

    Raises QueryError where the offset lies outside the text, or the text has no sentence.
    """
    length = len(document.text)
    if not 0 <= offset < length:
        last = f"the last character is {length - 1}" if length else "it holds no text"
        raise QueryError(f"{document.source}:{offset}: no such offset; {last}")
    sentences = list(_sentences(extractor, document))
    if not sentences:
        raise QueryError(f"{document.source}:{offset}: no sentence there; the text is blank")

    def distance(span: Span) -> int:
        return max(span.start - offset, offset - span.end + 1, 0)

    _, make = min(sentences, key=lambda sentence: distance(sentence[0]))
    return make()


def _sentences(extractor: Extractor, document: Document) -> Iterator[tuple[Span, Callable[[], Trace]]]:
    """Every sentence with what makes its trace, so that of a long document only one need be made."""
    watched = copy.copy(extractor)
    reader = watched.reader = _Watched(extractor.reader)
    teller = _Teller(extractor, document, watched.extract(document), reader.linked, reader.reading)
    for passage in teller.extraction.passages:
        spans = (passage.span,) if passage.kind is PassageKind.FURNITURE else passage.sentences
        for span in spans:
            yield span, partial(teller.trace, span, passage)


class _Teller:
    """Tells of one document's sentences."""

    def __init__(
        self,
        extractor: Extractor,
        document: Document,
        extraction: Extraction,
        linked: Linked,
        reading: Reading,
    ) -> None:
        self._document = document
        self.extraction = extraction
        self._linked = linked
        self._reading = reading
        self._attempts = AttemptReader(document.text, extractor.ontology, linked, extraction.facts)

    def trace(self, span: Span, passage: Passage) -> Trace:
        """How the sentence was read."""
        text = self._document.text
        read = [s for s in self._reading.sentences if s and span.contains(s[0].clause.span)]
        sentence: Sequence[Parsed] = read[0] if read else ()
        return Trace(
            source=self._document.source,
            span=span,
            text=span.of(text),
            kind=passage.kind.value,
            copy_of=passage.copy_of,
            names=names_within(self._linked, span),
            clauses=tuple(clause_trace(text, parsed, self._linked) for parsed in sentence),
            attempts=tuple(self._attempts_in(span, sentence)),
            left_over=tuple(self._left_over(span, sentence)) if sentence else (),
            problems=tuple(self._problems(span)),
        )

    def _attempts_in(self, span: Span, sentence: Sequence[Parsed]) -> list[Attempt]:
        refusals = [r for r in self._reading.refusals if span.contains(r.trigger)]
        drafts = [found.draft for found in self._reading.facts if span.contains(found.draft.trigger)]
        made = [self._attempts.made(draft, sentence, refusals) for draft in drafts]
        refused = [self._attempts.refused(refusal) for refusal in refusals]
        return sorted([*made, *refused], key=lambda a: (a.trigger.span, not a.made, -a.priority))

    def _left_over(self, span: Span, sentence: Sequence[Parsed]) -> Iterator[Words]:
        drafts = [found.draft for found in self._reading.facts if span.contains(found.draft.trigger)]
        taken = {filled.span for draft in drafts for fillers in draft.roles.values() for filled in fillers}
        elements: set[int] = set().union(*(draft.elements for draft in drafts))
        for parsed in sentence:
            for element in parsed.elements:
                is_taken = id(element) in elements or any(element.span.overlaps(t) for t in taken)
                if element.kind is Kind.QUANTITY and not is_taken:
                    yield Words(element.span, element.text)

    def _problems(self, span: Span) -> Iterator[str]:
        """What the report says of this sentence: its problems end in the quote they are about."""
        words = span.of(self._document.text)
        for problem in self.extraction.problems:
            quote = problem.message.rpartition(": ")[2]
            if quote and quote in words:
                yield problem.message
