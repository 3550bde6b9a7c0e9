"""Date arithmetic: so many days, weeks or months away, the n-th of a year or month, parts of a year."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from kg.values.moments import Nth, Unit

_THURSDAY = 3


def shifted_month(year: int, month: int, by: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + by, 12)
    return year + years, index + 1


def shifted(day: date, unit: Unit, count: int) -> date | None:
    """The day so many units away; the last of a month that is too short. None outside the calendar."""
    try:
        if unit in (Unit.DAY, Unit.WEEK):
            return day + timedelta(days=count * (7 if unit is Unit.WEEK else 1))
        year, month = shifted_month(day.year, day.month, count * (12 if unit is Unit.YEAR else 1))
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def container(year: int, month: int | None) -> tuple[date, date]:
    """The first and the last day of a year or month."""
    last = month or 12
    return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])


def nth_days(first: date, last: date, nth: Nth) -> tuple[date, date] | None:
    """The first and last day of the n-th units of a period, or None where there are not so many.

    A week belongs to the year or month in which its Thursday lies, as in ISO 8601.
    """
    if nth.weekday is not None:
        size, start = 7, first + timedelta(days=(nth.weekday - first.weekday()) % 7)
    elif nth.unit is Unit.WEEK:
        thursday = first + timedelta(days=(_THURSDAY - first.weekday()) % 7)
        size, start = 7, thursday
    else:
        size, start = 1, first
    there = (last - start).days // size + 1
    index = nth.first - 1 if nth.first > 0 else there + nth.first
    if not 0 <= index <= index + nth.count - 1 < there:
        return None
    begin = start + timedelta(days=index * size)
    end = begin + timedelta(days=(nth.count - 1) * size)
    if nth.weekday is None and nth.unit is Unit.WEEK:
        return begin - timedelta(days=_THURSDAY), end + timedelta(days=6 - _THURSDAY)
    return begin, end


def part_of_year(today: date, months: int, by: int) -> tuple[int, int, int]:
    """The year, first and last month of the part of so many months, counted from the one of today."""
    first = (today.month - 1) // months * months + 1
    year, month = shifted_month(today.year, first, by * months)
    return year, month, month + months - 1
