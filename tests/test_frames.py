"""Every frame's examples, read by the real extractor: a frame file is its own test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from facts_samples import words

from kg.errors import OntologyError
from kg.ontology import load_ontology
from kg.ontology.frames import Example, ExampleFact, Frame, load_frame
from kg.pipeline import Extractor
from kg.types import Document, Entity, Fact, Value

ONTOLOGY = load_ontology(Path(__file__).parents[1] / "ontology")
CASES = [
    pytest.param(frame, example, id=f"{frame.type.lower()}-{number}")
    for frame in ONTOLOGY.frames
    for number, example in enumerate(frame.examples, 1)
]


@pytest.mark.parametrize(("frame", "example"), CASES)
def test_frames_example_gives_its_facts_and_no_other(
    extractor: Extractor, frame: Frame, example: Example
) -> None:
    extraction = extractor.extract(Document("example.txt", example.text))
    found = [fact for fact in extraction.facts if fact.type == frame.type]
    missing = [fact for fact in example.facts if not any(is_said(fact, other) for other in found)]
    extra = [fact for fact in found if not any(is_said(other, fact) for other in example.facts)]
    assert not missing and not extra and len(found) == len(example.facts), "\n".join(
        [
            f"{example.where}: {example.text}",
            *(f"  wanted {fact.modality} {dict(fact.roles)}" for fact in missing),
            *(f"  found  {show(fact)}" for fact in extra or found),
        ]
    )


@pytest.mark.parametrize("frame", ONTOLOGY.frames, ids=lambda frame: frame.type.lower())
def test_frames_have_eight_positive_and_four_negative_examples(frame: Frame) -> None:
    positive = sum(bool(example.facts) for example in frame.examples)
    assert (positive >= 8, len(frame.examples) - positive >= 4) == (True, True)
    assert len({example.text for example in frame.examples}) == len(frame.examples)


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ("{text: 甲捐十元。}", "an example is {text: a sentence, facts: [a fact, ...]}"),
        ("{text: 甲捐十元。, facts: [{donnor: 甲}]}", "unknown role 'donnor'; did you mean 'donor'?"),
        ("{text: 甲捐十元。, facts: [{amount: 十元}]}", "'十元' is no 'VALUE UNIT', or 'VALUE UNIT min'"),
        (
            "{text: 甲捐十元。, facts: [{modality: plannd}]}",
            "unknown modality 'plannd'; did you mean 'planned'?",
        ),
        (
            "{text: 甲捐十元。, facts: [{}]}",
            "a fact of an example needs a role; a sentence without facts has 'facts: []'",
        ),
    ],
    ids=["no facts", "role", "figure", "modality", "empty"],
)
def test_frames_wrong_example_is_named_with_its_line(tmp_path: Path, example: str, message: str) -> None:
    path = tmp_path / "donation.yaml"
    shutil.copy(Path(__file__).parents[1] / "ontology" / "frames" / path.name, path)
    above = path.read_text(encoding="utf-8").split("\nexamples:\n")[0] + "\nexamples:\n"
    path.write_text(f"{above}  - {example}\n", encoding="utf-8")
    with pytest.raises(OntologyError) as error:
        load_frame(path, ONTOLOGY.vocabulary)
    assert str(error.value).endswith(f"{path.name}:{above.count(chr(10)) + 1}: {message}")


def is_said(example: ExampleFact, fact: Fact) -> bool:
    """Whether the fact has the example's roles, filler by filler, and its modality."""
    return (
        example.modality is fact.modality
        and example.roles.keys() == fact.roles.keys()
        and all(fills(said, fact.roles[role]) for role, said in example.roles.items())
    )


def fills(said: tuple[str, ...], values: tuple[Value, ...]) -> bool:
    return len(said) == len(values) and all(any(one in forms(value) for value in values) for one in said)


def forms(value: Value) -> tuple[str, ...]:
    """The ways to write a filler in an example."""
    return (words(value), *(value.aliases if isinstance(value, Entity) else ()))


def show(fact: Fact) -> str:
    roles = {role: [words(value) for value in values] for role, values in fact.roles.items()}
    return f"{fact.modality} {roles}"
