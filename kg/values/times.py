"""Dates, periods and words of time in a text, as small structures that a context resolves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.types import Span
from kg.values.atoms import Atom, atom_at, number_of, reign_at
from kg.values.counted import counted_at
from kg.values.moments import Base, Part, Point, TimeExpr, TimeKind, TimeMention
from kg.values.patterns import normalize
from kg.values.tables import Tables

_PLAN_YEARS = 5


def _word_after(text: str, at: int, words: Sequence[str], tables: Tables) -> str:
    """The longest of the words at a place that does not begin another word."""
    for word in words:
        stops = tables.times.after_stops.get(word)
        if stops is None or not stops.first_after(text, at + len(word)):
            return word
    return ""


def _range_end(text: str, first: Atom, tables: Tables) -> Atom | None:
    """The second time of a range whose first has been read."""
    times = tables.times
    at = first.end
    while text[at : at + 1] == " ":
        at += 1
    for word in times.ranges.after(text, at):
        begin = at + len(word)
        while text[begin : begin + 1] == " ":
            begin += 1
        second = atom_at(text, begin, tables)
        if second is None or second.kind is not TimeKind.POINT or second.point is None:
            continue
        if word not in times.loose:
            return second
        closing = times.closing.first_after(text, second.end)
        if closing or times.closing.first_before(text, second.end):
            return replace(second, end=second.end + len(closing))
    return None


def _close(text: str, atom: Atom, tables: Tables) -> tuple[TimeKind, int]:
    """The kind and the end of a mention by the words after it."""
    times = tables.times
    for words, kind in (
        (times.around, TimeKind.AROUND),
        (times.since, TimeKind.SINCE),
        (times.until, TimeKind.UNTIL),
        (times.by, TimeKind.BY),
    ):
        if word := _word_after(text, atom.end, list(words.after(text, atom.end)), tables):
            return kind, atom.end + len(word)
    return atom.kind, atom.end


def _expression(text: str, atom: Atom, tables: Tables) -> tuple[TimeExpr, int]:
    """What the atom and all that follows it say, and where that ends."""
    if atom.point is None or atom.kind is TimeKind.SPAN:
        return TimeExpr(atom.kind, atom.point, length=atom.length, unit=atom.unit), atom.end
    if atom.kind is TimeKind.RANGE:
        return TimeExpr(TimeKind.RANGE, atom.point, atom.last), _during(text, atom.end, tables)
    if second := _range_end(text, atom, tables):
        return TimeExpr(TimeKind.RANGE, atom.point, second.point), _during(text, second.end, tables)
    if counted := _counted_back(text, atom, tables) or _plan_edge(text, atom, tables):
        return counted
    end = _during(text, atom.end, tables)
    kind, after = _close(text, replace(atom, end=end), tables)
    return TimeExpr(kind, atom.point), after


def _plan_edge(text: str, atom: Atom, tables: Tables) -> tuple[TimeExpr, int] | None:
    """“十四五”末: the last year of a plan."""
    edges = tables.times.plan_edges
    if atom.point is None or atom.point.years < _PLAN_YEARS or atom.point.year is None:
        return None
    word = max((word for word in edges if text.startswith(word, atom.end)), key=len, default="")
    if not word:
        return None
    year = Part(atom.point.year.value + edges[word])
    kind, end = _close(text, Atom(atom.start, atom.end + len(word), Point(year)), tables)
    return TimeExpr(kind, Point(year)), end


def _during(text: str, end: int, tables: Tables) -> int:
    word = _word_after(text, end, list(tables.times.during.after(text, end)), tables)
    return end + len(word)


def _counted_back(text: str, atom: Atom, tables: Tables) -> tuple[TimeExpr, int] | None:
    """到2008年的12年间: the years that end with the named one."""
    point = atom.point
    if (
        point is None
        or point.year is None
        or point.year.base is not Base.NAMED
        or point.month
        or point.years != 1
    ):
        return None
    skip = len(tables.times.joiners.first_after(text, atom.end))
    for begin in (atom.end + skip, atom.end):
        match = tables.times.counted_span.match(text, begin)
        if match and (
            match["end"] in tables.times.span_last.words or match["end"] in tables.times.span_now.words
        ):
            length = number_of(match["n"], tables)
            if 1 < length <= 100:
                first = Point(Part(point.year.value - length + 1))
                return TimeExpr(TimeKind.RANGE, first, point), match.end()
    return None


def _open(text: str, start: int, expr: TimeExpr, floor: int, tables: Tables) -> tuple[TimeExpr, int]:
    """The expression and start of a mention by the words before it."""
    times = tables.times
    if (word := times.lunar_words.first_before(text, start)) and start - len(word) >= floor:
        point = expr.start
        if expr.kind is TimeKind.POINT and point is not None and point.month is not None:
            expr, start = replace(expr, start=replace(point, lunar=True)), start - len(word)
    if word := times.asof.first_before(text, start):
        begin = start - len(word)
        if begin >= floor:
            kind = TimeKind.ASOF if expr.kind is TimeKind.POINT else expr.kind
            return replace(expr, kind=kind), begin
    point = expr.start
    extended = point is not None and (point.days is not None or point.months is not None)
    word = ""
    if extended or expr.kind in (TimeKind.SINCE, TimeKind.RANGE):
        word = times.starters.first_before(text, start)
    if not word and expr.kind is TimeKind.RANGE:
        word = times.enders.first_before(text, start)
    return expr, start - len(word) if start - len(word) >= floor else start


def _is_comparison(text: str, start: int, end: int, tables: Tables) -> bool:
    before, after = tables.times.comparison, tables.times.comparison_after
    return bool(before.first_before(text, start) or after.first_after(text, end))


def _is_inside_number(text: str, at: int, tables: Tables) -> bool:
    """Whether the place lies inside a longer number: the 8年 of 98年 or of 二十八年."""
    if not at:
        return False
    before, char = text[at - 1], text[at]
    numeric = tables.numbers.numeric
    if char.isascii() and char.isdigit():
        if before == ",":
            grouped = text[at : at + 3].isdigit() and not text[at + 3 : at + 4].isdigit()
            return grouped and text[at - 2 : at - 1].isdigit()
        return (before.isascii() and before.isalnum()) or (before == "." and text[at - 2 : at - 1].isdigit())
    return char in numeric and (before in numeric or before in tables.numbers.point)


def find_times(text: str, tables: Tables) -> list[TimeMention]:
    """All times of a text, in order, without overlap, resolvable or not; none in a title (《》)."""
    times = tables.times
    plain = normalize(text, tables.numbers.width)
    found: list[TimeMention] = []
    titles, passed = tables.numbers.titles.find(plain), 0
    at = 0
    while match := times.start.search(plain, at):
        here = match.start()
        while passed < len(titles) and titles[passed].end <= here:
            passed += 1
        if passed < len(titles) and titles[passed].start <= here:
            at = titles[passed].end
            continue
        atom = None
        if not _is_inside_number(plain, here, tables):
            atom = (
                (reign_at(plain, here, tables) if plain[here - 1] in times.reign_words.by_last else None)
                or counted_at(plain, here, tables)
                or atom_at(plain, here, tables)
            )
        if atom is None:
            at = here + 1
            continue
        expr, end = _expression(plain, atom, tables)
        expr, start = _open(plain, atom.start, expr, found[-1].span.end if found else 0, tables)
        found.append(TimeMention(Span(start, end), expr, _is_comparison(plain, start, end, tables)))
        at = end
    return _link(plain, found, tables)


def _bounded(text: str, found: Sequence[TimeMention], tables: Tables) -> list[TimeMention]:
    """Mentions with 2010年之后2018年之前 or 1月1日起至6月30日 made one period."""
    joined: list[TimeMention] = []
    for mention in found:
        first = joined[-1] if joined else None
        if first and first.expr.kind is TimeKind.SINCE and mention.expr.start is not None:
            between = text[first.span.end : mention.span.start]
            until = mention.expr.kind in (TimeKind.UNTIL, TimeKind.BY) and (
                not between or between in tables.times.links
            )
            point = mention.expr.kind is TimeKind.POINT and between in tables.times.enders.words
            if until or point:
                span = Span(first.span.start, mention.span.end)
                joined[-1] = TimeMention(span, TimeExpr(TimeKind.RANGE, first.expr.start, mention.expr.start))
                continue
        joined.append(mention)
    return joined


def _since(text: str, mention: TimeMention, tables: Tables) -> TimeMention:
    """A point with 自 before it, or 以来 at the end of its clause, made the begin of a period."""
    times, expr = tables.times, mention.expr
    if expr.kind is not TimeKind.POINT or expr.start is None or expr.start.shift is not None:
        return mention
    clause = times.clause.match(text, mention.span.end, mention.span.end + times.clause_reach)
    rest = clause[0] if clause else ""
    opener = times.since_starters.first_before(text, mention.span.start)
    opened = opener and not times.since_stops.first_before(text, mention.span.start - len(opener))
    opened = opened and not any(word in rest for word in times.enders.words)
    closed = any(rest.endswith(word) for word in times.since_far)
    return replace(mention, expr=replace(expr, kind=TimeKind.SINCE)) if opened or closed else mention


def _counted_on(text: str, first: TimeMention, second: TimeMention, tables: Tables) -> TimeMention | None:
    """The second of two times, where it is the years from the first on: 2015年起，三年间."""
    start, span = first.expr.start, second.expr.start
    if not (_is_since(first) and second.expr.kind is TimeKind.SPAN and start and span and span.year):
        return None
    year, month = start.year, start.month
    named = year is not None and year.base is Base.NAMED and (month is None or month.base is Base.NAMED)
    between = text[first.span.end : second.span.start]
    if not named or span.year.base is not Base.LAST or any(char.isalnum() for char in between):
        return None
    assert year is not None
    if month is None or month.value == 1:
        end = Point(Part(year.value + second.expr.length - 1), month and Part(12))
    else:
        end = Point(Part(year.value + second.expr.length), Part(month.value - 1))
    return replace(second, expr=TimeExpr(TimeKind.RANGE, replace(start, day=None), end))


def _is_since(mention: TimeMention) -> bool:
    return mention.expr.kind is TimeKind.SINCE


def _is_one_clause(between: str, tables: Tables) -> bool:
    """Whether two times with this between them stand near enough, in one clause, to be one period."""
    clause = tables.times.clause.match(between)
    return clause is not None and len(clause[0]) == len(between) <= tables.times.clause_reach


def _link(text: str, found: Sequence[TimeMention], tables: Tables) -> list[TimeMention]:
    """Mentions with 从A…到B made one period, told at B; A stays the point it is."""
    linked = [_since(text, mention, tables) for mention in _bounded(text, found, tables)]
    for index in range(1, len(linked)):
        first, second = linked[index - 1], linked[index]
        if counted := _counted_on(text, first, second, tables):
            linked[index] = counted
            continue
        if (
            not (first.expr.kind is TimeKind.POINT or _is_since(first))
            or second.expr.kind is not TimeKind.POINT
        ):
            continue
        starter = tables.times.starters.first_before(text, first.span.start)
        ender = tables.times.enders.first_before(text, second.span.start)
        between = text[first.span.end : second.span.start]
        if ender and (starter or _is_since(first)) and _is_one_clause(between, tables):
            span = Span(second.span.start - len(ender), second.span.end)
            linked[index] = TimeMention(span, TimeExpr(TimeKind.RANGE, first.expr.start, second.expr.start))
    return linked
