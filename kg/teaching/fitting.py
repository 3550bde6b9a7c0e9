"""Last layers fitted to examples: logistic and softmax regression with a ridge, by L-BFGS.

All of it is deterministic: full batches, no chance, the same sums in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Loss = Callable[[Array], tuple[float, Array]]  # a point to the value there and the gradient

_PIVOT_RIDGE, _ROLE_RIDGE = 3.0, 1.0  # strength with which rows are held near where they begin
_CONSTANT_RIDGE = 1e-3  # of a row's constant, its last number
_RARE = -4.0  # log-odds from which a pivot's constant begins
_STEPS, _KEPT = 200, 10  # of L-BFGS
_SUFFICIENT, _ENOUGH = 1e-4, 1e-5


def minimized(loss: Loss, start: Array) -> Array:
    """Where a smooth convex function is least: L-BFGS with halving steps (Nocedal and Wright, 7.4, 3.1).

    >>> minimized(lambda x: (float(((x - 3) ** 2).sum()), 2 * (x - 3)), np.zeros(2)).round(3)
    array([3., 3.])
    """
    x = start.astype(float)
    value, gradient = loss(x)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(_STEPS):
        way = _way(gradient, pairs)
        slope = float(gradient @ way)
        if slope >= 0:
            break
        size = 1.0
        while True:
            there, (new, new_gradient) = x + size * way, loss(x + size * way)
            if new <= value + _SUFFICIENT * size * slope or size < 1e-10:
                break
            size /= 2
        step, turn = there - x, new_gradient - gradient
        if step @ turn > 1e-12:
            pairs = [*pairs, (step, turn)][-_KEPT:]
        done = abs(value - new) <= _ENOUGH * max(1.0, abs(new))
        x, value, gradient = there, new, new_gradient
        if done:
            break
    return x


def _way(gradient: Array, pairs: list[tuple[Array, Array]]) -> Array:
    way, shares = -gradient, []
    for step, turn in reversed(pairs):
        share = float(step @ way / (step @ turn))
        shares.append(share)
        way = way - share * turn
    if pairs:
        step, turn = pairs[-1]
        way = way * float(step @ turn / (turn @ turn))
    else:
        way = way / max(1.0, float(np.linalg.norm(gradient)))
    for (step, turn), share in zip(pairs, reversed(shares), strict=True):
        way = way + step * (share - float(turn @ way / (step @ turn)))
    return way


def _ridge(width: int, strength: float) -> Array:
    ridge = np.full(width, strength)
    ridge[-1] = _CONSTANT_RIDGE
    return ridge


def fit_pivot(seen: Array, wanted: Array, weight: Array, offset: Array | None = None) -> Array:
    """The row [h + 1] by which chunks, ``seen`` [n, h + 1], are pivots of a type: logistic regression.

    ``offset`` are scores to which it is added; without them it is a new row, else it is held near 0.
    """
    ridge = _ridge(seen.shape[1], _PIVOT_RIDGE)
    begin = np.zeros(seen.shape[1])
    if offset is None:
        begin[-1] = _RARE
    first = np.zeros(len(seen)) if offset is None else offset
    signs = 1.0 - 2.0 * wanted

    def loss(row: Array) -> tuple[float, Array]:
        scores = (seen @ row.astype(np.float32)).astype(float) + first
        value = float((weight * np.logaddexp(0, signs * scores)).sum() + (ridge * row * row).sum() / 2)
        wrong = weight * (1 / (1 + np.exp(-np.clip(scores, -50, 50))) - wanted)
        return value, (seen.T @ wrong.astype(np.float32)).astype(float) + ridge * row

    return minimized(loss, begin)


def fit_roles(seen: Array, wanted: Array, begin: Array) -> tuple[Array, float]:
    """The rows [k, h + 1] by which chunks, ``seen`` [n, h + 1], have the roles ``wanted`` [n], 0 for none;
    and the loss there.

    Softmax regression; the rows are held near ``begin``.
    """
    ridge = _ridge(seen.shape[1], _ROLE_RIDGE)
    every = np.arange(len(seen))

    def loss(flat: Array) -> tuple[float, Array]:
        rows = flat.reshape(begin.shape)
        scores = seen @ rows.T
        scores -= scores.max(1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        away = rows - begin
        wrong = np.exp(logs)
        value = float(-logs[every, wanted].sum() + (ridge * away * away).sum() / 2)
        wrong[every, wanted] -= 1
        return value, (wrong.T @ seen + ridge * away).ravel()

    rows = minimized(loss, begin.ravel())
    return rows.reshape(begin.shape), loss(rows)[0]
