"""The score: the rules of facts.md, and the same figures as the project's score.py where that is at hand."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from kg.cli import run
from kg.errors import SourceError
from kg.evaluate import Score, Tally, WholeTally, evaluate, sums
from kg.gold import genre_of, gold_from_json, predicted_from_json, read_genres, read_gold
from scripts.evaluate import first_look
from scripts.evaluate import row as evaluation_row

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
    result = score([], [])
    assert (result.total.f1, result.whole.clean_share, result.whole.found_share) == (0.0, 0.0, 0.0)


def test_evaluate_whole_facts_are_counted_both_ways() -> None:
    gold = [
        fact(a=[["甲"]], b=[{"value": 1}, {"edtf": "2020", "optional": True}]),
        fact(a=[["乙"]], b=[{"value": 2}]),
        fact("Visit", a=[["丙"]]),
        {**fact("Visit", a=[["丁"]]), "optional": True},
        {**fact("Visit", place=[["戊"]], a=[["己"]]), "optional_roles": ["place"]},
    ]
    found = [
        fact(a=[entity("甲")], b=[money(1)]),  # whole
        fact(a=[entity("乙")]),  # clean
        fact("Visit", a=[entity("丙"), entity("庚")]),  # wrong
        fact("Visit", a=[entity("丁")]),  # without effect
        fact("Visit", place=[entity("戊")]),  # agrees in nothing that counts
    ]
    result = score(gold, found)
    assert result.whole == WholeTally(predicted=4, clean=2, whole=1, gold=4)
    assert result.whole_by_type == {"Gift": WholeTally(2, 2, 1, 2), "Visit": WholeTally(2, 0, 0, 2)}
    assert result.whole_by_document == {"page": result.whole}
    assert (result.whole.clean_share, result.whole.found_share) == (0.5, 0.25)


def test_evaluate_documents_add_up_to_genres(here: Path) -> None:
    Path("g.tsv").write_text("r1\tnews\t2008\nr2\tnews\n", encoding="utf-8")
    genres = read_genres(Path("g.tsv"))
    tallies = {"r1": Tally(1, 2, 3), "r2": Tally(1, 1, 1), "wa1": Tally(0, 1, 0)}
    by_genre = sums(tallies, lambda document: genre_of(document, genres))
    assert by_genre == {"news": Tally(2, 3, 4), "wa": Tally(0, 1, 0)}
    assert tallies["r1"] == Tally(1, 2, 3)


def test_evaluate_genre_without_tab_is_named(here: Path) -> None:
    Path("g.tsv").write_text("r1\tnews\nr2 news\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^g\.tsv:2: give a document, a tab"):
        read_genres(Path("g.tsv"))


@pytest.fixture
def corpus(here: Path) -> Path:
    """Two annotated documents, one of them of a listed genre, and the facts of a build."""
    for path, content in {
        "c/docs/xa1.txt": "青石县向白塔乡捐款5万元。",
        "c/docs/r1.txt": "红岩乡向白塔乡捐款6万元。",
        "c/sources.tsv": "r1\tnews\n",
        "c/ann/1.jsonl": '{"d":"xa1","s":1,"t":"Donation","trig":"捐款","a":{"donor":["青石县"],"amount":["5万元"]}}',
        "c/ann/2.jsonl": '{"d":"r1","s":1,"t":"Donation","trig":"捐款","a":{"donor":["红岩乡"],"amount":["6万元"]}}',
        "facts.jsonl": "\n".join(
            json.dumps({**fact("Donation", **roles), "evidence": [{"source": source}]})
            for source, roles in (
                ("c/docs/xa1.txt", {"donor": [entity("青石县")], "amount": [money(5e4)]}),
                ("c/docs/r1.txt", {"donor": [entity("白塔乡")], "amount": [money(6e4)]}),
                ("other.txt", {"donor": [entity("白塔乡")]}),
            )
        ),
    }.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(content, encoding="utf-8")
    return Path("c/ann")


def test_evaluate_command_scores_a_build_by_annotations(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(path) for path in sorted(corpus.iterdir())]
    assert run(["evaluate", *files, "facts.jsonl", "--format", "json"]) == 0
    said = capsys.readouterr()
    figures = json.loads(said.out)
    facts = {"clean": 0.5, "whole": 0.5, "found": 2, "found_clean": 1, "found_whole": 1, "gold": 2}
    assert figures["total"]["facts"] == facts
    assert {name: part["fillers"]["f1"] for name, part in figures["genres"].items()} == {
        "news": 0.6667,
        "xa": 1.0,
    }
    assert set(figures["documents"]) == {"r1", "xa1"}
    assert figures["roles"]["Donation"]["donor"]["agreeing"] == 1
    assert said.err == "facts.jsonl: facts of 1 documents without annotations are not scored\n"


def test_evaluate_command_extracts_the_annotated_documents(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("g.tsv").write_text("xa1\tletters\n", encoding="utf-8")
    assert run(["evaluate", str(corpus), "--genre", "g.tsv", "--roles"]) == 0
    out = capsys.readouterr().out
    titles = re.findall(r"^(page|genre|role|type) ", out, re.MULTILINE)
    assert titles == ["page", "genre", "role", "type"]
    assert re.search(r"^letters .* 1$", out, re.MULTILINE)


def test_evaluate_command_says_where_there_are_no_annotations(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "."]) == 2
    assert capsys.readouterr().err.startswith("kg: .: no annotations here")


def test_evaluate_script_has_a_row_for_a_set_and_knows_the_first_look() -> None:
    result = score([fact("Donation", a=[["甲"]])], [fact("Donation", a=[entity("甲")])])
    assert evaluation_row("x", result) == ("x", "1", *["1.000"] * 5, "1", "1", "1.000", "-", "-")
    chosen = filter(
        first_look({"r1": "news corpus 2005-2012", "r2": "blogs"}), ["wa1", "wc1", "r1", "r2", "r3"]
    )
    assert list(chosen) == ["wc1", "r1"]


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


def test_evaluate_gives_the_whole_facts_of_whole_py(original: Any, tmp_path: Path) -> None:
    for seed in range(8):
        choice = random.Random(seed)
        gold = [random_gold(choice) for _ in range(12)]
        predicted = [random_prediction(choice) for _ in range(8)] + [as_prediction(g) for g in gold[:6]]
        files = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
        for file, facts in zip(files, (gold, predicted), strict=True):
            file.write_text("\n".join(map(json.dumps, facts)), encoding="utf-8")
        command = [sys.executable, str(SHARED / "whole.py"), *map(str, files)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        ours = score(gold, predicted).whole
        assert said == (
            f"{ours.predicted} predicted, nothing wrong {ours.clean_share:.3f}, "
            f"whole {ours.whole / ours.predicted:.3f}; {ours.gold} gold, found whole {ours.found_share:.3f}\n"
        ), seed


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
