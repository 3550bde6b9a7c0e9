"""How sure a fact is, and why: the reasons that hold for a draft, weighed as the ontology says.

The confidence is the chance that every filler of the fact is right, by a logistic model whose weights
``scripts/calibrate.py`` fits on documents with gold (docs/confidence.md has the figures).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kg.facts import FoundFact
from kg.facts.drafts import Common, Draft, Filled, Said, When
from kg.facts.elements import Kind
from kg.facts.modality import clause_modality
from kg.ontology.confidence import REASONS, Confidence
from kg.ontology.lexicon import Grammar
from kg.types import Mention, Modality, Quantity

_FAR_SLOTS = frozenset(["topic", "left", "place"])  # noun slots that reach over clauses
_SHORT_NOUN, _SHORT_TEXT, _LONG_TEXT, _LONG_QUOTE = 2, 3, 8, 40  # characters
_MANY, _LIST = 4, 3  # fillers
_SHOWN = 0.01  # of probability: what moves it less is not told
_MINUS = "\N{MINUS SIGN}"


class Weighed(NamedTuple):
    """A probability with two decimals and what raised or lowered it, the strongest first."""

    confidence: float
    reasons: tuple[str, ...]


Weigh = Callable[[FoundFact], Weighed]


def weigher(model: Confidence, grammar: Grammar) -> Weigh:
    """What weighs the facts of one ontology."""

    def weigh(found: FoundFact) -> Weighed:
        return weighed(model, found.draft.frame.type, frozenset(reasons_of(found, grammar)))

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


def reasons_of(found: FoundFact, grammar: Grammar) -> Iterator[str]:
    """The names of the reasons that hold for a draft, of those that the ontology may weigh."""
    draft = found.draft
    fillers = [filled for held in draft.roles.values() for filled in held]
    others = [filled for filled in fillers if not isinstance(filled.content, When)]
    yield from _of_fillers(others)
    yield from _of_texts(others)
    yield from _of_time(found, fillers)
    yield from _of_figures(others)
    yield from _of_subject(found, others)
    yield from _of_modality(draft, grammar)
    yield from _of_clause(draft)
    if any(len(held) >= _LIST for held in draft.roles.values()):
        yield "listed"
    if draft.last_clause > draft.clause:
        yield "clauses"
    if len(found.evidence) > _LONG_QUOTE:
        yield "long"


def _of_fillers(others: list[Filled]) -> Iterator[str]:
    if len(others) == 1:
        yield "one"
    if len(others) >= _MANY:
        yield "many"
    if sum(_is_thing(filled) for filled in others) >= _LIST:
        yield "things"
    if any(isinstance(f.content, Mention) and not f.content.span.overlaps(f.span) for f in others):
        yield "reference"


def _of_texts(others: list[Filled]) -> Iterator[str]:
    nouns = [len(f.content.text) for f in others if isinstance(f.content, Common)]
    texts = [len(f.content.text) for f in others if isinstance(f.content, Said)]
    if nouns:
        yield "common"
    if any(size <= _SHORT_NOUN for size in nouns):
        yield "common-short"
    if any(size <= _SHORT_TEXT for size in texts):
        yield "text-short"
    if any(size > _LONG_TEXT for size in texts):
        yield "text-long"


def _of_time(found: FoundFact, fillers: list[Filled]) -> Iterator[str]:
    times = [filled for filled in fillers if isinstance(filled.content, When)]
    if not times:
        yield "undated"
    elif found.draft.governed:
        yield "governed"
    elif not any(found.evidence.contains(filled.span) for filled in times):
        yield "earlier-time"


def _of_figures(others: list[Filled]) -> Iterator[str]:
    figures = [filled for filled in others if isinstance(filled.content, Quantity)]
    if not figures:
        yield "figureless"
    if len(figures) > 1:
        yield "figures"
    if any(filled.slot == "after" for filled in figures):
        yield "figure-after"
    if any(filled.slot == "counted" for filled in others):
        yield "counted"


def _of_subject(found: FoundFact, others: list[Filled]) -> Iterator[str]:
    draft = found.draft
    if draft.carried:
        yield "carried"
    if draft.frame.kind == "figure":
        things = [filled for filled in others if _is_thing(filled)]
        if not things:
            yield "without-subject"
        elif not any(found.evidence.contains(filled.span) for filled in things):
            yield "outer-subject"
    if draft.predicate is not None:
        clause = draft.predicate.parsed.clause.span
        if any(filled.slot in _FAR_SLOTS and not clause.contains(filled.span) for filled in others):
            yield "far"


def _of_modality(draft: Draft, grammar: Grammar) -> Iterator[str]:
    if draft.modality is Modality.NEGATED:
        yield "negated"
    if draft.modality is not Modality.PLANNED:
        return
    yield "planned"
    predicate, sense = draft.predicate, draft.sense
    if predicate is not None and not (sense and sense.modality):
        own = clause_modality(predicate.parsed, predicate.index + 1, grammar)
        if own is not Modality.PLANNED:
            yield "planned-before"


def _of_clause(draft: Draft) -> Iterator[str]:
    predicate = draft.predicate
    if predicate is None:
        return
    if predicate.trigger.tag == "vn":
        yield "noun-trigger"
    elements = predicate.elements
    if any(e.kind is Kind.VERB for e in elements[predicate.previous_trigger() + 1 : predicate.index]):
        yield "verb-before"
    if any(e.kind is Kind.TRIGGER and e is not predicate.trigger for e in elements):
        yield "triggers"


def _is_thing(filled: Filled) -> bool:
    return isinstance(filled.content, Mention | Common)


def _logistic(log_odds: float) -> float:
    """The probability; never an overflow.

    >>> _logistic(0.0), _logistic(-1000.0)
    (0.5, 0.0)
    """
    if log_odds < 0:
        power = math.exp(max(log_odds, -700.0))
        return 0.0 if log_odds < -700 else power / (1 + power)
    return 1 / (1 + math.exp(-min(log_odds, 700.0)))


def _signed(effect: float) -> str:
    return f"{'+' if effect > 0 else _MINUS}{abs(effect):.2f}"
