"""What makes two facts speak of one thing: equal fillers, one period, the same words beside a figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kg.graph.calendar import day_bounds
from kg.iris import value_key
from kg.ontology import Ontology
from kg.ontology.comparison import Comparison, SameRule
from kg.types import Entity, Evidence, Fact, Period, Quantity, Span, Text, Value

_MONTH = 31
_CLAUSE_END = re.compile(r"[，,。；;：:\n\t]")

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a fact says, in one source, in a role that is compared."""

    fact: Fact
    evidence: Evidence
    value: Value


def keyed(fact: Fact, rule: SameRule, ontology: Ontology) -> Iterator[tuple[str, Key, Said]]:
    """Each role of the fact that the rule compares, what makes it one with others, and what it says.

    A source is asked once. Nothing where the fact does not tell enough to know what it is about.
    """
    comparison = ontology.comparison
    fillers = _things(fact, rule, comparison)
    if fillers is None:
        return
    for role in rule.compare:
        values = fact.roles.get(role, ())
        if len(values) != 1 or (rule.verbatim and not isinstance(values[0], Quantity)):
            continue
        unit = values[0].unit if isinstance(values[0], Quantity) else ""
        seen: set[str] = set()
        for evidence in fact.evidence:
            beside = _beside(evidence, role, rule, comparison)
            if evidence.source in seen or beside is None or not _is_marked(evidence, rule, ontology):
                continue
            seen.add(evidence.source)
            apart = frozenset(word for word in comparison.apart if word in evidence.quote)
            trigger = _trigger(evidence) if isinstance(values[0], Period) else ""
            yield role, (*fillers, unit, apart, beside, trigger), Said(fact, evidence, values[0])


def _things(fact: Fact, rule: SameRule, comparison: Comparison) -> Key | None:
    """What the fillers of the rule's roles are; None where they do not make one thing of two facts."""
    for role, words in rule.only.items():
        if not any(isinstance(value, Text) and value.text in words for value in fact.roles.get(role, ())):
            return None
    known = False
    dated = False
    fillers: list[Key] = []
    for role in rule.same:
        values = fact.roles.get(role, ())
        keys = [_thing(value, rule, comparison) for value in values]
        if None in keys or (not values and not rule.verbatim):
            return None
        known |= any(isinstance(value, Entity) and _is_one(value, comparison) for value in values)
        dated |= any(isinstance(value, Period) for value in values)
        fillers.append(tuple(sorted(keys, key=str)))
    return tuple(fillers) if known and (dated or not rule.verbatim) else None


def _is_one(entity: Entity, comparison: Comparison) -> bool:
    """Whether the name is that of one thing, not of any school or project: it has a place, or says so."""
    return bool(entity.code or entity.located_in) or entity.label.endswith(comparison.proper_ends)


def _thing(value: Value, rule: SameRule, comparison: Comparison) -> object:
    if isinstance(value, Text):
        return f"s {plain(value.text)}"
    if not isinstance(value, Period):
        return value_key(value)
    days = days_of(value, comparison)
    if days is None or rule.days is None:
        return days
    first, last = days
    if (last - first).days >= rule.days or first.month != last.month:
        return None
    return first.year, first.month, first.day if rule.days == 1 else 0


def days_of(period: Period, comparison: Comparison) -> tuple[date, date] | None:
    """The first and the last day; None where the period is open, or was not over when it was written of."""
    first, last = day_bounds(period.edtf)
    if first is None or last is None:
        return None
    if (last - first).days >= _MONTH and any(word in period.text for word in comparison.unfinished):
        return None
    return first, last


def plain(text: str) -> str:
    """The letters and digits of a text, in their plain form."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _is_marked(evidence: Evidence, rule: SameRule, ontology: Ontology) -> bool:
    """Whether the names that the rule wants in the marks of titles stand in them."""
    titles = ontology.grammar.titles.keys()
    begins = (part.span.start - evidence.span.start for part in evidence.fillers if part.role in rule.marked)
    return all(set(evidence.quote[max(0, at - 1) : at + 1]) & titles for at in begins)


def _trigger(evidence: Evidence) -> str:
    """The word that tells of the fact: what was drawn up one day may be issued on another."""
    if evidence.trigger is None or not evidence.span.contains(evidence.trigger):
        return ""
    start = evidence.span.start
    return evidence.quote[evidence.trigger.start - start : evidence.trigger.end - start]


def _beside(evidence: Evidence, role: str, rule: SameRule, comparison: Comparison) -> str | None:
    if rule.verbatim:
        return _left(evidence, evidence.span, comparison)
    return wording(evidence, role, comparison) if rule.wording else ""


def wording(evidence: Evidence, role: str, comparison: Comparison) -> str | None:
    """What is said before a figure beside the fact's fillers and idle words; None where that cannot be seen.

    It tells figures apart whose fillers are the same because a word was lost: the first of
    第一产业增加值 where the filler is 产业增加值, or 比上年减少0.4万人 beside 常住人口94.5万人.
    """
    spans = _fillers(evidence)
    figure = next((p.span for p in evidence.fillers if p.role == role and p.span in spans), None)
    if figure is None:
        return None
    start = evidence.span.start
    ends = [match.end() for match in _CLAUSE_END.finditer(evidence.quote, 0, figure.start - start)]
    return _left(evidence, Span(start + (ends[-1] if ends else 0), figure.end), comparison)


def _left(evidence: Evidence, part: Span, comparison: Comparison) -> str:
    """The words of a part of the quote without the fillers in it and without idle words."""
    spans = _fillers(evidence)
    kept = (
        character
        for at, character in enumerate(evidence.quote, evidence.span.start)
        if part.start <= at < part.end and not any(span.start <= at < span.end for span in spans)
    )
    said = plain("".join(kept))
    for word in comparison.idle:
        said = said.replace(word, "")
    return said


def _fillers(evidence: Evidence) -> Sequence[Span]:
    return [part.span for part in evidence.fillers if evidence.span.contains(part.span)]
