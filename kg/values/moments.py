"""What a time mention says, before a context resolves it: points in time and how they are bounded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.types import Span


class Base(StrEnum):
    """What a part of a date counts from: nothing, the document's own date, or what was last named.

    REPORT is the period that a report is on (全年, 年内).
    """

    NAMED = "named"
    NOW = "now"
    LAST = "last"
    REPORT = "report"


class TimeKind(StrEnum):
    """What a mention says of its points in time."""

    POINT = "point"
    RANGE = "range"
    SINCE = "since"
    UNTIL = "until"
    BY = "by"
    AROUND = "around"
    ASOF = "asof"
    SPAN = "span"
    SAME = "same"
    VAGUE = "vague"
    PRESENT = "present"
    REPORTED = "reported"


class Unit(StrEnum):
    """What times are counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Part:
    """A year, month, day or week: a number, or an offset where ``base`` is not NAMED."""

    value: int
    base: Base = Base.NAMED


@dataclass(frozen=True, slots=True)
class Nth:
    """The ``first``-th unit of a year or month and ``count`` of them from there; negative: from the end.

    With a ``weekday`` (Monday is 0) the units are those days alone (最后一个星期一).
    """

    unit: Unit
    first: int
    count: int = 1
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """So many units before (negative) or after the document's date or the day last named.

    One that is ``bound`` follows what it counts from (培训两天后): no date but one named tells it.
    """

    unit: Unit
    count: int
    base: Base
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A calendar unit as far as it is named; what is missing comes from the context.

    ``months`` is a part of the year (上半年: 1, 6), ``days`` of a month (its last is 0), ``years`` the
    length in years (a five-year plan: 5), ``mask`` an EDTF text with unspecified digits (199X),
    ``season`` EDTF 21-24, ``part`` a part of the year in months and its place counted from the present
    one (上季度: 3, -1). The month and day of a ``lunar`` point are none of the Gregorian calendar. With
    ``edge`` the last days of the year or month are meant (月底); ``same`` is what was last named, in the
    point's year (去年同期).
    """

    year: Part | None = None
    month: Part | None = None
    day: Part | None = None
    months: tuple[int, int] | None = None
    days: tuple[int, int] | None = None
    years: int = 1
    season: int | None = None
    week: Part | None = None
    weekday: int | None = None
    mask: str = ""
    weekend: bool = False
    part: tuple[int, int] | None = None
    nth: Nth | None = None
    shift: Shift | None = None
    lunar: bool = False
    edge: bool = False
    same: bool = False


@dataclass(frozen=True, slots=True)
class TimeExpr:
    """What a time mention says.

    ``end`` is given for RANGE. A SPAN is ``length`` of a unit: years end (negative: begin after) where
    ``start`` says, days, weeks and months on the document's date; VAGUE and SAME have no points. PRESENT is
    the document's own date to a unit (目前: its month), REPORTED the period a report is on, or its last day.
    """

    kind: TimeKind
    start: Point | None = None
    end: Point | None = None
    length: int = 0
    unit: Unit = Unit.YEAR


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time as it stands in a text, with the words that open or close it (以来, 截至, 期间).

    ``comparison`` marks what something is compared with (比上年): it is not the time of the fact.
    """

    span: Span
    expr: TimeExpr
    comparison: bool = False
