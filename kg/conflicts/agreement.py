"""Whether two values can both be true: a rounding, a bound or a longer period is no contradiction."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from kg.graph.calendar import day_bounds
from kg.types import Entity, Period, Quantity, Value

EXACT = "exact"
_ABOUT = Decimal("0.1")  # of the figure: how far from it what is about as much may lie
_NUMERAL = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_SIGNIFICANT = 2  # digits that trailing zeros never take away: 300 may stand for 304, not for 320


def agree(one: Value, other: Value) -> bool:
    """Whether both can hold of one thing; values of different kinds or units are not compared, and agree."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.unit != other.unit or _figures_agree(one, other)
    if isinstance(one, Period) and isinstance(other, Period):
        return _periods_agree(one, other)
    return not (isinstance(one, Entity) and isinstance(other, Entity)) or one.iri == other.iri


def half_step(quantity: Quantity) -> Decimal:
    """Half of the last digit that the words of a figure show: what rounding may have changed it by.

    >>> half_step(Quantity(Decimal(120000000), "CNY", "exact", "1.2亿元")).normalize()
    Decimal('5E+6')
    >>> half_step(Quantity(Decimal(92), "person", "exact", "92名"))
    Decimal('0.5')
    """
    return _step(quantity) / 2


def _step(quantity: Quantity) -> Decimal:
    match = _NUMERAL.search(unicodedata.normalize("NFKC", quantity.text))
    number = Decimal(match[0].replace(",", "")) if match else Decimal(0)
    if match is None or not number or not quantity.value:
        sign_digits_exponent = quantity.value.normalize().as_tuple()
        exponent = int(sign_digits_exponent.exponent)
        zeros = max(0, exponent - max(0, _SIGNIFICANT - len(sign_digits_exponent.digits)))
        return Decimal(10) ** (zeros if exponent >= 0 else exponent)
    scale = abs(quantity.value) / number  # 1.2亿: of 1.2
    if match[1]:
        return scale.scaleb(-len(match[1]))
    digits = match[0].replace(",", "")
    zeros = min(len(digits) - len(digits.rstrip("0")), max(0, len(digits) - _SIGNIFICANT))
    return scale.scaleb(zeros)


def _figures_agree(one: Quantity, other: Quantity) -> bool:
    if one.bound == other.bound == EXACT:
        rounded, exact = sorted((one, other), key=half_step, reverse=True)
        return -half_step(rounded) <= exact.value - rounded.value < half_step(rounded)
    (low, high), (least, most) = _range(one), _range(other)
    return (low is None or most is None or low <= most) and (least is None or high is None or least <= high)


def _range(quantity: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that the figure may stand for; None where it says nothing of that."""
    value, slack = quantity.value, half_step(quantity)
    if quantity.bound == "min":
        return value - slack, None
    if quantity.bound == "max":
        return None, value + slack
    if quantity.bound != EXACT:
        slack = max(slack, abs(value) * _ABOUT)
    return value - slack, value + slack


def _periods_agree(one: Period, other: Period) -> bool:
    first, second = day_bounds(one.edtf), day_bounds(other.edtf)
    if None in first or None in second:
        return True
    return _begins(first) <= _ends(second) and _begins(second) <= _ends(first)


def _begins(days: tuple[date | None, date | None]) -> date:
    return days[0] or date.min


def _ends(days: tuple[date | None, date | None]) -> date:
    return days[1] or date.max
