"""Which of the proposed facts are facts, and which chunks fill their roles: a document decided as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kg.annotations import PATTERN, PERSON, Proposal, ProposedFiller
from kg.facts.certainty import Certainty, signs_of
from kg.types import Modality, Span

_SAME = 0.5  # of the fillers that the shorter of two facts shares with the longer to say the same


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure a fact must be, by type, how likely a filler, and which roles hold one filler.

    ``single`` are the roles that hold one filler, ``owned`` those whose figure is of one fact of its type.

    ``share`` says how sure a proposal is: by the share of its fillers that are likely right; without
    it, by its pivot. What is below its threshold is for a person to check where it comes to ``doubt`` of
    that, a share (docs/coverage.md says what was measured).
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 0.5
    filler: float = 0.5
    doubt: float = 0.5
    single: Mapping[str, Collection[str]] = field(default_factory=dict)
    owned: Mapping[str, Collection[str]] = field(default_factory=dict)
    share: Certainty | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """The policy among a reader's settings, with a default for what they lack."""
        known = {name: settings[name] for name in cls.__slots__ if name in settings}
        if "share" in known:
            known["share"] = Certainty.of(known["share"])
        return cls(**known)

    def sure(self, proposal: Proposal, signs: Mapping[str, float]) -> float:
        """How sure a proposal is; what a pattern says is taken at its word."""
        if proposal.extractor.startswith(PATTERN):
            return 1.0
        return self.share.probability(signs) if self.share is not None else proposal.probability

    def least(self, fact_type: str) -> float:
        """The threshold of a type."""
        return self.thresholds.get(fact_type, self.threshold)

    def verdict(self, fact_type: str, sure: float) -> Verdict:
        """What becomes of a proposal of a type that is so sure."""
        least = self.least(fact_type)
        if sure >= least:
            return Verdict.HELD
        return Verdict.DOUBTFUL if sure >= self.doubt * least else Verdict.BELOW


class Verdict(StrEnum):
    """What was decided of a proposal, or of a chunk in one of its roles."""

    HELD = "held"
    BELOW = "below the threshold"
    TAKEN = "the role holds one that is likelier"
    DOUBTFUL = "below the threshold, to be checked"
    EMPTY = "no filler is likely enough"
    TWICE = "said twice"
    UNREAL = "not stated: a condition, question, ban, hearsay or untruth"
    WRONG = "decided to be wrong"


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal with the fillers that its roles hold, and its verdict.

    ``sure`` is what was held against the threshold, by the ``signs``. ``lost`` are the other fillers,
    each with its verdict; ``same`` is the proposal that says the same, where it is said twice.
    """

    proposal: Proposal
    verdict: Verdict
    sure: float
    signs: Mapping[str, float]
    lost: tuple[tuple[ProposedFiller, Verdict], ...] = ()
    same: Proposal | None = None


def decide(proposals: Iterable[Proposal], policy: Policy) -> list[Decided]:
    """Every proposal with its verdict, in the order of their pivots.

    Of two facts of one type whose own fillers are the same, the likelier is held, also where one is asserted
    and one planned or denied: the same words do not say both. Within one modality, a fact found
    from two of its chunks is told twice; the pivot of each then fills a role of the other. So is one whose
    figure a likelier fact has already. What a person states is held as it is said, before all else.
    """
    held: dict[tuple[str, str], _Held] = defaultdict(_Held)
    decided = []
    for one in sorted((_judged(proposal, policy) for proposal in proposals), key=_likeliest):
        if one.verdict in (Verdict.HELD, Verdict.DOUBTFUL):
            known = held[one.proposal.type, one.proposal.modality]
            same = None
            if one.proposal.extractor != PERSON:
                same = known.same(one.proposal, policy.owned.get(one.proposal.type, ()))
                others = (
                    held[one.proposal.type, other] for other in Modality if other != one.proposal.modality
                )
                same = same or next(filter(None, (other.fuller(one.proposal) for other in others)), None)
            if same is None:
                known.add(one.proposal)
            else:
                one = replace(one, verdict=Verdict.TWICE, same=same)
        decided.append(one)
    return sorted(decided, key=lambda one: (one.proposal.pivot, one.proposal.type))


def _likeliest(one: Decided) -> tuple[bool, float, int, Span]:
    proposal = one.proposal
    return proposal.extractor != PERSON, -one.sure, -len(proposal.fillers), proposal.pivot


def _judged(proposal: Proposal, policy: Policy) -> Decided:
    """The proposal by itself."""
    if proposal.extractor == PERSON:
        return Decided(proposal, Verdict.HELD, 1.0, {})
    single = policy.single.get(proposal.type, ())
    best: dict[str, ProposedFiller] = {}
    for filler in proposal.fillers:
        if filler.role not in best or best[filler.role].probability < filler.probability:
            best[filler.role] = filler
    held: list[ProposedFiller] = []
    lost: list[tuple[ProposedFiller, Verdict]] = []
    for filler in proposal.fillers:
        if filler.probability < policy.filler:
            lost.append((filler, Verdict.BELOW))
        elif filler.role in single and filler is not best[filler.role]:
            lost.append((filler, Verdict.TAKEN))
        else:
            held.append(filler)
    signs = dict(signs_of(proposal, held))
    sure = policy.sure(proposal, signs)
    verdict = policy.verdict(proposal.type, sure) if held else Verdict.EMPTY
    return Decided(replace(proposal, fillers=tuple(held)), verdict, sure, signs, tuple(lost))


class _Held:
    """The proposals of one type and modality that are held, found again by their fillers."""

    def __init__(self) -> None:
        self._all: list[Proposal] = []
        self._with: dict[tuple[str, Span], list[int]] = defaultdict(list)
        self._over: dict[Span, list[int]] = defaultdict(list)

    def add(self, proposal: Proposal) -> None:
        """Hold a proposal, which has fillers."""
        number, keys = len(self._all), _keys(proposal)
        self._all.append(proposal)
        for key in keys:
            self._with[key].append(number)
        for span in {span for _, span in keys}:
            self._over[span].append(number)

    def fuller(self, one: Proposal) -> Proposal | None:
        """The first that has all fillers of the other."""
        mine = _keys(one)
        rarest = min((self._with.get(key, ()) for key in mine), key=len)
        return next((self._all[n] for n in rarest if mine <= _keys(self._all[n])), None)

    def same(self, one: Proposal, owned: Collection[str]) -> Proposal | None:
        """The first that says the same: it has all fillers of the other, or a filler on its pivot.

        Or one that has a figure that can be of one fact only, in a role of ``owned``.
        """
        keys = _keys(one)
        taken = [n for key in keys if key[0] in owned for n in self._with.get(key, ())]
        if taken:
            return self._all[min(taken)]
        rarest = min((self._with.get(key, ()) for key in keys), key=len)
        numbers = sorted({*rarest, *self._over.get(one.pivot, ())})
        return next((self._all[n] for n in numbers if _is_same(one, self._all[n])), None)


def _is_same(one: Proposal, other: Proposal) -> bool:
    mine, theirs = _keys(one), _keys(other)
    if mine <= theirs:
        return True
    holds = {span for _, span in theirs}
    return one.pivot in holds and len(mine & theirs) > _SAME * min(len(mine), len(theirs))


def _keys(proposal: Proposal) -> set[tuple[str, Span]]:
    return {(filler.role, filler.span) for filler in proposal.fillers}
