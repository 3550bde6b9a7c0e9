"""The days that an EDTF date (ISO 8601-2, levels 0 to 2 in part) begins and ends with."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

# ISO 8601-2, 4.8: seasons, quarters, four-month and half-year periods; first month and number of months.
_GROUPS = {
    **{21 + i: (3 + 3 * i, 3) for i in range(4)},
    **{33 + i: (1 + 3 * i, 3) for i in range(4)},
    **{37 + i: (1 + 4 * i, 4) for i in range(3)},
    **{40 + i: (1 + 6 * i, 6) for i in range(2)},
}
_DATE = re.compile(r"(\d{4}|\d{3}X|\d\dXX)(?:-(\d\d)(?:-(\d\d))?)?[?~%]?")


def day_bounds(edtf: str) -> tuple[date | None, date | None]:
    """The first and the last day; None for an open end and for what is not understood.

    >>> [str(day) for day in day_bounds("2020-02")]
    ['2020-02-01', '2020-02-29']
    >>> [str(day) for day in day_bounds("2018/..")]
    ['2018-01-01', 'None']
    """
    first, _, last = edtf.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


def _bounds(edtf: str) -> tuple[date | None, date | None]:
    match = _DATE.fullmatch(edtf)
    if match is None:
        return None, None
    year, month, day = match.groups()
    if "X" in year and month:
        return None, None
    try:
        if day:
            the_day = date(int(year), int(month), int(day))
            return the_day, the_day
        years = int(year.replace("X", "0")), int(year.replace("X", "9"))
        if month is None:
            return date(years[0], 1, 1), date(years[1], 12, 31)
        return _months(years[0], *_GROUPS.get(int(month), (int(month), 1)))
    except ValueError:  # no such day in the calendar
        return None, None


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    """``count`` months from the month ``first``; a winter ends in the year after."""
    over, last = divmod(first + count - 2, 12)
    last_day = monthrange(year + over, last + 1)[1]
    return date(year, first, 1), date(year + over, last + 1, last_day)
