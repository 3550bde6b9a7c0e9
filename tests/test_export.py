from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
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
    fact,
    filled_store,
)
from pyoxigraph import RdfFormat, parse

from kg import terms
from kg.errors import QueryError
from kg.export import FORMATS, export, export_folder, facts_line
from kg.files import write_together
from kg.iris import DEFAULT_BASE, entity_iri
from kg.types import Document, Entity, Extraction, Period

FORMAT_OF = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "nquads": "nquads",
    "ntriples": "nt",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("name", FORMATS)
def test_export_bytes_do_not_depend_on_the_order_of_sources(name: str) -> None:
    pages = [extraction(donation(source=source), source=source) for source in ("a.txt", "b.txt")]
    there, back = filled_store(*pages), filled_store(*reversed(pages))
    assert export(there, name, VOCABULARY) == export(back, name, VOCABULARY)
    assert export_folder(there, "neo4j", VOCABULARY) == export_folder(back, "neo4j", VOCABULARY)


def test_export_bytes_do_not_depend_on_the_process() -> None:
    script = (
        "import hashlib; from graph_samples import *; from kg.export import *; store = filled_store()\n"
        "found = [export(store, f, VOCABULARY) for f in FORMATS] + [*export_folder(store, 'neo4j', VOCABULARY).values()]\n"
        "print(hashlib.sha256(b''.join(found)).hexdigest())"
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
    kept = {
        q.triple
        for q in store.quads()
        if q.graph_name.value != terms.VOCABULARY_GRAPH
        and (whole or q.predicate.value not in terms.FOR_THE_BUILD)
    }
    assert {q.triple for q in parse(export(store, name, VOCABULARY), FORMAT_OF[name])} == kept


def test_export_turtle_reads_well_and_is_read_by_rdflib() -> None:
    text = export(filled_store(), "turtle", VOCABULARY).decode()
    county = '\n\ndivision:990101 a kg:AdministrativeDivision , kg:Entity , kg:Place ;\n\trdfs:label "Qinghe County"@en'
    assert county in text
    (said,) = donation().evidence
    sentence = f":{said.span.start}-{said.span.end}"
    assert "\n\tat:donor :8-15 ;" in text and f"\n\tkg:evidence {sentence} ;" in text
    assert f'\n\n{sentence} prov:value "{said.quote}" ;\n\tprov:wasQuotedFrom src: .' in text
    assert "\\/" not in text and text.startswith("@prefix Document: <") and text.count("@prefix kg: ") == 1
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == len(list(parse(text, RdfFormat.TURTLE)))


def test_export_turtle_with_names_that_end_in_a_full_stop_is_read_by_rdflib() -> None:
    text = "2018年以来，Acme Ltd.捐款。"
    acme = Entity(entity_iri(DEFAULT_BASE, "Acme Ltd."), "Acme Ltd.", "Company")
    roles = {"donor": [acme], "time": [Period("2018/..", "2018年以来")]}
    gift = fact("Donation", roles, text, text=text, source="acme.txt")
    told = Extraction(Document("acme.txt", text), (), (acme,), (gift,))
    turtle = export(filled_store(told), "turtle", VOCABULARY).decode()
    read = rdflib.Graph().parse(data=turtle, format="turtle")
    assert rdflib.URIRef(acme.iri) in set(read.subjects()) and acme.iri.endswith("Ltd%2E")


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
        "extractor": "reader",
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


def test_export_spreadsheet_is_the_same_table_without_a_formula() -> None:
    formula = Entity(entity_iri(DEFAULT_BASE, "=cmd()"), '=HYPERLINK("http://e.org")', "Company")
    text, source = f"- 2021年3月{formula.label}", "@page.txt"
    odd = fact("Donation", {"donor": [formula]}, text, text=text, source=source)
    store = filled_store(Extraction(Document(source, text), (), (), (odd,)))
    (machine,) = read_csv(export(store, "csv", VOCABULARY))
    written = export(store, "spreadsheet", VOCABULARY)
    assert written.startswith(b"\xef\xbb\xbf")
    (human,) = read_csv(written.removeprefix(b"\xef\xbb\xbf"))
    guarded = {"label", "quote", "source"}
    assert machine["label"] == formula.label
    assert human == {name: f"'{cell}" if name in guarded else cell for name, cell in machine.items()}


def test_export_parquet_is_the_same_table_with_types() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    store = filled_store()
    found = parquet.read_table(io.BytesIO(export(store, "parquet", VOCABULARY))).to_pylist()
    texts = [{k: "" if v is None else str(v).removesuffix(".0") for k, v in row.items()} for row in found]
    assert texts == read_csv(export(store, "csv", VOCABULARY))
    assert (found[2]["value"], found[2]["start"], found[0]["value"]) == (2505000.0, 0, None)


def test_export_parquet_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(QueryError, match=r"^parquet needs pyarrow: `pip install pyarrow`"):
        export(filled_store(), "parquet", VOCABULARY)


@pytest.mark.parametrize(("name", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_export_networks_join_entities_by_named_edges(
    name: str, read: Callable[[io.BytesIO], nx.MultiDiGraph[str]]
) -> None:
    network = read(io.BytesIO(export(filled_store(), name, VOCABULARY)))
    edges = {
        (network.nodes[a]["label"], data["label"], network.nodes[b]["label"])
        for a, b, data in network.edges(data=True)
    }
    assert edges == {("青禾县人民政府", "donatesTo", "白塔乡"), ("白塔乡", "locatedIn", "青禾县")}
    assert network.nodes[GOVERNMENT.iri]["aliases"] == "县政府|青禾县政府"


def test_export_gexf_does_not_know_the_day() -> None:
    assert b"lastmodifieddate" not in export(filled_store(), "gexf", VOCABULARY)


def test_export_neo4j_has_facts_as_nodes_and_roles_as_relationships() -> None:
    files = export_folder(filled_store(), "neo4j", VOCABULARY)
    nodes = {row["id:ID"]: row for row in read_csv(files["nodes.csv"])}
    relationships = read_csv(files["relationships.csv"])
    ends = {end for row in relationships for end in (row[":START_ID"], row[":END_ID"])}
    assert len(nodes) == len(read_csv(files["nodes.csv"])) and ends <= nodes.keys()
    county = nodes[COUNTY.iri]
    assert county[":LABEL"] == "AdministrativeDivision;Entity;Place"
    assert (county["label"], county["aliases:string[]"], county["code"]) == ("青禾县", "青禾", "990101")
    about = [row for row in relationships if row[":START_ID"] == donation().iri]
    assert [
        (row[":TYPE"], row["index:int"], nodes[row[":END_ID"]][":LABEL"].split(";")[0]) for row in about
    ] == [
        ("donor", "0", "Government"),
        ("recipient", "0", "AdministrativeDivision"),
        ("amount", "0", "Quantity"),
        ("time", "0", "Period"),
        ("evidence", "", "Evidence"),
    ]
    amount = nodes[about[2][":END_ID"]]
    assert (amount["value:double"], amount["unit"], amount["bound"]) == ("2505000", "CNY", "about")
    quote = nodes[about[4][":END_ID"]]
    assert quote["quote"] == PAGE[int(quote["start:long"]) : int(quote["end:long"])]
    (short,) = [row for row in relationships if row[":TYPE"] == "donatesTo"]
    assert (short[":START_ID"], short[":END_ID"], short["facts:string[]"]) == (
        GOVERNMENT.iri,
        TOWNSHIP.iri,
        donation().iri,
    )


HOSTILE = "a\"b';c,d\r\n\t<e>&]]>\\f{g}|h\u2028=1"


@pytest.mark.parametrize("name", FORMATS)
def test_export_hostile_names_come_back_as_they_were(name: str) -> None:
    """From every format, read by the tool that it is for."""
    villain = Entity(entity_iri(DEFAULT_BASE, HOSTILE), HOSTILE, "Company", (f"{HOSTILE}2",))
    odd = fact("Donation", {"donor": [villain]}, HOSTILE, text=HOSTILE, source=f"{HOSTILE}.txt")
    store = filled_store(Extraction(Document(f"{HOSTILE}.txt", HOSTILE), (), (villain,), (odd,)))
    found = export(store, name, VOCABULARY)
    assert HOSTILE in labels_in(found, name)


def labels_in(content: bytes, name: str) -> list[str]:
    if name in RDFLIB:
        graph = rdflib.Dataset(default_union=True)
        graph.parse(data=content.decode(), format=RDFLIB[name])
        return [str(label) for label in graph.objects(None, rdflib.RDFS.label)]
    if name in ("graphml", "gexf"):
        read = nx.read_graphml if name == "graphml" else nx.read_gexf
        return [label for _, label in read(io.BytesIO(content)).nodes(data="label")]
    if name == "facts":
        return [json.loads(content)["roles"]["donor"][0]["entity"]]
    if name == "parquet":
        return pytest.importorskip("pyarrow.parquet").read_table(io.BytesIO(content))["label"].to_pylist()
    return [row["label"] for row in read_csv(content)]


def test_export_neo4j_keeps_hostile_names_but_for_the_sign_between_parts() -> None:
    villain = Entity(entity_iri(DEFAULT_BASE, HOSTILE), HOSTILE, "Company", (f"{HOSTILE}2", "z"))
    store = filled_store(Extraction(Document("page.txt", PAGE), (), (villain,), ()))
    nodes = read_csv(export_folder(store, "neo4j", VOCABULARY)["nodes.csv"])
    (row,) = [row for row in nodes if row["label"] == HOSTILE]
    assert row["aliases:string[]"].split(";") == [f"{HOSTILE}2".replace(";", "；"), "z"]


@pytest.mark.parametrize("name", FORMAT_OF)
def test_export_rdf_is_read_by_rdflib_too(name: str) -> None:
    content = export(filled_store(), name, VOCABULARY)
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=content.decode(), format=RDFLIB[name])
    assert len(graph) == len({quad.triple for quad in parse(content, FORMAT_OF[name])})


@pytest.mark.parametrize("name", ["rdfxml", "graphml", "gexf"])
def test_export_xml_has_no_character_that_xml_forbids(name: str) -> None:
    text = f"甲\x00\x0b乙{PAGE}"
    odd = donation(text=text, source="p\x01.txt")
    store = filled_store(Extraction(Document("p\x01.txt", text), (), (COUNTY,), (odd,)))
    found = export(store, name, VOCABULARY)
    assert not any(char in found for char in (b"\x00", b"\x01", b"\x0b"))


def test_export_unknown_format_names_the_known() -> None:
    with pytest.raises(QueryError, match="unknown format xls; one of turtle"):
        export(filled_store(), "xls", VOCABULARY)


def test_export_files_that_belong_together_are_written_all_or_none(tmp_path: Path) -> None:
    write_together(tmp_path, {"a.csv": b"old", "b.csv": b"old"})
    with pytest.raises(TypeError):
        write_together(tmp_path, {"a.csv": b"new", "b.csv": None})  # type: ignore[dict-item]  # it ends by raising
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": b"old", "b.csv": b"old"}
