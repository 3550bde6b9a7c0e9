#!/usr/bin/env python3
"""Fit the weights of ontology/confidence.yaml on documents with gold, and judge them in docs/confidence.md.

    scripts/calibrate.py                          the seed and ../shared/dev
    scripts/calibrate.py --further FOLDER         ... and judge the weights on documents they have not seen

A fact is right where it is aligned with a gold fact and every filler of it agrees; facts aligned with an
optional gold fact are left out. The model is a logistic regression with an L2 penalty, fitted by Newton's
method from nought: no chance in it, so that the same facts give the same file. The threshold is kept from
the file unless --threshold gives another.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the package of this checkout

from kg.confidence import Weighed, reasons_of, weighed  # noqa: E402 - the path comes first
from kg.evaluate import Tally, evaluate  # noqa: E402
from kg.facts import FoundFact  # noqa: E402
from kg.gold import GoldFact, PredictedFact, predicted_from_fact, read_gold  # noqa: E402
from kg.ontology import Ontology, load_ontology  # noqa: E402
from kg.ontology.confidence import REASONS, Confidence  # noqa: E402
from kg.pipeline import Extractor  # noqa: E402
from kg.sources import read_sources  # noqa: E402
from kg.types import Document  # noqa: E402

WEIGHTS, PAGE = ROOT / "ontology" / "confidence.yaml", ROOT / "docs" / "confidence.md"
SEED = next((ROOT / "seeds").glob("*.txt"))
SEED_GOLD = ROOT / "tests" / "gold" / "seed.jsonl"
DEVELOPMENT = ROOT.parent / "shared" / "dev"
PENALTY = 12.0  # of the squared weights; less fits the development set better and other documents worse
FOLDS = 5
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
THRESHOLDS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7)
BEGIN, END = "<!-- figures: scripts/calibrate.py writes them -->", "<!-- end of figures -->"
Vector = NDArray[np.float64]


class Sample(NamedTuple):
    """A fact with what holds for it, and whether all its fillers agree; None where its gold is optional."""

    type: str
    reasons: frozenset[str]
    is_right: bool | None
    fact: PredictedFact | None = None


class Judged(NamedTuple):
    """One document's samples and its gold."""

    name: str
    samples: list[Sample]
    gold: list[GoldFact]


class Prediction(NamedTuple):
    """A document's sample with the confidence that some weights gave it."""

    document: str
    sample: Sample
    confidence: float


# --- samples -------------------------------------------------------------------------------------


def bare_extractor(ontology: Ontology) -> Extractor:
    """An extractor that keeps every fact, with the names of the reasons that hold as its reasons."""

    def weigh(found: FoundFact) -> Weighed:
        return Weighed(1.0, tuple(sorted(set(reasons_of(found)))))

    return Extractor(ontology, weigh=weigh)


def with_gold(folder: Path) -> list[tuple[Path, Path]]:
    """The folder's NAME.txt that have a NAME.gold.jsonl beside them, in the order of their names."""
    texts = ((path, path.with_name(f"{path.stem}.gold.jsonl")) for path in sorted(folder.glob("*.txt")))
    return [(text, gold) for text, gold in texts if gold.exists()]


def judge(extractor: Extractor, text: Path, gold: Path) -> Judged:
    """Extract one document and compare each fact with its gold."""
    document = next(read_sources([str(text)]))
    if not isinstance(document, Document):
        raise SystemExit(f"{document.source}: {document.message}")
    facts = extractor.extract(document).facts
    predicted = [predicted_from_fact(fact) for fact in facts]
    wanted = read_gold(gold)
    samples = [
        Sample(fact.type, frozenset(fact.reasons), is_right, said)
        for fact, said, is_right in zip(facts, predicted, labels(wanted, predicted), strict=True)
    ]
    return Judged(text.stem, samples, wanted)


def labels(gold: Sequence[GoldFact], predicted: Sequence[PredictedFact]) -> Iterator[bool | None]:
    """For each predicted fact whether all its fillers agree; None where its gold fact is optional."""
    spurious, partners = _differences(gold, predicted)
    spurious_without, _ = _differences([fact for fact in gold if not fact.optional], predicted)
    for fact in predicted:
        if id(fact) in spurious:
            yield False
        elif id(fact) in spurious_without:
            yield None
        elif id(fact) in partners:
            yield evaluate([("", [partners[id(fact)]], [fact])]).total.precision == 1
        else:
            yield True


def _differences(
    gold: Sequence[GoldFact], predicted: Sequence[PredictedFact]
) -> tuple[set[int], dict[int, GoldFact]]:
    """The ids of the facts without a partner, and the partners of those that differ from theirs."""
    score = evaluate([("", gold, predicted)])
    spurious = {id(d.predicted) for d in score.differences if d.gold is None}
    partners = {id(d.predicted): d.gold for d in score.differences if d.gold and d.predicted}
    return spurious, partners


# --- the model -----------------------------------------------------------------------------------


def fit(samples: Sequence[Sample], threshold: float) -> Confidence:
    """The weights that make the samples likeliest, less the penalty, with two decimals."""
    types = sorted({sample.type for sample in samples})
    names = [*REASONS, *types]
    held = np.array([[name in sample.reasons or name == sample.type for name in names] for sample in samples])
    matrix = np.hstack([np.ones((len(samples), 1)), held.astype(float)])
    right = np.array([float(bool(sample.is_right)) for sample in samples])
    base, *weights = (round(float(weight), 2) + 0.0 for weight in regress(matrix, right))
    by_name = dict(zip(names, weights, strict=True))
    return Confidence(
        threshold,
        base,
        {name: by_name[name] for name in REASONS},
        {name: by_name[name] for name in types},
    )


def regress(matrix: Vector, right: Vector) -> Vector:
    """Logistic regression; the first column is the base, which has no penalty to speak of."""
    penalty = np.full(matrix.shape[1], PENALTY)
    penalty[0] = 1e-6
    weights = np.zeros(matrix.shape[1])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-(matrix @ weights)))
        slope = matrix.T @ (sure - right) + penalty * weights
        bend = (matrix * (sure * (1 - sure))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def predict(model: Confidence, documents: Sequence[Judged]) -> list[Prediction]:
    """What the weights say of the documents' facts."""
    return [
        Prediction(document.name, sample, weighed(model, sample.type, sample.reasons).confidence)
        for document in documents
        for sample in document.samples
    ]


def cross_validate(documents: Sequence[Judged]) -> list[Prediction]:
    """Every document's facts by weights of the other folds; document i is in fold i modulo 5."""
    found: list[Prediction] = []
    for fold in range(FOLDS):
        rest = [document for i, document in enumerate(documents) if i % FOLDS != fold]
        found.extend(predict(fit(judged(rest), 0.0), documents[fold::FOLDS]))
    return found


def judged(documents: Sequence[Judged]) -> list[Sample]:
    """The samples of which it is known whether they are right."""
    return [s for document in documents for s in document.samples if s.is_right is not None]


# --- figures -------------------------------------------------------------------------------------


def brier(predictions: Sequence[Prediction], constant: float | None = None) -> float:
    """The mean squared distance of confidence, or a constant, and truth: 0 is best."""
    pairs = [(p.confidence if constant is None else constant, bool(p.sample.is_right)) for p in predictions]
    return float(np.mean([(sure - is_right) ** 2 for sure, is_right in pairs]))


def ranking(predictions: Sequence[Prediction]) -> float:
    """How often a right fact has more confidence than a wrong one; 0.5 is chance."""
    right = np.array([p.confidence for p in predictions if p.sample.is_right])[:, None]
    wrong = np.array([p.confidence for p in predictions if not p.sample.is_right])[None]
    return float(((right > wrong) + 0.5 * (right == wrong)).mean())


def score_above(threshold: float, documents: Sequence[Judged], predictions: Sequence[Prediction]) -> Tally:
    """The score of the fillers where facts below the threshold are left out."""
    kept: dict[str, list[PredictedFact]] = {document.name: [] for document in documents}
    for prediction in predictions:
        if prediction.confidence >= threshold and prediction.sample.fact is not None:
            kept[prediction.document].append(prediction.sample.fact)
    return evaluate((document.name, document.gold, kept[document.name]) for document in documents).total


def tables(
    title: str, documents: Sequence[Judged], everything: Sequence[Prediction], share: float
) -> Iterator[str]:
    """The lines of Markdown that judge one set; ``share`` is the constant it is compared with."""
    predictions = [p for p in everything if p.sample.is_right is not None]
    right = sum(bool(p.sample.is_right) for p in predictions)
    yield f"### {title}"
    yield ""
    yield (
        f"{len(predictions)} facts, {right} of them right ({right / len(predictions):.3f}). "
        f"Brier score {brier(predictions):.3f}; "
        f"{brier(predictions, share):.3f} where every fact is given {share:.2f}. "
        f"A right fact stands above a wrong one in {ranking(predictions):.1%} of all pairs."
    )
    yield ""
    yield "| confidence | facts | mean confidence | share right |"
    yield "|---|---:|---:|---:|"
    for low, high in itertools.pairwise(BINS):
        held = [p for p in predictions if low <= p.confidence < high]
        if held:
            mean = sum(p.confidence for p in held) / len(held)
            observed = sum(bool(p.sample.is_right) for p in held) / len(held)
            yield f"| {low:.1f} to {min(high, 1.0):.1f} | {len(held)} | {mean:.2f} | {observed:.2f} |"
    yield ""
    yield "| threshold | facts kept out | P | R | F1 |"
    yield "|---:|---:|---:|---:|---:|"
    for threshold in THRESHOLDS:
        out = sum(p.confidence < threshold for p in everything)
        total = score_above(threshold, documents, everything)
        yield f"| {threshold:.1f} | {out} | {total.precision:.3f} | {total.recall:.3f} | {total.f1:.3f} |"
    yield ""


# --- files ---------------------------------------------------------------------------------------


def as_yaml(model: Confidence, samples: Sequence[Sample]) -> str:
    """The file: each weight with what it is for, and of how many facts it was learnt."""
    held = Counter(name for sample in samples for name in (*sample.reasons, sample.type))
    lines = [
        "# How sure a fact is: the chance that every filler of it is right. Its log-odds are the base plus",
        "# the weights of all that holds for it. Written by scripts/calibrate.py, which keeps the threshold;",
        "# docs/confidence.md says how well the figures hold.",
        "",
        "# Facts less sure than this stay out of the graph and are named in the report.",
        f"threshold: {model.threshold:g}",
        "",
        f"base: {model.base}  # of a fact for which nothing below holds",
        "",
        "reasons:",
        *(f"  {n}: {w}  # {REASONS[n]} ({held[n]} facts)" for n, w in model.reasons.items()),
        "",
        "types:",
        *(f"  {n}: {w}  # {held[n]} facts" for n, w in model.types.items()),
    ]
    return "\n".join(lines) + "\n"


def renew_page(page: str, figures: str) -> str:
    """The page with other figures between its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE}: lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


def main() -> None:
    """Fit, write the weights, and write the figures into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dir", type=Path, default=DEVELOPMENT, help="documents with gold [../shared/dev]")
    parser.add_argument("--further", type=Path, help="more documents with gold, only to judge the weights")
    parser.add_argument("--threshold", type=float, help="another threshold [that of the file]")
    parser.add_argument("-n", "--dry-run", action="store_true", help="print the figures, write nothing")
    arguments = parser.parse_args()

    ontology = load_ontology(ROOT / "ontology")
    extractor = bare_extractor(ontology)
    pairs = with_gold(arguments.dir)
    if not pairs:
        raise SystemExit(f"{arguments.dir}: no NAME.txt with a NAME.gold.jsonl beside it")
    documents = [judge(extractor, *pair) for pair in [(SEED, SEED_GOLD), *pairs]]
    samples = judged(documents)
    threshold = ontology.confidence.threshold if arguments.threshold is None else arguments.threshold
    model = fit(samples, threshold)
    share = sum(bool(sample.is_right) for sample in samples) / len(samples)

    title = f"The seed and {len(pairs)} development documents, {FOLDS}-fold cross-validation over documents"
    lines = [*tables(title, documents, cross_validate(documents), share)]
    if arguments.further is not None:
        unseen = [judge(extractor, *pair) for pair in with_gold(arguments.further)]
        title = f"{len(unseen)} further documents written for the purpose, not in the repository"
        lines.extend(tables(title, unseen, predict(model, unseen), share))
    figures = "\n".join(lines)
    if arguments.dry_run:
        print(figures)
        return
    WEIGHTS.write_text(as_yaml(model, samples), encoding="utf-8")
    PAGE.write_text(renew_page(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main()
