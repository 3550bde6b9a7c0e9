"""What contradicts what, as data: which facts tell of one thing, what sets figures apart, what adds up."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.ontology.vocabulary import QUANTITY, TIME, FactType
from kg.ontology.yamlfile import YamlFile, read_yaml

Words = frozenset[str]

LONGEST: Final[Mapping[str, int]] = {"day": 1, "month": 31}  # days of a period
_KEYS = ("same", "statistics", "wholes")
_WORDS = (
    "proper_ends",
    "apart",
    "unfinished",
    "idle",
    "no_sums",
    "sums",
    "total_rows",
    "subtotal_rows",
    "loose_units",
    "overlapping_units",
)
_RULE_KEYS = ("fact", "same", "compare", "within", "only", "marked", "wording", "in_one")


@dataclass(frozen=True, slots=True)
class SameRule:
    """Facts of ``fact_type`` that fill the roles ``same`` alike tell of one thing, and agree in ``compare``.

    ``days`` is the longest period for which that holds, None for any; ``only`` are the texts that a role
    must have, ``marked`` roles whose name stands in the marks of titles; ``wording`` says that the words
    beside the figure must be the same too; ``in_one`` that one source, too, contradicts itself by saying
    two things; ``verbatim`` that the whole clause must be the same but for figures and names, and roles
    that are not filled are alike too.
    """

    fact_type: str
    same: tuple[str, ...]
    compare: tuple[str, ...]
    days: int | None = None
    only: Mapping[str, Words] = field(default_factory=dict)
    marked: tuple[str, ...] = ()
    wording: bool = False
    in_one: bool = False
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """The type of facts whose figures add up, and its roles: what it is of, its name, and the figure."""

    fact_type: str
    of: str
    words: str
    figure: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An indicator that is the sum of its parts, each with all its names; ``rest``: of these and others."""

    names: Words
    parts: tuple[Words, ...]
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it; the default is that of a folder without the file: nothing contradicts anything."""

    same: tuple[SameRule, ...] = ()
    apart: Words = frozenset()
    unfinished: Words = frozenset()
    idle: tuple[str, ...] = ()  # longest first
    proper_ends: tuple[str, ...] = ()
    no_sums: Words = frozenset()
    statistics: Statistics | None = None
    wholes: tuple[Whole, ...] = ()
    sums: Words = frozenset()
    total_rows: Words = frozenset()
    subtotal_rows: Words = frozenset()
    loose_units: Words = frozenset()  # units in which unlike things are counted
    overlapping_units: Words = frozenset()  # of things that may belong to several parts


def load_comparison(path: Path, types: Mapping[str, FactType]) -> Comparison:
    """Read the file, checked against the fact types; raises OntologyError with file and line."""
    if not path.exists():
        return Comparison()
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        raise file.error("expected the keys " + ", ".join((*_KEYS, *_WORDS)))
    _check_keys(file, file.data, (*_KEYS, *_WORDS))
    words = {key: _words(file, file.data.get(key, []), key) for key in _WORDS}
    return Comparison(
        same=tuple(_rule(file, index, rule, types) for index, rule in _entries(file, "same")),
        statistics=_statistics(file, types),
        wholes=tuple(_whole(file, index, entry) for index, entry in _entries(file, "wholes")),
        proper_ends=tuple(sorted(words.pop("proper_ends"))),
        idle=tuple(sorted(words.pop("idle"), key=lambda word: (-len(word), word))),
        **words,
    )


def _rule(file: YamlFile, index: int, rule: dict[str, Any], types: Mapping[str, FactType]) -> SameRule:
    at = ("same", index)
    _check_keys(file, rule, _RULE_KEYS, *at)
    fact_type = types.get(str(rule.get("fact")))
    if fact_type is None:
        raise file.error(f"unknown fact type {rule.get('fact')!r}{_suggest(rule.get('fact'), types)}", *at)
    roles = fact_type.roles
    figures = [name for name, role in roles.items() if QUANTITY in role.kinds and TIME not in role.kinds]
    same, only = rule.get("same", []), rule.get("only") or {}
    compare = rule.get("compare", figures)
    marked = rule.get("marked", [])
    for key, names in (("same", same), ("compare", compare), ("only", only), ("marked", marked)):
        for name in names:
            if name not in roles:
                raise file.error(f"{fact_type.name} has no role {name!r}{_suggest(name, roles)}", *at, key)
    within = rule.get("within")
    if within is not None and within not in LONGEST:
        raise file.error(f"unknown period {within!r}; known are {', '.join(LONGEST)}", *at, "within")
    return SameRule(
        fact_type.name,
        tuple(same),
        tuple(compare),
        LONGEST.get(within) if within else None,
        {name: _words(file, words, *at, "only", name) for name, words in only.items()},
        tuple(marked),
        rule.get("wording") is True,
        rule.get("in_one") is True,
    )


def _statistics(file: YamlFile, types: Mapping[str, FactType]) -> Statistics | None:
    said = file.data.get("statistics")
    if said is None:
        return None
    keys = ("fact", "of", "words", "figure")
    if not isinstance(said, dict) or set(said) != set(keys):
        raise file.error("statistics needs the keys " + ", ".join(keys), "statistics")
    fact_type = types.get(str(said["fact"]))
    if fact_type is None:
        raise file.error(
            f"unknown fact type {said['fact']!r}{_suggest(said['fact'], types)}", "statistics", "fact"
        )
    for key in keys[1:]:
        if said[key] not in fact_type.roles:
            near = _suggest(said[key], fact_type.roles)
            raise file.error(f"{fact_type.name} has no role {said[key]!r}{near}", "statistics", key)
    return Statistics(*(said[key] for key in keys))


def _whole(file: YamlFile, index: int, entry: dict[str, Any]) -> Whole:
    at = ("wholes", index)
    _check_keys(file, entry, ("whole", "parts", "rest"), *at)
    parts = entry.get("parts")
    if not isinstance(parts, list) or len(parts) < 2:
        raise file.error("a whole has a list of at least two parts, each a list of names", *at, "parts")
    names = _words(file, entry.get("whole"), *at, "whole")
    return Whole(
        names,
        tuple(_words(file, part, *at, "parts", i) for i, part in enumerate(parts)),
        entry.get("rest") is True,
    )


def _entries(file: YamlFile, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = file.data.get(key) or []
    if not isinstance(entries, list):
        raise file.error(f"{key} must be a list", key)
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise file.error(f"each entry of {key} has keys of its own", key, index)
        yield index, entry


def _words(file: YamlFile, words: Any, *keys: str | int) -> Words:
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise file.error("expected a list of words", *keys)
    return frozenset(words)


def _check_keys(file: YamlFile, entry: Iterable[Any], known: Collection[str], *at: str | int) -> None:
    for key in entry:
        if key not in known:
            raise file.error(f"unknown key {key!r}{_suggest(key, known)}", *at, str(key))


def _suggest(word: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(word), sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
