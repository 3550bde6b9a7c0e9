"""Parts: what one source gave, each a file by itself, from which a graph is made without reading it again.

A part is a gzipped file of N-Quads, which the bulk loader of any store takes as it is: the whole named graph
of the source. What else it holds stands before in lines of comment: ``#kg`` and a JSON object, the head; then
``#problem``, ``#doubtful``, ``#fact`` and ``#turtle`` with what the report, to-check.jsonl, facts.jsonl and
graph.ttl say of this source alone, and ``#entity`` with the IRI and class of each. So facts can be had from a
million parts by ``zcat`` and ``grep``, without a graph.

Its name is made of what it is made of: the source's name, and a digest of its text, the ontology, the program
and the decisions. It is written whole or not at all, so a part that is there is done; nothing else has to be
kept to go on after a kill, or to share the work among machines.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.building.pieces import digest
from kg.building.stated import Stated
from kg.decisions import Decisions
from kg.errors import StoreError
from kg.export import turtle_section
from kg.files import sweep_unfinished, whole_file
from kg.graph import SourceGraph
from kg.graph.writing import storable
from kg.nquads import nquads_lines, read_nquads
from kg.ontology import Ontology
from kg.types import Document, Extraction, Problem

if TYPE_CHECKING:
    from pyoxigraph import Quad

_FORMAT = 2
_TURTLE = "#turtle "
_ENDING = ".nq.gz"
_UNREAD = "unread-"
_LEVEL = 3  # of gzip: 6 takes three times as long for a tenth less
_DIGITS = 24  # of the digests in a name: 96 bits


@dataclass(frozen=True, slots=True)
class Head:
    """What a part says of itself.

    ``graph`` is the IRI of the source's graph and ``key`` what it was built from, as it stands in the graph
    too. ``made`` is the fingerprint of ontology and program, ``decided`` a digest of the decisions in force.
    """

    source: str
    graph: str
    key: str
    made: str
    decided: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is there: its head and the file."""

    head: Head
    path: Path

    def quads(self) -> Iterator[Quad]:
        """The graph. Raises StoreError where the file is damaged."""
        return read_nquads(_unpacked(self.path), str(self.path))

    def stated(self) -> Stated:
        """The lines of facts.jsonl and the entities, as the source alone states them."""
        return Stated.read(self._comments())

    def turtle(self) -> bytes:
        """The source's section of graph.ttl."""
        lines = (line.removeprefix(_TURTLE) for line in self._comments() if line.startswith(_TURTLE))
        return "".join(lines).encode()

    def _comments(self) -> Iterator[str]:
        try:
            with gzip.open(self.path, "rt", encoding="utf-8", newline="\n") as file:
                yield from itertools.takewhile(lambda line: line.startswith("#"), file)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise _damaged(self.path, error) from error


def fingerprint(
    document: Document,
    ontology: Ontology,
    decided: Sequence[str] = (),
    corrections: Sequence[str] = (),
) -> str:
    """A digest of all that a source's graph is made of.

    That is: document, ontology, program, and the decisions and corrections on it.
    """
    parts = [ontology.fingerprint, asdict(document), list(decided), sorted(corrections)]
    said = json.dumps(parts, default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def decisions_digest(decisions: Decisions, source: str) -> str:
    """A digest of the decisions that are in force, and of the corrections of a source."""
    said = [list(decisions.texts), decisions.corrections.lines(source)]
    return digest(json.dumps(said).encode())


def part_name(document: Document, ontology: Ontology, decisions: Decisions) -> str:
    """The name of a document's part: that of its source, and what decides on its content.

    Which decisions have a part in it is known only when it is made: so all of them count.
    """
    said = decisions.corrections.lines(document.source)
    content = fingerprint(document, ontology, list(decisions.texts), said)
    return f"{source_digest(document.source)}-{content[:_DIGITS]}"


def source_digest(source: str) -> str:
    """What the names of all parts of a source begin with."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def in_share(source: str, share: tuple[int, int]) -> bool:
    """Whether the source belongs to share ``(k, n)``: each source to one of 1..n, on every machine the same.

    >>> [in_share("a.txt", (k, 3)) for k in (1, 2, 3)].count(True)
    1
    """
    number, shares = share
    return int(source_digest(source)[:12], 16) % shares == number - 1


def pack_part(head: Head, extraction: Extraction, graph: Set[Quad], ontology: Ontology) -> bytes:
    """The content of a part; equal parts are equal byte by byte once they are unpacked."""
    turtle = turtle_section(graph, head.graph, ontology.base, ontology.vocabulary).decode()
    stated = Stated.of(SourceGraph(storable(head.source), graph, ontology.vocabulary))
    lines = [f"#kg {json.dumps({'format': _FORMAT, **asdict(head)})}\n"]
    lines += (f"#problem {json.dumps(problem.message)}\n" for problem in extraction.problems)
    lines += (f"#doubtful {line}\n" for line in extraction.doubtful)
    lines += stated.comments()
    lines += (f"{_TURTLE}{line}" for line in io.StringIO(turtle, newline="\n"))
    said = "".join(lines).encode("utf-8", "replace")
    return gzip.compress(said + nquads_lines(graph), _LEVEL, mtime=0)


class PartsFolder:
    """A folder of parts, which several processes may fill at once, on a mount of an object store too."""

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder)

    def file(self, name: str) -> Path:
        """Where the part of this name lies, if it is there; 256 folders, since there may be millions."""
        return self.path / name[:2] / f"{name}{_ENDING}"

    def write(self, name: str, content: bytes) -> None:
        """Write the part whole. It is not forced to the disk: what a failure of power takes is made again."""
        with whole_file(self.file(name), lasting=False) as file:
            file.write(content)

    def open(self, name: str) -> Part:
        """The part of this name. Raises StoreError, and removes it, where it is damaged."""
        path = self.file(name)
        try:
            return Part(_read_head(path), path)
        except StoreError:
            path.unlink(missing_ok=True)
            raise

    def names(self) -> dict[str, list[str]]:
        """The names of all parts by the digest of their source, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.path.glob(f"[0-9a-f][0-9a-f]/*{_ENDING}")):
            name = path.name.removesuffix(_ENDING)
            if not name.startswith("."):
                found[name.partition("-")[0]].append(name)
        return dict(found)

    def keep(self, kept: Iterable[str], *, of: Iterable[str] | None = None) -> None:
        """Remove the parts that are not among ``kept``: of these sources alone, where they are given."""
        kept = set(kept)
        digests = None if of is None else {source_digest(source) for source in of}
        for source, names in self.names().items():
            if digests is None or source in digests:
                for name in set(names) - kept:
                    self.file(name).unlink(missing_ok=True)
        if of is None:
            for folder in self.path.glob("[0-9a-f][0-9a-f]"):
                sweep_unfinished(folder)

    def write_unread(self, of: Sequence[str], problems: Sequence[Problem]) -> None:
        """Write down what could not be read of the sources that one run was given (``of``)."""
        path = self.path / f"{_UNREAD}{digest(json.dumps(of).encode())}.json"
        if not problems:
            path.unlink(missing_ok=True)
            return
        said = [[problem.source, problem.message] for problem in sorted(set(problems))]
        with whole_file(path, lasting=False) as file:
            file.write(json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace"))

    def unread(self) -> list[Problem]:
        """What any run wrote down as not read."""
        files = sorted(self.path.glob(f"{_UNREAD}*.json"))
        return [Problem(*said) for file in files for said in json.loads(file.read_bytes())]


def _read_head(path: Path) -> Head:
    try:
        with gzip.open(path, "rb") as file:
            mark, _, said = file.readline().partition(b" ")
        fields = json.loads(said)
        if mark != b"#kg" or fields.pop("format") != _FORMAT:
            raise ValueError("another format")
        return Head(**fields)
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"{path}: a damaged part ({error}); run the command again") from error


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> StoreError:
    path.unlink(missing_ok=True)
    return StoreError(f"{path}: a damaged part, removed ({error}); run the command again")
