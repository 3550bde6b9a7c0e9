"""What is said but not stated: the word that takes a fact back, found from the fact's pivot."""

from __future__ import annotations

import pytest

from kg.facts.clauses import Clauses
from kg.facts.unreal import Unreal
from kg.ontology import Ontology
from kg.types import Span


def word_over(ontology: Ontology, text: str, pivot: str) -> str | None:
    grammar = ontology.grammar
    ends = frozenset[str]().union(*grammar.clause_ends, *grammar.sentence_ends)
    clauses = Clauses(text, [Span(0, len(text))], ends)
    unreal = Unreal(text, clauses, grammar.unreal, {**grammar.quotes, **grammar.titles})
    at = text.index(pivot)
    word = unreal.word_over(Span(at, at + len(pivot)))
    return word.of(text) if word is not None else None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("如果永宁县向同心县捐赠3万元，则另行公告。", "如果"),
        ("假如永宁县再捐赠3万元，仓库就不够了。", "假如"),
        ("一旦捐赠到账，即时公示。", "一旦"),
        ("永宁县是否捐赠了3万元，记者未能求证。", "是否"),
        ("各校严禁学生家长捐赠现金。", "严禁"),
        ("任何单位不得强制职工捐赠。", "不得"),
        ("网传永宁县捐赠3万元。", "网传"),
        ("永宁县捐赠3万元的消息不属实。", "不属实"),
        ("永宁县捐赠3万元一事，经查系谣言。", "系谣言"),
        ("永宁县捐赠3万元的说法尚待核实。", "尚待核实"),
    ],
)
def test_unreal_word_takes_back_what_stands_with_it(ontology: Ontology, text: str, word: str) -> None:
    assert word_over(ontology, text, "捐赠") == word


@pytest.mark.parametrize(
    "text",
    [
        "永宁县捐赠3万元。",
        "如果天晴，永宁县捐赠的大棚就能完工。",  # the condition has a clause of its own
        "永宁县不得不再捐赠3万元。",
        "《关于禁止摊派的通知》下发后，永宁县捐赠3万元。",
        "会上印发《关于禁止摊派的通知》并捐赠3万元。",
        "永宁县捐赠3万元，并回应了“此事系谣言”的说法。",
        "如果说开头难，永宁县捐赠3万元是个好开头。",
        "永宁县捐赠3万元，用于处置谣言的平台建设。",
    ],
)
def test_unreal_word_elsewhere_takes_nothing_back(ontology: Ontology, text: str) -> None:
    assert word_over(ontology, text, "捐赠") is None
