"""Confidence: one probability of a fact from what its reader knew of it, and what it is told to be made of."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from kg.annotations import Proposal, ProposedFiller
from kg.confidence import Weighed, weigher
from kg.facts.certainty import Certainty, log_odds, signs_of
from kg.facts.drafts import Draft, Filled, Said
from kg.types import Modality, Span

PIVOT = Span(2, 4)
DRAFT = Draft(
    type="Gift",
    modality=Modality.PLANNED,
    trigger=PIVOT,
    evidence=Span(0, 9),
    roles={"giver": (Filled(Said("甲"), Span(0, 1), 0.9),), "goods": (Filled(Said("书"), PIVOT, 0.6),)},
    extractor="reader",
    signs={"pivot": log_odds(0.8), "fillers": 2.0, "type:Gift": 1.0},
    parts=(0.8, 0.7, 0.6),
)


def test_confidence_without_a_model_is_the_least_of_its_parts() -> None:
    assert weigher(None)(DRAFT).confidence == 0.6


def test_confidence_is_the_logistic_of_the_weighed_signs() -> None:
    model = {"base": 0.5, "weights": {"pivot": 2.0, "fillers": -0.25, "type:Gift": 0.1, "type:Sale": 9.0}}
    total = 0.5 + 2 * log_odds(0.8) - 0.25 * 2 + 0.1
    assert weigher(model)(DRAFT).confidence == round(1 / (1 + math.exp(-total)), 2)


def test_certainty_signs_tell_the_parts_the_size_the_type_and_the_modality() -> None:
    held = [ProposedFiller("giver", Span(0, 1), 0.9), ProposedFiller("goods", PIVOT, 0.6)]
    left = ProposedFiller("time", Span(7, 9), 0.3)
    proposal = Proposal("Gift", Modality.PLANNED, PIVOT, 0.8, 0.7, (*held, left), rival=0.2)
    found = dict(signs_of(proposal, held))
    assert (found["pivot"], found["least"], found["rival"]) == (log_odds(0.8), log_odds(0.6), log_odds(0.2))
    assert (found["missed"], found["fillers"], found["type:Gift"]) == (0.3, 2.0, 1.0)
    assert found["modality:planned"] == 1.0


def test_certainty_of_no_signs_is_that_of_its_base() -> None:
    assert Certainty(math.log(3), {}).probability({}) == pytest.approx(0.75)


def test_confidence_tells_what_it_is_made_of_with_the_least_sure_role() -> None:
    assert weigher({"base": 0.0, "weights": {}})(DRAFT) == Weighed(
        0.5, ("that it is a Gift: 0.80", "that it is planned: 0.70", "its least sure role, goods: 0.60")
    )


def test_confidence_of_what_was_not_read_by_probabilities_is_that_of_its_kind() -> None:
    row = replace(DRAFT, signs={}, parts=(), extractor="table")
    assert weigher(None)(row).confidence == 0.95


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_confidence_log_odds_of_the_certain_are_finite(probability: float) -> None:
    assert abs(log_odds(probability)) == pytest.approx(9.21, abs=0.01)


def test_confidence_log_odds_are_those_of_the_logistic() -> None:
    assert log_odds(0.5) == 0.0
    assert log_odds(0.9) == pytest.approx(math.log(9))
