"""What a build did not take: passages that are page furniture or repeats, and what its report names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.types import Passage, PassageKind

FURNITURE, COPY = "furniture", "copy"
_REPORT = "report.txt"
_HEAD = ("skipped", "why")


def skipped_passages(passages: Iterable[Passage]) -> list[tuple[int, int, str]]:
    """Start, end and kind of the passages that are page furniture or say again what others said."""
    return [
        (passage.span.start, passage.span.end, FURNITURE if passage.kind is PassageKind.FURNITURE else COPY)
        for passage in passages
        if passage.kind is PassageKind.FURNITURE or passage.copy_of is not None
    ]


def read_report(store: str) -> Mapping[str, list[str]]:
    """What the report beside the store says was skipped, by source; empty where there is no report.

    The last table of the report has a row for each: the source, two spaces or more, the reason.
    """
    try:
        lines = (Path(store).absolute().parent / _REPORT).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    starts = [i for i, line in enumerate(lines) if tuple(line.split()) == _HEAD]
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines[starts[-1] + 2 :] if starts else []:
        source, _, why = line.partition("  ")
        if source and why.strip():
            found[source].append(why.strip())
    return found
