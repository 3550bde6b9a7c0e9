"""Points of time to the calendar: which year, month or day 去年, 同日 or 7月 mean where they stand."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg.values.moments import Base, Part, Point, Unit
from kg.values.reckoning import container, nth_days, part_of_year, shifted, shifted_month

# A month without a year that lies this far after the document's date is one of the year before.
_FAR_MONTHS = 6
# The eleventh lunar month may end in January.
_LAST_SAFE_LUNAR_MONTH = 10
# The next leap day is at most so many years away.
_LEAP_YEARS = 8


@dataclass(frozen=True, slots=True)
class TimeContext:
    """What relative times lean on: the document's own date, and the time last named.

    ``dateline`` is known to a ``unit`` (the day, month or year; what is finer means nothing). ``report`` is
    the EDTF text of the period that a report is on. ``here`` tells that this sentence has named a year.
    ``last`` and ``last_day`` are the year and day last meant, however far back; ``years`` and ``periods``
    all years and periods of years named so far.
    ``named`` is the last year written in full (for 今年 in a document without a date); ``year``,
    ``month`` and ``day`` are those last meant; ``period`` the EDTF text last resolved. At the
    beginning of a paragraph call `new_paragraph`: far-off years do not reach over it.
    """

    dateline: date | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    period: str | None = None
    named: int | None = None
    unit: Unit = Unit.DAY
    report: str | None = None
    here: bool = False
    last: int | None = None
    last_day: date | None = None
    years: frozenset[int] = frozenset()
    periods: frozenset[tuple[int, int]] = frozenset()


def new_paragraph(context: TimeContext) -> TimeContext:
    """The context without year, month and day where the document has a date of its own to lean on."""
    return context if context.dateline is None else replace(context, year=None, month=None, day=None)


def new_sentence(context: TimeContext) -> TimeContext:
    """The context in which no year has been named in the present sentence yet."""
    return replace(context, here=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A located point: its year, month and day as far as they are known, and its EDTF text."""

    edtf: str
    year: int
    month: int | None = None
    day: int | None = None


def _year(part: Part | None, context: TimeContext) -> int | None:
    dateline = context.dateline.year if context.dateline else None
    if part is None:
        return context.year if context.year is not None else dateline
    if part.base is Base.NAMED:
        return part.value
    if part.base is Base.NOW:
        anchor = dateline if dateline is not None else context.named
    elif part.base is Base.REPORT and context.report is not None and not context.here:
        anchor = year_in(context.report)
    elif part.base is Base.LAST and context.last is not None:
        anchor = context.last
    else:
        anchor = context.year if context.year is not None else recent_year(context)
    return None if anchor is None else anchor + part.value


def year_in(report: str) -> int:
    """The year in which a period ends."""
    return int(report.split("/")[-1][:4])


def recent_year(context: TimeContext) -> int | None:
    """The year that 全年 and 年底 mean: in a report on last year that year, else the document's own."""
    if context.dateline is None:
        return context.named
    if context.named is not None and 0 <= context.dateline.year - context.named <= 1:
        return context.named
    return context.dateline.year


def _year_month(point: Point, context: TimeContext) -> tuple[int, int | None] | None:
    """The year and month of a point; the month is None where it has neither month nor day."""
    year, dateline = _year(point.year, context), context.dateline
    if point.month is None:
        if point.day is None and point.days is None:
            return None if year is None else (year, None)
        return _month_of_day(point, context)
    if year is None:
        return None
    if point.month.base is Base.NAMED:
        if point.year is None and context.year is None and dateline is not None:
            year -= point.month.value > dateline.month + _FAR_MONTHS
        return year, point.month.value
    if point.month.base is Base.LAST:
        return None if context.month is None else shifted_month(year, context.month, point.month.value)
    if dateline is None or context.unit is Unit.YEAR:
        return None
    return shifted_month(dateline.year if point.year is None else year, dateline.month, point.month.value)


def _month_of_day(point: Point, context: TimeContext) -> tuple[int, int] | None:
    """The month of a day that has none: that last named, else the latest of the document's date."""
    dateline = context.dateline
    recent = context.day is not None or dateline is None or context.year == dateline.year
    if context.month is not None and context.year is not None and recent:
        return context.year, context.month
    if dateline is None or context.unit is Unit.YEAR:
        return None
    if context.unit is Unit.MONTH:
        return dateline.year, dateline.month
    day = point.day.value if point.day else point.days[0] if point.days else 1
    year, month = dateline.year, dateline.month
    if day > dateline.day:
        year, month = shifted_month(year, month, -1)
    return (year, month) if day <= monthrange(year, month)[1] else shifted_month(year, month, -1)


def _relative_day(point: Point, context: TimeContext) -> Day | None:
    assert point.day is not None
    start = own_day(context) if point.day.base is Base.NOW else _last_day(context)
    found = start and shifted(start, Unit.DAY, point.day.value)
    return Day(found.isoformat(), found.year, found.month, found.day) if found else None


def own_day(context: TimeContext) -> date | None:
    """The document's own day, where it is known to the day."""
    return context.dateline if context.unit is Unit.DAY else None


def _last_day(context: TimeContext) -> date | None:
    if context.year is None or context.month is None or context.day is None:
        return context.last_day
    return date(context.year, context.month, context.day)


def _shift(point: Point, context: TimeContext) -> Day | None:
    """5天前 is a day, 两个月后 a month; counted from the day or month last named or from the dateline."""
    assert point.shift is not None
    shift, start = point.shift, own_day(context)
    by_month = shift.unit is Unit.MONTH
    if shift.base is Base.LAST and (context.year is not None or shift.bound):
        start = _last_day(context)
        if by_month and start is None and context.year is not None and context.month is not None:
            start = date(context.year, context.month, 1)
    found = start and shifted(start, shift.unit, shift.count)
    if found is None:
        return None
    if by_month:
        return Day(f"{found.year:04d}-{found.month:02d}", found.year, found.month)
    return Day(found.isoformat(), found.year, found.month, found.day)


def _nth(point: Point, context: TimeContext) -> Day | None:
    """The n-th weeks, days or months of a year or month."""
    assert point.nth is not None
    found = _year_month(point, context)
    if found is None:
        return None
    year, month = found
    if point.nth.unit is Unit.MONTH:
        first = point.nth.first if point.nth.first > 0 else 13 + point.nth.first
        last = first + point.nth.count - 1
        if not 1 <= first <= last <= 12:
            return None
        texts = [f"{year:04d}-{number:02d}" for number in (first, last)]
        return Day(texts[0] if first == last else "/".join(texts), year, last)
    ends = nth_days(*container(year, month), point.nth)
    if ends is None:
        return None
    text = ends[0].isoformat() if ends[0] == ends[1] else f"{ends[0].isoformat()}/{ends[1].isoformat()}"
    return Day(text, ends[1].year, ends[1].month, ends[1].day)


def _part(point: Point, context: TimeContext) -> Day | None:
    """本季度, 上个半年: a part of a year counted from the document's date."""
    assert point.part is not None
    if context.dateline is None or context.unit is Unit.YEAR:
        return None
    year, first, last = part_of_year(context.dateline, *point.part)
    return Day(f"{year:04d}-{first:02d}/{year:04d}-{last:02d}", year, last)


def _week(point: Point, context: TimeContext) -> Day | None:
    """A weekday, or the days of a week, counted from the document's date; alone, the last such day."""
    today = own_day(context)
    if today is None:
        return None
    if point.week is None:
        assert point.weekday is not None
        day = today - timedelta(days=(today.weekday() - point.weekday) % 7)
        return Day(day.isoformat(), day.year, day.month, day.day)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=point.week.value)
    if point.weekend:
        saturday, sunday = (monday + timedelta(days=days) for days in (5, 6))
        return Day(f"{saturday.isoformat()}/{sunday.isoformat()}", sunday.year)
    if point.weekday is None:
        return Day(f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}", monday.year)
    day = monday + timedelta(days=point.weekday)
    return Day(day.isoformat(), day.year, day.month, day.day)


def _years(point: Point, year: int) -> str:
    return f"{year:04d}" if point.years == 1 else f"{year:04d}/{year + point.years - 1:04d}"


def _is_report(point: Point, context: TimeContext) -> bool:
    """Whether a point is a whole period reported on that is no calendar year (本年度)."""
    if point.year is None or point.year.base is not Base.REPORT or context.here:
        return False
    return is_bare(point) and context.report is not None and "/" in context.report


def is_bare(point: Point) -> bool:
    """Whether a point is a year and nothing of it."""
    finer = (point.month, point.months, point.season, point.nth, point.day, point.days, point.shift)
    return all(part is None for part in finer)


def _same(point: Point, context: TimeContext) -> Day | None:
    """去年同期: what was last named, in another year."""
    year, period = _year(point.year, context), context.period
    if year is None:
        return None
    ends = [] if period is None else period.split("/")
    if not ends or any(not end[:4].isdigit() for end in ends) or len({end[:4] for end in ends}) > 1:
        return Day(f"{year:04d}", year)
    return Day("/".join(f"{year:04d}{end[4:]}" for end in ends), year)


def locate(point: Point, context: TimeContext) -> Day | None:
    """The calendar unit of a point, or None where the context does not tell it or it does not exist."""
    if point.same:
        return _same(point, context)
    if _is_report(point, context):
        assert context.report is not None and point.year is not None
        by = point.year.value
        period = "/".join(f"{int(end[:4]) + by:04d}{end[4:]}" for end in context.report.split("/"))
        return Day(period, year_in(period))
    if point.mask:
        return Day(point.mask, int(point.mask.replace("X", "0")))
    if point.shift is not None:
        return _shift(point, context)
    if point.nth is not None:
        return _nth(point, context)
    if point.part is not None:
        return _part(point, context)
    if point.week is not None or point.weekday is not None:
        return _week(point, context)
    if point.day is not None and point.day.base is not Base.NAMED:
        return _relative_day(point, context)
    found = _year_month(point, context)
    if found is None or not 1 <= found[0] <= 9999:
        return None
    year, month = found
    if point.lunar and month is not None:
        return Day(_years(Point(years=1 + (month > _LAST_SAFE_LUNAR_MONTH)), year), year)
    if point.months:
        first, last = point.months
        return Day(f"{year:04d}-{first:02d}/{year:04d}-{last:02d}", year, last)
    if month is None:
        text = f"{year:04d}-{point.season}" if point.season else _years(point, year)
        return Day(text, year + point.years - 1)
    ends = point.days or ((point.day.value, point.day.value) if point.day else None)
    if ends is None:
        return Day(f"{year:04d}-{month:02d}", year, month)
    length = monthrange(year, month)[1]
    if point.days:
        ends = ends[0], ends[1] or length
    elif point.year is None and context.year is None and ends[1] == length + 1 and month == 2:
        year = next(earlier for earlier in range(year, year - _LEAP_YEARS - 1, -1) if isleap(earlier))
    elif ends[1] > length:
        return None
    texts = [f"{year:04d}-{month:02d}-{day:02d}" for day in ends]
    return Day(texts[0] if ends[0] == ends[1] else "/".join(texts), year, month, ends[1])


def moved(context: TimeContext, found: Day) -> TimeContext:
    """The context in which a point has been named."""
    return replace(context, year=found.year, month=found.month, day=found.day)
