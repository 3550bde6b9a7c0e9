"""What the facts of a source took of the signs in it; where they took nothing, the likely reason."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from kg.spans import Spans
from kg.types import Coverage, Extraction, NotTaken, PassageKind, Sign, SignKind, Span

_FEW = 20  # letters; what has fewer shows pictures, or nothing
_OWN = 0.5  # share of ideographs among the letters, from which a text is Chinese
_KANA = 0.05  # share of kana among the letters, from which it is Japanese
_PROSE = 0.2  # share of the letters that stand in body text, from which a text is no mere list
_IDEOGRAPHS = (range(0x3400, 0xA000), range(0x20000, 0x33480))
_KANAS = range(0x3041, 0x3100)

PICTURES, LANGUAGE, LIST, PLAIN, TOPIC = "pictures", "language", "list", "plain", "topic"
# Why nothing was taken of a source, as people read it.
WHY = {
    PICTURES: "hardly any text: only pictures, perhaps",
    LANGUAGE: "in another language, it seems",
    LIST: "no prose: a list or a navigation",
    PLAIN: "no figure and no name in it",
    TOPIC: "it speaks of nothing that the ontology knows, it seems",
}


def coverage_of(extraction: Extraction) -> Coverage:
    """What the facts took of a source; what repeats an earlier passage, or is page furniture, does not count.

    A fact takes a sentence in which its evidence or a filler stands, and a figure on which a filler stands.
    """
    source = extraction.document.source
    told = [e for fact in extraction.facts for e in fact.evidence if e.source == source]
    fillers = Spans({filler.span for evidence in told for filler in evidence.fillers})
    stated = Spans({*fillers, *(evidence.span for evidence in told)})
    sentences = Spans(
        chain.from_iterable(passage.sentences for passage in extraction.passages if passage.copy_of is None)
    )
    signs: dict[Span, list[Sign]] = defaultdict(list)
    for sign in extraction.signs:
        if (around := sentences.at(sign.span.start)) is not None:
            signs[around].append(sign)
    figures = [sign.span for found in signs.values() for sign in found if sign.kind is SignKind.FIGURE]
    return Coverage(
        sentences_taken=sum(bool(stated.over(sentence)) for sentence in sentences),
        figures=len(figures),
        figures_taken=sum(bool(fillers.over(figure)) for figure in figures),
        not_taken=tuple(
            NotTaken(sentence, tuple(signs[sentence]))
            for sentence in sentences
            if sentence in signs and not stated.over(sentence)
        ),
        why="" if told else _why(extraction),
    )


def _why(extraction: Extraction) -> str:
    """The likely reason why nothing was read, a key of WHY."""
    text = extraction.document.text
    letters = [ord(char) for char in text if char.isalpha()]
    if len(letters) < _FEW:
        return PICTURES
    own = sum(any(code in codes for codes in _IDEOGRAPHS) for code in letters)
    if own < _OWN * len(letters) or sum(code in _KANAS for code in letters) > _KANA * len(letters):
        return LANGUAGE
    body = (passage.span for passage in extraction.passages if passage.kind is PassageKind.BODY)
    if sum(char.isalpha() for span in body for char in span.of(text)) < _PROSE * len(letters):
        return LIST
    is_plain = all(sign.kind is SignKind.WORD for sign in extraction.signs)
    return PLAIN if is_plain else TOPIC
