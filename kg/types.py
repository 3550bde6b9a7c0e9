"""The values that stages hand to one another; all of them frozen.

Offsets everywhere are 0-based Unicode code points of one document's text, start included, end
excluded, as in spaCy's ``start_char``/``end_char`` and oa:TextPositionSelector.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of characters in one document's text.

    >>> Span(2, 4).of("北京大学")
    '大学'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of the span."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Document:
    """A source's plain text, never edited; ``source`` is the name that evidence gives it.

    ``kind`` is a media type. What the source says of itself: its title, the day it is of (YYYY-MM-DD),
    who published it, and its address on the web (``origin``). ``pages`` are the offsets at which its
    pages begin, ``furniture`` the parts that its format tells to be none of its text proper, ``notes`` what
    is to be reported of it, such as pages that could not be read.
    """

    source: str
    text: str
    kind: str = "text/plain"
    title: str = ""
    date: str = ""
    publisher: str = ""
    origin: str = ""
    pages: tuple[int, ...] = ()
    furniture: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number, from 1, of the page on which a character stands, where there are pages.

        >>> Document("a.pdf", "甲乙丙丁", pages=(0, 2)).page_at(2)
        2
        """
        return max(bisect_right(self.pages, offset), 1) if self.pages else None


class PassageKind(StrEnum):
    """What a passage is to the reader: only headings and body text can state facts."""

    BODY = "body"
    HEADING = "heading"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or line of a document; ``copy_of`` is the earlier passage it repeats, slips aside.

    ``level`` is how deep a heading lies by its number: 1 for 一、, 2 for （一）, 3 for 1., 4 without one.
    """

    span: Span
    kind: PassageKind
    sentences: tuple[Span, ...] = ()
    copy_of: Span | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in base units (2.5亿元 is 250000000 CNY) with its bound and its words.

    ``unit`` is ISO 4217 for money, ``%``, ``pp``, ``person``, ``person-time``, ``household``,
    ``time``, ``item``, ``mu``, or a UCUM code; ``bound`` is exact, about, min or max.
    """

    value: Decimal
    unit: str
    bound: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Period:
    """A time as EDTF (ISO 8601-2), resolved to the calendar, with its words."""

    edtf: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Text:
    """A filler that is neither thing, number nor time: a position, a purpose, an indicator."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Entity:
    """One node: every name of a thing in the documents leads to it.

    ``cls`` is the local name of its class; ``label`` the fullest name given, ``aliases`` the other
    names, sorted; ``english`` is present where the name's parts allow one; ``located_in`` is the IRI
    of the place it lies in; ``code`` the GB/T 2260 code of an administrative division.
    """

    iri: str
    label: str
    cls: str
    aliases: tuple[str, ...] = ()
    english: str | None = None
    located_in: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A name in a document; ``name`` is what is called so, without marks around it.

    ``cls`` is the class its form suggests; ``codes`` are the divisions it may mean; ``within`` are the
    place names written before it (浙江省嘉兴市 before 海盐县).
    """

    span: Span
    name: str
    cls: str
    codes: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


Value = Entity | Quantity | Period | Text


class Modality(StrEnum):
    """Whether a fact happened or holds, is planned, or is denied."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    NEGATED = "negated"


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """Where one filler stands in a source: filler ``index`` of ``role``.

    The span may lie before the quote: an omitted subject is shown where it was last named.
    """

    role: str
    index: int
    span: Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that states a fact; ``quote`` is exactly ``text[span.start:span.end]`` of the source.

    ``page`` is the page on which it begins, in a source that has pages.
    """

    source: str
    span: Span
    quote: str
    trigger: Span | None = None
    fillers: tuple[RoleSpan, ...] = ()
    page: int | None = None

    def __post_init__(self) -> None:
        if len(self.quote) != len(self.span):
            raise ValueError(f"{self.source}: the quote is not as long as its span {self.span}")


Roles = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One event, relation or statistic that a document states; never without evidence.

    ``type`` and the keys of ``roles`` are local names of the ontology; ``extractor`` says what read it
    (``reader``, ``table`` or ``pattern:NAME``); ``confidence`` lies in 0..1 and ``reasons`` say what it is
    made of. ``label`` and ``english`` are the fact as a line to read, where it is handed to people (see
    kg.graph.labels); the first is how it prints. ``fact[role]`` is the first filler of a role, ``role in
    fact`` whether it has any, iteration gives the roles that have.
    """

    iri: str
    type: str
    modality: Modality
    roles: Roles
    evidence: tuple[Evidence, ...]
    confidence: float
    extractor: str
    reasons: tuple[str, ...] = ()
    label: str = field(default="", compare=False, repr=False)
    english: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"{self.iri}: a fact needs evidence")

    def __str__(self) -> str:
        return self.label or repr(self)

    def __getitem__(self, role: str) -> Value:
        """The first filler of a role; ``roles[role]`` has all. Raises KeyError, with the roles there are."""
        if role not in self.roles:
            raise KeyError(f"{role}: no filler; this {self.type} has {', '.join(self.roles)}")
        return self.roles[role][0]

    def __contains__(self, role: object) -> bool:
        return role in self.roles

    def __iter__(self) -> Iterator[str]:
        return iter(self.roles)

    @property
    def quote(self) -> str:
        """The sentence that states it, as in its source: that of its first evidence."""
        return self.evidence[0].quote

    def fillers(self) -> Iterator[tuple[str, int, Value]]:
        """Every filler with its role and its index there."""
        for role, values in self.roles.items():
            for index, value in enumerate(values):
                yield role, index, value


class SignKind(StrEnum):
    """What shows that a sentence says something."""

    FIGURE = "figures"
    NAME = "names"
    WORD = "words"


@dataclass(frozen=True, slots=True)
class Sign:
    """A figure, a name, or a word on which a fact of the ``type`` may stand that is not sure enough."""

    kind: SignKind
    span: Span
    type: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A sentence that says something and that no fact took, with its signs in their order."""

    span: Span
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the facts of a source took of it; ``why`` is the likely reason where they took nothing, else ''.

    ``sentences_taken`` counts sentences in which a fact stands, ``figures`` all of the source.
    """

    sentences_taken: int
    figures: int
    figures_taken: int
    not_taken: tuple[NotTaken, ...] = ()
    why: str = ""


TYPE, MODALITY = "type", "modality"  # what may be unsure of a fact beside its roles


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a fact is to be checked: how ``sure`` it is, the ``threshold`` of its type, and what it lacks most.

    ``least`` is the least sure part, ``type``, ``modality`` or a role, and ``probability`` how likely it is.
    """

    sure: float
    threshold: float
    least: str
    probability: float


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that was skipped or looks wrong, for the report: which source, what, what to do."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one document gave: what the pipeline turns into the source's named graph.

    ``doubtful`` are facts too unsure for the graph, to be checked by a person, as lines of to-check.jsonl;
    ``signs`` show which sentences say something. ``decisions`` are the texts of those that had a part in it
    (see kg.decisions), ``corrections`` the lines of those that are of this source (see kg.corrections).
    """

    document: Document
    passages: tuple[Passage, ...]
    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]
    problems: tuple[Problem, ...] = ()
    doubtful: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a build made, for its summary and for report.txt.

    ``not_taken`` are the first sentences with a figure that no fact took: source, place, words;
    ``nothing_taken`` says of a source that states no fact why that may be (see kg.coverage.WHY).
    The last three are of this run alone and not in report.txt: the sources that were read, those that
    went out of the store, and what could not be read.
    """

    sources: list[str] = field(default_factory=list)
    characters: int = 0
    sentences: int = 0
    entities: dict[str, int] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0
    figures: int = 0
    figures_taken: int = 0
    sentences_taken: int = 0
    sentences_not_taken: int = 0
    not_taken: list[tuple[str, Span, str]] = field(default_factory=list)
    nothing_taken: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)
