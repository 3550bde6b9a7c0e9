"""What changed between two graphs, said in facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.explain import show
from kg.export import facts_line
from kg.table import plain
from kg.types import Evidence, Fact

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that one of the graphs has, or that both have with other sentences or another confidence.

    ``fact`` is that of the new graph, or of the old one where it was ``removed``; ``kind`` is ``added``,
    ``removed`` or ``changed``; ``came`` and ``went`` are the sentences of a changed one.
    """

    kind: str
    fact: Fact
    came: tuple[Evidence, ...] = ()
    went: tuple[Evidence, ...] = ()


def diff(old: Callable[[], Iterable[Fact]], new: Callable[[], Iterable[Fact]]) -> Iterator[Change]:
    """The changes from the old graph's facts to the new one's: added and changed ones, then removed ones.

    Each function gives its facts whenever it is called, each fact once. A fact is what its IRI says: type,
    modality and fillers. A sentence is the same where its words and its source are: that it moved within
    the source is no change. No more than a digest of each fact is kept in memory.
    """
    before = {fact.iri: _digest(fact) for fact in old()}
    differing: dict[str, Fact] = {}
    for fact in new():
        known = before.pop(fact.iri, None)
        if known is None:
            yield Change("added", fact)
        elif known != _digest(fact):
            differing[fact.iri] = fact
    if before or differing:
        for fact in old():
            if fact.iri in differing:
                yield _changed(fact, differing[fact.iri])
            elif fact.iri in before:
                yield Change("removed", fact)


def format_change(change: Change) -> str:
    """The fact with its fillers and the sentences that came or went."""
    fact = change.fact
    lines = [f"{_SIGNS[change.kind]} {fact.type} ({fact.modality.value})  {fact.iri}"]
    lines += [f"    {role}: {', '.join(map(show, values))}" for role, values in fact.roles.items()]
    if change.kind == "changed":
        lines += [f"    + {_place(part)}" for part in change.came]
        lines += [f"    - {_place(part)}" for part in change.went]
        if not change.came and not change.went:
            lines.append(f"    confidence {fact.confidence:.2f}")
    else:
        lines += [f"    {_place(part)}" for part in fact.evidence]
    return "".join(f"{plain(line)}\n" for line in lines)


def change_line(change: Change) -> str:
    """The change as a line of JSON: ``change``, then the keys of facts.jsonl, ``came`` and ``went``."""
    record: dict[str, Any] = {"change": change.kind, **json.loads(facts_line(change.fact))}
    if change.kind == "changed":
        for name, parts in (("came", change.came), ("went", change.went)):
            record[name] = [{"source": part.source, "quote": part.quote} for part in parts]
    return json.dumps(record, ensure_ascii=False) + "\n"


def _changed(old: Fact, new: Fact) -> Change:
    old_said, new_said = (set(map(_said, fact.evidence)) for fact in (old, new))
    return Change(
        "changed",
        new,
        tuple(part for part in new.evidence if _said(part) not in old_said),
        tuple(part for part in old.evidence if _said(part) not in new_said),
    )


def _said(evidence: Evidence) -> tuple[str, str]:
    return evidence.source, evidence.quote


def _digest(fact: Fact) -> bytes:
    said = repr((fact.confidence, sorted(map(_said, fact.evidence))))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=12).digest()


def _place(evidence: Evidence) -> str:
    return f"{evidence.source}:{evidence.span.start}  {' '.join(evidence.quote.split())}"
