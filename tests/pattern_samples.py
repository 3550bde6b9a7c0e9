"""Folders with patterns, and what they read without the trained reader: for the tests of the pattern language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from facts_samples import Said, said

from kg.mentions import PatternsComponent
from kg.mentions.patterns import PatternFinder
from kg.ontology import Ontology, load_ontology
from kg.ontology.folder import open_folder
from kg.ontology.patterns import load_patterns
from kg.pipeline import Extractor
from kg.types import Document

LAWSUIT = """\
@prefix kg: <https://w3id.org/tupu-kg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

kg:Lawsuit a owl:Class ; rdfs:subClassOf kg:Fact ;
    rdfs:label "诉讼"@zh , "Lawsuit"@en ;
    kg:roles ( kg:plaintiff kg:defendant kg:court kg:ground kg:issue kg:amount kg:time ) .
kg:plaintiff a owl:ObjectProperty ; rdfs:range kg:Actor ; rdfs:label "原告"@zh , "plaintiff"@en .
kg:defendant a owl:ObjectProperty ; rdfs:range kg:Actor ; rdfs:label "被告"@zh , "defendant"@en .
kg:court a owl:ObjectProperty ; rdfs:range kg:Place ; rdfs:label "法院"@zh , "court"@en .
kg:ground a owl:DatatypeProperty ; rdfs:range xsd:string ; rdfs:label "案由"@zh , "ground"@en .
kg:issue a rdf:Property ; rdfs:range [ a owl:Class ; owl:unionOf ( kg:Document xsd:string ) ] ;
    rdfs:label "争议"@zh , "issue"@en .
"""
PATTERN = """\
pattern: Lawsuit
triggers: [起诉]
roles:
  plaintiff: {stands: before}
  defendant: {stands: after}
examples:
  - {text: 云溪公司起诉青石公司。, facts: [{plaintiff: 云溪公司, defendant: 青石公司}]}
"""


def write_folder(folder: Path, patterns: Mapping[str, str], turtle: str = LAWSUIT) -> Path:
    """A folder that extends ours by lawsuits; ``patterns`` are files by name."""
    (folder / "patterns").mkdir(parents=True)
    (folder / "ontology.yaml").write_text("extends: builtin\n", encoding="utf-8")
    (folder / "lawsuit.ttl").write_text(turtle, encoding="utf-8")
    for name, text in patterns.items():
        (folder / "patterns" / name).write_text(text, encoding="utf-8")
    return folder


@cache
def _extractor(turtle: str) -> Extractor:
    """One for all tests with the same Turtle, without patterns."""
    with TemporaryDirectory() as folder:
        ontology = load_ontology(write_folder(Path(folder) / "a", {}, turtle))
        return Extractor(ontology, read=lambda text, marks: [])


def with_files(folder: Path, patterns: Mapping[str, str], turtle: str = LAWSUIT) -> Ontology:
    """An ontology with the patterns of these files; what else is in it is loaded once for all."""
    files = open_folder(write_folder(folder, patterns, turtle))
    plain = _extractor(turtle).ontology
    found = load_patterns(files.below("patterns"), plain.vocabulary, plain.grammar, files.below("lexicon"))
    return replace(plain, folder=folder, patterns=found)


def with_roles(folder: Path, *roles: str, head: str = "triggers: [起诉]", turtle: str = LAWSUIT) -> Ontology:
    """An ontology with one pattern of some roles; its example is not true and is not tried."""
    lines = ["pattern: Lawsuit", head, "roles:", *(f"  {role}" for role in roles)]
    lines.append("examples: [{text: 起诉。, facts: [{plaintiff: 甲}]}]")
    return with_files(folder, {"own.yaml": "\n".join(lines)}, turtle)


def facts_by(ontology: Ontology, text: str, turtle: str = LAWSUIT) -> list[Said]:
    """The facts that the patterns alone give of a text."""
    extractor = _extractor(turtle)
    component = extractor.nlp.get_pipe("kg_patterns")
    assert isinstance(component, PatternsComponent)
    component.finder = PatternFinder(extractor.nlp.vocab, ontology)
    return [said(fact) for fact in extractor.extract(Document("a.txt", text)).facts]
