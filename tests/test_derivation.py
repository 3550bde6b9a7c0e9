"""What follows from the sources by the ontology's rules: in a graph of its own, made anew as a whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from graph_samples import (
    COUNTY,
    GOVERNMENT,
    ONTOLOGY,
    TOWNSHIP,
    add_derived,
    donation,
    extraction,
    filled_store,
    pairing,
    rows,
)

from kg import terms
from kg.derivation import derive, load_rules
from kg.errors import OntologyError
from kg.store import Store
from kg.types import Modality


def derived(store: Store) -> set[tuple[str, str, str]]:
    """The triples of the derived graph, but for the mark of what it was made of."""
    return {
        (q.subject.value, q.predicate.value.removeprefix(terms.KG), q.object.value)
        for q in store.quads(terms.DERIVED_GRAPH)
        if q.predicate.value != terms.BUILT_FROM
    }


def own_rule(tmp_path: Path, text: str, name: str = "own.rq") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_derivation_gives_short_relations_containment_and_inverses() -> None:
    assert derived(filled_store()) == {
        (GOVERNMENT.iri, "donatesTo", TOWNSHIP.iri),
        (TOWNSHIP.iri, "within", COUNTY.iri),
        (COUNTY.iri, "contains", TOWNSHIP.iri),
    }


def test_derivation_containment_goes_on_across_sources() -> None:
    farm = replace(GOVERNMENT, located_in=TOWNSHIP.iri)
    given = replace(donation(), roles=donation().roles | {"donor": (farm,)})
    two = replace(extraction(given, source="b.txt"), entities=(farm,))
    store = filled_store(extraction(pairing()), replace(two, facts=()))
    assert (farm.iri, "within", COUNTY.iri) in derived(store)
    assert rows(store, f"SELECT ?a {{ <{COUNTY.iri}> kg:contains ?a }}") == sorted(
        [(farm.iri,), (TOWNSHIP.iri,)]
    )


def test_derivation_forgets_what_follows_no_more() -> None:
    asserted = replace(pairing(), modality=Modality.ASSERTED)
    store = filled_store(extraction(asserted))
    assert len([t for t in derived(store) if t[1] == "pairedWith"]) == 2
    (graph,) = store.sources().values()
    store.replace(graph, [q for q in store.quads(graph) if q.subject.value != asserted.iri])
    derive(store, load_rules(sorted((ONTOLOGY / "rules").glob("*.rq"))), {"page.txt": "changed"})
    assert {t[1] for t in derived(store)} == {"within", "contains"}


def test_derivation_of_the_same_is_not_done_again() -> None:
    store = filled_store()
    (graph,) = store.sources().values()
    store.remove(graph)
    add_derived(store)  # of the same keys: nobody looked
    assert (GOVERNMENT.iri, "donatesTo", TOWNSHIP.iri) in derived(store)


def test_derivation_users_rule_sees_what_rules_before_it_derived(tmp_path: Path) -> None:
    rule = own_rule(tmp_path, "CONSTRUCT { ?b kg:thanks ?a } WHERE { ?a kg:donatesTo ?b }")
    store = filled_store()
    derive(store, load_rules([*sorted((ONTOLOGY / "rules").glob("*.rq")), rule]), {})
    assert (TOWNSHIP.iri, "thanks", GOVERNMENT.iri) in derived(store)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CONSTRUCT { ?a ?p ?b }\nWHERE { ?a ?p ?b ", r"own\.rq:2: .*"),
        ("SELECT ?a {\n ?a ?p ?b }", r"own\.rq:1: a rule is a CONSTRUCT query, this is SELECT"),
        (
            "CONSTRUCT { ?a ?p ?b }\nWHERE {\n  SERVICE <http://127.0.0.1:9/> { ?a ?p ?b } }",
            r"own\.rq:3: .*SERVICE.*",
        ),
        ("CONSTRUCT { ?a ?p ?b }\nFROM <http://127.0.0.1:9/> WHERE { ?a ?p ?b }", r"own\.rq:2: .*FROM.*"),
        ("LOAD <http://127.0.0.1:9/>", r"own\.rq:1: .*"),
        ("CONSTRUCT { ?a foo:p ?b }\nWHERE { ?a ?p ?b }", r"own\.rq:1: .*"),
    ],
    ids=["unclosed", "select", "service", "from", "load", "prefix"],
)
def test_derivation_rule_that_is_none_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=said) as caught:
        load_rules([own_rule(tmp_path, text)])
    assert "\n" not in str(caught.value)
