"""The tables of a text, one cell a line or one row a line: their header says what the cells below fill.

A table begins with header cells that the ontology knows. Rows of cells between tabs or bars go on over
headings and the furniture of pages, as long as their figures stand where the header has them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from kg.annotations import Cell, Column, Row, Table, Takes
from kg.mentions.captions import place_in
from kg.mentions.cells import cells_of, stripped
from kg.mentions.headers import Header, HeaderReader
from kg.ontology import Ontology
from kg.types import Passage, PassageKind, Span

_LONGEST_CELL = 40  # characters of a cell or heading in a line of its own; a longer line is prose
_LONGEST_CAPTION = 60  # characters
_ABOVE = 3  # lines above the header that may speak of the table
_GAP = 3  # lines in a table that are no rows: headings, rows with a cell too few
_MOST_LABELS = 60  # header cells in lines of their own; more are a list
_HEADERS = 3  # rows of a header
_RULE = re.compile(r":?-+:?|")  # between header and rows in Markdown
_RANK = re.compile(r"\d{1,4}[.\u3001]?")
_UNIT, _COMMA = r"[\w%\uff05\u2030]+", re.compile(r"[,\uff0c\u3001]")
_BRACKETED = re.compile(r"[(\uff08].*$")


@dataclass(frozen=True, slots=True)
class _Line:
    passage: Passage
    cells: tuple[Span, ...]

    @property
    def is_furniture(self) -> bool:
        """Whether a line is of the page; one with cells is not: bars are only taken for that."""
        return self.passage.kind is PassageKind.FURNITURE and len(self.cells) == 1


class TableFinder:
    """Finds the tables of documents."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._headers = HeaderReader(ontology)
        grammar = ontology.grammar
        self._ends = tuple(sorted(grammar.sentence_ends))
        # names are cut at 、 but not at 和, which may be part of one
        marks = "".join(sorted(mark for mark in grammar.joins if len(mark) == 1 and not mark.isalnum()))
        self._joins = re.compile(f"[{re.escape(marks)}]") if marks else re.compile("(?!)")
        words = "|".join(sorted(map(re.escape, grammar.table_units), key=len, reverse=True))
        self._unit = re.compile(rf"(?:{words or '(?!)'})[:\uff1a]\s*({_UNIT}(?:{_COMMA.pattern}{_UNIT})*)")

    def find(self, text: str, passages: Sequence[Passage]) -> tuple[Table, ...]:
        """The tables of a text in simplified characters, in order."""
        lines = [_Line(passage, cells_of(text, passage.span)) for passage in passages]
        return tuple(_Finding(self, text, lines).tables())

    # -- what does not depend on the document --------------------------------------------------------

    @property
    def ontology(self) -> Ontology:
        """The ontology by which tables are known."""
        return self._ontology

    @property
    def headers(self) -> HeaderReader:
        """What reads their headers."""
        return self._headers

    def is_empty(self, said: str) -> bool:
        """Whether a cell says nothing: a dash, a word for nothing."""
        return not any(map(str.isalnum, said)) or said in self._ontology.grammar.table_empty

    def is_sentence(self, line: str) -> bool:
        """Whether a line is prose."""
        return len(line) > _LONGEST_CELL or line.endswith(self._ends)

    def is_total(self, said: Sequence[str], columns: Sequence[Column]) -> bool:
        """Whether a row sums up others, by its first two cells with words."""
        totals = self._ontology.grammar.table_totals
        filled = [(n, "".join(cell.split()).rstrip(":\uff1a")) for n, cell in enumerate(said) if cell]
        for column, cell in filled[:2]:
            bare = _BRACKETED.sub("", cell)
            takes = columns[column].takes if column < len(columns) else Takes.NOTHING
            if bare in totals or (takes in (Takes.ENTITY, Takes.RANK) and bare.endswith(tuple(totals))):
                return True
        return False

    def row(self, text: str, cells: Sequence[Span], columns: Sequence[Column]) -> Row | None:
        """The row of some cells; None where none says anything."""
        found: list[Cell] = []
        for number, (column, cell) in enumerate(zip(columns, cells, strict=False)):
            if column.takes in (Takes.NOTHING, Takes.RANK) or self.is_empty(cell.of(text)):
                continue
            parts = self._parts(text, cell) if column.takes is Takes.ENTITY else (cell,)
            found += [Cell(number, part) for part in parts if not self.is_empty(part.of(text))]
        words = [cell for cell in cells if len(cell)]
        return Row(Span(words[0].start, words[-1].end), tuple(found)) if found else None

    def _parts(self, text: str, cell: Span) -> Iterator[Span]:
        """The names in a cell."""
        edges = [(m.start(), m.end()) for m in self._joins.finditer(text, cell.start, cell.end)]
        for left, right in pairwise([(cell.start, cell.start), *edges, (cell.end, cell.end)]):
            part = stripped(text, left[1], right[0])
            if any(map(str.isalpha, part.of(text))):
                yield part

    def units_in(self, line: str) -> tuple[str, ...]:
        """万元 and % of 单位：万元、%."""
        match = self._unit.search(line)
        return tuple(_COMMA.split(match[1])) if match else ()


@dataclass(slots=True)
class _Found:
    """The lines of a table with its rows, before what stands above is looked at."""

    header: Header
    rows: list[Row]
    lines: list[int]
    end: int


class _Finding:
    """The search through one text."""

    def __init__(self, finder: TableFinder, text: str, lines: Sequence[_Line]) -> None:
        self._finder = finder
        self._text = text
        self._lines = lines
        self._taken: set[int] = set()  # lines of tables
        self._labels: list[int] = []  # the lines that are labels, one below the other, last found
        self._heading: int | None = None  # the last above the line that is looked at, and in no table
        self._passed = 0  # lines in which it was looked for

    def tables(self) -> Iterator[Table]:
        at = 0
        before: tuple[_Found, Table] | None = None
        while at < len(self._lines):
            wide = len(self._lines[at].cells) > 1
            found = self._wide(at) if wide else self._stacked(at)
            if found is None or not found.rows:
                at += 1
                continue
            self._taken.update(found.lines)
            table = self._table(at, found)
            if before is not None and self._goes_on(before[0], found, at):
                earlier = before[1]
                table = replace(
                    table,
                    units=table.units or earlier.units,
                    captions=(*table.captions, *earlier.captions),
                    place=table.place or earlier.place,
                )
            before = found, table
            yield table
            at = found.end

    def _goes_on(self, before: _Found, found: _Found, at: int) -> bool:
        """Whether a table is the one before with its header once more, on the next page."""
        between = [n for n in range(before.end, at) if not self._lines[n].is_furniture]
        return before.header.labels == found.header.labels and len(between) <= _ABOVE

    def _said(self, number: int) -> str:
        return self._lines[number].passage.span.of(self._text)

    # -- a row a line ----------------------------------------------------------------------------------

    def _header(self, at: int) -> tuple[Header, int] | None:
        """The header that begins in a line, and how many lines it has."""
        lines, headers = self._lines, self._finder.headers
        cells = lines[at].cells
        if len(cells) < 2 or not any(headers.is_known(cell.of(self._text)) for cell in cells):
            return None
        rows = [cells]
        while len(rows) < _HEADERS and at + len(rows) < len(lines):
            below = lines[at + len(rows)].cells
            if not headers.goes_on(self._text, rows[-1], below):
                break
            rows.append(below)
        for count in range(len(rows), 0, -1):
            header = headers.read(self._text, rows[:count])
            if header is not None:
                return header, count
        return None

    def _wide(self, at: int) -> _Found | None:
        begun = self._header(at)
        if begun is None:
            return None
        header, count = begun
        columns = header.columns
        found = _Found(header, [], list(range(at, at + count)), at + count)
        gap: list[int] = []
        for number in range(at + count, len(self._lines)):
            line = self._lines[number]
            if line.is_furniture:
                continue
            if len(line.cells) > 1:
                said = [cell.of(self._text) for cell in line.cells]
                if any(said) and all(map(_RULE.fullmatch, said)):
                    found.lines.append(number)
                    continue
                if self._header(number) is not None:
                    break
                if self._fits(said, columns, is_sure=not gap):
                    found.lines += [*(n for n in gap if len(self._lines[n].cells) > 1), number]
                    found.end, gap = number + 1, []
                    row = self._finder.row(self._text, line.cells, columns)
                    if row is not None and not self._finder.is_total(said, columns):
                        found.rows.append(row)
                    continue
            elif self._ends_table(self._said(number)):
                break
            if len(gap) == _GAP:
                break
            gap.append(number)
        return found

    def _ends_table(self, line: str) -> bool:
        return self._finder.is_sentence(line) or self._finder.headers.is_known(line)

    def _fits(self, said: Sequence[str], columns: Sequence[Column], *, is_sure: bool) -> bool:
        """Whether cells are a row: as many as in the header; else, or behind a gap, figures are in place."""
        if len(said) > len(columns):
            return False
        if is_sure and len(said) == len(columns):
            return True
        figures = 0
        for number, column in enumerate(columns):
            cell = said[number] if number < len(said) else ""
            has_digit = any(map(str.isdigit, cell))
            if column.takes in (Takes.QUANTITY, Takes.TIME, Takes.RANK):
                if not has_digit and not (len(said) == len(columns) and self._finder.is_empty(cell)):
                    return False
                figures += has_digit
            elif column.takes is Takes.ENTITY and has_digit and not any(map(str.isalpha, cell)):
                return False
        return figures > 0

    # -- a cell a line ---------------------------------------------------------------------------------

    def _stacked(self, at: int) -> _Found | None:
        """A table whose cells have lines of their own; each row begins with its rank, if there are ranks."""
        text, headers = self._text, self._finder.headers
        if self._lines[at].is_furniture or not headers.is_known(self._said(at)):
            return None
        numbers = self._labels_from(at)
        header = headers.read_stacked(text, [self._lines[n].cells[0] for n in numbers])
        if header is None:
            return None
        found = _Found(header, [], list(numbers), numbers[-1] + 1)
        width, has_rank = len(numbers), None
        rest = iter(n for n in range(found.end, len(self._lines)) if not self._lines[n].is_furniture)
        block = list(islice(rest, width + 1))
        while len(block) >= width and all(len(self._lines[n].cells) == 1 for n in block[:width]):
            said = [self._said(n) for n in block[:width]]
            ranked = bool(_RANK.fullmatch(said[0]))
            has_rank = ranked if has_rank is None else has_rank
            following = str(len(found.rows) + 2)  # the rank of the next row, which must not stand in this one
            is_short = (
                has_rank
                and following in said[1:]
                and not (len(block) > width and self._said(block[width]) == following)
            )
            if ranked != has_rank or is_short or any(map(self._finder.is_sentence, said)):
                break
            if not has_rank and not self._fits_stacked(said, header.columns):
                break
            found.lines += block[:width]
            found.end = block[width - 1] + 1
            row = self._finder.row(text, [self._lines[n].cells[0] for n in block[:width]], header.columns)
            if row is not None and not self._finder.is_total(said, header.columns):
                found.rows.append(row)
            block = [*block[width:], *islice(rest, width)]
        return found

    def _labels_from(self, at: int) -> list[int]:
        """The lines from one on that are labels, one below the other; none where they are too many."""
        if not self._labels or self._labels[-1] < at:
            self._labels = []
            for number in range(at, len(self._lines)):
                line = self._lines[number]
                if line.is_furniture:
                    continue
                if len(line.cells) > 1 or not self._finder.headers.is_known(self._said(number)):
                    break
                self._labels.append(number)
        first = bisect_left(self._labels, at)
        return self._labels[first:] if len(self._labels) - first <= _MOST_LABELS else []

    def _fits_stacked(self, said: Sequence[str], columns: Sequence[Column]) -> bool:
        if any(map(self._finder.headers.is_known, said[:1])):  # the header once more
            return False
        return all(
            any(map(str.isdigit, cell)) or self._finder.is_empty(cell)
            for cell, column in zip(said, columns, strict=True)
            if column.takes in (Takes.QUANTITY, Takes.TIME)
        )

    # -- what stands above -----------------------------------------------------------------------------

    def _table(self, at: int, found: _Found) -> Table:
        finder, text = self._finder, self._text
        above: list[int] = []
        for number in range(at - 1, -1, -1):
            if number in self._taken or len(above) == _ABOVE:
                break
            if self._lines[number].passage.kind is not PassageKind.FURNITURE:
                above.append(number)
        captions = [n for n in above if len(self._said(n)) <= _LONGEST_CAPTION]
        heading = self._heading_above(at)
        first = self._lines[0].passage
        spans = [self._lines[n].passage.span for n in captions]
        if first.kind is PassageKind.HEADING and 0 not in self._taken and first.span not in spans:
            spans.append(first.span)
        plans = finder.ontology.grammar.plan_headings
        return Table(
            type=found.header.type,
            columns=found.header.columns,
            rows=tuple(found.rows),
            lines=tuple(self._lines[n].passage.span for n in found.lines),
            units=next(filter(None, (finder.units_in(self._said(n)) for n in above)), ()),
            captions=tuple(spans),
            place=next(filter(None, (place_in(text, span, finder.ontology) for span in spans)), None),
            is_plan=heading is not None and any(word in self._said(heading) for word in plans),
        )

    def _heading_above(self, at: int) -> int | None:
        """The last heading above a line that says no unit; lines are asked for in their order."""
        for number in range(self._passed, at):
            if (
                number not in self._taken
                and self._lines[number].passage.kind is PassageKind.HEADING
                and not self._finder.units_in(self._said(number))
            ):
                self._heading = number
        self._passed = at
        return self._heading
