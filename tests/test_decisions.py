"""Decisions: what they do to a graph, how they are undone, and what is said of a wrong file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_samples import tell

from kg.building import FACTS, REPORT, STORE, TURTLE, build, remove
from kg.decisions import NONE, Decisions, append_decision, load_decisions
from kg.errors import DecisionError
from kg.graph import read_entities
from kg.iris import DEFAULT_BASE
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.store import open_store
from kg.types import Document, Entity

TEXTS = {
    "a.txt": tell(
        "Donation <time 2021年3月>，<donor 四川明远有限公司>向<recipient 青石镇中心小学>捐赠图书经费<amount 20万元>。",
        "Position <person 张伟>任<organization 云溪县财政局><position 局长>。\n",
    ),
    "b.txt": tell(
        "Donation <time 2021年3月>，<donor 明远公司>向<recipient 青石镇中心小学>捐赠图书经费<amount 20万元>。\n"
    ),
    "c.txt": tell(
        "Position <organization 甘霖集团><position 董事长><person* 张伟>",
        "Donation 捐赠<amount 5万元>。",
        "Donation <time 2022年>，<donor 明远公司>捐赠<amount 3万元>。\n",
    ),
}
FULL, SHORT = "Organization/四川明远有限公司", "Organization/明远公司"
LINES = (
    "- merge: [四川明远有限公司, 明远公司]\n  class: Company\n",
    f"- merge: [{FULL}, Organization/甘霖集团]\n",
    "- split: 明远公司\n  in: [c.txt]\n  as: 绵阳明远公司\n",
    "- rename: 甘霖集团\n  to: 甘霖\n  en: Ganlin\n",
    "- rename: 绵阳明远公司\n  en: Mianyang Mingyuan\n",
    "- wrong: {source: b.txt, quote: 20万元, type: Donation}\n",
    "- merge: [{name: 张伟, class: Person}]\n",
    "- apart: [四川明远有限公司, 明远公司]\n",
)


def decided(folder: Path, text: str, ontology: Ontology) -> Decisions:
    path = folder / "decisions.yaml"
    path.write_text(text, encoding="utf-8")
    return load_decisions(path, ontology)


def built(folder: Path, decisions: Decisions, extractor: Extractor, names: Sequence[str] = ()) -> Path:
    documents = [Document(name, TEXTS[name]) for name in names or TEXTS]
    build(documents, folder, extractor.ontology, decisions=decisions, extractor=extractor)
    return folder


def entities(folder: Path, ontology: Ontology) -> dict[str, Entity]:
    with open_store(folder / STORE, read_only=True) as store:
        return {e.iri.removeprefix(DEFAULT_BASE): e for e in read_entities(store, ontology.vocabulary)}


def facts(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FACTS).read_text(encoding="utf-8").splitlines()]


def made(tmp_path: Path, text: str, extractor: Extractor) -> Path:
    return built(tmp_path / "out", decided(tmp_path, text, extractor.ontology), extractor)


def test_decisions_merge_makes_one_node_and_one_fact_of_two_evidences(
    tmp_path: Path, extractor: Extractor
) -> None:
    before = facts(built(tmp_path / "before", NONE, extractor))
    folder = made(tmp_path, LINES[0], extractor)
    one = entities(folder, extractor.ontology)
    assert one[FULL].aliases == ("明远公司",) and SHORT not in one
    joined = [fact for fact in facts(folder) if len(fact["evidence"]) == 2]
    assert [e["source"] for e in joined[0]["evidence"]] == ["a.txt", "b.txt"]
    assert len(facts(folder)) == len(before) - 1
    for fact in facts(folder):
        for evidence in fact["evidence"]:
            assert TEXTS[evidence["source"]][evidence["start"] : evidence["end"]] == evidence["quote"]


def test_decisions_split_gives_the_name_in_some_sources_another_thing(
    tmp_path: Path, extractor: Extractor
) -> None:
    found = entities(made(tmp_path, LINES[2], extractor), extractor.ontology)
    assert found["Organization/绵阳明远公司"].aliases == ("明远公司",)
    assert found[SHORT].label == "明远公司"


def test_decisions_rename_keeps_the_node_and_its_old_name(tmp_path: Path, extractor: Extractor) -> None:
    found = entities(made(tmp_path, LINES[3], extractor), extractor.ontology)
    renamed = found["Organization/甘霖集团"]
    assert (renamed.label, renamed.english, renamed.aliases) == ("甘霖", "Ganlin", ("甘霖集团",))


def test_decisions_wrong_fact_is_left_out_and_told(tmp_path: Path, extractor: Extractor) -> None:
    folder = made(tmp_path, LINES[5], extractor)
    assert not [f for f in facts(folder) if f["evidence"][0]["source"] == "b.txt"]
    assert "Donation left out, decided to be wrong: " in (folder / REPORT).read_text(encoding="utf-8")


def test_decisions_wrong_fact_may_be_named_by_its_iri(tmp_path: Path, extractor: Extractor) -> None:
    wrong = facts(built(tmp_path / "before", NONE, extractor))[0]["id"]
    left = [fact["id"] for fact in facts(made(tmp_path, f"- wrong: {wrong}\n", extractor))]
    assert left and wrong not in left


def test_decisions_one_name_merged_is_one_person_wherever(tmp_path: Path, extractor: Extractor) -> None:
    before = entities(built(tmp_path / "before", NONE, extractor), extractor.ontology)
    assert len([iri for iri in before if iri.startswith("Person/张伟@")]) == 2
    assert "Person/张伟" in entities(made(tmp_path, LINES[6], extractor), extractor.ontology)


def test_decisions_that_meet_nothing_are_told_with_their_line(tmp_path: Path, extractor: Extractor) -> None:
    report = (made(tmp_path, "# \n- rename: 无此公司\n  to: 甲\n", extractor) / REPORT).read_text(
        encoding="utf-8"
    )
    assert "decisions.yaml:2" in report and "this rename meets nothing" in report


def test_decisions_of_others_leave_a_source_unread(tmp_path: Path, extractor: Extractor) -> None:
    folder = built(tmp_path / "out", NONE, extractor)
    documents = [Document(name, text) for name, text in TEXTS.items()]
    decisions = decided(tmp_path, LINES[3], extractor.ontology)
    again = build(documents, folder, extractor.ontology, decisions=decisions, extractor=extractor)
    assert again.read == ["c.txt"]
    assert not build(documents, folder, extractor.ontology, decisions=decisions, extractor=extractor).read
    assert build(documents, folder, extractor.ontology, extractor=extractor).read == ["c.txt"]


FILES = st.lists(st.sampled_from(range(len(LINES))), unique=True, max_size=5)
STEP = st.tuples(FILES, st.sets(st.sampled_from(sorted(TEXTS)), min_size=1).map(sorted))


@settings(
    max_examples=int(os.environ.get("KG_EXAMPLES", "8")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=2, max_size=4))
def test_decisions_in_any_order_give_what_a_build_from_nothing_gives(
    extractor: Extractor, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[int], list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("decided")
    for lines, names in steps:
        text = "".join(LINES[line] for line in lines)
        decisions = decided(folder, text, extractor.ontology)
        built(folder / "changed", decisions, extractor, names)
    new = built(folder / "new", decisions, extractor, names)
    for name in (TURTLE, FACTS, REPORT):
        assert (folder / "changed" / name).read_bytes() == (new / name).read_bytes(), (name, steps)


def test_decisions_stay_when_a_source_is_removed(tmp_path: Path, extractor: Extractor) -> None:
    decisions = decided(tmp_path, LINES[0], extractor.ontology)
    folder = built(tmp_path / "out", decisions, extractor)
    remove(["b.txt"], folder, extractor.ontology, decisions=decisions)
    new = built(tmp_path / "new", decisions, extractor, ("a.txt", "c.txt"))
    assert (folder / TURTLE).read_bytes() == (new / TURTLE).read_bytes()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("merge: [甲, 乙]\n", 1, "a decisions file is a list"),
        ("# \n- join: [甲, 乙]\n", 2, "an entry says one of merge, split, rename, apart, wrong"),
        ("- merge: [甲, 乙]\n", 1, "say of what class"),
        ("- merge: [甲, 乙]\n  class: Companny\n", 1, "unknown class 'Companny'"),
        ("- rename: 甲\n", 1, "a rename says the new name"),
        ("- rename: 甲\n  too: 乙\n", 2, "unknown key 'too' of rename"),
        ("- split: 甲\n  as: 乙\n", 1, "in which sources"),
        ("- wrong: {source: a.txt}\n", 1, "a wrong fact is its IRI"),
        ("- apart: [甲, 乙]\n- apart: [甲, 乙]\n", 2, "stands at"),
        ("- apart: [甲,\n", 2, "not valid YAML"),
        ("- merge: ['https://example.org/甲 乙', 甲]\n", 1, "is no IRI: ' '"),
        ("- rename: Person/甲|乙\n  to: 丙\n", 1, "is no IRI"),
        ("# \n- wrong: fact/<1>\n", 2, "is no IRI: '<'"),
        ("- apart: [甲, {id: 'https://example.org/%zz'}]\n", 1, "is no IRI"),
    ],
)
def test_decisions_file_error_names_the_line(
    tmp_path: Path, ontology: Ontology, text: str, line: int, said: str
) -> None:
    with pytest.raises(DecisionError, match=rf"decisions\.yaml:{line}: .*{said}"):
        decided(tmp_path, text, ontology)


def test_decisions_are_added_below_what_stands_there(tmp_path: Path, ontology: Ontology) -> None:
    path = tmp_path / "decisions.yaml"
    append_decision(path, "- apart: [甲, 乙]", "seen\nin a.txt")
    append_decision(path, "- apart: [甲, 丙]")
    text = path.read_text(encoding="utf-8")
    assert text.endswith("# seen in a.txt\n- apart: [甲, 乙]\n- apart: [甲, 丙]\n")
    assert [decision.where.rpartition(":")[2] for decision in load_decisions(path, ontology)] == ["3", "4"]
