"""The 34 cases of the W3C's test suite for the SPARQL 1.1 Protocol, written anew, against `kg serve --writable`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from server_samples import serving

from kg.newstore import write_store

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
ONE, TWO, THREE = (DATA.format(n) for n in (1, 2, 3))
FOAF = "http://xmlns.com/foaf/0.1/"
FORM, QUERY, UPDATE = (
    {"content-type": f"application/{kind}"}
    for kind in ("x-www-form-urlencoded", "sparql-query", "sparql-update")
)
TARGET = "http://example.org/protocol-update-dataset-test/"
RESULTS = (
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
)
GRAPHS = ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("protocol")
    write_store(folder / "store", ())
    with serving(folder / "store", "--writable") as client:
        fill(client)
        yield client


def fill(client: httpx.Client) -> None:
    """The data that the suite's cases are about: three graphs, each of which says that it is a document."""
    graphs = " ".join(f"GRAPH <{iri}> {{ <{iri}> a <{FOAF}Document> }}" for iri in (ONE, TWO, THREE))
    assert (
        client.post("/sparql", data={"update": f"CLEAR ALL ; INSERT DATA {{ {graphs} }}"}).status_code == 204
    )


def all_typed(*iris: str) -> str:
    return " ".join(f"<{iri}> a ?t{i} ." for i, iri in enumerate(iris))


def in_graphs(*iris: str) -> str:
    return " ".join(f"GRAPH ?g{i} {{ <{iri}> a ?t{i} }}" for i, iri in enumerate(iris))


@dataclass(frozen=True)
class Asked:
    """A request whose answer is a yes or a no."""

    method: str
    expected: bool
    params: dict[str, Any] = field(default_factory=dict)
    content: str | None = None
    form: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


BOTH = f"ASK {{ {all_typed(ONE, TWO)} }}"
NAMED = f"ASK {{ {in_graphs(ONE, TWO)} }}"
FULL = f"ASK {{ <{THREE}> a ?t . {in_graphs(ONE, TWO)} }}"
YES = {
    "query_get": Asked("GET", True, {"query": "ASK {}", "default-graph-uri": ONE}),
    "query_post_form": Asked("POST", True, {"default-graph-uri": ONE}, form={"query": "ASK {}"}),
    "query_post_direct": Asked("POST", True, {"default-graph-uri": ONE}, content="ASK {}", headers=QUERY),
    "query_dataset_default_graphs_get": Asked("GET", True, {"query": BOTH, "default-graph-uri": [ONE, TWO]}),
    "query_dataset_default_graphs_post": Asked(
        "POST", True, {"default-graph-uri": [ONE, TWO]}, content=BOTH, headers=QUERY
    ),
    "query_dataset_named_graphs_get": Asked("GET", True, {"query": NAMED, "named-graph-uri": [ONE, TWO]}),
    "query_dataset_named_graphs_post": Asked(
        "POST", True, {"named-graph-uri": [ONE, TWO]}, content=NAMED, headers=QUERY
    ),
    "query_dataset_full": Asked(
        "POST", True, {"default-graph-uri": THREE, "named-graph-uri": [ONE, TWO]}, content=FULL, headers=QUERY
    ),
    "query_multiple_dataset": Asked(  # what the request says of the dataset goes before what the query says
        "GET", True, {"query": f"ASK FROM <{ONE}> {{ <{TWO}> a ?t }}", "default-graph-uri": TWO}
    ),
}


@pytest.mark.parametrize("case", YES)
def test_protocol_query_is_answered(server: httpx.Client, case: str) -> None:
    asked = YES[case]
    said = server.request(
        asked.method,
        "/sparql/",
        params=asked.params,
        content=asked.content,
        data=asked.form,
        headers=asked.headers,
    )
    assert said.status_code == 200, said.text
    assert said.headers["content-type"] in RESULTS
    assert said.json()["boolean"] is asked.expected


def test_protocol_dataset_of_the_request_hides_the_other_graphs(server: httpx.Client) -> None:
    for params in ({"default-graph-uri": TWO}, {"named-graph-uri": ONE}):
        said = server.get("/sparql", params={"query": f"ASK FROM <{ONE}> {{ <{ONE}> a ?t }}", **params})
        assert said.json()["boolean"] is False


@pytest.mark.parametrize(
    ("case", "query", "types"),
    [
        ("query_content_type_select", "SELECT (1 AS ?value) {}", RESULTS),
        ("query_content_type_ask", "ASK {}", RESULTS[:2]),
        ("query_content_type_describe", "DESCRIBE <http://example.org/>", GRAPHS),
        ("query_content_type_construct", "CONSTRUCT { <s> <p> 1 } WHERE {}", GRAPHS),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("query_") else "",
)
def test_protocol_answer_has_the_type_of_its_form(
    server: httpx.Client, case: str, query: str, types: tuple[str, ...]
) -> None:
    said = server.post("/sparql/", data={"query": query})
    assert said.status_code == 200, said.text
    assert said.headers["content-type"].partition(";")[0] in types


INSERTED = f"""PREFIX foaf: <{FOAF}>
    CLEAR ALL ;
    INSERT DATA {{ {{graphs}} }} ;
    INSERT {{ GRAPH <{TARGET}> {{ ?s a foaf:Seen }} }} WHERE {{ {{pattern}} }}"""


def seen(server: httpx.Client) -> set[str]:
    query = f"SELECT ?s {{ GRAPH <{TARGET}> {{ ?s a <{FOAF}Seen> }} }}"
    rows = server.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return {row["s"]["value"] for row in rows}


@pytest.mark.parametrize(
    ("case", "params", "pattern", "found"),
    [
        ("update_dataset_default_graph", {"using-graph-uri": ONE}, "?s a foaf:Document", {ONE}),
        ("update_dataset_default_graphs", {"using-graph-uri": [ONE, TWO]}, "?s a foaf:Document", {ONE, TWO}),
        (
            "update_dataset_named_graphs",
            {"using-named-graph-uri": [ONE, TWO]},
            "GRAPH ?g { ?s a foaf:Document }",
            {ONE, TWO},
        ),
        (
            "update_dataset_full",
            {"using-graph-uri": ONE, "using-named-graph-uri": TWO},
            "{ GRAPH ?g { ?s a foaf:Document } } UNION { ?s a foaf:Document }",
            {ONE, TWO},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("update_") else "",
)
def test_protocol_update_reads_the_graphs_of_the_request(
    server: httpx.Client, case: str, params: dict[str, Any], pattern: str, found: set[str]
) -> None:
    graphs = " ".join(f"GRAPH <{iri}> {{ <{iri}> a foaf:Document }}" for iri in (ONE, TWO, THREE))
    text = INSERTED.replace("{graphs}", graphs).replace("{pattern}", pattern)
    said = server.post("/sparql/", params=params, content=text, headers=UPDATE)
    assert said.is_success, said.text
    assert seen(server) == found


@pytest.mark.parametrize(
    ("case", "request_"),
    [
        ("update_post_form", {"data": {"update": "CLEAR NAMED"}}),
        ("update_post_direct", {"content": "CLEAR NAMED", "headers": UPDATE}),
    ],
    ids=["update_post_form", "update_post_direct"],
)
def test_protocol_update_is_made_whole_and_seen_at_once(
    server: httpx.Client, case: str, request_: dict[str, Any]
) -> None:
    fill(server)
    assert server.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
    assert server.post("/sparql/", **request_).is_success
    assert server.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is False


def test_protocol_update_base_uri_resolves_relative_iris(server: httpx.Client) -> None:
    graph = "http://example.org/protocol-base-test/"
    text = (
        f"CLEAR SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ <{graph}s> <{graph}p> <test> }} }}"
    )
    assert server.post("/sparql/", data={"update": text}).is_success
    query = f"SELECT ?o {{ GRAPH <{graph}> {{ <{graph}s> <{graph}p> ?o }} }}"
    (row,) = server.post("/sparql/", data={"query": query}).json()["results"]["bindings"]
    assert row["o"]["value"] == str(server.base_url.join("/sparql/test"))


CONFLICT = f"INSERT {{ GRAPH <{TARGET}> {{ ?s ?p ?o }} }} USING <{ONE}> WHERE {{ ?s ?p ?o }}"
BAD = {
    "bad_query_method": ("PUT", {"params": {"query": "ASK {}"}}),
    "bad_multiple_queries": ("GET", {"params": {"query": ["ASK {}", "SELECT * {}"]}}),
    "bad_query_wrong_media_type": ("POST", {"content": "ASK {}", "headers": {"content-type": "text/plain"}}),
    "bad_query_missing_form_type": ("POST", {"content": "query=ASK%20%7B%7D"}),
    "bad_query_missing_direct_type": ("POST", {"content": "ASK {}"}),
    "bad_query_non_utf8": (
        "POST",
        {
            "content": "ASK {}".encode("utf-16"),
            "headers": {"content-type": "application/sparql-query; charset=UTF-16"},
        },
    ),
    "bad_query_syntax": ("GET", {"params": {"query": "ASK {"}}),
    "bad_update_get": ("GET", {"params": {"update": "CLEAR ALL"}}),
    "bad_multiple_updates": ("POST", {"data": {"update": ["CLEAR NAMED", "CLEAR DEFAULT"]}}),
    "bad_update_wrong_media_type": (
        "POST",
        {"content": "CLEAR NAMED", "headers": {"content-type": "text/plain"}},
    ),
    "bad_update_missing_form_type": ("POST", {"content": "update=CLEAR%20NAMED"}),
    "bad_update_non_utf8": (
        "POST",
        {
            "content": "CLEAR NAMED".encode("utf-16"),
            "headers": {"content-type": "application/sparql-update; charset=UTF-16"},
        },
    ),
    "bad_update_syntax": ("POST", {"data": {"update": "CLEAR XYZ"}}),
    "bad_update_dataset_conflict": (
        "POST",
        {"params": {"using-named-graph-uri": ONE}, "data": {"update": CONFLICT}},
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_protocol_bad_request_is_refused_in_one_plain_line(server: httpx.Client, case: str) -> None:
    method, request = BAD[case]
    said = server.request(method, "/sparql/", **request)
    assert 400 <= said.status_code < 500
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert said.text.count("\n") == 1 and "Traceback" not in said.text


def test_protocol_has_all_cases_of_the_suite() -> None:
    others = 4 + 4 + 2 + 1  # content types, datasets of updates, ways to send an update, its base
    assert len(YES) + len(BAD) + others == 34
