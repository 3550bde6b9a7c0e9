"""Corrections: the file, and what builds make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from facts_samples import said
from reader_samples import tell, told

from kg.building import FACTS, REPORT, TURTLE, build
from kg.corrections import (
    Correction,
    Corrections,
    Statement,
    Verdict,
    Words,
    append,
    parse,
    read,
    take_out,
)  # fmt: skip
from kg.decisions import Decisions
from kg.errors import DecisionError
from kg.pipeline import Extractor
from kg.types import Document, Extraction, Modality

SENTENCE = "远山集团向长河中学捐赠50万元。"
GIFT = Statement(
    "Donation",
    Modality.ASSERTED,
    (("donor", (Words("远山集团"),)), ("recipient", (Words("长河中学", "长河中学位于青石县。"),))),
    trigger="捐赠",
)
WRONG = Correction("a.txt", SENTENCE, Verdict.WRONG, None, GIFT)
ADDED = Correction("a.txt", SENTENCE, Verdict.ADDED, GIFT)


def test_corrections_file_gives_back_what_was_added_and_keeps_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    append(path, (WRONG, ADDED, WRONG))
    assert read(path) == (WRONG, ADDED)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n\n", encoding="utf-8")
    append(path, (WRONG,))
    take_out(path, (WRONG,))
    assert path.read_text(encoding="utf-8") == (
        '{"source": "a.txt", "sentence": "远山集团向长河中学捐赠50万元。", "verdict": "added", '
        '"type": "Donation", "modality": "asserted", "trigger": "捐赠", "roles": {"donor": ["远山集团"], '
        '"recipient": [{"text": "长河中学", "sentence": "长河中学位于青石县。"}]}}\n\n'
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"source": "a", "sentence": "b", "verdict": "maybe"}', "unknown verdict 'maybe'"),
        ('{"source": "a", "sentence": "b", "verdict": "wrong"}', "needs 'was'"),
        ('{"source": "a", "sentence": "b", "verdict": "right", "type": "T", "roles": {}}', "one at least"),
        ('{"source": "a", "verdict": "right"}', "'sentence' must be"),
        ('{"source": "a", "sentence": "b", "verdict": "added", "typ": "T"}', "unknown key 'typ'"),
        (
            '{"source": "a", "sentence": "b", "verdict": "added", "type": "T", "roles": {"r": [3]}}',
            "filler of 'r'",
        ),
    ],
    ids=["json", "list", "verdict", "was", "roles", "sentence", "key", "filler"],
)
def test_corrections_bad_line_is_told_with_its_number(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text(f"{ADDED.line}\n{line}\n", encoding="utf-8")
    with pytest.raises(DecisionError, match=rf"corrections\.jsonl:2: .*{why}"):
        read(path)


def test_corrections_modality_is_asserted_where_it_is_left_out() -> None:
    said = '{"source": "a", "sentence": "b", "verdict": "added", "type": "T", "roles": {"r": ["b"]}}'
    assert parse(said, "x:1").fact.modality is Modality.ASSERTED


# What is made of them.

TEXT = tell(
    "海棠村位于青石县。\n",
    "Donation <donor 远山集团>向<recipient 长河中学>、云岭小学捐赠<amount 50万元>，计划明年再捐80万元。\n",
    "Donation <donor 远山集团>另向<recipient 云岭小学>捐赠<amount 3万元>。",
)
FIRST = "远山集团向长河中学、云岭小学捐赠50万元，计划明年再捐80万元。"
READ = {"donor": ["远山集团"], "recipient": ["长河中学"], "amount": ["50万元"]}
OTHER = ("Donation", "asserted", {"amount": ["30000 CNY"], "donor": ["远山集团"], "recipient": ["云岭小学"]})


def record(verdict: str, sentence: str = FIRST, **keys: Any) -> Correction:
    return parse(json.dumps({"source": "a.txt", "sentence": sentence, "verdict": verdict, **keys}), "x:1")


def fact(roles: Mapping[str, Any], **keys: str) -> dict[str, Any]:
    return {"type": "Donation", "roles": roles, **keys}


def corrected(*corrections: Correction) -> Extraction:
    extraction = told().extract(Document("a.txt", TEXT), corrections)
    for one in extraction.facts:
        for evidence in one.evidence:
            assert evidence.quote == evidence.span.of(TEXT)
    return extraction


def test_corrections_wrong_fact_is_gone_and_its_neighbour_stays() -> None:
    (left,) = corrected(record("wrong", was=fact(READ))).facts
    assert said(left) == OTHER


def test_corrections_wrong_fact_is_found_though_it_is_read_a_little_otherwise_now() -> None:
    before = {**READ, "recipient": ["云岭小学"]}
    assert len(corrected(record("wrong", was=fact({**READ, "time": ["明年"]}))).facts) == 1
    assert len(corrected(record("wrong", was=fact(before))).facts) == 2  # half of it is another fact


def test_corrections_corrected_fact_has_the_values_of_its_words_and_is_sure() -> None:
    now = {"donor": ["远山集团"], "recipient": ["长河中学", "云岭小学"], "amount": ["50万元"]}
    extraction = corrected(record("corrected", was=fact(READ), **fact(now, trigger="捐赠")))
    first, other = extraction.facts
    assert said(first)[2] == {
        "donor": ["远山集团"], "recipient": ["云岭小学", "长河中学"], "amount": ["500000 CNY"]
    }  # fmt: skip
    assert (first.confidence, first.extractor, first.reasons) == (1.0, "person", ("a person decided so",))
    assert first.evidence[0].trigger and first.evidence[0].trigger.of(TEXT) == "捐赠"
    assert (said(other), other.extractor) == (OTHER, "reader")
    assert not extraction.problems


def test_corrections_right_fact_is_sure_and_once() -> None:
    first, _ = corrected(record("right", **fact(READ))).facts
    assert (said(first)[2]["amount"], first.confidence, first.extractor) == (["500000 CNY"], 1.0, "person")


def test_corrections_added_fact_may_take_words_of_another_sentence() -> None:
    elsewhere = {"text": "青石县", "sentence": "海棠村位于青石县。"}
    roles = {"donor": ["远山集团"], "recipient": [elsewhere], "amount": ["80万元"]}
    added = corrected(record("added", **fact(roles, modality="planned"))).facts[0]
    assert said(added) == (
        "Donation", "planned", {"donor": ["远山集团"], "recipient": ["青石县"], "amount": ["800000 CNY"]}
    )  # fmt: skip
    assert TEXT[added.evidence[0].fillers[1].span.start :].startswith("青石县。")


def test_corrections_sentence_is_found_whatever_its_white_space() -> None:
    spaced = record(
        "wrong", sentence="远山集团向长河中学、云岭小学\n  捐赠50万元，计划明年再捐80万元。", was=fact(READ)
    )
    assert len(corrected(spaced).facts) == 1


@pytest.mark.parametrize(
    ("correction", "why"),
    [
        (
            record("added", sentence="这一句不在。", **fact({"amount": ["5元"]})),
            "its sentence is not in the text",
        ),
        (record("added", **fact({"amount": ["50万元#2"]})), "'50万元#2' is not in its sentence"),
        (record("added", **fact({"owner": ["远山集团"]})), "Donation has no role 'owner'"),
        (record("added", type="Gift", roles={"donor": ["远山集团"]}), "the ontology has no fact type 'Gift'"),
    ],
    ids=["sentence", "words", "role", "type"],
)
def test_corrections_without_a_place_are_told(correction: Correction, why: str) -> None:
    extraction = corrected(correction)
    assert len(extraction.facts) == 2
    (problem,) = extraction.problems
    assert problem.message.startswith(f"correction without a place, {why} (added ")


def test_corrections_words_that_are_no_value_are_told_and_the_rest_holds() -> None:
    extraction = corrected(record("added", **fact({"donor": ["长河中学"], "amount": ["云岭小学"]})))
    assert ["长河中学"] in [said(one)[2]["donor"] for one in extraction.facts]
    (problem,) = extraction.problems
    assert problem.message == "correction of a Donation: '云岭小学' cannot be its amount, and was left out"


# What builds make of them.


def test_corrections_builds_read_again_the_sources_that_they_are_of(
    tmp_path: Path, extractor: Extractor
) -> None:
    documents = [Document(name, TEXT) for name in ("a.txt", "b.txt")]

    def made(folder: str, *corrections: Correction) -> list[str]:
        decisions = Decisions(corrections=Corrections(corrections))
        report = build(
            documents, tmp_path / folder, extractor.ontology, extractor=extractor, decisions=decisions
        )
        return report.read

    def files(folder: str) -> dict[str, bytes]:
        return {name: (tmp_path / folder / name).read_bytes() for name in (TURTLE, FACTS, REPORT)}

    lost = parse(record("wrong", was=fact(READ)).line.replace("a.txt", "gone.txt"), "corrections.jsonl:2")
    wrong = record("wrong", was=fact(READ))
    assert made("out") == ["a.txt", "b.txt"]
    before = files("out")
    assert made("out", wrong, lost) == ["a.txt"]
    assert made("out", wrong, lost) == []
    assert made("new", wrong, lost) == ["a.txt", "b.txt"]
    assert files("out") == files("new")
    report = (tmp_path / "out" / REPORT).read_text(encoding="utf-8")
    assert "corrections.jsonl:2  correction without a place, its source is not there" in report
    assert made("out") == ["a.txt"]
    assert files("out") == before
