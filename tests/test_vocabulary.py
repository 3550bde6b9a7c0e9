import shutil
from pathlib import Path

import pytest
from graph_samples import (
    COUNTY,
    ONTOLOGY,
    PAGE,
    SHAPES_PATHS,
    TOWNSHIP,
    VOCABULARY,
    VOCABULARY_PATHS,
    donation,
    fact,
)
from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH

from kg import terms
from kg.errors import OntologyError
from kg.ontology.rules import broken_rules
from kg.ontology.vocabulary import load_vocabulary

# The tables of facts.md.
ROLES = {
    "Pairing": "party kind count time",
    "Position": "person position organization time",
    "Donation": "donor recipient amount goods purpose time place",
    "Funding": "funder recipient amount purpose projects time",
    "Investment": "investor target amount projects place time",
    "Agreement": "party document subject count amount time place",
    "Activity": "name kind organizer participant count people place time",
    "Visit": "visitor host count people place time",
    "Dispatch": "sender receiver people group purpose time",
    "Training": "organizer subject group sessions people place time",
    "Issuance": "issuer document time",
    "Establishment": "agent object count amount place time",
    "Introduction": "agent object count amount place time",
    "Sale": "seller product buyer amount quantity time",
    "Employment": "agent people jobs employers group place time",
    "Benefit": "source group people amount place time",
    "Observation": "subject indicator value change time",
}


def test_vocabulary_has_the_fact_types_and_roles_of_the_specification_in_order() -> None:
    assert {name: " ".join(t.roles) for name, t in VOCABULARY.fact_types.items()} == ROLES


def test_vocabulary_hierarchy_reaches_the_root() -> None:
    assert VOCABULARY.classes["Hospital"].parents == {"Organization", "Entity"}
    assert VOCABULARY.is_a("Hospital", "Organization")
    assert not VOCABULARY.is_a("Organization", "Hospital")
    assert VOCABULARY.most_specific(["Organization", "Hospital"]) == "Hospital"


def test_vocabulary_role_kinds_depend_on_the_fact_type() -> None:
    types = VOCABULARY.fact_types
    assert types["Donation"].roles["goods"].kinds == {"text", "quantity"}
    assert types["Observation"].roles["subject"].kinds == {"entity"}
    assert types["Training"].roles["subject"].kinds == {"text"}
    assert types["Observation"].roles["value"].kinds == {"quantity"}
    assert types["Position"].roles["person"].classes == ("Person",)
    assert (types["Pairing"].roles["party"].minimum, types["Position"].roles["position"].maximum) == (2, 1)


def test_vocabulary_every_term_has_words_and_comments_in_both_languages() -> None:
    graph = Graph()
    for path in VOCABULARY_PATHS:
        graph.parse(path)
    for term in {s for s in graph.subjects() if isinstance(s, URIRef)}:
        for predicate in (terms.LABEL, terms.COMMENT):
            languages = sorted(text.language for text in graph.objects(term, URIRef(predicate)))
            assert languages == ["en", "zh"], (term, predicate)


def test_vocabulary_shapes_name_each_type_with_just_its_roles() -> None:
    shapes = Graph().parse(SHAPES_PATHS[0])
    for fact_type in VOCABULARY.fact_types.values():
        shape = shapes.value(None, SH.targetClass, URIRef(fact_type.iri))
        paths = {shapes.value(p, SH.path) for p in shapes.objects(shape, SH.property)}
        alternatives = Collection(shapes, shapes.value(shape, SH["or"]))
        assert paths == {shapes.value(p, SH.path) for p in alternatives}, fact_type.name
        assert paths == {URIRef(role.iri) for role in fact_type.roles.values()}, fact_type.name


EXTRA = """@prefix my: <https://example.org/my#> .
@prefix kg: <https://w3id.org/tupu-kg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

my:Award a owl:Class ;
    rdfs:label "获奖"@zh , "Award"@en ;
    rdfs:subClassOf kg:Fact ;
    kg:roles ( my:winner kg:time ) .
my:winner a owl:ObjectProperty ;
    rdfs:label "获奖者"@zh , "winner"@en ;
    rdfs:range kg:Person .
"""


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    path = tmp_path / "extra.ttl"
    path.write_text(EXTRA, encoding="utf-8")
    return path


def test_vocabulary_takes_a_users_type_from_a_namespace_of_their_own(extra: Path) -> None:
    vocabulary = load_vocabulary([*VOCABULARY_PATHS, extra])
    award = vocabulary.fact_types["Award"]
    assert (award.iri, list(award.roles), award.verb_zh) == (
        "https://example.org/my#Award",
        ["winner", "time"],
        "获奖",
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("( my:winner", "( my:winer", 9, "unknown term my:winer; did you mean my:winner?"),
        ("kg:time )", "kg:tme )", 9, "unknown term kg:tme; did you mean kg:time?"),
        (
            "rdfs:range kg:Person",
            "rdfs:range kg:Donation",
            12,
            "unknown entity class or kind of value kg:Donation",
        ),
        ('"获奖"@zh , ', "", 6, "my:Award has no rdfs:label @zh; add it"),
        ("rdfs:subClassOf kg:Fact ;", "", 6, "my:Award is neither an entity nor a fact"),
        ("    kg:roles ( my:winner kg:time ) .", "    .", 6, "my:Award has no roles"),
        ("my:winner kg:time", "my:winner my:winner", 6, "my:Award has the role my:winner twice"),
        ("( my:winner kg:time )", "( my:winner kg:Person )", 9, "unknown role kg:Person"),
        ("rdfs:range kg:Person .", "rdfs:range kg:Person", 13, "not valid Turtle"),
        ("my:winner a owl", "my:donor a owl", 9, "unknown term my:winner"),
        ("my:winner", "my:donor", 10, "my:donor has the local name of kg:donor; rename it"),
    ],
    ids=[
        "role",
        "core",
        "range",
        "label",
        "root",
        "roles",
        "twice",
        "class",
        "syntax",
        "undeclared",
        "clash",
    ],
)
def test_vocabulary_error_names_file_line_and_remedy(
    extra: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in EXTRA
    extra.write_text(EXTRA.replace(old, new), encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        load_vocabulary([*VOCABULARY_PATHS, extra])
    place, _, message = str(caught.value).partition(": ")
    assert (place.rsplit("/", 1)[-1], message[: len(said)]) == (f"extra.ttl:{line}", said)


def test_vocabulary_short_triple_of_a_wrong_role_is_refused(tmp_path: Path) -> None:
    shutil.copy(ONTOLOGY / "core.ttl", tmp_path)
    text = (ONTOLOGY / "kg.ttl").read_text(encoding="utf-8")
    wrong = text.replace("kg:shortSubject kg:funder", "kg:shortSubject kg:donor")
    (tmp_path / "kg.ttl").write_text(wrong, encoding="utf-8")
    with pytest.raises(OntologyError, match=r"unknown role of kg:Funding kg:donor"):
        load_vocabulary([tmp_path / "core.ttl", tmp_path / "kg.ttl"])


def test_vocabulary_rules_refuse_what_no_role_takes() -> None:
    assert broken_rules(donation(), VOCABULARY) == ()
    lone = fact("Pairing", {"party": [COUNTY]}, PAGE)
    assert broken_rules(lone, VOCABULARY) == ("Pairing needs 2 of the role party and has 1",)
    wrong = fact("Position", {"person": [TOWNSHIP]}, PAGE)
    assert broken_rules(wrong, VOCABULARY) == ("Position takes no AdministrativeDivision as person: 白塔乡",)
