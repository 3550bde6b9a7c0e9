"""A document to the traces of its sentences: told from what the stages made, nothing is decided again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kg.annotations import Proposal, ProposedFiller
from kg.errors import QueryError
from kg.explain import measured
from kg.facts import Decided, Draft, Judged, Verdict
from kg.facts.drafts import Filled, When
from kg.ontology.vocabulary import QUANTITY, TEXT, TIME, Role
from kg.pipeline import Extractor
from kg.trace.records import FillerTrace, MarkTrace, ProposalTrace, Trace
from kg.types import Document, Fact, Mention, Passage, PassageKind, Quantity, Span

_NO_DATE = "no date is known"


def trace(extractor: Extractor, document: Document) -> list[Trace]:
    """How each sentence was read, in the order of the text; page furniture is one sentence a passage.

    Raises QueryError where there is nothing to read.
    """
    if not document.text.strip():
        raise QueryError(f"{document.source}: no words to explain")
    teller = _Teller(extractor, document)
    return [teller.trace(span, passage) for span, passage in teller.sentences()]


def trace_at(extractor: Extractor, document: Document, offset: int) -> Trace:
    """How the sentence at an offset was read, its document around it; on blank space, the nearest sentence.

    Raises QueryError where the offset lies outside the text, or the text has no sentence.
    """
    length = len(document.text)
    if not 0 <= offset < length:
        last = f"the last character is {length - 1}" if length else "it holds no text"
        raise QueryError(f"{document.source}:{offset}: no such offset; {last}")
    teller = _Teller(extractor, document)
    sentences = list(teller.sentences())
    if not sentences:
        raise QueryError(f"{document.source}:{offset}: no sentence there; the text is blank")
    return teller.trace(*min(sentences, key=lambda found: _distance(teller.own(found[0]), offset)))


def _distance(span: Span, offset: int) -> int:
    return max(span.start - offset, offset - span.end + 1, 0)


class _Teller:
    """Tells of one document's sentences."""

    def __init__(self, extractor: Extractor, document: Document) -> None:
        self._document = document
        self._ontology = extractor.ontology
        self._policy = extractor.policy
        self._steps = extractor.steps(document)
        self._filler = self._steps.reading.filler
        self.own = self._steps.text.own_span  # what is told is in the document's own offsets

    def sentences(self) -> Iterator[tuple[Span, Passage]]:
        """Every sentence, with its passage, in the offsets of the text that was read."""
        for passage in self._steps.marks.passages:
            spans = (passage.span,) if passage.kind is PassageKind.FURNITURE else passage.sentences
            for span in spans:
                yield span, passage

    def trace(self, span: Span, passage: Passage) -> Trace:
        """How the sentence was read."""
        reading = self._steps.reading
        judged = [one for one in reading.judged if span.contains(one.decided.proposal.pivot)]
        drafts = {id(one.draft) for one in judged}
        rows = [d for d in reading.drafts if span.contains(d.trigger) and id(d) not in drafts]
        proposals = map(self._proposal, chain(judged, map(_unproposed, rows)))
        return Trace(
            source=self._document.source,
            span=self.own(span),
            text=self._said(span),
            kind=passage.kind.value,
            copy_of=passage.copy_of and self.own(passage.copy_of),
            values=tuple(sorted(self._values(span), key=lambda value: value.span)),
            names=tuple(sorted(self._names(span), key=lambda name: name.span)),
            proposals=tuple(
                sorted(proposals, key=lambda one: (one.pivot, not one.in_graph, -one.probability))
            ),
        )

    def _values(self, sentence: Span) -> Iterator[MarkTrace]:
        marks = self._steps.marks
        for start, quantity in marks.quantities.items():
            span = Span(start, start + len(quantity.span))
            if sentence.contains(span):
                yield MarkTrace(quantity.kind, self.own(span), self._said(span), measured(quantity.value))
        for start, time in marks.times.items():
            span = Span(start, start + len(time.span))
            if sentence.contains(span):
                known = self._filler.calendar.at(span)
                yield MarkTrace(TIME, self.own(span), self._said(span), known[1] if known else _NO_DATE)

    def _names(self, sentence: Span) -> Iterator[MarkTrace]:
        for mention, cluster in self._steps.linked.clusters.items():
            if sentence.contains(mention.span):
                code = f", code {cluster.code}" if cluster.code else ""
                span = mention.span
                yield MarkTrace(cluster.cls, self.own(span), self._said(span), cluster.label + code)

    def _said(self, span: Span) -> str:
        """The document's own characters at a span of the text that was read."""
        return self.own(span).of(self._document.text)

    # -- proposals ----------------------------------------------------------------------------------

    def _proposal(self, judged: Judged) -> ProposalTrace:
        decided, draft = judged
        proposal = decided.proposal
        is_held = draft is not None and decided.verdict is Verdict.HELD
        fact, outcome = self._outcome(draft) if draft and is_held else (None, self._refusal(judged))
        fillers = sorted((*proposal.fillers, *dict(decided.lost)), key=lambda one: (one.span, one.role))
        return ProposalTrace(
            type=proposal.type,
            extractor=proposal.extractor,
            probability=proposal.probability,
            modality=proposal.modality.value,
            modality_probability=proposal.modality_probability,
            pivot=self.own(proposal.pivot),
            text=self._said(proposal.pivot),
            fillers=tuple(self._told(judged, filler) for filler in fillers),
            in_graph=fact is not None,
            outcome=outcome,
            sure=decided.sure if decided.signs else None,
            threshold=self._policy.least(proposal.type),
            confidence=fact.confidence if fact else None,
            reasons=fact.reasons if fact else (),
        )

    def _refusal(self, judged: Judged) -> str:
        decided, draft = judged
        below = f"below the threshold {self._policy.least(decided.proposal.type):.2f}"
        if decided.verdict is Verdict.BELOW:
            return below
        if decided.same is not None:
            same = decided.same.pivot
            return f"said twice: once at {self._said(same)} {_place(self.own(same))}"
        if decided.verdict is Verdict.DOUBTFUL and draft is not None:
            return f"{below}, to be checked"
        stated = decided.verdict in (Verdict.HELD, Verdict.DOUBTFUL)
        return "no filler has a value" if stated else decided.verdict.value

    def _outcome(self, draft: Draft) -> tuple[Fact | None, str]:
        """The fact that a draft became, or became a part of; none where it broke a rule."""
        facts = [*((fact, "") for fact in self._steps.extraction.facts), *self._steps.refused]
        fact, broken = max(facts, key=lambda one: self._shared(draft, one[0]))
        if broken:
            return None, broken
        is_own = sum(map(len, fact.roles.values())) <= sum(map(len, draft.roles.values()))
        return fact, fact.iri if is_own else f"merged with a fuller telling, {fact.iri}"

    def _told(self, judged: Judged, filler: ProposedFiller) -> FillerTrace:
        """A chunk in a role. What it is comes from the draft, or is asked of what filled that."""
        decided, draft = judged
        role = self._ontology.vocabulary.fact_types[decided.proposal.type].roles.get(filler.role)
        filled = draft.roles.get(filler.role, ()) if draft else ()
        own = [one for one in filled if one.span.overlaps(filler.span)]
        found = own or (list(self._filler.fill(role, filler)) if role else [])
        verdict = dict(decided.lost).get(filler)
        why = ""
        if verdict is not None:
            why = f"below {self._policy.filler:.2f}" if verdict is Verdict.BELOW else verdict.value
        elif role is None:
            why = f"{decided.proposal.type} has no such role"
        elif not found:
            why = self._nothing(role, filler.span)
        elif draft is not None and not own:
            why = "another filler is the same"
        words, means = self._said(filler.span), "; ".join(map(self._means, found))
        return FillerTrace(filler.role, filler.probability, self.own(filler.span), words, means, why)

    def _means(self, filled: Filled) -> str:
        content = filled.content
        if isinstance(content, Quantity):
            return measured(content)
        if isinstance(content, When):
            return content.edtf
        if not isinstance(content, Mention):
            return TEXT
        cluster = self._steps.linked.clusters[content]
        led = "" if content.span.overlaps(filled.span) else f", named at {_place(self.own(content.span))}"
        return f"{cluster.label} ({cluster.cls}{led})"

    def _nothing(self, role: Role, span: Span) -> str:
        """Why there is nothing under a chunk that fits the role."""
        if TIME in role.kinds:
            return _NO_DATE
        if QUANTITY in role.kinds:
            return "no quantity"
        if span.of(self._steps.text.simplified.text) in self._ontology.grammar.reference_of:
            return "refers to nothing named before"
        mention = self._filler.mentions.get(span)
        cls = self._steps.linked.cls(mention) if mention else "no name"
        return f"{cls}; the role takes {' or '.join(role.classes)}"

    def _shared(self, draft: Draft, fact: Fact) -> int:
        """How much of a draft an evidence of the fact tells: its trigger above all, and its fillers."""
        if (fact.type, fact.modality) != (draft.type, draft.modality):
            return 0
        places = {(role, self.own(one.span)) for role, filled in draft.roles.items() for one in filled}
        trigger = self.own(draft.trigger)
        return max(
            len(places & {(part.role, part.span) for part in evidence.fillers})
            + (len(places) + 1) * (evidence.trigger == trigger)
            for evidence in fact.evidence
        )


def _place(span: Span) -> str:
    return f"{span.start}-{span.end}"


def _unproposed(draft: Draft) -> Judged:
    """A fact that was not proposed, such as the row of a table, as if it had been."""
    fillers = tuple(
        ProposedFiller(role, one.span, one.probability)
        for role, filled in draft.roles.items()
        for one in filled
    )
    proposal = Proposal(draft.type, draft.modality, draft.trigger, 1.0, 1.0, fillers, draft.extractor)
    return Judged(Decided(proposal, Verdict.HELD, 1.0, {}), draft)
