from collections.abc import Callable
from pathlib import Path

import pytest
from graph_samples import (
    GOVERNMENT,
    SHAPES_PATHS,
    VOCABULARY,
    VOCABULARY_PATHS,
    donation,
    extraction,
    filled_store,
    pairing,
    refusal,
)
from pyoxigraph import Literal, NamedNode, Quad
from pyshacl import validate as second_opinion
from rdflib import Graph
from rdflib.namespace import RDFS, SH

from kg import terms
from kg.checks import Shapes, Violation, conforming, validate
from kg.errors import OntologyError
from kg.graph import quads, vocabulary_quads
from kg.iris import DEFAULT_BASE
from kg.store import MEMORY, open_store

KG = terms.KG


def broken(change: Callable[[Quad], Quad | None]) -> list[Violation]:
    """What is found in the sample page when its quads are changed, or dropped, one by one."""
    store = open_store(MEMORY)
    found = [
        changed for quad in quads(extraction(donation()), VOCABULARY) if (changed := change(quad)) is not None
    ]
    store.replace(found[0].graph_name.value, found)
    return list(validate(store, SHAPES_PATHS, VOCABULARY_PATHS))


def test_checks_sample_graph_conforms() -> None:
    store = filled_store()
    store.replace(terms.VOCABULARY_GRAPH, vocabulary_quads(VOCABULARY))
    assert validate(store, SHAPES_PATHS, VOCABULARY_PATHS) == ()


def test_checks_violation_says_what_where_and_why() -> None:
    (found,) = broken(lambda q: None if q.predicate.value == terms.UNIT else q)
    assert (found.focus, found.path) == (f"{donation().iri}-amount-2505000-CNY-about", "kg:unit")
    assert (found.message, found.message_zh) == ("A quantity has exactly one unit.", "数量有且只有一个单位。")


def test_checks_filler_of_a_wrong_class_is_found() -> None:
    def swap(quad: Quad) -> Quad:
        if quad.subject.value == GOVERNMENT.iri and quad.object == NamedNode(f"{KG}Organization"):
            return Quad(quad.subject, quad.predicate, NamedNode(f"{KG}Document"), quad.graph_name)
        if quad.subject.value == GOVERNMENT.iri and quad.object == NamedNode(f"{KG}Government"):
            return Quad(quad.subject, quad.predicate, NamedNode(f"{KG}Document"), quad.graph_name)
        return quad

    (found,) = broken(swap)
    assert (found.label, found.path) == ("青禾县人民政府 捐赠 约250.5万元 → 白塔乡 (2021-03)", "kg:donor")
    assert found.message.startswith("The donor of a fact is a person")


@pytest.mark.parametrize(
    ("predicate", "value", "message"),
    [
        (terms.VALUE, Literal("many"), "A quantity has exactly one value, an xsd:decimal."),
        (terms.START, Literal("soon"), "A fact starts on one day, not after its end."),
        (terms.QUOTE, Literal("改过的"), "The quote is not what the text says there."),
        (terms.EVIDENCE, None, "A fact needs at least one evidence: a quote from a source."),
        (f"{terms.AT}donor", None, "No evidence shows where the filler stands."),
        (terms.QUOTED_FROM, None, "A quote is from exactly one source."),
        (f"{KG}donor", Literal("某人"), "The donor of a fact is a person, an organization, a place"),
    ],
    ids=["value", "day", "quote", "evidence", "place", "source", "role"],
)
def test_checks_graph_broken_on_purpose_fails(predicate: str, value: Literal | None, message: str) -> None:
    def change(quad: Quad) -> Quad | None:
        if quad.predicate.value != predicate:
            return quad
        return Quad(quad.subject, quad.predicate, value, quad.graph_name) if value is not None else None

    messages = {found.message for found in broken(change)}
    assert any(said.startswith(message) for said in messages), messages


def test_checks_role_of_another_type_is_found() -> None:
    def add(quad: Quad) -> Quad:
        if quad.predicate.value == f"{KG}donor":
            return Quad(quad.subject, NamedNode(f"{KG}visitor"), quad.object, quad.graph_name)
        return quad

    found = broken(add)
    assert ("kg:visitor", "A Donation has at least one of its roles and no others") in {
        (v.path, v.message.partition(":")[0]) for v in found
    }


# --- Before anything is stored -----------------------------------------------------------------------

SMALL_GIFTS = """
@prefix kg: <https://w3id.org/tupu-kg/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
kg:SmallGiftShape a sh:NodeShape ; sh:targetClass kg:Quantity ;
    sh:property [ sh:path kg:value ; sh:maxInclusive 1000000 ; sh:message "No gift is above a million."@en ] .
"""


def shapes_with(tmp_path: Path, text: str) -> Shapes:
    (tmp_path / "shapes-own.ttl").write_text(text, encoding="utf-8")
    return Shapes([*SHAPES_PATHS, tmp_path / "shapes-own.ttl"], VOCABULARY_PATHS)


def test_checks_conforming_leaves_out_the_fact_with_its_values_and_says_sentence_and_rule(
    tmp_path: Path,
) -> None:
    kept, graph = conforming(
        extraction(donation(), pairing()), shapes_with(tmp_path, SMALL_GIFTS), VOCABULARY, DEFAULT_BASE
    )
    assert [fact.type for fact in kept.facts] == ["Pairing"]
    assert [entity.label for entity in kept.entities] == ["青禾县", "白塔乡"]
    assert [problem.message for problem in kept.problems] == [
        "Donation left out, No gift is above a million. [kg:SmallGiftShape kg:value '2505000']: "
        "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元"
    ]
    assert not any(donation().iri in str(quad) for quad in graph)
    assert graph == set(quads(kept, VOCABULARY))


def test_checks_conforming_leaves_a_good_extraction_as_it_is() -> None:
    whole = extraction(donation(), pairing(), refusal())
    kept, graph = conforming(whole, Shapes(SHAPES_PATHS, VOCABULARY_PATHS), VOCABULARY, DEFAULT_BASE)
    assert kept is whole and graph == set(quads(whole, VOCABULARY))


def test_checks_rule_that_the_source_itself_breaks_is_told_and_the_source_kept(tmp_path: Path) -> None:
    rule = SMALL_GIFTS.partition("kg:Small")[0] + (
        "kg:DatedShape a sh:NodeShape ; sh:targetClass kg:Source ;"
        ' sh:property [ sh:path <http://purl.org/dc/terms/date> ; sh:minCount 1 ; sh:message "No date."@en ] .'
    )
    kept, _ = conforming(extraction(pairing()), shapes_with(tmp_path, rule), VOCABULARY, DEFAULT_BASE)
    assert [fact.type for fact in kept.facts] == ["Pairing"]
    assert [p.message for p in kept.problems] == ["No date. [kg:DatedShape dcterms:date]"]


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        ('sh:property [ sh:path kg:unit ; sh:minCount "x" ]', "sh:minCount is not a non-negative integer"),
        ('sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> {} }" ]', "SERVICE"),
    ],
    ids=["no number", "another host"],
)
def test_checks_shape_that_is_none_is_one_line(constraint: str, said: str, tmp_path: Path) -> None:
    rule = SMALL_GIFTS.partition("kg:Small")[0] + (
        f"kg:S a sh:NodeShape ; sh:targetClass kg:Quantity ; {constraint} ."
    )
    with pytest.raises(OntologyError, match=f"shapes-own.ttl:1: not valid SHACL: .*{said}") as caught:
        conforming(extraction(donation()), shapes_with(tmp_path, rule), VOCABULARY, DEFAULT_BASE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("predicate", [terms.UNIT, terms.CONFIDENCE, f"{KG}donor", terms.TYPE, terms.LABEL])
def test_checks_engine_finds_what_pyshacl_finds(predicate: str) -> None:
    graph = [quad for quad in quads(extraction(donation()), VOCABULARY) if quad.predicate.value != predicate]
    found = Shapes(SHAPES_PATHS, VOCABULARY_PATHS).breaches(quad.triple for quad in graph)
    data, shapes = Graph(), Graph().parse(SHAPES_PATHS[0])
    data.parse(data="".join(f"{quad.triple} .\n" for quad in graph), format="nt")
    for path in VOCABULARY_PATHS:
        data += Graph().parse(path).triples((None, RDFS.subClassOf, None))
    _, report, _ = second_opinion(data, shacl_graph=shapes)
    assert {(breach.focus, breach.message) for breach in found} == {
        (str(report.value(result, SH.focusNode)), str(message))
        for result in report.subjects(SH.focusNode)
        for message in report.objects(result, SH.resultMessage)
        if message.language == "en"
    }
