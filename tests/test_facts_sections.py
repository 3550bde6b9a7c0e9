"""What headings say: what stands below those of plans is planned, and the time of the nearest heading governs."""

from __future__ import annotations

import pytest
from reader_samples import ontology, proposals

from kg.facts.sections import NearerHeadings, PlannedSections
from kg.text import split_passages
from kg.types import Document, Modality, Span

REPORT = """青禾县工作报告
一、2024年工作回顾
（一）聚力民生
建成幼儿园3所。
二、2025年重点工作
（一）聚焦民生
新建幼儿园4所。去年开工的图书馆8个月内封顶。
三、附记
全县有幼儿园5所。
"""


@pytest.mark.parametrize(
    ("pivot", "modality"),
    [
        ("3所", Modality.ASSERTED),
        ("4所", Modality.PLANNED),
        ("8个月", Modality.ASSERTED),
        ("5所", Modality.ASSERTED),
    ],
    ids=["review", "below a heading below that of plans", "looks back", "the next section"],
)
def test_sections_of_plans_make_planned_what_is_not_said_to_be_done(pivot: str, modality: Modality) -> None:
    grammar = ontology().grammar
    passages = split_passages(Document("a", REPORT), grammar)
    plans = PlannedSections.of(REPORT, passages, grammar.plan_headings, grammar.looking_back)
    (found,) = plans.planned(proposals(REPORT, [("Establishment", "asserted", pivot, {"count": [pivot]})]))
    assert found.modality is modality


def test_sections_of_plans_leave_denials_alone() -> None:
    grammar = ontology().grammar
    passages = split_passages(Document("a", REPORT), grammar)
    plans = PlannedSections.of(REPORT, passages, grammar.plan_headings, grammar.looking_back)
    (found,) = plans.planned(proposals(REPORT, [("Establishment", "negated", "4所", {"count": ["4所"]})]))
    assert found.modality is Modality.NEGATED


REVIEW = """2022年青禾县工作报告
一、2021年及过去五年工作回顾
全年捐款3万元。
（一）五年来，我们聚力民生
累计捐款5万元。
（二）我们聚力产业
再捐款7万元。
"""


@pytest.mark.parametrize(
    ("amount", "said", "governs"),
    [
        ("5万元", "2021年", "五年来"),
        ("5万元", "2022年", "五年来"),
        ("3万元", "2021年", "2021年"),
        ("3万元", "2022年", "2021年"),
        ("7万元", "2021年", "2021年"),
        ("5万元", "全年", "全年"),
    ],
    ids=["farther", "title", "own", "title over one", "nearest has none", "in the text"],
)
def test_sections_time_of_the_nearest_heading_governs(amount: str, said: str, governs: str) -> None:
    passages = split_passages(Document("a", REVIEW), ontology().grammar)
    words = ("2022年", "2021年", "五年来", "全年")
    times = [Span(at, at + len(word)) for word in words for at in [REVIEW.index(word)]]
    roles = {"amount": [amount], "time": [said]}
    nearer = NearerHeadings.of(passages, times)
    (found,) = nearer.governed(proposals(REVIEW, [("Donation", "asserted", amount, roles)]))
    assert [f.span.of(REVIEW) for f in found.fillers] == [amount, governs]
