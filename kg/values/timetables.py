"""The tables that say how times are written, checked, and compiled to one expression for an atom of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kg.ontology.yamlfile import read_yaml
from kg.values.lexicon import Reader, Words, alternatives

_B = "[ \u00a0\u3000]?"
# Relative words may lie before or after the document's date, or the time last named.
NOW, LAST = "now", "last"


@dataclass(frozen=True, slots=True)
class TimeTables:
    """The words of time by what they mean, and the expressions made of them.

    ``atom`` finds one time without what stands around it; its groups are named in `kg.values.times`.
    """

    start: re.Pattern[str]
    atom: re.Pattern[str]
    span: re.Pattern[str]
    counted_span: re.Pattern[str]
    clock: re.Pattern[str]
    years: Mapping[str, tuple[str, int]]
    months: Mapping[str, tuple[str, int]]
    days: Mapping[str, tuple[str, int]]
    weeks: Mapping[str, int]
    weekdays: Mapping[str, int]
    centuries: Mapping[str, int]
    oldest_decade: int
    halves: Mapping[str, tuple[int, int]]
    seasons: Mapping[str, int]
    plans: Mapping[str, int]
    plan_starts: Mapping[int, int]
    plan_needs: Words
    plan_stops: Words
    ranges: Words
    loose: frozenset[str]
    closing: Words
    links: frozenset[str]
    starters: Words
    enders: Words
    asof: Words
    since: Words
    until: Words
    around: Words
    during: Words
    after_stops: Mapping[str, Words]
    part_stops: Mapping[str, Words]
    lone_year_parts: frozenset[str]
    lone_month_parts: frozenset[str]
    lone_days: frozenset[str]
    lone_stops: Words
    future: Words
    span_now: Words
    span_last: Words
    later: Words
    ago: Words
    comparison: Words
    comparison_after: Words
    plan_edges: Mapping[str, int]
    word_stops: Mapping[str, Words]
    word_starts: Mapping[str, Words]
    dateline_labels: re.Pattern[str]
    dateline_stops: re.Pattern[str]
    dateline_short: int
    dateline_near: int
    dateline_lines: int


def _relative(reader: Reader, key: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for base in reader.mapping(key):
        if base not in (NOW, LAST):
            raise reader.file.error(f"'{base}' is neither '{NOW}' nor '{LAST}'", key, base)
        found.update({word: (base, offset) for word, offset in reader.integers(key, base).items()})
    return found


def _halves(reader: Reader) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for word, months in reader.mapping("halves").items():
        if not (isinstance(months, list) and len(months) == 2 and all(isinstance(m, int) for m in months)):
            raise reader.file.error("expected the first and the last month, such as [1, 6]", "halves", word)
        found[word] = (months[0], months[1])
    return found


def _plan_starts(reader: Reader) -> dict[int, int]:
    starts = {int(number): year for number, year in reader.integers("plan starts").items()}
    last = max(starts)
    return starts | {number: starts[last] + 5 * (number - last) for number in range(last + 1, 41)}


def _week_pattern(reader: Reader) -> str:
    weeks = alternatives(reader.mapping("relative weeks"))
    days = alternatives(reader.words("weekdays"))
    lone = alternatives(reader.words("lone week words"))
    return rf"(?P<week>{weeks})(?P<weekday>{days})?|(?:{lone})(?P<lw>{days})"


def _rest(reader: Reader, number: str, sep: str) -> str:
    """What may follow a year or stand alone: half, quarter, first months, month, day, season, edge."""
    month, day = alternatives(reader.words("month")), alternatives(reader.words("day"))
    quarter, mark = alternatives(reader.words("quarter")), alternatives(reader.words("quarter mark"))
    first, count = alternatives(reader.words("first")), alternatives(reader.words("month count"))
    relative = alternatives(chain.from_iterable(reader.mapping("relative months", b) for b in (NOW, LAST)))
    days = rf"(?P<d1>{number}){_B}(?:{day})?{_B}(?:{sep}){_B}(?P<d2>{number}){_B}(?:{day})"
    a_day = rf"(?P<d>{number}){_B}(?:{day})"
    parts = alternatives(reader.words("month parts"))
    return "|".join(
        (
            rf"(?P<half>{alternatives(reader.mapping('halves'))})",
            rf"(?:{mark})?(?P<q1>{number}){_B}(?:(?:{sep}){_B}(?P<q2>{number}){_B})?(?:{quarter})",
            rf"(?P<q0>{alternatives(reader.words('first quarter'))})",
            rf"(?:{first})(?P<fq>{number}){_B}(?:{alternatives(_counters(reader))})?(?:{quarter})",
            rf"(?:{first})(?P<fm>{number}){_B}(?:{count})",
            rf"(?P<m1>{number}){_B}(?:{sep}){_B}(?P<m2>{number}){_B}(?:{month})(?!{_B}[0-9])",
            rf"(?:(?P<mo>{number}){_B}(?:{month})|(?P<mr>{relative}))(?:{_B}(?:{days}|{a_day})|(?P<mp>{parts}))?",
            days.replace("<d1>", "<e1>").replace("<d2>", "<e2>"),
            a_day.replace("<d>", "<ld>"),
            rf"(?P<se>{alternatives(reader.mapping('seasons'))})",
            rf"(?P<yp>{alternatives(reader.words('year parts'))})",
            rf"(?P<lp>{alternatives(reader.words('lone month parts'))})",
        )
    )


def _counters(reader: Reader) -> list[str]:
    """The measure inside of 个月, by which quarters are counted too."""
    return [word[0] for word in reader.words("month count")]


def _atom(reader: Reader, digits: str, ten: str) -> str:
    number = rf"(?:[0-9]{{1,2}}(?![0-9])|[{digits}{ten}]{{1,3}})"
    sep = alternatives(
        word for word in reader.words("range") if word not in reader.words("range words", "loose")
    )
    year = alternatives(reader.words("year"))
    season_year = alternatives(reader.words("season year"))
    four = "(?:1[0-9]|20)[0-9]{2}"
    relative = alternatives(chain.from_iterable(reader.mapping("relative years", b) for b in (NOW, LAST)))
    days = alternatives(chain.from_iterable(reader.mapping("relative days", b) for b in (NOW, LAST)))
    opening = "".join(sorted({quotes[0] for quotes in reader.words("plan quotes")}))
    closing = "".join(sorted({quotes[1] for quotes in reader.words("plan quotes")}))
    plan = rf"{alternatives(reader.words('plan digits'))}"
    century, decade = alternatives(reader.words("century")), alternatives(reader.words("decade"))
    the_year = rf"(?:(?P<y>{four}|[{digits}]{{4}}|[0-9]{{2}}){_B}(?:{year})|(?P<yr>{relative}))"
    iso_day = "(?P<id>3[01]|[12][0-9]|0?[1-9])"
    centuries = alternatives(reader.mapping("relative centuries"))
    a_decade = rf"(?P<dec>[0-9]0|[{digits}]?[{ten}])(?:{decade})"
    a_month = rf"{number}{_B}(?:{alternatives(reader.words('month'))})"
    # Not 1995年到2021年10月: there the second year goes on.
    ends = rf"(?![0-9.%]|{_B}(?:{year}){_B}{a_month})"
    pair = rf"(?P<ys>{four}){_B}(?:{year})?{_B}(?:{sep}){_B}(?P<ye>{four}){ends}(?:{_B}(?P<yw>{year}))?"
    joiner = alternatives(reader.words("joiner"))
    return "|".join(
        (
            rf"(?P<iy>{four})(?P<is>[-/. ])(?P<im>1[0-2]|0?[1-9])(?:(?P=is){iso_day})?(?![0-9%])",
            rf"(?P<s1>{four}){_B}(?:{year})?(?:{sep}|/){_B}(?P<s2>(?:20)?[0-9]{{2}}){_B}(?:{season_year})",
            rf"(?P<s3>{four}){_B}(?:{season_year})",
            rf"(?P<ylist>{four})(?=(?:{sep}|[\u3001/]){_B}{four}{_B}(?:{year}))(?!{_B}(?:{sep}))",
            pair,
            rf"[{opening}](?P<plan>{plan})(?:{alternatives(reader.words('plan word'))})[{closing}]",
            rf"(?P<bareplan>{plan})(?:{alternatives(reader.words('plan word'))})",
            rf"(?:(?P<cent>[0-9]{{1,2}}|[{digits}{ten}]{{1,3}})(?:{century})|(?P<rc>{centuries}))(?:{a_decade})?",
            a_decade.replace("<dec>", "<adec>"),
            _week_pattern(reader),
            rf"(?P<rd>{days})",
            rf"(?P<vague>{alternatives(reader.words('vague'))})",
            rf"(?P<same>{alternatives(reader.words('same period'))})",
            rf"(?:{the_year})?(?:(?:{_B}|{joiner})(?:{_rest(reader, number, sep)}))?",
        )
    )


def _clock_pattern(reader: Reader, digits: str, ten: str) -> str:
    """A part of the day, a weekday in brackets and an hour after a date: read over, without effect."""
    part = alternatives(reader.words("day parts"))
    stops = "|".join(
        rf"(?!{re.escape(word)}(?:{alternatives(reader.words('day part stops', word))}))"
        for word in reader.mapping("day part stops")
    ).replace("|", "")
    hour, minute, vague = (alternatives(reader.words("clock", key)) for key in ("hour", "minute", "vague"))
    half = alternatives((*reader.words("clock", "half"), *reader.words("clock", "quarter")))
    number = rf"(?:[0-9]{{1,2}}|[{digits}{ten}]{{1,3}})"
    brackets = "".join(reader.words("week brackets"))
    words, days = alternatives(reader.words("week words")), alternatives(reader.words("weekdays"))
    week = rf"[{re.escape(brackets)}]?(?:{words})(?:{days})[)\uff09]?"
    spoken = rf"{number}{_B}(?:{hour})(?:{number}(?:{minute})?|{half})?(?:{vague})?"
    told = rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?|{spoken}"
    return rf"(?:{_B}{week})?(?:{_B}{stops}(?:{part}))?(?:{_B}(?:{told}))?"


def _starts(reader: Reader, digits: str, ten: str) -> str:
    """Every character with which a time may begin."""
    words: list[Iterable[str]] = [
        *(
            reader.mapping(key, base)
            for key in ("relative years", "relative months", "relative days")
            for base in (NOW, LAST)
        ),
        *(reader.mapping(key) for key in ("relative weeks", "halves", "seasons")),
        *(
            reader.words(key)
            for key in ("vague", "same period", "first", "first quarter", "quarter mark", "plan quotes")
        ),
        *(reader.words(key) for key in ("lone year parts", "lone month parts", "lone week words")),
        reader.mapping("relative centuries"),
        *(reader.words("span before", key) for key in reader.mapping("span before")),
    ]
    return "".join(
        sorted({word[0] for group in words for word in group} | set(digits) | set(ten) | set("0123456789"))
    )


def read_time_tables(path: Path, digits: str, ten: str) -> TimeTables:
    """The tables of one times file; ``digits`` and ``ten`` are the characters of Chinese numerals.

    Raises OntologyError with file and line.
    """
    reader = Reader(read_yaml(path))
    year = alternatives(reader.words("year"))
    before = alternatives(
        chain.from_iterable(reader.words("span before", k) for k in reader.mapping("span before"))
    )
    number = rf"(?:[0-9]{{1,2}}|[{digits}{ten}]{{1,3}})"
    tail = alternatives(reader.words("span tail"))
    ends = alternatives(
        chain(
            *(reader.words("span after", key) for key in (LAST, NOW)),
            reader.words("years later"),
            reader.words("years ago"),
        )
    )
    return TimeTables(
        start=re.compile(f"[{re.escape(_starts(reader, digits, ten))}]"),
        atom=re.compile(_atom(reader, digits, ten)),
        span=re.compile(rf"(?P<before>{before}){_B}(?P<n>{number}){_B}(?:{year})(?:{tail})?"),
        counted_span=re.compile(rf"(?P<n>{number}){_B}(?P<end>{ends})"),
        clock=re.compile(_clock_pattern(reader, digits, ten)),
        years=_relative(reader, "relative years"),
        months=_relative(reader, "relative months"),
        days=_relative(reader, "relative days"),
        weeks=reader.integers("relative weeks"),
        weekdays={word: place for place, word in enumerate(reader.words("weekdays"))},
        centuries=reader.integers("relative centuries"),
        oldest_decade=int(reader.decimal("oldest decade")),
        halves=_halves(reader),
        seasons=reader.integers("seasons"),
        plans={word: place for place, word in enumerate(reader.words("plan digits"), 1)},
        plan_starts=_plan_starts(reader),
        plan_needs=Words.of(reader.words("plan needs")),
        plan_stops=Words.of(reader.words("plan stops")),
        ranges=Words.of(reader.words("range")),
        loose=frozenset(reader.words("range words", "loose")),
        closing=Words.of(reader.words("range words", "closing")),
        links=frozenset(reader.words("links")),
        starters=Words.of(reader.words("starters")),
        enders=Words.of(reader.words("enders")),
        asof=Words.of(reader.words("asof")),
        since=Words.of(reader.words("since")),
        until=Words.of(reader.words("until")),
        around=Words.of(reader.words("around")),
        during=Words.of(reader.words("during")),
        after_stops=reader.lists("after stops"),
        part_stops=reader.lists("part stops"),
        lone_year_parts=frozenset(reader.words("lone year parts")),
        lone_month_parts=frozenset(reader.words("lone month parts")),
        lone_days=frozenset(reader.words("lone day")),
        lone_stops=Words.of(reader.words("lone stops")),
        future=Words.of(reader.words("span before", "future")),
        span_now=Words.of(reader.words("span after", NOW)),
        span_last=Words.of(reader.words("span after", LAST)),
        later=Words.of(reader.words("years later")),
        ago=Words.of(reader.words("years ago")),
        comparison=Words.of(reader.words("comparison")),
        comparison_after=Words.of(reader.words("comparison after")),
        plan_edges=reader.integers("plan edges"),
        word_stops=reader.lists("word stops"),
        word_starts=reader.lists("word starts"),
        dateline_labels=re.compile(alternatives(reader.words("dateline", "labels"))),
        dateline_stops=re.compile(alternatives(reader.words("dateline", "stops"))),
        dateline_near=int(reader.decimal("dateline", "near")),
        dateline_short=int(reader.decimal("dateline", "short")),
        dateline_lines=int(reader.decimal("dateline", "lines")),
    )
