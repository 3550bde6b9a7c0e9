"""The value of a numeral's own characters: digits, Chinese numerals and what mixes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kg.values.patterns import BLANK
from kg.values.tables import NumberTables

_TOKEN = re.compile(
    rf"[0-9](?:[,\uff0c]|{BLANK}(?=[0-9])|[0-9])*(?:\.[0-9]+)?(?:e[+-]?[0-9]{{1,2}}|[a-z])?|."
)


def _shorthand(digit: Decimal, last: int | None) -> Decimal:
    """The last digit of 二百五 stands for tens, of 九万四 for thousands."""
    return digit * last / 10 if last and last > 10 else digit


def _read_arabic(text: str, numbers: NumberTables) -> Decimal:
    factor = numbers.letters.get(text[-1])
    plain = text[:-1] if factor else text
    return Decimal(re.sub(f"[,\uff0c]|{BLANK}", "", plain)) * (factor or 1)


def _tokens(core: str, numbers: NumberTables) -> Iterator[tuple[str, Decimal | int]]:
    """The parts: ``n`` in digits 0-9, ``c`` a digit, ``h`` a half, ``s``, ``l`` magnitudes, ``p`` a point."""
    for match in _TOKEN.finditer(core):
        piece = match.group()
        if piece[0].isascii() and piece[0].isdigit():
            yield "n", _read_arabic(piece, numbers)
        elif piece in numbers.digits:
            yield "c", numbers.digits[piece]
        elif piece in numbers.small:
            yield "s", numbers.small[piece]
        elif piece in numbers.large:
            yield "l", numbers.large[piece]
        elif piece in numbers.point:
            yield "p", 0
        elif piece in numbers.half:
            yield "h", Decimal("0.5")


def read_numeral(core: str, numbers: NumberTables) -> Decimal | None:
    """The value of one numeral, or None where its characters are no number.

    Blanks and words such as 余 inside are passed over. Digits in a row are read by place (二〇二〇).
    """
    if core.isdigit() and core.isascii():
        return Decimal(core)
    parts: dict[int, Decimal] = {}  # by magnitude
    section = Decimal(0)
    digit: Decimal | None = None
    fraction: str | None = None
    last: int | None = None
    zero = False
    previous = ""
    for kind, value in _tokens(core, numbers):
        if kind == "p":
            if fraction is not None:
                return None
            fraction = ""
        elif kind == "c" and fraction is not None:
            fraction += str(value)
        elif kind == "h" and previous == "l" and last is not None:
            section += last * value
        elif kind in "cnh":
            if kind == "h":
                digit = (digit or Decimal(0)) + value
            elif kind == "c" and value == 0 and previous in ("s", "l"):
                zero = True
            elif kind == "c" and digit is not None and previous in ("c", "n"):
                digit = digit * 10 + value
            else:
                digit = Decimal(value)
        elif kind == "s":
            multiple = (
                (digit or Decimal(1 if previous != "n" else 0))
                if digit is not None
                else Decimal(1 if section == 0 or previous != "s" else 0)
            )
            if previous == "s" and digit is None:
                section = (section or Decimal(1)) * int(value)
            else:
                section += _with_fraction(multiple, fraction) * int(value)
            digit, fraction, zero, last = None, None, False, int(value)
        else:
            here = section + _with_fraction(digit or Decimal(0), fraction)
            if previous == "":  # 万元: one; but 0万 is nothing
                here = Decimal(1)
            below = [size for size in parts if size < value or (here == 0 and size == value)]
            lower = sum((parts.pop(size) for size in below), Decimal(0))
            parts[int(value)] = parts.get(int(value), Decimal(0)) + (lower + here) * int(value)
            section, digit, fraction, zero, last = Decimal(0), None, None, False, int(value)
        previous = kind
    rest = digit or Decimal(0)
    if digit is not None and not zero and last is not None and digit < 10 and digit == int(digit):
        rest = _shorthand(digit, last)
    return sum(parts.values(), section) + _with_fraction(rest, fraction)


def _with_fraction(whole: Decimal, fraction: str | None) -> Decimal:
    return whole + Decimal(f"0.{fraction}") if fraction else whole


def read_pair(core: str, numbers: NumberTables) -> tuple[Decimal, Decimal] | None:
    """The ends of 两三百, 十七八, 三五: two neighbouring digits that are one vague number."""
    match = numbers.patterns.pair.search(core)
    before = core[: match.start()][-1:] if match else ""
    if match is None or before.isdigit() or (before and before in numbers.point):
        return None
    first, second = (numbers.digits[match.group(group)] for group in (1, 2))
    if not 0 < first < second or not (second == first + 1 or (first, second) == (3, 5)):
        return None
    low, high = (
        read_numeral(core[: match.start()] + match.group(group) + core[match.end() :], numbers)
        for group in (1, 2)
    )
    return None if low is None or high is None else (low, high)
