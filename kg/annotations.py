"""What the language stages write down for one another, beside spaCy's own annotations.

The stages do not import one another; they meet in a Doc's tokens, spans and these marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from spacy.tokens import Doc

from kg.types import Mention, Modality, Passage, Span
from kg.values import QuantityMention, TimeMention

PATTERN = "pattern:"  # begins what names a user's pattern as an extractor
PERSON = "person"  # names as an extractor whoever corrects what was read
_MARKS = "kg_marks"


@dataclass(frozen=True, slots=True)
class ProposedFiller:
    """A chunk in a role; ``leads`` are the chunks it stands for, ``refers`` how likely it stands for any.

    ``classes`` are those that it may have where they are fewer than the role's.
    """

    role: str
    span: Span
    probability: float
    leads: tuple[Span, ...] = ()
    refers: float = 0.0
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact as it was read, before anything is decided: ``probability`` is that of its pivot.

    ``pivot`` is the span that the fact stands on, ``extractor`` what read it; ``needs`` are roles without
    which there is no fact. ``rival`` is the probability of the likeliest other type on the same span.
    """

    type: str
    modality: Modality
    pivot: Span
    probability: float
    modality_probability: float
    fillers: tuple[ProposedFiller, ...]
    extractor: str = "reader"
    needs: tuple[str, ...] = ()
    rival: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a fact of one sentence: what holds, and what was read and is wrong."""

    sentence: Span
    stated: Proposal | None
    was: Proposal | None


class Takes(StrEnum):
    """What the cells of a column are read as."""

    ENTITY = "entity"
    QUANTITY = "quantity"
    TIME = "time"
    TEXT = "text"
    UNIT = "unit"  # of the figures in its row
    RANK = "rank"  # the row's number
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What a header says of the cells below: the role that they fill, '' for none, and their unit.

    ``group`` is the header cell that tells the column from another of the same role, such as its year.
    """

    role: str
    takes: Takes
    unit: str = ""
    group: Span | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One filler of a row, or its unit: a cell that says something, or one of the names in it."""

    column: int
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A row that may state a fact, from its first cell with words to its last."""

    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts of one type; '' where it fits none and states nothing.

    ``lines`` are the passages that it is made of, ``captions`` those above that may speak of it, the nearest
    first; ``place`` is whom or what these are about. ``units`` are what a line above says of all figures,
    ``is_plan`` whether the heading above is over what is to be done.
    """

    type: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lines: tuple[Span, ...]
    units: tuple[str, ...] = ()
    captions: tuple[Span, ...] = ()
    place: Span | None = None
    is_plan: bool = False


@dataclass(slots=True)
class Marks:
    """What the components found in one document; values are keyed by their starts.

    ``titled`` and ``quoted`` are the spans between marks of titles and quotations, ``declared`` the short
    names that the document gives, ``nested`` a name and the place that it begins with. ``judgements`` are
    what people said: what they state is among the proposals.
    """

    passages: tuple[Passage, ...]
    quantities: Mapping[int, QuantityMention]
    times: Mapping[int, TimeMention]
    titled: Sequence[Span] = ()
    quoted: Sequence[Span] = ()
    tables: tuple[Table, ...] = ()
    proposals: list[Proposal] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    declared: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[Mention, Mention] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()

    @property
    def prose(self) -> tuple[Passage, ...]:
        """The passages that are no lines of tables."""
        lines = {line for table in self.tables for line in table.lines}
        return tuple(passage for passage in self.passages if passage.span not in lines)


def set_marks(doc: Doc, marks: Marks) -> None:
    """Put the marks on a Doc."""
    doc.user_data[_MARKS] = marks


def marks_of(doc: Doc) -> Marks:
    """The marks of a Doc that came through the pipeline."""
    marks = doc.user_data[_MARKS]
    assert isinstance(marks, Marks)
    return marks


@dataclass(slots=True)
class Cluster:
    """The mentions that name one thing; ``namesake`` numbers the persons of one name in a document."""

    cls: str
    names: Counter[str] = field(default_factory=Counter)
    code: str | None = None
    first: int = 0
    namesake: int = 0

    @property
    def label(self) -> str:
        """The fullest name: not one in Latin letters alone, the longest, then the commonest."""
        return min(self.names, key=lambda name: (name.isascii(), -len(name), -self.names[name], name))


@dataclass(frozen=True)
class Linked:
    """Who is who in one document."""

    clusters: Mapping[Mention, Cluster]

    def key(self, mention: Mention) -> int:
        """Equal for two mentions of one thing."""
        return id(self.clusters[mention]) if mention in self.clusters else hash(mention.name)

    def cls(self, mention: Mention) -> str:
        """The class of the thing a mention names."""
        cls = self._classes.get((mention.span.start, mention.span.end))
        return cls if cls is not None else mention.cls

    @cached_property
    def _classes(self) -> Mapping[tuple[int, int], str]:
        """By place: a mention's hash takes longer than all the rest of asking."""
        return {(m.span.start, m.span.end): cluster.cls for m, cluster in self.clusters.items()}
