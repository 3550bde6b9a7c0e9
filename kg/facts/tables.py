"""Rows of tables to facts: cells fill the roles that their header names, figures in the unit given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from kg.annotations import Cell, ProposedFiller, Row, Table, Takes
from kg.facts.drafts import Draft, Filled, Said, When
from kg.facts.filling import Filler
from kg.ontology import Ontology
from kg.ontology.tables import TableType
from kg.ontology.vocabulary import QUANTITY, TIME, FactType, Role
from kg.types import Modality, Quantity, Span
from kg.values import Tables, find_quantities

EXTRACTOR = "table"
_BARE = re.compile(r"[\d.,]+")  # a number that has no unit
_ONE = "1"  # before a unit, to learn its kind
_UNIT = re.compile(r"\s*[(\uff08]([^()\uff08\uff09]+)[)\uff09]$")  # of an indicator: 粮食产量（万吨）
_FALLS = re.compile(r"[-\u2212\u2013\u2014\uff0d\u2193]\s*(?=\d)")
_RISES = re.compile(r"[+\uff0b\u2191]\s*(?=\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r"((?:19|20)\d\d)[-./](0?[1-9]|1[0-2])")
_DAY = re.compile(r"(?:19|20)\d{6}")

Roles = dict[str, list[Filled]]


@dataclass(frozen=True)
class TableReader:
    """Reads the tables of one document; ``filler`` finds its names and times."""

    ontology: Ontology
    tables: Tables
    text: str
    filler: Filler

    def drafts(self, tables: Iterable[Table]) -> Iterator[Draft]:
        """A fact of each row that has what its type needs; several where groups of columns tell several."""
        kinds = {kind.name: kind for kind in self.ontology.tables}
        for table in tables:
            if table.type:
                rows = _Rows(self, table, kinds[table.type])
                for row in table.rows:
                    yield from rows.drafts(row)

    def quantity(self, said: str, units: Iterable[str], kinds: frozenset[str]) -> Quantity | None:
        """The figure that words are, in the first unit with which they are of the kinds; any, for none."""
        words, sign = said, 1
        for pattern, meant in ((_FALLS, -1), (_RISES, 1)):
            match = pattern.match(said)
            if match:
                words, sign = said[match.end() :], meant
        for unit in units if _BARE.fullmatch(words) else ("", *units):
            found = find_quantities(words + unit, self.tables)
            if len(found) != 1 or len(found[0].span) != len(words + unit) or found[0].rank:
                continue
            value, kind = found[0].value, found[0].kind
            if kind in kinds if kinds else kind != self.tables.units.bare.kind:
                return replace(value, value=value.value * sign, text=said)
        return None

    def kinds_of(self, units: Iterable[str]) -> frozenset[str]:
        """The kinds of some unit words."""
        return frozenset(found.kind for unit in units for found in find_quantities(_ONE + unit, self.tables))

    def is_unit(self, word: str) -> bool:
        """Whether a word is a unit of figures."""
        return self.quantity(_ONE, (word,), frozenset()) is not None


@dataclass(frozen=True)
class _Rows:
    """What goes for all rows of a table."""

    reader: TableReader
    table: Table
    kind: TableType

    @cached_property
    def _type(self) -> FactType:
        return self.reader.ontology.vocabulary.fact_types[self.kind.name]

    @cached_property
    def _kinds(self) -> Mapping[str, frozenset[str]]:
        return {role: self.reader.kinds_of(units) for role, units in self.kind.units.items()}

    @cached_property
    def _captions(self) -> Mapping[str, Filled]:
        """The fillers that the lines above give, by role."""
        found: dict[str, Filled] = {}
        for name in self.kind.caption:
            role = self._type.roles[name]
            if TIME in role.kinds:
                fillers: Iterator[Filled] = filter(None, map(self._when_in, self.table.captions))
            else:
                fillers = self._named(role, self.table.place) if self.table.place is not None else iter(())
            filled = next(fillers, None)
            if filled is not None:
                found[name] = filled
        return found

    @cached_property
    def _groups(self) -> tuple[str, ...]:
        """The header cells that set figures of one role apart (2021年, 2022年): each tells its own fact."""
        by_role: dict[str, list[str]] = {}
        for column in self.table.columns:
            if column.takes is Takes.QUANTITY and column.group is not None:
                by_role.setdefault(column.role, []).append(column.group.of(self.reader.text))
        apart = [groups for groups in by_role.values() if len(set(groups)) > 1]
        return tuple(dict.fromkeys(group for groups in apart for group in groups))

    @cached_property
    def _latest(self) -> str | None:
        """The group that a figure beside them all is of: that of the last year, for a growth."""
        return max(self._times, key=lambda group: _edtf(self._times[group]), default=None)

    @cached_property
    def _times(self) -> Mapping[str, Filled]:
        """The groups that are times; no role says what others tell apart (预算数, 决算数): no facts."""
        found: dict[str, Filled] = {}
        for column in self.table.columns:
            span = column.group
            if span is not None and span.of(self.reader.text) in self._groups and (when := self._when(span)):
                found.setdefault(span.of(self.reader.text), when)
        return found

    def drafts(self, row: Row) -> Iterator[Draft]:
        """The facts of a row."""
        if not self._groups:
            draft = self._draft(row, row.cells, None)
            if draft is not None:
                yield draft
        for group in self._times:
            draft = self._draft(row, [cell for cell in row.cells if self._is_of(cell, group)], group)
            if draft is not None:
                yield draft

    def _is_of(self, cell: Cell, group: str) -> bool:
        column = self.table.columns[cell.column]
        own = column.group.of(self.reader.text) if column.group is not None else ""
        if own in self._groups:
            return own == group
        return column.takes is not Takes.QUANTITY or group == self._latest

    def _draft(self, row: Row, cells: Sequence[Cell], group: str | None) -> Draft | None:
        roles: Roles = {}
        units = self._units(row)
        for cell in cells:
            column = self.table.columns[cell.column]
            if not column.role:
                continue
            held = roles.setdefault(column.role, [])
            if held and column.takes in (Takes.QUANTITY, Takes.TIME):
                continue
            for filled in self._fill(cell, units):
                if all(other.content != filled.content for other in held):
                    held.append(filled)
        if not self.kind.is_met({name for name, held in roles.items() if held}):
            return None
        self._add_times(roles, cells, group)
        for name, filled in self._captions.items():
            if not roles.get(name):
                roles[name] = [filled]
        order = self._type.roles
        filled_roles = {
            name: tuple(roles[name][: role.maximum]) for name, role in order.items() if roles.get(name)
        }
        if any(len(filled_roles.get(name, ())) < role.minimum for name, role in order.items()):
            return None
        modality = Modality.PLANNED if self.table.is_plan else Modality.ASSERTED
        return Draft(self.kind.name, modality, cells[0].span, row.span, filled_roles, EXTRACTOR, {})

    def _add_times(self, roles: Roles, cells: Sequence[Cell], group: str | None) -> None:
        """The time in the header over the row's figures, where no cell is one."""
        name = next((name for name, role in self._type.roles.items() if TIME in role.kinds), None)
        if name is None or roles.get(name):
            return
        if group is not None:
            over: Filled | None = self._times[group]
        else:
            spans = [self.table.columns[cell.column].group for cell in cells]
            over = next(filter(None, (self._when(span) for span in spans if span is not None)), None)
        if over is not None:
            roles[name] = [over]

    # -- fillers ---------------------------------------------------------------------------------------

    def _fill(self, cell: Cell, units: Sequence[str]) -> Iterator[Filled]:
        column = self.table.columns[cell.column]
        role = self._type.roles[column.role]
        if column.takes is Takes.ENTITY:
            yield from self._named(role, cell.span)
        elif column.takes is Takes.TIME:
            when = self._when(cell.span)
            yield from (when,) if when is not None else ()
        elif column.takes is Takes.QUANTITY:
            yield from self._figure(role, cell, (column.unit, *units))
        else:
            yield from self._text(role, cell.span, column.unit)

    def _text(self, role: Role, span: Span, unit_above: str) -> Iterator[Filled]:
        """A text without the unit behind it; where the role takes figures too, 3000件 is one.

        A number under a unit of the header is no text: 2 under 物资（万元） says what goods are worth.
        """
        said = span.of(self.reader.text)
        if unit_above and _BARE.fullmatch(said):
            is_money = self.reader.kinds_of((unit_above,)) & self.reader.tables.units.money_kinds
            if QUANTITY in role.kinds and not is_money:
                counted = self.reader.quantity(said, (unit_above,), frozenset())
                yield from (Filled(counted, span),) if counted is not None else ()
            return
        value = self.reader.quantity(said, (), frozenset()) if QUANTITY in role.kinds else None
        if value is not None:
            yield Filled(value, span)
            return
        unit = _UNIT.search(said)
        end = unit.start() if unit and unit.start() and self.reader.is_unit(unit[1]) else len(said)
        yield Filled(Said(said[:end]), Span(span.start, span.start + end))

    def _named(self, role: Role, span: Span) -> Iterator[Filled]:
        yield from self.reader.filler.fill(role, ProposedFiller(role.name, span, 1.0))

    def _figure(self, role: Role, cell: Cell, units: Sequence[str]) -> Iterator[Filled]:
        said = cell.span.of(self.reader.text)
        own = list(dict.fromkeys(filter(None, units)))
        if role.name in self.kind.bare:
            own += self.kind.units[role.name][:1]
        word, is_fall = (
            self._change(said) if role.name in self.reader.ontology.grammar.signed else ("", False)
        )
        value = self.reader.quantity(said[len(word) :].strip(), own, self._kinds.get(role.name, frozenset()))
        if value is not None:
            number = -value.value if is_fall and value.value > 0 else value.value
            yield Filled(replace(value, value=number, text=said), cell.span)

    def _change(self, said: str) -> tuple[str, bool]:
        """The word that a change begins with (下降1.4), and whether it is one of falling."""
        grammar = self.reader.ontology.grammar
        for words, is_fall in ((grammar.change_down, True), (grammar.change_up, False)):
            found = max((word for word in words if said.startswith(word)), key=len, default="")
            if found:
                return found, is_fall
        return "", False

    def _units(self, row: Row) -> tuple[str, ...]:
        """The units that a row and the table give its figures: in a cell, behind an indicator, above."""
        text = self.reader.text
        cells = [(self.table.columns[cell.column].takes, cell.span.of(text)) for cell in row.cells]
        behind = (match[1] for takes, said in cells if takes is Takes.TEXT and (match := _UNIT.search(said)))
        own = [said for takes, said in cells if takes is Takes.UNIT]
        return (*own, *filter(self.reader.is_unit, behind), *self.table.units)

    def _when(self, span: Span) -> Filled | None:
        """The time that a cell is; 2022, 2022.6 and 20220614 are times in a column of them."""
        said = span.of(self.reader.text)
        edtf = self.reader.filler.calendar.read(span)
        if edtf is None and _YEAR.fullmatch(said):
            edtf = said
        if edtf is None and (month := _MONTH.fullmatch(said)):
            edtf = f"{month[1]}-{month[2]:0>2}"
        if edtf is None and _DAY.fullmatch(said):
            try:
                edtf = date.fromisoformat(said).isoformat()
            except ValueError:
                return None
        return Filled(When(edtf, said), span) if edtf is not None else None

    def _when_in(self, caption: Span) -> Filled | None:
        found = self.reader.filler.calendar.at(caption)
        return Filled(When(found[1], found[0].of(self.reader.text)), found[0]) if found is not None else None


def _edtf(filled: Filled) -> str:
    return filled.content.edtf if isinstance(filled.content, When) else ""
