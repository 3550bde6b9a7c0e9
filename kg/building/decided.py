"""Which sources a change of the decisions concerns: the others' graphs stand as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg import terms
from kg.corrections import Corrections, shortened
from kg.decisions import Decision, Decisions, Kind
from kg.graph import read_stated
from kg.graph.reading import literal_text, node_iri
from kg.iris import name_key
from kg.store import Store
from kg.types import Problem


def decisions_applied(store: Store) -> dict[str, frozenset[str]]:
    """By the name of each source the texts of the decisions that had a part in its graph."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, text in read_stated(store, terms.DECISION):
        found[name].add(text)
    return {name: frozenset(texts) for name, texts in found.items()}


def decisions_made(store: Store) -> set[str]:
    """The texts of all decisions that the store was last built with."""
    quads = store.quads(terms.VOCABULARY_GRAPH, predicate=terms.DECISION)
    return {literal_text(quad.object) for quad in quads}


def find_concerned(
    store: Store, decisions: Decisions, applied: Mapping[str, frozenset[str]], made: set[str]
) -> set[str]:
    """The sources to be read again, the decisions being these now; rather one too many.

    Those with a decision that is taken back; and those that name what a new one speaks of. An IRI that a
    new one names may be one that other decisions have changed, and what was left out as wrong is not in
    the store: so a source with decisions of such a kind is read again whatever the new one says.
    """
    concerned = {name for name, texts in applied.items() if not texts <= decisions.texts.keys()}
    new = [d for d in decisions if d.text in decisions.texts and d.text not in made]
    if not new and made <= decisions.texts.keys():
        return concerned
    wrong = {d.text for d in decisions if d.kind is Kind.WRONG}
    by_iri = any(thing.iri for decision in new for thing in decision.things)
    concerned |= {name for name, texts in applied.items() if by_iri or not texts.isdisjoint(wrong)}
    return concerned | _naming(store, new)


def corrections_made(store: Store) -> dict[str, set[str]]:
    """By the name of each source the lines of the corrections that its graph was made with."""
    made: dict[str, set[str]] = defaultdict(set)
    for name, line in read_stated(store, terms.CORRECTION):
        made[name].add(line)
    return dict(made)


def find_corrected(store: Store, corrections: Corrections) -> set[str]:
    """The sources in the store whose graphs were made with other corrections."""
    made = corrections_made(store)
    names = made.keys() | {one.source for one in corrections}
    there = store.sources().keys() & names
    return {name for name in there if made.get(name, set()) != set(corrections.lines(name))}


def _naming(store: Store, new: Iterable[Decision]) -> set[str]:
    """The sources whose graphs name a thing, or state a fact, that a decision speaks of."""
    iris, names, concerned = set[str](), set[str](), set[str]()
    there = store.sources()
    for decision in new:
        for thing in decision.things:
            if decision.kind is Kind.WRONG and thing.source:
                concerned |= {name for name in there if thing.is_in(name)}
            elif thing.iri:
                iris.add(thing.iri)
            else:
                names.add(name_key(thing.name))
    graphs = {graph: name for name, graph in there.items()}
    for iri in iris:
        found = (graphs.get(node_iri(quad.graph_name)) for quad in store.quads(subject=iri))
        concerned |= {name for name in found if name is not None}
    for predicate in (terms.LABEL, terms.ALT_LABEL) if names else ():
        for quad in store.quads(predicate=predicate):
            if name_key(literal_text(quad.object)) in names:
                name = graphs.get(node_iri(quad.graph_name))
                concerned |= {name} if name is not None else set()
    return concerned


def unmatched(decisions: Decisions, store: Store) -> list[Problem]:
    """The decisions that had a part in no source, and the corrections of sources that are not there."""
    met = {text for texts in decisions_applied(store).values() for text in texts}
    there = store.sources()
    return [
        Problem(decision.where, f"this {decision.kind} meets nothing in the graph; see `kg review`")
        for decision in decisions
        if decision.text in decisions.texts and decision.text not in met
    ] + [
        Problem(one.where, f"correction without a place, its source is not there ({shortened(one)})")
        for one in decisions.corrections
        if one.source not in there
    ]
