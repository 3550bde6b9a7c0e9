"""A new fact type for the reader, from marked sentences: its rows, and how sure a fact of it must be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.annotations import Proposal
from kg.evaluate import Tally
from kg.facts import Policy, Verdict
from kg.facts.deciding import decide
from kg.ontology.vocabulary import FactType
from kg.reader.decoding import proposals
from kg.reader.heads import Taught, TaughtType
from kg.reader.model import Model
from kg.teaching.fitting import fit_pivot, fit_roles
from kg.teaching.sentences import Sentence
from kg.teaching.vectors import Corpus
from kg.types import Span

_MARKED = 4.0  # weight of a marked sentence's chunk, one of the corpus having 1
_FOLDS = 5
_NEVER = -50.0  # added to a pivot's log-odds
_THRESHOLDS = np.round(np.arange(0.2, 0.75, 0.05), 2)
Array = NDArray[Any]
Filled = frozenset[tuple[str, Span]]  # a fact by its fillers


@dataclass(frozen=True, slots=True)
class Ground:
    """What every new type is fitted against: the corpus as the last layer of the pivots sees it.

    ``masked`` are shipped types that are taken for unknown, to measure with: their chunks are no examples of
    what is none, and their rows are not begun from.
    """

    model: Model
    seen: Array  # [n, h + 1]
    masked: frozenset[str] = frozenset()

    @classmethod
    def of(cls, model: Model, corpus: Corpus, masked: Collection[str] = ()) -> Ground:
        """The ground of a corpus."""
        kinds = [model.heads.types.index(name) for name in masked]
        kept = ~corpus.part[:, kinds].any(1)
        return cls(model, model.heads.hidden.pivots(corpus.vectors[kept]), frozenset(masked))


@dataclass(frozen=True, slots=True)
class Learned:
    """A new type with what cross-fitting says of it.

    ``score`` is that of fillers, each fifth of the sentences read by rows of the others; ``unread`` are
    marked fillers that the reader takes for no chunk.
    """

    type: TaughtType
    threshold: float
    single: tuple[str, ...]
    score: Tally
    facts: int
    unread: tuple[str, ...]

    def settings(self) -> dict[str, Any]:
        """What the reader's settings get."""
        name = self.type.name
        return {"thresholds": {name: self.threshold}, "single": {name: list(self.single)}}


def learn(ground: Ground, fact_type: FactType, sentences: Sequence[Sentence], policy: Policy) -> Learned:
    """Rows, threshold and single roles of a new type."""
    likes = [name for name in ground.model.heads.types if name not in ground.masked]
    rows = fit_type(ground, fact_type, sentences, likes)
    single = tuple(_single(fact_type, sentences))
    policy = replace(policy, single={**policy.single, fact_type.name: single})
    read: list[tuple[Sentence, list[Proposal]]] = []
    for fold in range(_FOLDS):
        held = [one for one in sentences if one.number % _FOLDS == fold]
        others = [one for one in sentences if one.number % _FOLDS != fold]
        if held and any(_pivots(one) for one in others):
            reading = ground.model.knowing(
                taught(ground, [fit_type(ground, fact_type, others, [rows.like])], {})
            )
            read += [(one, _read(reading, fact_type.name, one)) for one in held]
    scores = {float(least): _score(fact_type.name, read, policy, float(least)) for least in _THRESHOLDS}
    best = max(scores, key=lambda least: (round(scores[least].f1, 6), -abs(least - policy.threshold)))
    return Learned(
        rows,
        best,
        single,
        scores[best],
        sum(len(one.seen.example.facts) for one in sentences),
        tuple(sorted(set(_unread(sentences)))),
    )


def taught(ground: Ground, types: Iterable[TaughtType], settings: Mapping[str, Any]) -> Taught:
    """New types on top of the shipped weights, whose own rows stay; those of masked types never speak."""
    heads = ground.model.heads
    shipped = np.zeros((len(heads.types), len(heads.hidden.pivot_bias) + 1), np.float32)
    shipped[[heads.types.index(name) for name in sorted(ground.masked)], -1] = _NEVER
    return Taught(ground.model.digest, shipped, tuple(types), settings)


def fit_type(
    ground: Ground, fact_type: FactType, sentences: Sequence[Sentence], likes: Iterable[str]
) -> TaughtType:
    """The rows of a new type: of its pivots against the corpus and the other chunks of the sentences, of its
    roles within its facts, seen as that of the shipped types ``likes`` sees them which makes it easiest."""
    heads = ground.model.heads
    marked = np.concatenate([heads.hidden.pivots(one.seen.vectors) for one in sentences])
    wanted = np.concatenate(
        [np.isin(np.arange(len(one.seen.chunks)), list(_pivots(one))) for one in sentences]
    )
    nothing = np.zeros(len(ground.seen))
    pivot = fit_pivot(
        np.concatenate([ground.seen, marked]),
        np.concatenate([nothing, wanted.astype(float)]),
        np.concatenate([nothing + 1, np.full(len(marked), _MARKED)]),
    )
    roles = tuple(fact_type.roles)
    told = list(_told(sentences, roles))
    begin = _begin(ground, roles)
    best: tuple[float, str, Array] | None = None
    for name in likes:
        kind = heads.types.index(name)
        seen = np.concatenate([one.seen.roles(ground.model, at, kind) for one, at, _ in told])
        rows, loss = fit_roles(seen.astype(float), np.concatenate([role for *_, role in told]), begin)
        if best is None or loss < best[0]:
            best = loss, name, rows
    assert best is not None  # there is one at least
    return TaughtType(fact_type.name, best[1], roles, pivot.astype(np.float32), best[2].astype(np.float32))


def _begin(ground: Ground, roles: Sequence[str]) -> Array:
    """The shipped rows of none and of the roles that other types have; zeros for new ones."""
    model, shipped = ground.model, ground.model.heads.hidden.role_rows
    masked = [model.heads.types.index(name) for name in ground.masked]
    hidden = model.heads.roles_of(masked)
    begin = np.zeros((1 + len(roles), shipped.shape[1] + 1))
    begin[0, :-1] = shipped[0]
    for row, role in enumerate(roles, 1):
        if role in model.heads.roles and role not in hidden:
            begin[row, :-1] = shipped[1 + model.heads.roles.index(role)]
    return begin


def _pivots(one: Sentence) -> set[int]:
    """The chunks on which the facts of a sentence stand."""
    spans = one.seen.spans
    return {spans[each.pivot] for each in one.seen.example.facts if each.pivot in spans}


def _told(sentences: Iterable[Sentence], roles: Sequence[str]) -> Iterator[tuple[Sentence, int, Array]]:
    """Each fact with its pivot and the role of every chunk, 0 for none."""
    for one in sentences:
        spans = one.seen.spans
        for each in one.seen.example.facts:
            if each.pivot in spans:
                wanted = np.zeros(len(one.seen.chunks), np.int64)
                for filler in each.fact.fillers:
                    if filler.span in spans:
                        wanted[spans[filler.span]] = 1 + roles.index(filler.role)
                yield one, spans[each.pivot], wanted


def _single(fact_type: FactType, sentences: Iterable[Sentence]) -> Iterator[str]:
    """The roles of which no marked fact has several fillers."""
    several = {
        role
        for one in sentences
        for each in one.seen.example.facts
        for role, count in Counter(filler.role for filler in each.fact.fillers).items()
        if count > 1
    }
    return (role for role in fact_type.roles if role not in several)


def _unread(sentences: Iterable[Sentence]) -> Iterator[str]:
    for one in sentences:
        for each in one.seen.example.facts:
            for filler in each.fact.fillers:
                row = one.seen.spans.get(filler.span)
                if row is None or not one.seen.found[row]:
                    yield filler.span.of(one.seen.example.text)


def _read(model: Model, name: str, one: Sentence) -> list[Proposal]:
    example = one.seen.example
    return [each for each in proposals(model, example.window, example.features) if each.type == name]


def _score(
    name: str, read: Iterable[tuple[Sentence, Sequence[Proposal]]], policy: Policy, least: float
) -> Tally:
    """Fillers, a fact itself as one, of what passes a threshold, against the marks."""
    at = replace(policy, thresholds={**policy.thresholds, name: least})
    total = Tally()
    for one, proposed in read:
        gold = [
            frozenset((filler.role, filler.span) for filler in each.fact.fillers)
            for each in one.seen.example.facts
        ]
        held = [each.proposal for each in decide(proposed, at) if each.verdict is Verdict.HELD]
        found = [frozenset((filler.role, filler.span) for filler in each.fillers) for each in held]
        total += _compared(gold, found)
    return total


def _compared(gold: Sequence[Filled], found: Sequence[Filled]) -> Tally:
    pairs = sorted(
        ((len(wish & fact), i, j) for i, wish in enumerate(gold) for j, fact in enumerate(found)),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    taken: dict[str, set[int]] = defaultdict(set)
    agreeing = 0
    for shared, i, j in pairs:
        if shared and i not in taken["gold"] and j not in taken["found"]:
            taken["gold"].add(i)
            taken["found"].add(j)
            agreeing += 1 + shared
    return Tally(agreeing, sum(1 + len(fact) for fact in found), sum(1 + len(fact) for fact in gold))
