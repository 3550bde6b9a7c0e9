"""What the sources pages say was skipped."""

from __future__ import annotations

from pathlib import Path

from kg.report import format_report
from kg.server.skipped import read_report
from kg.types import Problem, Report


def test_skipped_report_is_read_as_it_was_written(tmp_path: Path):
    problems = [
        Problem("页面/甲.txt", "Donation left out:  two spaces"),
        Problem("a b.txt", "unreadable"),
        Problem("a b.txt", "x"),
    ]
    (tmp_path / "report.txt").write_text(format_report(Report(problems=problems)), encoding="utf-8")
    said = read_report(str(tmp_path / "store"))
    assert said == {"a b.txt": ["unreadable", "x"], "页面/甲.txt": ["Donation left out: two spaces"]}


def test_skipped_without_a_report_is_nothing(tmp_path: Path):
    assert read_report(str(tmp_path / "store")) == {}
