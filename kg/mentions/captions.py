"""Whom or what the line above a table speaks of."""

from __future__ import annotations

import re

from kg.ontology import Ontology
from kg.types import Span

_CHUNK = re.compile(r"[^\W\d_]+")
_BEHIND = " "  # a name is looked for with a character behind it
_FULL = 3  # characters of a division's name that is told inside other words too: 城区 is a word


def place_in(text: str, caption: Span, ontology: Ontology) -> Span | None:
    """The first division that a caption names, with those it lies in, or the body of one (某某县教育局).

    A short name must stand at the beginning, behind a mark or behind a date (2022年泰宁主要指标).
    """
    for chunk in _CHUNK.finditer(text, caption.start, caption.end):
        for at in range(chunk.start(), chunk.end()):
            lead = ontology.places.lead(text[at : chunk.end()] + _BEHIND)
            if not lead.places:
                continue
            name, divisions = lead.places[0], ontology.divisions.by_name(lead.places[0])
            is_first = at == chunk.start() or (at == chunk.start() + 1 and at > 1 and text[at - 2].isdigit())
            is_full = len(name) >= _FULL and [name] == [d.name for d in divisions]
            if len(name) > 1 and (is_first or is_full):
                return _whole(text, at, chunk.end(), ontology)
    return None


def _whole(text: str, start: int, end: int, ontology: Ontology) -> Span:
    ending = ontology.names.ending_of(text[start:end])
    if ending is not None and ending[1] in ontology.names.named_by:
        return Span(start, end)
    lead = ontology.places.lead(text[start:end] + _BEHIND)
    return Span(start, start + sum(map(len, lead.places)))
