"""The network as ONNX Runtime computes it: three graphs that share one file of weights.

The weights stand in 8 bits with a scale for each 32 of a row and are made fp32 when they are loaded.
One window is one run on one thread, so that a sentence has the same numbers whatever is read beside it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.errors import OntologyError
from kg.files import show_path
from kg.reader.heads import Heads, Hidden, Taught

# The wheels of ONNX Runtime 1.32 tell Microsoft of their use, by a thread that starts with the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime as ort

GRAPHS = ("characters", "chunks", "roles")
BLOCK = 32  # weights with one scale
SCHEME, TOKENIZER, WEIGHTS = "reader.json", "pieces.json", "weights.npz"
_FORMAT = 1

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of a folder, ready to run; ``types`` and ``roles`` are in the order of their rows.

    ``shared`` are, for each type, the pairs of roles that one filler may have; ``heads`` know what was
    taught.
    """

    types: tuple[str, ...]
    roles: tuple[str, ...]
    modalities: tuple[str, ...]
    settings: Mapping[str, Any]
    tokenizer: Tokenizer
    sessions: Mapping[str, ort.InferenceSession]
    heads: Heads
    digest: str  # of the shipped weights
    shared: Mapping[str, Set[frozenset[str]]] = field(default_factory=dict)

    def run(self, graph: str, **inputs: Array) -> list[NDArray[np.float32]]:
        """The outputs of one of the graphs."""
        result: list[NDArray[np.float32]] = self.sessions[graph].run(None, inputs)
        return result

    def knowing(self, taught: Taught | None) -> Model:
        """The shipped model with what was taught in the place of what it knew before; None for nothing.

        OntologyError where that was taught on other weights.
        """
        heads = replace(self.heads, taught=taught)
        settings = dict(self.settings)
        if taught is not None:
            if taught.reader != self.digest or not {each.like for each in taught.types} <= set(heads.types):
                raise OntologyError("what was taught belongs to another reader; run `kg teach --adopt` again")
            for name, more in taught.settings.items():
                settings[name] = {**settings.get(name, {}), **more}
        return replace(self, heads=heads, types=heads.all_types, roles=heads.all_roles, settings=settings)


def load_model(folder: Path) -> Model:
    """Read a reader's folder; OntologyError says what is missing or of another version."""
    missing = [
        name
        for name in (SCHEME, TOKENIZER, WEIGHTS, *(f"{graph}.onnx" for graph in GRAPHS))
        if not (folder / name).is_file()
    ]
    if missing:
        raise OntologyError(f"{show_path(folder)}: the reader lacks {', '.join(missing)}; install kg again")
    scheme = json.loads((folder / SCHEME).read_text(encoding="utf-8"))
    if scheme.get("format") != _FORMAT:
        raise OntologyError(
            f"{show_path(folder / SCHEME)}: a reader of format {scheme.get('format')}, not {_FORMAT}"
        )
    content = (folder / WEIGHTS).read_bytes()
    with np.load(io.BytesIO(content)) as packed:
        weights = dict(unpacked(packed))
    types, roles = tuple(scheme["types"]), tuple(scheme["roles"])
    sessions = {}
    for graph in GRAPHS:
        own = ort.SessionOptions()
        own.intra_op_num_threads = 1
        own.inter_op_num_threads = 1
        own.log_severity_level = 3  # errors
        names = scheme["weights"][graph]
        own.add_external_initializers(
            names, [ort.OrtValue.ortvalue_from_numpy(weights[f"{graph}/{name}"]) for name in names]
        )
        sessions[graph] = ort.InferenceSession(
            (folder / f"{graph}.onnx").read_bytes(), own, providers=["CPUExecutionProvider"]
        )
    return Model(
        types,
        roles,
        tuple(scheme["modalities"]),
        scheme,
        Tokenizer.from_file(str(folder / TOKENIZER)),
        sessions,
        Heads(Hidden.of(weights, scheme["weights"]), types, roles),
        hashlib.sha256(content).hexdigest(),
        {kind: frozenset(map(frozenset, pairs)) for kind, pairs in scheme.get("shared", {}).items()},
    )


def packed(weights: Mapping[str, Array]) -> dict[str, Array]:
    """Arrays for a file: 8 bits with an fp16 scale for each 32 weights where there are many, fp16 elsewhere.

    >>> numbers = np.linspace(-1, 1, 8192, dtype=np.float32).reshape(64, 128)
    >>> restored = dict(unpacked(packed({"a": numbers})))["a"]
    >>> restored.shape, bool(abs(restored - numbers).max() < 0.01)
    ((64, 128), True)
    """
    result: dict[str, Array] = {}
    for name, array in weights.items():
        if array.ndim < 2 or array.size % BLOCK or array.size < 4096:
            result[name] = array.astype(np.float16)
            continue
        rows = array.reshape(-1, BLOCK)
        scales = (np.abs(rows).max(1, keepdims=True) / 127 + 1e-12).astype(np.float16)
        safe = np.maximum(scales.astype(np.float32), 1e-8)
        result[f"{name}|numbers"] = np.clip(np.round(rows / safe), -127, 127).astype(np.int8)
        result[f"{name}|scales"] = scales
        result[f"{name}|shape"] = np.array(array.shape)
    return result


def unpacked(arrays: Mapping[str, Array]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The weights in fp32, by name."""
    for key in arrays:
        name, _, part = key.partition("|")
        if not part:
            yield name, arrays[key].astype(np.float32)
        elif part == "numbers":
            numbers = arrays[key].astype(np.float32) * arrays[f"{name}|scales"].astype(np.float32)
            yield name, numbers.reshape(arrays[f"{name}|shape"])
