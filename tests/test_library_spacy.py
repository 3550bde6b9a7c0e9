"""kg as a component of spaCy: what it fills, and that it stays with a Doc."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import spacy
from reader_samples import tell
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import kg
import kg.pipeline
from kg.pipeline import Extractor

ROOT = Path(__file__).resolve().parents[1]
STATED = "Donation <time 2021年3月>，<donor 云溪县人民政府>向<recipient 青石镇中心小学>捐赠<amount 20万元>。"
GIFT = tell(STATED)


@pytest.fixture
def nlp(told: None) -> Language:
    return kg.load()


def labels(doc: Doc, group: str) -> list[tuple[str, str]]:
    return sorted((span.text, span.label_) for span in doc.spans[group])


def test_spacy_names_values_and_facts_are_filled(nlp: Language) -> None:
    doc = nlp(tell("前言。\n", STATED))
    assert [(name.text, name.label_) for name in doc.ents] == [
        ("云溪县人民政府", "Government"),
        ("青石镇中心小学", "School"),
    ]
    [fact] = doc._.facts
    assert str(fact) == "云溪县人民政府 捐赠 20万元 → 青石镇中心小学 (2021-03)"
    assert [name.kb_id_ for name in doc.ents] == [fact["donor"].iri, fact["recipient"].iri]
    assert labels(doc, "values") == [("2021年3月", "VALUE"), ("20万元", "VALUE")]
    assert labels(doc, "facts") == [(fact.quote, "Donation")]
    assert labels(doc, "fillers") == [
        ("2021年3月", "time"),
        ("20万元", "amount"),
        ("云溪县人民政府", "donor"),
        ("青石镇中心小学", "recipient"),
    ]
    assert {span.id_ for span in doc.spans["fillers"]} == {fact.iri}
    assert doc.text[fact.evidence[0].span.start :].startswith(fact.quote)


def test_spacy_offsets_are_those_of_the_text_where_characters_are_not_read(nlp: Language) -> None:
    text = GIFT.replace("中心小学", "中\u200b心小学")
    doc = nlp(text)
    assert [name.text for name in doc.ents] == ["云溪县人民政府", "青石镇中\u200b心小学"]
    assert ("20万元", "amount") in labels(doc, "fillers")


def test_spacy_docs_of_a_stream_are_as_one_by_one_and_empty_ones_are_empty(nlp: Language) -> None:
    docs = list(nlp.pipe([GIFT, "", "无事。"]))
    assert [doc._.facts for doc in docs] == [nlp(GIFT)._.facts, [], []]
    assert [len(doc.ents) for doc in docs] == [2, 0, 0]


def test_spacy_a_doc_bin_keeps_the_facts_as_plain_values(nlp: Language) -> None:
    doc = nlp(GIFT)
    data = DocBin(docs=[doc], store_user_data=True).to_bytes()
    [read] = DocBin().from_bytes(data).get_docs(spacy.blank("zh").vocab)
    assert read._.facts == doc._.facts
    assert str(read._.facts[0]) == str(doc._.facts[0])
    assert labels(read, "fillers") == labels(doc, "fillers")
    assert spacy.blank("zh")("无事。")._.facts == []


def test_spacy_pipeline_of_ones_own_takes_it_whatever_its_tokens(told: None) -> None:
    nlp = spacy.blank("en")  # words are what stands between spaces: a sentence is one token
    nlp.add_pipe("kg")
    doc = nlp(tell("x ", STATED))
    assert doc._.facts[0]["amount"].text == "20万元"
    assert [span.text for span in doc.spans["facts"]] == [doc[:-1].text]
    assert doc._.facts[0].quote == doc[:-1].text


def test_spacy_settings_reach_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []

    def extractor(ontology: object) -> Extractor:
        made.append(ontology.precise)  # type: ignore[attr-defined]  # an Ontology
        return Extractor(ontology, read=lambda text, marks: [])  # type: ignore[arg-type]

    monkeypatch.setattr(kg.pipeline, "Extractor", extractor)
    nlp = kg.load(precise=True)
    assert made == [True]
    assert nlp.config["components"]["kg"]["precise"] is True
    with pytest.raises(kg.KgError, match="no such folder"):
        kg.load(ontology="nowhere")


def test_spacy_finds_the_component_by_its_entry_point_and_loads_no_model_before_it_is_added(
    tmp_path: Path,
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [(name, target)] = project["entry-points"]["spacy_factories"].items()
    module, _, factory = target.partition(":")
    assert name == "kg" and callable(getattr(import_module(module), factory))
    meta = tmp_path / "entry-0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Name: entry\nVersion: 0\n")
    (meta / "entry_points.txt").write_text(f"[spacy_factories]\n{name} = {target}\n")
    code = """
import sys
sys.path[:0] = sys.argv[1:]
import spacy
nlp = spacy.blank("zh")
assert "kg" in nlp.factory_names and nlp("x")._.facts == []
assert not {"onnxruntime", "pyoxigraph", "rdflib", "kg.pipeline"} & set(sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
