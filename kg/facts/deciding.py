"""Which of the proposed facts are facts, and which chunks fill their roles: all of a document decided together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.annotations import Proposal, ProposedFiller
from kg.types import Span

_SAME = 0.5  # of the fillers that the shorter of two facts shares with the longer to say the same


@dataclass(frozen=True)
class Policy:
    """The least probability of a fact by type and of a filler, and the roles that hold one filler."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 0.5
    filler: float = 0.5
    single: Mapping[str, Collection[str]] = field(default_factory=dict)

    def least(self, fact_type: str) -> float:
        """The threshold of a type."""
        return self.thresholds.get(fact_type, self.threshold)


def decide(proposals: Iterable[Proposal], policy: Policy) -> list[Proposal]:
    """The proposals that pass, each role with the fillers it may hold, in the order of their pivots."""
    passed = [
        replace(proposal, fillers=tuple(_kept(proposal, policy)))
        for proposal in proposals
        if proposal.probability >= policy.least(proposal.type)
    ]
    return _once([proposal for proposal in passed if proposal.fillers])


def _kept(proposal: Proposal, policy: Policy) -> Iterator[ProposedFiller]:
    single = policy.single.get(proposal.type, ())
    best: dict[str, ProposedFiller] = {}
    for filler in proposal.fillers:
        if filler.probability < policy.filler:
            continue
        if filler.role not in single:
            yield filler
        elif filler.role not in best or best[filler.role].probability < filler.probability:
            best[filler.role] = filler
    yield from best.values()


def _once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Of two facts of one type and modality whose own fillers are the same, the likelier.

    A fact found from two of its chunks is told twice; the pivot of each then fills a role of the other.
    """
    groups: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        groups[proposal.type, proposal.modality].append(proposal)
    kept: list[Proposal] = []
    for group in groups.values():
        chosen: list[Proposal] = []
        for proposal in sorted(group, key=lambda p: (-p.probability, -len(p.fillers), p.pivot)):
            if not any(_is_same(proposal, other) for other in chosen):
                chosen.append(proposal)
        kept += chosen
    return sorted(kept, key=lambda proposal: (proposal.pivot, proposal.type))


def _is_same(one: Proposal, other: Proposal) -> bool:
    mine, theirs = _keys(one), _keys(other)
    if mine <= theirs:
        return True
    holds = {span for _, span in theirs}
    return one.pivot in holds and len(mine & theirs) > _SAME * min(len(mine), len(theirs))


def _keys(proposal: Proposal) -> set[tuple[str, Span]]:
    return {(filler.role, filler.span) for filler in proposal.fillers}
