"""Short texts with marked facts, read, and facts written shortly: for the tests of what becomes of facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from reader_samples import tell, told

from kg.types import Document as Source
from kg.types import Entity, Extraction, Fact, Period, Quantity, Text, Value


class Said(NamedTuple):
    """A fact with its fillers as words: a label, an EDTF time, or `VALUE UNIT [BOUND]`."""

    type: str
    modality: str
    roles: Mapping[str, list[str]]


def read(*pieces: str) -> Extraction:
    """What a text gives, of marked pieces; every quote and filler stands in it where it says it does."""
    text = tell(*pieces)
    extraction = told().extract(Source("sample.txt", text))
    for fact in extraction.facts:
        for evidence in fact.evidence:
            assert evidence.quote == evidence.span.of(text)
            for filler in evidence.fillers:
                assert 0 <= filler.span.start < filler.span.end <= len(text)
        first = fact.evidence[0].fillers
        for role, index, value in fact.fillers():
            spans = [said.span for said in first if (said.role, said.index) == (role, index)]
            assert len(spans) == 1, f"{role} {index} of {fact.type} stands nowhere"
            if isinstance(value, Quantity | Text):
                assert spans[0].of(text) == value.text
    return extraction


def sorted_facts(facts: Iterable[Said]) -> list[Said]:
    """Facts in an order of their own: what tells that two lists are the same set."""
    return sorted(facts, key=lambda fact: (fact.type, fact.modality, sorted(fact.roles.items())))


def entity(extraction: Extraction, name: str) -> Entity:
    """The only entity that bears a name, as label or alias."""
    (found,) = [one for one in extraction.entities if name in (one.label, *one.aliases)]
    return found


def said(fact: Fact) -> Said:
    """A fact with its fillers as words."""
    roles = {role: sorted(map(words, values)) for role, values in fact.roles.items()}
    return Said(fact.type, str(fact.modality), roles)


def words(value: Value) -> str:
    """A filler as `said` writes it."""
    if isinstance(value, Entity):
        return value.label
    if isinstance(value, Quantity):
        bound = "" if value.bound == "exact" else f" {value.bound}"
        return f"{value.value.normalize():f} {value.unit}{bound}"
    return value.edtf if isinstance(value, Period) else value.text


def asserted(of: str, /, **roles: str | list[str]) -> Said:
    """A fact that holds."""
    return _said(of, "asserted", roles)


def planned(of: str, /, **roles: str | list[str]) -> Said:
    """A fact that is to be."""
    return _said(of, "planned", roles)


def negated(of: str, /, **roles: str | list[str]) -> Said:
    """A fact that is denied."""
    return _said(of, "negated", roles)


def _said(of: str, modality: str, roles: Mapping[str, str | list[str]]) -> Said:
    filled = {role: [said] if isinstance(said, str) else sorted(said) for role, said in roles.items()}
    return Said(of, modality, filled)
