"""ontology/README.md, done to the letter: a folder with its files extends ours by a relation and a rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from facts_samples import extractor as plain_extractor
from pyoxigraph import QueryBoolean

from kg.annotations import Linked, marks_of
from kg.building import STORE, build
from kg.checks import validate
from kg.facts.groups import Parsed
from kg.facts.interpreter import _subjects_before
from kg.facts.slots import Predicate
from kg.linking import link
from kg.ontology import Ontology, load_ontology
from kg.ontology.frames import _FRAME_KEYS, _ROLE_KEYS, NOUN_SLOTS, VALUE_SLOTS
from kg.pipeline import Extractor
from kg.store import open_store
from kg.terms import DERIVED_GRAPH, KG
from kg.types import Document, Entity, Modality, Quantity

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
PAGE = Document("news.txt", "2021年3月，云溪钢铁有限公司起诉青石矿业有限公司，索赔300万元。\n")


def entries() -> list[tuple[str, str]]:
    """The file, named in the first line, and the text of each code block of the README."""
    return re.findall(r"```(?:turtle|yaml|sparql)\n# (\S+)\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    """A folder with exactly the README's files."""
    folder = tmp_path_factory.mktemp("extended")
    for name, text in entries():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_ontology(folder)


@pytest.fixture(scope="module")
def extractor(extended: Ontology) -> Extractor:
    return Extractor(extended)


def test_ontology_readme_relation_takes_three_small_files() -> None:
    names = ["ontology.yaml", "lawsuit.ttl", "frames/lawsuit.yaml", "shapes-lawsuit.ttl", "rules/case.rq"]
    assert [name for name, _ in entries()] == names
    assert sum(text.count("\n") for _, text in entries()) <= 34


def test_ontology_extension_is_what_makes_the_difference(extractor: Extractor) -> None:
    plain = plain_extractor().extract(PAGE)
    assert "Lawsuit" not in {fact.type for fact in plain.facts}
    assert [fact.type for fact in extractor.extract(PAGE).facts] == ["Lawsuit"]


def test_ontology_extension_fills_every_role(extractor: Extractor) -> None:
    (fact,) = extractor.extract(PAGE).facts
    (plaintiff,), (defendant,), (amount,), (time,) = (
        fact.roles[role] for role in ("plaintiff", "defendant", "amount", "time")
    )
    assert isinstance(plaintiff, Entity) and isinstance(defendant, Entity)
    assert (plaintiff.label, defendant.label) == ("云溪钢铁有限公司", "青石矿业有限公司")
    assert isinstance(amount, Quantity) and (amount.value, amount.unit) == (3_000_000, "CNY")
    assert getattr(time, "edtf", None) == "2021-03"
    assert fact.evidence[0].quote == PAGE.text[fact.evidence[0].span.start : fact.evidence[0].span.end]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        pytest.param("青石矿业有限公司被云溪钢铁有限公司起诉。", Modality.ASSERTED, id="passive"),
        pytest.param("云溪钢铁有限公司把青石矿业有限公司诉至法院。", Modality.ASSERTED, id="object first"),
        pytest.param("云溪钢铁有限公司计划起诉青石矿业有限公司。", Modality.PLANNED, id="planned"),
        pytest.param("云溪钢铁有限公司没有起诉青石矿业有限公司。", Modality.NEGATED, id="negated"),
    ],
)
def test_ontology_extension_gets_voice_order_and_modality_from_the_engine(
    extractor: Extractor, text: str, modality: Modality
) -> None:
    (fact,) = extractor.extract(Document("a.txt", text)).facts
    assert fact.modality is modality
    assert {role: [getattr(v, "label", None) for v in values] for role, values in fact.roles.items()} == {
        "plaintiff": ["云溪钢铁有限公司"],
        "defendant": ["青石矿业有限公司"],
    }


def test_ontology_extension_reaches_the_graph_and_its_shape(extended: Ontology, tmp_path: Path) -> None:
    build([PAGE], tmp_path, extended)
    lines = (tmp_path / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["Lawsuit"]
    with open_store(tmp_path / STORE) as store:
        asked = (
            'ASK { ?a rdfs:label "云溪钢铁有限公司"@zh ; kg:sues ?b . ?b rdfs:label "青石矿业有限公司"@zh }'
        )
        answer = store.query(asked)
        assert isinstance(answer, QueryBoolean) and bool(answer)
        cases = list(store.quads(DERIVED_GRAPH, predicate=f"{KG}hasCaseWith"))
        assert len({(case.subject, case.object) for case in cases}) == 2
        assert validate(store, extended.shapes, extended.vocabulary_files) == ()
        (graph,) = store.sources().values()
        wanting = [q for q in store.quads(graph) if not q.predicate.value.endswith("defendant")]
        store.replace(graph, wanting)
        broken = validate(store, extended.shapes, extended.vocabulary_files)
    assert any(violation.path.endswith("defendant") for violation in broken)


def test_ontology_readme_explains_every_key_and_slot_that_a_frame_may_use() -> None:
    told = {
        name
        for row in re.findall(r"^\| (`[^|]*) \|", README, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert sorted((_FRAME_KEYS | _ROLE_KEYS | NOUN_SLOTS | VALUE_SLOTS) - told) == []


# The interpreter fills these from what other roles took, so that they show in whole facts alone.
OF_OTHER_ROLES = {"counted", "modifier", "owner", "aim", "self", "before-self"}


def slot_examples() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| `([a-z-]+)` \| [^|]* \| ([^|]*\*\*[^|]*) \|", README, re.MULTILINE)
    return [
        (slot, one) for slot, examples in rows if slot not in OF_OTHER_ROLES for one in examples.split(", ")
    ]


@pytest.mark.parametrize(("slot", "example"), slot_examples(), ids=[" ".join(e) for e in slot_examples()])
def test_ontology_readme_slot_examples_show_what_stands_in_the_slot(
    extractor: Extractor, slot: str, example: str
) -> None:
    text = re.sub("[*「」]", "", example) + "。"
    trigger, wanted = (re.search(mark, example) for mark in (r"\*\*(.*)\*\*", "「(.*)」"))
    assert trigger and wanted
    assert wanted[1] in in_slot(slot, trigger[1], text, extractor)


def in_slot(slot: str, trigger: str, text: str, extractor: Extractor) -> set[str]:
    """What stands in a slot of the word that is the trigger."""
    ontology = extractor.ontology
    doc = extractor.nlp(text)
    marks = marks_of(doc)
    linked: Linked = link(
        marks.mentions, marks.declared, ontology.names, ontology.divisions, ontology.vocabulary.is_a, text
    )
    (sentence,) = extractor.reader.read(doc, linked).sentences
    clause, index = next(place for place in places(sentence) if word_at(sentence, place) == trigger)
    near = _subjects_before(sentence, clause)
    predicate = Predicate(sentence, clause, index, ontology.grammar, near)
    return {g.span.of(text) for g in predicate.nouns(slot)} | {q.text for q in predicate.quantities(slot)}


def places(sentence: list[Parsed]) -> list[tuple[int, int]]:
    return [
        (clause, index) for clause, parsed in enumerate(sentence) for index in range(len(parsed.elements))
    ]


def word_at(sentence: list[Parsed], place: tuple[int, int]) -> str:
    return sentence[place[0]].elements[place[1]].text


def test_ontology_readme_names_every_file() -> None:
    told = set(re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE))
    there = {
        path.relative_to(ROOT / "ontology").as_posix()
        for path in (ROOT / "ontology").rglob("*.*")
        if path.is_file()
    }
    known = [name for name in told if "*" in name or name.endswith("/")]
    unknown = [
        name
        for name in there - told - {"README.md"}
        if not any(Path(name).match(k) or name.startswith(k) for k in known)
    ]
    assert unknown == []
