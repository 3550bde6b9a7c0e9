"""`kg review`: what is proposed as one thing, what is not, and how it is decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from reader_samples import tell

from kg.building import build
from kg.cli import run
from kg.decisions import NONE, Decisions, Kind, load_decisions
from kg.iris import entity_iri, name_key
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.review import Candidate, Proposal, propose
from kg.types import Document


def node(ontology: Ontology, name: str, cls: str, within: str = "", source: str = "") -> Candidate:
    root = ontology.vocabulary.root(cls)
    iri = entity_iri(ontology.base, name, root, within)
    return Candidate(iri, name, cls, root, name_key(name), frozenset(), (source or f"{iri}.txt",))


def said(proposals: list[Proposal]) -> list[tuple[str, set[str]]]:
    return [(proposal.reason, {member.label for member in proposal.members}) for proposal in proposals]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("四川明远有限公司", "Company"), ("明远公司", "Company"), "short for the other"),
        (("四川明远有限公司", "Company"), ("明远", "Company"), "short for the other"),
        (("明远集团", "Company"), ("明远", "Organization"), "short for the other"),
        (("四川明远有限公司", "Company"), ("湖南明远有限公司", "Company"), None),
        (("四川明远有限公司", "Company"), ("四川明运有限公司", "Company"), "one character apart"),
        (("临洮县第一中学", "School"), ("临洮县第二中学", "School"), None),
        (("东湖", "Place"), ("东湖", "Company"), "one name, other classes"),
        (("南京市鼓楼区教育局", "Government"), ("鼓楼区教育局", "Government"), "short for the other"),
        (("张伟", "Person", "division/621124"), ("张伟", "Person", "source/b.txt"), "persons of one name"),
        (
            ("县医院", "Hospital", "source/a.txt"),
            ("县医院", "Hospital", "source/b.txt"),
            "one name, a place unknown",
        ),
        (
            ("鼓楼区教育局", "Government", "division/320106"),
            ("鼓楼区教育局", "Government", "division/350102"),
            None,
        ),
        (("瑞华基金会", "SocialOrganization"), ("瑞华公司", "Company"), None),
        (("学校", "School"), ("某某学校", "School"), None),
    ],
)
def test_review_proposes(
    ontology: Ontology, one: tuple[str, ...], other: tuple[str, ...], reason: str | None
) -> None:
    found = propose([node(ontology, *one), node(ontology, *other)], ontology, NONE)
    assert [p.reason for p in found] == ([reason] if reason else [])


def test_review_of_namesakes_in_many_sources_is_one_proposal(ontology: Ontology) -> None:
    people = [node(ontology, "张伟", "Person", f"source/{i}.txt") for i in range(200)]
    (proposal,) = propose(people, ontology, NONE)
    assert len(proposal.members) == 200


def test_review_puts_names_that_one_source_has_both_of_below(ontology: Ontology) -> None:
    apart = [node(ontology, name, "Company", source=name) for name in ("四川明远有限公司", "明远公司")]
    together = [node(ontology, name, "Company", source="a.txt") for name in ("四川甘霖有限公司", "甘霖公司")]
    found = propose([*apart, *together], ontology, NONE)
    assert said(found)[0][1] == {"四川明远有限公司", "明远公司"} and found[0].score > found[1].score


@pytest.mark.parametrize("kind", [Kind.APART, Kind.MERGE])
def test_review_leaves_out_what_is_decided(tmp_path: Path, ontology: Ontology, kind: Kind) -> None:
    people = [node(ontology, "张伟", "Person", within) for within in ("source/a.txt", "source/b.txt")]
    (proposal,) = propose(people, ontology, NONE)
    decisions = lines(tmp_path, proposal.line(kind, ontology.base), ontology)
    assert propose(people, ontology, decisions) == []
    third = node(ontology, "张伟", "Person", "source/c.txt")
    (left,) = propose([*people, third], ontology, decisions)
    assert third in left.members


def test_review_lines_are_yaml_whatever_a_name_holds(tmp_path: Path, ontology: Ontology) -> None:
    odd = "- {a: b}, [c] #d '\"\u2028\u202e@"
    people = [node(ontology, odd, "Person", within) for within in ("source/a b,c.txt", "Organization/甲: 乙")]
    (proposal,) = propose(people, ontology, NONE)
    decisions = lines(tmp_path, proposal.line(Kind.APART, ontology.base), ontology)
    assert {thing.iri for decision in decisions for thing in decision.things} == {p.iri for p in people}


def lines(folder: Path, text: str, ontology: Ontology) -> Decisions:
    path = folder / "decisions.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    return load_decisions(path, ontology)


@pytest.fixture
def built(extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    texts = {
        "a.txt": tell("Donation <time 2021年>，<donor 四川明远有限公司>捐赠<amount 20万元>。\n"),
        "b.txt": tell("Donation <time 2022年>，<donor 明远公司>捐赠<amount 3万元>。\n"),
    }
    documents = [Document(name, text) for name, text in texts.items()]
    build(documents, tmp_path / "out", extractor.ontology, extractor=extractor)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def test_review_command_shows_both_sides_and_takes_down_a_decision(
    built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", "--format", "json"]) == 0
    record = json.loads(capfd.readouterr().out)
    assert [(m["source"], m["quote"]) for m in record["members"]] == [
        ("a.txt", "2021年，四川明远有限公司捐赠20万元"),
        ("b.txt", "2022年，明远公司捐赠3万元"),
    ]
    assert run(["review", "--join", record["key"]]) == 0
    assert (built / "decisions.yaml").read_text(encoding="utf-8").splitlines()[1:] == [
        "# short for the other: 四川明远有限公司 / 明远公司",
        record["join"],
    ]
    capfd.readouterr()
    assert run(["review"]) == 0
    assert capfd.readouterr().err == "nothing to review\n"


def test_review_unknown_key_is_one_line_and_writes_nothing(
    built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", "--apart", "zzzzz"]) == 2
    assert capfd.readouterr().err == "kg: zzzzz: nothing to review has this key; `kg review` lists them\n"
    assert not (built / "decisions.yaml").exists()
