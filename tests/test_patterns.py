"""What a pattern finds in a sentence: sides, gaps, classes, units, texts, lists, modality; docs/patterns.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from facts_samples import Said, asserted, negated, planned
from hypothesis import given, settings
from hypothesis import strategies as st
from pattern_samples import LAWSUIT, facts_by, with_files, with_roles

from kg.annotations import Marks, Proposal, ProposedFiller
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.types import Document, Modality, Span

PLAINTIFF, DEFENDANT = "plaintiff: {stands: before}", "defendant: {stands: after}"
COMPANIES = (
    "plaintiff: {stands: before, class: [Organization, Person]}",
    "defendant: {stands: after, class: [Organization, Person]}",
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    """Who sues whom, for how much and when."""
    return with_roles(
        tmp_path_factory.mktemp("plain") / "a",
        *COMPANIES,
        "amount: {stands: after, unit: money, optional: true}",
        "time: {stands: either, optional: true}",
        head="triggers: [起诉, 向法院起诉]\nnot: [起诉书]",
    )


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(
            "2021年3月，云溪公司起诉青石公司，索赔300万元。",
            [
                asserted(
                    "Lawsuit",
                    plaintiff="云溪公司",
                    defendant="青石公司",
                    amount="3000000 CNY",
                    time="2021-03",
                )
            ],
            id="all roles",
        ),
        pytest.param(
            "云溪公司起诉青石公司，那是在2020年。",
            [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司", time="2020")],
            id="either is after where nothing stands before",
        ),
        pytest.param(
            "云溪公司和张伟起诉青石公司、青石县人民医院。",
            [asserted("Lawsuit", plaintiff=["云溪公司", "张伟"], defendant=["青石公司", "青石县人民医院"])],
            id="lists",
        ),
        pytest.param(
            "云溪公司在南京市人民检察院起诉了青石公司。",
            [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司")],
            id="not what stands behind a preposition",
        ),
        pytest.param("云溪公司的子公司起诉青石公司。", [], id="not what stands before 的"),
        pytest.param("云溪公司起诉青石公司的子公司。", [], id="not what stands before 的, after"),
        pytest.param("云溪公司向青石公司递交起诉书。", [], id="not"),
        pytest.param("《云溪公司起诉青石公司》出版。", [], id="in a title"),
        pytest.param("云溪公司表态，起诉青石公司。", [], id="not from another clause"),
        pytest.param(
            "云溪公司起诉青石公司，索赔5万元，张伟起诉李小红，索赔6万元。",
            [
                asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司", amount="50000 CNY"),
                asserted("Lawsuit", plaintiff="张伟", defendant="李小红", amount="60000 CNY"),
            ],
            id="a figure belongs to the trigger before it",
        ),
        pytest.param(
            "云溪公司起诉青石公司，索赔5人。",
            [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司")],
            id="a figure in another unit",
        ),
        pytest.param(
            "“云溪之声”起诉“青石之友”。",
            [asserted("Lawsuit", plaintiff="云溪之声", defendant="青石之友")],
            id="quotations",
        ),
        pytest.param(
            "云溪公司向法院起诉青石公司。",
            [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司")],
            id="the longest trigger",
        ),
        pytest.param(
            "云溪公司起訴青石公司。",
            [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司")],
            id="traditional characters",
        ),
        pytest.param(
            "云溪公司起诉青石公司。2022年，该公司起诉张伟。",
            [
                asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司"),
                asserted("Lawsuit", plaintiff="青石公司", defendant="张伟", time="2022"),
            ],
            id="a reference",
        ),
    ],
)
def test_patterns_fill_the_roles(plain: Ontology, text: str, facts: list[Said]) -> None:
    assert facts_by(plain, text) == facts


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("", asserted),
        ("计划", planned),
        ("将于近日", planned),
        ("已计划", planned),
        ("计划并已", asserted),
        ("未", negated),
        ("没有", negated),
        ("不打算", negated),
        ("主要", asserted),
    ],
)
def test_patterns_tell_plans_and_denials_by_the_words_before_the_trigger(
    plain: Ontology, words: str, fact: type
) -> None:
    (found,) = facts_by(plain, f"云溪公司{words}起诉青石公司。")
    assert found == fact("Lawsuit", plaintiff="云溪公司", defendant="青石公司")


def test_patterns_words_of_modality_inside_names_are_none(plain: Ontology) -> None:
    (found,) = facts_by(plain, "不老泉公司起诉无锡市未来公司。")
    assert found == asserted("Lawsuit", plaintiff="不老泉公司", defendant="无锡市未来公司")


def test_patterns_below_a_heading_of_plans_are_planned(plain: Ontology) -> None:
    (found,) = facts_by(plain, "下一步工作\n云溪公司起诉青石公司。\n")
    assert found.modality == "planned"


def test_patterns_have_words_of_modality_of_their_own(tmp_path: Path) -> None:
    head = "triggers: [起诉]\nplanned: [扬言]\nnegated: [谎称]\nasserted: [将错就错]"
    ontology = with_roles(tmp_path / "a", *COMPANIES, head=head)
    for words, modality in (("扬言", "planned"), ("谎称", "negated"), ("将错就错", "asserted")):
        assert [fact.modality for fact in facts_by(ontology, f"云溪公司{words}起诉青石公司。")] == [modality]


def test_patterns_gap_holds_what_stands_between(tmp_path: Path) -> None:
    ontology = with_roles(
        tmp_path / "a",
        "plaintiff: {stands: between}",
        "defendant: {stands: before}",
        head="triggers: [被…起诉]",
    )
    text = "青石公司被云溪公司起诉。张伟被捕，李小红起诉。"
    assert facts_by(ontology, text) == [asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司")]


def test_patterns_trigger_with_a_gap_wins_over_the_one_that_is_its_end(tmp_path: Path) -> None:
    active = "pattern: Lawsuit\ntriggers: [起诉]\nroles: {plaintiff: {stands: before}}\n"
    passive = "pattern: Lawsuit\ntriggers: [被……起诉]\nroles: {defendant: {stands: before}}\n"
    example = "examples: [{text: 起诉。, facts: [{plaintiff: 甲}]}]\n"
    files = {"active.yaml": active + example, "passive.yaml": passive + example}
    ontology = with_files(tmp_path / "a", files)
    assert facts_by(ontology, "青石公司被云溪公司起诉。") == [asserted("Lawsuit", defendant="青石公司")]


def test_patterns_text_is_what_marks_and_other_roles_leave(tmp_path: Path) -> None:
    ontology = with_roles(tmp_path / "a", "ground: {stands: after}", PLAINTIFF, DEFENDANT)
    wanted = {"plaintiff": "云溪公司", "defendant": "青石公司"}
    for text in ("云溪公司起诉青石公司侵犯专利权，胜诉。", "云溪公司起诉青石公司“侵犯专利权”。"):
        assert facts_by(ontology, text) == [asserted("Lawsuit", **wanted, ground="侵犯专利权")]


def test_patterns_role_without_a_class_takes_a_run_up_to_a_mark_or_a_preposition(tmp_path: Path) -> None:
    ontology = with_roles(tmp_path / "a", PLAINTIFF, DEFENDANT)
    (found,) = facts_by(ontology, "会上，云溪甲乙起诉青石丙丁于南京。")
    assert found.roles == {"plaintiff": ["云溪甲乙"], "defendant": ["青石丙丁"]}


def test_patterns_role_with_a_class_takes_no_other(tmp_path: Path) -> None:
    ontology = with_roles(tmp_path / "a", "plaintiff: {stands: before, class: Company}", DEFENDANT)
    assert facts_by(ontology, "云溪县人民医院起诉青石公司。") == []
    assert facts_by(ontology, "云溪甲乙起诉青石公司。") == []
    assert len(facts_by(ontology, "云溪公司起诉青石公司。")) == 1


def test_patterns_ends_are_endings_of_names_of_the_class(tmp_path: Path) -> None:
    role = "plaintiff: {stands: before, class: Company, ends: [号铺]}"
    ontology = with_roles(tmp_path / "a", role, DEFENDANT)
    text = "云溪老号铺近日起诉青石公司。"
    assert facts_by(ontology, text) == [asserted("Lawsuit", plaintiff="云溪老号铺", defendant="青石公司")]
    extraction = Extractor(ontology, read=lambda text, marks: []).extract(Document("a.txt", text))
    assert {e.label: e.cls for e in extraction.entities}["云溪老号铺"] == "Company"


def test_patterns_behind_names_the_preposition(tmp_path: Path) -> None:
    ontology = with_roles(tmp_path / "a", *COMPANIES, "court: {stands: before, behind: [在, 于]}")
    assert facts_by(ontology, "云溪公司在南京市起诉青石公司。") == [
        asserted("Lawsuit", plaintiff="云溪公司", defendant="青石公司", court="南京市")
    ]
    assert facts_by(ontology, "云溪公司从南京市起诉青石公司。") == []


def test_patterns_within_the_sentence_reaches_over_clauses(tmp_path: Path) -> None:
    role = "plaintiff: {stands: before, within: sentence, class: Company}"
    ontology = with_roles(tmp_path / "a", role, DEFENDANT)
    (found,) = facts_by(ontology, "云溪公司拟追究责任，起诉青石公司。")
    assert found == planned("Lawsuit", plaintiff="云溪公司", defendant="青石公司")


def test_patterns_role_of_one_filler_takes_one_of_a_list(tmp_path: Path) -> None:
    one = (
        '[ a owl:Restriction ; owl:onProperty kg:plaintiff ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ]'
    )
    turtle = LAWSUIT.replace("rdfs:subClassOf kg:Fact ;", f"rdfs:subClassOf kg:Fact , {one} ;")
    ontology = with_roles(tmp_path / "a", *COMPANIES, turtle=turtle)
    (found,) = facts_by(ontology, "云溪公司、青石公司起诉张伟。", turtle)
    assert found.roles["plaintiff"] == ["青石公司"]


def test_patterns_need_a_time_that_can_be_put_on_the_calendar(tmp_path: Path) -> None:
    ontology = with_roles(tmp_path / "a", PLAINTIFF, "time: {stands: before}")
    assert facts_by(ontology, "去年云溪公司起诉。") == []  # which year is not known
    assert len(facts_by(ontology, "2021年云溪公司起诉。")) == 1


def test_patterns_take_what_the_reader_found(plain: Ontology) -> None:
    text = "好甲乙丙起诉青石公司。"

    def read(text: str, marks: Marks) -> list[Proposal]:
        filler = ProposedFiller("donor", Span(0, 4), 0.9)
        return [Proposal("Donation", Modality.ASSERTED, Span(4, 6), 0.1, 1.0, (filler,))]

    assert facts_by(plain, text) == []
    (fact,) = Extractor(plain, read=read).extract(Document("a.txt", text)).facts
    (plaintiff,) = fact.roles["plaintiff"]
    assert getattr(plaintiff, "label", "") == "好甲乙丙"


def test_patterns_facts_say_who_found_them_and_where(plain: Ontology) -> None:
    text = "去年，云溪公司\n2021年3月，云溪公司起诉青石公司。"
    (fact,) = Extractor(plain, read=lambda text, marks: []).extract(Document("a.txt", text)).facts
    assert (fact.extractor, fact.confidence) == ("pattern:own", 1.0)
    (evidence,) = fact.evidence
    assert evidence.quote == evidence.span.of(text) == "2021年3月，云溪公司起诉青石公司"
    assert evidence.trigger is not None and evidence.trigger.of(text) == "起诉"
    assert [filler.span.of(text) for filler in evidence.fillers] == ["云溪公司", "青石公司", "2021年3月"]


def test_patterns_leave_out_what_the_ontology_lacks(plain: Ontology) -> None:
    stray = Proposal(
        "Wedding", Modality.ASSERTED, Span(0, 2), 0.9, 1.0, (ProposedFiller("bride", Span(0, 2), 0.9),)
    )
    extractor = Extractor(plain, read=lambda text, marks: [stray])
    assert extractor.extract(Document("a.txt", "云溪公司起诉青石公司。")).facts[0].type == "Lawsuit"


BITS = """起诉 被 由 与 在 向 对 的 和 、 ， 。 （ ） “ ” 《 》 ： A 5 起 了 未 计划 该公司 张伟 云溪公司 南京市 3万元 2021年""".split()  # noqa: SIM905 - thirty quotation marks are no easier to read


@pytest.fixture(scope="module")
def all_slots(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    """An ontology whose pattern has slots of all kinds, loaded once for all examples."""
    roles = (
        "plaintiff: {stands: either, optional: true, within: sentence}",
        "defendant: {stands: between}",
        "court: {stands: before, behind: [在], optional: true}",
        "ground: {stands: after, within: sentence, optional: true}",
        "amount: {stands: either, optional: true}",
        "time: {stands: either, optional: true}",
    )
    folder = tmp_path_factory.mktemp("any") / "a"
    return with_roles(folder, *roles, head="triggers: [被…起诉, 由…起诉, 在…的]")


@settings(max_examples=150, deadline=None)
@given(bits=st.lists(st.sampled_from([*BITS, "\n", "\t", " "]), max_size=40))
def test_patterns_read_any_text(all_slots: Ontology, bits: list[str]) -> None:
    for fact in facts_by(all_slots, "".join(bits)):
        assert fact.roles["defendant"]
