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
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kg import terms
from kg.building.outputs import FACTS, PAGE, REPORT, TURTLE, Notes, built_from, write_outputs
from kg.building.workplace import STORE, Workplace, open_workplace
from kg.errors import SourceError
from kg.graph import quads, vocabulary_quads
from kg.iris import source_iri
from kg.ontology import Ontology
from kg.sources import source_name
from kg.store import Store
from kg.types import Document, Extraction, Problem, Report

if TYPE_CHECKING:
    from kg.pipeline import Extractor

__all__ = ["FACTS", "PAGE", "REPORT", "STORE", "TURTLE", "build", "remove"]

_FLUSHED = 50  # sources: what a failure of the machine can cost, and what the store holds in memory

Tell = Callable[[str], None]


def build(
    sources: Iterable[Document | Problem],
    output: str | Path,
    ontology: Ontology,
    *,
    add: bool = False,
    force: bool = False,
    extractor: Extractor | None = None,
    progress: Tell | None = None,
    waiting: Tell | None = None,
) -> Report:
    """Build the graph of the sources in a folder: afterwards the store holds these and no others.

    With ``add`` it holds these and what it held before. Sources are read again where they, the ontology
    or the program changed since, or all with ``force``. Each source's graph is replaced in one
    transaction in a copy of the store that readers see when it is complete; a build that is stopped is
    finished by the next. Nothing is touched where no source can be read.
    """
    unread: list[Problem] = []
    documents = _documents(sources, unread)
    first = next(documents, None)
    if first is None:
        for _ in documents:
            pass
        return Report(problems=sorted(set(unread)), unread=unread)
    with open_workplace(output, waiting=waiting) as place:
        store, known = place.store, {} if force else built_from(place.store)
        named: dict[str, str] = {}
        read: list[str] = []

        def changed() -> Iterator[Document]:
            for document in itertools.chain((first,), documents):
                named[document.source] = key = fingerprint(document, ontology)
                if known.get(document.source) != key:
                    yield document

        for extraction in _extractions(changed(), ontology, extractor):
            source = extraction.document.source
            if progress is not None:
                progress(source)
            found = quads(extraction, ontology.vocabulary, ontology.base, built_from=named[source])
            store.replace(source_iri(ontology.base, source), found)
            read.append(source)
            if len(read) % _FLUSHED == 0:
                store.flush()
        if add:
            _restore(place, named)
            removed = []
        else:
            removed = _remove(store, store.sources().keys() - named.keys())
        report = _finish(place, Path(output), ontology, unread, anew=force)
    report.read, report.removed, report.unread = read, removed, unread
    return report


def remove(
    sources: Sequence[str], output: str | Path, ontology: Ontology, *, waiting: Tell | None = None
) -> Report:
    """Take sources out of the store of a folder, with all that they alone state.

    A source is given by its name or its path. Raises SourceError, and changes nothing, where one of them
    is not there.
    """
    with open_workplace(output, waiting=waiting) as place:
        _restore(place, ())
        there = place.store.sources()
        names = [source if source in there else source_name(source) for source in sources]
        for name in names:
            if name not in there:
                near = difflib.get_close_matches(name, there, n=1)
                advice = f"did you mean {near[0]}?" if near else "`kg query sources` lists them"
                raise SourceError(f"{name}: no such source in {output}; {advice}")
        removed = _remove(place.store, set(names))
        report = _finish(place, Path(output), ontology, [])
    report.removed = removed
    return report


def fingerprint(document: Document, ontology: Ontology) -> str:
    """A digest of all that a source's graph is made of: the document, the ontology and the program."""
    said = json.dumps([ontology.fingerprint, asdict(document)], default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _documents(sources: Iterable[Document | Problem], unread: list[Problem]) -> Iterator[Document]:
    for source in sources:
        if isinstance(source, Problem):
            unread.append(source)
        else:
            yield source


def _extractions(
    documents: Iterator[Document], ontology: Ontology, extractor: Extractor | None
) -> Iterator[Extraction]:
    """The libraries and models of the language are loaded when there is something to read."""
    for first in documents:
        if extractor is None:
            from kg.pipeline import Extractor

            extractor = Extractor(ontology)
            gc.freeze()  # what is loaded stays: looking through it at each collection took 7 % of the time
        yield from extractor.extract_all(itertools.chain((first,), documents))


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
    place: Workplace, folder: Path, ontology: Ontology, unread: list[Problem], *, anew: bool = False
) -> Report:
    """Write the outputs and publish the store, unless all stands as it was published."""
    words = set(vocabulary_quads(ontology.vocabulary))
    if words != set(place.store.quads(terms.VOCABULARY_GRAPH)):
        place.store.replace(terms.VOCABULARY_GRAPH, words)
    made = ontology.fingerprint
    notes = Notes(made) if anew else Notes.read(place.notes(published=True), made)
    report, written = write_outputs(folder, place.store, place.before, notes, ontology, unread)
    if place.before is not None and written == notes and built_from(place.before) == built_from(place.store):
        place.discard()
    else:
        place.publish(written.to_json())
    return report
