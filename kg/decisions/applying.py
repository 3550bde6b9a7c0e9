"""Decisions put to work on what one source gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote

from kg.decisions.types import Decision, Decisions, Kind, Thing
from kg.iris import division_iri, entity_iri, name_key
from kg.merging import replace_entities
from kg.ontology import Ontology
from kg.types import Entity, Evidence, Extraction, Fact, Problem

English = Callable[[str, str], str | None]
_QUOTED = 60  # characters of a wrong fact's quote in the report


def apply(decisions: Decisions, extraction: Extraction, ontology: Ontology, english: English) -> Extraction:
    """The extraction as decided; ``decisions`` of it are those that had a part in that, in their order.

    Entities get the names and IRIs that were decided, facts that say the same now are one, wrong ones are
    left out and told. Each decision is applied to an entity once, to what the ones before it made of it.
    ``english`` gives the English of a new name of a class.
    """
    source = extraction.document.source
    renaming = _Renaming(decisions, ontology, english, source)
    changed = {entity.iri: found for entity in extraction.entities if (found := renaming.of(entity))}
    wrong = [decision for decision in decisions if decision.kind is Kind.WRONG]
    applied = set[str]()
    problems = list(extraction.problems)

    def kept(facts: Iterable[Fact]) -> list[Fact]:
        left = []
        for fact in facts:
            rest: Fact | None = fact
            for decision in wrong:
                shorter = _without(decision, rest) if rest is not None else None
                if shorter is not rest and rest is not None:
                    applied.add(decision.text)
                    quote = rest.evidence[0].quote[:_QUOTED]
                    problems.append(Problem(source, f"{fact.type} left out, decided to be wrong: {quote}"))
                rest = shorter
            if rest is not None:
                left.append(rest)
        return left

    facts = kept(extraction.facts) if wrong else list(extraction.facts)
    entities, facts = replace_entities(
        extraction.entities, facts, {iri: entity for iri, (entity, _) in changed.items()}, ontology.base
    )
    facts = kept(facts) if wrong and changed else facts
    entities = _in_use(entities, facts) if applied else entities
    there = {entity.iri for entity in entities}
    for entity, texts in changed.values():
        if entity.iri in there:
            applied |= texts
    return replace(
        extraction,
        entities=tuple(entities),
        facts=tuple(facts),
        problems=tuple(problems),
        decisions=tuple(decisions.in_order(applied)),
    )


def _without(decision: Decision, fact: Fact) -> Fact | None:
    """The fact without the evidence that is said to be wrong; None where none is left."""
    thing = decision.things[0]
    if (thing.iri and thing.iri != fact.iri) or decision.fact_type not in ("", fact.type):
        return fact

    def is_wrong(evidence: Evidence) -> bool:
        return thing.is_in(evidence.source) and decision.quote in evidence.quote

    left = tuple(evidence for evidence in fact.evidence if not is_wrong(evidence))
    if len(left) == len(fact.evidence):
        return fact
    return replace(fact, evidence=left) if left else None


def _in_use(entities: Sequence[Entity], facts: Iterable[Fact]) -> list[Entity]:
    """The entities that facts name, and the places these lie in."""
    by_iri = {entity.iri: entity for entity in entities}
    waiting = [value.iri for fact in facts for _, _, value in fact.fillers() if isinstance(value, Entity)]
    used = set[str]()
    while waiting:
        iri = waiting.pop()
        if iri in by_iri and iri not in used:
            used.add(iri)
            waiting.append(by_iri[iri].located_in or "")
    return [entity for entity in entities if entity.iri in used]


class _Renaming:
    """What the decisions make of the entities of one source."""

    def __init__(self, decisions: Decisions, ontology: Ontology, english: English, source: str) -> None:
        self._decisions = decisions
        self._ontology = ontology
        self._english = english
        self._source = source

    def of(self, entity: Entity) -> tuple[Entity, set[str]] | None:
        """The entity as decided and the texts of the decisions that made it so; None if none did."""
        now, used, texts = entity, set[int](), set[str]()
        while True:
            keys = {now.iri, entity.iri, name_key(now.label), name_key(entity.label)}
            places = {place for key in keys for place in self._decisions.by_key.get(key, ())} - used
            for place in sorted(places):
                used.add(place)
                decision = self._decisions.entries[place]
                if not any(self._fits(thing, one) for thing in decision.things for one in (now, entity)):
                    continue
                then = self._decided(decision, now)
                if then != now:
                    now = then
                    texts.add(decision.text)
                    break
            else:
                return (now, texts) if texts else None

    def _fits(self, thing: Thing, entity: Entity) -> bool:
        if not thing.is_in(self._source):
            return False
        if thing.iri:
            return thing.iri == entity.iri
        vocabulary = self._ontology.vocabulary
        if name_key(thing.name) != name_key(entity.label):
            return False
        if thing.cls and vocabulary.root(thing.cls) != vocabulary.root(entity.cls):
            return False
        return not thing.place or self._lies_in(entity, thing)

    def _lies_in(self, entity: Entity, thing: Thing) -> bool:
        base = self._ontology.base
        within = unquote(entity.iri.partition("@")[2])
        return within == thing.place or any(
            division_iri(base, code) in (entity.iri, entity.located_in) or within == f"division/{code}"
            for code in thing.codes
        )

    def _decided(self, decision: Decision, entity: Entity) -> Entity:
        if decision.kind is Kind.MERGE:
            return self._merged(decision.things[0], entity)
        if decision.kind is Kind.RENAME:
            return self._named(entity, decision.name or entity.label, decision.english)
        if all(not Thing(source=source).is_in(self._source) for source in decision.sources):
            return entity
        root = self._ontology.vocabulary.root(entity.cls)
        name = decision.name or entity.label
        iri = entity_iri(self._ontology.base, name, root, decision.qualifier)
        return replace(self._named(entity, name), iri=iri, code=None)

    def _merged(self, target: Thing, entity: Entity) -> Entity:
        base, vocabulary = self._ontology.base, self._ontology.vocabulary
        cls = entity.cls
        if target.iri:
            iri, (head, _, rest) = target.iri, target.iri.removeprefix(base).partition("/")
            if head == "division" and division_iri(base, rest) == iri:
                division = self._ontology.divisions.by_code(rest)
                name = division.name if division else entity.label
                merged = replace(entity, iri=iri, code=rest, cls=self._ontology.names.division)
                return merged if division is None else self._named(merged, name)
            name = unquote(rest.partition("@")[0]) or entity.label
            if head in vocabulary.classes and vocabulary.root(cls) != head:
                cls = head
        else:
            root = vocabulary.root(target.cls)
            cls = cls if vocabulary.root(cls) == root else target.cls
            within = f"division/{target.codes[0]}" if len(target.codes) == 1 else target.place
            within = within or (f"source/{target.source}" if target.source else "")
            iri, name = entity_iri(base, target.name, root, within), target.name
        name = entity.label if name_key(name) == name_key(entity.label) else name
        return replace(self._named(entity, name), iri=iri, cls=cls, code=None)

    def _named(self, entity: Entity, name: str, english: str = "") -> Entity:
        """The entity under another name; the one that the text gives is an alias then."""
        if name == entity.label:
            return replace(entity, english=english) if english else entity
        aliases = {*entity.aliases, entity.label} - {name}
        return replace(
            entity,
            label=name,
            aliases=tuple(sorted(aliases)),
            english=english or self._english(name_key(name), entity.cls),
        )
