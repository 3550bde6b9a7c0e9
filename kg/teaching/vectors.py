"""The vectors of chunks that last layers are fitted on: of a user's sentences, and of the shipped corpus.

The corpus's are computed once and kept in a folder of the user's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.files import whole_file
from kg.reader.chunks import Chunk, candidates, kinds, labelled, mark_counts, places, steps
from kg.reader.decoding import read_characters
from kg.reader.model import Model
from kg.training.corpus import Annotated, Example, ExampleMaker
from kg.types import Span

CACHE = ".teaching"  # below the user's ontology
_ONE_IN = 4  # windows of the corpus
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A window as the last layers see it. Arrays have a row for each of its ``chunks``.

    ``spans`` lead the chunks' spans in the document to their rows; ``found`` are those that the reader itself
    takes for chunks, the others stand in the annotation alone; ``core`` those at which a fact may stand.
    """

    example: Example
    chunks: tuple[Chunk, ...]
    spans: Mapping[Span, int]
    found: Array
    core: Array
    vectors: Array  # [n, d]
    scores: Array  # [n, shipped types], of the shipped pivots
    starts: Array
    sentences: Array

    def roles(self, model: Model, pivot: int, kind: int) -> Array:
        """What the last layer of the roles sees of the chunks, for a pivot of a shipped type: [n, h + 1]."""
        at = np.array([pivot])
        place = places(self.starts, self.sentences, at)
        step = steps(self.starts, mark_counts(self.example.window.text), at)
        seen: Array = model.heads.hidden.roles(self.vectors, at, kind, place, step)[0]
        return seen


def see(model: Model, example: Example) -> Seen | None:
    """The chunks of a window, those of its annotation among them; None where it has none."""
    window, features = example.window, example.features
    x, chunk_scores, trigger_scores = read_characters(model, window, features)
    labels = [*labelled(chunk_scores.argmax(-1)), *labelled(trigger_scores.argmax(-1))]
    found = set(candidates(window, features, labels))
    place = {int(at): index for index, at in enumerate(window.at) if at >= 0}
    said = {
        (place[span.start], place[span.start] + len(span))
        for span in (*example.spans, *example.triggers)
        if span.start in place and place.get(span.end - 1) == place[span.start] + len(span) - 1
    }
    chunks = sorted(found | said)
    if not chunks:
        return None
    starts, ends = (np.array(side) for side in zip(*chunks, strict=True))
    sentences = window.sentence[starts]
    vectors, scores, _, _ = model.run(
        "chunks",
        x=x,
        start=starts,
        end=ends,
        kind=kinds(features, chunks),
        place=places(starts, sentences, np.arange(len(chunks))),
    )
    return Seen(
        example,
        tuple(chunks),
        {window.span(*chunk): number for number, chunk in enumerate(chunks)},
        np.array([chunk in found for chunk in chunks]),
        starts >= window.core,
        vectors,
        scores,
        starts,
        sentences,
    )


@dataclass(frozen=True, slots=True)
class Corpus:
    """Chunks of the corpus: ``vectors`` [n, d], the shipped ``scores`` [n, types], and of which types each
    is a ``pivot`` or a ``part``, [n, types]."""

    vectors: Array
    scores: Array
    pivot: Array
    part: Array


def corpus_vectors(
    model: Model, maker: ExampleMaker, documents: Callable[[], Sequence[Annotated]], folder: Path
) -> Corpus:
    """The chunks of every fourth window of the documents, from the folder where they are kept."""
    key = hashlib.sha256(f"{model.digest} {_ONE_IN}".encode()).hexdigest()[:16]
    path = folder / f"corpus-{key}.npz"
    if path.is_file():
        try:
            with np.load(path, allow_pickle=False) as kept:
                return Corpus(kept["vectors"].astype(np.float32), kept["scores"], kept["pivot"], kept["part"])
        except (OSError, ValueError, KeyError, EOFError):
            pass  # cut short: made again
    rows = list(_rows(model, maker, documents()))
    vectors, scores, pivot, part = (np.concatenate(column) for column in zip(*rows, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    half = vectors.astype(np.float16)
    with whole_file(path) as file:
        np.savez(file, vectors=half, scores=scores, pivot=pivot, part=part)
    return Corpus(half.astype(np.float32), scores, pivot, part)


def _rows(
    model: Model, maker: ExampleMaker, documents: Iterable[Annotated]
) -> Iterator[tuple[Array, Array, Array, Array]]:
    types = model.heads.types
    windows = (example for document in documents for example in maker.examples(document))
    for number, example in enumerate(windows):
        if number % _ONE_IN:
            continue
        seen = see(model, example)
        if seen is None:
            continue
        pivot = np.zeros((len(seen.chunks), len(types)), bool)
        part = np.zeros_like(pivot)
        for each in example.facts:
            if each.fact.type in types:
                kind = types.index(each.fact.type)
                spans = [each.pivot, *(filler.span for filler in each.fact.fillers)]
                part[[seen.spans[span] for span in spans if span in seen.spans], kind] = True
                if each.pivot in seen.spans:
                    pivot[seen.spans[each.pivot], kind] = True
        yield seen.vectors[seen.core], seen.scores[seen.core], pivot[seen.core], part[seen.core]
