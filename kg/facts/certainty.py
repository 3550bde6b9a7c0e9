"""How sure the reader is of a fact: signs of a proposal, and the logistic models that weigh them.

Two models are fitted on documents that neither training nor the first look saw
(``kg.training.calibrate``): one of the share
of right fillers, by which it is decided what passes, and one of whether nothing is wrong, which is the
confidence of a fact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from kg.annotations import Proposal, ProposedFiller

_NEAR = 1e-4  # probabilities are kept so far from 0 and 1


def log_odds(probability: float) -> float:
    """The logit, for probabilities not too near to 0 and 1."""
    near = min(max(probability, _NEAR), 1 - _NEAR)
    return math.log(near / (1 - near))


@dataclass(frozen=True, slots=True)
class Certainty:
    """A logistic model over signs: their weights, and what it begins with."""

    base: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> Self:
        """The model of a reader's settings, ``{"base": b, "weights": {sign: w}}``."""
        return cls(model["base"], model["weights"])

    def probability(self, signs: Mapping[str, float]) -> float:
        """What the model says of the signs."""
        total = self.base + math.fsum(self.weights.get(name, 0.0) * value for name, value in signs.items())
        return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


def signs_of(proposal: Proposal, held: Sequence[ProposedFiller]) -> Iterator[tuple[str, float]]:
    """The signs of a proposal whose roles hold these fillers: log-odds of its parts, and how much it says."""
    likely = [filler.probability for filler in held]
    yield "pivot", log_odds(proposal.probability)
    yield "rival", log_odds(proposal.rival)
    yield "modality", log_odds(proposal.modality_probability)
    yield "least", log_odds(min(likely, default=1.0))
    yield "product", log_odds(math.prod(likely))
    yield "missed", sum(f.probability for f in proposal.fillers if f not in held)
    yield "fillers", float(len(held))
    yield f"type:{proposal.type}", 1.0
    yield f"modality:{proposal.modality}", 1.0
