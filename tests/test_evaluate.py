"""The score: the rules of facts.md, and the same figures as the project's score.py where that is at hand."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from kg.errors import SourceError
from kg.evaluate import Score, evaluate
from kg.gold import gold_from_json, predicted_from_json, read_gold

SHARED = Path(__file__).resolve().parents[2] / "shared"


def fact(kind: str = "Gift", modality: str = "asserted", /, **roles: list[Any]) -> dict[str, Any]:
    return {"type": kind, "modality": modality, "roles": roles}


def entity(name: str, *aliases: str) -> dict[str, Any]:
    return {"entity": name, "aliases": list(aliases)}


def money(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "CNY", "text": f"{value}元", "bound": "exact"}


def score(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> Score:
    return evaluate(
        [("page", [gold_from_json(g) for g in gold], [predicted_from_json(p) for p in predicted])]
    )


def figures(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> tuple[int, int, int]:
    total = score(gold, predicted).total
    return total.agreeing, total.predicted, total.gold


@pytest.mark.parametrize(
    ("gold", "predicted", "agrees"),
    [
        pytest.param(
            ["甲镇政府", "甲镇"], entity("甲镇人民政府", "甲镇"), True, id="an alias is an accepted name"
        ),
        pytest.param(["甲镇"], entity("甲镇政府"), False, id="a name is met whole"),
        pytest.param(["“Ａ计划”"], entity("a计划"), True, id="width, case and quotes are ignored"),
        pytest.param(["甲镇"], {"text": "甲镇"}, True, id="an entity is met by a text that is its name"),
        pytest.param({"value": 50000, "unit": "CNY"}, money(5e4), True, id="equal value and unit"),
        pytest.param({"value": 50000, "unit": "USD"}, money(5e4), False, id="another unit"),
        pytest.param({"value": 50000}, money(5e4), True, id="no unit asked for"),
        pytest.param({"value": 3}, {"text": "3"}, False, id="a text is no number"),
        pytest.param({"edtf": ["2020", "2020-05"]}, {"edtf": "2020-05"}, True, id="one of the times"),
        pytest.param({"edtf": "2020"}, {"edtf": "2020-05"}, False, id="another time"),
        pytest.param("培训护士", {"text": "护士"}, True, id="one text holds the other"),
        pytest.param("护", {"text": "培训护士"}, False, id="one character is not enough"),
        pytest.param("甲乙丙丁戊", {"text": "己乙丙丁庚"}, True, id="three in five shared"),
        pytest.param("甲乙丙丁戊", {"text": "己乙丙辛庚"}, False, id="two in five shared"),
        pytest.param("护士班", entity("甲班", "护士"), True, id="a text is met by an entity's alias"),
    ],
)
def test_evaluate_filler_agrees_as_facts_md_says(gold: Any, predicted: dict[str, Any], agrees: bool) -> None:
    expected = (3, 3, 3) if agrees else (2, 3, 3)
    anchor = money(1)
    assert figures([fact(a=[anchor], b=[gold])], [fact(a=[anchor], b=[predicted])]) == expected


def test_evaluate_missed_and_spurious_facts_count_with_all_their_fillers() -> None:
    result = score([fact(a=[["甲"], ["乙"]])], [fact(a=[entity("丙")], b=[money(1), money(2)])])
    assert (result.total.agreeing, result.total.predicted, result.total.gold) == (0, 4, 3)
    assert [difference.kind for difference in result.differences] == ["missed", "spurious"]


def test_evaluate_modality_must_be_the_same() -> None:
    assert figures([fact(a=[["甲"]])], [fact("Gift", "planned", a=[entity("甲")])]) == (0, 2, 2)


def test_evaluate_best_pair_is_aligned_first() -> None:
    gold = [fact(a=[["甲"]], b=[{"value": 1}]), fact(a=[["甲"]], b=[{"value": 2}])]
    assert figures(gold, [fact(a=[entity("甲")], b=[money(2)])]) == (3, 3, 6)


def test_evaluate_optional_fact_and_filler_and_roles_are_without_effect() -> None:
    gold = [
        fact(a=[["甲"], {"names": ["乙"], "optional": True}]),
        {**fact("Visit", a=[["丙"]]), "optional": True},
        {**fact(a=[["丁"]], place=[["戊"]]), "optional_roles": ["place"]},
    ]
    found = [
        fact(a=[entity("甲"), entity("乙")]),
        fact("Visit", a=[entity("丙")]),
        fact(a=[entity("丁")], place=[entity("己")]),
    ]
    assert (
        figures(gold, found) == figures(gold, [fact(a=[entity("甲")]), fact(a=[entity("丁")])]) == (4, 4, 4)
    )


def test_evaluate_role_and_document_and_confusion_are_told() -> None:
    result = score([fact(a=[["甲"]], b=[{"value": 7}])], [fact("Grant", c=[entity("甲")])])
    assert result.confusion == {("Gift", "Grant"): 1}
    assert result.by_role["Gift", "b"].gold == 1
    assert (result.by_document["page"].predicted, result.by_document["page"].gold) == (2, 3)


def test_evaluate_nothing_against_nothing_is_zero() -> None:
    assert score([], []).total.f1 == 0.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "not a fact"),
        ('{"type": "Gift"}', "not a fact"),
        ('{"type": "G", "roles": {"a": [[]]}}', "without a name"),
    ],
)
def test_evaluate_bad_gold_line_is_named(here: Path, line: str, message: str) -> None:
    (here / "g.jsonl").write_text(f"{json.dumps(fact())}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"^g\.jsonl:3: .*{message}"):
        read_gold(Path("g.jsonl"))


@pytest.fixture(scope="module")
def original() -> Any:
    """The project's score.py, which sets the figures."""
    if not (SHARED / "score.py").exists():
        pytest.skip("no ../shared/score.py here")
    spec = importlib.util.spec_from_file_location("original_score", SHARED / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def original_figures(
    original: Any, gold: list[Any], predicted: list[Any]
) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    detail: list[Any] = []
    original.score(gold, predicted, tally, detail)
    return {kind: tuple(map(int, t)) for kind, t in tally.items()}, sorted(kind for kind, _, _ in detail)


def our_figures(gold: list[Any], predicted: list[Any]) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    result = score(gold, predicted)
    by_type = {kind: (t.agreeing, t.predicted, t.gold) for kind, t in result.by_type.items()}
    return by_type, sorted(d.kind for d in result.differences)


def random_gold(choice: random.Random) -> dict[str, Any]:
    def filler() -> Any:
        made: Any = choice.choice(
            [["甲镇", "甲"], ["乙村"], {"names": ["丙"]}, {"value": choice.randint(1, 3), "unit": "CNY"}, {"value": 2},
             {"edtf": ["2020", "2021"]}, {"edtf": "2020"}, {"text": ["护士培训", "培训"]}, "电商培训", {"text": "甲镇医院"}]
        )  # fmt: skip
        return {**made, "optional": True} if isinstance(made, dict) and choice.random() < 0.3 else made

    made = fact(choice.choice("XY"), choice.choice(["asserted", "planned"]))
    made["roles"] = {
        role: [filler() for _ in range(choice.randint(1, 3))]
        for role in choice.sample("abc", choice.randint(0, 3))
    }
    if choice.random() < 0.2:
        made["optional"] = True
    if choice.random() < 0.4:
        made["optional_roles"] = choice.sample("abc", choice.randint(1, 2))
    return made


def random_prediction(choice: random.Random) -> dict[str, Any]:
    fillers = [entity("甲镇", "甲"), entity("甲镇医院"), entity("乙村"), money(1), money(2), {"edtf": "2020", "text": "2020年"},
               {"text": "培训"}, {"text": "电商培训班"}, {"text": "丙"}]  # fmt: skip
    made = fact(choice.choice("XY"), choice.choice(["asserted", "planned"]))
    made["roles"] = {
        role: choice.choices(fillers, k=choice.randint(1, 3))
        for role in choice.sample("abc", choice.randint(0, 3))
    }
    return made


def test_evaluate_gives_the_figures_of_score_py_on_made_up_facts(original: Any) -> None:
    for seed in range(100):
        choice = random.Random(seed)
        gold = [random_gold(choice) for _ in range(choice.randint(0, 9))]
        predicted = [random_prediction(choice) for _ in range(choice.randint(0, 9))]
        assert our_figures(gold, predicted) == original_figures(original, gold, predicted), seed


def test_evaluate_gives_the_figures_of_score_py_on_real_gold(original: Any) -> None:
    choice = random.Random(0)
    for path in sorted((SHARED / "dev").glob("*.gold.jsonl")):
        gold = original.load(path)
        predicted = [as_prediction(g) for g in gold if choice.random() < 0.8]
        for one, other in zip(predicted[::4], predicted[1::4], strict=False):
            one["roles"], other["roles"] = {**one["roles"], **other["roles"]}, one["roles"]
        assert our_figures(gold, predicted) == original_figures(original, gold, predicted), path.name


def as_prediction(gold: dict[str, Any]) -> dict[str, Any]:
    def filler(wanted: Any) -> dict[str, Any]:
        names = (
            wanted if isinstance(wanted, list) else wanted.get("names") if isinstance(wanted, dict) else None
        )
        if names:
            return entity(*names)
        if isinstance(wanted, str):
            return {"text": wanted}
        return {key: value[0] if isinstance(value, list) else value for key, value in wanted.items()}

    return {**gold, "roles": {role: [filler(x) for x in fillers] for role, fillers in gold["roles"].items()}}
