"""How sure a fact is, as data: the weight of each reason, of each fact type, and the threshold."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kg.ontology.yamlfile import YamlFile, read_yaml

# What a weight may be given for, and how people are told of it. `kg.confidence` finds them in a draft.
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "reference": "a word that stands for a name",
        "carried": "subject from a clause before",
        "far": "a noun from another clause",
        "outer-subject": "a figure whose subject is not in its clause",
        "common": "a common noun where a name could be",
        "many": "four fillers or more beside the time",
        "figures": "more than one figure",
        "figure-after": "a figure right behind the trigger",
        "counted": "the noun that a figure counts",
        "undated": "no time",
        "planned": "a plan",
        "noun-trigger": "a trigger that is a noun of action",
        "verb-before": "another verb before the trigger",
    }
)
_KEYS = frozenset(["threshold", "base", "reasons", "types"])


@dataclass(frozen=True, slots=True)
class Confidence:
    """The logistic model: log-odds are ``base`` plus the weights of what holds for the fact.

    ``threshold`` is the probability below which a fact stays out of the graph. The default is that of a
    folder without weights: every fact is as sure as any other, and none is kept out.
    """

    threshold: float = 0.0
    base: float = 3.0  # 0.95
    reasons: Mapping[str, float] = field(default_factory=dict)
    types: Mapping[str, float] = field(default_factory=dict)


def load_confidence(path: Path, types: Collection[str]) -> Confidence:
    """Read the weights; ``types`` are the ontology's fact types. Raises OntologyError with file and line.

    A folder need not have the file: then the default is returned.
    """
    if not path.exists():
        return Confidence()
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        raise file.error("expected the keys " + ", ".join(sorted(_KEYS)))
    for key in file.data:
        if key not in _KEYS:
            raise file.error(f"unknown key {key!r}{_suggest(key, _KEYS)}", key)
    threshold = _number(file, file.data.get("threshold", 0.0), "threshold")
    if not 0 <= threshold <= 1:
        raise file.error(f"threshold {threshold} is not between 0 and 1", "threshold")
    return Confidence(
        threshold=threshold,
        base=_number(file, file.data.get("base"), "base"),
        reasons=_weights(file, "reasons", REASONS),
        types=_weights(file, "types", types),
    )


def _weights(file: YamlFile, key: str, known: Collection[str]) -> dict[str, float]:
    data = file.data.get(key) or {}
    if not isinstance(data, dict):
        raise file.error(f"{key}: expected names with weights", key)
    for name in data:
        if name not in known:
            raise file.error(f"unknown name {name!r} under {key}{_suggest(name, known)}", key, str(name))
    return {name: _number(file, weight, key, name) for name, weight in data.items()}


def _number(file: YamlFile, value: Any, *keys: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise file.error(f"{keys[-1]}: expected a number, found {value!r}", *keys)
    return float(value)


def _suggest(word: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(word), sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
