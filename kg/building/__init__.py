"""Sources to a folder with a store, tables, a page and a report: only what changed is done.

``build`` makes the store hold the sources named and no others, ``remove`` takes some out. Both leave what
a build from nothing would have left, whatever came before, and finish what a stopped one has begun.
"""

from __future__ import annotations

import difflib
import gc
import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import terms
from kg.building.decided import decisions_applied, decisions_made, find_concerned, unmatched
from kg.building.outputs import FACTS, FILES, PAGE, REPORT, TURTLE, Notes, built_from, write_outputs
from kg.building.workplace import STORE, Workplace, open_workplace
from kg.checks import Shapes, conforming
from kg.decisions import NONE, Decisions, apply
from kg.derivation import Rule, derive, load_rules
from kg.errors import SourceError, one_source
from kg.graph import vocabulary_quads
from kg.iris import source_iri
from kg.ontology import Ontology
from kg.sources import source_name
from kg.store import Store
from kg.types import Document, Problem, Report

if TYPE_CHECKING:
    from kg.pipeline import Extractor

__all__ = ["FACTS", "PAGE", "REPORT", "STORE", "TURTLE", "build", "remove"]

_WAITS = "decisions on it changed; name it too, or build without --add"
_FLUSHED = 50  # sources: what a failure of the machine can cost, and what the store holds in memory

Tell = Callable[[str], None]


def build(
    sources: Iterable[Document | Problem],
    output: str | Path,
    ontology: Ontology,
    *,
    add: bool = False,
    force: bool = False,
    decisions: Decisions = NONE,
    extractor: Extractor | None = None,
    progress: Tell | None = None,
    waiting: Tell | None = None,
) -> Report:
    """Build the graph of the sources in a folder: afterwards the store holds these and no others.

    With ``add`` it holds these and what it held before. Sources are read again where they, the ontology
    or the program changed since, or ``decisions`` on them; or all with ``force``. Each source's graph is
    replaced in one transaction in a copy of the store that readers see when it is complete; a build that
    is stopped is finished by the next. Nothing is touched where no source can be read.
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
        named: dict[str, str] = {}
        read: list[str] = []

        def changed() -> Iterator[Document]:
            for document in itertools.chain((first,), documents):
                decided = decisions.in_order(applied.get(document.source, frozenset()))
                named[document.source] = key = fingerprint(document, ontology, decided)
                if known.get(document.source) != key or document.source in concerned:
                    yield document

        for document, graph in _graphs(changed(), ontology, decisions, extractor):
            source = document.source
            if progress is not None:
                progress(source)
            if isinstance(graph, Problem):
                unread.append(graph)
                named.pop(source)
                continue
            named[source], found = graph
            store.replace(source_iri(ontology.base, source), found)
            read.append(source)
            if len(read) % _FLUSHED == 0:
                store.flush()
        if not named:
            return Report(problems=sorted(set(unread)), unread=unread)
        if add:
            _restore(place, named)
            removed = []
        else:
            removed = _remove(store, store.sources().keys() - named.keys())
        waits = concerned & store.sources().keys() - named.keys()  # --add: a later build has to read them
        unread += [Problem(name, _WAITS) for name in waits]
        made = decisions_made(place.before or store) if waits else None
        report = _finish(place, ontology, rules, decisions, unread, made=made, anew=force)
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
        report = _finish(place, ontology, rules, decisions, [], made=made)
    report.removed = removed
    return report


def fingerprint(document: Document, ontology: Ontology, decided: Sequence[str] = ()) -> str:
    """A digest of all that a source's graph is made of: document, ontology, program, and decisions on it."""
    parts = [ontology.fingerprint, asdict(document), list(decided)]
    said = json.dumps(parts, default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _documents(sources: Iterable[Document | Problem], unread: list[Problem]) -> Iterator[Document]:
    for source in sources:
        if isinstance(source, Problem):
            unread.append(source)
        else:
            yield source


def _graphs(
    documents: Iterator[Document], ontology: Ontology, decisions: Decisions, extractor: Extractor | None
) -> Iterator[tuple[Document, tuple[str, set[Any]] | Problem]]:
    """Each document with its fingerprint and its graph, or with what is wrong with it.

    The libraries and models of the language are loaded when there is something to read.
    """
    shapes: Shapes | None = None
    for document in documents:
        if extractor is None:
            from kg.pipeline import Extractor

            extractor = Extractor(ontology)
            gc.freeze()  # what is loaded stays: looking through it at each collection took 7 % of the time
        shapes = shapes or Shapes(ontology.shapes, ontology.vocabulary_files)
        try:
            with one_source():
                extraction = extractor.extract(document)
                if decisions.texts:
                    extraction = apply(decisions, extraction, ontology, extractor.english)
                key = fingerprint(document, ontology, extraction.decisions)
                made = conforming(extraction, shapes, ontology.vocabulary, ontology.base, built_from=key)
        except SourceError as error:
            yield document, Problem(document.source, str(error))
        else:
            yield document, (key, made[1])


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
    report, written = write_outputs(files, place.store, place.before, notes, ontology, told)
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
