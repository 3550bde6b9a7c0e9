"""The report: what was built and what was skipped, in tables that line up."""

from __future__ import annotations

from kg.report import format_report
from kg.types import Problem, Report, Span


def test_report_counts_and_names_what_was_skipped() -> None:
    report = Report(
        sources=["d/甲.txt", "d/乙.txt"],
        characters=1234,
        sentences=20,
        entities={"Town": 3, "Person": 10},
        facts={"Visit": 2, "Gift": 2},
        doubtful=1,
        figures=8,
        figures_taken=5,
        sentences_taken=4,
        sentences_not_taken=2,
        not_taken=[("d/甲.txt", Span(3, 9), "有牛五十头。")],
        nothing_taken={"d/乙.txt": "list"},
        problems=[Problem("d/空.txt", "empty: there is nothing to read")],
    )
    assert format_report(report) == (
        "in all           number\n"
        "---------------  ------\n"
        "sources               2\n"
        "characters        1,234\n"
        "sentences            20\n"
        "entities             13\n"
        "facts                 4\n"
        "to check              1\n"
        "figures               8\n"
        "figures taken         5\n"
        "sentences taken       4\n"
        "not taken             2\n"
        "\n"
        "entities  number\n"
        "--------  ------\n"
        "Person        10\n"
        "Town           3\n"
        "\n"
        "facts  number\n"
        "-----  ------\n"
        "Gift        2\n"
        "Visit       2\n"
        "\n"
        "not taken, the first  sentence\n"
        "--------------------  ------------\n"
        "d/甲.txt:3-9          有牛五十头。\n"
        "\n"
        "nothing was read of  the likely reason\n"
        "-------------------  --------------------------------\n"
        "d/乙.txt             no prose: a list or a navigation\n"
        "\n"
        "skipped   why\n"
        "--------  -------------------------------\n"
        "d/空.txt  empty: there is nothing to read\n"
    )


def test_report_without_anything_has_the_totals_alone() -> None:
    assert format_report(Report()).count("\n") == 12
