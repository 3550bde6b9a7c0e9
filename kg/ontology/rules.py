"""What the ontology allows a fact to be: the check before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.ontology.vocabulary import ENTITY, QUANTITY, TEXT, TIME, Role, Vocabulary
from kg.types import Entity, Fact, Period, Quantity, Value


def broken_rules(fact: Fact, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Why the fact must not be stored, one reason a rule; empty where it keeps all of them."""
    fact_type = vocabulary.fact_types.get(fact.type)
    if fact_type is None:
        return (f"{fact.type} is no fact type",)
    return tuple(_broken(fact, fact_type.roles, vocabulary))


def _broken(fact: Fact, roles: Mapping[str, Role], vocabulary: Vocabulary) -> Iterator[str]:
    if not any(fact.roles.values()):
        yield f"{fact.type} has no filler at all"
    for name in fact.roles:
        if name not in roles:
            yield f"{fact.type} has no role {name}"
    for name, role in roles.items():
        count = len(fact.roles.get(name, ()))
        if count < role.minimum:
            yield f"{fact.type} needs {role.minimum} of the role {name} and has {count}"
        if role.maximum is not None and count > role.maximum:
            yield f"{fact.type} takes {role.maximum} of the role {name} and has {count}"
        for value in fact.roles.get(name, ()):
            kind = kind_of(value)
            if kind not in role.kinds:
                yield f"{fact.type} takes no {kind} as {name}"
            elif isinstance(value, Entity) and not any(vocabulary.is_a(value.cls, c) for c in role.classes):
                yield f"{fact.type} takes no {value.cls} as {name}: {value.label}"


def kind_of(value: Value) -> str:
    """The kind of filler that a role must take: entity, quantity, time or text."""
    if isinstance(value, Entity):
        return ENTITY
    if isinstance(value, Quantity):
        return QUANTITY
    return TIME if isinstance(value, Period) else TEXT
