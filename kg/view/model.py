"""What the picture shows: entities as nodes, facts as lines between them, nothing left out.

A fact that names two entities is a line. One that names more is a line from its subject to each of
the others, or, where several subjects meet several others, a small node of its own with a line to
each. A fact that names one entity or none has no line and is read in the panel. ``Model`` says how
many there are of each, and the page repeats it.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

import networkx as nx

from kg.errors import QueryError
from kg.iris import value_key
from kg.types import Entity, Evidence, Fact, Period


class Labelled(Protocol):
    """A term of the ontology with its IRI and its labels in both languages."""

    @property
    def iri(self) -> str: ...
    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...


class ClassTerm(Labelled, Protocol):
    """An entity class; ``parents`` are the local names of classes above it, all or the nearest."""

    @property
    def parents(self) -> Iterable[str]: ...


class TypeTerm(Labelled, Protocol):
    """A fact type; its roles stand in the order in which a sentence would name them."""

    @property
    def roles(self) -> Mapping[str, Labelled]: ...
    @property
    def parents(self) -> Iterable[str]: ...


class ShortTerm(Protocol):
    """A rule for a short triple: the role its subject and the role its object come from."""

    @property
    def fact_type(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def object(self) -> str: ...


class Vocabulary(Protocol):
    """What the view needs of the ontology; the mappings keep the ontology's own order."""

    @property
    def classes(self) -> Mapping[str, ClassTerm]: ...
    @property
    def fact_types(self) -> Mapping[str, TypeTerm]: ...
    @property
    def shorts(self) -> Sequence[ShortTerm]: ...


Graph = nx.Graph  # nodes are IRIs of entities and of facts; see build_graph


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a fact: where it begins and ends, and what it says.

    ``role`` is None where the line is the fact itself, from its subject to its object; otherwise it is
    the role that ``target`` plays in it. ``arrow`` is False where the two are each other's equals.
    """

    source: str
    target: str
    role: str | None
    arrow: bool


@dataclass(frozen=True, slots=True)
class Model:
    """Entities by IRI, facts by IRI, both in the order of the page; facts that are nodes of their own.

    ``outside`` counts the facts that a focus left out, for they name a thing beyond its reach.
    """

    entities: Mapping[str, Entity]
    facts: Mapping[str, Fact]
    hubs: frozenset[str]
    center: str | None = None
    outside: int = 0


def distinct_entities(fact: Fact) -> list[str]:
    """The IRIs of the entities that a fact names, each once, in the order of its roles."""
    return list(dict.fromkeys(v.iri for _, _, v in fact.fillers() if isinstance(v, Entity)))


# Merging: the same entity or fact may come from several documents.


def merge_entities(entities: Iterable[Entity], facts: Iterable[Fact]) -> dict[str, Entity]:
    """One entity an IRI, sorted; a filler that is not among the entities given is added.

    The fullest label wins, all other names become aliases: the result does not depend on the order.
    """
    given = {entity.iri: set[Entity]() for entity in entities}
    for entity in entities:
        given[entity.iri].add(entity)
    found: dict[str, set[Entity]] = defaultdict(set)
    for fact in facts:
        for _, _, value in fact.fillers():
            if isinstance(value, Entity) and value.iri not in given:
                found[value.iri].add(value)
    groups = {**found, **given}
    return {iri: _merge_names(groups[iri]) for iri in sorted(groups)}


def _merge_names(same: set[Entity]) -> Entity:
    ranked = sorted(same, key=lambda e: (-len(e.label), e.label, e.cls, e.english or "", e.aliases))
    names = {name for entity in same for name in (entity.label, *entity.aliases)}
    first = ranked[0]
    return replace(
        first,
        aliases=tuple(sorted(names - {first.label})),
        english=next((e.english for e in ranked if e.english), None),
        located_in=next((e.located_in for e in ranked if e.located_in), None),
        code=next((e.code for e in ranked if e.code), None),
    )


def merge_facts(facts: Iterable[Fact]) -> list[Fact]:
    """One fact an IRI, with the evidence of all, sorted by IRI."""
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.iri].append(fact)
    return [_merge_evidence(groups[iri]) for iri in sorted(groups)]


def _merge_evidence(same: list[Fact]) -> Fact:
    first, *others = sorted(same, key=lambda f: (-f.confidence, _place(f.evidence[0]), str(f.roles)))
    evidence = set(first.evidence)
    for other in others:
        evidence.update(_renumber(e, other, first) for e in other.evidence)
    return replace(first, evidence=tuple(sorted(evidence, key=_place)))


def _place(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.source, evidence.span.start, evidence.span.end


def _renumber(evidence: Evidence, own: Fact, other: Fact) -> Evidence:
    """The evidence with each filler's index as it is in the other fact, which says the same."""

    def index_in_other(role: str, index: int) -> int:
        key = value_key(own.roles[role][index])
        return next((i for i, v in enumerate(other.roles.get(role, ())) if value_key(v) == key), index)

    spans = tuple(replace(s, index=index_in_other(s.role, s.index)) for s in evidence.fillers)
    return replace(evidence, fillers=spans)


# Lines.


def role_order(fact_type: str, vocabulary: Vocabulary) -> list[str]:
    """The roles of a type: a short rule's subject and object first, then as the ontology has them."""
    term = vocabulary.fact_types.get(fact_type)
    rules = [rule for rule in vocabulary.shorts if rule.fact_type == fact_type]
    first = [role for rule in rules for role in (rule.subject, rule.object)]
    return list(dict.fromkeys([*first, *(term.roles if term else ())]))


def sort_roles(fact: Fact, vocabulary: Vocabulary) -> list[str]:
    """The roles that a fact fills, in reading order; unknown ones last."""
    order = {role: place for place, role in enumerate(role_order(fact.type, vocabulary))}
    return sorted(fact.roles, key=lambda role: (order.get(role, len(order)), role))


def fact_ends(fact: Fact, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Role and IRI of each entity of a fact; one that plays two roles is given with the first."""
    ends: dict[str, str] = {}
    for role in sort_roles(fact, vocabulary):
        for value in fact.roles[role]:
            if isinstance(value, Entity):
                ends.setdefault(value.iri, role)
    return [(role, iri) for iri, role in ends.items()]


def is_hub(fact: Fact, vocabulary: Vocabulary) -> bool:
    """Whether a fact is drawn as a node: several subjects that meet several others, or three equals."""
    ends = fact_ends(fact, vocabulary)
    if len(ends) < 2:
        return False
    first = sum(1 for role, _ in ends if role == ends[0][0])
    rest = len(ends) - first
    return first > 2 if not rest else first > 1 and rest > 1


def fact_lines(fact: Fact, vocabulary: Vocabulary) -> list[Line]:
    """The lines of one fact between its entities; none where it is a node or names fewer than two."""
    ends = fact_ends(fact, vocabulary)
    if len(ends) < 2 or is_hub(fact, vocabulary):
        return []
    shorts = {(r.subject, r.object) for r in vocabulary.shorts if r.fact_type == fact.type}
    subject = ends[0][0]
    first = [iri for role, iri in ends if role == subject]
    rest = [(role, iri) for role, iri in ends if role != subject]
    if not rest:
        return [Line(a, b, None, False) for a, b in combinations(sorted(first), 2)]
    return [
        Line(source, target, None if (subject, role) in shorts else role, True)
        for source in first
        for role, target in rest
    ]


# The whole.


def reading_order(facts: Iterable[Fact], vocabulary: Vocabulary) -> list[Fact]:
    """Facts by type as the ontology has them, then by their time, undated ones last."""
    types = {name: place for place, name in enumerate(vocabulary.fact_types)}

    def key(fact: Fact) -> tuple[int, str, str, str]:
        times = [v.edtf for _, _, v in fact.fillers() if isinstance(v, Period)]
        return types.get(fact.type, len(types)), fact.type, min(times, default="~"), fact.iri

    return sorted(facts, key=key)


def build_model(
    facts: Iterable[Fact],
    entities: Iterable[Entity],
    vocabulary: Vocabulary,
    *,
    focus: str | None = None,
    hops: int = 1,
) -> Model:
    """The model of all, or of what lies within ``hops`` steps of one entity.

    ``focus`` is a name, an alias or an IRI; raises QueryError where it is unknown or names several.
    """
    facts, entities = list(facts), list(entities)
    known = merge_entities(entities, facts)
    merged = reading_order(merge_facts(facts), vocabulary)
    center = find_entity(known, focus) if focus is not None else None
    kept = merged
    if center is not None:
        near = neighbourhood(merged, center, hops)
        kept = [f for f in merged if (ends := set(distinct_entities(f))) and ends <= near]
        known = {iri: entity for iri, entity in known.items() if iri in near}
    return Model(
        known,
        {fact.iri: fact for fact in kept},
        frozenset(fact.iri for fact in kept if is_hub(fact, vocabulary)),
        center,
        len(merged) - len(kept),
    )


def neighbourhood(facts: Iterable[Fact], center: str, hops: int) -> set[str]:
    """The entities at most ``hops`` shared facts away from the centre, itself included."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node(center)
    for fact in facts:
        # A star is enough: whoever shares a fact is one step away by way of the fact, two in this graph.
        graph.add_edges_from((fact.iri, iri) for iri in distinct_entities(fact))
    reached = set(nx.ego_graph(graph, center, radius=2 * max(0, hops)))
    return reached - {fact.iri for fact in facts}


def find_entity(entities: Mapping[str, Entity], name: str) -> str:
    """The IRI of the entity with this IRI, label or alias, a label before an alias."""
    if name in entities:
        return name
    labels, others = defaultdict(list), defaultdict(list)
    for iri, entity in sorted(entities.items()):
        labels[entity.label].append(iri)
        for alias in (*entity.aliases, *([entity.english] if entity.english else [])):
            others[alias].append(iri)
    found = labels.get(name) or others.get(name) or []
    if len(found) == 1:
        return found[0]
    if found:
        raise QueryError(f"{name!r} names {len(found)} entities; give one of {', '.join(found)}")
    close = difflib.get_close_matches(name, sorted({*labels, *others}), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(close)}?" if close else "search the page for a part of the name"
    raise QueryError(f"no entity is named {name!r}; {hint}")


def build_graph(model: Model, vocabulary: Vocabulary) -> Graph[str]:
    """The picture as a graph: entities and facts that are nodes, joined where a line is drawn."""
    graph: Graph[str] = nx.Graph()
    graph.add_nodes_from(model.entities)
    graph.add_nodes_from(sorted(model.hubs))
    for fact in model.facts.values():
        if fact.iri in model.hubs:
            graph.add_edges_from((fact.iri, iri) for _, iri in fact_ends(fact, vocabulary))
        else:
            graph.add_edges_from((line.source, line.target) for line in fact_lines(fact, vocabulary))
    return graph
