"""The one place that knows the order of the stages: a document in; its facts and entities out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.annotations import Linked, marks_of
from kg.assembly import FactMaker
from kg.confidence import Weigh, weigher
from kg.english import EnglishTables, english_name, load_english
from kg.facts import FactReader, Policy, Reading
from kg.identity import Identifier
from kg.linking import find_slips, link
from kg.mentions import Read, build_language, mark_texts
from kg.merging import merge_equal, merge_within, replace_entities
from kg.ontology import Ontology
from kg.ontology.rules import broken_rules
from kg.reader import Reader
from kg.script import to_simplified
from kg.text import split_passages
from kg.types import Document, Extraction, Fact, Mention, Problem, Span
from kg.values import load_tables

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Extractor:
    """Extraction for one ontology: loads the models once (about a second), reads any number of documents.

    ``weigh`` says how sure each fact is, ``read`` proposes facts: the ontology's trained reader and what it
    was calibrated to, unless others are given. With another ``read`` no weights are loaded.
    """

    def __init__(
        self, ontology: Ontology, *, weigh: Weigh | None = None, read: Read | None = None
    ) -> None:
        self.ontology = ontology
        self._named: dict[tuple[str, str], str | None] = {}
        tables = load_tables(ontology.lexicon)
        self._english: EnglishTables = load_english(ontology.lexicon / "english.yaml")
        settings: Mapping[str, Any] = {}
        if read is None:
            reader = Reader(ontology.reader, ontology.divisions)
            read, settings = reader.read, reader.model.settings
        self.nlp = build_language(ontology, tables, split_passages, read)
        self.policy = Policy(
            settings.get("thresholds", {}), settings.get("threshold", 0.5), settings.get("filler", 0.5), settings.get("single", {})
        )
        self.reader = FactReader(ontology, tables, self.policy)
        self._weigh = weigh or weigher(settings.get("calibration"))

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
        facts = merge_within(merge_equal(maker.fact(draft) for draft in reading.drafts))
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
        return "; ".join(broken_rules(fact, self.ontology.vocabulary))

    def english(self, label: str, cls: str) -> str | None:
        """The English name that the parts of a label allow."""
        key = label, cls
        if key not in self._named:
            self._named[key] = english_name(
                label, cls, divisions=self.ontology.divisions, tables=self._english
            )
        return self._named[key]


def _names_said(reading: Reading, linked: Linked) -> Iterator[tuple[Span, str]]:
    """Every name that fills a role, with its place; administrative divisions have no slips."""
    for draft in reading.drafts:
        for fillers in draft.roles.values():
            for filled in fillers:
                content = filled.content
                if isinstance(content, Mention) and linked.clusters[content].code is None:
                    yield content.span, content.name


def extract(document: Document, ontology: Ontology) -> Extraction:
    """The facts of one document; for many, keep an Extractor."""
    return Extractor(ontology).extract(document)
