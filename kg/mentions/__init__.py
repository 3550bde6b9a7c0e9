"""Text to a spaCy Doc whose values, chunks and names are marked: the language pipeline.

``build_language`` gives a spaCy ``Language``. Its tokens are values, words in Latin letters, and
single characters; its
components are the reader (``kg_reader``), a user's patterns (``kg_patterns``) and the names
(``kg_names``). The Doc
carries ``spans["values"]``, ``spans["names"]``, ``ents``, and the ``Marks`` of kg.annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import starmap

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from spacy.util import filter_spans
from spacy.vocab import Vocab

from kg.annotations import Judgement, Marks, Proposal, Takes, marks_of, set_marks
from kg.mentions.declared import declared_names
from kg.mentions.naming import Namer, Wanted, nested_places
from kg.mentions.patterns import PatternFinder
from kg.mentions.tables import TableFinder
from kg.mentions.tokens import tokens
from kg.mentions.values import find_values
from kg.ontology import Ontology
from kg.ontology.lexicon import Grammar
from kg.ontology.vocabulary import ENTITY
from kg.types import Document, Passage, Span
from kg.values import Tables

Splitter = Callable[[Document, Grammar], tuple[Passage, ...]]
Read = Callable[[str, Marks], list[Proposal]]


class ValueTokenizer:
    """spaCy's tokenizer: a value is one token, so is a run of letters, else each character is.

    It finds the tables too: the reader must not read their lines as prose.
    """

    def __init__(self, vocab: Vocab, ontology: Ontology, tables: Tables, split: Splitter) -> None:
        self._vocab = vocab
        self._split = split
        self._grammar = ontology.grammar
        self._tables = tables
        self._finder = TableFinder(ontology)

    def __call__(self, text: str) -> Doc:
        return self.doc(Document("", text))

    def doc(self, document: Document, judgements: tuple[Judgement, ...] = ()) -> Doc:
        """The Doc of a document in simplified characters, with its passages, tables and values.

        What people state of it is the first that is proposed.
        """
        text = document.text
        passages = self._split(document, self._grammar)
        values = find_values(text, passages, self._tables, self._grammar)
        sizes = {start: len(value.span) for start, value in values.quantities.items()}
        sizes |= {start: len(value.span) for start, value in values.times.items()}
        words = list(tokens(text, sizes))
        doc = Doc(self._vocab, words=words, spaces=[False] * len(words))
        found = self._finder.find(text, passages)
        marks = Marks(passages, values.quantities, values.times, values.titled, values.quoted, found)
        marks.judgements = judgements
        marks.proposals = [one.stated for one in judgements if one.stated is not None]
        set_marks(doc, marks)
        doc.spans["values"] = [
            span
            for start, size in sorted(sizes.items())
            if (span := _doc_span(doc, Span(start, start + size), "VALUE")) is not None
        ]
        return doc


class ReaderComponent:
    """Adds what the reader proposes; facts of a type that the ontology lacks are not read."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.read: Read = lambda text, marks: []
        self.types: Container[str] = ()

    def __call__(self, doc: Doc) -> Doc:
        marks = marks_of(doc)
        marks.proposals.extend(one for one in self.read(doc.text, marks) if one.type in self.types)
        return doc


class PatternsComponent:
    """Adds what a user's patterns say."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.finder: PatternFinder | None = None

    def __call__(self, doc: Doc) -> Doc:
        if self.finder is not None:
            marks_of(doc).proposals.extend(self.finder.find(doc))
        return doc


class NamesComponent:
    """Marks the names among the chunks of the proposals and the cells of tables.

    Both at once: a name in a table is that of the prose. Short names that the document declares are told.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.ontology: Ontology | None = None
        self.namer: Namer | None = None

    def __call__(self, doc: Doc) -> Doc:
        ontology, namer = self.ontology, self.namer
        assert ontology is not None and namer is not None
        marks = marks_of(doc)
        text = doc.text
        wanted: dict[str, Wanted] = {}
        spans: set[Span] = set()
        for span, classes in (*_proposed(marks, ontology), *_in_tables(marks, ontology)):
            said = span.of(text)
            if said not in ontology.grammar.reference_of and said.strip():
                spans.add(span)
                wanted.setdefault(said, Wanted()).ask(classes)
        found = [namer.mention(text, span, wanted[span.of(text)]) for span in sorted(spans)]
        marks.mentions = found
        marks.declared = declared_names(text, found, ontology.grammar)
        marks.nested = nested_places(found, ontology.places)
        shown = [s for m in found if (s := _doc_span(doc, m.span, m.cls)) is not None]
        doc.spans["names"] = shown
        doc.ents = filter_spans(shown)
        return doc


def _proposed(marks: Marks, ontology: Ontology) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """The chunks that may be names, each with the classes that a role of it takes."""
    for proposal in marks.proposals:
        roles = ontology.vocabulary.fact_types[proposal.type].roles
        for filler in proposal.fillers:
            role = roles.get(filler.role)
            if role is not None and ENTITY in role.kinds:
                for span in (filler.span, *filler.leads):
                    yield span, filler.classes or role.classes


def _in_tables(marks: Marks, ontology: Ontology) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """The cells that are names, and the place that a caption speaks of."""
    kinds = {kind.name: kind for kind in ontology.tables}
    for table in marks.tables:
        if not table.type:
            continue
        roles = ontology.vocabulary.fact_types[table.type].roles
        for row in table.rows:
            for cell in row.cells:
                column = table.columns[cell.column]
                if column.takes is Takes.ENTITY:
                    yield cell.span, roles[column.role].classes
        if table.place is not None:
            for name in kinds[table.type].caption:
                if ENTITY in roles[name].kinds:
                    yield table.place, roles[name].classes


def _doc_span(doc: Doc, span: Span, label: str) -> DocSpan | None:
    return doc.char_span(span.start, span.end, label=label, alignment_mode="expand")


Language.factory("kg_reader", func=ReaderComponent)
Language.factory("kg_patterns", func=PatternsComponent)
Language.factory("kg_names", func=NamesComponent)


def mark_texts(nlp: Language, documents: Iterable[tuple[Document, tuple[Judgement, ...]]]) -> Iterator[Doc]:
    """The marked Docs of many documents, in order; beside each document what people said of it."""
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, ValueTokenizer)
    return nlp.pipe(starmap(tokenizer.doc, documents))


def build_language(ontology: Ontology, tables: Tables, split: Splitter, read: Read) -> Language:
    """The pipeline for an ontology; ``read`` is the trained reader."""
    nlp = spacy.blank("zh")
    nlp.tokenizer = ValueTokenizer(nlp.vocab, ontology, tables, split)
    nlp.max_length = 50_000_000
    reader = nlp.add_pipe("kg_reader")
    assert isinstance(reader, ReaderComponent)
    reader.read = read
    reader.types = ontology.vocabulary.fact_types
    patterns = nlp.add_pipe("kg_patterns")
    assert isinstance(patterns, PatternsComponent)
    if ontology.patterns:
        patterns.finder = PatternFinder(nlp.vocab, ontology)
    component = nlp.add_pipe("kg_names")
    assert isinstance(component, NamesComponent)
    component.ontology = ontology
    component.namer = Namer(
        ontology.places,
        ontology.vocabulary,
        ontology.grammar.titles,
        ontology.grammar.quotes,
    )
    return nlp
