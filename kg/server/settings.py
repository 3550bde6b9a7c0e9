"""What a server is told once, at its start; the warm process gets the same as JSON."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from kg.iris import DEFAULT_BASE

MEGABYTE = 1_048_576
# What a change has beyond the limits of a query: address space for the threads of RocksDB, and for each
# megabyte of an upload space and time. Measured, with room.
CHANGE_MEMORY = 1024  # megabytes
UPLOAD_MEMORY = 60  # megabytes
UPLOAD_SECONDS = 5
_QUERY_WORKERS = max(2, min(8, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Settings:
    """The store, where to listen and the limits of one request.

    ``timeout`` is in seconds; ``memory`` in megabytes beyond the graph itself; ``answer`` and ``upload``
    in megabytes of one answer, and of one graph that is sent; ``workers`` answer queries, two more look
    things up for the pages. ``base`` begins the IRIs that ``/id/`` stands for. ``poll`` is how often, in
    seconds, the store is looked at for a new build; 0 is never. ``corrections`` is whether the pages may
    correct facts, ``decisions`` the decisions file, beside which these are taken down.
    """

    store: str
    host: str = "127.0.0.1"
    port: int = 8000
    writable: bool = False
    timeout: float = 30.0
    memory: int = 1024
    answer: int = 50
    upload: int = 50
    workers: int = _QUERY_WORKERS
    cors: tuple[str, ...] = ()
    base: str = DEFAULT_BASE
    ontology: str | None = None
    queries: str | None = None
    poll: float = 1.0
    corrections: bool = False
    decisions: str | None = None

    def to_json(self) -> bytes:
        """The settings for another process."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_json(data: bytes) -> Settings:
        """The settings that ``to_json`` wrote."""
        said = json.loads(data)
        return Settings(**{**said, "cors": tuple(said["cors"])})
