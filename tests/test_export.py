import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from graph_samples import (
    COUNTY,
    GOVERNMENT,
    PAGE,
    TOWNSHIP,
    VOCABULARY,
    donation,
    extraction,
    filled_store,
)
from pyoxigraph import RdfFormat, parse

from kg import terms
from kg.errors import QueryError
from kg.export import FORMATS, export, facts_line
from kg.types import Document, Extraction

FORMAT_OF = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("name", FORMATS)
def test_export_bytes_do_not_depend_on_the_order_of_sources(name: str) -> None:
    pages = [extraction(donation(source=source), source=source) for source in ("a.txt", "b.txt")]
    there, back = filled_store(*pages), filled_store(*reversed(pages))
    assert export(there, name, VOCABULARY) == export(back, name, VOCABULARY)


def test_export_bytes_do_not_depend_on_the_process() -> None:
    script = (
        "import hashlib; from graph_samples import *; from kg.export import FORMATS, export; store = filled_store()\n"
        "print(hashlib.sha256(b''.join(export(store, f, VOCABULARY) for f in FORMATS)).hexdigest())"
    )
    here = Path(__file__).parent
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True,
            env={"PYTHONPATH": f"{here}:{here.parent}", "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(seen) == 1


@pytest.mark.parametrize("name", FORMAT_OF)
def test_export_rdf_formats_hold_the_same_triples(name: str) -> None:
    store = filled_store()
    whole = name in ("nquads", "trig")
    kept = {q.triple for q in store.quads() if whole or q.predicate.value not in terms.FOR_THE_BUILD}
    assert {q.triple for q in parse(export(store, name, VOCABULARY), FORMAT_OF[name])} == kept


def test_export_turtle_reads_well_and_is_read_by_rdflib() -> None:
    text = export(filled_store(), "turtle", VOCABULARY).decode()
    assert (
        '\n\nid:白塔乡 a kg:AdministrativeDivision , kg:Entity , kg:Place ;\n\trdfs:label "白塔乡"@zh ;'
        in text
    )
    assert text.startswith("@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix fact: <")
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == len(list(parse(text, RdfFormat.TURTLE)))


def test_export_facts_line_is_that_of_the_specification() -> None:
    assert json.loads(facts_line(donation())) == {
        "id": donation().iri,
        "type": "Donation",
        "modality": "asserted",
        "roles": {
            "donor": [{"entity": "青禾县人民政府", "class": "Government", "iri": GOVERNMENT.iri, "aliases": ["县政府", "青禾县政府"]}],
            "recipient": [{"entity": "白塔乡", "class": "AdministrativeDivision", "iri": TOWNSHIP.iri, "aliases": []}],
            "amount": [{"value": 2505000, "unit": "CNY", "bound": "about", "text": "约250.5万元"}],
            "time": [{"edtf": "2021-03", "text": "2021年3月"}],
        },
        "evidence": [{"source": "page.txt", "start": 0, "end": 29, "quote": "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元"}],
        "confidence": 0.9,
        "extractor": "frame:Donation",
    }  # fmt: skip
    assert '"value": 2505000,' in facts_line(donation())


def test_export_facts_come_in_order_of_source_and_offset() -> None:
    lines = export(filled_store(), "facts", VOCABULARY).decode().splitlines()
    assert [json.loads(line)["modality"] for line in lines] == ["asserted", "planned", "negated"]


def test_export_csv_has_a_row_for_each_filler() -> None:
    table = list(csv.DictReader(io.StringIO(export(filled_store(), "csv", VOCABULARY).decode())))
    assert [(row["role"], row["kind"], row["label"] or row["text"]) for row in table[:4]] == [
        ("donor", "entity", "青禾县人民政府"),
        ("recipient", "entity", "白塔乡"),
        ("amount", "quantity", "约250.5万元"),
        ("time", "time", "2021年3月"),
    ]
    assert len(table) == 8


def test_export_graphml_joins_entities_by_named_edges() -> None:
    network = nx.read_graphml(io.BytesIO(export(filled_store(), "graphml", VOCABULARY)))
    edges = {
        (network.nodes[a]["label"], data["label"], network.nodes[b]["label"])
        for a, b, data in network.edges(data=True)
    }
    assert edges == {("青禾县人民政府", "donatesTo", "白塔乡"), ("白塔乡", "locatedIn", "青禾县")}


@pytest.mark.parametrize("name", ["rdfxml", "graphml"])
def test_export_xml_has_no_character_that_xml_forbids(name: str) -> None:
    text = f"甲\x00\x0b乙{PAGE}"
    odd = donation(text=text, source="p\x01.txt")
    store = filled_store(Extraction(Document("p\x01.txt", text), (), (COUNTY,), (odd,)))
    found = export(store, name, VOCABULARY)
    assert not any(char in found for char in (b"\x00", b"\x01", b"\x0b"))


def test_export_unknown_format_names_the_known() -> None:
    with pytest.raises(QueryError, match="unknown format xls; one of turtle"):
        export(filled_store(), "xls", VOCABULARY)
