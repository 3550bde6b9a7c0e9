"""Where the graph lives: one named graph a source, replaced and removed whole, queried as one.

The store's default graph is the union of its named graphs, each triple once, kept up with every change.
The engine could make a union for each query, but its union has a triple as often as graphs hold it:
sums count repetitions, and joins multiply them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
)
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.errors import QueryError, StoreError
from kg.newstore import write_store

if sys.platform != "win32":
    import fcntl

MEMORY = ":memory:"

# Makes the union what it has to be, whatever was done to any graph; a look at every quad.
_UNION_AGAIN = """
DELETE { ?s ?p ?o } WHERE { ?s ?p ?o MINUS { GRAPH ?g { ?s ?p ?o } } } ;
INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } MINUS { ?s ?p ?o } }
"""

_NOWHERE = "FILTER NOT EXISTS { GRAPH ?other { ?s ?p ?o } }"

_EARLIER = NamedNode(f"{terms.KG}modality")  # what facts had before decision 0015
_BUILT_EARLIER = (
    "made by an earlier version of kg, whose graph had another model; build into a new folder,"
    " or remove this one first (docs/moving.md)"
)

QueryResult = QuerySolutions | QueryBoolean | QueryTriples


class Store(Protocol):
    """A set of named graphs. Every method may raise StoreError."""

    def replace(self, graph: str, quads: Iterable[Quad]) -> None:
        """Make the triples of these quads all that the graph holds: wholly or not at all.

        It outlives the process from then on, and the machine after ``flush``.
        """
        ...

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads to the graphs that they name, part by part: what is stopped has added some of them."""
        ...

    def remove(self, graph: str) -> bool:
        """Remove the graph; False where there was none."""
        ...

    def sources(self) -> Mapping[str, str]:
        """The IRI of each source's graph by the source's name, sorted by name."""
        ...

    def update(self, text: str, *, base: str | None = None) -> None:
        """Make a SPARQL update: wholly, durably, or not at all. Raises QueryError where it is none.

        ``base`` resolves relative IRIs. It may load from elsewhere: one from outside has to be checked first.
        What it writes to the default graph, which is the union of the others, does not stay.
        """
        ...

    def query(self, text: str) -> QueryResult:
        """Answer a SPARQL query over the union of all graphs.

        The prefixes of ``terms.PREFIXES`` need not be declared. Raises QueryError where it is no SPARQL.
        A query from outside can take any time and memory: run it in a process that can be ended.
        """
        ...

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        """The quads of one graph, or of each, with this subject and predicate, in no particular order."""
        ...

    def flush(self) -> None:
        """See to it that what was changed outlives a failure of the machine."""
        ...

    def backup(self, directory: str | Path) -> None:
        """Write a copy that can be opened by itself; the directory must not exist."""
        ...

    def close(self) -> None:
        """Let go of the files; using the store afterwards raises StoreError."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_store(location: str | Path, *, read_only: bool = False) -> Store:
    """Open the store at a directory, made where it is missing, at an address, or a new one in ``:memory:``.

    A directory has one writer or any number of readers at a time. Raises StoreError where it is held,
    is no store, is missing (to read) or may not be used.
    """
    where = str(location)
    if "://" in where:
        from kg.remote import open_remote  # an HTTP client is loaded where one is needed

        return open_remote(where, read_only=read_only)
    if where == MEMORY:
        return OxigraphStore(Oxigraph(), where)
    path = Path(where)
    try:
        directory, lock = _hold(path, read_only)
    except OSError as error:
        raise StoreError(f"{where}: cannot be opened: {error.strerror}") from error
    try:
        store = Oxigraph.read_only(directory) if read_only else Oxigraph(directory)
    except (OSError, RuntimeError) as error:
        _let_go(lock)
        raise StoreError(_opening_error(where, error)) from error
    opened = OxigraphStore(store, where, lock=lock, read_only=read_only)
    if next(store.quads_for_pattern(None, _EARLIER, None, None), None) is not None:
        opened.close()
        raise StoreError(f"{where}: {_BUILT_EARLIER}")
    if not _has_union(store):
        if read_only:
            opened.close()
            raise StoreError(f"{where}: {_BUILT_EARLIER}")
        opened.update("")
    return opened


class OxigraphStore:
    """A Store in memory or on disk, by pyoxigraph."""

    def __init__(
        self, store: Oxigraph, location: str, *, lock: int | None = None, read_only: bool = False
    ) -> None:
        self._store: Oxigraph | None = store
        self._location = location
        self._lock = lock
        self._read_only = read_only

    @property
    def _open(self) -> Oxigraph:
        if self._store is None:
            raise StoreError(f"{self._location}: the store is closed")
        return self._store

    def replace(self, graph: str, quads: Iterable[Quad]) -> None:
        """See Store. One SPARQL update, the only transaction of several steps that pyoxigraph has.

        Only what differs is written.
        """
        self._check_writable()
        name = NamedNode(graph)
        wanted = {quad.triple for quad in quads}
        held = {quad.triple for quad in self.quads(graph)}
        if not wanted:
            self.remove(graph)
            return
        gone, steps = held - wanted, []
        if any(isinstance(term, BlankNode) for triple in gone for term in triple):
            steps, held = self._dropping(name), set()  # the data of an update cannot name them
        elif gone:
            lost = "\n".join(f"({' '.join(map(str, triple))})" for triple in gone)
            steps = [
                f"DELETE DATA {{ GRAPH {name} {{\n{_lines(gone)}\n}} }}",
                f"DELETE {{ ?s ?p ?o }} WHERE {{ VALUES (?s ?p ?o) {{\n{lost}\n}} {_NOWHERE} }}",
            ]
        if new := _lines(wanted - held):
            steps.append(f"INSERT DATA {{\n{new}\nGRAPH {name} {{\n{new}\n}} }}")
        if steps:
            self._update(";\n".join(steps))

    def add(self, quads: Iterable[Quad]) -> None:
        """See Store."""
        self._check_writable()
        try:
            self._open.bulk_extend(held for quad in quads for held in (quad, Quad(*quad.triple)))
        except (OSError, RuntimeError) as error:
            raise StoreError(_writing_error(self._location, error)) from error

    def remove(self, graph: str) -> bool:
        """See Store."""
        self._check_writable()
        steps = self._dropping(NamedNode(graph))
        self._update(";\n".join(steps))
        return bool(steps)

    def _dropping(self, name: NamedNode) -> list[str]:
        """The steps that take a graph out, if it is there, and of the union what no other graph holds."""
        if not self._open.contains_named_graph(name):
            return []
        elsewhere = f"GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {name})"
        own = f"GRAPH {name} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {elsewhere} }}"
        return [f"DELETE {{ ?s ?p ?o }} WHERE {{ {own} }}", f"DROP GRAPH {name}"]

    def sources(self) -> Mapping[str, str]:
        """See Store; a source is known by the title that its graph gives the graph's own IRI."""
        found = (
            (quad.object.value, quad.graph_name.value)
            for quad in self.quads(predicate=terms.TITLE)
            if isinstance(quad.graph_name, NamedNode)
            and quad.subject == quad.graph_name
            and isinstance(quad.object, Literal)
        )
        return dict(sorted(found))

    def update(self, text: str, *, base: str | None = None) -> None:
        """See Store."""
        self._check_writable()
        try:
            self._update(f"{text}\n;\n{_UNION_AGAIN}" if text else _UNION_AGAIN, base)
        except SyntaxError as error:
            raise QueryError(f"not a SPARQL update: {' '.join(str(error).split())}") from error

    def query(self, text: str) -> QueryResult:
        """See Store."""
        try:
            return self._open.query(text, prefixes=dict(terms.PREFIXES))
        except SyntaxError as error:
            raise QueryError(f"not a SPARQL query: {' '.join(str(error).split())}") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"{self._location}: the query failed: {error}") from error

    def quads(
        self, graph: str | None = None, *, subject: str | None = None, predicate: str | None = None
    ) -> Iterator[Quad]:
        """See Store."""
        begin, middle, name = (
            NamedNode(iri) if iri is not None else None for iri in (subject, predicate, graph)
        )
        found = self._open.quads_for_pattern(begin, middle, None, name)
        return found if graph is not None else (q for q in found if isinstance(q.graph_name, NamedNode))

    def flush(self) -> None:
        """See Store. Takes some 10 ms, and leaves a file of each index: not for every source of many."""
        if self._location != MEMORY and not self._read_only:
            try:
                self._open.flush()
            except (OSError, RuntimeError) as error:
                raise StoreError(_writing_error(self._location, error)) from error

    def backup(self, directory: str | Path) -> None:
        """See Store. From disk in milliseconds, by hard links."""
        target = str(directory)
        if self._location == MEMORY:
            write_store(target, self.quads())
            return
        if os.path.lexists(target):
            raise StoreError(f"{target}: already exists; name a new directory for the copy")
        try:
            self._open.backup(target)
        except OSError as error:
            raise StoreError(f"{target}: the copy cannot be written: {error}") from error

    def close(self) -> None:
        """See Store. What a snapshot takes by hard links is what was flushed."""
        try:
            if self._store is not None:
                self.flush()
        finally:
            self._store = None  # dropping the last reference closes the files and frees RocksDB's lock
            _let_go(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check_writable(self) -> None:
        if self._read_only:
            raise StoreError(f"{self._location}: the store was opened to read only")

    def _update(self, text: str, base: str | None = None) -> None:
        try:
            self._open.update(text, base_iri=base, prefixes=dict(terms.PREFIXES))
        except (OSError, RuntimeError) as error:
            raise StoreError(_writing_error(self._location, error)) from error


def _lines(triples: Iterable[Triple]) -> str:
    return "\n".join(f"{triple} ." for triple in triples)


def _has_union(store: Oxigraph) -> bool:
    """False where there are named graphs and no default graph."""
    any_quad, united = (
        next(iter(store.quads_for_pattern(None, None, None, g)), None) for g in (None, DefaultGraph())
    )
    return any_quad is None or united is not None


def _check_directory(path: Path, read_only: bool) -> None:
    """Refuse what is no store before RocksDB puts its files there."""
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path}: not a store: it is a file, not a directory")
    if read_only and not path.exists():
        raise StoreError(f"{path}: no store here; build one first")
    Path(os.path.realpath(path)).mkdir(parents=True, exist_ok=True)
    is_store = (path / "CURRENT").exists()  # RocksDB's pointer to its manifest
    if not is_store and (read_only or any(path.iterdir())):
        raise StoreError(f"{path}: not a store: the directory holds something else")


def _hold(path: Path, read_only: bool) -> tuple[str, int | None]:
    """The directory that the path leads to now, and a lock on it, shared or alone.

    What is read while it is written has no defined content. A build publishes by leading the path to
    another directory and removes the one before where nobody holds it: so the path is followed once
    more when the lock is there.
    """
    while True:
        directory = os.path.realpath(path)
        try:
            _check_directory(path, read_only)
            handle = _lock(directory, read_only)
            if handle is None or os.path.samestat(os.fstat(handle), os.stat(path)):
                return directory, handle
            os.close(handle)
        except (BlockingIOError, FileNotFoundError, StoreError) as error:
            if os.path.realpath(path) != directory:
                continue
            if isinstance(error, BlockingIOError):
                raise StoreError(f"{path}: in use by another process; wait for it or end it") from error
            raise


def _lock(directory: str, read_only: bool) -> int | None:
    if sys.platform == "win32":
        return None
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if read_only else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:  # a file system without locks: RocksDB's own still keeps writers apart
        os.close(handle)
        return None
    return handle


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _writing_error(where: str, error: Exception) -> str:
    if "no space left" in str(error).lower():
        return f"{where}: no space left on device; free some space and run the command again"
    return f"{where}: cannot be written, nothing was changed: {error}"


def _opening_error(where: str, error: Exception) -> str:
    text = str(error)
    if "lock" in text.lower():
        return f"{where}: in use by another process; wait for it or end it"
    if isinstance(error, PermissionError) or "permission denied" in text.lower():
        return f"{where}: no permission to open the store"
    return f"{where}: not a store, or a damaged one: {text}"
