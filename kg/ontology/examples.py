"""Sentences with the facts that they give: those that a pattern must read, and those the reader is taught."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.ontology.strict import check_known, suggest
from kg.ontology.vocabulary import FactType
from kg.ontology.yamlfile import YamlFile
from kg.types import Modality

EXAMPLE_KEYS = ("text", "facts")
MODALITY = "modality"  # the one key of an example's fact that is no role


@dataclass(frozen=True, slots=True)
class ExampleFact:
    """A fact that a sentence must give, with all its roles and no other.

    Fillers are as people write them: an entity by its name, a quantity as ``VALUE UNIT`` or in its words, a
    time as EDTF or in its words, a text as itself.
    """

    modality: Modality
    roles: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        roles = "; ".join(f"{role}: {', '.join(fillers)}" for role, fillers in self.roles.items())
        return f"{self.modality} ({roles})"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with all the facts of one type that it gives; none for a near miss."""

    text: str
    facts: tuple[ExampleFact, ...]
    where: str  # file:line


def read_examples(file: YamlFile, fact_type: FactType) -> tuple[Example, ...]:
    """The examples of a file, all of one type; one at least must give a fact."""
    data = file.data["examples"]
    if not isinstance(data, list):
        raise file.error("examples are a list of {text: a sentence, facts: [a fact, ...]}", "examples")
    examples = tuple(_example(file, entry, index, fact_type) for index, entry in enumerate(data))
    if not any(example.facts for example in examples):
        raise file.error("one example at least must give a fact", "examples")
    return examples


def _example(file: YamlFile, entry: Any, index: int, fact_type: FactType) -> Example:
    at = ("examples", index)
    form = "an example is {text: a sentence, facts: [a fact, ...]}, with [] where it must give none"
    if not isinstance(entry, dict):
        raise file.error(form, *at)
    check_known(file, entry, EXAMPLE_KEYS, "key", *at)
    text, facts = entry.get("text"), entry.get("facts")
    if not isinstance(text, str) or not text.strip() or not isinstance(facts, list):
        raise file.error(form, *at)
    said = tuple(_fact(file, fact, fact_type, *at, "facts", i) for i, fact in enumerate(facts))
    return Example(text, said, file.where(*at))


def _fact(file: YamlFile, entry: Any, fact_type: FactType, *at: str | int) -> ExampleFact:
    if not isinstance(entry, dict):
        raise file.error("a fact of an example maps roles to fillers", *at)
    modality = entry.get(MODALITY, Modality.ASSERTED.value)
    known = [each.value for each in Modality]
    if modality not in known:
        raise file.error(f"unknown modality {modality!r}{suggest(modality, known)}", *at, MODALITY)
    roles = {}
    for name, fillers in entry.items():
        if name == MODALITY:
            continue
        if name not in fact_type.roles:
            said = f"unknown role {name!r} of {fact_type.name}{suggest(name, fact_type.roles)}"
            raise file.error(said, *at, str(name))
        roles[name] = tuple(_fillers(fillers))
        if not roles[name]:
            raise file.error(f"role {name!r} needs a filler, or is left out", *at, name)
    if not roles:
        raise file.error("a fact of an example needs a role; a sentence without facts has 'facts: []'", *at)
    return ExampleFact(Modality(modality), roles)


def _fillers(value: Any) -> Iterator[str]:
    """YAML takes 2021 for a number and 2021-03-05 for a day; both are written as they stood."""
    for item in value if isinstance(value, list) else [value]:
        if item is not None and str(item).strip():
            yield str(item).strip()
