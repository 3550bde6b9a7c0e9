"""Conflicts as a table for people and as records for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kg.conflicts.statements import Conflict, Kind, Statement
from kg.ontology.vocabulary import Vocabulary
from kg.table import format_table

_HEAD = ("conflict", "says", "where", "sentence")
_MOST_PARTS = 8  # rows of a table that are shown for one wrong sum


def format_conflicts(
    conflicts: Sequence[Conflict], vocabulary: Vocabulary, *, max_width: int | None = None
) -> str:
    """A row a statement; the first of each conflict says what it is about. Nothing for no conflicts."""
    if not conflicts:
        return ""
    rows = [row for conflict in conflicts for row in _rows(conflict, vocabulary)]
    return format_table(_HEAD, rows, max_width=max_width)


def _rows(conflict: Conflict, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    shown = conflict.statements[: _MOST_PARTS + 1]
    left = len(conflict.statements) - len(shown)
    for number, said in enumerate(shown):
        place = f"{said.source}:{said.span.start}-{said.span.end}"
        page = f" page {said.page}" if said.page is not None else ""
        part = "part: " if said.part else ""
        yield _title(conflict, vocabulary) if not number else "", part + said.says, place + page, said.quote
    if left:
        yield "", f"and {left} more", "", ""


def _title(conflict: Conflict, vocabulary: Vocabulary) -> str:
    fact_type = vocabulary.fact_types.get(conflict.type)
    role = fact_type.roles[conflict.role].label_zh if fact_type and conflict.role else ""
    about = " · ".join(part for part in (conflict.about, role) if part)
    if conflict.kind is Kind.DIFFERS or conflict.total is None:
        return about
    total = f"{conflict.total.normalize():,f}"
    return f"{about} ({'parts are more' if conflict.kind is Kind.EXCESS else 'parts add up to'} {total})"


def as_records(conflicts: Iterable[Conflict]) -> list[Mapping[str, Any]]:
    """What JSON can hold of each conflict: the total as text, spans as start and end."""
    return [_record(conflict) for conflict in conflicts]


def _record(conflict: Conflict) -> dict[str, Any]:
    record = asdict(conflict)
    total = conflict.total
    record["total"] = f"{total.normalize():f}" if total is not None else None
    record["statements"] = [_said(said) for said in conflict.statements]
    return record


def _said(said: Statement) -> dict[str, Any]:
    record = asdict(said)
    span = record.pop("span")
    return {**record, **span}
