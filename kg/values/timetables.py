"""The tables that say how times are written, checked, and compiled to one expression for an atom of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kg.ontology.yamlfile import read_yaml
from kg.values.counttables import CountTables, count_tables
from kg.values.lexicon import Reader, Words, alternatives
from kg.values.moments import Unit

_B = "[ \u00a0\u3000]?"
# Relative words may lie before or after the document's date, or the time last named.
NOW, LAST = "now", "last"
_BASES = (NOW, LAST, "report")


@dataclass(frozen=True, slots=True)
class TimeTables:
    """The words of time by what they mean, and the expressions made of them.

    ``atom`` finds one time without what stands around it; its groups are named in `kg.values.times`.
    """

    start: re.Pattern[str]
    atom: re.Pattern[str]
    span: re.Pattern[str]
    counted_span: re.Pattern[str]
    reign_year: re.Pattern[str]
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
    since_far: frozenset[str]
    since_starters: Words
    since_stops: Words
    clause: re.Pattern[str]
    clause_reach: int
    until: Words
    by: Words
    around: Words
    during: Words
    after_stops: Mapping[str, Words]
    part_stops: Mapping[str, Words]
    lone_year_parts: frozenset[str]
    last_month_parts: frozenset[str]
    same_parts: frozenset[str]
    short_years: Mapping[str, int]
    present: Mapping[str, Unit]
    before_present: frozenset[str]
    reported: Mapping[str, Unit]
    lone_days: frozenset[str]
    lone_stops: Words
    lone_week_before: Words
    lone_week_after: Words
    joiners: Words
    figure_openers: Words
    figure_closers: Words
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
    counts: CountTables
    thousands: frozenset[str]
    latest_year: int
    year_openers: Words
    short_year_stops: Words
    firsts: frozenset[str]
    month_words: frozenset[str]
    month_names: Mapping[str, int]
    lunar_months: frozenset[str]
    lunar_words: Words
    month_halves: Mapping[str, tuple[int, int]]
    relative_parts: Mapping[str, tuple[int, int]]
    reigns: Mapping[str, tuple[int, bool]]
    reign_words: Words
    dateline_labels: re.Pattern[str]
    dateline_stops: re.Pattern[str]
    dateline_other: re.Pattern[str]
    dateline_ahead: re.Pattern[str]
    dateline_behind: re.Pattern[str]
    dateline_aims: re.Pattern[str]
    dateline_over: re.Pattern[str]
    dateline_year: re.Pattern[str]
    dateline_stamps: re.Pattern[str]
    yearbook: re.Pattern[str]
    dateline_sentence: re.Pattern[str]
    dateline_openers: frozenset[str]
    minguo: tuple[int, int, int]
    dateline_short: int
    dateline_near: int
    dateline_last: int
    dateline_lines: int


def _relative(reader: Reader, key: str) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for base in reader.mapping(key):
        if base not in _BASES:
            raise reader.file.error(f"'{base}' is none of {', '.join(_BASES)}", key, base)
        found.update({word: (base, offset) for word, offset in reader.integers(key, base).items()})
    return found


def _pairs(reader: Reader, key: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for word, pair in reader.mapping(key).items():
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, int) for part in pair)):
            raise reader.file.error("expected two whole numbers, such as [1, 6]", key, word)
        found[word] = (pair[0], pair[1])
    return found


def _minguo(reader: Reader) -> tuple[int, int, int]:
    """The least and the greatest bare year of three figures that is one of the Republic, and its year 0."""
    keys = ("from", "to", "zero")
    first, last, zero = (int(reader.decimal("republic years", key)) for key in keys)
    return first, last, zero


def _dated_words(reader: Reader, key: str) -> list[str]:
    return [word for name in reader.mapping(key) for word in reader.words(key, name)]


def _dated(reader: Reader, key: str, units: Mapping[str, Unit]) -> dict[str, Unit]:
    """The words under a key, with what each group of them is told to."""
    return {word: unit for name, unit in units.items() for word in reader.words(key, name)}


def _reigns(reader: Reader) -> dict[str, tuple[int, bool]]:
    """The first year of each reign, and whether its months are lunar."""
    return {
        word: (year, lunar)
        for key, lunar in (("lunar", True), ("solar", False))
        for word, year in reader.integers("reigns", key).items()
    }


def _plan_starts(reader: Reader) -> dict[int, int]:
    starts = {int(number): year for number, year in reader.integers("plan starts").items()}
    last = max(starts)
    return starts | {number: starts[last] + 5 * (number - last) for number in range(last + 1, 41)}


def _week_pattern(reader: Reader) -> str:
    weeks, stops = alternatives(reader.mapping("relative weeks")), reader.lists("weekday stops")
    days = "|".join(
        word + (f"(?!{alternatives(stops[word].words)})" if word in stops else "")
        for word in reader.integers("weekdays")
    )
    lone, weekend = alternatives(reader.words("lone week words")), alternatives(reader.words("weekend"))
    return rf"(?P<week>{weeks})(?:(?P<weekday>{days})|(?P<wend>{weekend}))?|(?:{lone})(?P<lw>{days})"


def _rest(reader: Reader, number: str, sep: str, digits: str, ten: str) -> str:
    """What may follow a year or stand alone: half, quarter, first months, month, day, season, edge."""
    month, day = alternatives(reader.words("month")), alternatives(reader.words("day"))
    quarter, mark = alternatives(reader.words("quarter")), alternatives(reader.words("quarter mark"))
    first, count = alternatives(reader.words("first")), alternatives(reader.words("month count"))
    relative = alternatives(chain.from_iterable(reader.mapping("relative months", b) for b in (NOW, LAST)))
    days = rf"(?P<d1>{number}){_B}(?:{day})?{_B}(?:{sep}){_B}(?P<d2>{number}){_B}(?:{day})"
    a_day = rf"(?P<d>{number}){_B}(?:{day})"
    parts = alternatives(reader.words("month parts"))
    ends = rf"(?!\w|{_B}[0-9])|(?={alternatives(reader.words('bare day stops'))})"
    bare = rf"(?:{alternatives(reader.words('lunar day'))})(?P<lu>[{digits}{ten}]{{1,2}})(?:{day}|{ends})"
    bare += rf"|(?P<sd>[{digits}]?[{ten}][{digits}]|[{digits}][{ten}])(?:{ends})"
    halves = alternatives(reader.mapping("month halves"))
    named = alternatives((*reader.mapping("named months"), *reader.mapping("lunar months")))
    joiner = alternatives(reader.words("joiner"))
    inside = rf"{_B}(?:{days}|{a_day}|{bare})|(?P<mp>{parts})|(?:{joiner})?(?P<mh>{halves})"
    return "|".join(
        (
            rf"(?P<half>{alternatives(reader.mapping('halves'))})",
            rf"(?:{mark})?(?P<q1>{number}){_B}(?:(?:{sep}){_B}(?P<q2>{number}){_B})?(?:{quarter})",
            rf"(?P<q0>{alternatives(reader.words('first quarter'))})",
            rf"(?:{first})(?P<fq>{number}){_B}(?:{alternatives(_counters(reader))})?(?:{quarter})",
            rf"(?:{first})(?P<fm>{number}){_B}(?:{count})",
            rf"(?P<m1>{number}){_B}(?:{sep}){_B}(?P<m2>{number}){_B}(?:{month})(?!{_B}[0-9])",
            rf"(?:(?P<mo>{number}){_B}(?:{month})|(?P<mr>{relative})|(?P<mn>{named}))(?:{inside})?",
            rf"(?P<lh>{halves})",
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
    listed = alternatives(reader.words("year joints"))
    year = alternatives(reader.words("year"))
    pair_year = alternatives(reader.words("pair year"))
    season_year = alternatives(reader.words("season year"))
    four = "(?:1[0-9]|20)[0-9]{2}"
    relative = alternatives(_relative(reader, "relative years"))
    days = alternatives(chain.from_iterable(reader.mapping("relative days", b) for b in (NOW, LAST)))
    opening = "".join(sorted({quotes[0] for quotes in reader.words("plan quotes")}))
    closing = "".join(sorted({quotes[1] for quotes in reader.words("plan quotes")}))
    plan = rf"{alternatives(reader.words('plan digits'))}"
    century, decade = alternatives(reader.words("century")), alternatives(reader.words("decade"))
    thousand = rf"[{digits}](?:{alternatives(reader.words('thousand'))})[{digits}{ten}]{{0,3}}"
    figures = rf"{four}|[{digits}]{{4}}|{thousand}|[0-9]{{2,3}}|[{digits}]{{3}}"
    seasons = alternatives(reader.mapping("seasons"))
    short = rf"(?P<ysr>{alternatives(reader.mapping('short years'))})(?={seasons})"
    the_year = rf"(?:(?P<y>{figures}){_B}(?:{year})|(?P<yr>{relative})|{short})"
    iso_day = "(?P<id>3[01]|[12][0-9]|0?[1-9])"
    centuries = alternatives(reader.mapping("relative centuries"))
    a_decade = rf"(?P<dec>[0-9]0|[{digits}]?[{ten}])(?:{decade})"
    a_month = rf"{number}{_B}(?:{alternatives(reader.words('month'))})"
    # Not 2003年到2009年4月: there the second year goes on.
    ends = rf"(?![0-9.%]|{_B}(?:{year}){_B}{a_month})"
    pair = rf"(?P<ys>{four}){_B}(?:{year})?{_B}(?:{sep}){_B}(?P<ye>{four}){ends}(?:{_B}(?P<yw>{year}))?"
    joiner = alternatives(reader.words("joiner"))
    lunar = rf"(?P<lc>{alternatives(reader.words('lunar words'))})"
    return "|".join(
        (
            rf"(?P<s1>{four}){_B}(?:{year})?(?:{sep}|/){_B}(?P<s2>(?:20)?[0-9]{{2}}){_B}(?:{season_year})",
            rf"(?P<s4>{four}|[0-9]{{2}}|[{digits}]{{4}})(?:/|{sep})(?:{four}|[0-9]{{2}}|[{digits}]{{2}}){_B}(?:{pair_year})",
            rf"(?P<iy>{four})(?P<is>[-/. ])(?P<im>1[0-2]|0?[1-9])(?:(?P=is){iso_day})?(?![0-9%])",
            r"(?<![/.])(?:(?<!-)|(?=[0-9]+/))(?P<n1>[0-9]{1,2})(?P<ns>[-/.])(?P<n2>[0-9]{1,2})(?P=ns)"
            r"(?P<n3>[0-9]{4}|(?<!\.)[0-9]{1,2})(?![0-9A-Za-z%]|(?P=ns)[0-9A-Za-z])",
            rf"(?P<cy>{four})(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12][0-9]|3[01])(?![0-9A-Za-z])",
            rf"(?P<s3>{four}){_B}(?:{season_year})",
            rf"(?P<ylist>{four})(?=(?:{_B}(?:{listed}){_B}{four})+(?:{_B}(?:{sep}){_B}{four})?{_B}(?:{year}))",
            pair,
            rf"[{opening}](?P<plan>{plan})(?:{alternatives(reader.words('plan word'))})[{closing}]",
            rf"(?P<bareplan>{plan})(?:{alternatives(reader.words('plan word'))})",
            rf"(?:(?P<cent>[0-9]{{1,2}}|[{digits}{ten}]{{1,3}})(?:{century})|(?P<rc>{centuries}))(?:{a_decade})?",
            a_decade.replace("<dec>", "<adec>"),
            _week_pattern(reader),
            rf"(?P<rp>{alternatives(reader.mapping('relative parts'))})",
            rf"(?P<rd>{days})",
            rf"(?P<present>{alternatives(_dated_words(reader, 'present'))})",
            rf"(?P<reported>{alternatives(_dated_words(reader, 'reported'))})",
            rf"(?P<vague>{alternatives(reader.words('vague'))})",
            rf"(?P<same>{alternatives(reader.words('same period'))})",
            rf"(?:{the_year})?(?:(?:{lunar}|{_B}|{joiner})(?:{_rest(reader, number, sep, digits, ten)}))?",
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
    words, days = alternatives(reader.words("week words")), alternatives(reader.mapping("weekdays"))
    week = rf"[{re.escape(brackets)}]?(?:{words})(?:{days})[)\uff09]?"
    spoken = rf"{number}{_B}(?:{hour})(?:{number}(?:{minute})?|{half})?(?:{vague})?"
    told = rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?|{spoken}"
    return rf"(?:{_B}{week})?(?:{_B}{stops}(?:{part}))?(?:{_B}(?:{told}))?"


def _starts(reader: Reader, digits: str, ten: str) -> str:
    """An expression for every place at which a time may begin: a character and, of words, the next."""
    half = alternatives(reader.words("counted", "half"))
    words: list[Iterable[str]] = [
        *(_relative(reader, key) for key in ("relative years", "relative months", "relative days")),
        *(reader.mapping(key) for key in ("relative weeks", "relative parts", "halves", "month halves")),
        *(reader.mapping(key) for key in ("seasons", "named months")),
        *(reader.words(key) for key in ("vague", "same period", "first", "first quarter", "quarter mark")),
        *(_dated_words(reader, key) for key in ("present", "reported")),
        (short + season for short in reader.mapping("short years") for season in reader.mapping("seasons")),
        *(reader.words(key) for key in ("lone year parts", "lone month parts", "lone week words")),
        (quotes[0] for quotes in reader.words("plan quotes")),
        *(reader.mapping(key) for key in ("lunar months", "relative centuries")),
        *(reader.words("span before", key) for key in reader.mapping("span before")),
        *(reader.words("counted", part, key) for part in ("windows", "edges") for key in ("past", "future")),
        *(
            (half + unit for unit in reader.words("counted", "units", key))
            for key in reader.mapping("counted", "units")
        ),
        (first + year for first in reader.words("first year") for year in reader.words("year")),
    ]
    free: set[str] = set()
    pairs: dict[str, set[str]] = {}
    for word in chain.from_iterable(words):
        if len(word) == 1:
            free.add(word)
        else:
            pairs.setdefault(word[0], set()).add(word[1])
    begun = [f"{char}[{''.join(sorted(after))}]" for char, after in pairs.items() if char not in free]
    after = re.escape("".join(sorted(_followers(reader))))
    figure = f"(?<![0-9A-Za-z])[0-9](?=[0-9]*[{after}])"
    figures = "(?<![0-9A-Za-z])(?:1[0-9]|20)(?=[0-9]{6}(?![0-9A-Za-z]))"
    spelled = f"(?<![{digits}{ten}])[{digits}{ten}](?=[{digits}{ten}{after}])"
    return "|".join([figure, figures, f"[{re.escape(''.join(sorted(free)))}]", spelled, *sorted(begun)])


def _followers(reader: Reader) -> set[str]:
    """Every character that may come after the numeral with which a time begins."""
    keys = ("year", "month", "day", "month count", "season year", "quarter", "century", "decade")
    words = [
        *(reader.words(key) for key in keys),
        reader.words("range"),
        reader.words("thousand"),
        reader.words("year joints"),
    ]
    words += [reader.words("counted", "units", key) for key in reader.mapping("counted", "units")]
    return {word[0] for word in chain.from_iterable(words)} | set("-/. \u00a0\u3000\u3001")


def read_time_tables(path: Path, digits: str, ten: str) -> TimeTables:
    """The tables of one times file; ``digits`` and ``ten`` are the characters of Chinese numerals.

    Raises OntologyError with file and line.
    """
    reader = Reader(read_yaml(path))
    year = alternatives(reader.words("year"))
    before = [word for key in reader.mapping("span before") for word in reader.words("span before", key)]
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
        start=re.compile(_starts(reader, digits, ten)),
        atom=re.compile(_atom(reader, digits, ten)),
        span=re.compile(rf"(?P<before>{alternatives(before)}){_B}(?P<n>{number}){_B}(?:{year})(?:{tail})?"),
        counted_span=re.compile(rf"(?P<n>{number}){_B}(?P<end>{ends})"),
        reign_year=re.compile(
            rf"(?:(?P<n>{number})|(?:{alternatives(reader.words('first year'))})){_B}(?:{year})"
            rf"(?!{alternatives(reader.words('reign stops'))})"
        ),
        clock=re.compile(_clock_pattern(reader, digits, ten)),
        years=_relative(reader, "relative years"),
        months=_relative(reader, "relative months"),
        days=_relative(reader, "relative days"),
        weeks=reader.integers("relative weeks"),
        weekdays=reader.integers("weekdays"),
        centuries=reader.integers("relative centuries"),
        oldest_decade=int(reader.decimal("oldest decade")),
        halves=_pairs(reader, "halves"),
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
        since_far=frozenset(reader.words("since far", "closing")),
        since_starters=Words.of(reader.words("since far", "opening")),
        since_stops=Words.of(reader.words("since far", "not after")),
        clause=re.compile(f"[^\n{''.join(reader.words('since far', 'clause ends'))}]*"),
        clause_reach=int(reader.decimal("since far", "reach")),
        until=Words.of(reader.words("until")),
        by=Words.of(reader.words("by")),
        around=Words.of(reader.words("around")),
        during=Words.of(reader.words("during")),
        after_stops=reader.lists("after stops"),
        part_stops=reader.lists("part stops"),
        lone_year_parts=frozenset(reader.words("lone year parts")),
        last_month_parts=frozenset(
            (*reader.words("last month parts"), *reader.words("last lone month parts"))
        ),
        same_parts=frozenset(reader.words("same parts")),
        short_years=reader.integers("short years"),
        present=_dated(reader, "present", {"day": Unit.DAY, "month": Unit.MONTH, "before": Unit.MONTH}),
        before_present=frozenset(reader.words("present", "before")),
        reported=_dated(reader, "reported", {"period": Unit.YEAR, "end": Unit.DAY}),
        lone_days=frozenset(reader.words("lone day")),
        lone_stops=Words.of(reader.words("lone stops")),
        lone_week_before=Words.of(reader.words("lone week stops", "before")),
        lone_week_after=Words.of(reader.words("lone week stops", "after")),
        future=Words.of(reader.words("span before", "future")),
        joiners=Words.of(reader.words("joiner")),
        figure_openers=Words.of(reader.words("figure dates", "openers")),
        figure_closers=Words.of(reader.words("figure dates", "closers")),
        span_now=Words.of(reader.words("span after", NOW)),
        span_last=Words.of(reader.words("span after", LAST)),
        later=Words.of(reader.words("years later")),
        ago=Words.of(reader.words("years ago")),
        comparison=Words.of(reader.words("comparison")),
        comparison_after=Words.of(reader.words("comparison after")),
        plan_edges=reader.integers("plan edges"),
        word_stops=reader.lists("word stops"),
        word_starts=reader.lists("word starts"),
        counts=count_tables(reader, before, digits, ten),
        thousands=frozenset(reader.words("thousand")),
        latest_year=int(reader.decimal("latest year")),
        year_openers=Words.of(reader.words("year openers")),
        short_year_stops=Words.of(reader.words("short year stops")),
        firsts=frozenset(reader.words("first")),
        month_words=frozenset(word[-1] for word in reader.words("month")),
        month_names=reader.integers("named months") | reader.integers("lunar months"),
        lunar_months=frozenset(reader.mapping("lunar months")),
        lunar_words=Words.of(reader.words("lunar words")),
        month_halves=_pairs(reader, "month halves"),
        relative_parts=_pairs(reader, "relative parts"),
        reigns=_reigns(reader),
        reign_words=Words.of(_reigns(reader)),
        dateline_labels=re.compile(alternatives(reader.words("dateline", "labels"))),
        dateline_stops=re.compile(alternatives(reader.words("dateline", "stops"))),
        dateline_other=re.compile(alternatives(reader.words("dateline", "other"))),
        dateline_ahead=re.compile(alternatives(reader.words("dateline", "ahead"))),
        dateline_behind=re.compile(alternatives(reader.words("dateline", "behind"))),
        dateline_aims=re.compile(alternatives(reader.words("dateline", "aims"))),
        dateline_over=re.compile(alternatives(reader.words("dateline", "over"))),
        dateline_year=re.compile(year),
        dateline_sentence=re.compile(f"[^\n{''.join(reader.words('dateline', 'sentence ends'))}]+"),
        yearbook=re.compile(rf"(?:{alternatives(reader.words('dateline', 'yearbooks'))})\W*(\d{{4}})(?!\d)"),
        dateline_stamps=re.compile(alternatives(reader.words("dateline", "stamps"))),
        dateline_openers=frozenset(reader.words("dateline", "openers")),
        minguo=_minguo(reader),
        dateline_near=int(reader.decimal("dateline", "near")),
        dateline_last=int(reader.decimal("dateline", "last")),
        dateline_short=int(reader.decimal("dateline", "short")),
        dateline_lines=int(reader.decimal("dateline", "lines")),
    )
