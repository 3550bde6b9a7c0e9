"""Names listed in a role that holds one are a fact each."""

from __future__ import annotations

import pytest
from reader_samples import Chunk, Stated, chunk, reading

from kg.facts import Policy
from kg.types import Document, Entity

POLICY = Policy(single={"Position": ["person", "position"], "Donation": ["recipient", "amount"]})


def told(text: str, *facts: Stated) -> list[dict[str, str]]:
    extraction = reading(facts, policy=POLICY).extract(Document("a.txt", text))
    return [
        {
            role: "、".join(one.label if isinstance(one, Entity) else one.text for one in values)
            for role, values in fact.roles.items()
            if role in ("person", "recipient", "amount")
        }
        for fact in extraction.facts
    ]


def office(text: str, *people: str | Chunk) -> list[str]:
    roles = {"person": people, "position": ["局长"], "organization": ["商州区财政局"]}
    return [one["person"] for one in told(text, ("Position", "asserted", "局长", roles))]


@pytest.mark.parametrize(
    ("text", "people", "found"),
    [
        ("林岚、高远任商州区财政局局长。", ["林岚", "高远"], ["林岚", "高远"]),
        ("林岚、吴越和高远任商州区财政局局长。", ["林岚", "吴越", "高远"], ["林岚", "吴越", "高远"]),
        ("林岚接替高远任商州区财政局局长。", ["林岚", chunk("高远", 0.9)], ["林岚"]),
        ("林岚、高远任商州区财政局局长。", ["林岚", chunk("高远", 0.7)], ["林岚"]),
        ("林岚、吴越接替高远任商州区财政局局长。", ["林岚", "吴越", "高远"], ["林岚", "吴越"]),
    ],
    ids=["two", "three", "no-list", "not-sure", "list-and-another"],
)
def test_listing_each_sure_name_of_a_list_is_a_fact(
    text: str, people: list[str | Chunk], found: list[str]
) -> None:
    assert office(text, *people) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("商州区向临洮县、岷县各捐款5万元。", ["临洮县 5万元", "岷县 5万元"]),
        ("商州区向临洮县、岷县捐款5万元。", ["临洮县 5万元"]),
        ("商州区拿出5万元，捐给临洮县、岷县各校。", ["临洮县 5万元"]),
    ],
    ids=["of-each", "of-all", "figure-before"],
)
def test_listing_a_figure_is_of_each_only_where_it_says_so(text: str, found: list[str]) -> None:
    roles = {"donor": ["商州区"], "recipient": ["临洮县", "岷县"], "amount": ["5万元"]}
    facts = told(text, ("Donation", "asserted", "捐", roles))
    assert [f"{one['recipient']} {one['amount']}" for one in facts] == found
