"""Dates in figures alone: 13/10/2018, 27-7-3, 20240307; and what tells them from codes and numbers."""

from __future__ import annotations

import re
from calendar import monthrange

from kg.values.measures import measure_at, skip_blanks
from kg.values.moments import Part, Point
from kg.values.tables import Tables

# A year and a month in figures of an earlier year are a number (1372.4).
_FIRST_YEAR = 1900
# One of these beside eight figures makes them part of a code.
_CODE_MARKS = frozenset("-_/#@&=\\.")
# A label of a code stands so many characters before it.
_LABEL = 12


def year_first_date(match: re.Match[str], tables: Tables) -> Point | None:
    """A day or month that begins with a year of four: 2018-03-05, 2018.11; but 2018.11万元 is a sum."""
    year, month = int(match["iy"]), Part(int(match["im"]))
    if match["id"]:
        return Point(Part(year), month, Part(int(match["id"])))
    if match["is"] == " " or (len(match["im"]) < 2 and not _is_range_end(match, tables)):
        return None
    return (
        None
        if match["is"] == "." and _counts(match.string, match.end(), tables)
        else Point(Part(year), month)
    )


def _counts(text: str, end: int, tables: Tables) -> bool:
    """Whether a magnitude or a measure, other than one of time or things, follows a number."""
    numbers, units = tables.numbers, tables.units
    at = skip_blanks(text, end)
    measure = measure_at(text, at, tables)
    kinds = units.money_kinds | units.rate_over | units.signed_kinds
    following = text[at : at + 1]
    return following in numbers.large or following in numbers.small or bool(measure and measure.kind in kinds)


def compact_date(match: re.Match[str], tables: Tables) -> Point | None:
    """A day in eight figures (20240307), where no letter or code goes on beside it."""
    text, (start, end), times = match.string, match.span(), tables.times
    year, month, day = (int(match[key]) for key in ("cy", "cm", "cd"))
    before, behind = text[max(0, start - 3) : start].rstrip(" ")[-1:], text[end : end + 1]
    if day > monthrange(year, month)[1] or before in _CODE_MARKS or behind in _CODE_MARKS:
        return None
    if before.isalnum() and not times.figure_openers.first_before(text, start):
        return None
    if behind.isalnum() and not times.figure_closers.first_after(text, end):
        return None
    if tables.numbers.code_label.search(text, max(0, start - _LABEL), start):
        return None
    return Point(Part(year), Part(month), Part(day))


def short_date(match: re.Match[str], tables: Tables) -> Point | None:
    """A date in figures that does not begin with a year of four: 13/10/2018, 3-7-07, 27-7-3.

    The day goes before the month; with hyphens and two figures in front, the year goes first.
    """
    if tables.numbers.code_label.search(match.string, max(0, match.start() - _LABEL), match.start()):
        return None
    first, month, last = (match[key] for key in ("n1", "n2", "n3"))
    year, day = last, first
    if len(last) < 4 and match["ns"] == "-" and len(first) == 2:
        year, day = first, last
    elif len(last) < 2:
        return None
    whole = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 50 else 1900)
    parts = int(day), int(month)
    if parts[1] > 12 and len(year) == 4:
        parts = parts[1], parts[0]
    if not (1 <= parts[0] <= 31 and 1 <= parts[1] <= 12):
        return None
    return Point(Part(whole), Part(parts[1]), Part(parts[0]))


def _is_range_end(match: re.Match[str], tables: Tables) -> bool:
    """Whether a range stands beside a month in figures (1987.7—1994.10, 2006.8至今)."""
    times, text = tables.times, match.string
    after, before = (
        times.ranges.first_after(text, match.end()),
        times.ranges.first_before(text, match.start()),
    )
    if int(match["iy"]) < _FIRST_YEAR or {after, before} & times.loose:
        return False
    return bool(after or before or times.since.first_after(text, match.end()))
