"""What the sources contradict each other in: two figures of one thing, parts that make no whole.

Only what happened is compared, not what is planned or denied. The list is meant to be trusted: where two
statements may well speak of different things, or one rounds the other, nothing is said. Which facts speak of
one thing, and what adds up, is data: ``ontology/conflicts.yaml``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.conflicts.parts import find_broken_sums
from kg.conflicts.same import find_differing
from kg.conflicts.shown import as_records, format_conflicts
from kg.conflicts.statements import Conflict, Kind, Statement
from kg.conflicts.tables import find_wrong_rows
from kg.conflicts.totals import Places, figure_places, find_wrong_sums
from kg.ontology import Ontology
from kg.readingtext import ReadingText, read_text
from kg.types import Document, Fact, Span
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
        text = read_text(document, ontology.grammar, ontology.divisions)
        simplified = text.simplified.text
        own = places.get(document.source, {})
        found = itertools.chain(
            find_wrong_rows(text.document, simplified, ontology.comparison),
            find_wrong_sums(text.document, simplified, _read_places(text, own), ontology, tables),
        )
        yield from (_in_own(conflict, text) for conflict in found) if text.cuts else found


def _read_places(text: ReadingText, places: Places) -> Places:
    """The places of figures and their evidence in the text that is read."""
    if not text.cuts:
        return places

    def moved(fact: Fact) -> Fact:
        evidence = (
            replace(one, span=text.span(one.span), quote=text.span(one.span).of(text.document.text))
            for one in fact.evidence
            if one.source == text.own.source
        )
        return replace(fact, evidence=tuple(evidence))

    return {text.span(Span(end - 1, end)).end: (moved(fact), role) for end, (fact, role) in places.items()}


def _in_own(conflict: Conflict, text: ReadingText) -> Conflict:
    """The conflict with its statements where they stand in the document."""
    document = text.own
    own = ((one, text.own_span(one.span)) for one in conflict.statements)
    statements = (
        replace(one, span=span, quote=span.of(document.text), page=document.page_at(span.start))
        for one, span in own
    )
    return replace(conflict, statements=tuple(statements))


def _identity(conflict: Conflict) -> tuple[object, ...]:
    return tuple(sorted((s.source, s.span, s.says) for s in conflict.statements))


def _place(conflict: Conflict) -> tuple[object, ...]:
    first = min((s.source, s.span) for s in conflict.statements)
    return (*first, conflict.kind, conflict.about, conflict.role)
