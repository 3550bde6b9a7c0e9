"""What every store does, wherever it is: in memory, in a directory, at Oxigraph's server, at ours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from endpoints import OXIGRAPH, free_port, oxigraph, serving
from graph_samples import VOCABULARY, add_derived, donation, extraction, pairing, refusal, rows
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples

from kg.errors import QueryError, StoreError
from kg.export import export
from kg.graph import quads, read_facts
from kg.queries import load_catalogue, run
from kg.queries import serialize as as_text
from kg.resources import queries_dir
from kg.store import MEMORY, Store, open_store

KINDS = ["memory", "directory", "oxigraph", "oxigraph with a union"]
# Our own server takes some tenths of a second for an update, so it is asked only what servers differ in.
at_ours_too = pytest.mark.parametrize(
    "location", [*KINDS, pytest.param("kg serve", marks=pytest.mark.slow)], indirect=True
)


def page(*, source: str = "page.txt", whole: bool = True) -> list[Quad]:
    """The quads of the sample page, all of them or those of its first fact alone."""
    facts = (donation(source=source), *((pairing(source=source),) if whole else ()))
    return list(quads(extraction(*facts, source=source), VOCABULARY))


def name(found: list[Quad]) -> str:
    return found[0].graph_name.value


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of each server, started when it is first asked for."""
    running: dict[str, Iterator[str]] = {}
    found: dict[str, str] = {}

    def start(kind: str) -> Iterator[str]:
        if kind == "kg serve":
            return _kg_serve(tmp_path_factory.mktemp("served"))
        return oxigraph(*(["--union-default-graph"] if "union" in kind else []))

    def address(kind: str) -> str:
        if kind not in found:
            running[kind] = start(kind)
            found[kind] = next(running[kind])
        return found[kind]

    yield address
    for server in running.values():
        next(server, None)


def _kg_serve(folder: Path) -> Iterator[str]:
    open_store(folder / "store").close()
    port = free_port()
    code = "from kg.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--store", str(folder / "store"), "--writable", "--port", str(port)]  # fmt: skip
    with serving(command, port) as address:
        yield address


@pytest.fixture(params=KINDS)
def location(
    request: pytest.FixtureRequest, tmp_path: Path, addresses: Callable[[str], str]
) -> Iterator[str]:
    """Where a store without content is."""
    kind = str(request.param)
    if kind == "memory":
        yield MEMORY
    elif kind == "directory":
        yield str(tmp_path / "store")
    elif kind.startswith("oxigraph") and OXIGRAPH is None:
        pytest.skip("no oxigraph server installed")
    else:
        where = addresses(kind)
        yield where
        with open_store(where) as store:
            store.update("DROP ALL")


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    with open_store(location) as opened:
        yield opened


def test_contract_replaced_graph_equals_one_made_anew(store: Store) -> None:
    store.replace(name(page()), page())
    store.replace(name(page()), page(whole=False))
    assert set(map(str, store.quads())) == set(map(str, page(whole=False)))


def test_contract_graph_replaced_by_nothing_is_gone(store: Store) -> None:
    store.replace(name(page()), page())
    store.replace(name(page()), [])
    assert list(store.quads()) == []


def test_contract_failed_replacement_changes_nothing(store: Store) -> None:
    store.replace(name(page()), page())

    def broken() -> Iterator[Quad]:
        yield page()[0]
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.replace(name(page()), broken())
    assert set(store.quads()) == set(page())


def test_contract_removed_source_leaves_the_others(store: Store) -> None:
    for source in ("b.txt", "a.txt"):
        store.replace(name(page(source=source)), page(source=source))
    assert list(store.sources()) == ["a.txt", "b.txt"]
    assert store.remove(store.sources()["b.txt"])
    assert not store.remove("https://example.org/none")
    assert list(store.sources()) == ["a.txt"]
    assert set(store.quads()) == set(page(source="a.txt"))


def test_contract_added_quads_are_in_their_graphs_and_in_the_union(store: Store) -> None:
    found = page()
    store.replace(found[0].graph_name.value, found[:10])
    store.add([*found, Quad(*found[0].triple, NamedNode("https://example.org/more"))])
    assert set(store.quads(found[0].graph_name.value)) == set(found)
    assert len(list(store.quads("https://example.org/more"))) == 1
    assert int(rows(store, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")[0][0]) == len(
        {q.triple for q in found}
    )


def test_contract_the_quads_of_one_graph(store: Store) -> None:
    for source in ("a.txt", "b.txt"):
        store.replace(name(page(source=source)), page(source=source))
    assert set(store.quads(store.sources()["a.txt"])) == set(page(source="a.txt"))
    assert list(store.quads("https://example.org/none")) == []


def test_contract_the_graph_name_of_what_is_given_is_no_matter(store: Store) -> None:
    store.replace("https://example.org/g", page())
    assert {quad.graph_name for quad in store.quads()} == {NamedNode("https://example.org/g")}


def test_contract_queries_see_the_union_without_graph(store: Store) -> None:
    for source in ("a.txt", "b.txt"):
        store.replace(name(page(source=source)), page(source=source))
    assert rows(store, "SELECT ?t { ?s dcterms:title ?t }") == [("a.txt",), ("b.txt",)]
    across = "SELECT (COUNT(DISTINCT ?g) AS ?n) { ?f a kg:Donation . GRAPH ?g { ?f kg:donor ?d } }"
    assert rows(store, across) == [("2",)]


@at_ours_too
def test_contract_answers_have_the_types_of_their_form(store: Store) -> None:
    store.replace(name(page()), page())
    yes, no = store.query("ASK { ?f a kg:Donation }"), store.query("ASK { ?f a kg:Nothing }")
    assert isinstance(yes, QueryBoolean) and isinstance(no, QueryBoolean) and yes and not no
    solutions = store.query("SELECT ?f ?none { ?f a kg:Donation }")
    assert isinstance(solutions, QuerySolutions)
    assert [variable.value for variable in solutions.variables] == ["f", "none"]
    assert [tuple(row) for row in solutions] == [(NamedNode(donation().iri), None)]
    triples = store.query("CONSTRUCT { ?f a kg:Fact } WHERE { ?f a kg:Donation }")
    assert isinstance(triples, QueryTriples)
    assert [triple.subject for triple in triples] == [NamedNode(donation().iri)]


def test_contract_update_changes_graphs_and_knows_the_prefixes(store: Store) -> None:
    store.update("INSERT DATA { GRAPH <g> { <s> a kg:Fact } }", base="https://example.org/")
    assert [str(quad.graph_name) for quad in store.quads()] == ["<https://example.org/g>"]
    assert rows(store, "SELECT ?s { ?s a kg:Fact }") == [("https://example.org/s",)]
    with pytest.raises(QueryError, match="not a SPARQL update: "):
        store.update("INSERT DATA { <s>")


def test_contract_query_that_is_no_sparql_is_a_query_error(store: Store) -> None:
    with pytest.raises(QueryError, match=r"not a SPARQL query: error at 2:1: expected"):
        store.query("SELECT * { ?s\n")


@at_ours_too
def test_contract_facts_come_back_and_answers_are_those_of_memory(store: Store) -> None:
    here = open_store(MEMORY)
    found = list(quads(extraction(donation(), pairing(), refusal()), VOCABULARY))
    for one in (here, store):
        one.replace(name(found), found)
        add_derived(one)
    assert list(read_facts(store, VOCABULARY)) == list(read_facts(here, VOCABULARY))
    assert export(store, "trig", VOCABULARY) == export(here, "trig", VOCABULARY)
    donations = load_catalogue(queries_dir())["donations"]
    assert as_text(run(store, donations)) == as_text(run(here, donations))


@at_ours_too
def test_contract_large_graph_is_whole(store: Store) -> None:
    """Some 2 MB of triples, with every kind of character that a text can hold."""
    odd = "".join(map(chr, [*range(1, 0x250), 0x2028, 0xFEFF, 0xFFFD, 0x1F600, 0x10FFFF])) + "\\\"'\n\r\t"
    subject, graph = NamedNode("https://example.org/s"), NamedNode("https://example.org/large")
    large = [Quad(subject, NamedNode(f"https://example.org/p{i}"), Literal(odd), graph) for i in range(2_000)]
    store.replace(graph.value, large)
    assert set(store.quads(graph.value)) == set(large)
    store.replace(graph.value, large[:5])
    assert set(store.quads(graph.value)) == set(large[:5])


def test_contract_copy_stands_alone(store: Store, tmp_path: Path) -> None:
    store.replace(name(page()), page())
    store.backup(tmp_path / "copy")
    store.remove(name(page()))
    with open_store(tmp_path / "copy", read_only=True) as copy:
        assert set(copy.quads()) == set(page())
    with pytest.raises(StoreError, match="already exists"):
        store.backup(tmp_path / "copy")


def test_contract_closed_store_says_so(location: str) -> None:
    store = open_store(location)
    store.close()
    for use in (store.sources, lambda: list(store.quads()), lambda: store.query("ASK {}")):
        with pytest.raises(StoreError, match="the store is closed"):
            use()


def test_contract_store_opened_to_read_only_takes_nothing(location: str) -> None:
    if location == MEMORY:
        pytest.skip("what is in memory is new")
    with open_store(location) as store:
        store.replace(name(page()), page())
    with open_store(location, read_only=True) as store:
        assert list(store.sources()) == ["page.txt"]
        for change in (lambda: store.replace(name(page()), []), lambda: store.remove(name(page()))):
            with pytest.raises(StoreError, match="opened to read only"):
                change()
