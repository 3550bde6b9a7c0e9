"""The one place that knows the order of the stages: sources in; store, tables, page and report out."""

from __future__ import annotations

import gc
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import terms
from kg.annotations import Linked, marks_of
from kg.assembly import FactMaker
from kg.confidence import Weigh, weigher
from kg.english import EnglishTables, english_name, load_english
from kg.export import export
from kg.facts import FactReader, Reading
from kg.facts.drafts import Common
from kg.files import write_whole
from kg.graph import quads, read_documents, read_entities, read_facts, vocabulary_quads
from kg.identity import Identifier
from kg.iris import source_iri
from kg.linking import find_slips, link
from kg.mentions import build_language, mark_texts
from kg.merging import merge_equal, merge_within, replace_entities
from kg.ontology import Ontology
from kg.ontology.rules import broken_rules
from kg.report import format_report
from kg.script import to_simplified
from kg.store import Store, open_store
from kg.text import passages_by_source, split_passages
from kg.types import Document, Extraction, Fact, Mention, Problem, Report, Span
from kg.values import load_tables
from kg.view import render

if TYPE_CHECKING:
    from spacy.tokens import Doc

STORE, TURTLE, FACTS, PAGE, REPORT = "store", "graph.ttl", "facts.jsonl", "graph.html", "report.txt"


class Extractor:
    """Extraction for one ontology: loads the models once (about a second), reads any number of documents.

    ``weigh`` says how sure each fact is: by the ontology's weights unless another is given.
    """

    def __init__(self, ontology: Ontology, *, weigh: Weigh | None = None) -> None:
        self.ontology = ontology
        self._named: dict[tuple[str, str], str | None] = {}
        tables = load_tables(ontology.lexicon)
        self._english: EnglishTables = load_english(ontology.lexicon / "english.yaml")
        self.nlp = build_language(ontology, tables, split_passages)
        self.reader = FactReader(ontology, tables)
        self._weigh = weigh or weigher(ontology.confidence)

    def extract(self, document: Document) -> Extraction:
        """The facts and entities of a document, in the order of the text; what is left out is a Problem."""
        return next(self.extract_all((document,)))

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """The extraction of each document: many at once take less time than one by one.

        Documents are read ahead, some 20,000 characters.
        """
        ahead, documents = itertools.tee(documents)
        simplified = (replace(document, text=to_simplified(document.text)) for document in ahead)
        return map(self._extraction, documents, mark_texts(self.nlp, simplified))

    def _extraction(self, document: Document, doc: Doc) -> Extraction:
        ontology = self.ontology
        marks = marks_of(doc)
        linked = link(
            [*marks.mentions, *marks.nested.values()],
            marks.declared,
            ontology.names,
            ontology.divisions,
            ontology.vocabulary.is_a,
            document.text,
        )
        reading = self.reader.read(doc, linked, document.date)
        slips = find_slips(marks.passages, list(_names_said(reading, linked)))
        maker = FactMaker(ontology, self.english, document, linked, slips, self._weigh)
        facts = merge_within(merge_equal(maker.fact(found) for found in reading.facts))
        kept, problems = self._fit(document, facts)
        problems += [Problem(document.source, note) for note in document.notes]
        problems += [
            Problem(document.source, f"{slip!r} is read as a slip of the pen for {name!r}: one entity")
            for slip, name in sorted(slips.items())
        ]
        entities = maker.entities(kept)
        iris = Identifier(ontology, document, maker.codes).renamed(entities, kept)
        new = {entity.iri: replace(entity, iri=iris[entity.iri]) for entity in entities if entity.iri in iris}
        entities, kept = replace_entities(entities, kept, new, ontology.base)
        return Extraction(document, marks.passages, tuple(entities), tuple(kept), tuple(problems))

    def _fit(self, document: Document, facts: Iterable[Fact]) -> tuple[list[Fact], list[Problem]]:
        """The facts that keep the ontology's rules and are sure enough, and why the others are left out."""
        kept: list[Fact] = []
        problems: list[Problem] = []
        for fact in facts:
            why = self._objection(fact)
            if why:
                quote = fact.evidence[0].quote
                problems.append(Problem(document.source, f"{fact.type} left out, {why}: {quote[:60]}"))
            else:
                kept.append(fact)
        return kept, problems

    def _objection(self, fact: Fact) -> str:
        """Why a fact must not be in the graph, or ''."""
        broken = broken_rules(fact, self.ontology.vocabulary)
        if broken:
            return "; ".join(broken)
        threshold = self.ontology.confidence.threshold
        if fact.confidence < threshold:
            reasons = f" ({'; '.join(fact.reasons)})" if fact.reasons else ""
            return f"confidence {fact.confidence:.2f} below {threshold:.2f}{reasons}"
        return ""

    def english(self, label: str, cls: str) -> str | None:
        """The English name that the parts of a label allow."""
        key = label, cls
        if key not in self._named:
            self._named[key] = english_name(
                label, cls, divisions=self.ontology.divisions, tables=self._english
            )
        return self._named[key]


def _names_said(reading: Reading, linked: Linked) -> Iterator[tuple[Span, str]]:
    """Every name or noun that fills a role, with its place; administrative divisions have no slips."""
    for found in reading.facts:
        for fillers in found.draft.roles.values():
            for filled in fillers:
                content = filled.content
                if isinstance(content, Common):
                    yield filled.span, content.text
                elif isinstance(content, Mention) and linked.clusters[content].code is None:
                    yield filled.span, content.name


def build(
    sources: Iterable[Document | Problem],
    output: str | Path,
    ontology: Ontology,
    *,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Build the graph of the sources in a folder: afterwards the store holds these and no others.

    Each source's graph is replaced in one transaction, so that a build that is stopped leaves every
    source whole, and the same command finishes it. Nothing is touched where no source can be read.
    """
    folder = Path(output)
    report = Report()
    store: Store | None = None
    try:
        for extraction in _extractions(_documents(sources, report), ontology):
            source = extraction.document.source
            if progress is not None:
                progress(source)
            store = store or open_store(folder / STORE)
            store.replace(
                source_iri(ontology.base, source), quads(extraction, ontology.vocabulary, ontology.base)
            )
            _count(report, extraction)
        if store is not None:
            _drop_others(store, report.sources)
            store.replace(terms.VOCABULARY_GRAPH, vocabulary_quads(ontology.vocabulary))
            write_outputs(store, folder, ontology, report)
    finally:
        if store is not None:
            store.close()
    return report


def _documents(sources: Iterable[Document | Problem], report: Report) -> Iterator[Document]:
    """What can be read; what cannot goes into the report."""
    for source in sources:
        if isinstance(source, Problem):
            report.problems.append(source)
        else:
            yield source


def _extractions(documents: Iterator[Document], ontology: Ontology) -> Iterator[Extraction]:
    """The models are loaded when there is something to read."""
    for first in documents:
        extractor = Extractor(ontology)
        gc.freeze()  # what is loaded stays: looking through it at each collection took 7 % of the time
        yield from extractor.extract_all(itertools.chain((first,), documents))


def _count(report: Report, extraction: Extraction) -> None:
    report.sources.append(extraction.document.source)
    report.characters += len(extraction.document.text)
    report.sentences += sum(len(passage.sentences) for passage in extraction.passages)
    report.problems.extend(extraction.problems)


def _drop_others(store: Store, sources: Iterable[str]) -> None:
    wanted = set(sources)
    for name, graph in store.sources().items():
        if name not in wanted:
            store.remove(graph)


def write_outputs(store: Store, folder: Path, ontology: Ontology, report: Report) -> None:
    """Write what users open: the Turtle file, the fact lines, the page and the report."""
    vocabulary = ontology.vocabulary
    facts, entities = list(read_facts(store, vocabulary)), list(read_entities(store, vocabulary))
    report.entities = dict(Counter(entity.cls for entity in entities))
    report.facts = dict(Counter(fact.type for fact in facts))
    write_whole(folder / TURTLE, export(store, "turtle", vocabulary))
    write_whole(folder / FACTS, export(store, "facts", vocabulary))
    documents = list(read_documents(store))
    texts = {document.source: document.text for document in documents}
    passages = passages_by_source(documents, ontology.grammar)
    title = next(iter(texts)) if len(texts) == 1 else f"{len(texts)} sources"
    page = render(facts, entities, vocabulary, texts, title=title, passages=passages)
    write_whole(folder / PAGE, page)
    write_whole(folder / REPORT, format_report(replace(report, problems=sorted(set(report.problems)))))


def extract(document: Document, ontology: Ontology) -> Extraction:
    """The facts of one document; for many, keep an Extractor."""
    return Extractor(ontology).extract(document)
