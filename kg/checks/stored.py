"""What a store holds, against the shapes and against the texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg import terms
from kg.checks.shapes import Shapes, short_name, short_text
from kg.ontology.turtlefile import local_name

if TYPE_CHECKING:  # what a store yields is told apart by its attributes below
    from pyoxigraph import Quad

# What a fact has besides its type, its roles and their places.
_NO_ROLE = {
    *(terms.TYPE, terms.LABEL, terms.CONFIDENCE, terms.EXTRACTOR, terms.REASONS),
    *(terms.EVIDENCE, terms.TRIGGER, terms.START, terms.END),
}
_PLACE = re.compile(r"#(\d+)-(\d+)$")

# A node's objects by predicate.
Nodes = Mapping[str, Mapping[str, list[Any]]]


class Readable(Protocol):
    """What checking needs of a store."""

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """The quads of one graph, or of all."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One node of one graph that breaks one rule; ``path`` and ``value`` are empty where none is to blame.

    ``graph`` is the graph's IRI; ``focus`` the node and ``label`` its name; ``message`` is in English,
    ``message_zh`` in Chinese where the shape has one.
    """

    graph: str
    focus: str
    path: str
    value: str
    message: str
    message_zh: str
    label: str

    def __str__(self) -> str:
        name = f"{self.label} <{self.focus}>" if self.label else f"<{self.focus}>"
        blame = " ".join(part for part in (self.path, self.value) if part)
        return f"{name}: {self.message}{f' [{blame}]' if blame else ''} in <{self.graph}>"


def validate(
    store: Readable, shapes_paths: Sequence[Path], vocabulary_paths: Sequence[Path]
) -> tuple[Violation, ...]:
    """Everything in the store that breaks a shape, a quote or the promise of a span, sorted; empty if none.

    Each graph is checked by itself: it holds its entities, facts, evidence and text, so cardinalities
    hold in it exactly, while in the union an entity may well have a label from each source. The graphs of
    the ontology's own terms and of what its rules derive are left out. Raises OntologyError where the
    shapes are wrong.
    """
    shapes = Shapes(shapes_paths, vocabulary_paths)
    found: list[Violation] = []
    for name, graph in _graphs(store).items():
        nodes = _nodes(graph)
        found += _text_violations(name, nodes, shapes.modalities)
        for b in shapes.breaches(quad.triple for quad in graph):
            label = _label(nodes, b.focus)
            found.append(Violation(name, b.focus, b.path, b.value, b.message, b.message_zh, label))
    return tuple(sorted(found))


def _graphs(store: Readable) -> Mapping[str, list[Quad]]:
    """The quads of each graph that states something, sorted by its name."""
    graphs: dict[str, list[Quad]] = defaultdict(list)
    for quad in store.quads():
        graph: Any = quad.graph_name  # a store's quads are in named graphs
        name = graph.value
        if name not in (terms.VOCABULARY_GRAPH, terms.DERIVED_GRAPH):
            graphs[name].append(quad)
    return dict(sorted(graphs.items()))


def _nodes(graph: Sequence[Quad]) -> Nodes:
    nodes: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in graph:
        subject: Any = quad.subject  # never a triple term in our stores
        nodes[subject.value][quad.predicate.value].append(quad.object)
    return nodes


def _text_violations(name: str, nodes: Nodes, modalities: Set[str]) -> Iterator[Violation]:
    """Quotes that are not the text's own characters, and fillers that no evidence shows."""
    text = _first(nodes, name, terms.FULL_TEXT) or ""
    for iri, node in list(nodes.items()):
        for quote in node.get(terms.QUOTE, ()):
            place = _PLACE.search(iri)  # the shapes say where there is none
            if place is not None and text[int(place[1]) : int(place[2])] != quote.value:
                said = "The quote is not what the text says there."
                yield _violation(name, nodes, iri, terms.QUOTE, quote, said)
        if terms.EVIDENCE in node:
            yield from _unshown(name, nodes, iri, modalities)


def _unshown(name: str, nodes: Nodes, fact: str, modalities: Set[str]) -> Iterator[Violation]:
    node = nodes[fact]
    quotes = [part.value for part in node[terms.EVIDENCE]]
    quotes += [
        place.value
        for predicate, found in node.items()
        if predicate.startswith(terms.AT)
        for place in found
        if terms.QUOTE in nodes.get(place.value, {})
    ]
    for role, fillers in list(node.items()):
        if role in _NO_ROLE or role in modalities or role.startswith(terms.AT):
            continue
        places = [p.value for p in node.get(f"{terms.AT}{local_name(role)}", ()) if _lies_in(p.value, quotes)]
        for filler in fillers:
            own = (p for p in places if len(fillers) == 1 or filler in nodes.get(p, {}).get(terms.NAMES, ()))
            if not any(own):
                said = "No evidence shows where the filler stands."
                yield _violation(name, nodes, fact, role, filler, said)


def _lies_in(place: str, quotes: Sequence[str]) -> bool:
    """Whether the characters are among those of one of the quotes, by their IRIs."""
    inner = _PLACE.search(place)
    if inner is None:
        return False
    outer = (
        f for quote in quotes if (f := _PLACE.search(quote)) and quote[: f.start()] == place[: inner.start()]
    )
    return any(int(o[1]) <= int(inner[1]) and int(inner[2]) <= int(o[2]) for o in outer)


def _first(nodes: Nodes, iri: str, predicate: str) -> str | None:
    found = nodes.get(iri, {}).get(predicate)
    return str(found[0].value) if found else None


def _violation(name: str, nodes: Nodes, focus: str, path: str, value: Any, message: str) -> Violation:
    shown = short_text(value.value) if hasattr(value, "datatype") else short_name(value.value)
    return Violation(name, focus, short_name(path), shown, message, message, _label(nodes, focus))


def _label(nodes: Nodes, iri: str) -> str:
    labels = [node for node in nodes.get(iri, {}).get(terms.LABEL, ()) if hasattr(node, "language")]
    best = min(labels, key=lambda label: (label.language != "zh", label.value), default=None)
    return "" if best is None else str(best.value)
