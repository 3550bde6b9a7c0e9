"""SHACL shapes, compiled once and applied to any number of graphs.

The engine is written in Rust and is some thirty times faster than pySHACL, whose answers the tests
compare: fast enough to judge every source's graph before it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shacl
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Literal

from kg import terms
from kg.errors import OntologyError
from kg.files import show_path
from kg.ontology.turtlefile import TurtleFiles

if TYPE_CHECKING:  # only its text is needed
    from pyoxigraph import Triple

_NTRIPLES: Final = "ntriples"
_TYPE: Final = RDF.type.n3()
_LONGEST = 60  # characters of a value that are shown


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One node that breaks one rule; ``path`` and ``value`` are empty where none is to blame.

    ``focus`` is the node's IRI; ``rule`` the shape's name, with a prefix where one fits; ``message`` is
    in English, ``message_zh`` in Chinese where the shape has one.
    """

    focus: str
    path: str
    value: str
    rule: str
    message: str
    message_zh: str


class Shapes:
    """The shapes of some files; ``vocabulary`` are the files with the class hierarchy.

    By it sh:class and sh:targetClass reach the heirs of a class. Raises OntologyError where the shapes
    are wrong, from the start or, of what the engine reads late, when they are applied. ``modalities`` are
    the properties that lead from a plan or a denial to its type.
    """

    def __init__(self, paths: Sequence[Path], vocabulary: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        graph = TurtleFiles.read(paths).graph
        self._languages = {
            str(m): m.language for m in graph.objects(None, SH.message) if isinstance(m, Literal)
        }
        self._shapes = self._compile(graph)
        declared = TurtleFiles.read(vocabulary).graph
        self._hierarchy = "".join(
            f"{term.n3()} {RDFS.subClassOf.n3()} {above.n3()} .\n"
            for term, _, above in sorted(declared.triples((None, RDFS.subClassOf, None)))
            if isinstance(term, URIRef) and isinstance(above, URIRef)
        )
        self.modalities = frozenset(
            str(term) for term in declared.subjects(RDF.type, URIRef(terms.MODALITY_CLASS))
        )

    def breaches(self, triples: Iterable[Triple]) -> list[Breach]:
        """Where the triples of one graph break a shape, sorted; empty if nowhere.

        Plans and denials are judged as facts of their type. Where fillers stand is no part of what a
        closed shape closes.
        """
        text = "".join(
            f"{t.subject} {_TYPE if t.predicate.value in self.modalities else t.predicate} {t.object} .\n"
            for t in triples
            if not t.predicate.value.startswith(terms.AT)
        )
        try:
            report = self._shapes.validate_text(self._hierarchy + text, _NTRIPLES)
        except ValueError as error:
            raise self._invalid(error) from error
        return sorted({self._breach(result) for result in report.results})

    def _compile(self, graph: Graph) -> shacl.Shapes:
        try:
            return shacl.Shapes.from_text(graph.serialize(format="nt"), _NTRIPLES)
        except ValueError as error:
            raise self._invalid(error) from error

    def _invalid(self, error: ValueError) -> OntologyError:
        where = ", ".join(map(show_path, self._paths))
        return OntologyError(f"{where}:1: not valid SHACL: {' '.join(str(error).split())}")

    def _breach(self, result: shacl.Result) -> Breach:
        messages = sorted(result.messages or [f"{result.component} is broken"])
        said = {self._languages.get(message): message for message in reversed(messages)}
        message = said.get("en") or said.get(None) or messages[0]
        return Breach(
            focus=result.focus_node.removeprefix("<").removesuffix(">"),
            path=_prefixed(result.path or ""),
            value=_shown(result.value, result.value_plain),
            rule=_prefixed(result.root_shape or result.source_shape or ""),
            message=message,
            message_zh=said.get("zh", message),
        )


def _prefixed(text: str) -> str:
    """The text with each IRI by its prefix, where one fits."""
    return re.sub("<([^<>]*)>", lambda found: short_name(found[1]), text)


def short_name(iri: str) -> str:
    """The IRI with its prefix, or in angle brackets."""
    known = (p for p in terms.PREFIXES.items() if iri.startswith(p[1]))
    return next((f"{prefix}:{iri[len(start) :]}" for prefix, start in known), f"<{iri}>")


def short_text(text: str) -> str:
    """A literal's text, quoted and cut to a line."""
    text = " ".join(text.split())
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _shown(value: str | None, plain: str | None) -> str:
    if value is None:
        return ""
    return short_text(plain or "") if value.startswith('"') else _prefixed(value)
