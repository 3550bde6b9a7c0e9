"""Times to EDTF: what 去年, 同日 or 7月 mean where they stand."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg.values.moments import Base, Part, Point, TimeExpr, TimeKind, Unit
from kg.values.reckoning import container, nth_days, part_of_year, shifted, shifted_month

# A month without a year that lies this far after the document's date is one of the year before.
_FAR_MONTHS = 6
# Early in a year, 近三年 means whole years before this one.
_EARLY_MONTHS = 6
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
class _Day:
    """A resolved point: its year, month and day as far as they are known, and its EDTF text."""

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
        anchor = _year_in(context.report)
    elif part.base is Base.LAST and context.last is not None:
        anchor = context.last
    else:
        anchor = context.year if context.year is not None else _lately(context)
    return None if anchor is None else anchor + part.value


def _year_in(report: str) -> int:
    """The year in which a period ends."""
    return int(report.split("/")[-1][:4])


def _lately(context: TimeContext) -> int | None:
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


def _relative_day(point: Point, context: TimeContext) -> _Day | None:
    assert point.day is not None
    start = _today(context) if point.day.base is Base.NOW else _last_day(context)
    found = start and shifted(start, Unit.DAY, point.day.value)
    return _Day(found.isoformat(), found.year, found.month, found.day) if found else None


def _today(context: TimeContext) -> date | None:
    """The document's own day, where it is known to the day."""
    return context.dateline if context.unit is Unit.DAY else None


def _last_day(context: TimeContext) -> date | None:
    if context.year is None or context.month is None or context.day is None:
        return context.last_day
    return date(context.year, context.month, context.day)


def _shift(point: Point, context: TimeContext) -> _Day | None:
    """5天前 is a day, 两个月后 a month; counted from the day or month last named or from the dateline."""
    assert point.shift is not None
    shift, start = point.shift, _today(context)
    by_month = shift.unit is Unit.MONTH
    if shift.base is Base.LAST and (context.year is not None or shift.bound):
        start = _last_day(context)
        if by_month and start is None and context.year is not None and context.month is not None:
            start = date(context.year, context.month, 1)
    found = start and shifted(start, shift.unit, shift.count)
    if found is None:
        return None
    if by_month:
        return _Day(f"{found.year:04d}-{found.month:02d}", found.year, found.month)
    return _Day(found.isoformat(), found.year, found.month, found.day)


def _nth(point: Point, context: TimeContext) -> _Day | None:
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
        return _Day(texts[0] if first == last else "/".join(texts), year, last)
    ends = nth_days(*container(year, month), point.nth)
    if ends is None:
        return None
    text = ends[0].isoformat() if ends[0] == ends[1] else f"{ends[0].isoformat()}/{ends[1].isoformat()}"
    return _Day(text, ends[1].year, ends[1].month, ends[1].day)


def _part(point: Point, context: TimeContext) -> _Day | None:
    """本季度, 上个半年: a part of a year counted from the document's date."""
    assert point.part is not None
    if context.dateline is None or context.unit is Unit.YEAR:
        return None
    year, first, last = part_of_year(context.dateline, *point.part)
    return _Day(f"{year:04d}-{first:02d}/{year:04d}-{last:02d}", year, last)


def _week(point: Point, context: TimeContext) -> _Day | None:
    """A weekday, or the days of a week, counted from the document's date; alone, the last such day."""
    today = _today(context)
    if today is None:
        return None
    if point.week is None:
        assert point.weekday is not None
        day = today - timedelta(days=(today.weekday() - point.weekday) % 7)
        return _Day(day.isoformat(), day.year, day.month, day.day)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=point.week.value)
    if point.weekend:
        saturday, sunday = (monday + timedelta(days=days) for days in (5, 6))
        return _Day(f"{saturday.isoformat()}/{sunday.isoformat()}", sunday.year)
    if point.weekday is None:
        return _Day(f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}", monday.year)
    day = monday + timedelta(days=point.weekday)
    return _Day(day.isoformat(), day.year, day.month, day.day)


def _years(point: Point, year: int) -> str:
    return f"{year:04d}" if point.years == 1 else f"{year:04d}/{year + point.years - 1:04d}"


def _is_report(point: Point, context: TimeContext) -> bool:
    """Whether a point is a whole period reported on that is no calendar year (本年度)."""
    if point.year is None or point.year.base is not Base.REPORT or context.here:
        return False
    return _is_bare(point) and context.report is not None and "/" in context.report


def _is_bare(point: Point) -> bool:
    """Whether a point is a year and nothing of it."""
    finer = (point.month, point.months, point.season, point.nth, point.day, point.days, point.shift)
    return all(part is None for part in finer)


def _same(point: Point, context: TimeContext) -> _Day | None:
    """去年同期: what was last named, in another year."""
    year, period = _year(point.year, context), context.period
    if year is None:
        return None
    ends = [] if period is None else period.split("/")
    if not ends or any(not end[:4].isdigit() for end in ends) or len({end[:4] for end in ends}) > 1:
        return _Day(f"{year:04d}", year)
    return _Day("/".join(f"{year:04d}{end[4:]}" for end in ends), year)


def _point(point: Point, context: TimeContext) -> _Day | None:
    """The calendar unit of a point, or None where the context does not tell it or it does not exist."""
    if point.same:
        return _same(point, context)
    if _is_report(point, context):
        assert context.report is not None and point.year is not None
        by = point.year.value
        period = "/".join(f"{int(end[:4]) + by:04d}{end[4:]}" for end in context.report.split("/"))
        return _Day(period, _year_in(period))
    if point.mask:
        return _Day(point.mask, int(point.mask.replace("X", "0")))
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
        return _Day(_years(Point(years=1 + (month > _LAST_SAFE_LUNAR_MONTH)), year), year)
    if point.months:
        first, last = point.months
        return _Day(f"{year:04d}-{first:02d}/{year:04d}-{last:02d}", year, last)
    if month is None:
        text = f"{year:04d}-{point.season}" if point.season else _years(point, year)
        return _Day(text, year + point.years - 1)
    ends = point.days or ((point.day.value, point.day.value) if point.day else None)
    if ends is None:
        return _Day(f"{year:04d}-{month:02d}", year, month)
    length = monthrange(year, month)[1]
    if point.days:
        ends = ends[0], ends[1] or length
    elif point.year is None and context.year is None and ends[1] == length + 1 and month == 2:
        year = next(earlier for earlier in range(year, year - _LEAP_YEARS - 1, -1) if isleap(earlier))
    elif ends[1] > length:
        return None
    texts = [f"{year:04d}-{month:02d}-{day:02d}" for day in ends]
    return _Day(texts[0] if ends[0] == ends[1] else "/".join(texts), year, month, ends[1])


def _span(expr: TimeExpr, context: TimeContext) -> str | None:
    """Whole years: 近三年 ends with the last whole year before the document's date or its own."""
    point, dateline = expr.start, context.dateline
    assert point is not None and point.year is not None
    last = context.year if context.year is not None else context.named
    if expr.length == 1:
        return _one_year(context)
    if point.year.base is not Base.NAMED and (known := _known_span(expr.length, last, context)):
        return known
    if point.year.base is Base.LAST and last is not None:
        end = last
    elif dateline is not None:
        end = dateline.year - (dateline.month <= _EARLY_MONTHS)
    elif last is not None:
        end = last
    else:
        return None
    return f"{end - expr.length + 1:04d}/{end:04d}"


def _one_year(context: TimeContext) -> str | None:
    """一年来: the period a report is on, else the year before the document's date or its own."""
    if context.report is not None:
        return context.report
    if context.dateline is None:
        return None if context.named is None else f"{context.named:04d}"
    return f"{context.dateline.year - (context.dateline.month <= _EARLY_MONTHS):04d}"


def _last_whole_year(context: TimeContext) -> int | None:
    """The year up to which a text looks back: its report's, else its own once that has begun to pass."""
    if context.report is not None:
        return _year_in(context.report)
    if context.dateline is None:
        return None
    return context.dateline.year - (context.dateline.month <= _EARLY_MONTHS)


def _known_span(length: int, last: int | None, context: TimeContext) -> str | None:
    """Years that the text has told: a period of that length, or from a year named to one so far after it."""
    own = _last_whole_year(context)
    told = [
        first
        for first, end in context.periods
        if end - first + 1 == length and (own is None or end <= own)  # not what is still to come
    ]
    if told:
        return f"{max(told):04d}/{max(told) + length - 1:04d}"
    ends = [end for end in (own, last) if end is not None and (own is None or end <= own)]
    now = context.dateline.year if context.dateline else None
    for end in ends:
        if context.years.issuperset(range(end - length + 1, end + 1)):
            return f"{end - length + 1:04d}/{end:04d}"
    for end in ends:
        if end - length in context.years:
            return f"{end - length:04d}/{end:04d}"
    if last is not None and now is not None and last in context.years and last + length <= now:
        return f"{last:04d}/{last + length:04d}"
    return None


def _window(expr: TimeExpr, context: TimeContext) -> str | None:
    """Days, weeks or months up to the document's date, or from the day after it."""
    today = _today(context)
    if today is None:
        return None
    first = today if expr.length > 0 else shifted(today, Unit.DAY, 1)
    other = shifted(today, expr.unit, -expr.length)
    if first is None or other is None:
        return None
    return "/".join(day.isoformat() for day in sorted((first, other)))


def _future(expr: TimeExpr, context: TimeContext) -> str | None:
    year = context.dateline.year if context.dateline else context.named
    return None if year is None else f"{year + 1:04d}/{year + abs(expr.length):04d}"


def _range(expr: TimeExpr, context: TimeContext) -> str | None:
    assert expr.start is not None and expr.end is not None
    first = _point(expr.start, context)
    if first is None:
        return None
    last = _point(expr.end, _after(context, first))
    if last is None:
        return None
    start, end = first.edtf.split("/")[0], last.edtf.split("/")[-1]
    if end < start and expr.end.year is None and last.month is not None:
        later = _point(replace(expr.end, year=Part(last.year + 1)), _after(context, first))
        end = later.edtf.split("/")[-1] if later else end
    return f"{start}/{end}" if start <= end else None


def _after(context: TimeContext, found: _Day) -> TimeContext:
    return replace(context, year=found.year, month=found.month, day=found.day)


def _present_year(context: TimeContext) -> TimeContext:
    """The context of a deadline (6月底前) or of 截至6月底: not that of a year looked back at."""
    dateline = context.dateline
    if dateline is None or context.report is not None or context.year is None:
        return context
    return replace(context, year=None, month=None, day=None) if context.year < dateline.year else context


def _present(expr: TimeExpr, context: TimeContext) -> str | None:
    """The document's day or month; what it is known to where that is less, but no year."""
    if context.dateline is None or context.unit is Unit.YEAR:
        return None
    if context.unit is Unit.MONTH:
        return context.dateline.isoformat()[:7]
    day = shifted(context.dateline, Unit.DAY, expr.length)
    return None if day is None else day.isoformat() if expr.unit is Unit.DAY else day.isoformat()[:7]


def _reported(unit: Unit, context: TimeContext) -> str | None:
    """The period that a report is on, or its last day."""
    report = context.report
    if report is None:
        year = _lately(context) if context.year is None else context.year
        report = None if year is None else f"{year:04d}"
    return report if report is None or unit is not Unit.DAY else _end_of(report.split("/")[-1])


def _end_of(period: str) -> str:
    """The last day of a year or month.

    >>> _end_of("2024-02")
    '2024-02-29'
    """
    if len(period) > len("2024-02"):
        return period
    year, month = int(period[:4]), int(period[5:] or 12)
    return date(year, month, monthrange(year, month)[1]).isoformat()


def resolve(expr: TimeExpr, context: TimeContext) -> str | None:
    """The EDTF text of a time, or None where nothing tells it."""
    if expr.kind is TimeKind.SAME:
        return context.period
    if expr.kind is TimeKind.PRESENT:
        return _present(expr, context)
    if expr.kind is TimeKind.REPORTED:
        return _reported(expr.unit, context)
    if expr.start is None:
        return None
    if expr.kind is TimeKind.SPAN and expr.unit is not Unit.YEAR:
        return _window(expr, context)
    if expr.kind is TimeKind.SPAN:
        return _future(expr, context) if expr.length < 0 else _span(expr, context)
    if expr.kind is TimeKind.RANGE:
        return _range(expr, context)
    if expr.kind in (TimeKind.UNTIL, TimeKind.BY, TimeKind.ASOF) and expr.start.year is None:
        context = _present_year(context)
    found = _point(expr.start, context)
    if found is None:
        return None
    match expr.kind:
        case TimeKind.SINCE:
            return f"{found.edtf.split('/')[0]}/.."
        case TimeKind.UNTIL:
            return f"../{found.edtf.split('/')[-1]}"
        case TimeKind.BY:
            # A deadline (6月底前) is when a thing is to be done; what was before a year is all that time.
            is_open = _is_bare(expr.start) and not expr.start.edge
            return f"../{found.edtf.split('/')[-1]}" if is_open else found.edtf
        case TimeKind.ASOF if expr.start.edge and found.month is not None and found.day is None:
            return _end_of(found.edtf)
        case TimeKind.AROUND:
            return f"{found.edtf}~" if "/" not in found.edtf else found.edtf
        case _:
            return found.edtf


def update(context: TimeContext, expr: TimeExpr) -> TimeContext:
    """The context after a time has been read; one that does not resolve changes nothing.

    A document with a date of its own does not move to the year of 2018年以来 or of a plan.
    """
    edtf = resolve(expr, context)
    if edtf is None or expr.kind is TimeKind.PRESENT:
        return context
    if expr.kind in (TimeKind.SAME, TimeKind.SPAN, TimeKind.REPORTED):
        return replace(context, period=edtf)
    point = expr.end if expr.kind is TimeKind.RANGE else expr.start
    assert point is not None
    base = context
    if expr.kind is TimeKind.RANGE and expr.start is not None:
        first = _point(expr.start, context)
        base = _after(context, first) if first else context
    found = _point(point, base)
    named = point.year.value if point.year and point.year.base is Base.NAMED else context.named
    here = context.here or (point.year is not None and point.year.base is not Base.REPORT)
    context = replace(context, period=edtf, named=named, here=here)
    if found is not None:
        ends = edtf.split("/")
        if expr.kind not in (TimeKind.UNTIL, TimeKind.BY) and ends[0][:4].isdigit():
            context = replace(context, years=context.years | {int(ends[0][:4])})
        if len(ends) > 1 and all(len(end) == len("2024") and end.isdigit() for end in ends):
            context = replace(context, periods=context.periods | {(int(ends[0]), int(ends[1]))})
        last_day = (
            date.fromisoformat(found.edtf) if len(found.edtf) == len("2024-02-29") else context.last_day
        )
        context = replace(context, last=found.year, last_day=last_day)
    open_ended = expr.kind is TimeKind.SINCE or point.years > 1
    if found is None or (open_ended and context.dateline is not None):
        return context
    return _after(context, found)
