"""Facts that say the same become one, with the evidence of all: equal ones, and lesser within fuller.

Entities that turn out to be one, or another, change the facts they fill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.annotations import PERSON
from kg.iris import fact_iri, value_key
from kg.types import Entity, Evidence, Fact, Period, Quantity, RoleSpan, Value


def merge_equal(facts: Iterable[Fact]) -> list[Fact]:
    """Facts of one IRI, once, with all their evidence, in the order of the first."""
    merged: dict[str, _Told] = {}
    for fact in facts:
        merged.setdefault(fact.iri, _Told(fact)).tell(fact)
    return [told.fact() for told in merged.values()]


def replace_entities(
    entities: Iterable[Entity], facts: Iterable[Fact], new: Mapping[str, Entity], base: str
) -> tuple[list[Entity], list[Fact]]:
    """The entities, by IRI, and facts with ``new`` in the place of the entities of its keys, IRIs.

    Entities that are one now bear the fuller label; facts that say the same now are one.
    """
    iris = {old: entity.iri for old, entity in new.items()}
    merged: dict[str, Entity] = {}
    for entity in entities:
        entity = new.get(entity.iri, entity)
        place = iris.get(entity.located_in, entity.located_in) if entity.located_in else None
        entity = replace(entity, located_in=None if place == entity.iri else place)
        known = merged.get(entity.iri)
        merged[entity.iri] = _one_entity(known, entity) if known else entity
    changed = [_refilled(fact, merged, iris, base) for fact in facts]
    return sorted(merged.values(), key=lambda entity: entity.iri), merge_equal(changed)


def _one_entity(one: Entity, other: Entity) -> Entity:
    full, short = sorted((one, other), key=lambda e: (-len(e.label), e.label, e.cls))
    aliases = {*full.aliases, *short.aliases, short.label} - {full.label}
    return replace(
        full,
        aliases=tuple(sorted(aliases)),
        english=full.english or short.english,
        located_in=full.located_in or short.located_in,
        code=full.code or short.code,
    )


def _refilled(fact: Fact, entities: Mapping[str, Entity], iris: Mapping[str, str], base: str) -> Fact:
    """The fact with other entities; of two fillers that are one now, the first stays."""
    roles: dict[str, tuple[Value, ...]] = {}
    moved: dict[tuple[str, int], int] = {}
    for role, values in fact.roles.items():
        kept: list[Value] = []
        places: dict[str, int] = {}  # of a value's key
        for index, value in enumerate(values):
            if isinstance(value, Entity):
                iri = iris.get(value.iri, value.iri)
                value = entities.get(iri, value)
            key = value_key(value)
            if key in places and isinstance(value, Entity):
                moved[role, index] = places[key]
                continue
            moved[role, index] = len(kept)
            places.setdefault(key, len(kept))
            kept.append(value)
        roles[role] = tuple(kept)
    evidence = tuple(
        replace(part, fillers=tuple(replace(s, index=moved[s.role, s.index]) for s in part.fillers))
        for part in fact.evidence
    )
    iri = fact_iri(base, fact.type, fact.modality, roles)
    return replace(fact, iri=iri, roles=roles, evidence=evidence)


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
        holders: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for full in fuller:
            for key in _pairs(keys[full.iri]):
                holders[key].append(full)
        for lesser in reversed(fuller):
            for full in min((holders[key] for key in _pairs(keys[lesser.iri])), key=len, default=fuller):
                if _size(full) <= _size(lesser):
                    break
                if _is_within(keys[lesser.iri], keys[full.iri]) and (
                    _has_figure(lesser) or _adds_time_only(lesser, full)
                ):
                    absorbed[lesser.iri] = full.iri
                    break
    return _absorb(facts, absorbed)


def _absorb(facts: Sequence[Fact], absorbed: Mapping[str, str]) -> list[Fact]:
    result = {fact.iri: _Told(fact) for fact in facts if fact.iri not in absorbed}
    for fact in facts:
        target = fact.iri
        while target in absorbed:
            target = absorbed[target]
        if target != fact.iri:
            result[target].tell(fact)
    return [result[fact.iri].fact() for fact in facts if fact.iri in result]


class _Told:
    """A fact and its evidence, which grows with every telling of it.

    What a person decided is so decided wherever else it is told.
    """

    def __init__(self, fact: Fact) -> None:
        self._fact = fact
        self._evidence = list(fact.evidence)
        self._known = {(part.source, part.span) for part in fact.evidence}

    def tell(self, fact: Fact) -> None:
        """Add the evidence of the same fact, or of a lesser one, from places not known yet."""
        if fact is self._fact:
            return
        if fact.extractor == PERSON and fact.iri == self._fact.iri:
            told = self._fact
            self._fact = replace(told, extractor=PERSON, confidence=fact.confidence, reasons=fact.reasons)
        new = [part for part in fact.evidence if (part.source, part.span) not in self._known]
        self._evidence += [_moved(part, fact, self._fact) for part in new]
        self._known.update((part.source, part.span) for part in new)

    def fact(self) -> Fact:
        """The fact with all its evidence."""
        is_new = len(self._evidence) > len(self._fact.evidence)
        return replace(self._fact, evidence=tuple(self._evidence)) if is_new else self._fact


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


def _pairs(keys: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    return ((role, key) for role, held in keys.items() for key in held)


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
