"""How sure a fact is: one calibrated probability that nothing in it is wrong, from all that the reader knows of it.

A logistic model over the reader's own numbers, fitted by ``kg.training.calibrate`` on documents that neither training nor
the first look saw; docs/confidence.md has its curves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kg.annotations import PATTERN
from kg.facts.drafts import Draft

_NEAR = 1e-4  # probabilities are kept so far from 0 and 1
_DECIMALS = 2


class Weighed(NamedTuple):
    """A probability with two decimals and what it was made from."""

    confidence: float
    reasons: tuple[str, ...]


# Of a draft without signs, a row of a table: its header names the roles, and nothing was fitted on such rows.
_SAID = Weighed(0.95, ("a row below a header that names its roles",))

Weigh = Callable[[Draft], Weighed]


def log_odds(probability: float) -> float:
    """The logit, for probabilities not too near to 0 and 1."""
    near = min(max(probability, _NEAR), 1 - _NEAR)
    return math.log(near / (1 - near))


def signs(draft: Draft) -> Iterator[tuple[str, float]]:
    """The numbers that the model weighs: log-odds of the parts, and how much the fact says."""
    for name, probability in draft.signs.items():
        yield name, log_odds(probability)
    yield "fillers", float(sum(map(len, draft.roles.values())))
    yield f"type:{draft.type}", 1.0
    yield f"modality:{draft.modality}", 1.0


def weigher(model: Mapping[str, Any] | None) -> Weigh:
    """What weighs drafts by a fitted model, ``{"base": b, "weights": {sign: w}}``; without one, by their product.

    The model knows the reader alone: what a user's pattern says is taken at its word.
    """

    def weigh(draft: Draft) -> Weighed:
        if draft.extractor.startswith(PATTERN):
            return Weighed(1.0, (f"the pattern {draft.extractor.removeprefix(PATTERN)} says so",))
        if not draft.signs:
            return _SAID
        if model is None:
            return Weighed(
                round(math.prod(draft.signs.get(n, 1.0) for n in ("pivot", "product")), _DECIMALS), ()
            )
        weights = model["weights"]
        total = model["base"] + math.fsum(weights.get(name, 0.0) * value for name, value in signs(draft))
        return Weighed(round(1 / (1 + math.exp(-total)), _DECIMALS), tuple(_reasons(draft)))

    return weigh


def _reasons(draft: Draft) -> Iterator[str]:
    least = min(
        ((filled.probability, role) for role, fillers in draft.roles.items() for filled in fillers),
        default=None,
    )
    yield f"that it is a {draft.type}: {draft.signs.get('pivot', 1.0):.2f}"
    yield f"that it is {draft.modality}: {draft.signs.get('modality', 1.0):.2f}"
    if least is not None:
        yield f"its least sure role, {least[1]}: {least[0]:.2f}"
