"""How well a relation is learned from few sentences: shipped fact types masked and taught again.

For each type the marked sentences are sentences of the corpus's training part, each by itself, in the
order of their digests; what is measured is the calibration part, which no training saw, beside the
shipped reader's own score of the type there. The shipped encoder has seen the type in its training
(docs/teaching.md).

    python scripts/measure_teaching.py [TYPE ...]
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

from kg.anchored import AnchoredFact
from kg.anchoredgold import GoldMaker
from kg.evaluate import Tally, evaluate
from kg.facts import Policy
from kg.gold import predicted_from_fact
from kg.ontology import load_ontology
from kg.pipeline import Extractor
from kg.reader import Reader
from kg.reader.windows import Windows
from kg.resources import ontology_dir
from kg.teaching.learning import Ground, learn, taught
from kg.teaching.sentences import Sentence, settings_of
from kg.teaching.vectors import corpus_vectors, see
from kg.training.corpus import Annotated, ExampleMaker, read_packed
from kg.types import Document, Span
from kg.values import load_tables

SIZES = (5, 10, 20, 50)


def sentences(documents: list[Annotated], name: str) -> Iterator[Annotated]:
    """The sentences with facts of a type that have all their fillers in them, each as a document."""
    for document in documents:
        by_sentence: dict[Span, list[AnchoredFact]] = {}
        for fact in document.facts:
            if fact.type == name and not fact.optional:
                by_sentence.setdefault(fact.sentence, []).append(fact)
        for sentence, facts in by_sentence.items():
            if all(sentence.contains(filler.span) for fact in facts for filler in fact.fillers):
                moved = [_moved(fact, sentence.start) for fact in facts if fact.fillers]
                yield Annotated(f"{document.name}:{sentence.start}", sentence.of(document.text), moved)


def _moved(fact: AnchoredFact, by: int) -> AnchoredFact:
    def moved(span: Span) -> Span:
        return Span(span.start - by, span.end - by)

    fillers = tuple(replace(filler, span=moved(filler.span)) for filler in fact.fillers)
    return replace(fact, trigger=moved(fact.trigger), sentence=moved(fact.sentence), fillers=fillers)


def main(names: list[str]) -> None:
    """Print a line for each type and size."""
    ontology = load_ontology(ontology_dir())
    shipped = Reader(ontology.reader, ontology.divisions)
    model, settings = shipped.model, settings_of(ontology)
    documents = read_packed(ontology.reader / "corpus" / "written.jsonl.xz")
    training = [each for each in documents if settings.part_of(each.name, "") == "train"]
    unseen = [each for each in documents if settings.part_of(each.name, "") == "calibrate"]
    tables, windows = load_tables(ontology.lexicon), Windows(model.tokenizer)
    maker = ExampleMaker(ontology, tables, windows, settings)
    corpus = corpus_vectors(model, maker, lambda: training, Path(gettempdir()) / "kg-measure-teaching")
    gold_maker = GoldMaker(ontology)
    gold = [list(gold_maker.gold(each.text, each.facts)) for each in unseen]

    def score(reader: Reader, policy: Policy, name: str) -> Tally:
        read = Extractor(ontology, read=reader.read, policy=policy).extract_all(
            Document(each.name, each.text) for each in unseen
        )
        pairs = zip(unseen, gold, read, strict=True)
        said = ((d.name, g, [predicted_from_fact(f) for f in e.facts if f.type == name]) for d, g, e in pairs)
        return evaluate(said).by_type[name]

    for name in names:
        full = score(shipped, Policy.of(model.settings), name)
        print(f"{name}: shipped reader F1 {full.f1:.3f}, {full.gold} fillers of gold", flush=True)
        fact_type = ontology.vocabulary.fact_types[name]
        roles = [role.name for role in fact_type.roles.values() if role.kinds != {"time"}]
        own = {**settings.own, name: roles}  # as for a user's type: nothing is known of what it stands on
        taking = ExampleMaker(ontology, tables, windows, replace(settings, own=own))
        pool = sorted(sentences(training, name), key=lambda each: hashlib.sha256(each.name.encode()).digest())
        ground = Ground.of(model, corpus, [name])
        policy = Policy.of(model.settings)
        if policy.share is not None:  # what calibration knows of the type
            weights = {sign: w for sign, w in policy.share.weights.items() if sign != f"type:{name}"}
            policy = replace(policy, share=replace(policy.share, weights=weights))
        for size in SIZES:
            marked = [
                Sentence(number, name, seen)
                for number, each in enumerate(pool[:size])
                for example in taking.examples(each)
                if (seen := see(model, example)) is not None
            ]
            learned = learn(ground, fact_type, marked, policy)
            reader = Reader(ontology.reader, ontology.divisions)
            reader.model = model.knowing(taught(ground, [learned.type], {}))
            single = {**policy.single, name: learned.single}
            thresholds = {**policy.thresholds, name: learned.threshold}
            got = score(reader, replace(policy, single=single, thresholds=thresholds), name)
            print(
                f"{name} {size}: F1 {got.f1:.3f} ({got.precision:.2f}, {got.recall:.2f}), "
                f"{got.f1 / full.f1:.0%} of it; cross-fitted {learned.score.f1:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:] or ["Sale", "Dispatch", "Issuance"])
