"""Sums that a text itself draws: the last row of a table, a list with its total, a part of a whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kg.conflicts.agreement import EXACT
from kg.conflicts.parts import broken
from kg.conflicts.statements import Conflict, Kind, Statement
from kg.ontology import Ontology
from kg.ontology.comparison import Comparison
from kg.script import to_simplified
from kg.types import Document, Fact, Quantity, Span
from kg.values import QuantityMention, Tables, find_quantities

_CUT = re.compile(r"[^\S\t]*[\t|][^\S\t]*")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,9})?")
_NOTHING = re.compile(r"[-—–/0]*")
_RANK_OR_NAME = 2  # cells at the left of a row, one of which says that it holds the sums
_GAP = 3  # characters between the word for a sum and its figure
_LONGEST = 1_000  # characters of a sentence
_END = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the figures of facts fill, by source and place: fact, type and role."""

    places: Mapping[str, Mapping[int, tuple[Fact, str]]]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Figures:
        """The figures of all facts."""
        found: dict[str, dict[int, tuple[Fact, str]]] = defaultdict(dict)
        for fact in facts:
            for evidence in fact.evidence:
                for part in evidence.fillers:
                    if isinstance(fact.roles[part.role][part.index], Quantity):
                        found[evidence.source][part.span.end] = (fact, part.role)
        return cls(found)


def find_wrong_totals(
    document: Document, figures: Figures, ontology: Ontology, tables: Tables
) -> Iterator[Conflict]:
    """The sums of one document that are wrong."""
    comparison = ontology.comparison
    text = to_simplified(document.text)
    if any(word in text for word in comparison.total_rows):
        yield from _tables(document, text, comparison)
    of_document = figures.places.get(document.source, {})
    marks = [(word, True) for word in comparison.sums] + [(word, False) for word in ontology.grammar.part_of]
    for word, is_sum in marks:
        for match in re.finditer(re.escape(word), text):
            sentence = _sentence(text, match.start())
            if len(sentence) > _LONGEST:
                continue
            found = find_quantities(sentence.of(text), tables)
            shifted = [(Span(m.span.start + sentence.start, m.span.end + sentence.start), m) for m in found]
            check = _list if is_sum else _share
            yield from check(document, sentence, match.start(), match.end(), shifted, of_document, comparison)


def _sentence(text: str, at: int) -> Span:
    """The sentence around a character, and the one before where it is the first of its own."""
    start = max(
        (m.end() for m in _END.finditer(text, max(0, at - _LONGEST), at)), default=max(0, at - _LONGEST)
    )
    end = _END.search(text, at)
    return Span(start, end.start() if end else len(text))


Found = Sequence[tuple[Span, QuantityMention]]


def _list(
    document: Document,
    sentence: Span,
    start: int,
    end: int,
    found: Found,
    figures: Mapping[int, tuple[Fact, str]],
    comparison: Comparison,
) -> Iterator[Conflict]:
    """甲10万元、乙20万元，共计30万元: all figures of its unit before it, where facts have them in one role."""
    total = next((one for one in found if 0 <= one[0].start - end <= _GAP), None)
    if total is None or total[1].value.bound != EXACT:
        return
    unit = total[1].value.unit
    parts = [one for one in found if one[0].end <= start and one[1].value.unit == unit]
    known = [figures.get(span.end) for span, _ in parts]
    roles = {(fact.type, fact.modality, role) for fact, role in (k for k in known if k is not None)}
    said = document.text[sentence.start : total[0].start]
    if (
        len(parts) < 2
        or None in known
        or len(roles) != 1
        or any(mention.value.bound != EXACT for _, mention in parts)
        or any(word in said for word in comparison.apart)
    ):
        return
    kind = broken(total[1].value, [mention.value for _, mention in parts], has_rest=False)
    if kind is not None:
        yield _conflict(Kind.SUM, document, sentence, total, parts, figures)


def _share(
    document: Document,
    sentence: Span,
    start: int,
    end: int,
    found: Found,
    figures: Mapping[int, tuple[Fact, str]],
    comparison: Comparison,
) -> Iterator[Conflict]:
    """共100万元，其中甲120万元: a part that is more than every figure of its unit before."""
    by_unit: dict[str, list[tuple[Span, QuantityMention]]] = defaultdict(list)
    for one in found:
        by_unit[one[1].value.unit].append(one)
    for unit, group in by_unit.items():
        before = [one for one in group if one[0].end <= start]
        after = [one for one in group if one[0].start >= end]
        if unit in comparison.loose_units | {"%", "pp"} or not before or not after:
            continue
        whole, part = max(before, key=_value), max(after, key=_value)
        if all(one[1].value.bound == EXACT for one in (*before, part)) and broken(
            whole[1].value, [part[1].value], has_rest=True
        ):
            yield _conflict(Kind.EXCESS, document, sentence, whole, [part], figures)


def _value(one: tuple[Span, QuantityMention]) -> Decimal:
    return one[1].value.value


def _conflict(
    kind: Kind,
    document: Document,
    sentence: Span,
    whole: tuple[Span, QuantityMention],
    parts: Found,
    figures: Mapping[int, tuple[Fact, str]],
) -> Conflict:
    def said(one: tuple[Span, QuantityMention], *, part: bool) -> Statement:
        span = one[0]
        fact, _ = figures.get(span.end, (None, ""))
        around = (
            next(
                (e.span for e in fact.evidence if e.source == document.source and e.span.contains(span)),
                sentence,
            )
            if fact
            else _clause(document.text, sentence, span)
        )
        return Statement(
            document.source,
            around,
            around.of(document.text),
            span.of(document.text),
            fact.iri if fact else "",
            document.page_at(around.start),
            part,
        )

    fact, role = next((figures[span.end] for span, _ in (whole, *parts) if span.end in figures), (None, ""))
    return Conflict(
        kind,
        " ".join(sentence.of(document.text).split())[:_ABOUT],
        fact.type if fact else "",
        role,
        (said(whole, part=False), *(said(one, part=True) for one in parts)),
        sum((_value(one) for one in parts), Decimal(0)),
    )


_ABOUT = 24  # characters of a sentence or a heading that say what a sum is about
_COMMA = re.compile(r"[，,：:、]")


def _clause(text: str, sentence: Span, span: Span) -> Span:
    starts = [m.end() for m in _COMMA.finditer(text, sentence.start, span.start)]
    after = _COMMA.search(text, span.end, sentence.end)
    return Span(starts[-1] if starts else sentence.start, after.start() if after else sentence.end)


# -- tables ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    span: Span
    cells: tuple[str, ...]

    def is_one_of(self, words: Iterable[str]) -> bool:
        return any("".join(cell.split()).rstrip("：:") in words for cell in self.cells[:_RANK_OR_NAME])


def _tables(document: Document, text: str, comparison: Comparison) -> Iterator[Conflict]:
    """Each column of each table whose numbers do not add up to that in the row of sums."""
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
        if len(parts) > 1 and broken(whole, [number for _, number in parts], has_rest=False):
            yield Conflict(
                Kind.SUM,
                label[:_ABOUT],
                "",
                "",
                (
                    _row_said(document, rows[at], column),
                    *(_row_said(document, row, column, part=True) for row, _ in parts),
                ),
                sum((number.value for _, number in parts), Decimal(0)),
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
