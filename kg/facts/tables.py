"""Tables, one cell a line or one row a line: the header cells say which roles the cells below fill.

A table begins with a run of header cells, each of which a frame's ``columns`` or the lexicon knows. Its
rows are as long as its header: of cells in lines of their own, or of one line cut at tabs or bars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from kg.facts.drafts import Common, Content, Draft, Filled, Said, When
from kg.ontology import Ontology
from kg.ontology.frames import Frame, FrameRole
from kg.types import Mention, Modality, Passage, Span
from kg.values import Tables, find_quantities

_LEAST_COLUMNS = 3
_LONGEST_CELL = 40  # characters of a cell in a line of its own; a longer line is prose
_UNIT_LINES = 2  # above the header, in which the unit of all figures may stand
_BRACKET = re.compile(r"[(（](.*)[)）]\s*$")
_CUT = re.compile(r"[^\S\t]*[\t|][^\S\t]*")
_MARGIN = 500  # characters of empty cells behind the last one with words
_RULE = re.compile(r"[:-]*")  # between header and rows in Markdown
_RANK = re.compile(r"\d{1,4}[.、]?")


@dataclass(frozen=True, slots=True)
class Table:
    """The span of a table in the text, its header's labels with their units, and the cells of each row.

    ``unit`` is what a line above says of all figures.
    """

    span: Span
    labels: tuple[str, ...]
    units: tuple[str, ...]
    unit: str
    rows: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class TableReader:
    """Reads the tables of one document; ``date_of`` gives the EDTF of a cell's words, if they are a time."""

    ontology: Ontology
    tables: Tables
    mentions: Mapping[int, Mention]  # by where they start
    is_a: Callable[[str, str], bool]
    class_of: Callable[[Mention], str]
    date_of: Callable[[str], str | None]

    def find(self, text: str, passages: Sequence[Passage]) -> Iterator[Table]:
        """The tables of a text, in order."""
        lines = [_cells(text, passage.span) for passage in passages]
        at = 0
        while at < len(lines):
            labels, rows, end = self._table(text, lines, at)
            if rows:
                span = Span(passages[at].span.start, passages[end - 1].span.end)
                said = [label.of(text) for label in labels]
                above = self._unit_above(text, lines, at)
                yield Table(span, tuple(map(_label, said)), tuple(map(_unit, said)), above, tuple(rows))
            at = end if rows else at + 1

    def _table(
        self, text: str, lines: Sequence[Sequence[Span]], at: int
    ) -> tuple[Sequence[Span], list[tuple[Span, ...]], int]:
        """Header, rows and the line behind the table that begins in a line; no rows where none does."""
        rows: list[tuple[Span, ...]] = []
        header, end = lines[at], at + 1
        if len(header) > 1:  # a row a line
            while end < len(lines) and len(lines[end]) == len(header):
                if not all(_RULE.fullmatch(cell.of(text)) for cell in lines[end]):
                    rows.append(tuple(lines[end]))
                end += 1
        else:
            while end < len(lines) and len(lines[end]) == 1 and self._is_label(lines[end][0].of(text)):
                end += 1
            header = [cells[0] for cells in lines[at:end]]
            rows, end = self._stacked(text, lines, end, len(header))
        is_header = len(header) >= _LEAST_COLUMNS and all(self._is_label(cell.of(text)) for cell in header)
        return header, rows if is_header else [], end

    def _stacked(
        self, text: str, lines: Sequence[Sequence[Span]], at: int, width: int
    ) -> tuple[list[tuple[Span, ...]], int]:
        """The rows of cells one below the other: each begins with its rank, where the table has ranks."""
        rows: list[tuple[Span, ...]] = []
        has_rank = at < len(lines) and bool(_RANK.fullmatch(lines[at][0].of(text)))
        while width >= _LEAST_COLUMNS and at + width <= len(lines):
            cells = [cells[0] for cells in lines[at : at + width] if len(cells) == 1]
            is_whole = len(cells) == width and all(len(cell) <= _LONGEST_CELL for cell in cells)
            ends = any(cell.of(text).endswith(tuple(self.ontology.grammar.sentence_ends)) for cell in cells)
            if not is_whole or ends or has_rank != bool(_RANK.fullmatch(cells[0].of(text))):
                break
            following = str(len(rows) + 2)  # the rank of the next row, which must not stand in this one
            behind = lines[at + width][0].of(text) if at + width < len(lines) else ""
            if has_rank and behind != following and any(cell.of(text) == following for cell in cells[1:]):
                break
            rows.append(tuple(cells))
            at += width
        return rows, at

    def _is_label(self, cell: str) -> bool:
        return _label(cell) in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        grammar = self.ontology.grammar
        return self.ontology.column_labels | grammar.table_ranks | grammar.table_units | grammar.table_other

    def _unit_above(self, text: str, lines: Sequence[Sequence[Span]], at: int) -> str:
        """万元 of 单位:万元, in one of the lines above."""
        for cells in reversed(lines[max(0, at - _UNIT_LINES) : at]):
            for word in self.ontology.grammar.table_units:
                match = re.search(rf"{re.escape(word)}[:：]\s*(\w+)", cells[-1].of(text))
                if match:
                    return match[1]
        return ""

    # -- facts --------------------------------------------------------------------------------------

    def drafts(self, text: str, table: Table, subject: Sequence[Filled]) -> Iterator[tuple[Draft, Span]]:
        """A fact of each row, with the row; ``subject`` is what figures are about."""
        frame = self._frame(table)
        if frame is None:
            return
        units = self.ontology.grammar.table_units
        for row in table.rows:
            draft = Draft(frame, frame.senses[0], row[0], 0, Modality.ASSERTED)
            own = next(
                (row[i].of(text) for i, label in enumerate(table.labels) if label in units), table.unit
            )
            for label, unit, cell in zip(table.labels, table.units, row, strict=True):
                for role in frame.roles_of_column(label):
                    filled = self._fill(text, role, cell, unit or own)
                    if filled is not None:
                        draft.add(role.name, filled)
                        draft.dated = draft.dated or role.takes == "time"
                        break
            if frame.kind == "figure":
                for role in frame.senses[0].roles:
                    if role.takes == "entity" and role.name not in draft.roles:
                        for filled in subject:
                            draft.add(role.name, filled)
            if all(needed & draft.roles.keys() for needed in frame.needs):
                yield draft, Span(row[0].start, row[-1].end)

    def _frame(self, table: Table) -> Frame | None:
        """The frame that knows most columns, of those whose needs the columns can meet."""

        def columns(frame: Frame) -> set[str]:
            return {role.name for label in table.labels for role in frame.roles_of_column(label)}

        fitting = [f for f in self.ontology.frames if all(needed & columns(f) for needed in f.needs)]
        return max(fitting, key=lambda frame: (len(columns(frame)), frame.priority), default=None)

    def _fill(self, text: str, role: FrameRole, cell: Span, unit: str) -> Filled | None:
        said = cell.of(text)
        content: Content | None = None
        if role.takes == "time":
            edtf = self.date_of(said)
            content = When(edtf, said) if edtf else None
        elif role.takes == "quantity":
            for words in (said, said + unit):
                found = find_quantities(words, self.tables)
                if len(found) != 1 or len(found[0].span) != len(words):
                    continue
                if {found[0].kind, found[0].value.unit} & role.units:
                    content = replace(found[0].value, text=said)
        elif role.takes == "text":
            content = Said(said) if said.strip("-—/ ") and role.allows(said) else None
        else:
            content = self._entity(role, cell, said)
        return Filled(content, cell) if content is not None else None

    def _entity(self, role: FrameRole, cell: Span, said: str) -> Mention | Common | None:
        mention = self.mentions.get(cell.start)
        names = self.ontology.names
        if mention is not None and mention.span == cell:
            cls = self.class_of(mention)
            return mention if any(self.is_a(cls, wanted) for wanted in role.classes) else None
        ending = names.ending_of(said)
        if ending is not None and any(self.is_a(ending[1], wanted) for wanted in role.classes):
            return Common(said, ending[1])
        if names.person in role.classes and 2 <= len(said) <= 4 and names.is_surname(said):
            return Common(said, names.person)
        return None


def _cells(text: str, line: Span) -> list[Span]:
    """The cells of a line: one, or those between its tabs or bars; what is empty is a cell too."""
    said = line.of(text)
    if "\t" in said:  # its first and its last cells may be empty
        head = text[text.rfind("\n", 0, line.start) + 1 : line.start]
        tail = re.match(r"[ \t]*", text[line.end : line.end + _MARGIN])
        line = Span(line.start - len(head), line.end + (len(tail[0]) if tail else 0))
        said = line.of(text)
    start, end = line.start + said.startswith("|"), line.end - said.endswith("|")
    cuts = [(line.start + m.start(), line.start + m.end()) for m in _CUT.finditer(said)]
    edges = [(start, start), *(c for c in cuts if start <= c[0] and c[1] <= end), (end, end)]
    return [_stripped(text, left[1], right[0]) for left, right in pairwise(edges)]


def _stripped(text: str, start: int, end: int) -> Span:
    said = text[start:end]
    return Span(
        start + len(said) - len(said.lstrip()),
        max(start + len(said) - len(said.lstrip()), start + len(said.rstrip())),
    )


def _label(cell: str) -> str:
    """A header cell without its unit: 金额 of 金额（万元）."""
    return "".join(_BRACKET.sub("", cell).split())


def _unit(cell: str) -> str:
    match = _BRACKET.search(cell)
    return match[1].strip() if match else ""
