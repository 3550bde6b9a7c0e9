"""Fitting: epochs over the examples, each with a checkpoint from which the next run goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch

from kg.training.learning import Prepared, Scheme, batch_loss
from kg.training.network import Network

_WARM_UP = 0.06  # of the steps
_LEAST_RATE = 0.02  # of the full rate
_AVERAGING = 0.003  # weight of the newest step in the running mean of the weights
_SORTED = 16  # batches that are sorted by length together


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit: epochs, the learning rates of encoder and heads, windows a batch."""

    epochs: int = 6
    encoder_rate: float = 1.2e-4
    head_rate: float = 1e-3
    batch: int = 3
    seed: int = 1
    bf16: bool = True


def fit(
    network: Network,
    scheme: Scheme,
    examples: Sequence[Prepared],
    plan: Plan,
    checkpoint: Path,
    tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
) -> None:
    """Train the network; what ``checkpoint`` holds of this plan is not done again.

    The file holds the state, the running mean of the weights (``mean``), the optimizer's, and the
    epochs done.
    """
    torch.manual_seed(plan.seed)
    encoder = [p for n, p in network.named_parameters() if ".encoder." in n]
    heads = [p for n, p in network.named_parameters() if ".encoder." not in n]
    rates = (plan.encoder_rate, plan.head_rate)
    optimizer = torch.optim.AdamW(
        [{"params": group, "lr": rate} for group, rate in zip((encoder, heads), rates, strict=True)],
        weight_decay=0.01,
        fused=True,
    )
    mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
    done = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(saved["state"])
        optimizer.load_state_dict(saved["optimizer"])
        mean, done = saved["mean"], saved["epochs"]
        tell(f"{checkpoint} has {done} of {plan.epochs} epochs")
    steps = plan.epochs * -(-len(examples) // plan.batch)
    for epoch in range(done, plan.epochs):
        random = Random(plan.seed * 1000 + epoch)
        torch.manual_seed(plan.seed * 1000 + epoch)
        network.train()
        started, sums = time.monotonic(), np.zeros(6)
        batches = _batches(examples, plan.batch, random)
        for number, batch in enumerate(batches):
            step = epoch * len(batches) + number
            rate = min(1.0, (step + 1) / (steps * _WARM_UP)) * max(_LEAST_RATE, 1 - step / steps)
            for group, full in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = full * rate
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.bf16):
                loss, parts = batch_loss(network, scheme, batch, random)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    mean[name].lerp_(value, _AVERAGING)
            sums += parts
            if number % 100 == 99:
                shown = " ".join(f"{value:.1f}" for value in sums / (number + 1))
                tell(f"epoch {epoch + 1} of {plan.epochs}, {number + 1} of {len(batches)}: {shown}")
        torch.save(
            {
                "state": network.state_dict(),
                "mean": mean,
                "optimizer": optimizer.state_dict(),
                "epochs": epoch + 1,
            },
            checkpoint.with_suffix(".new"),
        )
        checkpoint.with_suffix(".new").replace(checkpoint)
        tell(f"epoch {epoch + 1} of {plan.epochs} took {time.monotonic() - started:.0f} s")
    network.load_state_dict(mean)


def _batches(examples: Sequence[Prepared], size: int, random: Random) -> list[list[Prepared]]:
    """All examples in random order, those of a batch of about one length."""
    shuffled = list(examples)
    random.shuffle(shuffled)
    batches = []
    for start in range(0, len(shuffled), size * _SORTED):
        near = sorted(shuffled[start : start + size * _SORTED], key=lambda p: len(p.example.window.pieces))
        batches += [near[i : i + size] for i in range(0, len(near), size)]
    random.shuffle(batches)
    return batches
