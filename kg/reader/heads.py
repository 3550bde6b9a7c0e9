"""What was taught beside the shipped weights: rows for the last layers.

The layers before the last ones are computed here once more, from the shipped weights: each last layer is
linear in what they give, so a row can be added without touching a graph. GELU is taken by its tanh form,
which need not be the graph's own: a row is fitted on the very numbers that it later weighs.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import OntologyError
from kg.files import show_path

TAUGHT, ROWS = "taught.json", "taught.npz"
_FORMAT = 1
_CLOSED = -1e4  # score of a role that a type has not

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def _gelu(x: Floats) -> Floats:
    result: Floats = 0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x**3)))
    return result


def _with_one(x: Floats) -> Floats:
    """A column of ones behind the others: the place of a row's constant."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1), np.float32)], -1)


@dataclass(frozen=True, slots=True)
class Hidden:
    """The layers before the last ones; each result has a column of ones behind the others.

    ``role_rows`` are the shipped last layer of the roles, a row for none and for each role.
    """

    pivot_weight: Floats
    pivot_bias: Floats
    fact_types: Floats
    u: tuple[Floats, Floats]
    v: tuple[Floats, Floats]
    place: Floats
    step: Floats
    mix: tuple[Floats, Floats]
    role_rows: Floats
    closed: Floats  # [types, 1 + roles]: where a type has not a role, a number far below zero

    @classmethod
    def of(cls, weights: Mapping[str, Floats], names: Mapping[str, Sequence[str]]) -> Hidden:
        """From unpacked weights; ``names`` are those of each graph, the roles' last two its mixing layers."""
        inner, last = (weights[f"roles/{name}"] for name in names["roles"][-2:])
        return cls(
            weights["chunks/pivot.0.weight"],
            weights["chunks/pivot.0.bias"],
            weights["roles/fact_type.weight"],
            (weights["roles/u.weight"], weights["roles/u.bias"]),
            (weights["roles/v.weight"], weights["roles/v.bias"]),
            weights["roles/place.weight"],
            weights["roles/step.weight"],
            (inner, weights["roles/mix.0.bias"]),
            last.T,
            weights["roles/closed"],
        )

    def pivots(self, vectors: Floats) -> Floats:
        """What the last layer of the pivots sees of chunks [n, d]: [n, h + 1]."""
        return _with_one(_gelu(vectors @ self.pivot_weight.T + self.pivot_bias))

    def roles(self, vectors: Floats, pivot: Ints, kind: int, place: Ints, step: Ints) -> Floats:
        """What the last layer of the roles sees of each chunk for each pivot, all of one shipped type:
        [m, n, h + 1]."""
        told = np.broadcast_to(self.fact_types[kind], (len(pivot), self.fact_types.shape[1]))
        u = (np.concatenate([vectors[pivot], told], 1) @ self.u[0].T + self.u[1])[:, None]
        v = (vectors @ self.v[0].T + self.v[1])[None]
        d = self.place[place] + self.step[step]
        return _with_one(_gelu(np.concatenate([u * v + d, u + v + d], -1) @ self.mix[0] + self.mix[1]))


@dataclass(frozen=True, slots=True)
class TaughtType:
    """A new fact type: its roles in the order of ``rows``, behind a row for none.

    ``like`` is the shipped type whose view of a sentence it takes.
    """

    name: str
    like: str
    roles: tuple[str, ...]
    pivot: Floats  # [h + 1]
    rows: Floats  # [1 + roles, h + 1]


@dataclass(frozen=True, slots=True)
class Taught:
    """What was taught on top of the weights whose digest is ``reader``.

    ``pivots`` is added to the shipped last layer of the pivots, a row a type; ``settings`` add to the
    reader's: thresholds, and the roles that hold one filler.
    """

    reader: str
    pivots: Floats  # [shipped types, h + 1]
    types: tuple[TaughtType, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """The two files by name; the same for the same content, byte for byte."""
        told = [{"type": t.name, "like": t.like, "roles": t.roles} for t in self.types]
        scheme = {"format": _FORMAT, "reader": self.reader, "types": told, **self.settings}
        rows = {"pivots": self.pivots}
        for each in self.types:
            rows |= {f"{each.name}/pivot": each.pivot, f"{each.name}/roles": each.rows}
        packed = io.BytesIO()
        np.savez(packed, allow_pickle=False, **rows)
        text = json.dumps(scheme, ensure_ascii=False, indent=1) + "\n"
        return {TAUGHT: text.encode(), ROWS: packed.getvalue()}


def load_taught(path: Path) -> Taught:
    """What ``taught.json`` and the ``taught.npz`` beside it hold; OntologyError where they cannot be read."""
    again = f"{show_path(path)}: cannot be read; run `kg teach --adopt` again, or `kg teach --back`"
    try:
        scheme = json.loads(path.read_text(encoding="utf-8"))
        with np.load(path.with_name(ROWS), allow_pickle=False) as file:
            rows = {name: file[name].astype(np.float32) for name in file}
        if scheme.pop("format") != _FORMAT:
            raise OntologyError(again)
        reader, told = str(scheme.pop("reader")), scheme.pop("types")
        types = tuple(
            TaughtType(
                str(one["type"]),
                str(one["like"]),
                tuple(map(str, one["roles"])),
                rows[f"{one['type']}/pivot"],
                rows[f"{one['type']}/roles"],
            )
            for one in told
        )
        width = rows["pivots"].shape[1]
        for one in types:
            if one.pivot.shape != (width,) or one.rows.shape != (1 + len(one.roles), width):
                raise OntologyError(again)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError) as error:
        raise OntologyError(again) from error
    return Taught(reader, rows["pivots"], types, scheme)


@dataclass(frozen=True)
class Heads:
    """The last layers as they are read: the shipped ones, which the graphs compute, and what was taught."""

    hidden: Hidden
    types: tuple[str, ...]  # shipped
    roles: tuple[str, ...]  # shipped
    taught: Taught | None = None

    @cached_property
    def all_types(self) -> tuple[str, ...]:
        """The types in the order of their rows."""
        return (*self.types, *(each.name for each in self._new))

    @cached_property
    def all_roles(self) -> tuple[str, ...]:
        """The roles in the order of their columns."""
        return tuple(dict.fromkeys((*self.roles, *(role for each in self._new for role in each.roles))))

    def roles_of(self, kinds: Sequence[int]) -> frozenset[str]:
        """The roles that of all shipped types only these have."""
        has = self.hidden.closed[:, 1:] == 0
        own = has[list(kinds)].any(0) & ~np.delete(has, list(kinds), 0).any(0)
        return frozenset(role for role, only in zip(self.roles, own, strict=True) if only)

    @property
    def _new(self) -> tuple[TaughtType, ...]:
        return self.taught.types if self.taught is not None else ()

    def pivots(self, vectors: Floats, scores: Floats) -> Floats:
        """The scores of all types for chunks [n, d], from the shipped ones [n, types]."""
        if self.taught is None:
            return scores
        rows = np.concatenate([self.taught.pivots, *(each.pivot[None] for each in self._new)])
        shipped = np.pad(scores, ((0, 0), (0, len(self._new))))
        result: Floats = shipped + self.hidden.pivots(vectors) @ rows.T
        return result

    def shipped(self, kinds: Ints) -> Ints:
        """The shipped type by which each type is read."""
        likes = [*range(len(self.types)), *(self.types.index(each.like) for each in self._new)]
        return np.array(likes)[kinds]

    def judge(
        self, scores: Floats, vectors: Floats, pivot: Ints, kinds: Ints, place: Ints, step: Ints
    ) -> Floats:
        """The scores of none and all roles [m, n, 1 + roles], from the shipped ones."""
        if not self._new:
            return scores
        wider = len(self.all_roles) - len(self.roles)
        result: Floats = np.pad(scores, ((0, 0), (0, 0), (0, wider)), constant_values=_CLOSED)
        for number, each in enumerate(self._new, len(self.types)):
            of = np.nonzero(kinds == number)[0]
            if len(of):
                like = self.types.index(each.like)
                seen = self.hidden.roles(vectors, pivot[of], like, place[of], step[of])
                columns = np.array([0, *(1 + self.all_roles.index(role) for role in each.roles)])
                result[of] = _CLOSED
                result[np.ix_(of, np.arange(len(vectors)), columns)] = seen @ each.rows.T
        return result
