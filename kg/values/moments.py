"""What a time mention says, before a context resolves it: points in time and how they are bounded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.types import Span


class Base(StrEnum):
    """What a part of a date counts from: nothing, the document's own date, or what was last named."""

    NAMED = "named"
    NOW = "now"
    LAST = "last"


class TimeKind(StrEnum):
    """What a mention says of its points in time."""

    POINT = "point"
    RANGE = "range"
    SINCE = "since"
    UNTIL = "until"
    AROUND = "around"
    ASOF = "asof"
    SPAN = "span"
    SAME = "same"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Part:
    """A year, month, day or week: a number, or an offset where ``base`` is not NAMED."""

    value: int
    base: Base = Base.NAMED


@dataclass(frozen=True, slots=True)
class Point:
    """A calendar unit as far as it is named; what is missing comes from the context.

    ``months`` is a part of the year (上半年: 1, 6), ``days`` of a month, ``years`` the length in years
    (a five-year plan: 5), ``mask`` an EDTF text with unspecified digits (199X), ``season`` EDTF 21-24.
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


@dataclass(frozen=True, slots=True)
class TimeExpr:
    """What a time mention says.

    ``end`` is given for RANGE. A SPAN is ``length`` years, ending (negative: beginning after) where
    ``start`` says; VAGUE and SAME have no points of their own.
    """

    kind: TimeKind
    start: Point | None = None
    end: Point | None = None
    length: int = 0


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time as it stands in a text, with the words that open or close it (以来, 截至, 期间).

    ``comparison`` marks what something is compared with (比上年): it is not the time of the fact.
    """

    span: Span
    expr: TimeExpr
    comparison: bool = False
