"""A worker: answers one request after the other, under limits that end it where it goes beyond them."""

from __future__ import annotations

import json
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.errors import DecisionError, KgError, QueryError, StoreError
from kg.files import write_whole
from kg.holding import keep_builds_out
from kg.nameindex import NameIndex, build_index, index_path
from kg.ontology import load_ontology, vocabulary_files
from kg.ontology.vocabulary import Vocabulary, load_vocabulary
from kg.queries import Query, load_catalogue
from kg.resources import ontology_dir, queries_dir
from kg.server import snapshot, wire
from kg.server.settings import MEGABYTE, Settings
from kg.store import Store, open_store

JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
_SPARE = 2  # seconds of processor time beyond the time limit: the server's clock ends a worker first


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as HTTP has it."""

    body: bytes
    media: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request that is answered by one plain line and a status that is not 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Shelf:
    """What does not change while a server runs: the ontology and the catalogue."""

    settings: Settings
    folder: Path
    vocabulary: Vocabulary
    catalogue: Mapping[str, Query]


def load_shelf(settings: Settings) -> Shelf:
    """Read the ontology and the catalogue; raises KgError."""
    folder = ontology_dir(settings.ontology)
    vocabulary = load_vocabulary(vocabulary_files(folder))
    return Shelf(settings, folder, vocabulary, load_catalogue(queries_dir(settings.queries)))


class Desk:
    """What a worker works with: made by the warm process for each state of the store, shared by fork."""

    def __init__(self, shelf: Shelf, taken: Path, stamp: str) -> None:
        self.settings = shelf.settings
        self.folder = shelf.folder
        self.vocabulary = shelf.vocabulary
        self.catalogue = shelf.catalogue
        self.taken = taken
        self.stamp = stamp
        self.cache: dict[str, Any] = {}
        self.conflicts = taken.parent / "conflicts.jsonl"
        self.review = taken.parent / "review.jsonl"
        self._index_paths = (index_path(self.settings.store), taken.parent / "names.sqlite")
        self._names: NameIndex | None = None
        self._names_time = 0

    @cached_property
    def oxigraph(self) -> Oxigraph:
        """The graph, which each worker opens for itself."""
        return snapshot.on_disk(self.taken)

    def open(self) -> None:
        """Open the graph, which is opened at its first use otherwise."""
        self.oxigraph.contains_named_graph(NamedNode(terms.VOCABULARY_GRAPH))

    @cached_property
    def store(self) -> Store:
        """The graph as the readers of `kg` know it."""
        return snapshot.as_store(self.oxigraph)

    @property
    def names(self) -> NameIndex | None:
        """The name index, an old one rather than none; None while the first is being made."""
        for path in self._index_paths:
            try:
                found = path.stat().st_mtime_ns
            except OSError:
                continue
            if self._names is None or found != self._names_time:
                try:
                    self._names, self._names_time = NameIndex(path), found
                except StoreError:
                    continue
            return self._names
        return None

    def has_names(self) -> bool:
        """Whether the name index is there and belongs to this graph."""
        names = self.names
        return names is not None and names.is_of(self.stamp)

    def build_names(self) -> None:
        """Make the name index beside the store, or in the snapshot's folder where that cannot be written."""
        for path in self._index_paths:
            try:
                build_index(self.store, self.vocabulary, path, self.stamp)
            except StoreError:
                continue
            return

    def build_conflicts(self) -> None:
        """Find what the sources contradict each other in, once a graph, into a file beside the snapshot."""
        from kg.conflicts import as_records, find_conflicts
        from kg.graph import read_documents, read_facts

        ontology = load_ontology(self.folder)
        facts, documents = read_facts(self.store, self.vocabulary), read_documents(self.store)
        try:
            records = as_records(find_conflicts(facts, documents, ontology))
        except (LookupError, ValueError, ArithmeticError):  # changed by an update, or written by others
            records = [{"error": "the facts are not as `kg build` writes them"}]
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        write_whole(self.conflicts, "".join(lines).encode("utf-8", "replace"))

    def build_review(self) -> None:
        """Find what may be one thing, once a graph, into a file beside the snapshot."""
        from kg.decisions import DECISIONS, NONE, load_decisions
        from kg.review import find_contexts, proposal_record, propose, read_candidates

        ontology = load_ontology(self.folder, base=self.settings.base)
        path = Path(DECISIONS)
        try:
            decisions = load_decisions(path, ontology) if path.exists() else NONE
        except DecisionError:  # `kg build` and `kg review` say what is wrong with it
            decisions = NONE
        try:
            found = propose(read_candidates(self.store, ontology), ontology, decisions)[:_MOST_PROPOSALS]
            contexts = find_contexts(self.store, (member.iri for p in found for member in p.members))
            records = [proposal_record(proposal, contexts, ontology.base) for proposal in found]
        except (LookupError, ValueError):  # changed by an update, or written by others
            records = [{"error": "the graph is not as `kg build` writes it"}]
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        write_whole(self.review, "".join(lines).encode("utf-8", "replace"))


@contextmanager
def opened_to_change(desk: Desk) -> Iterator[Store]:
    """The served store itself; what is done in the block outlives the machine when it ends.

    Raises StoreError while a build is under way, which would not see the change.
    """
    with keep_builds_out(desk.settings.store), open_store(desk.settings.store) as store:
        yield store
        store.flush()


_MOST_PROPOSALS = 2_000  # the page has the likeliest; `kg review` has all

Work = Callable[[Desk, wire.Head], Reply]


def tasks() -> Mapping[str, Work]:
    """What can be asked of a worker, by name."""
    from kg.server import answering, graphstore, lookups

    return {**answering.TASKS, **graphstore.TASKS, **lookups.TASKS}


def serve(desk: Desk, sock: socket.socket) -> None:
    """Answer until the other side is gone."""
    known = tasks()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = _Limits(_address_space(desk))
    while True:
        try:
            head, body = wire.receive(sock)
        except (EOFError, ConnectionError):
            return
        limits.set(head.get("memory", desk.settings.memory), head.get("seconds", desk.settings.timeout))
        head["body"] = body
        reply = _answer(known, desk, head)
        said = {"status": reply.status, "media": reply.media, "headers": dict(reply.headers)}
        try:
            wire.send(sock, said, reply.body)
        except (BrokenPipeError, ConnectionError):
            return


def _answer(known: Mapping[str, Work], desk: Desk, head: wire.Head) -> Reply:
    try:
        return known[head["task"]](desk, head)
    except Refusal as error:
        return _line(error.status, str(error))
    except QueryError as error:
        return _line(400, str(error))
    except StoreError as error:
        return _line(503, str(error))
    except KgError as error:
        return _line(500, str(error))
    except MemoryError:
        most = desk.settings.memory
        return _line(503, f"the answer needs more than {most} MB of memory; ask for less (--memory-limit)")
    except OSError as error:
        where = error.filename or desk.settings.store
        return _line(503, f"{where}: {(error.strerror or str(error)).lower()}")
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        return _line(500, f"internal error: {type(error).__name__}; please report it")


def _line(status: int, message: str) -> Reply:
    return Reply((" ".join(message.split()) + "\n").encode("utf-8", "replace"), PLAIN, status)


def reply_json(data: Any, status: int = 200) -> Reply:
    """An answer in JSON; a lone surrogate becomes a question mark."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Reply(text.encode("utf-8", "replace"), JSON, status)


def _address_space(desk: Desk) -> int | None:
    """The bytes that the graph and the program take; None where the system does not say: Linux alone does.

    The store is opened first: RocksDB's threads take some 500 MB of address space, or end the process where
    they cannot have it, and it maps its files.
    """
    files = sum(path.stat().st_size for path in desk.taken.iterdir())
    desk.open()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return None
    return pages * resource.getpagesize() + files


class _Limits:
    """What a worker may use for one request; the system is asked only where that has changed."""

    def __init__(self, own: int | None) -> None:
        self._own = own
        self._last: tuple[int, float] | None = None
        self._since = 0.0  # when the time was set, by the clock

    def set(self, megabytes: int, seconds: float) -> None:
        """So much address space beyond the worker's own, and so many seconds of processor time from now on.

        The time is for the case that no server is left to watch the clock: within a second of having been
        set it is as good as new, for no more than that second can have been used of it.
        """
        now = time.monotonic()
        if self._last == (megabytes, seconds) and now - self._since < _SPARE / 2:
            return
        if self._own is not None:
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (self._own + megabytes * MEGABYTE, hard))
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + seconds) + _SPARE
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        self._last, self._since = (megabytes, seconds), now
