"""A window to proposed facts: the network's graphs run one after the other, chunks found in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.annotations import Proposal, ProposedFiller
from kg.reader.chunks import Chunk, candidates, kinds, labelled, mark_counts, places, steps
from kg.reader.features import Features, character_codes
from kg.reader.model import Model
from kg.reader.windows import Window
from kg.types import Modality, Span

LEAST_PIVOT = 0.1  # probability; what is less is never a fact
LEAST_FILLER = 0.2
_BOTH = 0.25  # from which a chunk fills two roles of a fact that may share one: of 互访 visitor and host
LEAST_LEAD = 0.3


def _sigmoid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = (1 / (1 + np.exp(-scores))).astype(np.float32)
    return result


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    result: NDArray[np.float32] = powers / powers.sum(-1, keepdims=True)
    return result


def read_characters(model: Model, window: Window, features: Features) -> list[NDArray[np.float32]]:
    """The vectors of a window's characters, and how they are labelled: in chunks, and in triggers."""
    return model.run(
        "characters",
        ids=window.pieces,
        piece=window.piece,
        character=character_codes(window.text),
        inside=window.inside,
        values=features.values,
        names=features.names,
    )


def proposals(model: Model, window: Window, features: Features) -> list[Proposal]:
    """The facts whose pivots stand in the window's core, those of little probability left out."""
    x, chunk_scores, trigger_scores = read_characters(model, window, features)
    found = [*labelled(chunk_scores.argmax(-1)), *labelled(trigger_scores.argmax(-1))]
    chunks = candidates(window, features, found)
    if not chunks:
        return []
    starts, ends = (np.array(side) for side in zip(*chunks, strict=True))
    sentences = window.sentence[starts]
    vectors, pivot_scores, lead_scores, reference_scores = model.run(
        "chunks",
        x=x,
        start=starts,
        end=ends,
        kind=kinds(features, chunks),
        place=places(starts, sentences, np.arange(len(chunks))),
    )
    likely = _sigmoid(model.heads.pivots(vectors, pivot_scores))
    pivot, kind = np.nonzero((likely > LEAST_PIVOT) & (starts >= window.core)[:, None])
    if not len(pivot):
        return []
    place, step = places(starts, sentences, pivot), steps(starts, mark_counts(window.text), pivot)
    role_scores, modality_scores = model.run(
        "roles", c=vectors, pivot=pivot, kind=model.heads.shipped(kind), place=place, step=step
    )
    role_scores = model.heads.judge(role_scores, vectors, pivot, kind, place, step)
    reading = _Reading(
        model,
        window,
        chunks,
        _softmax(role_scores),
        [model.shared.get(model.types[number], frozenset()) for number in kind],
        _sigmoid(lead_scores),
        _sigmoid(reference_scores),
    )
    modality = _softmax(modality_scores)
    return [
        Proposal(
            model.types[kind[row]],
            Modality(model.modalities[int(modality[row].argmax())]),
            window.span(*chunks[pivot[row]]),
            float(likely[pivot[row], kind[row]]),
            float(modality[row].max()),
            tuple(reading.fillers(row)),
            rival=float(np.delete(likely[pivot[row]], kind[row]).max()),
        )
        for row in range(len(pivot))
    ]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Chunks and probabilities of one window."""

    model: Model
    window: Window
    chunks: Sequence[Chunk]
    roles: NDArray[np.float32]  # [facts, chunks, none and roles]
    shared: Sequence[Set[frozenset[str]]]  # [facts]: the pairs of roles that one chunk may fill
    leads: NDArray[np.float32]  # [chunks, chunks]
    refers: NDArray[np.float32]  # [chunks]

    def fillers(self, fact: int) -> Iterator[ProposedFiller]:
        scores = self.roles[fact]
        for number in np.nonzero(1 - scores[:, 0] > LEAST_FILLER)[0].tolist():
            best = int(scores[number, 1:].argmax())
            both = [role for role in np.nonzero(scores[number, 1:] > _BOTH)[0].tolist() if role != best]
            names = self.model.roles
            both = [role for role in both if frozenset((names[role], names[best])) in self.shared[fact]]
            for role in [best, *both]:
                probability = float(1 - scores[number, 0]) if both else float(scores[number, 1 + role])
                yield ProposedFiller(
                    self.model.roles[role],
                    self.window.span(*self.chunks[number]),
                    probability,
                    tuple(self._led(number)),
                    float(self.refers[number]),
                )

    def _led(self, number: int) -> Iterator[Span]:
        """The likeliest first."""
        row = self.leads[number]
        for other in sorted(np.nonzero(row > LEAST_LEAD)[0].tolist(), key=lambda index: (-row[index], index)):
            if other != number:
                yield self.window.span(*self.chunks[other])
