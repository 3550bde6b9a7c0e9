"""Turtle files of the ontology as one graph that remembers where each term stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import OntologyError
from kg.files import show_path


def namespace_of(term: URIRef) -> str:
    """The IRI up to and with its last ``#``, or else ``/``."""
    return str(term)[: len(term) - len(local_name(term))]


def local_name(term: str) -> str:
    """The IRI after its last ``#``, or else ``/``."""
    return re.split(r"[#/]", str(term))[-1]


@dataclass(frozen=True, slots=True)
class TurtleFiles:
    """The files' lines and their merged graph; ``declared`` are the subjects with a type, in file order."""

    paths: tuple[Path, ...]
    lines: tuple[tuple[str, ...], ...]
    graph: Graph
    declared: tuple[URIRef, ...]

    @classmethod
    def read(cls, paths: Sequence[Path]) -> TurtleFiles:
        """Parse the files; raises OntologyError with file and line where one is no Turtle."""
        graph = Graph(bind_namespaces="none")
        texts = [_parse(path, graph) for path in paths]
        lines = tuple(tuple(text.splitlines()) for text in texts)
        files = cls(tuple(paths), lines, graph, ())
        subjects = {
            term
            for term, kind in graph.subject_objects(RDF.type)
            if isinstance(term, URIRef) and kind != OWL.Ontology
        }
        places = sorted((files._place(term, declared=True), term) for term in subjects)
        return cls(files.paths, lines, graph, tuple(term for _, term in places))

    def mentioned(self) -> Iterator[URIRef]:
        """Every IRI in any triple, once, sorted."""
        yield from sorted({term for triple in self.graph for term in triple if isinstance(term, URIRef)})

    def show(self, term: Node) -> str:
        """The term as the files write it: prefixed where a prefix fits."""
        for prefix, namespace in self.graph.namespaces():
            if isinstance(term, URIRef) and namespace_of(term) == str(namespace):
                return f"{prefix}:{local_name(term)}"
        return f"<{term}>" if isinstance(term, URIRef) else str(term)

    def error(self, term: URIRef | None, message: str) -> OntologyError:
        """An error that begins with the place where the term is declared."""
        return self._error(message, self._place(term, declared=True) if term is not None else (0, 1))

    def unknown(
        self, term: Node, what: str, known: Iterable[URIRef], owner: URIRef | None = None
    ) -> OntologyError:
        """An error for a term that is used and should not be, with the known one closest to it.

        It names the first line that uses the term, within the statements of ``owner`` where given.
        """
        names = {self.show(candidate): candidate for candidate in known}
        close = get_close_matches(self.show(term), sorted(names), 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        start = self._place(owner, declared=True) if owner is not None else (0, 1)
        place = self._place(term, declared=False, start=start) if isinstance(term, URIRef) else start
        return self._error(f"unknown {what} {self.show(term)}{hint}", place)

    def _error(self, message: str, place: tuple[int, int]) -> OntologyError:
        index, line = place
        where = show_path(self.paths[index]) if self.paths else "ontology"
        return OntologyError(f"{where}:{line}: {message}")

    def _place(self, term: URIRef, *, declared: bool, start: tuple[int, int] = (0, 1)) -> tuple[int, int]:
        """The file's index and the line, from 1, of the term as a subject or anywhere; ``start`` if none."""
        names = "|".join(re.escape(name) for name in (self.show(term), f"<{term}>"))
        pattern = re.compile(rf"^(?:{names})(?![\w.-]*\w)" if declared else rf"(?:{names})(?![\w-])")
        for index, lines in enumerate(self.lines):
            for number, line in enumerate(lines, 1):
                if (index, number) >= start and not line.startswith(("#", "@")) and pattern.search(line):
                    return index, number
        return start


def _parse(path: Path, graph: Graph) -> str:
    where = show_path(path)
    try:
        text = path.read_text(encoding="utf-8")
        graph.parse(data=text, format="turtle")
    except OSError as error:
        raise OntologyError(f"{where}:1: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OntologyError(f"{where}:1: not UTF-8: {error.reason} at byte {error.start}") from error
    except BadSyntax as error:
        why = " ".join(str(error._why).split())
        raise OntologyError(f"{where}:{error.lines + 1}: not valid Turtle: {why}") from error
    return text
