"""One atom of time at a place of a text: a date, a part of a year, a plan, a count of years, a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kg.values.figures import compact_date, short_date, year_first_date
from kg.values.moments import Base, Nth, Part, Point, TimeKind, Unit
from kg.values.numerals import read_numeral
from kg.values.tables import Tables


@dataclass(frozen=True, slots=True)
class Atom:
    """One time in a text without the words around it; ``point`` is None for words such as 近日."""

    start: int
    end: int
    point: Point | None
    kind: TimeKind = TimeKind.POINT
    last: Point | None = None
    length: int = 0
    unit: Unit = Unit.YEAR


def number_of(text: str | None, tables: Tables) -> int:
    value = read_numeral(text, tables.numbers) if text else None
    return int(value) if value is not None else 0


def _part(word: str, table: Mapping[str, tuple[str, int]]) -> Part:
    base, offset = table[word]
    return Part(offset, Base(base))


def _year_of(text: str, tables: Tables) -> int:
    """The year of 2018, 二〇一八 or 08."""
    year = number_of(text, tables)
    return year if len(text) > 2 or year > 99 else year + (2000 if year < 50 else 1900)


def _quarter(number: int) -> tuple[int, int]:
    return 3 * number - 2, 3 * number


def _months_of(found: dict[str, str | None], tables: Tables) -> tuple[int, int] | None:
    """The months of a half, quarter, first months or month range, where they make sense."""
    keys = ("q1", "q2", "fq", "fm", "m1", "m2")
    number = {key: number_of(found[key], tables) for key in keys if found[key]}
    if half := found["half"]:
        return tables.times.halves[half]
    if found["q0"]:
        return 1, 3
    if "q1" in number:
        first, last = _quarter(number["q1"]), _quarter(number.get("q2", number["q1"]))
        return (first[0], last[1]) if 0 < first[0] < last[1] <= 12 else None
    if "fq" in number:
        return (1, 3 * number["fq"]) if number["fq"] <= 4 else None
    if "fm" in number:
        return (1, number["fm"]) if 0 < number["fm"] <= 12 else None
    if "m1" in number:
        return (number["m1"], number["m2"]) if 0 < number["m1"] < number["m2"] <= 12 else None
    return None


_PARTIAL = ("half", "q0", "q1", "fq", "fm", "m1")


def _calendar(match: re.Match[str], tables: Tables) -> Point | None:
    """The point of a match of year, month and day, or None where it is no time after all."""
    found, times = match.groupdict(), tables.times
    year: Part | None = None
    if found["y"]:
        year = _named_year(match, tables)
        if year is None:
            return None
    elif found["yr"]:
        year = _part(found["yr"], times.years)
    elif found["ysr"]:
        year = Part(times.short_years[found["ysr"]], Base.NOW)
    if any(found[key] for key in _PARTIAL):
        months = _months_of(found, tables)
        return Point(year, months=months) if months else None
    if found["mn"] and year is None and _follows_figure(match, tables):
        return None
    if found["mo"] or found["mr"] or found["mn"]:
        return _month_point(found, year, tables)
    return _lone_point(match, found, year, tables)


def _follows_figure(match: re.Match[str], tables: Tables) -> bool:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    return before.isdigit() or before in tables.numbers.numeric


def _named_year(match: re.Match[str], tables: Tables) -> Part | None:
    """The year in digits or words; one of two or three figures, or said by its thousand, needs more."""
    times, word = tables.times, match["y"]
    rest = match.end() - match.end("y") > 1
    month = match["mo"] or match["mn"]
    year = _year_of(word, tables)
    if len(word) == 2 and word.isdigit() and word.isascii():
        return Part(year) if word[0] == "0" or (rest and (month or match["yp"] or match["half"])) else None
    if word[1] in times.thousands:
        return Part(year) if 1000 <= year <= times.latest_year and (month or len(word) > 2) else None
    first, last, zero = times.minguo
    if len(word) == 3 and month and first <= year <= last:
        return Part(year + zero)
    if len(word) == 3 and not month:
        opened = word.isascii() and times.year_openers.first_before(match.string, match.start())
        closed = times.short_year_stops.first_after(match.string, match.end())
        return Part(year) if opened and not closed else None
    return Part(year)


def _month_point(found: dict[str, str | None], year: Part | None, tables: Tables) -> Point | None:
    relative = found["mr"]
    times, name = tables.times, found["mn"]
    if name:
        month = Part(times.month_names[name])
    else:
        month = _part(relative, times.months) if relative else Part(number_of(found["mo"], tables))
    lunar = name in times.lunar_months or bool(found["lu"] or found["lc"])
    if name in times.lunar_months and not found["lu"] and name[-1:] not in times.month_words:
        return None
    if not relative and not 1 <= month.value <= 12:
        return None
    if found["mh"]:
        return Point(year, month, days=times.month_halves[found["mh"]])
    if found["d1"]:
        days = number_of(found["d1"], tables), number_of(found["d2"], tables)
        return Point(year, month, days=days) if 0 < days[0] < days[1] <= 31 else None
    word = found["d"] or found["lu"] or found["sd"]
    day = Part(number_of(word, tables)) if word else None
    if day and not 1 <= day.value <= 31:
        return None
    return Point(year, month, day, lunar=lunar, edge=found["mp"] in times.last_month_parts)


def _lone_point(
    match: re.Match[str], found: dict[str, str | None], year: Part | None, tables: Tables
) -> Point | None:
    """A year alone or with its edge, a season of it, a day or an edge without year."""
    times = tables.times
    if found["e1"]:
        days = number_of(found["e1"], tables), number_of(found["e2"], tables)
        return (
            Point(days=days)
            if year is None and 0 < days[0] < days[1] <= 31 and _is_lone_day(match, tables)
            else None
        )
    if found["ld"]:
        day = number_of(found["ld"], tables)
        return (
            Point(day=Part(day)) if year is None and 1 <= day <= 31 and _is_lone_day(match, tables) else None
        )
    if found["lh"]:
        return Point(year, days=times.month_halves[found["lh"]]) if year is None else None
    if found["lp"]:
        return Point(year, Part(0, Base.LAST), edge=found["lp"] in times.last_month_parts)
    if found["se"]:
        return Point(year, season=times.seasons[found["se"]]) if year else None
    if found["yp"]:
        if year is None and found["yp"] not in times.lone_year_parts:
            return None
        if found["yp"] in times.same_parts:
            return Point(year, same=True)
        return Point(year or Part(0, Base.REPORT), edge=True)
    return Point(year) if year else None


def _is_lone_day(match: re.Match[str], tables: Tables) -> bool:
    text, start, end = match.string, match.start(), match.end()
    before = text[start - 1] if start else " "
    if text[end - 1] not in tables.times.lone_days or tables.times.lone_stops.first_after(text, end):
        return False
    spelled = (
        before in tables.numbers.digits
        or before in tables.numbers.small
        or before in tables.numbers.ordinal.words
    )
    return not (spelled or before in "./:-" or before.isdigit())


def _other(match: re.Match[str], tables: Tables) -> Atom | None:
    """The atom of a match that is not year, month and day: plans, school years, words."""
    found, times = match.groupdict(), tables.times
    start, end = match.span()
    if found["iy"]:
        point = year_first_date(match, tables)
        return Atom(start, end, point) if point else None
    if found["n1"]:
        point = short_date(match, tables)
        return Atom(start, end, point) if point else None
    if found["cy"]:
        point = compact_date(match, tables)
        return Atom(start, end, point) if point else None
    if found["rp"]:
        return Atom(start, end, Point(part=times.relative_parts[found["rp"]]))
    if found["s1"] or found["s3"]:
        return Atom(start, end, Point(Part(int(found["s1"] or found["s3"])), years=2))
    if found["s4"]:
        return Atom(start, end, Point(Part(_year_of(found["s4"], tables)), years=2))
    if found["ylist"]:
        return Atom(start, end, Point(Part(int(found["ylist"]))))
    if found["ys"]:
        first, last = int(found["ys"]), int(found["ye"])
        return (
            Atom(start, end, Point(Part(first)), TimeKind.RANGE, Point(Part(last))) if first < last else None
        )
    if found["cent"] or found["rc"] or found["adec"]:
        return _century(match, tables)
    if found["lw"]:
        lone = not times.lone_week_before.first_before(match.string, start)
        if not lone or times.lone_week_after.first_after(match.string, end):
            return None
        return Atom(start, end, Point(weekday=times.weekdays[found["lw"]]))
    if found["week"]:
        weekday = times.weekdays[found["weekday"]] if found["weekday"] else None
        week = Part(times.weeks[found["week"]], Base.NOW)
        return Atom(start, end, Point(week=week, weekday=weekday, weekend=bool(found["wend"])))
    if found["rd"]:
        return Atom(start, end, Point(day=_part(found["rd"], times.days)))
    if found["present"]:
        word = found["present"]
        length = -1 if word in times.before_present else 0
        return Atom(start, end, None, TimeKind.PRESENT, length=length, unit=times.present[word])
    if found["reported"]:
        return Atom(start, end, None, TimeKind.REPORTED, unit=times.reported[found["reported"]])
    if found["vague"]:
        return Atom(start, end, None, TimeKind.VAGUE)
    if found["same"]:
        return Atom(start, end, None, TimeKind.SAME)
    return _plan(match, tables)


def _century(match: re.Match[str], tables: Tables) -> Atom | None:
    """A century, or a decade of one: 20世纪90年代, 上世纪, 九十年代."""
    times = tables.times
    decade = number_of(match["dec"] or match["adec"], tables)
    century = times.centuries[match["rc"]] if match["rc"] else number_of(match["cent"], tables)
    if match["adec"]:
        century = 20 if decade >= times.oldest_decade else 21
    if not 1 <= century <= 30 or decade % 10 or decade > 90:
        return None
    return Atom(
        *match.span(),
        Point(
            mask=f"{century - 1:02d}" + ("XX" if not (match["dec"] or match["adec"]) else f"{decade // 10}X")
        ),
    )


def _plan(match: re.Match[str], tables: Tables) -> Atom | None:
    """A five-year plan's years; its document (“十四五”规划) is no time."""
    times, text = tables.times, match.string
    name = match["plan"] or match["bareplan"]
    if not name or times.plan_stops.first_after(text, match.end()):
        return None
    need = times.plan_needs.first_after(text, match.end())
    if match["bareplan"] and not need:
        return None
    year = times.plan_starts[times.plans[name]]
    return Atom(*match.span(), Point(Part(year), years=5))


def _cut_part(match: re.Match[str], tables: Tables) -> int | None:
    """The end of the match without an edge word that begins another word (2016年初步); None: all is well."""
    for group in ("mp", "yp", "se"):
        word = match[group]
        stops = tables.times.part_stops.get(word) if word else None
        if stops is not None and stops.first_after(match.string, match.end(group)):
            return match.start(group)
    return None


def atom_at(text: str, at: int, tables: Tables) -> Atom | None:
    """The time that begins at a place, without the words around it."""
    times = tables.times
    match = times.atom.match(text, at)
    if match is None or match.end() == at:
        return None
    cut = _cut_part(match, tables)
    if cut is not None:
        match = times.atom.match(text, at, cut)
        if match is None or match.end() == at:
            return None
    if _is_other_word(match, tables):
        return None
    atom = _other(match, tables)
    if atom is None and not any(match[key] for key in _WHOLE):
        point = _calendar(match, tables)
        atom = _nth(match, point, tables) if point else None
    if atom is None or atom.point is None or not _takes_clock(atom.point):
        return atom
    clock = times.clock.match(text, atom.end)
    return replace(atom, end=clock.end()) if clock else atom


def _nth(match: re.Match[str], point: Point, tables: Tables) -> Atom:
    """The point with a week, day or month of it where one is named after it: 2021年的第二周."""
    times, text, start = tables.times, match.string, match.start()
    plain = Atom(start, match.end(), point)
    if point.day or point.days or point.months or point.season or match["mp"] or match["yp"] or point.lunar:
        return plain
    found = times.counts.nth.match(text, match.end())
    if found is None or times.counts.nth_stops.first_after(text, found.end()):
        return plain
    unit = times.counts.nth_units[found["u"]]
    weekday = times.weekdays[found["weekday"]] if found["weekday"] and unit is Unit.WEEK else None
    if found["weekday"] and unit is not Unit.WEEK:
        return plain
    size = number_of(found["n"] or found["k"], tables) if found["n"] or found["k"] else 1
    if not 0 < size <= 366 or (unit is Unit.MONTH and point.month):
        return plain
    if found["n"]:
        nth = Nth(unit, size, weekday=weekday)
    else:
        nth = Nth(unit, -size if found["edge"] in times.counts.nth_last else 1, size, weekday)
    return Atom(start, found.end(), replace(point, nth=nth))


def _takes_clock(point: Point) -> bool:
    return point.day is not None or point.days is not None or point.weekday is not None


# What one of these groups matches is no date if it is not what the group says.
_WHOLE = ("iy", "ys", "cy", "cent", "rc", "adec", "plan", "bareplan", "n1", "lw")


def _is_other_word(match: re.Match[str], tables: Tables) -> bool:
    """Whether a relative word is part of another word: 当年的, 先后天."""
    text, times = match.string, tables.times
    for group in ("yr", "rd", "present", "reported", "vague", "same", "yp", "week", "mr"):
        word = match[group]
        if not word:
            continue
        stops, starts = times.word_stops.get(word), times.word_starts.get(word)
        if stops is not None and stops.first_after(text, match.end(group)):
            return True
        if starts is not None and match.start(group) and starts.first_before(text, match.start(group)):
            return True
    return False


def reign_at(text: str, at: int, tables: Tables) -> Atom | None:
    """A year counted from a reign whose name ends at the place: 乾隆三年五月, 民国元年."""
    times = tables.times
    name = times.reign_words.first_before(text, at)
    match = times.reign_year.match(text, at) if name else None
    if match is None:
        return None
    first, lunar = times.reigns[name]
    number = number_of(match["n"], tables) if match["n"] else 1
    year = Part(first + number - 1)
    rest = atom_at(text, match.end(), tables)
    point, end = Point(year), match.end()
    if rest and rest.point and rest.point.month and rest.point.year is None and not rest.point.nth:
        point, end = replace(rest.point, year=year, lunar=lunar), rest.end
    return Atom(at - len(name), end, point) if number else None
