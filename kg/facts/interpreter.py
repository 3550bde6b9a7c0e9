"""One interpreter for all frames: the triggers of a sentence to drafts of facts; no frame in it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from kg.facts.drafts import Draft, Filled, Refusal, Said
from kg.facts.elements import Element, Kind
from kg.facts.filling import Evoked, Filler
from kg.facts.groups import Group, Parsed
from kg.facts.members import apart, copy_draft, is_figure, merge_parts
from kg.facts.slots import Predicate
from kg.types import Modality, Quantity, Span


@dataclass(frozen=True)
class Interpreter(Filler):
    """Interprets the clauses of a sentence by the frames that their triggers evoke."""

    def drafts(self, text: str, sentence: Sequence[Parsed]) -> tuple[list[Draft], list[Refusal]]:
        """The facts of one sentence, and why frames that were evoked gave none.

        A subject that is left out is looked for in the clauses before, not beyond the sentence: over
        sentences it was wrong as often as right (measured on the development set).
        """
        found: list[Draft] = []
        refused: list[Refusal] = []
        figures = any(e.kind is Kind.QUANTITY for parsed in sentence for e in parsed.elements)
        for number, parsed in enumerate(sentence):
            subjects = _subjects_before(sentence, number)
            for index, element in enumerate(parsed.elements):
                if element.kind is not Kind.TRIGGER:
                    continue
                predicate = Predicate(sentence, number, index, self.grammar, subjects, figures)
                drafts, refusals = self._read(text, predicate, element)
                refused.extend(refusals)
                found.extend(drafts)
        return self._with_parts(sentence, self._settle(found, refused)), refused

    def _read(self, text: str, predicate: Predicate, trigger: Element) -> tuple[list[Draft], list[Refusal]]:
        best: list[Draft] = []
        refusals: list[Refusal] = []
        for evoked in trigger.triggers:
            assert isinstance(evoked, Evoked)
            draft, why = self.fill(text, predicate, evoked)
            if draft is None:
                refusals.append(Refusal(evoked.frame.type, trigger.span, why, evoked.sense, predicate))
                continue
            best.append(draft)
        if not best:
            return [], refusals
        chosen = max(best, key=lambda d: (d.frame.priority, d.weight))
        refusals.extend(_refusal(d, "another frame fits better", chosen) for d in best if d is not chosen)
        return apart(chosen, predicate), refusals

    def _settle(self, drafts: list[Draft], refused: list[Refusal]) -> list[Draft]:
        """Each figure goes to one fact: the frame of higher priority, then the nearer trigger."""
        kept: list[Draft] = []
        owner: dict[int, Draft] = {}
        for draft in sorted(drafts, key=lambda d: (-d.frame.priority, -d.weight, d.trigger)):
            clash = [owner[e] for e in draft.elements if e in owner]
            twin = next((k for k in kept if k.trigger != draft.trigger and _is_same_event(k, draft)), None)
            if twin is not None and twin.modality is Modality.ASSERTED:
                twin.modality = draft.modality
            if clash or twin is not None:
                why = "its figure belongs to another fact" if clash else "another fact tells the same event"
                refused.append(_refusal(draft, why, clash[0] if clash else twin))
                continue
            kept.append(draft)
            for element in draft.elements:
                owner[element] = draft
        for plan in [d for d in kept if d.modality is Modality.PLANNED]:
            denial = next((d for d in kept if _denies(d, plan)), None)
            if denial is not None:
                kept.remove(plan)
                refused.append(_refusal(plan, "the sentence goes on to say that it did not happen", denial))
        return merge_parts(sorted(kept, key=lambda d: (d.clause, d.trigger)))

    def _with_parts(self, sentence: Sequence[Parsed], drafts: list[Draft]) -> list[Draft]:
        """其中脱贫劳动力1955人: a part of the event before, of its type, with its own figure."""
        for number, parsed in enumerate(sentence):
            figures = self._part_figures(parsed)
            whole = next(
                (
                    d
                    for d in reversed(drafts)
                    if figures and d.clause < number and self._measure_of(d, figures[0])
                ),
                None,
            )
            if whole is not None:
                parts = [self._part(whole, parsed, number, figure) for figure in figures]
                drafts = [d for d in drafts if d.clause != number] + [
                    part for part in parts if part is not None
                ]
        return drafts

    def _part(self, whole: Draft, parsed: Parsed, number: int, figure: Element) -> Draft | None:
        role = self._measure_of(whole, figure)
        if not role or figure.quantity is None:
            return None
        noun = figure.counts
        part = copy_draft(whole, {}, {id(figure)})
        part.roles = {
            name: fillers
            for name, fillers in part.roles.items()
            if not any(is_figure(f) or isinstance(f.content, Said) for f in fillers)
        }
        part.roles[role] = [Filled(figure.quantity.value, figure.span)]
        said = next(
            (r for r in whole.roles if any(isinstance(f.content, Said) for f in whole.roles[r])), None
        )
        if noun is not None and said is not None and self.has_class(noun, (self.names.group,)):
            part.roles[said] = [Filled(Said(noun.text), noun.span)]
        part.clause = part.last_clause = number
        part.first_clause = None
        part.trigger, part.carried = figure.span, True
        return part

    def _part_figures(self, parsed: Parsed) -> list[Element]:
        """The figures of a clause of the shape 其中 + noun + figure, or of several such."""
        elements = [e for e in parsed.elements if e.kind is not Kind.MARK]
        if len(elements) < 2 or not elements[0].text.startswith(tuple(self.grammar.part_of)):
            return []
        if elements[-1].kind is not Kind.QUANTITY:
            return []
        for element, following in itertools.pairwise(elements[1:]):
            if element.kind is Kind.VERB or (
                element.kind is Kind.TRIGGER and following.kind is not Kind.NOUN
            ):
                return []
        return [e for e in elements if e.kind is Kind.QUANTITY]

    @staticmethod
    def _measure_of(draft: Draft, figure: Element) -> str:
        """The role that holds a figure of the same unit, or ''."""
        assert figure.quantity is not None
        unit = figure.quantity.value.unit
        for role, fillers in draft.roles.items():
            for filled in fillers:
                if isinstance(filled.content, Quantity) and filled.content.unit == unit:
                    return role
        return ""


def _refusal(draft: Draft, why: str, preferred: Draft | None) -> Refusal:
    return Refusal(draft.frame.type, draft.trigger, why, draft.sense, draft.predicate, preferred)


def _is_same_event(kept: Draft, draft: Draft) -> bool:
    """A second trigger of one frame in one clause that brings no figure of its own."""
    if kept.frame is not draft.frame or kept.clause != draft.clause or draft.elements:
        return False
    return _share(kept, draft)


def _denies(denial: Draft, plan: Draft) -> bool:
    """原定3月开工的桥梁至今未动工: the plan is told only to be denied."""
    return (
        denial.modality is Modality.NEGATED
        and denial.frame is plan.frame
        and denial.clause >= plan.clause
        and _share(denial, plan)
    )


def _share(one: Draft, other: Draft) -> bool:
    """Whether a role of both has a filler in common."""
    return any(
        filled.content == held.content
        for role, fillers in one.roles.items()
        for filled in fillers
        for held in other.roles.get(role, ())
    )


def _subjects_before(sentence: Sequence[Parsed], clause: int) -> list[Group]:
    subjects = []
    for parsed in reversed(sentence[:clause]):
        agent = parsed.agent()
        heads = [g for g in parsed.groups if g.is_head and g.governed_by is None and not g.before_of]
        # 由甲投资的乙, 甲计划建设的乙: the clause is about 乙
        if heads and (agent is not None or heads[-1].last == len(parsed.elements) - 1):
            subjects.append(heads[-1])
        group = agent or parsed.joint_subject()
        if group is not None:
            subjects.append(group)
    return subjects


def evidence_span(draft: Draft, sentence: Sequence[Parsed]) -> Span:
    """The clauses that carry the fact, from the first to the last of them."""
    first = draft.clause if draft.first_clause is None else min(draft.first_clause, draft.clause)
    clauses = sentence[first : draft.last_clause + 1]
    inside = [clauses[0].clause.span, clauses[-1].clause.span]
    return Span(inside[0].start, inside[-1].end)
