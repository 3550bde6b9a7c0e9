"""A marked Doc to facts: clauses, references, frames, statistics, offices, in the order of the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc

from kg.annotations import Linked, Marks, marks_of
from kg.facts.calendar import Calendar
from kg.facts.drafts import Draft, Filled, Refusal
from kg.facts.elements import Clause, Element, Kind
from kg.facts.figures import FigureReader
from kg.facts.filling import Evoked
from kg.facts.groups import Group, Parsed, parse
from kg.facts.interpreter import Interpreter, evidence_span
from kg.facts.phrases import PhraseBuilder
from kg.facts.references import Memory
from kg.facts.tables import Table, TableReader
from kg.facts.titles import Lead, TitleReader
from kg.facts.wording import WordReader
from kg.ontology import Ontology
from kg.ontology.frames import Frame
from kg.types import Modality, Passage, PassageKind, Span
from kg.values import Tables

_LONGEST_DATELINE = 8  # elements
_RECENT = 200  # names among which a holder left out is looked for


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A draft with the characters that carry it."""

    draft: Draft
    evidence: Span


@dataclass(slots=True)
class Reading:
    """What was read of a document: facts, and why frames refused (for `kg explain`)."""

    facts: list[FoundFact] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    sentences: list[list[Parsed]] = field(default_factory=list)


def trigger_index(frames: Sequence[Frame]) -> dict[str, tuple[object, ...]]:
    """Trigger word to the frames it may evoke, each in one sense.

    Frames of kind title and figure have readers of their own.
    """
    index: dict[str, list[object]] = {}
    for frame in frames:
        if frame.kind != "clause":
            continue
        for sense in frame.senses:
            for word in sense.words:
                index.setdefault(word, []).append(Evoked(frame, sense))
    return {word: tuple(evoked) for word, evoked in index.items()}


class FactReader:
    """Reads the facts of marked documents by the ontology's frames."""

    def __init__(self, ontology: Ontology, tables: Tables) -> None:
        self._ontology = ontology
        self._tables = tables
        self._words = WordReader(ontology.names, ontology.grammar, trigger_index(ontology.frames))
        self._phrases = PhraseBuilder(ontology.names, ontology.grammar)

    def read(self, doc: Doc, linked: Linked, day: str = "") -> Reading:
        """All facts of a document, in the order of the text; ``day`` is its own, where that is known."""
        marks = marks_of(doc)
        reading = Reading()
        text = doc.text  # put together anew at every call
        reader = _DocumentReader(self._ontology, self._tables, text, marks, linked, reading, day)
        starts = [word.start for word in marks.words]
        # by the word in which they begin; of two in one word the first
        mentions = {starts[bisect_right(starts, m.span.start) - 1]: m for m in reversed(marks.mentions)}
        titles = {title.start: title for title in marks.titles}
        inside = Span(0, 0)  # the table that is being passed
        tables = iter(reader.tables())
        ahead = next(tables, None)
        for passage in marks.passages:
            if ahead is not None and ahead.span.start == passage.span.start:
                reader.read_table(ahead)
                inside, ahead = ahead.span, next(tables, None)
            if passage.kind is PassageKind.FURNITURE or inside.contains(passage.span):
                continue
            reader.open_passage(passage)
            for sentence in passage.sentences:
                first, last = bisect_left(starts, sentence.start), bisect_left(starts, sentence.end)
                words = marks.words[first:last]
                elements = list(
                    self._words.elements(text, words, mentions, titles, marks.quantities, marks.times)
                )
                if sentence.start == passage.span.start:
                    elements = elements[reader.read_dateline(elements) :]
                clauses = self._phrases.clauses(text, elements)
                if clauses:
                    reader.read_sentence(clauses, passage)
        return reading


class _DocumentReader:
    """The state that runs through one document: who was named, whom it is about, when it is."""

    def __init__(
        self,
        ontology: Ontology,
        tables: Tables,
        text: str,
        marks: Marks,
        linked: Linked,
        reading: Reading,
        day: str,
    ) -> None:
        vocabulary = ontology.vocabulary
        self._ontology = ontology
        self._text = text
        self._linked = linked
        self._reading = reading
        self._memory = Memory(linked, ontology.divisions, vocabulary.is_a, marks.nested)
        self._calendar = Calendar(tables, text, marks, day)
        is_a, class_of, dates = vocabulary.is_a, linked.cls, self._calendar.date_of
        names, grammar = ontology.names, ontology.grammar
        self._interpreter = Interpreter(names, grammar, is_a, class_of, dates)
        self._figures = [
            FigureReader(frame, names, grammar, is_a, class_of, dates)
            for frame in _of_kind(ontology, "figure")
        ]
        self._titles = [
            TitleReader(frame, names, grammar, is_a, class_of, dates, marks.nested)
            for frame in _of_kind(ontology, "title")
        ]
        self._passages = marks.passages
        self._tables = TableReader(
            ontology,
            tables,
            {mention.span.start: mention for mention in marks.mentions},
            is_a,
            class_of,
            self._calendar.read,
        )
        self._bodies: list[
            Filled
        ] = []  # organizations that the paragraph's sentences are about, latest first
        self._is_plan = False  # whether the heading above says that what follows is to be done
        self._lead: Lead | None = None  # what stands over the list of offices that is being read
        self._in_list = False  # whether the line before goes on in this one

    def tables(self) -> Iterator[Table]:
        """The tables of the document."""
        return self._tables.find(self._text, self._passages)

    def read_table(self, table: Table) -> None:
        """A fact of each row."""
        for draft, row in self._tables.drafts(self._text, table, self._figure_subjects()):
            self._add(draft, row)

    def _add(self, draft: Draft, evidence: Span) -> None:
        """Keep a draft, with what the heading above and the paragraph's time say of it."""
        if self._is_plan and draft.modality is Modality.ASSERTED and draft.frame.kind != "title":
            draft.modality = Modality.PLANNED
        self._calendar.govern(draft)
        self._reading.facts.append(FoundFact(draft, evidence))

    def open_passage(self, passage: Passage) -> None:
        """A new paragraph: its opening time may govern it."""
        self._calendar.open_passage(passage)
        self._bodies = []
        line = passage.span.of(self._text)
        if passage.kind is PassageKind.HEADING:
            self._is_plan = any(word in line for word in self._ontology.grammar.plan_headings)
        led = next((lead for titles in self._titles if (lead := titles.lead_in(line))), "")
        if led or passage.kind is PassageKind.HEADING or not self._in_list:
            self._lead = Lead(led, self._calendar.heading_date) if led else None
        self._in_list = bool(led) or line.endswith(tuple(self._ontology.grammar.item_ends))

    def read_dateline(self, elements: Sequence[Element]) -> int:
        """How many elements a paragraph's dateline has: 本报福州8月3日电. Its day is when it was written."""
        ends = self._ontology.grammar.dateline_ends
        for index, (element, following) in enumerate(pairwise(elements[:_LONGEST_DATELINE])):
            blank = not following.text.strip()
            if element.text.endswith(tuple(ends)) and (blank or element.span.end < following.span.start):
                for time in elements[:index]:
                    if time.kind is Kind.TIME:
                        self._calendar.see_dateline(time)
                return index + 1 + blank
        return 0

    def read_sentence(self, clauses: Sequence[Clause], passage: Passage) -> None:
        """Read one sentence and add its facts."""
        self._calendar.open_sentence()
        for clause in clauses:
            for element in clause.elements:
                self._memory.read(element)
                if element.kind is Kind.TIME and element.time is not None:
                    self._calendar.see(element)
            self._memory.close_clause(clause)
        sentence = [parse(clause, self._ontology.grammar, self._ontology.names) for clause in clauses]
        self._reading.sentences.append(sentence)
        if passage.kind is PassageKind.BODY:
            self._add_facts(sentence)
        else:
            self._set_topic(sentence)
        subjects = [p.agent() or p.joint_subject() for p in sentence]
        named = [group for group in subjects if group is not None]
        for group in named[:1]:
            self._memory.subject = tuple(
                m for item in group.items for m in ((item.mention,) if item.mention else item.referents)
            )
        self._bodies = [*self._organizations_of(named), *self._bodies]
        self._calendar.close_sentence(sentence)

    def _organizations_of(self, subjects: Sequence[Group]) -> list[Filled]:
        """The organizations that sentences are about: a later title without one is held there."""
        body = self._ontology.names.tags["ORG"]
        return [
            Filled(mention, item.span)
            for group in subjects
            for item in group.items
            for mention in ((item.mention,) if item.mention else item.referents)
            if self._ontology.vocabulary.is_a(self._linked.cls(mention), body)
        ]

    def _set_topic(self, sentence: Sequence[Parsed]) -> None:
        division = self._ontology.names.division
        for parsed in sentence:
            for element in parsed.elements:
                named = [element.mention] if element.mention else [*element.parts[-1:]]
                for mention in [self._memory.nested.get(m, m) for m in named]:
                    if self._linked.cls(mention) == division:
                        self._memory.topic = mention
                        return

    def _add_facts(self, sentence: Sequence[Parsed]) -> None:
        drafts, refusals = self._interpreter.drafts(self._text, sentence)
        used: set[int] = set().union(*(d.elements | d.shared for d in drafts)) if drafts else set()
        recent = self._memory.named[-_RECENT:]
        persons = [m for m in reversed(recent) if self._linked.cls(m) == self._ontology.names.person]
        before = _count_persons(sentence, self._linked, self._ontology.names.person)
        for titles in self._titles:
            drafts.extend(titles.drafts(self._text, sentence, persons[before:], self._bodies, self._lead))
        carried = self._figure_subjects()
        for figures in self._figures:
            drafts.extend(figures.drafts(self._text, sentence, used, carried))
        for draft in drafts:
            self._add(draft, evidence_span(draft, sentence))
        self._reading.refusals.extend(refusals)

    def _figure_subjects(self) -> list[Filled]:
        """What a figure is about where its sentence does not say: what the document is about."""
        topic = self._memory.topic
        return [Filled(topic, topic.span)] if topic is not None else []


def _of_kind(ontology: Ontology, kind: str) -> list[Frame]:
    return [frame for frame in ontology.frames if frame.kind == kind]


def _count_persons(sentence: Sequence[Parsed], linked: Linked, person: str) -> int:
    return sum(
        linked.cls(m) == person
        for parsed in sentence
        for e in parsed.elements
        for m in (*e.parts, *((e.mention,) if e.mention else ()))
    )


__all__ = ["FactReader", "FoundFact", "Reading", "trigger_index"]
