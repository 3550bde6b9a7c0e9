"""What the sources contradict each other in: two figures of one thing, parts that make no whole.

Only what happened is compared, not what is planned or denied. The list is meant to be trusted: where two
statements may well speak of different things, or one rounds the other, nothing is said. Which facts speak of
one thing, and what adds up, is data: ``ontology/conflicts.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.conflicts.parts import find_broken_sums
from kg.conflicts.same import find_differing
from kg.conflicts.shown import as_records, format_conflicts
from kg.conflicts.statements import Conflict, Kind, Statement
from kg.conflicts.tables import find_wrong_rows
from kg.conflicts.totals import figure_places, find_wrong_sums
from kg.ontology import Ontology
from kg.script import to_simplified
from kg.types import Document, Fact
from kg.values import load_tables

__all__ = ["Conflict", "Kind", "Statement", "as_records", "find_conflicts", "format_conflicts"]


def find_conflicts(
    facts: Iterable[Fact], documents: Iterable[Document], ontology: Ontology
) -> list[Conflict]:
    """All conflicts, sorted by where the first statement of each stands, then by kind.

    ``documents`` are read one at a time, all facts are held. The same statements are told once.
    """
    facts = list(facts)
    found = [
        *find_differing(facts, ontology),
        *find_broken_sums(facts, ontology),
        *_wrong_totals(facts, documents, ontology),
    ]
    return sorted({_identity(conflict): conflict for conflict in found}.values(), key=_place)


def _wrong_totals(
    facts: Sequence[Fact], documents: Iterable[Document], ontology: Ontology
) -> Iterable[Conflict]:
    tables, places = load_tables(ontology.lexicon), figure_places(facts)
    for document in documents:
        text = to_simplified(document.text)
        yield from find_wrong_rows(document, text, ontology.comparison)
        yield from find_wrong_sums(document, text, places.get(document.source, {}), ontology, tables)


def _identity(conflict: Conflict) -> tuple[object, ...]:
    return tuple(sorted((s.source, s.span, s.says) for s in conflict.statements))


def _place(conflict: Conflict) -> tuple[object, ...]:
    first = min((s.source, s.span) for s in conflict.statements)
    return (*first, conflict.kind, conflict.about, conflict.role)
