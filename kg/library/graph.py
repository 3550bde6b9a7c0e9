"""A built graph: its facts, its entities, questions to it, and the forms that other libraries take."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.errors import QueryError
from kg.explain import explain
from kg.export import COLUMNS, entity_network, export, table_rows
from kg.graph import labelled, read_documents, read_entities, read_facts
from kg.library.page import Page, html_table
from kg.library.rows import Rows, data_frame
from kg.library.stores import open_whole, store_in
from kg.library.things import Entities
from kg.ontology import Ontology, load_ontology, vocabulary_files
from kg.ontology.vocabulary import Vocabulary, load_vocabulary
from kg.queries import load_catalogue, parse_query, run
from kg.resources import ontology_dir, queries_dir
from kg.store import Store
from kg.types import Document, Fact, Report

if TYPE_CHECKING:
    import networkx
    import rdflib

_TITLE = "tupu-kg"
_NAME = re.compile(r"[\w-]+")
_SHOWN = 10  # facts, as the value of a notebook's cell


class Graph:
    """A graph as it was when it was opened; a later build shows when it is opened again.

    Facts and entities are read once, when they are first asked for, and kept. Use it with ``with``, or
    ``close`` it. ``where`` is its store; ``report`` what the build told that it comes from.
    """

    def __init__(self, store: Store, ontology: Path, *, where: str, report: Report | None = None) -> None:
        self.where = where
        self.report = report
        self._store = store
        self._folder = ontology

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The classes, fact types and roles of the ontology."""
        return load_vocabulary(vocabulary_files(self._folder))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact once, sorted by its first evidence's source and offset, its type and its IRI."""
        return tuple(labelled(read_facts(self._store, self.vocabulary), self.vocabulary))

    @cached_property
    def entities(self) -> Entities:
        """Every entity with its facts, by name or IRI."""
        return Entities(read_entities(self._store, self.vocabulary), self.facts)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The sources with their full texts, sorted by name: what the offsets of evidence mean."""
        return tuple(read_documents(self._store))

    def query(self, question: str, *, lang: str = "zh", **params: str) -> Rows:
        """The answer to a question in SPARQL, or to a query of the catalogue, by its name.

        ``params`` bind its parameters, ``lang`` is that of the names in tables. The prefixes of `kg query`
        need not be declared. Raises QueryError where it is no query, or would change the graph or ask others.
        """
        catalogue = load_catalogue(queries_dir()) if _NAME.fullmatch(question) else {}
        asked = catalogue.get(question) or parse_query(question)
        if any(param.name == "lang" for param in asked.params):
            params.setdefault("lang", lang)
        result = run(self._store, asked, params)
        if result.boolean is not None:
            raise QueryError("the question is to be answered by yes or no; use ask")
        return Rows(result, lang=lang)

    def ask(self, question: str) -> bool:
        """The answer to a question in SPARQL by yes or no (ASK); raises QueryError for any other."""
        result = run(self._store, question, labels=False)
        if result.boolean is None:
            raise QueryError("the question is not to be answered by yes or no; use query")
        return result.boolean

    def explain(self, name: str) -> str:
        """Why the graph says what it says of an entity or a fact, as `kg explain` tells it.

        Raises UnknownNameError, a KeyError, where nothing has the name or IRI.
        """
        return explain(self.facts, name)

    def show(self, focus: str | None = None, *, hops: int = 1) -> Page:
        """The graph to look at; with ``focus`` what is within so many ``hops`` of the entity of that name.

        Raises QueryError where no entity, or more than one, is so named.
        """
        from kg.text import own_passages
        from kg.view import render

        ontology: Ontology = load_ontology(self._folder)
        texts = {document.source: document.text for document in self.documents}
        passages = {d.source: own_passages(d, ontology.grammar, ontology.divisions) for d in self.documents}
        entities = list(read_entities(self._store, self.vocabulary))
        content = render(
            self.facts,
            entities,
            self.vocabulary,
            texts,
            title=_TITLE,
            passages=passages,
            focus=focus,
            hops=hops,
        )
        return Page(content)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The entities as nodes, by IRI, and the short relations between them as edges, as in GraphML."""
        return entity_network(self._store, self.vocabulary)

    def to_rdflib(self) -> rdflib.Graph:
        """The union of the sources' graphs, without their full texts and the records of the build."""
        import rdflib

        from kg.terms import PREFIXES

        graph = rdflib.Graph()
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        graph.parse(data=export(self._store, "ntriples", self.vocabulary), format="nt")
        return graph

    def to_pandas(self) -> Any:
        """A pandas.DataFrame with a row for each filler of each fact, as `kg export --format csv` has them.

        Raises QueryError without pandas.
        """
        return data_frame(list(table_rows(self._store, self.vocabulary)), tuple(COLUMNS))

    def close(self) -> None:
        """Let go of the store; facts and entities that were read stay."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<graph in {self.where}; {self._counts()}>"

    def _repr_html_(self) -> str:
        rows = [(str(fact), fact.quote, fact.evidence[0].source) for fact in self.facts[:_SHOWN]]
        more = len(self.facts) - _SHOWN
        note = f"{more:,} more facts; .show() draws the graph" if more > 0 else ".show() draws the graph"
        return html_table(("fact", "quote", "from"), rows, title=f"{self.where}; {self._counts()}", note=note)

    def _counts(self) -> str:
        facts, entities, sources = map(len, (self.facts, self.entities, self.documents))
        return f"facts: {facts:,}, entities: {entities:,}, sources: {sources:,}"


def open_graph(location: str | os.PathLike[str], *, ontology: str | os.PathLike[str] | None = None) -> Graph:
    """The graph of an earlier build: its folder, its store, or the address of a SPARQL endpoint.

    What is at an address is copied into memory. Raises StoreError where there is no graph.
    """
    where = store_in(location)
    folder = ontology_dir(ontology)
    return Graph(open_whole(where), folder, where=where)
