"""A user's patterns: triggers found in a Doc by spaCy's PhraseMatcher, and what stands beside them.

docs/patterns.md tells what is found, and in which order; the proposals go the same way as the reader's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.annotations import PATTERN, Proposal, ProposedFiller, marks_of
from kg.mentions.candidates import Candidates, Chunks
from kg.mentions.modality import ModalityWords
from kg.mentions.pieces import Cutter, Places, Sentence, behind_words, overlaps_any
from kg.mentions.tokens import tokens
from kg.ontology import Ontology
from kg.ontology.patterns import AFTER, BEFORE, BETWEEN, EITHER, SENTENCE, Pattern, Slot, Trigger
from kg.ontology.vocabulary import ENTITY, TEXT, TIME
from kg.spans import Spans
from kg.types import Modality, Passage, PassageKind, Span


@dataclass(frozen=True, slots=True)
class Found:
    """A trigger in a sentence: the spans of its ``first`` and ``last`` words, equal where it is one word."""

    pattern: Pattern
    trigger: Trigger
    first: Span
    last: Span


@dataclass(frozen=True)
class _Scene:
    """One sentence and what is known of it."""

    sentence: Sentence
    read: Chunks
    found: Sequence[Found]

    @cached_property
    def ends(self) -> Mapping[str, Sequence[int]]:
        """Where the last words of the triggers end, by type, in order."""
        return _sorted((one.pattern.type, one.last.end) for one in self.found)

    @cached_property
    def starts(self) -> Mapping[str, Sequence[int]]:
        """Where the first words of the triggers begin, by type, in order."""
        return _sorted((one.pattern.type, one.first.start) for one in self.found)


def _sorted(pairs: Iterable[tuple[str, int]]) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, offset in sorted(pairs):
        found[key].append(offset)
    return found


class PatternFinder:
    """Applies the patterns of one ontology."""

    def __init__(self, vocab: Vocab, ontology: Ontology) -> None:
        self._patterns = ontology.patterns
        self._grammar = ontology.grammar
        self._cutter = Cutter(ontology)
        self._candidates = Candidates(ontology, self._cutter)
        self._modality = {
            pattern.name: ModalityWords(pattern, ontology.grammar) for pattern in self._patterns
        }
        self._matcher = PhraseMatcher(vocab)
        for part in sorted({part for one in self._patterns for t in one.triggers for part in t.parts}):
            self._matcher.add(part, [Doc(vocab, words=list(tokens(part, {})))])

    def find(self, doc: Doc) -> list[Proposal]:
        """The facts that the patterns find in a marked Doc, in the order of its text."""
        marks, text = marks_of(doc), doc.text
        words: dict[str, list[Span]] = defaultdict(list)
        for _, start, end in self._matcher(doc):
            last = doc[end - 1]
            span = Span(doc[start].idx, last.idx + len(last))
            words[span.of(text)].append(span)
        if not words:
            return []
        read, places = self._candidates.read(marks), Places(marks)
        parts = {part: Spans(spans) for part, spans in words.items()}
        proposals: list[Proposal] = []
        for span, is_planned in self._sentences(text, marks.passages):
            sentence = self._cutter.sentence(text, span, places)
            found = self._triggers(text, sentence, parts, read)
            scene = _Scene(sentence, read, found)
            for one in found:
                proposal = self._proposal(scene, one, is_planned)
                if proposal is not None:
                    proposals.append(proposal)
        return proposals

    def _sentences(self, text: str, passages: Sequence[Passage]) -> Iterator[tuple[Span, bool]]:
        """The sentences that are read, and whether a heading over them says that all of it is planned."""
        is_planned = False
        for passage in passages:
            if passage.kind is PassageKind.HEADING:
                is_planned = any(word in passage.span.of(text) for word in self._grammar.plan_headings)
            if passage.kind is not PassageKind.FURNITURE:
                yield from ((span, is_planned) for span in passage.sentences)

    # --- Triggers ----------------------------------------------------------------------------------

    def _triggers(
        self, text: str, sentence: Sentence, words: Mapping[str, Spans], read: Chunks
    ) -> list[Found]:
        """The triggers of a sentence that stand in no name, the longest where they overlap."""
        found = []
        for pattern in self._patterns:
            for trigger in pattern.triggers:
                places = words.get(trigger.parts[-1])
                for last in places.inside(sentence.span) if places is not None else ():
                    if sentence.places.closed.over(last):
                        continue
                    if any(name.contains(last) and name != last for name in read.spans.over(last)):
                        continue
                    clause = sentence.clause_at(last.start)
                    first = self._first(trigger, last, sentence, words)
                    if first is not None and not any(word in clause.of(text) for word in pattern.excludes):
                        found.append(Found(pattern, trigger, first, last))
        by_place: dict[Span, list[Found]] = defaultdict(list)
        for one in found:
            by_place[one.last].append(one)
        lasts = Spans(by_place)
        kept = [
            one
            for one in found
            if not any(_beats(other, one) for over in lasts.over(one.last) for other in by_place[over])
        ]
        return sorted(kept, key=lambda one: (one.last, one.pattern.name))

    @staticmethod
    def _first(trigger: Trigger, last: Span, sentence: Sentence, words: Mapping[str, Spans]) -> Span | None:
        """The nearest first word of a trigger with a gap, in the clause of its last."""
        if len(trigger.parts) == 1:
            return last
        clause = sentence.clause_at(last.start)
        places = words.get(trigger.parts[0])
        region = Span(clause.start, max(clause.start, last.start - 1))  # a gap has a character at least
        there = places.inside(region) if places is not None else []
        return next((span for span in reversed(there) if not sentence.places.closed.over(span)), None)

    # --- Roles -------------------------------------------------------------------------------------

    def _proposal(self, scene: _Scene, one: Found, is_planned: bool) -> Proposal | None:
        fillers: list[ProposedFiller] = []
        taken: list[Span] = []
        slots = sorted(one.pattern.slots, key=lambda slot: slot.takes == TEXT)  # texts are what is left
        for slot in slots:
            spans = self._spans(scene, one, slot, taken)
            if not spans and not slot.optional:
                return None
            classes = () if slot.is_open or slot.takes != ENTITY else slot.classes
            fillers += [ProposedFiller(slot.role, span, 1.0, classes=classes) for span in spans]
            taken += spans
        modality = self._modality_of(scene, one, taken)
        if is_planned and modality is Modality.ASSERTED:
            modality = Modality.PLANNED
        return Proposal(
            one.pattern.type,
            modality,
            one.last,
            1.0,
            1.0,
            tuple(sorted(fillers, key=lambda filler: filler.span)),
            PATTERN + one.pattern.name,
            one.pattern.needs,
        )

    def _spans(self, scene: _Scene, one: Found, slot: Slot, taken: Sequence[Span]) -> list[Span]:
        """The fillers on the side where a slot stands, with ``either`` of the first that has any."""
        for side in (BEFORE, AFTER) if slot.stands == EITHER else (slot.stands,):
            region = _region(scene, one, slot, side)
            if slot.takes == ENTITY:
                spans = self._things(scene, region, slot, side, taken)
            elif slot.takes == TEXT:
                spans = self._said(scene, region, side, taken)
            else:
                spans = _values(scene, region, slot, side, taken)
            if spans:
                return spans
        return []

    def _things(
        self, scene: _Scene, region: Span, slot: Slot, side: str, taken: Sequence[Span]
    ) -> list[Span]:
        """The nearest thing that no preposition and no 的 sets apart, with the others of its list."""
        text = scene.sentence.text
        finders = (self._candidates.of, self._candidates.runs) if slot.is_open else (self._candidates.of,)
        for find in finders:
            found = find(scene.sentence, region, side, slot, scene.read)
            spans = [span for span in found if not overlaps_any(span, taken)]
            bare = [span for span in spans if self._is_bare(text, region, span, slot)]
            if bare:
                nearest = min(bare, key=lambda span: _distance(region, side, span))
                return self._listed(text, spans, nearest) if slot.many else [nearest]
        return []

    def _is_bare(self, text: str, region: Span, span: Span, slot: Slot) -> bool:
        """Whether a thing stands by itself: behind the slot's own prepositions or none, and before no 的.

        甲的起诉 is still 甲's; 与 before a thing is none where it may join it to something (甲与乙).
        """
        for of in self._grammar.of:
            if text.startswith(of, span.end) and text[span.end + len(of) : region.end].strip():
                return False
        if slot.behind:
            return text.endswith(slot.behind, region.start, span.start)
        words = (word for word in self._grammar.prepositions if text.endswith(word, region.start, span.start))
        word = max(words, key=len, default="")
        return not word or (
            word in self._grammar.joins and bool(text[region.start : span.start - len(word)].strip())
        )

    def _listed(self, text: str, spans: Sequence[Span], member: Span) -> list[Span]:
        """The spans that are joined to one by nothing but the lexicon's joiners (甲、乙和丙)."""
        joined = [text[a.end : b.start].strip() in self._grammar.joins for a, b in pairwise(spans)]
        first = last = spans.index(member)
        while first > 0 and joined[first - 1]:
            first -= 1
        while last < len(joined) and joined[last]:
            last += 1
        return list(spans[first : last + 1])

    def _said(self, scene: _Scene, region: Span, side: str, taken: Sequence[Span]) -> list[Span]:
        """The nearest stretch that marks and other roles leave of a region; the inside of a quotation."""
        for part in _free(scene, region, side, taken):
            start = behind_words(scene.sentence.text, part, self._grammar.realized)
            said = scene.sentence.text[start : part.end]
            if said.strip():
                start += len(said) - len(said.lstrip())
                found = Span(start, start + len(said.strip()))
                is_quoted = found in scene.sentence.places.quoted.over(found)
                return [Span(found.start + 1, found.end - 1) if is_quoted else found]
        return []

    def _modality_of(self, scene: _Scene, one: Found, taken: Sequence[Span]) -> Modality:
        """By the words before the trigger, from the clause that the nearest filler before it stands in."""
        clause = scene.sentence.clause_at(one.last.start)
        before = [span for span in taken if span.end <= one.first.start]
        if not any(clause.contains(span) for span in before):
            clause = scene.sentence.clause_at(max(before).start) if before else scene.sentence.span
        span = Span(clause.start, one.last.start)
        closed = [*scene.sentence.places.closed.over(span), *taken]
        return self._modality[one.pattern.name].of(scene.sentence.text, span, closed)


def _beats(one: Found, other: Found) -> bool:
    """Whether the other's word is a part of a longer trigger, or of one of the same type that says more."""
    if one.last != other.last:
        return one.last.contains(other.last)
    return one.pattern.type == other.pattern.type and len(one.trigger) > len(other.trigger)


def _region(scene: _Scene, one: Found, slot: Slot, side: str) -> Span:
    """Where a slot is looked for: on its side of the trigger, up to the next trigger of the type.

    Only a time goes beyond an earlier trigger: several facts may be of one day.
    """
    if side == BETWEEN:
        return Span(one.first.end, max(one.first.end, one.last.start))
    scope = scene.sentence.span if slot.within == SENTENCE else scene.sentence.clause_at(one.last.start)
    if side == BEFORE:
        ends = scene.ends[one.pattern.type]
        earlier = bisect_right(ends, one.first.start) if slot.takes != TIME else 0
        start = max(scope.start, ends[earlier - 1]) if earlier else scope.start
        return Span(min(start, one.first.start), one.first.start)
    starts = scene.starts[one.pattern.type]
    later = bisect_left(starts, one.last.end)
    end = min(scope.end, starts[later]) if later < len(starts) else scope.end
    return Span(one.last.end, max(one.last.end, end))


def _free(scene: _Scene, region: Span, side: str, taken: Sequence[Span]) -> list[Span]:
    """What is left of a region between marks and ``taken`` spans, the nearest to the trigger first."""
    found = []
    for clause in scene.sentence.clauses.over(region):
        start, end = max(clause.start, region.start), min(clause.end, region.end)
        for span in sorted(span for span in taken if span.start < end and start < span.end):
            found.append((start, span.start))
            start = span.end
        found.append((start, end))
    spans = [Span(start, end) for start, end in found if start < end]
    return spans[::-1] if side == BEFORE else spans


def _values(scene: _Scene, region: Span, slot: Slot, side: str, taken: Sequence[Span]) -> list[Span]:
    """The nearest quantity of the slot's units, or the nearest time."""
    places = scene.sentence.places
    if slot.takes == TIME:
        times = places.marks.times
        spans = [span for span in places.times.inside(region) if not times[span.start].comparison]
    else:
        quantities = places.marks.quantities
        spans = [
            span
            for span in places.quantities.inside(region)
            if not slot.units or {quantities[span.start].kind, quantities[span.start].value.unit} & slot.units
        ]
    inside = [span for span in spans if not overlaps_any(span, taken)]
    return [min(inside, key=lambda span: _distance(region, side, span))] if inside else []


def _distance(region: Span, side: str, span: Span) -> int:
    return region.end - span.end if side == BEFORE else span.start - region.start
