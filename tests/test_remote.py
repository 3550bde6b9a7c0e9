"""Stores at an address: what goes over the wire, what goes wrong there, and what is refused."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from endpoints import NO_CONTENT, OXIGRAPH, YES, Said, Scripted, oxigraph
from graph_samples import VOCABULARY, donation, extraction, filled_store, pairing
from pyoxigraph import Quad
from reader_samples import tell

from kg.cli import run
from kg.errors import StoreError
from kg.graph import quads
from kg.remote import mirror, open_remote, wire
from kg.store import open_store

BUSY = Said(503, b"wait a moment\n")
BROKEN = Said(200, b'{"head"', YES.media, length=100)
JSON = "application/sparql-results+json"
NOT_SEEN = Said(200, b'{"head":{"vars":["seen"]},"results":{"bindings":[{"seen":{"type":"literal","value":"false","datatype":"http://www.w3.org/2001/XMLSchema#boolean"}}]}}', JSON)  # fmt: skip
GRAPHS = Said(200, b'{"head":{"vars":["g"]},"results":{"bindings":[{"g":{"type":"uri","value":"https://example.org/g"}}]}}', JSON)  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.setattr(wire, "_BACKOFF", 0)
    with Scripted() as scripted:
        yield scripted


@pytest.fixture
def address() -> Iterator[str]:
    if OXIGRAPH is None:
        pytest.skip("no oxigraph server installed")
    yield from oxigraph()


def page() -> list[Quad]:
    return list(quads(extraction(), VOCABULARY))


# --- Trouble on the way --------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [BUSY, Said(429), Said(502), Said(504), BROKEN])
def test_remote_trouble_that_passes_is_not_seen(server: Scripted, trouble: Said) -> None:
    server.script = [trouble, trouble, YES]
    open_remote(server.address, read_only=True).close()
    assert len(server.requests) == 3


def test_remote_trouble_that_stays_is_one_clear_error(server: Scripted) -> None:
    server.script = [BUSY]
    with pytest.raises(StoreError) as caught:
        open_remote(server.address, read_only=True)
    assert str(caught.value) == (
        f"{server.address}: no SPARQL endpoint here; tried {server.address}: the server is busy or ended the query; "
        "try again later (HTTP 503: wait a moment)"
    )


def test_remote_endless_retry_after_is_not_obeyed() -> None:
    assert wire._LONGEST_WAIT <= 60
    assert wire.Wire("https://example.org/sparql")._pool.retries.retry_after_max == wire._LONGEST_WAIT


def test_remote_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_BACKOFF", 0)
    with pytest.raises(StoreError, match=r"^http://127.0.0.1:1: no server answers there; check the address"):
        open_store("http://127.0.0.1:1")


def test_remote_server_that_is_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_BACKOFF", 0)
    monkeypatch.setenv("KG_STORE_TIMEOUT", "0.05")
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(StoreError, match=r"no answer came in time; KG_STORE_TIMEOUT gives it more seconds$"),
    ):
        open_store(f"http://127.0.0.1:{silent.getsockname()[1]}/sparql")


def test_remote_page_for_people_is_no_endpoint(server: Scripted) -> None:
    server.script = [Said(200, b"<html>Hello</html>", "text/html")]
    with pytest.raises(StoreError, match=r"no SPARQL endpoint here; tried http://\S+/sparql: text/html$"):
        open_remote(server.address)


def test_remote_answer_that_is_no_answer_is_an_error(server: Scripted) -> None:
    store = open_remote(server.address, read_only=True)
    for said, message in (
        (Said(200, b"{", JSON), "the answer cannot be read: "),
        (Said(200, b"<a> <b>", "text/turtle"), "the answer cannot be read: "),
        (
            Said(200, b"[" * 100_000, "application/ld+json"),
            "answers in application/ld[+]json, which is not read",
        ),
        (Said(500, b"Traceback\x1b[2J\nmore"), r"the server refused \(HTTP 500: Traceback\x1b\[2J\)$"),
    ):
        server.script = [said]
        with pytest.raises(StoreError, match=message):
            store.query("SELECT * { ?s ?p ?o }")


def test_remote_redirection_is_told_and_not_followed(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE_TOKEN", "s3cret")
    with Scripted() as other:
        server.script = [Said(307, headers=(("Location", f"{other.address}?key=s3cret"),))]
        with pytest.raises(StoreError) as caught:
            open_remote(server.address)
        told = f": sends on to {other.address}, which is not followed; name that address (HTTP 307)"
        assert str(caught.value).endswith(told) and str(caught.value).count(other.address) == 1
        assert other.requests == []


# --- Credentials and what is refused -------------------------------------------------------------


def test_remote_credentials_come_from_the_environment(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_remote(server.address, read_only=True).close()
    monkeypatch.setenv("KG_STORE_USER", "读者")
    monkeypatch.setenv("KG_STORE_PASSWORD", "pa:ss")
    open_remote(server.address, read_only=True).close()
    monkeypatch.delenv("KG_STORE_USER")
    monkeypatch.delenv("KG_STORE_PASSWORD")
    monkeypatch.setenv("KG_STORE_TOKEN", "t0ken")
    open_remote(server.address, read_only=True).close()
    pair = base64.b64encode("读者:pa:ss".encode()).decode()
    sent = [request.headers.get("Authorization") for request in server.requests]
    assert sent == [None, f"Basic {pair}", "Bearer t0ken"]


def test_remote_refused_credentials_are_named_and_not_shown(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script = [Said(401, b"no")]
    with pytest.raises(
        StoreError, match=r"KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN, are needed"
    ):
        open_remote(server.address)
    monkeypatch.setenv("KG_STORE_TOKEN", "s3cret")
    with pytest.raises(StoreError, match=r"were refused \(HTTP 401: no\)$") as caught:
        open_remote(server.address)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"TOKEN": "a", "USER": "b"}, "KG_STORE_TOKEN and KG_STORE_USER are both set; unset one"),
        ({"USER": "b"}, "set both KG_STORE_USER, without a colon, and KG_STORE_PASSWORD"),
        ({"TOKEN": "a\r\nHost: b"}, "KG_STORE_TOKEN: has a character that no token can have"),
        ({"TIMEOUT": "soon"}, "KG_STORE_TIMEOUT=soon: not a number of seconds above 0"),
    ],
)
def test_remote_environment_that_means_nothing_is_told(environment: dict[str, str], message: str) -> None:
    with pytest.raises(StoreError) as caught:
        wire.Wire("https://example.org/", environ={f"KG_STORE_{k}": v for k, v in environment.items()})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://example.org/sparql", "http://example.org/sparql: http:// lets everyone on the way read"),
        ("http://127.0.0.1.example.org/", "http://127.0.0.1.example.org/: http:// lets everyone"),
        ("https://me:s3cret@example.org/", "https://example.org/: put the user into KG_STORE_USER"),
        ("https://example.org/?key=s3cret", "https://example.org/: name the endpoint alone"),
        ("ftp://me:s3cret@example.org/", "ftp://example.org/: not an address of a store"),
        ("https://me:s3cret@[::1/", "https://[::1/: not an address"),
        ("https://", "https://: not an address"),
    ],
)  # fmt: skip
def test_remote_address_that_is_not_safe_is_refused(location: str, message: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(location)
    assert str(caught.value).startswith(message)
    assert "s3cret" not in str(caught.value)


def test_remote_http_to_others_is_for_those_who_say_so() -> None:
    assert (
        wire.Wire("http://example.org/", environ={"KG_STORE_ALLOW_HTTP": "1"}).location
        == "http://example.org"
    )
    for local in ("http://localhost:1", "http://[::1]:1", "http://127.9.9.9"):
        assert wire.Wire(local, environ={}).location == local


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
def test_remote_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_BACKOFF", 0)
    certificate = tmp_path / "certificate.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2"
    subprocess.run(
        [*made.split(), "-keyout", tmp_path / "key", "-out", tmp_path / "crt"],
        check=True,
        capture_output=True,
    )
    certificate.write_bytes((tmp_path / "key").read_bytes() + (tmp_path / "crt").read_bytes())
    with Scripted(certificate) as server:
        with pytest.raises(StoreError, match=r"the connection is not safe: .*self.signed certificate"):
            open_remote(server.address)
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "crt"))
        open_remote(server.address, read_only=True).close()
        with pytest.raises(StoreError, match=r"the connection is not safe: .*127\.0\.0\.1"):
            open_remote(server.address.replace("localhost", "127.0.0.1"))


# --- What servers differ in ----------------------------------------------------------------------


def test_remote_finds_the_endpoints_below_an_address(server: Scripted) -> None:
    server.script = [Said(404), YES, Said(415), NO_CONTENT]
    base = server.address.removesuffix("/sparql")
    open_remote(f"{base}/").close()
    assert [request.path for request in server.requests] == ["/", "/query", "/query", "/update"]


def test_remote_endpoint_that_takes_no_updates_says_why(server: Scripted) -> None:
    server.script = [YES, Said(403, b"start it with --writable\n"), Said(404)]
    with pytest.raises(
        StoreError,
        match=r"takes no updates; tried .*\(HTTP 403: start it with --writable\); .*/update, \S+/statements: HTTP 404$",
    ):
        open_remote(server.address)


def test_remote_union_is_made_of_the_names_of_all_graphs_where_a_server_knows_none(server: Scripted) -> None:
    store = open_remote(server.address, read_only=True)
    server.script = [NOT_SEEN, NOT_SEEN, Said(400), GRAPHS, YES]
    assert store.query("ASK { ?s a kg:Fact }")
    asked = [parse_qsl(request.body.decode())[1:] for request in server.requests[1:]]
    graph = "https://example.org/g"
    assert asked == [
        [],
        [("union-default-graph", "true")],
        [("default-graph-uri", "urn:x-arq:UnionGraph")],
        [],
        [("default-graph-uri", graph), ("named-graph-uri", graph)],
    ]


def test_remote_large_graph_is_put_where_updates_are_small(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.remote.store._LARGE", 100)
    server.script = [YES, NO_CONTENT, Said(405), Said(201), YES]
    store = open_remote(server.address)
    graph = "https://example.org/a b".replace(" ", "%20")
    store.replace(graph, page())
    store.replace(graph, page())
    sent = [(request.method, request.path) for request in server.requests[2:]]
    query = "?graph=https%3A%2F%2Fexample.org%2Fa%2520b"
    found = [("PUT", f"/data{query}"), ("POST", "/sparql")]
    assert sent == [("PUT", f"/store{query}"), *found, *found]


def test_remote_sources_are_those_of_the_project_alone(address: str) -> None:
    """Another program's graphs lie at the same endpoint, and one has a title."""
    other = "https://example.org/other"
    with open_store(address) as store:
        store.replace(other, [q for q in page() if q.predicate.value.endswith("title")])
        store.replace(page()[0].graph_name.value, page())
        assert store.sources() == {"page.txt": page()[0].graph_name.value}


def test_remote_quads_with_a_subject_or_a_predicate(address: str) -> None:
    found, title = page(), "http://purl.org/dc/terms/title"
    with open_remote(address) as store:
        store.replace(found[0].graph_name.value, found)
        graph = found[0].graph_name.value
        assert set(store.quads(predicate=title)) == {q for q in found if q.predicate.value == title}
        assert set(store.quads(graph, subject=graph)) == {q for q in found if q.subject.value == graph}
        assert list(store.quads("https://example.org/none", predicate=title)) == []


def test_remote_mirror_replaces_what_differs_and_removes_what_is_gone(address: str) -> None:
    there = open_store(address)
    for source in ("gone.txt", "same.txt", "changed.txt"):
        found = list(quads(extraction(donation(source=source), source=source), VOCABULARY))
        there.replace(found[0].graph_name.value, found)
    other = [q for q in page() if q.predicate.value.endswith("label")]
    there.replace("https://example.org/other", other)
    here = filled_store(
        extraction(donation(source="same.txt"), source="same.txt"),
        extraction(pairing(source="changed.txt"), source="changed.txt"),
    )
    assert mirror(here, there) == 4  # what changed, what is gone, the ontology's words, what follows
    assert list(there.sources()) == ["changed.txt", "same.txt"]
    left = {quad for quad in there.quads() if quad.graph_name.value != "https://example.org/other"}
    assert left == set(here.quads())
    assert len(list(there.quads("https://example.org/other"))) == len(set(other))
    there.close()


# --- The commands --------------------------------------------------------------------------------


@pytest.mark.usefixtures("told")
def test_remote_commands_read_and_build_at_an_address(
    address: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tell("Donation <donor 云溪县人民政府>向<recipient 青石镇中心小学>捐赠<amount 20万元>。\n")
    (here / "page.txt").write_text(page, encoding="utf-8")
    assert run(["build", "page.txt", "--store", address]) == 0
    with open_store("out/store", read_only=True) as built, open_store(address) as there:
        assert set(there.quads()) == set(built.quads())
        assert mirror(built, there) == 0
    capsys.readouterr()
    answers = []
    for store in (address, "out/store"):
        assert run(["query", "donations", "--store", store]) == 0
        assert run(["explain", "云溪县人民政府", "--store", store]) == 0
        assert run(["validate", "--store", store]) == 0
        assert run(["export", "--store", store, "--format", "trig"]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]
    assert "青石镇中心小学" in answers[0]


def test_remote_served_store_is_not_served_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--store", "https://example.org/sparql"]) == 2
    assert "https://example.org/sparql: is served there" in capsys.readouterr().err
