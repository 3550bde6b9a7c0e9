"""Header rows of tables to columns: which role the cells below fill, and in which unit their figures are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.annotations import Column, Takes
from kg.ontology import Ontology
from kg.ontology.tables import TableType
from kg.ontology.vocabulary import ENTITY, QUANTITY, TEXT, TIME, Role
from kg.types import Span

_LONGEST = 30  # characters of a header cell
_LEAST_OTHER = 3  # columns of a table that fits no type or has its cells below one another: two may be chance
_UNIT = re.compile(r"[(\uff08]([^()\uff08\uff09]*)[)\uff09]$|([%\uff05\u2030])$")
_SLASH = re.compile(r"[/\uff0f]([^/\uff0f]+)$")
_SIGNS = "±+-\uff0d"  # before a per cent sign: （±%）

Cells = Sequence[Span]


class Label(NamedTuple):
    """A header cell's words without its unit, and that."""

    said: str
    unit: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns below header rows; ``type`` is '' where they fit none, ``labels`` are as they stand."""

    type: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...]


class HeaderReader:
    """Reads header rows by the ontology's tables and the grammar's table words."""

    def __init__(self, ontology: Ontology) -> None:
        grammar = ontology.grammar
        self._ontology = ontology
        self._units = grammar.table_units
        self._ranks = grammar.table_ranks
        plain = grammar.table_ranks | grammar.table_units | grammar.table_other
        self._labels = plain.union(*(kind.labels for kind in ontology.tables))

    def is_known(self, cell: str) -> bool:
        """Whether a cell is a label by its words: a year is none."""
        return len(cell) <= _LONGEST and self._label(cell, None).said in self._labels

    def read(self, text: str, rows: Sequence[Cells]) -> Header | None:
        """What header rows say, one below the other and of one length; None where they are no header."""
        cells = [cell.of(text) for row in rows for cell in row]
        if any(len(cell) > _LONGEST for cell in cells):
            return None
        paths = [list(path) for path in self._paths(text, rows)]
        named = [path for path in paths if path]
        known = sum(any(self._knows(said) for said, _, _ in _readings(path)) for path in named)
        if len(named) < 2 or known * 2 < len(named):
            return None
        fitting = [(kind, self._roles(kind, paths)) for kind in self._ontology.tables]
        fitting = [(kind, roles) for kind, roles in fitting if kind.is_met({*roles.values()})]
        labels = tuple("\n".join(label.said for label in path) for path in paths)
        if not fitting:
            if len(named) < _LEAST_OTHER or not all(map(self.is_known, filter(None, cells))):
                return None
            return Header("", tuple(self._column(None, path) for path in paths), labels)
        # max gives the first of equal ones
        kind, _ = max(fitting, key=lambda found: (len(found[1]), len({*found[1].values()})))
        return Header(kind.name, tuple(self._column(kind, path) for path in paths), labels)

    def read_stacked(self, text: str, cells: Cells) -> Header | None:
        """What header cells say that stand one below the other: all of them are known."""
        is_header = len(cells) >= _LEAST_OTHER and all(self.is_known(cell.of(text)) for cell in cells)
        return self.read(text, [cells]) if is_header else None

    def goes_on(self, text: str, above: Cells, below: Cells) -> bool:
        """Whether a row below a header row belongs to the header: it says what the cells above leave open.

        Where it has a label of the row above once more, as cells that go over both rows do, it is none of
        data, and may say what no table knows.
        """
        if len(above) != len(below):
            return False
        upper, lower = [cell.of(text) for cell in above], [cell.of(text) for cell in below]
        repeats = any(said and said == upper[n] and self.is_known(said) for n, said in enumerate(lower))
        is_new = False
        for column, said in enumerate(lower):
            if not said or said == upper[column]:
                continue
            is_spanned = not upper[column] or (column + 1 < len(upper) and not upper[column + 1])
            label = self._label(said, None)
            is_unit = not label.said and bool(label.unit)
            if len(said) > _LONGEST or not (is_unit or self._knows(label.said) or (repeats and is_spanned)):
                return False
            if not (is_unit or is_spanned):
                return False
            is_new = True
        return is_new

    def _knows(self, label: str) -> bool:
        return label in self._labels or any(kind.pattern_of(label) for kind in self._ontology.tables)

    def _label(self, cell: str, span: Span | None) -> Label:
        """金额 and 万元 of 金额（万元）, 金额/万元, 金额（单位：万元）; a label may have a slash too."""
        said = "".join(cell.split()).rstrip(":\uff1a")
        match = _UNIT.search(said)
        if match is None and not self._knows(said) and (slash := _SLASH.search(said)):
            match = slash if self._knows(said[: slash.start()]) else None
        if match is None:
            return Label(said, "", span)
        unit = next(filter(None, match.groups()), "").lstrip(_SIGNS)
        for mark in ":\uff1a":
            unit = unit.rpartition(mark)[2]
        return Label(said[: match.start()].rstrip(_SIGNS + ":\uff1a"), unit, span)

    def _paths(self, text: str, rows: Sequence[Cells]) -> Iterator[Iterator[Label]]:
        """By column its header cells with words, from the top; one that spans several stands over each."""
        for column in range(len(rows[0])):
            yield self._path(text, rows, column)

    def _path(self, text: str, rows: Sequence[Cells], column: int) -> Iterator[Label]:
        before = ""
        for number, row in enumerate(rows):
            cell = row[column]
            below = rows[number + 1 :]
            if not len(cell) and any(len(under[column]) for under in below):
                over = next((at for at in range(column - 1, -1, -1) if len(row[at])), None)
                if over is not None and below[0][over].of(text) not in ("", row[over].of(text)):
                    cell = row[over]
            said = cell.of(text)
            if said and said != before:
                yield self._label(said, cell)
            before = said or before

    def _roles(self, kind: TableType, paths: Sequence[Sequence[Label]]) -> dict[int, str]:
        """The role of each column that has one."""
        found = {}
        for column, path in enumerate(paths):
            role = next((role for said, _, _ in _readings(path) if (role := kind.role_of(said))), None)
            if role is not None:
                found[column] = role
        return found

    def _column(self, kind: TableType | None, path: Sequence[Label]) -> Column:
        unit = next((label.unit for label in reversed(path) if label.unit), "")
        for said, used, other in _readings(path):
            role = kind.role_of(said) if kind else None
            if kind and role:
                if used is not None and len(path) == 1 and kind.pattern_of(said):
                    other = used
                takes = _takes(self._ontology.vocabulary.fact_types[kind.name].roles[role])
                return Column(role, takes, unit, other.span if other else None)
            if said in self._units:
                return Column("", Takes.UNIT)
            if said in self._ranks:
                return Column("", Takes.RANK)
        return Column("", Takes.NOTHING, unit)


def _readings(path: Sequence[Label]) -> Iterator[tuple[str, Label | None, Label | None]]:
    """What a column may be called, likeliest first: words, their label, the one that sets it apart."""
    named = [label for label in path if label.said]
    if len(named) > 1:
        yield "".join(label.said for label in named), None, named[0]
    for label in reversed(named):
        others = [other for other in named if other is not label]
        yield label.said, label, others[0] if others else None


def _takes(role: Role) -> Takes:
    if TIME in role.kinds:
        return Takes.TIME
    if ENTITY in role.kinds:
        return Takes.ENTITY
    return Takes.QUANTITY if QUANTITY in role.kinds and TEXT not in role.kinds else Takes.TEXT
