"""Explain: an entity with its facts and their sentences, a fact with its spans."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kg.diff import Change, format_change
from kg.errors import QueryError
from kg.explain import explain
from kg.table import format_table
from kg.types import Entity, Evidence, Fact, Modality, Quantity, RoleSpan, Span

TEXT = "乙村受灾。甲镇向其捐5万元。"
GIVER = Entity("https://x.test/id/甲镇", "甲镇", "Town", aliases=("甲",), english="Jia Town", code="320100")
RECEIVER = Entity("https://x.test/id/乙村", "乙村", "Village")
GIFT = Fact(
    iri="https://x.test/id/fact/1a2b",
    type="Gift",
    modality=Modality.ASSERTED,
    roles={
        "giver": (GIVER,),
        "receiver": (RECEIVER,),
        "sum": (Quantity(Decimal(50000), "CNY", "exact", "5万元"),),
    },
    evidence=(
        Evidence(
            source="d/a.txt",
            span=Span(5, 13),
            quote=TEXT[5:13],
            trigger=Span(9, 10),
            fillers=(
                RoleSpan("sum", 0, Span(10, 13)),
                RoleSpan("giver", 0, Span(5, 7)),
                RoleSpan("receiver", 0, Span(0, 2)),
            ),
        ),
    ),
    confidence=0.9,
    extractor="reader",
    reasons=("the trigger stands in the clause",),
)


@pytest.mark.parametrize("name", ["甲镇", "甲", "Jia Town", GIVER.iri])
def test_explain_entity_is_found_by_each_of_its_names(name: str) -> None:
    assert explain([GIFT], name) == (
        "甲镇 (Jia Town)  Town\n"
        "  IRI      https://x.test/id/甲镇\n"
        "  also     甲\n"
        "  code     320100 (GB/T 2260)\n"
        "  Gift (asserted) as giver\n"
        "    giver: 甲镇 (Jia Town)\n"
        "    receiver: 乙村\n"
        "    sum: 50,000 CNY (5万元)\n"
        "    d/a.txt:5-13  甲镇向其捐5万元\n"
    )


@pytest.mark.parametrize("name", [GIFT.iri, "fact/1a2b"])
def test_explain_fact_shows_what_read_it_trigger_and_spans(name: str) -> None:
    assert explain([GIFT], name) == (
        "Gift (asserted)\n"
        "  IRI         https://x.test/id/fact/1a2b\n"
        "  read by     reader\n"
        "  confidence  0.90\n"
        "  because     the trigger stands in the clause\n"
        "  giver: 甲镇 (Jia Town)\n"
        "  receiver: 乙村\n"
        "  sum: 50,000 CNY (5万元)\n"
        "  d/a.txt:5-13  甲镇向其捐5万元\n"
        "    trigger  9-10  捐\n"
        "    receiver[0]  0-2  (before the quote)\n"
        "    giver[0]  5-7  甲镇\n"
        "    sum[0]  10-13  5万元\n"
    )


# Colours, a line's erasure, a bell, a window's title, C1 controls, another order of writing, a hidden character.
STEERING = (
    "\x1b[31m",
    "\x1b[2K",
    "\r",
    "\x07",
    "\x1b]0;x\x07",
    "\x9b31m",
    "\x90",
    "\u202e",
    "\u2066",
    "\x08",
    "\u200b",
)


@pytest.mark.parametrize("said", STEERING)
def test_explain_words_of_a_document_steer_no_terminal(said: str) -> None:
    giver = replace(GIVER, label=f"甲{said}镇", aliases=(f"{said}甲",))
    quote = f"甲镇{said}捐款"
    place = Evidence(f"d/{said}a.txt", Span(0, len(quote)), quote, None, ())
    gift = replace(GIFT, roles={**GIFT.roles, "giver": (giver,)}, evidence=(place,))
    for name in (GIVER.iri, GIFT.iri):
        shown = explain([gift], name)
        assert all(map(str.isprintable, shown.split("\n"))) and "甲" in shown
    for write in (format_change(Change("added", gift)), format_table(["a"], [[said + "甲"]])):
        assert all(map(str.isprintable, write.split("\n"))) and "甲" in write


def test_explain_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(
        QueryError, match=r"^镇: no entity or fact has this name or IRI; did you mean 甲镇\?$"
    ):
        explain([GIFT], "镇")
