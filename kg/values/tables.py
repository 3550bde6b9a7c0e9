"""The tables of the lexicon that say how numbers, measures and times are written, checked and compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kg.ontology.folder import Directory
from kg.ontology.yamlfile import read_yaml
from kg.values.lexicon import Reader, Words, alternatives
from kg.values.patterns import Counted, NumeralPatterns, Titles, Width, numeral_patterns, width_of
from kg.values.timetables import TimeTables, read_time_tables


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit word means: number times ``factor`` in ``unit``; with ``article``, one of it may be `a`."""

    word: str
    unit: str
    kind: str
    factor: Decimal
    article: bool


@dataclass(frozen=True, slots=True)
class NumberTables:
    """How numerals are written, and the words that bound them or only look like them."""

    width: Width
    digits: Mapping[str, int]
    leading: frozenset[str]
    formal: frozenset[str]
    small: Mapping[str, int]
    large: Mapping[str, int]
    letters: Mapping[str, int]
    half: str
    half_stops: Words
    point: str
    conjunctions: Words
    fraction: Words
    negative: str
    negative_after: Words
    percents: Mapping[str, Decimal]
    tenths: Mapping[str, Words]
    discounts: frozenset[str]
    percent_values: Mapping[str, Decimal]
    percent_words: Words
    percent_stops: Words
    power: frozenset[str]
    loose: frozenset[str]
    closing: Words
    bound_joints: frozenset[str]
    dozens: Mapping[str, int]
    dozen_stops: Words
    ranges: Words
    close: frozenset[str]
    approximate: Mapping[str, str]
    approximate_stops: Mapping[str, Words]
    unknown: Words
    bare_bounds: Mapping[str, str]
    bare_words: Words
    before: Mapping[str, str]
    before_words: Words
    before_stops: Mapping[str, Words]
    after: Mapping[str, str]
    after_words: Words
    after_stops: Mapping[str, Words]
    ordinal: Words
    rank_before: Words
    rank_measures: frozenset[str]
    label_measures: Words
    code_label: re.Pattern[str]
    titles: Titles
    name: re.Pattern[str]
    words: frozenset[str]
    word_places: Mapping[str, tuple[tuple[int, int], ...]]
    numeric: frozenset[str]
    patterns: NumeralPatterns


@dataclass(frozen=True, slots=True)
class Sense:
    """What a measure means near one of some words of its clause."""

    measure: Measure
    near: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class UnitTables:
    """The measures by word, and what may stand beside them."""

    measures: Mapping[str, Measure]
    words: Words
    bare: Measure
    percent: Measure
    rank: Measure
    currency: str
    local_currency: frozenset[str]
    prefixes: str
    parts: Mapping[str, Mapping[str, Decimal]]
    joints: Words
    currency_marks: Mapping[str, str]
    currency_words: Words
    behind_skip: Words
    behind_open: Words
    behind_close: Words
    money_kinds: frozenset[str]
    rate_before: Words
    rate_after: Words
    rate_over: frozenset[str]
    rate_kind: str
    stops: Mapping[str, Words]
    passes: Mapping[str, Words]
    phases: frozenset[str]
    counted: Words
    change_starts: Words
    half_kinds: frozenset[str]
    signed_kinds: frozenset[str]
    digits_only: frozenset[str]
    senses: Mapping[str, Sense]
    age_kind: str
    age_over: frozenset[str]
    age_marks: Words
    age_stops: Words


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of values, read once and handed to every finder."""

    numbers: NumberTables
    units: UnitTables
    times: TimeTables


def _name_pattern(pairs: tuple[str, ...], length: int, stops: str) -> re.Pattern[str]:
    """Quoted names: short and without a stop; no number in them is a quantity."""
    parts = (f"{re.escape(p[0])}[^{re.escape(p[1] + stops)}]{{1,{length}}}{re.escape(p[1])}" for p in pairs)
    return re.compile("|".join(parts))


def _word_places(words: Iterable[str], starts: frozenset[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """For a character that begins a numeral: where it stands in a word, and how long the word is."""
    found: dict[str, set[tuple[int, int]]] = {}
    for word in words:
        for place, char in enumerate(word):
            if char in starts:
                found.setdefault(char, set()).add((place, len(word)))
    return {char: tuple(sorted(places, key=lambda p: (-p[1], p[0]))) for char, places in found.items()}


def _read_width(reader: Reader) -> Width:
    wide, plain = reader.text("width", "from"), reader.text("width", "to")
    if len(wide) != len(plain):
        raise reader.file.error("'from' and 'to' must be equally long, one character for one", "width")
    digits = reader.integers("digits")
    return width_of(
        {ord(a): ord(b) for a, b in zip(wide, plain, strict=True)},
        digits="".join(digits),
        zero=next((char for char, value in digits.items() if value == 0), ""),
        marks=reader.text("zero marks", "chars"),
        before=reader.words("zero marks", "before"),
    )


def read_number_tables(path: Path) -> NumberTables:
    """The tables of one numbers file; raises OntologyError with file and line."""
    reader = Reader(read_yaml(path))
    digits, small, large = (
        reader.integers(key) for key in ("digits", "small magnitudes", "large magnitudes")
    )
    for key, table in (("digits", digits), ("small magnitudes", small), ("large magnitudes", large)):
        for char in table:
            if len(char) != 1:
                raise reader.file.error(f"'{char}' must be one character", key, char)
    words = {word for index in range(len(reader.get("words"))) for word in reader.words("words", index)}
    before, after = reader.bounds("before"), reader.bounds("after")
    bare = {key: str(value) for key, value in reader.mapping("bare magnitude bounds").items()}
    starts = frozenset(digits) | frozenset(small) | frozenset(large) | frozenset("0123456789")
    labels = alternatives(reader.words("code labels"))
    return NumberTables(
        width=_read_width(reader),
        digits=digits,
        leading=frozenset(reader.words("leading digits")),
        formal=frozenset(reader.words("formal digits")),
        small=small,
        large=large,
        letters=reader.integers("letter magnitudes"),
        half="".join(reader.words("half")),
        half_stops=Words.of(reader.words("half stops")),
        point="".join(reader.words("point")),
        conjunctions=Words.of(reader.words("and")),
        fraction=Words.of(reader.words("fraction")),
        negative="".join(reader.words("negative")),
        negative_after=Words.of(reader.words("negative after")),
        percents=reader.decimals("percent denominators"),
        tenths=reader.lists("tenths"),
        discounts=frozenset(reader.words("discounts")),
        percent_values=reader.decimals("percent words"),
        percent_words=Words.of(reader.mapping("percent words")),
        percent_stops=Words.of(reader.words("percent word stops")),
        power=frozenset(reader.words("power")),
        loose=frozenset(reader.words("loose range", "joint")),
        closing=Words.of(reader.words("loose range", "closing")),
        bound_joints=frozenset(reader.words("bound joints")),
        dozens=reader.integers("dozens"),
        dozen_stops=Words.of(reader.words("dozen stops")),
        ranges=Words.of(reader.words("range")),
        close=frozenset(reader.words("close range")),
        approximate=reader.bounds("approximate"),
        approximate_stops=reader.lists("approximate stops"),
        unknown=Words.of(reader.words("unknown")),
        bare_bounds=bare,
        bare_words=Words.of(bare),
        before=before,
        before_words=Words.of(before),
        before_stops=reader.lists("before stops"),
        after=after,
        after_words=Words.of(after),
        after_stops=reader.lists("after stops"),
        ordinal=Words.of(reader.words("ordinal")),
        rank_before=Words.of(reader.words("rank before")),
        rank_measures=frozenset(reader.words("rank measures")),
        label_measures=Words.of(reader.words("label measures")),
        code_label=re.compile(rf"(?:{labels})[^\n0-9]{{0,3}}\Z", re.IGNORECASE),
        titles=Titles(reader.words("titles")),
        name=_name_pattern(reader.words("names"), int(reader.decimal("name length")), reader.text("stops")),
        words=frozenset(words),
        word_places=_word_places(words, starts),
        numeric=frozenset(digits) | frozenset(small) | frozenset(large),
        patterns=numeral_patterns(
            digits="".join(digits),
            leading="".join(reader.words("leading digits")),
            small="".join(small),
            large="".join(large),
            half="".join(reader.words("half")),
            point="".join(reader.words("point")),
            within="".join(reader.bounds("approximate")),
            letters="".join(reader.mapping("letter magnitudes")),
            words=reader.mapping("percent words"),
            counted=Counted(
                "".join(reader.words("counted magnitudes", "counter")),
                "".join(reader.words("counted magnitudes", "of")),
                reader.words("counted magnitudes", "stops"),
            ),
            half_stops=reader.words("half stops"),
        ),
    )


def _read_measures(reader: Reader) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for index, family in enumerate(reader.get("families")):
        here: tuple[str | int, ...] = ("families", index)
        kind = reader.text(*here, "kind")
        factor = reader.decimal(*here, "factor") if "factor" in family else Decimal(1)
        article = family.get("article") is True
        for unit in reader.mapping(*here, "units"):
            for place, word in enumerate(reader.words(*here, "units", unit)):
                if word in found:
                    message = f"'{word}' is already a measure, of {found[word].unit}; keep one of them"
                    raise reader.file.error(message, *here, "units", unit, place)
                found[word] = Measure(word, unit, kind, factor, article)
    return found


def _read_senses(reader: Reader) -> dict[str, Sense]:
    found: dict[str, Sense] = {}
    for word in reader.mapping("senses"):
        unit, kind = (reader.text("senses", word, key) for key in ("unit", "kind"))
        near = re.compile(alternatives(reader.words("senses", word, "near")))
        found[word] = Sense(Measure(word, unit, kind, Decimal(1), False), near)
    return found


def read_unit_tables(path: Path) -> UnitTables:
    """The tables of one units file; raises OntologyError with file and line."""
    reader = Reader(read_yaml(path))
    measures = _read_measures(reader)
    currency = reader.text("default currency")
    coded = {measure.unit: measure.kind for measure in measures.values()}
    if currency not in coded:
        raise reader.file.error(f"no family has the unit '{currency}'", "default currency")
    money = coded[currency]
    local = reader.words("local currency")
    for word in local:
        measures[word] = Measure(word, currency, money, Decimal(1), False)
    marks = {
        mark: measure.unit
        for word, measure in measures.items()
        if measure.kind == money and measure.factor == 1 and not word.startswith(local)
        for mark in (word, measure.unit)
        if len(mark) > 1
    }
    marks |= {key: str(value) for key, value in reader.mapping("currency prefixes").items()}
    for mark, unit in marks.items():
        if coded.get(unit) != money:
            raise reader.file.error(
                f"'{unit}' is no unit of a family of kind '{money}'", "currency prefixes", mark
            )
    stops: dict[str, Words] = {}
    passes: dict[str, Words] = {}
    for word, rule in reader.mapping("continuations").items():
        if not isinstance(rule, dict):
            raise reader.file.error("expected {not: [...], but: [...]}", "continuations", word)
        stops[word] = Words.of(reader.words("continuations", word, "not"))
        if "but" in rule:
            passes[word] = Words.of(reader.words("continuations", word, "but"))
    kinds = {measure.kind for measure in measures.values()}
    for index, kind in enumerate(reader.words("rate over")):
        if kind not in kinds:
            raise reader.file.error(f"no family is of kind '{kind}'", "rate over", index)
    parts = {word: reader.decimals("parts", word) for word in reader.mapping("parts")}
    bare, percent, rank = (
        Measure("", reader.text(key, "unit"), reader.text(key, "kind"), Decimal(1), False)
        for key in ("bare", "percent", "rank")
    )
    return UnitTables(
        measures=measures,
        words=Words.of(measures),
        bare=bare,
        percent=percent,
        rank=rank,
        currency=currency,
        local_currency=frozenset(local),
        prefixes="".join(reader.words("prefixes")),
        parts=parts,
        joints=Words.of(reader.words("joints")),
        currency_marks=marks,
        currency_words=Words.of(marks),
        behind_skip=Words.of(reader.words("currency behind", "skip")),
        behind_open=Words.of(reader.words("currency behind", "open")),
        behind_close=Words.of(reader.words("currency behind", "close")),
        money_kinds=frozenset({money}),
        rate_before=Words.of(reader.words("rate marks", "before")),
        rate_after=Words.of(reader.words("rate marks", "after")),
        rate_over=frozenset(reader.words("rate over")),
        rate_kind=reader.text("rate kind"),
        stops=stops,
        passes=passes,
        phases=frozenset(reader.words("phases")),
        counted=Words.of(reader.words("counted after")),
        change_starts=Words.of(reader.words("change starts")),
        digits_only=frozenset(reader.words("digits only")),
        senses=_read_senses(reader),
        age_kind=reader.text("age", "kind"),
        age_over=frozenset(reader.words("age", "over")),
        age_marks=Words.of(reader.words("age", "mark")),
        age_stops=Words.of(reader.words("age", "stops")),
        half_kinds=frozenset(reader.words("half kinds")),
        signed_kinds=frozenset(reader.words("signed kinds")),
    )


def load_tables(folder: Directory) -> Tables:
    """The tables of a lexicon folder: numbers.yaml, units.yaml, times.yaml."""
    numbers = read_number_tables(folder / "numbers.yaml")
    ten = "".join(char for char, size in numbers.small.items() if size == 10)
    return Tables(
        numbers=numbers,
        units=read_unit_tables(folder / "units.yaml"),
        times=read_time_tables(folder / "times.yaml", "".join(numbers.digits), ten),
    )
