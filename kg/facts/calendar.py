"""When things are: times resolved in the order of the text, and the times that govern what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kg.annotations import Marks
from kg.facts.drafts import Draft, Filled, When
from kg.facts.elements import Element, Kind
from kg.facts.groups import Parsed
from kg.types import Passage, PassageKind, Span
from kg.values import (
    Base,
    Tables,
    TimeContext,
    TimeMention,
    find_dateline,
    find_times,
    new_paragraph,
    resolve,
    update,
)

_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Calendar:
    """The times of one document; ``day`` is its own (YYYY-MM-DD), which a dateline in its text precedes."""

    def __init__(self, tables: Tables, text: str, marks: Marks, day: str = "") -> None:
        dateline = find_dateline([passage.span.of(text) for passage in marks.passages], tables)
        if dateline is None and day:
            dateline = date.fromisoformat(day)
        self._text = text
        self._tables = tables
        self._times = marks.times
        self.heading_date: Filled | None = None  # the day that the last heading with one names
        self._context = TimeContext(dateline=dateline)
        self._resolved: dict[int, str] = {}
        self._opener: Filled | None = None
        self._year: Filled | None = None
        self._heading_year: int | None = None
        self._in_heading = False

    def open_passage(self, passage: Passage) -> None:
        """A new paragraph: its opening time is its own."""
        self._opener = None
        self._in_heading = passage.kind is PassageKind.HEADING
        self._context = new_paragraph(self._context)
        if self._in_heading:
            self.heading_date = self._day_in(passage.span) or self.heading_date

    def _day_in(self, heading: Span) -> Filled | None:
        for start in range(heading.start, heading.end):
            time = self._times.get(start)
            edtf = resolve(time.expr, self._context) if time is not None else None
            if time is not None and edtf is not None and _DAY.fullmatch(edtf):
                span = Span(start, start + len(time.span))
                return Filled(When(edtf, span.of(self._text)), span)
        return None

    def see(self, element: Element) -> None:
        """Resolve a time where it stands."""
        time = element.time
        assert time is not None
        edtf = resolve(time.expr, self._context)
        if not time.comparison and not _looks_back(time):
            self._context = update(self._context, time.expr)
        if edtf is None or time.comparison:
            return
        self._resolved[element.span.start] = edtf
        if _YEAR.fullmatch(edtf) and self._in_heading:
            self._year = Filled(When(edtf, element.text), element.span)
            self._heading_year = int(edtf)

    def see_dateline(self, element: Element) -> None:
        """A day that says when what follows was written: times lean on it, and it dates no fact."""
        assert element.time is not None
        edtf = resolve(element.time.expr, self._context)
        if edtf is not None and _DAY.fullmatch(edtf):
            self._context = replace(self._context, dateline=date.fromisoformat(edtf))

    def read(self, words: str) -> str | None:
        """The EDTF of words that are a time and nothing else, such as a cell of a table."""
        found = find_times(words, self._tables)
        if len(found) != 1 or len(found[0].span) != len(words):
            return None
        return resolve(found[0].expr, self._context)

    def open_sentence(self) -> None:
        """In a report on one year, which its heading names, every sentence begins in that year."""
        if self._heading_year is not None:
            self._context = replace(self._context, year=self._heading_year, month=None, day=None)

    def date_of(self, element: Element) -> str | None:
        """The EDTF of a time element, or None where nothing tells it."""
        return self._resolved.get(element.span.start)

    def close_sentence(self, sentence: Sequence[Parsed]) -> None:
        """A sentence that begins with a time lets it govern the rest of the paragraph."""
        first = next((e for p in sentence[:1] for e in p.elements if e.kind is not Kind.MARK), None)
        if first is None or first.kind is not Kind.TIME:
            return
        edtf = self.date_of(first)
        if edtf is None:
            return
        self._opener = Filled(When(edtf, first.text), first.span)
        if self._year is None and _YEAR.fullmatch(edtf):
            self._year = self._opener

    def govern(self, draft: Draft) -> None:
        """Date a fact by what governs it where its sentence gives no time."""
        if draft.dated or draft.sense is None:
            return
        role = next((role for role in draft.sense.roles if role.takes == "time"), None)
        if role is None or draft.frame.kind == "title":
            return
        when = self._opener
        if when is None and (draft.frame.kind == "figure" or self._heading_year is not None):
            when = self._year
        if when is not None:
            draft.add(role.name, when)


def _looks_back(time: TimeMention) -> bool:
    """上年, 次年: a year counted from the one last named, which stays the year the text is in."""
    year = time.expr.start.year if time.expr.start else None
    return year is not None and year.base is Base.LAST and year.value != 0
