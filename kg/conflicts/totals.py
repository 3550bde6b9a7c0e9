"""Sums that a sentence itself draws: a list with its total, a part of a whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.conflicts.agreement import EXACT
from kg.conflicts.parts import SHARES, broken
from kg.conflicts.statements import Conflict, Kind, Statement
from kg.ontology import Ontology
from kg.ontology.comparison import Comparison
from kg.types import Document, Fact, Quantity, Span
from kg.values import Tables, find_quantities

_GAP = 3  # characters between the word for a sum and its figure
_LONGEST = 1_000  # characters of a sentence
_ABOUT = 24  # characters of a sentence that say what a sum is about
_END = re.compile(r"[。！？!?；;\n]")
_BREAK = re.compile(r"[，,：:（(]")
_COMMA = re.compile(r"[，,：:、]")

Places = Mapping[int, tuple[Fact, str]]
Found = tuple[Span, Quantity]


def figure_places(facts: Iterable[Fact]) -> Mapping[str, Places]:
    """The fact and the role of each figure, by its source and where it ends."""
    found: dict[str, dict[int, tuple[Fact, str]]] = defaultdict(dict)
    for fact in facts:
        for evidence in fact.evidence:
            for part in evidence.fillers:
                if isinstance(fact.roles[part.role][part.index], Quantity):
                    found[evidence.source][part.span.end] = (fact, part.role)
    return found


def find_wrong_sums(
    document: Document, text: str, places: Places, ontology: Ontology, tables: Tables
) -> Iterator[Conflict]:
    """The sums in one document's sentences that are wrong; ``text`` is its text in simplified characters."""
    for words, is_sum in ((ontology.comparison.sums, True), (ontology.grammar.part_of, False)):
        for match in re.finditer("|".join(map(re.escape, sorted(words))) or "(?!)", text):
            start, end = _sentence(text, match.start())
            if end - start <= _LONGEST:
                found = [
                    (Span(m.span.start + start, m.span.end + start), m.value)
                    for m in find_quantities(text[start:end], tables)
                ]
                word = Span(match.start(), match.end())
                joins = tuple(ontology.grammar.joins)
                sentence = _Sentence(document, Span(start, end), found, places, ontology.comparison, joins)
                yield from sentence.lists(word) if is_sum else sentence.shares(word)


def _sentence(text: str, at: int) -> tuple[int, int]:
    first = max(0, at - _LONGEST)
    start = max((match.end() for match in _END.finditer(text, first, at)), default=first)
    end = _END.search(text, at)
    return start, end.start() if end else len(text)


@dataclass(frozen=True, slots=True)
class _Sentence:
    document: Document
    span: Span
    found: Sequence[Found]
    places: Places
    comparison: Comparison
    joins: tuple[str, ...]

    def lists(self, word: Span) -> Iterator[Conflict]:
        """甲10万元、乙20万元，共计30万元: all figures of its unit before it, filling one role of facts."""
        total = next((one for one in self.found if 0 <= one[0].start - word.end <= _GAP), None)
        text = self.document.text
        if total is None or not _COMMA.fullmatch(text[word.start - 1 : word.start]):
            return  # in 滞纳金共计5万元 it is the sum of the one
        before = [one for one in self.found if one[0].end <= word.start and one[1].unit == total[1].unit]
        known = [self.places.get(span.end) for span, _ in before]
        roles = {(fact.type, fact.modality, role) for fact, role in (k for k in known if k is not None)}
        said = text[self.span.start : total[0].start]
        if (
            len(before) > 1
            and None not in known
            and len(roles) == 1
            and all(one[1].bound == EXACT for one in (total, *before))
            and not any(part in said for part in self.comparison.apart)
            and broken(total[1], [figure for _, figure in before], has_rest=False)
        ):
            yield self._conflict(Kind.SUM, total, before)

    def shares(self, word: Span) -> Iterator[Conflict]:
        """共100万元，其中甲120万元: a part that is more than every figure of its unit before.

        Of parts in a row (其中甲60万元、乙70万元) the sum counts, where one thing is in one part alone.
        """
        by_unit: dict[str, list[Found]] = defaultdict(list)
        for one in self.found:
            by_unit[one[1].unit].append(one)
        for unit, group in by_unit.items():
            before = [one for one in group if one[0].end <= word.start]
            after = [one for one in group if one[0].start >= word.end]
            if unit in self.comparison.loose_units | SHARES or not before or not after:
                continue
            whole, parts = max(before, key=_value), [max(after, key=_value)]
            if unit not in self.comparison.overlapping_units:
                parts = max(parts, self._row(after), key=lambda row: sum(map(_value, row)))
            if all(one[1].bound == EXACT for one in (*before, *parts)) and broken(
                whole[1], [figure for _, figure in parts], has_rest=True
            ):
                yield self._conflict(Kind.EXCESS, whole, parts)

    def _row(self, figures: Sequence[Found]) -> list[Found]:
        """The first figures, as far as nothing but a list's own mark parts them."""
        row = list(figures[:1])
        for one in figures[1:]:
            between = self.document.text[row[-1][0].end : one[0].start]
            if not between.startswith(self.joins) or _BREAK.search(between) is not None:
                break
            row.append(one)
        return row

    def _conflict(self, kind: Kind, whole: Found, parts: Sequence[Found]) -> Conflict:
        known = (self.places.get(span.end) for span, _ in (whole, *parts))
        fact, role = next((one for one in known if one is not None), (None, ""))
        return Conflict(
            kind,
            " ".join(self.span.of(self.document.text).split())[:_ABOUT],
            fact.type if fact else "",
            role,
            (self._statement(whole), *(self._statement(one, part=True) for one in parts)),
            sum(map(_value, parts), Decimal(0)),
        )

    def _statement(self, one: Found, *, part: bool = False) -> Statement:
        document, span = self.document, one[0]
        fact, _ = self.places.get(span.end, (None, ""))
        evidence = fact.evidence if fact else ()
        quoted = (e.span for e in evidence if e.source == document.source and e.span.contains(span))
        around = next(quoted, None) or self._clause(span)
        return Statement(
            document.source,
            around,
            around.of(document.text),
            span.of(document.text),
            fact.iri if fact else "",
            document.page_at(around.start),
            part,
        )

    def _clause(self, span: Span) -> Span:
        text = self.document.text
        starts = [match.end() for match in _COMMA.finditer(text, self.span.start, span.start)]
        after = _COMMA.search(text, span.end, self.span.end)
        return Span(starts[-1] if starts else self.span.start, after.start() if after else self.span.end)


def _value(one: Found) -> Decimal:
    return one[1].value
