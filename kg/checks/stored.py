"""What a store holds, against the shapes and against the texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg import terms
from kg.checks.shapes import Shapes, short_name, short_text

if TYPE_CHECKING:  # what a store yields is told apart by its attributes below
    from pyoxigraph import Quad

# What a fact has besides its roles.
_NO_ROLE = {
    *(terms.TYPE, terms.DIRECT_TYPE, terms.LABEL, terms.MODALITY, terms.CONFIDENCE, terms.EXTRACTOR),
    *(terms.REASONS, terms.EVIDENCE, terms.DERIVED_FROM),
}

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
        found += _text_violations(name, nodes)
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


def _text_violations(name: str, nodes: Nodes) -> Iterator[Violation]:
    """Quotes that are not the text's own characters, and fillers that no evidence shows."""
    text = _first(nodes, name, terms.FULL_TEXT) or ""
    for iri, node in list(nodes.items()):
        for quote in node.get(terms.EXACT, ()):
            start, end = (_first(nodes, iri, edge) for edge in (terms.SPAN_START, terms.SPAN_END))
            if start is None or end is None or not (start + end).isdecimal():
                continue  # the shapes say so
            if text[int(start) : int(end)] != quote.value:
                said = "The quote is not what the text says there."
                yield _violation(name, nodes, iri, terms.EXACT, quote, said)
        if terms.EVIDENCE not in node:
            continue
        shown = set(_shown(nodes, node))
        for role, fillers in node.items():
            for filler in fillers:
                if role not in _NO_ROLE and (role, filler) not in shown:
                    said = "No evidence shows where the filler stands."
                    yield _violation(name, nodes, iri, role, filler, said)


def _shown(nodes: Nodes, fact: Mapping[str, list[Any]]) -> Iterator[tuple[str | None, Any]]:
    for evidence in fact[terms.EVIDENCE]:
        for mention in nodes.get(evidence.value, {}).get(terms.MENTION, ()):
            for filler in nodes.get(mention.value, {}).get(terms.FILLER, ()):
                yield _first(nodes, mention.value, terms.ROLE), filler


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
