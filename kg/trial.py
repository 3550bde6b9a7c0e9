"""A user's patterns tried on the examples that they bring with them, without the trained reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.ontology import Ontology
from kg.ontology.examples import Example, ExampleFact
from kg.pipeline import Extractor
from kg.types import Document, Entity, Fact, Period, Quantity, Value


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not give what it should: ``missing`` facts, and facts ``given`` beyond its own."""

    example: Example
    missing: tuple[str, ...]
    given: tuple[str, ...]
    problems: tuple[str, ...] = ()  # what the ontology refused

    def __str__(self) -> str:
        parts = [f"not found: {fact}" for fact in self.missing]
        parts += [f"not expected: {fact}" for fact in self.given]
        parts += [f"refused: {problem}" for problem in self.problems]
        return f"{self.example.where}: {'; '.join(parts)}: {self.example.text}"


def failures(ontology: Ontology) -> Iterator[Failure]:
    """The wrong examples of all patterns, in the order of their files.

    An example tells all facts of its pattern's type: those that other patterns of the type find count too.
    """
    if not ontology.patterns:
        return
    extractor = Extractor(ontology, read=lambda text, marks: [])
    for pattern in ontology.patterns:
        for example in pattern.examples:
            extraction = extractor.extract(Document(example.where, example.text))
            left = [fact for fact in extraction.facts if fact.type == pattern.type]
            missing = []
            for wanted in example.facts:
                met = next((fact for fact in left if _meets(fact, wanted)), None)
                if met is None:
                    missing.append(str(wanted))
                else:
                    left.remove(met)
            if missing or left:
                problems = tuple(problem.message for problem in extraction.problems)
                yield Failure(example, tuple(missing), tuple(map(_shown, left)), problems)


def _meets(fact: Fact, wanted: ExampleFact) -> bool:
    """Whether the fact has the fillers that are wanted and no other."""
    if fact.modality is not wanted.modality or fact.roles.keys() != wanted.roles.keys():
        return False
    for role, fillers in wanted.roles.items():
        left = list(fact.roles[role])
        for filler in fillers:
            met = next((value for value in left if filler in _words(value)), None)
            if met is None:
                return False
            left.remove(met)
        if left:
            return False
    return True


def _words(value: Value) -> tuple[str, ...]:
    """The ways of writing a filler in an example; the first is the one that is shown."""
    if isinstance(value, Entity):
        return (value.label, *value.aliases)
    if isinstance(value, Quantity):
        bound = "" if value.bound == "exact" else f" {value.bound}"
        return (f"{value.value.normalize():f} {value.unit}{bound}", value.text)
    return (value.edtf, value.text) if isinstance(value, Period) else (value.text,)


def _shown(fact: Fact) -> str:
    roles = {role: tuple(_words(value)[0] for value in values) for role, values in fact.roles.items()}
    return str(ExampleFact(fact.modality, roles))
