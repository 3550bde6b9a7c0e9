"""Clients that others wrote, against `kg serve`: SPARQLWrapper, rdflib's SPARQLStore, curl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from graph_samples import GOVERNMENT, donation
from rdflib import Dataset, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from server_samples import make_store, serving
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLExceptions, SPARQLWrapper

LABELS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?l { <%s> rdfs:label ?l } ORDER BY ?l"
NAMES = ["Qinghe County People's Government", "青禾县人民政府"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(make_store(tmp_path_factory.mktemp("clients")), "--writable") as client:
        yield client


@pytest.fixture
def endpoint(server: httpx.Client) -> str:
    return str(server.base_url.join("/sparql"))


@pytest.mark.parametrize("method", ["GET", POST])
def test_clients_sparqlwrapper_reads_rows(endpoint: str, method: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setMethod(method)
    client.setQuery(LABELS % GOVERNMENT.iri)
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["l"]["value"] for row in rows] == NAMES
    client.setReturnFormat(XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == 2
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().decode().split("\r\n") == ["l", *NAMES, ""]


def test_clients_sparqlwrapper_reads_graphs_and_errors(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(f"DESCRIBE <{donation().iri}>")
    client.setReturnFormat(TURTLE)
    assert b"kg:donor" in client.queryAndConvert()
    client.setQuery("DESCRIBE {")
    with pytest.raises(SPARQLExceptions.QueryBadFormed):
        client.query()


def test_clients_rdflib_sees_a_graph(endpoint: str) -> None:
    graph = Dataset(SPARQLStore(endpoint), default_union=True)
    assert sorted(map(str, graph.objects(URIRef(GOVERNMENT.iri), RDFS.label))) == NAMES
    assert [str(row.l) for row in graph.query(LABELS % GOVERNMENT.iri)] == NAMES
    assert bool(graph.query("ASK { ?s ?p ?o }")) is True


def test_clients_rdflib_writes(endpoint: str) -> None:
    store = SPARQLUpdateStore(endpoint, endpoint, autocommit=True)
    graph = Dataset(store).graph(URIRef("https://example.org/notes"))
    note = (URIRef(GOVERNMENT.iri), RDFS.comment, Literal("记一笔", lang="zh"))
    graph.add(note)
    assert note in graph
    graph.remove(note)
    assert note not in graph


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["-G", "--data-urlencode", "query=SELECT (1 AS ?n) {}", "-H", "Accept: text/csv"], "n\r\n1\r\n"),
        (["-d", "query=ASK {}", "-H", "Accept: text/csv"], "true"),
        (
            [
                "--data-binary",
                "ASK {}",
                "-H",
                "Content-Type: application/sparql-query",
                "-H",
                "Accept: text/csv",
            ],
            "true",
        ),
    ],
    ids=["get", "form", "direct"],
)
def test_clients_curl_asks_in_all_three_ways(endpoint: str, arguments: list[str], answer: str) -> None:
    done = subprocess.run(["curl", "-sS", "--fail", *arguments, endpoint], capture_output=True, check=True)
    assert done.stdout.decode() == answer
