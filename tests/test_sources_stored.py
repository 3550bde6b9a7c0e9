"""What the store keeps of a source: its text, what it says of itself, its pages; and the commands that show it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reader_samples import tell
from source_samples import pdf, word

from kg.checks import validate
from kg.cli import run
from kg.graph import quads, read_documents, read_facts, read_source_records
from kg.iris import source_iri
from kg.ontology import vocabulary_files
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.store import Store, open_store
from kg.types import Document, Span

GIVEN = "Donation <time 2020年6月14日>，<donor 栖霞区>向<recipient 商州区>捐赠<amount 300万元>。"
GAVE = tell(GIVEN)
PAGE = Document(
    "a.pdf",
    tell("首页\n", GIVEN, "\n"),
    kind="application/pdf",
    title="通知",
    date="2020-06-16",
    publisher="甲报",
    origin="https://example.org/1",
    pages=(0, 3),
    furniture=(Span(0, 2),),
    notes=("pages 3 are pictures",),
)


def stored(extractor: Extractor, document: Document) -> Store:
    store = open_store(":memory:")
    base = extractor.ontology.base
    store.replace(
        source_iri(base, document.source),
        quads(extractor.extract(document), extractor.ontology.vocabulary, base),
    )
    return store


def test_sources_stored_document_comes_back(extractor: Extractor) -> None:
    [document] = read_documents(stored(extractor, PAGE))
    assert {**_fields(document), "notes": ()} == {**_fields(PAGE), "notes": ()}


def test_sources_stored_facts_know_their_page(extractor: Extractor) -> None:
    facts = list(read_facts(stored(extractor, PAGE), extractor.ontology.vocabulary))
    assert [(fact.type, [e.page for e in fact.evidence]) for fact in facts] == [("Donation", [2])]


def test_sources_stored_description_is_dublin_core_and_prov_and_keeps_the_shapes(
    extractor: Extractor,
) -> None:
    store = stored(extractor, PAGE)
    query = """SELECT ?title ?date ?publisher ?format ?origin { ?s a kg:Source ; dcterms:alternative ?title ;
        dcterms:date ?date ; dc:publisher ?publisher ; dc:format ?format ; prov:hadPrimarySource ?origin }"""
    [row] = store.query(query)
    assert [term.value for term in row] == [
        "通知",
        "2020-06-16",
        "甲报",
        "application/pdf",
        "https://example.org/1",
    ]
    shapes, words = ontology_dir() / "shapes.ttl", vocabulary_files(ontology_dir())
    assert validate(store, [shapes], words) == ()


@pytest.mark.parametrize(
    "address", ["https://[::1", "https://a.b/<x>", "https://a.b/ x", "https://a.b/\ud800"]
)
def test_sources_address_that_is_no_iri_spoils_no_graph(extractor: Extractor, address: str) -> None:
    store = stored(extractor, Document("a.html", tell(GIVEN, "\n"), origin=address))
    assert len(list(read_facts(store, extractor.ontology.vocabulary))) == 1


def test_sources_notes_are_problems_of_the_source(extractor: Extractor) -> None:
    problems = extractor.extract(PAGE).problems
    assert [p.message for p in problems] == ["pages 3 are pictures"]


def test_sources_day_of_a_page_without_a_dateline_dates_what_it_tells(extractor: Extractor) -> None:
    text = tell(GIVEN.replace("2020年", "今年"), "\n")
    [fact] = extractor.extract(Document("a.html", text, date="2020-06-16")).facts
    assert [time.edtf for time in fact.roles["time"]] == ["2020-06-14"]  # type: ignore[union-attr]


def test_sources_table_of_a_document_gives_facts_also_where_cells_are_empty(
    extractor: Extractor, here: Path
) -> None:
    text = "捐赠单位\t受赠单位\t金额（万元）\t时间\n栖霞区\t商州区\t50\t\n栖霞区\t商州区\t20\t2020年4月\n"
    facts = extractor.extract(Document("a.docx", text)).facts
    assert [(f.type, f.roles["amount"][0].value) for f in facts] == [
        ("Donation", 500000),
        ("Donation", 200000),
    ]  # type: ignore[union-attr]


@pytest.mark.usefixtures("told", "here")
def test_sources_commands_show_what_a_build_kept(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    tell("Donation <donor 栖霞区>向<recipient 商州区>捐赠<amount 五万元>。", "甲镇与乙镇。\n")
    tell(GIVEN, "\n")
    Path("a.pdf").write_bytes(pdf([[(50, 700, "栖霞区向商州区捐赠五万元。")], [(70, 700, "甲镇与乙镇。")]]))
    Path("b.docx").write_bytes(word([GAVE], title="通知"))
    Path("c.pdf").write_bytes(b"%PDF-")
    assert run(["build", "a.pdf", "b.docx", "c.pdf"]) == 3
    assert b"c.pdf" in capfdbinary.readouterr().err
    assert run(["text", "b.docx"]) == 0
    assert capfdbinary.readouterr().out.decode() == f"{GAVE}\n"
    assert run(["text", "a.pdf", "--page", "2"]) == 0
    assert capfdbinary.readouterr().out.decode() == "甲镇与乙镇。\n"
    assert run(["text", "a.pdf", "--page", "3"]) == 2
    assert "a.pdf: no page 3; it has 2 pages" in capfdbinary.readouterr().err.decode()
    assert run(["text", "b.doc"]) == 2
    assert "did you mean b.docx?" in capfdbinary.readouterr().err.decode()
    assert run(["sources"]) == 0
    assert [line.split()[:4] for line in capfdbinary.readouterr().out.decode().splitlines()[2:]] == [
        ["a.pdf", "20", "pdf", "1"],
        ["b.docx", f"{len(GAVE) + 1}", "docx", "1"],
    ]
    assert run(["sources", "--format", "json"]) == 0
    records = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [(r["source"], r["title"], r["pages"], r["facts"]) for r in records] == [
        ("a.pdf", "", 2, 1),
        ("b.docx", "通知", 0, 1),
    ]
    assert run(["build", "--limit", "file-bytes=10", "b.docx"]) == 2
    assert "larger than 10 bytes" in capfdbinary.readouterr().err.decode()


def test_sources_records_count_problems(extractor: Extractor) -> None:
    [record] = read_source_records(stored(extractor, PAGE))
    assert (record["characters"], record["date"], record["facts"]) == (len(PAGE.text), "2020-06-16", 1)


def _fields(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in Document.__slots__}
