"""Sources to a folder with a store, tables, a page and a report: only what changed is done.

In two steps: each source to a part (kg.building.parts), by as many processes as there are cores; the parts to
a graph. ``build`` does both: it makes the store hold the sources named and no others. ``make_parts`` and
``merge`` are the steps by themselves, ``remove`` takes sources out. All leave what a build from nothing would
have left, whatever came before, and finish what a stopped one has begun.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg import terms
from kg.building.decided import decisions_applied, decisions_made, find_concerned, find_corrected, unmatched
from kg.building.filling import crew_of, fill, gather, make_parts, tidy
from kg.building.outputs import FACTS, FILES, PAGE, REPORT, TURTLE, Notes, built_from, write_outputs
from kg.building.parts import Part, PartsFolder, fingerprint, part_name
from kg.building.workers import Crew
from kg.building.workplace import STORE, Workplace, open_workplace
from kg.decisions import NONE, Decisions
from kg.derivation import Rule, derive, load_rules
from kg.errors import SourceError
from kg.graph import vocabulary_quads
from kg.ontology import Ontology
from kg.sources import source_name
from kg.store import Store
from kg.types import Document, Problem, Report

if TYPE_CHECKING:
    from kg.pipeline import Extractor

__all__ = [
    "FACTS", "PAGE", "REPORT", "STORE", "TURTLE", "PartsFolder", "build", "crew_of", "make_parts", "merge",
    "remove",
]  # fmt: skip

_WAITS = "decisions or corrections on it changed; name it too, or build without --add"
_FLUSHED = 50  # sources: what a failure of the machine can cost, and what the store holds in memory
_BULK = 20  # new sources from which on they are added in bulk, which takes a quarter of the time
_AT_ONCE = 500  # of these: the loader holds what it is given in memory, 0.4 MB for 800 characters

Tell = Callable[[str], None]
PartOf = Callable[[str], Part | None]  # of the sources that are read now


def build(
    sources: Iterable[Document | Problem],
    output: str | Path,
    ontology: Ontology,
    *,
    add: bool = False,
    force: bool = False,
    decisions: Decisions = NONE,
    extractor: Extractor | None = None,
    crew: Crew | None = None,
    progress: Tell | None = None,
    waiting: Tell | None = None,
) -> Report:
    """Build the graph of the sources in a folder: afterwards the store holds these and no others.

    With ``add`` it holds these and what it held before. Sources are read again where they, the ontology
    or the program changed since, or ``decisions`` on them; or all with ``force``. All cores read, or whoever
    the ``crew`` is; a source that the program breaks over is a Problem. Readers see the new graph when it is
    complete; a build that is stopped is finished by the next, which finds the parts that are made. Nothing is
    touched where no source can be read.
    """
    rules = load_rules(ontology.rules)
    unread: list[Problem] = []
    documents = _documents(sources, unread)
    first = next(documents, None)
    if first is None:
        for _ in documents:
            pass
        return Report(problems=sorted(set(unread)), unread=unread)
    with open_workplace(output, waiting=waiting) as place:
        store, known = place.store, {} if force else built_from(place.store)
        applied = decisions_applied(store)
        concerned = find_concerned(store, decisions, applied, decisions_made(store))
        named = set[str]()
        folder = PartsFolder(place.parts)

        def to_read() -> Iterator[Document]:
            for document in itertools.chain((first,), documents):
                decided = decisions.in_order(applied.get(document.source, frozenset()))
                named.add(document.source)
                said = decisions.corrections.lines(document.source)
                key = fingerprint(document, ontology, decided, said)
                if known.get(document.source) != key or document.source in concerned:
                    yield document

        def name_of(document: Document) -> str:
            return part_name(document, ontology, decisions)

        crew = crew or crew_of(ontology, decisions, extractor=extractor)
        filled = fill(folder, to_read(), crew, name_of, anew=force, progress=progress)
        lost = {source: one.problem for source, one in filled.items() if one.problem is not None}
        unread += lost.values()
        named -= lost.keys()
        if not named:
            return Report(problems=sorted(set(unread)), unread=unread)
        read = sorted(filled.keys() - lost.keys())
        fresh = set(read)

        def part_of(source: str) -> Part | None:
            return folder.open(filled[source].name) if source in fresh else None

        _load(place, read, part_of)
        if add:
            _restore(place, named)
            removed = []
        else:
            removed = _remove(store, store.sources().keys() - named)
        corrected = find_corrected(store, decisions.corrections)
        waits = (concerned | corrected) & store.sources().keys() - named  # --add: a later build reads them
        unread += [Problem(name, _WAITS) for name in waits]
        made = decisions_made(place.before or store) if waits else None
        report = _finish(place, ontology, rules, decisions, unread, part_of, made=made, anew=force)
        if read or removed:
            tidy(folder, report.sources, {source: filled[source].name for source in read}, known)
    report.read, report.removed, report.unread = read, removed, unread
    return report


def merge(
    folders: Sequence[str],
    output: str | Path,
    ontology: Ontology,
    *,
    decisions: Decisions = NONE,
    waiting: Tell | None = None,
) -> Report:
    """Make the graph of the parts in the folders: afterwards the store holds their sources and no others.

    Where a source's graph is what its part says already, it stays. Raises SourceError where a folder holds no
    parts, and StoreError for a damaged one.
    """
    rules = load_rules(ontology.rules)
    parts, unread = gather(folders, ontology, decisions)
    if not parts:
        return Report(problems=sorted(set(unread)), unread=unread)
    with open_workplace(output, waiting=waiting) as place:
        known = built_from(place.store)
        fresh = {name: part for name, part in sorted(parts.items()) if known.get(name) != part.head.key}
        read = list(fresh)
        _load(place, read, fresh.get)
        removed = _remove(place.store, place.store.sources().keys() - parts.keys())
        report = _finish(place, ontology, rules, decisions, unread, fresh.get)
    report.read, report.removed, report.unread = read, removed, unread
    return report


def remove(
    sources: Sequence[str],
    output: str | Path,
    ontology: Ontology,
    *,
    decisions: Decisions = NONE,
    waiting: Tell | None = None,
) -> Report:
    """Take sources out of the store of a folder, with all that they alone state.

    A source is given by its name or its path. Raises SourceError, and changes nothing, where one of them
    is not there.
    """
    rules = load_rules(ontology.rules)
    with open_workplace(output, waiting=waiting) as place:
        _restore(place, ())
        there = place.store.sources()
        names = [source if source in there else source_name(source, there) for source in sources]
        for name in names:
            if name not in there:
                near = difflib.get_close_matches(name, there, n=1)
                advice = f"did you mean {near[0]}?" if near else "`kg query sources` lists them"
                raise SourceError(f"{name}: no such source in {output}; {advice}")
        removed = _remove(place.store, set(names))
        made = decisions_made(place.store)
        known = built_from(place.store)
        report = _finish(place, ontology, rules, decisions, [], lambda source: None, made=made)
        tidy(PartsFolder(place.parts), report.sources, {}, known)
    report.removed = removed
    return report


def _documents(sources: Iterable[Document | Problem], unread: list[Problem]) -> Iterator[Document]:
    for source in sources:
        if isinstance(source, Problem):
            unread.append(source)
        else:
            yield source


def _load(place: Workplace, sources: Sequence[str], part_of: PartOf) -> None:
    """Make the store hold the parts of the sources, in this order."""
    store = place.store
    there = store.sources()
    new = [part for source in sources if source not in there and (part := part_of(source)) is not None]
    if len(new) >= _BULK:
        with place.loading():
            for first in range(0, len(new), _AT_ONCE):
                store.add(quad for part in new[first : first + _AT_ONCE] for quad in part.quads())
        sources = [source for source in sources if source in there]
    for count, source in enumerate(sources, 1):
        if (part := part_of(source)) is None:
            continue
        store.replace(part.head.graph, part.quads())
        if count % _FLUSHED == 0:
            store.flush()


def _remove(store: Store, sources: Iterable[str]) -> list[str]:
    graphs = store.sources()
    for source in sorted(sources):
        store.remove(graphs[source])
    return sorted(sources)


def _restore(place: Workplace, named: Container[str]) -> None:
    """Undo what a build that was stopped, of whatever sources, did to any that are not named now."""
    if place.before is None:
        return
    kept, found = built_from(place.before), built_from(place.store)
    _remove(place.store, [name for name in found if name not in kept and name not in named])
    for name, graph in place.before.sources().items():
        if name not in named and found.get(name) != kept[name]:
            place.store.replace(graph, place.before.quads(graph))


def _finish(
    place: Workplace,
    ontology: Ontology,
    rules: Sequence[Rule],
    decisions: Decisions,
    unread: list[Problem],
    part_of: PartOf,
    *,
    made: Collection[str] | None = None,
    anew: bool = False,
) -> Report:
    """Derive what follows, write the outputs and publish the store, unless all stands as it was published.

    ``made`` are the decisions that the store is made with, where they are not those of the file.
    """
    words = set(vocabulary_quads(ontology.vocabulary, decisions.texts if made is None else made))
    if words != set(place.store.quads(terms.VOCABULARY_GRAPH)):
        place.store.replace(terms.VOCABULARY_GRAPH, words)
    files = place.stage(FILES)
    program = ontology.fingerprint
    derive(place.store, rules, {**built_from(place.store), "": program})
    notes = Notes(program) if anew else Notes.read(place.notes(published=True), program)
    told = [*unread, *unmatched(decisions, place.store)]
    report, written = write_outputs(files, place.store, place.before, notes, ontology, told, part_of)
    if (
        place.before is not None
        and written == notes
        and not place.has_new_files()
        and built_from(place.before) == built_from(place.store)
        and decisions_made(place.before) == decisions_made(place.store)
    ):
        place.discard()
    else:
        place.publish(written.to_json())
    return report
