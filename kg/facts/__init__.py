"""A marked Doc to facts in the making: proposals decided, their roles filled; rows of tables beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.annotations import Linked, Marks, Proposal, marks_of
from kg.facts.calendar import Calendar
from kg.facts.deciding import Policy, decide
from kg.facts.drafts import Draft, Filled
from kg.facts.filling import Filler, evidence_span
from kg.facts.references import Named
from kg.ontology import Ontology
from kg.types import Span
from kg.values import Tables


@dataclass(slots=True)
class Reading:
    """What was read of a document, in the order of the text."""

    drafts: list[Draft] = field(default_factory=list)


class FactReader:
    """Reads the facts of marked documents; ``policy`` says what passes."""

    def __init__(self, ontology: Ontology, tables: Tables, policy: Policy) -> None:
        self._ontology = ontology
        self._tables = tables
        self._policy = policy
        grammar = ontology.grammar
        self._clause_ends = "".join(sorted({*grammar.clause_ends, *grammar.sentence_ends}))

    def read(self, doc: Doc, linked: Linked, day: str = "") -> Reading:
        """All facts of a document; ``day`` is its own, where that is known."""
        marks = marks_of(doc)
        text = doc.text  # put together anew at every call
        ontology = self._ontology
        calendar = Calendar(
            self._tables, text, marks.passages, marks.times, ontology.grammar.dateline_ends, day
        )
        filler = Filler(
            ontology,
            text,
            marks,
            linked,
            calendar,
            {mention.span: mention for mention in marks.mentions},
            Named(marks.mentions, linked, ontology.divisions, ontology.vocabulary.is_a),
        )
        sentences = [sentence for passage in marks.passages for sentence in passage.sentences]
        reading = Reading()
        for proposal in decide(marks.proposals, self._policy):
            draft = self._draft(text, sentences, proposal, filler)
            if draft is not None:
                reading.drafts.append(draft)
        return reading

    def _draft(
        self, text: str, sentences: Sequence[Span], proposal: Proposal, filler: Filler
    ) -> Draft | None:
        fact_type = self._ontology.vocabulary.fact_types[proposal.type]
        roles: dict[str, list[Filled]] = {}
        for proposed in proposal.fillers:
            role = fact_type.roles.get(proposed.role)
            if role is None:
                continue
            held = roles.setdefault(role.name, [])
            for filled in filler.fill(role, proposed):
                if all(other.content != filled.content for other in held):
                    held.append(filled)
        filled_roles = {name: tuple(roles[name]) for name in fact_type.roles if roles.get(name)}
        if not filled_roles or not filled_roles.keys() >= set(proposal.needs):
            return None
        spans = [filled.span for fillers in filled_roles.values() for filled in fillers]
        return Draft(
            proposal.type,
            proposal.modality,
            proposal.pivot,
            evidence_span(text, sentences, proposal.pivot, spans, self._clause_ends),
            filled_roles,
            proposal.extractor,
            dict(_signs(proposal, filled_roles.values())),
        )


def _signs(proposal: Proposal, roles: Sequence[tuple[Filled, ...]] | object) -> Iterator[tuple[str, float]]:
    """What the confidence of a fact is computed from."""
    least = min((filler.probability for filler in proposal.fillers), default=1.0)
    product = 1.0
    for filler in proposal.fillers:
        product *= filler.probability
    yield "pivot", proposal.probability
    yield "modality", proposal.modality_probability
    yield "least", least
    yield "product", product


__all__ = ["Draft", "FactReader", "Marks", "Policy", "Reading"]
