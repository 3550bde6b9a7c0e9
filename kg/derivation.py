"""What follows from all sources together by the ontology's rules, in a graph of its own.

A rule is a SPARQL CONSTRUCT in ``rules/*.rq`` of the ontology. The rules are applied once each, in the order
of their files' names: each sees what the sources state, the ontology's own terms, and what those before it
derived. A rule that has to go on until nothing new comes says so by a property path (``kg:locatedIn+``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples

from kg import terms
from kg.errors import KgError, OntologyError, QueryError
from kg.files import show_path
from kg.queries.scanning import check, form_of
from kg.store import MEMORY, Store, open_store

_LINE = re.compile(r"\b(?:line )?(\d+)(?::\d+|, column \d+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its file and the query."""

    path: Path
    text: str


def load_rules(paths: Iterable[Path]) -> tuple[Rule, ...]:
    """The rules of the files; raises OntologyError with file and line for one that may not be asked.

    A rule reads the store alone: SERVICE and FROM are refused.
    """
    with open_store(MEMORY) as empty:
        return tuple(_load(path, empty) for path in paths)


def derive(store: Store, rules: Sequence[Rule], made_of: Mapping[str, str]) -> None:
    """Make the store's derived graph what the rules give now.

    ``made_of`` names what the store was made of, with keys that change when it does: where the graph was
    derived from the very same by the same rules, it stays. A process that ends half-way leaves a graph
    without that mark, which is then made anew.
    """
    mark = _mark(rules, made_of)
    if mark in store.quads(terms.DERIVED_GRAPH, predicate=terms.BUILT_FROM):
        return
    store.remove(terms.DERIVED_GRAPH)
    graph = NamedNode(terms.DERIVED_GRAPH)
    for rule in rules:  # a store keeps a quad once, however often it is added
        store.add(Quad(t.subject, t.predicate, t.object, graph) for t in _ask(store, rule))
    store.add([mark])


def _mark(rules: Sequence[Rule], made_of: Mapping[str, str]) -> Quad:
    said = json.dumps([[rule.text for rule in rules], sorted(made_of.items())])
    graph = NamedNode(terms.DERIVED_GRAPH)
    key = Literal(hashlib.sha256(said.encode("utf-8", "replace")).hexdigest())
    return Quad(graph, NamedNode(terms.BUILT_FROM), key, graph)


def _load(path: Path, empty: Store) -> Rule:
    try:
        rule = Rule(path, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"{show_path(path)}:1: cannot be read: {error}") from error
    try:
        form = form_of(check(rule.text))
    except QueryError as error:
        raise _placed(error, rule) from error
    if form != "CONSTRUCT":
        raise OntologyError(f"{show_path(path)}:1: a rule is a CONSTRUCT query, this is {form or 'none'}")
    _ask(empty, rule)
    return rule


def _ask(store: Store, rule: Rule) -> QueryTriples:
    try:
        answer = store.query(rule.text)
    except QueryError as error:
        raise _placed(error, rule) from error
    if not isinstance(answer, QueryTriples):
        raise OntologyError(f"{show_path(rule.path)}:1: a rule is a CONSTRUCT query")
    return answer


def _placed(error: KgError, rule: Rule) -> OntologyError:
    line = _LINE.search(str(error))
    return OntologyError(f"{show_path(rule.path)}:{line[1] if line else 1}: {error}")
