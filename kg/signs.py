"""Signs that a sentence says something: its figures, the names in it, the words that the reader half took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ahocorasick

from kg.annotations import Marks
from kg.ontology import Ontology
from kg.ontology.divisions import LEVELS, NameForm
from kg.readingtext import ReadingText
from kg.types import Sign, SignKind, Span

_LEAST_ENDING = 3  # characters; a shorter ending of an organisation's name is often a common noun
_LEAST_NAME = 2  # characters of a division's name
_BARE = LEVELS[:2]  # of the divisions whose short name tells; those of others are ordinary words too often


class SignFinder:
    """Finds the signs of documents by an ontology's divisions and endings of organisations' names."""

    def __init__(self, ontology: Ontology) -> None:
        names, is_a = ontology.places.names, ontology.vocabulary.is_a
        self._classes = frozenset(
            cls
            for cls in ontology.vocabulary.classes
            if is_a(cls, names.organization) or is_a(cls, names.division)
        )
        form = ontology.divisions.form
        words = {
            name
            for name, found in ontology.divisions.names().items()
            if len(name) >= _LEAST_NAME and name not in names.ordinary
            if any(form(name, one) is NameForm.FULL or one.level in _BARE for one in found)
        }
        words |= {
            ending
            for ending, cls in names.endings.items()
            if len(ending) >= _LEAST_ENDING and is_a(cls, names.organization)
        }
        self._names = ahocorasick.Automaton()
        for word in sorted(words):
            self._names.add_word(word, len(word))
        self._names.make_automaton()

    def find(self, text: ReadingText, marks: Marks, words: Iterable[tuple[Span, str]]) -> tuple[Sign, ...]:
        """The signs in the document's own offsets, in its order.

        ``words`` are the spans on which a fact may stand that the reader did not hold, each with the fact's
        type. They, like the marks, are in the offsets of the text that was read.
        """
        found = [Sign(SignKind.FIGURE, Span(at, at + len(one.span))) for at, one in marks.quantities.items()]
        found += (Sign(SignKind.NAME, span) for span in _joined(self._named(text, marks)))
        found += (Sign(SignKind.WORD, span, fact_type) for span, fact_type in words)
        own = {Sign(sign.kind, text.own_span(sign.span), sign.type) for sign in found}
        return tuple(sorted(own, key=lambda sign: (sign.span, sign.kind, sign.type)))

    def _named(self, text: ReadingText, marks: Marks) -> Iterator[Span]:
        if self._names:
            for end, size in self._names.iter_long(text.simplified.text):
                yield Span(end + 1 - size, end + 1)
        yield from (mention.span for mention in marks.mentions if mention.cls in self._classes)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that meet or overlap as one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
