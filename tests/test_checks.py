from collections.abc import Callable

import pytest
from graph_samples import (
    GOVERNMENT,
    SHAPES_PATHS,
    VOCABULARY,
    VOCABULARY_PATHS,
    donation,
    extraction,
    filled_store,
)
from pyoxigraph import Literal, NamedNode, Quad

from kg import terms
from kg.checks import Violation, validate
from kg.graph import quads, vocabulary_quads
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
    assert (found.focus, found.path) == (f"{donation().iri}/amount/2505000-CNY-about", "kg:unit")
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
        (
            terms.MODALITY,
            Literal("perhaps"),
            "A fact has exactly one modality: asserted, planned or negated.",
        ),
        (terms.EXACT, Literal("改过的"), "The quote is not what the text says there."),
        (terms.EVIDENCE, None, "A fact needs at least one evidence."),
        (terms.MENTION, None, "No evidence shows where the filler stands."),
        (terms.DIRECT_TYPE, None, "An entity has exactly one class of its own, its direct type."),
        (f"{KG}donor", Literal("某人"), "The donor of a fact is a person, an organization, a place"),
    ],
    ids=["value", "modality", "quote", "evidence", "mention", "class", "role"],
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
