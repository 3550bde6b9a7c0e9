"""A user's marked sentences as examples: windows with the facts of one type that they give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.anchored import AnchoredFact, AnchoredFiller
from kg.ontology import Ontology
from kg.ontology.examples import Example, ExampleFact
from kg.ontology.marked import place
from kg.ontology.vocabulary import QUANTITY, TIME, FactType
from kg.reader.model import Model
from kg.reader.windows import Windows
from kg.teaching.vectors import Seen, see
from kg.training.corpus import Annotated, ExampleMaker, Settings
from kg.types import Span
from kg.values import load_tables


@dataclass(frozen=True, slots=True)
class Sentence:
    """A window of a marked sentence; all its facts of the type are told. ``number`` is the sentence's."""

    number: int
    type: str
    seen: Seen


def settings_of(ontology: Ontology) -> Settings:
    """What the shipped training knows of the corpus and of pivots."""
    return Settings.read(ontology.reader / "corpus" / "training.yaml")


def sentences_of(
    ontology: Ontology, model: Model, examples: Mapping[str, Sequence[Example]]
) -> dict[str, list[Sentence]]:
    """The marked sentences of each fact type, in their order."""
    settings = settings_of(ontology)
    own = dict(settings.own)
    for name, marked in examples.items():
        if name not in model.heads.types:
            own[name] = _standing(ontology.vocabulary.fact_types[name], marked)
    windows = Windows(model.tokenizer)
    maker = ExampleMaker(ontology, load_tables(ontology.lexicon), windows, replace(settings, own=own))
    found: dict[str, list[Sentence]] = {}
    for name, marked in examples.items():
        held = found.setdefault(name, [])
        for number, example in enumerate(marked):
            document = Annotated(example.where, example.text, list(_facts(name, example)))
            for window in maker.examples(document):
                seen = see(model, window)
                if seen is not None:
                    held.append(Sentence(number, name, seen))
    return found


def _standing(fact_type: FactType, examples: Iterable[Example]) -> tuple[str, ...]:
    """The roles that a fact of a new type stands on: its figures, then what most facts have once."""
    once = Counter(
        role
        for example in examples
        for fact in example.facts
        for role, fillers in fact.roles.items()
        if len(fillers) == 1
    )
    roles = [role for role in fact_type.roles.values() if role.kinds != {TIME}]
    figures = [role.name for role in roles if role.kinds == {QUANTITY}]
    others = [role.name for role in roles if role.kinds != {QUANTITY}]
    return (*figures, *sorted(others, key=lambda name: -once[name]))


def _facts(name: str, example: Example) -> Iterator[AnchoredFact]:
    whole = Span(0, len(example.text))
    for fact in example.facts:
        fillers = tuple(_fillers(example.text, fact))
        trigger = min(filler.span for filler in fillers)
        yield AnchoredFact(name, fact.modality, trigger, whole, fillers, where=example.where)


def _fillers(text: str, fact: ExampleFact) -> Iterator[AnchoredFiller]:
    for role, fillers in fact.roles.items():
        for words in fillers:
            span = place(text, words)
            if span is not None:
                yield AnchoredFiller(role, span)
