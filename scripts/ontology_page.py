"""docs/ontology.md: every term of the ontology with its words in both languages and what it is aligned to.

pyLODE would do this for HTML; the release that runs on Python 3.11 (3.4.1) does not start from its wheel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, BNode, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import terms
from kg.ontology import load_ontology
from kg.ontology.turtlefile import TurtleFiles
from kg.ontology.vocabulary import FactType, Vocabulary

_SHORT = (terms.SHORTENS_FACT, terms.SHORT_SUBJECT, terms.SHORT_OBJECT)
_ALIGNED = (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.exactMatch)
_HEAD = """# The ontology

Made by `make docs` from [ontology/](../ontology/README.md): every class and property with its words, what
it is under, what may fill it, and the terms of other vocabularies that it is aligned to. Prefixes:
"""


def ontology_page(folder: Path) -> str:
    """The page for an ontology folder; the same folder gives the same bytes."""
    ontology = load_ontology(folder)
    return _Page(TurtleFiles.read(ontology.vocabulary_files), ontology.vocabulary).text()


class _Page:
    def __init__(self, files: TurtleFiles, vocabulary: Vocabulary) -> None:
        self.files, self.graph, self.vocabulary = files, files.graph, vocabulary
        self.done: set[URIRef] = set()

    def text(self) -> str:
        used = {self.files.show(node).partition(":")[0] for node in self.files.mentioned()}
        spaces = sorted((name, iri) for name, iri in self.graph.namespaces() if name in used)
        vocabulary = self.vocabulary
        roles = [URIRef(role.iri) for role in sorted(vocabulary.roles().values(), key=lambda r: r.name)]
        shorts = [URIRef(short.iri) for short in vocabulary.shorts]
        relations = [URIRef(relation.iri) for relation in vocabulary.relations]
        parts = [
            _HEAD + ", ".join(f"`{name}:` <{iri}>" for name, iri in spaces) + ".\n",
            self._section("Entities", [URIRef(term.iri) for term in vocabulary.classes.values()]),
            "## Fact types\n\n" + "\n".join(map(self._fact_type, vocabulary.fact_types.values())),
            self._section("Roles", roles),
            self._section("Relations that rules derive", [*shorts, *relations]),
            self._section("The graph model", [t for t in self.files.declared if t not in self.done]),
        ]
        return "\n".join(parts)

    def _section(self, title: str, found: Iterable[URIRef]) -> str:
        head = "| term | words | meaning | under, filled by | aligned to |\n|---|---|---|---|---|\n"
        return f"## {title}\n\n{head}" + "".join(map(self._row, found))

    def _row(self, term: URIRef) -> str:
        self.done.add(term)
        own = [*self._under(term), *self._filled(term)]
        cells = (f"`{self.files.show(term)}`", self._words(term, RDFS.label), self._words(term, RDFS.comment))
        return "| " + " | ".join((*cells, ", ".join(own), ", ".join(self._aligned(term)))) + " |\n"

    def _fact_type(self, fact: FactType) -> str:
        term = URIRef(fact.iri)
        self.done.add(term)
        lines = [f"### {fact.label_zh} {self.files.show(term)}\n", f"{fact.comment_zh} {fact.comment_en}\n"]
        if aligned := ", ".join(self._aligned(term)):
            lines.append(f"Aligned to {aligned}.\n")
        roles = (
            f"| `kg:{role.name}` | {role.label_zh}, {role.label_en} | {', '.join(sorted(role.kinds))}"
            f" | {', '.join(f'`kg:{name}`' for name in role.classes)}"
            f" | {_count(role.minimum, role.maximum)} |\n"
            for role in fact.roles.values()
        )
        return (
            "\n".join(lines)
            + "\n| role | words | takes | classes | how many |\n|---|---|---|---|---|\n"
            + "".join(roles)
        )

    def _words(self, term: URIRef, predicate: URIRef) -> str:
        said = {o.language: str(o) for o in self.graph.objects(term, predicate) if isinstance(o, Literal)}
        return "<br>".join(_cell(said[language]) for language in ("zh", "en") if language in said)

    def _under(self, term: URIRef) -> Iterator[str]:
        for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf, OWL.unionOf):
            for node in sorted(self.graph.objects(term, predicate), key=str):
                if predicate == OWL.unionOf:
                    yield f"any of {self._show(term)}"
                elif self._is_ours(node):
                    prefix = "inverse of " if predicate == OWL.inverseOf else ""
                    yield f"{prefix}`{self.files.show(node)}`"
        for kind in sorted(self.graph.objects(term, RDF.type), key=str):
            if kind in (OWL.SymmetricProperty, OWL.TransitiveProperty):
                yield "symmetric" if kind == OWL.SymmetricProperty else "transitive"

    def _filled(self, term: URIRef) -> Iterator[str]:
        for node in sorted(self.graph.objects(term, RDFS.range), key=str):
            yield f"→ {self._show(node)}"
        short = [self.graph.value(term, URIRef(iri)) for iri in _SHORT]
        said = [f"`{self.files.show(node)}`" for node in short if node is not None]
        if said:
            yield f"from {said[0]} by {', '.join(said[1:])}"

    def _show(self, node: Node) -> str:
        union = self.graph.value(node, OWL.unionOf)
        if union is not None and (isinstance(node, BNode) or node in self.done):
            return ", ".join(f"`{self.files.show(member)}`" for member in Collection(self.graph, union))
        return f"`{self.files.show(node)}`"

    def _aligned(self, term: URIRef) -> list[str]:
        found = {
            node
            for predicate in _ALIGNED
            for node in self.graph.objects(term, predicate)
            if isinstance(node, URIRef) and not self._is_ours(node)
        }
        return [f"[`{self.files.show(node)}`]({node})" for node in sorted(found)]

    def _is_ours(self, node: Node) -> bool:
        return isinstance(node, URIRef) and node.startswith(terms.KG)


def _count(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more" if least else "any"
    return str(most) if least == most else f"{least} to {most}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
