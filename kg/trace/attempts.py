"""What the readers made of a sentence as records: facts with their fillers, and refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.annotations import Linked
from kg.explain import show
from kg.facts.drafts import Common, Content, Draft, Filled, Refusal, When
from kg.facts.elements import Clause, Element
from kg.facts.groups import Parsed
from kg.facts.interpreter import Interpreter
from kg.facts.modality import clause_modality
from kg.facts.slots import Predicate
from kg.ontology import Ontology
from kg.ontology.frames import Frame
from kg.trace.candidates import candidates, conditions
from kg.trace.records import Attempt, Candidate, Filler, Words
from kg.types import Evidence, Fact, Mention, Modality, Quantity, Span


@dataclass(frozen=True)
class AttemptReader:
    """Tells of one document's drafts and refusals; ``facts`` are those the document gave in the end."""

    text: str
    ontology: Ontology
    linked: Linked
    facts: Sequence[Fact]

    @property
    def _interpreter(self) -> Interpreter:
        """One that is asked what slots hold, never for times."""
        names, grammar, is_a = self.ontology.names, self.ontology.grammar, self.ontology.vocabulary.is_a
        return Interpreter(names, grammar, is_a, self.linked.cls, lambda element: None)

    def _words(self, span: Span) -> Words:
        return Words(span, span.of(self.text))

    # -- facts --------------------------------------------------------------------------------------

    def made(self, draft: Draft, sentence: Sequence[Parsed], lost: Sequence[Refusal]) -> Attempt:
        """A fact of the sentence; ``lost`` are refusals, one of which may have lent it its modality."""
        fact, fate = self._fate(draft)
        predicate, sense = draft.predicate, draft.sense
        passed: Iterator[Candidate] = iter(())
        if predicate is not None and sense is not None:
            passed = candidates(self._interpreter, self.text, predicate, sense, draft.roles)
        return Attempt(
            frame=draft.frame.type,
            sense=sense.name if sense else "",
            reader=draft.frame.kind,
            priority=draft.frame.priority,
            trigger=self._words(draft.trigger),
            made=True,
            modality=draft.modality.value,
            governed_by=self._governor(draft, sentence, lost),
            fillers=tuple(
                self._filler(draft, sentence, role, f)
                for role, fillers in draft.roles.items()
                for f in fillers
            ),
            candidates=tuple(passed),
            joined=tuple(map(self._words, draft.joined)),
            fate=fate,
            confidence=fact.confidence if fact else None,
            reasons=fact.reasons if fact else (),
        )

    def _filler(self, draft: Draft, sentence: Sequence[Parsed], role: str, filled: Filled) -> Filler:
        slot = filled.slot
        if isinstance(filled.content, When):
            clause = sentence[draft.clause].clause.span
            inside = filled.span.start >= sentence[0].clause.span.start
            slot = "clause" if clause.contains(filled.span) else "sentence" if inside else "governing"
        return Filler(role, slot, filled.span, filled.span.of(self.text), self._value(filled.content))

    def _value(self, content: Content) -> str:
        if isinstance(content, Quantity):
            return show(content)
        if isinstance(content, When):
            return content.edtf
        if isinstance(content, Common):
            return f"{content.text} ({content.cls}, a common noun)"
        if isinstance(content, Mention):
            cluster = self.linked.clusters.get(content)
            return f"{cluster.label if cluster else content.name} ({self.linked.cls(content)})"
        return content.text

    def _fate(self, draft: Draft) -> tuple[Fact | None, str]:
        """The fact that has the draft's evidence, and whether it is the draft's own."""
        places = {(role, f.span) for role, fillers in draft.roles.items() for f in fillers}

        def shared(evidence: Evidence) -> int:
            return len(places & {(part.role, part.span) for part in evidence.fillers})

        like = [f for f in self.facts if (f.type, f.modality) == (draft.frame.type, draft.modality)]
        own = [(f, e) for f in like for e in f.evidence if e.trigger == draft.trigger]
        if own:
            fact, _ = max(own, key=lambda pair: shared(pair[1]))
            if sum(map(len, fact.roles.values())) <= draft.weight:
                return fact, f"stored as {fact.iri}"
            return fact, f"told in full elsewhere, merged into {fact.iri}"
        near = [(f, e) for f in like for e in f.evidence if e.span.contains(draft.trigger) and shared(e)]
        if near:
            fact, _ = max(near, key=lambda pair: shared(pair[1]))
            return fact, f"told twice here, merged into {fact.iri}"
        return None, "kept out of the graph"

    # -- modality -----------------------------------------------------------------------------------

    def _governor(self, draft: Draft, sentence: Sequence[Parsed], lost: Sequence[Refusal]) -> Words | None:
        """The word by which the fact is no plain assertion: the sense's own, else the nearest before."""
        if draft.modality is Modality.ASSERTED:
            return None
        if draft.sense is not None and draft.sense.modality:
            return self._words(draft.trigger)
        twins = [r.predicate for r in lost if r.preferred is draft and r.predicate is not None]
        if draft.predicate is None:
            before = [e for e in sentence[draft.clause].elements if e.span.end <= draft.trigger.start]
            return self._nearest(before, draft.modality)
        for predicate in [draft.predicate, *twins]:
            word = self._nearest(_reach(predicate), draft.modality)
            if word is not None:
                return word
        return None

    def _nearest(self, elements: Sequence[Element], modality: Modality) -> Words | None:
        for element in reversed(elements):
            alone = Parsed(Clause(element.span, [element]))
            if clause_modality(alone, 1, self.ontology.grammar) is modality:
                return self._words(element.span)
        return None

    # -- refusals -----------------------------------------------------------------------------------

    def refused(self, refusal: Refusal) -> Attempt:
        """A frame that gave no fact, with what stood in the slots of the roles it needs."""
        frame = self._frame(refusal)
        why = refusal.why
        if refusal.preferred is not None:
            preferred = refusal.preferred
            word = preferred.trigger.of(self.text)
            why += f": {preferred.frame.type} at {word}, priority {preferred.frame.priority}"
        return Attempt(
            frame=refusal.frame,
            sense=refusal.sense.name if refusal.sense else "",
            reader=frame.kind if frame else "",
            priority=frame.priority if frame else 0,
            trigger=self._words(refusal.trigger),
            made=False,
            why=why,
            candidates=tuple(self._refused_candidates(refusal, frame)),
        )

    def _frame(self, refusal: Refusal) -> Frame | None:
        frames = [frame for frame in self.ontology.frames if frame.type == refusal.frame]
        own = (frame for frame in frames if any(sense is refusal.sense for sense in frame.senses))
        return next(own, frames[0] if frames else None)

    def _refused_candidates(self, refusal: Refusal, frame: Frame | None) -> Iterator[Candidate]:
        predicate, sense = refusal.predicate, refusal.sense
        if predicate is None or sense is None or frame is None or refusal.preferred is not None:
            return
        refusing = list(conditions(predicate, sense, self.text))
        if refusing:
            yield from refusing
            return
        needed = {role for roles in frame.needs for role in roles}
        for candidate in candidates(self._interpreter, self.text, predicate, sense, {}):
            if candidate.role in needed:
                yield candidate


def _reach(predicate: Predicate) -> list[Element]:
    """The elements that may govern the trigger, the trigger last."""
    before = [element for parsed in predicate.sentence[: predicate.clause] for element in parsed.elements]
    return [*before, *predicate.elements[: predicate.index + 1]]
