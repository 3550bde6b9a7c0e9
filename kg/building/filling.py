"""Documents to a folder of parts, and a folder's parts for a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.building.making import Maker, Setting
from kg.building.parts import Part, PartsFolder, decisions_digest, in_share, part_name, source_digest
from kg.building.workers import Crew, Processes, ThisProcess, cores
from kg.decisions import NONE, Decisions
from kg.errors import SourceError
from kg.ontology import Ontology
from kg.types import Document, Problem

if TYPE_CHECKING:
    from kg.pipeline import Extractor

_MADE_OTHERWISE = "its part was made with another version of kg or of the ontology; run `kg part` again"
_DECIDED_OTHERWISE = "its part was made with other decisions; run `kg part` again"
_TWO_PARTS = "has two parts that differ; run `kg part` on it to its end, which leaves the newer one"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A document's part that is in the folder now, or the problem there was; ``number`` counts them."""

    number: int
    source: str
    name: str
    is_new: bool = True
    problem: Problem | None = None


@dataclass(slots=True)
class Parts:
    """What `make_parts` left: the names of the sources, and what could not be read."""

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)


def crew_of(
    ontology: Ontology,
    decisions: Decisions,
    *,
    jobs: int | None = None,
    extractor: Extractor | None = None,
    cluster: str | None = None,
    tell: Tell | None = None,
) -> Crew:
    """So many processes, all cores unless it is said; this one alone where there is an extractor already.

    Or those of the Ray cluster at an address; ``tell`` takes which machines are not used. Raises ClusterError
    where Ray is not installed.
    """
    if cluster is not None:
        from kg.building.cluster import Cluster

        return Cluster(cluster, Setting.of(ontology, decisions), jobs=jobs, tell=tell)
    maker = Maker(ontology, decisions, extractor)
    jobs = jobs or cores()
    if extractor is not None or jobs == 1:
        return ThisProcess(maker)
    return Processes(Setting.of(ontology, decisions), maker, jobs)


def fill(
    folder: PartsFolder,
    documents: Iterable[Document],
    crew: Crew,
    name_of: Callable[[Document], str],
    *,
    anew: bool = False,
    progress: Tell | None = None,
) -> dict[str, Filled]:
    """See to it that the part of each document is in the folder; by the name of its source.

    Those that are there are made again only where that is said (``anew``). ``progress`` takes the name of a
    source when its part is there. Of two documents of one name the later one holds.
    """
    latest: dict[str, Filled] = {}
    for filled in _filled(folder, documents, crew, name_of, anew):
        if filled.source not in latest or latest[filled.source].number < filled.number:
            latest[filled.source] = filled
        if progress is not None:
            progress(filled.source)
    return latest


def _filled(
    folder: PartsFolder,
    documents: Iterable[Document],
    crew: Crew,
    name_of: Callable[[Document], str],
    anew: bool,
) -> Iterator[Filled]:
    """Each document's part, in the order in which they are done."""
    there: list[Filled] = []
    asked: list[tuple[int, str]] = []

    def missing() -> Iterator[Document]:
        for number, document in enumerate(documents):
            name = name_of(document)
            if not anew and folder.file(name).exists():
                there.append(Filled(number, document.source, name, is_new=False))
            else:
                asked.append((number, name))
                yield document

    with closing(crew.run(missing())) as run:
        for place, document, made in run:
            number, name = asked[place]
            if isinstance(made, Problem):
                yield Filled(number, document.source, name, problem=made)
            else:
                folder.write(name, made)
                yield Filled(number, document.source, name)
            while there:
                yield there.pop()
    yield from there


def make_parts(
    sources: Iterable[Document | Problem],
    folder: PartsFolder,
    ontology: Ontology,
    crew: Crew,
    *,
    decisions: Decisions = NONE,
    share: tuple[int, int] = (1, 1),
    given: Sequence[str] = (),
    anew: bool = False,
    progress: Tell | None = None,
) -> Parts:
    """Make the parts of the sources that are in the share; older parts of the same sources go.

    ``given`` tells the run from others that fill the same folder: under it stands there what was not read.
    """
    found = Parts()

    def documents() -> Iterator[Document]:
        for source in sources:
            if not in_share(source.source, share):
                continue
            if isinstance(source, Problem):
                found.unread.append(source)
            else:
                yield source

    def name_of(document: Document) -> str:
        return part_name(document, ontology, decisions)

    latest = fill(folder, documents(), crew, name_of, anew=anew, progress=progress)
    for filled in latest.values():
        if filled.problem is not None:
            found.unread.append(filled.problem)
        else:
            (found.made if filled.is_new else found.kept).append(filled.source)
    names = [filled.name for filled in latest.values() if filled.problem is None]
    folder.keep(names, of=[*latest, *(problem.source for problem in found.unread)])
    folder.write_unread([*given, *map(str, share)], found.unread)
    return found


def gather(
    folders: Sequence[str], ontology: Ontology, decisions: Decisions
) -> tuple[dict[str, Part], list[Problem]]:
    """The part of each source in the folders, by the source's name, and what is not there, with the reason.

    Of a source that is in several folders the last one's part holds. Raises SourceError where a folder has
    none.
    """
    parts: dict[str, Part] = {}
    problems: list[Problem] = []
    for path in folders:
        folder = PartsFolder(path)
        names = folder.names()
        lost = folder.unread()
        if not names and not lost:
            raise SourceError(f"{path}: holds no parts; make them with `kg part`")
        for found in names.values():
            part = folder.open(found[0])
            source = part.head.source
            if len(found) > 1:
                problems.append(Problem(source, _TWO_PARTS))
            elif part.head.made != ontology.fingerprint:
                problems.append(Problem(source, _MADE_OTHERWISE))
            elif part.head.decided != decisions_digest(decisions, source):
                problems.append(Problem(source, _DECIDED_OTHERWISE))
            else:
                parts[source] = part
        problems += lost
    return parts, [problem for problem in problems if problem.source not in parts]


def tidy(
    folder: PartsFolder, sources: Iterable[str], fresh: Mapping[str, str], keys: Mapping[str, str]
) -> None:
    """Leave one part of each source: the ``fresh`` one, by its name, else that which the graph is built from.

    What a stopped build has begun of other sources, or of other texts of these, goes.
    """
    kept = set(fresh.values())
    there = folder.names()
    for source in sources:
        names = there.get(source_digest(source), [])
        if source not in fresh:
            kept |= {n for n in names if len(names) == 1 or folder.open(n).head.key == keys.get(source)}
    folder.keep(kept)
