"""The files that users open: graph.ttl, facts.jsonl, to-check.jsonl, graph.html and report.txt.

Each says what a build from nothing would say. What did not change since the published store is taken from
the files it left: ``Notes`` say where it stands in them. What was read now comes from the parts; what several
sources have, and what changes of others bear on, is looked up in the store.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from kg import terms
from kg.building.parts import Part
from kg.building.pieces import Piece, digest, write_pieces
from kg.building.stated import Stated, unite
from kg.export import derived_section, turtle_header, turtle_section
from kg.files import write_whole
from kg.graph import SourceGraph, Union, first_not_taken, read_document, read_stated
from kg.ontology import Ontology
from kg.ontology.vocabulary import Vocabulary
from kg.report import MOST_TOLD, format_report
from kg.store import Store
from kg.text import own_passages
from kg.types import Fact, Problem, Report

TURTLE, FACTS, PAGE, REPORT = "graph.ttl", "facts.jsonl", "graph.html", "report.txt"
TO_CHECK = "to-check.jsonl"
FILES = (TURTLE, FACTS, TO_CHECK, PAGE, REPORT)
PAGE_FACTS = 2_000  # of a larger graph the page shows the first sources: it has to open in a browser

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Notes:
    """What was written down about the outputs of a store.

    ``made`` is the fingerprint of the ontology and the program. ``entities`` and ``facts`` count, for each
    source, what belongs to it by class and type (see kg.graph.Union). ``page`` is a digest of the page and
    of what it shows.
    """

    made: str
    turtle: dict[str, Piece] = field(default_factory=dict)
    lines: dict[str, Piece] = field(default_factory=dict)
    entities: dict[str, Counts] = field(default_factory=dict)
    facts: dict[str, Counts] = field(default_factory=dict)
    page: tuple[str, str] = ("", "")

    @classmethod
    def read(cls, path: Path, made: str) -> Self:
        """The notes in the file; none where there is none, or it is another program's or ontology's."""
        try:
            data: dict[str, Any] = json.loads(path.read_bytes())
            if data["made"] != made:
                return cls(made)
            turtle, lines = (
                {name: Piece(*piece) for name, piece in data[key].items()} for key in ("turtle", "lines")
            )
            return cls(made, turtle, lines, data["entities"], data["facts"], tuple(data["page"]))
        except (OSError, ValueError, TypeError, KeyError):
            return cls(made)

    def to_json(self) -> bytes:
        """The notes as they are written down."""
        data = asdict(self) | {
            key: {name: [p.offset, p.size, p.digest] for name, p in pieces.items()}
            for key, pieces in (("turtle", self.turtle), ("lines", self.lines))
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Stale:
    """The sources whose own statements changed, and those of whose facts and entities something changed.

    ``derived`` is whether what follows from them may have changed.
    """

    own: frozenset[str]
    belongings: frozenset[str]
    derived: bool


def built_from(store: Store) -> dict[str, str]:
    """By the name of each source what its graph was built from; empty where the graph does not say."""
    keys = dict(read_stated(store, terms.BUILT_FROM))
    return {name: keys.get(name, "") for name in store.sources()}


def find_stale(store: Store, before: Store | None, notes: Notes, vocabulary: Vocabulary) -> Stale:
    """What is to be made anew: all that the notes do not know, and what the changed sources bear on."""
    keys = built_from(store)
    known = {name: key for name, key in built_from(before).items() if key} if before is not None else {}
    own = {name for name, key in keys.items() if known.get(name) != key or name not in notes.turtle}
    changed = own | (known.keys() - keys.keys())
    belongings = own | (keys.keys() - notes.lines.keys())
    if before is not None and len(belongings) < len(keys):
        belongings |= _bear_on(changed, Union(before, vocabulary), Union(store, vocabulary))
    return Stale(frozenset(own), frozenset(belongings & keys.keys()), bool(changed))


def _bear_on(changed: set[str], before: Union, now: Union) -> set[str]:
    """The sources to which facts and entities of the changed ones belong or belonged, or that name them."""
    facts, entities = set[str](), set[str]()
    for union in (before, now):
        for source in changed & union.graphs.keys():
            facts |= union.facts_in(source)
            entities |= union.entities_in(source)
    found = set[str]()
    for iri in facts:
        found.update(before.sources_of(iri)[:1], now.sources_of(iri)[:1])
    for iri in entities:
        old, new = before.sources_of(iri), now.sources_of(iri)
        if old[:1] != new[:1]:
            found.update(old[:1], new[:1])
        if old and new and before.entity(iri) != now.entity(iri):
            found.update(new)
    return found


def write_outputs(
    folder: Path,
    store: Store,
    before: Store | None,
    notes: Notes,
    ontology: Ontology,
    unread: list[Problem],
    part_of: Callable[[str], Part | None],
) -> tuple[Report, Notes]:
    """Write the five files, each whole or not at all; ``notes`` are those of the store ``before``.

    ``part_of`` gives the part that a source's graph was just made of: what the source states is taken from
    there, where others have been made since from what the store has of them.
    """
    vocabulary = ontology.vocabulary
    stale = find_stale(store, before, notes, vocabulary)
    union = Union(store, vocabulary)
    entities = {name: counts for name, counts in notes.entities.items() if name in union.graphs}
    facts = {name: counts for name, counts in notes.facts.items() if name in union.graphs}

    def section(name: str) -> bytes:
        if name == terms.DERIVED_GRAPH:
            return derived_section(store, ontology.base, vocabulary)
        if (part := part_of(name)) is not None:
            return part.turtle()
        graph = union.graphs[name]
        return turtle_section(store.quads(graph), graph, ontology.base, vocabulary)

    def lines(name: str) -> bytes:
        if (part := part_of(name)) is not None:
            stated = part.stated()
        else:
            stated = Stated.of(SourceGraph(name, store.quads(union.graphs[name]), vocabulary))
        united = unite(stated, name, union)
        facts[name], entities[name] = united.facts, united.entities
        return united.lines.encode("utf-8", "replace")

    turtle = write_pieces(
        folder / TURTLE, turtle_header(ontology.base, vocabulary), [*union.graphs, terms.DERIVED_GRAPH],
        section,
        before=notes.turtle, stale=stale.own | ({terms.DERIVED_GRAPH} if stale.derived else set()),
    )  # fmt: skip
    pieces = write_pieces(
        folder / FACTS, b"", union.graphs, lines, before=notes.lines, stale=stale.belongings
    )
    shown = _shown(union.graphs, facts)
    title = shown[0] if len(shown) == len(union.graphs) == 1 else f"{len(union.graphs)} sources"
    if len(shown) < len(union.graphs):
        title = f"the first {len(shown)} of {title}"
    page = notes.page
    if page != _page_key(folder / PAGE, title, shown) or not (stale.own | stale.belongings).isdisjoint(shown):
        write_whole(folder / PAGE, _page(store, union, shown, ontology, title))
        page = _page_key(folder / PAGE, title, shown)
    doubtful = [line for _, line in sorted(read_stated(store, terms.TO_CHECK))]
    report = _report(store, list(union.graphs), entities, facts, len(doubtful), unread)
    for name, text in (
        (TO_CHECK, "".join(f"{line}\n" for line in doubtful)),
        (REPORT, format_report(report)),
    ):
        content = text.encode("utf-8", "replace")
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            write_whole(folder / name, content)
    return report, Notes(notes.made, turtle, pieces, entities, facts, page)


# --- The page ----------------------------------------------------------------------------------------


def _shown(names: Iterable[str], facts: Mapping[str, Counts]) -> list[str]:
    """The first sources, of so many facts as a page bears."""
    shown, count = list[str](), 0
    for name in names:
        count += sum(facts[name].values())
        if shown and count > PAGE_FACTS:
            break
        shown.append(name)
    return shown


def _page_key(path: Path, title: str, shown: list[str]) -> tuple[str, str]:
    """Digests of what the page shows and of the file; changed facts aside, they tell whether it stands."""
    said = json.dumps([title, shown]).encode()
    return digest(said), digest(path.read_bytes()) if path.is_file() else ""


def _page(store: Store, union: Union, shown: list[str], ontology: Ontology, title: str) -> str:
    from kg.view import render  # numpy and networkx: not where no page is drawn

    facts = [_evidenced_in(fact, set(shown)) for name in shown for fact in union.facts_of(name)]
    entities = [entity for name in shown for entity in union.entities_of(name)]
    documents = [read_document(store, name, union.graphs[name]) for name in shown]
    texts = {document.source: document.text for document in documents}
    passages = {d.source: own_passages(d, ontology.grammar, ontology.divisions) for d in documents}
    return render(facts, entities, ontology.vocabulary, texts, title=title, passages=passages)


def _evidenced_in(fact: Fact, sources: set[str]) -> Fact:
    """The fact with its evidence in the sources alone: the page has their texts."""
    return replace(fact, evidence=tuple(e for e in fact.evidence if e.source in sources))


# --- The report --------------------------------------------------------------------------------------


def _report(
    store: Store,
    sources: list[str],
    entities: Mapping[str, Counts],
    facts: Mapping[str, Counts],
    doubtful: int,
    unread: list[Problem],
) -> Report:
    """What the store holds and what could not be read this time."""
    problems = itertools.starmap(Problem, read_stated(store, terms.PROBLEM))

    def total(predicate: str) -> int:
        return sum(int(count) for _, count in read_stated(store, predicate))

    return Report(
        sources=sources,
        characters=total(terms.LENGTH),
        sentences=total(terms.SENTENCES),
        entities=_total(entities),
        facts=_total(facts),
        doubtful=doubtful,
        figures=total(terms.FIGURES),
        figures_taken=total(terms.FIGURES_TAKEN),
        sentences_taken=total(terms.SENTENCES_TAKEN),
        sentences_not_taken=sum(1 for _ in read_stated(store, terms.NOT_TAKEN)),
        not_taken=first_not_taken(store, MOST_TOLD),
        nothing_taken=dict(sorted(read_stated(store, terms.NOTHING_TAKEN))),
        problems=sorted({*problems, *unread}),
    )


def _total(counts: Mapping[str, Counts]) -> Counts:
    total: Counter[str] = Counter()
    for part in counts.values():
        total.update(part)
    return dict(sorted(total.items()))
