"""How sure a fact is, for people: one calibrated probability that nothing in it is wrong, and what it
is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kg.annotations import PATTERN, PERSON
from kg.facts.certainty import Certainty
from kg.facts.drafts import Draft
from kg.types import MODALITY, TYPE, Doubt

_DECIMALS = 2


class Weighed(NamedTuple):
    """A probability with two decimals and what it was made from."""

    confidence: float
    reasons: tuple[str, ...]


# Of a draft without signs, a row of a table: its header names the roles, and nothing was fitted on such rows.
_SAID = Weighed(0.95, ("a row below a header that names its roles",))

_DECIDED = Weighed(1.0, ("a person decided so",))

Weigh = Callable[[Draft], Weighed]


def weigher(model: Mapping[str, Any] | None) -> Weigh:
    """What weighs drafts by a fitted model (see Certainty); without one, by the least of their parts.

    The model knows the reader alone: what a user's pattern says is taken at its word.
    """
    certainty = Certainty.of(model) if model is not None else None

    def weigh(draft: Draft) -> Weighed:
        if draft.extractor == PERSON:
            return _DECIDED
        if draft.extractor.startswith(PATTERN):
            return Weighed(1.0, (f"the pattern {draft.extractor.removeprefix(PATTERN)} says so",))
        if not draft.signs:
            return _SAID
        sure = certainty.probability(draft.signs) if certainty is not None else min(draft.parts)
        return Weighed(round(sure, _DECIMALS), tuple(_reasons(draft)))

    return weigh


def doubt_of(draft: Draft, threshold: float) -> Doubt:
    """Why a draft is not sure enough for its type."""
    pivot, modality, *_ = draft.parts
    parts = [(pivot, TYPE), (modality, MODALITY)]
    least = _least_filler(draft)
    probability, part = min([*parts, least] if least is not None else parts)
    sure, needed, likely = (round(number, _DECIMALS) for number in (draft.sure, threshold, probability))
    return Doubt(sure, needed, part, likely)


def _least_filler(draft: Draft) -> tuple[float, str] | None:
    return min(
        ((filled.probability, role) for role, fillers in draft.roles.items() for filled in fillers),
        default=None,
    )


def _reasons(draft: Draft) -> Iterator[str]:
    least = _least_filler(draft)
    pivot, modality, *_ = draft.parts
    yield f"that it is a {draft.type}: {pivot:.2f}"
    yield f"that it is {draft.modality}: {modality:.2f}"
    if least is not None:
        yield f"its least sure role, {least[1]}: {least[0]:.2f}"
