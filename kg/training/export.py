"""The trained network to the folder that kg.reader loads: graphs without weights, weights in 8 bits,
the scheme."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import nn

from kg.reader.model import GRAPHS, SCHEME, TOKENIZER, WEIGHTS, packed
from kg.training.learning import MODALITIES, Scheme
from kg.training.network import WIDTH, Network

_OPSET = 17
_SMALL = 64  # numbers; what is smaller stays in the graph


class _OneWindow(nn.Module):
    """Characters of one window, without the batch's dimension."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.characters = network.characters

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(output[0] for output in self.characters(*(each[None] for each in inputs)))


def _examples(
    network: Network,
) -> dict[str, tuple[nn.Module, dict[str, tuple[torch.Tensor, dict[int, str]]], list[str]]]:
    """For each graph its module, its inputs with their dynamic sides, and the names of its outputs."""
    ids = (torch.zeros(12, dtype=torch.long), {0: "pieces"})
    line = (torch.zeros(20, dtype=torch.long), {0: "characters"})
    chunks = (torch.tensor([1, 4, 9]), {0: "chunks"})
    ends = (torch.tensor([3, 6, 12]), {0: "chunks"})
    facts = (torch.tensor([0, 2]), {0: "facts"})
    square = (torch.zeros(3, 3, dtype=torch.long), {0: "chunks", 1: "chunks"})
    table = (torch.zeros(2, 3, dtype=torch.long), {0: "facts", 1: "chunks"})
    names = ("piece", "character", "inside", "values", "names")
    return {
        "characters": (
            _OneWindow(network),
            {"ids": ids, **dict.fromkeys(names, line)},
            ["x", "chunk", "trigger"],
        ),
        "chunks": (
            network.chunks,
            {
                "x": (torch.zeros(20, WIDTH), {0: "characters"}),
                "start": chunks,
                "end": ends,
                "kind": chunks,
                "place": square,
            },
            ["vectors", "pivots", "leads", "references"],
        ),
        "roles": (
            network.roles,
            {
                "c": (torch.zeros(3, WIDTH), {0: "chunks"}),
                "pivot": facts,
                "kind": facts,
                "place": table,
                "step": table,
            },
            ["roles", "modality"],
        ),
    }


def export(
    network: Network, scheme: Scheme, tokenizer: Tokenizer, folder: Path, settings: Mapping[str, Any]
) -> None:
    """Write the folder; ``settings`` go into the scheme (thresholds, calibration, where the weights
    are from)."""
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    weights: dict[str, np.ndarray] = {}
    names: dict[str, list[str]] = {}
    for graph, (module, inputs, outputs) in _examples(network).items():
        model = _graph(module, inputs, outputs)
        names[graph] = []
        for initializer in model.graph.initializer:
            array = numpy_helper.to_array(initializer)
            if array.dtype == np.float32 and array.size >= _SMALL:
                weights[f"{graph}/{initializer.name}"] = array
                names[graph].append(initializer.name)
                _make_external(initializer, array.nbytes)
        (folder / f"{graph}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    arrays: dict[str, Any] = dict(packed(weights))
    np.savez_compressed(folder / WEIGHTS, **arrays)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    text = json.dumps(
        {
            "format": 1,
            "types": scheme.types,
            "roles": scheme.roles,
            "modalities": MODALITIES,
            "weights": {graph: names[graph] for graph in GRAPHS},
            **settings,
        },
        ensure_ascii=False,
        indent=1,
    )
    (folder / SCHEME).write_text(text + "\n", encoding="utf-8")


def _graph(
    module: nn.Module, inputs: Mapping[str, tuple[torch.Tensor, dict[int, str]]], outputs: list[str]
) -> onnx.ModelProto:
    written = io.BytesIO()
    module.eval()
    torch.onnx.export(
        module,
        tuple(tensor for tensor, _ in inputs.values()),
        written,
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes={name: sides for name, (_, sides) in inputs.items()},
        opset_version=_OPSET,
        dynamo=False,
    )
    return onnx.load_from_string(written.getvalue())


def _make_external(initializer: onnx.TensorProto, size: int) -> None:
    """The weight is given when the graph is loaded: the graph names a file that is never read."""
    initializer.ClearField("raw_data")
    initializer.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "weights"), ("offset", "0"), ("length", str(size))):
        entry = initializer.external_data.add()
        entry.key, entry.value = key, value
