"""A readable line for a fact in Chinese and in English, from the ontology's words and the fillers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.ontology.vocabulary import FactType, ShortRule, Vocabulary
from kg.types import Entity, Fact, Modality, Period, Quantity, Text, Value

_BOUNDS = {"exact": "", "about": "≈ ", "min": "≥ ", "max": "≤ "}


def fact_labels(fact: Fact, vocabulary: Vocabulary) -> tuple[str, str]:
    """Subject, verb, values, arrow, object and time; planned and negated facts end by saying so."""
    return _label(fact, vocabulary, english=False), _label(fact, vocabulary, english=True)


def labelled(facts: Iterable[Fact], vocabulary: Vocabulary) -> Iterator[Fact]:
    """The facts with their ``label`` and ``english``, for people."""
    for fact in facts:
        label, english = fact_labels(fact, vocabulary)
        yield replace(fact, label=label, english=english)


def _label(fact: Fact, vocabulary: Vocabulary, *, english: bool) -> str:
    fact_type = vocabulary.fact_types[fact.type]
    subject, target = _ends(fact_type, vocabulary.shorts)
    roles = fact.roles
    times = [v.edtf for values in roles.values() for v in values if isinstance(v, Period)]
    verb = fact_type.verb_en if english else fact_type.verb_zh
    middle = [
        _show(value, english)
        for role in fact_type.roles
        if role not in (subject, target)
        for value in roles.get(role, ())
        if not isinstance(value, Period) and value != Text(verb)
    ]
    joint = " – " if subject == target else ", "
    parts = [
        joint.join(_show(value, english) for value in roles.get(subject, ())),
        verb,
        ", ".join(middle),
    ]
    if target != subject and roles.get(target):
        parts += ["→", ", ".join(_show(value, english) for value in roles[target])]
    if times:
        parts.append(f"({', '.join(times)})")
    if fact.modality is not Modality.ASSERTED:
        word = vocabulary.modalities[fact.modality]
        parts.append(f"[{word.label_en if english else word.label_zh}]")
    return " ".join(part for part in parts if part)


def _ends(fact_type: FactType, shorts: tuple[ShortRule, ...]) -> tuple[str, str]:
    """The roles that stand before and after the verb: those of the type's first short triple."""
    rule = next((rule for rule in shorts if rule.fact_type == fact_type.name), None)
    return (rule.subject, rule.object) if rule else (next(iter(fact_type.roles)), "")


def _show(value: Value, english: bool) -> str:
    if isinstance(value, Entity):
        return (english and value.english) or value.label
    if isinstance(value, Quantity) and english:
        gap = "" if value.unit == "%" else " "
        return f"{_BOUNDS.get(value.bound, '')}{value.value.normalize():,f}{gap}{value.unit}"
    return value.edtf if isinstance(value, Period) else value.text
