"""The corpus as the network sees it: windows with their features, chunks, facts, and the pivot of each
fact."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from kg.anchored import AnchoredFact, AnchoredFiller, parse_anchored
from kg.mentions.values import find_values
from kg.ontology import Ontology
from kg.ontology.vocabulary import ENTITY
from kg.ontology.yamlfile import read_yaml
from kg.reader.features import Features, Gazetteer, features
from kg.reader.windows import Window, Windows
from kg.script import to_simplified
from kg.text import split_passages
from kg.types import Document, Modality, Span
from kg.values import Tables

_COMMON = 20  # facts of which a role must be known before it is held to one filler
_SEVERAL = 0.035  # of them, with several fillers of the role; fewer are slips
_OWNED = 0.05  # of the figures of a role that are in two facts of one type; fewer are slips
_SHARED = 5  # facts in which one filler has two roles, from which they may; fewer are slips
_GENRE = 2  # characters of a written document's name


@dataclass(frozen=True, slots=True)
class Settings:
    """Which filler a fact stands on, and which documents belong to which part: ``corpus/training.yaml``."""

    figures: tuple[str, ...]
    without_figures: frozenset[str]
    own: Mapping[str, Sequence[str]]
    last: tuple[str, ...]
    calibrate: frozenset[str]
    look: frozenset[str]
    sampled: frozenset[str]
    one_in: int

    @classmethod
    def read(cls, path: Path) -> Settings:
        """The settings of a file; raises OntologyError where it is no YAML."""
        data: Any = read_yaml(path).data
        pivots, parts = data["pivots"], data["parts"]
        return cls(
            tuple(pivots["figures"]),
            frozenset(pivots["without_figures"]),
            pivots["own"],
            tuple(pivots["last"]),
            frozenset(parts["calibrate"]),
            frozenset(parts["look"]),
            frozenset(parts["sampled"]["sources"]),
            parts["sampled"]["one_in"],
        )

    def part_of(self, name: str, source: str) -> str:
        """``train``, ``calibrate`` or ``look``: the part of a document by its name and source."""
        genres = {source or name[:_GENRE]}
        if genres & self.look:
            return "look"
        digest = hashlib.sha256(name.encode()).digest()
        if genres & self.calibrate or (source in self.sampled and digest[0] % self.one_in == 0):
            return "calibrate"
        return "train"


@dataclass(frozen=True, slots=True)
class Pivoted:
    """A fact with the span that it stands on, a filler or else its trigger."""

    fact: AnchoredFact
    pivot: Span
    on_trigger: bool


@dataclass(slots=True)
class Annotated:
    """A document with its facts."""

    name: str
    text: str
    facts: list[AnchoredFact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """A window to learn from: the facts whose pivots stand in its core, and the spans of all facts in it."""

    document: str
    window: Window
    features: Features
    facts: tuple[Pivoted, ...]
    spans: tuple[Span, ...]
    triggers: tuple[Span, ...]
    meant: Mapping[Span, tuple[str, ...]]
    text: str


def pivots(facts: Sequence[AnchoredFact], settings: Settings) -> Iterator[Pivoted]:
    """The pivot of each fact, in the order of the facts; no two of a type have the same."""
    used: set[tuple[str, int]] = set()
    ordered = [*(f for f in facts if not f.optional), *(f for f in facts if f.optional)]
    for fact in ordered:
        here: dict[str, list[Span]] = {}
        for filler in fact.fillers:
            if fact.sentence.contains(filler.span):
                here.setdefault(filler.role, []).append(filler.span)
        first = () if fact.type in settings.without_figures else settings.figures
        options = [min(here[role]) for role in (*first, *settings.own.get(fact.type, ())) if role in here]
        options += [
            fact.trigger,
            *(span for role in settings.last for span in sorted(here.get(role, ()))),
        ]
        chosen = next((s for s in options if (fact.type, s.start) not in used), fact.trigger)
        used.add((fact.type, chosen.start))
        fillers = {filler.span for filler in fact.fillers}
        whole = max((s for s in fillers if s.start == chosen.start), default=chosen)
        yield Pivoted(fact, whole, whole not in fillers)


def read_folder(folder: Path, annotations: Iterable[Path]) -> list[Annotated]:
    """The documents of a folder that annotation files speak of."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    found: dict[str, Annotated] = {}
    for path in annotations:
        with path.open(encoding="utf-8") as lines:
            for name, facts in parse_anchored(lines, texts, str(path)).items():
                found.setdefault(name, Annotated(name, texts[name])).facts.extend(facts)
    return [found[name] for name in sorted(found)]


def read_packed(path: Path) -> list[Annotated]:
    """The documents of a packed corpus: ``{"name", "text", "lines"}`` a line, xz."""
    found = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            said = (json.dumps(each, ensure_ascii=False) for each in record["lines"])
            facts = parse_anchored(said, {record["name"]: record["text"]}, f"{path}: {record['name']}")
            found.append(Annotated(record["name"], record["text"], facts.get(record["name"], [])))
    return found


def read_spans(path: Path, pages: Path) -> list[Annotated]:
    """The facts of pages whose texts do not ship: spans in ``path``, texts in ``pages``, both JSON lines, xz.

    A page that is not there, or has another length, is left out.
    """
    with lzma.open(pages, "rt", encoding="utf-8") as lines:
        texts = {record["source"]: record["text"] for record in map(json.loads, lines)}
    found = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            text = texts.get(record["page"], "")
            if len(text) == record["length"]:
                facts = [_spanned(text, fact) for fact in record["facts"]]
                found.append(Annotated(record["name"], text, facts))
    return found


def _spanned(text: str, fact: Mapping[str, Any]) -> AnchoredFact:
    """A fact told by spans: a filler is start and end, and what it stands for, a time or a span."""
    fillers = []
    for role, said in fact["a"].items():
        for start, end, *meant in said:
            stands = meant[0] if len(meant) == 1 else text[slice(*meant)] if meant else ""
            fillers.append(AnchoredFiller(role, Span(start, end), stands))
    return AnchoredFact(
        fact["t"],
        Modality(fact["m"]),
        Span(*fact["trig"]),
        Span(*fact["s"]),
        tuple(fillers),
        bool(fact.get("opt")),
        bool(fact.get("dup")),
    )


class ExampleMaker:
    """Makes the examples of documents."""

    def __init__(self, ontology: Ontology, tables: Tables, windows: Windows, settings: Settings) -> None:
        self._settings = settings
        roles = ontology.vocabulary.roles()
        self._entities = {name for name, role in roles.items() if ENTITY in role.kinds}
        self._grammar = ontology.grammar
        self._tables = tables
        self._windows = windows
        self._gazetteer = Gazetteer(ontology.divisions)

    def examples(self, document: Annotated) -> Iterator[Example]:
        """The windows of a document, with what is to be learnt from each."""
        text = to_simplified(document.text)
        passages = split_passages(Document(document.name, text), self._grammar)
        values = find_values(text, passages, self._tables, self._grammar)
        marks = features(
            text, values.quantities, values.times, self._gazetteer.find(text), values.quoted, values.titled
        )
        pivoted = list(pivots(document.facts, self._settings))
        spans = {filler.span for fact in document.facts for filler in fact.fillers}
        triggers = {each.pivot for each in pivoted if each.on_trigger}
        meant: dict[Span, set[str]] = {}
        for fact in document.facts:
            for filler in fact.fillers:
                if filler.meant and filler.role in self._entities:
                    meant.setdefault(filler.span, set()).add(to_simplified(filler.meant))
        for window in self._windows.of(text, passages):
            core = {int(at) for at in window.at[window.core :] if at >= 0}
            yield Example(
                document.name,
                window,
                marks.under(window),
                tuple(each for each in pivoted if each.pivot.start in core),
                tuple(sorted(spans)),
                tuple(sorted(triggers)),
                {span: tuple(sorted(names)) for span, names in meant.items()},
                text,
            )


def shared_roles(documents: Iterable[Annotated]) -> dict[str, list[list[str]]]:
    """For each type the pairs of roles that the same characters fill at times: 互访 has visitor and host."""
    found: Counter[tuple[str, str, str]] = Counter()
    for document in documents:
        for fact in document.facts:
            roles = sorted({(filler.role, filler.span) for filler in fact.fillers})
            found.update(
                (fact.type, one, other)
                for (one, span), (other, there) in combinations(roles, 2)
                if span == there
            )
    shared: dict[str, list[list[str]]] = {}
    for (kind, *pair), count in sorted(found.items()):
        if count >= _SHARED:
            shared.setdefault(kind, []).append(pair)
    return shared


def single_roles(documents: Iterable[Annotated]) -> dict[str, list[str]]:
    """For each type the roles that almost always hold one filler."""
    facts: Counter[tuple[str, str]] = Counter()
    several: Counter[tuple[str, str]] = Counter()
    for document in documents:
        for fact in document.facts:
            for role, count in Counter(filler.role for filler in fact.fillers).items():
                facts[fact.type, role] += 1
                several[fact.type, role] += count > 1
    single: dict[str, list[str]] = {}
    for (kind, role), count in sorted(facts.items()):
        if count >= _COMMON and several[kind, role] < _SEVERAL * count:
            single.setdefault(kind, []).append(role)
    return single


def owned_roles(
    documents: Iterable[Annotated], measured: Collection[tuple[str, str]]
) -> dict[str, list[str]]:
    """Of the ``measured`` roles of types those whose figure is of one fact nearly always."""
    figures: Counter[tuple[str, str]] = Counter()
    twice: Counter[tuple[str, str]] = Counter()
    for document in documents:
        facts = Counter(
            (fact.type, fact.modality, filler.role, filler.span)
            for fact in document.facts
            for filler in fact.fillers
            if (fact.type, filler.role) in measured
        )
        for (kind, _, role, _), count in facts.items():
            figures[kind, role] += 1
            twice[kind, role] += count > 1
    owned: dict[str, list[str]] = {}
    for (kind, role), count in sorted(figures.items()):
        if count >= _COMMON and twice[kind, role] < _OWNED * count:
            owned.setdefault(kind, []).append(role)
    return owned
