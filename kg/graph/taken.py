"""What the facts of a source took of it, as it stands in the source's graph.

Counts are integers; a sentence that no fact took is one literal, a line of JSON:
``{"at": [start, end], "figures": [[start, end]], "names": [[start, end]], "words": [[start, end, type]]}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg import terms
from kg.types import Coverage, NotTaken, SignKind


def coverage_statements(coverage: Coverage) -> Iterator[tuple[str, int | str]]:
    """The properties of the source, each with a count or a text."""
    yield terms.SENTENCES_TAKEN, coverage.sentences_taken
    yield terms.FIGURES, coverage.figures
    yield terms.FIGURES_TAKEN, coverage.figures_taken
    if coverage.why:
        yield terms.NOTHING_TAKEN, coverage.why
    for one in coverage.not_taken:
        yield terms.NOT_TAKEN, json.dumps(_not_taken_record(one), separators=(",", ":"))


def _not_taken_record(one: NotTaken) -> dict[str, Any]:
    """The sentence as JSON has it."""
    record: dict[str, Any] = {"at": [one.span.start, one.span.end]}
    for kind in SignKind:
        record[kind] = [
            [sign.span.start, sign.span.end, *([sign.type] if sign.type else [])]
            for sign in one.signs
            if sign.kind is kind
        ]
    return record
