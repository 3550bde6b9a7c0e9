"""Places in a text to a correction: how a person who points at characters, or names words, makes a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.anchored import counted
from kg.corrections.placing import occurrences
from kg.corrections.types import Correction, Statement, Verdict, Words
from kg.errors import DecisionError
from kg.types import Document, Evidence, Fact, Modality, Span


@dataclass(frozen=True, slots=True)
class Marked:
    """A fact by the places of its words in a document's text; ``trigger`` carries it."""

    type: str
    modality: Modality
    roles: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    trigger: Span | None = None

    @classmethod
    def of(cls, fact: Fact, evidence: Evidence) -> Marked:
        """A fact as one of its places tells it."""
        roles: dict[str, list[Span]] = {}
        for filler in sorted(evidence.fillers, key=lambda one: (one.role, one.index, one.span)):
            places = roles.setdefault(filler.role, [])
            if filler.span not in places:
                places.append(filler.span)
        return cls(fact.type, fact.modality, roles, evidence.trigger)

    @property
    def place(self) -> Span:
        """The trigger, or the first filler; raises DecisionError where there is neither."""
        places = [span for spans in self.roles.values() for span in spans]
        if not places:
            raise DecisionError("a fact needs words in one of its roles")
        return self.trigger or min(places)


class Marker:
    """Makes the records of one document; ``sentences`` are its, in order."""

    def __init__(self, document: Document, sentences: Iterable[Span]) -> None:
        self._source = document.source
        self._text = document.text
        self._sentences = list(sentences)

    def correction(
        self, verdict: Verdict, stated: Marked | None = None, was: Marked | None = None
    ) -> Correction:
        """The record. Raises DecisionError where a place is not in the text."""
        about = was or stated
        assert about is not None
        sentence = self.sentence(about.place)
        return Correction(
            self._source,
            sentence.of(self._text),
            verdict,
            self._statement(stated, sentence) if stated is not None else None,
            self._statement(was, sentence) if was is not None else None,
        )

    def sentence(self, place: Span) -> Span:
        """The sentence, or the sentences, that a place shares characters with; else the place itself."""
        if not len(place) > 0 or place.end > len(self._text):
            raise DecisionError(f"{self._source}: has no characters {place.start}-{place.end}")
        over = [one for one in self._sentences if one.overlaps(place)] or [place]
        return Span(min(one.start for one in (*over, place)), max(one.end for one in (*over, place)))

    def find(self, words: str, near: Span) -> Span:
        """Where words stand: in the sentence ``near``, or nearest to it; ``words#2`` is the second there.

        Raises DecisionError where they are nowhere.
        """
        said, count = counted(words, near.of(self._text))
        found = list(occurrences(said, self._text, near))
        if 0 < count <= len(found):
            return found[count - 1]
        everywhere = occurrences(words, self._text, Span(0, len(self._text)))
        nearest = min(everywhere, key=lambda span: abs(span.start - near.start), default=None)
        if nearest is None:
            raise DecisionError(f"{self._source}: {words!r} is not in the text")
        return nearest

    def _statement(self, fact: Marked, sentence: Span) -> Statement:
        trigger = ""
        if fact.trigger is not None and sentence.contains(fact.trigger):
            trigger = self._counted(fact.trigger, sentence)
        roles = tuple(
            (role, tuple(dict.fromkeys(self._words(span, sentence) for span in spans)))
            for role, spans in fact.roles.items()
            if spans
        )
        if not roles:
            raise DecisionError("a fact needs words in one of its roles")
        return Statement(fact.type, fact.modality, roles, trigger)

    def _words(self, span: Span, sentence: Span) -> Words:
        if sentence.contains(span) and len(span):
            return Words(self._counted(span, sentence))
        other = self.sentence(span)
        return Words(self._counted(span, other), other.of(self._text))

    def _counted(self, span: Span, sentence: Span) -> str:
        words = span.of(self._text)
        before = list(occurrences(words, self._text, Span(sentence.start, span.end)))
        return words if len(before) < 2 else f"{words}#{len(before)}"


def read_marked(said: Any) -> tuple[str, Verdict, Marked | None, Marked | None]:
    """Source, verdict, what holds and what was, of a correction by places.

    As a record, without its sentence, and with ``[start, end]`` for words: ``{"source": ..., "verdict": ...,
    "type": ..., "modality": ..., "trigger": [3, 5], "roles": {role: [[0, 3]]}, "was": {...}}``. Raises
    DecisionError.
    """
    if not isinstance(said, dict) or not isinstance(said.get("source"), str):
        raise DecisionError("a correction by places is an object with 'source' and 'verdict'")
    if said.get("verdict") not in set(Verdict):
        raise DecisionError(f"unknown verdict {said.get('verdict')!r}; known are {', '.join(Verdict)}")
    verdict = Verdict(said["verdict"])
    stated = None if verdict is Verdict.WRONG else _marked(said)
    was = _marked(said.get("was")) if verdict in (Verdict.WRONG, Verdict.CORRECTED) else None
    return said["source"], verdict, stated, was


def _marked(said: Any) -> Marked:
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise DecisionError("a fact by places has 'type', 'modality' and 'roles'")
    modality, roles = said.get("modality", Modality.ASSERTED), said.get("roles")
    if modality not in set(Modality):
        raise DecisionError(f"unknown modality {modality!r}; known are {', '.join(Modality)}")
    if not isinstance(roles, dict) or not all(isinstance(spans, list) for spans in roles.values()):
        raise DecisionError("'roles' gives each role a list of places [start, end]")
    trigger = said.get("trigger")
    return Marked(
        said["type"],
        Modality(modality),
        {role: [_span(one) for one in spans] for role, spans in roles.items()},
        _span(trigger) if trigger is not None else None,
    )


def _span(said: Any) -> Span:
    if isinstance(said, list) and len(said) == 2 and all(type(one) is int for one in said):
        start, end = said
        if 0 <= start < end:
            return Span(start, end)
    raise DecisionError(f"{said!r} is no place; a place is [start, end], 0 <= start < end")
