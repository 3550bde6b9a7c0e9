"""Pairing: lists that go together member by member, where a sentence says so."""

from __future__ import annotations

import pytest
from facts_samples import Said, asserted, said, sorted_facts
from reader_samples import Stated, chunk, reading

from kg.types import Document

TIMES = "2014年和2016年，青禾县分别向白塔县捐款3万元和4万元。"
DONORS = "青禾县和双河县分别于2014年和2016年向白塔县捐款3万元和4万元。"


def facts_of(text: str, *stated: Stated) -> list[Said]:
    return sorted_facts(said(fact) for fact in reading(stated).extract(Document("a.txt", text)).facts)


def gift(pivot: str, **roles: list[str]) -> Stated:
    return ("Donation", "asserted", pivot, {role: list(words) for role, words in roles.items()})


def gifts(*rows: tuple[str, str, str]) -> list[Said]:
    names = ("donor", "time", "amount")
    return sorted_facts(
        asserted("Donation", recipient="白塔县", **dict(zip(names, row, strict=True))) for row in rows
    )


def test_pairing_time_that_no_fact_was_given_is_dealt_out() -> None:
    one, other = (
        gift(sum_, donor=["青禾县"], recipient=["白塔县"], amount=[sum_]) for sum_ in ("3万元", "4万元")
    )
    wanted = gifts(("青禾县", "2014", "30000 CNY"), ("青禾县", "2016", "40000 CNY"))
    assert facts_of(TIMES, one, other) == wanted


def test_pairing_fact_with_all_members_is_one_for_each() -> None:
    both = gift("捐款", donor=["青禾县"], recipient=["白塔县"], amount=["3万元", "4万元"], time=["2016年"])
    wanted = gifts(("青禾县", "2014", "30000 CNY"), ("青禾县", "2016", "40000 CNY"))
    assert facts_of(TIMES, both) == wanted


def test_pairing_every_list_gives_the_member_of_the_pivot() -> None:
    stated = [
        gift(sum_, donor=["青禾县", "双河县"], recipient=["白塔县"], amount=[sum_], time=["2016年"])
        for sum_ in ("3万元", "4万元")
    ]
    wanted = gifts(("青禾县", "2014", "30000 CNY"), ("双河县", "2016", "40000 CNY"))
    assert facts_of(DONORS, *stated) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2014年和2016年，青禾县向白塔县捐款3万元和4万元。",
        "2014年、2015年和2016年，青禾县分别向白塔县捐款3万元和4万元。",
        "青禾县分别在2014年和2016年向白塔县捐款3万元。",
    ],
    ids=["no-word", "unequal", "one-list"],
)
def test_pairing_nothing_is_dealt_out_where_lists_do_not_answer_each_other(text: str) -> None:
    stated = gift("3万元", donor=["青禾县"], recipient=["白塔县"], amount=["3万元"], time=["2016年"])
    assert facts_of(text, stated) == gifts(("青禾县", "2016", "30000 CNY"))


def test_pairing_list_of_which_not_all_was_seen_is_none() -> None:
    text = "青禾县、双河县、岸上分别向白塔县捐款3万元和4万元。"
    stated = gift("3万元", donor=["青禾县", "双河县"], recipient=["白塔县"], amount=["3万元"])
    [fact] = facts_of(text, stated)
    assert fact.roles["donor"] == ["双河县", "青禾县"]


def test_pairing_lists_of_one_role_give_each_fact_both_parties() -> None:
    text = "青禾县、双河县分别与白塔县、临江县结对。"
    stated: Stated = (
        *("Pairing", "asserted", "结对"),
        {"party": ["青禾县", "双河县", "白塔县", chunk("临江县", 0.6)]},
    )  # type: ignore[assignment]
    found = [fact.roles["party"] for fact in facts_of(text, stated)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, [["青禾县", "白塔县"], ["双河县", "临江县"]]))
