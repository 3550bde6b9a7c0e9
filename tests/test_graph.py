from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
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
    pairing,
    refusal,
    rows,
)

from kg import terms
from kg.graph import read_documents, read_entities, read_facts, vocabulary_quads
from kg.graph.calendar import day_bounds
from kg.types import Document, Extraction, Fact, Modality, Period, Quantity, Span, Text


def test_graph_facts_and_entities_come_back_equal() -> None:
    store = filled_store()
    assert sorted(read_facts(store, VOCABULARY), key=lambda f: f.evidence[0].span) == [
        donation(),
        pairing(),
        refusal(),
    ]
    assert set(read_entities(store, VOCABULARY)) == set(extraction().entities)
    assert list(read_documents(store)) == [Document("page.txt", PAGE)]


def test_graph_fillers_come_back_in_the_order_of_the_text() -> None:
    """白塔乡 stands before 青禾县 in the text, though its IRI sorts after; the fact has it last."""
    text = "白塔乡拟与青禾县结对"
    one = fact(
        "Pairing", {"party": [COUNTY, TOWNSHIP]}, text, text=text, reasons=("planned: 拟", "two parties")
    )
    (found,) = read_facts(filled_store(extraction(one, text=text)), VOCABULARY)
    assert [v.label for v in found.roles["party"]] == ["白塔乡", "青禾县"]
    shown = [(s.index, s.span.of(text)) for s in found.evidence[0].fillers]
    assert shown == [(0, "白塔乡"), (1, "青禾县")]
    assert found.reasons == ("planned: 拟", "two parties")


def test_graph_equal_figures_in_one_role_stay_two() -> None:
    text = "发放30份，另发放三十份。"
    goods = [Quantity(Decimal(30), "item", "exact", words) for words in ("30份", "三十份")]
    twice = fact("Donation", {"goods": goods}, text, text=text)
    (found,) = read_facts(filled_store(extraction(twice, text=text)), VOCABULARY)
    assert found == twice


def test_graph_every_node_of_a_quantity_belongs_to_one_fact() -> None:
    store = filled_store()
    assert rows(
        store, "SELECT ?q (COUNT(?f) AS ?n) { ?f ?r ?q . ?q a kg:Quantity . ?f a kg:Fact } GROUP BY ?q"
    ) == [(f"{donation().iri}-amount-2505000-CNY-about", "1")]


def test_graph_sums_and_years_need_no_parsing() -> None:
    query = """SELECT ?year (SUM(?v) AS ?sum) {
        ?d a kg:Donation ; kg:amount [ kg:value ?v ; kg:unit "CNY" ] ; kg:start ?day
        BIND(YEAR(?day) AS ?year) } GROUP BY ?year"""
    assert rows(filled_store(), query) == [("2021", "2505000")]


def test_graph_short_triples_follow_from_asserted_facts_only() -> None:
    shorts = [
        (q.subject.value, q.predicate.value.rpartition("#")[2], q.object.value)
        for q in filled_store().quads(terms.DERIVED_GRAPH)
        if q.predicate.value.rpartition("#")[2] in {rule.name for rule in VOCABULARY.shorts}
    ]
    assert shorts == [(GOVERNMENT.iri, "donatesTo", TOWNSHIP.iri)]


def test_graph_symmetric_short_triple_goes_both_ways() -> None:
    asserted = replace(pairing(), modality=Modality.ASSERTED)
    assert rows(filled_store(extraction(asserted)), "SELECT ?a ?b { ?a kg:pairedWith ?b }") == sorted(
        [(COUNTY.iri, TOWNSHIP.iri), (TOWNSHIP.iri, COUNTY.iri)]
    )


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        (
            "zh",
            [
                "蓝天公司 捐赠 [否定]",
                "青禾县 – 白塔乡 结对 [计划]",
                "青禾县人民政府 捐赠 约250.5万元 → 白塔乡 (2021-03)",
            ],
        ),
        (
            "en",
            [
                "Qinghe County People's Government donates ≈ 2,505,000 CNY → 白塔乡 (2021-03)",
                "Qinghe County – 白塔乡 is paired with 结对 [planned]",
                "蓝天公司 donates [negated]",
            ],
        ),
    ],
    ids=["zh", "en"],
)
def test_graph_facts_have_readable_labels(language: str, labels: list[str]) -> None:
    query = f'SELECT ?l {{ ?f kg:evidence ?e ; rdfs:label ?l FILTER(LANG(?l) = "{language}") }}'
    assert [label for (label,) in rows(filled_store(), query)] == labels


def test_graph_a_plan_is_no_instance_of_its_type() -> None:
    """A query that says nothing of modality gets what happened; plans and denials are as easy to ask for."""
    store = filled_store()
    assert rows(store, "SELECT ?t { ?f a kg:Fact , ?t FILTER(?t != kg:Fact) }") == [(f"{terms.KG}Donation",)]
    assert rows(store, "SELECT ?f { ?f a kg:Donation }") == [(donation().iri,)]
    assert rows(store, "SELECT ?f { ?f kg:planned kg:Pairing }") == [(pairing().iri,)]
    assert rows(store, "SELECT ?f { ?f kg:negated kg:Fact }") == [(refusal().iri,)]


# As docs/exports.md has it: the characters of a filler, from the Turtle file alone.
WORDS = """SELECT ?start ?end ?words {
    ?f a kg:Donation ; at:donor ?place ; kg:evidence ?sentence .
    ?sentence prov:value ?quote .
    BIND(STRAFTER(STR(?place), "#") AS ?p) BIND(STRAFTER(STR(?sentence), "#") AS ?s)
    BIND(xsd:integer(STRBEFORE(?p, "-")) AS ?start) BIND(xsd:integer(STRAFTER(?p, "-")) AS ?end)
    BIND(SUBSTR(?quote, ?start - xsd:integer(STRBEFORE(?s, "-")) + 1, ?end - ?start) AS ?words)
}"""


def test_graph_places_quote_the_kept_text() -> None:
    found = rows(filled_store(), WORDS)
    assert found == [("8", "15", "青禾县人民政府")]
    assert all(PAGE[int(start) : int(end)] == words for start, end, words in found)


def test_graph_filler_outside_the_sentence_is_quoted_itself() -> None:
    text = "青禾县2021年工作\n向白塔乡捐赠约250.5万元"
    roles = {"donor": [COUNTY], "recipient": [TOWNSHIP], "time": [Period("2021", "2021年")]}
    one = fact("Donation", roles, text, text=text)
    (said,) = one.evidence
    start = text.index("向")
    one = replace(one, evidence=(replace(said, span=Span(start, len(text)), quote=text[start:]),))
    store = filled_store(extraction(one, text=text))
    (found,) = read_facts(store, VOCABULARY)
    assert found == one
    assert rows(store, "SELECT ?w { ?f at:time/prov:value ?w }") == [("2021年",)]


def test_graph_who_holds_an_office_ends_with_the_office() -> None:
    """The later of two denials ends it; one of another office, or from before, does not."""
    holder = replace(COUNTY, iri="x:p", label="周启明", cls="Person", code=None)

    def office(position: str, day: str, modality: Modality = Modality.ASSERTED) -> Fact:
        text = f"{day}周启明任青禾县人民政府{position}"
        roles = {"person": [holder], "position": [Text(position)], "organization": [GOVERNMENT]}
        return fact("Position", {**roles, "time": [Period(day, day)]}, text, text=text, modality=modality)

    def held(*facts: Fact) -> list[tuple[str, ...]]:
        pages = [
            Extraction(Document(f"{i}.txt", one.evidence[0].quote), (), (holder, GOVERNMENT), (
                replace(one, evidence=(replace(one.evidence[0], source=f"{i}.txt"),)),
            )) for i, one in enumerate(facts)
        ]  # fmt: skip
        return rows(filled_store(*pages), "SELECT ?o { ?p kg:holdsPositionAt ?o }")

    began, there = office("县长", "2019-05"), [(GOVERNMENT.iri,)]
    assert held(began) == there
    assert held(began, office("县长", "2022-01", Modality.NEGATED)) == []
    assert held(began, office("县长", "2018-01", Modality.NEGATED)) == there
    assert held(began, office("副县长", "2022-01", Modality.NEGATED)) == there


def test_graph_same_fact_in_two_sources_is_one_with_both_evidences() -> None:
    """The second page knows the county by its short name only, gives the parties in the other order and is surer."""
    text = "青禾拟与白塔乡结对。"
    short = replace(COUNTY, label="青禾", aliases=(), english=None)
    other = fact(
        "Pairing", {"party": [short, TOWNSHIP], "kind": [Text("结对")]}, "青禾拟与白塔乡结对",
        modality=Modality.PLANNED, text=text, source="a.txt", confidence=0.95,
    )  # fmt: skip
    second = Extraction(Document("a.txt", text), (), (short, TOWNSHIP), (other,))
    (found,) = read_facts(filled_store(extraction(pairing()), second), VOCABULARY)
    assert [(e.source, e.quote) for e in found.evidence] == [
        ("a.txt", text[:-1]),
        ("page.txt", "青禾县拟与白塔乡结对"),
    ]
    assert found.roles["party"] == (COUNTY, TOWNSHIP)
    for evidence in found.evidence:
        page = {"a.txt": text, "page.txt": PAGE}[evidence.source]
        shown = {found.roles[s.role][s.index]: s.span.of(page) for s in evidence.fillers if s.role == "party"}
        assert shown == {COUNTY: "青禾" if evidence.source == "a.txt" else "青禾县", TOWNSHIP: "白塔乡"}


def test_graph_odd_characters_keep_offsets() -> None:
    text = "甲\x00\x0b\ud800\u2028\r\n乙公司捐款"
    giver = replace(COUNTY, label="乙公司", cls="Company")
    one = fact("Donation", {"donor": [giver]}, "乙公司捐款", text=text)
    store = filled_store(Extraction(Document("page.txt", text), (), (), (one,)))
    (document,) = read_documents(store)
    assert document.text == text.replace("\ud800", "\ufffd")
    (found,) = read_facts(store, VOCABULARY)
    assert found.evidence[0].span.of(document.text) == "乙公司捐款"


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2020-06-14", date(2020, 6, 14), date(2020, 6, 14)),
        ("2021-02~", date(2021, 2, 1), date(2021, 2, 28)),
        ("202X", date(2020, 1, 1), date(2029, 12, 31)),
        ("2020-24", date(2020, 12, 1), date(2021, 2, 28)),
        ("2020-34", date(2020, 4, 1), date(2020, 6, 30)),
        ("2025-01/2025-06", date(2025, 1, 1), date(2025, 6, 30)),
        ("2018/..", date(2018, 1, 1), None),
        ("../2020", None, date(2020, 12, 31)),
        ("2021-02-30", None, None),
        ("soon", None, None),
    ],
)
def test_graph_edtf_gives_first_and_last_day(edtf: str, first: date | None, last: date | None) -> None:
    assert day_bounds(edtf) == (first, last)


def test_graph_ontology_words_can_be_queried_beside_the_data() -> None:
    store = filled_store()
    found = list(vocabulary_quads(VOCABULARY))
    store.replace(found[0].graph_name.value, found)
    query = 'SELECT ?l { ?a ?p ?b . ?p rdfs:label ?l . ?b rdfs:label "白塔乡"@zh . ?a a kg:Government }'
    assert rows(store, query) == [("donates to",), ("捐赠给",)]
    assert list(store.sources()) == ["page.txt"]
