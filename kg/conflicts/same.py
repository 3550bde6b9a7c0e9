"""Two facts of one thing that say different things of it."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.conflicts.agreement import agree
from kg.conflicts.statements import Conflict, Kind, name, statement
from kg.graph.calendar import day_bounds
from kg.iris import value_key
from kg.ontology import Ontology
from kg.ontology.comparison import Comparison, SameRule
from kg.types import Entity, Evidence, Fact, Modality, Period, Quantity, Text, Value

_APART = (
    200  # characters between two statements of one source that may be of one thing: nearer ones are of two
)
_SERIES = 12  # different values under one key: what they are of was lost, they are no contradiction

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a fact says, in one source, in a role that is compared."""

    fact: Fact
    evidence: Evidence
    value: Value


def find_differing(facts: Iterable[Fact], ontology: Ontology) -> Iterator[Conflict]:
    """Facts that fill the roles of a rule alike and another role differently, each pair of them once."""
    comparison, vocabulary = ontology.comparison, ontology.vocabulary
    rules: dict[str, list[tuple[int, SameRule]]] = {
        fact_type: [
            (number, rule)
            for number, rule in enumerate(comparison.same)
            if vocabulary.is_a(fact_type, rule.fact_type)
        ]
        for fact_type in vocabulary.fact_types
    }
    groups: dict[tuple[int, str, Key], list[Said]] = defaultdict(list)
    for fact in facts:
        if fact.modality is Modality.ASSERTED:
            for number, rule in rules[fact.type]:
                for role, key, said in _keyed(fact, rule, ontology):
                    groups[number, role, key].append(said)
    reported: set[frozenset[str]] = set()
    for (number, role, _), group in groups.items():
        if len(group) > 1:
            rule = comparison.same[number]
            yield from _conflicts(_comparable(group, rule), rule, role, reported)


def _keyed(fact: Fact, rule: SameRule, ontology: Ontology) -> Iterator[tuple[str, Key, Said]]:
    """Each role that is compared, what makes its fact one with others, and what it says."""
    comparison, titles = ontology.comparison, ontology.grammar.titles
    fillers = [_thing(fact.roles.get(role, ()), rule) for role in rule.same]
    if not all(fillers) or not all(_has_one_of(fact, role, words) for role, words in rule.only.items()):
        return
    for role in rule.compare:
        values = fact.roles.get(role, ())
        if len(values) != 1:
            continue
        seen: set[str] = set()
        for evidence in fact.evidence:
            beside = wording(evidence, role, comparison) if rule.wording else ""
            if evidence.source in seen or beside is None:
                continue
            seen.add(evidence.source)
            if not all(_is_marked(evidence, same, titles) for same in rule.marked):
                continue
            apart = frozenset(word for word in comparison.apart if word in evidence.quote)
            unit = values[0].unit if isinstance(values[0], Quantity) else ""
            trigger = _trigger(evidence) if isinstance(values[0], Period) else ""
            yield role, (*fillers, unit, apart, beside, trigger), Said(fact, evidence, values[0])


def _thing(values: Sequence[Value], rule: SameRule) -> Key:
    """What makes the fillers of a role the same in two facts; empty where they cannot be."""
    keys: list[object] = []
    for value in values:
        if isinstance(value, Period):
            first, last = day_bounds(value.edtf)
            if first is None or last is None:
                return ()
            if rule.days is None:
                keys.append((first, last))
            elif (last - first).days < rule.days and first.month == last.month:
                keys.append((first.year, first.month, first.day if rule.days == 1 else 0))
            else:
                return ()
        else:
            keys.append(f"s {plain(value.text)}" if isinstance(value, Text) else value_key(value))
    return tuple(sorted(keys, key=str))


def plain(text: str) -> str:
    """The letters and digits of a text, in their plain form."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _has_one_of(fact: Fact, role: str, words: frozenset[str]) -> bool:
    return any(isinstance(value, Text) and value.text in words for value in fact.roles.get(role, ()))


def _is_marked(evidence: Evidence, role: str, titles: Mapping[str, str]) -> bool:
    """Whether the fillers of the role stand in the marks of titles."""
    begins = [part.span.start - evidence.span.start for part in evidence.fillers if part.role == role]
    return all(set(evidence.quote[max(0, at - 1) : at + 1]) & titles.keys() for at in begins)


def _trigger(evidence: Evidence) -> str:
    """The word that tells of the fact: what was drawn up one day may be issued on another."""
    if evidence.trigger is None or not evidence.span.contains(evidence.trigger):
        return ""
    start = evidence.span.start
    return evidence.quote[evidence.trigger.start - start : evidence.trigger.end - start]


def wording(evidence: Evidence, role: str, comparison: Comparison) -> str | None:
    """What is said about a figure beside the fact's fillers and idle words; None where that cannot be seen.

    It tells figures apart whose fillers are the same because a word was lost: the second of
    第一产业增加值 and 产业增加值, or 比上年减少0.4万人 beside 常住人口94.5万人.
    """
    start, quote = evidence.span.start, evidence.quote
    spans = [part.span for part in evidence.fillers if evidence.span.contains(part.span)]
    figures = [part.span for part in evidence.fillers if part.role == role and part.span in spans]
    if not figures:
        return None
    end = figures[0].end - start
    left = max(quote.rfind(mark, 0, figures[0].start - start) for mark in "，,。；;：:\n\t") + 1
    # The clause in which a filler before the figure stands is read too: what it is about may end in a comma.
    names = [span.start - start for span in spans if span.end <= figures[0].start]
    left = min([left, *(n for n in names if n >= left)])
    kept = [
        character
        for at, character in enumerate(quote[left:end], start=left)
        if not any(span.start <= at + start < span.end for span in spans)
    ]
    said = plain("".join(kept))
    for word in comparison.idle:
        said = said.replace(word, "")
    return said


def _comparable(group: Sequence[Said], rule: SameRule) -> list[Said]:
    """Without the sources that themselves say two things of it: they speak of two, or it cannot be told."""
    if rule.in_one:
        return list(group)
    by_source: dict[str, list[Said]] = defaultdict(list)
    for said in group:
        by_source[said.evidence.source].append(said)
    return [
        said
        for same in by_source.values()
        if len(same) <= _SERIES and all(agree(one.value, other.value) for one, other in combinations(same, 2))
        for said in same
    ]


def _conflicts(
    group: Sequence[Said], rule: SameRule, role: str, reported: set[frozenset[str]]
) -> Iterator[Conflict]:
    distinct: dict[str, Said] = {}
    for said in group:
        distinct.setdefault(value_key(said.value), said)
    if not 1 < len(distinct) <= _SERIES:
        return
    pairs = [
        pair
        for pair in combinations(distinct.values(), 2)
        if not agree(pair[0].value, pair[1].value) and _may_be_one(*pair, rule)
    ]
    new = [pair for pair in pairs if frozenset(said.fact.iri for said in pair) not in reported]
    if not new:
        return
    reported.update(frozenset(said.fact.iri for said in pair) for pair in pairs)
    differing = {value_key(said.value) for pair in pairs for said in pair}
    told: Mapping[tuple[str, str], Said] = {
        (said.evidence.source, value_key(said.value)): said
        for said in reversed(group)
        if value_key(said.value) in differing
    }
    ordered = sorted(told.values(), key=lambda said: (said.evidence.source, said.evidence.span))
    first = ordered[0].fact
    yield Conflict(
        Kind.DIFFERS,
        " · ".join(name(value) for same in rule.same for value in first.roles[same]),
        first.type,
        role,
        tuple(statement(said.fact, said.evidence, said.value) for said in ordered),
    )


def _may_be_one(one: Said, other: Said, rule: SameRule) -> bool:
    """Whether nothing tells the two apart: far in the text, times that agree, no role filled otherwise."""
    if one.evidence.source == other.evidence.source:
        first, last = sorted((one.evidence.span, other.evidence.span))
        if last.start - first.end < _APART:
            return False
    for role, values in one.fact.roles.items():
        others = other.fact.roles.get(role, ())
        if role in rule.compare or not others:
            continue
        if role in rule.same and not any(isinstance(value, Period) for value in values):
            continue
        if not any(_like(a, b) for a in values for b in others):
            return False
    return True


def _like(one: Value, other: Value) -> bool:
    if isinstance(one, Text) and isinstance(other, Text):
        a, b = plain(one.text), plain(other.text)
        return a in b or b in a
    if isinstance(one, Entity) or isinstance(other, Entity):
        return value_key(one) == value_key(other)
    return agree(one, other)
