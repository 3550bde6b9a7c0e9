"""The row of a table that holds the sums of the others, and does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kg.conflicts.agreement import EXACT
from kg.conflicts.parts import broken
from kg.conflicts.statements import Conflict, Kind, Statement
from kg.ontology.comparison import Comparison
from kg.types import Document, Quantity, Span

_CUT = re.compile(r"[^\S\t]*[\t|][^\S\t]*")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,9})?")
_NOTHING = re.compile(r"[-—–/0]*")
_RANK_OR_NAME = 2  # cells at the left of a row, one of which says that it holds the sums


@dataclass(frozen=True, slots=True)
class _Row:
    span: Span
    cells: tuple[str, ...]

    def is_one_of(self, words: Iterable[str]) -> bool:
        return any("".join(cell.split()).rstrip("：:") in words for cell in self.cells[:_RANK_OR_NAME])


def find_wrong_rows(document: Document, text: str, comparison: Comparison) -> Iterator[Conflict]:
    """Each column of each table whose numbers do not add up to that in the row of sums.

    ``text`` is the document's, in simplified characters. The row of sums is the last of a table or the first
    below the header; a column of shares, or with a cell that is neither number nor empty, is left out.
    """
    if not any(word in text for word in comparison.total_rows):
        return
    for _, lines in groupby(_rows(text), key=lambda row: len(row.cells)):
        rows = list(lines)
        if len(rows[0].cells) > 1:
            yield from _table(document, rows, comparison)


def _rows(text: str) -> Iterator[_Row]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inner = line.strip("\r")
        left = 1 if inner.startswith("|") else 0
        right = len(inner) - (1 if inner.endswith("|") and len(inner) > 1 else 0)
        yield _Row(Span(start, end), tuple(cell.strip() for cell in _CUT.split(inner[left:right])))
        start = end + 1


def _table(document: Document, rows: Sequence[_Row], comparison: Comparison) -> Iterator[Conflict]:
    totals = [i for i, row in enumerate(rows) if row.is_one_of(comparison.total_rows)]
    if len(totals) != 1:
        return
    at = totals[0]
    header = rows[0]
    body = [row for row in (rows[1:at] if at > 1 else rows[at + 1 :]) if not _is_rule(row)]
    body = [row for row in body if not row.is_one_of(comparison.subtotal_rows)]
    for column in range(1, len(header.cells)):
        label = header.cells[column]
        if any(word in label for word in comparison.no_sums) or "%" in label:
            continue
        whole = _number(rows[at].cells[column])
        figures = [(row, _number(row.cells[column])) for row in body]
        if whole is None or any(n is None and not _NOTHING.fullmatch(r.cells[column]) for r, n in figures):
            continue
        parts = [(row, number) for row, number in figures if number is not None]
        numbers = [number for _, number in parts]
        step = min(int(number.value.as_tuple().exponent) for number in (whole, *numbers))
        if len(parts) > 1 and broken(whole, numbers, has_rest=False, step=Decimal(10) ** step):
            yield Conflict(
                Kind.SUM,
                label,
                "",
                "",
                (
                    _row_said(document, rows[at], column),
                    *(_row_said(document, row, column, part=True) for row, _ in parts),
                ),
                sum((number.value for number in numbers), Decimal(0)),
            )


def _is_rule(row: _Row) -> bool:
    return all(set(cell) <= set("-:") for cell in row.cells)


def _row_said(document: Document, row: _Row, column: int, *, part: bool = False) -> Statement:
    quote = row.span.of(document.text)
    return Statement(
        document.source, row.span, quote, row.cells[column], page=document.page_at(row.span.start), part=part
    )


def _number(cell: str) -> Quantity | None:
    match = _NUMBER.fullmatch(cell)
    if match is None:
        return None
    return Quantity(Decimal(match[0].replace(",", "")), "", EXACT, match[0])
