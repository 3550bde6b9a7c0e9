"""Whether the stored graph keeps its promises: SHACL shapes, and the quotes against the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pyshacl import validate as shacl_validate
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import BNode, Literal, Node

from kg import terms
from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.turtlefile import TurtleFiles

if TYPE_CHECKING:  # what a store yields is told apart by its attributes below
    from pyoxigraph import Quad

# What a fact has besides its roles.
_NO_ROLE = frozenset(
    map(
        URIRef,
        (
            terms.TYPE,
            terms.DIRECT_TYPE,
            terms.LABEL,
            terms.MODALITY,
            terms.CONFIDENCE,
            terms.EXTRACTOR,
            terms.REASONS,
            terms.EVIDENCE,
            terms.DERIVED_FROM,
        ),
    )
)

_STRING = f"{terms.XSD}string"


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
    hold in it exactly, while in the union an entity may well have a label from each source. The graph of
    the ontology's own terms is left out. Raises OntologyError where the shapes are wrong.
    """
    shapes = TurtleFiles.read(shapes_paths).graph
    parents = _subclasses(vocabulary_paths)
    found: list[Violation] = []
    for name, graph in _graphs(store).items():
        found += _text_violations(name, graph)
        for triple in parents:
            graph.add(triple)
        found += _shape_violations(name, graph, shapes, shapes_paths)
    return tuple(sorted(found))


def _graphs(store: Readable) -> Mapping[str, Graph]:
    """Each graph as one of rdflib's, sorted by name; triples in no graph are a graph named ``default``."""
    graphs: dict[str, Graph] = {}
    nodes: dict[str, URIRef] = {}
    for quad in store.quads():
        name = getattr(quad.graph_name, "value", "") or "default"
        if name != terms.VOCABULARY_GRAPH:
            graph = graphs.setdefault(name, Graph(bind_namespaces="none"))
            graph.add(
                (_node(quad.subject, nodes), _iri(quad.predicate.value, nodes), _node(quad.object, nodes))
            )
    return dict(sorted(graphs.items()))


def _iri(value: str, nodes: dict[str, URIRef]) -> URIRef:
    return nodes.get(value) or nodes.setdefault(value, URIRef(value))


def _node(term: Any, nodes: dict[str, URIRef]) -> URIRef | BNode | Literal:
    if hasattr(term, "datatype"):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == _STRING:  # to rdflib, "a" of a Turtle file and "a"^^xsd:string are two
            return Literal(term.value)
        return Literal(term.value, datatype=_iri(term.datatype.value, nodes))
    return BNode(term.value) if str(term).startswith("_:") else _iri(term.value, nodes)


def _subclasses(paths: Sequence[Path]) -> list[tuple[Node, Node, Node]]:
    """The ontology's class hierarchy, by which sh:class and sh:targetClass reach the heirs of a class."""
    triples = TurtleFiles.read(paths).graph.triples((None, RDFS.subClassOf, None))
    return [triple for triple in triples if isinstance(triple[2], URIRef)]


def _shape_violations(name: str, graph: Graph, shapes: Graph, paths: Sequence[Path]) -> Iterator[Violation]:
    try:
        conforms, report, _ = shacl_validate(graph, shacl_graph=shapes, inplace=True)
    except (ReportableRuntimeError, ShapeLoadError) as error:
        where = ", ".join(show_path(path) for path in paths)
        raise OntologyError(f"{where}:1: not valid SHACL: {' '.join(str(error).split())}") from error
    if conforms or not isinstance(report, Graph):
        return
    for result in report.subjects(SH.focusNode, None):
        focus = report.value(result, SH.focusNode)
        messages = {
            m.language: str(m) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)
        }
        message = messages.get("en") or messages.get(None) or next(iter(messages.values()), "")
        yield Violation(
            graph=name,
            focus=str(focus),
            path=_short(report.value(result, SH.resultPath)),
            value=_short(report.value(result, SH.value)),
            message=message,
            message_zh=messages.get("zh", message),
            label=_label(graph, focus),
        )


def _text_violations(name: str, graph: Graph) -> Iterator[Violation]:
    """Quotes that are not the text's own characters, and fillers that no evidence shows."""
    text = str(graph.value(URIRef(name), URIRef(terms.FULL_TEXT)) or "")
    exact = URIRef(terms.EXACT)
    for node, quote in graph.subject_objects(exact):
        start, end = (graph.value(node, URIRef(iri)) for iri in (terms.SPAN_START, terms.SPAN_END))
        if not (isinstance(start, Literal) and isinstance(end, Literal)):
            continue  # the shapes say so
        if text[int(start) : int(end)] != str(quote):
            yield _violation(
                name, graph, node, _short(exact), quote, "The quote is not what the text says there."
            )
    for fact in graph.subjects(URIRef(terms.EVIDENCE), None, unique=True):
        shown = set(_shown(graph, fact))
        for role, filler in graph.predicate_objects(fact):
            if role not in _NO_ROLE and (role, filler) not in shown:
                yield _violation(
                    name, graph, fact, _short(role), filler, "No evidence shows where the filler stands."
                )


def _shown(graph: Graph, fact: Node) -> Iterable[tuple[Node | None, Node | None]]:
    for evidence in graph.objects(fact, URIRef(terms.EVIDENCE)):
        for mention in graph.objects(evidence, URIRef(terms.MENTION)):
            yield graph.value(mention, URIRef(terms.ROLE)), graph.value(mention, URIRef(terms.FILLER))


def _violation(name: str, graph: Graph, focus: Node, path: str, value: Node, message: str) -> Violation:
    return Violation(name, str(focus), path, _short(value), message, message, _label(graph, focus))


def _label(graph: Graph, node: Node | None) -> str:
    labels = [label for label in graph.objects(node, RDFS.label) if isinstance(label, Literal)]
    return str(min(labels, key=lambda label: (label.language != "zh", label), default=""))


def _short(node: Node | None) -> str:
    """An IRI with its prefix, a literal as its text cut to a line, or nothing."""
    if node is None:
        return ""
    text = str(node)
    if isinstance(node, URIRef):
        known = (p for p in terms.PREFIXES.items() if text.startswith(p[1]))
        return next((f"{prefix}:{text[len(iri) :]}" for prefix, iri in known), f"<{text}>")
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
