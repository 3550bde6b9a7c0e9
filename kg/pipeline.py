"""The one place that knows the order of the stages: a document in; its facts and entities out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.annotations import Linked, Marks, marks_of
from kg.assembly import FactMaker
from kg.confidence import Weigh, doubt_of, weigher
from kg.corrections import Correction, moved, place_all, shortened
from kg.english import EnglishTables, english_name, load_english
from kg.errors import OntologyError
from kg.export.tables import facts_line
from kg.facts import FactReader, Policy, Reading, Verdict
from kg.files import show_path
from kg.identity import Identifier
from kg.linking import find_slips, link
from kg.mentions import Read, build_language, mark_texts
from kg.merging import merge_equal, merge_within, replace_entities
from kg.namesakes import tell_apart
from kg.ontology import Ontology
from kg.ontology.rules import broken_rules
from kg.reader import Reader, Taught, load_taught
from kg.readingtext import ReadingText, read_text
from kg.signs import SignFinder
from kg.text import split_passages
from kg.types import Document, Doubt, Entity, Extraction, Fact, Mention, Problem, Span
from kg.values import load_tables

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Steps:
    """What the stages made of one document, in their order; the last is its extraction.

    ``text`` is what was read: in its offsets are all but the refused facts and the extraction.
    ``refused`` are the facts that break a rule of the ontology, each with the rule.
    """

    text: ReadingText
    marks: Marks
    linked: Linked
    reading: Reading
    refused: tuple[tuple[Fact, str], ...]
    extraction: Extraction


class Extractor:
    """Extraction for one ontology: loads the models once (about a second), reads any number of documents.

    ``weigh`` says how sure each fact is, ``read`` proposes facts, ``policy`` says which of them pass: the
    ontology's trained reader and what it was calibrated to, unless others are given. With another ``read``
    no weights are loaded.
    """

    def __init__(
        self,
        ontology: Ontology,
        *,
        weigh: Weigh | None = None,
        read: Read | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.ontology = ontology
        self._named: dict[tuple[str, str], str | None] = {}
        tables = load_tables(ontology.lexicon)
        self._english: EnglishTables = load_english(ontology.lexicon / "english.yaml")
        settings: Mapping[str, Any] = {}
        if read is None:
            reader = Reader(ontology.reader, ontology.divisions, taught=taught_of(ontology))
            read, settings = reader.read, reader.model.settings
            if ontology.precise:
                settings = {**settings, **settings["precise"]}
        self.nlp = build_language(ontology, tables, split_passages, read)
        self.policy = policy or Policy.of(settings)
        self.reader = FactReader(ontology, tables, self.policy)
        self._signs = SignFinder(ontology)
        self._weigh = weigh or weigher(settings.get("calibration"))

    def extract(self, document: Document, corrections: Sequence[Correction] = ()) -> Extraction:
        """The facts and entities of a document, in the order of the text; what is left out is a Problem.

        ``corrections`` are what people said of this document; they hold against whatever was read.
        """
        return self.steps(document, corrections).extraction

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """The extraction of each document: many at once take less time than one by one.

        Documents are read ahead, some 20,000 characters.
        """
        return (steps.extraction for steps in self.all_steps(documents))

    def steps(self, document: Document, corrections: Sequence[Correction] = ()) -> Steps:
        """What the stages make of a document: its extraction, and all that led to it."""
        text = self._text(document)
        found, homeless = place_all(corrections, document.text, self.ontology.vocabulary)
        placed = tuple(moved(judgement, text.span) for judgement in found)
        steps = self._steps(text, next(mark_texts(self.nlp, ((text.simplified, placed),))))
        if not corrections:
            return steps
        told = [
            Problem(document.source, f"correction without a place, {why} ({shortened(correction)})")
            for correction, why in homeless
        ]
        problems = (*steps.extraction.problems, *told, *_unfilled(steps.reading, text))
        lines = tuple(correction.line for correction in corrections)
        return replace(steps, extraction=replace(steps.extraction, problems=problems, corrections=lines))

    def all_steps(self, documents: Iterable[Document]) -> Iterator[Steps]:
        """The steps of many documents, read ahead as ``extract_all`` does."""
        ahead, texts = itertools.tee(map(self._text, documents))
        docs = mark_texts(self.nlp, ((text.simplified, ()) for text in ahead))
        return (self._steps(*pair) for pair in zip(texts, docs, strict=True))

    def _text(self, document: Document) -> ReadingText:
        return read_text(document, self.ontology.grammar, self.ontology.divisions)

    def _steps(self, text: ReadingText, doc: Doc) -> Steps:
        ontology, document = self.ontology, text.own
        marks = marks_of(doc)
        linked = link(
            [*marks.mentions, *marks.nested.values()],
            marks.declared,
            ontology.places,
            ontology.vocabulary.is_a,
            text.document.text,
        )
        reading = self.reader.read(doc, linked, document.date)
        slips = find_slips(marks.prose, list(_names_said(reading, linked)))
        codes = frozenset(cluster.code for cluster in linked.clusters.values() if cluster.code)
        identifier = Identifier(ontology, document, codes)
        linked = tell_apart(linked, reading.drafts, identifier)
        maker = FactMaker(ontology, self.english, text, linked, slips, self._weigh)
        facts, refused = self._fit(merge_within(merge_equal(map(maker.fact, reading.drafts))))
        doubtful, _ = self._fit(merge_within(merge_equal(map(maker.fact, reading.doubtful))))
        problems = [
            Problem(document.source, f"{fact.type} left out, {why}: {fact.evidence[0].quote[:60]}")
            for fact, why in refused
        ]
        problems += [Problem(document.source, note) for note in (*document.notes, *text.notes)]
        problems += [
            Problem(document.source, f"{slip!r} is read as a slip of the pen for {name!r}: one entity")
            for slip, name in sorted(slips.items())
        ]

        def identified(found: list[Fact]) -> tuple[list[Entity], list[Fact]]:
            entities = maker.entities(found)
            iris = identifier.renamed(entities, found)
            new = {e.iri: replace(e, iri=iris[e.iri]) for e in entities if e.iri in iris}
            return replace_entities(entities, found, new, ontology.base)

        entities, kept = identified(facts)
        known = {fact.iri for fact in kept}
        doubts = {
            (draft.type, text.own_span(draft.trigger)): doubt_of(draft, self.policy.least(draft.type))
            for draft in reading.doubtful
        }

        def doubt(fact: Fact) -> Doubt:
            """That of its surest telling."""
            told = (doubts.get((fact.type, e.trigger)) for e in fact.evidence if e.trigger is not None)
            return max((one for one in told if one is not None), key=lambda one: one.sure)

        unsure = tuple(
            facts_line(fact, doubt(fact)).rstrip("\n")
            for fact in identified(doubtful)[1]
            if fact.iri not in known
        )
        extraction = Extraction(
            document,
            tuple(text.own_passages(marks.passages)),
            tuple(entities),
            tuple(kept),
            tuple(problems),
            unsure,
            signs=self._signs.find(text, marks, _half_taken(reading)),
        )
        return Steps(text, marks, linked, reading, tuple(refused), extraction)

    def _fit(self, facts: Iterable[Fact]) -> tuple[list[Fact], list[tuple[Fact, str]]]:
        """The facts that keep the ontology's rules, and the others, each with the rules that it breaks."""
        kept: list[Fact] = []
        refused: list[tuple[Fact, str]] = []
        for fact in facts:
            broken = "; ".join(broken_rules(fact, self.ontology.vocabulary))
            if broken:
                refused.append((fact, broken))
            else:
                kept.append(fact)
        return kept, refused

    def english(self, label: str, cls: str) -> str | None:
        """The English name that the parts of a label allow."""
        key = label, cls
        if key not in self._named:
            self._named[key] = english_name(
                label, cls, divisions=self.ontology.divisions, tables=self._english
            )
        return self._named[key]


def _half_taken(reading: Reading) -> Iterator[tuple[Span, str]]:
    """On what a fact may stand that is none, with its type."""
    for decided, draft in reading.judged:
        if decided.verdict is not Verdict.TWICE and (draft is None or decided.verdict is not Verdict.HELD):
            yield decided.proposal.pivot, decided.proposal.type


def _unfilled(reading: Reading, text: ReadingText) -> Iterator[Problem]:
    """The fillers of corrections that their roles do not take."""
    for proposal, filler in reading.unfilled:
        words = text.own_span(filler.span).of(text.own.text)
        said = f"correction of a {proposal.type}: {words!r} cannot be its {filler.role}, and was left out"
        yield Problem(text.own.source, said)


def _names_said(reading: Reading, linked: Linked) -> Iterator[tuple[Span, str]]:
    """Every name that fills a role, with its place; administrative divisions have no slips."""
    for draft in reading.drafts:
        for fillers in draft.roles.values():
            for filled in fillers:
                content = filled.content
                if isinstance(content, Mention) and linked.clusters[content].code is None:
                    yield content.span, content.name


def taught_of(ontology: Ontology) -> Taught | None:
    """What the ontology's reader was taught; OntologyError where it knows what the ontology has not."""
    if ontology.taught is None:
        return None
    taught = load_taught(ontology.taught)
    for each in taught.types:
        known = ontology.vocabulary.fact_types.get(each.name)
        if known is None or not known.roles.keys() >= set(each.roles):
            raise OntologyError(
                f"{show_path(ontology.taught)}: {each.name} is no longer what was taught; "
                "run `kg teach --adopt` again, or `kg teach --back`"
            )
    return taught


def extract(document: Document, ontology: Ontology) -> Extraction:
    """The facts of one document; for many, keep an Extractor."""
    return Extractor(ontology).extract(document)
