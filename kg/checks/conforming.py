"""What the shapes do not allow is taken out of a source's graph before it is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg import terms
from kg.checks.shapes import Breach, Shapes
from kg.graph import quads
from kg.ontology.vocabulary import Vocabulary
from kg.types import Entity, Extraction, Fact, Problem

if TYPE_CHECKING:  # its terms are told apart by their text
    from pyoxigraph import Quad

# From a fact along these to what others have too.
_LEADS_AWAY = {terms.TYPE, terms.QUOTED_FROM, terms.NAMES, terms.LOCATED_IN}


def conforming(
    extraction: Extraction,
    shapes: Shapes,
    vocabulary: Vocabulary,
    base: str,
    *,
    built_from: str | None = None,
) -> tuple[Extraction, set[Quad]]:
    """The extraction without what breaks a shape, and its graph; a Problem says what was left out and why.

    A fact goes as a whole, with its values and its evidence, where it or one of them is to blame, and with
    it the entities that no other fact needs. What belongs to no fact and is no entity, the node of the
    source above all, stays, since without it nobody would see what was left out; it is told all the same.
    """
    while True:
        graph = set(quads(extraction, vocabulary, base, built_from=built_from))
        breaches = shapes.breaches(quad.triple for quad in graph)
        if not breaches:
            return extraction, graph
        smaller = _without(extraction, breaches, graph)
        if len(smaller.facts) == len(extraction.facts) and len(smaller.entities) == len(extraction.entities):
            told = (Problem(extraction.document.source, _why(breach)) for breach in breaches)
            extraction = replace(extraction, problems=(*extraction.problems, *told))
            return extraction, set(quads(extraction, vocabulary, base, built_from=built_from))
        extraction = smaller


def _without(extraction: Extraction, breaches: Iterable[Breach], graph: Iterable[Quad]) -> Extraction:
    """The extraction without the facts that breaches are about, and without the entities they are about."""
    links = _links(graph)
    blamed: dict[str, Breach] = {}
    for breach in breaches:
        blamed.setdefault(breach.focus, breach)
    source, kept, problems = extraction.document.source, list[Fact](), list(extraction.problems)
    for fact in extraction.facts:
        why = next((_why(blamed[node]) for node in _parts(fact.iri, links) if node in blamed), None)
        if why is None:
            kept.append(fact)
        else:
            quote = fact.evidence[0].quote
            problems.append(Problem(source, f"{fact.type} left out, {why}: {quote[:60]}"))
    entities = [entity for entity in extraction.entities if entity.iri not in blamed]
    there = {entity.iri for entity in entities}
    problems += [
        Problem(source, f"{entity.cls} left out, {_why(blamed[entity.iri])}: {entity.label}")
        for entity in extraction.entities
        if entity.iri in blamed
    ]
    return replace(
        extraction,
        facts=tuple(kept),
        entities=tuple(
            entity
            if entity.located_in is None or entity.located_in in there
            else replace(entity, located_in=None)
            for entity in _needed(entities, kept)
        ),
        problems=tuple(problems),
    )


def _why(breach: Breach) -> str:
    blame = " ".join(part for part in (breach.path, breach.value) if part)
    return f"{breach.message} [{breach.rule}{f' {blame}' if blame else ''}]"


def _links(graph: Iterable[Quad]) -> Mapping[str, list[str]]:
    """From each node to those that its statements lead to."""
    links: dict[str, list[str]] = defaultdict(list)
    for quad in graph:
        subject: Any = quad.subject
        target: Any = quad.object
        if not hasattr(target, "datatype") and quad.predicate.value not in _LEADS_AWAY:
            links[subject.value].append(target.value)
    return links


def _parts(fact: str, links: Mapping[str, list[str]]) -> Iterator[str]:
    """The fact's node, its values, its entities and the nodes of its evidence."""
    seen, waiting = {fact}, [fact]
    while waiting:
        node = waiting.pop()
        yield node
        found = set(links.get(node, ())) - seen
        seen |= found
        waiting += sorted(found)


def _needed(entities: Iterable[Entity], facts: Iterable[Fact]) -> list[Entity]:
    """The entities that fill roles, and the places in which these lie, in the same order."""
    entities = list(entities)
    above = {entity.iri: entity.located_in for entity in entities}
    needed: set[str] = set()
    for fact in facts:
        for _, _, value in fact.fillers():
            place = value.iri if isinstance(value, Entity) else None
            while place is not None and place not in needed:
                needed.add(place)
                place = above.get(place)
    return [entity for entity in entities if entity.iri in needed]
