#!/usr/bin/env python3
"""Measure `kg serve` beside `oxigraph serve` on the same data, and the name index at a million entities.

`make bench` runs it. Without ``--store`` the data is made up: facts between entities with Chinese names, as
many quads as asked for. One process asks over 8 connections, so that what is measured is the server as long
as there is a core for each of the two. Every figure is of one machine; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.iris import DEFAULT_BASE, entity_iri
from kg.nameindex import Named, NameIndex, index_path, write_index
from kg.newstore import write_store

CLIENTS = 8
IDLE = 5.0  # seconds without a request before the memory is looked at
PLACES = "青禾白塔云溪石门长河柳林双桥金沙红岩清泉平湖永安新丰东山西岭南浦北川"
KINDS = ("镇中心小学", "县人民医院", "区人民政府", "农业有限公司", "村民委员会", "职业学校")
TYPE, LABEL = NamedNode(terms.TYPE), NamedNode(terms.LABEL)
SERVE = [sys.executable, "-c", "from kg.cli import main; main()", "serve"]
ROLES = "kg:donor|kg:recipient|kg:organization|kg:person|kg:participant|kg:place"
TOTAL = "SELECT ?t (COUNT(DISTINCT ?e) AS ?n) { ?f a ?t ; ?role ?e . ?e a kg:Entity } GROUP BY ?t"


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="a store to serve, instead of one made up")
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=1_000_000, help="entities of the name index; 0 for none")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each kind of request")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.names:
            bench_names(Path(folder) / "names.sqlite", asked.names)
        store = asked.store or make_store(Path(folder) / "store", asked.quads)
        bench_servers(store, Path(folder), asked.seconds)


def bench_names(path: Path, size: int) -> None:
    """Build time, size and the time of a search."""
    begun = time.perf_counter()
    write_index(
        (Named(entity_iri(DEFAULT_BASE, n), n, e, "Organization", d) for n, e, d in names(size)), path, ""
    )
    built = time.perf_counter() - begun
    print(f"name index, {size:,} entities: built in {built:.1f} s, {path.stat().st_size / 1e6:,.0f} MB")
    index = NameIndex(path)
    some = [name for name, _, _ in names(min(size, 2_000))]
    searches = {
        "whole name": some[::10],
        "two characters": [name[2:4] for name in some[::10]],
        "end of a name": [name[-4:] for name in some[::10]],
        "one character": list(PLACES),
        "Latin, three letters": ["qin", "bai", "hos", "sch", "gov", "com"] * 10,
        "nothing like it": ["没有这个", "zzzz", "医白院塔"] * 20,
    }
    for what, queries in searches.items():
        taken = []
        for query in queries:
            begun = time.perf_counter()
            index.search(query)
            taken.append(time.perf_counter() - begun)
        print(f"  {what:<28} {_times(taken)}")
    index.close()


# --- The servers ---------------------------------------------------------------------------------


def bench_servers(store: Path, folder: Path, seconds: float) -> None:
    """Time until ready, memory, requests a second of each kind; the same queries to Oxigraph's own server."""
    held = Oxigraph.read_only(str(store))
    size, entities, hubs = len(held), *entities_of(held)
    del held
    index_path(store).unlink(missing_ok=True)
    shared, pages = requests(entities, hubs)
    print(f"{CLIENTS} connections, {size:,} quads")
    figures: dict[str, float] = {}
    with serving([*SERVE, "--store", str(store), "--port", "0"], r"127\.0\.0\.1:(\d+)") as (port, pid, ready):
        begun = time.perf_counter()
        while b'"pending":true' in ask(port, "/api/search?q=x"):
            time.sleep(0.2)
        indexed = ready + time.perf_counter() - begun
        while b'"pending":true' in ask(port, "/api/conflicts") + ask(port, "/api/review"):
            time.sleep(0.5)
        time.sleep(IDLE)
        print(f"kg serve: ready {ready:.1f} s, names {indexed:.1f} s, idle {memory(pid):,.0f} MB")
        for what, paths in {**shared, **pages}.items():
            taken, figures[what] = load(port, paths, seconds)
            print(f"  {what:<28} {figures[what]:8,.0f} a second   {_times(taken)}")
        with loaded(port, "/sparql?query=" + quote(TOTAL)):
            for what, paths in pages.items():
                taken, rate = load(port, paths, seconds, clients=1)
                print(f"  {what + ', busy':<28} {rate:8,.0f} a second   {_times(taken)}")
        print(f"  in the end {memory(pid):,.0f} MB")
    other = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if other is None:
        print("oxigraph serve: not here (pip install oxigraph)")
        return
    copy = folder / "copy"
    shutil.copytree(store, copy)
    command = [other, "serve-read-only", "--location", str(copy), "--bind", "127.0.0.1:0"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        command[-1] = f"127.0.0.1:{free.getsockname()[1]}"
    with serving(command, r"127\.0\.0\.1:(\d+)") as (port, pid, ready):
        print(f"oxigraph serve: ready {ready:.1f} s, {memory(pid):,.0f} MB")
        prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in terms.PREFIXES.items())
        for what, paths in shared.items():
            own = [path.replace("/sparql?query=", "/query?query=" + quote(prefixes)) for path in paths]
            taken, rate = load(port, own, seconds)
            ratio = figures[what] / rate
            print(f"  {what:<28} {rate:8,.0f} a second   {_times(taken)}   kg serve {ratio:.2f} of it")


def requests(
    entities: Sequence[str], hubs: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Paths of each kind of request: those that any endpoint answers, and those of the pages."""
    rng = random.Random(1)
    some = rng.sample(entities, min(len(entities), 500))
    label = "SELECT ?l {{ <{}> rdfs:label ?l }}"
    hops = f"SELECT ?f ?l ?o {{{{ ?f {ROLES} <{{}}> ; rdfs:label ?l ; {ROLES} ?o }}}}"
    shared = {
        "label look-up": [_query(label.format(iri)) for iri in some],
        "neighbourhood, SPARQL": [_query(hops.format(iri)) for iri in some],
        "aggregate": [_query(TOTAL)],
    }
    pages = {
        "neighbourhood, page": [f"/api/neighbourhood?{urlencode({'iri': iri})}" for iri in some],
        "neighbourhood of hubs, page": [f"/api/neighbourhood?{urlencode({'iri': iri})}" for iri in hubs],
        "name search": [f"/api/search?{urlencode({'q': iri.rsplit('/', 1)[-1][:3]})}" for iri in some],
    }
    return shared, pages


def entities_of(store: Oxigraph) -> tuple[list[str], list[str]]:
    """The IRIs of a store's entities, sorted, and of the five that most facts name."""
    every = "SELECT ?e { ?e a kg:Entity }"
    most = """SELECT ?e { ?e a kg:Entity . ?f ?r ?e ; kg:confidence ?c }
        GROUP BY ?e ORDER BY DESC(COUNT(?f)) LIMIT 5"""
    found = [
        [row["e"].value for row in cast(QuerySolutions, store.query(query, prefixes=dict(terms.PREFIXES)))]
        for query in (every, most)
    ]
    return sorted(found[0]), found[1]


def _query(text: str) -> str:
    return f"/sparql?query={quote(text)}"


@contextmanager
def serving(command: list[str], address: str) -> Iterator[tuple[int, int, float]]:
    """The server's port, its process and the seconds until it answers; it is ended with the block."""
    begun = time.perf_counter()
    server = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        assert server.stderr is not None
        while (found := re.search(address, said := server.stderr.readline())) is None:
            if not said:
                raise SystemExit(f"{command[0]} did not start")
        port = int(found[1])
        while not ask(port, "/"):
            time.sleep(0.01)
        yield port, server.pid, time.perf_counter() - begun
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def memory(pid: int) -> float:
    """Megabytes that a process and all below it hold, what they share counted once (PSS)."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(
                int(path.parent.name)
            )
        except OSError:
            continue
    family = [pid]
    for one in family:
        family += parents.get(one, [])
    kilobytes = 0
    for one in family:
        try:
            said = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+)", said, re.MULTILINE)
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


# --- Asking --------------------------------------------------------------------------------------


def _request(port: int, path: str) -> bytes:
    accept = "application/sparql-results+json, application/json;q=0.9"
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: {accept}\r\n\r\n".encode()


def ask(port: int, path: str) -> bytes:
    """The body of one answer; empty where nobody listens yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
            sock.sendall(_request(port, path))
            client = _Client(sock)
            while not client.receive():
                pass
            return client.body
    except ConnectionRefusedError:
        return b""


class _Client:
    """A connection that waits for an answer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.begun = time.perf_counter()
        self.body = b""
        self._data = b""

    def ask(self, request: bytes) -> None:
        self.begun = time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> bool:
        """Take what came; whether the answer is whole. Ends the measurement where it is an error."""
        part = self.sock.recv(1 << 20)
        if not part:
            raise SystemExit("the server closed a connection")
        self._data += part
        head, gap, body = self._data.partition(b"\r\n\r\n")
        if not gap:
            return False
        lowered = head.lower()
        if b"chunked" in lowered:
            if not self._data.endswith(b"0\r\n\r\n"):
                return False
        elif len(body) < int(re.search(rb"content-length: *(\d+)", lowered)[1]):  # type: ignore[index]
            return False
        if b" 200 " not in head[:15]:
            raise SystemExit(f"{head[:60]!r} {body[:200]!r}")
        self.body, self._data = body, b""
        return True


def load(
    port: int, paths: Sequence[str], seconds: float, clients: int = CLIENTS
) -> tuple[list[float], float]:
    """Ask for the paths until the time is up: the seconds each took, and how many came a second."""
    rng, taken = random.Random(1), []
    asked = [_request(port, path) for path in paths]
    begun = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(clients):
            client = _Client(socket.create_connection(("127.0.0.1", port), timeout=60))
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(client.sock, selectors.EVENT_READ, client)
            client.ask(rng.choice(asked))
        while waiting.get_map():
            for key, _ in waiting.select():
                if not key.data.receive():
                    continue
                now = time.perf_counter()
                taken.append(now - key.data.begun)
                if now - begun < seconds:
                    key.data.ask(rng.choice(asked))
                else:
                    waiting.unregister(key.data.sock)
                    key.data.sock.close()
    return taken, len(taken) / (time.perf_counter() - begun)


@contextmanager
def loaded(port: int, path: str) -> Iterator[None]:
    """Two clients more that ask for this over and over, in a process of their own, while the block runs."""
    pid = os.fork()
    if pid == 0:
        load(port, [path], 3600, clients=2)
        os._exit(0)
    try:
        time.sleep(0.5)
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _times(taken: list[float]) -> str:
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
    return f"p50 {cuts[49] * 1000:8.2f} ms   p99 {cuts[98] * 1000:8.2f} ms"


# --- Made-up data --------------------------------------------------------------------------------


def names(size: int) -> Iterator[tuple[str, str, int]]:
    """Label, English label and degree of each entity; all labels differ."""
    rng = random.Random(7)
    for i in range(size):
        a, b, c = (rng.choice(PLACES) for _ in range(3))
        yield (
            f"{a}{b}{c}{i:x}{KINDS[i % len(KINDS)]}",
            f"Qinghe No. {i} Hospital or School",
            int(rng.paretovariate(1)),
        )


def make_store(folder: Path, size: int) -> Path:
    """A store of about so many quads in a hundred sources, each in its graph and in the union."""
    write_store(folder, quads(size // 2))
    return folder


def quads(size: int) -> Iterator[Quad]:
    """Entities with their names, then facts with two entities, a sum and one sentence of evidence."""
    kg, rng = terms.KG, random.Random(3)
    fact_class, entity_class, donation = map(NamedNode, (terms.FACT, terms.ENTITY, f"{kg}Donation"))
    donor, recipient, amount = (NamedNode(f"{kg}{role}") for role in ("donor", "recipient", "amount"))
    decimal = NamedNode(f"{terms.XSD}decimal")
    entities = [NamedNode(entity_iri(DEFAULT_BASE, name)) for name, _, _ in names(size // 40)]
    graphs = [NamedNode(f"{DEFAULT_BASE}source/{i}.txt") for i in range(100)]
    for graph in graphs:
        yield Quad(graph, TYPE, NamedNode(terms.SOURCE), graph)
        yield Quad(graph, NamedNode(terms.TITLE), Literal(graph.value.rsplit("/", 1)[-1]), graph)
        yield Quad(graph, NamedNode(terms.FULL_TEXT), Literal(""), graph)
    for i, entity in enumerate(entities):
        graph = graphs[i % 100]
        yield Quad(entity, TYPE, entity_class, graph)
        yield Quad(entity, TYPE, NamedNode(f"{kg}Organization"), graph)
        yield Quad(entity, LABEL, Literal(entity.value.rsplit("/", 1)[-1], language="zh"), graph)
        yield Quad(entity, LABEL, Literal(f"Qinghe No. {i}", language="en"), graph)
    own = len(entities) // 100
    for i in range((size - 4 * len(entities)) // 22):
        fact, graph = NamedNode(f"{DEFAULT_BASE}fact/{i:x}"), graphs[i % 100]
        sum_, said = NamedNode(f"{fact.value}-amount"), NamedNode(f"{graph.value}#{i * 30}-{i * 30 + 20}")
        # A source names its entities itself; some are in a great many facts.
        ends = [entities[100 * int(own * rng.random() ** 2) + i % 100] for _ in range(2)]
        yield Quad(fact, TYPE, fact_class, graph)
        yield Quad(fact, TYPE, donation, graph)
        yield Quad(fact, LABEL, Literal(f"捐赠 {i}", language="zh"), graph)
        yield Quad(fact, LABEL, Literal(f"donation {i}", language="en"), graph)
        for k, (role, filler) in enumerate(((donor, ends[0]), (recipient, ends[1]), (amount, sum_))):
            place = NamedNode(f"{graph.value}#{i * 30 + 6 * k}-{i * 30 + 6 * k + 4}")
            yield Quad(fact, role, filler, graph)
            yield Quad(fact, NamedNode(f"{terms.AT}{role.value.removeprefix(kg)}"), place, graph)
            yield Quad(place, NamedNode(terms.NAMES), filler, graph)
        yield Quad(fact, NamedNode(terms.CONFIDENCE), Literal("0.9", datatype=decimal), graph)
        yield Quad(fact, NamedNode(terms.EXTRACTOR), Literal("reader"), graph)
        yield Quad(fact, NamedNode(terms.EVIDENCE), said, graph)
        yield Quad(said, NamedNode(terms.QUOTED_FROM), graph, graph)
        yield Quad(said, NamedNode(terms.QUOTE), Literal(f"捐赠白塔{i:x}".ljust(20, "元")), graph)
        yield Quad(sum_, NamedNode(terms.VALUE), Literal(str(rng.randrange(10**6)), datatype=decimal), graph)
        yield Quad(sum_, NamedNode(terms.UNIT), Literal("CNY"), graph)
        yield Quad(sum_, NamedNode(terms.BOUND), Literal("exact"), graph)
        yield Quad(sum_, TYPE, NamedNode(terms.QUANTITY), graph)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    main()
