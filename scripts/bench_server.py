#!/usr/bin/env python3
"""Measure `kg serve`: requests a second with 8 clients, and the name index at a million entities.

`make bench` runs it. The store is made up: facts between entities with Chinese names, as many quads as
asked for. Every figure is of one machine, with the clients on it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.iris import DEFAULT_BASE, entity_iri
from kg.nameindex import Named, NameIndex, write_index
from kg.newstore import write_store

CLIENTS = 8
PLACES = "青禾白塔云溪石门长河柳林双桥金沙红岩清泉平湖永安新丰东山西岭南浦北川"
KINDS = ("镇中心小学", "县人民医院", "区人民政府", "农业有限公司", "村民委员会", "职业学校")
TYPE, LABEL = NamedNode(terms.TYPE), NamedNode(terms.LABEL)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each kind of request")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench_names(Path(folder) / "names.sqlite", asked.names)
        bench_endpoint(Path(folder) / "store", asked.quads, asked.seconds)


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
        print(f"  {what:<22} {_times(taken)}")
    index.close()


def bench_endpoint(folder: Path, size: int, seconds: float) -> None:
    """Requests a second of each kind, by 8 clients at once."""
    entities = make_store(folder, size)
    begun = time.perf_counter()
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from kg.cli import main; main()",
            "serve",
            "--store",
            str(folder),
            "--port",
            "0",
        ],
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", said)
        if found is None:
            raise SystemExit(f"the server did not start: {said.strip()}")
        port = int(found[1])
        ready = time.perf_counter() - begun
        while b'"pending":true' in _get(port, "/api/search?q=x"):
            time.sleep(0.2)
        indexed = time.perf_counter() - begun
        print(f"endpoint, {CLIENTS} clients, {size:,} quads: ready {ready:.1f} s, names {indexed:.1f} s")
        for what, paths in requests(entities).items():
            print(f"  {what:<22} {load(port, paths, seconds)}")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


def requests(entities: list[str]) -> dict[str, list[str]]:
    """Paths of each kind of request."""
    rng = random.Random(1)
    some = rng.sample(entities, 200)
    label = "SELECT ?l {{ <{}> rdfs:label ?l }}"
    hops = "SELECT ?f ?l ?o {{ ?f ?r <{}> ; rdfs:label ?l ; kg:donor|kg:recipient ?o }}"
    sums = "SELECT ?e (SUM(?v) AS ?n) { ?f kg:donor ?e ; kg:amount/kg:value ?v } GROUP BY ?e"
    total = f"{sums} ORDER BY DESC(?n) LIMIT 10"
    return {
        "label look-up": [_query(label.format(iri)) for iri in some],
        "neighbourhood, SPARQL": [_query(hops.format(iri)) for iri in some],
        "neighbourhood, page": [f"/api/neighbourhood?{urlencode({'iri': iri})}" for iri in some],
        "name search": [f"/api/search?{urlencode({'q': iri.rsplit('/', 1)[-1][:3]})}" for iri in some],
        "aggregate": [_query(total)],
    }


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


def _query(text: str) -> str:
    return f"/sparql?query={quote(text)}"


def load(port: int, paths: list[str], seconds: float) -> str:
    """Ask for the paths from 8 connections until the time is up."""
    until = time.perf_counter() + seconds

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        rng, taken = random.Random(number), []
        while time.perf_counter() < until:
            begun = time.perf_counter()
            connection.request("GET", rng.choice(paths))
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{answer.status}: {body[:200]!r}")
            taken.append(time.perf_counter() - begun)
        return taken

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        taken = [time_ for times in pool.map(client, range(CLIENTS)) for time_ in times]
    return f"{len(taken) / (time.perf_counter() - begun):8,.0f} a second   {_times(taken)}"


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


def make_store(folder: Path, size: int) -> list[str]:
    """A store of about so many quads in a hundred sources; the IRIs of its entities."""
    entities = [entity_iri(DEFAULT_BASE, name) for name, _, _ in names(size // 25)]
    write_store(folder, quads(entities, size))
    return entities


def quads(entities: list[str], size: int) -> Iterator[Quad]:
    """Entities with their names, then facts with two entities, a sum and one piece of evidence."""
    kg, rng = terms.KG, random.Random(3)
    node = {
        name: NamedNode(kg + name) for name in ("donor", "recipient", "amount", "value", "unit", "Donation")
    }
    fact_class, entity_class, organization = (
        NamedNode(terms.FACT),
        NamedNode(terms.ENTITY),
        NamedNode(kg + "Organization"),
    )
    direct, evidence = NamedNode(terms.DIRECT_TYPE), NamedNode(terms.EVIDENCE)
    graphs = [NamedNode(f"{DEFAULT_BASE}source/{i}.txt") for i in range(100)]
    for graph in graphs:
        yield Quad(graph, NamedNode(terms.TITLE), Literal(graph.value.rsplit("/", 1)[-1]), graph)
    for i, iri in enumerate(entities):
        entity, graph = NamedNode(iri), graphs[i % 100]
        yield Quad(entity, TYPE, entity_class, graph)
        yield Quad(entity, TYPE, organization, graph)
        yield Quad(entity, direct, organization, graph)
        yield Quad(entity, LABEL, Literal(iri.rsplit("/", 1)[-1], language="zh"), graph)
        yield Quad(entity, LABEL, Literal(f"Qinghe No. {i}", language="en"), graph)
    decimal = NamedNode(f"{terms.XSD}decimal")
    integer = NamedNode(f"{terms.XSD}integer")
    for i in range((size - 5 * len(entities)) // 19):
        fact, graph = NamedNode(f"{DEFAULT_BASE}fact/{i:x}"), graphs[i % 100]
        sum_, said = NamedNode(f"{fact.value}/amount/{i}"), NamedNode(f"{graph.value}#{i:x}")
        place = NamedNode(f"{graph.value}#char={i},{i + 4}")
        # A source names its entities itself; some are in a great many facts.
        own = len(entities) // 100
        donor, recipient = (
            NamedNode(entities[100 * int(own * rng.random() ** 2) + i % 100]) for _ in range(2)
        )
        yield Quad(fact, TYPE, fact_class, graph)
        yield Quad(fact, TYPE, node["Donation"], graph)
        yield Quad(fact, direct, node["Donation"], graph)
        yield Quad(fact, LABEL, Literal(f"捐赠 {i}", language="zh"), graph)
        yield Quad(fact, node["donor"], donor, graph)
        yield Quad(fact, node["recipient"], recipient, graph)
        yield Quad(fact, node["amount"], sum_, graph)
        yield Quad(fact, NamedNode(terms.MODALITY), Literal("asserted"), graph)
        yield Quad(fact, NamedNode(terms.CONFIDENCE), Literal("0.9", datatype=decimal), graph)
        yield Quad(fact, NamedNode(terms.EXTRACTOR), Literal("reader"), graph)
        yield Quad(fact, evidence, said, graph)
        yield Quad(sum_, node["value"], Literal(str(rng.randrange(10**6)), datatype=decimal), graph)
        yield Quad(sum_, node["unit"], Literal("CNY"), graph)
        yield Quad(sum_, NamedNode(terms.BOUND), Literal("exact"), graph)
        yield Quad(sum_, NamedNode(terms.TEXT), Literal(f"{i}元"), graph)
        yield Quad(said, NamedNode(terms.HAS_SELECTOR), place, graph)
        yield Quad(place, NamedNode(terms.SPAN_START), Literal(str(i), datatype=integer), graph)
        yield Quad(place, NamedNode(terms.SPAN_END), Literal(str(i + 4), datatype=integer), graph)
        yield Quad(place, NamedNode(terms.EXACT), Literal("捐赠白塔"), graph)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    main()
