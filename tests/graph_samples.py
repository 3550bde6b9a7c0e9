"""A made-up page with its entities and facts, built by hand, for the tests of graph, store, checks and export."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from kg.derivation import derive, load_rules
from kg.graph import quads, vocabulary_quads
from kg.iris import DEFAULT_BASE, division_iri, entity_iri, fact_iri
from kg.ontology.vocabulary import Vocabulary, load_vocabulary
from kg.store import MEMORY, Store, open_store
from kg.terms import VOCABULARY_GRAPH
from kg.types import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Fact,
    Modality,
    Period,
    Quantity,
    RoleSpan,
    Span,
    Text,
    Value,
)

ONTOLOGY = Path(__file__).parent.parent / "ontology"
VOCABULARY_PATHS = [ONTOLOGY / "core.ttl", ONTOLOGY / "kg.ttl"]
SHAPES_PATHS = [ONTOLOGY / "shapes.ttl"]
VOCABULARY: Vocabulary = load_vocabulary(VOCABULARY_PATHS)

PAGE = "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元。明年青禾县拟与白塔乡结对。蓝天公司没有捐款。"

COUNTY = Entity(
    division_iri(DEFAULT_BASE, "990101"),
    "青禾县",
    "AdministrativeDivision",
    ("青禾",),
    "Qinghe County",
    None,
    "990101",
)
TOWNSHIP = Entity(
    entity_iri(DEFAULT_BASE, "白塔乡"), "白塔乡", "AdministrativeDivision", located_in=COUNTY.iri
)
GOVERNMENT = Entity(
    entity_iri(DEFAULT_BASE, "青禾县人民政府"),
    "青禾县人民政府",
    "Government",
    ("县政府", "青禾县政府"),
    "Qinghe County People's Government",
)
COMPANY = Entity(entity_iri(DEFAULT_BASE, "蓝天公司"), "蓝天公司", "Company")


def fact(
    fact_type: str,
    roles: Mapping[str, Sequence[Value]],
    quote: str,
    *,
    modality: Modality = Modality.ASSERTED,
    text: str = PAGE,
    source: str = "page.txt",
    confidence: float = 0.9,
    trigger: str | None = None,
    reasons: tuple[str, ...] = (),
) -> Fact:
    """A fact whose evidence is the quote, with each filler's span at its words in it."""
    fillers = {role: tuple(values) for role, values in roles.items()}
    start = text.index(quote)
    ordered = [role for role in VOCABULARY.fact_types[fact_type].roles if role in fillers]
    spans = tuple(
        RoleSpan(role, index, _span(text, _words(value), start))
        for role in ordered
        for index, value in enumerate(fillers[role])
    )
    evidence = Evidence(
        source,
        Span(start, start + len(quote)),
        quote,
        _span(text, trigger, start) if trigger else None,
        spans,
    )
    iri = fact_iri(DEFAULT_BASE, fact_type, modality, fillers)
    return Fact(iri, fact_type, modality, fillers, (evidence,), confidence, "reader", reasons)


def _words(value: Value) -> str:
    return value.label if isinstance(value, Entity) else value.text


def _span(text: str, words: str, start: int) -> Span:
    at = text.index(words, start)
    return Span(at, at + len(words))


def donation(**changes: object) -> Fact:
    amount = Quantity(Decimal("2505000.00"), "CNY", "about", "约250.5万元")
    time = Period("2021-03", "2021年3月")
    roles = {"donor": [GOVERNMENT], "recipient": [TOWNSHIP], "amount": [amount], "time": [time]}
    return fact(
        "Donation", roles, "2021年3月，青禾县人民政府向白塔乡捐赠约250.5万元", trigger="捐赠", **changes
    )  # type: ignore[arg-type]  # passed on


def pairing(**changes: object) -> Fact:
    roles = {"party": [COUNTY, TOWNSHIP], "kind": [Text("结对")]}
    said = {"modality": Modality.PLANNED, "reasons": ("planned: 拟", "two parties")} | changes
    return fact("Pairing", roles, "青禾县拟与白塔乡结对", **said)  # type: ignore[arg-type]  # passed on


def refusal() -> Fact:
    return fact(
        "Donation", {"donor": [COMPANY]}, "蓝天公司没有捐款", modality=Modality.NEGATED, trigger="捐款"
    )


def extraction(*facts: Fact, source: str = "page.txt", text: str = PAGE) -> Extraction:
    entities = (COUNTY, TOWNSHIP, GOVERNMENT, COMPANY)
    return Extraction(Document(source, text), (), entities, facts or (donation(), pairing(), refusal()))


def filled_store(*extractions: Extraction) -> Store:
    """A store in memory with these sources, or with the sample page."""
    store = open_store(MEMORY)
    for one in extractions or (extraction(),):
        found = list(quads(one, VOCABULARY))
        store.replace(found[0].graph_name.value, found)
    add_derived(store)
    return store


def add_derived(store: Store) -> None:
    """The words of the ontology, and what its rules derive, as a build adds them."""
    store.replace(VOCABULARY_GRAPH, vocabulary_quads(VOCABULARY))
    derive(store, load_rules(sorted((ONTOLOGY / "rules").glob("*.rq"))), {})


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """The solutions of a SELECT as texts, sorted."""
    return sorted(tuple(term.value if term is not None else "" for term in row) for row in store.query(query))
