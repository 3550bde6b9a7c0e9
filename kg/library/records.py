"""Facts as plain values, which any format keeps, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from kg.types import Entity, Evidence, Fact, Modality, Period, Quantity, RoleSpan, Span, Text, Value

Record = Mapping[str, Any]

_VALUES: Mapping[str, type[Entity | Quantity | Period | Text]] = {
    cls.__name__: cls for cls in (Entity, Quantity, Period, Text)
}
_IS = "is"  # the key under which a filler says what it is


def fact_record(fact: Fact) -> dict[str, Any]:
    """The fact as dicts, lists, texts and numbers, by the names of its fields; a decimal is its text."""
    record: dict[str, Any] = _plain(fact)
    return record


def fact_of(record: Record) -> Fact:
    """The fact that ``fact_record`` made this of."""
    return Fact(
        **{
            **record,
            "modality": Modality(record["modality"]),
            "roles": {role: tuple(map(_value, values)) for role, values in record["roles"].items()},
            "evidence": tuple(map(_evidence, record["evidence"])),
            "reasons": tuple(record["reasons"]),
        }
    )


def _plain(thing: Any) -> Any:
    if is_dataclass(thing):
        said = {part.name: _plain(getattr(thing, part.name)) for part in fields(thing)}
        return {_IS: type(thing).__name__, **said} if isinstance(thing, Value) else said
    if isinstance(thing, Mapping):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, tuple):
        return [_plain(part) for part in thing]
    if isinstance(thing, Enum):
        return thing.value
    return str(thing) if isinstance(thing, Decimal) else thing


def _value(record: Record) -> Value:
    said = {key: value for key, value in record.items() if key != _IS}
    cls = _VALUES[record[_IS]]
    if cls is Entity:
        return Entity(**{**said, "aliases": tuple(said["aliases"])})
    return Quantity(**{**said, "value": Decimal(said["value"])}) if cls is Quantity else cls(**said)


def _evidence(record: Record) -> Evidence:
    return Evidence(
        **{
            **record,
            "span": Span(**record["span"]),
            "trigger": record["trigger"] and Span(**record["trigger"]),
            "fillers": tuple(
                RoleSpan(**{**part, "span": Span(**part["span"])}) for part in record["fillers"]
            ),
        }
    )
