"""A document's own date: from its dateline, or from what its text says of today and of the years it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from kg.spans import Spans
from kg.types import Span
from kg.values.moments import Base, Part, Point, TimeKind, TimeMention, Unit
from kg.values.tables import Tables
from kg.values.times import find_times

# Time stamps are read in the time of China.
_CHINA = timezone(timedelta(hours=8))
_STAMP = re.compile(r"\d{13}|\d{10}")
# A year in a name is one of these; an earlier or later one tells nothing of when a text was written.
_NAMED_YEAR = re.compile(r"(?<![0-9A-Za-z./~\uff5e\uff0d\u2010-\u2015-])(?:19[5-9]|20[0-4])[0-9](?![0-9.,/])")
# Up to this month a text that names a past year as a whole (2024年，) is of the year after it.
_EARLY_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Dateline:
    """The date of a document, known to a unit: of a month it is the first day, of a year the last."""

    day: date
    unit: Unit = Unit.DAY


def find_dateline(lines: Sequence[str], tables: Tables) -> Dateline | None:
    """The date of a document by its first lines: a full date in a short line or right after a label.

    It may also open a longer line that is no sentence, or one that begins with a bracket or dash, or end
    one of the last lines. None where no such line is there.
    """
    times = tables.times
    for line in lines[: times.dateline_lines]:
        is_plain = not times.dateline_stops.search(line)
        for mention in find_times(line, tables):
            opening = line[: mention.span.start].strip()
            shown = (
                (len(line.strip()) <= times.dateline_short or not opening)
                if is_plain
                else opening in times.dateline_openers
            )
            near = line[max(0, mention.span.start - times.dateline_near) : mention.span.start]
            if times.dateline_other.search(near):
                continue
            if (shown or _is_labelled(line, mention, tables)) and (found := _date(mention)):
                return found
    for line in reversed(lines[-times.dateline_last :]):
        if found := _last_date(line.strip(), tables):
            return found
    return None


def _last_date(line: str, tables: Tables) -> Dateline | None:
    """The date at the end of a short line, or in a time stamp."""
    times = tables.times
    stamp = times.dateline_stamps.search(line)
    if stamp and (figures := _STAMP.search(line, stamp.end())):
        seconds = int(figures[0]) / (1000 if len(figures[0]) > 10 else 1)
        return Dateline(datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).date())
    if len(line) > times.dateline_short:
        return None
    for mention in find_times(line, tables):
        if mention.span.end == len(line) and (found := _date(mention)):
            return found if found.unit is Unit.DAY or not mention.span.start else None
    return None


def _is_labelled(line: str, mention: TimeMention, tables: Tables) -> bool:
    """Whether a label of a dateline stands right before a time, or behind it."""
    times = tables.times
    near = line[max(0, mention.span.start - times.dateline_near) : mention.span.start]
    after = line[mention.span.end : mention.span.end + times.dateline_near]
    return bool(times.dateline_labels.search(near) or times.dateline_labels.match(after))


def _date(mention: TimeMention) -> Dateline | None:
    expr = mention.expr
    point = expr.end if expr.kind is TimeKind.RANGE else expr.start
    if point is None or expr.kind not in (TimeKind.POINT, TimeKind.ASOF, TimeKind.RANGE) or point.years != 1:
        return None
    year = point.year or (expr.start.year if expr.start else None)
    if expr.kind is TimeKind.RANGE and point.day is None:
        return None
    parts = (year, point.month) if point.day is None else (year, point.month, point.day)
    if any(part is None or part.base is not Base.NAMED for part in parts):
        return None
    numbers = [part.value for part in parts if part]
    try:
        return Dateline(
            date(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 1),
            Unit.DAY if len(numbers) > 2 else Unit.MONTH,
        )
    except ValueError:
        return None


def infer_dateline(
    text: str, times: Mapping[int, TimeMention], ends: Collection[str], tables: Tables
) -> Dateline | None:
    """The date of a document without a dateline, from what its text says.

    The year is the latest that is named as no future one; the day is that of 今天（7月19日） or of the
    words ``ends`` (8月3日电). None where no year is named.
    """
    today = _today(text, times, tuple(ends))
    named = list(_years(text, times, tables))
    year = _title_year(text, times) if today is None else None
    if year is None:
        year = max((value for value, _ in named), default=None)
    if year is None:
        return None
    last = [end for value, end in named if value == year]
    over = [end for end in last if tables.times.dateline_over.match(text, end)]
    is_early = today is not None and today[0] <= _EARLY_MONTHS
    if (over and is_early) or _is_past(text, last, over, times, tables):
        year += 1
    if today is not None:
        try:
            return Dateline(date(year, today[0], today[1]) + timedelta(days=today[2]))
        except ValueError:
            pass
    return Dateline(date(year, 12, 31), Unit.YEAR)


def _is_past(
    text: str, ends: Sequence[int], over: Sequence[int], times: Mapping[int, TimeMention], tables: Tables
) -> bool:
    """Whether the year that is named with these ends is not the present one.

    That is so where it is only what another is compared with, or where a sentence tells it as a whole
    (``over``) and the present one by a word (今年).
    """
    compared = Spans(
        Span(start, start + len(mention.span)) for start, mention in times.items() if mention.comparison
    )
    if ends and all(compared.at(end - 1) is not None for end in ends):
        return True
    present = Spans(
        Span(start, start + 1)
        for start, mention in times.items()
        if mention.expr.start is not None and mention.expr.start.year == Part(0, Base.NOW)
    )
    sentences = Spans(Span(*match.span()) for match in tables.times.dateline_sentence.finditer(text))
    told = {sentence for end in over if (sentence := sentences.at(end)) is not None}
    return any(present.over(sentence) for sentence in told)


def _title_year(text: str, times: Mapping[int, TimeMention]) -> int | None:
    """The first year named in the first line, where that is a title."""
    line = len(text) - len(text.lstrip())
    end = text.find("\n", line)
    years = [
        point.year.value
        for start, mention in sorted(times.items())
        if line <= start < end
        for point in (mention.expr.end or mention.expr.start,)
        if point is not None and point.year is not None and point.year.base is Base.NAMED and point.years == 1
    ]
    return years[0] if years else None


def _today(text: str, times: Mapping[int, TimeMention], ends: tuple[str, ...]) -> tuple[int, int, int] | None:
    """The month and day of a date that is said to be today's, and how many days from today it is."""
    starts = sorted(times)
    for index, start in enumerate(starts):
        point, end = times[start].expr.start, start + len(times[start].span)
        if point is None:
            continue
        if _has_day(point) and text.startswith(ends, end):
            assert point.month is not None and point.day is not None
            return point.month.value, point.day.value, 0
        if point.day is None or point.day.base is not Base.NOW or index + 1 == len(starts):
            continue
        other = times[starts[index + 1]].expr.start
        if other is not None and _has_day(other) and starts[index + 1] - end == 1 and not text[end].isalnum():
            assert other.month is not None and other.day is not None
            return other.month.value, other.day.value, -point.day.value
    return None


def _has_day(point: Point) -> bool:
    """Whether a point is a month and a day and no year."""
    return point.year is None and _is_named(point.month) and _is_named(point.day)


def _is_named(part: Part | None) -> bool:
    return part is not None and part.base is Base.NAMED


def _years(text: str, times: Mapping[int, TimeMention], tables: Tables) -> Iterator[tuple[int, int]]:
    """The years that are named, but for those ahead or in a title, each with where it ends."""
    titles = Spans(tables.numbers.titles.find(text))
    open_ended: set[int] = set()
    past: set[int] = set()
    for start, mention in times.items():
        expr = mention.expr
        if expr.kind in (TimeKind.UNTIL, TimeKind.BY, TimeKind.SINCE):
            open_ended.add(start)
        elif expr.kind is TimeKind.RANGE and expr.end is not None and expr.end.month is not None:
            past.update(range(start + 1, start + len(mention.span)))
        elif _is_spelled(expr.start, text, start) and not _is_ahead(text, start, tables):
            assert expr.start is not None and expr.start.year is not None
            yield expr.start.year.value, start + len(mention.span)
    for match in _NAMED_YEAR.finditer(text):
        start, end = match.span()
        if start in open_ended or titles.at(start) is not None:
            continue
        if _is_no_year(text, end, tables) or (start not in past and _is_ahead(text, start, tables)):
            continue
        yield int(match[0]), end


def _is_spelled(point: Point | None, text: str, start: int) -> bool:
    """Whether a point is of a year that is written in words (二〇一八年)."""
    return point is not None and point.years == 1 and _is_named(point.year) and not text[start].isascii()


def _is_no_year(text: str, end: int, tables: Tables) -> bool:
    """Whether four figures that end here are a quantity, or the year of an aim (2035年远景目标)."""
    year = tables.times.dateline_year.match(text, end)
    if tables.times.dateline_aims.match(text, year.end() if year else end):
        return True
    figure = text[end : end + 1] in tables.numbers.large or tables.units.words.first_after(text, end)
    return bool(figure) and year is None


def _is_ahead(text: str, start: int, tables: Tables) -> bool:
    """Whether a word before a year says that it is still to come."""
    words = tables.times
    near = words.dateline_stops.split(text[max(0, start - words.dateline_near) : start])[-1]
    return not words.asof.first_before(text, start) and bool(
        words.dateline_ahead.search(words.dateline_behind.sub("", near))
    )
