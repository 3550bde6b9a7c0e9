"""Text to a spaCy Doc whose words, values and names are marked: the language pipeline.

``build_language`` gives a spaCy ``Language``; its Doc carries, besides words with tags and ``ents``:
``spans["names"]``, ``spans["titles"]``, ``spans["values"]``, and the ``Marks`` of kg.annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from spacy.util import filter_spans
from spacy.vocab import Vocab

from kg.annotations import Marks, marks_of, set_marks
from kg.mentions.brackets import bracketed_names
from kg.mentions.declared import declared_names, prefer, spread_names
from kg.mentions.names import NameFinder, nested_places
from kg.mentions.places import PlaceFinder
from kg.mentions.resplit import resplit
from kg.mentions.tagger import Tagger
from kg.mentions.titles import find_titles
from kg.mentions.tokens import Tokens, tokenize
from kg.ontology import Ontology
from kg.ontology.lexicon import Grammar
from kg.types import Document, Passage, Span
from kg.values import Tables

_WINDOW = 32_000  # characters of the documents read together: some thousand sentences, of every length

Splitter = Callable[[Document, Grammar], tuple[Passage, ...]]


class TaggedTokenizer:
    """spaCy's tokenizer: passages, values and the tagger's words in one go, for they cut one another."""

    def __init__(self, vocab: Vocab, ontology: Ontology, tables: Tables, split: Splitter) -> None:
        self._vocab = vocab
        self._split = split
        self._ontology = ontology
        self._tables = tables
        self._tagger = Tagger()

    def __call__(self, text: str) -> Doc:
        return next(self.pipe((Document("", text),)))

    def pipe(self, documents: Iterable[Document]) -> Iterator[Doc]:
        """The Doc of each document; some are read together, for the tagger's sake, with the same outcome."""
        grammar = self._ontology.grammar
        for window in _windows(documents):
            cut = [(document.text, self._split(document, grammar)) for document in window]
            tokens = tokenize(cut, self._tagger, self._tables, grammar)
            for (text, passages), found in zip(cut, tokens, strict=True):
                yield self._doc(text, passages, found)

    def _doc(self, text: str, passages: tuple[Passage, ...], tokens: Tokens) -> Doc:
        words = [text[word.start : word.end] for word in tokens.words]
        doc = Doc(self._vocab, words=words, spaces=[False] * len(words), tags=[w.tag for w in tokens.words])
        set_marks(doc, Marks(passages, tokens.words, tokens.quantities, tokens.times))
        sizes = {start: len(value.span) for start, value in tokens.quantities.items()}
        sizes |= {start: len(value.span) for start, value in tokens.times.items()}
        doc.spans["values"] = [
            span
            for start, size in sorted(sizes.items())
            if (span := _doc_span(doc, Span(start, start + size), "VALUE")) is not None
        ]
        return doc


class NamesComponent:
    """Marks names and titles; short names that the document declares are found wherever they stand."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.finder: NameFinder | None = None
        self.places: PlaceFinder | None = None
        self.verbs: frozenset[str] = frozenset()

    def __call__(self, doc: Doc) -> Doc:
        finder = self.finder
        assert finder is not None
        marks = marks_of(doc)
        text = doc.text
        assert self.places is not None
        whole = self.places.mend(text, marks.words)
        marks.words = resplit(text, whole, finder.names, finder.divisions, self.verbs, finder.grammar.markers)
        tokens = Tokens(list(marks.words), dict(marks.quantities), dict(marks.times))
        found = prefer(bracketed_names(text, marks.words, finder), finder.find(text, tokens))
        marks.declared = declared_names(text, found, finder.grammar)
        marks.mentions = spread_names(text, marks.words, found, marks.declared, finder)
        marks.nested = nested_places(marks.mentions, finder.divisions, finder.names)
        marks.titles = list(find_titles(text, marks.words, finder.names))
        spans = [
            span
            for mention in marks.mentions
            if (span := _doc_span(doc, mention.span, mention.cls)) is not None
        ]
        doc.spans["names"] = spans
        doc.spans["titles"] = [s for t in marks.titles if (s := _doc_span(doc, t, "TITLE")) is not None]
        doc.ents = filter_spans(spans)
        return doc


def _windows(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists of at least so many characters, but the last."""
    window: list[Document] = []
    size = 0
    for document in documents:
        window.append(document)
        size += len(document.text)
        if size >= _WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


def _doc_span(doc: Doc, span: Span, label: str) -> DocSpan | None:
    return doc.char_span(span.start, span.end, label=label, alignment_mode="expand")


Language.factory("kg_names", func=NamesComponent)


def _holding_verbs(ontology: Ontology) -> frozenset[str]:
    """The words of the senses that say so (outside: true): they end an event's name."""
    return frozenset(w for f in ontology.frames for s in f.senses if s.outside for w in s.words)


def mark_texts(nlp: Language, documents: Iterable[Document]) -> Iterator[Doc]:
    """The marked Docs of many documents, in order."""
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, TaggedTokenizer)
    return nlp.pipe(tokenizer.pipe(documents))


def build_language(ontology: Ontology, tables: Tables, split: Splitter) -> Language:
    """The pipeline for an ontology; loads the tagger (0.2 s)."""
    nlp = spacy.blank("zh")
    nlp.tokenizer = TaggedTokenizer(nlp.vocab, ontology, tables, split)
    nlp.max_length = 50_000_000
    component = nlp.add_pipe("kg_names")
    assert isinstance(component, NamesComponent)
    component.verbs = frozenset(w for f in ontology.frames for s in f.senses for w in s.words)
    component.places = PlaceFinder(ontology.divisions, ontology.names)
    component.finder = NameFinder(
        ontology.names, ontology.grammar, ontology.divisions, _holding_verbs(ontology)
    )
    return nlp
