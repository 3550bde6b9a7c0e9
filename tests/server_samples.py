"""A `kg serve` of its own for tests, in a process as a user runs it, and stores to serve."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from graph_samples import filled_store

from kg.newstore import write_store

ROOT = Path(__file__).resolve().parents[1]


def make_store(folder: Path) -> Path:
    """A store on disk with the sample page of graph_samples, the vocabulary and what follows."""
    write_store(folder / "store", filled_store().quads())
    return folder / "store"


def command(store: Path, *options: str, program: str = "from kg.cli import main; main()") -> list[str]:
    """The command line of a server on a free port."""
    return [sys.executable, "-c", program, "serve", f"--store={store}", "--port=0", *options]


@contextmanager
def serving(store: Path, *options: str, **how: str) -> Iterator[httpx.Client]:
    """A client of a server on a free port, until the block ends; then the server and its children are gone."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command(store, *options, **how), stderr=subprocess.PIPE, encoding="utf-8", env=environment
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    address = re.search(r"http://\S+:\d+/", said)
    try:
        assert address, said
        with httpx.Client(base_url=address[0], timeout=20) as client:
            yield client
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        process.stderr.close()


def workers(client: httpx.Client) -> list[int]:
    """The processes that the warm process of this server has forked."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    servers = [pid for pid, parent in parents.items() if parent == os.getpid()]
    warm = [
        pid
        for pid, parent in parents.items()
        if parent in servers and b"kg.server.warm" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return [pid for pid, parent in parents.items() if parent == warm[-1]]
