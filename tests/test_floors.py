"""The score on documents with gold keeps above the floors of floors.yaml."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology
from kg.pipeline import Extractor
from scripts.raise_floors import FLOORS, fallen, floor_of, measure, raised, read_floors, sets

ADVICE = "\nif that is meant: scripts/raise_floors.py --reset, and say why in the commit"


@pytest.mark.parametrize("name", ["seed", "development"])
def test_floors_f1_in_all_by_type_and_by_document_has_not_fallen(name: str, ontology: Ontology) -> None:
    pairs = sets().get(name)
    if not pairs:
        pytest.skip(f"the {name} set is not at hand")
    lines = fallen(measure(Extractor(ontology), pairs), read_floors()[name])
    assert not lines, f"{FLOORS.name}, {name}:\n" + "\n".join(lines) + ADVICE


def test_floors_name_what_fell_and_what_is_gone() -> None:
    floors = {"all": {"total": 0.9}, "types": {"A": 0.5, "B": 0.3}}
    lines = fallen({"all": {"total": 0.899}, "types": {"A": 0.5}}, floors)
    assert lines == ["all, total: F1 0.899 below 0.90", "types, B: F1 0.000 below 0.30"]


def test_floors_rise_and_fall_only_by_reset() -> None:
    floors = {"types": {"A": 0.5, "B": 0.9, "C": 0.1}}
    measured = {"types": {"A": 0.7, "B": 0.7}}
    assert raised(floors, measured) == {"types": {"A": 0.69, "B": 0.9, "C": 0.1}}
    assert raised(floors, measured, reset=True) == {"types": {"A": 0.69, "B": 0.69}}


@pytest.mark.parametrize(("f1", "floor"), [(1.0, 0.99), (0.9583, 0.94), (0.91, 0.9), (0.0, 0.0)])
def test_floors_are_a_hundredth_below_rounded_down(f1: float, floor: float) -> None:
    assert floor_of(f1) == floor
