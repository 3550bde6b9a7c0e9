"""What changed between two graphs, in facts."""

from __future__ import annotations

import json
from dataclasses import replace

from graph_samples import PAGE, donation, pairing, refusal

from kg.diff import change_line, diff, format_change
from kg.types import Fact, Span


def changes(old: list[Fact], new: list[Fact]) -> list[tuple[str, str]]:
    return [(change.kind, change.fact.iri) for change in diff(lambda: old, lambda: new)]


def test_diff_names_what_came_and_what_went() -> None:
    assert changes([donation(), pairing()], [pairing(), refusal()]) == [
        ("added", refusal().iri),
        ("removed", donation().iri),
    ]


def test_diff_of_a_graph_with_itself_is_empty() -> None:
    assert changes([donation(), pairing()], [pairing(), donation()]) == []


def test_diff_sentence_that_moved_is_no_change() -> None:
    fact = donation()
    [evidence] = fact.evidence
    moved = replace(evidence, span=Span(evidence.span.start + 5, evidence.span.end + 5))
    assert changes([fact], [replace(fact, evidence=(moved,))]) == []


def test_diff_says_which_sentence_came_and_which_went() -> None:
    old, new = donation(), donation(source="b.txt")
    [change] = diff(lambda: [old], lambda: [new])
    quote = PAGE[:29]
    assert format_change(change) == (
        f"~ Donation (asserted)  {old.iri}\n"
        "    donor: 青禾县人民政府 (Qinghe County People's Government)\n"
        "    recipient: 白塔乡\n"
        "    amount: about 2,505,000.00 CNY (约250.5万元)\n"
        "    time: 2021-03 (2021年3月)\n"
        f"    + b.txt:0  {quote}\n"
        f"    - page.txt:0  {quote}\n"
    )
    line = json.loads(change_line(change))
    assert (line["change"], line["came"], line["went"]) == (
        "changed",
        [{"source": "b.txt", "quote": quote}],
        [{"source": "page.txt", "quote": quote}],
    )


def test_diff_says_another_confidence() -> None:
    [change] = diff(lambda: [donation()], lambda: [donation(confidence=0.5)])
    assert format_change(change).endswith("    confidence 0.50\n")
