"""Two facts of one thing that say different things of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from kg.conflicts.agreement import agree
from kg.conflicts.keys import Key, Said, keyed, plain
from kg.conflicts.statements import Conflict, Kind, name, statement
from kg.iris import value_key
from kg.ontology import Ontology
from kg.ontology.comparison import SameRule
from kg.ontology.vocabulary import QUANTITY, FactType
from kg.types import Entity, Fact, Modality, Period, Text, Value

# Characters between two statements of one source that may be of one thing: nearer ones are of two.
_APART = 200
_SERIES = 12  # different values under one key: what they are of was lost, they are no contradiction


def find_differing(facts: Iterable[Fact], ontology: Ontology) -> Iterator[Conflict]:
    """Facts that fill the roles of a rule alike and another role differently, each pair of them once."""
    vocabulary = ontology.vocabulary
    rules = [*ontology.comparison.same, *map(_verbatim, vocabulary.fact_types.values())]
    by_type = {
        fact_type: [
            (number, rule) for number, rule in enumerate(rules) if vocabulary.is_a(fact_type, rule.fact_type)
        ]
        for fact_type in vocabulary.fact_types
    }
    groups: dict[tuple[int, str, Key], list[Said]] = defaultdict(list)
    for fact in facts:
        if fact.modality is Modality.ASSERTED:
            for number, rule in by_type[fact.type]:
                for role, key, said in keyed(fact, rule, ontology):
                    groups[number, role, key].append(said)
    reported: set[frozenset[str]] = set()
    for (number, role, _), group in groups.items():
        if len(group) > 1:
            yield from _conflicts(_comparable(group, rules[number]), rules[number], role, reported)


def _verbatim(fact_type: FactType) -> SameRule:
    """The rule for sentences that are the same but for a figure, of whatever facts."""
    figures = [name for name, role in fact_type.roles.items() if QUANTITY in role.kinds]
    others = [name for name in fact_type.roles if name not in figures]
    return SameRule(fact_type.name, tuple(others), tuple(figures), verbatim=True)


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
    told = {
        (said.evidence.source, value_key(said.value)): said
        for said in reversed(group)
        if value_key(said.value) in differing
    }
    ordered = sorted(told.values(), key=lambda said: (said.evidence.source, said.evidence.span))
    first = ordered[0].fact
    yield Conflict(
        Kind.DIFFERS,
        " · ".join(name(value) for same in rule.same for value in first.roles.get(same, ())),
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
