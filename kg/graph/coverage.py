"""What a source's graph tells of what was taken of it: counts, sentences, facts to be checked.

What is not as a build writes it is passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from pyoxigraph import Literal

from kg import terms
from kg.graph.reading import Readable, read_document, read_stated
from kg.types import Coverage, Doubt, NotTaken, Sign, SignKind, Span

# What a literal may be the cause of that a build did not write.
_OTHERS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


def read_coverage(store: Readable, graph: str) -> Coverage:
    """The coverage of one source, its sentences in the order of the text; zeros where nothing is told."""
    said: dict[str, list[str]] = {}
    for quad in store.quads(graph, subject=graph):
        if isinstance(quad.object, Literal):
            said.setdefault(quad.predicate.value, []).append(quad.object.value)

    def count(predicate: str) -> int:
        number = said.get(predicate, ["0"])[0]
        return int(number) if number.isascii() and number.isdigit() else 0

    found = (_not_taken(line) for line in said.get(terms.NOT_TAKEN, ()))
    return Coverage(
        count(terms.SENTENCES_TAKEN),
        count(terms.FIGURES),
        count(terms.FIGURES_TAKEN),
        tuple(sorted((one for one in found if one is not None), key=lambda one: one.span)),
        said.get(terms.NOTHING_TAKEN, [""])[0],
    )


def first_not_taken(store: Readable, most: int) -> list[tuple[str, Span, str]]:
    """The first sentences with a figure that no fact took: source, place and words, in the order of both."""
    told = ((name, _not_taken(line)) for name, line in read_stated(store, terms.NOT_TAKEN))
    found = (
        (name, one.span)
        for name, one in told
        if one is not None and any(sign.kind is SignKind.FIGURE for sign in one.signs)
    )
    first = nsmallest(most, found)
    graphs = store.sources()
    texts = {name: read_document(store, name, graphs[name]).text for name, _ in first}
    return [(name, span, span.of(texts[name])) for name, span in first]


def _not_taken(line: str) -> NotTaken | None:
    try:
        record = json.loads(line)
        signs = [
            Sign(kind, _span(place), *map(str, place[2:3])) for kind in SignKind for place in record[kind]
        ]
        return NotTaken(_span(record["at"]), tuple(sorted(signs, key=lambda sign: (sign.span, sign.kind))))
    except _OTHERS:
        return None


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A fact to be checked: where it stands, the words that fill its roles, and why it is doubtful."""

    source: str
    span: Span
    quote: str
    type: str
    modality: str
    confidence: float
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    doubt: Doubt


def read_to_check(store: Readable, source: str, graph: str) -> list[ToCheck]:
    """The facts of one source that are to be checked, in the order of the text."""
    lines = (q.object for q in store.quads(graph, subject=graph, predicate=terms.TO_CHECK))
    found = (_to_check(source, line.value) for line in lines if isinstance(line, Literal))
    known = (one for one in found if one is not None)
    return sorted(known, key=lambda one: (one.span, one.type, one.modality, one.roles))


def _to_check(source: str, line: str) -> ToCheck | None:
    try:
        record = json.loads(line)
        evidence, doubt = record["evidence"][0], record["doubt"]
        return ToCheck(
            source,
            _span([evidence["start"], evidence["end"]]),
            str(evidence["quote"]),
            str(record["type"]),
            str(record["modality"]),
            float(record["confidence"]),
            tuple((str(role), tuple(map(_words, values))) for role, values in record["roles"].items()),
            Doubt(
                float(doubt["sure"]),
                float(doubt["threshold"]),
                str(doubt["least"]),
                float(doubt["probability"]),
            ),
        )
    except _OTHERS:
        return None


def _words(filler: dict[str, Any]) -> str:
    return str(filler.get("entity") or filler["text"])


def _span(place: list[Any]) -> Span:
    start, end = place[:2]
    if not (isinstance(start, int) and isinstance(end, int)):
        raise TypeError(place)
    return Span(start, end)
