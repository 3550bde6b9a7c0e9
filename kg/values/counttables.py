"""The part of the time tables that says how days, weeks, months and years are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.values.lexicon import Reader, Words, alternatives
from kg.values.moments import Unit

_B = "[ \u00a0\u3000]?"


@dataclass(frozen=True, slots=True)
class CountTables:
    """Patterns for 过去三天, 两个月后 and 第二周, and what their words mean."""

    window: re.Pattern[str]
    shift: re.Pattern[str]
    nth: re.Pattern[str]
    units: Mapping[str, Unit]
    nth_units: Mapping[str, Unit]
    openings: frozenset[str]
    half: frozenset[str]
    future: frozenset[str]
    edges: frozenset[str]
    openers: frozenset[str]
    ago: frozenset[str]
    not_after: Words
    nth_last: frozenset[str]
    nth_stops: Words


def _units(reader: Reader, *keys: str) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for name in reader.mapping(*keys):
        if name not in tuple(Unit):
            raise reader.file.error(f"unknown unit '{name}'; it is one of {', '.join(Unit)}", *keys, name)
        found.update(dict.fromkeys(reader.words(*keys, name), Unit(name)))
    return found


def count_tables(reader: Reader, spans: Iterable[str], digits: str, ten: str) -> CountTables:
    """The tables under ``counted`` of a times file; ``digits`` and ``ten`` make the numerals.

    ``spans`` are the other words before a count, for years.
    """
    units, nth_units = _units(reader, "counted", "units"), _units(reader, "counted", "nth", "units")
    half = reader.words("counted", "half")
    number = rf"(?P<n>(?:0|[1-9][0-9]{{0,2}})(?![0-9])|[{digits}{ten}]{{1,3}}|{alternatives(half)})"
    future = (*reader.words("counted", "windows", "future"), *reader.words("counted", "edges", "future"))
    edges = (*reader.words("counted", "edges", "past"), *reader.words("counted", "edges", "future"))
    words = (*reader.words("counted", "windows", "past"), *future, *edges)
    before = alternatives(words)
    joint, tail = alternatives(reader.words("counted", "joint")), alternatives(reader.words("span tail"))
    unit = rf"(?P<u>{alternatives(units)})"
    ago, later = reader.words("counted", "ago"), reader.words("counted", "later")
    still = alternatives(set(units) - set(reader.words("counted", "not shifted")))
    mark, last = alternatives(reader.words("counted", "nth", "mark")), reader.words("counted", "nth", "last")
    first, article = (alternatives(reader.words("counted", "nth", key)) for key in ("first", "article"))
    edge = rf"(?P<edge>{first}|{alternatives(last)})"
    return CountTables(
        window=re.compile(rf"(?P<before>{before})(?:{joint})?{_B}{number}{_B}{unit}(?P<tail>{tail})?"),
        shift=re.compile(
            rf"{number}{_B}(?P<u>{still}|(?<=[{''.join(half)}])(?:{alternatives(units)}))"
            rf"(?P<end>{alternatives((*ago, *later))})"
        ),
        nth=re.compile(
            rf"{_B}(?:{joint})?{_B}(?:(?:{mark}){_B}{number}|{edge}{_B}(?:{number.replace('<n>', '<k>')})?)"
            rf"{_B}(?:{article})?(?P<u>{alternatives(nth_units)})(?P<weekday>{alternatives(reader.mapping('weekdays'))})?"
        ),
        units=units,
        nth_units=nth_units,
        openings=frozenset(word[0] for word in (*words, *spans)),
        half=frozenset(half),
        future=frozenset(future),
        edges=frozenset(edges),
        openers=frozenset(reader.words("counted", "openers")),
        ago=frozenset(ago),
        not_after=Words.of(reader.words("counted", "not after")),
        nth_last=frozenset(last),
        nth_stops=Words.of(reader.words("counted", "nth stops")),
    )
