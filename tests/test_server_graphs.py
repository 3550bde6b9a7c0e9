"""The Graph Store Protocol at `kg serve --writable`: the W3C's cases, written anew, and what is refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from graph_samples import VOCABULARY, extraction
from pyoxigraph import RdfFormat, parse
from pyoxigraph import Store as Oxigraph
from rdflib import Graph
from server_samples import make_store, serving

from kg.graph import quads
from kg.store import open_store

TURTLE = {"content-type": "text/turtle; charset=utf-8"}
PREFIXES = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> . "
CARD = PREFIXES + '<{it}> a foaf:Person ; foaf:businessCard [ a v:VCard ; v:fn "{name}" ] .'
ALICE = PREFIXES + '[] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] .'
NAMED = "https://example.org/g"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    store = make_store(tmp_path_factory.mktemp("graphs"))
    with serving(store, "--writable", "--max-upload=2", "--memory-limit=256") as client:
        yield client


def address(server: httpx.Client, path: str) -> str:
    return str(server.base_url.join(path))


def card(server: httpx.Client, name: str) -> str:
    return CARD.format(it=address(server, "/graphs/person/1"), name=name)


def put(server: httpx.Client, path: str, text: str | bytes, **headers: str) -> httpx.Response:
    return server.put(path, content=text, headers={**TURTLE, **headers})


def post(server: httpx.Client, path: str, text: str) -> httpx.Response:
    return server.post(path, content=text, headers=TURTLE)


def holds(said: httpx.Response, *turtle: str) -> bool:
    """Whether the answer is the graph of these texts, merged."""
    expected, graph = Graph(), Graph().parse(data=said.text, format="turtle")
    for text in turtle:
        expected += Graph().parse(data=text, format="turtle")
    return said.status_code == 200 and graph.isomorphic(expected)


def named(graph: str = NAMED) -> str:
    return f"/graphs?graph={quote(graph, safe='')}"


# --- The suite -----------------------------------------------------------------------------------


def test_graphs_suite_of_the_protocol(server: httpx.Client) -> None:
    """In the suite's order, for its cases build on one another.

    All but four: PUT of the default graph, which is the union here, and a form of several files, with the
    GET after each.
    """
    person, other = "/graphs/person/1.ttl", "/graphs/person/2.ttl"
    john, jane = card(server, "John Doe"), card(server, "Jane Doe")
    assert put(server, person, john).status_code == 201  # put__initial_state
    by_name = server.get(named(address(server, person)), headers={"accept": "text/turtle"})
    assert holds(by_name, john)  # get_of_put__initial_state
    assert put(server, person, jane).status_code == 204  # put__graph_already_in_store
    assert holds(server.get(person), jane)  # get_of_put__graph_already_in_store
    assert put(server, person, jane, **{"content-type": "application/rdf+xml"}).status_code == 400
    assert holds(server.get(person), jane)  # put__mismatched_payload
    assert put(server, other, john).status_code == 201
    assert server.delete(other).status_code == 204  # delete__existing_graph
    assert server.get(other).status_code == 404  # get_of_delete__existing_graph
    assert server.delete(other).status_code == 404  # delete__nonexistent_graph
    name = f'<{address(server, "/graphs/person/1")}> <http://xmlns.com/foaf/0.1/name> "Jane Doe" .'
    assert post(server, person, name).status_code == 204  # post__existing_graph
    assert holds(server.get(person), jane, name)  # get_of_post__existing_graph
    made = post(server, "/graphs", ALICE)
    assert made.status_code == 201  # post__create__new_graph
    assert holds(server.get(made.headers["location"]), ALICE)  # get_of_post__create__new_graph
    assert post(server, made.headers["location"], "").status_code == 204
    assert holds(server.get(made.headers["location"]), ALICE)  # get_of_post__after_noop
    head = server.head(person)
    assert head.status_code == 200 and head.content == b""  # head_on_an_existing_graph
    assert int(head.headers["content-length"]) == len(server.get(person).content)
    assert server.head("/graphs/person/4.ttl").status_code == 404  # head_on_a_nonexisting_graph


# --- What is taken -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/turtle", f'<s> <p> "捐"@zh . <{NAMED}> <p> 1 .'),
        ("application/n-triples", '<https://example.org/s> <https://example.org/p> "\\u6350"@zh .'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://example.org/">'
            '<rdf:Description rdf:about="s"><p xml:lang="zh">捐</p></rdf:Description></rdf:RDF>',
        ),
        (
            "application/ld+json",
            '{"@id": "s", "https://example.org/p": {"@value": "捐", "@language": "zh"}}',
        ),
        ("", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://example.org/">'
         '<rdf:Description rdf:about="s"><p xml:lang="zh">捐</p></rdf:Description></rdf:RDF>'),
    ],
    ids=["turtle", "ntriples", "rdfxml", "jsonld", "untold"],
)  # fmt: skip
def test_graphs_body_is_read_as_its_type_says(server: httpx.Client, media: str, body: str) -> None:
    server.delete(named())
    headers = {"content-type": media} if media else {}
    said = server.put(named(), content=body.encode(), headers=headers)
    assert said.status_code == 201, said.text
    found = server.get(named(), params={"format": "nt", "graph": NAMED}).text
    assert '<https://example.org/s> <https://example.org/p> "捐"@zh .' in found
    query = f"SELECT ?o {{ GRAPH <{NAMED}> {{ <https://example.org/s> <https://example.org/p> ?o }} }}"
    answer = server.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert [row["o"]["value"] for row in answer] == ["捐"]


def test_graphs_blank_nodes_of_two_uploads_stay_apart(server: httpx.Client) -> None:
    server.delete(named())
    for _ in range(2):
        assert post(server, named(), "_:b <https://example.org/p> 1 .").is_success
    assert len(server.get(named() + "&format=nt").text.splitlines()) == 2


def test_graphs_empty_graph_is_none(server: httpx.Client) -> None:
    put(server, named(), "<s> <p> 1 .")
    assert put(server, named(), "").status_code == 204
    assert server.get(named()).status_code == 404
    assert put(server, named(), "# nothing").status_code == 204


# --- What is refused -----------------------------------------------------------------------------


DEEP = 60_000


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/ld+json", '{"@id":"s","http://p":' * DEEP + "1" + "}" * DEEP),
        ("application/ld+json", "[" * DEEP),
        ("text/turtle", "<s> <p> " + "<<( <s> <p> " * DEEP),
        ("text/turtle", "<s> <p> " + "( " * DEEP),
        ("application/rdf+xml", "<a xmlns='http://x/'>" * 50_000),
        (
            "application/rdf+xml",
            '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {chr(c)} "{f"&{chr(c - 1)};" * 10}">' for c in range(ord("b"), ord("k")))
            + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
            + '<rdf:Description rdf:about="http://s"><x:p>&j;</x:p></rdf:Description></rdf:RDF>',
        ),
    ],
    ids=["objects", "arrays", "triple terms", "lists", "elements", "entities"],
)
def test_graphs_hostile_body_neither_ends_the_server_nor_changes_it(
    server: httpx.Client, media: str, body: str
) -> None:
    if server.head(named()).status_code == 404:
        put(server, named(), "<s> <p> 1 .")
    said = server.put(named(), content=body, headers={"content-type": media})
    assert said.status_code in (400, 500, 503)  # refused, or its worker died of it
    assert said.text.count("\n") == 1
    assert server.head(named()).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "words"),
    [
        ("PUT", named(), {"content-type": "image/png"}, 415, "send the graph as text/turtle"),
        ("PUT", named(), {"content-type": "application/trig"}, 415, "send the graph as text/turtle"),
        ("PUT", named(), {"content-type": "text/turtle; charset=gbk"}, 415, "in UTF-8"),
        ("PUT", named(), {**TURTLE, "content-encoding": "gzip"}, 415, "not as gzip"),
        ("PUT", named("no iri"), TURTLE, 400, "is no IRI"),
        ("PUT", "/graphs?graph=", TURTLE, 400, "needs the graph's IRI"),
        ("PUT", "/graphs", TURTLE, 400, "needs the graph's name"),
        ("DELETE", "/graphs", {}, 400, "needs the graph's name"),
        ("PUT", named() + "&default", TURTLE, 400, "name one graph"),
        ("PUT", "/graphs/x?default", TURTLE, 400, "name one graph"),
        ("PUT", "/graphs?default", TURTLE, 405, "the union of all graphs"),
        ("POST", "/graphs?default", TURTLE, 405, "the union of all graphs"),
        ("DELETE", "/graphs?default", {}, 405, "the union of all graphs"),
        ("PATCH", named(), TURTLE, 405, "PATCH is not possible here"),
        ("GET", named(), {"accept": "image/png"}, 406, "text/turtle"),
        ("PUT", named(), {**TURTLE, "origin": "https://evil.example"}, 403, "another site"),
        ("DELETE", named(), {"sec-fetch-site": "cross-site"}, 403, "another site"),
        ("PUT", named(), {**TURTLE, "host": "evil.example"}, 421, "that name"),
    ],
)
def test_graphs_request_is_refused_in_a_line(
    server: httpx.Client, method: str, path: str, headers: dict[str, str], status: int, words: str
) -> None:
    if server.head(named()).status_code == 404:
        put(server, named(), "<s> <p> 1 .")
    content = "" if method == "PUT" else None
    said = server.request(method, path, headers=headers, content=content)
    assert (said.status_code, words in said.text, said.text.count("\n")) == (status, True, 1)
    assert server.head(named()).status_code == 200


def test_graphs_body_beyond_the_limit_is_refused(server: httpx.Client) -> None:
    large = b"# " + b"x" * (2 << 20)
    for content in (large, iter([large, large])):  # with a length said before, and without
        said = put(server, named(), content)  # type: ignore[arg-type]
        assert said.status_code == 413 and "larger than 2 MB" in said.text and "--max-upload" in said.text
    assert server.get("/health").text == "ok\n"


def test_graphs_without_writable_are_only_read(tmp_path: Path) -> None:
    with serving(make_store(tmp_path)) as client:
        for method in ("PUT", "POST", "DELETE"):
            said = client.request(method, named(), headers=TURTLE)
            assert (said.status_code, said.headers["allow"]) == (405, "GET, HEAD")
            assert "--writable" in said.text


# --- The union and the clients -------------------------------------------------------------------


def test_graphs_default_graph_is_the_union_without_repetition(server: httpx.Client) -> None:
    for graph in ("a", "b"):
        put(server, named(f"https://example.org/{graph}"), "<https://example.org/twice> <http://p> 1 .")
    said = server.get("/graphs?default&format=nt")
    lines = said.text.splitlines()
    assert sum("/twice>" in line for line in lines) == 1
    written = {f"{quad.triple} ." for quad in quads(extraction(), VOCABULARY)}
    assert written < set(lines)
    assert said.headers["vary"] == "Accept"
    whole = server.get("/graphs?default&format=nq").text.splitlines()
    assert sum("/twice>" in line for line in whole) == 2


def test_graphs_large_source_is_mirrored(tmp_path: Path) -> None:
    """A source of some 3 MB of N-Triples, by the same command as to any endpoint."""
    store = Oxigraph(str(tmp_path / "store"))
    store.flush()
    del store
    found = "".join(f"<https://example.org/s{i}> <http://p> '{'字' * 50}{i}' .\n" for i in range(12_000))
    large = [*parse(found, RdfFormat.TURTLE)]
    with serving(tmp_path / "store", "--writable") as client, open_store(str(client.base_url)) as remote:
        remote.replace(NAMED, large)
        assert {quad.triple for quad in remote.quads(NAMED)} == {quad.triple for quad in large}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_graphs_curl_sends_and_takes_files(server: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "g.ttl").write_text("<s> <p> '记一笔' .", encoding="utf-8")
    url = address(server, named("https://example.org/curl"))
    ways = (
        (["-T", str(tmp_path / "g.ttl"), "-H", "Content-Type: text/turtle"], "201"),
        (["--data-binary", "<s> <p> 2 .", "-H", "Content-Type: text/turtle"], "204"),
        (["-I"], "200"),
        (["-X", "DELETE"], "204"),
        ([], "404"),
    )
    for arguments, status in ways:
        tell = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", *arguments, url]
        done = subprocess.run(tell, capture_output=True, check=True, encoding="utf-8")
        assert (arguments, done.stdout) == (arguments, status)
