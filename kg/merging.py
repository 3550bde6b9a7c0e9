"""Facts that say the same become one, with the evidence of all: equal ones, and lesser within fuller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.iris import value_key
from kg.types import Evidence, Fact, Period, Quantity, RoleSpan


def merge_equal(facts: Iterable[Fact]) -> list[Fact]:
    """Facts of one IRI, once, with all their evidence, in the order of the first."""
    merged: dict[str, Fact] = {}
    for fact in facts:
        known = merged.get(fact.iri)
        merged[fact.iri] = _with_evidence(known, fact.evidence) if known else fact
    return list(merged.values())


def merge_within(facts: Sequence[Fact]) -> list[Fact]:
    """A fact whose fillers another of its type and modality has too is a shorter telling of that one.

    Only where they share a figure or a named thing beyond the time: two bare facts are not one.
    """
    by_kind: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_kind[fact.type, fact.modality].append(fact)
    absorbed: dict[str, str] = {}
    for group in by_kind.values():
        fuller = sorted(group, key=lambda f: (-_size(f), f.iri))
        keys = {fact.iri: _keys(fact) for fact in group}
        for lesser in reversed(fuller):
            for full in fuller:
                if _size(full) <= _size(lesser):
                    break
                if _is_within(keys[lesser.iri], keys[full.iri]) and (
                    _has_figure(lesser) or _adds_time_only(lesser, full)
                ):
                    absorbed[lesser.iri] = full.iri
                    break
    return _absorb(facts, absorbed)


def _absorb(facts: Sequence[Fact], absorbed: Mapping[str, str]) -> list[Fact]:
    result = {fact.iri: fact for fact in facts if fact.iri not in absorbed}
    for fact in facts:
        target = fact.iri
        while target in absorbed:
            target = absorbed[target]
        if target != fact.iri:
            full = result[target]
            result[target] = _with_evidence(full, [_moved(e, fact, full) for e in fact.evidence])
    return [result[fact.iri] for fact in facts if fact.iri in result]


def _with_evidence(fact: Fact, more: Iterable[Evidence]) -> Fact:
    known = {(e.source, e.span) for e in fact.evidence}
    return replace(fact, evidence=fact.evidence + tuple(e for e in more if (e.source, e.span) not in known))


def _moved(evidence: Evidence, lesser: Fact, full: Fact) -> Evidence:
    """The evidence with its filler indices those of the fuller fact."""
    spans = []
    for filler in evidence.fillers:
        key = value_key(lesser.roles[filler.role][filler.index])
        index = next(i for i, value in enumerate(full.roles[filler.role]) if value_key(value) == key)
        spans.append(RoleSpan(filler.role, index, filler.span))
    return replace(evidence, fillers=tuple(spans))


def _keys(fact: Fact) -> dict[str, set[str]]:
    return {role: set(map(value_key, values)) for role, values in fact.roles.items()}


def _is_within(lesser: Mapping[str, set[str]], full: Mapping[str, set[str]]) -> bool:
    return all(keys <= full.get(role, set()) for role, keys in lesser.items())


def _size(fact: Fact) -> int:
    return sum(map(len, fact.roles.values()))


def _has_figure(fact: Fact) -> bool:
    return (
        any(isinstance(value, Quantity) for values in fact.roles.values() for value in values)
        or _size(fact) > 1
    )


def _adds_time_only(lesser: Fact, full: Fact) -> bool:
    """Whether the fuller fact says when, and nothing else more."""
    return all(
        isinstance(value, Period)
        for role, values in full.roles.items()
        if role not in lesser.roles
        for value in values
    ) and all(len(values) == len(full.roles[role]) for role, values in lesser.roles.items())
