import subprocess
import sys
from pathlib import Path

import pytest
from graph_samples import VOCABULARY, donation, extraction, pairing, rows
from pyoxigraph import BlankNode, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from kg import terms
from kg.errors import StoreError
from kg.graph import quads
from kg.store import MEMORY, open_store

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def page(*, source: str = "page.txt", whole: bool = True) -> list[Quad]:
    """The quads of the sample page, all of them or those of its first fact alone."""
    facts = (donation(source=source), *((pairing(source=source),) if whole else ()))
    return list(quads(extraction(*facts, source=source), VOCABULARY))


def name(found: list[Quad]) -> str:
    return found[0].graph_name.value


def test_store_keeps_the_written_form_of_every_term() -> None:
    store = open_store(MEMORY)
    store.replace(name(page()), page())
    assert set(map(str, store.quads())) == set(map(str, page()))


def test_store_survives_reopening_and_its_copy_stands_alone(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        store.replace(name(page()), page())
        store.backup(tmp_path / "copy")
        store.remove(name(page()))
    with open_store(tmp_path / "store", read_only=True) as store:
        assert rows(store, COUNT) == [("0",)]
        with pytest.raises(StoreError, match="opened to read only"):
            store.remove(name(page()))
    with open_store(tmp_path / "copy") as copy:
        assert set(copy.quads()) == set(page())


def test_store_held_by_another_process_is_one_clear_error(tmp_path: Path) -> None:
    held = tmp_path / "store"
    script = "import sys; from kg.store import open_store; s = open_store(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        for read_only in (False, True):
            with pytest.raises(StoreError, match=r"store: in use by another process; wait for it or end it$"):
                open_store(held, read_only=read_only)
        holder.communicate("\n")
    open_store(held).close()


def test_store_union_has_a_triple_once_however_many_graphs_hold_it() -> None:
    said, other = (
        Triple(NamedNode(f"https://example.org/{s}"), NamedNode(terms.TYPE), NamedNode(terms.FACT))
        for s in "ab"
    )
    count = "SELECT (COUNT(?fact) AS ?facts) { ?fact a kg:Fact }"

    def counted() -> int:
        return int(next(iter(store.query(count)))["facts"].value)

    with open_store(MEMORY) as store:
        store.replace("https://example.org/1", [Quad(*said)])
        store.replace("https://example.org/2", [Quad(*said), Quad(*other)])
        assert counted() == 2
        store.replace("https://example.org/2", [Quad(*other)])
        assert counted() == 2
        store.remove("https://example.org/1")
        assert counted() == 1
        store.update(
            "INSERT DATA { GRAPH <https://example.org/3> { <https://example.org/a> a kg:Fact, kg:Entity } }"
        )
        assert counted() == 2
        store.update("DROP GRAPH <https://example.org/2>")
        assert counted() == 1
        assert {quad.graph_name.value for quad in store.quads()} == {"https://example.org/3"}


def test_store_graph_with_blank_nodes_is_replaced_whole() -> None:
    kind, one, graph = NamedNode(terms.TYPE), NamedNode(terms.FACT), "https://example.org/1"
    with open_store(MEMORY) as store:
        store.replace(graph, [Quad(BlankNode("x"), kind, one), Quad(one, kind, BlankNode("x"))])
        store.replace(graph, [Quad(one, kind, one)])
        assert [quad.triple for quad in store.quads()] == [Triple(one, kind, one)]
        assert rows(store, COUNT) == [("1",)]


def test_store_without_union_is_given_one_by_the_next_writer(tmp_path: Path) -> None:
    before = Oxigraph(str(tmp_path / "store"))
    quad = Quad(
        NamedNode("https://example.org/a"),
        NamedNode(terms.TYPE),
        NamedNode(terms.FACT),
        NamedNode("https://example.org/1"),
    )
    before.extend([quad])
    before.flush()
    del before
    with pytest.raises(StoreError, match="earlier version of kg"):
        open_store(tmp_path / "store", read_only=True)
    open_store(tmp_path / "store").close()
    with open_store(tmp_path / "store", read_only=True) as store:
        assert bool(store.query("ASK { ?fact a kg:Fact }"))


def test_store_has_many_readers_at_a_time(tmp_path: Path) -> None:
    open_store(tmp_path / "store").close()
    with (
        open_store(tmp_path / "store", read_only=True),
        open_store(tmp_path / "store", read_only=True),
        pytest.raises(StoreError, match="in use"),
    ):
        open_store(tmp_path / "store")


@pytest.mark.parametrize("kind", ["file", "folder", "missing", "damaged", "below a file"])
def test_store_that_is_none_is_one_clear_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "place"
    location = str(path)
    if kind in ("file", "below a file"):
        path.write_text("x")
        location += "/store" if kind == "below a file" else ""
    if kind in ("folder", "damaged"):
        path.mkdir()
        (path / ("CURRENT" if kind == "damaged" else "photo.jpg")).write_text("x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError) as caught:
        open_store(location, read_only=kind == "missing")
    assert str(caught.value).startswith(f"{location}: ") and "\n" not in str(caught.value)
    if kind != "damaged":
        assert sorted(tmp_path.rglob("*")) == before
