"""A marked Doc to facts in the making: proposals decided, their roles filled; rows of tables beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from spacy.tokens import Doc

from kg.annotations import PERSON, Linked, Proposal, ProposedFiller, marks_of
from kg.facts.calendar import Calendar
from kg.facts.clauses import Clauses
from kg.facts.deciding import Decided, Policy, Verdict, decide
from kg.facts.drafts import Draft, Filled
from kg.facts.filling import Filler
from kg.facts.judging import find_wrong, led
from kg.facts.listing import Listing
from kg.facts.pairing import Pairing
from kg.facts.references import Named
from kg.facts.sections import NearerHeadings, PlannedSections
from kg.facts.tables import TableReader
from kg.facts.unreal import Unreal
from kg.ontology import Ontology
from kg.types import Span
from kg.values import Tables


class Judged(NamedTuple):
    """A proposal with what was decided of it; its draft is None where it states nothing."""

    decided: Decided
    draft: Draft | None


@dataclass(slots=True)
class Reading:
    """What was read of a document, in the order of the text; ``filler`` fills its roles.

    ``doubtful`` are the drafts that are not sure enough for the graph, ``unfilled`` what people put in a
    role that does not take it.
    """

    filler: Filler
    judged: list[Judged] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    doubtful: list[Draft] = field(default_factory=list)
    unfilled: list[tuple[Proposal, ProposedFiller]] = field(default_factory=list)

    def told(self) -> list[Draft]:
        """The drafts of the proposals."""
        return [draft for _, draft in self.judged if draft is not None]


class FactReader:
    """Reads the facts of marked documents; ``policy`` says what passes."""

    def __init__(self, ontology: Ontology, tables: Tables, policy: Policy) -> None:
        self._ontology = ontology
        self._tables = tables
        self._policy = policy
        grammar = ontology.grammar
        self._clause_ends = frozenset[str]().union(*grammar.clause_ends, *grammar.sentence_ends)

    def read(self, doc: Doc, linked: Linked, day: str = "") -> Reading:
        """All facts of a document; ``day`` is its own, where that is known."""
        marks = marks_of(doc)
        text = doc.text  # put together anew at every call
        ontology = self._ontology
        grammar = ontology.grammar
        calendar = Calendar(self._tables, text, marks.passages, marks.times, grammar.dateline_ends, day)
        filler = Filler(
            ontology,
            self._tables,
            text,
            marks,
            linked,
            calendar,
            {mention.span: mention for mention in marks.mentions},
            Named(marks.mentions, linked, ontology.divisions, ontology.vocabulary.is_a),
        )
        sentences = (sentence for passage in marks.passages for sentence in passage.sentences)
        clauses = Clauses(text, sentences, self._clause_ends)
        unreal = Unreal(text, clauses, grammar.unreal, {**grammar.quotes, **grammar.titles})
        reading = Reading(filler)
        plans = PlannedSections.of(text, marks.passages, grammar.plan_headings, grammar.looking_back)
        pairing = Pairing(ontology, text, marks)
        listing = Listing(
            text,
            grammar.joins,
            grammar.each,
            filler.mentions.keys(),
            [Span(start, start + len(found.span)) for start, found in marks.quantities.items()],
        )
        times = (Span(start, start + len(time.span)) for start, time in marks.times.items())
        nearer = NearerHeadings.of(marks.passages, times)
        read = [proposal for proposal in marks.proposals if proposal.extractor != PERSON]
        stated = led((one.stated for one in marks.judgements if one.stated is not None), read)
        proposals = list(nearer.governed(plans.planned(read)))
        judged = decide([*pairing.dealt(proposals), *stated], self._policy)
        judged = [
            replace(one, verdict=Verdict.UNREAL)
            if one.proposal.extractor != PERSON and unreal.word_over(one.proposal.pivot)
            else one
            for one in judged
        ]
        for decided in (part for one in judged for part in listing.apart(one)):
            draft = None
            if decided.verdict in (Verdict.HELD, Verdict.DOUBTFUL):
                draft = self._draft(clauses, decided, reading)
            reading.judged.append(Judged(decided, draft))
        rows = TableReader(ontology, self._tables, text, filler).drafts(marks.tables)
        self._sort(reading, list(rows), find_wrong(marks.judgements, [*reading.told(), *rows]))
        return reading

    @staticmethod
    def _sort(reading: Reading, rows: list[Draft], wrong: set[int]) -> None:
        """The drafts that are held and those that are doubtful, without the wrong ones."""
        for number, (decided, draft) in enumerate(reading.judged):
            if draft is None:
                continue
            if id(draft) in wrong:
                reading.judged[number] = Judged(replace(decided, verdict=Verdict.WRONG), draft)
            elif decided.verdict is Verdict.HELD:
                reading.drafts.append(draft)
            else:
                reading.doubtful.append(draft)
        reading.drafts.extend(row for row in rows if id(row) not in wrong)
        reading.drafts.sort(key=lambda draft: draft.trigger.start)

    def _draft(self, clauses: Clauses, decided: Decided, reading: Reading) -> Draft | None:
        proposal, filler = decided.proposal, reading.filler
        fact_type = self._ontology.vocabulary.fact_types[proposal.type]
        is_said = proposal.extractor == PERSON
        roles: dict[str, list[Filled]] = {}
        told = {proposed.role for proposed in proposal.fillers}
        for proposed in proposal.fillers:
            as_said = fact_type.roles.get(proposed.role)
            role = as_said if is_said else filler.role_of(proposed, fact_type.roles)
            if role is None or (role.name != proposed.role and role.name in told):
                continue
            held = roles.setdefault(role.name, [])
            found = list(filler.fill(role, proposed))
            if is_said and not found:
                reading.unfilled.append((proposal, proposed))
            for filled in found:
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
            clauses.evidence(proposal.pivot, spans),
            filled_roles,
            proposal.extractor,
            decided.signs,
            (
                proposal.probability,
                proposal.modality_probability,
                min((filler.probability for filler in proposal.fillers), default=1.0),
            ),
            decided.sure,
        )


__all__ = ["Decided", "Draft", "FactReader", "Judged", "Policy", "Reading", "Verdict"]
