"""Times that are counted: 近三年, 过去三天, 两年后, 5天前."""

from __future__ import annotations

import re

from kg.values.atoms import Atom, number_of
from kg.values.moments import Base, Part, Point, Shift, TimeKind, Unit
from kg.values.tables import Tables

# The longest periods that are counted, in years and in smaller units.
_MOST_YEARS, _MOST_UNITS = 60, 400


def counted_at(text: str, at: int, tables: Tables) -> Atom | None:
    """The counted time that begins at a place."""
    if text[at] in tables.times.counts.openings:
        return _span(text, at, tables) or _window(text, at, tables)
    return _years(text, at, tables) or _shift(text, at, tables)


def _length(word: str, unit: Unit, tables: Tables) -> tuple[int, Unit] | None:
    """A count and its unit, years in months; half of a year or month in the unit below."""
    if word in tables.times.counts.half:
        halves = {Unit.YEAR: (6, Unit.MONTH), Unit.MONTH: (15, Unit.DAY)}
        return halves.get(unit)
    size = number_of(word, tables)
    if unit is Unit.YEAR:
        size, unit = size * 12, Unit.MONTH
    return (size, unit) if 0 < size <= _MOST_UNITS else None


def _is_opened(text: str, at: int, tables: Tables) -> bool:
    """Whether a clause begins here, or a word goes before that may open a time."""
    return not at or not text[at - 1].isalnum() or text[at - 1] in tables.times.counts.openers


def _window(text: str, at: int, tables: Tables) -> Atom | None:
    """最近两周, 未来三天: up to the document's date, or after it."""
    times, counts = tables.times, tables.times.counts
    match = counts.window.match(text, at)
    if match is None:
        return None
    unit, before, whole = counts.units[match["u"]], match["before"], match.group()
    if whole in times.years or whole in times.months or whole in times.days or whole in times.weeks:
        return None
    future = before in counts.future
    if before in counts.edges:
        opened = _is_opened(text, at, tables)
        # 前五个月 are the first of the year.
        if any(text.startswith(word, at) for word in (*times.halves, *times.month_halves)):
            return None
        if not opened or (unit is Unit.MONTH and before in times.firsts):
            return None
    elif unit is Unit.YEAR and match["n"] not in counts.half:
        years = number_of(match["n"], tables)
        return _spanned(match, -years if future else years, Base.NOW)
    found = _length(match["n"], unit, tables)
    if found is None:
        return None
    length = -found[0] if future else found[0]
    return Atom(*match.span(), Point(day=Part(0, Base.NOW)), TimeKind.SPAN, length=length, unit=found[1])


def _shift(text: str, at: int, tables: Tables) -> Atom | None:
    """5天前, 两个月后: a day or month so far from the document's date or the day last named."""
    times, counts = tables.times, tables.times.counts
    match = counts.shift.match(text, at)
    if match is None or counts.not_after.first_before(text, at):
        return None
    end = match["end"]
    stops = times.after_stops.get(end)
    found = _length(match["n"], counts.units[match["u"]], tables)
    if found is None or (stops is not None and stops.first_after(text, match.end())):
        return None
    ago = end in counts.ago
    base, bound = Base.NOW if ago else Base.LAST, not ago and not _is_opened(text, at, tables)
    shift = Shift(found[1], -found[0] if ago else found[0], base, bound)
    return Atom(*match.span(), Point(shift=shift))


def _span(text: str, at: int, tables: Tables) -> Atom | None:
    """近三年, 未来五年: whole years."""
    match = tables.times.span.match(text, at)
    if match is None:
        return None
    length = number_of(match["n"], tables)
    return _spanned(match, -length if match["before"] in tables.times.future.words else length, Base.NOW)


def _years(text: str, at: int, tables: Tables) -> Atom | None:
    """三年来, 12年间, 两年后: years counted from the document's date or the year last named."""
    times = tables.times
    match = times.counted_span.match(text, at)
    if match is None or match["n"].startswith("0"):
        return None
    length, end = number_of(match["n"], tables), match["end"]
    stops = times.after_stops.get(end[1:])
    if stops is not None and stops.first_after(text, match.end()):
        return None
    if end in times.later.words or end in times.ago.words:
        later = end in times.later.words
        year = Part(length, Base.LAST) if later else Part(-length, Base.NOW)
        return Atom(at, match.end(), Point(year)) if 0 < length < 100 else None
    return _spanned(match, length, Base.LAST if end in times.span_last.words else Base.NOW)


def _spanned(match: re.Match[str], length: int, base: Base) -> Atom | None:
    """Whole years; a single one is read where it lies behind (过去一年, 一年来)."""
    if not (1 < abs(length) <= _MOST_YEARS or (length == 1 and base is Base.NOW)):
        return None
    return Atom(*match.span(), Point(Part(0, base)), TimeKind.SPAN, length=length)
