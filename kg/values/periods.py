"""Times to EDTF: when 近三年, 2018年以来 or 3月至5月 begin and end; what a text goes on from behind them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date

from kg.values.moments import Base, Part, TimeExpr, TimeKind, Unit
from kg.values.points import TimeContext, is_bare, locate, moved, own_day, recent_year, year_in
from kg.values.reckoning import shifted

# Early in a year, 近三年 means whole years before this one.
_EARLY_MONTHS = 6


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
        return year_in(context.report)
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
    today = own_day(context)
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
    first = locate(expr.start, context)
    if first is None:
        return None
    last = locate(expr.end, moved(context, first))
    if last is None:
        return None
    start, end = first.edtf.split("/")[0], last.edtf.split("/")[-1]
    if end < start and expr.end.year is None and last.month is not None:
        later = locate(replace(expr.end, year=Part(last.year + 1)), moved(context, first))
        end = later.edtf.split("/")[-1] if later else end
    return f"{start}/{end}" if start <= end else None


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
        year = recent_year(context) if context.year is None else context.year
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
    found = locate(expr.start, context)
    if found is None:
        return None
    match expr.kind:
        case TimeKind.SINCE:
            return f"{found.edtf.split('/')[0]}/.."
        case TimeKind.UNTIL:
            return f"../{found.edtf.split('/')[-1]}"
        case TimeKind.BY:
            # A deadline (6月底前) is when a thing is to be done; what was before a year is all that time.
            is_open = is_bare(expr.start) and not expr.start.edge
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
        first = locate(expr.start, context)
        base = moved(context, first) if first else context
    found = locate(point, base)
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
    return moved(context, found)
