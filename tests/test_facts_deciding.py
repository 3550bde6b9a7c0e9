"""Deciding: what is likely enough, the roles that hold one filler, and what is said twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reader_samples import Stated, chunk, proposals

from kg.annotations import PATTERN
from kg.facts.certainty import Certainty
from kg.facts.deciding import Decided, Policy, Verdict, decide

TEXT = "甲县与乙县向丙县捐款5万元，丁县另捐药品。"
GIFT: Stated = (
    "Donation",
    "asserted",
    "捐款",
    {"donor": ["甲县"], "recipient": ["丙县"], "amount": ["5万元"]},
)


def told(*facts: Stated, policy: Policy | None = None) -> list[Decided]:
    return decide(proposals(TEXT, facts), policy or Policy())


def verdicts(*facts: Stated, policy: Policy | None = None) -> list[Verdict]:
    return [one.verdict for one in told(*facts, policy=policy)]


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(0.7, Verdict.HELD), (0.69, Verdict.DOUBTFUL), (0.28, Verdict.DOUBTFUL), (0.27, Verdict.BELOW)],
    ids=["at-its-threshold", "below-it", "at-the-doubt", "below-all"],
)
def test_deciding_fact_needs_the_probability_of_its_type_and_may_be_doubtful(
    probability: float, verdict: Verdict
) -> None:
    policy = Policy(thresholds={"Donation": 0.7}, threshold=0.1, doubt=0.4)  # of 0.7: from 0.28 on
    assert verdicts((*GIFT[:4], probability), policy=policy) == [verdict]


def test_deciding_is_by_the_share_of_fillers_likely_right_where_that_is_known() -> None:
    share = Certainty(-1.0, {"fillers": 0.5})
    policy = Policy(threshold=0.6, doubt=0.7, share=share)
    lesser: Stated = ("Sale", "asserted", "药品", {"product": ["药品"], "amount": ["5万元"]})
    least: Stated = ("Sale", "asserted", "药品", {"product": ["药品"]})
    assert [told(fact, policy=policy)[0].verdict for fact in (GIFT, lesser, least)] == [
        *(Verdict.HELD, Verdict.DOUBTFUL, Verdict.BELOW)
    ]
    [one] = told(GIFT, policy=policy)
    assert (one.sure, one.signs["fillers"]) == (share.probability({"fillers": 3}), 3)


def test_deciding_what_a_pattern_says_is_taken_at_its_word() -> None:
    [proposal] = proposals(TEXT, [(*GIFT[:4], 0.1)])
    said = replace(proposal, extractor=f"{PATTERN}mine")
    assert [one.verdict for one in decide([said], Policy(threshold=0.9))] == [Verdict.HELD]


def test_deciding_type_without_a_threshold_of_its_own_takes_that_of_all() -> None:
    assert Policy(thresholds={"Sale": 0.9}, threshold=0.4).least("Donation") == 0.4


def test_deciding_policy_is_read_from_what_the_reader_came_with() -> None:
    settings = {"thresholds": {"Sale": 0.9}, "filler": 0.3, "format": 1}
    assert Policy.of(settings) == Policy(thresholds={"Sale": 0.9}, filler=0.3)
    fitted = {"share": {"base": 0.5, "weights": {"pivot": 2.0}}}
    assert Policy.of(fitted) == Policy(share=Certainty(0.5, {"pivot": 2.0}))


def test_deciding_filler_below_its_threshold_is_lost_and_told() -> None:
    [one] = told(("Donation", "asserted", "捐款", {"donor": ["甲县", chunk("乙县", 0.3)]}))
    assert [filler.span.of(TEXT) for filler in one.proposal.fillers] == ["甲县"]
    assert [(filler.span.of(TEXT), why) for filler, why in one.lost] == [("乙县", Verdict.BELOW)]


def test_deciding_fact_that_no_filler_is_left_of_is_none() -> None:
    assert verdicts(("Donation", "asserted", "捐款", {"donor": [chunk("乙县", 0.3)]})) == [Verdict.EMPTY]


def test_deciding_single_role_holds_the_likeliest_and_the_first_of_equals() -> None:
    fact: Stated = (
        "Donation",
        "asserted",
        "捐款",
        {"donor": [chunk("甲县", 0.6), chunk("乙县", 0.8), chunk("丁县", 0.8)]},
    )
    [many] = told(fact)
    [one] = told(fact, policy=Policy(single={"Donation": ["donor"]}))
    assert len(many.proposal.fillers) == 3
    assert [filler.span.of(TEXT) for filler in one.proposal.fillers] == ["乙县"]
    assert [why for _, why in one.lost] == [Verdict.TAKEN, Verdict.TAKEN]


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        (("Donation", "asserted", "5万元", {"donor": ["甲县"], "amount": ["5万元"]}, 0.8), Verdict.TWICE),
        (("Donation", "asserted", "5万元", {"donor": ["甲县", "乙县"], "amount": ["5万元"]}, 0.8), Verdict.TWICE),
        (("Donation", "asserted", "药品", {"donor": ["甲县", "乙县"], "amount": ["5万元"]}, 0.8), Verdict.HELD),
        (("Donation", "asserted", "药品", {"donor": ["丁县"], "goods": ["药品"]}, 0.8), Verdict.HELD),
        (("Donation", "planned", "5万元", {"donor": ["甲县"], "amount": ["5万元"]}, 0.8), Verdict.TWICE),
        (("Donation", "negated", "5万元", {"donor": ["丁县"], "amount": ["5万元"]}, 0.8), Verdict.HELD),
        (("Funding", "asserted", "5万元", {"funder": ["甲县"], "amount": ["5万元"]}, 0.8), Verdict.HELD),
    ],
    ids=["less", "pivot-is-a-filler", "other-pivot", "other-fillers", "other-modality-less", "other-modality-more", "other-type"],
)  # fmt: skip
def test_deciding_fact_that_says_no_more_is_said_twice(second: Stated, verdict: Verdict) -> None:
    found = {one.proposal.pivot.of(TEXT): one for one in told(second, GIFT)}
    assert found["捐款"].verdict is Verdict.HELD
    other = found[second[2]]
    assert other.verdict is verdict
    assert (other.same is not None) == (verdict is Verdict.TWICE)
    assert other.same is None or other.same.pivot.of(TEXT) == "捐款"


def test_deciding_gives_every_proposal_once_in_the_order_of_pivots() -> None:
    late: Stated = ("Donation", "asserted", "药品", {"goods": ["药品"]}, 0.99)
    low: Stated = ("Sale", "asserted", "5万元", {"amount": ["5万元"]}, 0.2)
    assert [one.proposal.pivot.of(TEXT) for one in told(late, low, GIFT)] == ["捐款", "5万元", "药品"]


def test_deciding_a_figure_that_is_of_one_fact_is_the_surer_ones() -> None:
    other: Stated = ("Donation", "asserted", "药品", {"donor": ["丁县"], "amount": ["5万元"]}, 0.6)
    planned: Stated = ("Donation", "planned", *other[2:])
    policy = Policy(owned={"Donation": ["amount"]})
    assert verdicts(GIFT, other) == [Verdict.HELD, Verdict.HELD]
    assert [one.verdict for one in told(GIFT, other, policy=policy)] == [Verdict.HELD, Verdict.TWICE]
    assert verdicts(GIFT, planned, policy=policy) == [Verdict.HELD, Verdict.HELD]
    assert verdicts(GIFT, other, policy=Policy(owned={"Donation": ["donor"]})) == [Verdict.HELD, Verdict.HELD]
