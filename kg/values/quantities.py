"""Numbers with their measures, bounds and ranges: what a page counts, pays and weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.types import Quantity, Span
from kg.values.codes import is_code
from kg.values.measures import (
    BLANKS,
    age_after,
    bare_bound,
    bound_after,
    bound_before,
    currency_before,
    currency_behind,
    prefixed,
    rate_after,
    rate_before,
    sense,
    skip_blanks,
    spaced_measure,
    subunits,
)
from kg.values.numbers import PLACES, Numeral, scan, sign_before
from kg.values.patterns import normalize
from kg.values.tables import Measure, Tables
from kg.values.times import find_times


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """A quantity as it stands in a text.

    ``span`` covers the number with its measure, bound words and currency mark; ``number_span`` the
    bare number. ``value`` is in base units (万元 gives yuan), at the lower end of a range whose upper
    end is ``high``. ``unit_word`` is the measure as written, magnitudes before it included (万元),
    empty where there is none. ``kind`` is the family in the units table. ``rank`` marks ordinals
    (第47位), ``indefinite`` an 一 that is no more than an article,
    ``large`` a number counted in 万 or 亿. Signs of change are not read here.
    """

    span: Span
    number_span: Span
    value: Quantity
    unit_word: str
    kind: str
    rank: bool = False
    high: Quantity | None = None
    indefinite: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A quantity before ranges are joined: ``measure`` is None where no unit word follows.

    One that is ``lower`` is no quantity but as the lower end of a range (三到五个).
    """

    numeral: Numeral
    measure: Measure | None
    unit_end: int
    span: Span
    value: Decimal
    high: Decimal | None
    unit: str
    kind: str
    bound: str
    rank: bool = False
    indefinite: bool = False
    lower: bool = False


def _tidy(value: Decimal) -> Decimal:
    """The value without needless zeros: 383500000, not 383500000.000."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _is_phase(text: str, numeral: Numeral, measure: Measure, tables: Tables) -> bool:
    """二期 and 十四届 name a phase or a term unless a word of counting goes before."""
    return (
        numeral.spelled
        and measure.word in tables.units.phases
        and not tables.units.counted.first_before(text, numeral.span.start)
    )


def _is_rank(text: str, numeral: Numeral, measure: Measure, tables: Tables) -> bool:
    if numeral.ordinal or _is_phase(text, numeral, measure, tables):
        return True
    numbers = tables.numbers
    return measure.word in numbers.rank_measures and bool(
        numbers.rank_before.first_before(text, numeral.span.start)
    )


def _is_article(numeral: Numeral, measure: Measure) -> bool:
    return measure.article and numeral.spelled and numeral.value == 1 and len(numeral.core) == 1


def _without_measure(text: str, numeral: Numeral, floor: int, tables: Tables) -> _Found | None:
    """A share, a percentage in words, money with its mark before, or a bare number."""
    units, span = tables.units, numeral.span
    if numeral.percent or numeral.share:
        scale = 100 if numeral.share else 1
        value = numeral.value * scale
        value = value.quantize(PLACES) if numeral.share else value
        tail, end = bound_after(text, span.end, tables, vague=True)
        head, begin = bound_before(text, span.start, floor, tables)
        bound = tail or head or "exact"
        whole = Span(begin, end)
        return _Found(
            numeral, None, span.end, whole, value, numeral.high, units.percent.unit, units.percent.kind, bound
        )
    currency, begin = currency_before(text, span.start, floor, tables)
    vague = len(numeral.core) == 1 or numeral.value < 100
    if numeral.bare or numeral.ordinal:
        return None
    if numeral.spelled and vague:
        return _lower(text, numeral, tables)
    if not currency and is_code(text, numeral, tables):
        return None
    numeral, begin = _signed(text, numeral, begin, False, tables)
    tail, end = bound_after(text, span.end, tables, vague=False)
    head, begin = bound_before(text, begin, floor, tables)
    bound = numeral.bound or tail or head or "exact"
    unit = currency or units.bare.unit
    kind = units.measures[next(iter(units.local_currency))].kind if currency else units.bare.kind
    return _Found(numeral, None, span.end, Span(begin, end), numeral.value, numeral.high, unit, kind, bound)


def _lower(text: str, numeral: Numeral, tables: Tables) -> _Found | None:
    """The 三 of 三到五个."""
    word = tables.numbers.ranges.first_after(text, numeral.span.end)
    following = text[numeral.span.end + len(word) :][:1]
    if not word or word in tables.numbers.close or following not in tables.numbers.numeric or numeral.bound:
        return None
    bare, span = tables.units.bare, numeral.span
    return _Found(
        numeral, None, span.end, span, numeral.value, None, bare.unit, bare.kind, "exact", lower=True
    )


def _signed(text: str, numeral: Numeral, begin: int, anywhere: bool, tables: Tables) -> tuple[Numeral, int]:
    """The numeral with the sign before it or its currency mark, and where the words begin."""
    if numeral.value <= 0 or numeral.ordinal:
        return numeral, begin
    sign = sign_before(text, begin, tables.numbers, percent=anywhere)
    return (replace(numeral, value=-numeral.value, high=None), sign) if sign < begin else (numeral, begin)


def _with_measure(
    text: str, numeral: Numeral, measure: Measure, unit_end: int, floor: int, tables: Tables, currency: str
) -> _Found | None:
    """A number with its unit word, its bounds, its currency mark and what it is a rate over."""
    units = tables.units
    if measure.word in units.senses:
        measure = sense(text, numeral.span.start, unit_end, measure, tables)
    more, end = subunits(text, unit_end, measure, tables)
    unit, kind, begin = measure.unit, measure.kind, numeral.span.start
    if kind in units.money_kinds:
        if measure.word in units.local_currency:
            unit, begin = currency_before(text, begin, floor, tables)
            named, end = currency_behind(text, end, tables)
            unit = unit or named or currency
        over, end = rate_after(text, end, tables)
    else:
        over = None
    numeral, begin = _signed(text, numeral, begin, kind in units.signed_kinds, tables)
    scaled, high = (numeral.value + (-more if numeral.value < 0 else more)) * measure.factor, numeral.high
    if kind in units.age_over and (aged := age_after(text, end, tables)) > 0:
        kind, end = units.age_kind, aged
    tail, end = bound_after(text, end, tables, kind in units.rate_over)
    bare, begin = bare_bound(text, begin, floor, tables) if numeral.bare else ("", begin)
    if numeral.bare and not bare and len(numeral.core) < 2:
        return None
    head, begin = bound_before(text, begin, floor, tables) if not bare else (bare, begin)
    if kind in units.money_kinds and over is None:
        over, begin = rate_before(text, begin, floor, tables)
    if over is not None:
        scaled, unit, kind = scaled / over.factor, f"{unit}/{over.unit}", units.rate_kind
    rank = _is_rank(text, numeral, measure, tables)
    if rank and measure.word in tables.numbers.rank_measures:
        unit, kind = units.rank.unit, units.rank.kind
    if numeral.ordinal:
        begin = numeral.span.start - len(tables.numbers.ordinal.first_before(text, numeral.span.start))
    return _Found(
        numeral,
        measure,
        unit_end,
        Span(begin, end),
        scaled,
        high * measure.factor if high is not None else None,
        unit,
        kind,
        numeral.bound or tail or head or "exact",
        rank=rank,
        indefinite=not rank and _is_article(numeral, measure),
    )


def _attach(text: str, numeral: Numeral, floor: int, tables: Tables, currency: str) -> _Found | None:
    """The quantity that a numeral begins, or None where it is none."""
    found: _Found | None = None
    if len(numeral.core) == 1 and text[numeral.core.start] in tables.numbers.formal:
        return None
    if not numeral.percent and not numeral.share:
        with_prefix = prefixed(text, numeral, tables)
        at = skip_blanks(text, numeral.span.end)
        measure, unit_end = (None, at) if with_prefix else spaced_measure(text, at, tables)
        if with_prefix:
            found = _with_measure(text, *with_prefix, floor, tables, currency)
        elif measure is not None and not (numeral.spelled and measure.word in tables.units.digits_only):
            found = _with_measure(text, numeral, measure, unit_end, floor, tables, currency)
            if found is None:
                return None
    found = found or _without_measure(text, numeral, floor, tables)
    if found is None or (numeral.word_end >= found.span.end):
        return None
    return found


def _magnitude(text: str, numeral: Numeral, tables: Tables) -> int:
    """The magnitude that a lower end may share with its upper end: 亿 in 6-8亿; 1 without one."""
    last = text[numeral.core.end - 1]
    return tables.numbers.large.get(last) or tables.numbers.small.get(last, 1)


def _lower_end(text: str, low: _Found, high: _Found, tables: Tables) -> Decimal | None:
    """The lower end of a range in the unit of its upper end, or None where the two make no range."""
    if low.rank or high.rank or low.unit_end != low.span.end:
        return None
    if low.measure is None and low.kind == tables.units.bare.kind and high.measure is not None:
        size = _magnitude(text, high.numeral, tables)
        shares = low.value < high.numeral.value / size and _magnitude(text, low.numeral, tables) == 1
        value = low.value * high.measure.factor * (size if shares else 1)
    elif low.measure is None and high.measure is None:
        size = _magnitude(text, high.numeral, tables)
        shares = size > 1 and _magnitude(text, low.numeral, tables) == 1 and low.value < high.value / size
        value = low.value * (size if shares else 1)
    elif low.unit == high.unit:
        value = low.value
    else:
        return None
    return value if value < high.value else None


def _joins(text: str, low: _Found, high: _Found, tables: Tables) -> bool:
    """Whether the words between two numbers make them a range."""
    between = text[low.span.end : high.span.start].strip(BLANKS)
    if (low.bound, high.bound) == ("min", "max"):
        bounded = low.unit == high.unit and low.value < high.value
        return bounded and (not between or between in tables.numbers.bound_joints)
    if between in tables.numbers.loose:
        return bool(tables.numbers.closing.first_after(text, high.span.end))
    if between not in tables.numbers.ranges.words:
        return False
    if between in tables.numbers.close:
        single = low.numeral.spelled and high.numeral.spelled and len(low.numeral.core) == 1
        return single and high.numeral.value == low.numeral.value + 1
    changed = low.measure is not None and tables.units.change_starts.first_before(text, low.span.start)
    return not changed


def _unit_word(text: str, found: _Found, tables: Tables) -> str:
    """The measure as written, after digits with the large magnitudes before it: 万元, but 家 in 三万家."""
    if found.measure is None:
        return ""
    at = found.numeral.core.end
    while not found.numeral.spelled and text[at - 1] in tables.numbers.large:
        at -= 1
    return text[at : found.numeral.core.end] + found.measure.word


def _mention(
    text: str,
    source: str,
    found: _Found,
    tables: Tables,
    low: Decimal | None = None,
    first: _Found | None = None,
) -> QuantityMention:
    """The mention of a quantity; with ``low`` and ``first`` of a range that begins there."""
    start = first.span.start if first else found.span.start
    span = Span(start, found.span.end)
    words = span.of(source)
    upper = found.value if low is not None else found.high
    lower = low if low is not None else found.value
    numeral = found.numeral
    number = Span(first.numeral.core.start if first else numeral.core.start, numeral.core.end)
    return QuantityMention(
        span,
        number,
        Quantity(_tidy(lower), found.unit, "min" if upper is not None else found.bound, words),
        _unit_word(text, found, tables),
        found.kind,
        rank=found.rank,
        high=None if upper is None else Quantity(_tidy(upper), found.unit, "max", words),
        indefinite=found.indefinite,
        large=any(char in tables.numbers.large for char in number.of(text)),
    )


def _is_hyphened(text: str, found: _Found) -> bool:
    """A number without a measure beside a hyphen that makes no range is part of a code."""
    if found.measure is not None or found.numeral.percent or found.numeral.share:
        return False
    span = found.numeral.span
    after, before = text[span.end : span.end + 2], text[max(0, span.start - 2) : span.start]
    return (after[:1] == "-" and after[1:].isalnum()) or (before[1:] == "-" and before[:1].isalnum())


def _quoted(text: str, tables: Tables) -> list[Span]:
    """Titles and quoted names, in which a number is part of the name."""
    numbers = tables.numbers
    return [*numbers.titles.find(text), *(Span(*match.span()) for match in numbers.name.finditer(text))]


def find_quantities(
    text: str, tables: Tables, *, currency: str = "", taken: Sequence[Span] | None = None
) -> list[QuantityMention]:
    """All quantities of a text, in order, without overlap.

    ``currency`` is what a bare 元 means (default: the table's). ``taken`` are spans in which no
    quantity is looked for, by default those of `find_times`; dates go before numbers.
    """
    if taken is None:
        taken = [mention.span for mention in find_times(text, tables)]
    plain = normalize(text, tables.numbers.width)
    closed = sorted([*taken, *_quoted(plain, tables)])
    founds: list[_Found] = []
    floor, index = 0, 0
    for numeral in scan(plain, tables, closed):
        while index < len(closed) and closed[index].end <= numeral.span.start:
            floor = max(floor, closed[index].end)
            index += 1
        if numeral.span.start < floor or any(
            span.overlaps(numeral.span) for span in closed[index : index + 3]
        ):
            continue
        found = _attach(plain, numeral, floor, tables, currency or tables.units.currency)
        if found is not None:
            founds.append(found)
            floor = found.span.end
    return _join(plain, text, founds, tables)


def _join(plain: str, text: str, founds: Sequence[_Found], tables: Tables) -> list[QuantityMention]:
    """The mentions of what was found, with ranges made of their two ends."""
    mentions: list[QuantityMention] = []
    index = 0
    while index < len(founds):
        found = founds[index]
        following = founds[index + 1] if index + 1 < len(founds) else None
        low = None
        if (
            following
            and following.span.start - found.span.end <= 4
            and _joins(plain, found, following, tables)
        ):
            low = _lower_end(plain, found, following, tables)
        if following and low is not None:
            between = plain[found.span.end : following.span.start].strip(BLANKS)
            if between in tables.numbers.loose:
                closing = tables.numbers.closing.first_after(plain, following.span.end)
                whole = Span(following.span.start, following.span.end + len(closing))
                following = replace(following, span=whole)
            mentions.append(_mention(plain, text, following, tables, low, found))
            index += 2
            continue
        if not found.lower and not _is_hyphened(plain, found):
            mentions.append(_mention(plain, text, found, tables))
        index += 1
    return mentions
