"""``python -m kg.training``: make the reader's weights again from the corpus. See docs/training.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import torch

from kg.errors import KgError
from kg.evaluate import Score
from kg.ontology import load_ontology
from kg.resources import builtin_ontology
from kg.training.corpus import read_spans
from kg.training.fit import Plan
from kg.training.steps import Trainer, Work, calibrated, look, read_corpus, tell

_PACKED = "corpus/written.jsonl.xz"
_SPANS = "corpus/pages.jsonl.xz"
_FIT = Plan(epochs=5)
_FINISH = Plan(epochs=5, encoder_rate=8e-5, head_rate=7e-4, seed=2)


def main() -> int:
    """Run the steps that are not done; each tells what it does on stderr."""
    parser = argparse.ArgumentParser(prog="python -m kg.training", description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=Path("train-work"), help="products of the steps; default: %(default)s"
    )
    parser.add_argument(
        "--corpus", type=Path, action="append", default=[], metavar="DIR",
        help="more documents: a folder with docs/, ann/ and sources.tsv; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--pages", type=Path, metavar="FILE", help="the raw pages that corpus/pages.jsonl.xz has facts of"
    )
    parser.add_argument("--output", type=Path, help="the reader's folder to write; default: WORK/reader")
    parser.add_argument("--fp32", action="store_true", help="no bf16: for processors without avx512_bf16")
    arguments = parser.parse_args()
    ontology = load_ontology(builtin_ontology())
    documents, sources = read_corpus(ontology.reader / _PACKED, arguments.corpus)
    if arguments.pages is not None:
        documents += read_spans(ontology.reader / _SPANS, arguments.pages)
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    work = Work(ontology, arguments.work, documents, sources)
    trainer = Trainer(work)
    plans = [_plan(plan, arguments.fp32) for plan in (_FIT, _FINISH)]
    trainer.fit("fit", work.part("train"), plans[0])
    first = trainer.write("fit", arguments.work / "first", {})
    settings = calibrated(ontology, first, work.part("calibrate"))
    first = trainer.write("fit", arguments.work / "first", settings)
    if not (arguments.work / "look.json").is_file():
        score = look(ontology, first, work.part("look"))
        (arguments.work / "look.json").write_text(json.dumps(_figures(score), indent=1), encoding="utf-8")
    tell(f"first look: {(arguments.work / 'look.json').read_text(encoding='utf-8')}")
    trainer.fit("finish", work.part("train", "look"), plans[1], start="fit")
    output = arguments.output or arguments.work / "reader"
    trainer.write("finish", output, {})
    trainer.write("finish", output, calibrated(ontology, output, work.part("calibrate")))
    tell(f"written: {output}")
    return 0


def _plan(plan: Plan, fp32: bool) -> Plan:
    return Plan(plan.epochs, plan.encoder_rate, plan.head_rate, plan.batch, plan.seed, bf16=not fp32)


def _figures(score: Score) -> Mapping[str, float]:
    total, whole = score.total, score.whole
    return {
        "precision": round(total.precision, 3),
        "recall": round(total.recall, 3),
        "f1": round(total.f1, 3),
        "nothing wrong": round(whole.clean_share, 3),
        "found whole": round(whole.found_share, 3),
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KgError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
