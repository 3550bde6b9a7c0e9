#!/usr/bin/env python3
"""Raise the floors of tests/floors.yaml to what the extractor reaches now, less 0.01.

scripts/raise_floors.py            floors rise, none falls
scripts/raise_floors.py --reset    floors are what is measured: the only way down, on purpose
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the package of this checkout

from kg.evaluate import Score, Tally, evaluate  # noqa: E402 - the path comes first
from kg.gold import predicted_from_fact, read_gold  # noqa: E402
from kg.ontology import load_ontology  # noqa: E402
from kg.pipeline import Extractor  # noqa: E402
from kg.sources import read_sources  # noqa: E402
from kg.types import Document  # noqa: E402

FLOORS = ROOT / "tests" / "floors.yaml"
SEED = next((ROOT / "seeds").glob("*.txt"))
SEED_GOLD = ROOT / "tests" / "gold" / "seed.jsonl"
DEVELOPMENT = ROOT.parent / "shared" / "dev"
BELOW = 0.01  # of F1, beneath what is measured
Floors = dict[str, dict[str, float]]  # by part (all, types, documents), then by name


def with_gold(folder: Path) -> list[tuple[Path, Path]]:
    """The folder's NAME.txt that have a NAME.gold.jsonl beside them, in the order of their names."""
    texts = ((path, path.with_name(f"{path.stem}.gold.jsonl")) for path in sorted(folder.glob("*.txt")))
    return [(text, gold) for text, gold in texts if gold.exists()]


def sets() -> dict[str, list[tuple[Path, Path]]]:
    """The documents with gold by the name of their set, the development set only where it is at hand."""
    found = {"seed": [(SEED, SEED_GOLD)], "development": with_gold(DEVELOPMENT)}
    return {name: pairs for name, pairs in found.items() if pairs}


def measure(extractor: Extractor, pairs: list[tuple[Path, Path]]) -> Floors:
    """F1 of the fillers in all, by fact type and, where there are several, by document."""
    judged = []
    for text, gold in pairs:
        document = next(read_sources([str(text)]))
        if not isinstance(document, Document):
            raise SystemExit(f"{document.source}: {document.message}")
        facts = extractor.extract(document).facts
        judged.append((text.stem, read_gold(gold), [predicted_from_fact(fact) for fact in facts]))
    return figures(evaluate(judged))


def figures(score: Score) -> Floors:
    """The figures of a score that have floors."""
    found = {"all": {"total": score.total.f1}, "types": _f1(score.by_type)}
    return found | ({"documents": _f1(score.by_document)} if len(score.by_document) > 1 else {})


def _f1(tallies: Mapping[str, Tally]) -> dict[str, float]:
    """F1 by name; what the gold has nothing of has no floor."""
    return {name: tally.f1 for name, tally in sorted(tallies.items()) if tally.gold}


def floor_of(f1: float) -> float:
    """The floor beneath a figure, with two decimals, rounded down.

    >>> floor_of(0.9583), floor_of(0.004)
    (0.94, 0.0)
    """
    return max(0.0, math.floor((f1 - BELOW) * 100 + 1e-9) / 100)


def fallen(measured: Floors, floors: Floors) -> list[str]:
    """What lies below its floor, or is no longer there, as lines."""
    lines = []
    for part, held in floors.items():
        for name, floor in held.items():
            f1 = measured.get(part, {}).get(name, 0.0)
            if f1 < floor:
                lines.append(f"{part}, {name}: F1 {f1:.3f} below {floor:.2f}")
    return lines


def raised(floors: Floors, measured: Floors, *, reset: bool = False) -> Floors:
    """The floors that the measured figures allow; a floor without a figure stays, unless they are reset."""
    result: Floors = {} if reset else {part: dict(held) for part, held in floors.items()}
    for part, held in measured.items():
        for name, f1 in held.items():
            before = result.setdefault(part, {}).get(name, 0.0)
            result[part][name] = max(before, floor_of(f1))
    return result


def read_floors() -> dict[str, Floors]:
    """The floors of each set; none where there is no file yet."""
    return yaml.safe_load(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def main() -> None:
    """Measure every set that is at hand and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reset", action="store_true", help="let floors fall too")
    arguments = parser.parse_args()
    extractor, floors = Extractor(load_ontology(ROOT / "ontology")), read_floors()
    for name, pairs in sets().items():
        measured = measure(extractor, pairs)
        for line in fallen(measured, floors.get(name, {})):
            print(f"{name}: {line}", file=sys.stderr)
        floors[name] = raised(floors.get(name, {}), measured, reset=arguments.reset)
    heading = "# F1 of the fillers below which no change may fall; scripts/raise_floors.py raises them.\n"
    FLOORS.write_text(heading + yaml.safe_dump(floors, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
