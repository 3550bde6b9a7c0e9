#!/usr/bin/env python3
"""The extractor's score on every set with gold that is at hand; `make evaluate` runs it.

    scripts/evaluate.py                    the seed, and what ../shared has
    scripts/evaluate.py --shared FOLDER    ... or what another folder has

A line for each set: the seed (seeds/), the development set (dev/ of the shared folder) and the first look,
those documents of its train/ that nothing was trained on, nor calibrated on. Then the first look by type
and by genre.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the package of this checkout

from kg.anchoredgold import annotation_files, genre_file, read_anchored_gold  # noqa: E402 - after the path
from kg.cli.scores import by_genre, format_figures  # noqa: E402
from kg.evaluate import Score, evaluate  # noqa: E402
from kg.gold import GoldFact, predicted_from_fact, read_genres, read_gold  # noqa: E402
from kg.ontology import Ontology, load_ontology  # noqa: E402
from kg.pipeline import Extractor  # noqa: E402
from kg.sources import read_sources  # noqa: E402
from kg.table import format_table  # noqa: E402
from kg.types import Document  # noqa: E402

SHARED = ROOT.parent / "shared"
SEED_GOLD = ROOT / "tests" / "gold" / "seed.jsonl"
GOLD_ENDING = ".gold.jsonl"
LOOKED_AT = ("wc", "wj", "wo", "wv")  # how the names of written documents of the first look begin
LOOKED_AT_GENRE = "news corpus 2005-2012"
TYPES = ("Donation", "Pairing", "Dispatch")
HEADER = ("set", "pages", "F1", "P", "R", "clean", "whole", "facts", "gold facts", *TYPES)
LEGEND = "P, R, F1: fillers; clean: facts found with nothing wrong; whole: gold facts found whole; types: F1"


class Page(NamedTuple):
    """A document with gold."""

    name: str
    text: Path
    gold: Sequence[GoldFact]


class Set(NamedTuple):
    """Documents that are scored together; ``genres`` are theirs, where they have any."""

    name: str
    pages: Sequence[Page]
    genres: dict[str, str] | None = None


def sets(shared: Path, ontology: Ontology) -> Iterator[Set]:
    """The sets that are at hand."""
    seed = next(iter(sorted((ROOT / "seeds").glob("*.txt"))))
    gold = next(path for path in (shared / "gold" / "seed.jsonl", SEED_GOLD) if path.exists())
    yield Set("seed", [Page(seed.stem, seed, read_gold(gold))])
    beside = [
        (text, text.with_name(text.stem + GOLD_ENDING)) for text in sorted((shared / "dev").glob("*.txt"))
    ]
    if pages := [Page(text.stem, text, read_gold(gold)) for text, gold in beside if gold.exists()]:
        yield Set("dev", pages)
    if annotations := annotation_files([shared / "train" / "ann"]):
        sources = genre_file(annotations)
        genres = read_genres(sources) if sources else {}
        documents = read_anchored_gold(annotations, ontology, only=first_look(genres))
        yield Set("first look", [Page(d.name, d.path, d.gold) for d in documents], genres)


def first_look(genres: dict[str, str]) -> Callable[[str], bool]:
    """Whether a document is of the first look, by its name and genre."""
    return lambda name: name.startswith(LOOKED_AT) or genres.get(name) == LOOKED_AT_GENRE


def scored(extractor: Extractor, pages: Sequence[Page]) -> Score:
    """The score of what is extracted from the pages."""
    extractions = extractor.extract_all(documents([page.text for page in pages]))
    return evaluate(
        (page.name, page.gold, [predicted_from_fact(fact) for fact in extraction.facts])
        for page, extraction in zip(pages, extractions, strict=True)
    )


def documents(texts: Sequence[Path]) -> Iterator[Document]:
    """The documents of text files."""
    for document in read_sources([str(path) for path in texts]):
        if not isinstance(document, Document):
            raise SystemExit(f"{document.source}: {document.message}")
        yield document


def row(name: str, score: Score) -> tuple[str, ...]:
    """A set's line: fillers, whole facts both ways, and F1 of some types."""
    fillers, facts = score.total, score.whole
    shares = [fillers.f1, fillers.precision, fillers.recall, facts.clean_share, facts.found_share]
    types = [score.by_type[each].f1 if each in score.by_type else None for each in TYPES]
    cells = [f"{share:.3f}" if share is not None else "-" for share in (*shares, *types)]
    counts = str(facts.predicted), str(facts.gold)
    return name, str(len(score.by_document)), *cells[: len(shares)], *counts, *cells[len(shares) :]


def main() -> None:
    """Score every set and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with dev/, gold/ and train/")
    shared = parser.parse_args().shared
    if not shared.is_dir():
        print(f"{shared} is not here: the seed alone, with tests/gold/seed.jsonl", file=sys.stderr)
    ontology = load_ontology(ROOT / "ontology")
    extractor = Extractor(ontology)
    found = [(each, scored(extractor, each.pages)) for each in sets(shared, ontology)]
    rows = [row(each.name, score) for each, score in found]
    print(format_table(HEADER, rows, numeric=range(1, len(HEADER))) + LEGEND)
    for each, score in found:
        if each.genres is not None:
            print(f"\n{each.name}\n")
            print(format_figures("type", score.by_type, score.whole_by_type))
            print(format_figures("genre", *by_genre(score, each.genres)), end="")


if __name__ == "__main__":
    main()
