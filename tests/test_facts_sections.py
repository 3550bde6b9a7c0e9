"""Sections of plans: what stands below their headings is planned, what looks back there is not."""

from __future__ import annotations

import pytest
from reader_samples import ontology, proposals

from kg.facts.sections import PlannedSections
from kg.text import split_passages
from kg.types import Document, Modality

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
