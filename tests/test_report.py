"""The report: what was built and what was skipped, in tables that line up."""

from __future__ import annotations

from kg.report import format_report
from kg.types import Problem, Report


def test_report_counts_and_names_what_was_skipped() -> None:
    report = Report(
        sources=["d/甲.txt", "d/乙.txt"],
        characters=1234,
        sentences=20,
        entities={"Town": 3, "Person": 10},
        facts={"Visit": 2, "Gift": 2},
        doubtful=1,
        problems=[Problem("d/空.txt", "empty: there is nothing to read")],
    )
    assert format_report(report) == (
        "in all      number\n"
        "----------  ------\n"
        "sources          2\n"
        "characters   1,234\n"
        "sentences       20\n"
        "entities        13\n"
        "facts            4\n"
        "to check         1\n"
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
        "skipped   why\n"
        "--------  -------------------------------\n"
        "d/空.txt  empty: there is nothing to read\n"
    )


def test_report_without_anything_has_the_totals_alone() -> None:
    assert format_report(Report()).count("\n") == 8
