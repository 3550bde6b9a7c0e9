"""Whether a predicate is asserted, planned or negated, by the words that govern it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.facts.elements import Element, Kind
from kg.facts.groups import Parsed
from kg.facts.slots import Predicate
from kg.ontology.lexicon import Grammar
from kg.types import Modality

_GOVERNING = frozenset({Kind.VERB, Kind.ADVERB, Kind.OTHER, Kind.TRIGGER})


def modality_of(predicate: Predicate, grammar: Grammar) -> Modality:
    """Negation holds within a verb's reach; a plan for the rest of the sentence until something happened."""
    if _is_negated(predicate.elements[: predicate.index], grammar):
        return Modality.NEGATED
    if _is_planned(predicate.elements[: predicate.index + 1], grammar):
        return Modality.PLANNED
    own = _own_subject(predicate.parsed, predicate.index)
    return Modality.ASSERTED if own else inherited_modality(predicate.sentence, predicate.clause, grammar)


def inherited_modality(sentence: Sequence[Parsed], clause: int, grammar: Grammar) -> Modality:
    """The plan that an earlier clause of the sentence begins, unless something has happened since."""
    for parsed in reversed(sentence[: clause + 1]):
        if any(e.text in grammar.realized for e in parsed.elements):
            break
        if parsed is not sentence[clause] and _is_planned(parsed.elements, grammar):
            return Modality.PLANNED
    return Modality.ASSERTED


def clause_modality(parsed: Parsed, end: int, grammar: Grammar) -> Modality:
    """The modality of a figure that no predicate governs, from the words before it."""
    before = parsed.elements[:end]
    if _is_negated(before, grammar):
        return Modality.NEGATED
    return Modality.PLANNED if _is_planned(before, grammar) else Modality.ASSERTED


def _own_subject(parsed: Parsed, index: int) -> bool:
    group = parsed.subject()
    return group is not None and group.last < index


def _is_planned(elements: Sequence[Element], grammar: Grammar) -> bool:
    planned = False
    for element in elements:
        if element.kind not in _GOVERNING:
            continue
        if (
            element.text in grammar.planned
            or element.text[:2] in grammar.planned
            or (
                element.kind in (Kind.VERB, Kind.ADVERB, Kind.TRIGGER)
                and element.text[:1] in grammar.planned_prefixes
            )
        ):
            planned = True
        elif element.text in grammar.realized:
            planned = False
    return planned


def _is_negated(before: Sequence[Element], grammar: Grammar) -> bool:
    for element in reversed(before):
        if element.text in grammar.negated and element.kind in _GOVERNING:
            return True
        # 没有接受甲的捐款: what is not received is not given
        is_verb = element.kind is Kind.VERB and element.text not in grammar.receive
        if element.kind is Kind.TRIGGER or (is_verb and element.text not in grammar.markers):
            return False
    return False
