"""Confidence: what is weighed and told, weights that are checked, and facts that are too doubtful to keep."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kg.confidence import Weighed, weighed
from kg.errors import OntologyError
from kg.gold import gold_from_json, predicted_from_json
from kg.ontology import load_ontology
from kg.ontology.confidence import REASONS, Confidence, load_confidence
from kg.pipeline import Extractor
from kg.resources import ontology_dir
from kg.types import Document, Fact
from scripts.calibrate import Sample, as_yaml, bare_extractor, fit, labels, regress

TYPES = ["Gift", "Sale"]
GIFT = "2021年3月5日，东昌府区向延川县捐赠50万元。"


@cache
def bare() -> Extractor:
    return bare_extractor(load_ontology(ontology_dir()))


def reasons_in(text: str) -> set[str]:
    facts = bare().extract(Document("page.txt", text)).facts
    assert facts, text
    return set(facts[-1].reasons)


# --- weighing ------------------------------------------------------------------------------------


def test_confidence_is_the_logistic_of_what_holds_and_tells_the_strongest_first() -> None:
    model = Confidence(
        base=1.0, reasons={"carried": -1.0, "planned": 0.5, "common": 0.01}, types={"Gift": 0.0}
    )
    found = weighed(model, "Gift", frozenset(["carried", "planned", "common"]))
    assert found == Weighed(0.62, ("subject from a clause before −0.19", "a plan +0.12"))


def test_confidence_of_a_type_is_told_with_its_name() -> None:
    model = Confidence(base=0.0, types={"Gift": 2.0})
    assert weighed(model, "Gift", frozenset()) == Weighed(0.88, ("Gift facts in general +0.38",))
    assert weighed(model, "Sale", frozenset()) == Weighed(0.5, ())


@pytest.mark.parametrize("base", [-5000.0, 5000.0])
def test_confidence_stays_between_nought_and_one(base: float) -> None:
    assert weighed(Confidence(base=base), "Gift", frozenset()).confidence in (0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "holds", "not_holds"),
    [
        (GIFT, {"figure-after"}, {"carried", "planned", "undated", "common", "reference"}),
        ("东昌府区向延川县捐赠50万元。", {"undated"}, {"planned"}),
        ("东昌府区计划向延川县捐赠50万元。", {"planned"}, {"carried"}),
        ("东昌府区高度重视此事，已向延川县捐赠50万元。", {"carried"}, {"far"}),
        ("东昌府区与延川县结对。前者向后者捐赠50万元。", {"reference"}, set()),
    ],
    ids=["plain", "undated", "planned", "carried", "reference"],
)
def test_confidence_sees_what_raises_and_lowers_it(text: str, holds: set[str], not_holds: set[str]) -> None:
    found = reasons_in(text)
    assert holds <= found <= set(REASONS)
    assert not not_holds & found


# --- the threshold -------------------------------------------------------------------------------


def test_confidence_below_the_threshold_is_kept_out_and_reported() -> None:
    ontology = load_ontology(ontology_dir())
    strict = replace(ontology, confidence=Confidence(threshold=0.8, base=0.0, reasons={"figure-after": 1.0}))
    extraction = Extractor(strict).extract(Document("page.txt", GIFT))
    assert extraction.facts == () and extraction.entities == ()
    (problem,) = extraction.problems
    said = r"\w+ left out, confidence 0\.73 below 0\.80 \(a figure right behind the trigger \+0\.23\): (.*)"
    match = re.fullmatch(said, problem.message)
    assert match is not None and match.group(1) in GIFT


def test_confidence_of_every_fact_has_two_decimals_and_keeps_the_threshold() -> None:
    ontology = load_ontology(ontology_dir())
    facts: tuple[Fact, ...] = Extractor(ontology).extract(Document("page.txt", GIFT)).facts
    assert facts
    for fact in facts:
        assert ontology.confidence.threshold <= fact.confidence <= 1
        assert round(fact.confidence, 2) == fact.confidence


# --- the file ------------------------------------------------------------------------------------


def load(folder: Path, text: str) -> Confidence:
    path = folder / "confidence.yaml"
    path.write_text(text, encoding="utf-8")
    return load_confidence(path, TYPES)


def test_confidence_without_a_file_is_the_same_for_every_fact(tmp_path: Path) -> None:
    model = load_confidence(tmp_path / "confidence.yaml", TYPES)
    assert weighed(model, "Gift", frozenset(REASONS)) == Weighed(0.95, ())
    assert model.threshold == 0


def test_confidence_reads_threshold_base_reasons_and_types(tmp_path: Path) -> None:
    text = "threshold: 0.3\nbase: 1\nreasons:\n  carried: -0.5\ntypes:\n  Gift: 0.25\n"
    assert load(tmp_path, text) == Confidence(0.3, 1.0, {"carried": -0.5}, {"Gift": 0.25})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "base: 1\nreasons:\n  carrried: -0.5\n",
            r":3: unknown name 'carrried' under reasons; did you mean 'carried'",
        ),
        ("base: 1\ntypes:\n  Gist: 1\n", r":3: unknown name 'Gist' under types; did you mean 'Gift'"),
        ("base: 1\nreasons:\n  carried: much\n", r":3: carried: expected a number, found 'much'"),
        ("base: .nan\n", r":1: base: expected a number"),
        ("threshold: 0.2\n", r":1: base: expected a number, found None"),
        ("base: 1\nthreshold: 20\n", r":2: threshold 20.0 is not between 0 and 1"),
        ("base: 1\nreason: {}\n", r":2: unknown key 'reason'; did you mean 'reasons'"),
        ("base: 1\nreasons: [carried]\n", r":2: reasons: expected names with weights"),
        ("- 1\n", r":1: expected the keys"),
    ],
    ids=["reason", "type", "word", "nan", "no base", "threshold", "key", "list", "no mapping"],
)
def test_confidence_file_with_a_fault_is_an_error_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OntologyError, match=r"confidence\.yaml" + said):
        load(tmp_path, text)


# --- fitting -------------------------------------------------------------------------------------


def samples(reasons: set[str], right: int, wrong: int) -> list[Sample]:
    held = frozenset(reasons)
    return [Sample("Gift", held, True)] * right + [Sample("Gift", held, False)] * wrong


def test_confidence_weights_follow_what_was_right_and_are_the_same_each_time(tmp_path: Path) -> None:
    seen = [*samples(set(), 900, 100), *samples({"carried"}, 500, 500)]
    model = fit(seen, 0.2)
    assert model == fit(seen, 0.2)
    assert model.reasons["carried"] < -1.5 and model.reasons["planned"] == 0
    assert weighed(model, "Gift", frozenset()).confidence == pytest.approx(0.9, abs=0.03)
    assert weighed(model, "Gift", frozenset(["carried"])).confidence == pytest.approx(0.5, abs=0.03)
    assert load(tmp_path, as_yaml(model, seen)) == model


def test_confidence_base_alone_is_the_share_that_is_right() -> None:
    (base,) = regress(np.ones((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]))
    assert base == pytest.approx(np.log(3), abs=1e-4)


def test_confidence_labels_want_every_filler_right_and_leave_optional_gold_out() -> None:
    def gift(giver: str, value: int) -> dict[str, object]:
        return {"giver": [{"entity": giver}], "sum": [{"value": value, "unit": "CNY"}]}

    def gold(giver: str, value: int, **more: bool) -> dict[str, object]:
        roles = {"giver": [[giver]], "sum": [{"value": value, "unit": "CNY"}], "when": [{"edtf": "2020"}]}
        return {"type": "Gift", "roles": roles, **more}

    wanted = [gold("东昌府区", 5), gold("延川县", 7), gold("青石镇", 9, optional=True)]
    said = [gift("东昌府区", 5), gift("延川县", 8), gift("青石镇", 9), gift("云溪县", 1)]
    found = labels(
        [gold_from_json(fact) for fact in wanted],
        [predicted_from_json({"type": "Gift", "roles": roles}) for roles in said],
    )
    assert list(found) == [True, False, None, False]
