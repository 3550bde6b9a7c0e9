"""The reader taught on the user's own machine: last layers fitted to marked sentences, the encoder as it is.

``teach`` gives what was learned with what speaks for and against it; nothing is adopted by that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.anchoredgold import GoldMaker
from kg.confidence import weigher
from kg.diff import Change, diff
from kg.errors import OntologyError
from kg.evaluate import Tally, evaluate
from kg.facts import Policy
from kg.files import show_path
from kg.gold import predicted_from_fact
from kg.ontology import Ontology
from kg.ontology.examples import Example
from kg.pipeline import Extractor, taught_of
from kg.reader import Reader, Taught
from kg.reader.heads import ROWS, TAUGHT
from kg.reader.windows import Windows
from kg.resources import builtin_ontology
from kg.teaching.learning import Ground, Learned, learn, taught
from kg.teaching.sentences import sentences_of, settings_of
from kg.teaching.vectors import CACHE, corpus_vectors
from kg.training.corpus import Annotated, ExampleMaker, Settings, read_packed
from kg.types import Document, Fact
from kg.values import load_tables

_LEAST = 5  # sentences with a fact, from which a type can be learned

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The frozen test: documents of the shipped corpus on which nothing was trained, read before and after.

    ``before`` and ``after`` count the fillers of the shipped types; ``new`` facts of taught types are most
    likely false, as the corpus was written without them in mind.
    """

    documents: int
    before: Tally
    after: Tally
    new: int

    @property
    def holds(self) -> bool:
        """Whether the score did not fall, to the thousandth."""
        return round(self.after.f1, 3) >= round(self.before.f1, 3)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned: ``taught`` is what the reader would know, ``changes`` what that does to documents."""

    taught: Taught
    learned: tuple[Learned, ...]
    frozen: Frozen
    documents: int
    changes: tuple[Change, ...]

    def adopt(self, folder: Path) -> tuple[Path, ...]:
        """Write it beside the ontology, whose reader knows it from then on."""
        from kg.files import write_together

        files = self.taught.files()
        write_together(folder, files)
        return tuple(folder / name for name in files)


def teach(ontology: Ontology, documents: Iterable[Document] = (), tell: Tell = lambda line: None) -> Lesson:
    """Learn the ontology's marked sentences; ``documents`` are the user's own, read before and after.

    Raises OntologyError where there is nothing to learn, or too little.
    """
    check_folder(ontology)
    model, settings = Reader(ontology.reader, ontology.divisions).model, settings_of(ontology)
    marked = _marked(ontology, model.heads.types)
    packed = ontology.reader / "corpus" / "written.jsonl.xz"

    def training() -> Sequence[Annotated]:
        tell("computing the vectors of the shipped corpus, once")
        return [each for each in read_packed(packed) if settings.part_of(each.name, "") == "train"]

    maker = ExampleMaker(ontology, load_tables(ontology.lexicon), Windows(model.tokenizer), settings)
    ground = Ground.of(model, corpus_vectors(model, maker, training, ontology.folder / CACHE))
    policy = Policy.of(model.settings)
    learned = []
    for name, sentences in sentences_of(ontology, model, marked).items():
        tell(f"learning {name} from {len(marked[name])} sentences")
        learned.append(learn(ground, ontology.vocabulary.fact_types[name], sentences, policy))
    found = _taught(ground, learned)
    tell("reading the frozen test, and the documents")
    before, after = _extractor(ontology, None), _extractor(ontology, found)
    frozen = _frozen(ontology, settings, packed, before, after)
    held = tuple(documents)
    try:
        now = _extractor(ontology, taught_of(ontology))
    except OntologyError as error:  # of an older kg, or for a type that is gone
        tell(f"{error}; the shipped reader is compared with")
        now = before
    old, new = ([*_facts(extractor, held)] for extractor in (now, after))
    changes = diff(lambda: old, lambda: new)
    return Lesson(found, tuple(learned), frozen, len(held), tuple(changes))


def forget(folder: Path) -> tuple[Path, ...]:
    """Remove what was adopted; the paths that there were."""
    there = tuple(path for path in (folder / TAUGHT, folder / ROWS) if path.exists())
    for path in there:
        path.unlink()
    return there


def check_folder(ontology: Ontology) -> None:
    """Raise OntologyError unless the ontology's folder is one of the user's."""
    if ontology.folder.resolve() == builtin_ontology().resolve():
        raise OntologyError(
            "what is taught stands beside an ontology of your own, and this is the one that came with kg; "
            "make a folder whose ontology.yaml says 'extends: builtin', and name it with --ontology"
        )


def _marked(ontology: Ontology, shipped: Collection[str]) -> Mapping[str, Sequence[Example]]:
    found: dict[str, list[Example]] = {}
    for each in ontology.marked:
        found.setdefault(each.type, []).extend(each.examples)
    if not found:
        raise OntologyError(
            f"{show_path(ontology.folder)}: no marked sentences; docs/teaching.md says how to mark them"
        )
    for name, examples in found.items():
        if name in shipped:
            raise OntologyError(
                f"{examples[0].where}: the reader knows {name}; only fact types of your own can be taught"
            )
        count = sum(bool(example.facts) for example in examples)
        if count < _LEAST:
            raise OntologyError(
                f"{examples[0].where}: {count} marked sentences with a fact of {name}; "
                f"mark {_LEAST} at least, better fifteen"
            )
    return found


def _taught(ground: Ground, learned: Iterable[Learned]) -> Taught:
    settings: dict[str, dict[str, object]] = {}
    types = []
    for each in learned:
        types.append(each.type)
        for name, said in each.settings().items():
            settings.setdefault(name, {}).update(said)
    return taught(ground, types, settings)


def _extractor(ontology: Ontology, known: Taught | None) -> Extractor:
    reader = Reader(ontology.reader, ontology.divisions, taught=known)
    settings = reader.model.settings
    return Extractor(
        ontology,
        read=reader.read,
        policy=Policy.of(settings),
        weigh=weigher(settings.get("calibration")),
    )


def _facts(extractor: Extractor, documents: Iterable[Document]) -> Iterator[Fact]:
    seen = set()
    for extraction in extractor.extract_all(documents):
        for fact in extraction.facts:
            if fact.iri not in seen:
                seen.add(fact.iri)
                yield fact


def _frozen(
    ontology: Ontology, settings: Settings, packed: Path, before: Extractor, after: Extractor
) -> Frozen:
    documents = [each for each in read_packed(packed) if settings.part_of(each.name, "") == "calibrate"]
    maker = GoldMaker(ontology)
    gold = [list(maker.gold(each.text, each.facts)) for each in documents]
    known = {fact.type for facts in gold for fact in facts}
    new = 0
    scores = []
    for extractor in (before, after):
        read = extractor.extract_all(Document(each.name, each.text) for each in documents)
        facts = [extraction.facts for extraction in read]
        new = sum(fact.type not in known for each in facts for fact in each)
        pairs = zip(documents, gold, facts, strict=True)
        said = (
            (each.name, wanted, [predicted_from_fact(fact) for fact in found if fact.type in known])
            for each, wanted, found in pairs
        )
        scores.append(evaluate(said).total)
    return Frozen(len(documents), scores[0], scores[1], new)
