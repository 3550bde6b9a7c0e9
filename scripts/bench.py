#!/usr/bin/env python3
"""Characters a second through each stage, and where the time goes: `make bench`.

The best of some runs is taken: what is slower was the machine's doing. Loading the ontology is timed
apart, as it is paid once a process.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kg.table import format_table

ROOT = Path(__file__).resolve().parent.parent
Stage = tuple[str, Callable[[Any], Any]]


def time_stages(stages: Sequence[Stage], given: object, *, runs: int) -> dict[str, float]:
    """Seconds that each stage takes, the best of the runs; each is given what the one before it made."""
    best = {name: float("inf") for name, _ in stages}
    for _ in range(runs):
        value = given
        for name, stage in stages:
            start = time.perf_counter()
            value = stage(value)
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def format_times(seconds: dict[str, float], characters: int) -> str:
    """A table of the stages and their sum."""
    total = sum(seconds.values())
    rows = [
        (
            name,
            f"{1000 * s:,.1f}",
            f"{characters / s:,.0f}" if s else "-",
            f"{s / total:.0%}" if total else "-",
        )
        for name, s in [*seconds.items(), ("in all", total)]
    ]
    return format_table(("stage", "ms", "characters/s", "share"), rows, numeric=[1, 2, 3])


def make_stages(ontology: Any) -> list[Stage]:
    """The stages of one document, in the pipeline's order."""
    from kg.pipeline import Extractor

    extractor = Extractor(ontology)
    return [("extract", lambda documents: [extractor.extract(document) for document in documents])]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="*", default=[str(ROOT / "seeds")])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()

    from kg.ontology import load_ontology
    from kg.resources import ontology_dir
    from kg.sources import read_sources
    from kg.types import Document

    start = time.perf_counter()
    ontology = load_ontology(ontology_dir())
    print(f"ontology loaded in {1000 * (time.perf_counter() - start):,.0f} ms")
    documents = [d for d in read_sources(arguments.sources) if isinstance(d, Document)]
    characters = sum(len(document.text) for document in documents)
    print(f"{len(documents)} documents, {characters:,} characters, best of {arguments.runs} runs\n")
    print(format_times(time_stages(make_stages(ontology), documents, runs=arguments.runs), characters))


if __name__ == "__main__":
    main()
