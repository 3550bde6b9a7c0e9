"""What the network is told to say of an example, and how far from it it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from kg.reader.chunks import Chunk, kinds, labelled, mark_counts, marked, places, steps
from kg.reader.features import character_codes
from kg.training.corpus import Example
from kg.training.network import Network
from kg.types import Modality, Span

MODALITIES = tuple(Modality)
_MARK_LEFT_OUT = 0.85  # of the marks that a filler covers; the rest are judged beside it
_WRONG_CHUNK = 0.5  # of equal characters from which a chunk found is a filler with other bounds


@dataclass(frozen=True, slots=True)
class Scheme:
    """The types and roles that the network knows, in the order of its rows."""

    types: tuple[str, ...]
    roles: tuple[str, ...]
    allowed: tuple[tuple[bool, ...], ...]

    @classmethod
    def of(cls, roles: Mapping[str, Sequence[str]]) -> Scheme:
        """The scheme of fact types with their roles."""
        types = tuple(sorted(roles))
        names = tuple(sorted({role for each in roles.values() for role in each}))
        return cls(types, names, tuple(tuple(name in roles[kind] for name in names) for kind in types))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example in the window's own places."""

    example: Example
    spans: frozenset[Chunk]
    triggers: frozenset[Chunk]
    marks: np.ndarray
    codes: np.ndarray


def prepare(example: Example) -> Prepared:
    """Lead the document's spans to the window's places, and leave out those that are not in it."""
    place = {int(at): index for index, at in enumerate(example.window.at) if at >= 0}

    def local(spans: Sequence[Span]) -> frozenset[Chunk]:
        found = set()
        for span in spans:
            start, end = place.get(span.start), place.get(span.end - 1)
            if start is not None and end is not None and end - start == len(span) - 1:
                found.add((start, end + 1))
        return frozenset(found)

    return Prepared(
        example,
        local(example.spans),
        local(example.triggers),
        mark_counts(example.window.text),
        character_codes(example.window.text),
    )


def _labels(spans: frozenset[Chunk], length: int) -> np.ndarray:
    labels = np.zeros(length, np.int64)
    for start, end in sorted(spans, key=lambda chunk: chunk[0] - chunk[1]):
        if not labels[start:end].any():
            labels[start] = 1
            labels[start + 1 : end] = 2
    return labels


def _negatives(prepared: Prepared, found: Sequence[Chunk], random: Random) -> set[Chunk]:
    """Chunks that fill nothing: what the network takes for one, and values and names beside the fillers."""
    taken = np.zeros(len(prepared.codes), bool)
    for start, end in prepared.spans:
        taken[start:end] = True
    result = set()
    for start, end in found:
        if np.count_nonzero(taken[start:end]) < _WRONG_CHUNK * (end - start):
            result.add((start, end))
    features = prepared.example.features
    for feature in (features.values, features.names):
        for start, end in marked(feature):
            if not taken[start:end].all() or random.random() > _MARK_LEFT_OUT:
                result.add((start, end))
    return result


def batch_tensors(prepared: Sequence[Prepared]) -> dict[str, Tensor]:
    """The windows of a batch side by side, padded."""
    pieces = max(len(p.example.window.pieces) for p in prepared)
    length = max(len(p.codes) for p in prepared)
    shape = {"ids": pieces}
    names = ("ids", "piece", "character", "inside", "values", "names")
    arrays = {name: np.zeros((len(prepared), shape.get(name, length)), np.int64) for name in names}
    arrays["ids"] += 1
    mask = np.zeros((len(prepared), 1, 1, pieces), bool)
    for row, p in enumerate(prepared):
        window, features = p.example.window, p.example.features
        mask[row, ..., : len(window.pieces)] = True
        rows = (window.pieces, window.piece, p.codes, window.inside, features.values, features.names)
        for name, values in zip(names, rows, strict=True):
            arrays[name][row, : len(values)] = values
    return {
        **{name: torch.from_numpy(array) for name, array in arrays.items()},
        "mask": torch.from_numpy(mask),
    }


def batch_loss(
    network: Network, scheme: Scheme, batch: Sequence[Prepared], random: Random
) -> tuple[Tensor, list[float]]:
    """The loss a window, and its parts: chunks, triggers, pivots, roles, modality, references."""
    x, chunk_scores, trigger_scores = network.characters(**batch_tensors(batch))
    x, chunk_scores, trigger_scores = x.float(), chunk_scores.float(), trigger_scores.float()
    parts = [torch.zeros(()) for _ in range(6)]
    found = chunk_scores.detach().argmax(-1).numpy()
    for row, prepared in enumerate(batch):
        length = len(prepared.codes)
        for index, (scores, spans) in enumerate(
            ((chunk_scores, prepared.spans), (trigger_scores, prepared.triggers))
        ):
            labels = torch.from_numpy(_labels(spans, length))
            parts[index] = parts[index] + F.cross_entropy(scores[row, :length], labels, reduction="sum")
        wrong = _negatives(prepared, labelled(found[row, :length]), random)
        chunks = sorted(prepared.spans | prepared.triggers | wrong)
        if chunks:
            for index, value in enumerate(
                _chunk_losses(network, scheme, prepared, x[row], chunks, random), 2
            ):
                parts[index] = parts[index] + value
    weights = (0.3, 0.5, 1.0, 1.0, 0.5, 0.5)
    total = sum(w * part for w, part in zip(weights, parts, strict=True)) / len(batch) / 20
    return total, [float(part.detach()) / len(batch) for part in parts]


def _chunk_losses(
    network: Network, scheme: Scheme, prepared: Prepared, x: Tensor, chunks: Sequence[Chunk], random: Random
) -> list[Tensor]:
    example = prepared.example
    starts, ends = (np.array(side) for side in zip(*chunks, strict=True))
    sentences = example.window.sentence[starts]
    index = {chunk: number for number, chunk in enumerate(chunks)}
    by_span = {
        example.window.span(*chunk): number for chunk, number in index.items() if _is_whole(example, chunk)
    }
    every = np.arange(len(chunks))
    place = places(starts, sentences, every)
    vectors, pivot_scores, lead_scores, reference_scores = network.chunks(
        x, *map(torch.from_numpy, (starts, ends, kinds(example.features, chunks), place))
    )
    wanted = np.zeros((len(chunks), len(scheme.types)), np.float32)
    weight = np.ones_like(wanted)
    weight[starts < example.window.core] = 0
    rows: list[tuple[int, int, int, np.ndarray]] = []
    for pivoted in example.facts:
        number = by_span.get(pivoted.pivot)
        fact = pivoted.fact
        if number is None or fact.type not in scheme.types:
            continue
        kind = scheme.types.index(fact.type)
        wanted[number, kind] = 1
        if fact.optional:
            weight[number, kind] = 0
        else:
            weight[number, kind] = 2
        roles = np.zeros(len(chunks), np.int64)
        for filler in fact.fillers:
            at = by_span.get(filler.span)
            if at is not None and (not roles[at] or random.random() < 0.5):
                roles[at] = 1 + scheme.roles.index(filler.role)
        rows.append((number, kind, MODALITIES.index(fact.modality), roles))
    pivot_loss = F.binary_cross_entropy_with_logits(
        pivot_scores, torch.from_numpy(wanted), weight=torch.from_numpy(weight), reduction="sum"
    )
    losses = [pivot_loss, torch.zeros(()), torch.zeros(())]
    if rows:
        pivot = np.array([row[0] for row in rows])
        role_scores, modality_scores = network.roles(
            vectors,
            *(
                torch.from_numpy(array)
                for array in (
                    pivot,
                    np.array([row[1] for row in rows]),
                    places(starts, sentences, pivot),
                    steps(starts, prepared.marks, pivot),
                )
            ),
        )
        target = torch.from_numpy(np.stack([row[3] for row in rows]))
        losses[1] = F.cross_entropy(role_scores.flatten(0, 1), target.flatten(), reduction="sum")
        modality = torch.tensor([row[2] for row in rows])
        losses[2] = F.cross_entropy(modality_scores, modality, reduction="sum")
    return [*losses, _reference_loss(prepared, chunks, by_span, lead_scores, reference_scores)]


def _is_whole(example: Example, chunk: Chunk) -> bool:
    at = example.window.at[chunk[0] : chunk[1]]
    return bool(at[0] >= 0 and at[-1] - at[0] == len(at) - 1)


def _reference_loss(
    prepared: Prepared,
    chunks: Sequence[Chunk],
    by_span: Mapping[Span, int],
    lead_scores: Tensor,
    reference_scores: Tensor,
) -> Tensor:
    """Each filler that stands for something leads to the nearest chunk that names it."""
    example = prepared.example
    fillers = [(by_span[span], names) for span, names in example.meant.items() if span in by_span]
    judged = [index[0] for index in fillers] + [
        number
        for chunk, number in zip(chunks, range(len(chunks)), strict=True)
        if chunk in prepared.spans and number not in {index for index, _ in fillers}
    ]
    if not judged:
        return torch.zeros(())
    wanted = np.zeros((len(chunks), len(chunks)), np.float32)
    is_reference = np.zeros(len(chunks), np.float32)
    texts = [example.window.text[start:end] for start, end in chunks]
    for number, names in fillers:
        for name in names:
            if name == texts[number]:
                continue
            is_reference[number] = 1
            same = [other for other, text in enumerate(texts) if text == name and other != number]
            if same:
                wanted[number, min(same, key=lambda other: (other > number, abs(other - number)))] = 1
    rows = torch.tensor(sorted(judged))
    lead = F.binary_cross_entropy_with_logits(
        lead_scores[rows],
        torch.from_numpy(wanted)[rows],
        weight=1 + 4 * torch.from_numpy(wanted)[rows],
        reduction="sum",
    )
    told = F.binary_cross_entropy_with_logits(
        reference_scores[rows], torch.from_numpy(is_reference)[rows], reduction="sum"
    )
    return 0.5 * lead + 0.5 * told
