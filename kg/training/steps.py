"""From the corpus to the reader's folder, step by step; each step leaves its product in a work folder
and is not done twice.

``fit`` trains on the training part; ``look`` measures that once on the part that was kept for a first
look; ``finish``
goes on with the first-look part; ``calibrate`` fits probabilities and thresholds on a part that no
step trained on;
``pack`` writes the folder that kg reads.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer

from kg.anchoredgold import GoldMaker
from kg.confidence import Weighed, weigher
from kg.evaluate import Score, evaluate, verdicts
from kg.facts import Policy
from kg.facts.certainty import Certainty
from kg.facts.drafts import Draft
from kg.gold import predicted_from_fact
from kg.ontology import Ontology
from kg.ontology.vocabulary import ENTITY, QUANTITY
from kg.pipeline import Extractor
from kg.reader import Reader
from kg.reader.windows import Windows
from kg.training.calibrate import Judged, choose_thresholds, fit_certainty
from kg.training.corpus import (
    Annotated,
    ExampleMaker,
    Settings,
    owned_roles,
    read_folder,
    read_packed,
    shared_roles,
    single_roles,
)
from kg.training.encoder import PretrainedEncoder, kept_pieces, load_encoder, packed_encoder, tokenizer_of
from kg.training.export import export
from kg.training.fit import Plan, fit
from kg.training.learning import Prepared, Scheme, prepare
from kg.training.network import Network, encoder_state
from kg.training.swapping import Swapper
from kg.types import Document
from kg.values import load_tables

LAYERS = 8
_COPY_SEED = 3
_PRECISE = 0.9  # of fillers, with --precise
_LOOSE = 0.15  # threshold at which facts are judged for calibration: all that could pass

Tell = Callable[[str], None]


def tell(line: str) -> None:
    """Progress for a person."""
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Work:
    """What the steps share: the ontology, the documents with the source of each, and the folder of
    products."""

    ontology: Ontology
    folder: Path
    documents: Sequence[Annotated]
    sources: dict[str, str]

    def part(self, *names: str) -> list[Annotated]:
        """The documents of some parts."""
        part_of = self.settings.part_of
        return [d for d in self.documents if part_of(d.name, self.sources.get(d.name, "")) in names]

    @cached_property
    def settings(self) -> Settings:
        """Pivots and parts, which stand beside the corpus."""
        return Settings.read(self.ontology.reader / "corpus" / "training.yaml")

    @property
    def scheme(self) -> Scheme:
        """The fact types and roles that the ontology has."""
        return Scheme.of({name: tuple(t.roles) for name, t in self.ontology.vocabulary.fact_types.items()})


def read_corpus(packed: Path, folders: Iterable[Path]) -> tuple[list[Annotated], dict[str, str]]:
    """The written part, packed, and folders of ``docs/`` and ``ann/`` with their ``sources.tsv``."""
    found = {document.name: document for document in read_packed(packed)}
    sources: dict[str, str] = {}
    for folder in folders:
        for document in read_folder(folder / "docs", sorted((folder / "ann").glob("*.jsonl"))):
            found.setdefault(document.name, document)
        if (folder / "sources.tsv").is_file():
            for line in (folder / "sources.tsv").read_text(encoding="utf-8").splitlines():
                name, _, source = line.partition("\t")
                sources[name] = source
    return [found[name] for name in sorted(found)], sources


class Trainer:
    """Runs the steps on one corpus."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._encoder: PretrainedEncoder = load_encoder(packed_encoder())
        kept = work.folder / "pieces.txt"
        if not kept.is_file():
            texts = [document.text for document in work.documents]
            kept.write_text("\n".join(map(str, kept_pieces(self._encoder, texts))), encoding="utf-8")
        self._kept = [int(line) for line in kept.read_text(encoding="utf-8").split()]
        pieces = [(self._encoder.pieces[i], float(self._encoder.scores[i])) for i in self._kept]
        self.tokenizer: Tokenizer = tokenizer_of(pieces)

    def network(self) -> Network:
        """A network with the pretrained encoder's lower layers."""
        network = Network(len(self._kept), LAYERS, self._work.scheme.allowed)
        network.characters.encoder.load_state_dict(encoder_state(self._encoder.weights, self._kept, LAYERS))
        return network

    def examples(self, documents: Sequence[Annotated]) -> list[Prepared]:
        """The windows of documents and of their copies with other names."""
        ontology = self._work.ontology
        roles = ontology.vocabulary.roles().items()
        named = frozenset(name for name, role in roles if role.kinds == {ENTITY})
        persons = frozenset(name for name, role in roles if role.classes == (ontology.names.person,))
        random = Random(_COPY_SEED)
        swapper = Swapper(documents, ontology.names, named, persons)
        copies = [copy for document in documents if (copy := swapper.copy(document, random)) is not None]
        maker = ExampleMaker(
            ontology, load_tables(ontology.lexicon), Windows(self.tokenizer), self._work.settings
        )
        return [prepare(e) for d in [*documents, *copies] for e in maker.examples(d)]

    def fit(self, name: str, documents: Sequence[Annotated], plan: Plan, start: str = "") -> Path:
        """Train on documents, from the encoder or from another step's weights; returns the checkpoint."""
        network = self.network()
        if start:
            saved = torch.load(self._work.folder / f"{start}.pt", weights_only=True)
            network.load_state_dict(saved["mean"])
        checkpoint = self._work.folder / f"{name}.pt"
        tell(f"{name}: {len(documents)} documents")
        fit(network, self._work.scheme, self.examples(documents), plan, checkpoint, tell)
        return checkpoint

    def write(self, name: str, folder: Path, settings: dict[str, object]) -> Path:
        """The reader's folder of a checkpoint."""
        network = self.network()
        saved = torch.load(self._work.folder / f"{name}.pt", weights_only=True)
        network.load_state_dict(saved["mean"])
        documents = self._work.documents
        types = self._work.ontology.vocabulary.fact_types.values()
        measured = {
            (kind.name, role.name) for kind in types for role in kind.roles.values() if QUANTITY in role.kinds
        }
        said = {
            "single": single_roles(documents),
            "shared": shared_roles(documents),
            "owned": owned_roles(documents, measured),
        }
        export(network, self._work.scheme, self.tokenizer, folder, {**said, **settings})
        return folder


def calibrated(ontology: Ontology, folder: Path, documents: Sequence[Annotated]) -> dict[str, object]:
    """Certainty, thresholds and confidence, fitted on documents that the folder's weights have not seen.

    How sure a fact is for the choice of thresholds, is said by a model that was fitted on the other
    documents.
    """
    judged, wanted = judge(ontology, folder, documents)
    halves = [[f for f in judged if _half(f.document) == half] for half in (0, 1)]
    crossed = [
        replace(fact, sure=Certainty.of(fit_certainty(other, clean=False)).probability(fact.signs))
        for own, other in (halves, halves[::-1])
        for fact in own
    ]
    thresholds = choose_thresholds(crossed, wanted)
    precise = choose_thresholds(crossed, wanted, precision=_PRECISE)
    rare = thresholds.pop("", Policy().threshold)
    kept = [fact for fact in crossed if fact.sure >= thresholds.get(fact.type, rare)]
    return {
        "share": fit_certainty(judged, clean=False),
        "thresholds": thresholds,
        "threshold": rare,
        "precise": {"threshold": precise.pop("", 0.9), "thresholds": precise},
        "calibration": fit_certainty(kept, clean=True),
    }


def _half(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % 2


def judge(
    ontology: Ontology, folder: Path, documents: Sequence[Annotated]
) -> tuple[list[Judged], dict[str, int]]:
    """Every fact that the weights of a folder read at a low threshold, judged; and the gold's fillers
    by type."""
    reader = Reader(folder, ontology.divisions)
    policy = replace(Policy.of(reader.model.settings), thresholds={}, threshold=_LOOSE, share=None)
    drafts: list[Draft] = []

    def numbered(draft: Draft) -> Weighed:
        drafts.append(draft)
        return Weighed(0.0, (str(len(drafts) - 1),))

    extractor = Extractor(ontology, read=reader.read, policy=policy, weigh=numbered)
    maker = GoldMaker(ontology)
    judged: list[Judged] = []
    wanted: Counter[str] = Counter()
    for document in documents:
        gold = list(maker.gold(document.text, document.facts))
        for wish in gold:
            if not wish.optional:
                fillers = (f for held in wish.roles.values() for f in held)
                wanted[wish.type] += 1 + sum(not filler.optional for filler in fillers)
        facts = extractor.extract(Document(document.name, document.text)).facts
        found = verdicts(gold, list(map(predicted_from_fact, facts)))
        for fact, (agreeing, said) in zip(facts, found, strict=True):
            draft = drafts[int(fact.reasons[0])]
            if said and draft.signs:  # not a row of a table
                judged.append(Judged(document.name, fact.type, draft.parts[0], draft.signs, agreeing, said))
    return judged, dict(wanted)


def look(ontology: Ontology, folder: Path, documents: Sequence[Annotated]) -> Score:
    """The score of a folder's weights and settings on documents that they have not seen."""
    reader = Reader(folder, ontology.divisions)
    settings = reader.model.settings
    extractor = Extractor(
        ontology, read=reader.read, policy=Policy.of(settings), weigh=weigher(settings.get("calibration"))
    )
    maker = GoldMaker(ontology)
    return evaluate(
        (
            document.name,
            list(maker.gold(document.text, document.facts)),
            list(map(predicted_from_fact, extractor.extract(Document(document.name, document.text)).facts)),
        )
        for document in documents
    )
