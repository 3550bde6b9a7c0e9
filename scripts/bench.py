#!/usr/bin/env python3
"""Characters a second through the whole of extraction and each of its stages: `make bench`.

The documents are read again and again until some 200,000 characters have gone through, each time under
another name, on one core. The speeds are measured first; then once more with a watch around each stage,
which costs some five in a hundred. A stage's time is its own, without that of the stages it calls, and the
processor's, so that other programs do not count. Graph and store come after, so that the store's cache and
threads do not slow what is measured before.

"Each once" reads the documents without repetition. "As one document" reads the documents joined, so
that a stage whose time grows faster than the text shows itself. Start-up is by the clock:
Python, the libraries, the ontology and the reader.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from kg.table import format_table

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "dev"
LONG = 60_000  # characters of the joined document

# What is timed as which stage: where a function or method is looked up when it is called.
STAGES = {
    "text": ["kg.pipeline:split_passages"],
    "values": ["kg.mentions.values:find_times", "kg.mentions.values:find_quantities"],
    "tokens": ["kg.mentions:ValueTokenizer.doc"],
    "network": ["kg.reader.model:Model.run"],
    "reader": ["kg.mentions:ReaderComponent.__call__"],
    "names": ["kg.mentions:NamesComponent.__call__"],
    "linking": ["kg.pipeline:link", "kg.pipeline:find_slips"],
    "facts": ["kg.pipeline:FactReader.read"],
    "assembly": ["kg.pipeline:Extractor._steps"],
    "graph": ["kg.checks.conforming:quads"],
    "store": ["kg.store:OxigraphStore.replace"],
}
EXTRACTION = tuple(STAGES)[:-2]
START_UP = (
    "from kg.ontology import load_ontology; from kg.pipeline import Extractor; "
    "from kg.resources import ontology_dir; Extractor(load_ontology(ontology_dir()))"
)


class Watch:
    """Sums up the time of each stage, that of stages called within it left out."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._inner: list[float] = []

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed as the stage."""

        @wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            start = time.thread_time()
            try:
                value = function(*arguments, **options)
                return list(value) if isinstance(value, Iterator) else value
            finally:
                spent = time.thread_time() - start
                self.seconds[stage] += spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return timed

    def attach(self) -> None:
        """Put the watch around all that STAGES names."""
        for stage, places in STAGES.items():
            for place in places:
                module, _, path = place.partition(":")
                owner: Any = importlib.import_module(module)
                *outer, name = path.split(".")
                for part in outer:
                    owner = getattr(owner, part)
                setattr(owner, name, self.around(stage, getattr(owner, name)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="*", help="files or folders (default: seeds/, ../shared/dev)")
    parser.add_argument("--characters", type=int, default=200_000, help="how many to read (200000)")
    arguments = parser.parse_args()
    _use_one_core()
    print(f"start-up {_start_up():.2f} s")

    from kg.ontology import load_ontology
    from kg.pipeline import Extractor
    from kg.resources import ontology_dir
    from kg.sources import read_sources
    from kg.types import Document

    extractor = Extractor(load_ontology(ontology_dir()))
    gc.freeze()  # as `kg build` does
    defaults = [[str(folder)] for folder in (ROOT / "seeds", SHARED) if folder.is_dir()]
    sets: dict[str, list[Document]] = {}
    for sources in [arguments.sources] if arguments.sources else defaults:
        paths = [str(path) for source in sources for path in _texts(Path(source))]
        documents = [d for d in read_sources(paths) if isinstance(d, Document)]
        sets[" ".join(sources)] = documents
        _speed(extractor, documents)  # what is made when first asked for is made now
        joined = Document("joined", "\n".join(d.text for d in _repeated(documents, LONG)))
        print(f"\n{' '.join(sources)}: {len(documents)} documents, characters a second")
        print(f"repeated         {_speed(extractor, list(_repeated(documents, arguments.characters))):,.0f}")
        print(f"each once        {max(_speed(extractor, documents) for _ in range(3)):,.0f}")
        print(f"as one document  {_speed(extractor, [joined]):,.0f}  (of {len(joined.text):,})")
    watch = Watch()
    watch.attach()
    for name, documents in sets.items():
        print(f"\n{name}: where the time goes; watching takes some itself")
        print(_measure(extractor, watch, documents, arguments.characters))


def _use_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _start_up() -> float:
    """Seconds from nothing to a loaded extractor; the better of two, the first may read from the disk."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", START_UP], check=True, cwd=ROOT)
        times.append(time.perf_counter() - start)
    return min(times)


def _speed(extractor: Any, documents: Sequence[Any]) -> float:
    """Characters a second."""
    start = time.thread_time()
    count = sum(len(extraction.document.text) for extraction in extractor.extract_all(documents))
    return count / (time.thread_time() - start)


def _texts(source: Path) -> list[Path]:
    return sorted(source.glob("*.txt")) if source.is_dir() else [source]


def _repeated(documents: Sequence[Any], characters: int) -> Iterator[Any]:
    """The documents over and over, under new names, until there are so many characters."""
    count = 0
    while documents and count < characters:
        for number, document in enumerate(documents):
            yield replace(document, source=f"{count}-{number}/{document.source}")
            count += len(document.text)


def _measure(extractor: Any, watch: Watch, documents: Sequence[Any], characters: int) -> str:
    conforming = importlib.import_module("kg.checks.conforming")  # the package has a function so named
    from kg.iris import source_iri
    from kg.store import open_store

    ontology = extractor.ontology
    gc.collect()
    watch.seconds = dict.fromkeys(STAGES, 0.0)
    start = time.thread_time()
    extractions = list(extractor.extract_all(_repeated(documents, characters)))
    whole = time.thread_time() - start
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(folder)
        for extraction in extractions:
            found = conforming.quads(extraction, ontology.vocabulary, ontology.base)
            store.replace(source_iri(ontology.base, extraction.document.source), found)
        store.close()
    return _table(watch.seconds, whole, sum(len(extraction.document.text) for extraction in extractions))


def _table(seconds: dict[str, float], whole: float, characters: int) -> str:
    after = [(stage, seconds[stage]) for stage in STAGES if stage not in EXTRACTION]
    rows = [
        *((stage, seconds[stage]) for stage in EXTRACTION),
        ("between", whole - sum(seconds[stage] for stage in EXTRACTION)),
        ("extraction", whole),
        *after,
        ("in all", whole + sum(s for _, s in after)),
    ]
    lines = [
        (name, f"{1e6 * s / characters:.2f}", f"{characters / max(s, 1e-9):,.0f}", f"{s / whole:.0%}")
        for name, s in rows
    ]
    head = ("stage", "µs/character", "characters/s", "of extraction")
    return format_table(head, lines, numeric=[1, 2, 3])


if __name__ == "__main__":
    main()
