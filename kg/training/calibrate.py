"""Probabilities that mean something, and the thresholds: fitted on documents that training did not see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray

_RIDGE = 1.0  # strength with which weights are held near 0
_ROUNDS = 50
_RARE = 40  # facts of a type; those with fewer share one threshold
_GRID = np.round(np.arange(0.20, 0.98, 0.01), 2)
_PRICES = np.round(np.arange(0.2, 0.95, 0.01), 2)  # least share of agreeing fillers that pays for more
_LEAST_SEEN = 20  # facts of which a sign must hold to get a weight


@dataclass(frozen=True, slots=True)
class Judged:
    """A fact that was read, judged by gold: its signs, and its agreeing, predicted and wanted fillers.

    ``agreeing`` and ``predicted`` count the fact itself as a filler too, as facts.md does; a spurious
    fact has none that agree.
    """

    document: str
    type: str
    sure: float
    signs: Mapping[str, float]
    agreeing: int
    predicted: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing in it is wrong."""
        return self.agreeing == self.predicted


def fit_certainty(facts: Sequence[Judged], *, clean: bool) -> dict[str, Any]:
    """A logistic model, ``{"base", "weights"}``, from the signs of facts.

    Of whether nothing in a fact is wrong, or else of the share of its fillers that are right.
    """
    if not facts:
        return {"base": 0.0, "weights": {}}
    seen = Counter(name for fact in facts for name in fact.signs)
    names = sorted(name for name, count in seen.items() if count >= _LEAST_SEEN)
    x = np.array([[1.0, *(fact.signs.get(name, 0.0) for name in names)] for fact in facts])
    y = np.array([fact.is_clean if clean else fact.agreeing / fact.predicted for fact in facts], float)
    w = _logistic(x, y)
    return {
        "base": round(float(w[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, w[1:], strict=True)},
    }


def _logistic(x: Array, y: Array) -> Array:
    """Ridge logistic regression by Newton's method; the base is not held."""
    w = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 1e-6
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w


def choose_thresholds(
    facts: Sequence[Judged], wanted: Mapping[str, int], *, precision: float = 0.75
) -> dict[str, float]:
    """How sure a fact of each type must be; rare types share one, under ``""``.

    All give the best F1 of fillers together at this precision of fillers or more: the last fact that a
    type lets in is as
    often right in one type as in another. ``wanted`` counts the gold's fillers by type, facts included.
    """
    by_type: dict[str, list[Judged]] = defaultdict(list)
    for fact in facts:
        by_type[fact.type].append(fact)
    rare = [name for name in wanted if len(by_type[name]) < _RARE]
    groups = {name: [name] for name in wanted if name not in rare} | ({"": rare} if rare else {})
    curves = {
        group: _curve([fact for name in names for fact in by_type[name]]) for group, names in groups.items()
    }
    total = sum(wanted.values())
    best: tuple[bool, float] = (False, -1.0)
    chosen: dict[str, float] = {}
    for price in _PRICES:
        rows = {group: int((curve[0] - price * curve[1]).argmax()) for group, curve in curves.items()}
        hits = sum(curves[group][0][row] for group, row in rows.items())
        said = sum(curves[group][1][row] for group, row in rows.items())
        reached = float(hits / said) if said else 1.0
        enough = reached >= precision
        f1 = float(2 * hits / (said + total)) if said + total else 0.0
        if (enough, f1 if enough else reached) > best:
            best = (enough, f1 if enough else reached)
            chosen = {group: float(_GRID[row]) for group, row in rows.items()}
    return chosen


def _curve(facts: Sequence[Judged]) -> tuple[Array, Array]:
    """Agreeing and predicted fillers at each threshold of the grid."""
    sure = np.array([fact.sure for fact in facts])
    kept = sure[None] >= _GRID[:, None] if len(facts) else np.zeros((len(_GRID), 0), bool)
    agreeing = kept @ np.array([fact.agreeing for fact in facts], float)
    return agreeing, kept @ np.array([fact.predicted for fact in facts], float)


def reliability(
    facts: Sequence[Judged], confidences: Sequence[float], bins: int = 10
) -> list[tuple[float, float, int]]:
    """For each tenth of the facts by confidence: mean confidence, share with nothing wrong, number."""
    order = np.argsort(np.array(confidences), kind="stable")
    rows = []
    for part in np.array_split(order, bins):
        if len(part):
            mean = float(np.mean([confidences[i] for i in part]))
            clean = float(np.mean([facts[i].is_clean for i in part]))
            rows.append((mean, clean, len(part)))
    return rows


def calibration_error(rows: Sequence[tuple[float, float, int]]) -> float:
    """The expected calibration error: how far confidence and truth are apart, by the size of the bins."""
    total = sum(count for _, _, count in rows)
    return sum(abs(mean - clean) * count for mean, clean, count in rows) / total if total else 0.0
