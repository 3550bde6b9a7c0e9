"""Numerals in text: digits, Chinese numerals and what mixes them, to exact decimals.

The scanner finds candidates with one regular expression built of the tables; `kg.values.numerals` reads
each. What a numeral means beside a measure is the matter of `kg.values.quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.types import Span
from kg.values.numerals import read_numeral, read_pair
from kg.values.patterns import BLANK, normalize
from kg.values.tables import NumberTables, Tables

_EXPONENT = re.compile(r"(?P<sign>[+-]{0,2})(?P<number>[0-9]+(?:\.[0-9]+)?)")
_MOST_EXPONENT = 100
PLACES = Decimal("0.0001")  # a share is given to four decimals: 0.3333 for a third


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written, without its measure.

    ``high`` is the upper end of 两三百; ``bound`` comes from within the numeral (十余万: min);
    ``share`` marks fractions (value 0.75) and ``percent`` what is in per cent by its words (百分之十,
    八成: 80); ``ordinal`` follows an ordinal mark; ``spelled`` has no digit 0-9; ``bare`` is a
    magnitude without a digit (近万). ``word_end`` is where an everyday word ends of which the
    numeral is a part, else -1: longer readings win over it. ``core`` spans the digits alone.
    """

    span: Span
    core: Span
    value: Decimal
    high: Decimal | None = None
    bound: str = ""
    share: bool = False
    percent: bool = False
    ordinal: bool = False
    spelled: bool = False
    bare: bool = False
    word_end: int = -1


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text, whether or not a measure follows."""

    span: Span
    core: Span
    value: Decimal
    high: Decimal | None
    percent: bool
    ordinal: bool


def _word_end(text: str, start: int, tables: NumberTables) -> int:
    """Where the longest everyday word ends that has the character at ``start``, or -1."""
    for place, length in tables.word_places.get(text[start], ()):
        begin = start - place
        if begin >= 0 and text[begin : begin + length] in tables.words:
            return begin + length
    return -1


def _trim(text: str, start: int, end: int, numbers: NumberTables) -> int:
    """The end of the numeral without blanks, words such as 余 and a leading-only digit at its end."""
    while end > start + 1 and (
        text[end - 1].isspace() or text[end - 1] in numbers.approximate or _dangles(text, start, end, numbers)
    ):
        end -= 1
    return end


def _dangles(text: str, start: int, end: int, numbers: NumberTables) -> bool:
    return text[end - 1] in numbers.leading and text[start : end - 1].strip(" ") != ""


def sign_before(text: str, start: int, numbers: NumberTables, percent: bool) -> int:
    """The start of the number with a negative sign before it.

    A hyphen after a digit is none, after a word only where the word lets figures fall below zero.
    """
    at = start
    while at and text[at - 1] == " ":
        at -= 1
    if at and text[at - 1] in numbers.negative:
        return at - 1
    if start and text[start - 1] == "-":
        before = text[start - 2] if start > 1 else " "
        if (
            (not before.isalnum() and before not in "-%)")
            or (percent and not before.isascii() and before.isalpha())
            or numbers.negative_after.first_before(text, start - 1)
        ):
            return start - 1
    return start


def _approximate(text: str, end: int, numbers: NumberTables) -> tuple[str, int]:
    """The bound that 余, 多 or 来 right after a number gives, and where that ends."""
    at = end + 1 if text[end : end + 1] == " " else end
    char = text[at : at + 1]
    bound = numbers.approximate.get(char, "")
    stops = numbers.approximate_stops.get(char)
    if not bound or (stops is not None and stops.first_after(text, at + 1)):
        return "", end
    return bound, at + 1


def _inner_bound(core: str, numbers: NumberTables) -> str:
    for char in core:
        if char in numbers.approximate:
            return numbers.approximate[char]
    return ""


def _simple(text: str, start: int, tables: Tables) -> Numeral | None:
    """The numeral that begins here, without fractions and signs."""
    numbers = tables.numbers
    match = numbers.patterns.numeral.match(text, start)
    if match is None:
        return None
    digits = match.group()
    if digits.isdigit() and digits.isascii():
        span = Span(*match.span())
        return Numeral(span, span, Decimal(digits))
    end = _trim(text, start, match.end(), numbers)
    core = text[start:end]
    bare = not any(char in numbers.digits or char.isdigit() or char in numbers.half for char in core)
    bare = (bare and core[0] in numbers.large) or (bare and numbers.small.get(core[0], 0) >= 100)
    pair = read_pair(core, numbers)
    value = pair[0] if pair else read_numeral(core, numbers)
    if value is None:
        return None
    return Numeral(
        Span(start, end),
        Span(start, end),
        value,
        high=pair[1] if pair else None,
        bound=_inner_bound(core, numbers),
        spelled=not any(char.isascii() and char.isdigit() for char in core),
        bare=bare,
    )


def _skip_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\u00a0", "\u3000") and at < len(text):
        at += 1
    return at


def _after_fraction_word(text: str, end: int, numbers: NumberTables) -> int:
    """Where the numerator begins where a fraction word follows, else -1."""
    at = _skip_blanks(text, end)
    for word in numbers.fraction.words:
        place = at
        for char in word:
            if text[place : place + 1] != char:
                break
            place = _skip_blanks(text, place + 1)
        else:
            return place
    return -1


def _fraction(text: str, numeral: Numeral, tables: Tables) -> Numeral | None:
    """A fraction in words or with a slash, or a percentage in words, that begins with the numeral."""
    numbers = tables.numbers
    slash = numbers.patterns.slash.match(text, numeral.span.start)
    if slash and int(slash.group(2)):
        over = Decimal(slash.group(1)) / Decimal(slash.group(2))
        return replace(numeral, span=Span(*slash.span()), value=over, share=True, core=Span(*slash.span()))
    at = _after_fraction_word(text, numeral.span.end, numbers)
    if at < 0:
        return None
    negative = text[at : at + 1] in tuple(numbers.negative)
    top = _simple(text, at + negative, tables)
    if top is None or (top.bare and top.value != 100):
        return None
    sign = -1 if negative else 1
    span = Span(numeral.span.start, top.span.end)
    part = numbers.percents.get(text[numeral.span.start : numeral.span.end].replace(" ", ""))
    if part is not None:
        return replace(
            numeral, span=span, value=sign * top.value * part, percent=True, bare=False, core=top.core
        )
    if not numeral.value or numeral.bare:
        return None
    return replace(
        numeral, span=span, value=sign * top.value / numeral.value, share=True, core=span, high=None
    )


def _mixed(text: str, numeral: Numeral, tables: Tables) -> Numeral | None:
    """A whole number with a fraction: 一又二分之一, 1 3/4."""
    at = _skip_blanks(text, numeral.span.end)
    word = tables.numbers.conjunctions.first_after(text, at)
    if not word and (at == numeral.span.end or numeral.spelled):
        return None
    begin = _skip_blanks(text, at + len(word))
    part = _simple(text, begin, tables)
    fraction = _fraction(text, part, tables) if part else None
    if fraction is None or not fraction.share or fraction.percent:
        return None
    span = Span(numeral.span.start, fraction.span.end)
    return replace(numeral, span=span, value=numeral.value + fraction.value, share=True, core=span)


def _tenths(text: str, numeral: Numeral, numbers: NumberTables) -> Numeral | None:
    """八成, 三成五, 八点五折: tenths of a whole, in per cent."""
    at = _skip_blanks(text, numeral.span.end)
    stops = numbers.tenths.get(text[at : at + 1])
    if stops is None or stops.first_after(text, at + 1):
        return None
    digits = re.sub(BLANK, "", numeral.span.of(text))
    value = numeral.value
    if len(digits) == 2 and all(char in numbers.digits or char.isdigit() for char in digits) and value > 10:
        value /= 10
    if value > 10 or numeral.bare or (value == 10 and text[at] in numbers.discounts):
        return None
    end, value, high = at + 1, value * 10, numeral.high
    extra = _skip_blanks(text, end)
    if numeral.spelled and text[extra : extra + 1] in numbers.digits and value == int(value):
        value, end = value + numbers.digits[text[extra]], extra + 1
    elif text[end : end + 1] in tuple(numbers.half) and not numbers.half_stops.first_after(text, end + 1):
        value, end = value + 5, end + 1
    span = Span(numeral.span.start, end)
    if high is not None and len(digits) == 2 and high <= 10:
        return replace(numeral, span=span, value=numeral.value * 10, high=high * 10, percent=True)
    return replace(numeral, span=span, value=value, high=None, percent=True)


def _dozens(text: str, numeral: Numeral, numbers: NumberTables) -> Numeral:
    size = numbers.dozens.get(text[numeral.span.end : numeral.span.end + 1])
    if size is None or numeral.bare or numbers.dozen_stops.first_after(text, numeral.span.end + 1):
        return numeral
    return replace(numeral, value=numeral.value * size, span=Span(numeral.span.start, numeral.span.end + 1))


def mark_before(text: str, end: int, tables: Tables) -> str:
    """The currency mark that ends here, or an empty text; none where letters go on before it (X$, AUSD)."""
    mark = tables.units.currency_words.first_before(text, end)
    before = text[end - len(mark) - 1 : end - len(mark)] if len(mark) < end else ""
    goes_on = before.isascii() and (before.isalpha() or (before.isdigit() and mark[:1].isalpha()))
    return "" if goes_on and (mark[:1].isascii() or not mark[:1].isalpha()) else mark


def _is_glued(text: str, start: int, end: int, tables: Tables) -> bool:
    """Whether digits are part of a code: a letter, an address or a dotted number goes on beside them."""
    before = text[start - 1] if start else " "
    if before.isascii() and before.isalpha():
        return not mark_before(text, start, tables)
    if before in "_/#@&=\\^\u00b7" or (before == "." and start > 1 and text[start - 2].isalnum()):
        return True
    after, following = text[end : end + 1], text[end + 1 : end + 2]
    if after in ("_", "@", "\u00b7"):
        return True
    return after in (".", "/") and following.isascii() and following.isalnum()


def scan(text: str, tables: Tables, closed: Sequence[Span] = ()) -> Iterator[Numeral]:
    """All numerals of a text whose width is already normal, in order, without overlap.

    ``closed`` are spans, in order, in which none begins.
    Also gives those that an everyday word covers (see ``word_end``) and bare magnitudes: the caller
    knows what follows them.
    """
    numbers = tables.numbers
    start = numbers.patterns.start
    at, end, index = 0, len(text), 0
    while match := start.search(text, at):
        while index < len(closed) and closed[index].end <= match.start():
            index += 1
        if index < len(closed) and closed[index].start <= match.start():
            at = closed[index].end
            continue
        found = _read_at(text, match.start(), tables)
        if found is None:
            at = match.start() + 1
            while at < end and text[at - 1].isdigit() and text[at].isdigit():
                at += 1
            continue
        yield found
        at = found.span.end


def _begins_bare(numeral: Numeral, text: str, numbers: NumberTables) -> bool:
    first = text[numeral.span.start]
    return first in numbers.small or first in numbers.large


def _power(text: str, numeral: Numeral) -> Numeral:
    """2^10, 1.1^-2: the number to the power after it, where it can be told."""
    match = _EXPONENT.match(text, numeral.span.end + 1)
    if match is None or numeral.spelled or not numeral.value:
        return numeral
    exponent = Decimal(match["number"]) * (-1) ** match["sign"].count("-")
    if abs(exponent) > _MOST_EXPONENT:
        return numeral
    span = Span(numeral.span.start, match.end())
    return replace(numeral, span=span, core=span, value=numeral.value**exponent)


def _read_at(text: str, start: int, tables: Tables) -> Numeral | None:
    numbers = tables.numbers
    if word := numbers.percent_words.first_after(text, start):
        span = Span(start, start + len(word))
        if numbers.percent_stops.first_after(text, span.end):
            return None
        return Numeral(span, span, numbers.percent_values[word], percent=True, spelled=True)
    numeral = _simple(text, start, tables)
    if numeral is not None and text[numeral.span.end : numeral.span.end + 1] in numbers.power:
        numeral = _power(text, numeral)
    if numeral is None or (
        _begins_bare(numeral, text, numbers) and numbers.unknown.first_before(text, start)
    ):
        return None
    if not numeral.spelled and _is_glued(text, start, numeral.span.end, tables):
        slash = text[numeral.span.end : numeral.span.end + 1] == "/"
        if not slash or _fraction(text, numeral, tables) is None:
            return None
    spelled_end = _word_end(text, start, numbers)
    wider = (
        _fraction(text, numeral, tables) or _mixed(text, numeral, tables) or _tenths(text, numeral, numbers)
    )
    numeral = wider or numeral
    if start and text[start - 1] == "." and not wider and not text[start - 2 : start - 1].strip(" "):
        digits = numeral.span.of(text)
        if digits.isdigit() and digits.isascii():
            numeral = replace(numeral, value=Decimal(f"0.{digits}"), span=Span(start - 1, numeral.span.end))
    bound, end = _approximate(text, numeral.span.end, numbers)
    if bound and not numeral.percent and not numeral.share:
        inner = _simple(text, start, tables)
        assert inner is not None
        numeral = replace(numeral, bound=bound, span=Span(start, end), bare=False)
    numeral = _dozens(text, numeral, numbers)
    ordinal = numbers.ordinal.first_before(text, start)
    percent = numeral.percent or text[numeral.span.end : numeral.span.end + 1] == "%"
    sign = sign_before(text, start, numbers, percent)
    if sign < start and not ordinal:
        numeral = replace(numeral, span=Span(sign, numeral.span.end), value=-numeral.value, high=None)
    if not ordinal and spelled_end < 0:
        return numeral
    return replace(numeral, ordinal=bool(ordinal), word_end=spelled_end)


def find_numbers(text: str, tables: Tables) -> list[NumberMention]:
    """All numbers of a text, with or without a measure; everyday words (一切, 统一) are none.

    Spans are of the text as given, an ordinal's with its mark.
    """
    plain = normalize(text, tables.numbers.width)
    found: list[NumberMention] = []
    for numeral in scan(plain, tables):
        span = numeral.span
        if numeral.word_end >= span.end or (numeral.bare and numeral.bound == ""):
            continue
        if numeral.ordinal:
            span = Span(span.start - len(tables.numbers.ordinal.first_before(plain, span.start)), span.end)
        found.append(
            NumberMention(span, numeral.core, numeral.value, numeral.high, numeral.percent, numeral.ordinal)
        )
    return found
