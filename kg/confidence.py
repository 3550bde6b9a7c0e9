"""How sure a fact is, and why: the reasons that hold for a draft, weighed as the ontology says.

The confidence is the chance that every filler of the fact is right, by a logistic model whose weights
``scripts/calibrate.py`` fits on documents with gold (docs/confidence.md has the figures).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from kg.facts import FoundFact
from kg.facts.drafts import Common, Filled, When
from kg.facts.elements import Kind
from kg.facts.slots import Predicate
from kg.ontology.confidence import REASONS, Confidence
from kg.types import Mention, Modality, Quantity

_NOUN_OF_ACTION = "vn"  # of the tagger
_MANY = 4  # fillers
_SHOWN = 0.01  # of probability: what moves it less is not told
_MINUS = "\N{MINUS SIGN}"


class Weighed(NamedTuple):
    """A probability with two decimals and what raised or lowered it, the strongest first."""

    confidence: float
    reasons: tuple[str, ...]


Weigh = Callable[[FoundFact], Weighed]


def weigher(model: Confidence) -> Weigh:
    """What weighs the facts of one ontology."""

    @cache
    def weighed_once(fact_type: str, reasons: frozenset[str]) -> Weighed:
        return weighed(model, fact_type, reasons)

    def weigh(found: FoundFact) -> Weighed:
        return weighed_once(found.draft.frame.type, frozenset(reasons_of(found)))

    return weigh


def weighed(model: Confidence, fact_type: str, reasons: frozenset[str]) -> Weighed:
    """The confidence of a fact of this type for which these reasons hold.

    Each reason is told with what the probability would lose or gain without it; since probabilities do
    not add up, neither do these.
    """
    parts = {REASONS[name]: model.reasons.get(name, 0.0) for name in reasons}
    parts[f"{fact_type} facts in general"] = model.types.get(fact_type, 0.0)
    total = model.base + math.fsum(parts.values())
    sure = _logistic(total)
    effects = {words: round(sure - _logistic(total - weight), 2) for words, weight in parts.items()}
    told = sorted(
        (words for words, effect in effects.items() if abs(effect) >= _SHOWN),
        key=lambda words: (-abs(effects[words]), words),
    )
    return Weighed(round(sure, 2), tuple(f"{words} {_signed(effects[words])}" for words in told))


def reasons_of(found: FoundFact) -> Iterator[str]:
    """The names of the reasons that hold for a draft, of those that the ontology may weigh.

    Tried and left out, since they told nothing of documents not seen: the sense, the modality of a clause
    before, negation, the length of clause and text, times from elsewhere, lists, other triggers.
    """
    draft = found.draft
    fillers = [filled for held in draft.roles.values() for filled in held]
    others = [filled for filled in fillers if not isinstance(filled.content, When)]
    if len(others) == len(fillers):
        yield "undated"
    if draft.modality is Modality.PLANNED:
        yield "planned"
    yield from _of_fillers(others)
    yield from _of_figures(others)
    yield from _of_subject(found, others)
    if draft.predicate is not None:
        yield from _of_clause(draft.predicate)


def _of_fillers(others: Sequence[Filled]) -> Iterator[str]:
    if len(others) >= _MANY:
        yield "many"
    if any(isinstance(f.content, Common) for f in others):
        yield "common"
    if any(isinstance(f.content, Mention) and not f.content.span.overlaps(f.span) for f in others):
        yield "reference"


def _of_figures(others: Sequence[Filled]) -> Iterator[str]:
    figures = [filled for filled in others if isinstance(filled.content, Quantity)]
    if len(figures) > 1:
        yield "figures"
    if any(filled.slot == "after" for filled in figures):
        yield "figure-after"
    if any(filled.slot == "counted" for filled in others):
        yield "counted"


def _of_subject(found: FoundFact, others: Sequence[Filled]) -> Iterator[str]:
    if found.draft.carried:
        yield "carried"
    elif found.draft.predicate is not None:
        clause = found.draft.predicate.parsed.clause.span
        nouns = [f.span for f in others if f.slot and not isinstance(f.content, Quantity)]
        if not all(map(clause.contains, nouns)):
            yield "far"
    if found.draft.frame.kind == "figure":
        things = [filled.span for filled in others if isinstance(filled.content, Mention | Common)]
        if not any(map(found.evidence.contains, things)):
            yield "outer-subject"


def _of_clause(predicate: Predicate) -> Iterator[str]:
    if predicate.trigger.tag == _NOUN_OF_ACTION:
        yield "noun-trigger"
    before = predicate.elements[predicate.previous_trigger() + 1 : predicate.index]
    if any(element.kind is Kind.VERB for element in before):
        yield "verb-before"


def _logistic(log_odds: float) -> float:
    """The probability; never an overflow.

    >>> _logistic(0.0), _logistic(-1000.0)
    (0.5, 0.0)
    """
    power = math.exp(-abs(log_odds))
    return (power if log_odds < 0 else 1.0) / (1 + power)


def _signed(effect: float) -> str:
    return f"{'+' if effect > 0 else _MINUS}{abs(effect):.2f}"
