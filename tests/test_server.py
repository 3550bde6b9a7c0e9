"""`kg serve`: what it answers, what it refuses, and that nothing asked of it ends it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
from graph_samples import COMPANY, GOVERNMENT, PAGE, VOCABULARY, donation, extraction, fact, pairing
from pyoxigraph import RdfFormat, parse
from server_samples import command, make_store, serving, workers

from kg.building.workplace import open_workplace
from kg.cli import run
from kg.graph import quads
from kg.iris import DEFAULT_BASE
from kg.newstore import write_store
from kg.server.connections import longest_awaited
from kg.server.pool import Answer, Ended, Pool
from kg.server.settings import Settings
from kg.store import open_store
from kg.types import Document, Entity, Extraction

TIMEOUT = 1.5  # seconds of the server below
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
GOVERNMENT_PATH = "/id/青禾县人民政府"
FACT = donation().iri


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[httpx.Client]:
    limits = (f"--timeout={TIMEOUT}", "--memory-limit=128", "--max-answer=1", "--cors=https://friend.example")
    with serving(store, *limits) as client:
        yield client


def select(client: httpx.Client, query: str, **params: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **params})


def is_well(client: httpx.Client) -> bool:
    said = select(client, "ASK { ?d a kg:Donation ; kg:amount/kg:value '2505000'^^xsd:decimal }")
    return said.status_code == 200 and said.json()["boolean"] is True


def one_line(said: httpx.Response) -> str:
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert said.text.endswith("\n") and said.text.count("\n") == 1
    return said.text


# --- Limits --------------------------------------------------------------------------------------


def test_server_endless_query_is_ended_in_time_and_the_server_goes_on(server: httpx.Client) -> None:
    said = select(server, ENDLESS)
    assert said.status_code == 503
    assert "longer than 1.5 seconds" in one_line(said) and "--timeout" in said.text
    assert is_well(server)


def test_server_query_beyond_its_memory_is_ended_and_the_server_goes_on(server: httpx.Client) -> None:
    said = select(server, HUGE)
    assert said.status_code == 503
    assert "--memory-limit" in one_line(said)
    assert is_well(server)


def test_server_endless_queries_leave_the_pages_their_lookups(server: httpx.Client) -> None:
    threads = [threading.Thread(target=select, args=(server, ENDLESS)) for _ in range(10)]
    for thread in threads:
        thread.start()
    assert server.get("/api/status").status_code == 200
    assert any(thread.is_alive() for thread in threads)  # it did not wait for them
    for thread in threads:
        thread.join()
    assert is_well(server)


def test_server_too_large_answer_is_refused_whole(server: httpx.Client) -> None:
    said = select(server, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
    assert said.status_code == 413
    assert "larger than 1 MB" in one_line(said)


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 3_000 + "}" * 3_000,
        "SELECT * { " + "?s ?p ?o . " * 1_000 + "}",
        "ASK { FILTER(" + "!" * 9_000 + "1) }",
    ],
    ids=["nested", "long", "signs"],
)
def test_server_query_that_the_engine_cannot_bear_is_refused_first(server: httpx.Client, query: str) -> None:
    assert select(server, query).status_code == 400
    assert is_well(server)


def test_server_cancelled_query_ends_at_once(server: httpx.Client) -> None:
    said: list[httpx.Response] = []

    def ask() -> None:
        headers = {"X-Query-Id": "mine"}
        said.append(server.get("/sparql", params={"query": ENDLESS}, headers=headers))

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.post("/api/cancel", params={"id": "mine"}).json()["cancelled"]:
        assert thread.is_alive()
    thread.join()
    assert (said[0].status_code, said[0].text) == (503, "the query was cancelled\n")
    assert server.post("/api/cancel", params={"id": "mine"}).json() == {"cancelled": False}


def test_server_client_that_goes_away_ends_its_query(server: httpx.Client) -> None:
    first = threading.Thread(target=select, args=(server, ENDLESS))
    first.start()
    for _ in range(12):
        with socket.create_connection((server.base_url.host, server.base_url.port or 0)) as sock:
            host = f"{server.base_url.host}:{server.base_url.port}"
            sock.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            time.sleep(0.02)
    assert is_well(server)
    assert first.is_alive()  # those that came after it are not waited for
    first.join()


def test_server_query_id_is_one_querys_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(*_: object) -> Answer:
        await asyncio.sleep(60)
        raise AssertionError

    async def ask() -> None:
        pool = Pool(Settings("store"))
        monkeypatch.setattr(pool, "_run", work)
        first = asyncio.ensure_future(pool.run({}, key="127.0.0.1 one"))
        await asyncio.sleep(0)
        with pytest.raises(Ended, match="X-Query-Id") as second:
            await pool.run({}, key="127.0.0.1 one")
        assert second.value.status == 409
        assert not pool.cancel("127.0.0.2 one")
        assert pool.cancel("127.0.0.1 one")
        with pytest.raises(Ended, match="the query was cancelled"):
            await first
        assert not pool.cancel("127.0.0.1 one")

    asyncio.run(ask())


def test_server_half_sent_requests_shut_nobody_out(server: httpx.Client) -> None:
    host, port = server.base_url.host, server.base_url.port or 0
    head = f"POST /sparql HTTP/1.1\r\nHost: {host}:{port}\r\n"
    parts = [head, head + "Content-Length: 900\r\n\r\n", ""]
    with contextlib.ExitStack() as stack:
        for number in range(300):
            sock = stack.enter_context(socket.create_connection((host, port)))
            sock.sendall(parts[number % len(parts)].encode())
        assert server.get("/version").status_code == 200  # no worker has a part in it


def test_server_of_those_waited_for_the_greediest_clients_oldest_makes_room() -> None:
    def one(address: str, since: float | None) -> SimpleNamespace:
        return SimpleNamespace(address=address, waits_since=since)

    waiting = [one("a", 1), one("b", 3), one("b", 2), one("b", None), one("a", None)]
    assert longest_awaited(waiting) is waiting[2]
    assert longest_awaited([one("a", None)]) is None


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="looks into /proc")
def test_server_worker_that_dies_is_replaced(store: Path) -> None:
    with serving(store) as client:
        for _ in range(3):
            for pid in workers(client):
                os.kill(pid, signal.SIGKILL)
            said = [client.get("/health").status_code for _ in range(3)]
            assert set(said) <= {200, 503} and 200 in said
            assert is_well(client)


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT (1SERVICE AS ?x) { 1SERVICE <http://127.0.0.1:9/> {} }",
    ],
    ids=["plain", "glued"],
)
def test_server_service_is_refused(server: httpx.Client, query: str) -> None:
    said = select(server, query)
    assert said.status_code == 400
    assert "SERVICE" in one_line(said)


def test_server_from_chooses_among_its_own_graphs_and_loads_nothing(server: httpx.Client) -> None:
    graph = f"{DEFAULT_BASE}source/page.txt"
    assert select(server, f"ASK FROM <{graph}> {{ ?d a kg:Donation }}").json()["boolean"] is True
    assert select(server, "ASK FROM <http://127.0.0.1:9/> { ?d a kg:Donation }").json()["boolean"] is False


def test_server_update_is_forbidden_unless_writable(server: httpx.Client) -> None:
    said = server.post("/sparql", data={"update": "CLEAR ALL"})
    assert said.status_code == 403
    assert "--writable" in one_line(said)
    assert is_well(server)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1", ""]
)
def test_server_answers_to_its_own_names_alone(server: httpx.Client, host: str) -> None:
    said = server.get("/health", headers={"host": host.format(port=server.base_url.port)})
    assert said.status_code in (400, 421)
    assert server.get("/health", headers={"host": f"localhost:{server.base_url.port}"}).text == "ok\n"


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    ids=str,
)
def test_server_page_of_another_site_cannot_post(server: httpx.Client, headers: dict[str, str]) -> None:
    assert server.post("/api/cancel", params={"id": "x"}, headers=headers).status_code == 403


def test_server_page_of_another_site_can_link_here_but_not_ask(server: httpx.Client) -> None:
    image = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert server.get("/sparql", params={"query": "ASK {}"}, headers=image).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert server.get("/", headers=link).status_code == 200


def test_server_cors_is_for_those_named(server: httpx.Client) -> None:
    name = "access-control-allow-origin"
    friend, other = ({"origin": f"https://{who}.example"} for who in ("friend", "other"))
    assert server.get("/version", headers=friend).headers[name] == "https://friend.example"
    assert server.options("/sparql", headers=friend).status_code == 204
    assert name not in server.get("/version", headers=other).headers
    assert server.post("/sparql", data={"query": "ASK {}"}, headers=friend).status_code == 200


@pytest.mark.parametrize("path", ["/", "/sparql", "/api/status", "/nothing", "/assets/../settings.py"])
def test_server_every_answer_has_the_headers_that_keep_a_browser_safe(
    server: httpx.Client, path: str
) -> None:
    headers = server.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_server_unknown_path_is_404_and_a_wrong_method_405(server: httpx.Client) -> None:
    assert one_line(server.get("/nothing")).startswith("there is nothing here")
    assert server.get("/nothing").status_code == 404
    assert server.delete("/sparql").status_code == 405


# --- SPARQL and graphs ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media", "begins"),
    [
        ("", "application/sparql-results+json", b'{"head":'),
        ("application/sparql-results+xml", "application/sparql-results+xml", b"<?xml"),
        ("text/csv;q=0.9, application/json;q=0.5", "text/csv; charset=utf-8", b"n\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", b"?n\n"),
    ],
)
def test_server_rows_come_as_asked(server: httpx.Client, accept: str, media: str, begins: bytes) -> None:
    said = server.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers={"accept": accept})
    assert said.headers["content-type"] == media
    assert said.content.startswith(begins)


@pytest.mark.parametrize(
    ("media", "reader"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_server_graph_is_the_same_in_every_format(
    server: httpx.Client, media: str, reader: RdfFormat
) -> None:
    query = "CONSTRUCT { ?d kg:donor ?x ; kg:amount ?v } { ?d kg:donor ?x ; kg:amount/kg:value ?v }"
    said = server.get("/sparql", params={"query": query}, headers={"accept": media})
    found = {str(quad.triple) for quad in parse(said.content, reader)}
    assert said.headers["content-type"].partition(";")[0] == media
    assert len(found) == 2 and any(f"<{GOVERNMENT.iri}>" in triple for triple in found)


def test_server_format_that_does_not_fit_is_406_with_those_that_do(server: httpx.Client) -> None:
    said = server.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "image/png"})
    assert said.status_code == 406
    assert "application/sparql-results+json" in one_line(said)
    assert select(server, "ASK {}", format="csv").text == "true"


def test_server_syntax_error_says_where(server: httpx.Client) -> None:
    assert one_line(select(server, "SELECT *\n{ ?s ?p }")).startswith("line 2, column ")


def test_server_description_names_the_endpoint_and_what_it_cannot(server: httpx.Client) -> None:
    said = server.get("/sparql", headers={"accept": "text/turtle"}).text
    assert f"<{server.base_url.join('/sparql')}>" in said
    assert "SPARQL11Query" in said and "UnionDefaultGraph" in said and "SPARQL11Update" not in said


def test_server_graph_store_gives_a_graph_by_name_the_union_and_the_list(server: httpx.Client) -> None:
    name = f"{DEFAULT_BASE}source/page.txt"
    graph = server.get("/graphs", params={"graph": name}, headers={"accept": "application/n-triples"})
    written = {str(quad.triple) for quad in quads(extraction(), VOCABULARY)}
    assert {str(quad.triple) for quad in parse(graph.content, RdfFormat.N_TRIPLES)} == written
    union = server.get("/graphs?default", headers={"accept": "application/n-quads"})
    assert name in union.text and len(union.text.splitlines()) > len(written)
    assert name in server.get("/graphs").text
    assert server.get("/graphs", params={"graph": "https://example.org/none"}).status_code == 404
    assert server.put("/graphs", params={"graph": name}, content="").status_code == 405


# --- Things --------------------------------------------------------------------------------------


def test_server_iri_leads_to_its_page_and_to_its_triples(server: httpx.Client) -> None:
    page = server.get(GOVERNMENT_PATH, headers={"accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert json.dumps(GOVERNMENT.iri, ensure_ascii=False) in page.text
    assert page.headers["vary"] == "Accept"
    turtle = server.get(GOVERNMENT_PATH)
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert f"<{FACT}> kg:donor <{GOVERNMENT.iri}>" in turtle.text
    linked = server.get(GOVERNMENT_PATH, params={"format": "jsonld"})
    assert json.loads(linked.text) and linked.headers["content-type"] == "application/ld+json"


def test_server_iri_of_a_fact_brings_its_sentences(server: httpx.Client) -> None:
    said = server.get(FACT.replace(DEFAULT_BASE, "/id/")).text
    assert "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元" in said


def test_server_iri_with_escapes_is_found_as_it_is_written(server: httpx.Client) -> None:
    source = f"{DEFAULT_BASE}source/page.txt"
    assert PAGE in server.get(source.replace(DEFAULT_BASE, "/id/")).text
    for path in ("/id/nobody", "/id/", "/id/%00", "/id/%ff%fe", "/id/a b<>"):
        assert server.get(path).status_code == 404
    assert server.get("/id/nobody", headers={"accept": "text/html"}).text.startswith("<!DOCTYPE html>")


# --- What the pages ask for ----------------------------------------------------------------------


def wait_for_names(client: httpx.Client) -> None:
    until = time.monotonic() + 5
    while client.get("/api/search", params={"q": "x"}).json()["pending"]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_server_search_finds_aliases_and_parts_best_first(server: httpx.Client, store: Path) -> None:
    wait_for_names(server)
    hits = server.get("/api/search", params={"q": "县政府"}).json()["hits"]
    assert [(hit["label"], hit["matched"]) for hit in hits] == [("青禾县人民政府", "县政府")]
    labels = [hit["label"] for hit in server.get("/api/search", params={"q": "青禾"}).json()["hits"]]
    assert labels == ["青禾县", "青禾县人民政府"]
    (company,) = server.get("/api/search", params={"q": "公司", "limit": "5"}).json()["hits"]
    assert company["iri"] == COMPANY.iri and company["degree"] == 1
    assert store.with_name("store.names.sqlite").is_file()


def test_server_neighbourhood_has_the_records_of_the_page(server: httpx.Client) -> None:
    said = server.get("/api/neighbourhood", params={"iri": GOVERNMENT.iri}).json()
    (center,) = [entity for entity in said["entities"] if entity["id"] == said["center"]]
    assert center["label"] == "青禾县人民政府"
    assert [DEFAULT_BASE + fact["id"] for fact in said["facts"]] == [FACT] and said["more"] == 0
    (evidence,) = said["facts"][0]["ev"]
    (start, end), (first, words) = evidence["at"], evidence["q"]
    assert words[start - first : end - first] == donation().evidence[0].quote
    county = server.get("/api/neighbourhood", params={"iri": pairing().iri}).json()
    assert {entity["label"] for entity in county["entities"]} == {"青禾县", "白塔乡"}
    assert server.get("/api/neighbourhood", params={"iri": "https://example.org/x"}).status_code == 404


def test_server_completion_offers_terms_and_names(server: httpx.Client) -> None:
    wait_for_names(server)

    def offered(said: str) -> list[str]:
        hits = server.get("/api/complete", params={"q": said}).json()["hits"]
        return [hit["insert"] for hit in hits]

    assert "kg:Donation" in offered("kg:don") and "kg:donor" in offered("kg:don")
    assert "kg:Donation" in offered("捐赠")
    assert "rdfs:" in offered("rdf")
    assert offered("白塔") == [f"<{DEFAULT_BASE}白塔乡>"]


def test_server_catalogue_binds_parameters_and_answers_as_asked(server: httpx.Client) -> None:
    names = {query["name"] for query in server.get("/api/queries").json()["queries"]}
    assert {"donations", "pairs"} <= names
    text = server.get("/api/queries/donations", params={"donor": "青禾县人民政府"}).json()["text"]
    assert len(select(server, text).json()["results"]["bindings"]) == 1
    wrong = server.get("/api/queries/donations", params={"donor": "没有这个"})
    assert wrong.status_code == 400 and wrong.json()["error"].startswith(
        "parameter donor: no entity is named"
    )
    assert server.get("/api/queries/donation").json()["error"].endswith("did you mean donations?")


def test_server_sources_and_their_texts(server: httpx.Client) -> None:
    (listed,) = server.get("/api/sources").json()["sources"]
    assert (listed["name"], listed["length"], listed["facts"]) == ("page.txt", len(PAGE), 3)
    said = server.get("/api/source", params={"name": "page.txt"}).json()
    assert said["text"] == PAGE
    quotes = [PAGE[start:end] for start, end, _ in said["spans"]]
    assert quotes[0] == donation().evidence[0].quote and len(quotes) == 3


def test_server_ontology_counts_what_is_there(server: httpx.Client) -> None:
    said = server.get("/api/ontology").json()
    counts = {kind["id"]: kind["count"] for kind in said["types"]}
    assert counts["Donation"] == 2 and counts["Pairing"] == 1
    assert all(cls["color"].startswith("#") and cls["shape"] for cls in said["classes"])
    shown = next(kind for kind in said["types"] if kind["id"] == "Donation")
    assert shown["zh"] and shown["commentZh"] and shown["roles"][0]["id"] == "donor"
    assert server.get("/api/status").json()["facts"] == 3


def test_server_labels_of_iris(server: httpx.Client) -> None:
    said = server.post("/api/labels", json={"iris": [GOVERNMENT.iri, "_:b", "https://example.org/x"]}).json()
    assert said["labels"] == {
        GOVERNMENT.iri: {"zh": "青禾县人民政府", "en": "Qinghe County People's Government"}
    }
    assert server.post("/api/labels", content=b"[" * 90_000).status_code == 400


# --- The store -----------------------------------------------------------------------------------


def test_server_shows_a_new_build_and_is_not_in_its_way(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    count = "SELECT (COUNT(*) AS ?n) { ?f kg:confidence ?c }"

    def counted(client: httpx.Client) -> int:
        return int(select(client, count).json()["results"]["bindings"][0]["n"]["value"])

    with serving(store) as client:
        assert counted(client) == 3
        with open_store(store) as writer:  # alone, as a build has it
            found = list(quads(extraction(donation()), VOCABULARY))
            writer.replace(found[0].graph_name.value, found)
        until = time.monotonic() + 15
        while counted(client) != 1:
            assert time.monotonic() < until, "the new build was not noticed"
            time.sleep(0.2)


def test_server_goes_on_while_a_build_works_on_a_copy_and_sees_it_published(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    (tmp_path / "report.txt").write_text(
        "skipped   why\n-------  ---\nbad.pdf  encrypted\n", encoding="utf-8"
    )
    update = {"update": "INSERT DATA { GRAPH <http://g> { <http://s> <http://p> 1 } }"}
    ask = "ASK { ?f a kg:Fact }"
    with open_workplace(tmp_path) as place:
        place.publish(b"{}")
    assert store.is_symlink()
    with serving(store, "--writable") as client:
        with open_workplace(tmp_path) as place:
            place.store.remove(f"{DEFAULT_BASE}source/page.txt")
            refused = client.post("/sparql", data=update)
            assert refused.status_code == 503
            assert one_line(refused).endswith(f"held by process {os.getpid()}; try again when it has ended\n")
            assert select(client, ask).json()["boolean"] is True
            place.publish(b"{}")
        until = time.monotonic() + 15
        while select(client, ask).raise_for_status().json()["boolean"]:
            assert time.monotonic() < until, "the new build was not noticed"
            time.sleep(0.05)
        assert client.post("/sparql", data=update).status_code == 204
        assert client.get("/api/sources").json()["leftOut"] == [{"name": "bad.pdf", "why": ["encrypted"]}]


def test_server_writable_takes_updates_that_load_nothing(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with serving(store, "--writable") as client:
        said = client.post("/sparql", data={"update": "LOAD <file:///etc/passwd>"})
        assert said.status_code == 400 and "LOAD" in one_line(said)
        evil = client.post(
            "/sparql", data={"update": "CLEAR ALL"}, headers={"origin": "https://evil.example"}
        )
        assert evil.status_code == 403 and is_well(client)
        rename = "DELETE { GRAPH ?g { ?c rdfs:label ?l } } INSERT { GRAPH ?g { ?c rdfs:label '新名'@zh } } "
        where = f"WHERE {{ GRAPH ?g {{ VALUES ?c {{ <{COMPANY.iri}> }} ?c rdfs:label ?l }} }}"
        assert client.post("/sparql", data={"update": rename + where}).status_code == 204
        assert select(client, "ASK { ?c rdfs:label '新名'@zh }").json()["boolean"] is True
    with open_store(store, read_only=True) as kept:
        assert bool(kept.query("ASK { ?c rdfs:label '新名'@zh }"))


# --- The command ---------------------------------------------------------------------------------


def test_server_interrupted_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    process = subprocess.Popen(command(store), stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stderr is not None
    assert process.stderr.readline().startswith(f"serving {store} at http://127.0.0.1:")
    tree = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, encoding="utf-8", check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in tree.splitlines()[1:]]
    family = {process.pid}
    for _ in range(3):
        family |= {pid for pid, parent in pairs if parent in family}
    assert len(family) > 3
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert process.stderr.read().strip() == "kg: interrupted"
    process.stderr.close()
    until = time.monotonic() + 5
    while any(is_alive(pid) for pid in family):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert sorted(path.name for path in tmp_path.iterdir()) in (["store"], ["store", "store.names.sqlite"])


def test_server_interrupted_while_it_reads_the_store_ends_at_once(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    process = subprocess.Popen(command(store), stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stderr is not None
    until = time.monotonic() + 10
    while not list(store.parent.glob(".kg-serve-*")):
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert process.stderr.read().strip().endswith("kg: interrupted")
    process.stderr.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_server_says_in_a_line_why_it_cannot_start(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--store", str(tmp_path / "none")]) == 2
    assert "no store here; run `kg build` first" in capsys.readouterr().err
    (tmp_path / "broken.rq").write_text("# titel: x", encoding="utf-8")
    assert run(["serve", "--store", str(store), "--port=0", "--queries", str(tmp_path)]) == 2
    assert "broken.rq:1: the header lacks a line '# title: " in capsys.readouterr().err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", "--store", str(store), "--port", str(port)]) == 2
    assert capsys.readouterr().err.startswith(f"kg: 127.0.0.1:{port}: the port is in use; choose another")


def test_server_review_has_what_may_be_one_thing(tmp_path: Path) -> None:
    stated = []
    for name, body in (("a.txt", "甲公司"), ("b.txt", "乙公司")):
        person = Entity(f"{DEFAULT_BASE}Person/李青@{body}", "李青", "Person")
        found = fact("Donation", {"donor": [person]}, "李青捐赠", text="李青捐赠。", source=name)
        stated += quads(Extraction(Document(name, "李青捐赠。"), (), (person,), (found,)), VOCABULARY)
    write_store(tmp_path / "store", stated)
    with serving(tmp_path / "store") as client:
        for _ in range(100):
            said = client.get("/api/review").json()
            if not said["pending"]:
                break
            time.sleep(0.1)
        (proposal,) = said["proposals"]
        page = client.get("/review")
        thing = client.get(f"/id/Person/{quote('李青@乙公司')}", headers={"accept": "text/turtle"})
    assert proposal["reason"] == "persons of one name" and said["total"] == 1
    assert proposal["join"] == "- merge: [Person/李青@乙公司, Person/李青@甲公司]"
    assert [member["source"] for member in proposal["members"]] == ["b.txt", "a.txt"]
    assert page.status_code == 200 and "review" in page.text and thing.status_code == 200
