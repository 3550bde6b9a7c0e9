"""What a build did, as text: the summary on the terminal and report.txt say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kg.coverage import WHY
from kg.table import format_table
from kg.types import Entity, Fact, Report

MOST_TOLD = 10  # sentences that no fact took, and sources that state nothing
_WIDEST = 100  # cells of a sentence


def format_report(report: Report) -> str:
    """The tables of a report: totals, entities by class, facts by type, what was not taken, and what was
    skipped and why."""
    totals = {
        "sources": len(report.sources),
        "characters": report.characters,
        "sentences": report.sentences,
        "entities": sum(report.entities.values()),
        "facts": sum(report.facts.values()),
        "to check": report.doubtful,
        "figures": report.figures,
        "figures taken": report.figures_taken,
        "sentences taken": report.sentences_taken,
        "not taken": report.sentences_not_taken,
    }
    parts = [
        format_counts("in all", totals, ordered=True),
        format_counts("entities", report.entities),
        format_counts("facts", report.facts),
    ]
    if report.not_taken:
        rows = [(f"{name}:{span.start}-{span.end}", said) for name, span, said in report.not_taken]
        parts.append(format_table(("not taken, the first", "sentence"), rows, max_width=_WIDEST))
    if report.nothing_taken:
        first = list(report.nothing_taken.items())[:MOST_TOLD]
        more = len(report.nothing_taken) - len(first)
        rows = [(name, WHY.get(why, why)) for name, why in first]
        rows += [("...", f"{more:,} more; `kg coverage` lists them")] if more else []
        parts.append(format_table(("nothing was read of", "the likely reason"), rows))
    if report.problems:
        rows = [(problem.source, problem.message) for problem in sorted(set(report.problems))]
        parts.append(format_table(("skipped", "why"), rows))
    return "\n".join(part for part in parts if part)


def format_counts(title: str, counts: Mapping[str, int], *, ordered: bool = False) -> str:
    """A table of counts, the largest first unless they are ordered already; nothing where there are none."""
    if not counts:
        return ""
    items = list(counts.items()) if ordered else sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return format_table((title, "number"), [(name, f"{count:,}") for name, count in items], numeric=[1])


def format_statistics(facts: Iterable[Fact]) -> str:
    """The tables of a graph's facts: by type, by modality, by source; and the entities in them, by class."""
    facts = list(facts)
    entities = {
        value.iri: value for fact in facts for _, _, value in fact.fillers() if isinstance(value, Entity)
    }
    evidence = [evidence for fact in facts for evidence in fact.evidence]
    sources = Counter(evidence.source for evidence in evidence)
    totals = {
        "sources": len(sources),
        "entities": len(entities),
        "facts": len(facts),
        "evidence": len(evidence),
    }
    parts = [
        format_counts("in all", totals, ordered=True),
        format_counts("entities", Counter(entity.cls for entity in entities.values())),
        format_counts("facts", Counter(fact.type for fact in facts)),
        format_counts("modality", Counter(fact.modality.value for fact in facts)),
        format_counts("evidence in", sources),
    ]
    return "\n".join(part for part in parts if part)
