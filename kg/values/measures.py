"""The words beside a number: its unit and parts of it, bounds, currency marks, what it is a rate over."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from kg.types import Span
from kg.values.numbers import Numeral, mark_before, scan
from kg.values.numerals import read_numeral
from kg.values.tables import Measure, Tables

# More blanks than these between a number and its measure are the space between two cells.
_MOST_BLANKS = 3
# Other words of a clause are looked for in so many characters on each side of a number.
_NEAR = 12
_CLAUSE = re.compile(r"[\w\s]+")
BLANKS = " \u00a0\u2009\u202f\u3000"


def skip_blanks(text: str, at: int) -> int:
    limit = at + _MOST_BLANKS
    while at < limit and text[at : at + 1] and text[at] in BLANKS:
        at += 1
    return at


def _back_over_blanks(text: str, at: int) -> int:
    while at and text[at - 1] in BLANKS:
        at -= 1
    return at


def measure_at(text: str, at: int, tables: Tables) -> Measure | None:
    """The longest unit word that begins here and does not begin another word."""
    units = tables.units
    for word in units.words.after(text, at):
        end = at + len(word)
        following = text[end : end + 1]
        if word[-1].isascii() and word[-1].isalnum() and following.isascii() and following.isalnum():
            continue
        stops, passes = units.stops.get(word), units.passes.get(word)
        stopped = stops is not None and stops.first_after(text, end)
        if not stopped or (passes is not None and passes.first_after(text, end)):
            return units.measures[word]
    return None


def spaced_measure(text: str, at: int, tables: Tables) -> tuple[Measure | None, int]:
    """The unit word that begins here and its end; its characters may stand apart (个 百 分 点)."""
    measure = measure_at(text, at, tables)
    if any(char in BLANKS for char in text[at + 1 : at + 4]):
        window = text[at : at + 16]
        spaced = measure_at("".join(char for char in window if char not in BLANKS), 0, tables)
        if spaced is not None and len(spaced.word) > (len(measure.word) if measure else 0):
            end = at
            for char in spaced.word:
                end = text.index(char, end) + 1
            return spaced, end
    return measure, at + (len(measure.word) if measure else 0)


def prefixed(text: str, numeral: Numeral, tables: Tables) -> tuple[Numeral, Measure, int] | None:
    """5千米 as 5 km: the number without the magnitude that belongs to the unit, the unit and its end."""
    end = numeral.core.end
    last = text[end - 1]
    if numeral.span.end != end or last not in tables.units.prefixes or end - numeral.core.start < 2:
        return None
    measure = measure_at(text, end - 1, tables)
    if measure is None or not measure.word.startswith(last) or len(measure.word) < 2:
        return None
    rest = text[numeral.core.start : end - 1].rstrip(BLANKS)
    numbers = tables.numbers
    value = read_numeral(rest, numbers)
    whole = len(rest) == 1 or rest[-1] in numbers.small or rest[-1] in numbers.large
    if value is None or (not whole and not all(char in "0123456789.," for char in rest)):
        return None
    number = replace(
        numeral, value=value if numeral.value >= 0 else -value, core=Span(numeral.core.start, end - 1)
    )
    return number, measure, end - 1 + len(measure.word)


def sense(text: str, start: int, end: int, measure: Measure, tables: Tables) -> Measure:
    """What a unit word of more than one sense is in its clause: 块 is money beside a word of paying."""
    other = tables.units.senses[measure.word]
    before = _CLAUSE.findall(text, max(0, start - _NEAR), start)[-1:]
    after = _CLAUSE.findall(text, end, end + _NEAR)[:1]
    return other.measure if any(other.near.search(part) for part in before + after) else measure


def age_after(text: str, at: int, tables: Tables) -> int:
    """Where a word ends that makes an age of a duration, or -1."""
    units = tables.units
    word = units.age_marks.first_after(text, at)
    return at + len(word) if word and not units.age_stops.first_after(text, at + len(word)) else -1


def subunits(text: str, at: int, measure: Measure, tables: Tables) -> tuple[Decimal, int]:
    """What follows a measure as a part of it, in the measure: 角 and 分 after 元, 半 after 米."""
    numbers, units = tables.numbers, tables.units
    total = Decimal(0)
    parts = units.parts.get(measure.word, {})
    while parts:
        begin = at + len(units.joints.first_after(text, at))
        numeral = next(scan(text[begin : begin + 8], tables), None)
        if numeral is None or numeral.span.start:
            break
        end = begin + numeral.span.end
        part = next(
            (word for word in sorted(parts, key=len, reverse=True) if text.startswith(word, end)), None
        )
        if part is None:
            break
        total, at = total + numeral.value * parts[part], end + len(part)
    half = text[at : at + 1] in tuple(numbers.half) and not numbers.half_stops.first_after(text, at + 1)
    if half and measure.kind in units.half_kinds:
        return total + Decimal("0.5"), at + 1
    return total, at


def bound_after(text: str, at: int, tables: Tables, vague: bool) -> tuple[str, int]:
    """The bound in the words after a measure and where they end; ``vague``: 多 may stand there."""
    numbers = tables.numbers
    begin = skip_blanks(text, at)
    for word in numbers.after_words.after(text, begin):
        stops = numbers.after_stops.get(word)
        if stops is None or not stops.first_after(text, begin + len(word)):
            return numbers.after[word], begin + len(word)
    char = text[at : at + 1]
    if vague and char in numbers.approximate:
        stops = numbers.approximate_stops.get(char)
        if stops is None or not stops.first_after(text, at + 1):
            return numbers.approximate[char], at + 1
    return "", at


def bound_before(text: str, at: int, floor: int, tables: Tables) -> tuple[str, int]:
    """The bound in the words before a number and where they begin, not before ``floor``."""
    numbers = tables.numbers
    end = _back_over_blanks(text, at)
    for word in numbers.before_words.before(text, end):
        begin = end - len(word)
        stops = numbers.before_stops.get(word)
        if begin >= floor and (stops is None or not stops.first_before(text, begin)):
            return numbers.before[word], begin
    return "", at


def bare_bound(text: str, at: int, floor: int, tables: Tables) -> tuple[str, int]:
    """The bound that lets a magnitude stand without a digit: 近万, 上百."""
    for word in tables.numbers.bare_words.before(text, at):
        stops = tables.numbers.before_stops.get(word)
        if at - len(word) >= floor and (stops is None or not stops.first_before(text, at - len(word))):
            return tables.numbers.bare_bounds[word], at - len(word)
    return "", at


def currency_before(text: str, at: int, floor: int, tables: Tables) -> tuple[str, int]:
    """The currency whose mark stands before a number, and where it begins."""
    end = _back_over_blanks(text, at)
    mark = mark_before(text, end, tables)
    begin = end - len(mark)
    return (tables.units.currency_marks[mark], begin) if mark and begin >= floor else ("", at)


def currency_behind(text: str, at: int, tables: Tables) -> tuple[str, int]:
    """The currency that is named behind an amount in the local one, in brackets or not, and where it ends."""
    units = tables.units
    begin = at + len(units.behind_skip.first_after(text, at))
    opened = units.behind_open.first_after(text, begin)
    begin += len(opened)
    mark = units.currency_words.first_after(text, begin)
    end = begin + len(mark)
    closed = units.behind_close.first_after(text, end)
    following = text[end : end + 1]
    if not mark or not mark[-1].isalpha() or bool(opened) != bool(closed):
        return "", at
    if following.isdigit() or following in tables.numbers.numeric:  # the mark of the next amount
        return "", at
    return units.currency_marks[mark], end + len(closed)


def rate_before(text: str, at: int, floor: int, tables: Tables) -> tuple[Measure | None, int]:
    """The measure of 每公斤 before a price, and where the words begin."""
    units = tables.units
    for word in units.words.before(text, at):
        measure = units.measures[word]
        mark = units.rate_before.first_before(text, at - len(word))
        begin = at - len(word) - len(mark)
        if measure.kind in units.rate_over and mark and begin >= floor:
            return measure, begin
    return None, at


def rate_after(text: str, at: int, tables: Tables) -> tuple[Measure | None, int]:
    """The measure of /公斤 after a price, and where the words end."""
    mark = tables.units.rate_after.first_after(text, at)
    measure = measure_at(text, at + len(mark), tables) if mark else None
    if measure is None or measure.kind not in tables.units.rate_over:
        return None, at
    return measure, at + len(mark) + len(measure.word)
