"""When things are: the times of a document resolved in the order of its text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kg.spans import Spans
from kg.types import Passage, PassageKind, Span
from kg.values import (
    Base,
    Dateline,
    Tables,
    TimeContext,
    TimeKind,
    TimeMention,
    Unit,
    find_dateline,
    find_times,
    infer_dateline,
    new_paragraph,
    new_sentence,
    resolve,
    update,
)

_YEARS = re.compile(r"(\d{4})(?:/\d{4})?")
# A title is not longer.
_TITLE = 60
# A heading of a chronicle is a month or day and so many characters more.
_FEW = 6
_MONTH = re.compile(r"\d{4}-\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Calendar:
    """The EDTF of each time of a document.

    ``day`` is the document's own (YYYY-MM-DD); a date in its text goes before it. ``ends`` are the
    words behind a dateline (8月3日电): its day is when what follows was written. The year of a title
    governs all the text below, that of another heading up to the next one, a month (3月) up to the next.
    """

    def __init__(
        self,
        tables: Tables,
        text: str,
        passages: Sequence[Passage],
        times: Mapping[int, TimeMention],
        ends: Collection[str],
        day: str = "",
    ) -> None:
        own = (
            find_dateline([passage.span.of(text) for passage in passages], tables)
            or (Dateline(date.fromisoformat(day)) if day else None)
            or infer_dateline(text, times, ends, tables)
        )
        self._tables = tables
        self._text = text
        self._ends = tuple(ends)
        self._context = TimeContext(dateline=own.day, unit=own.unit) if own else TimeContext()
        self._heading_year: int | None = None
        self._heading_month: tuple[int, int] | None = None
        self._headed: Span | None = None
        self._title: tuple[int | None, str | None] = (None, None)
        self._begun = False
        self._sections: dict[int, tuple[int, str]] = {}  # by level, year and period of the open ones
        self._resolved: dict[Span, str] = {}
        self._before: list[tuple[int, TimeContext]] = []  # each passage's start
        if yearbook := tables.times.yearbook.search(text, 0, _TITLE):
            self._heading_year = int(yearbook[1]) - 1
            self._title = self._heading_year, f"{self._heading_year:04d}"
            self._context = replace(self._context, report=self._title[1])
        starts = sorted(times)
        for passage in passages:
            self._before.append((passage.span.start, self._context))
            if passage.kind is not PassageKind.FURNITURE:
                first = bisect_left(starts, passage.span.start)
                self._read(passage, starts[first : bisect_left(starts, passage.span.end)], times)

        self._places = Spans(self._resolved)

    def _read(self, passage: Passage, starts: Sequence[int], times: Mapping[int, TimeMention]) -> None:
        self._context = new_paragraph(self._context)
        if passage.kind is PassageKind.HEADING and any(level >= passage.level for level in self._sections):
            self._sections = {level: own for level, own in self._sections.items() if level < passage.level}
            inner = max(self._sections, default=None)
            self._heading_year, report = self._title if inner is None else self._sections[inner]
            self._context = replace(self._context, report=report)
        self._begun = self._begun or passage.kind is PassageKind.BODY
        if self._heading_month is not None:
            self._context = replace(self._context, year=self._heading_month[0], month=self._heading_month[1])
        for sentence in passage.sentences:
            self._context = new_sentence(self._context)
            if sentence.start == passage.span.start and self._heading_year is not None:
                self._context = replace(self._context, last=None)
            # Every sentence of a report on one year begins in it.
            if self._heading_year not in (None, self._context.year):
                self._context = replace(self._context, year=self._heading_year, month=None, day=None)
            first = bisect_left(starts, sentence.start)
            for start in starts[first : bisect_left(starts, sentence.end, first)]:
                time = times[start]
                self._see(Span(start, start + len(time.span)), time, passage)

    def _see(self, span: Span, time: TimeMention, passage: Passage) -> None:
        edtf = resolve(time.expr, self._context)
        if not time.comparison and not _looks_back(time):
            self._context = update(self._context, time.expr)
        if edtf is None:
            return
        self._resolved[span] = edtf
        if passage.kind is PassageKind.HEADING:
            point = time.expr.start
            is_period = time.expr.kind is TimeKind.POINT and point is not None and point.years == 2
            self._head(edtf if is_period or "/" not in edtf else "", span, passage.span, passage.level)
        if _DAY.fullmatch(edtf) and self._text.startswith(self._ends, span.end):
            self._context = replace(self._context, dateline=date.fromisoformat(edtf), unit=Unit.DAY)

    def _head(self, edtf: str, span: Span, heading: Span, level: int) -> None:
        """What a heading's first year is to the text below it, or its month if that is nearly all of it."""
        if _YEARS.fullmatch(edtf):
            if self._headed == heading:
                return
            self._headed = heading
            year = int(edtf[-4:])
            self._heading_year, self._heading_month = year, None
            self._context = replace(self._context, report=edtf)
            if self._begun or self._title[0] is not None:
                self._sections[level] = year, edtf
            else:
                self._title = year, edtf
        elif _MONTH.match(edtf) and "/" not in edtf and len(heading) - len(span) <= _FEW:
            self._heading_month = int(edtf[:4]), int(edtf[5:7])

    def at(self, span: Span) -> tuple[Span, str] | None:
        """The time that most of a span is, with its EDTF; None where nothing tells it."""
        over = self._places.over(span)
        if not over:
            return None
        best = max(
            over, key=lambda known: (min(known.end, span.end) - max(known.start, span.start), -len(known))
        )
        return best, self._resolved[best]

    def read(self, span: Span) -> str | None:
        """The EDTF of a span that is a time and nothing else, such as a cell of a table."""
        if span in self._resolved:
            return self._resolved[span]
        words = span.of(self._text)
        found = find_times(words, self._tables)
        if len(found) != 1 or len(found[0].span) != len(words):
            return None
        at = bisect_right(self._before, span.start, key=lambda known: known[0]) - 1
        return resolve(found[0].expr, self._before[at][1] if at >= 0 else self._context)


def _looks_back(time: TimeMention) -> bool:
    """上年, 次年: a year counted from the one last named, which stays the year the text is in."""
    year = time.expr.start.year if time.expr.start else None
    return year is not None and year.base is Base.LAST and year.value != 0
